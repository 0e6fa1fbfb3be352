"""Patients in the notation of notes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.bedside import noted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("75F with chest pain", "75-year-old woman"),
        ("75F, collapse in the bath", "75-year-old woman"),
        ("28 F presents with hives.", "28-year-old woman"),
        ("28 M", "28-year-old man"),
        ("45/M with gout", "45-year-old man"),
        ("Pt: 61M with syncope", "61-year-old man"),
        ("28f with hives", "28-year-old woman"),
        ("75F with a urinary catheter and fever", "75-year-old woman"),
        ("Seen in clinic. 34M, itching.", "34-year-old man"),
        ("28 yo F with hives", "28-year-old woman"),
        ("28 y.o. M with hives", "28-year-old man"),
        ("28yoM with hives", "28-year-old man"),
        ("28 y/o F. Hives.", "28-year-old woman"),
        ("Hives in a 28 y F today", "28-year-old woman"),
        ("28-year-old F with hives", "28-year-old woman"),
        ("6/12 old baby girl with a cough", "6-month-old girl"),
        ("3/52 old boy, vomiting", "3-week-old boy"),
        ("Mrs Smith, 71, fell at home.", "71-year-old woman"),
        ("Mr. J. Smith (71) fell at home.", "71-year-old man"),
        ("Mrs Smith, a 71-year-old with a limp", "71-year-old woman"),
        ("30 year old wife with jaundice", "30-year-old woman"),
        ("A 70-year-old widower with a cough", "70-year-old man"),
        ("A 34-year-old woman with hives", "34-year-old woman"),
    ],
)
def test_the_notation_of_notes_is_read(text: str, said: str) -> None:
    """An age with a letter, parts of a year, a title or a spouse tells one patient by age and sex."""
    assert [str(mention) for mention in noted(text)] == [said]


@pytest.mark.parametrize(
    "text",
    [
        "5F catheter was placed.",
        "12 F chest tube drained blood.",
        "7 F double-lumen catheter in the neck.",
        "10 French sheath",
        "A 6F sheath was used.",
        "38.5 F on arrival",
        "Temperature 38 F at night",
        "101 F at night",
        "It was dilated with a 12 F bougie.",
        "5 M urea was added.",
        "3M tape",
        "2 m from the wall",
        "3 y F/U was clean.",
        "6/12 of them recovered.",
        "Grade 3/6 murmur, 2/7 days",
        "Mr Smith, 120/80",
        "Mrs Smith, 71 kg",
        "Mrs Smith, 71.5 kg",
        "His 60-year-old wife was well.",
        "75FM radio",
    ],
)
def test_sizes_temperatures_and_solutions_are_nobody(text: str) -> None:
    """A number and a letter that a device, a solution or a reading has is no patient."""
    assert noted(text) == []


@given(st.integers(1, 99), st.sampled_from("FM"), st.sampled_from(["", " "]))
def test_at_the_beginning_a_letter_is_a_sex_and_before_a_catheter_none(age: int, letter: str, gap: str) -> None:
    """Whatever the age, the letter opens a story, and measures a catheter."""
    (found,) = noted(f"{age}{gap}{letter} with hives")
    assert (found.age, found.sex) == (age, {"F": "female", "M": "male"}[letter])
    assert noted(f"{age}{gap}{letter} catheter") == []
    assert noted(f"They took an {age}{gap}{letter} one") == []


@given(st.text(alphabet="0159/12FMmfr. ,old\nMsA(", max_size=80))
def test_any_text_gives_spans_in_order(text: str) -> None:
    """Spans lie within the text, in order, and none overlaps another."""
    found = noted(text)
    assert all(mention.span.of(text) for mention in found)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
