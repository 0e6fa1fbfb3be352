"""Making a trained index out of streamed vectors: a block at a time in memory, the same rows give the same index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.encoders.base import Vectors
from indexer.vectors import flat, rounded
from indexer.vectors.base import Rows, VectorInfo
from indexer.vectors.trained import CLASSES, FILE, LISTS, NUMBER, TrainedIndex, TrainedName

Progress = Callable[[int, int], None]
"""Told ``(done, total)`` in rows compared with every centroid."""

ROUNDS = 10
_ROWS_OF_A_LIST = 40
"""How many rows each centroid is trained on; FAISS asks for 39 at least."""
_DEVIATIONS = 5.0
"""How many standard deviations a byte spans on each side. The largest value there is would be spanned at the cost of
all others: on MiniLM passages this errs by .0005, root mean square, and that by .0006."""
_HELD = 1024
_RECALL_AT = 10
_ENOUGH = 0.98
"""The recall@10 of held rows from which no further list is looked into."""
_FEWEST_PROBES = 8
_BLOCK = 32_768
_SEED = 1234


@dataclass(frozen=True, slots=True)
class _Held:
    """Rows kept out of training, if there are enough, and for each the rows that exact search finds, itself first."""

    rows: Rows
    vectors: Vectors
    best: Rows


def lists_for(rows: int) -> int:
    """How many lists suit so many rows: the power of two nearest to four square roots, if enough can be trained."""
    return max(1, min(1 << round(log2(4 * rows**0.5)), rows // _ROWS_OF_A_LIST))


def train(folder: Path, kind: TrainedName, on_progress: Progress) -> VectorInfo:
    """Write the index of the ``vectors.npy`` in ``folder`` (one row at least) beside it.

    Raises DamagedError where it holds no vectors, OSError or RuntimeError (FAISS) where the index cannot be written.
    """
    path = folder / flat.FILE
    rows, dimensions = flat.open_matrix(path).shape
    nlist = lists_for(rows)
    drawn = np.random.default_rng(_SEED).permutation(rows)
    sampled = np.sort(drawn[: nlist * _ROWS_OF_A_LIST])
    held_rows = np.sort(drawn[-_HELD:])
    total = ROUNDS * len(sampled) + rows
    sample = _gather(path, sampled)
    quantizer = faiss.IndexFlatIP(dimensions)
    quantizer.add(_centroids(sample, nlist, lambda done: on_progress(done, total)))
    index = _empty(kind, quantizer, nlist)
    index.train(sample)
    del sample
    owners, held = _assign(path, quantizer, held_rows, lambda done: on_progress(total - rows + done, total))
    _write(folder, kind, index, owners)
    parameters = {"nlist": nlist, "trained_on": len(sampled), "bytes": (folder / LISTS).stat().st_size}
    info = VectorInfo(kind, rows, dimensions, {**parameters, "nprobe": 1})
    nprobe, recall = _probes(TrainedIndex.open(folder, info), held, nlist)
    return replace(info, parameters={**parameters, "nprobe": nprobe, f"recall@{_RECALL_AT}": recall})


def _blocks(path: Path) -> Iterator[tuple[int, Vectors]]:
    """The first row of each block, and the block: read, not mapped, so that memory holds one."""
    rows, dimensions = flat.open_matrix(path).shape
    with path.open("rb") as file:
        file.seek(-rows * dimensions * 4, 2)
        for first in range(0, rows, _BLOCK):
            count = min(_BLOCK, rows - first)
            yield first, np.fromfile(file, dtype="<f4", count=count * dimensions).reshape(count, dimensions)


def _gather(path: Path, rows: Rows) -> Vectors:
    """The vectors of ``rows``, which are sorted."""
    pieces = []
    for first, block in _blocks(path):
        low, high = np.searchsorted(rows, (first, first + len(block)))
        pieces.append(block[rows[low:high] - first])
    return np.concatenate(pieces)


def _centroids(sample: Vectors, nlist: int, on_progress: Callable[[int], None]) -> Vectors:
    """Spherical k-means, from evenly spread rows."""
    centroids: Any = sample[np.linspace(0, len(sample) - 1, nlist).astype(np.int64)]
    for done in range(1, ROUNDS + 1):
        means = faiss.Kmeans(
            sample.shape[1], nlist, niter=1, spherical=True, seed=_SEED, max_points_per_centroid=len(sample)
        )
        means.cp.min_points_per_centroid = 1
        means.train(sample, init_centroids=centroids)
        centroids = means.centroids
        on_progress(done * len(sample))
    return np.asarray(centroids)


def _empty(kind: TrainedName, quantizer: faiss.IndexFlatIP, nlist: int) -> Any:
    if kind == "ivf-sq8":
        bits = faiss.ScalarQuantizer.QT_8bit_uniform  # one range for all dimensions: a third faster than one for each
        index = CLASSES[kind](quantizer, quantizer.d, nlist, bits, faiss.METRIC_INNER_PRODUCT)
        index.sq.rangestat, index.sq.rangestat_arg = faiss.ScalarQuantizer.RS_meanstd, _DEVIATIONS
        return index
    return CLASSES[kind](quantizer, quantizer.d, nlist, faiss.METRIC_INNER_PRODUCT)


def _assign(
    path: Path, quantizer: faiss.IndexFlatIP, held: Rows, on_progress: Callable[[int], None]
) -> tuple[NDArray[np.int32], _Held]:
    """For each row the list that it belongs to; and what exact search finds for the held rows."""
    vectors = _gather(path, held)
    best = faiss.ResultHeap(len(held), _RECALL_AT + 1, keep_max=True)
    owners = []
    for first, block in _blocks(path):
        owners.append(quantizer.search(block, 1)[1][:, 0].astype(np.int32))
        scores, rows = faiss.knn(vectors, block, min(_RECALL_AT + 1, len(block)), faiss.METRIC_INNER_PRODUCT)
        best.add_result(scores, rows + first)
        on_progress(first + len(block))
    best.finalize()
    return np.concatenate(owners), _Held(held, vectors, best.I)


def _write(folder: Path, kind: TrainedName, index: Any, owners: NDArray[np.int32]) -> None:
    """Write the lists of ``index`` to a file of their own, laid out as ``trained.map_lists`` says, then the index."""
    sizes = np.bincount(owners, minlength=index.nlist)
    before = np.cumsum(sizes) - sizes
    starts = before * (index.code_size + NUMBER.itemsize)
    by_list = np.argsort(owners, kind="stable")
    places = np.empty(len(owners), dtype=np.int64)
    places[by_list] = np.arange(len(owners)) - np.repeat(before, sizes)
    with (folder / LISTS).open("wb") as file:
        for first, codes in _codes(folder, kind, index, owners):
            part = slice(first, first + len(codes))
            order = np.argsort(owners[part], kind="stable")
            for run in np.split(order, np.flatnonzero(np.diff(owners[part][order])) + 1):
                row = first + run[0]
                file.seek(int(starts[owners[row]] + places[row] * index.code_size))
                file.write(codes[run].tobytes())
        for start, size, rows in zip(starts, sizes, np.split(by_list, before[1:]), strict=True):
            file.seek(int(start + size * index.code_size))
            file.write(rows.astype(NUMBER).tobytes())
        file.seek(int(starts[-1] + sizes[-1] * (index.code_size + NUMBER.itemsize)))
        file.write(sizes.astype(NUMBER).tobytes())
    if kind == "ivf-sq8":  # the other kind has its rows in order anyway
        index.set_direct_map_type(1)  # one entry a row: its list and its place there
        faiss.copy_array_to_vector(owners.astype(np.int64) << 32 | places, index.direct_map.array)
    index.ntotal = len(owners)
    with (folder / FILE).open("wb") as file:  # FAISS itself reports nothing where closing a file fails
        writer: Any = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]
        faiss.write_index(index, writer)


def _codes(
    folder: Path, kind: TrainedName, index: Any, owners: NDArray[np.int32]
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The first row of each block and its codes; on the way the rounded rows are written, if this kind has them."""
    with ExitStack() as stack:
        again = None
        if kind == "rabitq-sq8":
            again = stack.enter_context((folder / rounded.FILE).open("wb"))
            rounded.write_header(again, len(owners), index.d)
        for first, block in _blocks(folder / flat.FILE):
            codes = np.empty((len(block), index.code_size), dtype=np.uint8)
            lists = owners[first : first + len(block)].astype(np.int64)
            index.encode_vectors(len(block), faiss.swig_ptr(block), faiss.swig_ptr(lists), faiss.swig_ptr(codes), False)
            if again is not None:
                again.write(rounded.rounded(block).tobytes())
            yield first, codes


def _probes(index: TrainedIndex, held: _Held, nlist: int) -> tuple[int, float]:
    """The fewest lists, but for a sixteenth, that give enough recall, or from which a half more give none; that recall.

    Half of all lists at most: where equal rows abound, no number of lists tells which of them exact search took.
    """
    low = high = min(_FEWEST_PROBES, nlist)
    recall = _recall(index.with_probes(high), held)
    while recall < _ENOUGH and high < nlist // 2:
        more = min(high * 3 // 2, nlist // 2)
        better = _recall(index.with_probes(more), held)
        if better <= recall:
            return high, recall
        low, high, recall = high, more, better
    while recall >= _ENOUGH and high - low > max(1, high // 16):
        middle = (low + high) // 2
        found = _recall(index.with_probes(middle), held)
        if found >= _ENOUGH:
            high, recall = middle, found
        else:
            low = middle
    return high, recall


def _recall(index: TrainedIndex, held: _Held) -> float:
    """The share of the ten best other rows that is found, over all held rows."""
    wanted, found = 0, 0
    for row, vector, best in zip(held.rows, held.vectors, held.best, strict=True):
        others = set(best[best >= 0].tolist()) - {int(row)}
        _, got = index.search(vector, _RECALL_AT + 1)
        wanted += len(others)
        found += len(others & set(got.tolist()))
    return found / wanted if wanted else 1.0
