"""The nouns of the corpus: a report, its parts, and where each part stands in its source.

A *span* is a half-open ``[start, end)`` range of Unicode code points in the report's normalised
text. Everything else is built from spans, so that any quotation is a slice:
``report.text[span.start:span.end]``.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

SectionKind = Literal[
    "title",
    "front",
    "abstract",
    "keywords",
    "introduction",
    "case",
    "treatment",
    "outcome",
    "methods",
    "results",
    "discussion",
    "conclusion",
    "body",
    "figure",
    "table",
    "back",
    "references",
]
"""``front``: authors, affiliations, dates. ``back``: funding, conflicts, consent, thanks. ``body``: unnamed text."""

PartKind = Literal["line", "page", "element", "entry"]
"""``entry``: one record of a bibliography or a list of search results."""

RelationKind = Literal[
    "retracts", "retracted-by", "corrects", "corrected-by", "concern-about", "concern-in", "preprint-of", "has-preprint"
]
"""Read "this report RELATION that one"."""
NOTICES: frozenset[RelationKind] = frozenset({"retracts", "corrects", "concern-about"})
"""What a notice does to the article that it is about."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """``[start, end)`` in code points of the normalised text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not [{self.start}, {self.end})")

    def of(self, text: str) -> str:
        """The slice of ``text`` that this span names."""
        return text[self.start : self.end]

    def holds(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return max(self.start, other.start) < min(self.end, other.end)


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the report under one heading (``heading`` is None where there is none)."""

    kind: SectionKind
    heading: Span | None
    body: Span


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and the index of its section in ``Report.sections``."""

    span: Span
    section: int


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of the reference list; ``doi`` is None where absent or cut short."""

    span: Span
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How this report stands to another, as its source declares it.

    ``identifier`` is "doi:…", "pmid:…" or "pmcid:…" in lower case; empty where the source names none.
    """

    kind: RelationKind
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What identifies the article. Absent facts are None or empty, never guessed.

    ``volume``, ``issue`` and ``pages`` are as printed; ``pages`` is "12-18", "e45", or an article's number in it.
    ``declared`` holds the kinds of publication that the source gives, in its own words ("case-report",
    "Retracted Publication"): they are claims, not facts. ``licence`` is the source's wording or address.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    journal: str | None = None
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    affiliations: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    licence: str | None = None
    open_access: bool | None = None
    relations: tuple[Relation, ...] = ()
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch ``[start, end)`` of the raw text: a page, an element, or (for text) the whole file.

    ``label`` is the page number counted from 1, the element's path, or "" for text, where the line
    is counted from the raw text itself.
    """

    start: int
    end: int
    kind: PartKind
    label: str


@dataclass(frozen=True, slots=True)
class Location:
    """Where a span stands in its source: a part, and ``[start, end)`` within that part's raw text."""

    kind: PartKind
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Normalised text → raw text, as runs that are contiguous in the normalised text.

    ``runs`` holds ``(normalised_start, raw_start, raw_end)`` in order; a run ends where the next
    starts, the last at ``length``. A run as long as its raw range maps code point by code point; any
    other (a mended hyphen, folded white space, a ligature) maps as a whole.
    """

    length: int
    runs: tuple[tuple[int, int, int], ...]
    parts: tuple[Part, ...]

    def raw(self, span: Span) -> tuple[int, int]:
        """The smallest raw ``[start, end)`` that holds all that ``span`` came from.

        It holds more where the raw text is in another order (columns, captions). Spans beyond the text
        raise ValueError.
        """
        if span.end > self.length:
            raise ValueError(f"span {span} ends beyond the text's {self.length} code points")
        if span.start == span.end:
            if span.end == self.length:
                at = self.runs[-1][2] if self.runs else 0
            else:
                at = next(self.ranges(Span(span.start, span.start + 1)))[0]
            return at, at
        ranges = list(self.ranges(span))
        return min(start for start, _ in ranges), max(end for _, end in ranges)

    def ranges(self, span: Span) -> Iterator[tuple[int, int]]:
        """The raw range of each run that ``span`` touches, as much of it as it touches."""
        for at in range(bisect_right(self.runs, (span.start, 1 << 62, 0)) - 1, len(self.runs)):
            start, raw_start, raw_end = self.runs[at]
            if start >= span.end:
                return
            stop = self.runs[at + 1][0] if at + 1 < len(self.runs) else self.length
            if stop - start == raw_end - raw_start:
                yield raw_start + max(0, span.start - start), raw_end - max(0, stop - span.end)
            else:
                yield raw_start, raw_end

    def locate(self, span: Span) -> tuple[Location, ...]:
        """Every part that ``span`` touches, in raw order."""
        start, end = self.raw(span)
        if start == end:  # only what a reader put in, such as the bar between two cells
            touched = [part for part in self.parts if part.start <= start <= part.end][:1]
        else:
            touched = [part for part in self.parts if part.start < end and start < part.end]
        return tuple(
            Location(part.kind, part.label, max(start, part.start) - part.start, min(end, part.end) - part.start)
            for part in touched
        )

    def begin(self, span: Span) -> Location | None:
        """Where ``span`` starts; None where that is in no part."""
        first = Span(span.start, min(span.start + 1, span.end))
        return next(iter(self.locate(first) or self.locate(span)), None)

    def page(self, span: Span) -> int | None:
        """The page on which ``span`` starts, counted from 1; None where the source has no pages."""
        begin = self.begin(span)
        return int(begin.label) if begin is not None and begin.kind == "page" else None

    def to_bytes(self) -> bytes:
        """A compact, versionless form for the catalog; ``from_bytes`` reads it back."""
        parts = [(part.start, part.end, part.kind, part.label) for part in self.parts]
        document = json.dumps([self.length, self.runs, parts], separators=(",", ":"))
        return zlib.compress(document.encode(), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> SourceMap:
        """The inverse of ``to_bytes``."""
        length, runs, parts = json.loads(zlib.decompress(data))
        return cls(length, tuple((a, b, c) for a, b, c in runs), tuple(Part(*part) for part in parts))


@dataclass(frozen=True, slots=True)
class Report:
    """One published article (or a text given as one), read and normalised.

    ``sections`` are in text order and do not overlap; ``sentences`` likewise, each inside its
    section's body. ``raw`` is the text as the source gave it (the decoded file, the pages' text, the
    elements' text), into which ``source_map`` leads back. ``given_id`` is the id of a JSONL record.
    """

    text: str
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    references: tuple[Reference, ...]
    bibliography: Bibliography
    source_map: SourceMap = field(repr=False)
    raw: str = field(repr=False)
    reader: str = ""
    given_id: str | None = None

    def sentences_in(self, span: Span) -> Iterator[Sentence]:
        """The sentences that lie wholly inside ``span``, in order."""
        return (sentence for sentence in self.sentences if span.holds(sentence.span))

    def section_at(self, index: int) -> Section | None:
        """The section whose body holds code point ``index``; None between sections."""
        for section in self.sections:
            if section.body.start <= index < section.body.end:
                return section
        return None
