"""What evidence tables and answers cost: ``python -m eval.benchmarks.tables --data DIR [--queries FILE]``.

Milliseconds of a core, not of the clock, so that other work on the machine changes little. ``first`` is a question's
first time in this process, ``again`` its second, when what was worked out of the readings is still kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from eval.benchmarks.reporting import command, publish
from eval.benchmarks.searching import opened, read_questions
from eval.progress import Watch, progress
from search_api.service import Service

QUESTIONS: Final = (
    "cancer",
    "diabetes",
    "pregnancy",
    "treatments tried for calcinosis universalis in SLE",
    "what was given for hiccups?",
)
"""Broad ones, whose tables hold hundreds of patients, and narrow ones."""


@dataclass(frozen=True, slots=True)
class Figures:
    """``rows`` by question, and by what was done the milliseconds of each question, in the same order."""

    reports: int
    rows: Mapping[str, int]
    milliseconds: Mapping[str, Sequence[float]]

    def as_json(self) -> dict[str, object]:
        """All of it."""
        return {"reports": self.reports, "rows": dict(self.rows), "milliseconds": dict(self.milliseconds)}


def measure(service: Service, questions: Sequence[str], watch: Watch) -> Figures:
    """The table of every question and the answer to it, then the same again, its models being in memory."""
    service.warm_up()
    questions = list(dict.fromkeys(questions))
    rows: dict[str, int] = {}
    spent: dict[str, list[float]] = {}

    def timed(name: str, act: Callable[[], object]) -> None:
        begun = time.process_time()
        act()
        spent.setdefault(name, []).append((time.process_time() - begun) * 1000)

    for turn in ("first", "again"):
        for done, question in enumerate(questions, start=1):
            timed(f"table, {turn}", lambda: rows.update({question: len(service.evidence(question).rows)}))  # noqa: B023
            timed(f"answer, {turn}", lambda: service.ask(question))  # noqa: B023
            watch(turn, done, len(questions))
    return Figures(service.live.pin().manifest.reports, rows, spent)


def table(figures: Figures) -> Table:
    """One row for each question."""
    drawn = Table(title=f"ms of a core, {figures.reports:,} reports")
    for name in ("question", "rows", *figures.milliseconds):
        drawn.add_column(name, justify="left" if name == "question" else "right")
    for (question, rows), *spent in zip(figures.rows.items(), *figures.milliseconds.values(), strict=True):
        drawn.add_row(question, str(rows), *(f"{each:.0f}" for each in spent))
    return drawn


def main(
    data: Annotated[Path | None, typer.Option(help="An indexed data folder.")] = None,
    queries: Annotated[Path | None, typer.Option(help="Questions that name a condition or a treatment.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Measure evidence tables and answers."""
    service = opened(data)
    with progress(Console(stderr=True)) as watch:
        figures = measure(service, read_questions(queries) if queries else QUESTIONS, watch)
    publish(figures.as_json(), table(figures), as_json)


if __name__ == "__main__":
    command(main)
