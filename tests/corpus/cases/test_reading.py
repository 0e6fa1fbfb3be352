"""A report is read into its patients' cases, every fact a slice of its text."""

from __future__ import annotations

from corpus.cases.model import Cases
from corpus.cases.reading import read_cases
from corpus.model import Report
from corpus.readers.text import TextReader

TEXT = """A rash after a tick bite

Case presentation
A 34-year-old woman presented with fever. She was treated with doxycycline 100 mg twice daily. The rash resolved.

Discussion
Smith et al. treated three patients with chloramphenicol.
"""


def report_of(text: str) -> Report:
    """``text`` as the text reader reads it."""
    return next(iter(TextReader().read(text.encode(), "case.txt"))).report


def cases_of(text: str) -> Cases:
    """The cases of ``text``."""
    return read_cases(report_of(text))


def test_a_patient_has_age_sex_and_what_was_given() -> None:
    """Age, sex, treatment with its status and outcome sentences are read, each with the span that states it."""
    report = report_of(TEXT)
    (patient,) = read_cases(report).patients
    assert patient.age is not None
    assert (patient.age.value, patient.age.unit) == (34, "year")
    assert patient.sex is not None
    assert patient.sex.value == "female"
    (given,) = patient.treatments
    assert (given.name, given.status, given.mention.of(report.text)) == ("doxycycline", "given", "doxycycline")
    assert given.evidence.of(report.text).startswith("She was treated")
    assert [each.span.of(report.text) for each in patient.outcomes] == ["The rash resolved."]


def test_what_others_were_given_is_not_the_patients() -> None:
    """A treatment that the report tells of other authors' patients is kept apart, as literature."""
    found = cases_of(TEXT)
    assert [each.name for each in found.literature] == ["chloramphenicol"]
