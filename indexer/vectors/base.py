"""The seam to every vector index: rows are numbered from 0 in the order in which they were written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Allowed = NDArray[np.bool_]
"""Shape ``(n,)``: True for each row that may be returned."""

_SPARE = 8
"""How many rows more than asked for are looked at, for ties with the last one."""


@dataclass(frozen=True, slots=True)
class VectorInfo:
    """What a manifest keeps of an index: enough to open it, and how good it was when it was built.

    ``parameters`` of a trained index: ``nlist``, ``nprobe``, ``trained_on`` (rows), ``bytes`` (of its lists) and
    ``recall@10`` against exact search, for held rows as queries. An exact one has none.
    """

    name: str
    rows: int
    dimensions: int
    parameters: Mapping[str, int | float] = field(default_factory=dict)


class VectorIndex(Protocol):
    """Inner products of unit vectors, float32. Nothing can be added to it or taken from it."""

    @property
    def name(self) -> str:
        """Its kind, as the manifest names it."""
        ...

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Scores, Rows]:
        """The ``min(k, rows allowed)`` best rows for one query ``(d,)``: scores falling, ties by row.

        ``allowed`` of shape ``(len(self),)`` says which rows may be returned; None: all of them.
        """
        ...

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query ``(d,)`` with each of ``rows``, in their order."""
        ...

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``, shape ``(len(rows), d)``."""
        ...


def inner_products(vectors: Vectors, query: Vectors) -> Scores:
    """Of each row with ``query``: the same for equal rows whatever stands beside them (BLAS rounds by blocks)."""
    return np.asarray(np.einsum("ij,j->i", vectors, query, dtype=np.float64), dtype=np.float32)


def nothing() -> tuple[Scores, Rows]:
    """What is found where there is nothing to find."""
    return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)


def best_first(scores: Scores, rows: Rows, k: int) -> tuple[Scores, Rows]:
    """The best ``k``: scores falling, ties by row."""
    order = np.lexsort((rows, -scores))[:k]
    return scores[order], rows[order]


def with_ties(find: Callable[[int], tuple[Scores, Rows]], k: int, most: int) -> tuple[Scores, Rows]:
    """The best ``k`` of ``find(asked)``, which leaves open which of equal rows it gives: all of them are asked for.

    ``find`` gives the ``asked`` best rows, best first; ``most`` is how many there are.
    """
    k = min(k, most)
    if k <= 0:
        return nothing()
    asked = min(k + _SPARE, most)
    while True:
        scores, rows = find(asked)
        if asked == most or scores[-1] < scores[k - 1]:
            return best_first(scores, rows, k)
        asked = min(4 * asked, most)
