"""How long a search takes, by stage: ``python -m eval.benchmarks.searching --data DIR [--queries FILE]``.

One client, one question after the other, on a data folder that is indexed already. Everything is asked
once before it is timed, so that files are mapped and the model is warm. ``log`` is what keeping a search takes, in a
log of its own: the folder's is left alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, get_args

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from corpus.errors import EmptyFileError, NotFoundError, UsageError
from eval.benchmarks.reporting import command, publish
from eval.commands import encoder
from eval.progress import Watch, progress
from eval.topics import queries_of
from indexer.encoders.choice import FolderEncoders
from indexer.folder import DataFolder, default_root
from search_api.config import System, SystemName
from search_api.searches.keeping import kept
from search_api.searches.model import By, Request
from search_api.searches.store import Searches
from search_api.service import Service

PERCENTILES = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of each question, by what was timed: ``search``, its stages, ``log`` and ``ask``."""

    reports: int
    passages: int
    milliseconds: Mapping[str, Sequence[float]]

    def as_json(self) -> dict[str, object]:
        """Counts and percentiles."""
        return {
            "reports": self.reports,
            "passages": self.passages,
            "questions": len(self.milliseconds["search"]),
            "milliseconds": {name: percentiles(values) for name, values in self.milliseconds.items()},
        }


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """``p50``, ``p95`` and ``p99``, by linear interpolation."""
    return {f"p{at}": float(np.percentile(values, at)) for at in PERCENTILES}


def measure(service: Service, questions: Sequence[str], system: System, watch: Watch) -> Figures:
    """Search for and ask every question, twice: to warm up, then timed."""
    spent: dict[str, list[float]] = {}
    with TemporaryDirectory() as place:
        log = Searches(Path(place) / "searches.sqlite")
        for name, total in (("warm up", False), ("timed", True)):
            for done, question in enumerate(questions, start=1):
                laps = _lap(service, log, question, system)
                if total:
                    for stage, value in laps.items():
                        spent.setdefault(stage, []).append(value)
                watch(name, done, len(questions))
    manifest = service.live.pin().manifest
    return Figures(manifest.reports, manifest.passages, spent)


def _lap(service: Service, log: Searches, question: str, system: System) -> dict[str, float]:
    begun = time.perf_counter()
    found = service.search(question, system=system)
    searched = time.perf_counter()
    kept(log, service.catalog, service.live.pin(), Request("search", question, system=system), found, By("cli"))
    logged = time.perf_counter()
    service.ask(question)
    asked = time.perf_counter()
    stages = {f"search: {stage}": value for stage, value in found.stages.items()}
    spent = {"search": searched - begun, "log": logged - searched, "ask": asked - logged}
    return {name: seconds * 1000 for name, seconds in spent.items()} | stages


def titles(service: Service, limit: int) -> list[str]:
    """Titles of indexed reports, spread evenly over the ids. Raises UsageError where none has one."""
    entries = service.catalog.entries(limit=service.catalog.count())
    found = [entry.bibliography.title for entry in entries if entry.bibliography.title]
    if not found:
        raise UsageError("no indexed report has a title: give questions with --queries")
    return found[:: max(1, len(found) // limit)][:limit]


def read_questions(path: Path) -> list[str]:
    """A question a line, or a ``.jsonl`` file of queries in BEIR layout. Raises NotFoundError and EmptyFileError."""
    if path.suffix == ".jsonl":
        return list(queries_of(path).values())
    if not path.is_file():
        raise NotFoundError(f"--queries {path}: there is no such file")
    found = [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    if not found:
        raise EmptyFileError(f"--queries {path}: holds no questions")
    return found


def table(figures: Figures) -> Table:
    """One row for what was timed."""
    count = len(figures.milliseconds["search"])
    drawn = Table(title=f"ms for {count:,} questions to {figures.reports:,} reports, {figures.passages:,} passages")
    drawn.add_column("what")
    for at in PERCENTILES:
        drawn.add_column(f"p{at}", justify="right")
    for name, values in figures.milliseconds.items():
        drawn.add_row(name, *(f"{value:.2f}" for value in percentiles(values).values()))
    return drawn


def opened(data: Path | None) -> Service:
    """The service over an indexed data folder, the user's own if none is given. Raises NotFoundError."""
    root = data or default_root()
    if not root.is_dir():
        raise NotFoundError(f"--data {root}: there is no such folder")
    folder = DataFolder(root)
    return Service(folder, FolderEncoders(folder.encoders, encoder))


def main(
    data: Annotated[Path | None, typer.Option(help="An indexed data folder.")] = None,
    queries: Annotated[Path | None, typer.Option(help="Questions; by default titles of indexed reports.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Take this many questions at most.")] = 200,
    system: Annotated[str, typer.Option(help=f"One of {', '.join(get_args(SystemName))}.")] = "hybrid",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Time searching and asking."""
    service = opened(data)
    with progress(Console(stderr=True)) as watch:
        questions = read_questions(queries)[:limit] if queries else titles(service, limit)
        figures = measure(service, questions, System.parse(system), watch)
    publish(figures.as_json(), table(figures), as_json)


if __name__ == "__main__":
    command(main)
