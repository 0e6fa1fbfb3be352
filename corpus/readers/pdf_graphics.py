"""Blocks of a PDF page that are no running text: table cells are put together, labels inside figures left out."""

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
BARE_LABEL = re.compile(r"(?:fig(?:ure)?|table|box|scheme)\.?\s*S?\d{1,3}\W*", re.IGNORECASE)
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
        if match.group("kind").casefold() == "table":
            inside = _table(caption, result, body_size)
            if inside:
                rows = Block.of(_by_rows([line for block in inside for line in block.lines]), is_table=True)
                result.insert(result.index(caption) + 1, rows)
        else:
            inside = _labels(caption, result, body_size, upwards=True)
            inside += _labels(caption, result, body_size, upwards=False)
        gone = {id(block) for block in inside}
        result = [block for block in result if id(block) not in gone]
    return result


def _table(caption: Block, blocks: Sequence[Block], body_size: float) -> list[Block]:
    """The cells below ``caption``, or beside it, down to the first running text."""
    wall = min(
        (
            block.x0
            for block in blocks
            if block.x0 > caption.x1
            and block.bottom <= caption.bottom
            and block.top >= caption.bottom - _ROW_GAP * body_size
            and _is_prose(block, body_size)
        ),
        default=1e9,
    )
    found: list[Block] = []
    edge = caption.bottom
    for block in sorted(blocks, key=lambda one: -one.top):
        beside = block.x0 > caption.x1 and block.top <= caption.top + 3
        if block is caption or not (block.top <= caption.bottom + 3 or beside):
            continue
        if not caption.x0 - _LEFT_SLACK <= block.x0 < wall or block.is_table:
            continue
        if _is_prose(block, body_size) or CAPTION.match(block.lines[0].text.strip()):
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


def _stands_alone(cells: Sequence[Block]) -> bool:
    """Whether no other cell is level with the first."""
    return bool(cells) and all(cell.top <= cells[0].bottom for cell in cells[1:])


def _labels(caption: Block, blocks: Sequence[Block], body_size: float, *, upwards: bool) -> list[Block]:
    """The scraps of text inside the figure that ``caption`` belongs to, on one side of it."""
    found = []
    for block in sorted(blocks, key=lambda one: one.bottom if upwards else -one.top):
        beyond = block.bottom >= caption.top - 3 if upwards else block.top <= caption.bottom + 3
        if not beyond or block is caption or min(block.x1, caption.x1) <= max(block.x0, caption.x0) - _LEFT_SLACK:
            continue
        if block.is_table or _is_prose(block, body_size) or CAPTION.match(block.lines[0].text.strip()):
            break
        scrap = all(len(line.text) <= _LONGEST_LABEL for line in block.lines) and len(block.lines) <= 4
        if scrap and (upwards or block.size < 0.9 * body_size):
            found.append(block)
    return found


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
