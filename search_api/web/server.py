"""The server that an application runs in: what it logs, how long it waits, whose word it takes for who calls."""

from __future__ import annotations

from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI

from search_api.web.connections import Connection

IDLE_S = 15
"""How long a connection may idle between two requests."""
GRACE_S = 10
"""How long requests may take to end when the server ends, before they are broken off."""


def server(app: FastAPI, *, proxies: Sequence[str] = ()) -> uvicorn.Server:
    """A server for ``app``, to be run on sockets. ``proxies``: addresses whose ``X-Forwarded-For`` is believed.

    It writes no line of its own per request: uvicorn's would hold what is asked in addresses.
    """
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=GRACE_S,
    )
    return uvicorn.Server(config)
