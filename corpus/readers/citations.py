"""Bibliographies in tagged lines: RIS, and the MEDLINE form that PubMed calls "PubMed format" (``.nbib``).

An entry's raw text is its own lines as the file has them, so that a place in it can be found again. Sources of
the tags: the RIS specification as of 2011 and what EndNote, Zotero, Ovid, Embase and Scopus write besides; the
National Library of Medicine's list of MEDLINE/PubMed field descriptions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from corpus.identity import find_dois, normalise_doi, normalise_pmcid, normalise_pmid, page_range
from corpus.model import Bibliography
from corpus.readers.base import Read
from corpus.readers.bibliographic import Entry, Link, line_of, lines, named_in, read_entries, relations, year_in
from corpus.readers.bibliographic_text import Labelled, abstract, given_first, inline, names_in
from corpus.readers.text import decode
from corpus.tracked import Tracked

_RIS_LINE = re.compile(r"[\ufeff ]{0,3}(?P<tag>[A-Z][A-Z0-9])  ?-(?:[ \t]+|(?=[\r\n]|$))")
_RIS_WIDE = re.compile(r"[\ufeff ]{0,3}(?P<tag>[A-Z][A-Z0-9])  -(?:[ \t]+|(?=[\r\n]|$))")
_RIS_START = re.compile(r"^[\ufeff ]{0,3}TY(?P<gap>  ?)-[ \t]+[A-Z]", re.MULTILINE)
_RIS_NEXT = re.compile(r"^ {0,3}(?!TY)[A-Z][A-Z0-9]  ?-(?:[ \t]|\r?$)", re.MULTILINE)
_MEDLINE_LINE = re.compile(r"\ufeff?(?=[^\r\n]{4}-)(?P<tag>[A-Z][A-Z0-9]{1,3}) {0,2}-(?:[ \t]+|(?=[\r\n]|$))")
_MEDLINE_START = re.compile(r"^\ufeff?PMID- {1,2}\d", re.MULTILINE)
_MEDLINE_NEXT = re.compile(r"^(?!PMID)[A-Z][A-Z0-9]{1,3} {0,2}- \S", re.MULTILINE)

_RIS_TITLES = ("TI", "T1", "CT", "BT", "ST")
_RIS_AUTHORS = ("AU", "A1")
_RIS_JOURNALS = ("JF", "T2", "JO", "JA", "J1", "J2", "T3")
_RIS_DATES = ("PY", "Y1", "YR", "DA", "Y2")
_RIS_ABSTRACTS = ("AB", "N2")
_RIS_NUMBERS = ("M3", "UR", "LK", "L1", "L2", "AN", "ID")
_RIS_NOTES = ("C1", "C2", "C6", "C7", "C8", "M1", "U1", "U2", "N1")
"""Where programs put identifiers for which RIS has no tag; notes may be of other articles, too."""
_PMCID = re.compile(r"\bPMC\d{3,9}\b", re.IGNORECASE)
_PMID = re.compile(r"(?:\bPMID\W{0,3}|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/|list_uids=)(\d{1,9})\b", re.IGNORECASE)
_OF_ANOTHER = re.compile(
    r"\b(?:comment|erratum|correct\w+|retract\w+|update|concern)\s+(?:in|on|of|for)\b", re.IGNORECASE
)
_OWN_NOTE = re.compile(
    r"(?:(?:doi|pmid|pmcid|pmc|pubmed|id)[:=]?|[:=])?(?:10\.\d{4,9}/.+|PMC\d{3,9}|\d{1,9}(?:\[pmid\])?|https?://.+)?[.]?",
    re.IGNORECASE,
)
"""A word of a note that is nothing but identifiers, labelled or not: those are the article's own."""
_BETWEEN = re.compile(r"[\s;,]+")
_PUBMED = re.compile(r"pubmed|medline|\bnlm\b", re.IGNORECASE)

_NEXT_LINE = re.compile(r"(?:\r\n|\n|\r)(?=\S)")
"""Where a list goes on: EndNote writes one tag and then an entry a line, not indented as a line that goes on is."""
_NEXT_OF_LIST = re.compile(rf";|{_NEXT_LINE.pattern}")

_MEDLINE_LINKS = {
    "RIN": "retraction in",
    "ROF": "retraction of",
    "RRI": "retracted and republished in",
    "PRIN": "partial retraction in",
    "PROF": "partial retraction of",
    "EIN": "erratum in",
    "EFR": "erratum for",
    "CRI": "corrected and republished in",
    "ECI": "expression of concern in",
    "ECF": "expression of concern for",
    "UIN": "update in",
    "UOF": "update of",
}
_MEDLINE_LABELLED = re.compile(r"(?<!\S)(\S{1,300})\s?\[(\w{1,20})\]")
_CUT_SHORT = "the file ends inside this entry: it may have been cut short"


@dataclass(slots=True)
class _Tagged:
    """The lines of one entry. ``fields``: tag → where in ``raw`` each of its values starts and ends."""

    pieces: list[str] = field(default_factory=list)
    fields: defaultdict[str, list[list[int]]] = field(default_factory=lambda: defaultdict(list))
    length: int = 0
    closed: bool = False
    _last: list[int] | None = None

    def tagged(self, tag: str, line: str, value_at: int) -> None:
        """Adds a line whose value starts at ``value_at``."""
        self._last = [self.length + value_at, self.length + len(line)]
        self.fields[tag].append(self._last)
        self._keep(line)

    def goes_on(self, line: str) -> None:
        """Adds a line that carries on the value before it."""
        self._keep(line)
        if self._last is not None and line.strip():
            self._last[1] = self.length

    def _keep(self, line: str) -> None:
        self.pieces.append(line)
        self.length += len(line)


class _Values:
    """The values of one entry by tag, as slices of its raw text."""

    def __init__(self, tagged: _Tagged) -> None:
        self.raw = "".join(tagged.pieces).rstrip()
        self._fields = tagged.fields

    def slices(self, *tags: str) -> Iterator[tuple[str, int]]:
        """Each value that is not blank with where it starts, tag by tag."""
        for tag in tags:
            for start, end in self._fields.get(tag, ()):
                value = self.raw[start:end]
                if value.strip():
                    yield value, start

    def all(self, *tags: str) -> list[str]:
        """Each value on one line."""
        return [line for value, _ in self.slices(*tags) if (line := line_of(value))]

    def first(self, *tags: str) -> str:
        """The first value on one line; "" where there is none."""
        return next(iter(self.all(*tags)), "")

    def title(self, *tags: str) -> Tracked | None:
        """The first value without its mark-up."""
        return next((inline(value, at) for value, at in self.slices(*tags)), None)

    def abstract(self, *tags: str) -> tuple[Labelled, ...]:
        """The longest of the values, cut at its labels: the others are parts or translations of it."""
        found = max(self.slices(*tags), key=lambda piece: len(piece[0]), default=None)
        return () if found is None else abstract(*found)


class RisReader:
    """Reads RIS (``.ris``); one record an entry, from its TY line to its ER line."""

    name = "ris"
    version = 2

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``. An entry without its ER line ends where the next one starts."""
        text = decode(data, name)
        start = _RIS_START.search(text)
        line = _RIS_WIDE if start is None or len(start["gap"]) == 2 else _RIS_LINE
        return read_entries(_ris_entries(text, line), _of_ris, reader=self.name, name=name)


class MedlineReader:
    """Reads the MEDLINE form of PubMed (``.nbib``); one record an entry, named by its PMID."""

    name = "medline"
    version = 2

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``."""
        return read_entries(_medline_entries(decode(data, name)), _of_medline, reader=self.name, name=name)


def is_ris(head: str) -> bool:
    """Whether a file that starts with ``head`` is RIS: a TY line and another tagged line."""
    start = _RIS_START.search(head)
    return start is not None and _RIS_NEXT.search(head, start.end()) is not None


def is_medline(head: str) -> bool:
    """Whether a file that starts with ``head`` is in MEDLINE form: a PMID line and another tagged line."""
    start = _MEDLINE_START.search(head)
    return start is not None and _MEDLINE_NEXT.search(head, start.end()) is not None


def _ris_entries(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, _Tagged]]:
    entry, started = _Tagged(), 0
    for number, line in enumerate(lines(text), start=1):
        match = pattern.match(line)
        tag = match["tag"] if match else ""
        if tag == "TY":
            if started:
                entry.closed = True
                yield started, entry
            entry, started = _Tagged(), number
        if not started:
            continue  # a provider's heading, blank lines between entries
        if match is None:
            entry.goes_on(line)
        elif tag == "ER":
            entry.closed = True
            yield started, entry
            entry, started = _Tagged(), 0
        else:
            entry.tagged(tag, line, match.end())
    if started:
        yield started, entry


def _medline_entries(text: str) -> Iterator[tuple[int, _Tagged]]:
    entry, started = _Tagged(), 0
    blank = False
    for number, line in enumerate(lines(text), start=1):
        match = _MEDLINE_LINE.match(line)
        if match and (match["tag"] == "PMID" or blank or not started):
            if started:
                yield started, entry
            entry, started = _Tagged(closed=True), number
        if match:
            entry.tagged(match["tag"], line, match.end())
        elif started:
            entry.goes_on(line)
        blank = not line.strip()
    if started:
        yield started, entry


def _of_ris(tagged: _Tagged) -> Entry:
    values = _Values(tagged)
    own = [value for value in values.all(*_RIS_NUMBERS) if not _OF_ANOTHER.search(value)]
    own += [line for value, _ in values.slices(*_RIS_NOTES) for line in _lines_of(value) if _is_own(line)]
    pmcid, pmid = _PMCID.search(" ".join(own)), _PMID.search(" ".join(own))
    accession = normalise_pmid(values.first("AN", "ID")) if _PUBMED.search(values.first("DB", "DP")) else None
    about = Bibliography(
        authors=_people(values.all(*_RIS_AUTHORS)),
        journal=values.first(*_RIS_JOURNALS) or None,
        year=next(filter(None, map(year_in, values.all(*_RIS_DATES))), None),
        volume=values.first("VL") or None,
        issue=values.first("IS", "CP") or None,
        pages=page_range(values.first("SP"), values.first("EP")),
        doi=_doi(values.all("DO", "DI")) or _doi(own),
        pmid=normalise_pmid(pmid[1]) if pmid else accession,
        pmcid=normalise_pmcid(pmcid[0]) if pmcid else None,
        affiliations=tuple(dict.fromkeys(line for value, _ in values.slices("AD") for line in _lines_of(value))),
        declared=tuple(dict.fromkeys(values.all("M3")[:1])) if not _doi(values.all("M3")) else (),
    )
    about = replace(about, relations=relations((), about))
    keywords = [word for value, at in values.slices("KW") for word in inline(value, at).split(_NEXT_OF_LIST)]
    notes = () if tagged.closed else (_CUT_SHORT,)
    return Entry(values.raw, about, values.title(*_RIS_TITLES), values.abstract(*_RIS_ABSTRACTS), keywords, notes)


def _is_own(note: str) -> bool:
    return all(map(_OWN_NOTE.fullmatch, _BETWEEN.split(note)))


def _people(found: list[str]) -> tuple[str, ...]:
    """One author a line, as the format has it; some programs put all of them on one."""
    if len(found) == 1 and (";" in found[0] or found[0].count(",") > 2):
        return names_in(found[0])
    return tuple(dict.fromkeys(filter(None, map(given_first, found))))


def _lines_of(value: str) -> list[str]:
    return [line for each in _NEXT_LINE.split(value) if (line := line_of(each))]


def _doi(values: list[str]) -> str | None:
    """The first DOI in ``values``, bare, in an address or behind a label."""
    return next((doi for value in values for doi in (normalise_doi(value), *find_dois(value)) if doi), None)


def _of_medline(tagged: _Tagged) -> Entry:
    values = _Values(tagged)
    located: dict[str, str] = {}
    for value in values.all("AID", "LID"):
        for identifier, kind in _MEDLINE_LABELLED.findall(value):
            located.setdefault(kind.lower(), identifier)
    about = Bibliography(
        authors=tuple(dict.fromkeys(map(given_first, values.all("FAU") or values.all("AU")))) + tuple(values.all("CN")),
        journal=values.first("JT", "TA") or None,
        year=year_in(values.first("DP", "DEP")),
        volume=values.first("VI") or None,
        issue=values.first("IP") or None,
        pages=values.first("PG") or None,
        doi=normalise_doi(located.get("doi", "")),
        pmid=normalise_pmid(values.first("PMID")),
        pmcid=normalise_pmcid(values.first("PMC")),
        affiliations=tuple(dict.fromkeys(values.all("AD"))),
        declared=tuple(dict.fromkeys(values.all("PT"))),
    )
    links = [Link(word, named_in(value), value) for tag, word in _MEDLINE_LINKS.items() for value in values.all(tag)]
    about = replace(about, relations=relations(links, about))
    is_titled = values.first("TI").strip("[]. ").lower() not in ("", "not available")
    title = values.title("TI", "TT") if is_titled else values.title("TT")
    keywords = [_unstarred(value, at) for value, at in (*values.slices("OT"), *values.slices("MH"))]
    return Entry(values.raw, about, title, values.abstract("AB") or values.abstract("OAB"), keywords)


def _unstarred(value: str, at: int) -> Tracked:
    """A heading without the stars that mark what an article is mostly about."""
    return inline(value, at).sub(re.compile(r"\*"), "")
