"""``casetrove mcp``: the tools of an assistant, over standard input and output or over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from search_api.cli.options import Data, data_folder, encoders, open_catalog
from search_api.cli.progress import status
from search_api.mcp_server import mcp_server
from search_api.service import Service


def mcp(
    data: Data = None,
    http: Annotated[bool, typer.Option("--http", help="Serve over HTTP, at /mcp on this machine alone.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on, with --http.")] = 8001,
) -> None:
    """Serve search, ask, evidence, get_report and cite to an assistant by the Model Context Protocol (docs/mcp.md)."""
    service = _service(data)
    server = mcp_server(service)
    if http:
        typer.echo(f"Casetrove's tools: http://127.0.0.1:{port}/mcp  (stop: Ctrl-C)", err=True)
        server.run("streamable-http", host="127.0.0.1", port=port)
    else:
        if sys.stdin.isatty():
            typer.echo("An assistant starts this and speaks to it: docs/mcp.md says how. (stop: Ctrl-C)", err=True)
        server.run("stdio")


def _service(data: Path | None) -> Service:
    """The service with its models in memory. Raises NotFoundError where nothing is indexed."""
    open_catalog(data).close()
    folder = data_folder(data)
    with status("loading the encoder"):
        service = Service(folder, encoders(folder))
        service.warm_up()
    return service
