"""Bibliographies: what every format of them has in common, and how one entry becomes a report.

An entry's text is its title, its abstract (with the labels of a structured one as headings) and its keywords,
and nothing else: what an entry says of the article besides goes to the ``Bibliography``. An entry without an
abstract is a report all the same, of one title: it holds the place until a file with the same identifier comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from corpus.assembly import SEPARATOR, Block, assemble
from corpus.errors import NoTextError, ReadError, TooLargeError
from corpus.identity import find_dois, normalise_pmid
from corpus.model import Bibliography, Part, Relation, RelationKind, Report, Section, Sentence, Span
from corpus.normalise import fold
from corpus.preprints import is_preprint
from corpus.readers.base import Read
from corpus.readers.bibliographic_text import Labelled, bare_title
from corpus.readers.numbering import Numbering
from corpus.sentences import split
from corpus.titles import with_titled_relations
from corpus.tracked import Tracked

MAX_ENTRIES = 1_000_000
"""Entries of one file; they are read one by one and never held together."""

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_LINE = re.compile(r"[^\r\n]+(?:\r\n|\n|\r)?|\r\n|\n|\r")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_REFERENCE_PMID = re.compile(r"\bPMID\s*:?\s*(\d{1,9})\b", re.IGNORECASE)

_RELATIONS: dict[str, RelationKind] = {
    "retractionin": "retracted-by",
    "retractionof": "retracts",
    "retractedandrepublishedin": "retracted-by",
    "partialretractionin": "corrected-by",
    "partialretractionof": "corrects",
    "erratumin": "corrected-by",
    "erratumfor": "corrects",
    "correctedandrepublishedin": "corrected-by",
    "expressionofconcernin": "concern-in",
    "expressionofconcernfor": "concern-about",
    "preprintof": "preprint-of",
    "preprintin": "has-preprint",
}
"""The words of PubMed (``RefType``) and Europe PMC (``type``), in lower case and without spaces.

An article that is retracted in part stands, corrected.
"""
_UNNAMED: dict[str, RelationKind] = {
    "retractedpublication": "retracted-by",
    "retractionofpublication": "retracts",
    "retractionnotice": "retracts",
    "publishederratum": "corrects",
    "expressionofconcern": "concern-about",
}
"""Publication types that say what stands elsewhere, without saying where."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, read. The ranges of ``title``, ``abstract`` and ``keywords`` point into ``raw``.

    ``about.title`` is set from ``title``. ``refusal`` is set for an entry that is identified and not read.
    """

    raw: str
    about: Bibliography
    title: Tracked | None = None
    abstract: Sequence[Labelled] = ()
    keywords: Sequence[Tracked] = ()
    notes: tuple[str, ...] = ()
    refusal: ReadError | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What an entry says of another article: the source's ``word`` for it, its identifier, and its reference."""

    word: str
    identifier: str
    reference: str = ""


class Slip:
    """Collects the strings of an entry whose format has no running text (XML, JSON, table cells)."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, text: str) -> int:
        """Puts ``text`` on a line of its own; returns where it starts in ``raw``."""
        start = self._length
        self._pieces.append(text)
        self._length += len(text) + 1
        return start

    @property
    def raw(self) -> str:
        """Everything added, a line each."""
        return "\n".join(self._pieces)


def read_entries(
    found: Iterable[tuple[int, Item]], interpret: Callable[[Item], Entry], *, reader: str, name: str
) -> Iterator[Read]:
    """A ``Read`` for each item of ``found``, which come with the line on which they start (0 where unknown).

    An item that ``interpret`` raises ReadError for is told of, and the rest go on. Raises NoTextError where
    there is no item at all and TooLargeError after ``MAX_ENTRIES``.
    """
    records = Numbering()
    number = 0
    for number, (line, item) in enumerate(found, start=1):
        if number > MAX_ENTRIES:
            raise TooLargeError(f"{name} has more than {MAX_ENTRIES:,} entries: split it (the first ones were read)")
        record = f"entry {number}"
        where = f"{name}, entry {number}" + (f" (line {line})" if line else "")
        try:
            entry = interpret(item)
            record = records.free(_identifier(entry.about) or record)
            read = Read(record, report=_report(entry, record, reader), notes=entry.notes)
        except ReadError as error:
            read = Read(record, error=type(error)(f"{where} {error}"))
        yield read
    if number == 0:
        raise NoTextError(f"{name} holds no entries: see if the export or the search that made it found anything")


def lines(text: str) -> Iterator[str]:
    """The lines of ``text`` with their ends, one at a time; only CR and LF end a line."""
    return (match.group() for match in _LINE.finditer(text))


def year_in(text: str) -> int | None:
    """The first year in a date or imprint of any form; None where there is none."""
    found = _YEAR.search(text)
    return int(found.group(1)) if found else None


def line_of(text: str) -> str:
    """``text`` as one folded line."""
    return fold(Tracked.of(text)).text


def named_in(reference: str) -> str:
    """The identifier that a reference in words ends with, as ``Relation`` has it; "" where it has none."""
    pmid = _REFERENCE_PMID.search(reference)
    if pmid and normalise_pmid(pmid.group(1)):
        return f"pmid:{normalise_pmid(pmid.group(1))}"
    return next((f"doi:{doi}" for doi in find_dois(reference)), "")


def relations(links: Iterable[Link], about: Bibliography) -> tuple[Relation, ...]:
    """How the article stands to others, by what its entry links to and the publication types it has.

    An update is kept only where it is a preprint's: PubMed uses the same words for new versions of reviews.
    A preprint that is named by no identifier is left out; a retraction whose notice is not named is kept.
    """
    found: dict[Relation, None] = {}
    for link in links:
        word = _letters(link.word)
        if word == "updatein" and is_preprint(about):
            word = "preprintof"
        elif word == "updateof" and _names_preprint(link.reference):
            word = "preprintin"
        kind = _RELATIONS.get(word)
        if kind is not None and (link.identifier or not word.startswith("preprint")):
            found[Relation(kind, link.identifier)] = None
    types = {_letters(declared) for declared in about.declared}
    for word, kind in _UNNAMED.items():
        if word in types and not any(known.kind == kind for known in found):
            found[Relation(kind)] = None
    return tuple(found)


def _names_preprint(reference: str) -> bool:
    return is_preprint(Bibliography(journal=reference, doi=next(iter(find_dois(reference)), None)))


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.lower())


def _identifier(about: Bibliography) -> str:
    """What names an entry within its file, whatever its place there."""
    for kind, value in (("pmid", about.pmid), ("pmcid", about.pmcid), ("doi", about.doi)):
        if value:
            return f"{kind}:{value.lower()}"
    return ""


def _report(entry: Entry, record: str, reader: str) -> Report:
    """The report of one entry; NoTextError where it has neither a title nor an abstract."""
    if entry.refusal is not None:
        raise entry.refusal
    title = bare_title(entry.title) if entry.title is not None else None
    about = with_titled_relations(replace(entry.about, title=(fold(title).text or None) if title is not None else None))
    parts = (Part(0, len(entry.raw), "entry", record),)
    found = [Block(title, "title")] if title is not None and about.title else []
    abstract: list[Block] = []
    for piece in entry.abstract:
        if piece.label is not None and piece.text.text.strip():
            abstract.append(Block(piece.label, "heading", "abstract"))
        abstract.append(Block(piece.text, "paragraph", "abstract"))
    keywords = [keyword for each in entry.keywords if (keyword := each.strip()).text]
    last = [Block(Tracked.join(keywords, "; "), "paragraph", "keywords")] if keywords else []
    try:
        return assemble([*found, *abstract, *last], about, raw=entry.raw, parts=parts, reader=reader)
    except NoTextError as error:
        if not found:
            raise NoTextError("has neither a title nor an abstract: there is nothing to find it by") from error
        return _of_title([*found, *last], about, entry.raw, parts, reader)


def _of_title(blocks: Sequence[Block], about: Bibliography, raw: str, parts: tuple[Part, ...], reader: str) -> Report:
    """The report of an entry without an abstract, which ``assemble`` refuses, as it should for a file."""
    folded = [(block.section or "title", text) for block in blocks if (text := fold(block.text)).text]
    whole = Tracked.join((text for _, text in folded), SEPARATOR)
    sections: list[Section] = []
    sentences: list[Sentence] = []
    start = 0
    for index, (kind, text) in enumerate(folded):
        sections.append(Section(kind, None, Span(start, start + len(text))))
        sentences += [Sentence(Span(start + a, start + b), index) for a, b in split(text.text)]
        start += len(text) + len(SEPARATOR)
    return Report(
        text=whole.text,
        sections=tuple(sections),
        sentences=tuple(sentences),
        references=(),
        bibliography=about,
        source_map=whole.source_map(parts),
        raw=raw,
        reader=reader,
    )
