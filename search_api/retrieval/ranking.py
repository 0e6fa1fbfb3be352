"""Question → ranked reports: words over whole reports, dense over passages, and their fusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Encoder, Vectors
from indexer.generation import Generation
from indexer.lexical import Alive
from search_api.config import System
from search_api.retrieval.conditions import Admitted
from search_api.retrieval.sought import Sought, sought

Floats = NDArray[np.float64]
Ordinals = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Reports in rank order (scores falling, ties by report id), with what their scores were made of.

    ``dense`` is the cosine of the best passages and ``lexical`` the score by words, each scaled to 0..1 over the
    candidates; ``meaning_ranks`` and ``word_ranks`` are the ranks, from 1, by either among the candidates, 0 where a
    report was not found so; ``dense_low`` and ``dense_high`` are the cosines that were scaled to 0 and 1.
    """

    ordinals: Ordinals
    scores: Floats
    lexical: Floats
    dense: Floats
    word_ranks: Ordinals
    meaning_ranks: Ordinals
    dense_low: float
    dense_high: float


_MOST_WINDOWS = 40
"""Ten thousand words: somebody waits."""
_DIGITS = 6
"""Scores that differ by less are the same: how vectors were batched must not decide a rank."""
_NONE, _NO_RANKS = np.zeros(0), np.zeros(0, dtype=np.int64)
NOTHING_RANKED = Ranking(_NO_RANKS, _NONE, _NONE, _NONE, _NO_RANKS, _NO_RANKS, 0.0, 1.0)


def query_vector(encoder: Encoder, query: str) -> Vectors:
    """The query's unit vector, shape ``(d,)``.

    One over the encoder's limit is the mean of its windows; of one over ``_MOST_WINDOWS`` times that, of as many
    spread evenly over it.
    """
    spans = encoder.token_spans([query])[0]
    limit = encoder.info.max_tokens
    windows = [query]
    if len(spans) > limit:
        windows = [
            query[spans[at][0] : spans[min(at + limit, len(spans)) - 1][1]] for at in range(0, len(spans), limit)
        ]
    if len(windows) > _MOST_WINDOWS:
        windows = [windows[at] for at in np.linspace(0, len(windows) - 1, _MOST_WINDOWS).astype(int)]
    mean = encoder.encode(windows, "query").mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


def rank(
    generation: Generation,
    vector: Vectors | None,
    wanted: Sought,
    system: System,
    depth: int,
    admitted: Admitted | None = None,
    *,
    beyond: int = 0,
) -> Ranking:
    """The best ``depth`` reports that are ``admitted`` (None: all), each by its admitted passages.

    With ``beyond`` up to so many more follow of those that were looked at for them; the first stay as they are.
    ``vector`` is None only for a system without dense search.
    """
    if not system.uses_vectors:
        return _rank_lexical(generation, wanted, system, depth, admitted, beyond)
    assert vector is not None, f"{system} needs the query's vector"
    if system.name == "dense":
        return _rank_dense(generation, vector, system, depth, admitted, beyond)
    return _rank_hybrid(generation, vector, wanted, system, depth, admitted, beyond)


def rank_reports(
    generation: Generation, query: str, system: System, depth: int, vector: Vectors | None = None
) -> list[tuple[str, float]]:
    """``(report_id, score)`` of the best ``depth`` reports, scores falling; ``vector`` where it is known already."""
    if vector is None and system.uses_vectors:
        vector = query_vector(generation.encoder, query)
    ranking = rank(generation, vector, sought(generation, query, system), system, depth)
    return [
        (generation.report_ids[ordinal], float(score))
        for ordinal, score in zip(ranking.ordinals, ranking.scores, strict=True)
    ]


def _rank_lexical(
    generation: Generation, wanted: Sought, system: System, depth: int, admitted: Admitted | None, beyond: int
) -> Ranking:
    ordinals = _by_words(generation, wanted, system, max(system.depth, depth), admitted)
    scores = _word_scores(generation, wanted, system, ordinals)
    order = np.lexsort((generation.by_id[ordinals], -scores))[: depth + beyond]
    ordinals, scores = ordinals[order], scores[order]
    none, ranks = np.zeros(len(ordinals)), np.arange(1, len(ordinals) + 1)
    low, high = _bounds(scores[:depth])
    lexical = np.maximum((scores - low) / (high - low), 0.0)
    return Ranking(ordinals, scores, lexical, none, ranks, none.astype(np.int64), 0.0, 1.0)


def _rank_dense(
    generation: Generation, vector: Vectors, system: System, depth: int, admitted: Admitted | None, beyond: int
) -> Ranking:
    most = max(system.depth, depth)
    ordinals, scores = best_passages(
        generation, vector, min(depth + beyond, most) if system.best == 1 else most, admitted
    )
    if system.best > 1:
        scores = _dense_scores(generation, vector, ordinals, admitted, system)
        order = np.lexsort((generation.by_id[ordinals], -scores))[: depth + beyond]
        ordinals, scores = ordinals[order], scores[order]
    low, high = _bounds(scores[:depth])
    meaning = np.maximum((scores - low) / (high - low), 0.0)
    none, ranks = np.zeros(len(ordinals)), np.arange(1, len(ordinals) + 1)
    return Ranking(ordinals, scores, none, meaning, none.astype(np.int64), ranks, low, high)


def _rank_hybrid(
    generation: Generation,
    vector: Vectors,
    wanted: Sought,
    system: System,
    depth: int,
    admitted: Admitted | None,
    beyond: int,
) -> Ranking:
    """Every candidate of either search gets both exact scores, so that no missing score has to be guessed."""
    most = max(system.depth, depth)
    ordinals = candidates(generation, vector, wanted, system, most, admitted)
    dense = _dense_scores(generation, vector, ordinals, admitted, system)
    words = _word_scores(generation, wanted, system, ordinals)
    lexical = _scaled(words)
    low, high = _bounds(dense)
    meaning = (dense - low) / (high - low)
    ties = generation.by_id[ordinals]
    by_meaning, by_word = _ranks(dense, ties), np.where(words > 0, _ranks(words, ties), 0)
    if system.fusion == "rrf":
        fused = 1 / (system.rrf + by_meaning) + np.where(by_word > 0, 1 / (system.rrf + by_word), 0.0)
    else:
        fused = system.dense_weight * meaning + (1 - system.dense_weight) * lexical
    order = np.lexsort((ties, -fused))[: depth + beyond]
    return Ranking(
        ordinals[order], fused[order], lexical[order], meaning[order], by_word[order], by_meaning[order], low, high
    )


def candidates(
    generation: Generation, vector: Vectors, wanted: Sought, system: System, most: int, admitted: Admitted | None = None
) -> Ordinals:
    """The reports that a hybrid ranking considers, ascending: the best ``most`` by passages and as many by words."""
    by_passage, _ = best_passages(generation, vector, most, admitted)
    return np.union1d(by_passage, _by_words(generation, wanted, system, most, admitted))


def _ranks(scores: Floats, ties: Ordinals) -> Ordinals:
    """The rank of each of ``scores``, from 1."""
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.lexsort((ties, -np.round(scores, _DIGITS)))] = np.arange(1, len(scores) + 1)
    return ranks


def _word_scores(generation: Generation, wanted: Sought, system: System, ordinals: Ordinals) -> Floats:
    scores = generation.lexical.scores(wanted.groups, ordinals, system.scoring)
    if wanted.pairs and system.expands and system.pairs:
        scores += system.pairs * generation.lexical.pair_scores(wanted.pairs, ordinals, system.scoring)
    return scores


def _by_words(
    generation: Generation, wanted: Sought, system: System, depth: int, admitted: Admitted | None
) -> Ordinals:
    return generation.lexical.search(wanted.groups, depth, generation.by_id, system.scoring, _reports(admitted))


def _reports(admitted: Admitted | None) -> Alive | None:
    return None if admitted is None else admitted.reports


def best_passages(
    generation: Generation, vector: Vectors, depth: int, admitted: Admitted | None = None
) -> tuple[Ordinals, Floats]:
    """The best ``depth`` reports by their best passage, and its cosine; scores falling, ties by report id."""
    rows_allowed = None if admitted is None else admitted.rows
    total = len(generation.vectors) if rows_allowed is None else int(np.count_nonzero(rows_allowed))
    asked = min(total, depth * 4)
    while True:
        scores, rows = generation.vectors.search(vector, asked, rows_allowed)
        reports = generation.passage_reports[rows]
        ordinals, first = np.unique(reports, return_index=True)
        highest = scores[first].astype(np.float64)  # rows come best first: the first of a report is its best
        # what comes after the last row may equal it: only reports that are better are sure to be among the best
        if np.count_nonzero(highest > scores[-1:].min(initial=np.inf)) >= depth or len(rows) < asked or asked == total:
            break
        asked = min(total, asked * 4)
    order = np.lexsort((generation.by_id[ordinals], -highest))[:depth]
    return ordinals[order], highest[order]


def _dense_scores(
    generation: Generation, vector: Vectors, ordinals: Ordinals, admitted: Admitted | None, system: System
) -> Floats:
    """For each of ``ordinals``, in any order, what the cosines of its best passages make (of all if it has fewer)."""
    rows = generation.rows_of(ordinals)
    if admitted is not None:
        rows = rows[admitted.rows[rows]]
    scores = generation.vectors.scores(vector, rows).astype(np.float64)
    places = np.empty(len(generation.report_ids), dtype=np.int64)
    places[ordinals] = np.arange(len(ordinals))
    owners = places[generation.passage_reports[rows]]
    out = np.full(len(ordinals), -1.0)  # a report without passages is as far away as can be
    np.maximum.at(out, owners, scores)
    if system.best == 1:
        return out
    order = np.lexsort((-scores, owners))
    owners, scores = owners[order], scores[order]
    within = np.arange(len(owners)) - np.searchsorted(owners, owners)
    held = np.bincount(owners, minlength=len(ordinals))
    if system.aggregation == "sum":
        others = (within > 0) & (within < system.best)
        above = np.maximum(scores[others] - out[held > 0].min(initial=1.0), 0.0)
        return out + np.bincount(owners[others], weights=above, minlength=len(ordinals))
    owners, scores = owners[within < system.best], scores[within < system.best]
    held = np.minimum(held, system.best)
    sums = np.bincount(owners, weights=scores, minlength=len(ordinals))
    return np.where(held > 0, sums / np.maximum(held, 1), out)


def _bounds(values: Floats) -> tuple[float, float]:
    """What to scale to 0 and 1; a single value, or equal ones, scale to 0."""
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return low, high if high > low else low + 1.0


def _scaled(values: Floats) -> Floats:
    low, high = _bounds(values)
    return (values - low) / (high - low)
