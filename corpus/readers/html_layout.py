"""An article's page laid out as blocks: headings, paragraphs, captions, tables and references."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.identity import find_dois
from corpus.readers.html_outline import Outline, Zone, is_button
from corpus.readers.html_tree import (
    BLOCKS,
    HEADINGS,
    NEVER_SHOWN,
    TABLE_PARTS,
    Node,
    is_furniture,
    is_page_grid,
    unlinked,
)
from corpus.readers.html_words import ARROWS, SERVICE
from corpus.readers.markup import (
    FORMULA_PARTS,
    MOST_PARTS,
    Break,
    Grid,
    Run,
    Sheet,
    formula_marks,
    is_raised_part,
    span_of,
)

_LINKED_NUMBER = re.compile(r"\s*\d{1,3}[a-z]?\s*")
_BOXES = BLOCKS | {"span"}
_CITING_ROLES = frozenset({"doc-biblioref", "doc-noteref"})
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"\w")
_AFTER_ADDRESS = re.compile(r"[&?#].*")


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
        self._outline = Outline(page, title)
        self._grid = Grid()
        self._at = 0
        self._flow: list[Run | Break] = []

    def lay_out(self, article: Node) -> None:
        """Everything in ``article``."""
        self._outline.look_ahead(article)
        zone = Zone()
        for around in reversed([article, *article.ancestors()]):
            zone = self._outline.zone(around, zone)
        self._visit(article, zone)

    def lay_title(self, node: Node, start: int, end: int) -> None:
        """``[start, end)`` of ``node``'s string value as the title."""
        value = node.value()
        at = self._sheet.part(node.path(), value)
        self._sheet.lay([Run(value[start:end], at + start)], "title")
        self._outline.title_was_laid()

    def is_title(self, node: Node) -> bool:
        """Whether ``node`` says the title and nothing else."""
        return self._outline.is_title(node)

    def _visit(self, node: Node, zone: Zone) -> None:
        """Lays ``node`` out: whole where it holds text of its own, else its children one by one."""
        if self._is_whole(node, zone):
            self._lay(node, zone)
            return
        for child in node.children:
            if child.tag and not is_furniture(child, self._page) and (child.tag in BLOCKS or child.blocks):
                self._visit(child, self._outline.zone(child, zone))

    def _is_whole(self, node: Node, zone: Zone) -> bool:
        if not node.blocks or node.tag in HEADINGS or (node.tag == "table" and not is_page_grid(node)):
            return True
        if (node.tag == "li" and self._outline.citing(zone)) or (
            zone.caption and node.tag in ("figcaption", "caption")
        ):
            return True
        return any(
            _LETTER.search(unlinked(child))
            for child in node.children
            if not child.tag or not (child.tag in BLOCKS or child.blocks or is_furniture(child, self._page))
        )

    def _lay(self, node: Node, zone: Zone) -> None:
        start = self._outline.opening(node, zone)
        if start is None:
            if self._outline.citing(zone) and (doi := linked_doi(node)):
                self._sheet.add_to_reference(f" doi:{doi}")  # the links stand below the reference
            return
        value = node.value()
        self._at, self._flow = self._sheet.part(node.path(), value), []
        self._fill(node, zone, start)
        self._sheet.lay(self._flow, start.role, start.section)

    def _fill(self, node: Node, zone: Zone, start: Break) -> None:
        """What the block ``start``, which ``node`` opens, holds; a reference's DOI even where only a link names it."""
        begin = len(self._flow)
        self._walk(node, zone, start, _Style(flat=_is_flat(node, start)))
        if start.role == "reference":
            shown = "".join(item.text for item in self._flow[begin:] if isinstance(item, Run))
            if not find_dois(shown) and (doi := linked_doi(node)):
                self._add(f" doi:{doi}", start)

    def _walk(self, node: Node, zone: Zone, current: Break | None, style: _Style) -> None:
        """Adds what ``node`` holds to the flow; ``current`` is its block, None where that is not to be shown."""
        grid = self._grid
        if node.tag == "tr":
            self._grid.start_row()
        elif node.tag in TABLE_PARTS:
            self._grid = Grid()  # no cell reaches out of its group of rows
        after_break = False
        for number, child in enumerate(node.children, 1):
            if not child.tag:
                if current is not None and (node.tag not in FORMULA_PARTS or child.text.strip()):
                    self._flow.append(Run(child.text, self._at, style.raised, style.cites))
                self._at += child.length
            elif is_furniture(child, self._page) or (current is not None and _is_aside(child, current, style)):
                self._leave_out(child, current, node.children[number : number + 1])
            elif child.tag in ("br", "hr"):
                self._line_end(current, style, paragraph=child.tag == "hr" or after_break)
            elif child.tag in ("td", "th"):
                self._cell(child, zone, current, style)
            elif child.tag in BLOCKS and style.flat:
                self._add(" ", current)
                self._walk(child, zone, current, style)
                self._add(" ", current)
            elif child.tag in BLOCKS:
                self._inner_block(child, self._outline.zone(child, zone), current)
            else:
                self._in_line(child, zone, current, _style_in(child, style))
            if child.tag or child.text.strip():
                after_break = child.tag == "br"
        if node.tag == "tr":
            self._say_again(current)
        self._grid = grid

    def _leave_out(self, child: Node, current: Break | None, following: Sequence[Node]) -> None:
        """Passes ``child`` by; what stands on both sides of words that are left out does not run together."""
        if child.tag not in NEVER_SHOWN and child.length and self._ending()[-1:].isalnum():
            text = next((below.text for after in following for below in after.walk() if below.length), "")
            self._add(" " if text[:1].isalnum() else "", current)
        self._at += child.length

    def _ending(self) -> str:
        last = self._flow[-1] if self._flow else None
        return last.text if isinstance(last, Run) else ""

    def _in_line(self, child: Node, zone: Zone, current: Break | None, style: _Style) -> None:
        """An in-line element, or a part of a formula with what a line needs around it."""
        around = child.parent
        if around is None or around.tag not in FORMULA_PARTS or len(around.children) > MOST_PARTS:
            self._walk(child, zone, current, style)
            return
        parts = [part for part in around.children if part.tag]
        position, base = parts.index(child), parts[0].value()
        opening, closing = formula_marks(around.tag, position, child.value(), base, self._ending())
        raised = style.raised or (is_raised_part(around.tag, position) and not base.strip())
        self._add(opening, current)
        self._walk(child, zone, current, replace(style, raised=raised))
        self._add(closing, current)

    def _cell(self, cell: Node, zone: Zone, current: Break | None, style: _Style) -> None:
        self._say_again(current)
        if self._grid.in_row:
            self._add(" | ", current)
        begin = len(self._flow)
        self._walk(cell, zone, current, replace(style, flat=True))
        rows, columns = (span_of(cell.attributes.get(name)) for name in ("rowspan", "colspan"))
        self._grid.place(self._flow[begin:], rows, columns)

    def _say_again(self, current: Break | None) -> None:
        """The cells that reach down into the row at hand from the rows above."""
        for runs in self._grid.reaching():
            if self._grid.in_row:
                self._add(" | ", current)
            if current is not None:
                self._flow += runs

    def _inner_block(self, child: Node, zone: Zone, current: Break | None) -> None:
        start = self._outline.opening(child, zone)
        self._flow.append(start or Break())
        if start is None:
            self._walk(child, zone, None, _Style())
        else:
            self._fill(child, zone, start)
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


def _is_flat(node: Node, start: Break) -> bool:
    if start.role == "caption":
        return node.tag != "table"
    return node.tag == "tr" or start.role in ("heading", "title", "reference")


def _style_in(node: Node, style: _Style) -> _Style:
    """The style of what stands in an in-line element."""
    raised = style.raised or node.tag == "sup"
    links = node.tag == "a" and "#" in node.attributes.get("href", "")
    cites = links and (style.raised or bool(_LINKED_NUMBER.fullmatch(node.value())))
    return replace(style, raised=raised, cites=style.cites or cites or node.attributes.get("role") in _CITING_ROLES)


def _is_aside(node: Node, current: Break, style: _Style) -> bool:
    """Whether ``node`` is no text but something to be pressed: an arrow, a row of links in a reference or a caption."""
    if node.length <= 2 and (text := node.value().strip()) and ARROWS.issuperset(text):
        return True
    if not style.flat or current.role not in ("reference", "caption", "table"):
        return False
    if current.role != "reference":
        return (node.tag == "a" or node.tag in _BOXES) and node.tag not in HEADINGS and is_button(node)
    if node.tag == "a":
        return bool(SERVICE.fullmatch(node.value().strip()))
    return (
        node.tag in _BOXES
        and any(below.tag == "a" for below in node.walk())
        and not _WORD.search(unlinked(node, SERVICE))
    )


def linked_doi(node: Node) -> str | None:
    """The DOI that a link below ``node`` leads to, or that the element itself is marked with."""
    addresses: list[str] = []
    for below in node.walk():
        marked = below.attributes.get("data-doi")
        addresses += [marked] if marked else []
        address = below.attributes.get("href", "") if below.tag == "a" else ""
        if "10." in address:
            addresses.insert(0, address) if "doi.org/" in address else addresses.append(address)
    found = (doi for address in addresses for doi in find_dois(address))
    first = next(found, None)
    return _AFTER_ADDRESS.sub("", first) if first else None
