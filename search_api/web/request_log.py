"""What is written and counted of each request: one line, and never what was asked unless that is wished for."""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from urllib.parse import unquote_plus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.web.logs import REQUESTS
from search_api.web.metrics import Metrics

_log = logging.getLogger(REQUESTS)
_ASKED_BYTES = 64 << 10
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PATHS = {"/": "page", "/openapi.json": "openapi"}


class RequestLog:
    """Counts each request in ``metrics`` and logs it as it ends, with what the layers within noted in its state.

    With ``queries`` the line has what was asked, too; the stories of patients that ``/v1/similar`` is given never.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, queries: bool) -> None:
        self.app, self._metrics, self._queries = app, metrics, queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        begun, status, sent, body = time.perf_counter(), None, 0, bytearray()

        async def counted(message: Message) -> None:
            nonlocal status, sent
            status = message.get("status", status)
            sent += len(message.get("body", b""))
            await send(message)

        async def overheard() -> Message:
            message = await receive()
            if len(body) <= _ASKED_BYTES:
                body.extend(message.get("body", b""))
            return message

        try:
            await self.app(scope, overheard if self._queries else receive, counted)
        finally:
            seconds = time.perf_counter() - begun
            operation = state.get("operation") or _named(scope["path"])
            self._metrics.request(operation, status, seconds, state.get("problem"))
            told = {
                "request_id": state.get("request_id"),
                "key": state.get("key_name"),
                "operation": operation,
                "method": scope["method"] if scope["method"] in _METHODS else "?",
                "status": status,
                "ms": round(seconds * 1000, 1),
                "bytes": sent,
                "problem": state.get("problem"),
            }
            if self._queries:
                told["asked"] = _asked(scope, bytes(body))
            _log.info("request", extra={"told": told})


def _named(path: str) -> str:
    return "page" if path.startswith("/page/") else _PATHS.get(path, "none")


def _asked(scope: Scope, body: bytes) -> str | None:
    """The question in the address or in the body; None where there is none."""
    if scope["query_string"]:
        return unquote_plus(scope["query_string"].decode("latin-1"))
    if Headers(scope=scope).get("content-type", "").partition(";")[0].strip() == "application/json":
        with suppress(ValueError, RecursionError):
            given = json.loads(body)
            if isinstance(given, dict):
                asked = given.get("query") or given.get("question")
                return str(asked) if asked else None
    return None
