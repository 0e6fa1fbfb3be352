"""A report → its patients' cases: the one way in."""

from __future__ import annotations

from corpus.cases.diagnoses import diagnoses, signs
from corpus.cases.model import Cases, PatientCase
from corpus.cases.outcomes import follow_up, outcomes
from corpus.cases.story import story
from corpus.cases.treatments import treatments
from corpus.model import Report

VERSION = "cases/5"
"""Changes with what is read out of the same text."""


def read_cases(report: Report) -> Cases:
    """The patients of ``report``, and the treatments that it tells only of others. Linear in the text."""
    told = story(report)
    given = treatments(told)
    had, shown, came, followed = diagnoses(told), signs(told), outcomes(told), follow_up(told)
    return Cases(
        tuple(
            PatientCase(
                person.number,
                person.age,
                person.sex,
                had[person.number],
                shown[person.number],
                tuple(each for number, each in given if number == person.number),
                came[person.number],
                followed.get(person.number),
            )
            for person in told.people
        ),
        tuple(each for number, each in given if number is None),
    )
