"""Which rows are shown, and in which order: what is asked for beside the question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

import numpy as np

from corpus.cases.model import OutcomeLabel, PatientCase, Status, TreatmentKind
from corpus.errors import UsageError
from corpus.patients import IN_A_YEAR
from corpus.terminology.terminology import shipped
from search_api.answering.terms import folded
from search_api.evidence.asked import Wanted
from search_api.evidence.groups import group_key
from search_api.evidence.model import NOT_REPORTED, OTHER_DISEASE, REPORTED, EvidenceRow, Given, State
from search_api.evidence.table_model import Group, TableRow
from search_api.retrieval.filters import Filters

STATES: Final[tuple[State, ...]] = (REPORTED, NOT_REPORTED, OTHER_DISEASE)
_SHORT: Final[dict[str, State]] = {"not reported": NOT_REPORTED, "different": OTHER_DISEASE}
SORTS: Final = (
    "treatment", "year", "age", "sex", "status", "outcome", "kind", "dose", "duration", "target", "state", "report",
)  # fmt: skip
_LAST: Final = (1, "")
"""What is not told comes last, however the rest is turned."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows asked for; an empty tuple asks for all. ``kinds``, ``statuses`` bound groups too, ``outcomes`` and
    ``states`` only which rows are shown. ``sort`` is one of ``SORTS``, with "-" before it the other way round."""

    kinds: tuple[TreatmentKind, ...] = ()
    statuses: tuple[Status, ...] = ()
    outcomes: tuple[OutcomeLabel, ...] = ()
    states: tuple[State, ...] = ()
    sort: str = "treatment"

    @classmethod
    def read(
        cls,
        kind: Sequence[str] = (),
        status: Sequence[str] = (),
        outcome: Sequence[str] = (),
        state: Sequence[str] = (),
        sort: str = "treatment",
    ) -> Chosen:
        """The same from words; spaces and underscores are one. Raises UsageError naming the field."""
        if sort.removeprefix("-") not in SORTS:
            raise UsageError(f"sort: {sort!r} is none of {', '.join(SORTS)} (with - before it: the other way round)")
        return cls(
            _among("kind", kind, get_args(TreatmentKind)),
            _among("status", status, get_args(Status)),
            _among("outcome", outcome, get_args(OutcomeLabel)),
            _among("state", [_SHORT.get(each.lower(), each) for each in state], STATES),
            sort,
        )

    def counts(self, row: EvidenceRow) -> bool:
        """Whether a reported row is among those that are counted."""
        given = row.given
        if given is None:
            return True
        return (not self.kinds or given.kind in self.kinds) and (not self.statuses or given.status in self.statuses)

    def shows(self, row: EvidenceRow) -> bool:
        """Whether a row that counts is shown, too."""
        if (self.kinds or self.statuses or self.outcomes) and row.given is None:
            return bool(self.states) and row.state in self.states
        is_told = not self.outcomes or row.outcome.label in self.outcomes
        return is_told and (not self.states or row.state in self.states)


EVERYTHING: Final = Chosen()


def _among(field: str, values: Sequence[str], known: Sequence[str]) -> tuple[Any, ...]:
    plain = {name.replace("_", " "): name for name in known}
    for value in values:
        if value.lower().replace("_", " ") not in plain:
            raise UsageError(f"{field}: {value!r} is none of {', '.join(known)}")
    return tuple(dict.fromkeys(plain[value.lower().replace("_", " ")] for value in values))


def is_of(given: Given, treatments: Sequence[Wanted]) -> bool:
    """Whether a treatment is one of those asked about, of their class, or a kind of them; any where none is asked."""
    return not treatments or any(_is_one(given, each) for each in treatments)


def _is_one(given: Given, wanted: Wanted) -> bool:
    known = shipped()
    own = {number for name in given.concepts if (number := known.concept(name)) is not None}
    if own & wanted.kinds:
        return True
    names = {
        " ".join(folded(name)) for name in (given.canonical, given.treatment, given.repaired or "", *given.classes)
    }
    return " ".join(folded(wanted.phrase)) in names


def fits(patient: PatientCase, filters: Filters) -> bool:
    """Whether a patient is of the age and the sex asked for; one whose age or sex is not told is not."""
    if filters.age:
        if patient.age is None:
            return False
        years = np.array([patient.age.value / IN_A_YEAR[patient.age.unit]])
        if not any(bool(each.holds(years)[0]) for each in filters.age):
            return False
    return not filters.sex or (patient.sex is not None and patient.sex.value in filters.sex)


def ordered(rows: Iterable[TableRow], groups: Sequence[Group], sort: str) -> tuple[TableRow, ...]:
    """``rows`` as ``sort`` says; the states in their order, within equals by treatment, year and report."""
    places: dict[str, int] = {}
    for at, group in enumerate(groups):
        places.setdefault(group_key(group), at)
    name = sort.removeprefix("-")
    usual = sorted(rows, key=lambda each: (_treatment(each, places), _year(each), each.row.report_id, each.row.case))
    if name != "treatment":
        told = [each for each in usual if _KEYS[name](each) != _LAST]
        told.sort(key=_KEYS[name], reverse=sort.startswith("-"))
        usual = told + [each for each in usual if _KEYS[name](each) == _LAST]
    elif sort.startswith("-"):
        usual.reverse()
    return tuple(sorted(usual, key=lambda each: STATES.index(each.state) if name != "state" else 0))


def _treatment(each: TableRow, places: dict[str, int]) -> tuple[int, str]:
    given = each.row.given
    if given is None:
        return len(places), ""
    return places.get(group_key(given), len(places)), given.canonical.casefold()


def _year(each: TableRow) -> int:
    return each.row.citation.year or 0


def _key(value: object) -> tuple[int, Any]:
    return _LAST if value in (None, "") else (0, value)


_KEYS: Final[dict[str, Callable[[TableRow], tuple[int, Any]]]] = {
    "year": lambda each: _key(each.row.citation.year),
    "age": lambda each: _key(None if each.row.age is None else each.row.age.value / IN_A_YEAR[each.row.age.unit]),
    "sex": lambda each: _key(each.row.sex),
    "status": lambda each: _key(each.row.given and get_args(Status).index(each.row.given.status) + 1),
    "outcome": lambda each: _key(
        None if each.row.given is None else get_args(OutcomeLabel).index(each.row.outcome.label)
    ),
    "kind": lambda each: _key(each.row.given and each.row.given.kind),
    "dose": lambda each: _key(each.row.given and each.row.given.dose),
    "duration": lambda each: _key(each.row.given and each.row.given.duration),
    "target": lambda each: _key(each.row.given and each.row.given.target),
    "state": lambda each: (0, STATES.index(each.state)),
    "report": lambda each: (0, each.row.report_id),
}
