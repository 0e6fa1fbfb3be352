"""A web page as a light tree: what each element holds, what is site furniture, where the article stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.errors import MalformedError
from corpus.readers.markup import names
from corpus.sections import classify

_MAX_DEPTH = 250
_MOST_OPEN = 5_000
"""Open tags before parsing: far above ``_MAX_DEPTH``, for browsers close what authors forget to."""
_TAG = re.compile(r"<(?P<end>/?)(?P<tag>[A-Za-z][^\s/<>]*+)[^<>]*+>")
_NOT_NESTING = names(
    "area base br col embed hr img input link meta param source track wbr "
    "p li dt dd option optgroup tr td th thead tbody tfoot colgroup rp rt html head body"
)
"""Elements without content, and those whose end tag may be left out: they do not nest in themselves."""
"""Deeper than any page made to be read, and within Python's own stack."""
BLOCKS = names(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul"
)
TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_DROPPED = names(
    "script style noscript template svg iframe canvas audio video embed map button input select textarea label "
    "option datalist dialog menu nav head link meta title footer aside del s strike"
)
_DROPPED_ROLES = names(
    "navigation contentinfo search dialog alertdialog complementary menu menubar toolbar tablist tooltip"
)
NEVER_SHOWN = names("script style noscript template svg head annotation annotation-xml")
_FURNITURE = names(
    "nav navbar navigation menu submenu breadcrumb breadcrumbs sidebar share sharing social cookie cookies "
    "gdpr banner advert advertisement ads related recommended recommendations recommendation metrics altmetric "
    "altmetrics toolbar popup popover popovers modal login signin signup search newsletter subscribe comments "
    "comment widget widgets tooltip tooltips pagination masthead topnav citedby referee reviewers feedback "
    "sponsor promo skiplink skip screenreader overlay"
)
"""Words of a class or id that name the page around an article."""
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_UNSEEN_CLASSES = names(
    "sr-only visually-hidden visuallyhidden offscreen off-screen screen-reader-text element-invisible hidden d-none"
)
_RENDERING = frozenset({"error", "hidden", "message", "preview", "test"})
"""Words beside "mathjax": what MathJax puts on a page besides its formulas."""
_WORD = re.compile(r"[a-z]+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SAFE_NAME = re.compile(r"[a-z][a-z0-9]*")
_SECTIONS = names("abstract introduction case treatment outcome methods results conclusion references")
"""What a heading outside the main text may name for its element to belong to the article."""
_PROSE = 80
"""A stretch of unlinked text this long is prose; menus and buttons are shorter."""
_MOST = 0.35
"""What holds this share of a page's prose is never furniture, whatever its class says."""
_NEARLY_ALL = 0.97
_MUCH = 600
"""More prose than a table of data holds."""


class Node:
    """An element, or (``tag`` empty) a text node."""

    __slots__ = (
        "attributes", "blocks", "children", "furniture", "length", "parent", "prose", "step", "table", "tag", "text",
        "words",
    )  # fmt: skip

    def __init__(self, tag: str, parent: Node | None, text: str = "") -> None:
        self.tag, self.parent, self.text = tag, parent, text
        self.children: list[Node] = []
        self.attributes: dict[str, str] = {}
        self.words: frozenset[str] = frozenset()
        self.step = ""
        self.length = len(text)
        self.prose = 0
        self.table = 0
        """The length of the longest table in it, itself included."""
        self.blocks = False
        self.furniture: bool | None = None

    def path(self) -> str:
        """A CSS selector that finds this element alone: ``html > body > p:nth-child(3)``."""
        steps: list[str] = []
        node: Node | None = self
        while node is not None:
            steps.append(node.step)
            node = node.parent
        return " > ".join(reversed(steps))

    def value(self) -> str:
        """The element's string value: all its character data in order."""
        return "".join(node.text for node in self.walk() if not node.tag)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def ancestors(self) -> Iterator[Node]:
        """The elements around this one, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


def check_nesting(text: str, name: str) -> None:
    """Refuse a page that opens far more elements than it closes: parsing takes time in the square of their depth.

    Counted from the tags alone, so no page is refused that a browser would show. Raises MalformedError.
    """
    depth = foreign = 0
    for match in _TAG.finditer(text):
        tag = match["tag"].lower()
        if tag in _NOT_NESTING or (foreign and match.group().endswith("/>")):
            continue
        step = -1 if match["end"] else 1
        depth = max(0, depth + step)
        if tag in ("svg", "math"):
            foreign = max(0, foreign + step)
        if depth > _MOST_OPEN:
            raise _too_deep(name)


def build(page: LexborHTMLParser, name: str) -> Node:
    """The tree below ``<html>``; MalformedError where it is too deep to be a page."""
    top = page.css_first("html")
    if top is None:
        raise MalformedError(f"{name} holds no HTML document")
    root = _element(top, None, "html")
    open_nodes: list[tuple[Node, LexborNode | None, int]] = [(root, top.child, 0)]
    while open_nodes:
        parent, current, position = open_nodes.pop()
        if current is None:
            _close(parent)
            continue
        if current.is_text_node:
            parent.children.append(Node("", parent, current.text_content or ""))
        elif current.is_element_node:
            position += 1
            tag = current.tag or ""
            node = _element(current, parent, f"{tag if _SAFE_NAME.fullmatch(tag) else '*'}:nth-child({position})")
            if tag in ("body", "head"):
                node.step = tag
            parent.children.append(node)
            open_nodes.append((parent, current.next, position))
            if len(open_nodes) > _MAX_DEPTH:
                raise _too_deep(name)
            open_nodes.append((node, current.child, 0))
            continue
        open_nodes.append((parent, current.next, position))
    return root


def _too_deep(name: str) -> MalformedError:
    return MalformedError(f"{name} nests elements over {_MAX_DEPTH} deep: it is not a page a browser would show")


def _element(source: LexborNode, parent: Node | None, step: str) -> Node:
    node = Node((source.tag or "").lower() or "*", parent)
    node.step = step
    node.attributes = {key.lower(): value or "" for key, value in source.attributes.items()}
    names = f"{node.attributes.get('class', '')} {node.attributes.get('id', '')}"
    node.words = frozenset(_WORD.findall(names.lower()))
    return node


def _close(node: Node) -> None:
    """Sums up a node whose children are all there."""
    node.length = sum(child.length for child in node.children)
    node.table = max((child.table for child in node.children), default=0)
    if node.tag == "table":
        node.table = max(node.table, node.length)
    node.blocks = any(child.tag in BLOCKS or child.blocks for child in node.children)
    if node.tag in _DROPPED or node.tag == "a":
        return
    own = sum(child.length for child in node.children if not child.tag and child.text.strip())
    inner = sum(child.prose for child in node.children)
    if not node.blocks and node.tag in BLOCKS:  # a leaf block: its unlinked text, if there is enough of it
        linked = sum(below.length for below in node.walk() if below.tag == "a")
        node.prose = node.length - linked if node.length - linked >= _PROSE else 0
    else:
        node.prose = inner + (own if node.tag in BLOCKS and own >= _PROSE else 0)


def is_furniture(node: Node, page: Node) -> bool:
    """Whether ``node`` belongs to the site or to the browser rather than to the article."""
    if node.furniture is None:
        node.furniture = _is_furniture(node, page)
    return node.furniture


def _is_furniture(node: Node, page: Node) -> bool:
    if node.tag in NEVER_SHOWN:
        return True
    if node.prose > _MOST * page.prose > 0:
        return False
    attributes = node.attributes
    if node.tag in _DROPPED or attributes.get("role") in _DROPPED_ROLES:
        return True
    if not _is_tab(node):
        if attributes.get("aria-hidden") == "true":
            return True
        if "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")):
            return not (_is_fuller_table(node) or _lists_references(node))
        if not _UNSEEN_CLASSES.isdisjoint(attributes.get("class", "").lower().split()):
            return True
    if node.tag == "header" or attributes.get("role") == "banner":
        return not _heads_a_part(node)
    if "thumbnail" in node.words and node.parent is not None and 0 < node.table < node.parent.table:
        return True
    if node.tag not in BLOCKS and node.tag not in ("span", "a"):
        return False
    if "mathjax" in node.words:
        return not node.words.isdisjoint(_RENDERING)
    if not node.words.isdisjoint(_FURNITURE) and not _is_discussion(node):
        return True
    return "footer" in node.words and "article" not in node.words


def _heads_a_part(header: Node) -> bool:
    """Whether a ``<header>`` is the article's or one of its sections', and not the site's."""
    headings = {below.tag for below in header.walk() if below.tag in HEADINGS}
    inside = any(around.tag in ("article", "section") for around in header.ancestors())
    return "h1" in headings or (inside and (bool(headings) or "caption" in header.words))


def _is_discussion(node: Node) -> bool:
    """Whether ``node`` is a section headed "Comment", as many journals call the discussion, and no visitors' column."""
    if node.tag != "section" or not node.prose or not (node.words & _FURNITURE <= {"comment", "comments"}):
        return False
    heading = next((below for below in node.walk() if below.tag in HEADINGS), None)
    if heading is None or classify(heading.value()) != "discussion" or "(" in heading.value():
        return False
    return not any(below.tag in ("form", "textarea", "input", "article", "time") for below in node.walk())


def _is_tab(node: Node) -> bool:
    """Whether ``node`` is a part of the page with text that a tab brings to sight."""
    named = node.attributes.get("role") == "tabpanel" or {"tab", "pane"} <= node.words or "tabpanel" in node.words
    return named and bool(node.value().strip())


def _is_fuller_table(node: Node) -> bool:
    """Whether ``node`` is a table kept out of sight that says more than what is shown in its place."""
    return node.tag == "table" and node.parent is not None and node.table >= node.parent.table


def _lists_references(node: Node) -> bool:
    """Whether ``node`` is a list of references folded up until somebody opens it."""
    entries = [below.value() for below in node.walk() if below.tag == "li" and below.length >= 40]
    return len(entries) >= 5 and sum(bool(_YEAR.search(entry)) for entry in entries) > 0.8 * len(entries)


def main_part(page: Node) -> Node:
    """The smallest element that holds nearly all of the article's prose."""
    node = page
    while True:
        within = [child for child in node.children if child.tag and not is_furniture(child, page)]
        total = sum(child.prose for child in within)
        best = max(within, key=lambda child: child.prose, default=None)
        if best is None or not best.blocks or best.prose < _NEARLY_ALL * total or best.prose == 0:
            return node
        if any(child.tag in HEADINGS and child.tag != "h1" for child in within):
            return node  # a heading beside the text is the text's own
        if any(_is_section(child) for child in within if child is not best):
            return node  # so is a short abstract, or a list of references, beside a long text
        node = best


def _is_section(node: Node) -> bool:
    """Whether ``node`` holds a heading that names a part of an article."""
    return any(below.tag in HEADINGS and classify(below.value()) in _SECTIONS for below in node.walk())


def is_page_grid(table: Node) -> bool:
    """Whether a table lays out the page: it holds headings, cells with paragraphs of prose, or tables and prose."""
    below = [node for node in table.walk() if node is not table]
    if any(node.tag in HEADINGS or (node.tag in ("p", "div", "td") and node.prose > _MUCH) for node in below):
        return True
    return table.prose > _MUCH and any(node.tag == "table" for node in below)


def first_text(node: Node) -> str:
    """The text of the first leaf block in ``node`` that has any."""
    for below in node.walk():
        if below.tag in BLOCKS and not below.blocks and below.length and (text := below.value().strip()):
            return text
    return ""


def unlinked(node: Node, left_out: re.Pattern[str] | None = None) -> str:
    """The text of ``node`` outside links; given ``left_out``, outside links that say that and nothing else."""
    pieces: list[str] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if current.tag != "a" or (left_out is not None and not left_out.fullmatch(current.value().strip())):
            pieces.append(current.text)
            stack.extend(reversed(current.children))
    return "".join(pieces)
