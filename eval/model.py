"""The nouns of evaluation: what a system ranked, and how good that was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import fmean

from search_api.config import System

DEPTH = 100
"""How many documents are kept for each topic."""

Ranking = tuple[tuple[str, float], ...]
"""``(document id, score)``, best first. The order is the ranking; equal scores do not change it."""

Qrels = Mapping[str, Mapping[str, int]]
"""Topic id → document id → judged grade; above 0 is relevant."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one system ranked for the topics of one set. A topic without results may be missing."""

    set: str
    system: str
    rankings: Mapping[str, Ranking]


@dataclass(frozen=True, slots=True)
class Score:
    """One run's measures: ``per_topic`` holds every judged topic, ``means`` is their plain average.

    Both are keyed by the measure's name as it was asked for, ``per_topic`` by topic within that.
    """

    set: str
    system: str
    means: Mapping[str, float]
    per_topic: Mapping[str, Mapping[str, float]]

    @property
    def queries(self) -> int:
        """How many topics were judged."""
        return len(next(iter(self.per_topic.values()), ()))

    def as_json(self) -> dict[str, object]:
        """The shape that ``casetrove eval run --json`` promises."""
        return {"set": self.set, "system": self.system, "measures": dict(self.means), "queries": self.queries}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``system`` beside ``against`` on one set, by one measure, over the same topics.

    ``difference`` is the mean of ``system`` less that of ``against``, with ``low`` and ``high`` of its 95 % bootstrap
    interval; ``p`` is two-sided, by randomisation, and ``holm`` the same corrected over the sets compared.
    """

    set: str
    system: str
    against: str
    measure: str
    topics: int
    mean: float
    mean_against: float
    low: float
    high: float
    p: float
    holm: float

    @property
    def difference(self) -> float:
        """How much higher ``system`` stands."""
        return self.mean - self.mean_against

    @property
    def verdict(self) -> str:
        """``higher`` or ``lower`` where the corrected p is below .05, else ``no difference shown``."""
        if self.holm >= 0.05 or not self.difference:
            return "no difference shown"
        return "higher" if self.difference > 0 else "lower"

    def as_json(self) -> dict[str, object]:
        """The shape that ``casetrove eval compare --json`` promises: every field, difference and verdict."""
        return {**asdict(self), "difference": self.difference, "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class Trial:
    """One system and what it scored: by set, over the topics of one half."""

    system: System
    by_set: Mapping[str, float]

    @property
    def mean(self) -> float:
        """The plain average over the sets: what is climbed."""
        return fmean(self.by_set.values())

    def as_json(self) -> dict[str, object]:
        """The shape that ``casetrove eval tune --json`` promises for each trial."""
        return {"system": str(self.system), "mean": self.mean, "sets": dict(self.by_set)}
