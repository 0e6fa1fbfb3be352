"""The oracle: plain numpy, every row compared. Contract tests hold every other index against it."""

from __future__ import annotations

import numpy as np

from indexer.encoders.base import Vectors
from indexer.vectors.base import Allowed, Rows, Scores, best_first


class ExactIndex:
    """Rows kept as one float32 matrix of shape ``(n, d)``."""

    name = "exact-numpy"

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = np.ascontiguousarray(matrix, dtype=np.float32)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._matrix)

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Scores, Rows]:
        """The ``min(k, rows allowed)`` best rows: scores falling, ties by row."""
        rows = np.arange(len(self), dtype=np.int64) if allowed is None else np.flatnonzero(allowed)
        return best_first(self.scores(query, rows), rows, k)

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query with each of ``rows``."""
        return np.asarray(self._matrix[rows] @ query.astype(np.float32), dtype=np.float32)

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``."""
        return np.asarray(self._matrix[rows])
