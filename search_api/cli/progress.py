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

from corpus.amounts import counted
from corpus.summary import Progress as ReadProgress
from indexer.model import BuildProgress

_LABELS = {"chunk": "cutting passages", "embed": "embedding", "train": "training the vector index", "write": "writing"}


_LINE_EVERY_S = 10.0


@contextmanager
def bar_and_line(*, transient: bool = False) -> Iterator[tuple[Progress, Callable[[str], None]]]:
    """The bars, and what to tell besides: a line now and then where stderr is no terminal, for bars show only there."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:<17}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=transient,
        disable=transient and not console.is_terminal,  # else each leaves an empty line in a log
    )
    last = time.monotonic()

    def line(text: str) -> None:
        nonlocal last
        if not bar.console.is_terminal and time.monotonic() - last >= _LINE_EVERY_S:
            last = time.monotonic()
            bar.console.print(text, highlight=False, markup=False)

    with bar:
        yield bar, line


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
def reading(*, transient: bool = False) -> Iterator[Callable[[ReadProgress], None]]:
    """A bar over the files, with the reports read so far and their rate."""
    begun = time.monotonic()
    with bar_and_line(transient=transient) as (bar, line):
        task = bar.add_task("reading", total=None, note="")

        def tell(progress: ReadProgress) -> None:
            rate = progress.reports / max(time.monotonic() - begun, 1e-3)
            note = f"files, {counted(progress.reports, 'report')} {rate:,.0f}/s"
            part = progress.bytes / max(progress.total_bytes, 1)  # by bytes: one file may hold all the reports
            bar.update(task, total=progress.total_files, completed=progress.total_files * part, note=note)
            line(f"reading: {progress.files:,} of {progress.total_files:,} {note}")

        yield tell


@contextmanager
def building(*, transient: bool = False) -> Iterator[Callable[[BuildProgress], None]]:
    """One bar per stage; embedding with its rate in passages a second."""
    with bar_and_line(transient=transient) as (bar, line):
        tasks: dict[str, TaskID] = {}

        def tell(progress: BuildProgress) -> None:
            if progress.stage not in tasks:
                tasks[progress.stage] = bar.add_task(_LABELS[progress.stage], total=progress.total, note="")
            task = tasks[progress.stage]
            bar.update(task, total=progress.total, completed=progress.done)
            speed = bar.tasks[bar.task_ids.index(task)].speed
            unit = {"chunk": "reports", "embed": "passages", "train": "rows", "write": ""}[progress.stage]
            note = f"{unit} {speed:,.0f}/s" if speed and unit else unit
            bar.update(task, note=note)
            line(f"{_LABELS[progress.stage]}: {progress.done:,} of {progress.total:,} {note}".rstrip())

        yield tell
        sys.stderr.flush()
