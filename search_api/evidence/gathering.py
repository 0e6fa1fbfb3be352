"""A question → the patients who have what it names, report by report, and who of them are the same person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from corpus.cases.model import GIVEN, PatientCase
from corpus.catalog import Catalog
from corpus.standing import Link
from indexer.analyzer import term
from indexer.generation import Generation
from search_api.answering.coverage import EXTENT
from search_api.answering.question import MOST_FACETS, MOST_WORDS
from search_api.answering.terms import folded
from search_api.answering.treatments import named
from search_api.config import HYBRID, System
from search_api.evidence.asked import Sense, Wanted, sense
from search_api.evidence.choosing import fits, is_of
from search_api.evidence.finding import Found, find
from search_api.evidence.meanings import as_taken, spelled_out, taken_for
from search_api.evidence.meeting import Meeting, Met, Read, other_diseases
from search_api.evidence.model import NOT_REPORTED, OTHER_DISEASE, REPORTED, LiteratureRow, State
from search_api.evidence.overlapping import Patient, numbered, overlaps
from search_api.evidence.table_model import Overlap, Population
from search_api.model import Bounds, Expansion
from search_api.retrieval.conditions import admit
from search_api.retrieval.query import Asked
from search_api.retrieval.sought import as_read, sought

Warnings = Callable[[str], Sequence[Link]]
"""What stands against a report, by its id in the catalog."""


@dataclass(frozen=True, slots=True)
class Person:
    """A patient with the condition. ``others``: their underlying disease, if another than was asked."""

    read: Read
    case: PatientCase
    met: tuple[Met, ...]
    state: State
    others: tuple[str, ...]

    @property
    def key(self) -> Patient:
        """The report and the patient's number in it."""
        return self.read.stored.report_id, self.case.number

    @property
    def was_given(self) -> bool:
        """Whether a treatment is told to have been given, not only planned, ruled out or declined."""
        return any(each.status in GIVEN for each in self.case.treatments)


@dataclass(frozen=True)
class Gathered:
    """The patients in the order of their reports, best first, those with another underlying disease among them.

    ``numbers``: the same for the same patient in two reports. ``unstated``: patients left out, for what theirs arose
    from is not told. ``literature``: what the reports tell only of others.
    """

    meant: Sense
    people: tuple[Person, ...]
    numbers: dict[Patient, int]
    same: tuple[Overlap, ...]
    literature: tuple[LiteratureRow, ...]
    unstated: int
    found: Found
    bounds: Bounds = field(default_factory=Bounds)
    expansions: tuple[Expansion, ...] = ()

    @property
    def counted(self) -> tuple[Person, ...]:
        """Those who have all that was asked."""
        return tuple(each for each in self.people if each.state != OTHER_DISEASE)

    def many(self, people: Iterable[Person]) -> int:
        """How many patients they are, each once."""
        return len({self.numbers[each.key] for each in people})

    def population(self) -> Population:
        """Who was counted."""
        people = self.counted
        total, treated = self.many(people), self.many(each for each in people if each.state == REPORTED)
        return Population(
            focus=self.meant.focus,
            patients=total,
            reports=len({each.read.stored.report_id for each in people}),
            treated=treated,
            ungiven=treated - self.many(each for each in people if each.was_given),
            silent=total - treated,
            different=self.many(each for each in self.people if each.state == OTHER_DISEASE),
            unstated=self.unstated,
            widened=_widened(people),
            names=_names(people),
            naming=self.found.naming,
            looked_into=len(self.found.ordinals),
            overlaps=self.same,
        )


def gather(
    generation: Generation,
    catalog: Catalog,
    asked: Asked,
    treatments: Sequence[str],
    most: int,
    against: Warnings,
    system: System = HYBRID,
) -> Gathered:
    """The patients of the ``most`` best reports that name what ``asked`` does; ``treatments`` are asked about, too.

    Raises UsageError where nothing is asked about.
    """
    drugs = tuple(dict.fromkeys((*asked.filters.drug, *asked.filters.treatment, *treatments)))
    wanted = sought(generation, asked.text, HYBRID)
    meant = spelled_out(generation, sense(as_read(asked.quoted, wanted.expansions), drugs))
    text = asked.text if asked.has_words else " ".join(drugs)
    admitted = admit(generation, replace(asked, filters=replace(asked.filters, drug=(), treatment=())))
    if not asked.has_words:
        wanted = sought(generation, text, HYBRID)
    found = find(generation, text, wanted, meant, admitted, most, system)
    looking = _Looking(generation, asked, meant)
    for ordinal in found.ordinals:
        looking.into(Read(generation.stored(ordinal), generation.cases(ordinal), against))
    same = overlaps(catalog, _by_report(looking.people))
    notices = asked.notices + (() if admitted is None else admitted.notices) + (*_unused(meant), *taken_for(meant))
    return Gathered(
        meant=meant,
        people=tuple(looking.people),
        numbers=numbered([each.key for each in looking.people], same),
        same=same,
        literature=tuple(looking.literature),
        unstated=looking.unstated,
        found=found,
        bounds=Bounds(
            asked.conditions,
            admitted.left_out_unknown if admitted else {},
            notices=notices,
            ambiguous=wanted.ambiguous,
            reports=admitted.count if admitted else None,
        ),
        expansions=as_taken(meant, wanted.expansions),
    )


class _Looking:
    """The reports of one question, one after another, and what came together."""

    def __init__(self, generation: Generation, asked: Asked, meant: Sense) -> None:
        self._asked, self._meant = asked, meant
        self._meeting = Meeting(lambda word: generation.lexical.idf(term(word)))
        self.people: list[Person] = []
        self.literature: list[LiteratureRow] = []
        self.unstated = 0

    def into(self, read: Read) -> None:
        """Take in the patients of one report who have the condition, and what it tells of others."""
        took = [self._takes(read, case) for case in read.cases.patients if fits(case, self._asked.filters)]
        if any(took) or self._is_about(read):
            self.literature += [each for each in read.literature if is_of(each.given, self._meant.treatments)]

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
                self.unstated += 1
                return True
            state = OTHER_DISEASE
        met += tuple(each for each in underlying if each)
        self.people.append(Person(read, case, met, state, others))
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


def is_named(name: str, wanted: Wanted) -> bool:
    """Whether ``name`` is that of the thing, of a kind of it, or of it without its extent."""
    if set(named(name)) & (wanted.kinds | wanted.wider):
        return True
    core = set(folded(wanted.said)) - EXTENT
    at = name.lower().find(wanted.said.lower())
    if at >= 0 and wanted.becomes_another(name, at, at + len(wanted.said)):
        return False
    return bool(core) and core <= set(folded(name))


def _unused(meant: Sense) -> Iterable[str]:
    """What of the question chose nobody."""
    if meant.question.is_cut:
        yield f"only {MOST_FACETS} things, each in {MOST_WORDS} words, are looked at: the rest chose nobody"
    if meant.question.demographics:
        words = ", ".join(meant.question.demographics)
        yield f"“{words}” did not choose patients: write age:<18, age:40..50 or sex:female"


def _by_report(people: Iterable[Person]) -> list[tuple[Read, list[PatientCase]]]:
    found: dict[str, tuple[Read, list[PatientCase]]] = {}
    for each in people:
        found.setdefault(each.read.stored.report_id, (each.read, []))[1].append(each.case)
    return list(found.values())


def _widened(people: Iterable[Person]) -> tuple[tuple[str, int], ...]:
    """The words of extent asked for, each with how many patients are counted though theirs is not said to be so."""
    counts = Counter(
        " ".join(met.wanted.extent) for each in people for met in each.met if met.how == "without its extent"
    )
    return tuple(counts.most_common())


def _names(people: Iterable[Person]) -> tuple[tuple[str, int], ...]:
    """What the condition is called among the patients' diagnoses, the most frequent first."""
    counts: Counter[str] = Counter()
    for each in people:
        if each.met:
            had = (one.name for one in each.case.diagnoses if is_named(one.name, each.met[0].wanted))
            counts.update(dict.fromkeys(had, 1))
    return tuple(counts.most_common())
