"""Trained indexes: rows lie in lists around centroids, and a query is compared with the nearest lists only (IVF).

``ivf-sq8`` keeps a byte a dimension in the lists (Jégou, Douze, Schmid 2011, with scalar quantisation of residuals).
``rabitq-sq8`` keeps a bit a dimension (Gao and Long 2024), and ranks the best again by a byte a dimension. Both are
FAISS indexes whose lists are mapped from a file read-only: processes share the pages, and FAISS refuses to add.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import Any, Final, Literal

import faiss
import numpy as np

from indexer.encoders.base import Vectors
from indexer.errors import REBUILD, DamagedError
from indexer.vectors import rounded
from indexer.vectors.base import Allowed, Rows, Scores, VectorInfo, best_first, inner_products, nothing, with_ties
from indexer.vectors.flat import Selector
from indexer.vectors.rounded import RoundedRows

TrainedName = Literal["ivf-sq8", "rabitq-sq8"]
FILE = "vectors.faiss"
LISTS = "vectors.lists"
NUMBER = np.dtype("<i8")
"""A row's number, as FAISS keeps it."""

CLASSES: Final = {"ivf-sq8": faiss.IndexIVFScalarQuantizer, "rabitq-sq8": faiss.IndexIVFRaBitQ}
_AGAIN = 10
"""How many rows found by one bit a dimension are ranked again for each one asked for; at least ``_AGAIN_LEAST``."""
_AGAIN_LEAST = 200
_QUERY_BITS = 8
_PASSED_OVER = 1000
"""So many rows in the lists are passed over, as not allowed, in the time that one takes to be found by its number."""


def map_lists(index: Any, path: Path) -> None:
    """Give ``index`` the lists of the file ``path``, mapped read-only.

    Each is its codes followed by its row numbers, list after list, as FAISS maps them; behind them come their sizes.
    Raises DamagedError.
    """
    end = index.ntotal * (index.code_size + NUMBER.itemsize)
    sizes = np.fromfile(path, dtype=NUMBER, offset=end).astype(np.uint64)
    if len(sizes) != index.nlist or sizes.max() > index.ntotal or sizes.sum() != index.ntotal:
        raise DamagedError(f"{path}: its lists do not hold {index.ntotal} rows: {REBUILD}")
    lists: Any = faiss.OnDiskInvertedLists(index.nlist, index.code_size, str(path))
    lists.set_all_lists_sizes(faiss.swig_ptr(sizes))
    lists.totsize = end
    lists.read_only = True
    lists.prefetch_nthread = 0  # else every search starts threads
    lists.do_mmap()
    lists.this.disown()  # the index frees it
    index.replace_invlists(lists, True)


class TrainedIndex:
    """``nprobe`` lists are looked into; more as fewer rows are allowed, by the root of their share, up to all lists.

    That keeps the recall (a million rows, nprobe 128: .983 of all, .988 of half, .990 of a tenth, .993 of a hundredth;
    with nprobe as it is .913 of a hundredth). Where very few rows are allowed those are compared, and no list is read.
    """

    def __init__(self, name: str, lists: faiss.IndexIVF, nprobe: int, again: RoundedRows | None) -> None:
        self.name = name
        self._lists = lists
        self._nprobe = nprobe
        self._again = again

    @classmethod
    def open(cls, folder: Path, info: VectorInfo) -> TrainedIndex:
        """Map the index that ``train`` wrote to ``folder``. Raises DamagedError."""
        path, lists = folder / FILE, folder / LISTS
        mend = REBUILD
        try:
            if lists.stat().st_size != info.parameters["bytes"]:  # a mapped file cut short would end the process
                raise DamagedError(f"{lists}: is not as long as the manifest says: {mend}")
            index: Any = faiss.read_index(str(path))
        except (OSError, RuntimeError, KeyError) as error:
            raise DamagedError(f"{path}: cannot be read ({error}): {mend}") from error
        if (type(index), index.ntotal, index.d) != (CLASSES[info.name], info.rows, info.dimensions):
            raise DamagedError(f"{path}: is not the index of {info.rows} rows that the manifest says: {mend}")
        map_lists(index, lists)
        again = None
        if info.name == "rabitq-sq8":
            again = RoundedRows.open(folder / rounded.FILE, info.rows, info.dimensions)
        return cls(info.name, index, int(info.parameters["nprobe"]), again)

    def __len__(self) -> int:
        """How many rows there are."""
        return int(self._lists.ntotal)

    def with_probes(self, nprobe: int) -> TrainedIndex:
        """The same index, looking into ``nprobe`` lists."""
        return TrainedIndex(self.name, self._lists, nprobe, self._again)

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Scores, Rows]:
        """About the ``min(k, rows allowed)`` best rows for one query ``(d,)``: scores falling, ties by row."""
        most = len(self) if allowed is None else int(np.count_nonzero(allowed))
        if not most:
            return nothing()
        query = np.ascontiguousarray(query, dtype=np.float32)
        if allowed is not None and most * _PASSED_OVER <= len(self):
            rows = np.flatnonzero(allowed)
            return best_first(self.scores(query, rows), rows, k)
        selector = None if most == len(self) or allowed is None else Selector(allowed)
        probes = ceil(self._nprobe * (len(self) / most) ** 0.5)
        return with_ties(lambda asked: self._find(query, asked, probes, selector, most), k, most)

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query ``(d,)`` with each of ``rows``, as they are stored."""
        if self._again is not None:
            return self._again.scores(query.astype(np.float32), rows)
        return inner_products(self.vectors(rows), query)

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of ``rows`` as they are stored, a byte a dimension: shape ``(len(rows), d)``."""
        if self._again is not None:
            return self._again.vectors(rows)
        if len(rows) == 0:
            return np.zeros((0, self._lists.d), dtype=np.float32)
        return np.asarray(self._lists.reconstruct_batch(np.asarray(rows, dtype=np.int64)), dtype=np.float32)

    def _find(
        self, query: Vectors, asked: int, probes: int, selector: Selector | None, most: int
    ) -> tuple[Scores, Rows]:
        """``asked`` rows, best first; lists are added until there are so many."""
        wanted = asked if self._again is None else min(most, max(_AGAIN * asked, _AGAIN_LEAST))
        while True:
            probes = min(probes, self._lists.nlist)
            (scores,), (rows,) = self._lists.search(query[None, :], wanted, params=self._parameters(probes, selector))
            found = int(np.count_nonzero(rows >= 0))
            if found >= asked or probes == self._lists.nlist:
                break
            probes *= 4
        scores, rows = scores[:found], rows[:found]
        if self._again is not None:
            scores = self._again.scores(query, rows)
        return best_first(scores, rows, asked)

    def _parameters(self, probes: int, selector: Selector | None) -> faiss.IVFSearchParameters:
        if self._again is None:
            chosen = faiss.IVFSearchParameters()
        else:
            chosen = faiss.IVFRaBitQSearchParameters()
            chosen.qb = _QUERY_BITS
        chosen.nprobe = probes
        if selector is not None:
            chosen.sel = selector.faiss
        return chosen
