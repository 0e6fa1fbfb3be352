"""What kind of report a text is, judged from what it says, with the wordings that decided.

The kind that a source declares is not trusted: journals type trials as case reports and case reports as research
articles. It counts only where the text itself is silent, and a difference is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from corpus.kind_cues import CUES, PREDICATE, PRESENTING, RETRACTING, Cue, Kind, Place
from corpus.model import RelationKind, Report, SectionKind, Span
from corpus.patients import mentions

_DECIDES: Final = 3.0
"""The least total of weights that names a kind."""
_CERTAIN: Final = 5.0
_OUTRANK: Final[tuple[Kind, ...]] = ("notice", "protocol")
"""Kinds that quote the words of another: where they are certain, nothing else counts."""
_MANY_PATIENTS: Final = 5
"""From so many patients on told one by one, a report is a series (Abu-Zidan, Abbas and Hefny, 2012)."""
_SHOWN: Final = 5
"""Wordings shown as evidence."""
_LEAD: Final = 3_000
_PER_SECTION: Final = 4_000
_SECTIONS: Final = 60
"""Sections and code points of each that are looked at: more is a book."""
_NOTICE_LENGTH: Final = 3_500
"""Code points: a longer text is no notice, whatever it is called."""
_NOTICES: Final[frozenset[RelationKind]] = frozenset({"retracts", "corrects", "concern-about"})
_CASES: Final[frozenset[Kind]] = frozenset({"case report", "case series"})

_PLACES: Final[dict[SectionKind, Place]] = {
    "title": "title",
    "abstract": "lead",
    "introduction": "lead",
    "keywords": "lead",
    "body": "lead",
    "methods": "methods",
    "results": "methods",
    "case": "case",
    "treatment": "case",
    "outcome": "case",
}
_ASIDE: Final[frozenset[SectionKind]] = frozenset({"title", "front", "keywords", "back", "references"})
_CITING: Final = re.compile(r"[^.]{0,300}?\[\d")
_CLAUSE: Final = 200
"""Code points of a sentence around a patient's age that are looked at."""
_SAYINGS: Final[tuple[tuple[str, tuple[Kind, ...]], ...]] = (
    (r"case[\s_-]?(?:report|series|stud)", ("case report", "case series")),
    (r"protocol", ("protocol",)),
    (r"random|controlled[\s-]clinical|clinical[\s-]trial|pragmatic", ("trial",)),
    (r"observational|cohort|cross[\s-]sectional|twin[\s-]study", ("observational study", "case series")),
    (r"systematic|meta[\s-]?analys|review(?!er)", ("review",)),
    (r"^retraction|corrigend|erratum|^(?:author[\s-])?correction|concern|addend", ("notice",)),
    (r"guideline|editorial|consensus", ("other",)),
)
_SAID: Final = tuple((re.compile(pattern, re.IGNORECASE), frozenset(kinds)) for pattern, kinds in _SAYINGS)


@dataclass(frozen=True, slots=True)
class Judgement:
    """``evidence``: spans of the report's text that speak for ``kind``, in order; none where only its declared kind or
    a title that is no part of the text does. ``declared``: what the source calls it. ``disagrees``: it names
    another kind than the one judged."""

    kind: Kind
    evidence: tuple[Span, ...]
    declared: tuple[str, ...]
    disagrees: bool


def judge(report: Report) -> Judgement:
    """The kind of ``report``; "unknown" where neither its text nor its source tells. Linear in the text."""
    scores: dict[Kind, float] = defaultdict(float)
    found: dict[Kind, list[tuple[float, Span]]] = defaultdict(list)
    for kind, weight, span in _evidence(report):
        scores[kind] += weight
        if span is not None:
            found[kind].append((weight, span))
    kind = _decide(scores)
    declared = report.bibliography.declared
    named = frozenset[Kind]().union(*map(_named, declared))
    if kind == "unknown" and len(named - {"case series"}) == 1:
        kind = next(iter(named - {"case series"}))
    best = sorted(found[kind] or (found["case report"] if kind == "case series" else []), key=lambda one: -one[0])
    evidence = tuple(sorted({span for _, span in best[:_SHOWN]}))
    return Judgement(kind, evidence, declared, bool(named) and kind not in (*named, "unknown"))


def _decide(scores: dict[Kind, float]) -> Kind:
    """The kind with the highest score; cases told one by one are one kind until a study of groups outweighs them."""
    for decisive in _OUTRANK:
        if scores[decisive] >= _CERTAIN:
            return decisive
    told = scores["case report"] + scores["case series"]
    others = [(score, kind) for kind, score in scores.items() if kind not in _CASES]
    score, kind = max(others, default=(0.0, "unknown"), key=lambda one: one[0])
    if told >= _DECIDES and told >= score:
        return "case series" if scores["case series"] >= _DECIDES else "case report"
    return kind if score >= _DECIDES else "unknown"


def _named(declared: str) -> frozenset[Kind]:
    """The kinds that a declared type can mean; none for types that tell nothing ("research-article")."""
    return next((kinds for pattern, kinds in _SAID if pattern.search(declared)), frozenset())


def _evidence(report: Report) -> Iterator[tuple[Kind, float, Span | None]]:
    """Every cue found, with its weight and where; None where that is a title outside the text."""
    if any(relation.kind in _NOTICES for relation in report.bibliography.relations):
        yield "notice", _CERTAIN, None
    places = _places(report)
    short = len(report.text) <= _NOTICE_LENGTH
    title = None if places["title"] else report.bibliography.title
    for cue in CUES:
        if cue.kind == "notice" and not short:
            continue
        if span := _first(cue, report.text, places[cue.place]):
            yield cue.kind, cue.weight, span
        elif title and cue.place == "title" and cue.pattern.search(title):
            yield cue.kind, cue.weight, None
    if short and (match := RETRACTING.search(report.text)):
        yield "notice", _CERTAIN, Span(match.start(), match.end())
    yield from _introduced(report, places)
    if places["methods"] and (heading := _study_heading(report)):
        yield "other", _DECIDES, heading


def _places(report: Report) -> dict[Place, list[Span]]:
    """Where to look for each cue; a text without an abstract leads with its first code points."""
    places: dict[Place, list[Span]] = {"title": [], "lead": [], "heading": [], "methods": [], "case": []}
    for section in report.sections[:_SECTIONS]:
        if section.heading is not None:
            places["heading"].append(section.heading)
        place = _PLACES.get(section.kind)
        if place is not None:
            places[place].append(_head(section.body, _PER_SECTION))
    if not any(section.kind == "abstract" for section in report.sections):
        places["lead"] += _opening(report)
    return places


def _opening(report: Report) -> Iterator[Span]:
    """How a text begins, whatever its sections are called."""
    left = _LEAD
    for section in report.sections:
        if section.kind not in _ASIDE and left:
            yield _head(section.body, left)
            left -= min(section.body.end - section.body.start, left)


def _head(span: Span, length: int) -> Span:
    return Span(span.start, min(span.end, span.start + length))


def _first(cue: Cue, text: str, spans: list[Span]) -> Span | None:
    """The first place where the cue's words are the authors' own: not in a sentence that cites others."""
    for span in spans:
        for match in cue.pattern.finditer(text, span.start, span.end):
            if cue.place in ("title", "heading") or not _CITING.match(text, match.end(), span.end):
                return Span(match.start(), match.end())
    return None


def _study_heading(report: Report) -> Span | None:
    """The heading of the methods, where results follow: a study, of whatever design."""
    headings = {section.kind: section.heading for section in reversed(report.sections) if section.heading is not None}
    return headings["methods"] if {"methods", "results"} <= headings.keys() else None


def _introduced(report: Report, places: dict[Place, list[Span]]) -> Iterator[tuple[Kind, float, Span]]:
    """Patients stated one by one: the first counts for a case report, a fifth for a series."""
    told: set[tuple[float, str | None]] = set()
    for span in sorted({*places["lead"], *places["case"]}):
        for mention in mentions(report.text, span.start, span.end):
            start, end = mention.span.start, mention.span.end
            came = PRESENTING.match(report.text, end, min(span.end, end + _CLAUSE))
            introduced = came is not None or PREDICATE.search(report.text[max(span.start, start - _CLAUSE) : start])
            if (mention.age, mention.sex) in told:
                continue
            told.add((mention.age, mention.sex))
            shown = Span(start, came.end() if came else end)
            if len(told) == 1:
                yield "case report", 6 if introduced else 3, shown
            elif len(told) == _MANY_PATIENTS and introduced:
                yield "case series", 3, shown
