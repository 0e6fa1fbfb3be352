"""Reports, what becomes of uploads, and the state of the index over HTTP.

Offsets (``start``, ``end``) are half-open and count Unicode code points of the report's normalised text.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from corpus.journal import Outcome
from corpus.kind_cues import Kind
from corpus.model import PartKind, SectionKind
from search_api.keys import Scope
from search_api.web.schemas import CITATION_EXAMPLE, Extent, LinkOut, with_example

_BIBLIOGRAPHY: dict[str, Any] = {
    name: CITATION_EXAMPLE[name]
    for name in ("title", "authors", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid")
} | {"affiliations": [], "declared": ["case-report"], "licence": None, "open_access": None}
_KIND: dict[str, Any] = {
    "kind": "case report",
    "evidence": [{"start": 400, "end": 419, "text": "A 34-year-old woman"}],
    "declared": ["case-report"],
    "disagrees": False,
}
_SOURCE: dict[str, Any] = {
    "place": "/reports/rash.pdf",
    "reader": "pdf",
    "length": 5120,
    "read_at": "2025-01-31T12:00:00+00:00",
    "served": True,
}
_SUMMARY: dict[str, Any] = {
    "report_id": "cr-0123456789ab",
    "title": _BIBLIOGRAPHY["title"],
    "opening": None,
    "year": 2024,
    "kind": "case report",
    "bibliography": _BIBLIOGRAPHY,
    "sources": ["/reports/rash.pdf"],
    "reader": "pdf",
    "length": 5120,
    "added": "2025-01-31T12:00:00+00:00",
}
UPLOADED_EXAMPLE: dict[str, Any] = {
    "name": "rash.pdf",
    "source": "upload:rash.pdf",
    "outcome": "read",
    "report_id": "cr-0123456789ab",
    "read": 1,
    "updated": 0,
    "unchanged": 0,
    "duplicates": 0,
    "failures": [],
}
REBUILD_EXAMPLE: dict[str, Any] = {
    "building": True,
    "waiting": False,
    "stage": "embed",
    "done": 96,
    "total": 210,
    "last_error": None,
    "last_built": "2025-01-31T11:00:00+00:00",
    "last_embedded": 12,
    "last_from_cache": 3,
}
_MANIFEST: dict[str, Any] = {
    "created": "2025-01-31T12:00:00+00:00",
    "chunking": {"target_tokens": 180},
    "analyzer": "words-1",
    "extraction": "cases-1",
    "vector_index": "faiss-flat",
    "corpus_digest": "9f" * 32,
}
_ENCODER: dict[str, Any] = {
    "name": "all-MiniLM-L6-v2",
    "backend": "sentence-transformers",
    "fingerprint": "all-MiniLM-L6-v2-53aa5117",
    "dimensions": 384,
}


class BibliographyOut(BaseModel):
    """What identifies the article; what the file does not tell is null or empty."""

    model_config = with_example(_BIBLIOGRAPHY)
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
    affiliations: list[str]
    declared: list[str] = Field(description="The kinds of publication that its sources claim, in their words")
    licence: str | None
    open_access: bool | None


class Quotation(Extent):
    """A slice of the report's text."""

    model_config = with_example({"start": 400, "end": 419, "text": "A 34-year-old woman"})
    text: str


class KindOut(BaseModel):
    """What kind of report the text shows it to be; ``disagrees`` where its sources declare another."""

    model_config = with_example(_KIND)
    kind: Kind
    evidence: list[Quotation] = Field(description="The wordings that the judgement rests on")
    declared: list[str]
    disagrees: bool


class SourceOut(BaseModel):
    """One place that the report was read from; ``served`` is true for the one whose text is searched."""

    model_config = with_example(_SOURCE)
    place: str = Field(description="The file, and its record where it holds several")
    reader: str
    length: int = Field(description="Code points of its text")
    read_at: str
    served: bool


class ReportSummary(BaseModel):
    """One line of the list of reports."""

    model_config = with_example(_SUMMARY)
    report_id: str
    title: str | None
    opening: str | None = Field(description="How its text begins, where it has no title")
    year: int | None
    kind: Kind | None = Field(description="As judged when it was indexed; null where it is not indexed yet")
    bibliography: BibliographyOut
    sources: list[str] = Field(description="Every file (and record) that holds it")
    reader: str
    length: int = Field(description="Code points of its text")
    added: str


class ReportPage(BaseModel):
    """Reports by id. ``next`` is what to give as ``after`` for the following page, null on the last."""

    model_config = with_example({"reports": [_SUMMARY], "total": 1, "next": None})
    reports: list[ReportSummary]
    total: int
    next: str | None


class SectionOut(BaseModel):
    """One section; ``heading`` is null where there is none."""

    model_config = with_example({"kind": "treatment", "heading": {"start": 400, "end": 409}, "start": 411, "end": 900})
    kind: SectionKind
    heading: Extent | None
    start: int
    end: int


class ReferenceOut(BaseModel):
    """One entry of the reference list; ``doi`` is null where absent or cut short."""

    model_config = with_example({"start": 4800, "end": 4827, "text": "1. Author A. A title. 2020.", "doi": None})
    start: int
    end: int
    text: str
    doi: str | None


class ReportOut(BaseModel):
    """A report without its text."""

    model_config = with_example(
        {
            "report_id": "cr-0123456789ab",
            "revision": 12,
            "reading": CITATION_EXAMPLE["reading"],
            "bibliography": _BIBLIOGRAPHY,
            "opening": None,
            "links": CITATION_EXAMPLE["links"],
            "kind": _KIND,
            "related": [],
            "sources": [_SOURCE],
            "reader": "pdf",
            "length": 5120,
            "sections": [{"kind": "abstract", "heading": None, "start": 0, "end": 380}],
            "references": [],
            "sentences": 41,
        }
    )
    report_id: str
    revision: int
    reading: str = Field(description="Of which all offsets here are; `text` takes it, so that both are of one reading")
    bibliography: BibliographyOut
    opening: str | None = Field(description="How its text begins, where it has no title")
    links: list[str]
    kind: KindOut
    related: list[LinkOut] = Field(description="Notices about it, its preprint or published form")
    sources: list[SourceOut] = Field(description="The best one first")
    reader: str
    length: int
    sections: list[SectionOut]
    references: list[ReferenceOut]
    sentences: int = Field(description="How many it has")


class LocationOut(BaseModel):
    """A place in the source: a page or an element and ``[start, end)`` in its raw text, or first and last line."""

    model_config = with_example({"kind": "page", "label": "3", "start": 120, "end": 205})
    kind: PartKind
    label: str = Field(description='The page or line number counted from 1 ("41-43" for lines), or the element\'s path')
    start: int
    end: int


class TextOut(BaseModel):
    """``text`` is the report's text from ``start`` to ``end``; ``length`` is that of all of it."""

    model_config = with_example(
        {
            "report_id": "cr-0123456789ab",
            "start": 412,
            "end": 424,
            "length": 5120,
            "reading": CITATION_EXAMPLE["reading"],
            "text": "He was given",
            "locations": [{"kind": "page", "label": "3", "start": 120, "end": 132}],
        }
    )
    report_id: str
    start: int
    end: int
    length: int
    reading: str = Field(description="Which reading of the report it is a slice of")
    text: str
    locations: list[LocationOut]


class FailureOut(BaseModel):
    """Why a file, or a record of it, could not be read; ``code`` is for programs."""

    model_config = with_example({"record": "", "code": "empty", "reason": "a.txt is empty: there is nothing to read"})
    record: str
    code: str
    reason: str


class UploadedOut(BaseModel):
    """What became of one file, counted in reports."""

    model_config = with_example(UPLOADED_EXAMPLE)
    name: str
    source: str = Field(description="How the catalog knows it; empty where its name was refused")
    outcome: Outcome = Field(description="The most telling of the counts")
    report_id: str | None = Field(description="The report that it became or repeats; null for several, or none")
    read: int
    updated: int
    unchanged: int
    duplicates: int
    failures: list[FailureOut]


class RebuildOut(BaseModel):
    """What the indexing in the background is doing; the index served meanwhile is whole."""

    model_config = with_example(REBUILD_EXAMPLE)
    building: bool
    waiting: bool = Field(description="A rebuild was asked for that has not begun")
    stage: str
    done: int
    total: int
    last_error: str | None = Field(description="Why the last rebuild failed; null once one succeeds")
    last_built: str | None
    last_embedded: int | None = Field(description="How many passages that build embedded; null where no job tells")
    last_from_cache: int | None = Field(description="How many passages it wrote anew whose vectors were known")


class EncoderOut(BaseModel):
    """What made the vectors."""

    model_config = with_example(_ENCODER)
    name: str
    backend: str
    fingerprint: str = Field(description="Changes whenever the same text would give another vector")
    dimensions: int


class CatalogOut(BaseModel):
    """The database of record, which may be ahead of the index."""

    model_config = with_example({"reports": 31, "failures": 0})
    reports: int
    failures: int = Field(description="Files and records whose last reading failed")


class ManifestOut(BaseModel):
    """What else the scores of a generation depend on."""

    model_config = with_example(_MANIFEST)
    created: str
    chunking: dict[str, int]
    analyzer: str
    extraction: str = Field(description="What the patients' cases were read by")
    vector_index: str
    corpus_digest: str


class IndexOut(BaseModel):
    """The generation that is served, or ``reason`` why none can be, and what indexing in the background is doing."""

    model_config = with_example(
        {
            "generation": 7,
            "reports": 31,
            "passages": 210,
            "encoder": _ENCODER,
            "manifest": _MANIFEST,
            "reason": None,
            "catalog": {"reports": 31, "failures": 0},
            "rebuild": REBUILD_EXAMPLE,
            "may": ["read", "write"],
        }
    )
    generation: int | None
    reports: int
    passages: int
    encoder: EncoderOut = Field(description="What the served generation was made with, or the next one will be")
    manifest: ManifestOut | None
    reason: str | None
    catalog: CatalogOut
    rebuild: RebuildOut
    may: list[Scope] = Field(description="The scopes of the key that asks; all of them where none is needed")


class StatusOut(BaseModel):
    """The process is alive, or ready to answer."""

    model_config = with_example({"status": "ok"})
    status: Literal["ok"]
