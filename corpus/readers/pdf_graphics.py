"""Blocks of a PDF page that are no running text: the cells of tables are put together, labels inside figures left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from corpus.readers.pdf_lines import Line
from corpus.sections import classify

CAPTION = re.compile(
    r"(?P<kind>fig(?:ure)?s?|table|box|scheme|chart|plate|graph)\b\.?\s*(?P<number>S?\d{1,3}[a-z]?|[IVX]{1,5})\b\s*(?P<mark>[.:|–—)-])?",
    re.IGNORECASE,
)
_PROSE_CHARACTERS = 30  # per line, of running text at least
_LONGEST_LABEL = 40  # characters of a figure's label
_ROW_GAP = 4.5  # type sizes: a table ends at a wider white space
_LEFT_SLACK = 15.0  # points by which a table may stick out to the left of its caption


@dataclass(frozen=True, slots=True)
class Block:
    """Lines under one another on one page."""

    lines: tuple[Line, ...]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    is_table: bool = False

    @classmethod
    def of(cls, lines: Sequence[Line], *, is_table: bool = False) -> Block:
        """The block that ``lines`` make up."""
        return cls(
            tuple(lines),
            min(line.x0 for line in lines),
            max(line.x1 for line in lines),
            max(line.y + 0.75 * line.size for line in lines),
            min(line.y - 0.2 * line.size for line in lines),
            median(line.size for line in lines),
            is_table,
        )


def without_graphics(blocks: Sequence[Block], body_size: float) -> list[Block]:
    """``blocks`` of a page, in stream order, with each captioned table as one block and without labels in figures."""
    result = list(blocks)
    for caption in blocks:
        match = CAPTION.match(caption.lines[0].text.strip())
        if match is None or caption not in result:
            continue
        inside = _graphic(caption, result, body_size, below=match.group("kind").casefold() == "table")
        if not inside:
            continue
        place = result.index(caption)
        gone = {id(block) for block in inside}
        if match.group("kind").casefold() == "table":
            rows = Block.of(_by_rows([line for block in inside for line in block.lines]), is_table=True)
            result[place + 1 : place + 1] = [rows]
        result = [block for block in result if id(block) not in gone]
    return result


def _graphic(caption: Block, blocks: Sequence[Block], body_size: float, *, below: bool) -> list[Block]:
    """The blocks next to ``caption``, below or above it, that are no running text, up to the first that is."""
    sign = 1 if below else -1
    beyond = [
        block
        for block in blocks
        if block is not caption
        and (block.top <= caption.bottom + 3 if below else block.bottom >= caption.top - 3)
        and block.x1 > caption.x0 - _LEFT_SLACK
    ]
    beyond.sort(key=lambda block: -sign * (block.top if below else block.bottom))
    found: list[Block] = []
    edge = caption.bottom if below else caption.top
    wall = 1e9
    for block in beyond:
        near = block.top if below else block.bottom
        is_text = _is_prose(block, body_size) or CAPTION.match(block.lines[0].text.strip()) is not None
        if is_text and block.x0 > max(caption.x1, caption.x0 + 1):
            wall = min(wall, block.x0)  # the text of the next column
            continue
        if is_text:
            break
        if block.x0 >= wall or block.x0 < caption.x0 - _LEFT_SLACK:
            continue
        if below and sign * (edge - near) > _ROW_GAP * body_size:
            break
        if below or (len(block.lines[0].text) <= _LONGEST_LABEL and len(block.lines) <= 4):
            found.append(block)
            edge = min(edge, block.bottom) if below else max(edge, block.top)
    return [block for block in found if block.x0 < wall]


def _is_prose(block: Block, body_size: float) -> bool:
    """Whether ``block`` is running text or a heading."""
    if classify(block.lines[0].text) is not None and block.size >= 0.9 * body_size and len(block.lines) > 1:
        return True
    if block.size >= 1.08 * body_size and classify(block.lines[0].text) is not None:
        return True
    if block.size < 0.95 * body_size or len(block.lines) < 2:
        return False
    return median(len(line.text) for line in block.lines[:-1]) >= _PROSE_CHARACTERS


def _by_rows(lines: Sequence[Line]) -> list[Line]:
    """``lines`` row by row from the top, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: -one.y):
        if rows and abs(rows[-1][0].y - line.y) <= 0.4 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.x0)]
