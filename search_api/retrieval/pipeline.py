"""Ranked reports → hits: each report's best passages, their telling sentences and their citation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.catalog import Stored
from corpus.model import Span
from indexer.analyzer import tokens
from indexer.encoders.base import Encoder, Vectors
from indexer.generation import Generation
from indexer.model import Passage
from search_api.citing import cite
from search_api.config import System
from search_api.model import Hit, SearchResult
from search_api.retrieval.ranking import Ranking, query_vector, rank

_MOST_HIGHLIGHTS = 3
_NEAR_BEST = 0.6
"""A sentence is highlighted where it holds at least this share of what the passage's best sentence holds."""


@dataclass(frozen=True, slots=True)
class _Scored:
    row: int
    passage: Passage
    score: float


def search(
    generation: Generation, encoder: Encoder, query: str, *, k: int, max_per_report: int, system: System
) -> SearchResult:
    """The ``k`` best passages, at most ``max_per_report`` of one report. ``query`` is checked by the caller."""
    watch = _Watch()
    vector = query_vector(encoder, query)
    watch.lap("encode")
    ranking = rank(generation, vector, query, system, depth=max(2 * k, 20))
    watch.lap("rank")
    chosen = _passages(generation, vector, query, ranking, system, max_per_report)[:k]
    watch.lap("passages")
    hits = tuple(_hit(generation, query, item, number + 1) for number, item in enumerate(chosen))
    watch.lap("cite")
    return SearchResult(query, generation.manifest.generation, watch.total(), hits, watch.stages)


def _passages(
    generation: Generation, vector: Vectors, query: str, ranking: Ranking, system: System, max_per_report: int
) -> list[_Scored]:
    """Passages of the ranked reports, best first.

    A passage has its own cosine and a share of its report's BM25 score: all of it where it holds the words
    that its report was found by, half of it where it holds none of them.
    """
    weight = 1.0 if system.name == "dense" else 0.0 if system.name == "bm25" else system.dense_weight
    wanted = set(tokens(query))
    found: list[_Scored] = []
    for ordinal, lexical in zip(ranking.ordinals, ranking.lexical, strict=True):
        rows = generation.rows_of(np.array([ordinal]))
        passages = [generation.passage(int(row)) for row in rows]
        text = generation.stored(int(ordinal)).report.text
        words = np.array([_overlap(generation, wanted, passage.span.of(text)) for passage in passages])
        share = words / max(words.max(initial=0.0), 1e-9)
        cosine = (generation.vectors.scores(vector, rows) - ranking.dense_low) / (
            ranking.dense_high - ranking.dense_low
        )
        scores = weight * cosine + (1 - weight) * lexical * (0.5 + 0.5 * share)
        best = np.lexsort((rows, -scores))[:max_per_report]
        found += [_Scored(int(rows[at]), passages[at], float(scores[at])) for at in best]
    return sorted(found, key=lambda item: (-item.score, item.row))


def _overlap(generation: Generation, wanted: set[str], text: str) -> float:
    return sum(generation.lexical.idf(term) for term in wanted.intersection(tokens(text)))


def _hit(generation: Generation, query: str, item: _Scored, number: int) -> Hit:
    stored = generation.stored(item.passage.report)
    span = item.passage.span
    return Hit(
        rank=number,
        score=round(item.score, 6),
        report_id=stored.report_id,
        passage_id=f"{stored.report_id}:{span.start}-{span.end}",
        text=span.of(stored.report.text),
        start=span.start,
        end=span.end,
        section=item.passage.kind,
        highlights=_highlights(generation, query, stored, span),
        citation=cite(stored, span),
    )


def _highlights(generation: Generation, query: str, stored: Stored, span: Span) -> tuple[Span, ...]:
    """The sentences of the passage that hold most of the query's words, weighted by idf; none where none holds any."""
    wanted = set(tokens(query))
    inside = [sentence.span for sentence in stored.report.sentences_in(span)]
    weights = [_overlap(generation, wanted, sentence.of(stored.report.text)) for sentence in inside]
    return _best(inside, weights)


def _best(spans: Sequence[Span], weights: Sequence[float]) -> tuple[Span, ...]:
    highest = max(weights, default=0.0)
    if highest <= 0:
        return ()
    order = sorted(range(len(spans)), key=lambda at: (-weights[at], at))[:_MOST_HIGHLIGHTS]
    return tuple(sorted(spans[at] for at in order if weights[at] >= _NEAR_BEST * highest))


class _Watch:
    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._begun = self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = round((now - self._last) * 1000, 3)
        self._last = now

    def total(self) -> float:
        return round((time.perf_counter() - self._begun) * 1000, 3)
