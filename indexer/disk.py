"""What every writer of files needs: room taken at once, and bytes that have reached the disk."""

from __future__ import annotations

import os
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def create(path: Path, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """A new file in numpy's format, mapped to be written to. Raises OSError where there is no room for all of it.

    The room is taken at once: a page of a mapped file that the disk has no room for kills the process when written.
    """
    with path.open("w+b") as file:
        header = {"descr": dtype, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        file.flush()
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        if size:
            os.posix_fallocate(file.fileno(), file.tell(), size)
    if not size:  # nothing can be mapped
        return np.empty(shape, dtype=dtype)
    mapped: NDArray[Any] = np.load(path, mmap_mode="r+", allow_pickle=False)
    return mapped


def digest(path: Path) -> str:
    """sha256 of a file, in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def flush(path: Path) -> None:
    """Wait until a file, or what a folder lists, has reached the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
