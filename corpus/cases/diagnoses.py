"""What each patient has: the disease that the report is about, what it arose from, and what else there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from corpus.cases.candidates import Candidate, candidates
from corpus.cases.complaints import signs as complaints
from corpus.cases.complaints import unsaid
from corpus.cases.disease_names import named_in_full
from corpus.cases.model import Diagnosis, DiagnosisRole, Sign
from corpus.cases.story import Story
from corpus.model import Report, Span
from corpus.terminology.terminology import shipped

_ENOUGH: Final = 4.0
"""The least score of a disease that a report is about, where others compete."""
_LEAST: Final = 1.5
"""The same where nothing has enough: of the heaviest mention."""
_SHARE: Final = 0.3
"""What every further mention adds of its weight."""
_MOST_ADDED: Final = 6.0
_PER_MENTION, _MENTIONS = 0.4, 8
_FROM_ABOVE: Final = 0.5
"""What a disease has of the score of what it is a kind of, where a report names both."""
_BROAD: Final = ((2000, 8.0), (600, 5.0), (200, 2.5), (80, 1.0))
"""So many kinds of it, and so much less does a disease look like a report's."""
_OF_UNSAID: Final = 4.0
_ORDER: Final[dict[DiagnosisRole, int]] = {"index": 0, "underlying": 1, "comorbid": 2}


@dataclass(slots=True)
class _Disease:
    """A disease while it is weighed; ``told`` are its mentions."""

    concepts: tuple[int, ...]
    kind: str
    told: list[Candidate] = field(default_factory=list)
    score: float = 0.0

    @property
    def concept(self) -> int:
        return self.concepts[0]

    @property
    def is_sign(self) -> bool:
        return self.kind == "finding" or self.concept in complaints()

    def of_patient(self) -> list[Candidate]:
        """Its mentions as what the patient has or had."""
        return [each for each in self.told if each.held and each.span is not None and each.patient is not None]


def diagnoses(story: Story) -> dict[int, tuple[Diagnosis, ...]]:
    """By patient: the index diagnosis first, then the underlying ones, then the others, each once."""
    everything = candidates(story.report.text, story.lines, _titles(story.report))
    return {
        person.number: tuple(_of_one([each for each in everything if each.patient in (None, person.number)], story.report))
        for person in story.people
    }


def _titles(report: Report) -> list[tuple[str, int | None]]:
    titles: list[tuple[str, int | None]] = [
        (section.body.of(report.text), section.body.start) for section in report.sections if section.kind == "title"
    ]
    outside = report.bibliography.title
    return titles or ([(outside, None)] if outside else [])


def _of_one(told: Sequence[Candidate], report: Report) -> Iterator[Diagnosis]:
    terms = shipped()
    diseases: dict[int, _Disease] = {}
    for each in told:
        concepts = each.finding.concepts
        diseases.setdefault(concepts[0], _Disease(concepts, each.finding.kind)).told.append(each)
    index = _index(diseases)
    chosen: list[tuple[_Disease, DiagnosisRole, Span]] = []
    if index is not None and (place := _place_of_index(index, diseases)):
        chosen.append((index, "index", place))
    others = [each for each in diseases.values() if each is not index and not each.is_sign and _belongs(each)]
    listed = [*others, *([index] if index else [])]
    for disease in others:
        if not _is_said_better(disease, listed):
            chosen.append((disease, *_role(disease, index)))
    for disease, role, span in sorted(chosen, key=lambda one: (_ORDER[one[1]], one[2])):
        concepts, name = disease.concepts, terms.name(disease.concept)
        if role == "index":
            concepts, name, span = _in_full(disease, span, report)
        yield Diagnosis(name, tuple(map(terms.identifier, concepts)), role, span)


def _in_full(disease: _Disease, span: Span, report: Report) -> tuple[tuple[int, ...], str, Span]:
    """The index disease's concepts, name and place; of those that the title names where it names a kind of it."""
    best = named_in_full(report.text, disease.concepts, span)
    if best[0] != disease.concepts:
        return best
    outside = report.bibliography.title
    for each in disease.told:
        if each.patient is not None or not each.titled:
            continue
        text = report.text if each.span else outside or ""
        found = named_in_full(text, disease.concepts, each.finding.span)
        if found[0] != disease.concepts:
            return found[0], found[1], found[2] if each.span else span
    return best


def _belongs(disease: _Disease) -> bool:
    """Whether it is said to be the patient's where the report tells of the patient, or as underlying."""
    return any(not each.aside or each.known or each.outcomes for each in disease.of_patient())


def _index(diseases: dict[int, _Disease]) -> _Disease | None:
    """The disease that the report is about."""
    for disease in diseases.values():
        disease.score = _score(disease)
    _hand_down(diseases)
    best = max(diseases.values(), key=lambda each: each.score, default=None)
    if best is None or best.score >= _ENOUGH:
        return best
    plain = [each for each in diseases.values() if not each.is_sign and each.concept not in unsaid() and each.of_patient()]
    best = max(plain, key=lambda each: max(one.weight for one in each.told), default=None)
    return best if best and max(one.weight for one in best.told) >= _LEAST else None


def _score(disease: _Disease) -> float:
    weights = sorted((each.weight for each in disease.told), reverse=True)
    added = min(_MOST_ADDED, _SHARE * sum(weights[1:]))
    added += _PER_MENTION * min(_MENTIONS, sum(each.held for each in disease.told)) * (0.5 if disease.is_sign else 1)
    below = len(shipped().below(disease.concept))
    broad = next((less for many, less in _BROAD if below >= many), 0.0)
    vague = _OF_UNSAID if disease.concept in unsaid() else 0.0
    return weights[0] + added - broad - vague


def _hand_down(diseases: dict[int, _Disease]) -> None:
    """Gives each disease that the patient is said to have a share of the score of what it is a kind of."""
    given = {}
    for concept, disease in diseases.items():
        if not disease.is_sign and any(each.held for each in disease.told):
            above = (diseases[each].score for each in shipped().above(concept) if each in diseases)
            given[concept] = max(above, default=0.0) * _FROM_ABOVE
    for concept, more in given.items():
        diseases[concept].score += max(0.0, more)


def _is_said_better(disease: _Disease, others: Iterable[_Disease]) -> bool:
    """Whether another is a kind of it, or its name says next to nothing."""
    if disease.concept in unsaid():
        return True
    return any(disease.concept in shipped().above(other.concept) for other in others if other is not disease)


def _role(disease: _Disease, index: _Disease | None) -> tuple[DiagnosisRole, Span]:
    """Underlying where the index disease arose from it or the patient is introduced with it; and where that is said."""
    own = disease.of_patient()
    kin = {index.concept, *shipped().above(index.concept), *shipped().below(index.concept)} if index else set()
    for each in own:
        if each.known or kin.intersection(each.outcomes):
            assert each.span is not None
            return "underlying", each.span
    titled = any(kin.intersection(each.outcomes) for each in disease.told if each.patient is None and each.weight)
    place = own[0].span
    assert place is not None
    return "underlying" if titled else "comorbid", place


def _place_of_index(disease: _Disease, diseases: dict[int, _Disease]) -> Span | None:
    """Where an index diagnosis is told: its heaviest mention of the patient, else any, else one of a kind of it."""
    kinds = [*shipped().below(disease.concept), *shipped().above(disease.concept)]
    for told in (
        [each for each in disease.of_patient() if not each.earlier],
        disease.told,
        [each for kind in kinds if kind in diseases for each in diseases[kind].told],
    ):
        placed = [(each.weight, -each.span.start, each.span) for each in told if each.span is not None]
        if placed:
            return max(placed)[2]
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
