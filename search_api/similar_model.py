"""The nouns of a search for similar patients. Every text of a report or a vignette is a slice of it."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.assertion import Assertion
from corpus.patients import Sex
from search_api.model import Bounds, Hit


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a text tells it: ``text`` is what stands at ``[start, end)``; ``name`` is its concept's."""

    name: str
    kind: str
    assertion: Assertion
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shared:
    """A finding of the vignette, and where the report tells it, or (``same`` False) a kind of it or what it is one of.

    ``location`` is the place in the report's source, in words.
    """

    vignette: Told
    report: Told
    same: bool
    location: str


@dataclass(frozen=True, slots=True)
class Person:
    """A patient by age in years and sex; what is not told is None."""

    age: float | None
    sex: Sex | None


@dataclass(frozen=True, slots=True)
class SimilarReport:
    """A report with a patient like the one looked for.

    ``denied``: findings of the vignette that the report says its patient has not; ``contradicted``: findings that
    the vignette denies and the report asserts, a history too. ``not_reported``: what the report does not mention, or
    only another kind of it; that is not a no. ``passage`` is the one to read first; its citation is the report's.
    """

    rank: int
    score: float
    report_id: str
    patients: tuple[Person, ...]
    shared: tuple[Shared, ...]
    denied: tuple[Shared, ...]
    contradicted: tuple[Shared, ...]
    not_reported: tuple[Told, ...]
    passage: Hit


@dataclass(frozen=True, slots=True)
class SimilarResult:
    """Reports in rank order, from one generation, and what was looked for.

    Offsets of ``findings`` (what the patient has) and ``denied`` (what they have not) count code points of the text
    as given; of the report's text where ``report_id`` names one.
    """

    report_id: str | None
    generation: int
    took_ms: float
    patient: Person | None
    findings: tuple[Told, ...]
    denied: tuple[Told, ...]
    similar: tuple[SimilarReport, ...]
    bounds: Bounds
