"""``casetrove eval answers``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from corpus.errors import UsageError
from eval import answers_report
from eval.answers import PLACE, measure_answers
from eval.environment import environment, summary
from eval.kept_commands import AsJson, console
from eval.progress import progress
from eval.quotes import measure_quotes
from eval.quoting import load_passages
from eval.remembering import Remembering
from eval.topics import load_all
from indexer.encoders.base import Encoder
from search_api.answering.verify import verify


def mount(app: typer.Typer, encoder: Callable[[], Encoder]) -> None:
    """Give ``app`` the command; ``encoder`` makes the one that questions are asked with."""

    def answers(
        folders: Annotated[
            list[Path] | None, typer.Argument(metavar="DIR...", help="Sets in BEIR layout, whose topics are asked.")
        ] = None,
        reports: Annotated[
            list[Path] | None, typer.Option(metavar="FILE", help="Reports that quotations are made from; repeatable.")
        ] = None,
        quotes: Annotated[int, typer.Option(min=1, help="How many true and how many altered quotations.")] = 2000,
        sample: Annotated[int, typer.Option(min=1, help="Of how many of these reports.")] = 300,
        documents: Annotated[int, typer.Option(min=2, help="Reports in each of a set's two corpora.")] = 600,
        questions: Annotated[int | None, typer.Option(min=1, help="Topics of each set; by default all.")] = None,
        template: Annotated[
            str, typer.Option(help="What is asked, {} for the topic's text: for sets whose topics are no questions.")
        ] = PLACE,
        seed: Annotated[int, typer.Option(help="What draws quotations, topics and reports.")] = 0,
        data: Annotated[
            Path | None, typer.Option(help="Folder for the indexes, new or empty; by default a temporary one.")
        ] = None,
        show: Annotated[bool, typer.Option("--show", help="List what went wrong.")] = False,
        gate: Annotated[
            bool, typer.Option("--gate", help="Exit with 1 where a quotation or a slice is wrong.")
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        """Score what vouches for answers: quotations checked, "no answer here" where it is so, slices to the character.

        Give --reports for quotations, sets for questions, or both. Nothing altered may be accepted, all true ones must.
        """
        if not (folders or reports):
            raise UsageError("there is nothing to measure: give sets whose topics are asked, or --reports to quote")
        with progress(Console(stderr=True)) as watch:
            passages = load_passages(reports, sample, seed) if reports else ()
            quoted = measure_quotes(passages, verify, quotes, seed, watch) if passages else []
            sets, loaded = load_all(folders or ()), Remembering(encoder()) if folders else None
            with _root(data) as root:
                asked = [
                    measure_answers(
                        topics,
                        loaded,
                        root,
                        documents=documents,
                        questions=questions,
                        template=template,
                        seed=seed,
                        watch=watch,
                    )
                    for topics in sets
                    if loaded
                ]
        misses = [miss for one in quoted for miss in one.misses()] + [miss for one in asked for miss in one.misses()]
        facts = environment()
        if as_json:
            told = {"quotes": [one.as_json() for one in quoted], "answers": [one.as_json() for one in asked]}
            print(json.dumps({**told, "misses": misses, "seed": seed, "environment": facts}, ensure_ascii=False))
        else:
            out = console()
            if quoted:
                out.print(answers_report.quote_table(quoted))
            if asked:
                out.print(answers_report.answer_table(asked))
            for line in (
                *(answers_report.details(quoted, asked) if show else ()), *(f"wrong: {miss}" for miss in misses),
            ):  # fmt: skip
                out.print(line, highlight=False, markup=False, soft_wrap=True)
            out.print(summary(facts), style="dim", highlight=False)
        if gate and misses:
            raise typer.Exit(1)

    app.command("answers")(answers)


@contextmanager
def _root(data: Path | None) -> Iterator[Path]:
    """``data``, or a folder that is gone afterwards."""
    if data is not None:
        yield data
        return
    with TemporaryDirectory(prefix="casetrove-eval-") as made:
        yield Path(made)
