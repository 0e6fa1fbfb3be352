"""What ``casetrove searches`` prints for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from corpus.amounts import counted
from search_api.cli import show
from search_api.searches.appendix import THINGS, facts
from search_api.searches.model import Run

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
