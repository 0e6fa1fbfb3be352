"""Progress on stderr for whatever takes over a second: files and passages done, rate, time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from corpus.ingest import Progress as ReadProgress
from indexer.build import BuildProgress

_LABELS = {"chunk": "cutting passages", "embed": "embedding", "write": "writing"}


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:<17}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


@contextmanager
def status(what: str) -> Iterator[None]:
    """Say what is going on while it goes on."""
    console = Console(stderr=True)
    with console.status(what) if console.is_terminal else _nothing():
        yield


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def reading() -> Iterator[Callable[[ReadProgress], None]]:
    """A bar over the files, with the reports read so far and their rate."""
    begun = time.monotonic()
    with _bar() as bar:
        task = bar.add_task("reading", total=None, note="")

        def tell(progress: ReadProgress) -> None:
            rate = progress.reports / max(time.monotonic() - begun, 1e-3)
            note = f"files, {progress.reports:,} reports {rate:,.0f}/s"
            bar.update(task, total=progress.total_files, completed=progress.files, note=note)

        yield tell


@contextmanager
def building() -> Iterator[Callable[[BuildProgress], None]]:
    """One bar per stage; embedding with its rate in passages a second."""
    with _bar() as bar:
        tasks: dict[str, TaskID] = {}

        def tell(progress: BuildProgress) -> None:
            if progress.stage not in tasks:
                tasks[progress.stage] = bar.add_task(_LABELS[progress.stage], total=progress.total, note="")
            task = tasks[progress.stage]
            bar.update(task, total=progress.total, completed=progress.done)
            speed = bar.tasks[bar.task_ids.index(task)].speed
            unit = {"chunk": "reports", "embed": "passages", "write": ""}[progress.stage]
            bar.update(task, note=f"{unit} {speed:,.0f}/s" if speed and unit else unit)

        yield tell
        sys.stderr.flush()
