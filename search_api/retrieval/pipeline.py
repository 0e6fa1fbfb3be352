"""Ranked reports → hits: each report's best passages, their telling sentences and their citation."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush

import numpy as np

from corpus.model import Span
from indexer.encoders.base import Vectors
from indexer.generation import Generation
from indexer.model import Passage
from search_api.citing import cite
from search_api.config import System
from search_api.model import AlsoIn, Bounds, Hit, SearchResult
from search_api.retrieval.conditions import Admitted, admit, drug_names, newest_first
from search_api.retrieval.duplicates import Said
from search_api.retrieval.explaining import why
from search_api.retrieval.highlight import by_meaning, by_words
from search_api.retrieval.holding import Looked
from search_api.retrieval.noticing import notices
from search_api.retrieval.query import Asked
from search_api.retrieval.ranking import NOTHING_RANKED, Floats, Ordinals, Ranking, query_vector, rank
from search_api.retrieval.reranking import RERANKED, Reranker
from search_api.retrieval.sought import NOTHING_SOUGHT, Sought, best_term, sought

RANKED = 30
"""How many reports are ranked at least: what passages are taken from, and answers looked for in."""
_BESIDE_KINDS = frozenset({"introduction", "discussion", "conclusion", "figure", "table"})
_BESIDE = 0.9
"""What a report tells of its own patients comes before captions and the literature, unless those fit clearly better."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """A passage; ``before`` is its rank, from 1, before it was looked at again (None: it was not)."""

    row: int
    passage: Passage
    score: float
    copies: tuple[_Scored, ...] = ()
    before: int | None = None


def search(
    generation: Generation,
    asked: Asked,
    *,
    k: int,
    max_per_report: int,
    system: System,
    explain: bool = False,
    duplicates: bool = False,
    reranker: Reranker | None = None,
    skip: int = 0,
) -> tuple[SearchResult, Ranking]:
    """The ``k`` best passages that ``asked`` admits, at most ``max_per_report`` of one report, and their ranking.

    With ``skip`` those that follow the first so many: pages of one ``k`` make one list, which ends with the reports
    that were looked at (with a ``reranker``: the passages).

    A passage that says nearly the same as a better one of another report is told beside that one, unless
    ``duplicates`` are wanted. With a ``reranker`` the best passages come in its order, with its scores.

    The ranking holds ``RANKED`` reports, or twice ``k`` if that is more. Without free words there is nothing to rank
    by: the first passage of each report admitted is given, the newest report first, and the ranking is empty.
    """
    watch = _Watch()
    admitted = admit(generation, asked)
    watch.lap("conditions")
    wanted, reranked_by = NOTHING_SOUGHT, None
    if admitted is not None and not asked.has_words:
        ranking, (hits, more) = NOTHING_RANKED, _listed(generation, admitted, k, skip)
    else:
        vector = query_vector(generation.encoder, asked.text)
        watch.lap("encode")
        wanted = sought(generation, asked.text, system)
        looked = Looked(wanted)
        watch.lap("expand")
        ranking = rank(generation, vector, wanted, system, max(2 * k, RANKED), admitted, beyond=2 * skip)
        watch.lap("rank")
        found = _passages(generation, vector, looked, ranking, system, admitted)
        many = max(k, RERANKED) if reranker else skip + k
        chosen, more = _chosen(generation, found, many, max_per_report, duplicates)
        watch.lap("passages")
        if reranker:
            chosen, reranked_by = _reranked(generation, asked.text, chosen, reranker), reranker.model
            more = len(chosen) > skip + k
            watch.lap("rerank")
        chosen = chosen[skip : skip + k]
        hits = tuple(
            _hit(generation, item, number, _marks(generation, vector, looked, item))
            for number, item in enumerate(chosen, skip + 1)
        )
        if explain:
            hits = tuple(
                _explained(generation, wanted, ranking, hit, item.before)
                for hit, item in zip(hits, chosen, strict=True)
            )
    bounds = _bounds(generation, asked, admitted, wanted, hits)
    watch.lap("cite")
    number = generation.manifest.generation
    result = SearchResult(
        str(asked), number, watch.total(), hits, watch.stages, bounds, wanted.expansions, reranked_by, more
    )
    return result, ranking


def _listed(generation: Generation, admitted: Admitted, k: int, skip: int) -> tuple[tuple[Hit, ...], bool]:
    hits = []
    found = newest_first(generation, admitted)
    for number, ordinal in enumerate(found[skip : skip + k], start=skip + 1):
        rows = generation.rows_of(np.array([ordinal]))
        row = int(rows[admitted.rows[rows]][0])
        hits.append(_hit(generation, _Scored(row, generation.passage(row), 0.0), number, ()))
    return tuple(hits), len(found) > skip + k


def _bounds(
    generation: Generation, asked: Asked, admitted: Admitted | None, wanted: Sought, hits: Sequence[Hit]
) -> Bounds:
    """What is told of the conditions and of the words beside the hits."""
    told = asked.notices + (() if admitted is None else admitted.notices) + notices(generation, asked, wanted)
    if admitted is None:
        return Bounds(asked.conditions, notices=told, ambiguous=wanted.ambiguous)
    named = {
        report_id: drug_names(generation, generation.ordinals[report_id], asked.filters)
        for report_id in dict.fromkeys(hit.report_id for hit in hits)
        if asked.filters.drug
    }
    return Bounds(asked.conditions, admitted.left_out_unknown, named, told, wanted.ambiguous, admitted.count)


def rank_passages(
    generation: Generation,
    query: str,
    *,
    k: int,
    max_per_report: int,
    system: System,
    reranker: Reranker | None = None,
) -> list[tuple[Passage, float]]:
    """The passages of ``search`` with their scores, best first, copies included, without what a reader needs beside."""
    vector = query_vector(generation.encoder, query)
    wanted = sought(generation, query, system)
    ranking = rank(generation, vector, wanted, system, max(2 * k, RANKED))
    found = _passages(generation, vector, Looked(wanted), ranking, system, None)
    chosen, _ = _chosen(generation, found, max(k, RERANKED) if reranker else k, max_per_report, duplicates=True)
    if reranker:
        chosen = _reranked(generation, query, chosen, reranker)[:k]
    return [(item.passage, item.score) for item in chosen]


def rerank_reports(
    generation: Generation, query: str, ranked: Sequence[tuple[str, float]], system: System, reranker: Reranker
) -> list[tuple[str, float]]:
    """``ranked``, as ``rank_reports`` gives it, with the reports first whose best passages ``reranker`` looked at.

    These have its scores; those below keep their order, each 1 below the one before it.
    """
    best = rank_passages(generation, query, k=RERANKED, max_per_report=1, system=system, reranker=reranker)
    known = {report_id for report_id, _ in ranked}
    scored = [(generation.report_ids[passage.report], score) for passage, score in best]
    first = {report_id: score for report_id, score in scored if report_id in known}
    lowest = min(first.values(), default=0.0)
    rest = [report_id for report_id, _ in ranked if report_id not in first]
    return [*first.items(), *((report_id, lowest - below) for below, report_id in enumerate(rest, 1))]


def _passages(
    generation: Generation,
    vector: Vectors,
    looked: Looked,
    ranking: Ranking,
    system: System,
    admitted: Admitted | None,
) -> Iterator[_Scored]:
    """The passages of the ranked reports, best first, ties by report id; a report is looked into when its turn comes.

    The best passage of a report gets the report's score, the others a part of it.
    """
    waiting: list[tuple[float, int, int, _Scored]] = []
    for ordinal, report_score in zip(ranking.ordinals, ranking.scores, strict=True):
        while waiting and -waiting[0][0] > report_score:
            yield heappop(waiting)[-1]
        rows = generation.rows_of(np.array([ordinal]))
        allowed = np.ones(len(rows), dtype=np.bool_) if admitted is None else admitted.rows[rows]
        if not allowed.any():
            continue
        passages = [generation.passage(int(row)) for row in rows]
        inside = _inside(generation, vector, looked, ranking, system, rows, passages)
        highest = inside[allowed].max()
        scores = report_score - abs(report_score) * (1 - inside / highest)  # a cosine may be negative
        for at in np.flatnonzero(allowed):
            item = _Scored(int(rows[at]), passages[at], float(scores[at]))
            heappush(waiting, (-item.score, int(generation.by_id[ordinal]), item.row, item))
    while waiting:
        yield heappop(waiting)[-1]


def _chosen(
    generation: Generation, found: Iterable[_Scored], many: int, max_per_report: int, duplicates: bool
) -> tuple[list[_Scored], bool]:
    """The first ``many`` of ``found``, and whether more follow.

    Copies are beside what they are copies of, and do not count as shown.
    """
    kept: list[_Scored] = []
    shown: Counter[int] = Counter()
    said = Said()
    for item in found:
        report = item.passage.report
        if shown[report] == max_per_report:
            continue
        before = None
        if not duplicates:
            before = said.before(report, item.passage.span.of(generation.stored(report).report.text))
        if len(kept) == many and before is None:
            return kept, True
        if before is None:
            shown[report] += 1
            kept.append(item)
        elif len(kept) < many:
            kept[before] = replace(kept[before], copies=(*kept[before].copies, item))
    return kept, False


def _reranked(generation: Generation, query: str, chosen: Sequence[_Scored], reranker: Reranker) -> list[_Scored]:
    """The same passages, title before text, by the model's scores; equal ones stay in their order."""
    texts = []
    for item in chosen:
        report = generation.stored(item.passage.report).report
        texts.append(f"{report.bibliography.title or ''}\n{item.passage.span.of(report.text)}".strip())
    scores = reranker.scores(query, texts)
    rescored = [
        replace(item, score=float(score), before=number)
        for number, (item, score) in enumerate(zip(chosen, scores, strict=True), 1)
    ]
    return sorted(rescored, key=lambda item: -item.score)


def _inside(
    generation: Generation,
    vector: Vectors,
    looked: Looked,
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
    share = _shares(generation, looked.wanted, [looked.held(passage.span.of(text)) for passage in passages])
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
    rarity = np.array([generation.lexical.rarity(group) * group.weight for group in wanted.groups])
    totals = held @ (rarity * np.log1p(len(passages) / np.maximum(spread, 1)))
    return np.asarray(totals / max(float(totals.max(initial=0.0)), 1e-9), dtype=np.float64)


def _marks(generation: Generation, vector: Vectors, looked: Looked, item: _Scored) -> tuple[Span, ...]:
    """The sentences of the passage that matter to the query."""
    report = generation.stored(item.passage.report).report
    sentences = [(each.span, each.span.of(report.text)) for each in report.sentences_in(item.passage.span)]
    by_word = by_words(sentences, looked, generation.lexical.rarity)
    return by_word or by_meaning(sentences, vector, generation.encoder)


def _explained(generation: Generation, wanted: Sought, ranking: Ranking, hit: Hit, before: int | None) -> Hit:
    ordinal = generation.ordinals[hit.report_id]
    told = why(wanted, ranking, ordinal, generation.stored(ordinal).report, Span(hit.start, hit.end))
    return replace(hit, why=replace(told, rank_before=before))


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
        also_in=tuple(_also(generation, copy) for copy in item.copies),
    )


def _also(generation: Generation, item: _Scored) -> AlsoIn:
    stored, span = generation.stored(item.passage.report), item.passage.span
    return AlsoIn(stored.report_id, span.start, span.end, cite(stored, span))


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
