"""What ``casetrove searches`` prints for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from corpus.amounts import counted
from search_api.cli import show
from search_api.searches.appendix import THINGS, facts
from search_api.searches.comparing import Comparison
from search_api.searches.model import Run
from search_api.searches.shape import Json

_MARKS = {"same": " ", "moved": "~", "gained": "+", "lost": "-"}
_COLOURS = {"same": "dim", "moved": "", "gained": "green", "lost": "red"}
_NAME = 20
"""Columns for what a fact is called."""


def listed(found: Sequence[Run]) -> None:
    """A line or two for each."""
    console = show.terminal()
    if not found:
        console.print("no search is kept")
        return
    table = show.narrow_table("Searches")
    for name in ("id", "when (UTC)", "what", "found", "generation"):
        table.add_column(name, no_wrap=name in ("id", "found"), overflow="fold")
    for run in found:
        again = f" ({run.by.again} again)" if run.by.again else ""
        what = Text(f"{run.kind}{again}: {' '.join(run.line.split())}")
        when = run.at[:16].replace("T", " ")
        table.add_row(run.id, when, what, counted(run.counts.found, THINGS[run.kind]), f"{run.corpus.generation}")
    console.print(table)


def whole(run: Run) -> None:
    """What is kept of a search, and the places that were found."""
    console = show.terminal()
    for name, value in facts(run):
        console.print(Text(f"{name:>{_NAME}}  ", style="bold") + Text(value, style="not bold"), soft_wrap=True)
    for rank, place in enumerate(run.places, 1):
        score = "" if place.score is None else f"  {place.score:.3f}"
        label = f"  {place.label}" if place.label else ""
        console.print(Text(f"{rank:>4}. {place.report_id} [{place.start}, {place.end}){score}{label}"), soft_wrap=True)


def comparison(held: Comparison, told: Json) -> None:
    """In what the two differ, then each place with what became of it."""
    console = show.terminal()
    _pair(console, held)
    _differences(console, told["differences"])
    for each in told["changes"]:
        _change(console, each)
    counts = ", ".join(f"{told[fate]} {fate}" for fate in _MARKS)
    console.print(f"\n[dim]{counts}  (~ moved, + gained, - lost)[/dim]")


def news(told: Json) -> None:
    """What was held against what, then what is new, changed and gone."""
    console = show.terminal()
    console.print(Text(f"{told['search']['id']}: {told['search']['line'].strip()}", style="bold"))
    console.print(Text(f"looked at {told['compared']}"))
    corpus = (f"{told[f'reports_{name}']:,} {name}" for name in ("added", "changed", "removed"))
    console.print(f"reports of the corpus since: {', '.join(corpus)}")
    _differences(console, [each for each in told["differences"] if each["part"] != "corpus"])
    for name, heading in (("added", "In reports added since"), ("changed", "In reports changed since")):
        if told[name]:
            console.print(f"\n[bold]{heading}[/bold]")
        for each in told[name]:
            console.print(Text(f"{each['rank']:>4}. {_place(each)}"), soft_wrap=True)
    if told["gone"]:
        console.print("\n[bold]Found then and not now[/bold]")
    for each in told["gone"]:
        console.print(Text(f"{each['rank_then']:>4}. {_place(each)}  ({each['reason']})"), soft_wrap=True)
    if not (told["added"] or told["changed"] or told["gone"]):
        console.print("nothing is new")


def _pair(console: Console, held: Comparison) -> None:
    for name, run in (("then", held.then), ("now", held.now)):
        when = run.at[:16].replace("T", " ")
        told = f"{name:>4}  {run.id or 'not kept'}  {when}  generation {run.corpus.generation}  {run.line.strip()}"
        console.print(Text(told), soft_wrap=True)


def _differences(console: Console, differences: Sequence[Json]) -> None:
    for each in differences:
        told = f"{each['part']}: {each['name']}: {_told(each['then'])} → {_told(each['now'])}"
        console.print(Text(told, style="yellow"), soft_wrap=True)


def _told(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _change(console: Console, each: Json) -> None:
    ranks = " → ".join("·" if rank is None else str(rank) for rank in (each["rank_then"], each["rank_now"]))
    why = f"  ({each['reason']})" if each["reason"] else ""
    line = Text(f"{_MARKS[each['fate']]} {ranks:>9}  {_place(each)}{why}", style=_COLOURS[each["fate"]])
    console.print(line, soft_wrap=True)


def _place(each: Json) -> str:
    label = f"  {each['label']}" if each["label"] else ""
    title = each["title"] or ("" if each.get("reason") == "removed report" else "untitled")
    return f"{each['report_id']} [{each['start']}, {each['end']}){label}  {title}".rstrip()
