"""PDF files: the text by pdfium, structure and metadata by pypdf, which also steps in where pdfium fails."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import chain
from threading import Lock
from typing import Any

import pypdfium2 as pdfium
from pypdf import PdfReader as StructureReader

from corpus.assembly import assemble
from corpus.errors import EmptyFileError, EncryptedError, MalformedError, NoTextError, ReadError, TooLargeError
from corpus.model import Part, Report
from corpus.readers.base import Read
from corpus.readers.layout import page_blocks
from corpus.readers.pdf_article import Article
from corpus.readers.pdf_flow import paragraphs
from corpus.readers.pdf_front import read_front
from corpus.readers.pdf_layout import lay_out
from corpus.readers.pdf_lines import Page, read_page
from corpus.readers.pdf_metadata import quiet, read_metadata
from corpus.readers.pdf_words import PageText

MAX_PAGES = 5_000
MAX_CHARACTERS = 20_000_000
_LEAST_LETTERS = 16  # fewer are a scanner's stamp, no text layer
_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD

_pdfium_lock = Lock()
"""pdfium keeps global state: one thread at a time."""


class PdfReader:
    """One PDF file, one report; its parts are its pages."""

    name = "pdf"
    version = 1

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``; the file is one record. The raw text is the pages' text joined by form feeds."""
        try:
            yield Read("", _report(data, self.name))
        except ReadError as error:
            raise type(error)(f"{name} {error}") from error


def _report(data: bytes, reader: str) -> Report:
    if not data.strip():
        raise EmptyFileError("is empty: there is nothing to read")
    try:
        pages = _pages(data)
    except pdfium.PdfiumError as error:
        return _report_by_pypdf(data, reader, error)
    if sum(map(str.isalpha, chain.from_iterable(page.raw for page in pages))) < _LEAST_LETTERS:
        raise _no_text(len(pages))
    layout = lay_out(pages)
    words = PageText(pages)
    found = paragraphs(layout)
    front = read_front(found, layout, words, read_metadata(data))
    blocks = Article(found, layout, words, front, pages[0].width).blocks()
    raw = "\f".join(page.raw for page in pages)
    return assemble(blocks, front.bibliography, raw=raw, parts=_parts([page.raw for page in pages]), reader=reader)


def _pages(data: bytes) -> list[Page]:
    with _pdfium_lock:
        try:
            document = pdfium.PdfDocument(data)
        except pdfium.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD_ERROR:
                raise _encrypted() from error
            raise
        try:
            count = len(document)
            _check_pages(count)
            pages, characters = [], 0
            for index in range(count):
                pages.append(_page(document, index))
                characters += len(pages[-1].raw)
                if characters > MAX_CHARACTERS:
                    raise TooLargeError(f"holds more than {MAX_CHARACTERS:,} characters of text: split it")
            return pages
        finally:
            document.close()


def _page(document: Any, index: int) -> Page:
    """The page, or an empty one where pdfium cannot load it: one broken page does not cost the others."""
    try:
        return read_page(document, index)
    except pdfium.PdfiumError:
        return Page(index, "", (), 0.0, 0.0)


def _parts(raws: Sequence[str]) -> list[Part]:
    parts, at = [], 0
    for number, raw in enumerate(raws, 1):
        parts.append(Part(at, at + len(raw), "page", str(number)))
        at += len(raw) + 1
    return parts


def _report_by_pypdf(data: bytes, reader: str, cause: Exception) -> Report:
    """The report as pypdf reads it: lines without their places, to be read like a text file."""
    try:
        with quiet():
            document = StructureReader(io.BytesIO(data))
            if document.is_encrypted and not document.decrypt(""):
                raise _encrypted()
            _check_pages(len(document.pages))
            raws = [page.extract_text() for page in document.pages]
    except ReadError:
        raise
    except Exception as error:  # pypdf lets many kinds through on broken files: KeyError, RecursionError …
        raise MalformedError(f"is not a readable PDF ({cause}; {error}): get it again from its source") from error
    raw = "\f".join(raws)
    if not raw.strip("\f \n"):
        raise _no_text(len(raws))
    layout = page_blocks(raw.replace("\f", "\n"))
    return assemble(layout.blocks, layout.bibliography, raw=raw, parts=_parts(raws), reader=reader)


def _check_pages(count: int) -> None:
    if count == 0:
        raise _no_text(0)
    if count > MAX_PAGES:
        raise TooLargeError(f"has {count:,} pages, more than {MAX_PAGES:,}: split it")


def _no_text(count: int) -> NoTextError:
    pages = "1 page" if count == 1 else f"{count} pages"
    return NoTextError(
        f"has no text layer ({pages}, a scan?): run OCR, e.g. `ocrmypdf in.pdf out.pdf`, and index the result"
    )


def _encrypted() -> EncryptedError:
    return EncryptedError("needs a password: save it without one, e.g. `qpdf --decrypt --password=… in.pdf out.pdf`")
