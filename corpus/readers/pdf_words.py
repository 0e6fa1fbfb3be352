"""Lines of a PDF page → tracked text: superscripts told apart, words broken at line ends made whole.

A raised number is a citation mark, a power or part of a name; as plain text all three would be glued
to the word before ("literature.1", "103", "m2"). A citation becomes ``[1]``, a power ``³``; anything
else stays as it is.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence

from corpus.mending import Words, join
from corpus.readers.pdf_characters import JOINED_HYPHEN
from corpus.readers.pdf_lines import Line, Page, Run, spaced
from corpus.tracked import Tracked

_CITATION = re.compile(r"[\[(]?\d{1,3}(?:\s*[,;\-–—−‑]+\s*\d{1,3})*[,;.]?[\])]?")
_LONG_DASH = re.compile("-{2,}")
_TYPED_DASH = re.compile(r"(?<=[^\W_])-{2,3}(?=[^\W_])")  # hyphens set close, to look like a dash
_POWER = re.compile(r"[−–-]?\d{1,2}")
_TEN = re.compile(r"(?:^|[^\d.,])10$")
_TIMES_TEN = re.compile(r"[×xX*·]\s*10\s*$")
_SQUARED = re.compile(r"(?:^|[^\w])[A-Za-zχ]$")
_STATED = re.compile(r"\s*[=<>≈≤≥]")
_DEGREE_OF = re.compile(r"\d\s?$")
_UNIT = re.compile(r"(?:^|[\s/(·×\d])(?:[kcdmµμn]?m|in|ft|[mµμ]?[Ll]|s|h|min|kg|g|d|mol|[RrIχx])$")
_ISOTOPE = re.compile(r"(?:\d{2,3}[A-Z][a-z]?|[123]H)(?![a-z])")
_CITED = re.compile(r"[^\W_]$|[.,;:)\]”’\"'%?!*®]$")
_RAISED_DIGITS = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")
_JOINED = re.compile(JOINED_HYPHEN)
_BREAKS = re.compile(rf"{JOINED_HYPHEN}|(?<=[^\W\d_])\x02$")  # \x02: a hyphen with nothing after it in its column


class PageText:
    """Makes text of lines, given all pages of the document: its own usage decides about hyphens at line ends."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = {page.index: page for page in pages}
        self._offsets: dict[int, int] = {}
        at = 0
        for page in pages:
            self._offsets[page.index] = at
            at += len(page.raw) + 1
        self._words = Words("\n".join(line.text for page in pages for line in page.lines))

    def paragraph(self, lines: Iterable[Line]) -> Tracked:
        """The lines as one text, with a space for each line end but where a word goes on."""
        texts: list[Tracked] = []
        for line in lines:
            texts.append(self.line(line, before=texts[-1].text if texts else ""))
        for at, text in enumerate(texts):
            mended = text.sub(_JOINED if at + 1 == len(texts) else _BREAKS, "-")
            texts[at] = mended.sub(_TYPED_DASH, "–") if "--" in mended.text else mended
        return join(texts, self._words)

    def line(self, line: Line, *, marks: bool = True, before: str = "") -> Tracked:
        """One line's text, ``before`` being the line before it.

        Without ``marks`` each raised or lowered stretch is a comma (for names).
        """
        raw, offset = self._pages[line.page].raw, self._offsets[line.page]
        pieces: list[Tracked] = []
        written = ""
        stretches = _stretches(raw, line)
        for at, (shift, stretch, spaced_before) in enumerate(stretches):
            after = raw[stretches[at + 1][1][0][0] : stretches[at + 1][1][0][1]] if at + 1 < len(stretches) else ""
            after = f" {after}" if after and stretches[at + 1][2] else after
            power = (
                _power("".join(raw[a:b] for a, b in stretch), written or before, after) if shift > 0 and marks else ""
            )
            if power and pieces:
                pieces[-1] = pieces[-1][: len(pieces[-1].text.rstrip())]
                written = written.rstrip()
            elif spaced_before:
                pieces.append(_inserted(" ", offset + stretch[0][0]))
                written += " "
            text = Tracked.join((Tracked.of(raw[start:end], offset + start) for start, end in stretch), "")
            if shift and not marks:
                text = _replaced(text, ",")
            elif power:
                text = _replaced(text, power)
            elif shift > 0:
                text = _raised(text, written, after)
            pieces.append(text)
            written += text.text
        return pieces[0] if len(pieces) == 1 else Tracked.join(pieces, "")


def _stretches(raw: str, line: Line) -> list[tuple[int, list[tuple[int, int]], bool]]:
    """The line's stretches of one height: its shift, the raw ranges that it is made of, whether a space goes before."""
    found: list[tuple[int, list[tuple[int, int]], bool]] = []
    last: Run | None = None
    for run, shift in zip(line.runs, line.shift, strict=True):
        space = last is not None and spaced(raw, last, run)
        if last is None or found[-1][0] != shift or (space and shift):
            found.append((shift, [(run.start, run.end)], space))
        else:
            ranges = found[-1][1]
            start, end = ranges[-1]
            if raw[end : run.start] == (" " if space else ""):
                ranges[-1] = (start, run.end)
            elif space:
                found.append((shift, [(run.start, run.end)], True))
            else:
                ranges.append((run.start, run.end))
        last = run
    return found


def _power(raised: str, before: str, after: str) -> str:
    """A raised stretch between ``before`` and ``after`` as a power or a degree; empty where it is neither."""
    mark = raised.strip()
    if mark in ("o", "O", "º") or (mark == "0" and after.lstrip()[:1] in ("C", "F")):
        return "°" if _DEGREE_OF.search(before) else ""
    if not _POWER.fullmatch(mark):
        return ""
    small = mark.lstrip("-−–") in "123"
    is_power = (
        _TEN.search(before)
        or _TIMES_TEN.search(before)
        or (small and _UNIT.search(before))
        or (small and _SQUARED.search(before) and _STATED.match(after))
    )
    return mark.translate(_RAISED_DIGITS) if is_power else ""


def _raised(text: Tracked, before: str, after: str) -> Tracked:
    """A raised stretch that is no power as it should read between ``before`` and ``after``."""
    mark = text.text.strip()
    is_isotope = not before[-1:].strip() and _ISOTOPE.match(mark + after)
    if _CITATION.fullmatch(mark) and _CITED.search(before.rstrip()[-1:]) and not is_isotope:
        inside = _LONG_DASH.sub("–", mark.strip("[]()"))
        trailing = inside[len(inside.rstrip(",;.")) :]
        return _replaced(text, f"[{inside.rstrip(',;.')}]{trailing}")
    return text


def _replaced(text: Tracked, new: str) -> Tracked:
    """``new``, standing for the whole raw range of ``text``."""
    return Tracked(new, array("q", [text.starts[0]] * len(new)), array("q", [text.ends[-1]] * len(new)))


def _inserted(text: str, at: int) -> Tracked:
    """``text`` that is not in the raw text, at offset ``at``."""
    return Tracked(text, array("q", [at] * len(text)), array("q", [at] * len(text)))
