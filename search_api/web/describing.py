"""What the OpenAPI document says beside what FastAPI writes by itself: problems, tags, streams and files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from search_api.web.problems import MEDIA_TYPE, PREFIX

_EXAMPLES: Final = {
    400: ("bad-request", "body: cannot be read: give JSON in UTF-8"),
    401: ("key-needed", "this server needs a key: send it as `Authorization: Bearer …`, or in the header X-API-Key"),
    403: ("forbidden", "this is not taken from another site's page: send it from this one"),
    404: ("not-found", "report 'cr-0123456789ab' is not in the catalog"),
    408: ("slow-body", "the rest of the request did not come in time: send it more quickly, or less at a time"),
    409: ("unknown-request", "a search kept by another version cannot be asked again: ask it anew"),
    410: ("stale-cursor", "cursor: is of generation 6 of the index, and 7 is served now: start again without a cursor"),
    413: ("too-large", "the request is over the limit of 1048576 bytes: send less at a time"),
    415: ("unsupported-media-type", "this operation takes application/json, not text/plain: set Content-Type"),
    422: ("usage", "k: Input should be less than or equal to 100"),
    429: ("too-many", "too many requests: ask again in 2 s"),
    503: ("no-index", "nothing is indexed yet: send in reports"),
    507: ("no-room", "the files could not be kept, for the disk is full: nothing was changed; make room, try again"),
}
_CHANGED: Final = (
    "changed-reading",
    "report 'cr-0123456789ab' has been read again since, and the text that this place is of is kept no more: "
    "search again",
)
_OWN_EXAMPLES: Final = {
    **{(operation, 409): _CHANGED for operation in ("exportList", "readText", "markPage")},
    ("serveGeneration", 409): (
        "locked",
        "/data is being indexed by process 4711: wait for it to end, then run the command again",
    ),
}
"""Where an operation answers another problem than most do with this status."""
_TAG: Final = {"ETag": {"description": "Of what is sent; for `If-None-Match`", "schema": {"type": "string"}}}
_PLACE: Final = {"Location": {"description": "The path of the job", "schema": {"type": "string"}}}
_AGAIN: Final = {"Retry-After": {"description": "In how many seconds to ask again", "schema": {"type": "integer"}}}
_UNCHANGED: Final = "Nothing has changed since the tag that was given as `If-None-Match`"


def event_stream(*names: str, example: dict[str, Any]) -> dict[str, Any]:
    """Server-sent events of these names, for an operation's description; the data of each is JSON."""
    event = {
        "type": "object",
        "properties": {
            "event": {"type": "string", "enum": list(names)},
            "data": {"type": "string", "contentMediaType": "application/json"},
            "id": {"type": "string"},
        },
        "required": ["event", "data"],
    }
    shown = {"event": names[-1], "data": json.dumps(example)}
    return {"text/event-stream": {"schema": event, "example": shown}}


def files(media_types: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """A file of one of these types, for an operation's description."""
    raw = {"type": "string", "format": "binary"}
    content = {kind: {"schema": {} if "json" in kind else raw} for kind in media_types}
    return {200: {"description": "The file", "content": content}}


def describe(document: dict[str, Any]) -> None:
    """Complete an OpenAPI document: all errors are problems, what is fetched has a tag, each answer says what it is."""
    schemas = document["components"]["schemas"]
    for item in document["paths"].values():
        for method, operation in item.items():
            _complete(operation, method, schemas)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, schema in schemas.items():
        if name.startswith("Body_"):
            schema["description"] = "The fields of a form."
        schema["examples"] = [_with_nulls(each, schema, schemas) for each in schema.get("examples", [])]


def _with_nulls(example: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """The example with the nulls of required fields, which FastAPI leaves out."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for choice in schema.get("anyOf", []):
        example = _with_nulls(example, choice, schemas)
    if isinstance(example, list) and "items" in schema:
        return [_with_nulls(each, schema["items"], schemas) for each in example]
    if not isinstance(example, dict) or "properties" not in schema:
        return example
    fields = schema["properties"]
    known = {name: _with_nulls(value, fields.get(name, {}), schemas) for name, value in example.items()}
    return known | {name: None for name in schema.get("required", []) if name not in known}


def _complete(operation: dict[str, Any], method: str, schemas: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status in (400, 408, 413, 415) if "requestBody" in operation else ():
        responses.setdefault(str(status), {"description": HTTPStatus(status).phrase})
    answer = responses.get("200", {}).get("content", {}).get("application/json", {})
    if method == "get" and "$ref" in answer.get("schema", {}):
        responses["200"]["headers"] = _TAG
        responses["304"] = {"description": _UNCHANGED}
    for status, response in responses.items():
        if int(status) >= 400:
            schema = {"$ref": "#/components/schemas/Problem"}
            response["content"] = {
                MEDIA_TYPE: {"schema": schema, "example": _example(operation["operationId"], int(status))}
            }
        elif response["description"] == "Successful Response":
            named = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            response["description"] = schemas[named]["description"]
        if status == "429":
            response["headers"] = _AGAIN
        if status == "202":
            response["headers"] = _PLACE


def _example(operation: str, status: int) -> dict[str, Any]:
    """A problem of this status, as the document shows it."""
    usual = _EXAMPLES.get(status, ("http", HTTPStatus(status).phrase))
    code, detail = _OWN_EXAMPLES.get((operation, status), usual)
    return {
        "type": PREFIX + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": "/v1/reports",
        "request_id": "5f0c7d0e6f3b4b0b9a3f1f2e3d4c5b6a",
    }
