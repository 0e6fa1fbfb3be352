"""``casetrove cases``: what was given to whom, and what came of it, as it was read when the reports were indexed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from corpus.amounts import counted
from corpus.cases.model import Cases
from corpus.catalog import Catalog, Stored
from corpus.errors import NotFoundError
from corpus.standing import Link, warnings
from indexer.harvest import Harvest, open_harvest
from search_api.cli import show
from search_api.cli.options import Data, Json, data_folder, open_catalog
from search_api.evidence.model import EvidenceRow, LiteratureRow, RowOutcome
from search_api.evidence.rows import literature_of, rows_of
from search_api.json import Json as Values
from search_api.json import literature_json, row_json

Told = tuple[Stored, Cases]
_STATUS = {"current_at_presentation": "at presentation"}
_DETAILS = ("dose", "route", "frequency", "duration")


def cases(
    data: Data = None,
    as_json: Json = False,
    report: Annotated[str | None, typer.Option("--report", metavar="ID", help="Only those of this report.")] = None,
) -> None:
    """The patients of the indexed reports: what was given to whom, and what came of it, in the reports' words."""
    catalog = open_catalog(data)
    harvest = open_harvest(data_folder(data), catalog)
    only = None if report is None else harvest.of(report)
    if as_json:
        _print_json(catalog, harvest, only)
    else:
        _print(catalog, harvest if only is None else [only])


def _print_json(catalog: Catalog, harvest: Harvest, only: Told | None) -> None:
    """One JSON document, printed as it is made: memory does not grow with the corpus."""
    told: Iterable[Told] = harvest if only is None else [only]
    rows = (row_json(row) for stored, found in told for row in rows_of(stored, found, _against(catalog, stored)))
    print(f'{{"generation": {harvest.manifest.generation}, "rows": [', end="")
    _print_items(rows)
    print('], "literature": [', end="")
    told = harvest.literature() if only is None else [only]
    _print_items(
        literature_json(row)
        for stored, found in told
        for row in literature_of(stored, found, _against(catalog, stored))
    )
    print("]}")


def _print_items(items: Iterable[Values]) -> None:
    for at, item in enumerate(items):
        print(", " if at else "", json.dumps(item, ensure_ascii=False), sep="", end="")


def _against(catalog: Catalog, stored: Stored) -> tuple[Link, ...]:
    try:
        return tuple(warnings(catalog, stored.report_id))
    except NotFoundError:  # removed since it was indexed
        return ()


def _print(catalog: Catalog, told: Iterable[Told]) -> None:
    console = show.terminal()
    reports = patients = 0
    for stored, found in told:
        against = _against(catalog, stored)
        rows, literature = rows_of(stored, found, against), literature_of(stored, found, against)
        _report(console, rows, literature)
        reports, patients = reports + 1, patients + len(found.patients)
    console.print(f"[dim]{counted(patients, 'patient')} in {counted(reports, 'report')}[/dim]")


def _report(console: Console, rows: Sequence[EvidenceRow], literature: Sequence[LiteratureRow]) -> None:
    shown: Sequence[EvidenceRow | LiteratureRow] = rows or literature
    if not shown:
        return
    first = shown[0]
    console.print(show.reference(first.citation) + Text(f"  {first.catalog_id}", style="dim"))
    for _, those in groupby(rows, key=lambda row: row.case):
        _patient(console, list(those))
    if literature:
        names = ", ".join(row.given.canonical for row in literature)
        console.print(Padding(Text(f"only of others: {names}", style="dim"), (0, 0, 0, 3)))
    console.print()


def _patient(console: Console, rows: Sequence[EvidenceRow]) -> None:
    console.print(Padding(_who(rows[0]), (0, 0, 0, 3)))
    for row in rows:
        console.print(Padding(_what(row), (0, 0, 0, 6)))
        for line in _came_of_it(row.outcome if row.given else row.course):
            console.print(Padding(line, (0, 0, 0, 9)))


def _who(row: EvidenceRow) -> Text:
    """Patient 2: 34 years, female; systemic lupus erythematosus (underlying)."""
    age = f"{row.age.value:g} {row.age.unit}{'' if row.age.value == 1 else 's'}" if row.age else ""
    told = [", ".join(filter(None, (age, row.sex))) or "age and sex not told"]
    if row.diagnoses:
        told.append(", ".join(f"{each.name} ({each.role})" for each in row.diagnoses))
    return Text(f"patient {row.case}: ", style="green") + Text("; ".join(told))


def _what(row: EvidenceRow) -> Text:
    """given: diltiazem 60 mg, orally, for a year; for calcinosis."""
    given = row.given
    if given is None:
        return Text(f"treatment {row.state}", style="yellow")
    line = Text(f"{_STATUS.get(given.status, given.status)}: ", style="dim") + Text(given.canonical, style="bold")
    if given.treatment.lower() != given.canonical.lower():
        line.append(f" “{given.treatment}”")
    details = [value for name in _DETAILS if (value := getattr(given, name))]
    line.append("".join(f", {value}" for value in details))
    line.append(f"; for {given.target}" if given.target else "")
    return line


def _came_of_it(outcome: RowOutcome) -> Iterator[Text]:
    for quote, label in zip(outcome.quotes, outcome.labels, strict=True):
        told = "" if label == "not_stated" else f"{label.replace('_', ' ')}: "
        yield Text(told, style="yellow") + Text(f"“{quote.text}”")
