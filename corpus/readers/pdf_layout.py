"""Lines of all pages → blocks of lines in reading order, without page furniture.

A *block* is a stretch of lines that stand under one another in one type size. Blocks, not lines, are
put in order, by a recursive cut along the white space (XY-cut: Nagy & Seth 1984) that looks for
column gutters first; where no cut is possible the order of the content stream stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.readers.pdf_blocks import Block, Body
from corpus.readers.pdf_drawings import Box
from corpus.readers.pdf_furniture import find_furniture
from corpus.readers.pdf_graphics import without_graphics
from corpus.readers.pdf_lines import Line, Page, make_line

_SAME_SIZE = 0.08  # share by which the type size of a block's lines may differ
_LOOK_AHEAD = 12  # bands of one column that may follow each other beside a gutter
_ACROSS = 0.9  # of the text's width: a rule as long parts the page
_GUTTER = 6.0  # points: the narrowest column gutter
_LABEL = re.compile(
    r"(?:fig(?:ure)?|table)\.?\s*\d{1,3}\W*|\[?\(?\d{1,3}[\])]?[.)]?|[•·▪■●–-]|\(?[a-zA-Z][.)]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Layout:
    """The text of a document as blocks in reading order, and the lines taken out as page furniture."""

    blocks: tuple[Block, ...]
    furniture: tuple[Line, ...]
    body_size: float
    body_font: str
    leading: float
    """The usual distance of two baselines, in type sizes."""


def lay_out(pages: Sequence[Page]) -> Layout:
    """The blocks of ``pages``, in reading order."""
    furniture = find_furniture(pages)
    kept = {page.index: [line for line in page.lines if line not in furniture] for page in pages}
    lines = [line for of_page in kept.values() for line in of_page]
    weights: Counter[tuple[float, str]] = Counter()
    for line in lines:
        weights[line.size, line.font] += len(line.text)
    (size, font), _ = max(weights.items(), key=lambda item: item[1], default=((10.0, ""), 0))
    leading = _leading(kept.values(), size)
    blocks: list[Block] = []
    for page in pages:
        on_page = _blocks(kept[page.index], page.raw, leading)
        text = without_graphics(on_page, Body(size, font), page.drawings)
        ordered = [block for band in _ruled(text, page.drawings.rules) for block in _ordered(band)]
        blocks += _rejoined(_with_captions(ordered), leading)
    running = sorted(furniture, key=lambda line: (line.page, -round(line.y / 3), line.x0))
    return Layout(tuple(blocks), tuple(running), size, font, leading)


def _leading(pages: Iterable[Sequence[Line]], size: float) -> float:
    """The most usual distance of two lines of type size ``size`` that follow each other, in type sizes."""
    steps: Counter[float] = Counter()
    for lines in pages:
        for last, line in pairwise(lines):
            step = (last.y - line.y) / size
            if last.size == line.size == size and 0.8 < step < 3:
                steps[round(step, 1)] += 1
    return max(steps, key=lambda step: (steps[step], -step), default=1.2)


def _blocks(lines: Sequence[Line], raw: str, leading: float) -> list[Block]:
    """``lines``, in stream order, cut wherever the next one does not stand under the last."""
    groups: list[list[Line]] = []
    for line in lines:
        group = groups[-1] if groups else []
        if group and _goes_on_in_row(group, line):
            group[-1] = make_line(line.page, raw, [*group[-1].runs, *line.runs])
        elif group and _stands_under(group, line, leading):
            group.append(line)
        else:
            groups.append([line])
    return [Block.of(group) for group in groups]


def _goes_on_in_row(group: Sequence[Line], line: Line) -> bool:
    """Whether ``line`` is the rest of the group's last line: its text after a label, or after a stretched space."""
    last = group[-1]
    gap = line.x0 - last.x1
    if abs(last.y - line.y) > 0.25 * last.size or not 0 <= gap < 4 * last.size:
        return False
    if _LABEL.fullmatch(last.text.strip()) and len(line.text) > 3:
        return True
    over = group[-2] if len(group) > 1 else None
    return over is not None and gap < 2 * last.size and over.x0 < last.x1 and line.x1 - line.size < over.x1


def _stands_under(group: Sequence[Line], line: Line, leading: float) -> bool:
    last = group[-1]
    size = max(last.size, line.size)
    if abs(last.size - line.size) > _SAME_SIZE * size or not 0.5 * size < last.y - line.y <= 1.35 * leading * size:
        return False
    left, right = min(one.x0 for one in group), max(one.x1 for one in group)
    shared = min(right, line.x1) - max(left, line.x0)
    if shared < 0.6 * min(right - left, line.x1 - line.x0):
        return False
    return not (len(group) > 1 and line.x1 - line.x0 > 1.4 * (right - left))


def _with_captions(ordered: Sequence[Block]) -> list[Block]:
    """``ordered`` with each table right after its caption."""
    known = set(ordered)
    tables = {block.after: block for block in ordered if block.after in known}
    moved = set(tables.values())
    result: list[Block] = []
    for block in ordered:
        if block not in moved:
            result += [block, tables[block]] if block in tables else [block]
    return result


def _rejoined(blocks: Sequence[Block], leading: float) -> list[Block]:
    """``blocks`` in reading order, those put together that the stream had parted (a line of each column in turn)."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        apart = last is None or last.is_table or block.is_table or last.is_caption or block.is_caption
        if last is None or apart or not _stands_under(last.lines, block.lines[0], leading):
            result.append(block)
        else:
            result[-1] = Block.of([*last.lines, *block.lines])
    return result


def _ruled(blocks: Sequence[Block], rules: Sequence[Box]) -> list[list[Block]]:
    """``blocks`` of a page cut at each rule across the whole page that none crosses, from the top down."""
    if not blocks:
        return []
    left, right = min(block.x0 for block in blocks), max(block.x1 for block in blocks)
    bands = [list(blocks)]
    for rule in rules:
        if rule.x1 - rule.x0 < _ACROSS * (right - left):
            continue
        above = [block for block in bands[-1] if block.bottom >= rule.bottom - 1]
        below = [block for block in bands[-1] if block.top <= rule.top + 1]
        if above and below and len(above) + len(below) == len(bands[-1]):
            heading = _underlined(above, rule)
            bands[-1:] = [[one for one in above if one is not heading], [heading, *below] if heading else below]
    return [band for band in bands if band]


def _underlined(blocks: Sequence[Block], rule: Box) -> Block | None:
    """The line right above ``rule``, by itself below all else: the heading of what comes after the rule."""
    last, *others = sorted(blocks, key=lambda one: one.bottom)
    near = len(last.lines) == 1 and last.bottom - rule.top < 2 * last.size
    return last if near and all(one.bottom >= last.top for one in others) else None


def _ordered(blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` of a page in reading order: bands down the page, columns across each band."""
    if len(blocks) < 2:
        return list(blocks)
    columns = _columns(blocks)
    if columns:
        return [block for column in columns for block in _ordered(column)]
    bands = _bands(blocks)
    if len(bands) == 1:
        return list(blocks)
    bands.reverse()  # from the foot up: a heading goes with the columns below it
    groups: list[list[Block]] = []
    at = 0
    while at < len(bands):
        reach = at + 1
        joined: list[Block] = []
        for end, band in enumerate(bands[at:], at + 1):
            if end > reach + _LOOK_AHEAD:
                break
            joined += band
            if end > at + 1 and _columns(joined):
                reach = end
        groups.append([block for band in bands[at:reach] for block in band])
        at = reach
    groups.reverse()
    if len(groups) == 1:  # a gutter that only part of the bands show: take them one by one
        groups = bands[::-1]
    return [block for group in groups for block in _ordered(_in_stream(group, blocks))]


def _in_stream(group: Sequence[Block], blocks: Sequence[Block]) -> list[Block]:
    places = {id(block): at for at, block in enumerate(blocks)}
    return sorted(group, key=lambda block: places[id(block)])


def _columns(blocks: Sequence[Block]) -> list[list[Block]]:
    """``blocks`` cut at the widest gutter that none crosses; empty where there is none between neighbours."""
    best: tuple[float, float] | None = None
    by_left = sorted(blocks, key=lambda block: block.x0)
    right = by_left[0].x1
    for block in by_left[1:]:
        gap = block.x0 - right
        if gap >= _GUTTER and (best is None or gap > best[0]):
            left_side = [one for one in blocks if one.x1 <= right]
            right_side = [one for one in blocks if one.x0 >= block.x0]
            if _side_by_side(left_side, right_side):
                best = (gap, block.x0)
        right = max(right, block.x1)
    if best is None:
        return []
    edge = best[1]
    return [[one for one in blocks if one.x0 < edge], [one for one in blocks if one.x0 >= edge]]


def _side_by_side(left: Sequence[Block], right: Sequence[Block]) -> bool:
    """Whether the two share some height."""
    top = min(max(one.top for one in left), max(one.top for one in right))
    bottom = max(min(one.bottom for one in left), min(one.bottom for one in right))
    return top > bottom


def _bands(blocks: Sequence[Block]) -> list[list[Block]]:
    """``blocks`` cut at every height that none crosses, from the top down."""
    bands: list[list[Block]] = []
    bottom = 0.0
    for block in sorted(blocks, key=lambda one: -one.top):
        if bands and block.top > bottom + 0.5:
            bands[-1].append(block)
            bottom = min(bottom, block.bottom)
        else:
            bands.append([block])
            bottom = block.bottom
    return bands
