"""bm25s with its defaults (Lù 2024): Lucene's BM25, English stop words, no stemming."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
from shared import main


def rank(documents: Sequence[str], queries: Sequence[str], depth: int) -> list[list[tuple[int, float]]]:
    """Documents that share no word with the query are left out."""
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(documents), show_progress=False), show_progress=False)
    found, scores = index.retrieve(bm25s.tokenize(list(queries), show_progress=False), k=depth, show_progress=False)
    return [
        [(int(position), float(score)) for position, score in zip(*row, strict=True) if score > 0]
        for row in zip(found, scores, strict=True)
    ]


if __name__ == "__main__":
    main("bm25s", rank)
