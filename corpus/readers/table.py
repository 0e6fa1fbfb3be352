"""Bibliographies as tables: CSV and TSV of PubMed, Scopus, Web of Science, Embase, Zotero, Rayyan, Covidence and such.

Columns are known by their headings, compared without case and punctuation. A row's raw text is its cells that are
not empty, a line each, as the table has them once quotes are taken off.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from corpus.errors import MalformedError, ReadError, UnsupportedFormatError
from corpus.identity import find_dois, normalise_doi, normalise_pmcid, normalise_pmid, page_range
from corpus.model import Bibliography
from corpus.readers.base import Read
from corpus.readers.bibliographic import Entry, Slip, line_of, lines, read_entries, relations, year_in
from corpus.readers.bibliographic_text import abstract, inline, names_in
from corpus.readers.text import decode

_COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("title", "article title", "document title", "primary title", "paper title", "ti", "t1", "titles"),
    "abstract": ("abstract", "abstract note", "abstract text", "abstracts", "ab", "n2", "summary"),
    "authors": (
        "author full names", "author s full names", "full author names", "authors full names", "authors", "author",
        "author names", "author s", "author list", "authorstring", "af", "au", "creators",
    ),
    "year": (
        "publication year", "year", "published year", "pub year", "pubyear", "year of publication", "publicationyear",
        "py", "publication date", "pubdate", "date published", "published", "date", "issued", "publication date year",
    ),
    "doi": ("doi", "digital object identifier", "digital object identifier doi", "article doi", "di"),
    "pmid": ("pmid", "pubmed id", "pubmedid", "medline pmid", "pubmed", "pubmed pmid", "pm"),
    "pmcid": ("pmcid", "pmc id", "pmc", "pubmed central id"),
    "journal": (
        "journal", "journal book", "source title", "publication title", "publication name", "journal title",
        "secondary title", "full journal name", "source publication title", "container title", "so", "t2", "source",
    ),
    "volume": ("volume", "vol", "vl"),
    "issue": ("issue", "number", "issue number"),
    "first page": ("pages", "page", "page start", "start page", "first page", "bp", "article number", "art no"),
    "last page": ("page end", "end page", "last page", "ep"),
    "link": ("url", "link", "doi link", "urls", "accession number"),
    "citation": ("citation",),
    "affiliations": ("affiliations", "author addresses", "addresses", "author affiliations", "affiliation", "c1"),
    "declared": (
        "document type", "publication type", "publication types", "item type", "pub type", "article type", "dt", "type",
    ),
    "licence": ("license", "licence", "rights"),
    "open access": ("open access", "open access designations", "is open access", "isopenaccess", "is oa", "oa"),
}  # fmt: skip
"""What a column holds → its headings, the most telling first."""
_KEYWORDS = (
    "author keywords", "keywords", "keyword", "index keywords", "keywords plus", "manual tags", "mesh terms", "mesh",
    "mesh headings", "emtree drug index terms", "emtree medical index terms", "de",
)  # fmt: skip
_NEEDED = ("doi", "pmid", "pmcid", "abstract", "authors", "year")
"""One of these makes a list of titles a bibliography."""
_LISTS = re.compile(r"[;|\n]")
_DELIMITERS = (",", ";", "\t")
_NOT_WORDS = re.compile(r"[\W_]+")
_IN_JOURNAL = re.compile(
    r"\b(?:1[89]|20)\d\d[^;:.]{0,30};(?P<volume>[^();:]{0,20})(?:\((?P<issue>[^()]{1,30})\))?:(?P<pages>\w[\w-]{0,30})"
)
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?\s*$', re.IGNORECASE)
_YES, _NO = frozenset({"y", "yes", "true", "1"}), frozenset({"n", "no", "false", "0", "closed", "closed access"})
_HEAD = 64 * 1024
_LONGEST_ROW = 100
"""Lines of a row that is looked for in another; more would take long where many quotes are open."""

Columns = Mapping[str, Sequence[int]]
"""What columns hold → their numbers in the table, the most telling first."""


class TableReader:
    """Reads a bibliography given as a table with headings; one record a row, quoted line breaks included."""

    name = "table"
    version = 2

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``. Raises UnsupportedFormatError for a table whose headings name no title, or nothing more.

        A row that does not fit the headings, and one with a quote that is not closed, is told of; the rows after it
        are read.
        """
        text = decode(data, name).removeprefix("\ufeff")
        found = _headings(text[:_HEAD])
        if found is None:
            raise UnsupportedFormatError(
                f"{name} is no bibliography: its first line must name, with commas, semicolons or tabs between, a"
                f" column for the title and one for any of {', '.join(_NEEDED)}"
            )
        delimiter, headings, columns = found
        rows = _rows(text, delimiter, headings)
        width = max(number for number, heading in enumerate(headings, start=1) if heading.strip())
        return read_entries(rows, lambda row: _entry(row, columns, width), reader=self.name, name=name)


def is_table(head: str) -> bool:
    """Whether a file that starts with ``head`` is a bibliography as a table: told by its first line."""
    return _headings(head) is not None


def _headings(head: str) -> tuple[str, list[str], Columns] | None:
    """The delimiter, the headings and what they mean; None where they are not a bibliography's."""
    first = ""
    for line in lines(head.removeprefix("\ufeff")):
        if line.strip() and not _SEPARATOR_LINE.match(line):
            first = line
            break
    best: tuple[str, list[str], Columns] | None = None
    for delimiter in _DELIMITERS:
        if delimiter not in first:
            continue
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            continue
        columns = _columns(cells)
        is_one = "title" in columns and any(kind in columns for kind in _NEEDED)
        if is_one and (best is None or len(columns) > len(best[2])):
            best = delimiter, cells, columns
    return best


def _columns(headings: Sequence[str]) -> Columns:
    plain = [" ".join(_NOT_WORDS.sub(" ", heading.casefold()).split()) for heading in headings]
    known = {**_COLUMNS, "keywords": _KEYWORDS}
    found = {
        kind: [number for name in names for number, heading in enumerate(plain) if heading == name]
        for kind, names in known.items()
    }
    return {kind: numbers for kind, numbers in found.items() if numbers}


class _Feed:
    """The lines of a table one by one, and then an empty one, which only a row with an open quote takes in."""

    def __init__(self, text: str) -> None:
        self._lines, self._again = lines(text), deque[str]()
        self._number = 0
        self.taken: list[str] = []
        """The lines of the row at hand."""
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.ended:
            raise StopIteration
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is None:
            self.ended = True
            return ""
        self.taken.append(line)
        return line

    def start_row(self) -> int:
        """Leaves the lines of the row at hand behind; the number of the line on which the next one starts."""
        self._number += len(self.taken)
        self.taken = []
        return self._number + 1

    def go_on_at(self, place: int) -> None:
        """Ends the row at hand before its line ``place``: those from there on are given again."""
        self._again.extendleft(reversed(self.taken[place:]))
        del self.taken[place:]
        self.ended = False


def _rows(text: str, delimiter: str, headings: Sequence[str]) -> Iterator[tuple[int, list[str] | ReadError]]:
    """The rows below the headings with the line on which they start; the reason why for one that is none.

    A quote that is left open makes one row of the rows up to the next quote. Such a row is told by what is wrong
    with it, and by a line in it that is a whole row: from there on the table is read again.
    """
    feed = _Feed(text)
    rows = csv.reader(feed, delimiter=delimiter)
    is_headed = False
    while not feed.ended:
        start, row, reason = feed.start_row(), list[str](), ""
        try:
            row = next(rows)
        except csv.Error as error:
            reason = str(error)
        if feed.ended and feed.taken:
            reason = "the file ends inside a quote"
        if reason or (is_headed and _is_doubtful(row, feed.taken, delimiter, len(headings))):
            place = _next_row(feed.taken, delimiter, len(headings))
            if place is not None:
                feed.go_on_at(place)
            if reason or place is not None:
                yield start, _left_open(reason or "a quote in it ends inside a cell", start, len(feed.taken), place)
                continue
        if not any(map(str.strip, row)) or (not is_headed and row != headings):
            continue
        if row == headings:  # once, or again where tables were put one under the other
            is_headed = True
        elif any(map(str.strip, row[len(headings) :])):
            yield (
                start,
                MalformedError(
                    f"has {len(row)} cells under {len(headings)} headings: quote the cell that holds the separator"
                ),
            )
        else:
            yield start, row


def _is_doubtful(row: Sequence[str], taken: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a row over several lines is short of cells, or has a quote that stands in the middle of one."""
    return len(taken) > 1 and (len(row) < width or _first_row(taken, delimiter) is None)


def _next_row(taken: Sequence[str], delimiter: str, width: int) -> int | None:
    """Which of the lines after the first starts a row that has a cell for every heading."""
    for place in range(1, len(taken)):
        row = _first_row(taken[place : place + _LONGEST_ROW], delimiter)
        if row is not None and len(row) == width:
            return place
    return None


def _first_row(taken: Sequence[str], delimiter: str) -> list[str] | None:
    """The row that starts the lines; None where its quotes are not as they should be."""
    try:
        return next(csv.reader(taken, delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None


def _left_open(reason: str, start: int, count: int, place: int | None) -> MalformedError:
    if place is not None:
        after = f"; the table is read on from line {start + place}"
    else:
        after = f"; with it the lines up to {start + count - 1} are not read" if count > 1 else ""
    return MalformedError(f"is no row of a table ({reason}): see whether a quote is left open there{after}")


def _entry(row: list[str] | ReadError, columns: Columns, width: int) -> Entry:
    if isinstance(row, ReadError):
        raise row
    slip = Slip()
    at = {number: slip.add(cell) for number, cell in enumerate(row) if cell.strip()}

    def cells(kind: str) -> list[int]:
        return [number for number in columns.get(kind, ()) if number in at]

    def values(kind: str) -> list[str]:
        return [line_of(row[number]) for number in cells(kind)]

    volume, issue, pages = _in_journal(values("citation"))
    about = Bibliography(
        authors=next((names_in(row[number]) for number in cells("authors")), ()),
        journal=next(iter(values("journal")), None),
        year=next(filter(None, map(year_in, values("year"))), None),
        volume=next(iter(values("volume")), volume),
        issue=next(iter(values("issue")), issue),
        pages=page_range(next(iter(values("first page")), None), next(iter(values("last page")), None)) or pages,
        doi=_doi(values("doi"), [*values("link"), *values("citation")]),
        pmid=next(filter(None, (normalise_pmid(value.removesuffix(".0")) for value in values("pmid"))), None),
        pmcid=next(filter(None, map(normalise_pmcid, values("pmcid"))), None),
        affiliations=_list(row[number] for number in cells("affiliations")[:1]),
        declared=_list(row[number] for number in cells("declared")[:1]),
        licence=next(iter(values("licence")), None),
        open_access=next((_is_open(value) for value in values("open access")), None),
    )
    about = replace(about, relations=relations((), about))
    title = next((inline(row[number], at[number]) for number in cells("title")), None)
    summary = next((abstract(row[number], at[number]) for number in cells("abstract")), ())
    keywords = [inline(row[number], at[number]) for number in cells("keywords")]
    is_short = f"has {len(row)} cells under {width} headings: see whether they stand in the right columns"
    notes = (is_short,) if len(row) < width else ()
    words = [word for each in keywords for word in each.split(_LISTS)]
    return Entry(slip.raw, about, title, summary, words, notes)


def _in_journal(citations: Sequence[str]) -> tuple[str | None, str | None, str | None]:
    """Volume, issue and pages out of a citation in PubMed's form: "J Cases. 2011 Mar 1;3(1):2-9."."""
    found = next(filter(None, map(_IN_JOURNAL.search, citations)), None)
    return (found["volume"] or None, found["issue"], found["pages"]) if found else (None, None, None)


def _doi(columns: Sequence[str], links: Sequence[str]) -> str | None:
    given = next(filter(None, map(normalise_doi, columns)), None)
    return given or next(chain.from_iterable(map(find_dois, (*columns, *links))), None)


def _list(cells: Iterator[str]) -> tuple[str, ...]:
    """The cells' entries, which semicolons divide, each once."""
    return tuple(dict.fromkeys(line for cell in cells for piece in _LISTS.split(cell) if (line := line_of(piece))))


def _is_open(value: str) -> bool | None:
    """Whether a cell says that the article is open access; None where its words say neither."""
    word = value.casefold()
    if word in _YES or (word not in _NO and re.search(r"open|gold|green|bronze|hybrid|diamond", word)):
        return True
    return False if word in _NO else None
