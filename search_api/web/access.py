"""Who is let in: the key that a request shows is held against what its operation needs."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from corpus.errors import CasetroveError
from search_api.keys import Keys
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
    """

    def __init__(self, keys: Keys, needed: bool | None = None) -> None:
        self._keys = keys
        self._needed = needed

    def is_needed(self) -> bool:
        """Whether keys must be shown."""
        if self._needed is None and self._keys.is_any():
            self._needed = True
        return bool(self._needed)

    async def admit(self, request: Request, operation_id: str | None) -> None:
        """Let the request do ``operation_id``, and note in its state the name of the key that it shows.

        Raises KeyNeededError, KeyUnknownError, KeyExpiredError, ScopeError.
        """
        needs = NEEDS[operation_id or ""]
        shown = shown_key(request.headers)
        key = self._keys.find(shown) if shown else None
        if key is not None and not self._keys.has_expired(key):
            request.state.key_name = key.name
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
            await run_in_threadpool(self._keys.note_use, key)


def shown_key(headers: Headers) -> str:
    """The key that a request shows; "" where it shows none."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    return headers.get("x-api-key", "").strip()
