"""Lines of plain text → paragraphs: hard wraps joined, headings, captions and footers told from prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus import furniture, mending
from corpus.mending import Words
from corpus.model import SectionKind
from corpus.sections import classify
from corpus.tracked import Tracked

Role = Literal["heading", "prose", "caption", "table", "label", "footer"]

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_ITEM = re.compile(r"[•‣▪●○·]|[*-]\s+|\(?\d{1,3}[.)]\s+(?=\S)|\[\d{1,3}\]\s")
_MARKDOWN = re.compile(r"#{1,6}\s+(?=\S)|\*\*(?=\S[^*]*\*\*:?$)|__(?=\S[^_]*__:?$)")
_NUMBERED = re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})*\.?\s+[A-Z][^.;:]{2,80}")
_HEADING_LENGTH = 90


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the raw text without the white space at its ends; ``indent`` counts what stood before it."""

    tracked: Tracked
    indent: int

    @property
    def text(self) -> str:
        """The line's characters."""
        return self.tracked.text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; ``kind`` is the section that a heading opens, None where its words name none.

    A ``label`` is a figure's or table's number standing alone.
    """

    text: Tracked
    role: Role
    kind: SectionKind | None = None


def lines_of(raw: str, offset: int = 0) -> list[Line]:
    """The lines of ``raw``, which stands at ``offset`` of the whole raw text; blank ones are kept, as empty."""
    pieces = Tracked.of(raw, offset).split(_LINE_END)
    return [Line(piece.strip(), len(piece.text) - len(piece.text.lstrip())) for piece in pieces]


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """``lines`` without links, menus and running heads; placeholders of images are cut from theirs."""
    running = furniture.running_lines([line.text for line in lines])
    kept = []
    for line in lines:
        begin, end = furniture.placeholder(line.text), furniture.view_link(line.text)
        if begin or end < len(line.text):
            line = replace(line, tracked=line.tracked[begin:end].strip())
        if line.text not in running and not furniture.is_site_furniture(line.text):
            kept.append(line)
    return kept


def heading_kind(text: str) -> SectionKind | None:
    """The known section that ``text`` opens if it stands alone as a heading."""
    if not text or len(text) > _HEADING_LENGTH or text[0].islower() or text[-1] in ",;":
        return None
    return classify(text)


def group(lines: Sequence[Line], words: Words) -> list[Paragraph]:
    """The paragraphs that ``lines`` make up, in order."""
    width = mending.wrap_width([line.text for line in lines])
    grouped: list[list[Tracked]] = []
    marks: list[tuple[Role, SectionKind | None]] = []
    gap, indent = True, 0
    for line in lines:
        text = line.text
        if not text:
            gap = True
            continue
        before = grouped[-1][-1].text if grouped else ""
        last: Role = marks[-1][0] if marks else "heading"
        if last == "heading":
            belongs = False
        elif gap:
            belongs = _splintered(before, text)
        else:
            belongs = last != "label" and _wraps(before, text, width, indented=line.indent > indent)
        if belongs:
            grouped[-1].append(line.tracked)
        else:
            grouped.append([line.tracked])
            marks.append(_standing(text))
        gap, indent = False, line.indent
    paragraphs = []
    for pieces, (role, kind) in zip(grouped, marks, strict=True):
        joined = mending.join(pieces, words)
        paragraphs.append(Paragraph(_bare_heading(joined) if role == "heading" else joined, role, kind))
    return _captions(paragraphs)


def _splintered(before: str, text: str) -> bool:
    """Whether ``text`` is a splinter of the sentence above a blank line: "… (" / "Figure 1" / ") and …"."""
    if furniture.is_bare_label(text):
        return mending.goes_on(before, text.lower())
    return mending.is_splintered(before, text)


def _wraps(before: str, text: str, width: int | None, *, indented: bool) -> bool:
    if _ITEM.match(text):
        return False
    if indented and width is not None and not mending.ends_open(before):
        return False
    return mending.wraps(before, text, width)


def _standing(text: str) -> tuple[Role, SectionKind | None]:
    """What a line is that begins a paragraph, and the section that it opens."""
    caption = furniture.caption_kind(text)
    if caption is not None:
        return ("table" if caption == "table" else "caption"), None
    if furniture.is_bare_label(text):
        return "label", None
    kind = heading_kind(text)
    if kind is not None or _looks_like_heading(text):
        return "heading", kind
    return ("footer" if furniture.is_footer(text) else "prose"), None


def _looks_like_heading(text: str) -> bool:
    """Whether a line is a heading by its shape: a markdown mark, a section number, capitals throughout."""
    if len(text) > _HEADING_LENGTH:
        return False
    if _MARKDOWN.match(text) or _NUMBERED.fullmatch(text):
        return True
    letters = sum(mark.isalpha() for mark in text)
    return text.isupper() and letters >= 6 and letters * 4 >= len(text) * 3 and "," not in text and text[-1] not in ".;"


def _bare_heading(text: Tracked) -> Tracked:
    """A heading without markdown's marks."""
    begin = _MARKDOWN.match(text.text)
    return text[begin.end() :].strip() if begin and text.text[0] == "#" else text


def _captions(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Each label that stands alone joined with the caption under it; one that is said twice is said once."""
    kept: list[Paragraph] = []
    for each in paragraphs:
        last = kept[-1] if kept else None
        if last is not None and last.role == "label":
            kept.pop()
            if each.role == "label" and each.text.text.strip(" .:") == last.text.text.strip(" .:"):
                kept.append(each)
            elif each.role == "prose":
                kept.append(Paragraph(Tracked.join((last.text, each.text), " "), _captioned(last.text.text)))
            else:
                kept += [replace(last, role=_captioned(last.text.text)), each]
            continue
        kept.append(each)
    if kept and kept[-1].role == "label":
        kept[-1] = replace(kept[-1], role=_captioned(kept[-1].text.text))
    return kept


def _captioned(label: str) -> Role:
    return "table" if label.lower().startswith("tab") else "caption"
