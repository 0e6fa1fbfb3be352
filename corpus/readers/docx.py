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
_OFF = frozenset({"0", "false", "off", "none"})
_SYMBOLS = dict(
    zip(
        (*range(0x41, 0x5B), *range(0x61, 0x7B), 0xA3, 0xB0, 0xB1, 0xB3, 0xB4, 0xB9, 0xBB),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ≤°±≥×≠≈",
        strict=True,
    )
)
"""The places in Adobe's Symbol font that medicine uses."""
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
            layout = lay_out(_Text(document, sheet).pieces())
        except (ReadError, MemoryError):
            raise
        except Exception as error:  # python-docx lets many kinds through: KeyError, ValueError, XMLSyntaxError …
            reason = f"{name} is no readable Word document ({type(error).__name__}: {error})"
            raise MalformedError(f"{reason}: open it in a word processor and save it anew") from error
        sheet.blocks += layout.blocks
        yield Read("", sheet.report(layout.bibliography, reader=self.name, name=name))


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

    def pieces(self) -> list[Piece]:
        """The body's pieces in order, then the notes."""
        return [*self._body(self._document.element.body), *self._note_pieces()]

    def _body(self, holder: Any) -> Iterator[Piece]:
        for child in holder:
            kind = _local(child)
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
        rows = [row for row in _within(table) if _local(row) == "tr"]
        cells = [[cell for cell in _within(row) if _local(cell) == "tc"] for row in rows]
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
            for index, paragraph in enumerate(cell.iter("{*}p")):
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
        kind = _local(element)
        if kind in _OUT:
            return
        if kind == "txbxContent":
            found.boxes.append(element)
        elif kind == "fldChar":
            self._field(_value(element, "fldCharType"))
        elif kind in ("footnoteReference", "endnoteReference"):
            self._cite(kind.removesuffix("Reference"), _value(element, "id"), found)
        elif kind == "t" or kind in _WHITE or kind == "sym":
            text = _characters(element, kind)
            if text and all(self._fields):
                found.put(text, raised=raised)
                found.plain = found.plain or (not bold and not text.isspace())
        else:
            if kind == "r":
                own = _first(element, "rPr")
                if _is_on(own, "vanish"):
                    return
                style = self._style(element, "rPr", "rStyle")
                raised = raised or style.raised or _value(_first(own, "vertAlign"), "val") == "superscript"
                bold = _is_on(own, "b") if _first(own, "b") is not None else bold or style.bold
            elif kind == "sup":  # of a formula
                raised = True
            for child in element:
                self._walk(child, found, raised=raised, bold=bold)

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
        found.runs.append(Run(f"[{self._notes.index(note) + 1}]", len(found.value), added=True))

    def _note_pieces(self) -> Iterator[Piece]:
        """The notes that the text refers to, in the order in which it does."""
        written: dict[tuple[str, str], Any] = {}
        for relation in self._document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2].removesuffix("s")
            if kind in ("footnote", "endnote") and not relation.is_external:
                for element in parse_xml(relation.target_part.blob):
                    written[kind, _value(element, "id")] = element
        for number, note in enumerate(list(self._notes), start=1):
            for paragraph in written[note].iter("{*}p") if note in written else ():
                yield Piece(self._laid(self._read(paragraph, _Style()), f"{note[0]} {number}"), "note")

    def _style(self, element: Any, properties: str, reference: str) -> _Style:
        return self._styles.get(_value(_first(_first(element, properties), reference), "val"), _Style())


def _styles(sheet: Any) -> dict[str, _Style]:
    """The document's styles by their ids."""
    given = {_value(style, "styleId"): style for style in sheet if _local(style) == "style"}

    def resolved(key: str, depth: int) -> _Style:
        style = given.get(key)
        if style is None or depth > _DEEPEST:
            return _Style()
        base = resolved(_value(_first(style, "basedOn"), "val"), depth + 1)
        name = _value(_first(style, "name"), "val").casefold()
        runs = _first(style, "rPr")
        return _Style(
            name=name if name.startswith(("title", "heading", "toc ", "table of ")) else base.name,
            heading=base.heading or _is_outlined(_first(style, "pPr")),
            raised=base.raised or _value(_first(runs, "vertAlign"), "val") == "superscript",
            bold=_is_on(runs, "b") if _first(runs, "b") is not None else base.bold,
        )

    return {key: resolved(key, 0) for key in given}


def _role(element: Any, style: _Style, found: _Paragraph) -> Role:
    if style.name == "title":
        return "title"
    if style.heading or style.name.startswith("heading") or _is_outlined(_first(element, "pPr")):
        return "heading"
    bare = found.value.strip()
    stands_out = bool(bare) and not found.plain and len(bare) < LONGEST_HEADING and bare[-1] not in ".,;?"
    return "heading" if stands_out and ":" not in bare[:-1] and "\n" not in bare else "text"


def _is_outlined(properties: Any) -> bool:
    """Whether paragraph properties give a level of the document's outline; 9 is body text."""
    return _value(_first(properties, "outlineLvl"), "val") in tuple("012345678")


def _characters(element: Any, kind: str) -> str:
    if kind == "t":
        return element.text or ""
    if kind == "sym":
        code = _value(element, "char")
        place = int(code, 16) & 0xFF if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
        return _SYMBOLS.get(place, "") if _value(element, "font").casefold() == "symbol" else ""
    return _WHITE[kind]


def _shifted(run: Run, by: int) -> Run:
    return Run(run.text, run.at + by, run.raised, run.cites, run.added)


def _local(element: Any) -> str:
    """The element's name without its namespace; "" for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _within(element: Any) -> Iterator[Any]:
    """The children of a table or a row, those in content controls and tracked changes too, deleted rows left out."""
    for child in element:
        if _local(child) in _HOLDERS:
            yield from _within(child)
        elif _first(_first(child, "trPr"), "del") is None:
            yield child


def _first(element: Any, kind: str) -> Any:
    return None if element is None else next((child for child in element if _local(child) == kind), None)


def _value(element: Any, attribute: str) -> str:
    """An attribute by its name without its namespace; "" where it is absent."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == attribute), "")


def _is_on(properties: Any, kind: str) -> bool:
    mark = _first(properties, kind)
    return mark is not None and _value(mark, "val") not in _OFF
