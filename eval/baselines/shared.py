"""What the programs of all peers share: the set's files in, a TREC run out. Needs nothing but Python.

Each program is called as ``python PROGRAM CORPUS QUERIES RUN DEPTH``: two JSON-lines files in BEIR layout, the run file
to write, and how many documents to rank for each query.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Rank = Callable[[Sequence[str], Sequence[str], int], Sequence[Sequence[tuple[int, float]]]]
"""``(documents, queries, depth)`` → for each query ``(position of the document, score)``, best first."""


def main(tag: str, rank: Rank) -> None:
    """Read the set that the command line names, rank, and write the run. A document's title stands before its text."""
    corpus, queries, run, depth = sys.argv[1:]
    documents, asked = _records(Path(corpus)), _records(Path(queries))
    texts = [f"{document.get('title') or ''} {document['text']}".strip() for document in documents]
    rankings = rank(texts, [query["text"] for query in asked], min(int(depth), len(texts)))
    with Path(run).open("w", encoding="utf-8") as file:
        for query, ranking in zip(asked, rankings, strict=True):
            for place, (position, score) in enumerate(ranking, start=1):
                print(query["_id"], "Q0", documents[position]["_id"], place, float(score), tag, file=file)


def _records(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]
