"""What a run over files tells: how far it is, and what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from corpus.journal import Attempt, Outcome


@dataclass(slots=True)
class IngestSummary:
    """What became of what was given, counted in reports (a failed file counts once)."""

    read: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    removed: int = 0
    """Reports that left because their file holds another article or their record no more."""
    failures: list[Attempt] = field(default_factory=list)
    notes: list[Attempt] = field(default_factory=list)
    """What a person should know of files that were read all the same."""
    pruned: list[str] = field(default_factory=list)
    """Files that were forgotten because they are gone."""
    vanished: list[str] = field(default_factory=list)
    """Files of the folders given that are gone; their reports are kept."""
    mended: int = 0
    """Reports whose kept text was lost or altered, and was read again."""
    missing: list[str] = field(default_factory=list)
    """Arguments that name nothing."""
    files: int = 0
    """Files gone through."""
    passed_over: Counter[str] = field(default_factory=Counter)
    """Endings of files in folders that no reader knows, or that hold no reports though they might → how many."""

    @property
    def failed(self) -> int:
        """Files and records that could not be read."""
        return len(self.failures)

    def count(self, outcome: Outcome) -> None:
        """One more report of which this became."""
        name = {"duplicate": "duplicates"}.get(outcome, outcome)
        setattr(self, name, getattr(self, name) + 1)

    @property
    def changed(self) -> bool:
        """Whether the corpus is another one than before."""
        return self.read + self.updated + self.removed > 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: files done of all, bytes done of all (about), reports seen, the file at hand."""

    files: int
    total_files: int
    bytes: int
    total_bytes: int
    reports: int
    path: str
