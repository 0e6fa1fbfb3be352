"""What the benchmarks share: how they are run as commands and how their figures are printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence

import typer
from rich.console import Console
from rich.table import Table

from corpus.errors import CasetroveError
from eval.environment import LIBRARIES, environment, summary


def publish(figures: Mapping[str, object], table: Table, as_json: bool, libraries: Sequence[str] = LIBRARIES) -> None:
    """Print the table, or the figures as JSON, with the environment that they were measured in."""
    facts = environment(libraries)
    if as_json:
        print(json.dumps({**figures, "environment": facts}, ensure_ascii=False))
        return
    console = Console()
    console.print(table)
    console.print(summary(facts), style="dim", highlight=False)


def command(main: Callable[..., None]) -> None:
    """Run ``main`` as the command line of a benchmark; an expected error is one line on stderr and its exit code."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    try:
        app()
    except CasetroveError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
