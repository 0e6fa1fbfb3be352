"""A question → the evidence that the reports at hand hold: reports on the condition, patients, rows and groups."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from corpus.amounts import counted
from corpus.cases.model import PatientCase
from corpus.catalog import Catalog, Stored
from corpus.model import Span
from corpus.standing import Link
from indexer.analyzer import term
from indexer.generation import Generation
from search_api.answering.coverage import EXTENT
from search_api.answering.terms import folded
from search_api.config import HYBRID
from search_api.evidence.asked import Sense, Wanted, named, sense
from search_api.evidence.choosing import Chosen, fits, is_of, ordered
from search_api.evidence.finding import MOST_REPORTS, Found, find
from search_api.evidence.groups import grouped
from search_api.evidence.meeting import Meeting, Met, Read, other_diseases
from search_api.evidence.model import (
    NOT_REPORTED,
    OTHER_DISEASE,
    REPORTED,
    EvidenceRow,
    LiteratureRow,
    Quote,
    State,
)
from search_api.evidence.overlapping import Patient, numbered, overlaps
from search_api.evidence.table_model import Aim, EvidenceTable, Group, MetBy, Population, TableRow
from search_api.model import Bounds
from search_api.retrieval.conditions import admit
from search_api.retrieval.query import Asked
from search_api.retrieval.sought import as_read, sought

_LONGEST = 12
"""Words of a condition in which long forms are looked for."""
_MOST_NAMED = 5
"""Treatments in a summary."""


@dataclass(frozen=True, slots=True)
class _Person:
    """A patient with the condition. ``others``: their underlying disease, if another than was asked."""

    read: Read
    case: PatientCase
    met: tuple[Met, ...]
    state: State
    others: tuple[str, ...]

    @property
    def key(self) -> Patient:
        return self.read.stored.report_id, self.case.number


def evidence(
    generation: Generation,
    catalog: Catalog,
    asked: Asked,
    chosen: Chosen,
    treatments: Sequence[str] = (),
    *,
    most: int = MOST_REPORTS,
    against: Callable[[str], Sequence[Link]] = lambda _: (),
) -> EvidenceTable:
    """The table for ``asked``, a line that was understood; ``treatments`` are asked about beside it.

    The line's age and sex bound the patients, its other conditions the reports; ``drug:`` asks for rows of the drug,
    and leaves the denominators those of the condition. ``against`` gives what stands against a report.
    Raises UsageError where nothing is asked about.
    """
    begun = time.perf_counter()
    drugs = (*asked.filters.drug, *treatments)
    wanted = sought(generation, asked.text, HYBRID)
    meant = sense(as_read(asked.quoted, wanted.expansions), drugs)
    text = asked.text if asked.has_words else " ".join(drugs)
    bound = replace(asked, filters=replace(asked.filters, drug=()))
    admitted = admit(generation, bound)
    if not asked.has_words:
        wanted = sought(generation, text, HYBRID)
    found = find(generation, text, wanted, meant, admitted, most)
    looking = _Looking(generation, asked, meant)
    for ordinal in found.ordinals:
        looking.into(Read(generation.stored(ordinal), generation.cases(ordinal), against))
    table = looking.table(catalog, chosen, found)
    notices = asked.notices + (() if admitted is None else admitted.notices) + tuple(looking.notices())
    return replace(
        table,
        question=str(asked),
        generation=generation.manifest.generation,
        took_ms=round((time.perf_counter() - begun) * 1000, 3),
        bounds=Bounds(asked.conditions, admitted.left_out_unknown if admitted else {}, {}, notices, wanted.ambiguous),
        expansions=wanted.expansions,
    )


class _Looking:
    """The reports of one question, one after another, and what came together."""

    def __init__(self, generation: Generation, asked: Asked, meant: Sense) -> None:
        self._asked, self._meant = asked, meant
        self._meeting = Meeting(lambda word: generation.lexical.idf(term(word)), _known(generation, meant))
        self._people: list[_Person] = []
        self._literature: list[LiteratureRow] = []
        self._unstated = 0

    def into(self, read: Read) -> None:
        """Take in the patients of one report who have the condition, and what it tells of others."""
        took = [self._takes(read, case) for case in read.cases.patients if fits(case, self._asked.filters)]
        if any(took) or self._is_about(read):
            self._literature += [each for each in read.literature if is_of(each.given, self._meant.treatments)]

    def _takes(self, read: Read, case: PatientCase) -> bool:
        """Whether the patient has the condition; then they are counted, or told apart."""
        met = self._conditions(read, case)
        if met is None:
            return False
        underlying = [self._meeting.meets(read, case, each) for each in self._meant.underlying]
        enough = any(underlying) if self._meant.any_underlying else all(underlying)
        state: State = REPORTED if case.treatments else NOT_REPORTED
        others: tuple[str, ...] = ()
        if not enough:
            others = other_diseases(case, (*self._meant.conditions, *self._meant.underlying))
            if not others:
                self._unstated += 1
                return True
            state = OTHER_DISEASE
        met += tuple(each for each in underlying if each)
        self._people.append(_Person(read, case, met, state, others))
        return True

    def _conditions(self, read: Read, case: PatientCase) -> tuple[Met, ...] | None:
        """How the patient meets the conditions; None where one is not met. The first is what the report is about."""
        if not self._meant.conditions:
            own = (row.given for row in read.rows if row.case == case.number and row.given)
            return () if any(is_of(given, self._meant.treatments) for given in own) else None
        met = []
        for at, each in enumerate(self._meant.conditions):
            how = self._meeting.meets(read, case, each)
            if how is None or (at == 0 and not how.central):
                return None
            met.append(how)
        return tuple(met)

    def _is_about(self, read: Read) -> bool:
        """Whether the report is about the condition, though none of its patients is told to have it (a review)."""
        if self._meant.main is None or read.cases.patients:
            return False
        return self._meeting.covers(read, self._meant.main).central

    def notices(self) -> Iterable[str]:
        """What of the question was not used."""
        question = self._meant.question
        if question.demographics:
            words = ", ".join(question.demographics)
            yield f"“{words}” did not choose patients: write age:<18, age:40..50 or sex:female"

    def table(self, catalog: Catalog, chosen: Chosen, found: Found) -> EvidenceTable:
        """All that came together, chosen and in order."""
        same = overlaps(catalog, _by_report(self._people))
        numbers = numbered([each.key for each in self._people], same)
        counted_people = [each for each in self._people if each.state != OTHER_DISEASE]
        total = len({numbers[each.key] for each in counted_people})
        rows = [row for each in self._people for row in self._shown(each, numbers[each.key]) if chosen.counts(row.row)]
        groups = grouped(rows, total if self._meant.conditions else None)
        treated = {numbers[each.key] for each in counted_people if each.state == REPORTED}
        other = {numbers[each.key] for each in self._people if each.state == OTHER_DISEASE}
        population = Population(
            focus=self._meant.focus,
            patients=total,
            reports=len({each.read.stored.report_id for each in counted_people}),
            treated=len(treated),
            silent=total - len(treated),
            different=len(other),
            unstated=self._unstated,
            widened=_widened(counted_people),
            names=_names(counted_people),
            naming=found.naming,
            looked_into=len(found.ordinals),
            overlaps=same,
        )
        meant = {
            "conditions": tuple(each.phrase for each in self._meant.conditions),
            "underlying": tuple(each.phrase for each in self._meant.underlying),
            "treatments": tuple(each.phrase for each in self._meant.treatments),
        }
        return EvidenceTable(
            question="",
            generation=0,
            took_ms=0.0,
            population=population,
            asked=meant,
            rows=ordered((row for row in rows if chosen.shows(row.row)), groups, chosen.sort),
            literature=tuple(self._literature),
            groups=groups,
            summary=summary(population, groups, self._meant),
        )

    def _shown(self, person: _Person, number: int) -> Iterable[TableRow]:
        met = tuple(_met_by(person.read.stored, each) for each in person.met)
        for row in person.read.rows:
            if row.case != person.case.number:
                continue
            if row.given is None:
                if self._meant.treatments:
                    continue
            elif not is_of(row.given, self._meant.treatments):
                continue
            yield TableRow(replace(row, state=person.state), number, self._aim(row), met, person.others)

    def _aim(self, row: EvidenceRow) -> Aim:
        """What the treatment was for, held against the question."""
        target = row.given.target if row.given else None
        if target is None:
            return "not told"
        if any(_is_named(target, each) for each in self._meant.conditions):
            return "the condition"
        if any(_is_named(target, each) for each in self._meant.underlying):
            return "the underlying disease"
        return "something else"


def _is_named(target: str, wanted: Wanted) -> bool:
    """Whether a treatment's target is the thing, a kind of it, or it without its extent."""
    if set(named(target)) & (wanted.kinds | wanted.wider):
        return True
    core = set(folded(wanted.phrase)) - EXTENT
    return bool(core) and core <= set(folded(target))


def _known(generation: Generation, meant: Sense) -> dict[str, str]:
    """The short forms of the question's phrases, and what its own short forms stand for, as the reports define them."""
    known: dict[str, str] = {}
    for each in (*meant.conditions, *meant.underlying):
        words = each.phrase.split()
        for word in words:
            for meaning in generation.abbreviations.meanings(word)[:1]:
                known.setdefault(word, meaning.long)
        for first, last in combinations(range(min(len(words), _LONGEST) + 1), 2):
            long = " ".join(words[first:last])
            for short in generation.abbreviations.shortened(long)[:1]:
                known.setdefault(short.short, long)
    return known


def _by_report(people: Iterable[_Person]) -> list[tuple[Read, list[PatientCase]]]:
    found: dict[str, tuple[Read, list[PatientCase]]] = {}
    for each in people:
        found.setdefault(each.read.stored.report_id, (each.read, []))[1].append(each.case)
    return list(found.values())


def _widened(people: Iterable[_Person]) -> tuple[tuple[str, int], ...]:
    """The words of extent asked for, each with how many patients are counted though theirs is not said to be so."""
    counts = Counter(
        " ".join(met.wanted.extent) for each in people for met in each.met if met.how == "without its extent"
    )
    return tuple(counts.most_common())


def _names(people: Iterable[_Person]) -> tuple[tuple[str, int], ...]:
    """What the condition is called among the patients' diagnoses, the most frequent first."""
    counts: Counter[str] = Counter()
    for each in people:
        if each.met:
            had = (one.name for one in each.case.diagnoses if _is_named(one.name, each.met[0].wanted))
            counts.update(dict.fromkeys(had, 1))
    return tuple(counts.most_common())


def _met_by(stored: Stored, met: Met) -> MetBy:
    return MetBy(met.wanted.phrase, met.how, None if met.span is None else _quote(stored, met.span))


def _quote(stored: Stored, span: Span) -> Quote:
    raw = stored.report.source_map.raw(span)
    return Quote(span.start, span.end, span.of(stored.report.text), *raw)


def summary(population: Population, groups: Sequence[Group], meant: Sense) -> str:
    """The table in a few sentences, made only of its counts and names."""
    names = " or ".join(f"“{each.phrase}”" for each in meant.treatments)
    if not population.patients:
        about = f"with {population.focus}" if meant.conditions else f"who had {names}"
        return f"No report at hand tells of a patient {about}."
    reports, patients = counted(population.reports, "report"), counted(population.patients, "patient")
    describe = "describes" if population.reports == 1 else "describe"
    about = f"with {population.focus}" if meant.conditions else f"for whom {names} is told of"
    told = [f"{reports} {describe} {patients} {about}."]
    if meant.treatments:
        told += [f"{group.sentence}." for group in groups[:_MOST_NAMED]]
        told += [f"None of them is told to have had {names}."] if not groups else []
    elif most := [group for group in groups if group.aimed and group.patients][:_MOST_NAMED]:
        told.append("Given most often: " + ", ".join(f"{group.canonical} ({group.patients})" for group in most) + ".")
    if population.silent:
        told.append(f"Of {population.silent} no treatment is reported in the available text.")
    return " ".join(told)
