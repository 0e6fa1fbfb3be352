"""The diseases that a report names of its patients, and how much each looks like what the report is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.assertion import NEXT_CLAUSE, Assertion
from corpus.cases.complaints import consequences, signs, unsaid
from corpus.cases.diagnosis_cues import (
    AROSE,
    BEFORE,
    BEHIND,
    COMMON_SHORT,
    CONCEDED,
    CONFIRMED_BEHIND,
    DATED_BEHIND,
    DOUBTED,
    DOUBTFUL,
    EARLIER,
    EARLIER_BEHIND,
    ELSEWHERE,
    GOES_ON,
    JOINED,
    KNOWN,
    LASTING,
    LISTED,
    OF_A_NAME,
    REFUTED,
    REFUTED_BEHIND,
    SETTLED,
    SUGGESTED,
    SUPPOSED,
    TISSUE_WORTH,
    TITLE_AS_SIGN,
    TITLE_IS,
    TITLE_SHOWS,
    TITLE_UNDERLYING,
    TOLD,
    TURNED,
    by_tissue,
)
from corpus.cases.roles import BACKGROUND_KINDS, Role
from corpus.cases.story import Line
from corpus.cases.unlisted import kind_from, names_disease, phrase, says_little, unlisted
from corpus.findings import Finding, findings
from corpus.model import Span
from corpus.terminology.terminology import shipped

Key = int | str
"""A concept of the terminology, or the name of what it does not have."""

EVERYONE: Final = 0
"""The patient of a sentence that tells of each of several."""
_KINDS: Final = frozenset({"disease", "finding"})
_HELD: Final = frozenset({"present", "past"})
_FAR: Final = 6
"""Words between a cue and the name that it weighs, at most."""
_WINDOW: Final = 130
_END: Final = re.compile(
    r"[;:]|(?<!\b[A-Z])\.\s|,\s(?:but|while|whereas|although|which|who|where)\b|\b(?:but|whereas|although|except|"
    r"without|despite)\b"
)
_ADDED: Final = re.compile(r"\b(?:and|with|in|who|after|for)\b|,")
_TITLE_FIRST, _TITLE_SIGN, _TITLE_LATER, _TITLE_UNDER = 17.0, 18.0, 6.0, 3.0
_IN_DOUBT, _SUGGESTED = 0.2, 0.8
_BY_TISSUE: Final = 3.0
_MADE: Final = 1.0
"""Added where the words on both sides of a name make it a diagnosis."""
_OF_A_SIGN: Final = 0.5
"""What a sign's weight is worth beside a disease's."""
_OF_A_CONSEQUENCE: Final = 0.7
_OF_LITTLE: Final = 0.6
_OF_NO_LIST: Final = 0.85
"""What that of a disease is worth which the terminology does not have."""
_OF_NOBODY: Final = 0.7
"""The same of a sentence about nobody in particular."""
_HEAVIEST_FIRST: Final = sorted(BEFORE, key=lambda cue: -cue.weight)
_WORD: Final = re.compile(r"[^\W\d_]+")
_STEM, _SHORT = 5, 5
_ANY: Final = frozenset([
    "disea", "syndr", "disor", "tumor", "tumou", "cance", "malig", "benig", "acute",
    "chron", "famil", "conge", "type", "prima", "secon", "cell", "with",
])  # fmt: skip
"""Stems that the names of many diseases share."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One mention.

    ``place`` is in the report's text or, where ``outside``, in its title that is no part of it. ``patient`` is None for
    titles and for sentences about nobody in particular. ``held``: the patient has or had it; ``thinkable``: it is
    neither denied nor refuted, though perhaps not sure. ``earlier``: it was there before what is told; ``known``: the
    patient is introduced with it; ``outcomes``: what its sentence says arose from it; ``aside``: in a section that
    speaks of others, too.
    """

    key: Key
    concepts: tuple[int, ...]
    is_sign: bool
    place: Span
    patient: int | None
    weight: float
    held: bool
    thinkable: bool = True
    earlier: bool = False
    known: bool = False
    outcomes: tuple[Key, ...] = ()
    aside: bool = False
    titled: bool = False
    outside: bool = False

    @property
    def span(self) -> Span | None:
        """Its place in the report's text; None where it is not there."""
        return None if self.outside else self.place


@dataclass(frozen=True, slots=True)
class _Named:
    """What is named in a sentence or a title, at a span of the text."""

    key: Key
    concepts: tuple[int, ...]
    is_sign: bool
    span: Span
    assertion: Assertion


def candidates(text: str, lines: Sequence[Line], titles: Sequence[tuple[str, int | None]]) -> list[Candidate]:
    """All of them: the titles' first, then in text order. ``titles``: each with where it begins, None if outside."""
    words = frozenset(word[:_STEM] for word in _WORD.findall(text.lower()))
    found = [
        *(each for title, start in titles for each in _in_title(title, start)),
        *(each for line in lines if line.kind not in ("table", "figure") for each in _in_line(line)),
    ]
    return [checked for each in found if (checked := _checked(each, text, words)) is not None]


def _named(text: str, start: int, found: Sequence[Finding]) -> list[_Named]:
    """The diseases and signs of a stretch of text: those of the terminology, and those that it does not have."""
    listed = [
        _listed(text, start, each)
        for each in found
        if each.kind in _KINDS and not _is_non(text, each.span.start - start)
    ]
    others = [
        _Named(each.name, (), False, each.span, each.assertion)
        for each in unlisted(text, start, [each.span for each in found if each.kind in _KINDS])
    ]
    return sorted([*listed, *others], key=lambda each: each.span)


def _is_non(text: str, at: int) -> bool:
    """Whether "non-" stands right before a name."""
    return text[max(0, at - len("non-")) : at].lower() in ("non-", "non ")


def _listed(text: str, start: int, finding: Finding) -> _Named:
    """A finding; one whose name leaves most unsaid is told by the words before it, too ("enterogenous cyst")."""
    key: Key = finding.concepts[0]
    span = finding.span
    if key in unsaid():
        begin = start + kind_from(text, span.start - start)
        if begin < span.start:
            span = Span(begin, span.end)
            key = phrase(text[begin - start : span.end - start])
    return _Named(key, finding.concepts, _is_sign(finding), span, finding.assertion)


def _is_sign(finding: Finding) -> bool:
    concept = finding.concepts[0]
    if concept in unsaid():
        return False
    return concept in signs() or (finding.kind == "finding" and not names_disease(shipped().name(concept)))


def _in_title(title: str, start: int | None) -> Iterator[Candidate]:
    first: _Named | None = None
    settled = False
    for each in _named(title, 0, findings(title, [(0, len(title))])):
        between = title[first.span.end : each.span.start] if first else ""
        weight = _TITLE_FIRST
        outcomes: tuple[Key, ...] = ()
        if first is None:
            first = each
        elif TITLE_AS_SIGN.search(between) and not settled:
            weight, settled = _TITLE_SIGN, True
        elif TITLE_IS.search(between):
            weight = _TITLE_LATER / 2
        elif first.is_sign and not each.is_sign and TITLE_SHOWS.match(between) and not settled:
            weight, settled = _TITLE_FIRST, True
        elif TITLE_UNDERLYING.search(between):
            weight, outcomes = _TITLE_UNDER, (first.key,)
        else:
            weight = _TITLE_LATER
        held = each.assertion in _HELD or each.assertion == "possible"
        place = each.span if start is None else Span(start + each.span.start, start + each.span.end)
        yield Candidate(
            each.key, each.concepts, each.is_sign, place, None, _worth(each) * weight if held else 0.0, held, held,
            outcomes=outcomes, titled=True, outside=start is None,
        )  # fmt: skip


def _worth(named: _Named) -> float:
    if isinstance(named.key, str):
        return _OF_LITTLE if says_little(named.key) else _OF_NO_LIST
    return _OF_A_SIGN if named.is_sign else _OF_A_CONSEQUENCE if named.key in consequences() else 1.0


def _in_line(line: Line) -> Iterator[Candidate]:
    last: _Named | None = None
    refuted = False
    tissue = by_tissue(line.text)
    patient = EVERYONE if line.everyone else line.patient
    for each in _named(line.text, line.span.start, line.findings):
        start, end = each.span.start - line.span.start, each.span.end - line.span.start
        before = line.text[max(0, start - _WINDOW) : start]
        behind = line.text[end : end + _WINDOW]
        if each.assertion == "possible" and CONFIRMED_BEHIND.match(behind):
            each = replace(each, assertion="present")
        clause = before[max((match.end() for match in _END.finditer(before)), default=0) :]
        between = line.text[last.span.end - line.span.start : start] if last else None
        since = start - len(clause if between is None else min(clause, between, key=len))
        refuted = refuted and between is not None and LISTED.fullmatch(between) is not None
        refuted = (refuted and _last_turn(line.text, since, start) == since) or _is_refuted(
            line.text, since, start, behind
        )
        earlier = each.assertion == "past" or bool(EARLIER.search(clause) or EARLIER_BEHIND.match(behind))
        lasting = LASTING.match(behind) is not None
        known = lasting or KNOWN.search(clause) is not None
        arose = between is not None and AROSE.search(between) is not None
        doubted = refuted or DOUBTFUL.search(clause) is not None or ELSEWHERE.match(behind) is not None
        doubted = doubted or OF_A_NAME.match(behind) is not None
        weight = _weight(
            tissue, clause, behind, between is not None and JOINED.fullmatch(between) is not None
        ) * _belief(each.assertion, clause, doubted)
        again = last is not None and last.key == each.key and each.span.start - last.span.end <= len(" (")
        if earlier or lasting or again:  # "gout (podagra)" says it once
            weight = min(weight, 0.5)
        elif (known and (last is not None or GOES_ON.match(behind))) or arose:
            weight = min(weight, 2.5)
        weight *= _worth(each) * (1.0 if patient is not None else _OF_NOBODY)
        thinkable = not refuted and _is_thinkable(each.assertion, clause)
        yield Candidate(
            each.key, each.concepts, each.is_sign, each.span, patient, weight,
            each.assertion in _HELD and not doubted, thinkable, earlier, known, (last.key,) if arose and last else (),
            line.kind in BACKGROUND_KINDS or Role.LITERATURE in line.role,
        )  # fmt: skip
        last = each


def _is_refuted(text: str, since: int, start: int, behind: str) -> bool:
    """Whether the words before a name, from ``since`` on, or behind it say that the patient does not have it."""
    if REFUTED_BEHIND.match(behind) or (behind.startswith(",") and CONCEDED.search(text[:start][-_WINDOW:])):
        return True
    cues = (REFUTED, SUPPOSED) if TURNED.match(behind) else (REFUTED,)
    whole = text[since:start]
    if not any(each.search(whole) for each in (*cues, DOUBTED)):
        return False
    clause = text[_last_turn(text, since, start) : start]
    if any(each.search(clause) for each in cues):
        return True
    doubt = next(iter([*DOUBTED.finditer(clause)][-1:]), None)
    if doubt is None or SETTLED.search(clause, doubt.end()) or CONFIRMED_BEHIND.match(behind):
        return False
    return not (doubt.group().lower().endswith("diagnosed") and DATED_BEHIND.match(behind))


def _last_turn(text: str, start: int, end: int) -> int:
    """Where the last clause with a verb of its own begins in ``text[start:end]``; ``start`` where none does."""
    return max(
        (each.end() for each in NEXT_CLAUSE.finditer(text, start, end + _WINDOW) if each.end() <= end), default=start
    )


def _is_thinkable(assertion: Assertion, clause: str) -> bool:
    return assertion in _HELD or (assertion == "possible" and SUGGESTED.search(clause) is not None)


def _belief(assertion: Assertion, clause: str, doubted: bool) -> float:
    """How much of a mention's weight its assertion leaves."""
    if doubted:
        return _IN_DOUBT
    if assertion == "possible":
        return _SUGGESTED if _is_thinkable(assertion, clause) else _IN_DOUBT
    return 1.0 if assertion in _HELD else 0.0


def _weight(tissue: bool, clause: str, behind: str, added: bool) -> float:
    """How much the wording around a name makes it what the report is about; ``added``: to the name before it."""
    best = 0.3
    for cue in _HEAVIEST_FIRST:
        if cue.weight + (TISSUE_WORTH if cue.weight == 3 else 0) <= best:
            continue
        for match in cue.pattern.finditer(clause):
            far = len(clause[match.end() :].split())
            if far <= _FAR:
                worth = cue.weight * (1 - 0.06 * far) * (0.75 if _ADDED.search(clause, match.end()) else 1)
                if cue.weight == 3 and tissue:
                    worth += TISSUE_WORTH
                best = max(best, worth)
    if best < _BY_TISSUE and tissue and TOLD.search(clause):
        best = _BY_TISSUE
    made = max((cue.weight for cue in BEHIND if cue.pattern.match(behind)), default=0.0) * (0.75 if added else 1.0)
    if made and best >= made:  # "a diagnosis of … was made"
        return best + _MADE
    return max(best, made)


def _initials(name: str) -> str:
    return "".join(word[0] for word in _WORD.findall(name.lower()))


def _checked(candidate: Candidate, text: str, words: frozenset[str]) -> Candidate | None:
    """``candidate``; None where it is misread, or a short form of whose meaning the text has no word."""
    if candidate.span is None or not candidate.concepts:
        return candidate
    surface, concept = candidate.span.of(text), candidate.concepts[0]
    terms = shipped()
    plain = surface.removesuffix("s").lower()
    if len(surface) <= _SHORT and surface.islower() and any(_initials(name) == plain for name in terms.names(concept)):
        return None  # "a metallic pin"
    if surface.lower().startswith(("her ", "his ")):
        return None
    if len(surface) > _SHORT or surface.islower() or surface.removesuffix("s") in COMMON_SHORT:
        return candidate
    if not surface.isupper() and any(
        name.lower() == surface.lower() and name[1:].islower() for name in terms.names(concept)
    ):
        return candidate  # a word, not a short form
    for name in terms.names(concept):
        shared = frozenset() if _initials(name) == plain else _ANY
        if any(word[:_STEM] in words - shared for word in _WORD.findall(name.lower()) if len(word) >= _STEM):
            return candidate
    return None
