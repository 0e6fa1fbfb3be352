"""Whether a patient has what is asked, and by which words: by their stored case, else by the report's own sentences.

The stored case says it by concept, so that other names and kinds count; sentences say it by words (``coverage``), so
that what the terminology does not know counts too. A report must be about the condition, not name it in passing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from corpus.cases.model import Cases, PatientCase
from corpus.cases.roles import CASE_KINDS, Role
from corpus.catalog import Stored
from corpus.findings import findings
from corpus.model import Span
from corpus.standing import Link
from corpus.terminology.terminology import shipped
from indexer.wordings import comparable
from search_api.answering.coverage import EXTENT, Coverage, Needle, Studied, Weight, cover, wordings
from search_api.answering.studying import STUDIES
from search_api.answering.terms import folded
from search_api.answering.treatments import named
from search_api.evidence.asked import Wanted
from search_api.evidence.model import EvidenceRow, LiteratureRow
from search_api.evidence.rows import literature_of, rows_of
from search_api.evidence.saying import SURE, says

How = Literal["named", "other name", "a kind of it", "without its extent", "in other words"]
"""``without its extent``: all is there but a word such as "universalis"; the patient counts, and it is told."""

_OFTEN = 3
"""Times that a patient's sentences name something which a report is then about."""
_SHORT = 15
"""Sentences of a report that has no room for anything in passing."""
_HEADING = ("title", "keywords", "abstract")


@dataclass(frozen=True, slots=True)
class Met:
    """How a patient meets something asked for. ``span``: where the report says so, if one place does.

    ``central``: the report is about it.
    """

    wanted: Wanted
    how: How
    central: bool
    span: Span | None


@dataclass(frozen=True)
class Read:
    """A candidate: the report as the generation pinned it, and its stored cases."""

    stored: Stored
    cases: Cases
    warnings: Callable[[str], Sequence[Link]] = lambda _: ()
    """What stands against a report, by its id in the catalog."""

    @cached_property
    def rows(self) -> tuple[EvidenceRow, ...]:
        """Its rows."""
        return rows_of(self.stored, self.cases, self.warnings(self.stored.report_id))

    @cached_property
    def literature(self) -> tuple[LiteratureRow, ...]:
        """What it tells only of others."""
        return literature_of(self.stored, self.cases, self.warnings(self.stored.report_id))

    @cached_property
    def studied(self) -> Studied:
        """Its sentences as answers study them."""
        return Studied(self.stored.report_id, self.stored.report, study=STUDIES.of(self.stored))

    @cached_property
    def titled(self) -> frozenset[int]:
        """The concepts that its title asserts: not what the illness mimicks."""
        found = findings(self.stored.report.bibliography.title or "")
        return frozenset(concept for each in found if each.assertion in SURE for concept in each.concepts)


class Meeting:
    """What a question wants, as patients are held against it; ``weight`` gives a word's idf."""

    def __init__(self, weight: Weight) -> None:
        self._weight = weight

    def meets(self, read: Read, patient: PatientCase, wanted: Wanted) -> Met | None:
        """How ``patient`` meets ``wanted``; None where they do not, or the report does not say."""
        by_case = _by_case(read, patient, wanted)
        if by_case is not None and by_case.central and by_case.how != "without its extent":
            return by_case
        by_words = self._by_words(read, patient, wanted, beside=by_case is not None)
        if by_case is None or by_words is None:
            return by_case or by_words
        better = by_words if by_case.how == "without its extent" != by_words.how else by_case
        return Met(wanted, better.how, by_case.central or by_words.central, better.span or by_case.span)

    def covers(self, read: Read, wanted: Wanted) -> Coverage:
        """How the report covers ``wanted`` by its words."""
        return cover(read.studied, self._needles(read, wanted))

    def _needles(self, read: Read, wanted: Wanted) -> tuple[Needle, ...]:
        """Its wordings; a short form is one only in a report that says so, and of a known name only for the whole."""
        core, own = set(folded(wanted.said)) - EXTENT, read.studied.definitions
        if wanted.concepts:
            own = {short: long for short, long in own.items() if core <= set(folded(long))}
        return wordings(wanted.facet, own, self._weight, own)

    def _by_words(self, read: Read, patient: PatientCase, wanted: Wanted, *, beside: bool) -> Met | None:
        """By the report's sentences; of several patients by its title, or where no case says which of them it is.

        ``beside``: the case has it as one illness of several; then the report must diagnose it or come back to it.
        """
        needles = self._needles(read, wanted)
        covered = cover(read.studied, needles)
        if not covered.degree:
            return None
        titled = says(read.stored.report.bibliography.title or "", needles, wanted)
        saying = [index for index in sorted(covered.mentions) if _tells(read.studied, index, needles, wanted)]
        if not saying and not titled:
            return None
        others = (each for each in read.cases.patients if each is not patient)
        if any(_by_case(read, each, wanted) for each in others) and not titled:
            return None
        how: How = "without its extent" if covered.degree == 1 else "named"
        central = _is_about(read.studied, saying) or (not beside and (titled or _heads(read.studied, saying)))
        return Met(wanted, how, central, _span(read.studied, saying))


def _tells(studied: Studied, index: int, needles: Sequence[Needle], wanted: Wanted) -> bool:
    """Whether sentence ``index`` says it, and of the report's own patient."""
    kind, role = studied.kind(index), studied.role(index)
    if kind in ("front", "back", "references") or role & (Role.FAMILY | Role.LITERATURE):
        return False
    own = role & Role.PATIENT or kind in CASE_KINDS or kind in ("title", "abstract", "keywords")
    return bool(own) and says(studied.text(index), needles, wanted)


def _is_about(studied: Studied, saying: Sequence[int]) -> bool:
    """Whether the report finds the illness or treats it in the episode that is told, or keeps coming back to it."""
    own = [studied.role(index) for index in saying if studied.role(index) & Role.PATIENT]
    acted = any(role & (Role.DIAGNOSIS | Role.TREATMENT) and Role.HISTORY not in role for role in own)
    return acted or len(own) >= _OFTEN


def _heads(studied: Studied, saying: Sequence[int]) -> bool:
    """Whether it stands where a report says what it is about; a short one says nothing else."""
    return bool(saying) and (len(studied.words) <= _SHORT or any(studied.kind(index) in _HEADING for index in saying))


def _span(studied: Studied, saying: Sequence[int]) -> Span | None:
    """The sentence that says it of the patient: of the case sooner than of the abstract, then of the rest."""
    own = [index for index in saying if studied.role(index) & Role.PATIENT] or saying
    chosen = min(own, key=lambda index: (_order(studied.kind(index)), index), default=None)
    return None if chosen is None else studied.report.sentences[chosen].span


def _order(kind: str) -> int:
    return 0 if kind in CASE_KINDS else 1 if kind in ("abstract", "title", "body", "results") else 2


def _by_case(read: Read, patient: PatientCase, wanted: Wanted) -> Met | None:
    """By the concepts of the patient's diagnoses, then of their signs."""
    exact, kinds, wider = frozenset(wanted.concepts), wanted.kinds, wanted.wider
    if not kinds and not wider:
        return None
    best: Met | None = None
    for concepts, role, span in _had(patient):
        how: How | None = None
        if concepts & exact:
            how = "named" if _same(span.of(read.stored.report.text), wanted.phrase) else "other name"
        elif concepts & kinds:
            how = "a kind of it"
        elif concepts & wider:
            how = "without its extent"
        if how is None or (best is not None and best.how != "without its extent"):
            continue
        if best is None or how != "without its extent":
            best = Met(wanted, how, role in ("index", "underlying"), span)
    if best is None or best.central:
        return best
    central = bool(read.titled & (kinds | wider)) or any(
        treatment.target and set(named(treatment.target.name)) & kinds for treatment in patient.treatments
    )
    return Met(wanted, best.how, central, best.span)


def _had(patient: PatientCase) -> Iterable[tuple[frozenset[int], str, Span]]:
    """What the patient has or had: diagnoses by their role, the surest first, then signs."""
    order = {"index": 0, "underlying": 1, "comorbid": 2}
    for diagnosis in sorted(patient.diagnoses, key=lambda one: order[one.role]):
        yield _numbers(diagnosis.concepts), diagnosis.role, diagnosis.span
    for sign in patient.signs:
        if sign.assertion in SURE:
            yield _numbers(sign.concepts), "", sign.span


def _numbers(identifiers: Iterable[str]) -> frozenset[int]:
    known = shipped()
    return frozenset(number for name in identifiers if (number := known.concept(name)) is not None)


def _same(said: str, phrase: str) -> bool:
    return comparable(said) == comparable(phrase)


def other_diseases(patient: PatientCase, but: Iterable[Wanted]) -> tuple[str, ...]:
    """What else the patient's illness arose from: the underlying diagnoses, else the index ones, of other things."""
    left_out = frozenset[int]().union(*(each.kinds | each.wider for each in but))
    above = frozenset[int]().union(*(shipped().above(concept) for each in but for concept in each.concepts))
    for role in ("underlying", "index"):
        names = [
            each.name
            for each in patient.diagnoses
            if each.role == role and not _numbers(each.concepts) & (left_out | above)
        ]
        if names:
            return tuple(dict.fromkeys(names))
    return ()
