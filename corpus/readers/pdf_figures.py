"""Figures of a PDF page: their captions made whole, and the labels that stand inside them.

A figure is the picture (see ``pdf_drawings``) next to its caption, with no running text between the two.
Whatever stands in it is a label, not a part of the text, unless it is set as the running text is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.readers.pdf_blocks import MOST_CAPTIONS, Block, Body, above_one_another, caption_of, in_body_type, is_prose
from corpus.readers.pdf_drawings import Box
from corpus.sections import classify

_LONGEST_LABEL = 40  # characters of a figure's label that stands outside the picture
_MOST_LINES = 4
_ROUNDS = 8
_NEAR = 2.5  # type sizes: labels of an axis stand this near to the picture
_NEXT = 6.0  # type sizes: a caption stands this near to its picture, a picture to another of the same figure
_NUMBERED = re.compile(r"\s*\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z][a-z]+")
_LEFT_SLACK = 15.0  # points by which a label may stick out beside the caption


def whole_captions(blocks: Sequence[Block], body: Body) -> list[Block]:
    """``blocks`` with each caption that is set in two columns put together, the left column first."""
    result = list(blocks)
    captions = [block for block in blocks if caption_of(block) is not None]
    for caption in captions[:MOST_CAPTIONS]:
        if not _is_apart(caption, body) or caption not in result:
            continue
        beside = next((other for other in result if _is_other_half(caption, other)), None)
        if beside is not None:
            result[result.index(caption)] = Block.of([*caption.lines, *beside.lines], is_caption=True)
            result.remove(beside)
    return _with_notes(result, body)


def _with_notes(blocks: Sequence[Block], body: Body) -> list[Block]:
    """``blocks`` with the small print right below a figure's caption (abbreviations, a source) joined to it."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        if last is not None and _is_note(last, block, body):
            result[-1] = Block.of([*last.lines, *block.lines], is_caption=True)
        else:
            result.append(block)
    return result


def _is_note(caption: Block, block: Block, body: Body) -> bool:
    match = caption_of(caption)
    if match is None or match.group("kind").casefold() == "table" or caption_of(block) is not None:
        return False
    small = block.size < 0.95 * body.size and block.size <= caption.size + 0.2
    gap = caption.bottom - block.top
    return small and -0.5 * block.size < gap < 1.5 * block.size and abs(block.x0 - caption.x0) < 3


def _is_apart(block: Block, body: Body) -> bool:
    return block.size < 0.95 * body.size or all(line.font != body.font for line in block.lines)


def _is_other_half(caption: Block, other: Block) -> bool:
    """Whether ``other`` is the right column of ``caption``: level with it, as wide, and in the same type."""
    gap = other.x0 - caption.x1
    beside = 0 < gap < 4 * caption.size and abs(other.top - caption.top) < 0.5 * caption.size
    wide = abs((other.x1 - other.x0) - (caption.x1 - caption.x0)) < 3 * caption.size
    return (
        beside and wide and abs(other.size - caption.size) < 0.2 and caption_of(other) is None and len(other.lines) > 1
    )


def labels(caption: Block, blocks: Sequence[Block], body: Body, pictures: Sequence[Box]) -> list[Block]:
    """The labels in the figure that ``caption`` belongs to."""
    is_text = {one: _is_text(one, body) for one in blocks if one is not caption}
    texts = [one for one, held in is_text.items() if held]
    figure = _figure(caption, texts, pictures)
    if figure is None:
        above = _scraps(caption, blocks, body, upwards=True)
        return above + _scraps(caption, blocks, body, upwards=False)
    others = [one for one, held in is_text.items() if not held]
    found: list[Block] = []
    for _ in range(_ROUNDS):  # what stands in it; the numbers of an axis; the name below them
        inside = [one for one in others if _belongs(one, figure)]
        if not inside:
            break
        found += inside
        gone = set(inside)
        others = [one for one in others if one not in gone]
        figure = _hull([figure, *(Box(one.x0, one.bottom, one.x1, one.top) for one in inside)])
    return found


def _is_text(block: Block, body: Body) -> bool:
    """Whether ``block`` cannot be a label: running text, a heading of it, a caption, a table."""
    if block.is_table or caption_of(block) is not None:
        return True
    if in_body_type(block, body):
        line = block.lines[0].text.rstrip()
        return len(block.lines) > 1 or (len(line) > _LONGEST_LABEL and line[-1] in ".,;:-")
    return is_prose(block, body.size) and block.size >= 1.08 * body.size


def _figure(caption: Block, texts: Sequence[Block], pictures: Sequence[Box]) -> Box | None:
    """The place of the pictures right above ``caption``, else of those right below it; None where there are none."""
    reach = _NEXT * caption.size
    here = Box(caption.x0, caption.bottom, caption.x1, caption.top)
    usable = [one for one in pictures if not _frames(one, caption) and not any(_holds(one, text) for text in texts)]
    for upwards in (True, False):
        figure: list[Box] = []
        edge = here
        for one in sorted(usable, key=lambda box: box.bottom if upwards else -box.top):
            gap = one.bottom - edge.top if upwards else edge.bottom - one.top
            middle = (one.bottom + one.top) / 2
            beyond = middle > here.top if upwards else middle < here.bottom
            if not beyond or gap > reach or not _overlap(one, edge) or _parted(one, edge, texts):
                continue
            figure.append(one)
            edge = _hull([edge, one])
        if figure:
            return _hull(figure)
    return None


def _frames(picture: Box, block: Block) -> bool:
    """Whether all of ``block`` stands in ``picture``."""
    level = picture.bottom < block.bottom and block.top < picture.top
    return level and picture.x0 < (block.x0 + block.x1) / 2 < picture.x1


def _holds(picture: Box, block: Block) -> bool:
    """Whether the middle of ``block`` lies in ``picture``: then it is a frame or a tinted ground."""
    across, upwards = (block.x0 + block.x1) / 2, (block.bottom + block.top) / 2
    return picture.x0 < across < picture.x1 and picture.bottom < upwards < picture.top


def _overlap(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1


def _parted(one: Box, other: Box, texts: Sequence[Block]) -> bool:
    """Whether running text stands between the two, one of which lies above the other."""
    low, high = min(one.top, other.top), max(one.bottom, other.bottom)
    x0, x1 = max(one.x0, other.x0), min(one.x1, other.x1)
    return any(low - 3 < (text.bottom + text.top) / 2 < high + 3 and above_one_another(text, x0, x1) for text in texts)


def _hull(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.x0 for box in boxes),
        min(box.bottom for box in boxes),
        max(box.x1 for box in boxes),
        max(box.top for box in boxes),
    )


def _belongs(block: Block, figure: Box) -> bool:
    """Whether ``block`` stands in ``figure``, or is a scrap right beside it."""
    if _holds(figure, block):
        return True
    near = _NEAR * block.size
    across = max(figure.x0 - block.x1, block.x0 - figure.x1)
    upwards = max(figure.bottom - block.top, block.bottom - figure.top)
    if _may_head(block):
        return False
    scrap = len(block.lines) <= _MOST_LINES and all(len(line.text) <= _LONGEST_LABEL for line in block.lines)
    return scrap and across < near and upwards < near


def _may_head(block: Block) -> bool:
    """Whether ``block`` may be the heading of a section."""
    line = block.lines[0]
    return _NUMBERED.match(line.text) is not None or classify(line.text) is not None


def _scraps(caption: Block, blocks: Sequence[Block], body: Body, *, upwards: bool) -> list[Block]:
    """The scraps of text on one side of ``caption``, up to the next running text: labels of a figure unseen."""
    found = []
    for block in sorted(blocks, key=lambda one: one.bottom if upwards else -one.top):
        beyond = block.bottom >= caption.top - 3 if upwards else block.top <= caption.bottom + 3
        if not beyond or block is caption or min(block.x1, caption.x1) <= max(block.x0, caption.x0) - _LEFT_SLACK:
            continue
        if block.is_table or is_prose(block, body.size) or caption_of(block) is not None:
            break
        scrap = all(len(line.text) <= _LONGEST_LABEL for line in block.lines) and len(block.lines) <= _MOST_LINES
        if scrap and (upwards or block.size < 0.9 * body.size):
            found.append(block)
    return found
