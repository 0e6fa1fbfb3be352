"""Progress of what takes over a second: a bar for each stage, or lines where nobody watches a terminal."""

from __future__ import annotations

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

Watch = Callable[[str, int, int], None]
"""Told ``(what is done, how far, of how many)``."""
_LINE_EVERY_S = 10.0


@contextmanager
def progress(console: Console) -> Iterator[Watch]:
    """A bar for each stage, with time spent and time left; lines now and then where ``console`` is no terminal.

    Give a console on stderr.
    """
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as bars:

        def watch(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield watch


def _lines(console: Console) -> Watch:
    last = [-_LINE_EVERY_S]

    def watch(what: str, done: int, total: int) -> None:
        if done == total or time.monotonic() - last[0] >= _LINE_EVERY_S:
            last[0] = time.monotonic()
            console.print(f"{what} {done:,}/{total:,}", highlight=False, soft_wrap=True)

    return watch
