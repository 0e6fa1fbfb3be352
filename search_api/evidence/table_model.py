"""The nouns of an evidence table: rows held against a question, groups with their denominators, and who was counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from corpus.cases.model import OutcomeLabel, Status, TreatmentKind
from search_api.evidence.meeting import How
from search_api.evidence.model import EvidenceRow, LiteratureRow, Quote, State
from search_api.model import Bounds, Expansion

Aim = Literal["the condition", "the underlying disease", "something else", "not told"]
"""What a treatment was for, held against the question: the outcome of one for something else is not the condition's."""
AIMED: Final[frozenset[Aim]] = frozenset({"the condition", "not told"})
"""What may have been for the condition; the rest is counted apart."""
CAVEAT: Final = (
    "Case reports show what was tried and what was written of it, in chosen patients, without comparison; failures and "
    "quiet recoveries are seldom published. The counts are of reports at hand: they are no rates, and cannot show that "
    "a treatment works or harms."
)


@dataclass(frozen=True, slots=True)
class MetBy:
    """How a patient meets something asked for, and the words of the report that say so, if one place does."""

    asked: str
    how: How
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row held against the question. ``patient`` numbers the patients of the table: rows of one have the same number,
    those of another report that tells of the same patient too.

    ``others``: where the state is "different underlying disease", which that is.
    """

    row: EvidenceRow
    patient: int
    aim: Aim
    met_by: tuple[MetBy, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The row's."""
        return self.row.state


@dataclass(frozen=True, slots=True)
class Group:
    """One treatment over all patients with the condition, for it or for what is not told; or for something else.

    ``patients`` had it (given, current or past), in so many ``reports``; each counts once in ``outcomes``, by the last
    explicit label of their rows. ``not_given``: those for whom it was only planned, precluded or declined, by status.
    ``aims``: patients by what it was for. ``of``: the patients with the condition; None where none was asked.
    """

    canonical: str
    kind: TreatmentKind
    concepts: tuple[str, ...]
    classes: tuple[str, ...]
    patients: int
    reports: int
    outcomes: dict[OutcomeLabel, int]
    not_given: dict[Status, int]
    aims: dict[Aim, int]
    of: int | None
    sentence: str

    @property
    def aimed(self) -> bool:
        """Whether it was for the condition, or what for is not told; always where no condition was asked about."""
        return self.of is None or not self.aims or not AIMED.isdisjoint(self.aims)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two reports whose patients count once: ``patients`` are ``(case of one, case of other)``; and why."""

    one: str
    other: str
    patients: tuple[tuple[int, int], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """Who was counted. ``patients`` have the condition (the denominator), in so many ``reports``.

    ``treated`` of them are told to have had, or been offered, some treatment (``ungiven``: only offered, ruled out or
    declined), ``silent`` are not. ``different`` have
    the condition with another underlying disease, and are not among ``patients``; of ``unstated`` it is not told what
    theirs arose from. ``widened``: words of extent that were asked for, and how many patients are counted without them.
    ``names``: under which name each patient's report has the condition. ``naming`` reports name the condition, of which
    the best ``looked_into`` were.
    """

    focus: str
    patients: int = 0
    reports: int = 0
    treated: int = 0
    ungiven: int = 0
    silent: int = 0
    different: int = 0
    unstated: int = 0
    widened: tuple[tuple[str, int], ...] = ()
    names: tuple[tuple[str, int], ...] = ()
    naming: int = 0
    looked_into: int = 0
    overlaps: tuple[Overlap, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    """What the reports at hand tell of the treatment of a condition, from one generation; see ``Population``."""

    question: str
    generation: int
    took_ms: float
    population: Population
    asked: dict[str, tuple[str, ...]]
    """``conditions``, ``underlying`` and ``treatments``, as the question was understood."""
    rows: tuple[TableRow, ...]
    literature: tuple[LiteratureRow, ...]
    groups: tuple[Group, ...]
    summary: str
    bounds: Bounds = field(default_factory=Bounds)
    expansions: tuple[Expansion, ...] = ()
    caveat: str = field(default=CAVEAT)
    search_id: str | None = None
    """Under which it is in the search log; None where it is not kept."""
