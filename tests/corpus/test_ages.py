"""The ages of several patients told in a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.ages import in_a_row, unit, worth
from corpus.patients import mentions

ROWS = [
    ("Two sisters, aged 12 and 14 years, were seen.", [(12, "year", "female"), (14, "year", "female")]),
    ("Two sisters aged 12 and 14 were seen.", [(12, "year", "female"), (14, "year", "female")]),
    ("Two brothers (3 and 5 months) were seen.", [(3, "month", "male"), (5, "month", "male")]),
    ("Three siblings, 4, 6 and 9 years old, were seen.", [(4, "year", None), (6, "year", None), (9, "year", None)]),
    ("We saw two women with gout, aged 50 and 61 years.", [(50, "year", "female"), (61, "year", "female")]),
    ("Two boys aged four and six years fell.", [(4, "year", "male"), (6, "year", "male")]),
    ("Two patients (32 and 49-year-old men) fell.", [(32, "year", "male"), (49, "year", "male")]),
    ("Two cousins presented, at ages 15 and 27 months, with hives.", [(15, "month", None), (27, "month", None)]),
    ("Two infants aged 9 months and 2 years fell.", [(9, "month", None), (2, "year", None)]),
    ("Two tall female adults aged 26 and 58, respectively, fell.", [(26, "year", "female"), (58, "year", "female")]),
    ("Three men were 31, 45, and 60 years old.", [(31, "year", "male"), (45, "year", "male"), (60, "year", "male")]),
    ("Two infants, 5 and 9 months old, had hives. Both fathers fell.", [(5, "month", None), (9, "month", None)]),
]
NO_ROWS = [
    "Three sisters, aged 12 and 14 years, were seen.",
    "Two patients aged 18 to 65 years were seen.",
    "Two patients came 3 and 5 years ago.",
    "Two patients were seen 3 and 5 months later.",
    "Two patients received 12 and 14 tablets.",
    "Two women had 3 and 4 children.",
    "Two patients (21 and 35%) were excluded.",
    "Twelve patients aged 4, 5 and 9 years were seen.",
]


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[text[:40] for text, _ in ROWS])
def test_as_many_ages_as_patients_are_counted_are_theirs(
    text: str, expected: list[tuple[int, str, str | None]]
) -> None:
    """Each age of the row is one patient's, with the sex that the row tells; its span is its number's."""
    found = list(mentions(text))
    assert [(round(each.age * {"year": 1, "month": 12}[each.unit]), each.unit, each.sex) for each in found] == expected
    assert all(worth(each.span.of(text)) for each in found)


@pytest.mark.parametrize("text", NO_ROWS)
def test_what_is_no_row_of_ages_is_nobodys(text: str) -> None:
    """Numbers that are fewer than the patients, a range, times or counts, make no patients."""
    assert list(in_a_row(text, 0, len(text))) == []


def test_a_patient_beside_a_row_is_told_too() -> None:
    """A row stands in the order of the text among ages that stand alone."""
    text = "A 70-year-old man fell. Two girls aged 3 and 4 years fell. A 50-year-old woman fell."
    assert [each.age for each in mentions(text)] == [70, 3, 4, 50]


def test_numbers_and_units_are_read_in_words() -> None:
    """Digits, halves and words; a unit by its first letter."""
    assert [worth(each) for each in ("12", "2½", "twenty-one", "seven")] == [12, 2.5, 21, 7]
    assert [unit(each) for each in ("yrs", "Months", "week", "days", "hours")] == [
        "year",
        "month",
        "week",
        "day",
        "hour",
    ]


@given(st.text(alphabet="two men aged1234, and()yers", max_size=80))
def test_rows_lie_in_the_text(text: str) -> None:
    """Whatever the text, what is found are numbers within it."""
    for each in in_a_row(text, 0, len(text)):
        assert worth(text[each.start : each.end]) == each.value
