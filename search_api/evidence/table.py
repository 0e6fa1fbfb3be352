"""A question → its evidence table: rows held against the question, groups with their denominators, and a summary."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.catalog import Catalog, Stored
from indexer.generation import Generation
from search_api.evidence.asked import Sense
from search_api.evidence.choosing import Chosen, is_of, ordered
from search_api.evidence.earlier import was_before
from search_api.evidence.finding import MOST_REPORTS
from search_api.evidence.gathering import Gathered, Person, Warnings, gather, is_named
from search_api.evidence.groups import grouped
from search_api.evidence.meeting import Met
from search_api.evidence.model import EvidenceRow
from search_api.evidence.rows import quote_of
from search_api.evidence.summary import summary
from search_api.evidence.table_model import Aim, EvidenceTable, MetBy, TableRow
from search_api.retrieval.query import Asked


def evidence(
    generation: Generation,
    catalog: Catalog,
    asked: Asked,
    chosen: Chosen,
    treatments: Sequence[str] = (),
    *,
    most: int = MOST_REPORTS,
    against: Warnings = lambda _: (),
) -> EvidenceTable:
    """The table for ``asked``, a line that was understood; ``treatments`` are asked about beside it.

    The line's age and sex bound the patients, its other conditions the reports; ``drug:`` and ``treatment:`` ask for
    rows, and leave the denominators those of the condition. ``against`` gives what stands against a report.
    Raises UsageError where nothing is asked about.
    """
    begun = time.perf_counter()
    table = table_of(gather(generation, catalog, asked, treatments, most, against), chosen)
    took = round((time.perf_counter() - begun) * 1000, 3)
    return replace(table, question=str(asked), generation=generation.manifest.generation, took_ms=took)


def table_of(gathered: Gathered, chosen: Chosen) -> EvidenceTable:
    """What came together as a table, chosen and in order; question, generation and time are for the caller to say."""
    meant, population = gathered.meant, gathered.population()
    rows = [
        row
        for person in gathered.people
        for row in _rows(person, gathered.numbers[person.key], meant)
        if chosen.counts(row.row)
    ]
    groups = grouped(rows, population.patients if meant.conditions else None)
    return EvidenceTable(
        question="",
        generation=0,
        took_ms=0.0,
        population=population,
        asked={
            "conditions": tuple(each.phrase for each in meant.conditions),
            "underlying": tuple(each.phrase for each in meant.underlying),
            "treatments": tuple(each.phrase for each in meant.treatments),
        },
        rows=ordered((row for row in rows if chosen.shows(row.row)), groups, chosen.sort),
        literature=gathered.literature,
        groups=groups,
        summary=summary(population, groups, meant, gathered.literature),
        bounds=gathered.bounds,
        expansions=gathered.expansions,
    )


def _rows(person: Person, number: int, meant: Sense) -> Iterable[TableRow]:
    """The patient's rows; where treatments are asked about, of those alone."""
    met = tuple(_met_by(person.read.stored, each) for each in person.met)
    for row in person.read.rows:
        if row.case != person.case.number:
            continue
        if is_of(row.given, meant.treatments) if row.given else not meant.treatments:
            yield TableRow(replace(row, state=person.state), number, _aim(row, person, meant), met, person.others)


def _aim(row: EvidenceRow, person: Person, meant: Sense) -> Aim:
    """What the treatment was for, held against the question."""
    target = row.given.target if row.given else None
    if target is None:
        return "something else" if was_before(row, person, meant) else "not told"
    if any(is_named(target, each) for each in meant.conditions):
        return "the condition"
    return "the underlying disease" if any(is_named(target, each) for each in meant.underlying) else "something else"


def _met_by(stored: Stored, met: Met) -> MetBy:
    """With the whole sentence, from which it can be seen whether the condition is the patient's."""
    if met.span is None:
        return MetBy(met.wanted.phrase, met.how, None)
    around = next((each.span for each in stored.report.sentences if each.span.holds(met.span)), met.span)
    return MetBy(met.wanted.phrase, met.how, quote_of(stored, around))
