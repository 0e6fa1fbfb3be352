"""How vector indexes compare: ``python -m eval.benchmarks.vectors --sizes 100000 --sizes 1000000 [--five-million]``.

The vectors are made up, in two shapes (see ``vector_data``). Each index is built in a process of its own and then
asked, one query at a time on one core, for 10 and for 100 rows; every tenth query is also put to exact search, so
that both meet the same noise of the machine. Queries are drawn as rows are, and are no rows. The graphs get the
least number of candidates that finds ``ENOUGH`` of the ten best for a hundred other queries; ours were set, on held
rows, when they were built.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import faiss
import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from corpus.errors import UsageError
from eval.benchmarks.reporting import command, publish
from eval.benchmarks.vector_data import SHAPES, Shape, Source, write
from eval.benchmarks.vector_kinds import KINDS, Build, KindName, Searcher, available, build_apart, open_searcher
from eval.progress import Watch, progress
from indexer.encoders.base import Vectors
from indexer.vectors.base import VectorInfo
from indexer.vectors.files import open_index
from indexer.vectors.flat import FILE, FlatIndex, open_matrix

LIBRARIES = ("casetrove", "faiss-cpu", "numpy", "usearch", "hnswlib")
FIVE_MILLION = 5_000_000
DEEP, SHALLOW = 100, 10
ENOUGH = 0.985
SHARES = (0.1, 0.01)
"""Parts of the rows that a filter allows."""

_TUNING = 100
_EVERY = 10
_BLOCK = 100_000
_EFFORTS = (16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)


@dataclass(frozen=True, slots=True)
class Questions:
    """Queries ``(q, d)``, and for each the rows that exact search finds, best first, ``(q, 100)``."""

    queries: Vectors
    best: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Filtered:
    """Of ours: with a random ``share`` of the rows allowed, the recall of ten and the median of milliseconds."""

    share: float
    recall_10: float
    p50_ms: float


@dataclass(frozen=True, slots=True)
class Figures:
    """One index. ``effort``: lists looked into, or candidates kept. Milliseconds are those of asking for ten rows.

    ``exact_p50_ms`` was measured in between.
    """

    shape: Shape
    rows: int
    kind: KindName
    effort: int
    recall_10: float
    recall_100: float
    p50_ms: float
    p99_ms: float
    p50_100_ms: float
    exact_p50_ms: float
    build: Build
    filtered: list[Filtered] = field(default_factory=list)

    @property
    def times_faster(self) -> float:
        """How often this index answers while exact search answers once."""
        return self.exact_p50_ms / self.p50_ms


def ask(source: Path, queries: Vectors) -> Questions:
    """Exact answers, read block by block."""
    matrix = open_matrix(source)
    best = faiss.ResultHeap(len(queries), min(DEEP, len(matrix)), keep_max=True)
    for first in range(0, len(matrix), _BLOCK):
        block = matrix[first : first + _BLOCK]
        scores, rows = faiss.knn(queries, block, min(DEEP, len(block)), faiss.METRIC_INNER_PRODUCT)
        best.add_result(scores, rows + first)
    best.finalize()
    return Questions(queries, best.I)


def recall(searcher: Searcher, questions: Questions, k: int) -> float:
    """The share of the ``k`` best rows that is found, over all questions."""
    pairs = zip(questions.queries, questions.best[:, :k].tolist(), strict=True)
    shares = [len(set(best) & set(searcher.search(query, k).tolist())) / len(best) for query, best in pairs]
    return float(np.mean(shares))


def tune(searcher: Searcher, questions: Questions) -> None:
    """Set the least effort that is enough for ``questions``, the greatest where none is."""
    for effort in _EFFORTS:
        searcher.effort = effort
        if recall(searcher, questions, SHALLOW) >= ENOUGH:
            return


def clock(searcher: Searcher, exact: Searcher, queries: Vectors, k: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each query, and of every tenth one put to exact search."""
    spent: tuple[list[float], list[float]] = [], []
    for at, query in enumerate(queries):
        turns = ((searcher, spent[0]), (exact, spent[1])) if at % _EVERY == 0 else ((searcher, spent[0]),)
        for who, laps in turns:
            begun = time.perf_counter()
            who.search(query, k)
            laps.append((time.perf_counter() - begun) * 1000)
    return spent


def filtered(folder: Path, info: VectorInfo, exact: FlatIndex, queries: Vectors) -> list[Filtered]:
    """Searches among a random part of the rows."""
    index, rng, out = open_index(folder, info), np.random.default_rng(0), []
    for share in SHARES:
        allowed = rng.random(len(index)) < share
        hits, laps = [], []
        for query in queries:
            begun = time.perf_counter()
            found = index.search(query, SHALLOW, allowed)[1]
            laps.append((time.perf_counter() - begun) * 1000)
            wanted = exact.search(query, SHALLOW, allowed)[1]
            hits.append(len(set(found.tolist()) & set(wanted.tolist())) / max(1, len(wanted)))
        out.append(Filtered(share, float(np.mean(hits)), float(np.median(laps))))
    return out


def measure(
    shape: Shape, rows: int, kinds: Sequence[KindName], queries: int, seed: int, home: Path, watch: Watch
) -> list[Figures]:
    """Make ``rows`` vectors under ``home``, build and ask each kind, and remove it all."""
    name = f"{shape} {rows:,}"
    source, vectors = home / FILE, Source(shape, rows, seed=seed)
    write(vectors, rows, source, lambda done, total: watch(f"{name}: vectors", done, total))
    tuning, questions = (ask(source, vectors.draw(count)) for count in (_TUNING, queries))
    matrix = open_matrix(source)
    exact = open_searcher("flat", home, VectorInfo("flat", *matrix.shape), matrix.shape[1])
    out = []
    for done, kind in enumerate(kinds, start=1):
        folder = home / kind
        built = build_apart(kind, source, folder)
        searcher = open_searcher(kind, folder, built.info, matrix.shape[1])
        if built.info is None:
            tune(searcher, tuning)
        recalls = [recall(searcher, questions, k) for k in (SHALLOW, DEEP)]  # the pages are warm from here on
        laps, exact_laps = clock(searcher, exact, questions.queries, SHALLOW)
        deep_laps, _ = clock(searcher, exact, questions.queries, DEEP)
        some = questions.queries[:: max(1, queries // 40)]
        by_filter = [] if built.info is None else filtered(folder, built.info, FlatIndex(matrix), some)
        out.append(Figures(
            shape, rows, kind, searcher.effort, recalls[0], recalls[1], float(np.percentile(laps, 50)),
            float(np.percentile(laps, 99)), float(np.median(deep_laps)), float(np.median(exact_laps)), built, by_filter,
        ))  # fmt: skip
        del searcher
        for path in folder.iterdir():
            path.unlink()
        watch(name, done, len(kinds))
    source.unlink()
    return out


def table(figures: Sequence[Figures]) -> Table:
    """One row for each index, under one for the vectors."""
    drawn = Table(title="Vector indexes: one query at a time, one core, ten rows asked for")
    drawn.add_column("index", no_wrap=True)
    for column in ("recall @10", "recall @100", "p50 ms", "p99 ms", "exact / p50", "disk MB", "build s", "peak MB"):
        drawn.add_column(column, justify="right")
    for share in SHARES:
        drawn.add_column(f"{share:.0%} allowed: p50 ms, recall", justify="right")
    for (shape, rows), some in groupby(figures, lambda row: (row.shape, row.rows)):
        drawn.add_section()
        drawn.add_row(shape, f"{rows:,}", style="bold")
        for row in some:
            drawn.add_row(
                row.kind, f"{row.recall_10:.4f}", f"{row.recall_100:.4f}", f"{row.p50_ms:.2f}", f"{row.p99_ms:.2f}",
                f"{row.times_faster:.0f}", f"{row.build.disk_mb:.0f}", f"{row.build.seconds:.0f}",
                f"{row.build.peak_mb:.0f}", *(f"{some.p50_ms:.2f} {some.recall_10:.3f}" for some in row.filtered),
            )  # fmt: skip
    return drawn


def as_json(figures: Sequence[Figures]) -> dict[str, Any]:
    """Everything that was measured."""
    return {"indexes": [{**asdict(row), "times_faster": row.times_faster} for row in figures]}


def _chosen(named: Sequence[str] | None, known: Sequence[str], option: str) -> list[Any]:
    """The values of an option that may be repeated; all that are known where none is given. Raises UsageError."""
    for name in named or ():
        if name not in known:
            raise UsageError(f"{option} {name}: must be one of {', '.join(known)} (is its library installed?)")
    return [name for name in known if not named or name in named]


def main(
    sizes: Annotated[list[int] | None, typer.Option(min=100, help="Rows; may be repeated. 100,000 if none.")] = None,
    five_million: Annotated[bool, typer.Option("--five-million", help="Five million rows too, of our kinds.")] = False,
    shapes: Annotated[list[str] | None, typer.Option(help="clustered or diffuse; both if none.")] = None,
    kinds: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(KINDS)}; all that are installed.")] = None,
    queries: Annotated[int, typer.Option(min=10, help="How many queries.")] = 500,
    seed: Annotated[int, typer.Option(help="Another seed makes other vectors.")] = 0,
    folder: Annotated[Path | None, typer.Option(help="Where to work; 3.5 kB a row are needed for a while.")] = None,
    json_only: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Build and ask every index at every size."""
    wanted = _chosen(kinds, available(), "--kinds")
    figures: list[Figures] = []
    plan = [(rows, wanted) for rows in sizes or [100_000]]
    if five_million:
        plan.append((FIVE_MILLION, [kind for kind in wanted if kind not in ("usearch", "hnswlib")]))
    with progress(Console(stderr=True)) as watch:
        for rows, some in plan:
            for shape in _chosen(shapes, SHAPES, "--shapes"):
                with TemporaryDirectory(dir=folder) as home:
                    figures += measure(shape, rows, some, queries, seed, Path(home), watch)
    for missing in () if kinds else sorted(set(KINDS) - set(available())):
        Console(stderr=True).print(f"{missing} was not measured: its library is not installed")
    publish(as_json(figures), table(figures), json_only, LIBRARIES)


if __name__ == "__main__":
    faiss.omp_set_num_threads(1)  # one query at a time on one core, as a server with several clients has it
    command(main)
