"""``casetrove eval extraction``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from corpus.errors import UsageError
from eval import extraction_report
from eval.environment import environment, summary
from eval.extraction import measure
from eval.extraction_gold import Half, load_gold_folder, load_labels
from eval.extraction_names import measure_names
from eval.extraction_speed import measure_speed
from eval.kept_commands import AsJson, console
from eval.progress import progress

LIBRARIES = ("casetrove", "PyStemmer", "numpy")
"""What a figure of extraction depends on."""


def mount(app: typer.Typer) -> None:
    """Give ``app`` the command."""
    app.command("extraction")(extraction)


def extraction(
    gold: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Texts beside a gold.json of their cases; repeatable."),
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Labels of treatments and patients, as in eval/data/treatments/labels.jsonl.")
    ] = None,
    texts: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="JSON Lines that hold the labelled texts; repeatable.")
    ] = None,
    half: Annotated[
        Half | None, typer.Option(help="Only the labelled texts that rules may be learned from, or only the others.")
    ] = None,
    names: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="JSON Lines of tokens and tags (B-Disease …); repeatable.")
    ] = None,
    speed: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Reports whose cases are read against the clock.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="How many of these reports; by default all.")] = None,
    show: Annotated[bool, typer.Option("--show", help="List what went wrong, with a few words around it.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 1 when a target is missed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score what is read out of reports: treatments with status, ages, sexes, index diagnoses, names; and its speed.

    Give at least one of --gold, --labels (with --texts), --names and --speed. Targets: treatments precision .92 and
    recall .75, ages and sexes .97, chemicals .85 and .75, diseases .82 and .78 (exact spans), 150 reports/s in two
    processes.
    """
    if not (gold or labels or names or speed):
        raise UsageError("there is nothing to measure: give --gold, --labels with --texts, --names or --speed")
    if (labels is None) != (not texts):
        raise UsageError("--labels and --texts belong together: labels are offsets into texts that lie elsewhere")
    with progress(Console(stderr=True)) as watch:
        known = [case for folder in gold or () for case in load_gold_folder(folder)]
        known += load_labels(labels, texts or (), half) if labels else []
        cases, named = measure(known, watch), measure_names(names or (), watch)
        timed = [measure_speed(speed, processes, limit) for processes in (1, 2)] if speed else []
    misses = [miss for one in cases for miss in one.misses()] + [miss for one in named for miss in one.misses()]
    misses += [miss for one in timed for miss in one.misses()]
    facts = environment(LIBRARIES)
    if as_json:
        told = {
            "cases": [one.as_json() for one in cases],
            "names": [one.as_json() for one in named],
            "speed": [one.as_json() for one in timed],
        }
        print(json.dumps({**told, "misses": misses, "environment": facts}, ensure_ascii=False))
    else:
        out = console()
        for drawn, found in (
            (extraction_report.case_table(cases), cases), (extraction_report.name_table(named), named),
            (extraction_report.speed_table(timed), timed),
        ):  # fmt: skip
            if found:
                out.print(drawn)
        for line in (
            *(extraction_report.details(cases, named) if show else ()), *(f"target missed: {miss}" for miss in misses),
        ):  # fmt: skip
            out.print(line, highlight=False, markup=False, soft_wrap=True)
        out.print(summary(facts), style="dim", highlight=False)
    if gate and misses:
        raise typer.Exit(1)
