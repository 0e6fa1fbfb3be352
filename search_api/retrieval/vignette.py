"""What is looked for when patients like one are wanted: the findings of a vignette, each weighed, and its patient.

A finding weighs by how rare its concept is among the reports and by its kind; one of the past or in doubt weighs less.
Each concept counts once. Its narrower concepts count nearly as much, what it is a kind of and that one's other kinds
little: a report of a kindred disease is some way towards the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from corpus.assertion import Assertion
from corpus.bedside import noted
from corpus.findings import Finding, case_sentences, findings
from corpus.model import Report
from corpus.patients import PatientMention, patients
from corpus.sentences import split
from corpus.terminology.terminology import Terminology, shipped
from indexer.analyzer import concept_term
from indexer.lexical import Group, LexicalIndex

OF_A_KIND: Final[dict[str, float]] = {"disease": 1.0, "finding": 1.0, "procedure": 0.4, "drug": 0.5}
CERTAIN: Final[dict[Assertion, float]] = {"present": 1.0, "past": 0.6, "possible": 0.6}
"""What a finding counts by what is asserted of it; others are not the patient's."""
NARROWER, BROADER, SIBLING = 0.8, 0.4, 0.2
"""What a kindred concept counts where the same counts 1."""
_MOST_NARROWER, _MOST_SIBLINGS = 300, 40
"""A concept with more kinds says too little for them to be kin."""
_MOST_FINDINGS: Final = 60
_KIN: Final = 0.3
_ANOTHER: Final = re.compile(
    r"\b(?:an?|another|the (?:second|other)|second|patient \w+|case \w+)\W{0,3}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One finding looked for: its first mention, and its weight."""

    finding: Finding
    weight: float


@dataclass(frozen=True, slots=True)
class Vignette:
    """A text taken apart. ``sought`` are what the patient has, the heaviest first; ``denied`` what they have not.

    ``kin``: by concept, which of ``sought`` it stands for and how much it counts there. ``plain`` is the text without
    what it denies; ``patient`` is None where none is stated.
    """

    text: str
    plain: str
    sought: tuple[Wanted, ...]
    denied: tuple[Wanted, ...]
    patient: PatientMention | None
    notices: tuple[str, ...] = ()
    kin: dict[int, list[tuple[int, float]]] = field(default_factory=dict)


def of_text(text: str, lexical: LexicalIndex) -> Vignette:
    """The vignette that ``text`` tells."""
    return _taken_apart(text, split(text), noted(text), lexical)


def of_report(report: Report, lexical: LexicalIndex) -> Vignette:
    """A report's patient, by its abstract and its case: what it discusses is not looked for."""
    return _taken_apart(report.text, case_sentences(report), list(patients(report)), lexical)


def _taken_apart(
    text: str, sentences: list[tuple[int, int]], stated: list[PatientMention], lexical: LexicalIndex
) -> Vignette:
    people = _people(text, stated)
    found = findings(text, sentences)
    notices: tuple[str, ...] = ()
    patient = people[0] if people else None
    if len(people) > 1:
        patient, begin, end = _best_told(people, sentences, found)
        sentences = [each for each in sentences if begin <= each[0] < end]
        found = [each for each in found if begin <= each.span.start < end]
        listed = ", ".join(map(str, people))
        notices = (f"the text tells of {len(people)} patients ({listed}): the {patient} is looked for",)
    terminology = shipped()
    sought = _weighed(found, CERTAIN, terminology, lexical)
    have = {concept for each in sought for concept in each.finding.concepts}
    denied = [
        each
        for each in _weighed(found, {"absent": 1.0}, terminology, lexical)
        if have.isdisjoint(each.finding.concepts)
    ]
    if not sought:
        notices += ("no finding of the terminology was recognised: the text is compared by its words and meaning",)
    plain = _without(text, sentences, found)
    return Vignette(text, plain, tuple(sought), tuple(denied), patient, notices, _kin(sought, terminology))


def groups(vignette: Vignette, lexical: LexicalIndex) -> list[Group]:
    """What is looked up in the index: a group for each finding, and one for its kindred, which weighs less."""
    terminology = shipped()
    out = []
    for each in vignette.sought:
        for concept in each.finding.concepts[:2]:
            factor = each.weight / max(_rarity(concept, terminology, lexical), 1e-9)
            own = concept_term(terminology, concept)
            narrower = [concept_term(terminology, below) for below in _narrower(concept, terminology)]
            held = [term for term in narrower if lexical.document_frequency(term)]
            out.append(_rated(((own, 1.0), *((term, NARROWER) for term in held)), factor, lexical))
            kindred = [concept_term(terminology, kin) for kin in _broader_and_siblings(concept, terminology)]
            held = [term for term in kindred if lexical.document_frequency(term)]
            if held:
                out.append(_rated(tuple((term, 1.0) for term in held), _KIN * factor, lexical))
    return out


def _rated(terms: tuple[tuple[str, float], ...], factor: float, lexical: LexicalIndex) -> Group:
    """A group that is as rare as its commonest term."""
    group = Group(terms)
    commonest = min(lexical.idf(term) for term, _ in terms)
    return Group(terms, factor * commonest / max(lexical.rarity(group), 1e-9))


def _people(text: str, stated: Iterable[PatientMention]) -> list[PatientMention]:
    """The patients that are introduced; "at 36 years she" goes on about the one before."""
    people: list[PatientMention] = []
    for each in stated:
        is_known = any(each.age == known.age and each.sex in (known.sex, None) for known in people)
        before = text[max(0, each.span.start - 16) : each.span.start]
        if not people or (not is_known and each.sex is not None and _ANOTHER.search(before)):
            people.append(each)
    return people


def _best_told(
    people: Sequence[PatientMention], sentences: Sequence[tuple[int, int]], found: Sequence[Finding]
) -> tuple[PatientMention, int, int]:
    """The one of whom most is told, the first of equals, and from where to where: up to who is introduced next."""
    introduced = [[start for start, _ in sentences if start <= each.span.start] for each in people[1:]]
    starts = [0, *(max(before, default=0) for before in introduced)]
    ends = [*starts[1:], max((end for _, end in sentences), default=0)]

    def told(at: int) -> int:
        return sum(starts[at] <= each.span.start < ends[at] and each.assertion in CERTAIN for each in found)

    best = max(range(len(people)), key=told)
    return people[best], starts[best], ends[best]


def _weighed(
    found: Iterable[Finding], asserted: dict[Assertion, float], terminology: Terminology, lexical: LexicalIndex
) -> list[Wanted]:
    """Each concept once, at the most that one of its mentions counts; the heaviest first."""
    best: dict[tuple[int, ...], Wanted] = {}
    for each in found:
        certain = asserted.get(each.assertion)
        if certain is None:
            continue
        rare = min(_rarity(concept, terminology, lexical) for concept in each.concepts)
        weight = certain * OF_A_KIND[each.kind] * rare
        if each.concepts not in best or weight > best[each.concepts].weight:
            best[each.concepts] = Wanted(each, weight)
    return sorted(best.values(), key=lambda sought: (-sought.weight, sought.finding.span.start))[:_MOST_FINDINGS]


def _rarity(concept: int, terminology: Terminology, lexical: LexicalIndex) -> float:
    return lexical.idf(concept_term(terminology, concept))


def _narrower(concept: int, terminology: Terminology) -> frozenset[int]:
    below = terminology.below(concept)
    return below if len(below) <= _MOST_NARROWER else frozenset()


def _broader_and_siblings(concept: int, terminology: Terminology) -> dict[int, float]:
    """What the concept is directly a kind of, and its other kinds, with what each counts."""
    kin: dict[int, float] = {}
    for parent in terminology.broader(concept):
        siblings = terminology.narrower(parent)
        if len(siblings) <= _MOST_SIBLINGS:
            kin |= {sibling: SIBLING for sibling in siblings if kin.get(sibling) != BROADER}
            kin[parent] = BROADER
    kin.pop(concept, None)
    return kin


def _kin(sought: Sequence[Wanted], terminology: Terminology) -> dict[int, list[tuple[int, float]]]:
    kin: dict[int, list[tuple[int, float]]] = {}
    for at, each in enumerate(sought):
        counts: dict[int, float] = {}
        for concept in each.finding.concepts:
            counts = {**_broader_and_siblings(concept, terminology), **counts}
            counts |= dict.fromkeys(_narrower(concept, terminology), NARROWER)
        counts |= dict.fromkeys(each.finding.concepts, 1.0)
        for concept, factor in counts.items():
            kin.setdefault(concept, []).append((at, factor))
    return kin


def _without(text: str, sentences: Iterable[tuple[int, int]], found: Iterable[Finding]) -> str:
    """The sentences without the names of what is not the patient's."""
    others = iter([each.span for each in found if each.assertion not in CERTAIN])
    pieces, other = [], next(others, None)
    for start, end in sentences:
        at = start
        while other is not None and other.start < end:
            if other.start >= at:
                pieces.append(text[at : other.start])
                at = other.end
            other = next(others, None)
        pieces.append(text[at:end] + "\n")
    return " ".join(pieces)
