"""Whether a server does its work: what it serves, and what a person should look at though it does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, Field

from corpus.amounts import counted, size, verb
from corpus.errors import CasetroveError
from search_api.closed import is_closed
from search_api.library import Library
from search_api.service import Service
from search_api.web.limits import Desk
from search_api.web.schemas import with_example

LEAST_ROOM = 1_000_000_000
"""Bytes: a build of a large corpus writes as much."""
_TROUBLE = {"part": "disk", "what": "431 MB are left on the disk of the data folder", "remedy": "make room"}
ASK_ELSEWHERE = "ask with a key, or look into the server's log"
Part = Literal["disk", "folder", "index", "generation", "jobs", "questions"]


class TroubleOut(BaseModel):
    """Something that is not as it should be, while questions are answered."""

    model_config = with_example(_TROUBLE)
    part: Part
    what: str
    remedy: str


class ReadyOut(BaseModel):
    """Questions are answered; ``degraded`` where something else needs a person."""

    model_config = with_example({"status": "degraded", "generation": 12, "troubles": [_TROUBLE]})
    status: Literal["ok", "degraded"]
    generation: int = Field(description="The generation that is served")
    troubles: list[TroubleOut] = Field(description="What to look at; empty where all is well")


def ready(service: Service, library: Library, desk: Desk, *, is_stranger: bool) -> ReadyOut:
    """What is served, and what is not as it should be.

    A stranger is told which parts, not why: reasons name files. Raises what ``Live.check`` raises where no question
    can be answered.
    """
    service.live.check()
    troubles = list(_troubles(service, library, desk))
    if is_stranger:
        troubles = [TroubleOut(part=each.part, what="not as it should be", remedy=ASK_ELSEWHERE) for each in troubles]
    generation = service.live.pin().manifest.generation
    return ReadyOut(status="degraded" if troubles else "ok", generation=generation, troubles=troubles)


def _troubles(service: Service, library: Library, desk: Desk) -> Iterator[TroubleOut]:
    root, spelled = service.folder.root, service.folder.spelled
    free = shutil.disk_usage(root).free
    if free < LEAST_ROOM:
        yield TroubleOut(
            part="disk",
            what=f"{size(free)} are left on the disk of the data folder",
            remedy="make room: reports that are sent in may be refused, and the next build may fail",
        )
    if is_closed(service.folder):
        yield TroubleOut(
            part="folder",
            what=f"{root} cannot be written to, so it is searched only",
            remedy="give the server the right to write there, then start it anew",
        )
    try:
        failed = library.rebuild().last_error
    except CasetroveError as error:
        yield TroubleOut(part="jobs", what=spelled(str(error)), remedy="check the disk; see `casetrove doctor`")
    else:
        if failed is not None:
            yield TroubleOut(
                part="index",
                what=f"the last build failed: {spelled(failed)}",
                remedy=spelled("see `casetrove doctor`; what was served before is served on"),
            )
    if overdue := desk.overdue:
        yield TroubleOut(
            part="questions",
            what=f"{counted(overdue, 'question')} outran the time for an answer and still "
            f"{verb(overdue, 'hold')} a place",
            remedy="wait for the work to end, or start the server anew; the log has the requests that got 503",
        )
    if (reason := service.live.failing) is not None:
        yield TroubleOut(part="generation", what=spelled(reason), remedy=spelled("see `casetrove doctor`"))
