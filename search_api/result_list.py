"""A result list as a file: the articles for a reference manager, or the passages as a table.

Whatever list it is (hits, an answer's sentences, similar patients, evidence), its items are places in reports. In RIS,
BibTeX and CSL-JSON each article stands once, with its abstract; in CSV and Markdown each place, with its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from search_api.model import AnswerSentence, Citation, Hit
from search_api.references import Listed, bibtex, csl_json, printed, ris
from search_api.sheets import Cell, cited_cells, csv_of, escaped

ListFormat = Literal["ris", "bibtex", "csl", "csv", "markdown"]
LIST_FORMATS: Final[tuple[ListFormat, ...]] = get_args(ListFormat)
LIST_MEDIA_TYPES: Final[dict[ListFormat, str]] = {
    "ris": "application/x-research-info-systems; charset=utf-8",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
    "csv": "text/csv; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
}
ENDINGS: Final[dict[ListFormat, str]] = {
    "ris": "ris", "bibtex": "bib", "csl": "json", "csv": "csv", "markdown": "md",
}  # fmt: skip
"""What a file's name ends in."""
MAX_LISTED: Final = 1000
"""Places in one list."""
_COLUMNS: Final = (
    "report_id", "authors", "year", "title", "journal", "volume", "issue", "pages", "doi", "pmid", "pmcid", "links",
    "warnings", "section", "text", "source", "location", "start", "end", "reading",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a report's text, in code points: of the ``reading`` that its citation names, else of today's."""

    report_id: str
    start: int
    end: int
    reading: str = ""

    @classmethod
    def of(cls, found: Hit | AnswerSentence) -> Place:
        """Where a hit or a sentence stands."""
        return cls(found.report_id, found.start, found.end, found.citation.reading)


@dataclass(frozen=True, slots=True)
class ListItem:
    """A place with its words (``text``), the section they stand in, and the article."""

    place: Place
    text: str
    section: str
    citation: Citation
    abstract: str = ""


def list_file(items: Sequence[ListItem], form: ListFormat) -> bytes:
    """``items`` as a file, in their order; UTF-8."""
    if form == "csv":
        return csv_of((_COLUMNS, [_cells(each) for each in items]))
    if form == "markdown":
        return _markdown(items).encode()
    articles = list({each.place.report_id: _article(each) for each in reversed(items)}.values())[::-1]
    told = {"ris": ris, "bibtex": bibtex, "csl": csl_json}[form](articles)
    return told.encode()


def _article(item: ListItem) -> Listed:
    return Listed(item.place.report_id, item.citation, item.abstract)


def _cells(item: ListItem) -> list[Cell]:
    told: dict[str, Cell] = {
        **cited_cells(item.citation), "report_id": item.place.report_id, "start": item.place.start,
        "end": item.place.end, "text": item.text, "section": item.section,
    }  # fmt: skip
    return [told[name] for name in _COLUMNS]


def _markdown(items: Sequence[ListItem]) -> str:
    """A numbered list: each passage as a quotation, under its reference."""
    lines = []
    for number, each in enumerate(items, start=1):
        where = f"{each.section}, {each.citation.location}, [{each.place.start}, {each.place.end})"
        lines += [f"{number}. {escaped(printed(each.citation))}", "", f"   > {escaped(each.text)}", ""]
        lines += [f"   {escaped(each.place.report_id)}: {escaped(where)}", ""]
    return "\n".join(lines)
