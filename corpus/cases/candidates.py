"""The diseases that a report names of its patients, and how much each looks like what the report is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.cases.diagnosis_cues import (
    BEFORE,
    BEHIND,
    DOUBTFUL,
    EARLIER,
    EARLIER_BEHIND,
    GOES_ON,
    LASTING,
    TISSUE_WORTH,
    TITLE_AS_SIGN,
    TITLE_IS,
    TITLE_UNDERLYING,
    UNDERLYING,
    by_tissue,
)
from corpus.cases.roles import Role
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
_OF_A_FINDING: Final = 0.55
"""What a sign's weight is worth beside a disease's."""
_ELSEWHERE: Final = 0.5
"""The same of a sentence about nobody in particular."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One mention. ``span`` is None in a title that is no part of the text. ``patient`` is None for the title and for
    sentences about all or nobody."""

    finding: Finding
    span: Span | None
    patient: int | None
    weight: float
    held: bool
    earlier: bool = False
    underlying: bool = False


def in_title(title: str, start: int | None) -> Iterator[Candidate]:
    """The candidates of ``title``, which begins at ``start`` of the text (None where it is no part of it)."""
    named = [each for each in findings(title, [(0, len(title))]) if each.kind in _KINDS]
    first: Finding | None = None
    settled = False
    for each in named:
        between = title[first.span.end : each.span.start] if first else ""
        weight, underlying = _TITLE_FIRST, False
        if first is None:
            first = each
        elif TITLE_AS_SIGN.search(between) and not settled:
            weight, settled = _TITLE_SIGN, True
        elif TITLE_IS.search(between):
            weight = _TITLE_LATER / 2
        elif TITLE_UNDERLYING.search(between):
            weight, underlying = _TITLE_UNDER, True
        else:
            weight = _TITLE_LATER
        if each.kind == "finding":
            weight *= _OF_A_FINDING
        held = each.assertion in _HELD or each.assertion == "possible"
        span = None if start is None else Span(start + each.span.start, start + each.span.end)
        yield Candidate(each, span, None, weight if held else 0.0, held, underlying=underlying)


def in_line(line: Line) -> Iterator[Candidate]:
    """The candidates of a sentence."""
    for each in line.findings:
        if each.kind not in _KINDS:
            continue
        start, end = each.span.start - line.span.start, each.span.end - line.span.start
        before = line.text[max(0, start - _WINDOW) : start]
        behind = line.text[end : end + _WINDOW]
        clause = before[max((match.end() for match in _END.finditer(before)), default=0) :]
        earlier = each.assertion == "past" or bool(EARLIER.search(clause) or EARLIER_BEHIND.match(behind))
        underlying = bool(UNDERLYING.search(clause) or LASTING.match(behind))
        weight = _weight(line, clause, behind)
        if each.assertion == "possible" or DOUBTFUL.search(clause):
            weight *= 0.3
        elif each.assertion not in _HELD:
            weight = 0.0
        if earlier:
            weight = min(weight, 1.0)
        elif underlying and GOES_ON.match(behind) and not line.role & Role.LITERATURE:
            weight = min(weight, 2.5)
        if each.kind == "finding":
            weight *= _OF_A_FINDING
        if line.patient is None:
            weight *= _ELSEWHERE
        held = each.assertion in _HELD and not DOUBTFUL.search(clause)
        yield Candidate(each, each.span, line.patient, weight, held, earlier, underlying)


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


def candidates(lines: Sequence[Line], titles: Sequence[tuple[str, int | None]]) -> list[Candidate]:
    """All of them: the titles' first, then in text order."""
    return [
        *(each for title, start in titles for each in in_title(title, start)),
        *(each for line in lines if line.findings for each in in_line(line)),
    ]
