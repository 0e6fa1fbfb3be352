"""Answers that are made where the work is done, so that the event loop has only to send them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from fastapi import Response

from search_api.json import Json
from search_api.web.limits import Desk


async def answered(desk: Desk, work: Callable[[], Json]) -> Response:
    """What ``work`` tells, worked on and written at ``desk``; raises what either raises.

    That it is what the operation's ``response_model`` promises is held by tests and not looked at here: of a table of
    evidence that took a second, in which nothing else was answered.
    """
    return Response(await desk.run(lambda: written(work())), media_type="application/json")


def attached(name: str) -> dict[str, str]:
    """The header of what a browser shall save as a file of this name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def written(told: Json) -> bytes:
    """A JSON object in UTF-8. Raises ValueError for a number that JSON does not have.

    Its lists are written item by item, for while one piece is written no other thread goes on.
    """
    return b"".join(_parts(told))


def _parts(told: Json) -> Iterator[bytes]:
    yield b"{"
    for number, (name, value) in enumerate(told.items()):
        yield (b"," if number else b"") + _text(name) + b":"
        if isinstance(value, list | tuple):
            yield b"["
            for at, item in enumerate(value):
                yield (b"," if at else b"") + _text(item)
            yield b"]"
        else:
            yield _text(value)
    yield b"}"


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
