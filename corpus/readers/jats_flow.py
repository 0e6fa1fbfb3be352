"""The text inside one JATS element: inline mark-up, citations, table cells and reference lists as runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lxml.etree import _Element

from corpus.model import SectionKind
from corpus.readers.jats_tex import pieces
from corpus.readers.jats_tree import children, local, value_of
from corpus.readers.markup import (
    FORMULA_PARTS,
    MOST_PARTS,
    Break,
    Grid,
    Run,
    formula_marks,
    is_raised_part,
    names,
    span_of,
)

FLOATS = frozenset({"table-wrap", "fig", "fig-group", "table-wrap-group", "boxed-text", "supplementary-material"})
"""Set beside the text: inside a paragraph they wait for its end."""
_BLOCKS = names(
    "p list list-item def-list def-item def disp-quote disp-formula speech statement verse-group verse-line "
    "preformat code attrib title table table-wrap-foot fn"
)
_FLAT = names("fig caption ref kwd-group fn def-item article-title title subtitle td th entry disp-formula")
"""Elements whose inner blocks run on in one line."""
_ROWS, _CELLS = frozenset({"tr", "row"}), frozenset({"td", "th", "entry"})
_ROW_GROUPS = frozenset({"table", "tgroup", "thead", "tbody", "tfoot"})
_SILENT = names("annotation annotation-xml graphic inline-graphic object-id alt-text long-desc permissions strike")
_MARKS_IN_TITLES = frozenset({"xref", "fn"})
_NOTE_LINKS = frozenset({"bibr", "fn", "table-fn", "corresp", "aff", "author-notes"})
_CITATIONS = frozenset({"mixed-citation", "element-citation", "citation", "nlm-citation"})
_IN_LINE = names(
    "italic bold sup sub sc underline overline roman monospace sans-serif strike ext-link uri styled-content "
    "named-content xref break"
)
_AFTER = {
    "name": ", ",
    "string-name": ", ",
    "collab": ", ",
    "etal": ". ",
    "person-group": ". ",
    "article-title": ". ",
    "chapter-title": ". ",
    "source": ". ",
    "publisher-name": ". ",
    "comment": ". ",
    "year": "; ",
    "publisher-loc": ": ",
}
"""What a citation made of bare elements needs after each, where the next follows directly."""
_BETWEEN = {
    ("volume", "issue"): "(",
    ("issue", "fpage"): "):",
    ("issue", "elocation-id"): "):",
    ("volume", "fpage"): ":",
    ("volume", "elocation-id"): ":",
    ("fpage", "lpage"): "-",
}
_LAST_NUMBER = re.compile(r"\d{1,3}$")
_ID_PREFIX = {"doi": "doi:", "pmid": "PMID:", "pmc": "PMCID:", "pmcid": "PMCID:"}


@dataclass(frozen=True, slots=True)
class _Style:
    """What holds for the text being walked; ``flat``: in one line, ``citing``: inside a reference's citation."""

    flat: bool = False
    raised: bool = False
    cites: bool = False
    citing: bool = False


class Walk:
    """One pass over an element that stands at ``at`` of the raw text. ``floats`` are what it left for later."""

    def __init__(self, at: int) -> None:
        self._at = at
        self._last = ""
        self._no_marks = False
        self._section: SectionKind | None = None
        self._grid = Grid()
        self.floats: list[_Element] = []

    def flow(self, root: _Element, section: SectionKind | None) -> Iterator[Run | Break]:
        """The runs and breaks of ``root``, which belongs to ``section`` where that is known."""
        self._section = section
        self._no_marks = local(root) in ("article-title", "subtitle")
        yield from self._inside(root, _Style(flat=local(root) in _FLAT, citing=local(root) in _CITATIONS))

    def _inside(self, element: _Element, style: _Style) -> Iterator[Run | Break]:
        in_formula = local(element) in FORMULA_PARTS
        yield from self._text(element.text, style, blank=not in_formula)
        for child in element:
            yield from self._child(child, style)
            if style.citing and not (child.tail or "").strip() and (joint := self._joint(child)):
                yield self._put(joint)
                self._at += len(child.tail or "")
            else:
                yield from self._text(child.tail, style, blank=not in_formula)

    def _child(self, child: _Element, style: _Style) -> Iterator[Run | Break]:
        kind = local(child)
        bullet = kind == "label" and local(child.getparent()) == "list-item"
        if kind in _SILENT or bullet or (self._no_marks and kind in _MARKS_IN_TITLES):
            self._skip(child)
        elif kind == "tex-math":
            yield from self._tex(child)
        elif kind in _CITATIONS:
            yield from self._citation(child, style)
        elif kind in FLOATS and not style.flat:
            self.floats.append(child)
            self._skip(child)
        elif kind == "break":
            yield self._put(" ")
        elif kind in _CELLS:
            yield from self._cell(child, style)
        elif kind in _ROWS:
            yield from self._row(child, style)
        elif kind == "caption" or kind in FLOATS or (kind in _BLOCKS and style.flat):
            yield self._put(": " if kind == "def" else " ")
            yield from self._grouped(child, replace(style, flat=True))
            yield self._put(" ")
        elif kind in _BLOCKS:
            yield Break("paragraph", self._section)
            yield from self._grouped(child, _Style(flat=kind in _FLAT))
            yield Break("paragraph", self._section)
        elif kind in _ROW_GROUPS:
            yield from self._grouped(child, style)
        else:
            yield from self._in_line(child, kind, style)

    def _grouped(self, element: _Element, style: _Style) -> Iterator[Run | Break]:
        """What ``element`` holds; no cell reaches out of a group of rows, nor into a table within a cell."""
        if local(element) not in _ROW_GROUPS:
            yield from self._inside(element, style)
            return
        around, self._grid = self._grid, Grid()
        yield from self._inside(element, style)
        self._grid = around

    def _row(self, row: _Element, style: _Style) -> Iterator[Run | Break]:
        yield self._put(" ") if style.flat else Break("table", self._section)
        self._grid.start_row()
        yield from self._inside(row, style if style.flat else _Style())
        yield from self._said_again()
        yield self._put(" ") if style.flat else Break("paragraph", self._section)

    def _cell(self, cell: _Element, style: _Style) -> Iterator[Run | Break]:
        yield from self._said_again()
        if self._grid.in_row:
            yield self._put(" | ")
        flow = list(self._inside(cell, replace(style, flat=True)))
        yield from flow
        rows = span_of(cell.get("morerows")) + 1 if cell.get("morerows") else span_of(cell.get("rowspan"))
        self._grid.place(flow, rows, _columns(cell))

    def _said_again(self) -> Iterator[Run | Break]:
        """The cells that reach down into the row at hand from the rows above."""
        for runs in self._grid.reaching():
            if self._grid.in_row:
                yield self._put(" | ")
            yield from runs

    def _tex(self, formula: _Element) -> Iterator[Run]:
        """A formula in TeX, where it is given in no form that can be read as it stands."""
        tex = value_of(formula)
        if not _is_said_otherwise(formula):
            begin = self._at
            for offset, text, added in pieces(tex):
                self._at = begin + offset
                self._last = (self._last + text)[-16:]
                yield Run(text, self._at, added=added)
            self._at = begin
        self._at += len(tex)

    def _part(self, child: _Element, around: _Element, style: _Style) -> Iterator[Run | Break]:
        """A part of the formula ``around`` with what a line needs around it."""
        position = sum(1 for _ in islice(child.itersiblings(preceding=True), MOST_PARTS))
        base = value_of(around[0])
        opening, closing = formula_marks(local(around), position, value_of(child), base, self._last)
        raised = style.raised or (is_raised_part(local(around), position) and not base.strip())
        if opening:
            yield self._put(opening)
        yield from self._inside(child, replace(style, raised=raised))
        if closing:
            yield self._put(closing)

    def _in_line(self, child: _Element, kind: str, style: _Style) -> Iterator[Run | Break]:
        around = child.getparent()
        if around is not None and local(around) in FORMULA_PARTS:
            yield from self._part(child, around, style)
            return
        links = kind == "xref" and child.get("ref-type") in _NOTE_LINKS
        if kind == "pub-id":
            yield from self._prefix(child)
        elif links and _is_glued(child):
            yield self._put(",")
        yield from self._inside(child, replace(style, raised=style.raised or kind == "sup", cites=style.cites or links))
        if kind == "label":
            following = child.getnext()
            dotted = following is not None and value_of(following).lstrip()[:1] in (".", ":", ")")
            yield self._put(". " if self._last[-1:].isalnum() and not dotted else "" if dotted else " ")
        elif kind == "etal" and not value_of(child).strip():
            yield self._put("et al.")
        elif kind in ("kwd", "compound-kwd") and child.getnext() is not None:
            yield self._put("; ")

    def _citation(self, citation: _Element, style: _Style) -> Iterator[Run | Break]:
        """A reference's citation; of two forms of one, the printed form and the other's identifiers."""
        printed = next(children(citation.getparent(), "mixed-citation"), citation)
        if printed is citation or local(citation) == "mixed-citation":
            yield from self._inside(citation, replace(style, citing=True))
            return
        self._at += len(citation.text or "")
        for child in citation:
            if local(child) == "pub-id" and value_of(child).strip() not in value_of(printed):
                yield from self._in_line(child, "pub-id", style)
            else:
                self._skip(child)
            self._at += len(child.tail or "")

    def _joint(self, child: _Element) -> str:
        """The separator between two elements of a citation that has none of its own but white space."""
        following = child.getnext()
        if following is None or local(child) in _IN_LINE:
            return ""
        separator = _BETWEEN.get((local(child), local(following))) or _AFTER.get(local(child), " ")
        return " " if self._last[-1:] in ".,;:?!" and separator[0] in ".,;:" else separator

    def _prefix(self, identifier: _Element) -> Iterator[Run]:
        """Says what kind of identifier follows, where the text does not: a bare number tells nobody."""
        prefix = _ID_PREFIX.get(identifier.get("pub-id-type") or "")
        before = self._last.rstrip(" :").lower()
        if prefix and not before.endswith((prefix[:-1].lower(), "doi.org/")):
            yield self._put(f" {prefix}")

    def _text(self, text: str | None, style: _Style, *, blank: bool = True) -> Iterator[Run]:
        """``text``, which is passed by where it is white space and there is to be no ``blank``."""
        if text:
            if blank or text.strip():
                yield Run(text, self._at, style.raised, style.cites)
                self._last = (self._last + text)[-16:]
            self._at += len(text)

    def _put(self, text: str) -> Run:
        self._last = (self._last + text)[-16:]
        return Run(text, self._at, added=True)

    def _skip(self, element: _Element) -> None:
        self._at += len(value_of(element))


def _is_said_otherwise(formula: _Element) -> bool:
    """Whether what holds a formula in TeX gives it in MathML or in plain text too."""
    around = formula.getparent()
    while around is not None and local(around) == "alternatives":
        around = around.getparent()
    if local(around) not in ("inline-formula", "disp-formula"):
        around = formula.getparent()
    if around is None or any(local(other) == "math" for other in around.iter("{*}math")):
        return around is not None
    forms = (value_of(part).strip() for part in around.iter("{*}textual-form", "{*}sub", "{*}sup", "{*}italic"))
    loose = (around.text, *(part.tail for part in around)) if local(around).endswith("-formula") else ()
    return any(forms) or any(text and text.strip() for text in loose)


def _is_glued(link: _Element) -> bool:
    """Whether a numbered link follows another one with nothing between the two numbers."""
    before = link.getprevious()
    if before is None or local(before) != "xref" or before.tail:
        return False
    return value_of(before)[-1:].isdigit() and value_of(link)[:1].isdigit()


def _columns(cell: _Element) -> int:
    """Over how many columns the cell reaches, by its count (HTML's tables) or by the columns it names (CALS)."""
    ends = [_LAST_NUMBER.search(cell.get(name) or "") for name in ("namest", "nameend")]
    if ends[0] and ends[1]:
        return max(1, int(ends[1].group()) - int(ends[0].group()) + 1)
    return span_of(cell.get("colspan"))
