"""Where a pair stands in the list of reports that may be one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UsageError
from corpus.overlap import Suspicion
from search_api.overlaps import PLACE, following, place_of

ids = st.text(alphabet="ab:/%é \n", min_size=1, max_size=6)
pairs = st.lists(st.tuples(st.floats(0, 1), ids, ids), max_size=8, unique=True)


@given(pairs)
def test_the_list_goes_on_after_any_pair(told: list[tuple[float, str, str]]) -> None:
    """Whatever the ids hold, a place leads to the rest of the list, no pair left out or twice; it fits its pattern."""
    told.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    found = [Suspicion(one, other, "same article", score, ()) for score, one, other in told]
    for at, pair in enumerate(found):
        place = place_of(pair)
        assert re.fullmatch(PLACE, place)
        assert following(found, place) == found[at + 1 :]


@pytest.mark.parametrize("place", ["x", "1:2", "1:2:3:4", "one:a:b"])
def test_what_is_no_place_is_refused(place: str) -> None:
    """With the name of the field, and what to give."""
    with pytest.raises(UsageError, match=r"after: .* is no place"):
        following([], place)
