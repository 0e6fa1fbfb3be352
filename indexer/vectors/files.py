"""From the vectors that a build streamed into a folder to the index that suits their number, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from indexer.errors import REBUILD, DamagedError
from indexer.vectors import flat
from indexer.vectors.base import VectorIndex, VectorInfo
from indexer.vectors.flat import FlatIndex
from indexer.vectors.trained import CLASSES, TrainedIndex
from indexer.vectors.training import Progress, train

EXACT_BELOW = 250_000
BYTES_BELOW = 10_000_000
"""From so many rows on, lists hold a bit a dimension: with a byte, a search would wait for memory."""

Kind = Literal["flat", "ivf-sq8", "rabitq-sq8"]


def choose(count: int) -> Kind:
    """The kind of index for so many rows."""
    if count < EXACT_BELOW:
        return "flat"
    return "ivf-sq8" if count < BYTES_BELOW else "rabitq-sq8"


def finish(folder: Path, on_progress: Progress = lambda done, total: None, kind: Kind | None = None) -> VectorInfo:
    """Make the index of ``folder``, where the build has streamed ``vectors.npy`` (float32 unit rows).

    An exact index is that file; a trained one takes its place. ``kind`` forces one; no rows are always ``flat``.
    Raises DamagedError where the file is none, OSError or RuntimeError (FAISS) where the index cannot be written.
    """
    path = folder / flat.FILE
    rows, dimensions = flat.open_matrix(path).shape
    kind = kind or choose(rows)
    if kind == "flat" or not rows:
        return VectorInfo(FlatIndex.name, rows, dimensions)
    info = train(folder, kind, on_progress)
    path.unlink()
    return info


def open_index(folder: Path, info: VectorInfo) -> VectorIndex:
    """The index that ``finish`` made in ``folder``, mapped read-only.

    Raises DamagedError where a file is missing or not what ``info`` says.
    """
    if info.name == FlatIndex.name:
        return FlatIndex.open(folder, info)
    if info.name in CLASSES:
        return TrainedIndex.open(folder, info)
    raise DamagedError(f"{folder}: holds vectors of the unknown kind {info.name}: {REBUILD}")
