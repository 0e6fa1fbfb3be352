"""What was given to a patient, done, planned, or kept from them: one ``Treatment`` for each mention."""

from __future__ import annotations

from corpus.cases.model import Status, Treatment, TreatmentKind
from corpus.cases.roles import Role
from corpus.cases.story import Line, Story
from corpus.findings import Finding
from corpus.terminology.terminology import shipped


def treatments(story: Story) -> list[tuple[int | None, Treatment]]:
    """Each treatment in text order, with the number of its patient; None for those of others and in general."""
    found: list[tuple[int | None, Treatment]] = []
    for line in story.lines:
        status = _status(line)
        if status is None and Role.LITERATURE not in line.role:
            continue
        number = line.patient if status else None
        found += [
            (number, _treatment(story, line, each, status or "given"))
            for each in line.findings
            if each.kind in ("drug", "procedure")
        ]
    return found


def _status(line: Line) -> Status | None:
    if line.patient is None:
        return None
    if Role.WITHHELD in line.role:
        return "declined"
    if Role.PLANNED in line.role:
        return "planned"
    return "given" if Role.TREATMENT in line.role else None


def _treatment(story: Story, line: Line, finding: Finding, status: Status) -> Treatment:
    terms = shipped()
    concept = finding.concepts[0]
    kind: TreatmentKind = "procedure" if finding.kind == "procedure" else "drug"
    return Treatment(
        finding.span,
        finding.span.of(story.report.text),
        terms.name(concept),
        tuple(map(terms.identifier, finding.concepts)),
        kind,
        status,
        line.span,
        tuple(map(terms.name, terms.broader(concept))),
    )
