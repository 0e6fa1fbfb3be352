"""The library over HTTP: its generations, what could not be read, and what may be one article twice."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from corpus.overlap import SuspicionKind
from search_api.web.job_schemas import JobRef
from search_api.web.report_schemas import REBUILD_EXAMPLE, RebuildOut
from search_api.web.request_schemas import Taken, Text
from search_api.web.schemas import with_example

_GENERATION: dict[str, Any] = {
    "number": 7,
    "served": True,
    "servable": True,
    "held": True,
    "created": "2025-01-31T12:00:00+00:00",
    "reports": 31,
    "passages": 210,
    "segments": 2,
    "bytes": 1_834_120,
    "own_bytes": 90_112,
    "encoder": "all-MiniLM-L6-v2",
    "changes": {"added": 3, "updated": 1, "removed": 0, "remade": ""},
    "problem": None,
    "remedy": None,
}
_FAILURE: dict[str, Any] = {
    "id": 12,
    "at": "2025-01-31T12:00:00+00:00",
    "path": "/reports/torn.pdf",
    "record": "",
    "bytes": 1024,
    "reader": "pdf",
    "code": "damaged",
    "reason": "/reports/torn.pdf: the file ends in the middle: get it again",
}
_SUSPECT: dict[str, Any] = {
    "report_id": "cr-0123456789ab",
    "title": "An invented case of a rash that came and went",
    "opening": None,
    "authors": ["A. Author", "B. Author"],
    "year": 2024,
    "doi": "10.5555/invented.1",
    "pmid": None,
    "pmcid": None,
    "sources": ["/reports/rash.pdf"],
}
_PAIR: dict[str, Any] = {
    "kind": "same article",
    "score": 0.97,
    "reports": [_SUSPECT, _SUSPECT | {"report_id": "cr-ba9876543210", "sources": ["upload:rash.html"]}],
    "reasons": ["their titles are the same", "share 2 of 2 authors: A. Author, B. Author"],
}
_REF: dict[str, Any] = {
    "id": "5f0c7d0e6f3b4b0b9a3f1f2e3d4c5b6a",
    "kind": "merge",
    "state": "waiting",
    "url": "/v1/jobs/5f0c7d0e6f3b4b0b9a3f1f2e3d4c5b6a",
}
_DECISION: dict[str, Any] = {"one": "cr-0123456789ab", "other": "cr-ba9876543210", "decision": "same"}


class ChangesOut(BaseModel):
    """How a generation differs from the one before, in reports; ``remade``: why all was made anew, if it was."""

    model_config = with_example(_GENERATION["changes"])
    added: int
    updated: int
    removed: int
    remade: str


class GenerationOut(BaseModel):
    """One generation on disk; what its manifest tells is null where that cannot be read."""

    model_config = with_example(_GENERATION)
    number: int
    served: bool
    servable: bool = Field(description="Whether it can be served: `POST /v1/generations/{number}/serve`")
    held: bool = Field(description="Whether any process has it open")
    created: str | None
    reports: int | None
    passages: int | None
    segments: int | None
    bytes: int
    own_bytes: int = Field(description="What removing it frees: files that no other generation shares")
    encoder: str | None
    changes: ChangesOut | None = Field(description="Null where nobody can tell")
    problem: str | None = Field(description="Why it cannot be served")
    remedy: str | None


class GenerationPage(BaseModel):
    """The generations, the newest first. ``passed_over``: the newest, where an older one was chosen to be served."""

    model_config = with_example({"generations": [_GENERATION], "passed_over": None})
    generations: list[GenerationOut]
    passed_over: int | None


class ServedOut(BaseModel):
    """What is served now. ``passed_over``: the newest generation, where an older one was chosen."""

    model_config = with_example(
        {"generation": 6, "created": "2025-01-30T12:00:00+00:00", "reports": 30, "passages": 205, "passed_over": 7}
    )
    generation: int
    created: str
    reports: int
    passages: int
    passed_over: int | None


class ReadFailureOut(BaseModel):
    """A file, or a record of it, that cannot be read as it now stands, and why."""

    model_config = with_example(_FAILURE)
    id: int = Field(description="What it is forgotten by (`DELETE /v1/failures/{id}`)")
    at: str
    path: str
    record: str = Field(description="Empty where the file as a whole could not be read")
    bytes: int
    reader: str
    code: str
    reason: str


class FailurePage(BaseModel):
    """By path. ``next`` is what to give as ``after`` for the following page, null on the last."""

    model_config = with_example({"failures": [_FAILURE], "total": 1, "next": None})
    failures: list[ReadFailureOut]
    total: int
    next: str | None


class SuspectOut(BaseModel):
    """One report of a pair; ``opening``: how its text begins, where it has no title."""

    model_config = with_example(_SUSPECT)
    report_id: str
    title: str | None
    opening: str | None
    authors: list[str]
    year: int | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    sources: list[str]


class PairOut(BaseModel):
    """Two reports that may be one article, or tell of one patient; ``score`` (0..1) orders them."""

    model_config = with_example(_PAIR)
    kind: SuspicionKind
    score: float
    reports: list[SuspectOut]
    reasons: list[str]


class DuplicatesResponse(BaseModel):
    """The surest pairs first. While ``comparing`` they are those of before the last change: ask again.

    ``next`` is what to give as ``after`` for the following page, null on the last.
    """

    model_config = with_example({"pairs": [_PAIR], "total": 1, "next": None, "comparing": False, "done": 31, "of": 31})
    pairs: list[PairOut]
    total: int = Field(description="Of these kinds, on all pages")
    next: str | None
    comparing: bool
    done: int = Field(description="How many reports were read, of so many")
    of: int


class DecisionRequest(Taken):
    """What a person decided of two reports."""

    model_config = with_example(_DECISION)
    one: Text = Field(min_length=1, description="The report that stays")
    other: Text = Field(
        min_length=1, description='Another report; with "apart" also a source of the first, which is parted from it'
    )
    decision: Literal["same", "apart"]


class DecisionResponse(BaseModel):
    """``job`` is null where no index has to follow: two reports that are told apart are only suspected no longer."""

    model_config = with_example({**_DECISION, "job": _REF, "rebuild": REBUILD_EXAMPLE})
    one: str
    other: str
    decision: Literal["same", "apart"]
    job: JobRef | None
    rebuild: RebuildOut
