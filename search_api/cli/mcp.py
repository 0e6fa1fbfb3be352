"""``casetrove mcp``: the tools of an assistant, over standard input and output or over HTTP."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from search_api.cli.loading import opened
from search_api.cli.options import Data, SearchLogOption
from search_api.mcp_server import mcp_server


def mcp(
    data: Data = None,
    http: Annotated[bool, typer.Option("--http", help="Serve over HTTP, at /mcp on this machine alone.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on, with --http.")] = 8001,
    search_log: SearchLogOption = True,
) -> None:
    """Serve search, ask, evidence, get_report and cite to an assistant by the Model Context Protocol (docs/mcp.md)."""
    service = opened(data, log=search_log)
    server = mcp_server(service)
    if http:
        typer.echo(f"Casetrove's tools: http://127.0.0.1:{port}/mcp  (stop: Ctrl-C)", err=True)
        server.run("streamable-http", host="127.0.0.1", port=port)
    else:
        if sys.stdin.isatty():
            typer.echo("An assistant starts this and speaks to it: docs/mcp.md says how. (stop: Ctrl-C)", err=True)
        server.run("stdio")
