"""Strings in two files, read where they stand. Opening them takes no steps, finding one of sorted ones a few."""

from __future__ import annotations

import mmap
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.arrays import load_array
from indexer.disk import create, save


class Strings(Sequence[bytes]):
    """Strings end to end in ``joined`` (bytes, or a file mapped); the next one begins at each of ``starts``.

    ``starts`` has one number more than there are strings.
    """

    def __init__(self, joined: bytes | mmap.mmap | NDArray[np.uint8], starts: NDArray[Any]) -> None:
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
    create(_starts(folder, name), "<i8", starts.shape)[:] = starts


def open_strings(folder: Path, name: str) -> Strings:
    """The inverse of ``write_strings``. Raises OSError or ValueError."""
    return Strings(mapped(folder / f"{name}.npy", "|u1"), mapped(_starts(folder, name), "<i8"))


class StringsWriter:
    """Takes strings one after another and leaves them in ``folder``, in ``name`` and ``name_starts.npy``.

    Memory grows by eight bytes for each.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._starts_path = _starts(folder, name)
        self._file = (folder / name).open("wb")
        self._starts = array("q", [0])

    def add(self, string: bytes) -> None:
        """The next one. Raises OSError."""
        self._file.write(string)
        self._starts.append(self._starts[-1] + len(string))

    def finish(self) -> None:
        """Write where each begins. Nothing can be added after it. Raises OSError."""
        self._file.close()
        save(self._starts_path, np.array(self._starts, dtype="<i8"))


def open_written(folder: Path, name: str) -> Strings:
    """What a ``StringsWriter`` left. Raises OSError, and ValueError where the two files do not fit."""
    starts = mapped(_starts(folder, name), "<i8")
    with (folder / name).open("rb") as file:
        size = file.seek(0, 2)
        if not len(starts) or starts[-1] != size:
            raise ValueError(f"{name}: not as long as it was written")
        joined = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""  # nothing cannot be mapped
    return Strings(joined, starts)


def _starts(folder: Path, name: str) -> Path:
    return folder / f"{name}_starts.npy"


def mapped(path: Path, dtype: str, dimensions: int = 1) -> NDArray[Any]:
    """Numbers from a file of numpy's, mapped. Raises OSError, and ValueError where it holds something else."""
    try:
        values = load_array(path, "r")
    except EOFError as error:
        raise ValueError(f"{path.name}: it is empty") from error
    if values.dtype != np.dtype(dtype) or values.ndim != dimensions:
        raise ValueError(f"{path.name}: not the numbers expected")
    return values.view(np.ndarray)  # still mapped; numpy's own class of mapped arrays takes five times as long to index
