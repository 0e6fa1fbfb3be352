"""Invented reports on one condition, and evidence rows made by hand, for the tests of evidence tables."""

from __future__ import annotations

from corpus.cases.model import OutcomeLabel, Status, TreatmentKind
from corpus.model import Report
from corpus.patients import Sex
from search_api.evidence.model import (
    NOT_REPORTED,
    REPORTED,
    EvidenceRow,
    Given,
    Quote,
    RowOutcome,
    State,
    StatedAge,
)
from search_api.evidence.table_model import Aim, TableRow
from search_api.model import Citation
from tests.fakes import make_report

QUESTION = "treatments tried for generalized granuloma annulare in diabetes mellitus"

TEXTS: dict[str, str] = {
    "dapsone": "# Case report\n\nA 54-year-old woman with diabetes mellitus had generalized granuloma annulare of the "
    "trunk. She was treated with dapsone 100 mg daily for three months. The lesions resolved completely.\n\n"
    "# Discussion\n\nGranuloma annulare is seldom treated. Hydroxychloroquine has been reported to help in other "
    "patients.",
    "plain": "# Case report\n\nA 61-year-old man with diabetes mellitus was seen for granuloma annulare of both arms. "
    "The diagnosis of granuloma annulare was confirmed by biopsy. He was treated with dapsone 50 mg daily. The "
    "granuloma annulare remained unchanged.",
    "silent": "# Case report\n\nA 48-year-old woman with diabetes mellitus presented with generalized granuloma "
    "annulare. Her glucose was 11 mmol/l. The diagnosis of granuloma annulare was made by histology.",
    "other": "# Case report\n\nA 39-year-old man with HIV infection developed generalized granuloma annulare. The "
    "granuloma annulare was attributed to the HIV infection. He was treated with isotretinoin 40 mg daily. The "
    "granuloma annulare improved.",
    "psoriasis": "# Case report\n\nA 30-year-old man had psoriasis of the elbows. He was treated with dapsone 100 mg "
    "daily. The plaques cleared.",
}
"""By id: two with the condition and a treatment (one not said to be generalized), one without a treatment, one with
another underlying disease, and one of another condition."""


TITLES = {
    "dapsone": "Generalized granuloma annulare of the trunk",
    "plain": "Granuloma annulare of both arms",
    "silent": "Generalized granuloma annulare with raised glucose",
    "other": "Generalized granuloma annulare and isotretinoin",
    "psoriasis": "Psoriasis of the elbows",
}
REPORTS: dict[str, Report] = {name: make_report(text, TITLES[name]) for name, text in TEXTS.items()}


def citation(year: int | None = 2015, title: str = "An invented case") -> Citation:
    """A citation of an invented article."""
    return Citation(
        title, ("A. Author",), "J Invented", year, None, None, None, "10.5555/x", None, None, None, "x.txt", "line 3"
    )


def quote(text: str, start: int = 10) -> Quote:
    """A quotation that stands at ``start`` of both texts."""
    return Quote(start, start + len(text), text, start, start + len(text))


def given(
    name: str, *, status: Status = "given", kind: TreatmentKind = "drug", concept: str = "", target: str | None = None
) -> Given:
    """A treatment of that name."""
    return Given(name, name, kind, status, (concept,) if concept else (), target=target)


def row(
    treatment: Given | None,
    *,
    report: str = "r1",
    case: int = 1,
    outcome: OutcomeLabel = "not_stated",
    age: float | None = 50,
    sex: Sex | None = "female",
    year: int | None = 2015,
    state: State | None = None,
    said: str = "She was given it.",
) -> EvidenceRow:
    """A row of a report's patient."""
    return EvidenceRow(
        report_id=report,
        catalog_id=report,
        source="x.txt",
        case=case,
        age=None if age is None else StatedAge(age, "year"),
        sex=sex,
        diagnoses=(),
        given=treatment,
        outcome=RowOutcome(outcome, (), ()),
        course=RowOutcome(),
        follow_up=None,
        quotes=(quote(said),) if treatment else (),
        state=state or (REPORTED if treatment else NOT_REPORTED),
        citation=citation(year),
    )


def held(evidence: EvidenceRow, patient: int = 1, aim: Aim = "not told") -> TableRow:
    """The row as it stands in a table."""
    return TableRow(evidence, patient, aim)
