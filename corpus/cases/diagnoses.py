"""What each patient has: the disease that the report is about, what it arose from, and what else there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from corpus.cases.candidates import EVERYONE, Candidate, Key, candidates
from corpus.cases.complaints import consequences, unsaid, usual
from corpus.cases.disease_names import named_in_full
from corpus.cases.model import Diagnosis, DiagnosisRole, Sign
from corpus.cases.story import Story
from corpus.model import Report, Span
from corpus.terminology.terminology import shipped

_ENOUGH: Final = 4.0
"""The least score of a disease that a report is about, where others compete."""
_LEAST: Final = 1.2
"""The same where nothing has enough."""
_GRAVE: Final = 1.8
"""The same of what other diseases come to, where no other disease is told."""
_TOLD_AS_OWN: Final = 3.0
"""Such a weight makes a disease the report's own in a sentence that seems to tell of others."""
_OFTEN: Final = 3
"""So many mentions make a sign what a report is about that names no disease."""
_SHARE: Final = 0.3
"""What every further mention adds of its weight."""
_MOST_ADDED: Final = 6.0
_PER_MENTION, _MENTIONS = 0.4, 8
_FROM_ABOVE: Final = 0.5
"""What a disease has of the score of what it is a kind of, where a report names both."""
_BROAD: Final = ((2000, 8.0), (600, 5.0), (200, 2.5), (80, 1.0))
"""So many kinds of it, and so much less does a disease look like a report's."""
_OF_UNSAID: Final = 2.5
_OF_ITS_KIND: Final = 4.0
"""The most that a mention weighs which only says "the abscess": it names nothing new."""
_DEFINITE: Final = re.compile(r"\b(?:[Tt]he|[Tt]h[ie]se?|[Bb]oth|[Hh]is|[Hh]er|[Oo]ur)\s$")
_UNMARKED_TITLE: Final = re.compile(
    r"(?P<title>[^\n.|]{15,200}?)(?::|\s[-–—]|,)\s(?:[Aa]n?\s|[Tt]wo\s|"
    r"[Tt]hree\s)?(?:[\w-]+\s){0,2}[Cc]ase\s[Rr]eports?\b"
)
"""How a text begins that gives its title without saying that it is one."""
_ORDER: Final[dict[DiagnosisRole, int]] = {"index": 0, "underlying": 1, "comorbid": 2}


@dataclass(slots=True)
class _Disease:
    """A disease while it is weighed; ``told`` are its mentions."""

    key: Key
    told: list[Candidate] = field(default_factory=list)
    score: float = 0.0

    @property
    def concepts(self) -> tuple[int, ...]:
        return self.told[0].concepts

    @property
    def is_sign(self) -> bool:
        return self.told[0].is_sign

    @property
    def kinds(self) -> frozenset[Key]:
        """What is a kind of it."""
        return frozenset(shipped().below(self.key)) if isinstance(self.key, int) else frozenset()

    @property
    def above(self) -> frozenset[Key]:
        """What it is a kind of."""
        return frozenset(shipped().above(self.key)) if isinstance(self.key, int) else frozenset()

    @property
    def is_thinkable(self) -> bool:
        """Whether the report's own patient may have it: not if it is denied, refuted, or told only of others."""
        return any(
            each.thinkable and (each.patient is not None or not each.aside or each.weight >= _TOLD_AS_OWN)
            for each in self.told
        )

    def of_patient(self) -> list[Candidate]:
        """Its mentions as what the patient has or had."""
        return [each for each in self.told if each.held and not each.outside and each.patient is not None]


def diagnoses(story: Story) -> dict[int, tuple[Diagnosis, ...]]:
    """By patient: the index diagnosis first, then the underlying ones, then the others, each once."""
    everything = candidates(story.report.text, story.lines, _titles(story.report))
    return {
        person.number: tuple(
            _of_one([each for each in everything if each.patient in (None, EVERYONE, person.number)], story.report)
        )
        for person in story.people
    }


def _titles(report: Report) -> list[tuple[str, int | None]]:
    titles: list[tuple[str, int | None]] = [
        (section.body.of(report.text), section.body.start) for section in report.sections if section.kind == "title"
    ]
    outside = report.bibliography.title
    if not titles and outside:
        return [(outside, None)]
    unmarked = _UNMARKED_TITLE.match(report.text)
    return titles or ([(unmarked.group("title"), 0)] if unmarked else [])


def _of_one(told: Sequence[Candidate], report: Report) -> Iterator[Diagnosis]:
    diseases: dict[Key, _Disease] = {}
    for each in _resolved(told, report.text):
        diseases.setdefault(each.key, _Disease(each.key)).told.append(each)
    index = _index(diseases)
    chosen: list[tuple[_Disease, DiagnosisRole, Span]] = []
    if index is not None and (place := _place_of_index(index, diseases)):
        chosen.append((index, "index", place))
    others = [
        each
        for each in diseases.values()
        if each is not index and isinstance(each.key, int) and not each.is_sign and _belongs(each)
    ]
    listed = [*others, *([index] if index else [])]
    chosen += [(each, *_role(each, index)) for each in others if not _is_said_better(each, listed)]
    for disease, role, span in sorted(chosen, key=lambda one: (_ORDER[one[1]], one[2])):
        name, concepts = str(disease.key), disease.concepts
        if isinstance(disease.key, int):
            name = shipped().name(disease.key)
            if role == "index":
                concepts, name, span = _in_full(disease, span, report)
        yield Diagnosis(name, tuple(map(shipped().identifier, concepts)), role, span)


def _resolved(told: Sequence[Candidate], text: str) -> Iterator[Candidate]:
    """``told``, of one patient in text order; "the abscess" is the last abscess that was told by its kind."""
    last: dict[Key, Candidate] = {}
    for each in told:
        if each.key in unsaid():
            kind = last.get(each.key)
            again = (
                kind is not None
                and not each.titled
                and _DEFINITE.search(text, max(0, each.place.start - 8), each.place.start) is not None
            )
            if kind and again:
                less = min(each.weight, _OF_ITS_KIND)
                each = replace(kind, patient=each.patient, weight=less, held=each.held)
            yield each
        else:
            yield each
            if isinstance(each.key, int) and each.thinkable and not each.earlier:
                last |= dict.fromkeys(shipped().above(each.key) & unsaid(), each)


def _in_full(disease: _Disease, span: Span, report: Report) -> tuple[tuple[int, ...], str, Span]:
    """The index disease's concepts, name and place; of those that the title names where it names a kind of it."""
    best = named_in_full(report.text, disease.concepts, span)
    if best[0] != disease.concepts:
        return best
    for each in disease.told:
        if each.titled:
            text = (report.bibliography.title or "") if each.outside else report.text
            concepts, name, place = named_in_full(text, disease.concepts, each.place)
            if concepts != disease.concepts:
                return concepts, name, span if each.outside else place
    return best


def _belongs(disease: _Disease) -> bool:
    """Whether it is said to be the patient's where the report tells of the patient, or as underlying."""
    return any(not each.aside or each.known or each.outcomes for each in disease.of_patient())


def _index(diseases: dict[Key, _Disease]) -> _Disease | None:
    """The disease that the report is about."""
    for disease in diseases.values():
        disease.score = _score(disease)
    _hand_down(diseases)
    thinkable = [each for each in diseases.values() if each.is_thinkable]
    said = [each for each in thinkable if each.key not in unsaid() or any(one.titled for one in each.told)]
    plain = [each for each in said if not each.is_sign and each.key not in consequences() | unsaid()]
    named = [each for each in said if isinstance(each.key, int) and shipped().kind(each.key) == "disease"]
    grave = [each for each in named if not each.is_sign and each.key not in usual()]
    for enough, among in ((_ENOUGH, said), (_LEAST, plain), (_GRAVE, grave)):
        best = max(among, key=lambda each: each.score, default=None)
        if best is not None and best.score >= enough:
            return best
    alone = [each for each in plain if any(not one.earlier and not one.aside for one in each.of_patient())]
    if len(alone) == 1:
        return alone[0]
    kept = [each for each in named if sum(one.held for one in each.of_patient()) >= _OFTEN]
    return max(kept, key=lambda each: each.score, default=None)


def _score(disease: _Disease) -> float:
    weights = sorted((each.weight for each in disease.told), reverse=True)
    added = min(_MOST_ADDED, _SHARE * sum(weights[1:]))
    told = sum(each.held and not each.earlier for each in disease.told)
    added += _PER_MENTION * min(_MENTIONS, told) * (0.5 if disease.is_sign else 1)
    below = _breadth(disease.key) if isinstance(disease.key, int) else 0
    broad = next((less for many, less in _BROAD if below >= many), 0.0)
    vague = _OF_UNSAID if disease.key in unsaid() else 0.0
    return weights[0] + added - broad - vague


@lru_cache(maxsize=1 << 15)
def _breadth(concept: int) -> int:
    """How many kinds of it there are."""
    return len(shipped().below(concept))


def _hand_down(diseases: dict[Key, _Disease]) -> None:
    """Gives each disease that the patient is said to have a share of the score of what it is a kind of."""
    given = {}
    for key, disease in diseases.items():
        if not disease.is_sign and any(each.held and not each.earlier for each in disease.told):
            given[key] = (
                max((diseases[each].score for each in disease.above if each in diseases), default=0.0) * _FROM_ABOVE
            )
    for key, more in given.items():
        diseases[key].score += max(0.0, more)


def _is_said_better(disease: _Disease, others: Iterable[_Disease]) -> bool:
    """Whether another is a kind of it, or its name says next to nothing."""
    return disease.key in unsaid() or any(disease.key in other.above for other in others if other is not disease)


def _role(disease: _Disease, index: _Disease | None) -> tuple[DiagnosisRole, Span]:
    """Underlying where the index disease arose from it or the patient is introduced with it; and where that is said."""
    own = disease.of_patient()
    kin: frozenset[Key] = index.kinds | index.above | {index.key} if index else frozenset()
    common = disease.key in usual()
    for each in own:
        if (each.known and not common) or kin.intersection(each.outcomes):
            return "underlying", each.place
    titled = any(kin.intersection(each.outcomes) for each in disease.told if each.titled and each.weight)
    return "underlying" if titled else "comorbid", own[0].place


def _place_of_index(disease: _Disease, diseases: dict[Key, _Disease]) -> Span | None:
    """Where an index diagnosis is told: its heaviest mention of the patient, else any, else one of a kind of it."""
    for told in (
        [each for each in disease.of_patient() if not each.earlier],
        disease.told,
        [each for key in sorted(disease.kinds, key=str) if key in diseases for each in diseases[key].told],
        [each for key in sorted(disease.above, key=str) if key in diseases for each in diseases[key].told],
    ):
        placed = [(each.weight, -each.place.start, each.place) for each in told if not each.outside]
        if placed:
            return max(placed)[2]
    return None


def signs(story: Story) -> dict[int, tuple[Sign, ...]]:
    """By patient: the findings and diseases that sentences about the patient name, each once per assertion."""
    terms = shipped()
    found: dict[int, dict[tuple[int, str], Sign]] = {person.number: {} for person in story.people}
    for line in story.lines:
        told_of = list(found) if line.everyone else [] if line.patient is None else [line.patient]
        for each in line.findings:
            if told_of and each.kind in ("disease", "finding"):
                name, concepts = terms.name(each.concepts[0]), tuple(map(terms.identifier, each.concepts))
                sign = Sign(name, concepts, each.assertion, each.span)
                for number in told_of:
                    found[number].setdefault((each.concepts[0], each.assertion), sign)
    return {number: tuple(each.values()) for number, each in found.items()}
