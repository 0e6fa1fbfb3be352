"""The nouns of a patient's case. Every span is of the report's normalised text, so that each fact can be quoted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from corpus.assertion import Assertion
from corpus.model import Span
from corpus.patients import Sex, Unit

DiagnosisRole = Literal["index", "underlying", "comorbid"]
"""``index``: what the report is about; ``underlying``: what it arose from; ``comorbid``: had beside it."""
TreatmentKind = Literal["drug", "drug_class", "procedure", "device"]
Status = Literal["past", "current_at_presentation", "given", "planned", "precluded", "declined"]
"""``past``: before the episode that is told; ``precluded``: ruled out by something; ``declined``: by the patient."""
GIVEN: Final[tuple[Status, ...]] = ("given", "current_at_presentation", "past")
"""The statuses in which a patient had the treatment."""
OutcomeLabel = Literal["resolved", "improved", "unchanged", "progressed", "adverse_reaction", "death", "not_stated"]
"""``not_stated`` wherever no explicit cue says: the sentence itself is what counts."""


@dataclass(frozen=True, slots=True)
class Age:
    """An age as it is stated, in ``unit``."""

    value: float
    unit: Unit
    span: Span


@dataclass(frozen=True, slots=True)
class StatedSex:
    """A sex, and the words that state it."""

    value: Sex
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A disease of the patient. ``name`` is canonical; ``concepts`` are the terminology's identifiers, if any."""

    name: str
    concepts: tuple[str, ...]
    role: DiagnosisRole
    span: Span


@dataclass(frozen=True, slots=True)
class Sign:
    """A finding with what is asserted of it: a negated one is kept as such."""

    name: str
    concepts: tuple[str, ...]
    assertion: Assertion
    span: Span


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sentence, or a part of one, on what came of it."""

    label: OutcomeLabel
    span: Span


@dataclass(frozen=True, slots=True)
class Target:
    """What a treatment was for; ``span`` is where that is said."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Treatment:
    """One mention of something given, done, planned, or kept from a patient (or, in the literature, from others).

    ``mention`` is where it is named, ``surface`` how ("biphosphonate"), ``repaired`` how a broken word was read where
    it was, ``name`` what it is called ("bisphosphonates"). ``classes`` are the names of what it is a kind of, nearest
    first. ``evidence`` is the sentence. ``dose`` … ``duration`` are where they are said, None where they are not.
    """

    mention: Span
    surface: str
    name: str
    concepts: tuple[str, ...]
    kind: TreatmentKind
    status: Status
    evidence: Span
    classes: tuple[str, ...] = ()
    repaired: str | None = None
    dose: Span | None = None
    route: Span | None = None
    frequency: Span | None = None
    duration: Span | None = None
    target: Target | None = None
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientCase:
    """One patient of a report, numbered from 1 in the order of the text."""

    number: int
    age: Age | None = None
    sex: StatedSex | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    signs: tuple[Sign, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    follow_up: Span | None = None


@dataclass(frozen=True, slots=True)
class Cases:
    """A report's patients, and the treatments that it speaks of only as others' or in general."""

    patients: tuple[PatientCase, ...] = ()
    literature: tuple[Treatment, ...] = ()
