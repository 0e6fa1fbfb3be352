"""``casetrove serve``: the HTTP API and the page."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer

from corpus.errors import CasetroveError, ConfigError, UsageError
from indexer.folder import DataFolder
from search_api.cli import show
from search_api.cli.loading import loaded
from search_api.cli.options import Data, Json, SearchLogOption, data_folder
from search_api.cli.questions import RerankOption
from search_api.config import RATE, LlmSettings
from search_api.keys import Keys
from search_api.web.logs import FORMS, Form, set_up

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def serve(
    data: Data = None,
    as_json: Json = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    keys: Annotated[
        bool | None,
        typer.Option(
            "--keys/--no-keys",
            help="Ask callers for a key (`casetrove keys`). Default: yes, but on loopback as long as there is none.",
        ),
    ] = None,
    log_vignettes: Annotated[
        bool, typer.Option("--log-vignettes", help="Log the texts that similar patients are looked for by.")
    ] = False,
    log_queries: Annotated[
        bool, typer.Option("--log-queries", help="Log what is asked, and what errors say that may quote it.")
    ] = False,
    log_format: Annotated[str, typer.Option(help=f"How the log on stderr is written: {', '.join(FORMS)}.")] = "text",
    rate: Annotated[
        float | None,
        typer.Option(
            min=0,
            help=f"Requests a second of one caller; 0: no bound. Default: {RATE:g} where keys are needed.",
        ),
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds that a question may take.")] = 60,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(help="Address or network of a proxy whose X-Forwarded-For says who calls; may be repeated."),
    ] = None,
    rerank: RerankOption = None,
    cors: Annotated[
        list[str] | None,
        typer.Option("--cors", metavar="ORIGIN", help="Also let the pages of this origin ask; may be repeated."),
    ] = None,
    search_log: SearchLogOption = True,
) -> None:
    """Serve the HTTP API and the page."""
    from search_api.closed import is_closed, open_library
    from search_api.web.app import WebSettings, create_app
    from search_api.web.craft import check_origins
    from search_api.web.server import server

    form, trusted = _form(log_format), _proxies(trust_proxy or ())
    llm = LlmSettings.read(os.environ)
    origins = tuple(cors or ())
    check_origins(origins)
    needs_keys = keys_needed(data_folder(data), host, keys)
    with _listen(host, port) as listener:
        set_up(form, queries=log_queries, vignettes=log_vignettes)
        # an empty folder too: the first upload fills it
        service = loaded(data_folder(data), rerank, log_vignettes=log_vignettes, log_searches=search_log)
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
        if as_json:
            show.json_out({"address": address, "data": str(service.folder.root)})
        typer.echo(f"Casetrove serves {service.folder.root} at {address}  (API: /openapi.json, stop: Ctrl-C)", err=True)
        if needs_keys or (needs_keys is None and Keys(service.folder.keys).is_any()):
            typer.echo("callers show a key: `casetrove keys list` says whose there are", err=True)
        if is_closed(service.folder):
            typer.echo(f"{service.folder.root}: cannot be written to, so it is searched only", err=True)
        settings = WebSettings(
            hosts=_names(host, needs_keys),
            llm=llm,
            origins=origins,
            keys=needs_keys,
            rate=rate,
            timeout_s=timeout,
            log_queries=log_queries,
        )
        app = create_app(service, open_library(service), settings=settings)
        serving = server(app, proxies=trusted)
        for end in (signal.SIGINT, signal.SIGTERM):  # uvicorn shuts down, then raises the signal again
            signal.signal(end, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            serving.run(sockets=[listener])
        if not serving.started:
            raise typer.Exit(1)
        # nothing that a question does is worth keeping, and its thread would be waited for
        if app.state.desk.running or app.state.page_desk.running:
            sys.stderr.flush()
            os._exit(0)


def keys_needed(folder: DataFolder, host: str, asked: bool | None) -> bool | None:
    """Whether callers must show a key, as ``WebSettings.keys`` has it.

    The address that is listened on and the option decide, never who calls: behind a proxy on the same machine
    everybody calls from loopback. Raises ConfigError where keys are needed and there is none.
    """
    if asked is False:
        if not _is_loopback(host):
            typer.echo(f"--no-keys: whoever reaches {host} may read and change everything: guard it yourself", err=True)
        return False
    if asked is None and _is_loopback(host):
        return None
    if not Keys(folder.keys).is_any():
        raise ConfigError(
            f"--host {host}: callers need a key, and there is none: make one with "
            "`casetrove keys add NAME --scope admin`, or listen on 127.0.0.1"
        )
    return True


def _names(host: str, needs_keys: bool | None) -> tuple[str, ...]:
    """The names that the server may be called by: any, where who calls must show a key, or may come from elsewhere."""
    return ("*",) if needs_keys or not _is_loopback(host) else (*_LOOPBACK_NAMES, host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _proxies(given: Sequence[str]) -> Sequence[str]:
    """The same. Raises UsageError where one is no address: a name, or "*", would let callers say who they are."""
    for each in given:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise UsageError(f"--trust-proxy: {each!r} is neither an address nor a network (10.0.0.0/8)") from None
    return given


def _form(given: str) -> Form:
    for form in FORMS:
        if given == form:
            return form
    raise UsageError(f"--log-format: {given!r} is none of {', '.join(FORMS)}")


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
