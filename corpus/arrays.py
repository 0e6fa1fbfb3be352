"""Arrays in numpy's file format, read one at a time.

numpy reads a file's header by way of Python's parser. In Python 3.11 two threads that parse at the same moment may
undo each other: one of them ends in "AST constructor recursion depth mismatch" (issue 106905 of CPython, mended in
3.12). So a server that opens a generation while another thread reads an array would fail, rarely, on whole files.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

_ONE_AT_A_TIME = Lock()


def load_array(source: Path | IO[bytes], mapped: Literal["r", "r+"] | None = None) -> NDArray[Any]:
    """The next array of ``source``, of any shape; a path's is ``mapped`` where asked.

    Raises OSError where it cannot be read, ValueError or EOFError where it holds something else; objects are never
    unpickled.
    """
    with _ONE_AT_A_TIME:
        values: NDArray[Any] = np.load(source, mmap_mode=mapped, allow_pickle=False)
    return values
