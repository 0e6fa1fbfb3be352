"""Several indexes searched as one: a generation's segments, with the rows that have died since left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.encoders.base import Vectors
from indexer.vectors.base import Allowed, Rows, Scores, VectorIndex, best_first, nothing


class Segmented:
    """Rows are numbered through, part after part; dead ones keep their number and are never found.

    ``alive`` holds for each part which of its rows live; None: all. Raises ValueError where a shape does not fit.
    """

    def __init__(self, parts: Sequence[VectorIndex], alive: Sequence[Allowed | None]) -> None:
        for part, living in zip(parts, alive, strict=True):
            if living is not None and living.shape != (len(part),):
                raise ValueError(f"{living.shape} flags for the {len(part)} rows of a part")
        self._parts = tuple(parts)
        self._alive = tuple(alive)
        self._first = np.cumsum([0, *(len(part) for part in parts)])

    @property
    def name(self) -> str:
        """The kinds of the parts, in their order."""
        return "+".join(part.name for part in self._parts)

    def __len__(self) -> int:
        """How many rows there are, dead ones included."""
        return int(self._first[-1])

    def search(self, query: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Scores, Rows]:
        """The ``min(k, rows alive and allowed)`` best rows for one query ``(d,)``: scores falling, ties by row."""
        found = []
        for part, first, alive in zip(self._parts, self._first, self._alive, strict=False):
            scores, rows = part.search(query, k, _both(alive, allowed, slice(first, first + len(part))))
            found.append((scores, rows + first))
        if not found:
            return nothing()
        scores, rows = (np.concatenate(column) for column in zip(*found, strict=True))
        return best_first(scores, rows, k)

    def scores(self, query: Vectors, rows: Rows) -> Scores:
        """The inner product of one query ``(d,)`` with each of ``rows``, dead ones too."""
        out = np.empty(len(rows), dtype=np.float32)
        for part, here, within in self._spread(rows):
            out[here] = part.scores(query, within)
        return out

    def vectors(self, rows: Rows) -> Vectors:
        """The stored vectors of ``rows``, dead ones too, shape ``(len(rows), d)``; without parts ``d`` is 0."""
        pieces = [(here, part.vectors(within)) for part, here, within in self._spread(rows)]
        out = np.empty((len(rows), pieces[0][1].shape[1] if pieces else 0), dtype=np.float32)
        for here, vectors in pieces:
            out[here] = vectors
        return out

    def _spread(self, rows: Rows) -> list[tuple[VectorIndex, Rows, Rows]]:
        """Each part, with the places in ``rows`` that are its own and their numbers within it."""
        rows = np.asarray(rows, dtype=np.int64)
        owner = np.searchsorted(self._first, rows, side="right") - 1
        spread = []
        for at, part in enumerate(self._parts):
            here = np.flatnonzero(owner == at)
            spread.append((part, here, rows[here] - self._first[at]))
        return spread


def _both(alive: Allowed | None, allowed: Allowed | None, part: slice) -> Allowed | None:
    """The rows of a part that are alive and allowed; ``allowed`` covers all parts."""
    if allowed is None:
        return alive
    return allowed[part] if alive is None else allowed[part] & alive
