"""Exact inner products with FAISS."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from indexer.encoders.base import Vectors
from indexer.errors import DamagedError
from indexer.vectors.base import Rows, Scores

_SPARE = 8
"""How many rows more than asked for are looked at, for ties with the last one."""


class FaissFlat:
    """``IndexFlatIP``: every row is compared, nothing is lost. 1.5 kB a row at 384 dimensions."""

    name = "faiss-flat-ip"

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> FaissFlat:
        """An index over ``vectors`` of shape ``(n, d)``."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> FaissFlat:
        """Read what ``save`` wrote. Raises DamagedError."""
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise DamagedError(f"{path}: FAISS cannot read it: run `casetrove index --rebuild`") from error
        if not isinstance(index, faiss.IndexFlatIP):
            raise DamagedError(f"{path}: holds another kind of FAISS index: run `casetrove index --rebuild`")
        return cls(index)

    def __len__(self) -> int:
        """How many rows are stored."""
        return int(self._index.ntotal)

    def search(self, query: Vectors, k: int) -> tuple[Scores, Rows]:
        """The ``min(k, len(self))`` best rows for one query ``(d,)``: scores falling, ties by row."""
        k = min(k, len(self))
        if k == 0:
            return np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int64)
        asked = min(k + _SPARE, len(self))
        while True:
            (scores,), (rows,) = self._index.search(np.ascontiguousarray(query[None, :], dtype=np.float32), asked)
            if asked == len(self) or scores[-1] < scores[k - 1]:
                break
            asked = min(4 * asked, len(self))  # FAISS leaves open which of equal rows it gives: take them all
        order = np.lexsort((rows, -scores))[:k]
        return scores[order], rows[order]

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query ``(d,)`` with each of ``rows``."""
        return np.asarray(self.vectors(rows) @ query.astype(np.float32), dtype=np.float32)

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``, shape ``(len(rows), d)``."""
        if len(rows) == 0:
            return np.zeros((0, self._index.d), dtype=np.float32)
        return np.asarray(self._index.reconstruct_batch(np.asarray(rows, dtype=np.int64)), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the whole index to one file."""
        faiss.write_index(self._index, str(path))
