"""Dose, route, frequency and duration, each of its own mention."""

from __future__ import annotations

import pytest

from corpus.model import Span
from tests.corpus.cases.treated import report_of, treated


def parts(told: str) -> dict[str, tuple[str | None, str | None, str | None, str | None]]:
    """By name: dose, route, frequency and duration as they are written."""
    text = report_of(told).text

    def of(span: Span | None) -> str | None:
        return span.of(text) if span else None

    return {each.name: (of(each.dose), of(each.route), of(each.frequency), of(each.duration)) for each in treated(told)}


def test_each_of_a_list_has_its_own() -> None:
    """What stands between two treatments belongs to the one before up to the last "and", behind it to the next."""
    found = parts(
        "She received methotrexate 15 mg weekly for 4 months and prednisone 40 mg/day for over three years, "
        "and intralesional triamcinolone."
    )
    assert found == {
        "methotrexate": ("15 mg", None, "weekly", "for 4 months"),
        "prednisone": ("40 mg/day", None, None, "for over three years"),
        "triamcinolone": (None, "intralesional", None, None),
    }


STATED = [
    ("She was given prednisolone (the dose: 35\u202fmg per day).", ("35 mg per day", None, None, None)),
    ("He was given low dose prednisolone.", ("low dose", None, None, None)),
    ("He received 500 mg of oral prednisolone twice daily.", ("500 mg", "oral", "twice daily", None)),
    ("He received a 10-day course of prednisolone.", (None, None, None, "10-day course")),
    ("He received intravenous prednisolone 1 mg/kg/day.", ("1 mg/kg/day", "intravenous", None, None)),
    ("He received prednisolone every 8 hours for two weeks.", (None, None, "every 8 hours", "for two weeks")),
    ("For stage IV disease he received prednisolone.", (None, None, None, None)),
    ("She has systemic lupus and was given prednisolone 5 mg daily.", ("5 mg", None, "daily", None)),
    ("Her systemic manifestations improved with prednisolone.", (None, None, None, None)),
    ("Because of oral candidiasis she was given prednisolone.", (None, None, None, None)),
    ("He took prednisolone 5/10 mg on alternate days.", ("5/10 mg", None, "on alternate days", None)),
    ("Prednisolone was given 5 days/week.", (None, None, None, None)),
    ("Prednisolone was interrupted for 3 months.", (None, None, None, None)),
]


@pytest.mark.parametrize(("sentence", "expected"), STATED, ids=[each[0][:36] for each in STATED])
def test_what_is_stated_is_read(sentence: str, expected: tuple[str | None, ...]) -> None:
    """Dose, route, frequency and duration are spans of what is written; what is not stated is None."""
    assert parts(sentence)["prednisolone"] == expected


def test_doses_told_respectively_are_left_alone() -> None:
    """Which dose is whose, "respectively", is not guessed."""
    found = parts("He received vincristine and doxorubicin at 2 mg and 50 mg, respectively.")
    assert {dose for dose, *_ in found.values()} == {None}
