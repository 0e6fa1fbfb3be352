"""What was measured at several sizes, side by side: a row for each figure, and how it grew from first to last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.table import Table

_MIB = 1 << 20

Figures = Mapping[str, Any]


def table(sizes: Sequence[Figures]) -> Table:
    """Rows of ``pipeline.Size.as_json()``: a column for each size."""
    columns = [dict(_rows(size)) for size in sizes]
    drawn = Table(title="Indexing and searching as the corpus grows")
    drawn.add_column("", no_wrap=True)
    for size in sizes:
        drawn.add_column(f"{size['times']}×", justify="right")
    if len(sizes) > 1:
        drawn.add_column("grew", justify="right")
    for name in dict.fromkeys(name for column in columns for name in column):
        values = [column.get(name) for column in columns]
        cells = ["" if value is None else _number(value) for value in values]
        first, last = values[0], values[-1]
        drawn.add_row(name, *cells, *([f"{last / first:.2f}×" if first and last else ""] if len(sizes) > 1 else []))
    return drawn


def _rows(size: Figures) -> Iterator[tuple[str, float]]:
    yield "reports", size["reports"]
    yield "passages", size["passages"]
    yield "index, s", size["index_s"]
    for stage, rate in size["reports_per_s"].items():
        yield f"  {stage}, reports/s", rate
    yield "  embed, passages/s", size["passages_embedded_per_s"]
    for stage, peak in size["peak_bytes"].items():
        yield f"  {stage}, peak MiB", peak / _MIB
    yield "again, unchanged, s", size["unchanged"]["s"]
    yield "again, passages embedded", size["unchanged"]["embedded"]
    yield "ten added, passages", size["ten_added"]["passages"]
    yield "ten added, passages embedded", size["ten_added"]["embedded"]
    yield "ten added, s", size["ten_added"]["s"]
    yield "ten added, % of the full build", 100 * size["ten_added"]["share"]
    yield "one sentence changed, s", size["sentence_changed"]["s"]
    yield "one sentence changed, passages embedded", size["sentence_changed"]["embedded"]
    for part, each in size["disk_bytes_per_passage"].items():
        yield f"disk, {part}, bytes a passage", each
    for clients, spent in size["search"].items():
        for name in ("p50", "p95", "p99"):
            yield f"search, {clients} clients, {name} ms", spent[name]
        yield f"  {clients} clients, answers/s", spent["per_s"]
    if size["server_bytes"]:
        yield "server, MiB", size["server_bytes"] / _MIB


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
