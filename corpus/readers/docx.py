"""Word documents (``.docx``), through python-docx.

Text is taken from the elements themselves: python-docx leaves out what was inserted under change tracking, content
controls and text boxes. Deleted text, field codes, hidden text, tables of contents, headers and footers are left out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.document import Document
from docx.oxml.parser import parse_xml

from corpus.errors import MalformedError, ReadError, TooLargeError
from corpus.readers.archives import Budget, unpack_zip
from corpus.readers.base import Read
from corpus.readers.documents import LONGEST_HEADING, Piece, Role, lay_out
from corpus.readers.docx_symbols import UNKNOWN, character
from corpus.readers.docx_tree import attribute, first, is_on, local
from corpus.readers.markup import Run, Sheet, names

MAX_XML_BYTES = 64 * 1024 * 1024
"""More XML than this is refused: it must be held whole, several times its size."""

_MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SIBLING_TYPES = re.compile(
    rb"application/vnd\.(?:ms-word\.(?:document|template)\.macroEnabledTemplate|ms-word\.document\.macroEnabled"
    rb"|openxmlformats-officedocument\.wordprocessingml\.template)\.main\+xml"
)
"""Templates and documents with macros, which are built alike."""
_OUT = names("del moveFrom delText instrText delInstrText rt rPr pPr sectPr tblPr trPr tcPr Fallback")
_HOLDERS = names("sdt sdtContent ins moveTo customXml AlternateContent Choice")
"""What may stand around whole paragraphs and tables."""
_WHITE = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_OPERATOR = re.compile(r"(?<=\S)\s*[-+−±=<>≤≥]")
_DEEPEST = 10  # styles based on one another; a circle must end


class DocxReader:
    """One Word document, one report; its parts are paragraphs, rows of tables and notes, as elements."""

    name = "docx"
    version = 1

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``; the file is one record."""
        sheet = Sheet()
        try:
            document = docx.Document(io.BytesIO(_sound(data, name)))
            text = _Text(document, sheet)
            layout = lay_out(text.pieces())
        except (ReadError, MemoryError):
            raise
        except Exception as error:  # python-docx lets many kinds through: KeyError, ValueError, XMLSyntaxError …
            reason = f"{name} is no readable Word document ({type(error).__name__}: {error})"
            raise MalformedError(f"{reason}: open it in a word processor and save it anew") from error
        sheet.blocks += layout.blocks
        yield Read("", sheet.report(layout.bibliography, reader=self.name, name=name), notes=text.notes)


def _sound(data: bytes, name: str) -> bytes:
    """The document packed anew without pictures, having been unpacked within bounds: python-docx knows of none."""
    copy, seen, xml = io.BytesIO(), set(), 0
    with zipfile.ZipFile(copy, "w") as archive:
        for member in unpack_zip(data, name, Budget(name, len(data))):
            is_xml = member.path.endswith((".xml", ".rels"))
            if member.path in seen:
                continue
            if is_xml and member.error is not None:
                raise member.error
            seen.add(member.path)
            xml += len(member.data) if is_xml else 0
            if xml > MAX_XML_BYTES:
                raise TooLargeError(f"{name} holds more than {MAX_XML_BYTES:,} bytes of XML: split it")
            content = (
                _SIBLING_TYPES.sub(_MAIN_TYPE, member.data) if member.path == "[Content_Types].xml" else member.data
            )
            archive.writestr(member.path, content if is_xml else b"")
    return copy.getvalue()


@dataclass(slots=True)
class _Paragraph:
    """One paragraph being read: its string value, its runs within it, and the text boxes anchored in it."""

    value: str = ""
    runs: list[Run] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    plain: bool = False
    """Whether any of it is not bold."""

    def put(self, text: str, *, raised: bool = False) -> None:
        self.runs.append(Run(text, len(self.value), raised=raised))
        self.value += text

    def add(self, text: str) -> None:
        """Puts in what only the layout shows; it is no part of the value."""
        if text:
            self.runs.append(Run(text, len(self.value), added=True))


@dataclass(frozen=True, slots=True)
class _Style:
    """What counts of a style, with what it takes over from the one it is based on."""

    name: str = ""
    heading: bool = False
    raised: bool = False
    bold: bool = False


class _Text:
    """One pass over a document, which lays its elements' values on ``sheet``."""

    def __init__(self, document: Document, sheet: Sheet) -> None:
        self._document, self._sheet = document, sheet
        self._styles = _styles(document.styles.element)
        self._fields: list[bool] = []
        """For each field around the place at hand, whether its result has begun."""
        self._notes: list[tuple[str, str]] = []
        """``(kind, id)`` of the notes in the order in which the text refers to them."""
        self._paragraphs = self._tables = 0
        self._unknown = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the pieces, once they are read."""
        if not self._unknown:
            return ()
        count = "a symbol is" if self._unknown == 1 else f"{self._unknown} symbols are"
        return (f"{count} in a font whose characters are not known, and shown as {UNKNOWN}",)

    def pieces(self) -> list[Piece]:
        """The body's pieces in order, then the notes."""
        return [*self._body(self._document.element.body), *self._note_pieces()]

    def _body(self, holder: Any) -> Iterator[Piece]:
        for child in holder:
            kind = local(child)
            if kind == "p":
                yield from self._paragraph(child)
            elif kind == "tbl":
                yield from self._table(child)
            elif kind in _HOLDERS:
                yield from self._body(child)

    def _paragraph(self, element: Any) -> Iterator[Piece]:
        self._paragraphs += 1
        label = f"paragraph {self._paragraphs}"
        style = self._style(element, "pPr", "pStyle")
        found = self._read(element, style)
        if not style.name.startswith(("toc ", "table of ")):
            yield Piece(self._laid(found, label), _role(element, style, found))
        for box in found.boxes:
            yield from self._body(box)

    def _table(self, table: Any) -> Iterator[Piece]:
        rows = [row for row in _within(table) if local(row) == "tr"]
        cells = [[cell for cell in _within(row) if local(cell) == "tc"] for row in rows]
        if all(len(each) <= 1 for each in cells):  # a box around text
            for each in cells:
                for cell in each:
                    yield from self._body(cell)
            return
        self._tables += 1
        number = self._tables
        for at, each in enumerate(cells, start=1):
            yield Piece(self._row(each, f"table {number} row {at}"), "row")

    def _row(self, cells: Iterable[Any], label: str) -> tuple[Run, ...]:
        """The row's cells with a bar between them; in its string value that is a tab."""
        whole = _Paragraph()
        for at, cell in enumerate(cells):
            if at:
                whole.runs.append(Run(" | ", len(whole.value), added=True))
                whole.value += "\t"
            for index, paragraph in enumerate(_paragraphs_in(cell)):
                found = self._read(paragraph, self._style(paragraph, "pPr", "pStyle"))
                if index and found.value:
                    whole.put(" ")
                shift = len(whole.value)
                whole.runs += [_shifted(run, shift) for run in found.runs]
                whole.value += found.value
        return self._laid(whole, label)

    def _laid(self, found: _Paragraph, label: str) -> tuple[Run, ...]:
        if not found.value.strip():
            return ()
        at = self._sheet.part(label, found.value)
        return tuple(_shifted(run, at) for run in found.runs)

    def _read(self, element: Any, style: _Style) -> _Paragraph:
        found = _Paragraph()
        for child in element:
            self._walk(child, found, raised=style.raised, bold=style.bold)
        return found

    def _walk(self, element: Any, found: _Paragraph, *, raised: bool, bold: bool) -> None:
        kind = local(element)
        if kind in _OUT:
            return
        if kind == "txbxContent":
            found.boxes.append(element)
        elif kind == "fldChar":
            self._field(attribute(element, "fldCharType"))
        elif kind in ("footnoteReference", "endnoteReference"):
            self._cite(kind.removesuffix("Reference"), attribute(element, "id"), found)
        elif kind == "t" or kind in _WHITE or kind == "sym":
            text = _characters(element, kind)
            self._unknown += kind == "sym" and text == UNKNOWN
            if text and all(self._fields):
                found.put(text, raised=raised)
                found.plain = found.plain or (not bold and not text.isspace())
        else:
            if kind == "r":
                own = first(element, "rPr")
                if is_on(own, "vanish"):
                    return
                style = self._style(element, "rPr", "rStyle")
                raised = raised or style.raised or attribute(first(own, "vertAlign"), "val") == "superscript"
                bold = is_on(own, "b") if first(own, "b") is not None else bold or style.bold
            elif kind in ("num", "den"):  # of a fraction
                self._half(element, found, raised=raised, bold=bold)
                return
            elif kind == "sup":  # of a formula
                raised = True
            for child in element:
                self._walk(child, found, raised=raised, bold=bold)

    def _half(self, element: Any, found: _Paragraph, *, raised: bool, bold: bool) -> None:
        """Half of a fraction, in brackets where it has operators: "1/2", "(a + b)/2"."""
        is_first = local(element) == "num"
        is_sum = _OPERATOR.search("".join(each.text or "" for each in element.iter("{*}t"))) is not None
        begin = ("" if is_first else "/") + ("(" if is_sum else "")
        if is_first and found.value[-1:].isdigit():
            begin = f" {begin}"  # "1 1/2" is not eleven halves
        found.add(begin)
        for child in element:
            self._walk(child, found, raised=raised, bold=bold)
        found.add(")" if is_sum else "")

    def _field(self, mark: str) -> None:
        if mark == "begin":
            self._fields.append(False)
        elif self._fields and mark == "separate":
            self._fields[-1] = True
        elif self._fields and mark == "end":
            self._fields.pop()

    def _cite(self, kind: str, number: str, found: _Paragraph) -> None:
        note = (kind, number)
        if note not in self._notes:
            self._notes.append(note)
        found.add(f"[{self._notes.index(note) + 1}]")

    def _note_pieces(self) -> Iterator[Piece]:
        """The notes that the text refers to, in the order in which it does."""
        written: dict[tuple[str, str], Any] = {}
        for relation in self._document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2].removesuffix("s")
            if kind in ("footnote", "endnote") and not relation.is_external:
                for element in parse_xml(relation.target_part.blob):
                    written[kind, attribute(element, "id")] = element
        for number, note in enumerate(list(self._notes), start=1):
            for paragraph in written[note].iter("{*}p") if note in written else ():
                yield Piece(self._laid(self._read(paragraph, _Style()), f"{note[0]} {number}"), "note")

    def _style(self, element: Any, properties: str, reference: str) -> _Style:
        return self._styles.get(attribute(first(first(element, properties), reference), "val"), _Style())


def _styles(sheet: Any) -> dict[str, _Style]:
    """The document's styles by their ids."""
    given = {attribute(style, "styleId"): style for style in sheet if local(style) == "style"}

    def resolved(key: str, depth: int) -> _Style:
        style = given.get(key)
        if style is None or depth > _DEEPEST:
            return _Style()
        base = resolved(attribute(first(style, "basedOn"), "val"), depth + 1)
        name = attribute(first(style, "name"), "val").casefold()
        runs = first(style, "rPr")
        return _Style(
            name=name if name.startswith(("title", "heading", "toc ", "table of ")) else base.name,
            heading=base.heading or _is_outlined(first(style, "pPr")),
            raised=base.raised or attribute(first(runs, "vertAlign"), "val") == "superscript",
            bold=is_on(runs, "b") if first(runs, "b") is not None else base.bold,
        )

    return {key: resolved(key, 0) for key in given}


def _role(element: Any, style: _Style, found: _Paragraph) -> Role:
    if style.name == "title":
        return "title"
    if style.heading or style.name.startswith("heading") or _is_outlined(first(element, "pPr")):
        return "heading"
    bare = found.value.strip()
    stands_out = bool(bare) and not found.plain and len(bare) < LONGEST_HEADING and bare[-1] not in ".,;?"
    return "heading" if stands_out and ":" not in bare[:-1] and "\n" not in bare else "text"


def _is_outlined(properties: Any) -> bool:
    """Whether paragraph properties give a level of the document's outline; 9 is body text."""
    return attribute(first(properties, "outlineLvl"), "val") in tuple("012345678")


def _characters(element: Any, kind: str) -> str:
    if kind == "t":
        return element.text or ""
    if kind == "sym":
        return character(attribute(element, "font"), attribute(element, "char"))
    return _WHITE[kind]


def _shifted(run: Run, by: int) -> Run:
    return Run(run.text, run.at + by, run.raised, run.cites, run.added)


def _paragraphs_in(element: Any) -> Iterator[Any]:
    """The paragraphs in a cell, those in tables and text boxes in it too, each once."""
    for child in element:
        if local(child) not in _OUT:
            if local(child) == "p":
                yield child
            yield from _paragraphs_in(child)


def _within(element: Any) -> Iterator[Any]:
    """The children of a table or a row, those in content controls and tracked changes too, deleted rows left out."""
    for child in element:
        if local(child) in _HOLDERS:
            yield from _within(child)
        elif first(first(child, "trPr"), "del") is None:
            yield child
