"""So many of so many, with how far chance may have moved it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.shares import Share


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_published_one(hits: int, of: int, low: float, high: float) -> None:
    """The examples are those of Newcombe (1998), method 3."""
    assert Share(hits, of).interval() == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share_and_stays_a_share(share: tuple[int, int]) -> None:
    """However few there were."""
    low, high = Share(*share).interval()
    assert 0 <= low <= share[0] / share[1] + 1e-9
    assert share[0] / share[1] - 1e-9 <= high <= 1


def test_of_nothing_there_is_no_share() -> None:
    """Not even 0: nothing was asked."""
    assert Share(0, 0).value is None
    assert Share(0, 0).interval() == (0.0, 1.0)
    assert str(Share(0, 0)) == "–"


def test_shares_add_up() -> None:
    """Hits to hits, and what they are of to what they are of."""
    assert sum([Share(1, 2), Share(0, 3)], Share(0, 0)) == Share(1, 5)


def test_a_share_is_told_with_its_interval_and_counts() -> None:
    """Short enough for a table."""
    assert str(Share(9, 10)) == ".900 [.596–.982] 9/10"
    assert str(Share(10, 10)).startswith("1 [.722–1")
    assert Share(1, 4).as_json() == {
        "hits": 1, "of": 4, "value": 0.25, "interval": list(Share(1, 4).interval()),
    }  # fmt: skip
