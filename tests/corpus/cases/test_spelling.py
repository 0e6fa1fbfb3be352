"""Broken names of drugs, and names that must not be touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cases.spelling import edits, repaired
from corpus.terminology.terminology import shipped
from tests.corpus.cases.treated import treated

BROKEN = [
    ("She was given azathioprin.", "azathioprin", "azathioprine"),
    ("He received methylpredisolone 1 g.", "methylpredisolone", "methylprednisolone"),
    ("She was treated with oral doxicycline.", "doxicycline", "doxycycline"),
    ("He received loop diuretcs.", "diuretcs", "loop diuretic"),
    ("He was treated with predni- solone.", "predni- solone", "prednisolone"),
]


@pytest.mark.parametrize(("sentence", "surface", "name"), BROKEN, ids=[each[1] for each in BROKEN])
def test_a_broken_name_is_read_and_the_original_kept(sentence: str, surface: str, name: str) -> None:
    """A misspelt or broken name has the canonical name of the drug; how it was written stays its surface."""
    (found,) = treated(sentence)
    assert found.surface.endswith(surface)
    assert found.name == name
    assert found.repaired is not None


REAL = ["prednisone", "prednisolone", "cefixime", "cefepime", "hydralazine", "hydroxyzine", "clonidine", "clonazepam",
        "vinblastine", "vincristine", "daunorubicin", "doxorubicin", "aspartate", "quinine", "quinidine"]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_a_real_drug_is_never_turned_into_another(name: str) -> None:
    """Known names are left as they are, however near they are to each other."""
    text = f"She was treated with {name}."
    assert repaired(text, 21, 21 + len(name)) is None


@pytest.mark.parametrize("word", ["interfered", "stimulate", "creating", "positive", "sensation", "aspartate"])
def test_plain_words_are_not_repaired(word: str) -> None:
    """A word of plain English near a drug's name is no drug."""
    assert repaired(f"She was given {word}", 14, 14 + len(word)) is None


def test_nothing_is_repaired_away_from_treatment() -> None:
    """A broken name is read only where something is given."""
    assert repaired("The azathioprin of yesteryear", 4, 15) is None


@given(st.text("abcd", max_size=6), st.text("abcd", max_size=6))
def test_edits_are_symmetric_and_zero_for_the_same(one: str, other: str) -> None:
    """As many edits lead there as back; none from a word to itself."""
    assert edits(one, other, 9) == edits(other, one, 9)
    assert (edits(one, other, 9) == 0) == (one == other)


def test_what_is_repaired_is_a_drug() -> None:
    """A repair names a drug of the terminology."""
    found = repaired("He received azathioprin daily", 12, 23)
    assert found is not None
    assert all(shipped().kind(each) == "drug" for each in found.concepts)
