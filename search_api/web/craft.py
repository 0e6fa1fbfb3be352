"""What is done to every exchange for those who program against it: tags, compression, other origins, refusals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.errors import ConfigError
from search_api.web.problems import problem

_LONGEST_ADDRESS: Final = 48 << 10
_COMPRESSED_ABOVE: Final = 1024
_LEVEL: Final = 5
_ORIGIN: Final = re.compile(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?")
_METHODS: Final = ("GET", "HEAD", "POST", "DELETE")
_TAKEN: Final = ("Authorization", "If-None-Match", "Last-Event-ID", "X-API-Key", "X-Request-Id")
_SHOWN: Final = ("Content-Disposition", "ETag", "Location", "Retry-After", "X-Left-Out", "X-Request-Id")
_CLOSED_PACKAGES: Final = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
_OF_A_BODY: Final = ("content-length", "content-type", "content-encoding")


def mount(app: FastAPI, hosts: Sequence[str], origins: Sequence[str]) -> None:
    """Add all of this to ``app``; to be called after what bounds requests and before what numbers them.

    The last one mounted meets a request first. An answer holds no secret, so that its compressed length tells none.
    """
    app.add_middleware(Tagged)
    app.add_middleware(
        GZipMiddleware,
        minimum_size=_COMPRESSED_ABOVE,
        compresslevel=_LEVEL,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, *_CLOSED_PACKAGES),
    )
    if origins:
        app.add_middleware(OtherOrigins, origins=origins)
    app.add_middleware(Addressed, hosts=hosts)


def check_origins(origins: Sequence[str]) -> None:
    """Raise ConfigError unless each is a scheme and a host, as browsers send it; "*" would be every page there is."""
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ConfigError(
                f"cors: {origin!r} is no origin: give scheme, host and port in lower case, as in https://review.example"
            )


def is_from_allowed_origin(scope: Scope) -> bool:
    """Whether the request comes from a page of an origin that the server was told to trust."""
    return bool(scope.get("state", {}).get("from_allowed_origin"))


class Addressed:
    """Refuses what is addressed to another host than ``hosts`` ("*": any), or with an address that is too long."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange, as ASGI has it."""
        if scope["type"] == "http" and (refusal := self._refusal(scope)):
            await refusal(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        host = re.sub(r":\d*$", "", Headers(scope=scope).get("host", "")).lower()
        if "*" not in self.hosts and host not in self.hosts:
            detail = f"this server does not answer under that host name: it is {', '.join(sorted(self.hosts))}"
            return problem(scope, 400, "wrong-host", detail)
        if len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"]) > _LONGEST_ADDRESS:
            detail = f"the address is over {_LONGEST_ADDRESS:,} bytes: what is asked so can be asked with POST"
            return problem({**scope, "path": scope["path"][:200]}, 414, "address-too-long", detail)
        return None


class OtherOrigins(CORSMiddleware):
    """Lets the pages of ``origins`` read answers and send requests, without cookies; a refusal is a problem."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(
            app, allow_origins=origins, allow_methods=_METHODS, allow_headers=_TAKEN, expose_headers=_SHOWN
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange, as ASGI has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        scope.setdefault("state", {})["from_allowed_origin"] = self.is_allowed_origin(origin)
        if scope["method"] == "OPTIONS" and origin and "access-control-request-method" in headers:
            answer = self.preflight_response(headers)
            if answer.status_code != 200:
                detail = "another site's page may not ask this: start the server with --cors and that site's origin"
                answer = problem(scope, 403, "wrong-origin", detail, headers={"Vary": answer.headers["vary"]})
            await answer(scope, receive, send)
            return
        await super().__call__(scope, receive, send)


class Tagged:
    """Gives what can be fetched a tag, made of its bytes, and says that it has not changed to who knows the tag.

    Whatever an answer depends on changes its bytes, and so its tag. It is weak, for the bytes may be compressed on
    their way. A HEAD is answered as the GET would be, without the body. Files to save and streams have no tag.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One exchange, as ASGI has it."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        answer = _Answer(send, Headers(scope=scope).getlist("if-none-match"), scope["method"] == "HEAD")
        await self.app({**scope, "method": "GET"} if answer.is_head else scope, receive, answer.take)


class _Answer:
    """One answer on its way: its start waits for its first bytes."""

    def __init__(self, send: Send, known: Sequence[str], is_head: bool) -> None:
        self._send = send
        self._known = known
        self.is_head = is_head
        self._start: Message | None = None
        self._ended = False

    async def take(self, message: Message) -> None:
        """What the application sends."""
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            if self.is_head and headers.get("content-type", "").startswith("text/event-stream"):
                await self._end(message)  # what follows may be long in coming
            elif message["status"] != 200 or "content-disposition" in headers:
                await (self._end if self.is_head else self._send)(message)
            else:
                self._start = message
        elif self._start is not None:
            start, self._start = self._start, None
            await self._begin(start, message)
        elif not self._ended:
            await self._send(message)

    async def _begin(self, start: Message, first: Message) -> None:
        """Send the start of a 200 and its first bytes, or that nothing changed."""
        headers = MutableHeaders(scope=start)
        is_whole = first["type"] == "http.response.body" and not first.get("more_body", False)
        if is_whole and "etag" not in headers:
            headers["ETag"] = f'W/"{blake2b(first.get("body", b""), digest_size=12).hexdigest()}"'
        if tag := headers.get("etag"):
            headers.setdefault("Cache-Control", "private, no-cache")  # to be asked for again, with the tag
            if _knows(self._known, tag):
                kept = [(name, value) for name, value in start["headers"] if name.decode() not in _OF_A_BODY]
                await self._end({**start, "status": 304, "headers": kept})
                return
        if self.is_head:
            await self._end(start)
            return
        await self._send(start)
        await self._send(first)

    async def _end(self, start: Message) -> None:
        self._ended = True
        await self._send(start)
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def _knows(known: Sequence[str], tag: str) -> bool:
    tags = {each.strip().removeprefix("W/") for line in known for each in line.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags
