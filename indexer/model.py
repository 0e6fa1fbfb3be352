"""The nouns of the index."""

from __future__ import annotations

from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a score depends on, and the digest of every file of the generation."""

    generation: int
    format: int
    created: str
    encoder: str
    encoder_backend: str
    encoder_fingerprint: str
    dimensions: int
    chunking: dict[str, int]
    analyzer: str
    vector_index: str
    corpus_digest: str
    reports: int
    passages: int
    files: dict[str, str] = field(repr=False, default_factory=dict)
    """File name → sha256."""
