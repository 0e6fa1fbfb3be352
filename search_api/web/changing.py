"""What every change of the corpus has in common over HTTP: whence it may be asked, and how its job is waited for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict

import anyio
from fastapi import HTTPException, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import AppStatus
from starlette.concurrency import run_in_threadpool

from corpus.errors import CasetroveError, NotFoundError
from search_api.errors import NoRoomError
from search_api.jobs import Job, Uploaded
from search_api.library import Library
from search_api.web.craft import is_from_allowed_origin
from search_api.web.job_schemas import JobOut, JobRef
from search_api.web.report_schemas import FailureOut, RebuildOut, UploadedOut

WAIT_S = 20.0
_SHORTEST_LOOK_S = 0.01
_LOOK_S = 0.25
_GRACE_S = 5.0
"""How long a stream may take to end by itself when the server ends, before it is broken off."""


class JobFailedError(CasetroveError):
    """What was asked for could not be done."""

    code = "job-failed"


def from_here(request: Request) -> None:
    """Another site's form must not change the corpus: browsers post one without asking, but say so in a header.

    ``Sec-Fetch-Site`` goes to https and loopback alone; elsewhere ``Origin`` is held against ``Host``.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        is_foreign = site not in ("none", "same-origin")
    else:
        is_foreign = (
            origin is not None and origin.partition("://")[2].lower() != request.headers.get("host", "").lower()
        )
    if is_foreign and not is_from_allowed_origin(request.scope):
        raise HTTPException(403, "this is not taken from another site's page: send it from this one")


async def settled(library: Library, job: Job, wait_s: float) -> Job:
    """The job once its change of the catalog is made, or as it stands when the time is up or the server ends.

    Nothing but this coroutine waits, so that any number of them holds up no other request. Raises JobFailedError
    where the change failed, NoRoomError where for want of room, and neither where no file of an upload could be read.
    """
    pause, end = _SHORTEST_LOOK_S, anyio.current_time() + wait_s
    while not job.is_settled and anyio.current_time() < end and not AppStatus.should_exit:
        await anyio.sleep(min(pause, end - anyio.current_time()))
        pause = min(2 * pause, _LOOK_S)
        job = await run_in_threadpool(library.job, job.id)
    if job.state == "failed" and not job.in_catalog and not job.is_unreadable:
        raise (NoRoomError if job.is_out_of_room else JobFailedError)(job.reason or "")
    return job


def events(library: Library, job_id: str) -> EventSourceResponse:
    """The job at once, and again when it changes, until it ends, the client leaves, or the server ends.

    To be called in the event loop.
    """
    ending = anyio.Event()

    async def changes() -> AsyncIterator[ServerSentEvent]:
        told: int | None = None
        while (version := await run_in_threadpool(library.job_version, job_id)) is not None:
            if version != told:
                try:
                    job = await run_in_threadpool(library.job, job_id)
                except NotFoundError:
                    return
                told = job.version
                yield ServerSentEvent(job_out(job).model_dump_json(), event="job", id=str(told))
                if job.is_ended:
                    return
            with anyio.move_on_after(_LOOK_S):
                await ending.wait()
                return

    return EventSourceResponse(changes(), shutdown_event=ending, shutdown_grace_period=_GRACE_S)


def job_ref(job: Job) -> JobRef:
    """Where to look for a job."""
    return JobRef(id=job.id, kind=job.kind, state=job.state, url=job_url(job))


def job_url(job: Job) -> str:
    """The path of a job."""
    return f"/v1/jobs/{job.id}"


def job_out(job: Job) -> JobOut:
    """All of a job."""
    return JobOut(
        id=job.id,
        kind=job.kind,
        state=job.state,
        url=job_url(job),
        created=job.created,
        started=job.started,
        ended=job.ended,
        stage=job.stage,
        done=job.done,
        total=job.total,
        reason=job.reason,
        generation=job.generation,
        embedded=job.embedded,
        from_cache=job.from_cache,
        report_id=job.report_id,
        other=job.other,
        files=[uploaded_out(uploaded) for uploaded in job.outcomes],
    )


def rebuild_out(library: Library) -> RebuildOut:
    """What becomes of the index."""
    return RebuildOut(**asdict(library.rebuild()))


def uploaded_out(uploaded: Uploaded) -> UploadedOut:
    """What became of one file."""
    return UploadedOut(
        name=uploaded.name,
        source=uploaded.source,
        outcome=uploaded.outcome,
        report_id=uploaded.report_id,
        read=uploaded.read,
        updated=uploaded.updated,
        unchanged=uploaded.unchanged,
        duplicates=uploaded.duplicates,
        failures=[FailureOut(record=item.record, code=item.code, reason=item.reason) for item in uploaded.failures],
    )
