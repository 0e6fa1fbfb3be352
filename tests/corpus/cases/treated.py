"""What the tests of treatments share: one patient's treatments read out of a sentence or two."""

from __future__ import annotations

from corpus.cases.model import Treatment
from corpus.cases.reading import read_cases
from corpus.model import Report
from corpus.readers.text import TextReader

BEGINNING = "A case of fever\n\nCase presentation\nA 51-year-old woman presented with fever and rash.\n"


def report_of(told: str) -> Report:
    """A report whose case goes on with ``told``."""
    return next(iter(TextReader().read(f"{BEGINNING}{told}\n".encode(), "case.txt"))).report


def treated(told: str) -> list[Treatment]:
    """The treatments of the one patient of whom ``told`` goes on to tell."""
    (patient,) = read_cases(report_of(told)).patients
    return list(patient.treatments)


def said(told: str) -> list[tuple[str, str]]:
    """Surface and status of each."""
    return [(each.surface, each.status) for each in treated(told)]
