"""Tables of a PDF page: the cells below a caption, or between rules, put together row by row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from corpus.readers.pdf_blocks import BARE_LABEL, Block, Body, caption_of, in_body_type, is_prose
from corpus.readers.pdf_drawings import Box
from corpus.readers.pdf_lines import Line

_WRAPPED = 1.45  # type sizes between two lines of one cell, at most
_ROW_GAP = 4.5  # type sizes: a table ends at a wider white space
_LEAST_TABLE = 80.0  # points: the width of a table that only rules tell
_LONGEST_CELL = 40  # characters, usually
_LEFT_SLACK = 15.0  # points by which a table may stick out to the left of its caption


def cells(caption: Block, blocks: Sequence[Block], body_size: float, rules: Sequence[Box]) -> list[Block]:
    """The cells below ``caption``, or beside it, down to the first running text."""
    wall = _wall(caption, blocks, body_size)
    rule = _top_rule(caption, rules)
    left = min(caption.x0, rule.x0 if rule else caption.x0) - _LEFT_SLACK
    found: list[Block] = []
    edge = caption.bottom
    for block in sorted(blocks, key=lambda one: -one.top):
        beside = block.x0 > caption.x1 and block.top <= caption.top + 3
        if block is caption or not (block.top <= caption.bottom + 3 or beside):
            continue
        if not left <= block.x0 < wall or block.is_table:
            continue
        if is_prose(block, body_size) or caption_of(block) is not None:
            if block.x0 <= caption.x1:
                break
            wall = block.x0  # the text of the next column
            if block.top > edge:
                found = [cell for cell in found if cell.x0 < wall]
            continue
        if edge - block.top > _ROW_GAP * body_size:
            break
        found.append(block)
        edge = min(edge, block.bottom)
    if BARE_LABEL.fullmatch(caption.lines[-1].text.strip()) and _stands_alone(found):
        del found[0]  # the table's title, below its number
    return found


def _wall(caption: Block, blocks: Sequence[Block], body_size: float) -> float:
    """Where the running text of the column to the right of ``caption`` begins."""
    return min(
        (
            block.x0
            for block in blocks
            if block.x0 > caption.x1
            and block.bottom <= caption.bottom
            and block.top >= caption.bottom - _ROW_GAP * body_size
            and is_prose(block, body_size)
        ),
        default=1e9,
    )


def _top_rule(caption: Block, rules: Sequence[Box]) -> Box | None:
    """The longest of the rules right below ``caption``: as wide as its table."""
    near = [
        rule
        for rule in rules
        if rule.x0 < caption.x1 and caption.x0 < rule.x1 and -3 < caption.bottom - rule.top < _ROW_GAP * caption.size
    ]
    return max(near, key=lambda rule: rule.x1 - rule.x0, default=None)


def _stands_alone(found: Sequence[Block]) -> bool:
    """Whether no other cell is level with the first."""
    return bool(found) and all(cell.top <= found[0].bottom for cell in found[1:])


def table_of(found: Sequence[Block]) -> Block:
    """The cells ``found`` as one block, its lines row by row from the top, each row from left to right."""
    lines = [line for block in found for line in block.lines]
    return Block.of([line for row in _lines_by_row(lines) for line in row], is_table=True)


def between_rules(blocks: Sequence[Block], body: Body, rules: Sequence[Box]) -> list[list[Block]]:
    """The cells of each table without a caption: rows of cells, and no running text, between rules of one width."""
    found: list[list[Block]] = []
    for x0, x1 in {(round(rule.x0), round(rule.x1)) for rule in rules if rule.x1 - rule.x0 >= _LEAST_TABLE}:
        own = [rule for rule in rules if abs(rule.x0 - x0) <= 3 and abs(rule.x1 - x1) <= 3]
        inside: list[Block] = []
        count = 0
        for top, bottom in pairwise(own):
            band = [one for one in blocks if _stands_in(one, x0, x1, bottom.bottom, top.top)]
            if band and not any(_is_text(one, body) for one in band):
                inside += band
                count += 1
            elif band:
                found += [inside] if count > 1 and _is_tabular(inside) else []
                inside, count = [], 0
        found += [inside] if count > 1 and _is_tabular(inside) else []
    kept: list[list[Block]] = []
    for table in sorted(found, key=len, reverse=True):
        if not any(cell in other for other in kept for cell in table):
            kept.append(table)
    return kept


def _stands_in(block: Block, x0: float, x1: float, bottom: float, top: float) -> bool:
    across, upwards = (block.x0 + block.x1) / 2, (block.bottom + block.top) / 2
    return x0 - 3 <= across <= x1 + 3 and bottom < upwards < top


def _is_text(block: Block, body: Body) -> bool:
    return block.is_table or caption_of(block) is not None or (in_body_type(block, body) and is_prose(block, body.size))


def _is_tabular(found: Sequence[Block]) -> bool:
    """Whether the blocks make at least two rows of at least two short cells."""
    lines = [line for block in found for line in block.lines]
    several = [row for row in _lines_by_row(lines) if len(row) > 1]
    return len(several) >= 2 and median(len(line.text) for line in lines) <= _LONGEST_CELL


def rows(lines: Sequence[Line]) -> list[list[list[Line]]]:
    """The rows of a table as lists of cells, a cell as the lines in it.

    A line further down without a cell in the first column goes on with the cells above it, if it stands close;
    so does a first cell by itself that stands closer to the row above than to the one below.
    """
    found: list[list[list[Line]]] = []
    left = min((line.x0 for line in lines), default=0.0)
    by_row = _lines_by_row(lines)
    for at, row in enumerate(by_row):
        into = [_cell_above(found[-1], line) if found else None for line in row]
        above = by_row[at - 1][0].y - row[0].y
        below = row[0].y - by_row[at + 1][0].y if at + 1 < len(by_row) else above
        wraps = row[0].x0 > left + row[0].size or (len(row) == 1 and len(by_row[at - 1]) > 1 and below > 1.15 * above)
        if found and wraps and all(cell is not None for cell in into):
            for line, cell in zip(row, into, strict=True):
                if cell is not None:
                    cell.append(line)
        else:
            found.append([[line] for line in row])
    return found


def _cell_above(row: Sequence[list[Line]], line: Line) -> list[Line] | None:
    """The cell of ``row`` right above ``line``; None where there is none, or the gap is a row's."""
    for cell in row:
        last = cell[-1]
        if line.x0 < max(one.x1 for one in cell) and min(one.x0 for one in cell) < line.x1:
            return cell if 0 < last.y - line.y < _WRAPPED * line.size else None
    return None


def _lines_by_row(lines: Sequence[Line]) -> list[list[Line]]:
    """``lines`` by baselines from the top down, each row from left to right."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: -one.y):
        if found and abs(found[-1][0].y - line.y) <= 0.4 * line.size:
            found[-1].append(line)
        else:
            found.append([line])
    return [sorted(row, key=lambda one: one.x0) for row in found]
