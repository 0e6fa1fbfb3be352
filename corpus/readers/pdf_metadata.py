"""What a PDF says of itself: its information dictionary and its XMP packet, read by pypdf."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.xmp import XmpInformation

_PRISM = "http://prismstandard.org/namespaces/basic/"  # and a version
_DOI_KEYS = ("/doi", "/DOI", "/Doi", "/WPS-ARTICLEDOI")
_BETWEEN_NAMES = re.compile(r"\s*(?:[;,]|\band\b|&)\s*")
_UNREADABLE = (
    PyPdfError, DependencyError, ImportError, OSError,
    ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the document says of itself; empty where it says nothing."""

    title: str = ""
    authors: tuple[str, ...] = ()
    subject: str = ""
    journal: str = ""
    dois: tuple[str, ...] = ()
    date: str = ""


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps pypdf's remarks on broken files off the user's screen."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def read_metadata(data: bytes) -> Metadata:
    """What the document's information dictionary and XMP packet say; nothing where they cannot be read."""
    try:
        with quiet():
            return _metadata(PdfReader(io.BytesIO(data)))
    except _UNREADABLE:
        return Metadata()  # metadata are a help, never a condition


def _metadata(document: PdfReader) -> Metadata:
    if document.is_encrypted:
        document.decrypt("")
    info = {str(key): str(value).strip() for key, value in (document.metadata or {}).items()}
    xmp = document.xmp_metadata
    titles = (xmp.dc_title or {}) if xmp else {}
    creators = [one for one in (xmp.dc_creator or []) if one] if xmp else []
    authors = creators if len(creators) > 1 else _split_names(creators[0] if creators else info.get("/Author", ""))
    dois = [info[key] for key in _DOI_KEYS if info.get(key)]
    prism = _prism(xmp) if xmp else {}
    if xmp:
        dois += [xmp.dc_identifier or "", prism.get("doi", "")]
    return Metadata(
        title=(titles.get("x-default") or info.get("/Title", "")).strip(),
        authors=tuple(name for author in authors for name in _split_names(author)),
        subject=info.get("/Subject", ""),
        journal=prism.get("publicationName", ""),
        dois=tuple(doi for doi in [*dois, info.get("/Subject", "")] if "10." in doi),
        date=prism.get("coverDate", "") or prism.get("publicationDate", ""),
    )


def _prism(xmp: XmpInformation) -> dict[str, str]:
    """The PRISM properties of the packet (the publishers' vocabulary), given as elements or as attributes."""
    found: dict[str, str] = {}
    for element in xmp.rdf_root.getElementsByTagName("*"):
        if (element.namespaceURI or "").startswith(_PRISM):
            text = "".join(child.data for child in element.childNodes if child.nodeType == child.TEXT_NODE).strip()
            if text:
                found.setdefault(element.localName, text)
        if element.localName == "Description":
            for attribute in element.attributes.values():
                if (attribute.namespaceURI or "").startswith(_PRISM):
                    found.setdefault(attribute.localName, attribute.value.strip())
    return found


def _split_names(text: str) -> list[str]:
    """Names that stand in one field."""
    return [" ".join(name.split()) for name in _BETWEEN_NAMES.split(text) if len(name.split()) > 1]
