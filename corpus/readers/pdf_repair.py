"""Pages whose text layer is bad or missing: read by the other engine, or by OCR, whichever gives the better text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.amounts import counted
from corpus.errors import NeedsOcrError
from corpus.readers import pdf_ocr
from corpus.readers.pdf_engine import LEAST_LETTERS, Sheet, letters
from corpus.readers.pdf_fallback import extract, plain_page
from corpus.readers.pdf_lines import Page
from corpus.readers.pdf_quality import DOUBTFUL, FEWEST_CHARACTERS, GARBLED, text_quality

MEND = (
    "install Tesseract (`apt-get install tesseract-ocr`) and run `casetrove index FILE --retry`, "
    "or give the file a text layer (`ocrmypdf in.pdf out.pdf`)"
)
"""How a person gets pictures of text read."""
_HEAL = "see that `tesseract --list-langs` answers, and run `casetrove index FILE --retry`"

_BETTER = 0.05  # by which a reading must be better to be taken instead
_HOPELESS = 0.35  # a text layer of less quality is left out of a document that is otherwise sound
_COVER = 1200  # characters: a picture of a page that holds more is a page of text
_RICHER = 1.5  # times the letters beside a picture that OCR must find in it to be taken instead


@dataclass(frozen=True, slots=True)
class Repaired:
    """The pages as they are best read, what a person should know of it, and what to say if they hold no text."""

    pages: tuple[Page, ...]
    notes: tuple[str, ...]
    nothing: str
    without_places: bool
    """Whether all text is by the second engine, which does not tell where on its page a line stands."""
    covers: frozenset[int] = frozenset()
    """The pages (from 0) before the first text layer, where they are pictures with few words."""


def repair(sheets: Sequence[Sheet], data: bytes, password: str, *, ocr: bool) -> Repaired:
    """The best reading of every page.

    Raises NeedsOcrError where the document's text is in pictures or garbled, and ``ocr`` is off, or the program for it
    is not installed or fails on every page.
    """
    return _Repair(sheets, data, password).run(ocr=ocr)


def named(indices: Iterable[int]) -> str:
    """``page 3`` or ``pages 1-4, 7`` for page indices (from 0)."""
    runs: list[list[int]] = []
    for number in sorted(index + 1 for index in indices):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    single = len(runs) == 1 and len(runs[0]) == 1
    return ("page " if single else "pages ") + ", ".join("-".join(map(str, run)) for run in runs)


class _Repair:
    """The pages of one document on their way to their best reading."""

    def __init__(self, sheets: Sequence[Sheet], data: bytes, password: str) -> None:
        self._sheets, self._data, self._password = sheets, data, password
        self._pages = [sheet.page for sheet in sheets]
        self._quality = {i: _quality(sheet.page.raw) for i, sheet in enumerate(sheets) if sheet.shows == "text"}
        self._scans = [i for i, sheet in enumerate(sheets) if sheet.shows == "picture"]
        self._garbled: set[int] = set()
        self._plain: set[int] = set()
        self._notes: list[str] = []
        self._nothing = ""

    def run(self, *, ocr: bool) -> Repaired:
        """See ``repair``."""
        self._by_second_engine()
        wanted = sorted({*self._scans, *self._garbled})
        can_ocr = ocr and pdf_ocr.available()
        if wanted and can_ocr:
            self._by_ocr(wanted)
        self._leave_out_garble(can_ocr=can_ocr)
        if self._scans and not can_ocr:
            self._leave_out_scans(ocr=ocr)
        lost = [i for i, sheet in enumerate(self._sheets) if sheet.shows == "damage" and i not in self._plain]
        self._note(lost, "cannot be read: damaged")
        worded = {i for i, page in enumerate(self._pages) if letters(page.raw)}
        without_places = bool(worded) and worded <= self._plain
        return Repaired(tuple(self._pages), tuple(self._notes), self._no_text(), without_places, self._covers())

    def _covers(self) -> frozenset[int]:
        """The pictures with few words before the first page that has a text layer."""
        covers: set[int] = set()
        for i, sheet in enumerate(self._sheets):
            if sheet.shows == "text":
                return frozenset(covers)
            if len(self._pages[i].raw) >= _COVER:
                break
            covers.add(i)
        return frozenset()

    def _note(self, indices: Sequence[int], what: str) -> None:
        if indices:
            self._notes.append(f"{named(indices)}: {what}")

    def _by_second_engine(self) -> None:
        """Have pypdf read the pages that pdfium reads badly or not at all, and keep the better reading."""
        own = self._quality | {i: 0.0 for i, sheet in enumerate(self._sheets) if sheet.shows == "damage"}
        doubtful = [i for i, quality in own.items() if quality < DOUBTFUL]
        if not doubtful:
            return
        for i, text in extract(self._data, self._password, doubtful).items():
            quality = _quality(text)
            if letters(text) >= LEAST_LETTERS and quality > own[i] + _BETTER:
                self._pages[i] = plain_page(i, text, self._pages[i])
                self._quality[i] = quality
                self._plain.add(i)
        self._note(sorted(self._plain), "read by pypdf, for pdfium reads its text garbled, run together, or not at all")
        self._garbled = {i for i in doubtful if i in self._quality and self._quality[i] < GARBLED}

    def _by_ocr(self, wanted: Sequence[int]) -> None:
        read: list[int] = []
        troubles: dict[str, list[int]] = {}
        outcomes = pdf_ocr.read_pictures(self._data, self._password, wanted)
        for i, outcome in outcomes.items():
            if outcome.page is None:
                troubles.setdefault(outcome.trouble, []).append(i)
            elif self._is_better(i, outcome.page):
                self._pages[i] = outcome.page
                self._plain.discard(i)
                self._garbled.discard(i)
                read.append(i)
            elif letters(outcome.page.raw) >= LEAST_LETTERS:
                self._garbled.discard(i)  # what is printed there looks as odd as its text layer
        self._note(read, "read by OCR")
        for trouble, indices in troubles.items():
            self._note(indices, trouble)
        self._note(wanted[pdf_ocr.MAX_PAGES :], f"left out, for OCR reads {pdf_ocr.MAX_PAGES} pages of a file at most")
        told = "; ".join(f"{named(indices)}: {trouble}" for trouble, indices in troubles.items())
        others = sum(letters(page.raw) for i, page in enumerate(self._pages) if i not in wanted)
        if others < LEAST_LETTERS and all(outcome.program_fails for outcome in outcomes.values()):
            raise NeedsOcrError(f"needs OCR, but Tesseract fails: {told}; {_HEAL}")
        self._nothing = f"OCR found next to nothing in {counted(len(wanted), 'page')}" + (f" ({told})" if told else "")

    def _is_better(self, i: int, page: Page) -> bool:
        """Whether OCR's reading of a page is to be taken instead of what stands there."""
        quality, count = _quality(page.raw), letters(page.raw)
        if i in self._garbled:
            return count >= LEAST_LETTERS and quality > self._quality[i] + _BETTER
        return quality >= GARBLED and count > _RICHER * letters(self._pages[i].raw)

    def _leave_out_garble(self, *, can_ocr: bool) -> None:
        """Empty the pages whose text is garbled for certain: hopelessly, or like most of the document."""
        total = sum(letters(page.raw) for page in self._pages)
        mostly = 2 * sum(letters(self._pages[i].raw) for i in self._garbled) > total
        gone = [i for i in sorted(self._garbled) if mostly or self._quality[i] < _HOPELESS]
        self._note([i for i in sorted(self._garbled) if i not in gone], "the text layer may be garbled")
        if gone and not can_ocr and all(i in gone or not letters(page.raw) for i, page in enumerate(self._pages)):
            raise NeedsOcrError(f"needs OCR: the text layer of {counted(len(gone), 'page')} is garbled; {MEND}")
        for i in gone:
            self._pages[i] = replace(self._pages[i], raw="", lines=())
        self._note(gone, "left out, for the text layer is garbled")
        if gone:
            self._nothing = self._nothing or "its text layer is garbled"

    def _leave_out_scans(self, *, ocr: bool) -> None:
        """Say which pages were not read; raises NeedsOcrError where no other page has a text."""
        others = sum(letters(page.raw) for i, page in enumerate(self._pages) if i not in self._scans)
        how = MEND if ocr else "read the file again with OCR switched on"
        if others >= LEAST_LETTERS:
            self._note(self._scans, f"left out: pictures without a text layer, which need OCR; {how}")
            return
        are = "is a picture" if len(self._scans) == 1 else "are pictures"
        raise NeedsOcrError(f"needs OCR: {counted(len(self._scans), 'page')} {are} without a text layer; {how}")

    def _no_text(self) -> str:
        """What to say where the pages hold no text."""
        count = len(self._pages)
        if all(sheet.shows == "nothing" for sheet in self._sheets):
            return "holds no text: its page is empty" if count == 1 else f"holds no text: its {count} pages are empty"
        found = sum(letters(page.raw) for page in self._pages)
        held = "no text" if not found else f"next to no text ({found} letters)"
        return f"holds {held}" + (f": {self._nothing}" if self._nothing else "")


def _quality(text: str) -> float:
    """The quality of a text layer; 1 where it is too short to be judged."""
    return text_quality(text) if len(text) >= FEWEST_CHARACTERS else 1.0
