"""A report as its patients' story: each sentence with its role, what it names, and which patient it tells of."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.cases.model import Age, StatedSex
from corpus.cases.roles import SILENT_KINDS, Role, roles
from corpus.findings import Finding, findings
from corpus.model import Report, SectionKind, Span
from corpus.patients import IN_A_YEAR, patients


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of the report, numbered from 1; age and sex are None where the report does not tell them."""

    number: int
    age: Age | None = None
    sex: StatedSex | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence. ``patient`` is the number of the one it tells of; None where it tells of none of them."""

    span: Span
    text: str
    kind: SectionKind
    role: Role
    findings: tuple[Finding, ...]
    patient: int | None


@dataclass(frozen=True, slots=True)
class Story:
    """``lines`` in text order; ``people`` by number."""

    report: Report
    lines: tuple[Line, ...]
    people: tuple[Person, ...]


def story(report: Report) -> Story:
    """Read ``report`` as its patients' story."""
    people = _people(report)
    only = people[0].number if people else None
    lines = []
    for sentence, role in zip(report.sentences, roles(report), strict=True):
        kind, span = report.sections[sentence.section].kind, sentence.span
        if kind in SILENT_KINDS:
            continue
        named = tuple(findings(report.text, [(span.start, span.end)]))
        told = only if Role.PATIENT in role and Role.FAMILY not in role else None
        lines.append(Line(span, span.of(report.text), kind, role, named, told))
    return Story(report, tuple(lines), people)


def _people(report: Report) -> tuple[Person, ...]:
    stated = patients(report)
    if not stated:
        return (Person(1),)
    first = stated[0]
    age = Age(round(first.age * IN_A_YEAR[first.unit], 2), first.unit, first.span)
    return (Person(1, age, StatedSex(first.sex, first.span) if first.sex else None),)
