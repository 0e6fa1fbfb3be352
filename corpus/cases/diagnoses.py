"""What each patient has: the disease that the report is about, what it arose from, and what else there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from corpus.cases.candidates import Candidate, candidates
from corpus.cases.model import Diagnosis, DiagnosisRole, Sign
from corpus.cases.story import Story
from corpus.model import Span
from corpus.terminology.terminology import shipped

_ENOUGH: Final = 3.0
"""The least score of a disease that a report is about."""
_SHARE: Final = 0.3
"""What every further mention adds of its weight."""
_MOST_ADDED: Final = 6.0
_PER_MENTION, _MENTIONS = 0.4, 8
_FROM_ABOVE: Final = 0.5
"""What a disease has of the score of what it is a kind of, where a report names both."""
_BROAD: Final = ((2000, 8.0), (600, 5.0), (200, 2.5), (80, 1.0))
"""So many kinds of it, and so much less does a disease look like a report's."""
_VAGUE: Final = frozenset({
    "neoplasm", "Infections", "Metastasis", "Cysts", "inflammation", "Wounds and Injuries", "disease or disorder", "carcinoma",
    "cancer", "hemorrhage", "edema", "necrosis", "fibrosis", "Recurrence", "Disease Progression", "Emergencies",
    "adenocarcinoma", "sarcoma", "syndrome", "ulcer", "fracture", "abscess", "hernia",
})  # fmt: skip
"""Names that are seldom all there is to say."""
_OF_VAGUE: Final = 4.0


@dataclass(slots=True)
class _Disease:
    """A disease while it is weighed; ``told`` are its mentions."""

    concepts: tuple[int, ...]
    kind: str
    told: list[Candidate] = field(default_factory=list)
    score: float = 0.0


def diagnoses(story: Story) -> dict[int, tuple[Diagnosis, ...]]:
    """By patient: the index diagnosis first, then the underlying ones, then the others, each once."""
    everything = candidates(story.lines, _titles(story))
    return {
        person.number: tuple(_of_one([each for each in everything if each.patient in (None, person.number)], story))
        for person in story.people
    }


def _titles(story: Story) -> list[tuple[str, int | None]]:
    report = story.report
    titles: list[tuple[str, int | None]] = [
        (section.body.of(report.text), section.body.start) for section in report.sections if section.kind == "title"
    ]
    outside = report.bibliography.title
    return titles or ([(outside, None)] if outside else [])


def _of_one(told: Sequence[Candidate], story: Story) -> Iterable[Diagnosis]:
    diseases: dict[int, _Disease] = {}
    for each in told:
        concepts = each.finding.concepts
        diseases.setdefault(concepts[0], _Disease(concepts, each.finding.kind)).told.append(each)
    for disease in diseases.values():
        disease.score = _score(disease)
    _hand_down(diseases)
    index = max(diseases.values(), key=lambda each: each.score, default=None)
    if index is not None and index.score < _ENOUGH:
        index = None
    chosen: list[tuple[_Disease, DiagnosisRole, Span]] = []
    if index is not None and (place := _best(index, diseases, story)):
        chosen.append((index, "index", place))
    others = [each for each in diseases.values() if each is not index and each.kind == "disease" and _is_held(each)]
    others = [each for each in others if not _is_said_better(each, [*others, *([index] if index else [])])]
    for disease in others:
        role: DiagnosisRole = "underlying" if any(each.underlying and each.held for each in disease.told) else "comorbid"
        chosen.append((disease, role, _place(disease, role)))
    order: dict[DiagnosisRole, int] = {"index": 0, "underlying": 1, "comorbid": 2}
    terms = shipped()
    for disease, role, span in sorted(chosen, key=lambda one: (order[one[1]], one[2])):
        yield Diagnosis(terms.name(disease.concepts[0]), tuple(map(terms.identifier, disease.concepts)), role, span)


def _score(disease: _Disease) -> float:
    weights = sorted((each.weight for each in disease.told), reverse=True)
    added = min(_MOST_ADDED, _SHARE * sum(weights[1:])) + _PER_MENTION * min(_MENTIONS, len(weights))
    below = len(shipped().below(disease.concepts[0]))
    broad = next((less for many, less in _BROAD if below >= many), 0.0)
    vague = _OF_VAGUE if shipped().name(disease.concepts[0]) in _VAGUE else 0.0
    return weights[0] + added - broad - vague


def _hand_down(diseases: dict[int, _Disease]) -> None:
    """Gives each disease that the patient is said to have a share of what it is a kind of."""
    terms = shipped()
    given = {}
    for concept, disease in diseases.items():
        if not any(each.held for each in disease.told):
            continue
        above = [diseases[each] for each in terms.above(concept) if each in diseases and each != concept]
        given[concept] = max((each.score for each in above), default=0.0) * _FROM_ABOVE
    for concept, more in given.items():
        if more > 0 and diseases[concept].kind == "disease":
            diseases[concept].score += more


def _is_held(disease: _Disease) -> bool:
    return any(each.held and each.patient is not None for each in disease.told)


def _is_said_better(disease: _Disease, others: Sequence[_Disease]) -> bool:
    """Whether another is a kind of it, or it is only a vague word."""
    terms = shipped()
    concept = disease.concepts[0]
    if terms.name(concept) in _VAGUE:
        return True
    return any(concept in terms.above(other.concepts[0]) for other in others if other is not disease)


def _place(disease: _Disease, role: DiagnosisRole) -> Span:
    """Where the patient is best said to have it."""
    own = [each for each in disease.told if each.held and each.span is not None and each.patient is not None]
    fitting = [each for each in own if each.underlying] if role == "underlying" else own
    place = (fitting or own or disease.told)[0].span
    assert place is not None
    return place


def _best(disease: _Disease, diseases: dict[int, _Disease], story: Story) -> Span | None:
    """Where an index diagnosis is told: its heaviest mention of the patient, else any, else one of a kind of it."""
    for told in (
        [each for each in disease.told if each.patient is not None and each.held and not each.earlier],
        disease.told,
        [each for kind in shipped().below(disease.concepts[0]) if kind in diseases for each in diseases[kind].told],
        [each for kind in shipped().above(disease.concepts[0]) if kind in diseases for each in diseases[kind].told],
    ):
        placed = [each for each in told if each.span is not None]
        if placed:
            return max(placed, key=lambda each: (each.weight, -(each.span.start if each.span else 0))).span
    return None


def signs(story: Story) -> dict[int, tuple[Sign, ...]]:
    """By patient: the findings and diseases that sentences about the patient name, each once per assertion."""
    terms = shipped()
    found: dict[int, dict[tuple[int, str], Sign]] = {person.number: {} for person in story.people}
    for line in story.lines:
        for each in line.findings:
            if line.patient is not None and each.kind in ("disease", "finding"):
                name, concepts = terms.name(each.concepts[0]), tuple(map(terms.identifier, each.concepts))
                sign = Sign(name, concepts, each.assertion, each.span)
                found[line.patient].setdefault((each.concepts[0], each.assertion), sign)
    return {number: tuple(each.values()) for number, each in found.items()}
