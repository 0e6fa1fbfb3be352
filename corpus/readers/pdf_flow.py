"""Blocks of a PDF in reading order → paragraphs, across columns and pages, each with its role.

What the pages mean by their looks is read here: an indent, a short last line or a wider gap ends a
paragraph; a paragraph that breaks off in mid-sentence goes on in the next column; a short line in
another type, or in a section's usual words, is a heading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

from corpus.readers.pdf_blocks import BARE_LABEL, CAPTION, Block
from corpus.readers.pdf_layout import Layout
from corpus.readers.pdf_lines import Line
from corpus.sections import classify

Role = Literal["text", "heading", "caption", "table", "note"]

_INDENT = 0.7  # type sizes: the least first-line indent
_DEEPEST = 5.0  # type sizes: a deeper one is another layout
_SHORT = 1.5  # type sizes: white space that ends a paragraph is at least this wide
_GAP = 1.25  # of the usual leading
_HEADING_SIZE = 1.08  # of the body's type size
_LONGEST_HEADING = 120  # characters
_NOTE_SIZE = 0.93  # of the body's type size, at most, for a footnote
_JOIN_AHEAD = 25  # paragraphs (captions, notes) that may lie between two halves of one
_PAGES_AHEAD = 2  # a page of nothing but a table may lie between, too
_SENTENCE_END = re.compile(r"[.!?:;][\"”’)\]]*(?:\[[\d,–-]+\]|\d{1,3}(?:[,–-]\d{1,3})*)?$")
_OPENS = re.compile(r"^[\W_]*(?:[A-Z0-9]|[^\W\d_a-z])")
_GOES_ON = re.compile(r"^[\W_]*[a-zà-öø-ÿ]")
_GOES_ON_PLAINLY = re.compile(r"[a-zà-öø-ÿ](?![.)])")
_LETTERS = re.compile(r"[^\W\d_]")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,4}\.)\s+[A-Z]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that read on, their role, and how they stand: a full last line, white space above."""

    lines: tuple[Line, ...]
    role: Role
    fills: bool
    """Whether the last line reaches the right margin."""
    apart: bool
    """Whether more white space than usual stands above it, or the column begins with it."""

    @property
    def text(self) -> str:
        """The lines as read, for looking at."""
        return " ".join(line.text.strip() for line in self.lines)

    @property
    def size(self) -> float:
        """The usual type size of its lines."""
        return median(line.size for line in self.lines)

    @property
    def page(self) -> int:
        """The page, from 0, that it starts on."""
        return self.lines[0].page


def paragraphs(layout: Layout) -> list[Paragraph]:
    """The document's paragraphs in reading order."""
    found: list[Paragraph] = []
    for block in layout.blocks:
        if block.is_table:
            found.append(Paragraph(block.lines, "table", True, True))
            continue
        if block.is_caption:
            found.append(Paragraph(block.lines, "caption", True, True))
            continue
        found += (_with_role(one, layout) for one in _split(block, layout))
    return _joined(_with_notes(_captioned(found), layout))


def _split(block: Block, layout: Layout) -> list[Paragraph]:
    """The paragraphs of one block."""
    right = max(line.x1 for line in block.lines)
    starts = [0]
    apart = [True]
    for at in range(1, len(block.lines)):
        last, line = block.lines[at - 1], block.lines[at]
        after = block.lines[at + 1] if at + 1 < len(block.lines) else None
        gap = last.y - line.y > _GAP * layout.leading * max(line.size, last.size)
        if not gap and _captions_on(block.lines[starts[-1]], line, layout):
            continue
        if (
            gap
            or _restyled(last, line, right)
            or _labelled(last, line)
            or _indented(last, line, after, block)
            or _ends_short(last, line, right)
        ):
            starts.append(at)
            apart.append(gap)
    found = []
    for (begin, end), gap in zip(pairwise([*starts, len(block.lines)]), apart, strict=True):
        lines = block.lines[begin:end]
        found.append(Paragraph(lines, "text", right - lines[-1].x1 < _SHORT * lines[-1].size, gap))
    return found


def _captions_on(first: Line, line: Line, layout: Layout) -> bool:
    """Whether ``line`` goes on with the caption that begins with ``first``: no line of it is set as the text is."""
    label = CAPTION.match(first.text.strip())
    apart = line.size < 0.97 * layout.body_size or line.font != layout.body_font
    return label is not None and apart and first.size < 1.08 * layout.body_size and not _is_heading_line(line)


def _is_heading_line(line: Line) -> bool:
    return classify(line.text) is not None or CAPTION.match(line.text.strip()) is not None


def _restyled(last: Line, line: Line, right: float) -> bool:
    """Whether a heading ends or begins between two lines: another face, and the line before is short."""
    if last.font == line.font and last.bold == line.bold and abs(last.size - line.size) < 0.2:
        return False
    if classify(last.text) is not None and not _mixed(last):
        return True
    return right - last.x1 > _SHORT * last.size and not (_mixed(last) and _mixed(line))


def _labelled(last: Line, line: Line) -> bool:
    """Whether a sentence ends and the next line opens with a section's name in another face ("Conclusion This …")."""
    lead = line.runs[0]
    if lead.font == line.font or not _SENTENCE_END.search(last.text.rstrip()):
        return False
    words = line.text[: lead.end - lead.start].strip()
    return classify(words) is not None and words[:1].isupper()


def _mixed(line: Line) -> bool:
    """Whether a line is set in more than one face to a notable part (a Latin name, a run-in label)."""
    total = sum(run.end - run.start for run, shift in zip(line.runs, line.shift, strict=True) if not shift)
    main = sum(run.end - run.start for run in line.runs if run.font == line.font)
    return main < 0.8 * total


def _indented(last: Line, line: Line, after: Line | None, block: Block) -> bool:
    indent = line.x0 - block.x0
    if not _INDENT * line.size <= indent <= _DEEPEST * line.size or abs(last.x0 - line.x0) < 0.3 * line.size:
        return False
    if last.x0 - block.x0 > 0.5 * line.size and len(block.lines) > 2:
        return False
    if after is not None:
        return abs(after.x0 - line.x0) > 0.3 * line.size and bool(_OPENS.match(line.text))
    return bool(_SENTENCE_END.search(last.text.rstrip()))


def _ends_short(last: Line, line: Line, right: float) -> bool:
    """Whether the next line's first word would have fitted on the last line: then it was the paragraph's last."""
    room = right - last.x1
    if room < _SHORT * last.size or not _OPENS.match(line.text):
        return False
    words = line.text.split()
    first = len(words[0]) if words else 0
    width = (line.x1 - line.x0) * (first + 1) / max(len(line.text), 1)
    return room > 1.15 * width and bool(_SENTENCE_END.search(last.text.rstrip()))


def _with_role(paragraph: Paragraph, layout: Layout) -> Paragraph:
    if _is_caption(paragraph, layout):
        return replace(paragraph, role="caption")
    return replace(paragraph, role="heading") if _is_heading(paragraph, layout) else paragraph


def _is_caption(paragraph: Paragraph, layout: Layout) -> bool:
    """Whether it starts as "Figure 1" does, and not as a sentence about the figure."""
    first = paragraph.lines[0]
    match = CAPTION.match(first.text.strip())
    if match is None or not first.text.strip()[0].isupper():
        return False
    if match.group("mark") or len(paragraph.text) == match.end():
        return True
    lead = first.runs[0]
    return first.size < 0.97 * layout.body_size or lead.font != layout.body_font or lead.bold


def _captioned(found: list[Paragraph]) -> list[Paragraph]:
    """``found`` with a caption that is only a number ("Table 1") joined to the text right below it."""
    result: list[Paragraph] = []
    for paragraph in found:
        last = result[-1] if result else None
        bare = last is not None and last.role == "caption" and BARE_LABEL.fullmatch(last.text.strip()) is not None
        if last is not None and bare and paragraph.role != "table":
            gap = last.lines[-1].y - paragraph.lines[0].y
            if paragraph.page == last.page and 0 <= gap < 3 * paragraph.size and len(paragraph.lines) <= 6:
                result[-1] = replace(paragraph, lines=(*last.lines, *paragraph.lines), role="caption")
                continue
        result.append(paragraph)
    return result


def _is_heading(paragraph: Paragraph, layout: Layout) -> bool:
    text = paragraph.text.strip()
    if len(paragraph.lines) > 3 or len(text) > _LONGEST_HEADING or len(_LETTERS.findall(text)) < 3:
        return False
    if text.count(",") + text.count(";") > 2 and classify(text) is None:
        return False  # keywords, names
    line = paragraph.lines[0]
    other_face = (line.font != layout.body_font or (line.bold and not _is_bold(layout))) and not _mixed(line)
    distinct = other_face or line.size >= _HEADING_SIZE * layout.body_size or text.isupper()
    if classify(text) is not None:
        return (distinct or paragraph.apart) and bool(_OPENS.match(text)) and (distinct or not text.endswith("."))
    if not distinct or not paragraph.apart or text[-1] in ".,;:" or not _OPENS.match(text):
        return False
    if line.size < 0.97 * layout.body_size or len(text.split()) > 16 or "@" in text or "http" in text:
        return False
    return len(text.split()) > 1 or line.size >= _HEADING_SIZE * layout.body_size or line.bold or text.isupper()


def _is_bold(layout: Layout) -> bool:
    return "bold" in layout.body_font


def _with_notes(found: list[Paragraph], layout: Layout) -> list[Paragraph]:
    """Small print at the foot of a column, below the last text of its page's column, is a note."""
    lowest: dict[int, list[Paragraph]] = {}
    for paragraph in found:
        if paragraph.role in ("text", "heading") and paragraph.size > _NOTE_SIZE * layout.body_size:
            for page in {line.page for line in paragraph.lines}:
                lowest.setdefault(page, []).append(paragraph)
    result = []
    for paragraph in found:
        if paragraph.role == "text" and paragraph.size <= _NOTE_SIZE * layout.body_size:
            top, left, right = paragraph.lines[0].y, paragraph.lines[0].x0, max(line.x1 for line in paragraph.lines)
            above = [
                line.y
                for other in lowest.get(paragraph.page, [])
                for line in other.lines
                if line.page == paragraph.page and line.x0 < right and left < line.x1
            ]
            if above and top < min(above):
                paragraph = replace(paragraph, role="note")
        result.append(paragraph)
    return result


def _joined(found: list[Paragraph]) -> list[Paragraph]:
    """``found`` with the two halves of a paragraph that a column, a page or a figure parts put together."""
    result: list[Paragraph] = []
    taken: set[int] = set()
    for at, paragraph in enumerate(found):
        if at in taken:
            continue
        here = at
        while paragraph.role == "text":
            there = _continuation(found, here, paragraph)
            if there is None:
                break
            taken.add(there)
            paragraph = replace(paragraph, lines=(*paragraph.lines, *found[there].lines), fills=found[there].fills)
            here = there
        result.append(paragraph)
    return result


def _continuation(found: Sequence[Paragraph], at: int, paragraph: Paragraph) -> int | None:
    """The index of the paragraph that goes on where ``paragraph`` breaks off; None where it does not break off."""
    end = paragraph.lines[-1]
    ended = _SENTENCE_END.search(end.text.rstrip()) is not None and not end.text.rstrip().endswith(";")
    if ended and not paragraph.fills:
        return None
    for there in range(at + 1, min(len(found), at + 1 + _JOIN_AHEAD)):
        other = found[there]
        if other.role == "heading":
            return None
        if other.role != "text" or abs(other.lines[0].size - end.size) > 0.06 * end.size:
            continue
        if other.lines[0].page > end.page + _PAGES_AHEAD:
            return None
        if ended:  # "… larger than in L." and, in the next column, "modestus …"
            return there if _GOES_ON_PLAINLY.match(other.text) else None
        plain = (paragraph.fills or _right_below(end, other.lines[0])) and not _NUMBERED.match(other.text)
        return there if plain or _GOES_ON.match(other.text) else None
    return None


def _right_below(line: Line, below: Line) -> bool:
    """Whether ``below`` is the next line of the same column, if a little lower than usual."""
    step = line.y - below.y
    return line.page == below.page and abs(line.x0 - below.x0) < line.size and 0 < step < 2.2 * line.size
