"""Whose a treatment is, and whether it was of the episode, of an earlier time or of the time of arrival."""

from __future__ import annotations

import pytest

from corpus.cases.reading import read_cases
from tests.corpus.cases.treated import report_of, said

NOT_HERS = [
    "Her fiancé, a cook, received ceftriaxone.",
    "Her nephew was given ceftriaxone.",
    "Her husband, aged 60, took dapsone.",
    "All her children were given ceftriaxone.",
    "The caregiver took dapsone.",
    "In hamsters, dapsone was given.",
    "In vitro, dapsone was added.",
]


@pytest.mark.parametrize("told", NOT_HERS)
def test_what_others_animals_or_cells_were_given_is_not_the_patients(told: str) -> None:
    """Relatives, friends, animals and test tubes have treatments of their own."""
    assert [each for patient in read_cases(report_of(told)).patients for each in patient.treatments] == []


NO_DATE = [
    "By the 2014 criteria, dapsone was given.",
    "Following the 2014 guidelines, dapsone was given.",
    "Dapsone was given in 2000 ml of water.",
    "The ferritin was 1980, and dapsone was given.",
]


@pytest.mark.parametrize("told", NO_DATE)
def test_a_number_that_is_no_date_puts_nothing_in_the_past(told: str) -> None:
    """The year of a guideline, a volume and a value are no time at which a treatment was given."""
    assert [status for _, status in said(f"She was admitted in 2019. {told}")] == ["given"]


@pytest.mark.parametrize("told", ["Dapsone was given in 2012.", "In March 2012, dapsone was given."])
def test_a_date_before_the_patient_came_puts_a_treatment_in_the_past(told: str) -> None:
    """What was given in an earlier year than that of the admission was given before the episode."""
    assert [status for _, status in said(f"She was admitted in 2019. {told}")] == ["past"]


ON = {
    "She did well on dapsone.": "given",
    "She came into remission on dapsone.": "given",
    "She was in remission on dapsone.": "given",
    "She was already on dapsone.": "current_at_presentation",
    "She has hypertension on amlodipine.": "current_at_presentation",
}


@pytest.mark.parametrize(("told", "status"), ON.items())
def test_who_was_on_a_drug_came_with_it(told: str, status: str) -> None:
    """Who is on a drug took it on arrival; who did well on it was given it in the episode."""
    assert [each for _, each in said(told)] == [status]


def test_a_device_that_forbids_something_was_there_before() -> None:
    """What could not be done because of a device tells of a device that the patient came with."""
    assert said("An MRI was not done because of a pacemaker.") == [("pacemaker", "past")]
