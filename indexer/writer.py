"""Reports → one segment: passages, vectors and terms, streamed, so that memory does not grow with the corpus."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from corpus.abbreviations import first_meanings
from corpus.catalog import Catalog
from corpus.model import Report
from corpus.words import words
from indexer import analyzer
from indexer.abbreviations import AbbreviationsWriter
from indexer.cases import CasesWriter, KnownCases
from indexer.chunking import chunk, context
from indexer.config import ChunkConfig
from indexer.crew.base import Crew
from indexer.disk import create
from indexer.encoders.base import Encoder
from indexer.encoders.cache import EmbeddingCache, Filled
from indexer.facts import FactsWriter
from indexer.model import BuildProgress
from indexer.postings import FIELDS, PostingsWriter, field_of
from indexer.segments import (
    PASSAGE,
    Pinned,
    SegmentInfo,
    abbreviations_folder,
    cases_folder,
    digests,
    facts_folder,
    lexical_folder,
    vocabulary_folder,
    words_folder,
    write_lists,
)
from indexer.spool import Spool
from indexer.vectors.files import finish
from indexer.vocabulary import VocabularyWriter
from indexer.wordings import WordingsWriter

Tell = Callable[[BuildProgress], None]


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """What went by since the last lap belongs to ``stage``."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


def write_segment(
    place: Path,
    reports: Sequence[Pinned],
    catalog: Catalog,
    encoder: Encoder,
    cache: EmbeddingCache,
    config: ChunkConfig,
    tell: Tell,
    clock: Clock,
    known: KnownCases,
    crew: Crew,
) -> tuple[SegmentInfo, Filled]:
    """Write the segment of ``reports`` into ``place`` (made here); only texts that ``cache`` lacks are embedded.

    Nor are cases read that are ``known``; ``crew`` embeds and reads.

    Raises OSError where it cannot be written, CatalogError where a reading is lost.
    """
    place.mkdir(parents=True)
    with Spool(place / "texts") as texts:
        passages = _cut(place, reports, catalog, encoder, config, texts, tell, clock, known, crew)
        clock.lap("chunk")
        filled = _embed(place / "vectors.npy", encoder, cache, texts, tell, crew)
        clock.lap("embed")
    try:
        vectors = finish(place, lambda done, total: tell(BuildProgress("train", done, total)))
    except RuntimeError as error:  # FAISS tells of a full disk so
        raise OSError(f"FAISS: {error}") from error
    tell(BuildProgress("write", 0, 1))
    write_lists(place, reports, passages)
    info = SegmentInfo(place.name, len(reports), len(passages), vectors, digests(place))
    clock.lap("write")
    return info, filled


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


def analysed(report: Report) -> tuple[list[list[str]], list[list[str]]]:
    """By field (``FIELDS``) the terms of a report's words, and those of the concepts and short forms among them.

    The title is that of the bibliography, or of the text where there is none. An abbreviation that the report defines
    names no concept but by its long form.
    """
    texts: list[list[str]] = [[] for _ in FIELDS]
    title = report.bibliography.title or ""
    if title:
        texts[0].append(title)
    for section in report.sections:
        field = field_of(section.kind)
        if section.kind == "references" or (title and not field):
            continue
        texts[field] += [span.of(report.text) for span in (section.heading, section.body) if span is not None]
    defined = first_meanings(report.text, report.sections)
    plain, beside = [], []
    for parts in texts:
        found = words("\n\n".join(parts))
        plain.append(analyzer.terms_of(found))
        beside.append([*analyzer.concepts_of(found, defined), *(own for _, own in analyzer.short_forms(found))])
    return plain, beside


def _cut(
    place: Path,
    reports: Sequence[Pinned],
    catalog: Catalog,
    encoder: Encoder,
    config: ChunkConfig,
    texts: Spool,
    tell: Tell,
    clock: Clock,
    known: KnownCases,
    crew: Crew,
) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """The passages of all reports; what is embedded of them goes to ``texts``, what is looked up goes beside."""
    postings = PostingsWriter(lexical_folder(place))
    wordings, facts = WordingsWriter(words_folder(place)), FactsWriter(facts_folder(place))
    abbreviations = AbbreviationsWriter(abbreviations_folder(place))
    vocabulary = VocabularyWriter(vocabulary_folder(place))
    passages = bytearray()
    reading = crew.cases(expected=sum(pinned not in known for pinned in reports))
    with CasesWriter(cases_folder(place), reading) as cases:
        for ordinal, pinned in enumerate(reports):
            report = catalog.revision(pinned[1]).report
            cases.add(report, known.of(pinned))
            clock.lap("cases")
            head = context(report, encoder)
            pieces = chunk(report, encoder, config)
            for piece in pieces:
                texts.append(head + piece.span.of(report.text))
            rows = [(ordinal, piece.section, piece.span.start, piece.span.end, piece.kind) for piece in pieces]
            passages += np.array(rows, dtype=PASSAGE).tobytes()
            text = lexical_text(report)
            postings.add(*analysed(report))
            wordings.add(text)
            facts.add(report)
            abbreviations.add(report)
            vocabulary.add(text)
            clock.lap("chunk")
            tell(BuildProgress("chunk", ordinal + 1, len(reports)))
        cases.finish()
        clock.lap("cases")
    for writer in (postings, wordings, facts, abbreviations, vocabulary):
        writer.finish()
    return np.frombuffer(passages, dtype=PASSAGE)


def _embed(path: Path, encoder: Encoder, cache: EmbeddingCache, texts: Spool, tell: Tell, crew: Crew) -> Filled:
    """The vectors of ``texts``, float32, a row for each, as numpy keeps them."""
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        tell(BuildProgress("embed", done, len(texts)))

    tell(BuildProgress("embed", 0, len(texts)))
    vectors = create(path, "<f4", (len(texts), encoder.info.dimensions))
    return cache.fill(encoder, texts, vectors, count, crew.embed)
