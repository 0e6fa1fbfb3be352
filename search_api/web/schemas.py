"""Questions and answers over HTTP, in the shapes of ``search_api.json``, and problems.

Offsets (``start``, ``end``) are half-open and count Unicode code points of the report's normalised text.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from corpus.model import RelationKind, SectionKind
from search_api.config import MAX_K, MAX_QUERY_CHARS, SystemName

_SPAN: dict[str, Any] = {"start": 412, "end": 497}
CITATION_EXAMPLE: dict[str, Any] = {
    "title": "An invented case of a rash that came and went",
    "authors": ["A. Author", "B. Author"],
    "journal": "Journal of Invented Cases",
    "year": 2024,
    "doi": "10.5555/invented.1",
    "pmid": None,
    "pmcid": None,
    "page": 3,
    "source": "/reports/rash.pdf",
    "location": "page 3",
    "links": ["https://doi.org/10.5555/invented.1"],
    "warnings": [],
}
_SENTENCE: dict[str, Any] = {
    "text": "He was given a cream twice a day, and the rash was gone within a week.",
    "report_id": "cr-0123456789ab",
    "start": 412,
    "end": 482,
    "section": "treatment",
    "role": "treatment",
    "citation": CITATION_EXAMPLE,
}
_HIT: dict[str, Any] = {
    "rank": 1,
    "score": 0.874,
    "report_id": "cr-0123456789ab",
    "passage_id": "cr-0123456789ab:412-482",
    "text": _SENTENCE["text"],
    "start": 412,
    "end": 482,
    "section": "treatment",
    "highlights": [{"start": 412, "end": 482}],
    "citation": CITATION_EXAMPLE,
}


def with_example(example: dict[str, Any]) -> ConfigDict:
    """Unknown fields refused, no coercion ("10" is not 10), and an example for the OpenAPI document."""
    return ConfigDict(extra="forbid", frozen=True, strict=True, json_schema_extra={"examples": [example]})


def _unicode(text: str) -> str:
    """JSON can spell half a character; no encoder can read it."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds half a surrogate pair, which is no Unicode text")
    return text


Text = Annotated[str, AfterValidator(_unicode)]


class SearchRequest(BaseModel):
    """What to look for."""

    model_config = with_example(
        {"query": "treatments tried for a rash", "k": 5, "max_per_report": 2, "system": "hybrid"}
    )
    query: Text = Field(description=f"Up to {MAX_QUERY_CHARS:,} characters, in words")
    k: int = Field(10, ge=1, le=MAX_K, description="How many passages at most")
    max_per_report: int = Field(2, ge=1, le=MAX_K, description="How many of them may be of one report")
    system: SystemName = Field("hybrid", description="By words (bm25), by meaning (dense), or both")


class AskRequest(BaseModel):
    """What to answer."""

    model_config = with_example({"question": "What was tried for the rash?", "k": 5})
    question: Text = Field(description=f"Up to {MAX_QUERY_CHARS:,} characters")
    k: int = Field(10, ge=1, le=MAX_K, description="How many passages to show beside the answer")


class Extent(BaseModel):
    """A stretch of the report's text."""

    model_config = with_example(_SPAN)
    start: int
    end: int


class LinkOut(BaseModel):
    """How a report stands to another: "this report KIND that one"."""

    model_config = with_example({"kind": "retracted-by", "identifier": "doi:10.5555/invented.9", "report_id": None})
    kind: RelationKind
    identifier: str = Field(description='"doi:…", "pmid:…" or "pmcid:…"; empty where it is not known')
    report_id: str | None = Field(description="Null where that report is not in the catalog")


class CitationOut(BaseModel):
    """Where a passage stands: the article, and the place in its source."""

    model_config = with_example(CITATION_EXAMPLE)
    title: str | None
    authors: list[str]
    journal: str | None
    year: int | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    page: int | None = Field(description="Counted from 1; null where the source has no pages")
    source: str
    location: str = Field(description='In words: "page 3", "line 41", or the path of an element')
    links: list[str]
    warnings: list[LinkOut] = Field(description="That the article was retracted, corrected or doubted, and by what")


class HitOut(BaseModel):
    """A passage: ``text`` is the report's text from ``start`` to ``end``, letter for letter."""

    model_config = with_example(_HIT)
    rank: int
    score: float
    report_id: str
    passage_id: str
    text: str
    start: int
    end: int
    section: SectionKind
    highlights: list[Extent] = Field(description="The sentences that matter, as offsets in the report's text")
    citation: CitationOut


class SearchResponse(BaseModel):
    """Passages, best first, all of one generation of the index."""

    model_config = with_example(
        {"query": "treatments tried for a rash", "generation": 7, "took_ms": 21.4, "hits": [_HIT]}
    )
    query: str
    generation: int
    took_ms: float
    hits: list[HitOut]


class SentenceOut(BaseModel):
    """One sentence of a report, letter for letter."""

    model_config = with_example(_SENTENCE)
    text: str
    report_id: str
    start: int
    end: int
    section: SectionKind
    role: str = Field(description="Why it was chosen: what it tells of the patient")
    citation: CitationOut


class AskResponse(BaseModel):
    """What the corpus says, or (``answerable`` false) plainly that it does not say it, and why."""

    model_config = with_example(
        {
            "question": "What was tried for the rash?",
            "generation": 7,
            "took_ms": 38.0,
            "answerable": True,
            "reason": "",
            "sentences": [_SENTENCE],
            "hits": [_HIT],
        }
    )
    question: str
    generation: int
    took_ms: float
    answerable: bool
    reason: str
    sentences: list[SentenceOut]
    hits: list[HitOut]


class FieldError(BaseModel):
    """What is wrong with one field of a request."""

    model_config = with_example({"field": "k", "message": "Input should be less than or equal to 100"})
    field: str
    message: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it: ``type`` names the condition for programs, ``detail`` says what to do."""

    model_config = with_example(
        {
            "type": "urn:casetrove:problem:usage",
            "title": "An argument is wrong; the message names the field",
            "status": 422,
            "detail": "query: is empty: say what you are looking for",
            "instance": "/v1/search",
            "request_id": "5f0c7d0e6f3b4b0b9a3f1f2e3d4c5b6a",
            "errors": [{"field": "query", "message": "is empty: say what you are looking for"}],
        }
    )
    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] = Field(default=[], description="Present where fields of the request are to blame")
