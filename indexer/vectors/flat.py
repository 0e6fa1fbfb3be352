"""Exact inner products over a mapped matrix: nothing is lost, nothing is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from corpus.arrays import load_array
from indexer.encoders.base import Vectors
from indexer.errors import REBUILD, DamagedError
from indexer.vectors.base import Allowed, Rows, Scores, VectorInfo, inner_products, with_ties

FILE = "vectors.npy"


class FlatIndex:
    """Every row compared, by FAISS on the file's own pages, which processes share. 1.5 kB a row at 384 dimensions.

    FAISS and not numpy: it scores equal rows equally wherever they stand, and one query takes it half as long.
    """

    name = "flat"

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = matrix

    @classmethod
    def open(cls, folder: Path, info: VectorInfo) -> FlatIndex:
        """Map the matrix that lies in ``folder``. Raises DamagedError."""
        matrix = open_matrix(folder / FILE)
        if matrix.shape != (info.rows, info.dimensions):
            raise DamagedError(
                f"{folder / FILE}: holds {len(matrix)} vectors of {matrix.shape[1]} dimensions, not {info.rows} of "
                f"{info.dimensions}: {REBUILD}"
            )
        return cls(matrix)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._matrix)

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Scores, Rows]:
        """The ``min(k, rows allowed)`` best rows for one query ``(d,)``: scores falling, ties by row."""
        most = len(self) if allowed is None else int(np.count_nonzero(allowed))
        wanted = np.ascontiguousarray(query, dtype=np.float32)
        selector = None if allowed is None else Selector(allowed)

        def find(asked: int) -> tuple[Scores, Rows]:
            scores, rows = np.empty(asked, dtype=np.float32), np.empty(asked, dtype=np.int64)
            faiss.knn_inner_product(
                faiss.swig_ptr(wanted), faiss.swig_ptr(self._matrix), len(wanted), 1, len(self), asked,
                faiss.swig_ptr(scores), faiss.swig_ptr(rows), None if selector is None else selector.faiss,
            )  # fmt: skip
            return scores, rows

        return with_ties(find, k, most)

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query ``(d,)`` with each of ``rows``."""
        return inner_products(self._matrix[rows], query)

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``, shape ``(len(rows), d)``."""
        return self._matrix[rows]


class Selector:
    """The rows allowed, as FAISS asks for them: a bit each. FAISS keeps no reference to the bits: this does."""

    def __init__(self, allowed: Allowed) -> None:
        self._bits = np.packbits(allowed, bitorder="little")
        self.faiss = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(self._bits))


def open_matrix(path: Path) -> Vectors:
    """Map a file of float32 ``(n, d)`` in rows, read-only. Raises DamagedError."""
    mapped = map_array(path)
    if mapped.ndim != 2 or mapped.dtype != np.dtype("<f4") or not mapped.flags.c_contiguous:
        raise DamagedError(f"{path}: holds no float32 vectors in rows: {REBUILD}")
    return mapped


def map_array(path: Path) -> NDArray[Any]:
    """Map a file in numpy's format, read-only. Raises DamagedError."""
    try:
        return np.asarray(load_array(path, "r"))
    except (OSError, ValueError, EOFError) as error:
        raise DamagedError(f"{path}: cannot be read ({error}): {REBUILD}") from error
