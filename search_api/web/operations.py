"""What each operation needs: the one table that says who may do what, and the routes that heed it.

A route is checked before its body is read, so that a stranger cannot make the server take in an upload.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response

from corpus.errors import ConfigError
from search_api.keys import Scope


@dataclass(frozen=True, slots=True)
class Needs:
    """The ``scope`` that a key must have; None: anyone may. ``cost``: as how many requests it counts."""

    scope: Scope | None
    cost: int = 1


_OPEN = Needs(None)
_READ = Needs("read")
_QUESTION = Needs("read", cost=2)
_LIST = Needs("read", cost=5)
"""Of up to a thousand places, reports or searches, each looked up."""
_TABLE = Needs("read", cost=10)
"""Of evidence, or what may have to make one."""
_WRITE = Needs("write")
_CHANGE = Needs("write", cost=5)

NEEDS: Final[dict[str, Needs]] = {
    "search": _QUESTION,
    "ask": _QUESTION,
    "askModel": Needs("read", cost=5),
    "evidence": _TABLE,
    "exportEvidence": _TABLE,
    "exportTable": _TABLE,
    "similar": _QUESTION,
    "facets": _QUESTION,
    "exportList": _LIST,
    "listReports": _READ,
    "getReport": _READ,
    "readText": _READ,
    "readCases": _READ,
    "listJobs": _READ,
    "getJob": _READ,
    "followJob": _READ,
    "getIndex": _READ,
    "listPages": _READ,
    "showPage": _QUESTION,
    "markPage": _READ,
    "listGenerations": _READ,
    "serveGeneration": Needs("admin"),
    "listFailures": _READ,
    "forgetFailure": _WRITE,
    "listDuplicates": _LIST,
    "decideDuplicate": _WRITE,
    "listSearches": _READ,
    "getSearch": _READ,
    "exportSearch": _LIST,
    "compareSearches": _LIST,
    "reportSearches": _LIST,
    "newSince": _TABLE,
    "replaySearch": _TABLE,
    "forgetSearch": _READ,  # its own: whose a search is bounds it
    "getMetrics": _READ,
    "uploadReports": _CHANGE,
    "deleteReport": _WRITE,
    "rebuildIndex": _CHANGE,
    "isAlive": _OPEN,
    "isReady": _OPEN,
}
"""By operation id. An application with an operation that is not here does not start."""


class Operation(APIRoute):
    """A route that lets the application's guard look at each request before anything of its body is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As its parent's, behind the guard."""
        handle, operation_id = super().get_route_handler(), self.operation_id

        async def guarded(request: Request) -> Response:
            await request.app.state.guard.admit(request, operation_id)
            return await handle(request)

        return guarded


class Operations(APIRouter):
    """A router of operations; takes what its parent takes."""

    def __init__(self, **given: Any) -> None:
        super().__init__(route_class=Operation, **given)


_REFUSALS: Final = (401, 403, 429)
_OPEN_PATHS: Final = ("/", "/page", "/openapi.json")
_SCHEMES: Final = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key made by `casetrove keys add`"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same key, in its own header"},
}


def check_all_declared(app: FastAPI) -> None:
    """Raise ConfigError where something of ``app`` could be reached unguarded, or says not what it needs."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, Operation):
            if route.operation_id not in NEEDS:
                raise ConfigError(f"operation {route.operation_id}: has no scope: name it in NEEDS ({__name__})")
        elif context.path not in _OPEN_PATHS:
            raise ConfigError(f"{context.path}: is not guarded: make its router an Operations ({__name__})")


def describe(document: dict[str, Any], *, is_needed: bool) -> None:
    """Say in an OpenAPI document what each operation needs, and how it refuses those who have it not.

    Where no key is needed (``is_needed``), every one of them may be left out.
    """
    document["components"]["securitySchemes"] = _SCHEMES
    for item in document["paths"].values():
        for operation in item.values():
            needs = NEEDS[operation["operationId"]]
            if needs.scope is None:
                operation["security"] = []
                continue
            operation["x-scope"] = needs.scope
            operation["security"] = [{name: [needs.scope]} for name in _SCHEMES]
            if not is_needed:
                operation["security"].append({})
            for status in _REFUSALS:
                operation["responses"].setdefault(str(status), {"description": HTTPStatus(status).phrase})
