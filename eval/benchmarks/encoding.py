"""Encoders side by side: ``python -m eval.benchmarks.encoding DIR... --data DIR``.

The data folder holds reports and an encoder made by ``casetrove encoder optimise``. In one run, round by round and
in turn, so that what else the machine does strikes all alike: passages a second and milliseconds a query of plain
``SentenceTransformer.encode``, of the program's own encoder and of the optimised ones; what the machine can multiply
at best (``ceilings``), and each encoder's share of that, padding not counted; and nDCG@10 on the sets in ``DIR...``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from corpus.catalog import Catalog
from corpus.errors import NotFoundError, UsageError
from eval.benchmarks.ceilings import Shape, ceilings
from eval.benchmarks.reporting import command, publish
from eval.environment import LIBRARIES
from eval.harness import index_set, run_system
from eval.measures import score
from eval.progress import Watch, progress
from eval.topics import Topics, load_all
from indexer.encoders.base import Encoder
from indexer.encoders.choice import made
from indexer.encoders.openvino import OpenVinoEncoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import FIRST
from indexer.folder import DataFolder, default_root
from search_api.cli.encoder import spread
from search_api.config import System, SystemName

PLAIN = "plain encode"
SYSTEMS: tuple[SystemName, ...] = ("dense", "hybrid")
_QUERIES_A_ROUND = 20

Encode = Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, each list with a value for each round (of ``milliseconds``: for each query)."""

    passages: int
    tokens: int
    multiply_adds: int
    seconds: Mapping[str, Sequence[float]]
    milliseconds: Mapping[str, Sequence[float]]
    ceilings: Mapping[str, Sequence[float]]

    def ratio(self, name: str) -> float:
        """How many times as quick as plain: the median over rounds, each held against its own."""
        pairs = zip(self.seconds[PLAIN], self.seconds[name], strict=True)
        return median(plain / own for plain, own in pairs)

    def share(self, name: str) -> float:
        """Multiply-adds a second as a share of the ceiling of its kind, median over rounds."""
        limits = self.ceilings["int8" if name.endswith("int8") else "f32"]
        pairs = zip(self.seconds[name], limits, strict=True)
        return median(self.multiply_adds / seconds / limit for seconds, limit in pairs)

    def latency(self, name: str) -> tuple[float, float]:
        """p50 and p95 of a query in milliseconds."""
        p50, p95 = np.percentile(self.milliseconds[name], (50, 95))
        return float(p50), float(p95)

    def as_json(self) -> dict[str, object]:
        """Rounds and what was made of them."""
        encoders = {
            name: {
                "rounds_s": list(rounds),
                "passages_per_s": self.passages / median(rounds),
                "times_plain": self.ratio(name),
                "share_of_ceiling": self.share(name),
                "query_p50_ms": self.latency(name)[0],
                "query_p95_ms": self.latency(name)[1],
            }
            for name, rounds in self.seconds.items()
        }
        return {
            "passages": self.passages,
            "tokens": self.tokens,
            "multiply_adds": self.multiply_adds,
            "encoders": encoders,
            "ceilings_multiply_adds_per_s": {name: median(values) for name, values in self.ceilings.items()},
        }


def measure(
    encoders: Mapping[str, Encoder],
    plain: Encode,
    shape: Shape,
    passages: Sequence[str],
    queries: Sequence[str],
    rounds: int,
    watch: Watch,
) -> Figures:
    """Time everything once in each round, after one round to warm up."""
    todo: dict[str, Encode] = {PLAIN: plain, **{name: one.encode for name, one in encoders.items()}}
    limits = ceilings(shape)
    seconds: dict[str, list[float]] = {name: [] for name in todo}
    milliseconds: dict[str, list[float]] = {name: [] for name in todo}
    reached: dict[str, list[float]] = {name: [] for name in limits}
    for number in range(rounds + 1):
        for name, limit in limits.items():
            reached[name].append(limit())
        for name, encode in todo.items():
            seconds[name].append(_seconds(encode, passages))
        for query in _some(queries, number):
            for name, encode in todo.items():
                milliseconds[name].append(_seconds(encode, [query]) * 1000)
        watch("timing", number, rounds)
    lengths = [len(spans) + 2 for spans in next(iter(encoders.values())).token_spans(passages)]
    return Figures(
        passages=len(passages),
        tokens=sum(lengths),
        multiply_adds=sum(shape.multiply_adds(length) for length in lengths),
        seconds={name: values[1:] for name, values in seconds.items()},
        milliseconds={name: values[len(_some(queries, 0)) :] for name, values in milliseconds.items()},
        ceilings={name: values[1:] for name, values in reached.items()},
    )


def _some(queries: Sequence[str], number: int) -> Sequence[str]:
    """The queries of one round."""
    return [queries[(number * _QUERIES_A_ROUND + at) % len(queries)] for at in range(_QUERIES_A_ROUND)]


def _seconds(encode: Encode, texts: Sequence[str]) -> float:
    begun = time.perf_counter()
    encode(texts)
    return time.perf_counter() - begun


def quality(
    sets: Sequence[Topics], encoders: Mapping[str, Encoder], data: Path, watch: Watch
) -> list[dict[str, object]]:
    """nDCG@10 of each set, system and encoder."""
    rows: list[dict[str, object]] = []
    for topics in sets:
        for name, encoder in encoders.items():
            generation = index_set(topics, encoder, data, watch)
            for system in SYSTEMS:
                run = run_system(generation, encoder, topics, System(system), watch)
                means = score(run, topics.qrels).means
                rows.append({"set": topics.name, "system": system, "encoder": name, "nDCG@10": means["nDCG@10"]})
    return rows


def speed_table(figures: Figures) -> Table:
    """A row for each encoder, then the ceilings."""
    each = figures.tokens / figures.passages
    drawn = Table(
        title=f"{figures.passages} passages of {each:.0f} tokens; medians of {len(figures.seconds[PLAIN])} rounds"
    )
    drawn.add_column("encoder", no_wrap=True)
    for heading in ("passages/s", "× plain", "GMAC/s", "of ceiling", "query p50 ms", "p95", "of plain"):
        drawn.add_column(heading, justify="right")
    base, _ = figures.latency(PLAIN)
    for name, rounds in figures.seconds.items():
        middle = median(rounds)
        p50, p95 = figures.latency(name)
        drawn.add_row(
            name, f"{figures.passages / middle:,.1f}", f"{figures.ratio(name):.2f}",
            f"{figures.multiply_adds / middle / 1e9:.1f}", f"{figures.share(name):.0%}", f"{p50:.2f}", f"{p95:.2f}",
            f"{p50 / base:.2f}",
        )  # fmt: skip
    drawn.add_section()
    for name, values in figures.ceilings.items():
        drawn.add_row(f"ceiling, {name}", "", "", f"{median(values) / 1e9:.1f}", "100%", "", "", "")
    return drawn


def quality_table(rows: Sequence[Mapping[str, object]]) -> Table:
    """A row for each set and system, a column for each encoder."""
    names = list(dict.fromkeys(str(row["encoder"]) for row in rows))
    drawn = Table(title="nDCG@10 (difference from the first)")
    for heading in ("set", "system", *names):
        drawn.add_column(heading, justify="right" if heading in names else "left")
    found = {(row["set"], row["system"], row["encoder"]): row["nDCG@10"] for row in rows}
    for topics, system in dict.fromkeys((row["set"], row["system"]) for row in rows):
        values = [found[topics, system, name] for name in names]
        cells = [f"{value:.4f} ({value - values[0]:+.4f})" for value in values]  # type: ignore[operator]
        drawn.add_row(str(topics), str(system), *cells)
    return drawn


def main(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="DIR...", help="Sets in BEIR layout.", show_default=False)
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder with reports and an optimised encoder.")] = None,
    passages: Annotated[int, typer.Option(min=8, help="How many to time, spread over the reports.")] = 192,
    rounds: Annotated[int, typer.Option(min=1, help="Repeat the timing this often.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Time encoders side by side, and score them."""
    folder = DataFolder(data or default_root())
    if not folder.catalog.exists():
        raise NotFoundError(f"--data {folder.root}: nothing is indexed there: {FIRST}")
    cards = made(folder.encoders)
    if not cards:
        raise UsageError(f"--data {folder.root}: has no optimised encoder: run `casetrove encoder optimise`")
    with progress(Console(stderr=True)) as watch:
        sets = load_all(folders or [])
        own = SentenceTransformerEncoder.embedded()
        encoders: dict[str, Encoder] = {own.info.backend: own}
        encoders |= {card.info.backend: OpenVinoEncoder(folder.encoders / card.fingerprint) for card in reversed(cards)}
        texts = spread(Catalog(folder.catalog), own, passages)
        queries = list(islice((text for topics in sets for text in topics.queries.values()), 400))
        model = own.load()
        figures = measure(
            encoders, lambda some: model.encode(list(some), normalize_embeddings=True, show_progress_bar=False),
            Shape.of(own.folder), texts, queries or [text.split("\n")[0] for text in texts], rounds, watch,
        )  # fmt: skip
        scored = quality(sets, encoders, folder.root, watch)
    if scored and not as_json:
        Console().print(quality_table(scored))
    publish(
        {**figures.as_json(), "quality": scored},
        speed_table(figures),
        as_json,
        (*LIBRARIES, "openvino", "nncf", "tokenizers"),
    )


if __name__ == "__main__":
    command(main)
