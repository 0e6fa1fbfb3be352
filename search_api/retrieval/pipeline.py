"""Ranked reports → hits: each report's best passages, their telling sentences and their citation."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.analyzer import tokens
from indexer.encoders.base import Vectors
from indexer.generation import Generation
from indexer.model import Passage
from search_api.citing import cite
from search_api.config import System
from search_api.model import Hit, SearchResult
from search_api.retrieval.highlight import by_meaning, by_words
from search_api.retrieval.ranking import Ranking, query_vector, rank

RANKED = 30
"""How many reports are ranked at least: what passages are taken from, and answers looked for in."""
_BESIDE_KINDS = frozenset({"introduction", "discussion", "conclusion", "figure", "table"})
_BESIDE = 0.9
"""What a report tells of its own patients comes before captions and the literature, unless those fit clearly better."""


@dataclass(frozen=True, slots=True)
class _Scored:
    row: int
    passage: Passage
    score: float


def search(
    generation: Generation, query: str, *, k: int, max_per_report: int, system: System
) -> tuple[SearchResult, Ranking]:
    """The ``k`` best passages, at most ``max_per_report`` of one report, and the ranking they come from.

    The ranking holds ``RANKED`` reports, or twice ``k`` if that is more. ``query`` is checked by the caller.
    """
    watch = _Watch()
    vector = query_vector(generation.encoder, query)
    watch.lap("encode")
    ranking = rank(generation, vector, query, system, depth=max(2 * k, RANKED))
    watch.lap("rank")
    chosen = _passages(generation, vector, query, ranking, system, max_per_report)[:k]
    watch.lap("passages")
    hits = tuple(_hit(generation, vector, query, item, number + 1) for number, item in enumerate(chosen))
    watch.lap("cite")
    return SearchResult(query, generation.manifest.generation, watch.total(), hits, watch.stages), ranking


def rank_passages(
    generation: Generation, query: str, *, k: int, max_per_report: int, system: System
) -> list[tuple[Passage, float]]:
    """The passages of ``search`` with their scores, best first, without what a reader needs beside them."""
    vector = query_vector(generation.encoder, query)
    ranking = rank(generation, vector, query, system, depth=max(2 * k, RANKED))
    chosen = _passages(generation, vector, query, ranking, system, max_per_report)[:k]
    return [(item.passage, item.score) for item in chosen]


def _passages(
    generation: Generation, vector: Vectors, query: str, ranking: Ranking, system: System, max_per_report: int
) -> list[_Scored]:
    """The best passages of the ranked reports, best first.

    Inside a report a passage counts by its cosine and by its share of the query's words, weighted as the
    system weighs dense and lexical, and somewhat less where it is not about the report's own patients. The
    best passage gets its report's score, the others a part of it.
    """
    weight = {"dense": 1.0, "bm25": 0.0}.get(system.name, system.dense_weight)
    wanted = set(tokens(query))
    found: list[_Scored] = []
    for ordinal, report_score in zip(ranking.ordinals, ranking.scores, strict=True):
        rows = generation.rows_of(np.array([ordinal]))
        if not len(rows):
            continue
        passages = [generation.passage(int(row)) for row in rows]
        cosine = (generation.vectors.scores(vector, rows) - ranking.dense_low) / (
            ranking.dense_high - ranking.dense_low
        )
        text = generation.stored(int(ordinal)).report.text
        share = _shares(generation, wanted, [passage.span.of(text) for passage in passages])
        prior = np.array([_BESIDE if passage.kind in _BESIDE_KINDS else 1.0 for passage in passages])
        inside = np.maximum((weight * cosine + (1 - weight) * share) * prior, 1e-6)
        best = np.lexsort((rows, -inside))[:max_per_report]
        scores = report_score - abs(report_score) * (1 - inside / inside.max())  # a cosine may be negative
        found += [_Scored(int(rows[at]), passages[at], float(scores[at])) for at in best]
    return sorted(found, key=lambda item: (-item.score, generation.by_id[item.passage.report], item.row))


def _shares(generation: Generation, wanted: set[str], texts: Sequence[str]) -> NDArray[np.float64]:
    """For each passage of a report its part of the query's words, 0..1; the best has 1 unless none holds any.

    A word counts by its idf in the corpus, and more where few passages of the report hold it: what the
    whole report is about cannot tell its passages apart.
    """
    held = [wanted.intersection(tokens(text)) for text in texts]
    spread = Counter(term for terms in held for term in terms)
    weights = {term: generation.lexical.idf(term) * math.log1p(len(texts) / count) for term, count in spread.items()}
    totals = np.array([sum(weights[term] for term in terms) for terms in held])
    return totals / max(float(totals.max(initial=0.0)), 1e-9)


def _hit(generation: Generation, vector: Vectors, query: str, item: _Scored, number: int) -> Hit:
    stored = generation.stored(item.passage.report)
    text, span = stored.report.text, item.passage.span
    sentences = [(sentence.span, sentence.span.of(text)) for sentence in stored.report.sentences_in(span)]
    return Hit(
        rank=number,
        score=round(item.score, 6),
        report_id=stored.report_id,
        passage_id=f"{stored.report_id}:{span.start}-{span.end}",
        text=span.of(text),
        start=span.start,
        end=span.end,
        section=item.passage.kind,
        highlights=by_words(sentences, query, generation.lexical.idf)
        or by_meaning(sentences, vector, generation.encoder),
        citation=cite(stored, span),
    )


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
