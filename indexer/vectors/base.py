"""The seam to every vector index: rows are numbered from 0 in the order in which they were added."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


class VectorIndex(Protocol):
    """Inner products against stored unit vectors."""

    def __len__(self) -> int:
        """How many rows are stored."""
        ...

    def search(self, query: Vectors, k: int) -> tuple[Scores, Rows]:
        """The ``min(k, len(self))`` best rows for one query of shape ``(d,)``: scores falling, ties by row."""
        ...

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query ``(d,)`` with each of ``rows``, in their order."""
        ...

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``, shape ``(len(rows), d)``."""
        ...

    def save(self, path: Path) -> None:
        """Write the whole index to one file."""
        ...
