"""The nouns of evaluation: what a system ranked, and how good that was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
