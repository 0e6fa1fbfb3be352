"""Passages a second of indexing, by stage: ``python -m eval.benchmarks.indexing PATH… [--limit N]``.

The product's own reading and building are timed, in a folder that is thrown away. ``lexical`` is also part
of ``chunk``; it is done once more, alone, to tell its share.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from corpus.catalog import Catalog
from corpus.errors import NotFoundError, UsageError
from corpus.files import find_files
from corpus.ingest import ingest
from eval.benchmarks.reporting import command, publish
from eval.commands import encoder
from eval.harness import SetFolder
from eval.progress import Watch, progress
from indexer.build import build
from indexer.encoders.base import Encoder
from indexer.model import BuildProgress
from indexer.postings import PostingsWriter
from indexer.writer import analysed

STAGES = ("read", "chunk", "lexical", "embed", "write")
_WITHIN_CHUNK = "lexical"


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of each round by stage; embedding is done in the first round only."""

    reports: int
    passages: int
    seconds: dict[str, list[float]]

    def as_json(self) -> dict[str, object]:
        """Counts, and for each stage its rounds, their median and passages a second."""
        stages = {
            stage: {"rounds": rounds, "median_s": median(rounds), "passages_per_s": self.passages / median(rounds)}
            for stage, rounds in self.seconds.items()
        }
        return {"reports": self.reports, "passages": self.passages, "stages": stages, "total": self.total()}

    def total(self) -> dict[str, float]:
        """All stages one after the other, what is part of another counted once."""
        seconds = sum(median(rounds) for stage, rounds in self.seconds.items() if stage != _WITHIN_CHUNK)
        return {"median_s": seconds, "passages_per_s": self.passages / seconds}


def measure(paths: Sequence[Path], encoder: Encoder, limit: int | None, rounds: int, watch: Watch) -> Figures:
    """Index ``paths`` (their first ``limit`` reports) ``rounds`` times. Raises UsageError where they hold no report."""
    seconds: dict[str, list[float]] = {stage: [] for stage in STAGES}
    with TemporaryDirectory(prefix="casetrove-benchmark-") as scratch:
        files = cut(paths, limit, Path(scratch) / "cut")
        for number in range(rounds):
            folder = SetFolder(Path(scratch) / str(number), Path(scratch) / "embeddings.sqlite")
            reports, passages = _one_round(files, folder, encoder, seconds, watch)
    return Figures(reports, passages, seconds)


def _one_round(
    files: Sequence[Path], folder: SetFolder, encoder: Encoder, seconds: dict[str, list[float]], watch: Watch
) -> tuple[int, int]:
    """Add what each stage took to ``seconds``; how many reports and passages there were."""
    catalog = Catalog(folder.catalog)
    begun = time.perf_counter()
    ingest(catalog, files, lambda at: watch("read", at.files, at.total_files))
    seconds["read"].append(time.perf_counter() - begun)
    if not catalog.count():
        raise UsageError("PATH: holds no report that could be read: nothing to time")

    def tell(at: BuildProgress) -> None:
        watch(at.stage, at.done, at.total)

    with folder.lock():
        built = build(folder, catalog, encoder, on_progress=tell)
    for stage in ("chunk", "write"):
        seconds[stage].append(built.seconds[stage])
    if not seconds["embed"]:  # later rounds find every embedding in the cache
        seconds["embed"].append(built.seconds["embed"])
    reports = [catalog.revision(revision).report for _, revision in catalog.current()]
    begun = time.perf_counter()
    postings = PostingsWriter(folder.root / "lexical-alone")
    for report in reports:
        postings.add(*analysed(report))
    postings.finish()
    seconds["lexical"].append(time.perf_counter() - begun)
    return built.manifest.reports, built.manifest.passages


def cut(paths: Sequence[Path], limit: int | None, folder: Path) -> list[Path]:
    """The files of ``paths`` up to ``limit`` reports; a JSON Lines file with too many is copied to ``folder``, cut.

    Raises NotFoundError where one of ``paths`` is not there.
    """
    found = find_files(paths)
    if found.missing:
        raise NotFoundError("no such file or folder: " + ", ".join(found.missing))
    files: list[Path] = []
    left = limit
    for path in found.files:
        if left is None or (left > 0 and path.suffix != ".jsonl"):
            files.append(path)
            left = None if left is None else left - 1
        elif left > 0:
            with path.open("rb") as lines:
                kept = list(islice((line for line in lines if line.strip()), left))
            folder.mkdir(exist_ok=True)
            files.append(folder / f"{len(files)}-{path.name}")
            files[-1].write_bytes(b"".join(kept))
            left -= len(kept)
    return files


def table(figures: Figures) -> Table:
    """One row per stage."""
    drawn = Table(title=f"Indexing {figures.reports:,} reports, {figures.passages:,} passages")
    for heading in ("stage", "rounds", "median s", "passages/s"):
        drawn.add_column(heading, justify="left" if heading == "stage" else "right")
    for stage, rounds in figures.seconds.items():
        name = f"  of chunk: {stage}" if stage == _WITHIN_CHUNK else stage
        middle = median(rounds)
        drawn.add_row(name, str(len(rounds)), f"{middle:.3f}", f"{figures.passages / middle:,.0f}")
    total = figures.total()
    drawn.add_section()
    drawn.add_row("total", "", f"{total['median_s']:.3f}", f"{total['passages_per_s']:,.0f}")
    return drawn


def main(
    paths: Annotated[list[Path], typer.Argument(help="Report files and folders.", show_default=False)],
    limit: Annotated[int | None, typer.Option(min=1, help="Take this many reports at most.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Repeat this often (embedding is timed once).")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Time indexing by stage."""
    with progress(Console(stderr=True)) as watch:
        figures = measure(paths, encoder(), limit, rounds, watch)
    publish(figures.as_json(), table(figures), as_json)


if __name__ == "__main__":
    command(main)
