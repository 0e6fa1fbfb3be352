"""Ranked reports → hits: each report's best passages, their telling sentences and their citation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.model import Span
from indexer.analyzer import held_terms
from indexer.encoders.base import Vectors
from indexer.generation import Generation
from indexer.model import Passage
from search_api.citing import cite
from search_api.config import System
from search_api.model import Bounds, Hit, SearchResult
from search_api.retrieval.conditions import Admitted, admit, drug_names, newest_first
from search_api.retrieval.explaining import why
from search_api.retrieval.highlight import by_meaning, by_words
from search_api.retrieval.noticing import notices
from search_api.retrieval.query import Asked
from search_api.retrieval.ranking import NOTHING_RANKED, Floats, Ordinals, Ranking, query_vector, rank
from search_api.retrieval.sought import NOTHING_SOUGHT, Sought, best_term, sought

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
    generation: Generation, asked: Asked, *, k: int, max_per_report: int, system: System, explain: bool = False
) -> tuple[SearchResult, Ranking]:
    """The ``k`` best passages that ``asked`` admits, at most ``max_per_report`` of one report, and their ranking.

    The ranking holds ``RANKED`` reports, or twice ``k`` if that is more. Without free words there is nothing to rank
    by: the first passage of each report admitted is given, the newest report first, and the ranking is empty.
    """
    watch = _Watch()
    admitted = admit(generation, asked)
    watch.lap("conditions")
    wanted = NOTHING_SOUGHT
    if admitted is not None and not asked.has_words:
        ranking, hits = NOTHING_RANKED, _listed(generation, admitted, k)
    else:
        vector = query_vector(generation.encoder, asked.text)
        watch.lap("encode")
        wanted = sought(generation, asked.text, system)
        watch.lap("expand")
        ranking = rank(generation, vector, wanted, system, max(2 * k, RANKED), admitted)
        watch.lap("rank")
        chosen = _passages(generation, vector, wanted, ranking, system, k, max_per_report, admitted)
        watch.lap("passages")
        hits = tuple(
            _hit(generation, item, number, _marks(generation, vector, wanted, item))
            for number, item in enumerate(chosen, 1)
        )
        if explain:
            hits = tuple(_explained(generation, wanted, ranking, hit) for hit in hits)
    watch.lap("cite")
    bounds = _bounds(generation, asked, admitted, wanted, hits)
    number = generation.manifest.generation
    return SearchResult(str(asked), number, watch.total(), hits, watch.stages, bounds, wanted.expansions), ranking


def _listed(generation: Generation, admitted: Admitted, k: int) -> tuple[Hit, ...]:
    hits = []
    for number, ordinal in enumerate(newest_first(generation, admitted)[:k], start=1):
        rows = generation.rows_of(np.array([ordinal]))
        row = int(rows[admitted.rows[rows]][0])
        hits.append(_hit(generation, _Scored(row, generation.passage(row), 0.0), number, ()))
    return tuple(hits)


def _bounds(
    generation: Generation, asked: Asked, admitted: Admitted | None, wanted: Sought, hits: Sequence[Hit]
) -> Bounds:
    """What is told of the conditions and of the words beside the hits."""
    told = asked.notices + (() if admitted is None else admitted.notices) + notices(generation, wanted)
    if admitted is None:
        return Bounds(asked.conditions, notices=told, ambiguous=wanted.ambiguous)
    named = {
        report_id: drug_names(generation, generation.ordinals[report_id], asked.filters)
        for report_id in dict.fromkeys(hit.report_id for hit in hits)
        if asked.filters.drug
    }
    return Bounds(asked.conditions, admitted.left_out_unknown, named, told, wanted.ambiguous)


def rank_passages(
    generation: Generation, query: str, *, k: int, max_per_report: int, system: System
) -> list[tuple[Passage, float]]:
    """The passages of ``search`` with their scores, best first, without what a reader needs beside them."""
    vector = query_vector(generation.encoder, query)
    wanted = sought(generation, query, system)
    ranking = rank(generation, vector, wanted, system, max(2 * k, RANKED))
    chosen = _passages(generation, vector, wanted, ranking, system, k, max_per_report, None)
    return [(item.passage, item.score) for item in chosen]


def _passages(
    generation: Generation,
    vector: Vectors,
    wanted: Sought,
    ranking: Ranking,
    system: System,
    k: int,
    max_per_report: int,
    admitted: Admitted | None,
) -> list[_Scored]:
    """The ``k`` best passages of the ranked reports, best first.

    The best passage of a report gets the report's score, the others a part of it: once ``k`` passages score as
    high as the next report, no other report is looked into.
    """
    found: list[_Scored] = []
    for ordinal, report_score in zip(ranking.ordinals, ranking.scores, strict=True):
        if sum(item.score > report_score for item in found) >= k:
            break
        rows = generation.rows_of(np.array([ordinal]))
        allowed = np.ones(len(rows), dtype=np.bool_) if admitted is None else admitted.rows[rows]
        if not allowed.any():
            continue
        passages = [generation.passage(int(row)) for row in rows]
        inside = _inside(generation, vector, wanted, ranking, system, rows, passages)
        inside = np.where(allowed, inside, -1.0)
        best = [at for at in np.lexsort((rows, -inside))[:max_per_report] if allowed[at]]
        scores = report_score - abs(report_score) * (1 - inside / inside.max())  # a cosine may be negative
        found += [_Scored(int(rows[at]), passages[at], float(scores[at])) for at in best]
    return sorted(found, key=lambda item: (-item.score, generation.by_id[item.passage.report], item.row))[:k]


def _inside(
    generation: Generation,
    vector: Vectors,
    wanted: Sought,
    ranking: Ranking,
    system: System,
    rows: Ordinals,
    passages: Sequence[Passage],
) -> Floats:
    """What each passage of one report counts, above 0.

    By its cosine and by its share of what is looked for, weighted as the system weighs dense and lexical, and
    somewhat less where it is not about the report's own patients.
    """
    weight = system.dense_weight if system.name == "hybrid" else float(system.uses_vectors)
    cosine = (generation.vectors.scores(vector, rows) - ranking.dense_low) / (ranking.dense_high - ranking.dense_low)
    text = generation.stored(passages[0].report).report.text
    share = _shares(generation, wanted, [held_terms(passage.span.of(text)) for passage in passages])
    prior = np.array([_BESIDE if passage.kind in _BESIDE_KINDS else 1.0 for passage in passages])
    return np.asarray(np.maximum((weight * cosine + (1 - weight) * share) * prior, 1e-6))


def _shares(generation: Generation, wanted: Sought, passages: Sequence[frozenset[str]]) -> Floats:
    """For each passage of a report its part of what is looked for, 0..1; the best has 1 unless none holds any.

    A word counts by its idf in the corpus, and more where few passages of the report hold it: what the
    whole report is about cannot tell its passages apart.
    """
    held = np.array([[best_term(group, terms)[1] for group in wanted.groups] for terms in passages])
    held = held.reshape(len(passages), len(wanted.groups))
    spread = np.count_nonzero(held, axis=0)
    rarity = np.array([generation.lexical.rarity(group) for group in wanted.groups])
    totals = held @ (rarity * np.log1p(len(passages) / np.maximum(spread, 1)))
    return np.asarray(totals / max(float(totals.max(initial=0.0)), 1e-9), dtype=np.float64)


def _marks(generation: Generation, vector: Vectors, wanted: Sought, item: _Scored) -> tuple[Span, ...]:
    """The sentences of the passage that matter to the query."""
    report = generation.stored(item.passage.report).report
    sentences = [(each.span, each.span.of(report.text)) for each in report.sentences_in(item.passage.span)]
    by_word = by_words(sentences, wanted, generation.lexical.rarity)
    return by_word or by_meaning(sentences, vector, generation.encoder)


def _explained(generation: Generation, wanted: Sought, ranking: Ranking, hit: Hit) -> Hit:
    return replace(hit, why=why(wanted, ranking, generation.ordinals[hit.report_id], hit.text, hit.start))


def _hit(generation: Generation, item: _Scored, number: int, highlights: tuple[Span, ...]) -> Hit:
    stored = generation.stored(item.passage.report)
    text, span = stored.report.text, item.passage.span
    return Hit(
        rank=number,
        score=round(item.score, 6),
        report_id=stored.report_id,
        passage_id=f"{stored.report_id}:{span.start}-{span.end}",
        text=span.of(text),
        start=span.start,
        end=span.end,
        section=item.passage.kind,
        highlights=highlights,
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
