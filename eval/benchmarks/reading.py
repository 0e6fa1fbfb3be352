"""How fast files are read, and with how much memory: ``python -m eval.benchmarks.reading PATH… [--files]``.

Files are read one after the other in this process, or by ``--workers`` processes at a time. What is timed is
bytes to reports: no disk, no catalog.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from corpus.errors import NotFoundError, ReadError
from corpus.files import find_files
from corpus.readers.base import Options, Read
from corpus.readers.registry import read_bytes
from corpus.readers.workers import Workers
from eval.benchmarks.reporting import command, publish
from eval.environment import READING
from eval.progress import Watch, progress

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file. ``outcome`` is "read" or the code of the error that ``reason`` gives in words; ``pages`` of a PDF."""

    name: str
    format: str
    size: int
    seconds: float
    outcome: str
    reason: str = ""
    reports: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """All files, and the wall time for all of them.

    ``peak_mib`` is the most memory that this process held, ``child_peak_mib`` the most that any process held which
    it started (workers, OCR).
    """

    files: tuple[FileRead, ...]
    workers: int
    seconds: float
    peak_mib: float
    child_peak_mib: float

    def as_json(self) -> dict[str, object]:
        """Everything, and the figures of each format."""
        return {**asdict(self), "formats": {name: asdict(row) for name, row in formats(self).items()}}


@dataclass(frozen=True, slots=True)
class FormatFigures:
    """The files of one format. Rates are per second of wall time, taking the readers to be busy all the time."""

    files: int
    read: int
    pages: int
    mib: float
    median_s: float
    files_per_s: float
    pages_per_s: float
    mib_per_s: float


def measure(paths: Sequence[Path], options: Options, workers: int, watch: Watch) -> Figures:
    """Read every file that ``paths`` name; ``workers`` 0 reads in this process. Raises NotFoundError."""
    found = find_files(paths)
    if found.missing:
        raise NotFoundError("no such file or folder: " + ", ".join(found.missing))
    if not found.files:
        raise NotFoundError("PATH: holds no file with an ending that a reader knows")
    done: list[FileRead] = []
    begun = time.perf_counter()
    for one in _in_workers(found.files, options, workers) if workers else _here(found.files, options):
        done.append(one)
        watch("reading", len(done), len(found.files))
    seconds = time.perf_counter() - begun
    return Figures(tuple(done), workers, seconds, _peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN))


def _peak(who: int) -> float:
    """The high-water mark of memory in MiB; of children, that of the largest one which has ended."""
    return resource.getrusage(who).ru_maxrss / (_MIB if sys.platform == "darwin" else 1024)


def _here(files: Sequence[Path], options: Options) -> Iterator[FileRead]:
    for path in files:
        data = path.read_bytes()
        begun = time.perf_counter()
        yield _file_read(path, data, read_bytes(data, path.name, options), begun)


def _in_workers(files: Sequence[Path], options: Options, count: int) -> Iterator[FileRead]:
    def read(path: Path) -> FileRead:
        data = path.read_bytes()
        begun = time.perf_counter()
        return _file_read(path, data, crew.read(data, path.name), begun)

    with Workers(options, count) as crew, ThreadPoolExecutor(count) as threads:
        yield from threads.map(read, files)


def _file_read(path: Path, data: bytes, reads: Iterator[Read], begun: float) -> FileRead:
    """Take all records, then the time."""
    reports = pages = 0
    reader = ""
    refused: ReadError | None = None
    try:
        for read in reads:
            if read.report is not None:
                reports += 1
                reader = reader or read.report.reader
                pages += sum(part.kind == "page" for part in read.report.source_map.parts)
            refused = refused or read.error
    except ReadError as error:
        refused = error
    seconds = time.perf_counter() - begun
    kind = reader or path.suffix.lower().removeprefix(".")
    if reports:
        return FileRead(path.name, kind, len(data), seconds, "read", "", reports, pages)
    reason = refused or ReadError(f"{path.name} holds no report")
    return FileRead(path.name, kind, len(data), seconds, reason.code, str(reason))


def formats(figures: Figures) -> dict[str, FormatFigures]:
    """Reader (for what could not be read: the file's ending) → its figures."""
    groups: dict[str, list[FileRead]] = defaultdict(list)
    for one in figures.files:
        groups[one.format].append(one)
    return {name: _format_figures(groups[name], max(1, figures.workers)) for name in sorted(groups)}


def _format_figures(files: Sequence[FileRead], at_once: int) -> FormatFigures:
    wall = sum(one.seconds for one in files) / at_once
    pages, mib = sum(one.pages for one in files), sum(one.size for one in files) / _MIB
    paged = sum(one.seconds for one in files if one.pages) / at_once
    return FormatFigures(
        files=len(files),
        read=sum(one.outcome == "read" for one in files),
        pages=pages,
        mib=mib,
        median_s=median(one.seconds for one in files),
        files_per_s=len(files) / wall,
        pages_per_s=pages / paged if paged else 0.0,
        mib_per_s=mib / wall,
    )


def table(figures: Figures) -> Table:
    """One row per format."""
    memory = f"peak {figures.peak_mib:,.0f} MiB, of a child process {figures.child_peak_mib:,.0f} MiB"
    pages = sum(one.pages for one in figures.files)
    rate = f"{pages:,} pages in {figures.seconds:.2f} s ({pages / figures.seconds:,.0f} pages/s)"
    drawn = Table(title=f"{len(figures.files):,} files, {rate}; {memory}")
    drawn.add_column("format")
    for heading in ("files", "read", "pages", "MiB", "median ms", "files/s", "pages/s", "MiB/s"):
        drawn.add_column(heading, justify="right")
    for name, row in formats(figures).items():
        drawn.add_row(
            name, f"{row.files:,}", f"{row.read:,}", f"{row.pages:,}", f"{row.mib:,.1f}", f"{row.median_s * 1000:,.1f}",
            f"{row.files_per_s:,.1f}", f"{row.pages_per_s:,.0f}" if row.pages else "", f"{row.mib_per_s:,.1f}",
        )  # fmt: skip
    return drawn


def lines(figures: Figures) -> Iterator[str]:
    """Each file: what came of it, how long it took, and why it was refused."""
    width = max(len(one.name) for one in figures.files)
    for one in figures.files:
        yield f"{one.name:<{width}}  {one.outcome:<11} {one.seconds:6.2f} s  {one.reason}".rstrip()


def main(
    paths: Annotated[list[Path], typer.Argument(help="Report files and folders.", show_default=False)],
    workers: Annotated[int, typer.Option(min=0, help="Processes that read; 0: this one.")] = 0,
    ocr: Annotated[bool, typer.Option("--ocr/--no-ocr", help="Read pages without text by OCR.")] = True,
    files: Annotated[bool, typer.Option("--files", help="A line for each file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Time reading."""
    with progress(Console(stderr=True)) as watch:
        figures = measure(paths, Options(ocr=ocr), workers, watch)
    publish(figures.as_json(), table(figures), as_json, READING)
    if as_json:
        return
    slowest = max(figures.files, key=lambda one: one.seconds)
    for line in (*(lines(figures) if files else ()), f"slowest: {slowest.name}, {slowest.seconds:.2f} s"):
        print(line)


if __name__ == "__main__":
    command(main)
