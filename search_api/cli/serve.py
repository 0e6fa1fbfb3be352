"""``casetrove serve``: the HTTP API and the page."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import socket
from contextlib import suppress
from typing import Annotated

import typer

from corpus.errors import CasetroveError, ConfigError
from indexer.folder import DataFolder
from search_api.cli import show
from search_api.cli.loading import loaded
from search_api.cli.options import Data, Json, SearchLogOption, data_folder
from search_api.cli.questions import RerankOption
from search_api.config import LlmSettings
from search_api.keys import Keys

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
    rerank: RerankOption = None,
    cors: Annotated[
        list[str] | None,
        typer.Option("--cors", metavar="ORIGIN", help="Also let the pages of this origin ask; may be repeated."),
    ] = None,
    search_log: SearchLogOption = True,
) -> None:
    """Serve the HTTP API and the page."""
    import uvicorn

    from search_api.closed import is_closed, open_library
    from search_api.web.app import WebSettings, create_app
    from search_api.web.craft import check_origins

    llm = LlmSettings.read(os.environ)
    origins = tuple(cors or ())
    check_origins(origins)
    needs_keys = keys_needed(data_folder(data), host, keys)
    with _listen(host, port) as listener:
        if log_vignettes:
            _log_vignettes()
        # an empty folder too: the first upload fills it
        service = loaded(data_folder(data), rerank, log_vignettes=log_vignettes, log_searches=search_log)
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
        if as_json:
            show.json_out({"address": address, "data": str(service.folder.root)})
        typer.echo(f"Casetrove serves {service.folder.root} at {address}  (API: /openapi.json, stop: Ctrl-C)", err=True)
        if is_closed(service.folder):
            typer.echo(f"{service.folder.root}: cannot be written to, so it is searched only", err=True)
        settings = WebSettings(hosts=_names(host, needs_keys), llm=llm, origins=origins, keys=needs_keys)
        app = create_app(service, open_library(service), settings=settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # uvicorn shuts down, then raises the signal again
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        if not server.started:
            raise typer.Exit(1)


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
