"""What each element of an article's page is: told by the headings above it, the elements around it, and its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from corpus.model import SectionKind
from corpus.readers.html_tree import BLOCKS, HEADINGS, TABLE_PARTS, Node, first_text, is_furniture, unlinked
from corpus.readers.html_words import (
    BUTTON,
    BUTTON_LENGTH,
    CAPTION_WORDS,
    FRONT_WORDS,
    LABELLED,
    NUMBERED,
    REFERENCE_WORDS,
    SERVICE,
    SITE_HEADING,
    TABLE_LABEL,
)
from corpus.readers.markup import Break
from corpus.sections import classify

_NOT_CONTINUED: tuple[SectionKind, ...] = ("abstract", "keywords", "references", "front", "back")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\w")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s*$")
_LEAST = 40
"""Less text below a heading is a line to be pressed, or none."""
_SHORT = 250
"""Longer text before the first heading is prose, not a line of names or dates."""


@dataclass(frozen=True, slots=True)
class Zone:
    """What the elements around a block say of it."""

    abstract: bool = False
    references: bool = False
    front: bool = False
    caption: SectionKind | None = None


class Outline:
    """Reads an article's elements in order and says what block each of them opens."""

    def __init__(self, page: Node, title: str | None) -> None:
        self._page, self._title = page, squeezed(title or "")
        self._site_level: int | None = None  # the level of the site's own heading that we are under
        self._open: list[tuple[int, SectionKind]] = []  # the headings that we are under, outermost first
        self._flat_abstract = False  # the headings below "Abstract" are not parts of it, however they are ranked
        self._titled = self._awaits_title = self._in_references = False
        self._first_heading: SectionKind | None = None  # what the article's first heading opens
        self._kind: SectionKind | None = None  # what the last heading opened; None before the first
        self._apart = False  # the last paragraph was of another kind than its heading says
        self._in_box = False  # in the lines of information below an abstract
        self._headed: dict[Node, int] = {}  # how much text stands below each heading
        self._past_references = False

    def look_ahead(self, article: Node) -> None:
        """What the headings of ``article``, which is to be read next, say of what stands before them."""
        headings = [node for node in article.walk() if node.tag in HEADINGS and node.value().strip()]
        after_title = next((index for index, node in enumerate(headings, 1) if self.is_title(node)), 0)
        self._awaits_title = after_title > 0
        if headings[after_title:]:
            kind = classify(headings[after_title].value()) or "body"
            self._first_heading = None if kind in ("references", "back") else kind  # only a section has front matter
        self._flat_abstract = _runs_on(headings[after_title:])
        self._headed = _text_headed(article, self._page)

    def title_was_laid(self) -> None:
        """The title has its block: whatever repeats it is none."""
        self._titled = True

    def is_title(self, node: Node) -> bool:
        """Whether ``node`` says the title and nothing else."""
        return bool(self._title) and squeezed(node.value()) == self._title

    def citing(self, zone: Zone) -> bool:
        """Whether this is the list of references."""
        return zone.references or self._in_references

    def zone(self, node: Node, outer: Zone) -> Zone:
        """``outer``, and what ``node`` itself tells; an element that holds most of the page tells nothing."""
        share = node.prose / self._page.prose if self._page.prose else 0.0
        role = node.attributes.get("role", "")
        if outer.caption is None and (caption := self._caption(node, share)):
            outer = replace(outer, caption=caption)
        if share < 0.5 and ("abstract" in node.words or role == "doc-abstract"):
            outer = replace(outer, abstract=True)
        listed = role == "doc-bibliography" or not node.words.isdisjoint(REFERENCE_WORDS)
        if listed and sum(below.tag == "li" for below in node.walk()) > 1:
            outer = replace(outer, references=True)
        if share < 0.2 and not node.words.isdisjoint(FRONT_WORDS) and not any(n.tag in HEADINGS for n in node.walk()):
            outer = replace(outer, front=True)
        return outer

    def _caption(self, node: Node, share: float) -> SectionKind | None:
        """Whether ``node`` is a figure or a table with all that belongs to it, or a caption."""
        if node.tag in ("figure", "figcaption"):
            return "table" if node.table else "figure"
        if node.tag == "caption":
            return "table"
        if node.tag == "table" or share >= 0.2:
            return None
        kinds = [kind for word, kind in CAPTION_WORDS.items() if word in node.words]
        if kinds:
            return "table" if "table" in kinds or node.table else kinds[0]
        if node.table and node.tag in BLOCKS and not node.tag.startswith("t"):
            label = NUMBERED.match(first_text(node))
            return "table" if label and label.group("table") else None
        return None

    def opening(self, node: Node, zone: Zone) -> Break | None:
        """The block that ``node`` opens; None where it belongs to the site."""
        text = " ".join(node.value().split())
        if node.tag in HEADINGS and text:
            return self._heading(node, text, zone)
        if self._site_level is not None:
            return None
        if self._in_references and not zone.references and LABELLED.match(text):
            self._in_references, self._kind = False, "back"  # what is printed below the list
        if self.citing(zone):
            if not _WORD.search(unlinked(node, SERVICE)):
                return None
            return Break("reference" if len(text) >= 20 else "paragraph", "references")
        if node.tag in TABLE_PARTS:
            return Break("table", "table")
        numbered = NUMBERED.match(text)
        if zone.caption is not None or numbered:
            if not numbered and is_button(node):
                return None
            table = zone.caption == "table" or bool(TABLE_LABEL.match(text))
            return Break("caption", "table" if table else "figure")
        if not self._says_something(node) and len(text) < 100 and not zone.front:
            return None  # a button, a menu entry, a rule, a counter
        return Break("paragraph", self._section(text, zone))

    def _heading(self, node: Node, text: str, zone: Zone) -> Break | None:
        level = int(node.tag[1])
        if self.is_title(node):
            first, self._titled = not self._titled, True
            self._kind = None
            return Break("title") if first else None
        if self._site_level is not None and level > self._site_level:
            return None
        self._site_level = level if SITE_HEADING.match(text) and not self._is_discussion(node, text) else None
        if self._site_level is not None:
            return None
        if zone.caption is not None or NUMBERED.match(text):
            return Break("caption", "table" if zone.caption == "table" or TABLE_LABEL.match(text) else "figure")
        kind = classify(text) or _labelled(text)
        if kind is None and self._awaits_title and not self._titled:
            self._apart = True
            return Break("paragraph", "front")  # a rubric
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        around = self._open[-1][1] if self._open else None
        if around == "abstract" or (kind is None and around != "references"):
            kind = around
        if kind is not None and not (kind == "abstract" != around and self._flat_abstract):
            self._open.append((level, kind))
        self._kind = kind or ("body" if self._kind in (None, *_NOT_CONTINUED) else self._kind)
        self._apart = self._in_box = False
        self._in_references = kind == "references"
        self._past_references |= self._in_references
        return Break("heading", "abstract" if zone.abstract else kind)

    def _is_discussion(self, heading: Node, text: str) -> bool:
        """Whether a heading that sites use ("Comment") is the article's: it heads a text, ahead of the references."""
        ahead = classify(text) not in (None, "back") and not self._past_references
        return ahead and not text.endswith(")") and self._headed.get(heading, 0) >= _LEAST

    def _says_something(self, node: Node) -> bool:
        """Whether ``node`` holds words outside links, or numbers in the text; for a term's value a sign is enough."""
        said = unlinked(node).strip()
        in_front = self._kind is None and self._first_heading is not None
        return bool((_LETTER if in_front else _WORD).search(said)) or (node.tag == "dd" and bool(said))

    def _section(self, text: str, zone: Zone) -> SectionKind | None:
        """The kind of a paragraph where something other than the heading above it tells."""
        kind = self._named_section(text, zone)
        if kind is None and self._apart:
            return self._kind or "body"
        self._apart = kind is not None
        return kind

    def _named_section(self, text: str, zone: Zone) -> SectionKind | None:
        if LABELLED.match(text):
            self._in_box = self._kind == "abstract" or (self._kind is None and self._first_heading is not None)
            return _labelled(text) or "front"
        if zone.abstract:
            return "abstract"
        if zone.front or self._in_box:
            return "front"
        if self._kind is not None:
            return None
        if self._awaits_title and not self._titled:
            return "front"
        if self._first_heading is None:
            return None
        sentence = len(text) >= _SHORT or (len(text.split()) >= 8 and _SENTENCE_END.search(text))
        if not sentence or self._first_heading == "abstract":
            return "front"
        return "abstract" if self._first_heading == "introduction" else None


def _runs_on(headings: Sequence[Node]) -> bool:
    """Whether the whole article is ranked below its abstract, as some journals' headings are."""
    kinds = [classify(heading.value()) for heading in headings]
    at = next((index for index, kind in enumerate(kinds) if kind == "abstract"), None)
    if at is None:
        return False
    below = takewhile(lambda index: headings[index].tag > headings[at].tag, range(at + 1, len(headings)))
    return any(kinds[index] in ("references", "back", "discussion") for index in below)


def _text_headed(article: Node, page: Node) -> dict[Node, int]:
    """How much text outside links stands below each heading, up to the next one of its rank or above."""
    headed: dict[Node, int] = {}
    open_headings: list[Node] = []
    stack = [article]
    while stack:
        node = stack.pop()
        if node.tag in HEADINGS:
            open_headings = [heading for heading in open_headings if heading.tag < node.tag] + [node]
            headed[node] = 0
            continue
        for heading in open_headings:
            headed[heading] += len(node.text.strip())
        stack.extend(child for child in reversed(node.children) if child.tag != "a" and not is_furniture(child, page))
    return headed


def _labelled(text: str) -> SectionKind | None:
    """What a line's label, or a heading of the same words, says that it is: keywords or back matter."""
    label = LABELLED.match(text) or LABELLED.fullmatch(f"{text}:")
    if label is None:
        return None
    return "keywords" if label.group("keywords") else "back" if label.group("back") else None


def is_button(node: Node) -> bool:
    """Whether ``node`` is something to be pressed beside a figure or a table ("View larger", "Download slide")."""
    text = " ".join(node.value().split())
    return (
        0 < len(text) <= BUTTON_LENGTH
        and bool(BUTTON.match(text))
        and any(below.tag in ("a", "button") for below in node.walk())
    )


def squeezed(text: str) -> str:
    """Letters and digits alone, for comparing what is printed in more than one way."""
    return "".join(character for character in text.casefold() if character.isalnum())
