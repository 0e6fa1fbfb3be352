"""``casetrove evidence``: the evidence table of a question, printed, as JSON, or as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from corpus.amounts import counted
from corpus.errors import UsageError
from search_api.cli import show
from search_api.cli.evidence_shown import print_table
from search_api.cli.lists import chosen_format, write_file
from search_api.cli.loading import opened
from search_api.cli.options import BY_HAND, Data, Json, Log
from search_api.errors import check_count
from search_api.evidence.choosing import SORTS, Chosen
from search_api.evidence_json import table_json
from search_api.exports import FILE_ENDINGS, FILE_FORMATS, FileFormat, table_file
from search_api.retrieval.query import NOTHING_GIVEN, understood

_LINE = (
    'Takes "quoted phrases", +must, -not, age:<18, sex:female, drug:diltiazem, year:2015.., kind:"case report" '
    "(docs/evidence.md)."
)
_ENDINGS: Final = {f".{FILE_ENDINGS[form]}": form for form in FILE_FORMATS if form != "csl"}


def evidence(
    question: Annotated[str, typer.Argument(help=f"The condition, or a question on its treatment. {_LINE}")],
    data: Data = None,
    as_json: Json = False,
    treatment: Annotated[
        list[str] | None, typer.Option("--treatment", help="Rows of this drug, class or procedure; may be repeated.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="drug, drug_class, procedure or device; may be repeated.")
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option("--status", help="given, past, current_at_presentation, planned, precluded or declined."),
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            "--outcome", help="resolved, improved, unchanged, progressed, adverse_reaction, death, not_stated."
        ),
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", help='reported, "not reported" or different (underlying disease).')
    ] = None,
    sort: Annotated[
        str, typer.Option("--sort", help=f"{', '.join(SORTS)}; with - before it the other way round.")
    ] = "treatment",
    limit: Annotated[
        int, typer.Option("--limit", help="How many rows to print (1..100000); files and JSON hold all.")
    ] = 60,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help=f"{', '.join(FILE_FORMATS)}: print or write the table so; ris, bibtex and csl hold its articles.",
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file.")] = None,
    log: Log = True,
) -> None:
    """What was given to whom for a condition, and what came of it: a row for each patient and treatment."""
    understood(question, "question", NOTHING_GIVEN)
    check_count(limit, "limit", 100_000)
    chosen = Chosen.read(kind or (), status or (), outcome or (), state or (), sort)
    wanted = _format(file_format, output)
    service = opened(data, log=log)
    table = service.evidence(question, treatments=tuple(treatment or ()), chosen=chosen, by=BY_HAND)
    if output is not None and wanted is not None:
        write_file(output, table_file(service, table, wanted))
        rows, articles = len(table.rows), len({each.row.catalog_id for each in table.rows})
        show.json_out({"written": str(output), "rows": rows, "articles": articles}) if as_json else typer.echo(
            f"{output}: {counted(rows, 'row')} of {counted(articles, 'article')}"
        )
    elif wanted is not None:
        sys.stdout.write(table_file(service, table, wanted).decode())
    elif as_json:
        show.json_out(table_json(table))
    else:
        print_table(table, limit)


def _format(named: str | None, output: Path | None) -> FileFormat | None:
    """The format of the table that is asked for. Raises UsageError."""
    chosen = chosen_format(named, output, FILE_FORMATS, _ENDINGS)
    if chosen == "xlsx" and output is None:
        raise UsageError("--format xlsx: is no text: name a file with --output")
    return chosen
