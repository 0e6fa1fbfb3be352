"""Evidence tables over HTTP, in the shape of ``search_api.evidence_json``."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from corpus.cases.model import OutcomeLabel, Status, TreatmentKind
from search_api.config import MAX_QUERY_CHARS
from search_api.evidence.meeting import How
from search_api.evidence.table_model import CAVEAT, Aim
from search_api.exports import FileFormat
from search_api.web.evidence_schemas import (
    LITERATURE_EXAMPLE,
    QUOTE_EXAMPLE,
    ROW_EXAMPLE,
    EvidenceRowOut,
    LiteratureRowOut,
    QuoteOut,
)
from search_api.web.request_schemas import Conditions, Kept, Text, Texts
from search_api.web.schemas import SEARCH_ID, Bounded, ExpansionOut, with_example

_MET: dict[str, Any] = {"asked": "gout", "how": "named", "quote": QUOTE_EXAMPLE}
_ROW: dict[str, Any] = {
    **ROW_EXAMPLE,
    "patient": 1,
    "aim": "not told",
    "met_by": [_MET],
    "other_diseases": [],
}
_OVERLAP: dict[str, Any] = {
    "reports": ["cr-0123456789ab", "cr-ba9876543210"],
    "cases": [[1, 1]],
    "reasons": ["both titles name colchicine, tophi"],
}
_WITHOUT: dict[str, Any] = {"words": "severe", "patients": 1}
_NAME: dict[str, Any] = {"name": "gout", "patients": 4}
_CONDITION: dict[str, Any] = {
    "focus": "“severe gout”",
    "conditions": ["severe gout"],
    "underlying": [],
    "treatments": [],
    "patients": 4,
    "reports": 3,
    "treated": 3,
    "none_given": 0,
    "not_reported": 1,
    "different_underlying_disease": 0,
    "underlying_not_told": 0,
    "without_extent": [_WITHOUT],
    "names": [_NAME],
    "reports_naming": 12,
    "reports_looked_into": 12,
    "overlaps": [_OVERLAP],
}
_GROUP: dict[str, Any] = {
    "canonical": "colchicine",
    "kind": "drug",
    "concepts": ["MESH:D003078"],
    "classes": ["gout suppressants"],
    "patients": 3,
    "reports": 2,
    "outcomes": {
        "resolved": 1, "improved": 1, "unchanged": 0, "progressed": 0, "adverse_reaction": 0, "death": 0,
        "not_stated": 1,
    },
    "not_given": {},
    "aims": {"not told": 3},
    "of": 4,
    "sentence": "colchicine: 3 patients in 2 reports; resolved 1, improved 1, unchanged or progressed 0, not stated 1; "
    "of 4 patients with the condition; said to be for it in 0, what for not told in 3",
}  # fmt: skip


_ASKED: dict[str, Any] = {
    "question": "treatments tried for severe gout",
    "filters": {"sex": "male"},
    "sort": "-year",
}


class TableRequest(Conditions):
    """A condition, and which rows of its table are wanted."""

    question: Text = Field(description=f"Up to {MAX_QUERY_CHARS:,} characters, with conditions as search takes them")
    treatments: Texts = Field([], description="Drugs, classes, procedures")
    kinds: Texts = Field([])
    statuses: Texts = Field([])
    outcomes: Texts = Field([])
    states: Texts = Field([])
    sort: Text = Field("treatment", description="A column; with - before it the other way round")


class EvidenceRequest(TableRequest, Kept):
    """The condition, or a question on its treatment; and which rows of the table are wanted.

    Age and sex bound the patients, the other conditions the reports. ``treatments``, ``kinds`` and ``statuses`` bound
    rows and groups, ``outcomes`` and ``states`` rows alone.
    """

    model_config = with_example(_ASKED)


class TableFileRequest(TableRequest):
    """What is asked of a table, and as which file it is wanted."""

    model_config = with_example({**_ASKED, "format": "csv"})
    format: FileFormat = Field("csv", description="Of the file: as a table, or its articles as ris, bibtex or csl")


class MetByOut(BaseModel):
    """How the patient meets something asked for. ``without its extent``: all but a word such as "universalis"."""

    model_config = with_example(_MET)
    asked: str
    how: How
    quote: QuoteOut | None = Field(description="Where the report says so; null where no one place does")


class TableRowOut(EvidenceRowOut):
    """A row held against the question."""

    model_config = with_example(_ROW)
    patient: int = Field(description="Rows of one patient have the same number, in another report on them too")
    aim: Aim = Field(description="What the treatment was for")
    met_by: list[MetByOut]
    other_diseases: list[str] = Field(description="The underlying disease, where it is another than the one asked")


class OverlapOut(BaseModel):
    """Two reports on a patient who is counted once."""

    model_config = with_example(_OVERLAP)
    reports: list[str]
    cases: list[list[int]] = Field(description="Which patient of the one is which of the other")
    reasons: list[str]


class WithoutExtentOut(BaseModel):
    """Patients who count though a word of extent that was asked for is not said of theirs."""

    model_config = with_example(_WITHOUT)
    words: str
    patients: int


class NameOut(BaseModel):
    """What the condition is called among the patients' diagnoses."""

    model_config = with_example(_NAME)
    name: str
    patients: int


class ConditionCountsOut(BaseModel):
    """How the question was understood, and who was counted."""

    model_config = with_example(_CONDITION)
    focus: str
    conditions: list[str]
    underlying: list[str]
    treatments: list[str]
    patients: int = Field(description="With the condition: the denominator of every group")
    reports: int
    treated: int = Field(description="Patients of whom a treatment is told, given or not")
    none_given: int = Field(description="Of these: all that is told was planned, precluded or declined")
    not_reported: int = Field(description="Patients of whom no treatment is reported in the available text")
    different_underlying_disease: int = Field(description="Shown apart, and not counted")
    underlying_not_told: int = Field(description="Left out: what theirs arose from is not told")
    without_extent: list[WithoutExtentOut]
    names: list[NameOut]
    reports_naming: int
    reports_looked_into: int
    overlaps: list[OverlapOut]


class GroupOut(BaseModel):
    """One treatment: how many patients had it, and what came of it. A patient counts once."""

    model_config = with_example(_GROUP)
    canonical: str
    kind: TreatmentKind
    concepts: list[str]
    classes: list[str]
    patients: int
    reports: int
    outcomes: dict[OutcomeLabel, int]
    not_given: dict[Status, int] = Field(description="Patients for whom it was only planned, precluded or declined")
    aims: dict[Aim, int] = Field(
        description="Patients by what it was for; a treatment for something else is a group apart"
    )
    of: int | None = Field(description="The patients with the condition; null where none was asked about")
    sentence: str


class EvidenceResponse(Bounded):
    """What was given to whom, what came of it, and of how many; all of one generation of the index."""

    model_config = with_example(
        {
            "question": "treatments tried for severe gout",
            "generation": 7,
            "search_id": "s000044",
            "took_ms": 210.0,
            "summary": "3 reports describe 4 patients with “severe gout”. Given most often: colchicine (3).",
            "condition": _CONDITION,
            "rows": [_ROW],
            "literature": [LITERATURE_EXAMPLE],
            "groups": [_GROUP],
            "caveat": CAVEAT,
            "conditions": [],
            "left_out_unknown": {},
            "drug_names": {},
            "notices": [],
            "ambiguous": [],
            "expansions": [],
        }
    )
    question: str
    generation: int
    search_id: str | None = SEARCH_ID
    took_ms: float
    summary: str = Field(description="The table in a few sentences, of its counts and names alone")
    condition: ConditionCountsOut
    rows: list[TableRowOut]
    literature: list[LiteratureRowOut] = Field(description="Treatments told only of others: nobody's of these reports")
    groups: list[GroupOut]
    caveat: str = Field(description="What such evidence can and cannot show")
    expansions: list[ExpansionOut]
