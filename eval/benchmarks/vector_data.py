"""Made-up unit vectors that lie as an encoder's do, written to disk in blocks; the same seed gives the same file.

Rows lie in clusters within clusters: seven levels of 16 to 65,536 nodes (four in each, of unequal size), in the last
ones groups of some eight rows (neighbouring passages of one report), and each row at a distance of its own from its
group, which varies widely (log-normal). So some rows have close neighbours and others none, and neighbours come closer
as rows are added. Every step is noise of one spectrum that falls as encoders' do (power .8), turned at random; all
share a mean of length .42. ``clustered`` was set beside 15,199 passages of case reports encoded by MiniLM: with 512
lists, recall@10 at 2, 8, 32 and 64 probes is .74, .89, .96, .98 against .72, .89, .97, .99 there, and changes as little
with the number of rows. ``diffuse`` is harder than anything seen: the levels blur.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors

DIMENSIONS = 384
Shape = Literal["clustered", "diffuse"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

_MEAN = 0.42
_FALL = 0.8
_LEVELS = tuple(4**depth for depth in range(2, 9))
_UNEQUAL = 1.5
_ROWS_OF_A_GROUP = 8
_GROUP_WIDTH = 0.2
_SPREAD = 0.5
_BLOCK = 50_000


@dataclass(frozen=True, slots=True)
class _Widths:
    """How far a node lies from the one above it, and a row, at the median, from its group."""

    levels: float
    rows: float


_WIDTHS: dict[Shape, _Widths] = {"clustered": _Widths(0.25, 0.6), "diffuse": _Widths(0.2, 0.85)}


class Source:
    """Vectors for an index of ``rows``, and questions about them: all are drawn from ``rows // 8`` groups."""

    def __init__(self, shape: Shape, rows: int, dimensions: int = DIMENSIONS, seed: int = 0) -> None:
        rng = np.random.default_rng([seed, rows])
        self._rng = rng
        self._width = _WIDTHS[shape].rows
        scale = np.arange(1, dimensions + 1, dtype=np.float32) ** np.float32(-_FALL / 2)
        turn = np.linalg.qr(rng.standard_normal((dimensions, dimensions)))[0].astype(np.float32)
        self._turn = (scale / np.linalg.norm(scale))[:, None] * turn
        mean = rng.standard_normal(dimensions, dtype=np.float32)
        groups = max(1, rows // _ROWS_OF_A_GROUP)
        leaf = rng.random(groups) ** _UNEQUAL
        self._groups = _GROUP_WIDTH * self._noise(groups) + _MEAN * mean / np.linalg.norm(mean)
        for count in _LEVELS:
            used, node = np.unique((leaf * count).astype(np.int64), return_inverse=True)
            self._groups += (_WIDTHS[shape].levels * self._noise(len(used)))[node]

    def draw(self, count: int) -> Vectors:
        """The next ``count`` unit vectors."""
        width = self._width * np.exp(_SPREAD * self._rng.standard_normal((count, 1), dtype=np.float32))
        rows = self._groups[self._rng.integers(len(self._groups), size=count)] + width * self._noise(count)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def _noise(self, count: int) -> NDArray[np.float32]:
        noise = self._rng.standard_normal((count, len(self._turn)), dtype=np.float32)
        return np.asarray(noise @ self._turn, dtype=np.float32)


def write(source: Source, rows: int, path: Path, on_progress: Callable[[int, int], None] = lambda _, __: None) -> None:
    """``rows`` vectors of ``source`` in numpy's format; a block at a time is in memory."""
    dimensions = source.draw(1).shape[1]
    with path.open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (rows, dimensions)}
        np.lib.format.write_array_header_1_0(file, header)
        for done in range(0, rows, _BLOCK):
            source.draw(min(_BLOCK, rows - done)).tofile(file)
            on_progress(min(done + _BLOCK, rows), rows)
