"""Jobs: what was asked to be done to the corpus, looked at and followed; and the one that only indexes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Query, Response
from starlette.concurrency import run_in_threadpool

from search_api.library import Library
from search_api.web.changing import events, from_here, job_out, job_ref, job_url, rebuild_out
from search_api.web.describing import event_stream
from search_api.web.job_schemas import JOB_EXAMPLE, JobOut, JobPage, RebuildResponse
from search_api.web.operations import Operations
from search_api.web.parameters import JobId
from search_api.web.problems import described

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events named `job`; the data of each is the job, as `GET /v1/jobs/{job_id}` gives it",
        "content": event_stream("job", example=JOB_EXAMPLE),
    },
    204: {"description": "The job has ended, and the caller has seen its last state (`Last-Event-ID`)"},
}


def router(library: Library) -> Operations:
    """The operations on jobs."""
    routes = Operations(prefix="/v1", tags=["jobs"])

    @routes.get("/jobs", operation_id="listJobs", responses=described(404, 422), summary="List jobs")
    def list_jobs(
        limit: Annotated[int, Query(ge=1, le=100, description="How many at most", examples=[20])] = 20,
        after: Annotated[
            str,
            Query(
                max_length=200,
                description="The `next` of the page before",
                examples=["5f0c7d0e6f3b4b0b9a3f1f2e3d4c5b6a"],
            ),
        ] = "",
    ) -> JobPage:
        """The last jobs, the newest first, whichever process they were asked of, a page at a time."""
        found = library.jobs(limit + 1, after)
        page = found[:limit]
        return JobPage(jobs=[job_out(job) for job in page], next=page[-1].id if len(found) > limit else None)

    @routes.get("/jobs/{job_id}", operation_id="getJob", responses=described(404), summary="Look up a job")
    def get_job(job_id: JobId) -> JobOut:
        """How far a job is and what became of it. The last 500 that ended are remembered."""
        return job_out(library.job(job_id))

    @routes.get(
        "/jobs/{job_id}/events",
        operation_id="followJob",
        response_class=Response,
        responses={**_STREAM, **described(404)},
        summary="Follow a job",
    )
    async def follow_job(
        job_id: JobId,
        last_event_id: Annotated[
            str, Header(description="The id of the last event seen: an ended job is not told twice", examples=["7"])
        ] = "",
    ) -> Response:
        """Server-sent events: the job at once, and when it changes, a few times a second at most, until it ends."""
        job = await run_in_threadpool(library.job, job_id)
        if job.is_ended and last_event_id == str(job.version):
            return Response(status_code=204)  # an EventSource that comes back after the end is told to stay away
        return events(library, job_id)

    @routes.post(
        "/index/rebuild",
        status_code=202,
        operation_id="rebuildIndex",
        dependencies=[Depends(from_here)],
        responses=described(403, 413, 422, 503, 507),
        summary="Rebuild the index",
    )
    def rebuild_index(
        response: Response,
        force: Annotated[
            bool, Query(description="Build everything anew, though nothing changed", examples=[False])
        ] = False,
    ) -> RebuildResponse:
        """Bring the index up to the catalog in the background; if it is already, the job is done at once."""
        job = library.reindex(force=force)
        response.headers["Location"] = job_url(job)
        return RebuildResponse(job=job_ref(job), rebuild=rebuild_out(library))

    return routes
