"""A report's cases → rows: one for each patient, treatment and status, its mentions merged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from corpus.cases.model import Cases, Outcome, OutcomeLabel, PatientCase, Treatment
from corpus.catalog import Stored
from corpus.model import Span
from corpus.standing import Link
from search_api.citing import cite
from search_api.evidence.model import (
    NOT_REPORTED,
    REPORTED,
    Cells,
    Column,
    EvidenceRow,
    Given,
    LiteratureRow,
    Quote,
    RowDiagnosis,
    RowOutcome,
    StatedAge,
)
from search_api.model import Citation

Places = dict[Column, list[Span]]
_BESIDE: Final = 30
"""Characters between a class and its member."""
_JOINS: Final = re.compile(r"\b(?:and|or|plus|then|to|followed|without|not|but|instead|besides|with)\b", re.IGNORECASE)
"""Between two treatments that are two."""


def rows_of(stored: Stored, cases: Cases, warnings: Sequence[Link] = ()) -> tuple[EvidenceRow, ...]:
    """The rows of a report's patients, by patient, then by where the treatment is named first.

    ``cases`` are those of the reading that is ``stored``, ``warnings`` what stands against the article.
    """
    report = _Reported(stored, warnings)
    return tuple(chain.from_iterable(_rows(report, patient) for patient in cases.patients))


def literature_of(stored: Stored, cases: Cases, warnings: Sequence[Link] = ()) -> tuple[LiteratureRow, ...]:
    """What the report tells only of others or in general, each treatment once, in text order."""
    report = _Reported(stored, warnings)
    by_name: dict[str, list[Treatment]] = defaultdict(list)
    for treatment in cases.literature:
        by_name[treatment.name].append(treatment)
    return tuple(_literature(report, _in_order(mentions)) for mentions in _by_first(by_name.values()))


def quote_of(stored: Stored, span: Span) -> Quote:
    """``span`` of a report's text, with its place in the source."""
    return Quote(span.start, span.end, span.of(stored.report.text), *stored.report.source_map.raw(span))


class _Reported:
    """A stored report as rows are made of it: each span becomes a quote once."""

    def __init__(self, stored: Stored, warnings: Sequence[Link]) -> None:
        report = stored.report
        self._stored, self._warnings = stored, tuple(warnings)
        self._text = report.text
        self._quotes: dict[Span, Quote] = {}
        self.report_id = report.given_id or stored.report_id
        self.catalog_id, self.source = stored.report_id, stored.source

    def text(self, span: Span) -> str:
        return span.of(self._text)

    def quote(self, span: Span) -> Quote:
        if span not in self._quotes:
            self._quotes[span] = quote_of(self._stored, span)
        return self._quotes[span]

    def quotes(self, spans: Iterable[Span]) -> tuple[Quote, ...]:
        """Each once, in text order."""
        return tuple(self.quote(span) for span in sorted(set(spans)))

    def cells(self, places: Places) -> Cells:
        """What has a place; the columns in their order."""
        return {column: self.quotes(spans) for column, spans in places.items() if spans}

    def citation(self, quotes: Sequence[Quote]) -> Citation:
        """Of the first quote; of the report where there is none."""
        span = Span(quotes[0].start, quotes[0].end) if quotes else Span(0, 1)
        return replace(cite(self._stored, span), warnings=self._warnings)


def _rows(report: _Reported, patient: PatientCase) -> list[EvidenceRow]:
    by_name: dict[tuple[str, str], list[Treatment]] = defaultdict(list)
    for treatment in patient.treatments:
        meant = _member(report, treatment, patient.treatments) or treatment
        by_name[meant.name, meant.status].append(treatment)
    merged = [_in_order(mentions) for mentions in _by_first(by_name.values())]
    return [_row(report, patient, mentions) for mentions in merged or [[]]]


def _member(report: _Reported, named: Treatment, among: Iterable[Treatment]) -> Treatment | None:
    """The member of a class that is named right beside it ("steroids (prednisolone)"): one treatment, named twice."""
    if named.kind != "drug_class":
        return None
    for each in among:
        first, last = sorted((named.mention, each.mention))
        if named.name in each.classes and each.evidence == named.evidence and first.end <= last.start:
            between = report.text(Span(first.end, last.start)) if first.end < last.start else ""
            if len(between) <= _BESIDE and not _JOINS.search(between):
                return each
    return None


def _row(report: _Reported, patient: PatientCase, mentions: Sequence[Treatment]) -> EvidenceRow:
    """The row of a treatment's mentions; without any, that of a patient of whom no treatment is told."""
    came = [outcome for mention in mentions for outcome in mention.outcomes] if mentions else patient.outcomes
    outcome, course = _outcome(report, came), _outcome(report, patient.outcomes)
    places: Places = {
        "age": [patient.age.span] if patient.age else [],
        "sex": [patient.sex.span] if patient.sex else [],
        "diagnoses": [each.span for each in patient.diagnoses],
        **_places(mentions),
        "outcome": [each.span for each in came],
        "course": [each.span for each in patient.outcomes],
        "follow_up": [patient.follow_up] if patient.follow_up else [],
    }
    cells = report.cells(places)
    sentences = cells.get("status", ())
    quotes = (*sentences, *(quote for quote in outcome.quotes if quote not in sentences))
    known = chain.from_iterable(cells.get(column, ()) for column in ("diagnoses", "age", "sex"))
    return EvidenceRow(
        report_id=report.report_id,
        catalog_id=report.catalog_id,
        source=report.source,
        case=patient.number,
        age=StatedAge(patient.age.value, patient.age.unit) if patient.age else None,
        sex=patient.sex.value if patient.sex else None,
        diagnoses=tuple(
            RowDiagnosis(each.name, each.concepts, each.role, report.quote(each.span)) for each in patient.diagnoses
        ),
        given=_given(report, mentions) if mentions else None,
        outcome=outcome,
        course=course,
        follow_up=report.text(patient.follow_up) if patient.follow_up else None,
        quotes=quotes,
        state=REPORTED if mentions else NOT_REPORTED,
        citation=report.citation(quotes or tuple(known)),
        cells=cells,
    )


def _literature(report: _Reported, mentions: Sequence[Treatment]) -> LiteratureRow:
    cells = report.cells(_places(mentions))
    quotes = cells["status"]
    del cells["status"]  # whether others were given it, nobody says
    return LiteratureRow(
        report_id=report.report_id,
        catalog_id=report.catalog_id,
        source=report.source,
        given=_given(report, mentions),
        quotes=quotes,
        citation=report.citation(quotes),
        cells=cells,
    )


def _given(report: _Reported, mentions: Sequence[Treatment]) -> Given:
    first = min(mentions, key=lambda each: each.kind == "drug_class")  # a class may stand beside its member

    def stated(spans: Iterable[Span | None]) -> str | None:
        return next((report.text(span) for span in spans if span is not None), None)

    return Given(
        treatment=first.surface,
        canonical=first.name,
        kind=first.kind,
        status=first.status,
        concepts=first.concepts,
        classes=first.classes,
        repaired=first.repaired,
        dose=stated(each.dose for each in mentions),
        route=stated(each.route for each in mentions),
        frequency=stated(each.frequency for each in mentions),
        duration=stated(each.duration for each in mentions),
        target=next((each.target.name for each in mentions if each.target), None),
    )


def _places(mentions: Sequence[Treatment]) -> Places:
    """Where the mentions of one treatment say what of it."""
    return {
        "treatment": [each.mention for each in mentions],
        "dose": [each.dose for each in mentions if each.dose],
        "route": [each.route for each in mentions if each.route],
        "frequency": [each.frequency for each in mentions if each.frequency],
        "duration": [each.duration for each in mentions if each.duration],
        "status": [each.evidence for each in mentions],
        "target": [each.target.span for each in mentions if each.target],
    }


def _outcome(report: _Reported, outcomes: Iterable[Outcome]) -> RowOutcome:
    """Each once, in text order; where one sentence has several labels, the last explicit one told of it."""
    labels: dict[Span, OutcomeLabel] = {}
    for outcome in outcomes:
        if outcome.span not in labels or outcome.label != "not_stated":
            labels[outcome.span] = outcome.label
    spans = sorted(labels)
    explicit = [labels[span] for span in spans if labels[span] != "not_stated"]
    return RowOutcome(
        explicit[-1] if explicit else "not_stated",
        tuple(map(report.quote, spans)),
        tuple(labels[span] for span in spans),
    )


def _in_order(mentions: Iterable[Treatment]) -> list[Treatment]:
    return sorted(mentions, key=lambda each: each.mention)


def _by_first(groups: Iterable[Sequence[Treatment]]) -> list[Sequence[Treatment]]:
    """The groups in the order of their first mentions."""
    return sorted(groups, key=lambda mentions: min(each.mention for each in mentions))
