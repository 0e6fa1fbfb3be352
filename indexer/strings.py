"""Sorted strings in two files, read where they stand: finding one takes a few steps, opening them none."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.disk import create


class Strings(Sequence[bytes]):
    """Strings end to end in ``joined`` (bytes, or uint8 mapped from a file); the next one begins at each of ``starts``.

    ``starts`` has one number more than there are strings.
    """

    def __init__(self, joined: bytes | NDArray[np.uint8], starts: NDArray[Any]) -> None:
        self._joined, self._starts = joined, starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: Any) -> Any:
        return bytes(self._joined[self._starts[at] : self._starts[at + 1]])

    def find(self, string: bytes) -> int | None:
        """Where ``string`` stands among them (they must be sorted), or None."""
        at = bisect_left(self, string)
        return at if at < len(self) and self[at] == string else None


def write_strings(folder: Path, name: str, strings: Sequence[bytes]) -> None:
    """Write ``name.npy`` and ``name_starts.npy``. Raises OSError."""
    starts = np.cumsum([0, *map(len, strings)])
    create(folder / f"{name}.npy", "|u1", (int(starts[-1]),))[:] = np.frombuffer(b"".join(strings), dtype=np.uint8)
    create(folder / f"{name}_starts.npy", "<i8", starts.shape)[:] = starts


def open_strings(folder: Path, name: str) -> Strings:
    """The inverse of ``write_strings``. Raises OSError or ValueError."""
    return Strings(mapped(folder / f"{name}.npy", "|u1"), mapped(folder / f"{name}_starts.npy", "<i8"))


def mapped(path: Path, dtype: str, dimensions: int = 1) -> NDArray[Any]:
    """Numbers from a file of numpy's, mapped. Raises OSError, and ValueError where it holds something else."""
    values: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    if values.dtype != np.dtype(dtype) or values.ndim != dimensions:
        raise ValueError(f"{path.name}: not the numbers expected")
    return values.view(np.ndarray)  # still mapped; numpy's own class of mapped arrays takes five times as long to index
