"""The whole way from files to answers, and how it grows: ``python -m eval.benchmarks.pipeline PATH… [--times 10]``.

At each size, in a process and a folder of its own: everything is indexed, indexed again unchanged, ten reports are
added, one sentence is changed; then the program's own server is asked by 1, 8 and 32 clients. What is printed is what
each cost, and how it grew. Sizes above 1 are the corpus repeated with changed words (``larger``).
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from corpus.catalog import Catalog
from corpus.errors import UsageError
from corpus.ingest import ingest
from corpus.readers.base import Options
from corpus.readers.workers import Workers
from eval.benchmarks import larger, load, memory
from eval.benchmarks.growth import table
from eval.benchmarks.reporting import command, publish
from eval.benchmarks.searching import percentiles
from eval.environment import LIBRARIES
from eval.progress import Watch, progress
from indexer.build import build
from indexer.encoders.base import Encoder, EncoderInfo, Kind, Vectors
from indexer.encoders.choice import FolderEncoders, made
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from indexer.model import BuildProgress

STAGES = ("read", "chunk", "cases", "embed", "write")
CLIENTS = (1, 8, 32)
_ADDED = 10
_QUESTIONS = 200
_SENTENCE_END = re.compile(r"(?<=[a-z]{3})\. (?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Run:
    """One ``casetrove index``, in a process of its own: ``seconds`` and ``peak`` (bytes) by stage."""

    reports: int
    passages: int
    embedded: int
    seconds: Mapping[str, float]
    peak: Mapping[str, int]

    @property
    def total(self) -> float:
        """Seconds from the first byte read to the switch, the start of Python left out."""
        return sum(self.seconds.values())


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured at one size. ``disk`` is in bytes, by part; ``server`` what the server held, in bytes."""

    times: int
    full: Run
    again: Sequence[Run]
    added: Sequence[Run]
    changed: Run
    disk: Mapping[str, int]
    loads: Sequence[load.Load]
    server: int

    def as_json(self) -> dict[str, object]:
        """All of it, flat enough to compare sizes name by name."""
        full, passages = self.full, self.full.passages
        added, again = (median(run.total for run in runs) for runs in (self.added, self.again))
        return {
            "times": self.times,
            "reports": full.reports,
            "passages": passages,
            "embedded": full.embedded,
            "index_s": full.total,
            "stage_s": {stage: full.seconds.get(stage, 0.0) for stage in STAGES},
            "reports_per_s": {stage: full.reports / full.seconds[stage] for stage in STAGES if stage in full.seconds},
            "passages_embedded_per_s": full.embedded / full.seconds["embed"],
            "peak_bytes": {stage: full.peak.get(stage, 0) for stage in STAGES},
            "unchanged": {"s": again, "embedded": sum(run.embedded for run in self.again)},
            "ten_added": {
                "s": added,
                "share": added / full.total,
                "passages": self.added[0].passages - passages,
                "embedded": self.added[0].embedded,
            },
            "sentence_changed": {"s": self.changed.total, "embedded": self.changed.embedded},
            "disk_bytes_per_passage": {part: size / self.added[-1].passages for part, size in self.disk.items()},
            "server_bytes": self.server,
            "search": {
                str(each.clients): {**percentiles(each.milliseconds), "per_s": each.per_second} for each in self.loads
            },
        }


class _Counting:
    """Counts the passages that another encoder embeds."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.count = 0

    @property
    def info(self) -> EncoderInfo:
        """The other's."""
        return self._encoder.info

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As the other does."""
        self.count += len(texts)
        return self._encoder.encode(texts, kind)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """As the other does."""
        return self._encoder.token_spans(texts)


def index(root: Path, files: Path, hashing: bool = False) -> Run:
    """Index the folder ``files`` into the data folder ``root`` as ``casetrove index`` does."""
    folder = DataFolder(root)
    encoder = _Counting(HashingEncoder() if hashing else FolderEncoders(folder.encoders).preferred())
    with memory.Peaks("read") as peaks, folder.lock(), closing(Catalog(folder.catalog)) as catalog:
        begun = time.perf_counter()
        with Workers(Options()) as workers:
            ingest(catalog, [files], read=workers.read, ahead=workers.width - 1)
        read = time.perf_counter()

        def tell(at: BuildProgress) -> None:
            peaks.stage = at.stage

        built = build(folder, catalog, encoder, on_progress=tell)
        rest = time.perf_counter() - read - sum(built.seconds.values())
    stages = {"read": read - begun, **built.seconds}
    stages["write"] = stages.get("write", 0.0) + rest  # finding out what changed
    return Run(built.manifest.reports, built.manifest.passages, encoder.count, stages, peaks.bytes)


def measure(
    originals: Sequence[larger.Record],
    times: Sequence[int],
    scratch: Path,
    watch: Watch,
    *,
    encoders: Path | None = None,
    hashing: bool = False,
    rounds: int = 3,
    requests: int = 256,
) -> list[Size]:
    """One size after another, each in a folder of its own. ``hashing``: with an encoder that costs nothing."""
    texts = list(larger.copies(originals, max(times) + 1))
    *texts, unseen = texts
    sizes = []
    for each in times:
        root, files = scratch / f"{each}", scratch / f"{each}-files"
        files.mkdir()
        for number, records in enumerate(texts[:each]):
            larger.write(records, files / f"{number:03d}.jsonl")
        if encoders is not None:
            shutil.copytree(encoders, DataFolder(root).encoders)

        def run(root: Path = root, files: Path = files) -> Run:
            return _alone(index, root, files, hashing)

        sizes.append(_size(each, run, root, files, unseen, rounds, requests, watch, hashing))
    return sizes


def _size(
    times: int,
    run: Callable[[], Run],
    root: Path,
    files: Path,
    unseen: Sequence[larger.Record],
    rounds: int,
    requests: int,
    watch: Watch,
    hashing: bool,
) -> Size:
    def done(what: str, at: int = 1, of: int = 1) -> None:
        watch(f"{times}×: {what}", at, of)

    full = run()
    done("indexed")
    again = [run() for _ in range(rounds)]
    done("again, unchanged")
    added = []
    for number in range(rounds):
        some = unseen[number :: max(1, len(unseen) // _ADDED)][:_ADDED]
        larger.write(some, files / f"added-{number}.jsonl")
        added.append(run())
        done("ten added", number + 1, rounds)
    larger.write([_one_sentence_changed(some), *_others(some)], files / f"added-{rounds - 1}.jsonl")
    changed = run()
    done("one sentence changed")
    disk = _disk(DataFolder(root))
    loads: list[load.Load] = []
    server = 0
    if not hashing:
        questions = _questions(files / "000.jsonl")
        with load.serving(root) as at:
            load.ask(at, questions, max(CLIENTS), requests // 4)  # to warm up
            for clients in CLIENTS:
                loads.append(load.ask(at, questions, clients, requests))
                server = max(server, memory.held(at.process))
                done("searched", len(loads), len(CLIENTS))
    return Size(times, full, again, added, changed, disk, loads, server)


def _alone(function: Callable[..., Run], *given: object) -> Run:
    """In a process of its own, so that its memory is only what it took itself."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *given).result()


def _longest(records: Sequence[larger.Record]) -> int:
    return max(range(len(records)), key=lambda at: len(str(records[at]["text"])))


def _one_sentence_changed(records: Sequence[larger.Record]) -> larger.Record:
    """The longest of them, its middle sentence with a word more."""
    record = records[_longest(records)]
    text = str(record["text"])
    ends = [found.start() for found in _SENTENCE_END.finditer(text)] or [len(text)]
    at = ends[len(ends) // 2]
    return {**record, "text": f"{text[:at]} meanwhile{text[at:]}"}


def _others(records: Sequence[larger.Record]) -> list[larger.Record]:
    longest = _longest(records)
    return [record for at, record in enumerate(records) if at != longest]


def _disk(folder: DataFolder) -> dict[str, int]:
    """Bytes of what the newest generation needs, by part; a file that two generations share counts once."""
    number = folder.current_generation()
    assert number is not None
    parts = {"catalog": _bytes(folder.catalog), "embedding cache": _bytes(folder.embeddings)}
    for path in folder.generation(number).rglob("*"):
        if path.is_file():
            part = "terms" if path.parent.name == "lexical" else "vectors" if "vectors" in path.name else "the rest"
            parts[part] = parts.get(part, 0) + path.stat().st_size
    return {**parts, "all": sum(parts.values())}


def _bytes(path: Path) -> int:
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))


def _questions(path: Path) -> list[str]:
    titles = [str(record["title"]) for record in larger.records([path]) if record["title"]]
    if not titles:
        raise UsageError("PATH: no report there has a title to ask for")
    return titles[:: max(1, len(titles) // _QUESTIONS)][:_QUESTIONS]


def main(
    paths: Annotated[list[Path], typer.Argument(help="Report files and folders.", show_default=False)],
    times: Annotated[list[int] | None, typer.Option(min=1, help="A size; may be repeated [default: 1, 10].")] = None,
    data: Annotated[Path | None, typer.Option(help="Use the encoder that was made for this data folder.")] = None,
    hashing: Annotated[bool, typer.Option(help="An encoder that costs nothing; then nothing is searched.")] = False,
    rounds: Annotated[int, typer.Option(min=1, help="Repeat what is small this often.")] = 3,
    requests: Annotated[int, typer.Option(min=4, help="Searches for each number of clients.")] = 256,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Time indexing and searching at several sizes."""
    encoders = DataFolder(data).encoders if data else None
    if encoders is not None and not made(encoders):
        raise UsageError(f"--data {data}: has no optimised encoder: run `casetrove encoder optimise`")
    with progress(Console(stderr=True)) as watch, TemporaryDirectory(prefix="casetrove-benchmark-") as scratch:
        sizes = measure(
            larger.records(paths), times or [1, 10], Path(scratch), watch,
            encoders=encoders, hashing=hashing, rounds=rounds, requests=requests,
        )  # fmt: skip
    figures = [size.as_json() for size in sizes]
    publish({"sizes": figures}, table(figures), as_json, (*LIBRARIES, "openvino"))


if __name__ == "__main__":
    command(main)
