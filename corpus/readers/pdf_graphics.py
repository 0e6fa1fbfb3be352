"""What stands on a PDF page and is no running text: tables put together, labels in figures and formulas left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.readers import pdf_figures, pdf_tables
from corpus.readers.pdf_blocks import MOST_CAPTIONS, Block, Body, caption_of
from corpus.readers.pdf_drawings import Drawings
from corpus.readers.pdf_formulas import formulas


def without_graphics(blocks: Sequence[Block], body: Body, drawings: Drawings) -> list[Block]:
    """``blocks`` of a page, in stream order, with each table as one block, without labels and formulas."""
    result = [part for block in pdf_figures.whole_captions(blocks, body) for part in _without_row(block, blocks)]
    captions = [(block, match) for block in result if (match := caption_of(block)) is not None]
    if len(captions) > MOST_CAPTIONS:
        return result
    for caption, match in captions:
        if match.group("kind").casefold() == "table" and caption in result:
            cells = pdf_tables.cells(caption, result, body.size, drawings.rules)
            if cells:
                result.insert(result.index(caption) + 1, replace(pdf_tables.table_of(cells), after=caption))
                result = _without(result, cells)
    for caption, match in captions:
        if match.group("kind").casefold() != "table" and caption in result:
            result = _without(result, pdf_figures.labels(caption, result, body, drawings.pictures))
    for cells in pdf_tables.between_rules(result, body, drawings.rules):
        result.insert(result.index(cells[0]), pdf_tables.table_of(cells))
        result = _without(result, cells)
    return _without(result, formulas(result, body))


def _without_row(caption: Block, blocks: Sequence[Block]) -> list[Block]:
    """``caption`` and, as a block of its own, the first cell of its table, where that stands as close as a line of it.

    A cell is told by others that are level with it, below the caption's longer lines.
    """
    opens = caption_of(caption)
    if opens is None or opens.group("kind").casefold() != "table":
        return [caption]
    others = [line for block in blocks if block.x0 < caption.x1 for line in block.lines if line not in caption.lines]
    for at, line in enumerate(caption.lines[1:], 1):
        if any(line.x1 < one.x0 < caption.x1 and abs(line.y - one.y) < 0.2 * line.size for one in others):
            first, rest = caption.lines[:at], caption.lines[at:]
            return [Block.of(first, is_caption=caption.is_caption), Block.of(rest)]
    return [caption]


def _without(blocks: Sequence[Block], gone: Sequence[Block]) -> list[Block]:
    left_out = set(gone)
    return [block for block in blocks if block not in left_out]
