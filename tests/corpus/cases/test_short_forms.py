"""A report's own short forms name what the report writes out beside them."""

from __future__ import annotations

from collections.abc import Callable

from corpus.cases.short_forms import ShortForms
from corpus.findings import Finding, findings
from corpus.model import Report, Span
from corpus.terminology.terminology import shipped

ReportOf = Callable[[str], Report]


def named(report: Report, span: Span | None = None) -> list[tuple[str, str, str]]:
    """Surface, name and assertion of each finding of ``span``, the whole text where none is given."""
    where = span or Span(0, len(report.text))
    found = findings(report.text, [(where.start, where.end)])
    corrected: tuple[Finding, ...] = ShortForms.of(report).corrected(report.text, where, found)
    return [(each.span.of(report.text), shipped().name(each.concepts[0]), each.assertion) for each in corrected]


def test_a_short_form_is_found_where_it_is_used(report_of: ReportOf) -> None:
    """The short form that a report defines is found with the assertion of where it stands."""
    report = report_of("Brucellosis (BRC) is known here. There was no BRC.")
    assert ("BRC", "brucellosis", "absent") in named(report, report.sentences[-1].span)


def test_another_meaning_gives_way(report_of: ReportOf) -> None:
    """Where the terminology knows another meaning of a short form, the report's own stands."""
    report = report_of("The right upper node (MS) was large. He had MS.")
    assert named(report, report.sentences[-1].span) == []


def test_the_name_may_begin_before_the_long_form(report_of: ReportOf) -> None:
    """Of "systemic sclerosis (Scl)" the whole is meant, though the letters are found in its last word."""
    report = report_of("We saw systemic sclerosis (Scl) in spring. He had Scl.")
    names = [name for surface, name, _ in named(report) if surface == "Scl"]
    assert names
    assert set(names) == {shipped().name(shipped().named("systemic sclerosis")[0])}


def test_a_report_without_definitions_is_left_as_it_is(report_of: ReportOf) -> None:
    """Nothing changes where nothing is defined."""
    report = report_of("He had brucellosis and gout.")
    found = findings(report.text, [(0, len(report.text))])
    assert ShortForms.of(report).corrected(report.text, Span(0, len(report.text)), found) == tuple(found)
