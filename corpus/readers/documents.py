"""What Word and Markdown files share: pieces with styles → blocks.

The pieces are laid out like a page of text (see ``layout.page_blocks``), which finds the front matter, the sections
that run into paragraphs, captions, footers and references; what styles say beyond that is put in as marks that a
page may have, or is put right afterwards. Rows of tables and notes stay out of that page.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus import furniture
from corpus.assembly import Block
from corpus.front_matter import is_prose
from corpus.normalise import fold
from corpus.readers.layout import Layout, page_blocks
from corpus.readers.markup import Run, weave
from corpus.readers.paragraphs import heading_kind
from corpus.tracked import Tracked

Role = Literal["title", "heading", "text", "row", "note"]

LONGEST_HEADING = 90
_PARAGRAPH_END = "\n\n"
_HEADING_MARK = "# "
_CITED_WORK = re.compile(r"\b(?:19|20)\d\d\b|\bdoi\b", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[\s\d,*†‡§¶#]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, a heading, the row of a table or a note, as its source styles it; runs point into the raw text."""

    runs: tuple[Run, ...]
    role: Role = "text"

    @property
    def text(self) -> str:
        """The piece's characters, marks included."""
        return "".join(run.text for run in self.runs)


def lay_out(pieces: Sequence[Piece]) -> Layout:
    """The blocks of the document that ``pieces`` make up, in reading order, and its bibliography."""
    kept = [piece for piece in pieces if piece.text.strip()]
    woven = list(zip(kept, _woven(kept), strict=True))
    lines = [(piece.role, text) for piece, text in woven if piece.role not in ("row", "note")]
    page = Tracked.join((_marked(role, text) for role, text in lines), _PARAGRAPH_END)
    layout = page_blocks(page.text)
    bibliography = layout.bibliography
    origin = _Origin(lines)
    blocks = [_restyled(replace(block, text=_rebased(block.text, page)), origin) for block in layout.blocks]
    title = next((text for role, text in lines if role == "title"), None)
    if title is not None:
        bibliography = replace(bibliography, title=fold(title).text)
        blocks = [_untitled(block, title) for block in blocks]
    blocks = _with_rows(blocks, [text for piece, text in woven if piece.role == "row"])
    blocks += [_note(text) for piece, text in woven if piece.role == "note"]
    return Layout(tuple(blocks), bibliography)


def _woven(pieces: Sequence[Piece]) -> Iterator[Tracked]:
    """Each piece's text. Before the first prose raised marks lead to affiliations, after it to references."""
    leading = True
    for piece in pieces:
        plain = "".join(run.text for run in piece.runs if not run.raised).strip()
        if leading and piece.role in ("text", "row"):
            leading = piece.role == "text" and not is_prose(plain)
        elif leading and heading_kind(plain) not in (None, "front", "back"):
            leading = False
        if leading and any(run.raised for run in piece.runs):
            yield _without_marks(piece.runs) if piece.role in ("title", "heading") else _with_carets(piece.runs)
        else:
            yield weave(piece.runs)


def _without_marks(runs: Sequence[Run]) -> Tracked:
    """A title without the marks of its notes, its isotopes and charges kept."""
    kept: list[Run] = []
    for run in runs:
        glued = bool(kept) and kept[-1].text[-1:].isalpha()
        if not (run.raised and glued and _NOTE_MARK.fullmatch(run.text)):
            kept.append(run)
    return weave([replace(run, raised=False) for run in kept])


def _with_carets(runs: Sequence[Run]) -> Tracked:
    """An author line with its raised marks as a page of text has them: "Anna Miller^{a,b}"."""
    pieces = []
    for run in runs:
        text = weave([replace(run, raised=False, cites=False)])
        if run.raised and run.text.strip() and not run.added:
            text = Tracked.join((_put("^{", run.at), text, _put("}", run.at + len(run.text))), "")
        pieces.append(text)
    return Tracked.join(pieces, "")


def _put(text: str, at: int) -> Tracked:
    return Tracked(text, array("q", [at] * len(text)), array("q", [at] * len(text)))


def _marked(role: Role, text: Tracked) -> Tracked:
    """A piece as the page of text has it: a heading with a mark, unless its words tell or it is too long for one."""
    bare = text.text.strip()
    is_heading = role == "heading" and len(bare) + len(_HEADING_MARK) <= LONGEST_HEADING and "\n" not in bare
    if not is_heading or heading_kind(bare) or furniture.caption_kind(bare) or furniture.is_bare_label(bare):
        return text
    return Tracked.join((_put(_HEADING_MARK, text.starts[0]), text.strip()), "")


def _rebased(text: Tracked, page: Tracked) -> Tracked:
    """``text``, whose ranges point into ``page``, with ranges that point where those of ``page`` do."""
    starts, ends = array("q"), array("q")
    for start, end in zip(text.starts, text.ends, strict=True):
        begin = page.starts[start] if start < len(page) else page.ends[-1]
        starts.append(begin)
        ends.append(max(begin, page.ends[end - 1]) if end > start else begin)
    return Tracked(text.text, starts, ends)


class _Origin:
    """Which piece a place of the raw text belongs to."""

    def __init__(self, lines: Sequence[tuple[Role, Tracked]]) -> None:
        self._lines = sorted((text.starts[0], role, text) for role, text in lines)
        self._starts = [start for start, _, _ in self._lines]

    def of(self, block: Block) -> tuple[Role, Tracked]:
        """The role and the text of the piece in which ``block`` starts."""
        _, role, text = self._lines[max(0, bisect_right(self._starts, block.text.starts[0]) - 1)]
        return role, text


def _restyled(block: Block, origin: _Origin) -> Block:
    """``block`` as a heading where its piece is one that the page's rules took for a paragraph."""
    if block.role != "paragraph" or block.section == "front" or not len(block.text):
        return block
    role, text = origin.of(block)
    is_heading = role == "heading" and fold(text).text == fold(block.text).text
    return replace(block, role="heading", section=None) if is_heading else block


def _untitled(block: Block, title: Tracked) -> Block:
    """``block`` as the title where it is the piece styled so, and as front matter where another was taken for it."""
    if block.text.starts and title.starts[0] <= block.text.starts[0] < title.ends[-1]:
        return Block(block.text, "title")
    return Block(block.text, section="front") if block.role == "title" else block


def _with_rows(blocks: Sequence[Block], rows: Sequence[Tracked]) -> list[Block]:
    """``blocks`` with each row of a table after the block that stands before it in the source."""
    starts = sorted((block.text.starts[0], at) for at, block in enumerate(blocks) if len(block.text))
    after: dict[int, list[Block]] = {}
    for row in rows:
        before = bisect_left(starts, (row.starts[0], -1))
        after.setdefault(starts[before - 1][1] if before else -1, []).append(Block(row, "table"))
    placed = list(after.get(-1, ()))
    for at, block in enumerate(blocks):
        placed += (block, *after.get(at, ()))
    return placed


def _note(text: Tracked) -> Block:
    """A footnote or an endnote: a reference where it names a work, else back matter."""
    return Block(text, "reference") if _CITED_WORK.search(text.text) else Block(text, section="back")
