"""Vectors in a byte a dimension, in the order of their rows: what a coarse search is ranked again by."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.errors import REBUILD, DamagedError
from indexer.vectors.base import Rows, Scores
from indexer.vectors.flat import map_array

FILE = "vectors.int8.npy"
_LARGEST = 127


def row_type(dimensions: int) -> np.dtype[np.void]:
    """A row: whole numbers from -127 to 127, and what one of them is worth."""
    return np.dtype([("unit", "<f4"), ("values", "i1", (dimensions,))])


def rounded(vectors: Vectors) -> NDArray[np.void]:
    """``vectors`` ``(n, d)``, each scaled by its own largest value: the error is at most half a unit a dimension."""
    rows = np.empty(len(vectors), dtype=row_type(vectors.shape[1]))
    rows["unit"] = np.maximum(np.abs(vectors).max(axis=1), np.finfo(np.float32).tiny) / _LARGEST
    rows["values"] = np.rint(vectors / rows["unit"][:, None])
    return rows


def write_header(file: BinaryIO, rows: int, dimensions: int) -> None:
    """Begin a file of so many ``rounded`` rows, which are to follow."""
    header = {"descr": np.lib.format.dtype_to_descr(row_type(dimensions)), "fortran_order": False, "shape": (rows,)}
    np.lib.format.write_array_header_1_0(file, header)


class RoundedRows:
    """Rounded vectors, mapped read-only."""

    def __init__(self, rows: NDArray[np.void]) -> None:
        self._rows = rows

    @classmethod
    def open(cls, path: Path, rows: int, dimensions: int) -> RoundedRows:
        """Map a file of ``rounded`` rows. Raises DamagedError."""
        mapped = map_array(path)
        if mapped.shape != (rows,) or mapped.dtype != row_type(dimensions):
            raise DamagedError(f"{path}: does not hold {rows} rounded vectors of {dimensions} dimensions: {REBUILD}")
        return cls(mapped)

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of ``rows``, shape ``(len(rows), d)``."""
        found = self._rows[rows]
        return np.asarray(found["values"] * found["unit"][:, None], dtype=np.float32)

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query ``(d,)`` with each of ``rows``."""
        found = self._rows[rows]
        return np.asarray((found["values"].astype(np.float32) @ query) * found["unit"], dtype=np.float32)
