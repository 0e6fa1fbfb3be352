"""Answers over HTTP, in the shapes of ``search_api.json``, and problems.

Offsets (``start``, ``end``) are half-open and count Unicode code points of the report's normalised text.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from corpus.model import RelationKind, SectionKind
from search_api.model import ExpansionReason

_SPAN: dict[str, Any] = {"start": 412, "end": 497}
CITATION_EXAMPLE: dict[str, Any] = {
    "title": "An invented case of a rash that came and went",
    "authors": ["A. Author", "B. Author"],
    "journal": "Journal of Invented Cases",
    "year": 2024,
    "volume": "12",
    "issue": None,
    "pages": "101-105",
    "doi": "10.5555/invented.1",
    "pmid": None,
    "pmcid": None,
    "page": 3,
    "source": "/reports/rash.pdf",
    "location": "page 3",
    "links": ["https://doi.org/10.5555/invented.1"],
    "warnings": [],
    "opening": None,
    "reading": "4f1a9c02d7be6358",
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
_MATCHED: dict[str, Any] = {
    "said": "rash",
    "spans": [{"start": 451, "end": 455}],
    "name": "Exanthema",
    "reason": "other name",
}
_WHY: dict[str, Any] = {
    "matched": [_MATCHED],
    "lexical_rank": 1,
    "dense_rank": 3,
    "lexical_score": 1.0,
    "dense_score": 0.81,
    "rank_before": None,
}
EXPANSION_EXAMPLE: dict[str, Any] = {
    "said": "rash",
    "name": "Exanthema",
    "names": ["skin rash", "eruption"],
    "reason": "other name",
    "weight": 0.9,
    "reports": 41,
}
_AMBIGUITY: dict[str, Any] = {
    "said": "MS",
    "meanings": [{"long": "multiple sclerosis", "reports": 7}, {"long": "mitral stenosis", "reports": 5}],
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
    "why": _WHY,
    "also_in": [{"report_id": "cr-ba9876543210", "start": 90, "end": 160, "citation": CITATION_EXAMPLE}],
}
CONDITION_EXAMPLE: dict[str, Any] = {"kind": "age", "value": "<18", "start": 28, "end": 35}
_BOUNDS: dict[str, Any] = {
    "conditions": [CONDITION_EXAMPLE],
    "left_out_unknown": {"age": 3},
    "drug_names": {},
    "notices": [],
    "ambiguous": [_AMBIGUITY],
}


def with_example(example: dict[str, Any], **more: Any) -> ConfigDict:
    """Unknown fields refused, no coercion ("10" is not 10), an example for the OpenAPI document, and ``more`` of it."""
    return ConfigDict(extra="forbid", frozen=True, strict=True, json_schema_extra={"examples": [example], **more})


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
    volume: str | None
    issue: str | None
    pages: str | None = Field(description="Of the article in its journal")
    doi: str | None
    pmid: str | None
    pmcid: str | None
    page: int | None = Field(description="Counted from 1; null where the source has no pages")
    source: str
    location: str = Field(description='In words: "page 3", "line 41", or the path of an element')
    links: list[str]
    warnings: list[LinkOut] = Field(description="That the article was retracted, corrected or doubted, and by what")
    opening: str | None = Field(description="How its text begins, where it has no title")
    reading: str = Field(description="Of the report: offsets hold in it alone, so give it back with them")


class MatchedOut(BaseModel):
    """What of your words the passage holds, and where."""

    model_config = with_example(_MATCHED)
    said: str
    spans: list[Extent]
    name: str | None = Field(description="What was looked for in its stead; null where it is the word itself")
    reason: ExpansionReason | None


class WhyOut(BaseModel):
    """Why a hit is there: ranks (from 1) and scores (0..1) of its report among those that were looked at."""

    model_config = with_example(_WHY)
    matched: list[MatchedOut]
    lexical_rank: int | None
    dense_rank: int | None
    lexical_score: float
    dense_score: float
    rank_before: int | None = Field(description="The passage's rank before re-ranking; null where there was none")


class AlsoInOut(BaseModel):
    """Where another report says nearly the same as a hit."""

    model_config = with_example(_HIT["also_in"][0])
    report_id: str
    start: int
    end: int
    citation: CitationOut


class ExpansionOut(BaseModel):
    """Something that was looked for beside your words."""

    model_config = with_example(EXPANSION_EXAMPLE)
    said: str = Field(description="Your words")
    name: str = Field(description="What was looked for")
    names: list[str] = Field(description="Other names of it, some of them")
    reason: ExpansionReason
    weight: float = Field(description="What an occurrence counts where one of your words counts 1")
    reports: int = Field(description="How many reports hold it")


class MeaningOut(BaseModel):
    """What an abbreviation stands for, and how many reports say so."""

    model_config = with_example(_AMBIGUITY["meanings"][0])
    long: str
    reports: int


class AmbiguityOut(BaseModel):
    """An abbreviation of yours with several meanings, all looked for: those that reports define, else those that the
    terminology has (0 reports)."""

    model_config = with_example(_AMBIGUITY)
    said: str
    meanings: list[MeaningOut]


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
    why: WhyOut | None = Field(None, description="Null unless asked for with `explain`")
    also_in: list[AlsoInOut] = Field(description="What was left out for saying nearly the same, best first")


class ConditionOut(BaseModel):
    """A condition as it was understood."""

    model_config = with_example(CONDITION_EXAMPLE)
    kind: str = Field(description='"phrase", "must", "must_not" or the name of a filter')
    value: str
    start: int | None = Field(description="Where it stands in the line; null where it came beside it")
    end: int | None


SEARCH_ID: Any = Field(None, description="Under which it is in the search log; null where it is not kept")


class Bounded(BaseModel):
    """How a line was understood, and what its conditions left out."""

    model_config = with_example(_BOUNDS)
    conditions: list[ConditionOut]
    left_out_unknown: dict[str, int] = Field(
        description="By filter, how many reports meet every other condition and do not tell what this one asks for"
    )
    drug_names: dict[str, list[str]] = Field(description="By report, the names by which it tells of the drug asked for")
    notices: list[str] = Field(
        description="What was taken as words, is in no report, can be met by none, or has several meanings"
    )
    ambiguous: list[AmbiguityOut]


class SearchResponse(Bounded):
    """Passages, best first, all of one generation of the index."""

    model_config = with_example(
        {
            "query": "treatments tried for a rash age:<18",
            "generation": 7,
            "search_id": "s000042",
            "took_ms": 21.4,
            "stages_ms": {"conditions": 0.2, "encode": 9.1, "expand": 0.4, "rank": 6.0, "passages": 3.9, "cite": 1.8},
            **_BOUNDS,
            "expansions": [EXPANSION_EXAMPLE],
            "reranked_by": None,
            "next": "WzcsNSwiOWYwYTFiMmMzZDRlNWY2MCJd",
            "hits": [_HIT],
        }
    )
    query: str
    generation: int
    search_id: str | None = SEARCH_ID
    took_ms: float
    stages_ms: dict[str, float]
    expansions: list[ExpansionOut]
    reranked_by: str | None = Field(description="The model whose scores the hits have, where the server was given one")
    next: str | None = Field(description="The `cursor` of the hits that follow, for the same request; null at the end")
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


class AskResponse(Bounded):
    """What the corpus says, or (``answerable`` false) plainly that it does not say it, and why."""

    model_config = with_example(
        {
            "question": "What was tried for the rash?",
            "generation": 7,
            "search_id": "s000043",
            "took_ms": 38.0,
            "answerable": True,
            "reason": "",
            "lead": "3 reports describe 3 patients with “rash”. Given most often: zinc (2).",
            **_BOUNDS,
            "expansions": [EXPANSION_EXAMPLE],
            "sentences": [_SENTENCE],
            "hits": [_HIT],
        }
    )
    question: str
    generation: int
    search_id: str | None = SEARCH_ID
    took_ms: float
    answerable: bool
    reason: str
    lead: str = Field("", description="What the evidence table holds on it, in counts and names alone")
    expansions: list[ExpansionOut]
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
