"""Similar patients over HTTP, in the shape of ``search_api.json``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from corpus.assertion import Assertion
from search_api.config import MAX_K, MAX_VIGNETTE_CHARS
from search_api.web.request_schemas import Conditions, Text, Whole
from search_api.web.schemas import CITATION_EXAMPLE, Bounded, HitOut, with_example

_ASKED: dict[str, Any] = {
    "name": "exanthem",
    "kind": "disease",
    "assertion": "present",
    "text": "rash",
    "start": 22,
    "end": 26,
}
_DENIED: dict[str, Any] = {
    "name": "Fever",
    "kind": "finding",
    "assertion": "absent",
    "text": "fever",
    "start": 31,
    "end": 36,
}
_SHARED: dict[str, Any] = {
    "vignette": _ASKED,
    "report": {**_ASKED, "start": 460, "end": 464},
    "same": True,
    "location": "page 3",
}
_PERSON: dict[str, Any] = {"age": 52.0, "sex": "male"}
_PASSAGE: dict[str, Any] = {
    "rank": 1,
    "score": 0.874,
    "report_id": "cr-0123456789ab",
    "passage_id": "cr-0123456789ab:412-482",
    "text": "He was given a cream twice a day, and the rash was gone within a week.",
    "start": 412,
    "end": 482,
    "section": "treatment",
    "highlights": [{"start": 412, "end": 482}],
    "citation": CITATION_EXAMPLE,
    "also_in": [],
}
_SIMILAR: dict[str, Any] = {
    "rank": 1,
    "score": 0.874,
    "report_id": "cr-0123456789ab",
    "patients": [_PERSON],
    "shared": [_SHARED],
    "denied": [],
    "contradicted": [],
    "not_reported": [],
    "passage": _PASSAGE,
}


class SimilarRequest(Conditions):
    """Whose like to look for: a text, or a report. The text is never logged unless the server was told to."""

    model_config = with_example(
        {"text": "A man of 49 came with a rash. No fever.", "k": 5, "filters": {"kind": "case report"}},
        oneOf=[{"required": [name], "properties": {name: {"type": "string"}}} for name in ("text", "report_id")],
    )
    text: Text | None = Field(None, description=f"The patient's story, up to {MAX_VIGNETTE_CHARS:,} characters")
    report_id: Text | None = Field(None, description="Instead of a text: a report, by its abstract and its case")
    k: Whole = Field(10, ge=1, le=MAX_K, description="How many reports at most")


class ToldOut(BaseModel):
    """A finding as a text tells it: ``text`` is what stands from ``start`` to ``end``."""

    model_config = with_example(_ASKED)
    name: str = Field(description="The concept's")
    kind: Literal["disease", "finding", "drug", "procedure"]
    assertion: Assertion
    text: str
    start: int
    end: int


class SharedOut(BaseModel):
    """A finding of the vignette and what the report tells of it, or (``same`` false) of a kind of it or its kind."""

    model_config = with_example(_SHARED)
    vignette: ToldOut
    report: ToldOut
    same: bool
    location: str = Field(description="Where in the report's source")


class PersonOut(BaseModel):
    """A patient; what is not told is null."""

    model_config = with_example(_PERSON)
    age: float | None = Field(description="In years")
    sex: Literal["female", "male"] | None


class SimilarReportOut(BaseModel):
    """A report with a patient like the one looked for."""

    model_config = with_example(_SIMILAR)
    rank: int
    score: float
    report_id: str
    patients: list[PersonOut]
    shared: list[SharedOut]
    denied: list[SharedOut] = Field(description="What the vignette has and the report says its patient has not")
    contradicted: list[SharedOut] = Field(description="What the vignette denies and the report asserts")
    not_reported: list[ToldOut] = Field(description="What the report does not mention, which is not a no")
    passage: HitOut = Field(description="The passage to read first; its citation is the report's")


class SimilarResponse(Bounded):
    """Reports, most similar first, all of one generation of the index; and what was looked for."""

    model_config = with_example(
        {
            "report_id": None,
            "generation": 7,
            "took_ms": 92.5,
            "patient": {"age": 49.0, "sex": "male"},
            "findings": [_ASKED],
            "denied": [_DENIED],
            "conditions": [],
            "left_out_unknown": {},
            "drug_names": {},
            "notices": [],
            "ambiguous": [],
            "similar": [_SIMILAR],
        }
    )
    report_id: str | None
    generation: int
    took_ms: float
    patient: PersonOut | None
    findings: list[ToldOut] = Field(description="What the patient has, the weightiest first")
    denied: list[ToldOut] = Field(description="What the patient is said not to have")
    similar: list[SimilarReportOut]
