"""How well case reports are told from other articles: ``python -m eval.benchmarks.kinds --cases A --others B``.

Both name JSON Lines files with a ``text`` (and ``title``) a line: one of case reports only, one or more without any.
Precision is among equal numbers of both, so that it does not depend on how many of each were given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.table import Table

from corpus.errors import NotFoundError
from corpus.kind_cues import Kind
from corpus.kinds import Judgement, judge
from corpus.readers.jsonl import JsonlReader
from eval.benchmarks.reporting import command, publish

_CASES: tuple[Kind, ...] = ("case report", "case series")


def main(
    cases: Annotated[list[Path], typer.Option(help="JSON Lines of case reports; may be repeated.")],
    others: Annotated[list[Path], typer.Option(help="JSON Lines of other articles; may be repeated.")],
    sample: Annotated[int, typer.Option(min=1, help="Take every n-th record.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")] = False,
) -> None:
    """Recall on the case reports, the share of others taken for one, and the kinds that each file was judged."""
    table = Table("file", "records", "case report or series", "ms each", "kinds judged", title="Kinds of report")
    rates: dict[str, list[tuple[int, int]]] = {"cases": [], "others": []}
    files = []
    for role, paths in (("cases", cases), ("others", others)):
        for path in paths:
            started = perf_counter()
            judged = Counter(found.kind for found in _judged(path, sample))
            total, told = judged.total(), sum(judged[kind] for kind in _CASES)
            if not total:
                raise NotFoundError(f"{path}: holds no record that could be read")
            each = 1000 * (perf_counter() - started) / total
            rates[role].append((told, total))
            listed = ", ".join(f"{kind} {count}" for kind, count in judged.most_common())
            table.add_row(f"{path.parent.name}/{path.name}", f"{total:,}", f"{told / total:.3f}", f"{each:.1f}", listed)
            files.append({"file": str(path), "role": role, "records": total, "kinds": dict(judged)})
    recall, mistaken = (_rate(rates[role]) for role in ("cases", "others"))
    precision = recall / (recall + mistaken) if recall + mistaken else 0.0
    table.add_section()
    table.add_row(
        "all", "", f"recall {recall:.3f}, precision {precision:.3f}", "", f"others taken for one {mistaken:.4f}"
    )
    publish({"recall": recall, "precision": precision, "mistaken": mistaken, "files": files}, table, as_json)


def _judged(path: Path, sample: int) -> Iterator[Judgement]:
    """Judgements of every ``sample``-th record of a file; reading is part of the time."""
    if not path.is_file():
        raise NotFoundError(f"{path}: no such file")
    lines = [line for line in path.read_text("utf-8").split("\n") if line.strip()][::sample]
    for read in JsonlReader().read("\n".join(lines).encode(), path.name):
        if read.report is not None:
            yield judge(read.report)


def _rate(counts: list[tuple[int, int]]) -> float:
    return sum(told for told, _ in counts) / sum(total for _, total in counts)


if __name__ == "__main__":
    command(main)
