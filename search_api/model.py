"""The nouns of an answer. Every text shown as a quotation is a slice of the report's normalised text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from corpus.model import SectionKind, Span
from corpus.standing import Link
from indexer.abbreviations import Meaning


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a passage stands: the article, and the place in its source.

    ``volume``, ``issue`` and ``pages`` are the article's in its journal. ``page`` is the passage's in the source: it
    counts from 1 and is None where the source has no pages; ``source`` is the file (and
    record) it was read from; ``location`` is the place in words ("page 3", "line 41", an element path);
    ``links`` are the identifiers' addresses; ``warnings`` say that the article was retracted, corrected or doubted.
    ``opening``: how its text begins, where it has no title.
    ``reading`` tells the text that the passage is a slice of from other readings of the report: offsets hold in it.
    """

    title: str | None
    authors: tuple[str, ...]
    journal: str | None
    year: int | None
    volume: str | None
    issue: str | None
    pages: str | None
    doi: str | None
    pmid: str | None
    pmcid: str | None
    page: int | None
    source: str
    location: str
    links: tuple[str, ...] = ()
    warnings: tuple[Link, ...] = ()
    opening: str | None = None
    reading: str = ""

    @property
    def name(self) -> str:
        """Its title, or in brackets, as libraries write one that they supply, how its text begins; "" without any."""
        return self.title or (f"[{self.opening}]" if self.opening else "")


ExpansionReason = Literal["other name", "a kind of it", "abbreviation", "short form", "spelling"]


@dataclass(frozen=True, slots=True)
class Expansion:
    """Something looked for beside the user's words ``said``.

    ``name`` is what is looked for (``names``: under which other names, some of them), ``weight`` what an occurrence
    counts where one of the user's own word counts 1, ``reports`` how many reports hold it.
    """

    said: str
    name: str
    names: tuple[str, ...]
    reason: ExpansionReason
    weight: float
    reports: int


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """An abbreviation of the question with several meanings: all are looked for.

    They are those that reports define; of one that none defines those of the terminology, with 0 ``reports``.
    """

    said: str
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """What of the user's words a passage holds, and where: ``spans`` of the report's text, in order.

    ``name`` and ``reason`` are None where it is the word itself (in any number, tense or spelling), else what was
    looked for in its stead.
    """

    said: str
    spans: tuple[Span, ...]
    name: str | None
    reason: ExpansionReason | None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a hit is there.

    The report's ranks, from 1, by words and by meaning among the reports that were looked at (None where it was not
    found so), and its scores by either, scaled to 0..1 over them.
    """

    matched: tuple[Matched, ...]
    lexical_rank: int | None
    dense_rank: int | None
    lexical_score: float
    dense_score: float
    rank_before: int | None = None
    """The passage's rank, from 1, before a model looked at it again; None where none did."""


@dataclass(frozen=True, slots=True)
class AlsoIn:
    """Where another report says nearly the same as a hit: its text at ``[start, end)``."""

    report_id: str
    start: int
    end: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score. ``text`` equals the stored text at ``[start, end)``.

    ``highlights`` are spans in the report's normalised text, each a whole sentence inside the passage.
    """

    rank: int
    score: float
    report_id: str
    passage_id: str
    text: str
    start: int
    end: int
    section: SectionKind
    highlights: tuple[Span, ...]
    citation: Citation
    why: Why | None = None
    """None unless asked for."""
    also_in: tuple[AlsoIn, ...] = ()
    """What was left out for saying nearly the same, best first."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a question: ``kind`` is "phrase", "must", "must_not" or a filter's name.

    ``start`` and ``end`` are its place in the query line, in code points; None where it came beside the line.
    """

    kind: str
    value: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How a question was understood, and what that left out.

    ``left_out_unknown``: by filter, how many reports do not tell what it asks for, and meet every other
    condition or do not tell that either.
    ``drug_names``: by report id of the hits, the names by which it tells of the drug asked for. ``notices``: what
    could not be understood, or met by anything, or has several meanings (``ambiguous``). ``reports``: how many meet the
    conditions; None where there are none.
    """

    conditions: tuple[Condition, ...] = ()
    left_out_unknown: dict[str, int] = field(default_factory=dict)
    drug_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    ambiguous: tuple[Ambiguity, ...] = ()
    reports: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits in rank order, from one generation. ``took_ms`` is wall time, ``stages`` the same by stage."""

    query: str
    generation: int
    took_ms: float
    hits: tuple[Hit, ...]
    stages: dict[str, float] = field(default_factory=dict)
    bounds: Bounds = Bounds()
    expansions: tuple[Expansion, ...] = ()
    reranked_by: str | None = None
    """The model whose scores the hits have."""
    more: bool = False
    """Whether hits follow these."""
    next: str | None = None
    """The cursor of the hits that follow; None where there are none."""
    search_id: str | None = None
    """Under which it is in the search log; None where it is not kept."""


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One verbatim sentence: ``text`` equals the stored text at ``[start, end)``."""

    text: str
    report_id: str
    start: int
    end: int
    section: SectionKind
    role: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Answer:
    """What the corpus says, or plainly that it does not say it (``answerable`` False, ``reason`` why)."""

    question: str
    generation: int
    answerable: bool
    reason: str
    sentences: tuple[AnswerSentence, ...]
    hits: tuple[Hit, ...]
    took_ms: float
    bounds: Bounds = Bounds()
    expansions: tuple[Expansion, ...] = ()
    lead: str = ""
    """What the evidence table holds on it, in counts and names alone; nothing where it holds nothing."""
    search_id: str | None = None
    """Under which it is in the search log; None where it is not kept."""


@dataclass(frozen=True, slots=True)
class VerifiedClaim:
    """What a model says, borne out by its quote: ``quote`` equals the stored text at ``[start, end)``.

    ``passage_id`` names the passage that the model was given and the quote stands in. ``literature``: the quote tells
    of other authors' patients, or in general.
    """

    text: str
    quote: str
    report_id: str
    passage_id: str
    start: int
    end: int
    section: SectionKind
    literature: bool
    citation: Citation


@dataclass(frozen=True, slots=True)
class DroppedClaim:
    """A claim that was not borne out: ``reason`` is a word for programs, ``detail`` says it; it is not shown itself."""

    reason: str
    detail: str


Outcome = Literal["answered", "abstained", "failed"]


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What a model made of the passages, as far as its quotes bear it out, beside the ``answer`` without a model.

    ``failed``: the model could not be asked. ``passages`` counts those that it was given.
    """

    model: str
    outcome: Outcome
    reason: str
    claims: tuple[VerifiedClaim, ...]
    dropped: tuple[DroppedClaim, ...]
    passages: int
    took_ms: float
    answer: Answer
