"""Who is let in: the key that a request shows is held against what its operation needs."""

from __future__ import annotations

import asyncio

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from corpus.errors import CasetroveError
from search_api.keys import SCOPES, Key, Keys, Scope
from search_api.web.limits import CALLER, Rate, caller_at
from search_api.web.operations import NEEDS

_SHOW = "send it as `Authorization: Bearer …`, or in the header X-API-Key"


class KeyNeededError(CasetroveError):
    """A key is needed."""

    code = "key-needed"
    http_status = 401


class KeyUnknownError(CasetroveError):
    """The key is not known."""

    code = "key-unknown"
    http_status = 401


class KeyExpiredError(CasetroveError):
    """The key's time is over."""

    code = "key-expired"
    http_status = 401


class ScopeError(CasetroveError):
    """The key does not allow this."""

    code = "scope"
    http_status = 403


class Guard:
    """Lets a request in, or raises why not.

    ``needed``: whether keys must be shown; None: as soon as ``keys`` holds one, and from then on, though the last be
    revoked: nobody opens a server to all by taking a key away. Where none is needed, whatever is shown is let in.
    ``rate`` bounds what one caller, that is a key, or without one an address, may ask; None: nothing does.
    ``is_open_unbounded``: it does so only where keys are needed, and from then on.
    """

    def __init__(
        self, keys: Keys, needed: bool | None = None, rate: Rate | None = None, *, is_open_unbounded: bool = False
    ) -> None:
        self._keys, self._needed, self._rate, self._is_open_unbounded = keys, needed, rate, is_open_unbounded
        self._noting: dict[str, asyncio.Task[None]] = {}

    def is_needed(self) -> bool:
        """Whether keys must be shown."""
        if self._needed is None and self._keys.is_any():
            self._needed = True
        return bool(self._needed)

    def is_stranger(self, request: Request) -> bool:
        """Whether keys must be shown, and a request that was let in shows none that is known."""
        return self.is_needed() and request.state.key_name is None

    async def admit(self, request: Request, operation_id: str | None) -> None:
        """Let the request do ``operation_id``, and note in its state that, and the name of the key that it shows.

        ``may`` of its state: the scopes that it has; all of them where no key is needed.

        Raises KeyNeededError, KeyUnknownError, KeyExpiredError, ScopeError, TooManyError.
        """
        request.state.operation = operation_id
        needs = NEEDS[operation_id or ""]
        shown = shown_key(request.headers)
        key = self._keys.find(shown) if shown else None
        if key is not None and not self._keys.has_expired(key):
            request.state.key_name = key.name
        CALLER.set(_caller(request))
        if needs.scope is not None and self._rate is not None and (self.is_needed() or not self._is_open_unbounded):
            self._rate.take(CALLER.get(), needs.cost)
        request.state.may = _scopes(key) if self.is_needed() else SCOPES
        if needs.scope is None or not self.is_needed():
            return
        if not shown:
            raise KeyNeededError(f"this server needs a key: {_SHOW}; `casetrove keys add` makes one")
        if key is None:
            raise KeyUnknownError(f"the key that was sent is not known here, or was revoked: {_SHOW} as it was made")
        if self._keys.has_expired(key):
            raise KeyExpiredError(f"the key {key.name!r} was good until {key.expires}: ask for a new one")
        if not key.allows(needs.scope):
            raise ScopeError(f"the key {key.name!r} may {key.scope}, and this needs one that may {needs.scope}")
        if self._keys.is_use_news(key):
            self._note_use(key)

    def _note_use(self, key: Key) -> None:
        """Have the key's use remembered; the request does not wait for it, and of one key one use at a time is."""
        if key.public not in self._noting:
            task = asyncio.create_task(run_in_threadpool(self._keys.note_use, key))
            self._noting[key.public] = task
            task.add_done_callback(lambda _: self._noting.pop(key.public, None))


def _scopes(key: Key | None) -> tuple[Scope, ...]:
    return () if key is None else tuple(scope for scope in SCOPES if key.allows(scope))


def _caller(request: Request) -> str:
    if request.state.key_name is not None:
        return f"key {request.state.key_name}"
    return caller_at(request.client.host if request.client else "")


def shown_key(headers: Headers) -> str:
    """The key that a request shows; "" where it shows none.

    Its own header comes first: where there is one, a gateway may have put a token of its own into the other.
    """
    if own := headers.get("x-api-key", "").strip():
        return own
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    return ""
