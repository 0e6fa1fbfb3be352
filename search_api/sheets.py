"""Rows as a file: CSV, and tables of Markdown.

A cell of a report's text may begin like a formula ("=", "+", "-", "@"); programs that open a table would reckon it. In
CSV such a cell has an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from search_api.model import Citation

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | None
Sheet = tuple[Sequence[str], list[list[Cell]]]
"""The names of the columns, and the rows."""


def cited_cells(citation: Citation) -> dict[str, Cell]:
    """What cites an article and a place of it, by column."""
    return {
        "authors": "; ".join(citation.authors) or None, "year": citation.year, "title": citation.title,
        "journal": citation.journal, "volume": citation.volume, "issue": citation.issue, "pages": citation.pages,
        "doi": citation.doi, "pmid": citation.pmid, "pmcid": citation.pmcid, "links": " ".join(citation.links) or None,
        "warnings": "; ".join(each.kind for each in citation.warnings) or None, "source": citation.source,
        "location": citation.location, "reading": citation.reading or None,
    }  # fmt: skip


def csv_of(sheet: Sheet) -> bytes:
    """A file with a heading line, in UTF-8."""
    return b"".join(csv_lines(*sheet))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The same line by line, each when it is asked for."""
    for line in chain([header], ([_guarded(cell) for cell in row] for row in rows)):
        out = io.StringIO(newline="")
        csv.writer(out).writerow(line)
        yield out.getvalue().encode()


def _guarded(cell: Cell) -> Cell:
    """A text that would be reckoned as a formula, with an apostrophe before it."""
    if isinstance(cell, str):
        cell = " ".join(cell.split()) if "\n" in cell or "\r" in cell else cell
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return cell


def markdown_table(sheet: Sheet, headings: Mapping[str, str]) -> Iterator[str]:
    """Its lines; ``headings``: what columns are called whose names say little to people."""
    header, rows = sheet
    yield f"| {' | '.join(headings.get(name, name.replace('_', ' ')) for name in header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(map(escaped, row))} |"


def escaped(cell: Cell) -> str:
    """A cell of Markdown: one line, nothing in it that Markdown or HTML would take for its own."""
    if cell is None:
        return ""
    text = " ".join(str(cell).split())
    for mark in ("\\", "|", "*", "_", "`", "[", "]", "#"):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("<", "&lt;").replace(">", "&gt;")
