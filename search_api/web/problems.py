"""Errors over HTTP: each becomes an RFC 9457 problem, and all of them in this one place.

The error tree says what happened (``code``, ``http_status``, a message for the person who can act); this
module only gives it the shape. What is not in the tree is logged under the request's id and shown without
its insides.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount
from starlette.types import Scope

from corpus.errors import CasetroveError
from search_api.errors import is_no_room, refused
from search_api.web.limits import LaterError
from search_api.web.schemas import FieldError, Problem

MEDIA_TYPE: Final = "application/problem+json"
PREFIX: Final = "urn:casetrove:problem:"
_MOST_TOLD: Final = 20
"""Of what is wrong with one request."""
_LONGEST_NAME: Final = 100
_FIELD = re.compile(r"([a-z_.]+): (.+)", re.DOTALL)
_HTTP_CODES = {
    400: "bad-request",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "slow-body",
    413: "too-large",
}
_log = logging.getLogger(__name__)


def problem(
    scope: Scope,
    status: int,
    code: str,
    detail: str,
    *,
    title: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response for one error; ``title`` is the status' own phrase unless given."""
    scope["state"]["problem"] = code
    given = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    body = Problem(
        type=PREFIX + code,
        title=title or HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=scope["path"],
        request_id=scope["state"]["request_id"],
        errors=list(errors),
    )
    fields = body.model_dump(exclude=None if errors else {"errors"})
    content = json.dumps(fields)  # in ASCII, for what is echoed of a bad request may be no Unicode text
    return Response(content, status, {**given, **(headers or {})}, MEDIA_TYPE)


def unexpected(scope: Scope, error: Exception) -> Response:
    """The response for what nobody foresaw: the traceback goes to the log, the request's id to the caller."""
    request_id = scope["state"]["request_id"]
    _log.error("request %s: %s failed", request_id, scope["state"].get("operation"), exc_info=error)
    detail = f"The server met an error that it did not foresee; its log tells more under request id {request_id}."
    return problem(scope, 500, "internal", detail)


def install(app: FastAPI, spelled: Callable[[str], str] = str) -> None:
    """Map the error tree, failed validation and the router's own errors to problems.

    ``spelled`` completes the commands in a message, so that they can be pasted.
    """

    def expected(request: Request, error: Exception) -> Response:
        assert isinstance(error, CasetroveError)
        error.args = (spelled(str(error)),)
        return _expected(request, error)

    app.add_exception_handler(CasetroveError, expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation can answer with, for its description."""
    return {status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in statuses}


def _expected(request: Request, error: CasetroveError) -> Response:
    if error.http_status == 500:
        _log.error("request %s: %s", request.state.request_id, error, exc_info=error)
    named = _FIELD.fullmatch(str(error)) if error.http_status == 422 else None
    return problem(
        request.scope,
        error.http_status,
        error.code,
        str(error),
        title=_title(error),
        errors=[FieldError(field=named[1], message=named[2])] if named else (),
        headers={"Retry-After": str(error.after_s)} if isinstance(error, LaterError) else None,
    )


def _title(error: CasetroveError) -> str | None:
    first, _, _ = (type(error).__doc__ or "").partition("\n")
    return first.rstrip(".") or None


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wanted, given = _media_type(request), request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given.endswith("+json"):
        given = "application/json"
    if wanted and given != wanted and any(item["loc"][0] == "body" for item in error.errors()) and _has_body(request):
        detail = f"this operation takes {wanted}, not {given or 'a body of no type'}: set Content-Type"
        return problem(request.scope, 415, "unsupported-media-type", detail, headers={"Accept": wanted})
    found = error.errors()
    errors = [FieldError(field=_field(item["loc"]), message=_message(item)) for item in found[:_MOST_TOLD]]
    detail = "; ".join(f"{item.field}: {item.message}" for item in errors)
    if len(found) > len(errors):
        detail += f"; and {len(found) - len(errors):,} more"
    return problem(
        request.scope, 422, "usage", detail, title="The request is not what this operation takes", errors=errors
    )


def _media_type(request: Request) -> str:
    """What the operation takes as its body; "" where it takes none."""
    body = getattr(request.scope.get("route"), "body_field", None)
    if body is None:
        return ""
    return "multipart/form-data" if isinstance(body.field_info, Form) else "application/json"


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _field(location: Sequence[str | int]) -> str:
    """``("body", "k")`` → "k"; what is wrong as a whole is named by its place ("body")."""
    inner = [str(part) for part in location[1:]]
    name = ".".join(inner) if inner else str(location[0])
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"


def _message(item: Mapping[str, Any]) -> str:
    if item["type"] == "json_invalid":
        return f"is not JSON: {item['ctx']['error']} at character {item['loc'][-1]}"
    if item["type"] == "extra_forbidden":
        return "is not a field of this request"
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    return str(item["msg"])


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    detail, headers = error.detail, error.headers
    if is_no_room(error):  # a body is laid down in a file as it comes, and FastAPI says only that it cannot be parsed
        return _expected(request, refused("the files", error))
    if status == 404:
        detail = f"there is nothing at {request.url.path}: /openapi.json lists what there is"
    elif status == 400 and isinstance(error.__cause__, ValueError | RecursionError):  # FastAPI says no more
        detail = "body: cannot be read: give JSON in UTF-8, without numbers of thousands of digits or endless brackets"
    elif status == 405:
        possible = _possible(request)
        headers = {"Allow": possible}
        detail = f"{request.method} is not possible at {request.url.path}; what is: {possible}"
    return problem(request.scope, status, _HTTP_CODES.get(status, "http"), detail, headers=headers)


def _possible(request: Request) -> str:
    """The methods of every operation at the request's address: the router itself names those of the first alone."""
    found: dict[str, object] = {}
    routes = [
        route
        for each in request.app.routes
        if not isinstance(each, Mount)  # of files, which are only read
        for route in (each.original_router.routes if hasattr(each, "original_router") else [each])
    ]
    for method in ("GET", "POST", "DELETE", "PUT", "PATCH"):
        for route in routes:
            match, child = route.matches({**request.scope, "method": method})
            if match is Match.FULL:
                found.setdefault(method, child.get("path_params"))
                break
    # "…/x/text" could be the id of a report to take out, but is the text of x
    same = [method for method, named in found.items() if named == next(iter(found.values()))] or ["GET"]
    return ", ".join(sorted([*same, "HEAD"] if "GET" in same else same))
