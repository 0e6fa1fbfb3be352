"""BM25 over whole reports, with k1 = 0.9 and b = 0.4.

Each segment holds its postings as plain arrays, mapped when opened; a question is scored exactly over all of
them with the statistics of the whole generation (Robertson and Zaragoza 2009; idf as in Lucene,
ln(1 + (N - n + .5) / (n + .5))). Reports that are gone count nowhere. Why no search engine:
``docs/decisions/0008-segments.md``.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analyzer import tokens
from indexer.disk import create, save
from indexer.errors import REBUILD, DamagedError

K1, B = 0.9, 0.4

Floats = NDArray[np.float64]
Ordinals = NDArray[np.int64]
Alive = NDArray[np.bool_]
"""For each report of a segment whether it is (still) part of the generation."""

_COUNTED = np.dtype([("term", "i4"), ("report", "i4"), ("count", "i4")])
_BLOCK = 1 << 18
"""Postings that are gathered and sorted at a time."""
_ARRAYS = {"term_starts": "<i8", "starts": "<i8", "reports": "<i4", "counts": "<i4", "lengths": "<i4"}
_KEPT_FREQUENCIES = 1 << 16
_SCAN_WORTH = 5
"""Where a term's postings are this part of the reports or more, looking whether they can be left out pays."""
_ROUNDING = 1e-9
"""Scores may differ by this much when their terms are added up in another order."""


class PostingsWriter:
    """Takes the analysed reports 0, 1, 2 … of a segment one after another and leaves their postings in ``folder``.

    Postings are spilled to disk as they come and put in order at the end: memory grows with the vocabulary, not
    with the reports (but for four bytes each).
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._spilled = (folder / "spilled").open("w+b")
        self._terms: dict[str, int] = {}
        self._lengths = array("i")
        self._gathered = array("i")  # as ``_COUNTED`` has it

    def add(self, terms: Sequence[str]) -> None:
        """The terms of the next report."""
        for term, count in Counter(terms).items():
            self._gathered.extend((self._terms.setdefault(term, len(self._terms)), len(self._lengths), count))
        self._lengths.append(len(terms))
        if len(self._gathered) >= 3 * _BLOCK:
            self._spill()

    def finish(self) -> None:
        """Write the arrays. Nothing can be added after it."""
        self._spill()
        names = [term.encode("utf-8", "surrogatepass") for term in self._terms]
        order = sorted(range(len(names)), key=names.__getitem__)
        place = np.empty(len(names), dtype=np.int64)
        place[order] = np.arange(len(names))
        (self._folder / "terms").write_bytes(b"".join(names[at] for at in order))
        self._save("term_starts", np.cumsum([0, *(len(names[at]) for at in order)]))
        self._save("lengths", np.array(self._lengths))
        frequencies = np.zeros(len(names), dtype=np.int64)
        for block in self._blocks():
            frequencies += np.bincount(place[block["term"]], minlength=len(names))
        starts = np.concatenate([[0], np.cumsum(frequencies)])
        self._save("starts", starts)
        self._sort(place, starts)
        self._spilled.close()
        (self._folder / "spilled").unlink()

    def _sort(self, place: Ordinals, starts: Ordinals) -> None:
        """Put each block's postings behind those of the blocks before it: a term's reports stay in order."""
        reports, counts = (
            create(self._folder / f"{name}.npy", _ARRAYS[name], (int(starts[-1]),)) for name in ("reports", "counts")
        )
        filled = starts[:-1].copy()
        for block in self._blocks():
            terms = place[block["term"]]
            order = np.argsort(terms, kind="stable")
            terms = terms[order]
            within = np.arange(len(terms)) - np.searchsorted(terms, terms)
            target = filled[terms] + within
            reports[target] = block["report"][order]
            counts[target] = block["count"][order]
            filled += np.bincount(terms, minlength=len(filled))

    def _spill(self) -> None:
        self._spilled.write(self._gathered)
        del self._gathered[:]

    def _blocks(self) -> Iterator[NDArray[Any]]:
        self._spilled.seek(0)
        while part := self._spilled.read(_BLOCK * _COUNTED.itemsize):
            yield np.frombuffer(part, dtype=_COUNTED)

    def _save(self, name: str, values: NDArray[Any]) -> None:
        save(self._folder / f"{name}.npy", values.astype(_ARRAYS[name]))


class Postings:
    """The postings of one segment, opened. Raises DamagedError."""

    def __init__(self, folder: Path) -> None:
        try:
            self._names = _Names((folder / "terms").read_bytes(), _mapped(folder, "term_starts"))
            self._starts, self._reports, self._counts = (
                _mapped(folder, name) for name in ("starts", "reports", "counts")
            )
            self.lengths = _mapped(folder, "lengths")
        except (ValueError, OSError) as error:
            raise DamagedError(f"{folder}: the lexical index cannot be opened ({error}): {REBUILD}") from error

    def find(self, term: str) -> tuple[Ordinals, NDArray[Any]]:
        """The reports that hold the term, rising, and how often each does."""
        name = term.encode("utf-8", "surrogatepass")
        at = bisect_left(self._names, name)
        if at == len(self._names) or self._names[at] != name:
            return self._reports[:0], self._counts[:0]
        here = slice(int(self._starts[at]), int(self._starts[at + 1]))
        return self._reports[here], self._counts[here]


class LexicalIndex:
    """The reports of all segments, known by their ordinals: those of the first segment, then those of the next …"""

    def __init__(self, segments: Sequence[tuple[Postings, Alive]]) -> None:
        self._segments = segments
        self._starts = np.cumsum([0, *(len(alive) for _, alive in segments)])
        lengths = [np.asarray(postings.lengths, dtype=np.float64) for postings, _ in segments]
        living = np.concatenate(
            [*(each[alive] for each, (_, alive) in zip(lengths, segments, strict=True)), np.zeros(0, dtype=np.float64)]
        )
        self._count = len(living)
        mean = max(float(living.mean()), 1.0) if self._count else 1.0
        self._norms = [K1 * (1 - B + B * each / mean) for each in lengths]
        self.document_frequency = lru_cache(_KEPT_FREQUENCIES)(partial(_frequency, segments))
        """In how many reports an analysed term occurs."""

    def __len__(self) -> int:
        """How many reports are indexed and not gone."""
        return self._count

    def idf(self, term: str) -> float:
        """The term's weight; a term that no report holds has the highest."""
        found = self.document_frequency(term)
        return float(np.log1p((len(self) - found + 0.5) / (found + 0.5)))

    def search(self, query: str, k: int, order: Ordinals) -> Ordinals:
        """The ordinals of the ``k`` best that share a term with ``query``: scores falling, ties by ``order``."""
        terms = sorted(self._weights(query).items(), key=lambda item: self.document_frequency(item[0]))
        found = [np.zeros(0, dtype=np.int64)]
        for (postings, alive), norms, start in zip(self._segments, self._norms, self._starts, strict=False):
            found.append(_promising(postings, alive, norms, terms, k) + start)
        candidates = np.concatenate(found)
        scores = self.scores(query, candidates)
        return candidates[np.lexsort((order[candidates], -scores))][:k]

    def scores(self, query: str, ordinals: Ordinals) -> Floats:
        """The exact score of each of ``ordinals``, in their order; 0 where no term is shared."""
        out: Floats = np.zeros(len(ordinals), dtype=np.float64)
        owners = np.searchsorted(self._starts, ordinals, side="right") - 1
        for at, ((postings, _), norms) in enumerate(zip(self._segments, self._norms, strict=True)):
            here = np.flatnonzero(owners == at)
            local = ordinals[here] - self._starts[at]
            for term, weight in self._weights(query).items():
                reports, counts = postings.find(term)
                place = np.searchsorted(reports, local)
                held = (
                    np.flatnonzero(reports[np.minimum(place, len(reports) - 1)] == local) if len(reports) else place[:0]
                )
                out[here[held]] += _scored(weight, counts[place[held]], norms[local[held]])
        return out

    def _weights(self, query: str) -> dict[str, float]:
        return {term: repeats * self.idf(term) for term, repeats in Counter(tokens(query)).items()}


def _frequency(segments: Sequence[tuple[Postings, Alive]], term: str) -> int:
    return sum(int(np.count_nonzero(alive[postings.find(term)[0]])) for postings, alive in segments)


def _promising(postings: Postings, alive: Alive, norms: Floats, terms: Sequence[tuple[str, float]], k: int) -> Ordinals:
    """The reports of a segment that may be among its ``k`` best; ``terms`` with their weights, the rarest first.

    A term adds less than its weight. Once ``k`` reports have more than all terms to come can add, only reports
    that may still reach them are looked at (after MaxScore: Turtle and Flood 1995).
    """
    scores: Floats = np.zeros(len(alive), dtype=np.float64)
    to_come = np.cumsum([0.0, *(weight for _, weight in reversed(terms))])[::-1]
    for at, (term, weight) in enumerate(terms):
        reports, counts = postings.find(term)
        if at and k < len(scores) < _SCAN_WORTH * len(reports):
            least = np.partition(scores, len(scores) - k)[len(scores) - k]
            if least > to_come[at]:
                return np.flatnonzero(scores >= least - to_come[at])
        scores[reports] += np.where(alive[reports], _scored(weight, counts, norms[reports]), 0.0)
    found = np.flatnonzero(scores)
    if k < len(found):
        least = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= least - _ROUNDING]
    return found


def _scored(weight: float, counts: NDArray[Any], norms: Floats) -> Floats:
    return np.asarray(weight * counts / (counts + norms), dtype=np.float64)


class _Names(Sequence[bytes]):
    """The sorted terms, read where they stand."""

    def __init__(self, joined: bytes, starts: NDArray[Any]) -> None:
        self._joined, self._starts = joined, starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: Any) -> Any:
        return self._joined[self._starts[at] : self._starts[at + 1]]


def _mapped(folder: Path, name: str) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    values: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    if values.dtype != np.dtype(_ARRAYS[name]) or values.ndim != 1:
        raise ValueError(f"{path.name}: not the numbers expected")
    return values
