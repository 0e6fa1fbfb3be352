"""BM25 over whole reports, by fields and by groups of terms.

A question is scored exactly over all segments with the statistics of the whole generation. What is asked for is a
list of groups: the occurrences of a group's terms, weighted by term and field, are added before they saturate
(BM25F: Robertson, Zaragoza and Taylor 2004; idf as in Lucene, ln(1 + (N - n + .5) / (n + .5))), so that two names
of one thing count as one word said twice. Reports that are gone count nowhere. Why no search engine:
``docs/decisions/0008-segments.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from indexer.analyzer import terms
from indexer.postings import FIELDS, Counts, Ordinals, Postings

Floats = NDArray[np.float64]
Alive = NDArray[np.bool_]
"""For each report of a segment whether it is (still) part of the generation."""

_KEPT_FREQUENCIES = 1 << 16
_KEPT_SCORINGS = 8
_SCAN_WORTH = 5
"""Where a group's postings are this part of the reports or more, looking whether they can be left out pays."""
_AT_A_TIME = 2048
"""Reports whose words are looked through together."""
_ROUNDING = 1e-9
"""Scores may differ by this much when their groups are added up in another order."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """How occurrences become a score: BM25's ``k1`` and ``b``, and what one in each of ``FIELDS`` counts."""

    k1: float = 0.9
    b: float = 0.4
    fields: tuple[float, ...] = (1.0,) * len(FIELDS)


@dataclass(frozen=True, slots=True)
class Group:
    """One thing asked for: terms that mean it, with what an occurrence of each counts (the user's own first).

    The group is as rare as its first term that any report holds; ``weight`` multiplies its score.
    """

    terms: tuple[tuple[str, float], ...]
    weight: float = 1.0


def plain(query: str) -> list[Group]:
    """A group for each term of ``query``; one said twice weighs twice."""
    return [Group(((term, 1.0),), float(count)) for term, count in Counter(terms(query)).items()]


class LexicalIndex:
    """The reports of all segments, known by their ordinals: those of the first segment, then those of the next …"""

    def __init__(self, segments: Sequence[tuple[Postings, Alive]]) -> None:
        self._segments = segments
        self._starts = np.cumsum([0, *(len(alive) for _, alive in segments)])
        self._count = sum(int(alive.sum()) for _, alive in segments)
        self.document_frequency = lru_cache(_KEPT_FREQUENCIES)(partial(_frequency, segments))
        """In how many reports an index term occurs."""
        self._norms = lru_cache(_KEPT_SCORINGS)(partial(_norms, segments))

    def __len__(self) -> int:
        """How many reports are indexed and not gone."""
        return self._count

    def idf(self, term: str) -> float:
        """The term's weight; a term that no report holds has the highest."""
        found = self.document_frequency(term)
        return float(np.log1p((len(self) - found + 0.5) / (found + 0.5)))

    def rarity(self, group: Group) -> float:
        """The idf of a group: of its first term that any report holds."""
        known = (term for term, _ in group.terms if self.document_frequency(term))
        return self.idf(next(known, group.terms[0][0]))

    def beginning(self, prefix: str) -> frozenset[str]:
        """The index terms that begin with ``prefix``, those of reports that are gone included."""
        return frozenset(term for postings, _ in self._segments for term in postings.beginning(prefix))

    def search(
        self,
        groups: Sequence[Group],
        k: int,
        order: Ordinals,
        scoring: Scoring,
        mask: Alive | None = None,
    ) -> Ordinals:
        """The ordinals of the ``k`` best that hold a term of ``groups``: scores falling, ties by ``order``.

        Only reports that ``mask`` (one for each ordinal) allows are looked at.
        """
        weighed = sorted(((group, self._weight(group)) for group in groups), key=lambda item: -item[1])
        found = [np.zeros(0, dtype=np.int64)]
        norms = self._norms(scoring)
        for at, (postings, alive) in enumerate(self._segments):
            start = self._starts[at]
            allowed = alive if mask is None else alive & mask[start : start + len(alive)]
            found.append(_promising(_Scorer(postings, norms[at], scoring), allowed, weighed, k) + start)
        candidates = np.concatenate(found)
        scores = self.scores(groups, candidates, scoring)
        return candidates[np.lexsort((order[candidates], -scores))][:k]

    def scores(self, groups: Sequence[Group], ordinals: Ordinals, scoring: Scoring) -> Floats:
        """The exact score of each of ``ordinals``, in their order; 0 where no term is held."""
        out: Floats = np.zeros(len(ordinals), dtype=np.float64)
        weighed = [(group, self._weight(group)) for group in groups]
        for here, local, scorer in self._parts(ordinals, scoring):
            for group, weight in weighed:
                out[here] += weight * scorer.of(group, local)
        return out

    def pair_scores(self, pairs: Sequence[tuple[str, str]], ordinals: Ordinals, scoring: Scoring) -> Floats:
        """What each of ``ordinals`` has for terms that stand side by side, in their order.

        A pair is as rare as it is among ``ordinals``, all other reports taken to lack it: for the best by words
        that is all but true.
        """
        counts = np.zeros((len(pairs), len(ordinals)), dtype=np.float64)
        norms = np.ones(len(ordinals), dtype=np.float64)
        for here, local, scorer in self._parts(ordinals, scoring):
            counts[:, here] = scorer.postings.in_a_row(pairs, local)
            norms[here] = scorer.norms[local]
        found = np.count_nonzero(counts, axis=1)
        rarity = np.log1p((len(self) - found + 0.5) / (found + 0.5))
        return np.asarray(rarity @ (counts / (counts + norms)), dtype=np.float64)

    def holding(self, terms: Collection[str]) -> Alive:
        """For every ordinal whether the report is there and holds all of ``terms`` (analysed)."""
        found = np.concatenate([*(alive for _, alive in self._segments), np.zeros(0, dtype=np.bool_)])
        for term in terms:
            here = np.zeros(len(found), dtype=np.bool_)
            for (postings, _), start in zip(self._segments, self._starts, strict=False):
                here[postings.find(term)[0] + start] = True
            found &= here
        return found

    def holding_in_a_row(self, run: Sequence[str], among: Alive) -> Alive:
        """For every ordinal whether the report is ``among`` and holds the terms of ``run`` one after another."""
        found = np.zeros(len(among), dtype=np.bool_)
        candidates = np.flatnonzero(self.holding(set(run)) & among)
        for start in range(0, len(candidates), _AT_A_TIME):
            some = candidates[start : start + _AT_A_TIME]
            for here, local, scorer in self._parts(some, Scoring()):
                found[some[here]] = scorer.postings.in_a_row([run], local)[0] > 0
        return found

    def _parts(self, ordinals: Ordinals, scoring: Scoring) -> Iterable[tuple[Ordinals, Ordinals, _Scorer]]:
        """For each segment which of ``ordinals`` are its own, what they are there, and how it is scored."""
        owners = np.searchsorted(self._starts, ordinals, side="right") - 1
        for at, (postings, _) in enumerate(self._segments):
            here = np.flatnonzero(owners == at)
            if len(here):
                yield here, ordinals[here] - self._starts[at], _Scorer(postings, self._norms(scoring)[at], scoring)

    def _weight(self, group: Group) -> float:
        return group.weight * self.rarity(group)


class _Scorer:
    """One segment, scored one way."""

    def __init__(self, postings: Postings, norms: Floats, scoring: Scoring) -> None:
        self.postings, self.norms = postings, norms
        self._fields = np.array(scoring.fields, dtype=np.float64)

    def all(self, group: Group) -> tuple[Ordinals, Floats]:
        """The reports that hold the group, and the part of its weight that each has, in (0, 1)."""
        found = [(*self.postings.find(term), weight) for term, weight in group.terms]
        found = [item for item in found if len(item[0])]
        if len(found) == 1:
            reports, counts, weight = found[0]
            return reports, self._part(weight * self._weighed(counts), reports)
        held: Floats = np.zeros(len(self.norms), dtype=np.float64)
        for reports, counts, weight in found:
            held[reports] += weight * self._weighed(counts)
        reports = np.flatnonzero(held)
        return reports, self._part(held[reports], reports)

    def of(self, group: Group, reports: Ordinals) -> Floats:
        """The part of the group's weight that each of ``reports`` has, in [0, 1)."""
        held: Floats = np.zeros(len(reports), dtype=np.float64)
        for term, weight in group.terms:
            held += weight * self.occurrences(term, reports)
        return self._part(held, reports)

    def occurrences(self, term: str, reports: Ordinals) -> Floats:
        """How often each of ``reports`` holds the term, weighted by field."""
        out: Floats = np.zeros(len(reports), dtype=np.float64)
        holding, counts = self.postings.find(term)
        if len(holding):
            place = np.minimum(np.searchsorted(holding, reports), len(holding) - 1)
            held = np.flatnonzero(holding[place] == reports)
            out[held] = self._weighed(counts[place[held]])
        return out

    def _weighed(self, counts: Counts) -> Floats:
        return np.asarray(counts @ self._fields, dtype=np.float64)

    def _part(self, held: Floats, reports: Ordinals) -> Floats:
        return np.asarray(held / (held + self.norms[reports]), dtype=np.float64)


def _frequency(segments: Sequence[tuple[Postings, Alive]], term: str) -> int:
    return sum(int(np.count_nonzero(alive[postings.find(term)[0]])) for postings, alive in segments)


def _norms(segments: Sequence[tuple[Postings, Alive]], scoring: Scoring) -> list[Floats]:
    """For each segment what occurrences are set against, by report: k1 (1 - b + b length / mean length)."""
    fields = np.array(scoring.fields, dtype=np.float64)
    lengths = [np.asarray(postings.lengths @ fields, dtype=np.float64) for postings, _ in segments]
    living = np.concatenate(
        [*(each[alive] for each, (_, alive) in zip(lengths, segments, strict=True)), np.zeros(0, dtype=np.float64)]
    )
    mean = max(float(living.mean()), 1.0) if len(living) else 1.0
    return [scoring.k1 * (1 - scoring.b + scoring.b * each / mean) for each in lengths]


def _promising(scorer: _Scorer, allowed: Alive, weighed: Sequence[tuple[Group, float]], k: int) -> Ordinals:
    """The reports of a segment that may be among its ``k`` best; ``weighed`` are the groups, the heaviest first.

    A group adds less than its weight. Once ``k`` reports have more than all groups to come can add, only reports
    that may still reach them are looked at (after MaxScore: Turtle and Flood 1995).
    """
    scores: Floats = np.zeros(len(allowed), dtype=np.float64)
    to_come = np.cumsum([0.0, *(weight for _, weight in reversed(weighed))])[::-1]
    for at, (group, weight) in enumerate(weighed):
        widest = max((len(scorer.postings.find(term)[0]) for term, _ in group.terms), default=0)
        if at and k < len(scores) < _SCAN_WORTH * widest:
            least = np.partition(scores, len(scores) - k)[len(scores) - k]
            if least > to_come[at]:
                return np.flatnonzero(scores >= least - to_come[at])
        reports, parts = scorer.all(group)
        scores[reports] += np.where(allowed[reports], weight * parts, 0.0)
    found = np.flatnonzero(scores)
    if k < len(found):
        least = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= least - _ROUNDING]
    return found
