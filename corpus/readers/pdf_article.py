"""Paragraphs of a PDF → the blocks of a report: front matter first, then the text, references one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.assembly import Block
from corpus.furniture import is_footer
from corpus.model import SectionKind
from corpus.readers.pdf_flow import Paragraph
from corpus.readers.pdf_front import Front, without_version
from corpus.readers.pdf_layout import Layout
from corpus.readers.pdf_lines import Line
from corpus.readers.pdf_references import NUMBER, entries, number_of
from corpus.readers.pdf_tables import rows
from corpus.readers.pdf_words import PageText
from corpus.sections import classify
from corpus.tracked import Tracked

_DATE = (
    r"(?:(?:19|20)\d\d\b(?!\s[a-z])|\d{1,2}[./-]\d{1,2}[./-]\d|(?:\d{1,2}(?:st|nd|rd|th)?\W{1,2})?"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\W{1,2}\d)"
)
_HOW = r"(?:\s(?:online|on|first|electronically|date|for publication|in (?:revised|final)(?: edited)? form))*"
_NOTICE = re.compile(
    r"^\W*(?:how to cite|to cite this|cite this|citation:|address (?:for|all)|"
    r"correspond(?:ence\b(?!\s(?:between|of|with|in|is|was|were)\b)|ing author)|"
    rf"(?:received|accepted|published){_HOW}\s*(?:[:;,|]|$|{_DATE})|published (?:by|in) (?-i:[A-Z])[^.]{{0,80}}\.?$|"
    r"submitted:|©|\(c\)|copyright|this is an open|this article is (?:licensed|distributed|published)|"
    r"this work is (?:licensed|published)|"
    r"open access(?=[^.]{0,40}$|\W+this\b|.{0,60}\b(?:article|licen[cs]e|funding)\b)|"
    r"e-?mails?:|access this article|quick response(?=\s+code|\W*$)|website:|doi\b|"
    r"https?://|www\.|from the (?:department|division)|(?:publisher|editor).{0,2}s? note\b|submit your|ready to submit|"
    r"edited by|academic editor|handling editor|reviewed by(?=\W*$|:|\s(?-i:[A-Z]))|orcid\b|issn\b|creative commons|"
    r"licensee\b|all rights|"
    r"open peer review|peer review(?:er)? reports?|referee (?:report|status)|reviewer report|discuss this article|"
    r"amendments from version|grant information|this article is included in|comments \(\d+\)|"
    r"© the author|the author\(s\)|\d{4}-\d{3}[\dx]\b)",
    re.IGNORECASE,
)
_RUN_IN = re.compile(r"^\W*(abstract|summary|synopsis)\b(?:\s*[:.–—-]\s*|\s+)(?=[A-Z])", re.IGNORECASE)
_KEYWORDS = re.compile(r"^\W*(?:key\s?-?words?\b|index terms\b|(?:categories|subjects?)\s*:)", re.IGNORECASE)
_KEYWORDS_HERE = re.compile(_KEYWORDS.pattern + r"\s*[:.–—-]?\s*\w", re.IGNORECASE)  # and not a heading over them
_ADDRESS = re.compile(r"^\W*\d+\s*\.?\s*[A-Z]")
_TOLD = re.compile(r"[a-z)]\.\s+[A-Z]")
_LEAST_TEXT = 250  # characters: an unnamed paragraph of this length on the first page is text, not front matter
_SCRAP = 40  # characters of a label above a notice
_MAIN_WIDTH = 0.3  # of the page: the text's own column is at least this wide, a side column narrower


class Article:
    """Puts the paragraphs of one document into the order and the roles of a report."""

    def __init__(self, found: Sequence[Paragraph], layout: Layout, words: PageText, front: Front, width: float) -> None:
        self._found, self._words, self._front, self._layout = found, words, front, layout
        self._first = front.page
        self._main = self._main_columns(width)
        self._early: list[Block] = []
        self._flow: list[Block] = []
        self._late: list[Block] = []
        self._cited: list[Line] = []
        self._has_cited = False
        self._last_cited = 0
        self._kind: SectionKind | None = None
        self._print: Paragraph | None = None
        """The notice that was last, if nothing came between."""

    def blocks(self) -> list[Block]:
        """The report's blocks: title, front matter, text, back matter that interrupted it."""
        title = [Block(text, "title") for text in self._titles()]
        started = self._starts_at()
        aside: list[Block] | None = None  # where text goes that stands under a heading of front or back matter
        in_references = False
        for at, paragraph in enumerate(self._found):
            if at in self._front.title:
                continue
            is_heading = paragraph.role == "heading" and not (at >= started and _KEYWORDS_HERE.match(paragraph.text))
            kind = classify(paragraph.text) if is_heading else None
            notice = self._notice(at, paragraph, started, kind)
            if notice is None and self._is_small_print(paragraph):
                notice = self._late
            self._print = paragraph if notice is self._late else None
            if notice is not None:
                notice.append(Block(self._text(paragraph), section="front" if notice is self._early else "back"))
                heads = paragraph.role == "heading" or paragraph.text.rstrip().endswith(":")
                ends_list = in_references and self._cited and NUMBER.match(self._cited[0].text)
                aside = notice if (heads or ends_list) and at >= started else None
            elif is_heading and (kind or not in_references or self._is_large(paragraph)):
                self._cite()
                aside, in_references = None, kind == "references"
                self._head(self._text(paragraph), kind)
            elif paragraph.role == "table":
                for row in rows(paragraph.lines):
                    cells = (self._words.paragraph(cell) for cell in row)
                    self._flow.append(Block(Tracked.join(cells, " | "), "table"))
            elif paragraph.role == "caption":
                of_table = paragraph.text.lstrip().casefold().startswith("table")
                self._flow.append(Block(self._text(paragraph), "caption", "table" if of_table else None))
            elif self._resumes(paragraph):
                aside, in_references = None, True
                self._cited += paragraph.lines
            elif aside is not None and not (in_references and NUMBER.match(paragraph.text)):
                aside.append(Block(self._text(paragraph), section="front" if aside is self._early else "back"))
            elif in_references:
                self._cited += paragraph.lines
            else:
                self._paragraph(paragraph)
        self._cite()
        return [*title, *self._early, *_settled(self._flow, bool(self._early)), *self._late]

    def _titles(self) -> list[Tracked]:
        """The title and, in another size, the subtitle; what a site writes after it in brackets is left out."""
        parts: list[list[Line]] = []
        size = 0.0
        for at in self._front.title:
            paragraph = self._found[at]
            if parts and abs(paragraph.size - size) < 0.1:
                parts[-1] += paragraph.lines
            else:
                parts.append([*paragraph.lines])
            size = paragraph.size
        texts = (self._words.paragraph(lines) for lines in parts)
        return [text[: without_version(text.text)] for text in texts]

    def _text(self, paragraph: Paragraph) -> Tracked:
        return self._words.paragraph(paragraph.lines)

    def _is_large(self, paragraph: Paragraph) -> bool:
        return paragraph.size >= self._layout.body_size

    def _main_columns(self, width: float) -> list[tuple[float, float]]:
        columns = []
        for at, paragraph in enumerate(self._found):
            left, right = _extent(paragraph)
            told = paragraph.page == self._first and at not in self._front.title and len(paragraph.lines) > 2
            if (
                told
                and _TOLD.search(paragraph.text)
                and not _ADDRESS.match(paragraph.text)
                and right - left >= _MAIN_WIDTH * width
            ):
                columns.append((left, right))
        return columns

    def _starts_at(self) -> int:
        """The index of the first paragraph after the front matter."""
        begin = max(self._front.title, default=-1) + 1
        for at in range(begin, len(self._found)):
            paragraph = self._found[at]
            text = paragraph.text
            if paragraph.page != self._first or (_RUN_IN.match(text) and len(text) > 40):
                return at
            if self._beside(paragraph) or at in self._front.authors or paragraph.role == "note":
                continue
            if paragraph.role == "heading" and classify(text) not in (None, "front", "back"):
                return at
            long = paragraph.role == "text" and len(text) >= _LEAST_TEXT and ". " in text
            if long and "@" not in text and not _says_so(text) and not _ADDRESS.match(text):
                return at
        return begin

    def _beside(self, paragraph: Paragraph) -> bool:
        """Whether a paragraph of the first page stands in a side column."""
        left, right = _extent(paragraph)
        return bool(self._main) and not any(min(right, b) - max(left, a) > 0.5 * (right - left) for a, b in self._main)

    def _notice(self, at: int, paragraph: Paragraph, started: int, kind: SectionKind | None) -> list[Block] | None:
        """Where ``paragraph`` goes if it interrupts the text: to the front, to the back, or (None) nowhere."""
        if paragraph.page < self._first:
            return self._early
        if paragraph.role == "caption" or (paragraph.role == "table" and paragraph.page != self._first):
            return None
        if paragraph.role == "table":
            return self._early if self._beside(paragraph) else None
        says_so = _says_so(paragraph.text)
        if paragraph.page != self._first:
            scrap = len(paragraph.text) < _SCRAP and not paragraph.text.rstrip().endswith((".", "!", "?"))
            heads = (paragraph.role == "heading" or scrap) and kind is None and _says_so(self._after(at))
            return self._late if says_so or heads else None
        if self._beside(paragraph) or says_so or kind == "front":
            return self._early
        bare = paragraph.role == "heading" and kind is None and not _KEYWORDS.match(paragraph.text)
        if bare and self._heads_nothing(at):
            return self._early
        if at < started or (paragraph.role == "note" and at < self._references_from()):
            return None if _KEYWORDS.match(paragraph.text) else self._early
        return None

    def _is_small_print(self, paragraph: Paragraph) -> bool:
        """Whether ``paragraph`` goes on, right below it, with a notice that is set smaller than the text."""
        last = self._print
        if last is None or paragraph.role not in ("text", "note") or NUMBER.match(paragraph.text):
            return False
        small = paragraph.size < 0.95 * self._layout.body_size and abs(last.size - paragraph.size) < 0.2
        above, below = last.lines[-1], paragraph.lines[0]
        return small and above.page == below.page and 0 < above.y - below.y < 3 * below.size

    def _after(self, at: int) -> str:
        """The text of the next paragraph on the same page."""
        after = self._found[at + 1] if at + 1 < len(self._found) else None
        return after.text if after is not None and after.page == self._found[at].page else ""

    def _heads_nothing(self, at: int) -> bool:
        """Whether nothing but notices and side columns follows a heading of the first page there: it is a banner."""
        text = self._after(at)
        return not text or _says_so(text) or self._beside(self._found[at + 1])

    def _references_from(self) -> int:
        """The index of the heading of the references, or that of the end."""
        for at, paragraph in enumerate(self._found):
            if paragraph.role == "heading" and classify(paragraph.text) == "references":
                return at
        return len(self._found)

    def _head(self, text: Tracked, kind: SectionKind | None) -> None:
        """A heading; one that names no known section after the references opens more back matter."""
        self._kind = kind or ("back" if self._has_cited else self._kind)
        self._flow.append(Block(text, "heading", None if kind or not self._has_cited else "back"))

    def _paragraph(self, paragraph: Paragraph) -> None:
        """Running text; one that opens with a section's name in another face begins that section."""
        text = self._text(paragraph)
        run_in = _RUN_IN.match(text.text) if paragraph.page == self._first else None
        label = _label(paragraph) if self._kind != "abstract" else 0
        kind = classify(text.text[:label]) if label else None
        if run_in:
            self._head(text[: run_in.end(1)], "abstract")
            text = text[run_in.end() :]
        elif kind in ("front", "back"):
            self._late.append(Block(text, section="back"))
            return
        elif kind and self._kind is None and paragraph.page == self._first:  # a structured abstract without a heading
            self._kind = "abstract"
            self._flow.append(Block(text, section="abstract"))
            return
        elif kind:
            self._head(text[:label], kind)
            text = text[label:]
        if _KEYWORDS.match(text.text):
            self._flow.append(Block(text, section="keywords"))
        else:
            self._flow.append(Block(text))

    def _cite(self) -> None:
        """The lines gathered under "References" as one block per entry."""
        self._has_cited = self._has_cited or bool(self._cited)
        for entry in entries(self._cited):
            self._last_cited = number_of(entry[0].text)
            self._flow.append(Block(self._words.paragraph(entry), "reference"))
        self._cited = []

    def _resumes(self, paragraph: Paragraph) -> bool:
        """Whether ``paragraph`` goes on with a numbered list of references that something else interrupted."""
        return self._last_cited > 1 and not self._cited and number_of(paragraph.text) == self._last_cited + 1


def _says_so(text: str) -> bool:
    """Whether ``text`` says itself that it is about the publication."""
    return _NOTICE.match(text) is not None or is_footer(text)


def _extent(paragraph: Paragraph) -> tuple[float, float]:
    return min(line.x0 for line in paragraph.lines), max(line.x1 for line in paragraph.lines)


def _label(paragraph: Paragraph) -> int:
    """The length of the section name in another face that a paragraph opens with ("Funding None."), or 0."""
    line = paragraph.lines[0]
    lead = line.runs[0]
    if lead.font == line.font or len(line.runs) < 2:
        return 0
    name = line.text[: lead.end - lead.start].rstrip()
    known = classify(name) not in (None, "figure", "table") and name[:1].isupper()
    return len(name) if known and len(paragraph.text) > len(name) + 1 else 0


def _settled(flow: Sequence[Block], after_front: bool) -> list[Block]:
    """``flow`` with a section for text without a heading: what follows front matter or keywords is no part of them."""
    loose = after_front
    first_heading = next((at for at, block in enumerate(flow) if block.role == "heading"), len(flow))
    result = []
    for at, block in enumerate(flow):
        if block.role == "heading":
            loose = False
        elif block.section == "keywords":
            loose = True
        elif block.role == "paragraph" and loose:
            block = Block(block.text, block.role, _unnamed(flow, at, first_heading))
            loose = False
        result.append(block)
    return result


def _unnamed(flow: Sequence[Block], at: int, first_heading: int) -> SectionKind:
    """An unnamed paragraph right before the introduction is the abstract."""
    if at < first_heading < len(flow) and classify(flow[first_heading].text.text.strip()) == "introduction":
        return "abstract"
    return "body"
