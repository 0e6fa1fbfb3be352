"""The search log over HTTP, in the shapes of ``search_api.searches.shape``. Times are UTC, ISO 8601."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from search_api.searches.comparing import Fate, Part, Reason
from search_api.searches.model import Kind, Via
from search_api.web.schemas import CONDITION_EXAMPLE, EXPANSION_EXAMPLE, ConditionOut, ExpansionOut, with_example

_GIVEN: dict[str, Any] = {"must": [], "must_not": ["measles"], "phrases": [], "filters": {"year": ["2015.."]}}
_SETTINGS: dict[str, Any] = {
    "k": 10,
    "max_per_report": 2,
    "duplicates": False,
    "expand": True,
    "system": {"name": "hybrid", "dense_weight": 0.6, "depth": 100},
}
_CORPUS: dict[str, Any] = {
    "generation": 7,
    "created": "2025-01-31T11:00:00+00:00",
    "digest": "9f" * 32,
    "reports": 6408,
    "passages": 81220,
    "encoder": "all-MiniLM-L6-v2",
    "encoder_backend": "torch",
    "encoder_fingerprint": "53aa51172d14",
    "analyzer": "english-3",
    "extraction": "cases-2",
    "version": "0.1.0",
    "reranker": None,
}
_COUNTS: dict[str, Any] = {
    "reports": 6408,
    "meeting": 412,
    "found": 10,
    "reports_found": 8,
    "near_duplicates": 1,
    "merged": 23,
    "naming": None,
    "looked_into": None,
    "overlaps": None,
}
_PLACE: dict[str, Any] = {
    "rank": 1,
    "report_id": "cr-0123456789ab",
    "start": 412,
    "end": 482,
    "score": 0.874,
    "revision": 91,
    "label": "",
    "reading": "4f1a9c02d7be6358",
}
_DIFFERENCE: dict[str, Any] = {"part": "corpus", "name": "generation", "then": 7, "now": 9}
_CHANGE: dict[str, Any] = {
    **{name: value for name, value in _PLACE.items() if name != "rank"},
    "fate": "gained",
    "reason": "new report",
    "rank_then": None,
    "rank_now": 1,
    "title": "An invented case of a rash",
}
_RUN: dict[str, Any] = {
    "id": "s000042",
    "at": "2025-01-31T12:00:00+00:00",
    "kind": "search",
    "line": "treatments tried for a rash age:<18",
    "given": _GIVEN,
    "settings": _SETTINGS,
    "via": "http",
    "who": None,
    "again": None,
    "corpus": _CORPUS,
    "counts": _COUNTS,
    "conditions": [CONDITION_EXAMPLE],
    "left_out_unknown": {"age": 3},
    "notices": [],
    "reason": "",
    "answerable": None,
    "took_ms": 21.4,
}


class SearchedCorpusOut(BaseModel):
    """What was searched: the generation, the digest of its reports, and what it was made and asked with."""

    model_config = with_example(_CORPUS)
    generation: int
    created: str
    digest: str = Field(description="Over id and content of every report: equal corpora, equal digests")
    reports: int
    passages: int
    encoder: str
    encoder_backend: str
    encoder_fingerprint: str
    analyzer: str
    extraction: str
    version: str = Field(description="Of this program")
    reranker: str | None


class SearchCountsOut(BaseModel):
    """How much was there, and how much was found."""

    model_config = with_example(_COUNTS)
    reports: int = Field(description="In the index")
    meeting: int | None = Field(description="Reports that meet the conditions; null where there are none")
    found: int = Field(description="Passages, sentences or rows")
    reports_found: int
    near_duplicates: int = Field(description="Left out for saying nearly the same as a better passage")
    merged: int = Field(description="Sources of the corpus beyond one a report: the same article from elsewhere")
    naming: int | None = Field(description="Of an evidence table: reports that name the condition")
    looked_into: int | None = Field(description="Of an evidence table: how many of them were looked into")
    overlaps: int | None = Field(description="Of an evidence table: pairs of reports that tell of the same patients")


class KeptSearchOut(BaseModel):
    """A search as it was kept: ``line`` as it was typed, ``settings`` with every parameter of the ranking."""

    model_config = with_example(_RUN)
    id: str | None = Field(description="Null of a search that was asked again and not kept")
    at: str
    kind: Kind
    line: str
    given: dict[str, Any] = Field(description="The conditions beside the line")
    settings: dict[str, Any]
    via: Via
    who: str | None = Field(description="The name of the key that it came with")
    again: str | None = Field(description="The search that it repeats")
    corpus: SearchedCorpusOut
    counts: SearchCountsOut
    conditions: list[ConditionOut]
    left_out_unknown: dict[str, int]
    notices: list[str]
    reason: str = Field(description="Why an answer was given or not; the summary of an evidence table")
    answerable: bool | None
    took_ms: float


class FoundPlace(BaseModel):
    """A place that was found, in the reading of then (``revision``)."""

    model_config = with_example({name: value for name, value in _PLACE.items() if name != "rank"})
    report_id: str
    start: int
    end: int
    score: float | None
    revision: int
    label: str = Field(description="Tells rows of an evidence table apart")
    reading: str = Field(description="What that reading goes by: places are given back with it")


class FoundOut(FoundPlace):
    """The same with its rank, from 1."""

    model_config = with_example(_PLACE)
    rank: int


class WholeSearchOut(KeptSearchOut):
    """The same with what else was looked for, and what was found."""

    model_config = with_example({**_RUN, "expansions": [EXPANSION_EXAMPLE], "places": [_PLACE]})
    expansions: list[ExpansionOut]
    places: list[FoundOut]


class SearchPage(BaseModel):
    """Kept searches, the newest first."""

    model_config = with_example({"searches": [_RUN], "next": "s000042"})
    searches: list[KeptSearchOut]
    next: str | None = Field(description="Give it as `after` for older ones; null where there are none")


class DifferenceOut(BaseModel):
    """Something in which two searches differ: the request, what ranked it, or the corpus."""

    model_config = with_example(_DIFFERENCE)
    part: Part
    name: str
    then: Any
    now: Any


class ChangeOut(FoundPlace):
    """What became of one place; ``same``, ``moved``, ``gained`` or ``lost``."""

    model_config = with_example(_CHANGE)
    fate: Fate
    reason: Reason = Field(description="Why it is found on one side only, as far as is known")
    rank_then: int | None
    rank_now: int | None
    title: str | None


class ComparisonOut(BaseModel):
    """Two searches held against each other: what was found now in its order, then what was lost."""

    model_config = with_example(
        {
            "then": _RUN,
            "now": {**_RUN, "id": "s000051", "again": "s000042"},
            "same": 8,
            "moved": 1,
            "gained": 1,
            "lost": 1,
            "differences": [_DIFFERENCE],
            "changes": [_CHANGE],
        }
    )
    then: KeptSearchOut
    now: KeptSearchOut
    same: int
    moved: int
    gained: int
    lost: int
    differences: list[DifferenceOut]
    changes: list[ChangeOut]


class NewPlaceOut(FoundOut):
    """A place in a report that was added or changed; ``rank`` is among all that was looked at."""

    model_config = with_example({**_PLACE, "title": "An invented case of a rash"})
    title: str | None


class NewsOut(BaseModel):
    """What is new since a search; the counts of reports are of the whole corpus."""

    model_config = with_example(
        {
            "search": _RUN,
            "corpus": {**_CORPUS, "generation": 9},
            "compared": "the best 100 reports of generation 9 (6,420 reports) against what generation 7 "
            "(6,408 reports) held on 2025-01-31",
            "reports_added": 14,
            "reports_changed": 1,
            "reports_removed": 2,
            "added": [{**_PLACE, "title": "An invented case of a rash"}],
            "changed": [],
            "gone": [],
            "differences": [_DIFFERENCE],
            "notices": [],
        }
    )
    search: KeptSearchOut
    corpus: SearchedCorpusOut
    compared: str = Field(description="What was held against what, in words")
    reports_added: int
    reports_changed: int
    reports_removed: int
    added: list[NewPlaceOut]
    changed: list[NewPlaceOut]
    gone: list[ChangeOut]
    differences: list[DifferenceOut]
    notices: list[str]
