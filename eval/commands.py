"""``casetrove eval …``: the commands of this room."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console

from eval import answers_commands, extraction_commands, kept_commands, reading_report, tuning
from eval.comparing import against as compared_with
from eval.environment import READING, environment, summary
from eval.harness import evaluate, index_set, label
from eval.kept_commands import console, show
from eval.measures import MEASURES
from eval.measures import measure as parse_measure
from eval.progress import progress
from eval.reading import measure as measure_readings
from eval.reading_gold import load_gold
from eval.remembering import Remembering
from eval.report import check_per_query, table, trial_table, write_per_query
from eval.topics import load_all
from indexer.encoders.base import Encoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.folder import default_root
from search_api.config import System, SystemName
from search_api.retrieval.reranking import Reranker

app = typer.Typer(no_args_is_help=True)
kept_commands.mount(app)
extraction_commands.mount(app)


@app.callback()
def room() -> None:
    """Measure retrieval on sets with judgements, reading on articles whose text is known, extraction, and answers."""


@app.command()
def run(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Sets in BEIR layout.", show_default=False)],
    system: Annotated[
        list[str] | None,
        typer.Option(help="bm25, lexical, dense, hybrid or hybrid(dense_weight=0.5); may be repeated; by default all."),
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(help="A system to hold the others against, with a test of chance; run if it is not named above."),
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(help=f"nDCG@10, AP, P@5 …; may be repeated; by default {', '.join(MEASURES)}."),
    ] = None,
    per_query: Annotated[
        Path | None, typer.Option(help="Also write every topic's measures to this .csv or .jsonl file.")
    ] = None,
    rerank: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="A cross-encoder, by folder or by the name of one fetched before: each system is run with it, too.",
        ),
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
    """Score systems on sets: nDCG@10, R@100, MRR@10 and P@10 over all judged topics.

    A set with qrels/passages.tsv is also scored by its passages. Each set is indexed once and kept; a TREC run file and
    the run's whole configuration are written for each set and system.
    """
    held = [System.parse(text) for text in against or ()]
    systems = [*(System.parse(text) for text in system or get_args(SystemName)), *held]
    measures = list(dict.fromkeys(measure or MEASURES))
    for name in measures:
        parse_measure(name)
    if per_query is not None:
        check_per_query(per_query)
    root = data or default_root()
    runs = out or root / "eval" / "runs"
    notes = Console(stderr=True)

    def warn(text: str) -> None:
        notes.print(f"warning: {text}", style="yellow", highlight=False, soft_wrap=True)

    with progress(notes) as watch:
        sets = load_all(folders, split)
        watch("loading the encoder", 0, 1)
        loaded = encoder()
        reranker = Reranker(rerank) if rerank else None
        watch("loading the encoder", 1, 1)
        scores = evaluate(
            sets,
            systems,
            loaded,
            root,
            runs,
            measures=measures,
            command=sys.argv,
            watch=watch,
            warn=warn,
            reranker=reranker,
        )
    if per_query is not None:
        write_per_query(scores, per_query)
    compared = compared_with(scores, [label(other) for other in held], measures[0])
    if as_json:
        found: object = [score.as_json() for score in scores]
        if held:
            found = {"scores": found, "comparisons": [item.as_json() for item in compared]}
        print(json.dumps(found, ensure_ascii=False))
        return
    console().print(table(scores))
    if held:
        show(compared)
    console().print(summary(environment()), style="dim", highlight=False)
    console().print(f"Runs and configurations: {shlex.quote(str(runs))}", highlight=False)


@app.command()
def tune(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Sets in BEIR layout.", show_default=False)],
    grid: Annotated[
        list[str], typer.Option(help="A parameter and its values: dense_weight=0.4,0.5,0.6; may be repeated.")
    ],
    start: Annotated[str, typer.Option(help="The system to start from.")] = "hybrid",
    rounds: Annotated[int, typer.Option(min=1, help="How often to go over all parameters at most.")] = 2,
    split: Annotated[str, typer.Option(help="Which qrels/<split>.tsv judges.")] = "test",
    data: Annotated[
        Path | None, typer.Option(help="Data folder; by default CASETROVE_DATA, else this user's data folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the trials as JSON, and nothing else.")] = False,
) -> None:
    """Choose a system's parameters on half of each set's topics, and report on the other half.

    Coordinate descent: one parameter after the other takes the value with the highest nDCG@10, averaged over the sets.
    """
    first = System.parse(start)
    values = tuning.parse_grid(first, grid)
    with progress(Console(stderr=True)) as watch:
        sets = load_all(folders, split)
        halves = {name: [tuning.half(topics, name == "learned") for topics in sets] for name in ("learned", "other")}
        loaded = Remembering(encoder())
        opened = [index_set(topics, loaded, data or default_root(), watch) for topics in sets]
        learned, other = (list(zip(halves[name], opened, strict=True)) for name in ("learned", "other"))
        trials = tuning.climb(first, values, rounds, lambda system: tuning.try_on(learned, system), watch)
        chosen = tuning.best(trials)
        reported = [tuning.try_on(other, system) for system in dict.fromkeys((first, chosen.system))]
    if as_json:
        told = {"trials": trials, "chosen": [chosen], "other_half": reported}
        print(json.dumps({name: [trial.as_json() for trial in found] for name, found in told.items()}))
        return
    console().print(trial_table("Trials, nDCG@10 on the learned half", trials, chosen.system))
    console().print(trial_table("What that gives on the other half", reported, chosen.system))


@app.command()
def reading(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="NAME.gold.txt beside NAME.pdf …, and manifest.csv.", show_default=False),
    ],
    show: Annotated[bool, typer.Option("--show", help="List what was missed and what was put in.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 1 when a file misses a target.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON, and nothing else.")] = False,
) -> None:
    """Score readers on articles whose text is known: body text, headings, references, title, authors, identifiers.

    The manifest has the columns id, title, doi and year; NAME.xml (JATS) says which headings, references and authors
    there are. Targets, for every file: JATS and HTML recall .99 and precision .97, PDF recall .97 and precision .96.
    """
    with progress(Console(stderr=True)) as watch:
        measured = measure_readings(load_gold(folder), watch)
    misses = [miss for one in measured for miss in one.misses()]
    facts = environment(READING)
    if as_json:
        figures = {
            "files": [one.as_json() for one in measured],
            "worst": reading_report.worst(measured),
            "misses": misses,
            "environment": facts,
        }
        print(json.dumps(figures, ensure_ascii=False))
    else:
        out = console()
        out.print(reading_report.table(measured))
        out.print(reading_report.worst_table(measured))
        for line in (
            *(reading_report.details(measured) if show else ()),
            *(f"target missed: {miss}" for miss in misses),
        ):
            out.print(line, highlight=False, markup=False, soft_wrap=True)
        out.print(summary(facts), style="dim", highlight=False)
    if gate and misses:
        raise typer.Exit(1)


def encoder() -> Encoder:
    """The encoder that the product uses."""
    return SentenceTransformerEncoder.embedded()


answers_commands.mount(app, lambda: encoder())
