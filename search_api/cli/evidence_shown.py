"""What ``casetrove evidence`` prints for people: which treatments, of how many patients, what came, and from where."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from corpus.amounts import counted
from search_api.cli import show
from search_api.evidence.groups import group_key
from search_api.evidence.model import NOT_REPORTED, OTHER_DISEASE, REPORTED, EvidenceRow, LiteratureRow, RowOutcome
from search_api.evidence.table_model import EvidenceTable, Group, TableRow

_LEAST, _MOST = 60, 140
_DIAGNOSES = 3
_NAMES_SHOWN = 24
_COLOURS = {
    "resolved": "green", "improved": "green", "unchanged": "yellow", "progressed": "red", "adverse_reaction": "red",
    "death": "red", "not_stated": "dim",
}  # fmt: skip


def print_table(table: EvidenceTable, limit: int) -> None:
    """The counts, then the rows by treatment (``limit`` of them), then who is apart, the literature and the caveat."""
    console = _terminal()
    show.bounds(console, table.bounds)
    show.expansions(console, table.expansions)
    _population(console, table)
    _groups(console, table)
    rows, references = table.rows[:limit], _References()
    for state, some in groupby(rows, key=lambda each: each.state):
        _STATES[state](console, references, list(some))
    if len(table.rows) > limit:
        console.print(f"[dim]{len(table.rows) - limit:,} more rows: --limit, --json or --output[/dim]\n")
    _literature(console, table.literature)
    references.print(console)
    console.print(Text(table.caveat, style="italic"))
    show.end(console, "\n", table)


class _References:
    """The reports of the rows, numbered from 1 as they come."""

    def __init__(self) -> None:
        self._rows: dict[str, EvidenceRow] = {}

    def place(self, row: EvidenceRow) -> str:
        """ "[2, page 3]": the report's number, and where in it the row's first quote stands."""
        self._rows.setdefault(row.catalog_id, row)
        number = list(self._rows).index(row.catalog_id) + 1
        return f"[{', '.join(filter(None, (str(number), row.citation.location)))}]"

    def print(self, console: Console) -> None:
        """Each in full."""
        if self._rows:
            console.print("[bold]Reports[/bold]")
        for number, row in enumerate(self._rows.values(), start=1):
            line = show.reference(row.citation) + Text(f"  {row.report_id}", style="dim")
            line.stylize("not bold")
            console.print(Padding(Text(f"[{number}] ") + line, (0, 0, 0, 2), expand=False))
        console.print()


def _terminal() -> Console:
    """As wide as reads well; a pipe gets what ``COLUMNS`` says, else 100 characters."""
    console = Console(highlight=False)
    known = console.is_terminal or "COLUMNS" in os.environ
    width = max(_LEAST, min(console.width, _MOST)) if known else show.terminal().width
    return Console(highlight=False, width=width)


def _population(console: Console, table: EvidenceTable) -> None:
    held = table.population
    console.print(Text(table.summary, style="bold"))
    for words, patients in held.widened:
        console.print(f"  {patients} of them counted without “{escape(words)}”: that is not said of theirs")
    if held.different:
        told = f"{counted(held.different, 'patient')} with another underlying disease: below, not counted"
        console.print(f"  {told}")
    if held.unstated:
        console.print(f"  {counted(held.unstated, 'patient')} more left out: what theirs arose from is not told")
    for each in held.overlaps:
        console.print(f"  counted once: {each.one} and {each.other} ({escape('; '.join(each.reasons))})")
    if held.naming > held.looked_into:
        console.print(f"  looked into the best {held.looked_into:,} of {held.naming:,} reports that name it")
    console.print()


def _groups(console: Console, table: EvidenceTable) -> None:
    aimed = [group for group in table.groups if group.aimed and group.patients]
    elsewhere = [group for group in table.groups if not group.aimed and group.patients]
    of = f", of {counted(table.population.patients, 'patient')}" if table.asked["conditions"] else ""
    if aimed:
        title = "What was given, for it or for what is not told" if table.asked["conditions"] else "What was given"
        _group_table(console, f"{title}{of}", aimed, told=bool(table.asked["conditions"]))
    if elsewhere:
        _group_table(console, f"Given to these patients for something else{of}", elsewhere)
    kept = [
        f"{escape(group.canonical)} ({', '.join(f'{status} in {count}' for status, count in group.not_given.items())})"
        for group in table.groups
        if group.not_given
    ]
    if kept:
        console.print(f"[bold]Not given:[/bold] {', '.join(kept)}\n")


def _group_table(console: Console, title: str, groups: Sequence[Group], *, told: bool = False) -> None:
    """Patients by what came of it; a dash for none, so that what there is stands out.

    ``told``: with how many are told to have had it for the condition.
    """
    table = show.narrow_table(title)
    table.add_column("treatment", overflow="fold", ratio=1)
    for name in (
        "patients",
        *(["for it"] if told else []),
        "reports",
        "better",
        "same or\nworse",
        "adverse",
        "died",
        "not\nstated",
    ):
        table.add_column(name, justify="right")
    for group in groups:
        counts = group.outcomes
        aimed = [group.aims.get("the condition", 0)] if told else []
        numbers = (
            group.patients, *aimed, group.reports, counts["resolved"] + counts["improved"],
            counts["unchanged"] + counts["progressed"], counts["adverse_reaction"], counts["death"],
            counts["not_stated"],
        )  # fmt: skip
        named = Text(group.canonical, style="bold")
        if group.classes and console.width > 2 * _LEAST:
            named.append(f"  {group.classes[0]}", style="not bold dim")
        table.add_row(named, *(str(number) if number else "–" for number in numbers))
    console.print(table)
    console.print()


def _reported(console: Console, references: _References, rows: Sequence[TableRow]) -> None:
    for _, some in groupby(rows, key=lambda each: each.row.given and group_key(each.row.given)):
        members = list(some)
        first = members[0].row.given
        assert first is not None
        console.print(Text(first.canonical, style="bold cyan"))
        for each in members:
            _row(console, references, each)
        console.print()


def _row(console: Console, references: _References, each: TableRow) -> None:
    given = each.row.given
    assert given is not None
    how = [given.dose, given.route, given.frequency, given.duration]
    if given.treatment.lower() != given.canonical.lower():
        read_as = f", read as {given.repaired}" if given.repaired else ""
        how.insert(0, f"“{given.treatment}”{read_as}")
    said = [given.status.replace("_", " "), *filter(None, how), *([f"for {given.target}"] if given.target else [])]
    line = Text(f"{_who(each.row)}: ", style="bold") + Text(" · ".join(said))
    _print(console, line + Text(f"  {references.place(each.row)}", style="dim"), 2)
    _outcome(console, each.row.outcome)
    shown = {quote.text for quote in each.row.outcome.quotes}
    for quote in each.row.quotes:
        if quote.text not in shown:
            _print(console, Text(f"“{quote.text}”"), 4)
            shown.add(quote.text)


def _outcome(console: Console, outcome: RowOutcome) -> None:
    label = Text(outcome.label.replace("_", " "), style=_COLOURS[outcome.label])
    quotes = "  ".join(f"“{quote.text}”" for quote in outcome.quotes)
    _print(console, Text("outcome: ", style="dim") + label + Text(f"  {quotes}" if quotes else ""), 4)


def _print(console: Console, line: Text, indent: int) -> None:
    console.print(Padding(line, (0, 0, 0, indent), expand=False))


def _who(row: EvidenceRow) -> str:
    """ "woman, 37" as far as it is told."""
    age = ""
    if row.age is not None:
        unit = "" if row.age.unit == "year" else f" {row.age.unit}s"
        age = f"{row.age.value:g}{unit}"
    adult = row.age is None or (row.age.unit == "year" and row.age.value >= 18)
    noun = {"female": "woman" if adult else "girl", "male": "man" if adult else "boy"}.get(row.sex or "", "patient")
    return ", ".join(filter(None, (noun, age)))


def _has(row: EvidenceRow) -> str:
    names = list(dict.fromkeys(had.name for had in row.diagnoses if had.role != "comorbid"))
    return ", ".join(names[:_DIAGNOSES])


def _silent(console: Console, references: _References, rows: Sequence[TableRow]) -> None:
    console.print("[bold]No treatment reported in the available text[/bold]")
    for each in rows:
        line = Text(f"{_who(each.row)}: {_has(each.row)}")
        _print(console, line + Text(f"  {references.place(each.row)}", style="dim"), 2)
    console.print()


def _different(console: Console, references: _References, rows: Sequence[TableRow]) -> None:
    console.print("[bold]Different underlying disease (not counted)[/bold]")
    by_patient: dict[tuple[str, int], list[TableRow]] = {}
    for each in rows:
        by_patient.setdefault((each.row.catalog_id, each.row.case), []).append(each)
    for members in by_patient.values():
        who = Text(f"{_who(members[0].row)}: {', '.join(members[0].others)}")
        _print(console, who + Text(f"  {references.place(members[0].row)}", style="dim"), 2)
        given = [_told(each) for each in members if each.row.given]
        if given:
            _print(console, Text(", ".join(given)), 4)
    console.print()


def _told(each: TableRow) -> str:
    given = each.row.given
    assert given is not None
    label = "" if each.row.outcome.label == "not_stated" else f", {each.row.outcome.label.replace('_', ' ')}"
    status = "" if given.status == "given" else f", {given.status.replace('_', ' ')}"
    told = f"{status}{label}".removeprefix(", ")
    return f"{given.canonical} ({told})" if told else given.canonical


_STATES = {REPORTED: _reported, NOT_REPORTED: _silent, OTHER_DISEASE: _different}


def _literature(console: Console, found: Iterable[LiteratureRow]) -> None:
    """Names alone: they are no patients of these reports."""
    reports: dict[str, set[str]] = {}
    for each in found:
        reports.setdefault(each.given.canonical, set()).add(each.catalog_id)
    if not reports:
        return
    ranked = sorted(reports.items(), key=lambda item: (-len(item[1]), item[0].casefold()))
    names = ", ".join(f"{name} ({len(ids)})" if len(ids) > 1 else name for name, ids in ranked[:_NAMES_SHOWN])
    more = f", and {len(ranked) - _NAMES_SHOWN} more" if len(ranked) > _NAMES_SHOWN else ""
    console.print(f"[bold]Told only of others (literature), not counted:[/bold] {escape(names)}{more}\n")
