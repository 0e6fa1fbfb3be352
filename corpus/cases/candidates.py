"""The diseases that a report names of its patients, and how much each looks like what the report is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.cases.diagnosis_cues import (
    AROSE,
    BEFORE,
    BEHIND,
    DOUBTFUL,
    EARLIER,
    EARLIER_BEHIND,
    GOES_ON,
    KNOWN,
    LASTING,
    TISSUE_WORTH,
    TITLE_AS_SIGN,
    TITLE_IS,
    TITLE_UNDERLYING,
    by_tissue,
)
from corpus.cases.complaints import signs
from corpus.cases.roles import BACKGROUND_KINDS
from corpus.cases.story import Line
from corpus.findings import Finding, findings
from corpus.model import Span

_KINDS: Final = frozenset({"disease", "finding"})
_HELD: Final = frozenset({"present", "past"})
_FAR: Final = 6
"""Words between a cue and the name that it weighs, at most."""
_WINDOW: Final = 130
_END: Final = re.compile(r"[;:]|\.\s|,\s(?:but|while|whereas|although|which|who|where)\b|\b(?:but|whereas|although|except|without|despite)\b")
_ADDED: Final = re.compile(r"\b(?:and|with|in|who|after|for)\b|,")
_TITLE_FIRST, _TITLE_SIGN, _TITLE_LATER, _TITLE_UNDER = 14.0, 15.0, 6.0, 3.0
_IN_DOUBT: Final = 0.2
_OF_A_SIGN: Final = 0.5
"""What a sign's weight is worth beside a disease's."""
_ELSEWHERE: Final = 0.5
"""The same of a sentence about nobody in particular."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One mention.

    ``span`` is None in a title that is no part of the text; ``patient`` for the title and for sentences about all or
    nobody. ``earlier``: it was there before what is told; ``known``: the patient is introduced with it; ``outcomes``:
    what its sentence says arose from it; ``aside``: in a section that speaks of others, too.
    """

    finding: Finding
    span: Span | None
    patient: int | None
    weight: float
    held: bool
    earlier: bool = False
    known: bool = False
    outcomes: tuple[int, ...] = ()
    aside: bool = False
    titled: bool = False


def in_title(title: str, start: int | None) -> Iterator[Candidate]:
    """The candidates of ``title``, which begins at ``start`` of the text (None where it is no part of it)."""
    told = [each for each in findings(title, [(0, len(title))]) if each.kind in _KINDS]
    first: Finding | None = None
    settled = False
    for each in told:
        between = title[first.span.end : each.span.start] if first else ""
        weight, outcomes = _TITLE_FIRST, ()
        if first is None:
            first = each
        elif TITLE_AS_SIGN.search(between) and not settled:
            weight, settled = _TITLE_SIGN, True
        elif TITLE_IS.search(between):
            weight = _TITLE_LATER / 2
        elif TITLE_UNDERLYING.search(between):
            weight, outcomes = _TITLE_UNDER, first.concepts[:1]
        else:
            weight = _TITLE_LATER
        if _is_sign(each):
            weight *= _OF_A_SIGN
        held = each.assertion in _HELD or each.assertion == "possible"
        span = None if start is None else Span(start + each.span.start, start + each.span.end)
        named = replace(each, span=span) if span else each
        yield Candidate(named, span, None, weight if held else 0.0, held, outcomes=outcomes, titled=True)


def in_line(line: Line) -> Iterator[Candidate]:
    """The candidates of a sentence."""
    last: Finding | None = None
    for each in line.findings:
        if each.kind not in _KINDS:
            continue
        start, end = each.span.start - line.span.start, each.span.end - line.span.start
        before = line.text[max(0, start - _WINDOW) : start]
        behind = line.text[end : end + _WINDOW]
        clause = before[max((match.end() for match in _END.finditer(before)), default=0) :]
        earlier = each.assertion == "past" or bool(EARLIER.search(clause) or EARLIER_BEHIND.match(behind))
        known = bool(KNOWN.search(clause) or LASTING.match(behind))
        arose = last is not None and AROSE.search(line.text[last.span.end - line.span.start : start]) is not None
        outcomes = last.concepts[:1] if arose and last else ()
        last = each
        weight = _weight(line, clause, behind)
        if each.assertion == "possible" or DOUBTFUL.search(clause):
            weight *= _IN_DOUBT
        elif each.assertion not in _HELD:
            weight = 0.0
        if earlier:
            weight = min(weight, 1.0)
        elif (known and GOES_ON.match(behind)) or arose:
            weight = min(weight, 2.5)
        if _is_sign(each):
            weight *= _OF_A_SIGN
        if line.patient is None:
            weight *= _ELSEWHERE
        held = each.assertion in _HELD and not DOUBTFUL.search(clause)
        yield Candidate(each, each.span, line.patient, weight, held, earlier, known, outcomes, line.kind in BACKGROUND_KINDS)


def _is_sign(finding: Finding) -> bool:
    return finding.kind == "finding" or finding.concepts[0] in signs()


def _weight(line: Line, clause: str, behind: str) -> float:
    """How much the wording around a name makes it what the report is about."""
    best = 0.3
    for cue in BEFORE:
        if cue.weight <= best:
            continue
        for match in cue.pattern.finditer(clause):
            far = len(clause[match.end() :].split())
            if far <= _FAR:
                worth = cue.weight * (1 - 0.06 * far) * (0.75 if _ADDED.search(clause, match.end()) else 1)
                if cue.weight == 3 and by_tissue(line.text):
                    worth += TISSUE_WORTH
                best = max(best, worth)
    return max([best, *(cue.weight for cue in BEHIND if cue.pattern.match(behind))])


_MISREAD: Final = re.compile(r"[a-z]{2,4}|(?:her|his|this|the)\s\w+")
"""No disease's name: an abbreviation in small letters ("a metallic pin")."""


def candidates(text: str, lines: Sequence[Line], titles: Sequence[tuple[str, int | None]]) -> list[Candidate]:
    """All of them: the titles' first, then in text order."""
    found = [
        *(each for title, start in titles for each in in_title(title, start)),
        *(each for line in lines if line.findings for each in in_line(line)),
    ]
    return [each for each in found if each.span is None or not _MISREAD.fullmatch(each.finding.span.of(text))]
