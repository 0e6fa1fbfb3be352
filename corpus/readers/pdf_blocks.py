"""Blocks: lines that stand under one another on a PDF page, and what can be told of one by its looks."""

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
MOST_CAPTIONS = 40
"""A page with more is a list of figures, or damaged."""
_PROSE_CHARACTERS = 30  # per line, of running text at least


@dataclass(frozen=True, slots=True)
class Body:
    """What the running text of a document is set in: the usual type size and font."""

    size: float
    font: str


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Lines under one another on one page."""

    lines: tuple[Line, ...]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    is_table: bool = False
    is_caption: bool = False
    """Whether it is one whole caption, to be read as it stands."""
    after: Block | None = None
    """The block right after which it is to be read: the caption of a table."""

    @classmethod
    def of(cls, lines: Sequence[Line], *, is_table: bool = False, is_caption: bool = False) -> Block:
        """The block that ``lines`` make up."""
        return cls(
            tuple(lines),
            min(line.x0 for line in lines),
            max(line.x1 for line in lines),
            max(line.y + 0.75 * line.size for line in lines),
            min(line.y - 0.2 * line.size for line in lines),
            median(line.size for line in lines),
            is_table,
            is_caption,
        )


def caption_of(block: Block) -> re.Match[str] | None:
    """The label with which ``block`` opens, if it opens as a caption does."""
    return CAPTION.match(block.lines[0].text.strip())


def is_prose(block: Block, body_size: float) -> bool:
    """Whether ``block`` is running text or a heading."""
    if classify(block.lines[0].text) is not None and block.size >= 0.9 * body_size and len(block.lines) > 1:
        return True
    if block.size >= 1.08 * body_size and classify(block.lines[0].text) is not None:
        return True
    if block.size < 0.95 * body_size or len(block.lines) < 2:
        return False
    return median(len(line.text) for line in block.lines[:-1]) >= _PROSE_CHARACTERS


def in_body_type(block: Block, body: Body) -> bool:
    """Whether most lines of ``block`` are set as the running text is."""
    own = sum(line.font == body.font and abs(line.size - body.size) < 0.06 * body.size for line in block.lines)
    return 2 * own > len(block.lines)


def level(block: Block, other: Block) -> bool:
    """Whether the two share some height."""
    return block.top > other.bottom and other.top > block.bottom


def above_one_another(block: Block, x0: float, x1: float) -> bool:
    """Whether ``block`` shares some width with ``[x0, x1]``."""
    return block.x0 < x1 and x0 < block.x1
