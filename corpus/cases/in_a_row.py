"""Treatments that stand in one row ("colchicine, dapsone, and warfarin"): what is told behind the row is of each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_JOINS: Final = re.compile(r"\s*(?:,\s*(?:and\s+|or\s+)?|\b(?:and|or|plus)\s+|\+\s*|/\s*|&\s*)", re.IGNORECASE)
_DATING: Final = re.compile(
    r"\b(?:before|prior\s+to|after|following|until|since|during)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
"""Before a treatment: it only says when, and stands in no row."""


def end_of_row(text: str, start: int, end: int, named: Iterable[tuple[int, int]]) -> int:
    """Where the row ends that the treatment at ``[start, end)`` of ``text`` stands in: at ``end`` if it stands alone.

    A comma alone does not end a row ("despite dapsone, colchicine was given"): its last two are joined by a word.
    ``named``: where ``text`` names treatments, in order.
    """
    if _DATING.search(text, 0, start):
        return end
    row = end
    for first, last in named:
        if first >= end:
            joined = _JOINS.fullmatch(text, end, first)
            if joined is None:
                break
            end = last
            row = row if joined.group().strip() == "," else end
    return row
