"""The commands. Each takes ``--data`` and ``--json``; with ``--json`` nothing but the JSON goes to stdout."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from corpus.amounts import counted
from corpus.journal import Attempt
from corpus.readers.base import Options as ReadOptions
from indexer.build import build
from indexer.crew.ray_crew import RayCrew, check_address
from indexer.generation import pinned
from indexer.manifest import read_manifest
from search_api.about import about
from search_api.citing import cited_reading
from search_api.cli import options, show, upkeep
from search_api.cli.cases import cases
from search_api.cli.duplicates import duplicates
from search_api.cli.encoder import app as encoder_app
from search_api.cli.evidence import evidence
from search_api.cli.facets import facets
from search_api.cli.fetch import fetch
from search_api.cli.indexing import index_paths, indexed_json
from search_api.cli.keys import app as keys_app
from search_api.cli.mcp import mcp
from search_api.cli.options import Data, Json, data_folder, open_catalog
from search_api.cli.progress import building
from search_api.cli.questions import ask, search
from search_api.cli.searches import app as searches_app
from search_api.cli.serve import serve
from search_api.cli.similar import similar
from search_api.cli.watch import watch
from search_api.errors import check_count, check_span
from search_api.json import about_json


def mount(app: typer.Typer) -> None:
    """Add every command to ``app``."""
    for name, function in (
        ("index", index), ("fetch", fetch), ("search", search), ("ask", ask), ("evidence", evidence),
        ("similar", similar), ("facets", facets), ("reports", reports), ("report", report),
        ("cases", cases), ("duplicates", duplicates),
        ("text", text), ("remove", remove), ("info", info), ("failures", failures), ("attempts", attempts),
        ("serve", serve), ("mcp", mcp),
    ):  # fmt: skip
        app.command(name)(options.for_pasting(function))
    app.command("watch")(options.for_pasting(watch))
    upkeep.mount(app)
    app.add_typer(searches_app, name="searches", help="What was searched before: look, ask again, compare, export.")
    app.add_typer(keys_app, name="keys", help="Keys that a server on a network asks for.")
    app.add_typer(encoder_app, name="encoder", help="Make encoding faster on this machine's CPU.")


def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders of reports.")] = None,
    data: Data = None,
    as_json: Json = False,
    retry: Annotated[
        bool,
        typer.Option(
            "--retry", help="Read again what failed, came with a note, or is kept otherwise than it was written."
        ),
    ] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build a new generation even if nothing changed.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Forget files that are gone from the folders given.")] = False,
    pdf_password: Annotated[
        list[str] | None, typer.Option("--pdf-password", help="Password for encrypted PDFs; may be repeated.")
    ] = None,
    ocr: Annotated[
        bool, typer.Option(help="Read pages without a text layer by OCR, where tesseract is installed.")
    ] = True,
    ray: Annotated[
        str | None,
        typer.Option(
            "--ray",
            metavar="HOST:PORT|local",
            help="Read, extract and embed on this Ray cluster, or one of its own (docs/scaling.md).",
        ),
    ] = None,
) -> None:
    """Read report files into the catalog and build a new generation of the index.

    Without PATHS the index is brought up to what the catalog holds, and mended; with --retry then all files that
    were read before are gone through.
    """
    folder = data_folder(data)
    if ray is not None:
        check_address(ray)
    if not paths:
        options.expect_catalog(folder)
    if not paths and prune:
        raise typer.BadParameter("name the folders that files are gone from", param_hint="--prune")
    how = ReadOptions(tuple(pdf_password or ()), ocr)
    with RayCrew(ray) if ray else nullcontext() as crew:
        indexed = index_paths(
            folder, options.encoders, paths or [], how, retry=retry, prune=prune, rebuild=rebuild, crew=crew
        )
    if as_json:
        show.json_out(indexed_json(indexed))
    else:
        show.ingest_summary(indexed.summary, indexed.built, folder, read=bool(paths) or retry)
    if not indexed.is_whole:
        raise typer.Exit(1)


def reports(
    data: Data = None,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(help="How many (1..100000).")] = 100,
    after: Annotated[str, typer.Option(help="Start after this report id.")] = "",
    find: Annotated[
        str, typer.Option(help="Only those with all these words in title, authors, identifiers or source.")
    ] = "",
) -> None:
    """The reports in the catalog, by id."""
    catalog = open_catalog(data)
    entries = catalog.entries(after, check_count(limit, "limit", 100_000), catalog.find(find) if find else None)
    if as_json:
        show.json_out([asdict(entry) for entry in entries])
    else:
        show.entries(entries)


def report(
    report_id: Annotated[str, typer.Argument(help="The report's id.")], data: Data = None, as_json: Json = False
) -> None:
    """What a report is: its facts, its kind and why, where it was read, what was said of it since."""
    catalog = open_catalog(data)
    found = about(catalog, pinned(data_folder(data), catalog, report_id))
    show.json_out(about_json(found)) if as_json else show.about(found)


def text(
    report_id: Annotated[str, typer.Argument(help="The report's id.")],
    start: Annotated[int, typer.Option(min=0, help="First code point.")] = 0,
    end: Annotated[int | None, typer.Option(min=0, help="One past the last code point (default: the end).")] = None,
    reading: Annotated[str, typer.Option(help="Of the citation: the text that it is of (default: today's).")] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """A report's normalised text, or the part of it that a citation names."""
    catalog = open_catalog(data)
    stored = cited_reading(catalog, pinned(data_folder(data), catalog, report_id), report_id, reading)
    span = check_span(start, end, len(stored.report.text))
    part = span.of(stored.report.text)
    if as_json:
        show.json_out(
            {"report_id": report_id, "start": span.start, "end": span.end, "reading": stored.reading, "text": part}
        )
    else:
        typer.echo(part)


def remove(
    report_id: Annotated[str, typer.Argument(help="The report's id.")], data: Data = None, as_json: Json = False
) -> None:
    """Take a report out of the catalog and the index; indexing its files again brings it back."""
    folder = data_folder(data)
    with folder.lock():
        catalog = open_catalog(data)
        catalog.delete(report_id)
        with building() as show_stage:
            built = build(folder, catalog, options.encoders(folder).preferred(), on_progress=show_stage)
    if as_json:
        show.json_out({"removed": report_id, "generation": built.manifest.generation})
    else:
        reports = counted(built.manifest.reports, "report")
        typer.echo(f"{report_id} is removed; generation {built.manifest.generation} holds {reports}")


def info(data: Data = None, as_json: Json = False) -> None:
    """The served generation: counts, encoder, chunking."""
    folder = data_folder(data)
    manifest = read_manifest(folder, options.served(folder))
    show.manifest(manifest, folder) if not as_json else show.json_out(asdict(manifest))


def failures(
    data: Data = None,
    as_json: Json = False,
    forget: Annotated[
        list[str] | None,
        typer.Option(help="First let those of this file go (its path as listed; repeated): until it is read again."),
    ] = None,
) -> None:
    """The files that could not be read, with their reasons."""
    catalog = open_catalog(data)
    for path in forget or ():
        catalog.dismiss_all(path)
    found = [_spelled(attempt, data) for attempt in catalog.failures()]
    show.json_out([asdict(attempt) for attempt in found]) if as_json else show.failures(found)


def attempts(
    path: Annotated[str | None, typer.Argument(help="Only those of this file (its full path).")] = None,
    data: Data = None,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(help="How many (1..100000).")] = 100,
) -> None:
    """Every attempt to read a file, the newest first: what became of it, and why."""
    found = [_spelled(each, data) for each in open_catalog(data).attempts(path, check_count(limit, "limit", 100_000))]
    show.json_out([asdict(attempt) for attempt in found]) if as_json else show.attempts(found)


def _spelled(attempt: Attempt, data: Path | None) -> Attempt:
    return replace(attempt, reason=data_folder(data).spelled(attempt.reason))
