"""Plain text → blocks: front matter, sections, captions, footers and references, in reading order.

``page_blocks`` takes a whole article as copied from a page or taken out of a PDF: it finds the title,
drops site furniture and moves publishers' footers out of the case. ``text_blocks`` takes text that is
all report (a record of a collection, an abstract): it loses and moves nothing but interrupting captions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus import furniture, mending
from corpus.assembly import Block
from corpus.front_matter import is_article_type, is_prose, read_front_matter
from corpus.mending import Words
from corpus.model import Bibliography, SectionKind
from corpus.normalise import fold
from corpus.readers import reference_list
from corpus.readers.paragraphs import Line, Paragraph, group, heading_kind, lines_of, without_furniture
from corpus.sections import classify
from corpus.tracked import Tracked

_CAPS = re.compile(r"(?:[A-Z]{2,}|&)(?:\s+(?:[A-Z]{2,}|&))*(?=[\s:.])")
_RUN_IN = re.compile(r"(?:^|(?<=[.!?)\]]\s))(?P<heading>(?P<label>[A-Z][A-Za-z0-9'’ /&-]{2,50}?)\s?:)\s+(?=\S)")
_RUN_IN_KINDS = frozenset(
    {
        "abstract",
        "keywords",
        "introduction",
        "case",
        "treatment",
        "outcome",
        "methods",
        "results",
        "discussion",
        "conclusion",
    }
)
_AFTERTHOUGHTS = frozenset({"note", "notes", "presentation", "appendix"})
"""Labels that name a back section as a heading, but not in front of a sentence."""
_LONGEST_LABEL = 80  # characters


@dataclass(frozen=True, slots=True)
class Layout:
    """A text's blocks in reading order, and the bibliography that stands among them."""

    blocks: tuple[Block, ...]
    bibliography: Bibliography


def page_blocks(raw: str, offset: int = 0) -> Layout:
    """The blocks and the bibliography of ``raw``, a whole article, which stands at ``offset`` of the whole raw text."""
    words = Words(raw)
    paragraphs, references = _parted(without_furniture(lines_of(raw, offset)), words)
    front, body = _front(paragraphs)
    footers = [each for each in body if each.role == "footer"]
    found = read_front_matter([fold(each.text).text for each in front], [fold(each.text).text for each in footers])
    blocks = [
        Block(each.text, "title") if at == found.title_at else Block(each.text, section="front")
        for at, each in enumerate(front)
    ]
    blocks += _body([each for each in body if each.role != "footer"], words, after_front=bool(front))
    blocks += references
    blocks += [Block(each.text, section="back") for each in footers]
    return Layout(tuple(blocks), found.bibliography)


def text_blocks(raw: str, offset: int = 0, title: str | None = None) -> list[Block]:
    """The blocks of ``raw``, all of which is report; a first paragraph that repeats ``title`` is one."""
    words = Words(raw)
    paragraphs, references = _parted(lines_of(raw, offset), words)
    paragraphs = [replace(each, role="prose") if each.role == "footer" else each for each in paragraphs]
    lead: list[Block] = []
    if title and paragraphs and _same(fold(paragraphs[0].text).text, title):
        lead, paragraphs = [Block(paragraphs[0].text, "title")], paragraphs[1:]
    return [*lead, *_body(paragraphs, words, after_front=False), *references]


def _same(text: str, title: str) -> bool:
    return text.casefold().strip(" .") == " ".join(title.split()).casefold().strip(" .")


def _parted(lines: Sequence[Line], words: Words) -> tuple[list[Paragraph], list[Block]]:
    """The paragraphs outside the reference list, and the list's blocks under its heading."""
    body: list[Line] = []
    listed: list[Tracked] = []
    heading: Tracked | None = None
    inside = False
    for line in lines:
        kind = heading_kind(line.text)
        if kind == "references":
            inside, heading = True, line.tracked
            continue
        if inside and (kind is not None or furniture.caption_kind(line.text) or furniture.is_footer(line.text)):
            inside = False
        if inside:
            listed.append(line.tracked)
        else:
            body.append(line)
    references = [Block(entry, "reference") for entry in reference_list.entries(listed, words)]
    if heading is not None and references:
        references.insert(0, Block(heading, "heading"))
    return group(body, words), references


def _front(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """The paragraphs before the first section or prose, and the rest. Where there is neither, all is report."""
    for at, each in enumerate(paragraphs):
        text = each.text.text
        if each.role == "heading" and each.kind not in (None, "front", "back") and not _only_a_label(paragraphs, at):
            return list(paragraphs[:at]), list(paragraphs[at:])
        following = paragraphs[at + 1].text.text if at + 1 < len(paragraphs) else ""
        if each.role in ("caption", "table") or (each.role == "prose" and _starts_report(text, following)):
            return list(paragraphs[:at]), list(paragraphs[at:])
    return [], list(paragraphs)


def _starts_report(text: str, following: str) -> bool:
    """Whether a paragraph is the first of the report's own text, not a title, a name or an address."""
    if is_prose(text, following):
        return True
    run_ins = _run_ins(text)
    return bool(run_ins) and classify(text[: run_ins[0][1]]) not in ("case", "back")


def _only_a_label(paragraphs: Sequence[Paragraph], at: int) -> bool:
    """Whether "CASE REPORT" at ``at`` names the kind of article: no prose follows it."""
    if not is_article_type(paragraphs[at].text.text) or at + 1 >= len(paragraphs):
        return False
    after = paragraphs[at + 1]
    return not is_prose(after.text.text) and (after.role != "heading" or after.kind is None)


def _body(paragraphs: Sequence[Paragraph], words: Words, *, after_front: bool) -> list[Block]:
    """The blocks of the report proper. ``after_front`` says that its first lines must not count as front matter."""
    blocks: list[Block] = []
    current: SectionKind = "body"
    stated: SectionKind | None = "body" if after_front else None
    joined = _uninterrupted(paragraphs, words)
    has_case = any(each.kind == "case" for each in joined)
    for each in joined:
        if each.role in ("caption", "table"):
            blocks.append(Block(each.text, "table" if each.role == "table" else "caption"))
            continue
        for text, is_heading, kind in _pieces(each):
            if is_heading:
                blocks.append(Block(text, "heading", kind))
                current, stated = kind or _continued(current), None
                continue
            if current == "keywords" and is_prose(text.text):
                current = stated = "introduction" if has_case else "body"
            if kind is not None:
                blocks.append(Block(text, section=kind))
                stated = current
            else:
                blocks.append(Block(text, section=stated))
                stated = None
    return blocks


def _continued(kind: SectionKind) -> SectionKind:
    return "body" if kind in ("abstract", "keywords", "references", "front", "back") else kind


def _uninterrupted(paragraphs: Sequence[Paragraph], words: Words) -> list[Paragraph]:
    """``paragraphs`` with each sentence made whole that a caption or a page's end cuts; the caption follows it."""
    kept: list[tuple[Paragraph, list[Tracked]]] = []
    open_at: int | None = None
    for each in paragraphs:
        if each.role == "prose" and open_at is not None:
            pieces = kept[open_at][1]
            if mending.goes_on(pieces[-1].text, each.text.text):
                pieces.append(each.text)
                continue
        if each.role == "heading":
            open_at = None
        elif each.role == "prose" or open_at is None:
            open_at = len(kept)
        kept.append((each, [each.text]))
    return [each if len(pieces) == 1 else replace(each, text=mending.join(pieces, words)) for each, pieces in kept]


def _pieces(paragraph: Paragraph) -> Iterator[tuple[Tracked, bool, SectionKind | None]]:
    """``(text, is heading, section)`` of a paragraph cut at the headings that run into it."""
    text = paragraph.text
    if paragraph.role == "heading":
        yield text, True, paragraph.kind
        return
    cuts = _run_ins(text.text)
    if not cuts:
        yield text, False, None
        return
    if cuts[0][0] > 0:
        yield text[: cuts[0][0]].strip(), False, None
    for at, (start, label_end, body_start) in enumerate(cuts):
        end = cuts[at + 1][0] if at + 1 < len(cuts) else len(text)
        label = text[start:label_end]
        kind = classify(label.text)
        if kind == "back":
            yield text[start:end].strip(), False, "back"
        else:
            yield label, True, kind
            yield text[body_start:end].strip(), False, None


def _run_ins(text: str) -> list[tuple[int, int, int]]:
    """``(start, end of heading, start of text)`` of the headings inside a paragraph: "ABSTRACT The …", "Aim: To …".

    One in mid-paragraph counts only in the company of another, as in a structured abstract.
    """
    found = [
        (match.start(), match.end("heading"), match.end())
        for match in _RUN_IN.finditer(text)
        if _opens(match.group("label"), first=match.start() == 0)
    ]
    if found and (len(found) > 1 or found[0][0] == 0):
        return found
    caps = _CAPS.match(text, 0, _LONGEST_LABEL)
    label = caps.group() if caps else ""
    while label:
        rest = text[len(label) :].lstrip(" :.")
        if rest[:1].isupper() and classify(label) is not None:
            return [(0, len(label), len(text) - len(rest))]
        label = label.rpartition(" ")[0]
    return []


def _opens(label: str, *, first: bool) -> bool:
    kind = classify(label)
    return kind in _RUN_IN_KINDS or (first and kind == "back" and label.lower() not in _AFTERTHOUGHTS)
