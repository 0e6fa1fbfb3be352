"""Lines of a PDF page → tracked text: superscripts told apart, words broken at line ends made whole.

A raised number is a citation mark, a power or part of a name; as plain text all three would be glued
to the word before ("literature.1", "103", "m2"). A citation becomes ``[1]``, a power ``³``; anything
else stays as it is.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from corpus.readers.pdf_lines import JOINED_HYPHEN, Line, Page, spaced
from corpus.tracked import Tracked

_CITATION = re.compile(r"[\[(]?\d{1,3}(?:\s*[,;\-–—−‑]+\s*\d{1,3})*[,;.]?[\])]?")
_LONG_DASH = re.compile("-{2,}")
_POWER = re.compile(r"[−–-]?\d{1,2}")
_TEN = re.compile(r"(?:^|[^\d.,])10$")
_UNIT = re.compile(r"(?:^|[\s/(·×\d])(?:[kcdmµμn]?m|in|ft|[mµμ]?[Ll]|s|h|min|kg|g|d|mol|[RrIχx])$")
_CITED = re.compile(r"[^\W\d_]$|[.,;:)\]”’\"'%?!*®]$")
_RAISED_DIGITS = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_LAST_WORD = re.compile(r"([^\W\d_]+)[-‐‑\u00ad\ufffe]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_HYPHENS = f"-‐\u00ad{JOINED_HYPHEN}"


class Words:
    """Makes text of lines, given all pages of the document: its vocabulary decides about hyphens."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = {page.index: page for page in pages}
        self._offsets: dict[int, int] = {}
        at = 0
        for page in pages:
            self._offsets[page.index] = at
            at += len(page.raw) + 1
        self._known: Counter[str] = Counter()
        for page in pages:
            for line in page.lines:
                words = _WORD.findall(line.text.casefold())
                self._known.update(words[:-1] if line.text[-1:] in _HYPHENS else words)
                for word in words:
                    if "-" in word or "‐" in word or "‑" in word:
                        self._known.update(_FIRST_WORD.findall(word))

    def paragraph(self, lines: Iterable[Line]) -> Tracked:
        """The lines as one text, with a space for each line end but where a word goes on."""
        pieces: list[Tracked] = []
        for line in lines:
            text = self.line(line)
            if not len(text):
                continue
            if pieces:
                self._seam(pieces, text)
            pieces.append(text)
        return Tracked.join(pieces, "")

    def line(self, line: Line, *, marks: bool = True) -> Tracked:
        """One line's text; without ``marks`` each raised or lowered stretch is a comma (for names)."""
        page, offset = self._pages[line.page], self._offsets[line.page]
        pieces: list[Tracked] = []
        written = ""
        runs = list(zip(line.runs, line.shift, strict=True))
        breaks = {run.start for last, run in pairwise(line.runs) if spaced(page.raw, last, run)}
        for shift, group in groupby(runs, key=lambda one: one[1]):
            stretch: list[Tracked] = []
            first = True
            for run, _ in group:
                if run.start in breaks:
                    (pieces if first else stretch).append(_inserted(" ", offset + run.start))
                    written += " " if first else ""
                stretch.append(Tracked.of(page.raw[run.start : run.end], offset + run.start))
                first = False
            text = Tracked.join(stretch, "")
            if shift and not marks:
                text = _replaced(text, ",")
            elif shift > 0:
                text = _raised(text, written)
            pieces.append(text)
            written += text.text
        return Tracked.join(pieces, "")

    def _seam(self, pieces: list[Tracked], text: Tracked) -> None:
        """Makes ready for ``text`` after the last piece: a space, or nothing where a hyphen breaks a word or a compound."""
        last = pieces[-1]
        if last.text[-1] not in _HYPHENS:
            pieces.append(_inserted(" ", last.ends[-1]))
            return
        pieces[-1] = last[:-1]
        left, right = _LAST_WORD.search(last.text), _FIRST_WORD.match(text.text)
        if left is None or right is None or self._keeps_hyphen(left.group(1), right.group()):
            pieces.append(_replaced(last[-1:], "-"))

    def _keeps_hyphen(self, left: str, right: str) -> bool:
        """Whether ``left-right`` is a compound, by the document's own usage."""
        if right[:1].isupper() or left.isupper():
            return True
        left, right = left.casefold(), right.casefold()
        together, apart = self._known[left + right], self._known[f"{left}-{right}"]
        if together or apart:
            return apart > together
        return len(left) > 2 and len(right) > 2 and bool(self._known[left]) and bool(self._known[right])


def _raised(text: Tracked, before: str) -> Tracked:
    """A raised stretch as it should read after ``before``."""
    mark = text.text.strip()
    if _POWER.fullmatch(mark) and (_TEN.search(before) or (_UNIT.search(before) and mark.lstrip("-−–") in "123")):
        return _replaced(text, mark.translate(_RAISED_DIGITS))
    if _CITATION.fullmatch(mark) and _CITED.search(before.rstrip()[-1:]):
        inside = _LONG_DASH.sub("–", mark.strip("[]()"))
        trailing = inside[len(inside.rstrip(",;.")) :]
        return _replaced(text, f"[{inside.rstrip(',;.')}]{trailing}")
    return text


def _replaced(text: Tracked, new: str) -> Tracked:
    """``new``, standing for the whole raw range of ``text``."""
    if not len(text):
        return text
    return Tracked(new, array("q", [text.starts[0]] * len(new)), array("q", [text.ends[-1]] * len(new)))


def _inserted(text: str, at: int) -> Tracked:
    """``text`` that is not in the raw text, at offset ``at``."""
    return Tracked(text, array("q", [at] * len(text)), array("q", [at] * len(text)))
