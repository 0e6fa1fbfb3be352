"""What every writer of files needs: room taken at once, bytes that have reached the disk, and what lies in a folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path
from stat import S_ISREG
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.arrays import load_array


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
    return load_array(path, "r+")


def save(path: Path, values: NDArray[Any]) -> None:
    """Write a whole array in numpy's format. Raises OSError where the disk did not take all of it.

    Not ``np.save``: that buffers what is small, and where the disk is full says nothing of what it lost.
    """
    values = np.ascontiguousarray(values)
    with path.open("wb") as file:
        header = {"descr": np.lib.format.dtype_to_descr(values.dtype), "fortran_order": False, "shape": values.shape}
        np.lib.format.write_array_header_1_0(file, header)
        begins = file.tell()
        file.write(values.view(np.uint8).data if values.size else b"")
    if path.stat().st_size != begins + values.nbytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


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


def files_below(place: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The plain files under a folder, as the disk knows them. What is removed meanwhile is left out, never an error."""
    for folder, _, names in os.walk(place):
        for name in names:
            path = Path(folder, name)
            with suppress(OSError):
                stat = path.stat()
                if S_ISREG(stat.st_mode):
                    yield path, stat
