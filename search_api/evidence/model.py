"""The nouns of evidence: a row for each patient and treatment, every cell with the words that it stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from corpus.cases.model import DiagnosisRole, OutcomeLabel, Status, TreatmentKind
from corpus.patients import Sex, Unit
from search_api.model import Citation

State = Literal["reported", "not reported in the available text", "different underlying disease"]
"""The second: no treatment of this patient is told. The third: it is not the condition asked about."""
REPORTED: Final[State] = "reported"
NOT_REPORTED: Final[State] = "not reported in the available text"
OTHER_DISEASE: Final[State] = "different underlying disease"

Column = Literal[
    "age", "sex", "diagnoses", "treatment", "dose", "route", "frequency", "duration", "status", "target", "outcome",
    "course", "follow_up",
]  # fmt: skip
"""What has a place in the text. ``treatment``: each mention; ``status``: the sentences that they stand in."""


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """``text`` is the report's normalised text at ``[start, end)``.

    ``source_start`` and ``source_end`` are where it was read from, in code points of the raw text as it was given (of
    a JSONL record that of its own text): there stands the same, white space and mending aside.
    """

    start: int
    end: int
    text: str
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class StatedAge:
    """As the report states it, in ``unit``."""

    value: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class RowDiagnosis:
    """``name`` is canonical, ``concepts`` are the terminology's identifiers, ``quote`` is how the report says it."""

    name: str
    concepts: tuple[str, ...]
    role: DiagnosisRole
    quote: Quote


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What came of it, in text order. ``labels`` has one for each of ``quotes``; ``label`` is the last explicit one."""

    label: OutcomeLabel = "not_stated"
    quotes: tuple[Quote, ...] = ()
    labels: tuple[OutcomeLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A treatment with all its mentions of one kind. The first that is stated is shown; ``Cells`` hold every one.

    ``treatment`` is the surface form, ``repaired`` how it was read where it is broken, ``canonical`` what it is called;
    ``concepts`` are the terminology's identifiers, ``classes`` the names of what it is a kind of, nearest first.
    """

    treatment: str
    canonical: str
    kind: TreatmentKind
    status: Status
    concepts: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    repaired: str | None = None
    dose: str | None = None
    route: str | None = None
    frequency: str | None = None
    duration: str | None = None
    target: str | None = None


Cells = dict[Column, tuple[Quote, ...]]
"""Each column's places, in text order; one that has none is left out."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One treatment of one patient in one status; ``given`` is None where none is reported of the patient.

    ``report_id`` is the id that the report was given (JSONL), else the catalog's, which is ``catalog_id``. ``case``
    numbers the report's patients from 1. ``course`` is what is said of the patient beside any one treatment.
    ``quotes`` are the sentences that the row stands on: those of the treatment, then those of its outcome.
    """

    report_id: str
    catalog_id: str
    source: str
    case: int
    age: StatedAge | None
    sex: Sex | None
    diagnoses: tuple[RowDiagnosis, ...]
    given: Given | None
    outcome: RowOutcome
    course: RowOutcome
    follow_up: str | None
    quotes: tuple[Quote, ...]
    state: State
    citation: Citation
    cells: Cells = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiteratureRow:
    """A treatment that the report tells only of others or in general; ``quotes`` are the sentences."""

    report_id: str
    catalog_id: str
    source: str
    given: Given
    quotes: tuple[Quote, ...]
    citation: Citation
    cells: Cells = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportRows:
    """What one report tells, from one generation."""

    generation: int
    rows: tuple[EvidenceRow, ...]
    literature: tuple[LiteratureRow, ...]
