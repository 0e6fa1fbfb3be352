"""The oracle: plain numpy, every row compared. Contract tests hold every other index against it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from indexer.encoders.base import Vectors
from indexer.vectors.base import Rows, Scores


class ExactIndex:
    """Rows kept as one float32 matrix of shape ``(n, d)``."""

    name = "exact-numpy"

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = np.ascontiguousarray(matrix, dtype=np.float32)

    @classmethod
    def build(cls, vectors: Vectors) -> ExactIndex:
        """An index over ``vectors``."""
        return cls(vectors)

    @classmethod
    def load(cls, path: Path) -> ExactIndex:
        """Read what ``save`` wrote."""
        with path.open("rb") as file:
            return cls(np.load(file, allow_pickle=False))

    def __len__(self) -> int:
        """How many rows are stored."""
        return len(self._matrix)

    def search(self, query: Vectors, k: int) -> tuple[Scores, Rows]:
        """The ``min(k, len(self))`` best rows: scores falling, ties by row."""
        scores = self._matrix @ query.astype(np.float32)
        rows = np.lexsort((np.arange(len(scores)), -scores))[:k].astype(np.int64)
        return scores[rows].astype(np.float32), rows

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query with each of ``rows``."""
        return np.asarray(self._matrix[rows] @ query.astype(np.float32), dtype=np.float32)

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``."""
        return np.asarray(self._matrix[rows])

    def save(self, path: Path) -> None:
        """Write the matrix in numpy's format."""
        with path.open("wb") as file:
            np.save(file, self._matrix, allow_pickle=False)
