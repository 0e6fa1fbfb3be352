"""What was given to whom over HTTP, in the shape of ``search_api.json``."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from corpus.cases.model import DiagnosisRole, OutcomeLabel, Status, TreatmentKind
from corpus.patients import Sex, Unit
from search_api.evidence.model import Column, State
from search_api.web.schemas import CITATION_EXAMPLE, CitationOut, with_example

QUOTE_EXAMPLE: dict[str, Any] = {
    "start": 412,
    "end": 454,
    "text": "He was given colchicine 0.5 mg twice a day.",
    "source_start": 431,
    "source_end": 474,
}
_SURFACE: dict[str, Any] = {"start": 425, "end": 435, "text": "colchicine", "source_start": 444, "source_end": 454}
_DOSE: dict[str, Any] = {"start": 436, "end": 442, "text": "0.5 mg", "source_start": 455, "source_end": 461}
_CAME: dict[str, Any] = {
    "start": 456,
    "end": 482,
    "text": "The pain went within a day.",
    "source_start": 475,
    "source_end": 502,
}
_OUTCOME: dict[str, Any] = {"label": "resolved", "quotes": [{**_CAME, "label": "resolved"}]}
_AGE: dict[str, Any] = {"value": 52.0, "unit": "year"}
_GOUT: dict[str, Any] = {"start": 88, "end": 92, "text": "gout", "source_start": 101, "source_end": 105}
_DIAGNOSIS: dict[str, Any] = {"name": "gout", "concepts": ["MESH:D006073"], "role": "index", **_GOUT}
_GIVEN: dict[str, Any] = {
    "treatment": "colchicine",
    "repaired": None,
    "canonical": "colchicine",
    "kind": "drug",
    "concepts": ["MESH:D003078"],
    "classes": ["gout suppressants"],
    "dose": "0.5 mg",
    "route": None,
    "frequency": "twice a day",
    "duration": None,
    "target": None,
}
_FROM: dict[str, Any] = {"report_id": "cr-0123456789ab", "catalog_id": "cr-0123456789ab", "source": "/reports/gout.pdf"}
_CELLS: dict[str, Any] = {"treatment": [_SURFACE], "dose": [_DOSE]}
ROW_EXAMPLE: dict[str, Any] = {
    **_FROM,
    "case": 1,
    "age": _AGE,
    "sex": "male",
    "diagnoses": [_DIAGNOSIS],
    **_GIVEN,
    "status": "given",
    "outcome": _OUTCOME,
    "course": {"label": "not_stated", "quotes": []},
    "follow_up": None,
    "quotes": [QUOTE_EXAMPLE, _CAME],
    "state": "reported",
    "citation": CITATION_EXAMPLE,
    "cells": {**_CELLS, "diagnoses": [_GOUT], "status": [QUOTE_EXAMPLE], "outcome": [_CAME]},
}
LITERATURE_EXAMPLE: dict[str, Any] = {
    **_FROM,
    **_GIVEN,
    "quotes": [QUOTE_EXAMPLE],
    "citation": CITATION_EXAMPLE,
    "cells": _CELLS,
}


class QuoteOut(BaseModel):
    """``text`` is the report's text from ``start`` to ``end``, letter for letter."""

    model_config = with_example(QUOTE_EXAMPLE)
    start: int
    end: int
    text: str
    source_start: int = Field(description="Where the raw text, as it was given, has the same, in code points of it")
    source_end: int


class LabelledQuote(QuoteOut):
    """A quotation on an outcome, and what it says of it."""

    model_config = with_example(_OUTCOME["quotes"][0])
    label: OutcomeLabel


class OutcomeOut(BaseModel):
    """What came of it: the last of the labels that are told by explicit words, and every sentence in text order."""

    model_config = with_example(_OUTCOME)
    label: OutcomeLabel
    quotes: list[LabelledQuote]


class AgeOut(BaseModel):
    """An age as the report states it."""

    model_config = with_example(_AGE)
    value: float
    unit: Unit


class DiagnosisOut(QuoteOut):
    """A disease of the patient, and where the report names it."""

    model_config = with_example(_DIAGNOSIS)
    name: str
    concepts: list[str] = Field(description="Identifiers of the terminology")
    role: DiagnosisRole = Field(description="What the report is about, what that arose from, or what was there beside")


class GivenOut(BaseModel):
    """A treatment; everything is null or empty in the row of a patient of whom none is reported."""

    model_config = with_example(_GIVEN)
    treatment: str | None = Field(description="As the report names it first")
    repaired: str | None = Field(description="How a broken word was read")
    canonical: str | None
    kind: TreatmentKind | None
    concepts: list[str] = Field(description="Identifiers of the terminology")
    classes: list[str] = Field(description="What it is a kind of, nearest first")
    dose: str | None
    route: str | None
    frequency: str | None
    duration: str | None
    target: str | None = Field(description="What it was for")


class EvidenceRowOut(GivenOut):
    """One treatment of one patient in one status, all mentions of it in one row; every cell has its place in the text.

    What no text tells is null or empty, never guessed.
    """

    model_config = with_example(ROW_EXAMPLE)
    report_id: str = Field(description="The id that the report was given, else the catalog's")
    catalog_id: str
    source: str
    case: int = Field(description="The patient, counted from 1 in each report")
    age: AgeOut | None
    sex: Sex | None
    diagnoses: list[DiagnosisOut]
    status: Status | None
    outcome: OutcomeOut
    course: OutcomeOut = Field(description="What is told of the patient, beside any one treatment")
    follow_up: str | None
    quotes: list[QuoteOut] = Field(description="The sentences: of the treatment, then of its outcome")
    state: State
    citation: CitationOut
    cells: dict[Column, list[QuoteOut]] = Field(description="By column, every place where the text says so")


class LiteratureRowOut(GivenOut):
    """A treatment that the report tells only of others, or in general: it is nobody's in the report."""

    model_config = with_example(LITERATURE_EXAMPLE)
    report_id: str
    catalog_id: str
    source: str
    quotes: list[QuoteOut]
    citation: CitationOut
    cells: dict[Column, list[QuoteOut]]


class CasesResponse(BaseModel):
    """A report's patients and what was given to them, as it was read when the report was indexed."""

    model_config = with_example({"generation": 7, "rows": [ROW_EXAMPLE], "literature": [LITERATURE_EXAMPLE]})
    generation: int
    rows: list[EvidenceRowOut]
    literature: list[LiteratureRowOut]
