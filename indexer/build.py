"""The pipeline: catalog → passages → vectors and terms → a generation."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.catalog import Catalog
from corpus.journal import now
from corpus.model import Report
from indexer import analyzer
from indexer.chunking import chunk, context
from indexer.config import ChunkConfig
from indexer.encoders.base import Encoder, Vectors
from indexer.encoders.cache import EmbeddingCache
from indexer.errors import DamagedError, GenerationError
from indexer.folder import DataFolder
from indexer.generation import FORMAT, publish, read_manifest, read_reports
from indexer.model import Manifest
from indexer.vectors.faiss import FaissFlat

KEPT_GENERATIONS = 3

Stage = Literal["chunk", "embed", "write"]


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """``done`` of ``total`` in a stage: reports while chunking, passages while embedding, steps while writing."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Built:
    """The served generation after a build; ``seconds`` by stage, empty where nothing had changed."""

    manifest: Manifest
    seconds: dict[str, float]


def build(
    folder: DataFolder,
    catalog: Catalog,
    encoder: Encoder,
    config: ChunkConfig | None = None,
    on_progress: Callable[[BuildProgress], None] = lambda _: None,
    *,
    force: bool = False,
) -> Built:
    """Build and serve a generation of all the catalog holds; if nothing changed, keep the one served.

    Only passages never embedded before cost an embedding. The caller holds ``folder.lock()``.
    Raises GenerationError where the catalog is empty and always was, or the generation cannot be written.
    """
    config = config or ChunkConfig()
    reports, corpus_digest = catalog.snapshot()  # the catalog may change while we build: the next build sees that
    if not force and (served := _served(folder, reports)) and _same(served, corpus_digest, encoder, config):
        return Built(served, {})
    if not reports and not folder.current.exists():
        raise GenerationError("the catalog holds no reports: nothing to index (see the reasons above, if files failed)")
    clock = _Clock()
    texts: list[str] = []
    passages = []
    terms: list[list[str]] = []
    for ordinal, (_, revision) in enumerate(reports):
        report = catalog.revision(revision).report
        head = context(report, encoder)
        for piece in chunk(report, encoder, config):
            texts.append(head + piece.span.of(report.text))
            passages.append((ordinal, piece.section, piece.span.start, piece.span.end, piece.kind))
        terms.append(analyzer.tokens(lexical_text(report)))
        on_progress(BuildProgress("chunk", ordinal + 1, len(reports)))
    clock.lap("chunk")
    vectors = _embed(folder, encoder, texts, on_progress)
    clock.lap("embed")
    on_progress(BuildProgress("write", 0, 1))
    manifest = Manifest(
        generation=_next_number(folder), format=FORMAT, created=now(),
        encoder=encoder.info.name, encoder_backend=encoder.info.backend, encoder_fingerprint=encoder.info.fingerprint,
        dimensions=encoder.info.dimensions, chunking=config.key(), analyzer=analyzer.NAME, vector_index=FaissFlat.name,
        corpus_digest=corpus_digest, reports=len(reports), passages=len(passages),
    )  # fmt: skip
    manifest = publish(folder, manifest, reports, passages, vectors, terms)
    _prune(folder)
    clock.lap("write")
    on_progress(BuildProgress("write", 1, 1))
    return Built(manifest, clock.seconds)


def lexical_text(report: Report) -> str:
    """What BM25 sees of a report: its title and all its text but the reference list."""
    title = report.bibliography.title or ""
    text = "\n".join(
        span.of(report.text)
        for section in report.sections
        if section.kind != "references"
        for span in (section.heading, section.body)
        if span is not None
    )
    return text if title and title in text else f"{title}\n{text}"


def _embed(
    folder: DataFolder, encoder: Encoder, texts: list[str], on_progress: Callable[[BuildProgress], None]
) -> Vectors:
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        on_progress(BuildProgress("embed", done, len(texts)))

    cache = EmbeddingCache(folder.embeddings)
    try:
        return cache.encode(encoder, texts, count)
    finally:
        cache.close()


def _served(folder: DataFolder, reports: list[tuple[str, int]]) -> Manifest | None:
    """The manifest of the served generation, if it holds these revisions of these reports."""
    try:
        number = folder.current_generation()
        if number is None or read_reports(folder, number) != reports:
            return None
        return read_manifest(folder, number)
    except DamagedError:
        return None  # build anew: that is the mending


def _same(served: Manifest, corpus_digest: str, encoder: Encoder, config: ChunkConfig) -> bool:
    return (
        served.format == FORMAT
        and served.encoder_fingerprint == encoder.info.fingerprint
        and served.chunking == config.key()
        and served.analyzer == analyzer.NAME
        and served.vector_index == FaissFlat.name
        and served.corpus_digest == corpus_digest
    )


def _next_number(folder: DataFolder) -> int:
    return 1 + max((int(path.name) for path in _numbered(folder)), default=0)


def _numbered(folder: DataFolder) -> list[Path]:
    """The folders of generations, oldest first; a copy that someone put beside them ("000001-old") is none."""
    names = (path for path in folder.generations.glob("[0-9]*") if path.name.isdecimal())
    return sorted(names, key=lambda path: int(path.name))


def _prune(folder: DataFolder) -> None:
    """Remove what no one serves: all but the newest generations, and leavings of killed runs."""
    current = folder.current_generation()
    for path in [*_numbered(folder)[:-KEPT_GENERATIONS], *folder.generations.glob(".building-*")]:
        if path.name != f"{current:06d}":
            shutil.rmtree(path, ignore_errors=True)


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now_ = time.perf_counter()
        self.seconds[stage] = now_ - self._last
        self._last = now_
