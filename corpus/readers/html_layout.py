"""An article's page laid out as blocks: headings, paragraphs, captions, tables and references."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from corpus.model import SectionKind
from corpus.readers.html_tree import BLOCKS, HEADINGS, Node, is_furniture, is_page_grid, unlinked
from corpus.readers.markup import Break, Run, Sheet, names
from corpus.sections import classify

_CAPTION_WORDS: dict[str, SectionKind] = {
    "fig": "figure",
    "figure": "figure",
    "figures": "figure",
    "figcaption": "figure",
    "caption": "figure",
    "table": "table",
    "tables": "table",
    "tablewrap": "table",
    "tbl": "table",
}
_NUMBERED = re.compile(
    r"\s*(?:supplementary\s+|online\s+|extended\s+data\s+)?(?:(?P<table>table)|fig(?:ure)?|scheme|chart|box|plate|video)"
    r"\.?\s*S?\d+[A-Za-z]?\s*(?:[.:|]|$)",
    re.IGNORECASE,
)
_REFERENCE_WORDS = frozenset({"references", "refs", "bibliography", "reflist"})
_FRONT_WORDS = names("author authors affiliation affiliations aff contrib contributors byline")
_SITE_HEADING = re.compile(
    r"(?:(?:related|recommended|similar|citing|more|other)\s+(?:article|content|paper|reading|link|stor|from|like)|cited\s+by|"
    r"(?:article\s+)?metrics$|share(?:\s+(?:this|on|via)\b.*)?$|comments?(?:\s*\(\d+\))?$|discuss\s+this|(?:open\s+)?peer\s+review|people\s+also|"
    r"table\s+of\s+contents|contents$|log\s?in|sign\s+(?:in|up)|most\s+(?:read|viewed|cited|popular)|you\s+may|download|"
    r"about\s+this|submit\b|subscribe|navigation|search$|browse|follow\s+us|article\s+tools|rights\s+and\s+permissions|"
    r"(?:current\s+)?referee|editors?['’]?s?\s+(?:pick|choice)|(?:revised\s*)?amendments\s+from|citation$|cite\s+this)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:(?P<keywords>key\s?words?)|(?P<back>funding|competing interests?|conflicts? of interests?|grant information|"
    r"data availability)|(?:how to )?cite|citation|(?:academic )?editors?|received|accepted|copyright|"
    r"(?:first |latest )?published(?: online)?|correspondence(?: to)?|doi)\s*:|©|"
    r"corresponding author|this is an open.access article distributed",
    re.IGNORECASE,
)
"""Lines of an article's information box."""
_LINKED_NUMBER = re.compile(r"\s*\d{1,3}[a-z]?\s*")
_NOT_CONTINUED: tuple[SectionKind, ...] = ("abstract", "keywords", "references", "front", "back")
_BOXES = BLOCKS | {"span"}
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s*$")
_SHORT = 250
"""Longer text before the first heading is prose, not a line of names or dates."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """What the elements around a block say of it."""

    abstract: bool = False
    references: bool = False
    front: bool = False
    caption: SectionKind | None = None


@dataclass(frozen=True, slots=True)
class _Style:
    """What holds for the text being walked; ``flat``: in one line."""

    flat: bool = False
    raised: bool = False
    cites: bool = False


class Layout:
    """Lays elements of ``page`` out on ``sheet``, in the order in which they are given to ``lay_out``."""

    def __init__(self, page: Node, sheet: Sheet, title: str | None) -> None:
        self._page, self._sheet = page, sheet
        self._title = _squeezed(title or "")
        self._at = 0
        self._flow: list[Run | Break] = []
        self._site_level: int | None = None  # the level of the site's own heading that we are under
        self._titled = self._in_references = False
        self._first_heading: SectionKind | None = None  # what the article's first heading opens
        self._kind: SectionKind | None = None  # what the last heading opened; None before the first
        self._apart = False  # the last paragraph was of another kind than its heading says
        self._in_box = False  # in the lines of information below an abstract

    def lay_out(self, article: Node) -> None:
        """Everything in ``article``."""
        headings = [node for node in article.walk() if node.tag in HEADINGS and node.value().strip()]
        after_title = next((index for index, node in enumerate(headings, 1) if self.is_title(node)), 0)
        if headings[after_title:]:
            kind = classify(headings[after_title].value()) or "body"
            self._first_heading = None if kind in ("references", "back") else kind  # only a section has front matter
        zone = _Zone()
        for around in reversed([article, *article.ancestors()]):
            zone = self._zone(around, zone)
        self._visit(article, zone)

    def lay_title(self, node: Node, start: int, end: int) -> None:
        """``[start, end)`` of ``node``'s string value as the title."""
        value = node.value()
        at = self._sheet.part(node.path(), value)
        self._sheet.lay([Run(value[start:end], at + start)], "title")
        self._titled = True

    def is_title(self, node: Node) -> bool:
        """Whether ``node`` says the title and nothing else."""
        return bool(self._title) and _squeezed(node.value()) == self._title

    def _visit(self, node: Node, zone: _Zone) -> None:
        """Lays ``node`` out: whole where it holds text of its own, else its children one by one."""
        if self._is_whole(node, zone):
            self._lay(node, zone)
            return
        for child in node.children:
            if child.tag and not is_furniture(child, self._page) and (child.tag in BLOCKS or child.blocks):
                self._visit(child, self._zone(child, zone))

    def _is_whole(self, node: Node, zone: _Zone) -> bool:
        if not node.blocks or node.tag in HEADINGS or (node.tag == "table" and not is_page_grid(node)):
            return True
        if (node.tag == "li" and self._citing(zone)) or (zone.caption and node.tag in ("figcaption", "caption")):
            return True
        return any(
            _LETTER.search(unlinked(child))
            for child in node.children
            if not child.tag or not (child.tag in BLOCKS or child.blocks or is_furniture(child, self._page))
        )

    def _lay(self, node: Node, zone: _Zone) -> None:
        start = self._opening(node, zone)
        if start is None:
            return
        value = node.value()
        self._at, self._flow = self._sheet.part(node.path(), value), []
        self._walk(node, zone, start, _Style(flat=self._is_flat(node, start)))
        self._sheet.lay(self._flow, start.role, start.section)

    def _walk(self, node: Node, zone: _Zone, current: Break | None, style: _Style) -> None:
        """Adds what ``node`` holds to the flow; ``current`` is its block, None where that is not to be shown."""
        after_cell = after_break = False
        for child in node.children:
            if not child.tag:
                if current is not None:
                    self._flow.append(Run(child.text, self._at, style.raised, style.cites))
                self._at += child.length
            elif is_furniture(child, self._page) or (
                current is not None and style.flat and _is_link_box(child, current)
            ):
                self._at += child.length
            elif child.tag in ("br", "hr"):
                self._line_end(current, style, paragraph=child.tag == "hr" or after_break)
            elif child.tag in ("td", "th"):
                self._add(" | " if after_cell else "", current)
                after_cell = True
                self._walk(child, zone, current, replace(style, flat=True))
            elif child.tag in BLOCKS and style.flat:
                self._add(" ", current)
                self._walk(child, zone, current, style)
                self._add(" ", current)
            elif child.tag in BLOCKS:
                self._inner_block(child, self._zone(child, zone), current)
            else:
                links = child.tag == "a" and "#" in child.attributes.get("href", "")
                cites = style.cites or (links and (style.raised or bool(_LINKED_NUMBER.fullmatch(child.value()))))
                self._walk(child, zone, current, replace(style, raised=style.raised or child.tag == "sup", cites=cites))
            if child.tag or child.text.strip():
                after_break = child.tag == "br"

    def _inner_block(self, child: Node, zone: _Zone, current: Break | None) -> None:
        start = self._opening(child, zone)
        self._flow.append(start or Break())
        self._walk(child, zone, start, _Style(flat=start is not None and self._is_flat(child, start)))
        self._flow.append(current or Break())

    def _line_end(self, current: Break | None, style: _Style, *, paragraph: bool) -> None:
        """One ``<br>`` ends a line, two (or a rule) end a paragraph."""
        if current is not None and paragraph and not style.flat:
            self._flow.append(current)
        else:
            self._add(" ", current)

    def _add(self, text: str, current: Break | None) -> None:
        if current is not None and text:
            self._flow.append(Run(text, self._at, added=True))

    def _is_flat(self, node: Node, start: Break) -> bool:
        if start.role == "caption":
            return node.tag != "table"
        return node.tag == "tr" or start.role in ("heading", "title", "reference")

    def _citing(self, zone: _Zone) -> bool:
        return zone.references or self._in_references

    def _zone(self, node: Node, outer: _Zone) -> _Zone:
        """``outer``, and what ``node`` itself tells; an element that holds most of the page tells nothing."""
        share = node.prose / self._page.prose if self._page.prose else 0.0
        if node.tag in ("figure", "figcaption"):
            outer = replace(outer, caption="figure")
        elif node.tag in ("table", "caption"):
            outer = replace(outer, caption="table" if node.tag == "caption" else outer.caption)
        elif share < 0.2 and outer.caption is None:
            kinds = [kind for word, kind in _CAPTION_WORDS.items() if word in node.words]
            outer = replace(outer, caption=("table" if "table" in kinds else kinds[0]) if kinds else None)
        if share < 0.5 and "abstract" in node.words:
            outer = replace(outer, abstract=True)
        if not node.words.isdisjoint(_REFERENCE_WORDS) and sum(below.tag == "li" for below in node.walk()) > 1:
            outer = replace(outer, references=True)
        if share < 0.2 and not node.words.isdisjoint(_FRONT_WORDS) and not any(n.tag in HEADINGS for n in node.walk()):
            outer = replace(outer, front=True)
        return outer

    def _opening(self, node: Node, zone: _Zone) -> Break | None:
        """The block that ``node`` opens; None where it belongs to the site."""
        text = " ".join(node.value().split())
        if node.tag in HEADINGS and text:
            return self._heading(node, text, zone)
        if self._site_level is not None:
            return None
        if self._citing(zone):
            return Break("reference" if len(text) >= 20 else "paragraph", "references")
        if node.tag == "table" or node.tag == "tr":
            return Break("table", "table")
        numbered = _NUMBERED.match(text)
        if zone.caption is not None or numbered:
            table = zone.caption == "table" or bool(numbered and numbered.group("table"))
            return Break("caption", "table" if table else "figure")
        if not _LETTER.search(unlinked(node)) and len(text) < 100 and not zone.front:
            return None  # a button, a menu entry, a rule
        return Break("paragraph", self._section(text, zone))

    def _heading(self, node: Node, text: str, zone: _Zone) -> Break | None:
        level = int(node.tag[1])
        if self.is_title(node):
            first, self._titled = not self._titled, True
            self._kind = None
            return Break("title") if first else None
        if self._site_level is not None and level > self._site_level:
            return None
        self._site_level = level if _SITE_HEADING.match(text) else None
        if self._site_level is not None:
            return None
        if zone.caption is not None or _NUMBERED.match(text):
            return Break("caption", zone.caption or ("table" if text[:5].lower() == "table" else "figure"))
        kind = classify(text)
        self._kind = kind or ("body" if self._kind in (None, *_NOT_CONTINUED) else self._kind)
        self._apart = self._in_box = False
        self._in_references = kind == "references"
        return Break("heading", "abstract" if zone.abstract else None)

    def _section(self, text: str, zone: _Zone) -> SectionKind | None:
        """The kind of a paragraph where something other than the heading above it tells."""
        kind = self._named_section(text, zone)
        if kind is None and self._apart:
            return self._kind or "body"
        self._apart = kind is not None
        return kind

    def _named_section(self, text: str, zone: _Zone) -> SectionKind | None:
        if label := _LABELLED.match(text):
            self._in_box = self._kind in (None, "abstract")
            return "keywords" if label.group("keywords") else "back" if label.group("back") else "front"
        if zone.abstract:
            return "abstract"
        if zone.front or self._in_box:
            return "front"
        if self._kind is not None or self._first_heading is None:
            return None
        sentence = len(text) >= _SHORT or (len(text.split()) >= 8 and _SENTENCE_END.search(text))
        if not sentence or self._first_heading == "abstract":
            return "front"
        return "abstract" if self._first_heading == "introduction" else None


def _is_link_box(node: Node, current: Break) -> bool:
    """Whether ``node`` is a row of buttons ("View article", "PubMed") in a reference, and not its DOI."""
    return (
        current.role == "reference"
        and node.tag in _BOXES
        and any(below.tag == "a" for below in node.walk())
        and "10." not in node.value()
        and not re.search(r"\w", unlinked(node))
    )


def _squeezed(text: str) -> str:
    """Letters and digits alone, for comparing titles."""
    return "".join(character for character in text.casefold() if character.isalnum())
