"""``casetrove eval …``: the commands of this room."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, get_args

import typer
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

from eval.environment import environment, summary
from eval.harness import Watch, evaluate
from eval.report import table
from eval.topics import load_all
from indexer.encoders.base import Encoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.folder import default_root
from search_api.config import System, SystemName

app = typer.Typer(no_args_is_help=True)
_LINE_EVERY_S = 10.0


@app.callback()
def room() -> None:
    """Measure retrieval on sets with judgements."""


@app.command()
def run(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Sets in BEIR layout.", show_default=False)],
    system: Annotated[
        list[str] | None,
        typer.Option(help="bm25, dense, hybrid or hybrid(dense_weight=0.5); may be repeated; by default all three."),
    ] = None,
    split: Annotated[str, typer.Option(help="Which qrels/<split>.tsv judges.")] = "test",
    out: Annotated[
        Path | None, typer.Option(help="Folder for run files and configurations; by default <data>/eval/runs.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Data folder; by default CASETROVE_DATA, else this user's data folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scores as JSON, and nothing else.")] = False,
) -> None:
    """Score systems on sets: nDCG@10, R@100 and MRR@10 over all judged topics.

    Each set is indexed once and kept; a TREC run file and the run's whole configuration are written for each
    set and system.
    """
    systems = [System.parse(text) for text in system or get_args(SystemName)]
    root = data or default_root()
    runs = out or root / "eval" / "runs"
    notes = Console(stderr=True)

    def warn(text: str) -> None:
        notes.print(f"warning: {text}", style="yellow", highlight=False, soft_wrap=True)

    with progress(notes) as watch:
        sets = load_all(folders, split)
        watch("loading the encoder", 0, 1)
        loaded = encoder()
        watch("loading the encoder", 1, 1)
        scores = evaluate(sets, systems, loaded, root, runs, command=sys.argv, watch=watch, warn=warn)
    if as_json:
        print(json.dumps([score.as_json() for score in scores], ensure_ascii=False))
        return
    console = Console()
    console.print(table(scores))
    console.print(summary(environment()), style="dim", highlight=False)
    console.print(f"Runs and configurations: {shlex.quote(str(runs))}", highlight=False)


def encoder() -> Encoder:
    """The encoder that the product uses."""
    return SentenceTransformerEncoder.embedded()


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
