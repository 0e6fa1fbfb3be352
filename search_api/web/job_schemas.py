"""Jobs over HTTP: what was asked to be done to the corpus, and how far it is. Times are UTC, ISO 8601."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from search_api.jobs import Kind, State
from search_api.web.report_schemas import REBUILD_EXAMPLE, UPLOADED_EXAMPLE, RebuildOut, UploadedOut
from search_api.web.schemas import with_example

_REF: dict[str, Any] = {
    "id": "5f0c7d0e6f3b4b0b9a3f1f2e3d4c5b6a",
    "kind": "upload",
    "state": "waiting",
    "url": "/v1/jobs/5f0c7d0e6f3b4b0b9a3f1f2e3d4c5b6a",
}
JOB_EXAMPLE: dict[str, Any] = _REF | {
    "state": "running",
    "created": "2025-01-31T12:00:00+00:00",
    "started": "2025-01-31T12:00:00+00:00",
    "ended": None,
    "stage": "embed",
    "done": 96,
    "total": 210,
    "reason": None,
    "generation": None,
    "embedded": None,
    "from_cache": None,
    "report_id": None,
    "other": None,
    "files": [UPLOADED_EXAMPLE],
}


class JobRef(BaseModel):
    """A job that was asked for: ``GET`` its ``url`` for how far it is, or follow ``{url}/events``."""

    model_config = with_example(_REF)
    id: str
    kind: Kind
    state: State
    url: str


class JobOut(JobRef):
    """A job as it stands: "done" once what it asked for is in the served index, else "failed", with the reason."""

    model_config = with_example(JOB_EXAMPLE)
    created: str
    started: str | None
    ended: str | None
    stage: str = Field(
        description="What is under way, or where it failed: read, remove, merge, part, or a stage of the indexing"
    )
    done: int = Field(description="How much of ``total`` is done in this stage")
    total: int
    reason: str | None = Field(
        description="Why it failed, for whom it waits, or why the last build failed and when it is tried again"
    )
    generation: int | None = Field(description="The one that holds what was asked for, once it is done")
    embedded: int | None = Field(
        description="How many passages its build embedded, once it is done; none of those taken over from before"
    )
    from_cache: int | None = Field(
        description="How many its build wrote anew whose vectors were known, once it is done"
    )
    report_id: str | None = Field(description="The report that a deletion takes out, or that a decision keeps")
    other: str | None = Field(description="What is merged into that report, or the source that is parted from it")
    files: list[UploadedOut] = Field(description="What became of the files of an upload that were read so far")


class JobPage(BaseModel):
    """Jobs, the newest first. ``next`` is what to give as ``after`` for the following page, null on the last."""

    model_config = with_example({"jobs": [JOB_EXAMPLE], "next": None})
    jobs: list[JobOut]
    next: str | None


class UploadResponse(BaseModel):
    """What became of each file; those taken are found once the job is done.

    ``files`` is empty where they were not all read in the time that the request waits: then the job tells.
    """

    model_config = with_example({"job": _REF, "files": [UPLOADED_EXAMPLE], "rebuild": REBUILD_EXAMPLE})
    job: JobRef
    files: list[UploadedOut]
    rebuild: RebuildOut


class DeleteResponse(BaseModel):
    """The report is taken out of the catalog, and then of the index; both are done when the job is."""

    model_config = with_example(
        {"report_id": "cr-0123456789ab", "job": _REF | {"kind": "delete"}, "rebuild": REBUILD_EXAMPLE}
    )
    report_id: str
    job: JobRef
    rebuild: RebuildOut


class RebuildResponse(BaseModel):
    """The index is brought up to the catalog; it is when the job is done."""

    model_config = with_example({"job": _REF | {"kind": "rebuild"}, "rebuild": REBUILD_EXAMPLE})
    job: JobRef
    rebuild: RebuildOut
