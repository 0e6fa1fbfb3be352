"""What every exchange has: an id, safe headers, a limit on what is sent in, and an answer even to a crash."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import TooLargeError
from search_api.web.problems import problem, unexpected

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
BODY_S = 20.0
LEAST_RATE = 4096
"""A body may take ``BODY_S`` seconds, and one more for so many bytes of it that have come."""
_SLOW = "the rest of the request did not come in time: send it more quickly, or less at a time"
_SAFE = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Exchange:
    """Gives each request its id (the caller's own ``X-Request-Id`` if it is well formed) and safe response headers.

    An exception that got past every handler becomes a logged 500 problem.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {}).update(request_id=request_id, key_name=None)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in _SAFE.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            response = unexpected(scope, error)
            if not started:
                await response(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses a body over ``limit_of(scope)`` bytes: at once by its declared length, else as soon as it grows over.

    One that comes more slowly than anybody's network is refused, too: it is only to hold a connection.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[Scope], int]) -> None:
        self.app = app
        self.limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.limit_of(scope)
        reason = f"the request is over the limit of {limit} bytes: send less at a time"
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            await problem(scope, 413, TooLargeError.code, reason)(scope, receive, send)
            return
        received, whole, begun = 0, False, anyio.current_time()

        async def receive_within() -> Message:
            nonlocal received, whole
            if whole:  # what comes now is that the client leaves
                return await receive()
            left_s = begun + BODY_S + received / LEAST_RATE - anyio.current_time()
            message: Message | None = None
            with anyio.move_on_after(left_s):
                message = await receive()
            if message is None:
                raise HTTPException(408, _SLOW, {"Connection": "close"})
            received += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if received > limit:
                raise HTTPException(413, reason)
            return message

        await self.app(scope, receive_within, send)
