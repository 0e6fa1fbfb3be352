"""What each patient has: the disease that the report is about, what it arose from, and what else there is."""

from __future__ import annotations

from corpus.cases.model import Diagnosis, DiagnosisRole, Sign
from corpus.cases.story import Story
from corpus.terminology.terminology import shipped


def diagnoses(story: Story) -> dict[int, tuple[Diagnosis, ...]]:
    """By patient: diseases that the patient has or had, each once, in text order."""
    terms = shipped()
    found: dict[int, dict[str, Diagnosis]] = {person.number: {} for person in story.people}
    for line in story.lines:
        for each in line.findings:
            if line.patient is None or each.kind != "disease" or each.assertion not in ("present", "past"):
                continue
            name = terms.name(each.concepts[0])
            role: DiagnosisRole = "comorbid" if found[line.patient] else "index"
            concepts = tuple(map(terms.identifier, each.concepts))
            found[line.patient].setdefault(name, Diagnosis(name, concepts, role, each.span))
    return {number: tuple(each.values()) for number, each in found.items()}


def signs(story: Story) -> dict[int, tuple[Sign, ...]]:
    """By patient: the findings and diseases that sentences about the patient name, with what is asserted."""
    terms = shipped()
    found: dict[int, list[Sign]] = {person.number: [] for person in story.people}
    for line in story.lines:
        for each in line.findings:
            if line.patient is not None and each.kind in ("disease", "finding"):
                name, concepts = terms.name(each.concepts[0]), tuple(map(terms.identifier, each.concepts))
                found[line.patient].append(Sign(name, concepts, each.assertion, each.span))
    return {number: tuple(each) for number, each in found.items()}
