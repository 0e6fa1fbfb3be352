"""PDF files: the text by pdfium, structure and metadata by pypdf, which also steps in where pdfium fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium

from corpus.assembly import assemble
from corpus.errors import EmptyFileError, NeedsOcrError, NoTextError, ReadError
from corpus.model import Part, Report
from corpus.readers.base import DEFAULT, Options, Read
from corpus.readers.layout import page_blocks
from corpus.readers.pdf_article import Article
from corpus.readers.pdf_engine import LEAST_LETTERS, find_password, letters, read_sheets
from corpus.readers.pdf_fallback import damage, extract_all, rebuilt
from corpus.readers.pdf_flow import paragraphs
from corpus.readers.pdf_front import read_front
from corpus.readers.pdf_layout import lay_out
from corpus.readers.pdf_metadata import read_metadata
from corpus.readers.pdf_repair import Repaired, repair
from corpus.readers.pdf_words import PageText


class PdfReader:
    """One PDF file, one report; its parts are its pages."""

    name = "pdf"
    version = 2

    def __init__(self, options: Options = DEFAULT) -> None:
        self._options = options

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``; the file is one record. The raw text is the pages' text joined by form feeds.

        Raises EncryptedError where none of the passwords opens the file, NeedsOcrError where its pages are pictures
        of text and the program that reads them is not there or fails, NoTextError where they hold no text at all.
        """
        try:
            if not data.strip():
                raise EmptyFileError("is empty: there is nothing to read")
            yield self._read(data)
        except ReadError as error:
            raise type(error)(f"{name} {error}") from error

    def _read(self, data: bytes) -> Read:
        try:
            return self._read_by_pdfium(data, ())
        except pdfium.PdfiumError:
            sound, note = rebuilt(data, self._options.pdf_passwords)
        try:
            return self._read_by_pdfium(sound, (f"{damage(data) or 'pdfium cannot open the file'}; {note}",))
        except pdfium.PdfiumError:
            raws = extract_all(data, self._options.pdf_passwords)
        if not any(map(letters, raws)):
            raise NoTextError("can be opened by one of two engines only, and that one finds no text: save it anew")
        return Read("", _report_of_text(raws, self.name), notes=("read without the places of its text, by pypdf",))

    def _read_by_pdfium(self, data: bytes, notes: tuple[str, ...]) -> Read:
        """Raises ReadError, and PdfiumError where pdfium cannot open the file."""
        password = find_password(data, self._options.pdf_passwords)
        sheets = read_sheets(data, password)
        try:
            found = repair(sheets, data, password, ocr=self._options.ocr)
        except NeedsOcrError as error:
            raise NeedsOcrError(_with_damage(str(error), data)) from None
        raws = [page.raw for page in found.pages]
        if sum(map(letters, raws)) < LEAST_LETTERS:
            raise NoTextError(_with_damage(found.nothing, data))
        report = _report_of_text(raws, self.name) if found.without_places else _report(found, data, password, self.name)
        return Read("", report, notes=(*notes, *found.notes))


def _with_damage(reason: str, data: bytes) -> str:
    """The reason for a refusal, and what is broken in the file, if anything is."""
    broken = damage(data)
    return f"{reason}; {broken}" if broken else reason


def _report(repaired: Repaired, data: bytes, password: str, reader: str) -> Report:
    pages = repaired.pages
    layout = lay_out(pages)
    words = PageText(pages)
    found = paragraphs(layout)
    front = read_front(found, layout, words, read_metadata(data, password), repaired.covers)
    blocks = Article(found, layout, words, front, pages[0].width).blocks()
    raws = [page.raw for page in pages]
    return assemble(blocks, front.bibliography, raw="\f".join(raws), parts=_parts(raws), reader=reader)


def _report_of_text(raws: Sequence[str], reader: str) -> Report:
    """The report of pages whose lines have no places, read like a text file."""
    raw = "\f".join(raws)
    layout = page_blocks(raw.replace("\f", "\n"))
    return assemble(layout.blocks, layout.bibliography, raw=raw, parts=_parts(raws), reader=reader)


def _parts(raws: Sequence[str]) -> list[Part]:
    parts, at = [], 0
    for number, raw in enumerate(raws, 1):
        parts.append(Part(at, at + len(raw), "page", str(number)))
        at += len(raw) + 1
    return parts
