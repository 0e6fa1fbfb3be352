"""Displayed formulas of a PDF page: scattered signs that make no text.

A formula with fractions and brackets comes as a heap of scraps, each at its own height; read as text they
say nothing. A formula that stands on one line is a line of text and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.readers.pdf_blocks import Block, Body, caption_of

_LONGEST = 12  # characters of a scrap
_MOST = 400  # scraps of a page; one with more is a map or damaged
_FEWEST = 4  # scraps of a formula
_NEAR = 1.5  # type sizes between two scraps
_TALLEST = 8.0  # type sizes
_SIGNS = re.compile("[=<>+−×÷±·√∞∑∏∫∂≈≠≤≥\ue000-\uf8ff]")


def formulas(blocks: Sequence[Block], body: Body) -> list[Block]:
    """The scraps among ``blocks`` of a page that make up displayed formulas."""
    waiting = [one for one in blocks if _is_scrap(one)]
    if len(waiting) > _MOST:
        return []
    found: list[Block] = []
    while waiting:
        heap = [waiting.pop()]
        for one in heap:  # grows while it is gone through
            touching = [other for other in waiting if _touch(one, other)]
            heap += touching
            waiting = [other for other in waiting if other not in touching]
        tall = max(one.top for one in heap) - min(one.bottom for one in heap)
        signs = any(_SIGNS.search(line.text) for one in heap for line in one.lines)
        if len(heap) >= _FEWEST and signs and 1.5 * body.size < tall < _TALLEST * body.size and not _in_rows(heap):
            found += heap
    return found


def _is_scrap(block: Block) -> bool:
    short = all(len(line.text.strip()) <= _LONGEST for line in block.lines)
    return short and caption_of(block) is None and not block.is_table and not block.is_caption and len(block.lines) <= 3


def _touch(one: Block, other: Block) -> bool:
    near = _NEAR * max(one.size, other.size)
    across = max(one.x0, other.x0) - min(one.x1, other.x1)
    upwards = max(one.bottom, other.bottom) - min(one.top, other.top)
    return across < near and upwards < 0.5 * near


def _in_rows(heap: Sequence[Block]) -> bool:
    """Whether the scraps stand on few baselines, as the cells of a table do."""
    heights = {round(line.y) for one in heap for line in one.lines}
    return 2 * len(heights) <= sum(len(one.lines) for one in heap) and len(heights) <= 3
