"""The commands. Each takes ``--data`` and ``--json``; with ``--json`` nothing but the JSON goes to stdout."""

from __future__ import annotations

import logging
import os
import signal
import socket
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from corpus.amounts import counted
from corpus.errors import CasetroveError
from corpus.journal import Attempt
from corpus.readers.base import Options as ReadOptions
from indexer.build import build
from indexer.generation import pinned
from indexer.manifest import read_manifest
from search_api.about import about
from search_api.cli import options, show, upkeep
from search_api.cli.cases import cases
from search_api.cli.duplicates import duplicates
from search_api.cli.encoder import app as encoder_app
from search_api.cli.evidence import evidence
from search_api.cli.facets import facets
from search_api.cli.fetch import fetch
from search_api.cli.indexing import index_paths, indexed_json
from search_api.cli.loading import loaded
from search_api.cli.mcp import mcp
from search_api.cli.options import Data, Json, data_folder, open_catalog
from search_api.cli.progress import building
from search_api.cli.questions import RerankOption, ask, search
from search_api.cli.similar import similar
from search_api.cli.watch import watch
from search_api.config import LlmSettings
from search_api.errors import check_count, check_span
from search_api.json import about_json

_LOOPBACK = ("127.0.0.1", "localhost")


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
) -> None:
    """Read report files into the catalog and build a new generation of the index.

    Without PATHS the index is brought up to what the catalog holds, and mended; with --retry then all files that
    were read before are gone through.
    """
    folder = data_folder(data)
    if not paths:
        options.expect_catalog(folder)
    if not paths and prune:
        raise typer.BadParameter("name the folders that files are gone from", param_hint="--prune")
    how = ReadOptions(tuple(pdf_password or ()), ocr)
    indexed = index_paths(folder, options.encoders, paths or [], how, retry=retry, prune=prune, rebuild=rebuild)
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
    data: Data = None,
    as_json: Json = False,
) -> None:
    """A report's normalised text, or the part of it that a citation names."""
    stored = pinned(data_folder(data), open_catalog(data), report_id)
    span = check_span(start, end, len(stored.report.text))
    part = span.of(stored.report.text)
    if as_json:
        show.json_out({"report_id": report_id, "start": span.start, "end": span.end, "text": part})
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


def failures(data: Data = None, as_json: Json = False) -> None:
    """The files that could not be read, with their reasons."""
    found = [_spelled(attempt, data) for attempt in open_catalog(data).failures()]
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


def serve(
    data: Data = None,
    as_json: Json = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    log_vignettes: Annotated[
        bool, typer.Option("--log-vignettes", help="Log the texts that similar patients are looked for by.")
    ] = False,
    rerank: RerankOption = None,
) -> None:
    """Serve the HTTP API and the page."""
    import uvicorn

    from search_api.closed import is_closed, open_library
    from search_api.web.app import WebSettings, create_app

    llm = LlmSettings.read(os.environ)
    with _listen(host, port) as listener:
        if log_vignettes:
            _log_vignettes()
        # an empty folder too: the first upload fills it
        service = loaded(data_folder(data), rerank, log_vignettes=log_vignettes)
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
        if as_json:
            show.json_out({"address": address, "data": str(service.folder.root)})
        typer.echo(f"Casetrove serves {service.folder.root} at {address}  (API: /openapi.json, stop: Ctrl-C)", err=True)
        if is_closed(service.folder):
            typer.echo(f"{service.folder.root}: cannot be written to, so it is searched only", err=True)
        hosts = _LOOPBACK if host in _LOOPBACK else ("*",)
        app = create_app(service, open_library(service), settings=WebSettings(hosts=hosts, llm=llm))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # uvicorn shuts down, then raises the signal again
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        if not server.started:
            raise typer.Exit(1)


def _log_vignettes() -> None:
    """Have the service's own log written to stderr: nothing below a warning is otherwise."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("search_api.service")
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def _listen(host: str, port: int) -> socket.socket:
    """The socket to serve on, taken before the encoder is loaded. Raises CasetroveError where it cannot be had."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio sets it only on sockets of its own
        return listener
    except OSError as error:
        raise CasetroveError(
            f"--host {host} --port {port}: cannot be listened on ({error.strerror}): choose another"
        ) from error
