"""Amounts in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.amounts import counted, size


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12_345, "12,345 files")], ids=str
)
def test_one_is_told_in_the_singular(number: int, told: str) -> None:
    """All others, none among them, in the plural."""
    assert counted(number, "file") == told


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (4_940, "4.9 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (2_598_727, "2.6 MB"),
        (31_000_000_000, "31.0 GB"),
        (5 * 10**15, "5,000.0 TB"),
    ],
    ids=str,
)
def test_a_size_is_told_in_the_unit_that_suits_it(count: int, told: str) -> None:
    """Nothing that takes room is told as nothing."""
    assert size(count) == told


@given(st.integers(1, 10**14))
def test_a_size_is_told_to_three_digits_or_so(count: int) -> None:
    """What is told is within a twentieth of the first unit of what is; no number is longer than five signs."""
    value, unit = size(count).split()
    factor = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}[unit]
    assert abs(float(value) * factor - count) <= 0.0501 * factor
    assert len(value) <= 5
