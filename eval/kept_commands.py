"""The commands on runs that were kept, ours and peers': ``compare``, ``baseline``, ``gate``, ``table`` and ``plot``."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from corpus.errors import UsageError
from eval.comparing import Half, compare, half_of
from eval.gating import baseline_of, gate, read_baseline
from eval.kept import load_kept
from eval.measures import MEASURES
from eval.model import Comparison, Score
from eval.peers import by_corpus, find_peer, peer_names, run_peer
from eval.plotting import bars, write_figure
from eval.progress import progress
from eval.report import comparison_table, systems_table, table, write_text
from eval.topics import load_all

WIDTH = 170
"""How wide tables are where no terminal says: a pipe folds nothing."""

Runs = Annotated[
    list[Path], typer.Argument(metavar="RUNS...", help="Folders of runs, or run files.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and nothing else.")]


def mount(app: typer.Typer) -> None:
    """Give ``app`` these commands."""
    app.command("compare")(compare_runs)
    app.command("baseline")(write_baseline)
    app.command("gate")(gate_runs)
    app.command("table")(show_table)
    app.command("plot")(plot_runs)
    app.command("peers")(run_peers)


def compare_runs(
    first: Annotated[Path, typer.Argument(metavar="A", help="A folder of runs, or a run file.", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="B", help="What A is held against.", show_default=False)],
    system: Annotated[str | None, typer.Option(help="Which system of A, where it holds several.")] = None,
    against: Annotated[str | None, typer.Option(help="Which system of B, where it holds several.")] = None,
    measure: Annotated[str, typer.Option(help="What to compare by.")] = MEASURES[0],
    half: Annotated[
        Half | None, typer.Option(help="Only the topics that parameters may be learned on, or only the others.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs, or two folders of runs set by set: difference, interval, p, and p corrected over the sets.

    Where a folder holds several systems for a set and none is named, systems of one name are compared.
    """
    ours, theirs = _scores(first, system, measure, half), _scores(second, against, measure, half)
    pairs = _pairs(ours, theirs)
    if not pairs:
        raise UsageError(
            f"{first} and {second}: hold no two runs to compare; A has {_named(ours)}; B has {_named(theirs)} "
            "(choose with --system and --against)"
        )
    found = compare(pairs, measure)
    if as_json:
        print(json.dumps([item.as_json() for item in found], ensure_ascii=False))
        return
    show(found)
    used = {id(score) for pair in pairs for score in pair}
    alone = [score for score in (*ours, *theirs) if id(score) not in used]
    if alone:
        console().print(f"Not compared: {_named(alone)}", highlight=False, markup=False, soft_wrap=True)


def write_baseline(
    runs: Runs,
    output: Annotated[Path, typer.Option(help="The file to write.", show_default=False)],
) -> None:
    """Keep what every topic of these runs scores, for `casetrove eval gate` to hold later runs against."""
    kept = load_kept(runs)
    write_text(output, json.dumps(baseline_of(kept), indent=1, ensure_ascii=False) + "\n", "--output")
    print(f"{shlex.quote(str(output))}: {len(kept)} runs")


def gate_runs(
    runs: Runs,
    baseline: Annotated[Path, typer.Option(help="What `casetrove eval baseline` wrote.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Exit with 1 when a run stands significantly below the baseline (Holm-corrected p < .05)."""
    measure, kept = read_baseline(baseline)
    found = gate(load_kept(runs), measure, kept)
    if as_json:
        told = {
            "compared": [item.as_json() for item in found.compared],
            "fallen": [f"{item.set}, {item.system}" for item in found.fallen],
            "unknown": list(found.unknown),
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        show(found.compared)
        lines = [f"not in the baseline, so not held against it: {place}" for place in found.unknown]
        lines += [f"fallen: {item.set}, {item.system}: {item.difference:+.4f}" for item in found.fallen]
        for line in lines or ["Nothing has fallen."]:
            console().print(line, highlight=False, markup=False, soft_wrap=True)
    if found.fallen:
        raise typer.Exit(1)


def show_table(
    runs: Runs,
    system: Annotated[str, typer.Option(help="The system that the others are held against.")] = "hybrid",
    measure: Annotated[str, typer.Option(help="What to show.")] = MEASURES[0],
    half: Annotated[
        Half | None, typer.Option(help="Only the topics that parameters may be learned on, or only the others.")
    ] = None,
) -> None:
    """Show systems by sets in one table, each marked where it stands significantly below or above one of them."""
    scores = [half_of(run.score([measure]), half) for run in load_kept(runs)]
    ours = {score.set: score for score in scores if score.system == system}
    pairs = [(ours[score.set], score) for score in scores if score.system != system and score.set in ours]
    console().print(systems_table(scores, compare(pairs, measure), measure))


def plot_runs(
    runs: Runs,
    output: Annotated[
        Path | None, typer.Option(help="Also write a figure: .svg, .png or .pdf (needs the extra `plot`).")
    ] = None,
    measure: Annotated[str, typer.Option(help="What to plot.")] = MEASURES[0],
    half: Annotated[
        Half | None, typer.Option(help="Only the topics that parameters may be learned on, or only the others.")
    ] = None,
) -> None:
    """Draw systems by sets: bars in the terminal, and a figure where --output names one."""
    scores = [half_of(run.score([measure]), half) for run in load_kept(runs)]
    if output is not None:
        write_figure(scores, measure, output)
    console().print(bars(scores, measure))


def run_peers(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Sets in BEIR layout.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder for run files and configurations.", show_default=False)],
    peer: Annotated[
        list[str] | None, typer.Option(help=f"{', '.join(peer_names())}; may be repeated; by default all.")
    ] = None,
    split: Annotated[str, typer.Option(help="Which qrels/<split>.tsv judges.")] = "test",
    environments: Annotated[Path, typer.Option(help="Where `make peers` made them.")] = Path(".venv-peers"),
    as_json: AsJson = False,
) -> None:
    """Run other search programs on the same sets, with their defaults, and keep their runs beside ours.

    `casetrove eval compare`, `plot` and `gate` take them as they take ours.
    """
    found = [find_peer(name, environments) for name in dict.fromkeys(peer or peer_names())]
    scores = []
    with progress(Console(stderr=True)) as watch:
        for sets in by_corpus(load_all(folders, split)):
            for done, one in enumerate(found, start=1):
                scores += run_peer(one, sets, out, sys.argv)
                watch(f"{', '.join(topics.name for topics in sets)}: peers", done, len(found))
    if as_json:
        print(json.dumps([score.as_json() for score in scores], ensure_ascii=False))
    else:
        console().print(table(scores))


def show(comparisons: Sequence[Comparison]) -> None:
    """Print the table of comparisons."""
    console().print(comparison_table(comparisons))


def console() -> Console:
    """Where tables go: as wide as the terminal, and wide in a pipe."""
    found = Console()
    return found if found.is_terminal else Console(width=WIDTH)


def _scores(place: Path, system: str | None, measure: str, half: Half | None) -> list[Score]:
    kept = [run for run in load_kept([place]) if system in (None, run.run.system)]
    return [half_of(run.score([measure]), half) for run in kept]


def _pairs(ours: Sequence[Score], theirs: Sequence[Score]) -> list[tuple[Score, Score]]:
    """The two runs of a set where each side has one; else those of one name."""
    found = []
    for name in dict.fromkeys(score.set for score in ours):
        mine = [score for score in ours if score.set == name]
        others = [score for score in theirs if score.set == name]
        if len(mine) == len(others) == 1:
            found.append((mine[0], others[0]))
        else:
            found += [(one, other) for one in mine for other in others if one.system == other.system]
    return found


def _named(scores: Sequence[Score]) -> str:
    return "; ".join(f"{score.system} on {score.set}" for score in scores) or "none"
