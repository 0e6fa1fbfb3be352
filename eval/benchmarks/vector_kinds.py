"""What the benchmark of vector indexes compares: ours, and two libraries of graphs beside them, if installed.

All are built from the same ``vectors.npy`` into a folder of their own. The graphs are built with 16 neighbours a
node and 128 candidates while building. usearch keeps two bytes a dimension: its single bytes stand for -1 to 1, of
which unit vectors use a quarter, and lose a fifth of the ten best. hnswlib keeps floats.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

import numpy as np

from corpus.errors import CasetroveError
from indexer.encoders.base import Vectors
from indexer.vectors.base import Rows, VectorInfo
from indexer.vectors.files import finish, open_index
from indexer.vectors.flat import FILE, FlatIndex, open_matrix
from indexer.vectors.trained import TrainedIndex

KindName = Literal["flat", "ivf-sq8", "rabitq-sq8", "usearch", "hnswlib"]
KINDS: tuple[KindName, ...] = get_args(KindName)

_OURS: tuple[KindName, ...] = ("flat", "ivf-sq8", "rabitq-sq8")
_NEIGHBOURS = 16
_CANDIDATES = 128
_BLOCK = 50_000
_FILE = "index"


class BuildError(CasetroveError):
    """The process that builds an index ended with an error."""

    code = "build"


class Searcher(Protocol):
    """An index whose ``effort`` (lists looked into, or candidates kept) trades time for recall; 0: nothing to set."""

    effort: int

    def search(self, query: Vectors, k: int) -> Rows:
        """The ``k`` best rows of one query ``(d,)``, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Build:
    """What it took: seconds, the most memory that the process held (MB), and what lies on the disk (MB).

    Pages of mapped files that the process touched count as memory held.
    """

    seconds: float
    peak_mb: float
    disk_mb: float
    info: VectorInfo | None


def available() -> tuple[KindName, ...]:
    """Ours, and the libraries that are installed."""
    return tuple(kind for kind in KINDS if kind in _OURS or find_spec(kind) is not None)


def build_apart(kind: KindName, source: Path, folder: Path) -> Build:
    """Build an index of ``source`` in a process of its own. Raises BuildError."""
    folder.mkdir()
    os.link(source, folder / FILE)
    command = [sys.executable, "-m", "eval.benchmarks.vector_kinds", kind, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{kind} could not be built in {folder}: {done.stderr.strip().splitlines()[-1:]}")
    told = json.loads(done.stdout)
    info = VectorInfo(**told["info"]) if told["info"] else None
    return Build(told["seconds"], told["peak_mb"], told["disk_mb"], info)


def open_searcher(kind: KindName, folder: Path, info: VectorInfo | None, dimensions: int) -> Searcher:
    """The index that ``build_apart`` built."""
    if kind == "usearch":
        return _Usearch(folder / _FILE)
    if kind == "hnswlib":
        return _Hnswlib(folder / _FILE, dimensions)
    assert info is not None
    index = open_index(folder, info)
    return _Trained(index, info) if isinstance(index, TrainedIndex) else _Flat(FlatIndex.open(folder, info))


class _Flat:
    effort = 0

    def __init__(self, index: FlatIndex) -> None:
        self._index = index

    def search(self, query: Vectors, k: int) -> Rows:
        return self._index.search(query, k)[1]


class _Trained:
    def __init__(self, index: TrainedIndex, info: VectorInfo) -> None:
        self._index = index
        self.effort = int(info.parameters["nprobe"])

    def search(self, query: Vectors, k: int) -> Rows:
        return self._index.with_probes(self.effort).search(query, k)[1]


class _Usearch:
    effort = 64

    def __init__(self, path: Path) -> None:
        self._index: Any = import_module("usearch.index").Index.restore(path, view=True)

    def search(self, query: Vectors, k: int) -> Rows:
        self._index.expansion_search = max(self.effort, k)
        return np.asarray(self._index.search(query, k, threads=1).keys, dtype=np.int64)


class _Hnswlib:
    effort = 64

    def __init__(self, path: Path, dimensions: int) -> None:
        self._index: Any = import_module("hnswlib").Index("ip", dimensions)
        self._index.load_index(str(path))

    def search(self, query: Vectors, k: int) -> Rows:
        self._index.set_ef(max(self.effort, k))
        return np.asarray(self._index.knn_query(query, k, num_threads=1)[0][0], dtype=np.int64)


def _build(kind: KindName, folder: Path) -> VectorInfo | None:
    if kind in ("flat", "ivf-sq8", "rabitq-sq8"):
        return finish(folder, kind=kind)
    rows, dimensions = open_matrix(folder / FILE).shape
    index: Any
    if kind == "usearch":
        index = import_module("usearch.index").Index(
            ndim=dimensions, metric="ip", dtype="f16", connectivity=_NEIGHBOURS, expansion_add=_CANDIDATES
        )
        for first, block in _blocks(folder / FILE):
            index.add(np.arange(first, first + len(block)), block)
        index.save(folder / _FILE)
    else:
        index = import_module("hnswlib").Index("ip", dimensions)
        index.init_index(rows, M=_NEIGHBOURS, ef_construction=_CANDIDATES, random_seed=1)
        for first, block in _blocks(folder / FILE):
            index.add_items(block, np.arange(first, first + len(block)))
        index.save_index(str(folder / _FILE))
    (folder / FILE).unlink()
    return None


def peak_bytes() -> int:
    """The most memory that this process held since it began.

    On Linux not ``ru_maxrss``: that begins with what the process held that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _blocks(path: Path) -> Iterator[tuple[int, Vectors]]:
    matrix = open_matrix(path)
    for first in range(0, len(matrix), _BLOCK):
        yield first, np.array(matrix[first : first + _BLOCK])


def _main(kind: KindName, folder: Path) -> None:
    begun = time.perf_counter()
    info = _build(kind, folder)
    seconds = time.perf_counter() - begun
    told = {
        "seconds": seconds,
        "peak_mb": peak_bytes() / 1e6,
        "disk_mb": sum(path.stat().st_size for path in folder.iterdir()) / 1e6,
        "info": None if info is None else asdict(info),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))  # type: ignore[arg-type]
