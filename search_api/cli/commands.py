"""The commands. Each takes ``--data`` and ``--json``; with ``--json`` nothing but the JSON goes to stdout."""

from __future__ import annotations

import shlex
import signal
import socket
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corpus.catalog import Catalog
from corpus.errors import CasetroveError, ConfigError, NotFoundError
from corpus.ingest import ingest
from corpus.readers.registry import SUFFIXES
from indexer.build import build
from indexer.encoders.base import Encoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.folder import DataFolder, default_root
from indexer.generation import pinned, read_manifest
from search_api.cli import show
from search_api.cli.progress import building, reading, status
from search_api.config import System
from search_api.errors import check_count, check_span, check_text
from search_api.json import answer_json, search_json
from search_api.service import Service

Data = Annotated[Path | None, typer.Option("--data", help="Data folder (default: CASETROVE_DATA, else a user folder).")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]
_LOOPBACK = ("127.0.0.1", "localhost")

SystemOption = Annotated[str, typer.Option("--system", help="bm25, dense or hybrid.")]


def mount(app: typer.Typer) -> None:
    """Add every command to ``app``."""
    for name, function in (
        ("index", index), ("search", search), ("ask", ask), ("reports", reports), ("text", text), ("remove", remove),
        ("info", info), ("failures", failures), ("serve", serve),
    ):  # fmt: skip
        app.command(name)(function)


def index(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders of reports.")] = None,
    data: Data = None,
    as_json: Json = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again files that failed and have not changed.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build a new generation even if nothing changed.")] = False,
) -> None:
    """Read report files into the catalog and build a new generation of the index."""
    if not paths and not rebuild:
        raise typer.BadParameter("name at least one file or folder (or give --rebuild)", param_hint="PATHS")
    folder = _folder(data)
    with folder.lock():
        catalog = Catalog(folder.catalog)
        with reading() as tell:
            summary = ingest(catalog, paths or [], tell, retry=retry)
        if paths and not summary.files:
            named = ", ".join(map(str, paths))
            known = ", ".join(sorted(SUFFIXES))
            raise NotFoundError(f"{named}: no file of a known kind ({summary.passed_over} passed over); known: {known}")
        built = None
        if catalog.count() or folder.current_generation() is not None:
            with building() as show_stage:
                built = build(folder, catalog, _encoder(), on_progress=show_stage, force=rebuild)
    manifest = built.manifest if built else None
    if as_json:
        show.json_out(
            {
                "generation": manifest.generation if manifest else None,
                "reports": manifest.reports if manifest else 0,
                "passages": manifest.passages if manifest else 0,
                "read": summary.read,
                "updated": summary.updated,
                "unchanged": summary.unchanged,
                "duplicates": summary.duplicates,
                "removed": summary.removed,
                "failed": [asdict(failure) for failure in summary.failures],
                "missing": summary.missing,
                "passed_over": summary.passed_over,
                "seconds": built.seconds if built else {},
            }
        )
    else:
        show.ingest_summary(summary, built)
    if summary.missing or manifest is None:
        raise typer.Exit(1)


def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    data: Data = None,
    as_json: Json = False,
    k: Annotated[int, typer.Option("-k", help="How many passages (1..100).")] = 10,
    max_per_report: Annotated[int, typer.Option(help="How many passages of one report at most.")] = 2,
    system: SystemOption = "hybrid",
) -> None:
    """Ranked passages, each with its citation."""
    chosen = System.parse(system)
    check_text(query, "query")
    check_count(k, "k")
    result = _service(data).search(query, k=k, max_per_report=max_per_report, system=chosen)
    if as_json:
        show.json_out(search_json(result))
    else:
        show.search_result(result)


def ask(
    question: Annotated[str, typer.Argument(help="A question to the reports.")],
    data: Data = None,
    as_json: Json = False,
    k: Annotated[int, typer.Option("-k", help="How many passages to show beside the answer (1..100).")] = 5,
) -> None:
    """The best verbatim sentences with citations, or plainly that the corpus holds no answer."""
    check_text(question, "question")
    check_count(k, "k")
    answer = _service(data).ask(question, k=k)
    if as_json:
        show.json_out(answer_json(answer))
    else:
        show.answer(answer)


def reports(
    data: Data = None,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(help="How many (1..100000).")] = 100,
    after: Annotated[str, typer.Option(help="Start after this report id.")] = "",
) -> None:
    """The reports in the catalog, by id."""
    entries = _catalog(data).entries(after, check_count(limit, "limit", 100_000))
    if as_json:
        show.json_out([asdict(entry) for entry in entries])
    else:
        show.entries(entries)


def text(
    report_id: Annotated[str, typer.Argument(help="The report's id.")],
    start: Annotated[int, typer.Option(min=0, help="First code point.")] = 0,
    end: Annotated[int | None, typer.Option(min=0, help="One past the last code point (default: the end).")] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """A report's normalised text, or the part of it that a citation names."""
    stored = pinned(_folder(data), _catalog(data), report_id)
    span = check_span(start, end, len(stored.report.text))
    part = span.of(stored.report.text)
    if as_json:
        show.json_out({"report_id": report_id, "start": span.start, "end": span.end, "text": part})
    else:
        typer.echo(part)


def remove(
    report_id: Annotated[str, typer.Argument(help="The report's id.")], data: Data = None, as_json: Json = False
) -> None:
    """Take a report out of the catalog and the index."""
    folder = _folder(data)
    with folder.lock():
        catalog = _catalog(data)
        catalog.delete(report_id)
        with building() as show_stage:
            built = build(folder, catalog, _encoder(), on_progress=show_stage)
    if as_json:
        show.json_out({"removed": report_id, "generation": built.manifest.generation})
    else:
        typer.echo(
            f"{report_id} is removed; generation {built.manifest.generation} holds {built.manifest.reports} reports"
        )


def info(data: Data = None, as_json: Json = False) -> None:
    """The served generation: counts, encoder, chunking."""
    folder = _folder(data)
    number = folder.current_generation()
    if number is None:
        raise _nothing_indexed(folder, data)
    manifest = read_manifest(folder, number)
    show.manifest(manifest, folder) if not as_json else show.json_out(asdict(manifest))


def failures(data: Data = None, as_json: Json = False) -> None:
    """The files that could not be read, with their reasons."""
    found = _catalog(data).failures()
    show.json_out([asdict(attempt) for attempt in found]) if as_json else show.failures(found)


def serve(
    data: Data = None,
    as_json: Json = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the HTTP API and the page."""
    import uvicorn

    from search_api.library import Library
    from search_api.web.app import WebSettings, create_app

    with _listen(host, port) as listener:
        service = _loaded(Service(_folder(data), _encoder()))  # an empty folder too: the first upload fills it
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
        if as_json:
            show.json_out({"address": address, "data": str(service.folder.root)})
        typer.echo(f"Casetrove serves {service.folder.root} at {address}  (API: /openapi.json, stop: Ctrl-C)", err=True)
        hosts = _LOOPBACK if host in _LOOPBACK else ("*",)
        app = create_app(service, Library(service), settings=WebSettings(hosts=hosts))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # uvicorn shuts down, then raises the signal again
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        if not server.started:
            raise typer.Exit(1)


def _listen(host: str, port: int) -> socket.socket:
    """The socket to serve on, taken before the encoder is loaded. Raises CasetroveError where it cannot be had."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise CasetroveError(
            f"--host {host} --port {port}: cannot be listened on ({error.strerror}): choose another"
        ) from error


def _folder(data: Path | None) -> DataFolder:
    return DataFolder(data or default_root())


def _catalog(data: Path | None) -> Catalog:
    folder = _folder(data)
    if not folder.catalog.exists():
        raise _nothing_indexed(folder, data)
    return Catalog(folder.catalog)


def _nothing_indexed(folder: DataFolder, data: Path | None) -> CasetroveError:
    if folder.root.exists() and not folder.root.is_dir():
        return ConfigError(f"--data {folder.root}: is a file: name a folder")
    option = f" --data {shlex.quote(str(data))}" if data else ""
    return NotFoundError(f"{folder.root}: nothing is indexed yet: run `casetrove index PATH…{option}`")


def _encoder() -> Encoder:
    return SentenceTransformerEncoder.embedded()


def _service(data: Path | None) -> Service:
    _catalog(data).close()
    return _loaded(Service(_folder(data), _encoder()))


def _loaded(service: Service) -> Service:
    """The service with its encoder's model in memory, so that the first question does not wait for it."""
    with status("loading the encoder"):
        service.encoder.encode(["ready"], "query")
    return service
