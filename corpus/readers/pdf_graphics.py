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
    result = pdf_figures.whole_captions(blocks, body)
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


def _without(blocks: Sequence[Block], gone: Sequence[Block]) -> list[Block]:
    left_out = set(gone)
    return [block for block in blocks if block not in left_out]
