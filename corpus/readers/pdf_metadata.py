"""What a PDF says of itself: its information dictionary and its XMP packet, read by pypdf."""

from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.xmp import XmpInformation

_PRISM = "http://prismstandard.org/namespaces/basic/"  # and a version
_DOI_KEYS = ("/doi", "/DOI", "/Doi", "/WPS-ARTICLEDOI")
_BETWEEN_NAMES = re.compile(r"\s*(?:[;,]|\band\b|&)\s*")
_MOST_REMARKS = 20  # per file
_UNREADABLE = (
    PyPdfError, DependencyError, ImportError, OSError,
    ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, NotImplementedError, ArithmeticError,
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


class _Remarks(logging.Handler):
    """Keeps pypdf's remarks, each for the thread that caused it."""

    def __init__(self) -> None:
        super().__init__()
        self.by_thread: dict[int, list[str]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """See ``logging.Handler.emit``."""
        kept = self.by_thread.get(threading.get_ident())
        if kept is not None and len(kept) < _MOST_REMARKS:
            kept.append(record.getMessage())


_remarks = _Remarks()
_quiet_lock = threading.Lock()


@contextmanager
def quiet() -> Iterator[list[str]]:
    """Keeps pypdf's remarks on broken files off the user's screen; the list holds those of this thread, as they come.

    Several threads may be inside at once; one thread may not be inside twice.
    """
    logger, thread = logging.getLogger("pypdf"), threading.get_ident()
    with _quiet_lock:
        if not _remarks.by_thread:
            logger.addHandler(_remarks)
            logger.propagate = False
        kept = _remarks.by_thread[thread] = []
    try:
        yield kept
    finally:
        with _quiet_lock:
            del _remarks.by_thread[thread]
            if not _remarks.by_thread:
                logger.propagate = True
                logger.removeHandler(_remarks)


def read_metadata(data: bytes, password: str = "") -> Metadata:
    """What the document's information dictionary and XMP packet say; nothing where they cannot be read."""
    try:
        with quiet():
            return _metadata(PdfReader(io.BytesIO(data)), password)
    except _UNREADABLE:
        return Metadata()  # metadata are a help, never a condition


def _metadata(document: PdfReader, password: str) -> Metadata:
    if document.is_encrypted:
        document.decrypt(password)
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
