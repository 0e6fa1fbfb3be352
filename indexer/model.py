"""The nouns of the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.model import SectionKind, Span


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval: whole sentences of one section. Its text is ``report.text[span]``."""

    report: int
    """Ordinal of the report in its generation."""
    section: int
    """Index into ``Report.sections``."""
    kind: SectionKind
    span: Span


Stage = Literal["chunk", "embed", "train", "write"]


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """``done`` of ``total`` in a stage: reports while chunking, passages while embedding, rows while a vector

    index is trained (none is for a small segment), steps while writing."""

    stage: Stage
    done: int
    total: int
