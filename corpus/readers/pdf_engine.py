"""pdfium at work: a file's password, its pages' text layers, and what else its pages show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Literal

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from corpus.errors import EncryptedError, NoTextError, TooLargeError
from corpus.readers.pdf_lines import Page, read_page
from corpus.readers.pulse import beat

MAX_PAGES = 5_000
MAX_CHARACTERS = 20_000_000
LEAST_LETTERS = 16
"""A page with fewer letters has no text layer: a scanner's stamp, a page number."""

_STAMP = 200  # characters: all that a picture of a page may have beside it (who downloaded it, when)
_COVERED = 0.6  # share of a page that a picture of the page covers at least

_lock = Lock()
"""pdfium keeps global state: one thread at a time."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its text layer, and what it shows.

    ``picture``: its text, if it has any, is a picture (a scan, outlines, letters without code points); ``nothing``: it
    is blank; ``damage``: pdfium cannot load it; ``text``: anything else.
    """

    page: Page
    shows: Literal["text", "picture", "nothing", "damage"]


@contextmanager
def opened(data: bytes, password: str) -> Iterator[Any]:
    """The ``pypdfium2.PdfDocument``, for this thread alone until it is closed. Raises PdfiumError."""
    with _lock:
        document = pdfium.PdfDocument(data, password=password or None)
        try:
            yield document
        finally:
            document.close()


def find_password(data: bytes, passwords: Sequence[str]) -> str:
    """The password that opens the file: the empty one, or the first of ``passwords`` that does.

    Raises EncryptedError where none does, and PdfiumError where pdfium cannot open the file for another reason.
    """
    for password in ("", *passwords):
        try:
            with opened(data, password):
                return password
        except pdfium.PdfiumError as error:
            if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
                raise EncryptedError(
                    "is encrypted in a way that is not known here (by a certificate, or for one program): "
                    "save it without encryption"
                ) from error
            if error.err_code != pdfium_c.FPDF_ERR_PASSWORD:
                raise
    raise locked(len(passwords))


def locked(given: int) -> EncryptedError:
    """The refusal of a file that none of the ``given`` passwords opens."""
    if not given:
        return EncryptedError(
            "needs a password: give it with --pdf-password, or save the file without one, e.g. "
            "`qpdf --decrypt --password=… in.pdf out.pdf`"
        )
    wrong = "the one given with --pdf-password does not open it" if given == 1 else f"none of the {given} given does"
    return EncryptedError(f"needs a password, and {wrong}: give the right one with --pdf-password")


def read_sheets(data: bytes, password: str) -> list[Sheet]:
    """Every page. Raises TooLargeError, and NoTextError for a file without pages."""
    sheets: list[Sheet] = []
    characters = 0
    with opened(data, password) as document:
        check_pages(len(document))
        for index in range(len(document)):
            sheets.append(_sheet(document, index))
            characters += len(sheets[-1].page.raw)
            if characters > MAX_CHARACTERS:
                raise TooLargeError(f"holds more than {MAX_CHARACTERS:,} characters of text: split it")
            beat()
    return sheets


def check_pages(count: int) -> None:
    """Raises NoTextError for a document without pages, TooLargeError for one with too many."""
    if count == 0:
        raise NoTextError("has no pages: get it again from its source")
    if count > MAX_PAGES:
        raise TooLargeError(f"has {count:,} pages, more than {MAX_PAGES:,}: split it")


def letters(text: str) -> int:
    """How many letters ``text`` has."""
    return sum(map(str.isalpha, text))


def _sheet(document: Any, index: int) -> Sheet:
    """The page, or an empty one where pdfium cannot load it: one broken page does not cost the others."""
    try:
        page = read_page(document, index)
        count = len("".join(page.raw.split()))
        return Sheet(page, "text" if count >= _STAMP else _shows(document, index, count))
    except pdfium.PdfiumError:
        return Sheet(Page(index, "", (), 0.0, 0.0), "damage")


def _shows(document: Any, index: int, count: int) -> Literal["text", "picture", "nothing"]:
    """What a page with ``count`` characters in its text layer shows."""
    page = document[index]
    try:
        width, height = page.get_size()
        drawn, covered = False, 0.0
        for item in page.get_objects():
            if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = item.get_bounds()
                covered += abs((right - left) * (top - bottom)) / max(width * height, 1.0)
            drawn = drawn or item.type != pdfium_c.FPDF_PAGEOBJ_TEXT or not count
        if (drawn and count < LEAST_LETTERS) or covered >= _COVERED:
            return "picture"
        return "text" if count else "nothing"
    finally:
        page.close()
