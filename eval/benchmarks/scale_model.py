"""What an index of many passages costs, told from two small ones. Every law is one line, and stands in docs/scaling.md.

Figures are flat: ``bytes.<part>`` on disk, ``peak.<stage>`` bytes of memory beyond what the program takes anyway,
``cpu.<stage>`` seconds of one core, ``ms.<search>`` of one core at the median, and ``terms``, ``lists``, ``probes``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import log

from eval.benchmarks.scale_data import reports_of
from indexer.vectors.training import ROUNDS, lists_for

Figures = Mapping[str, float]

TRAINED_ROWS = 40
"""Rows of the sample for each list."""
ROW_BYTES = 384 * 4
BYTES_OF_A_ROW = 44
"""What writing a trained index holds for each row: its list (4), its place (8), the order by list (8), and the map of
rows that FAISS keeps (8) while it is made (16)."""
BYTES_OF_A_REPORT = 24
"""What writing postings holds for each report: four lengths (16) and where its words begin (8)."""
HELD = 1024
"""Rows that each list is compared with in place of centroids: those that recall is measured on."""
SEARCHES_TO_SET = 5.4
"""Choosing how many lists to look into costs so many searches for each held row, at the number chosen in the end."""


def predicted(small: Figures, large: Figures, passages: int, kind: str) -> dict[str, float]:
    """The figures of ``passages`` in an index of ``kind`` (``flat``, ``ivf-sq8``), from runs of two smaller numbers.

    A run has the figures of both kinds, each under its own names: ``ms.flat``, ``ms.ivf-sq8``.
    """
    out = {"terms": _power(small, large, "terms", passages)}
    for part in ("postings", "words", "passages"):
        out[f"bytes.{part}"] = _line(small, large, f"bytes.{part}", lambda run: run["passages"], passages)
    out["bytes.terms"] = _line(small, large, "bytes.terms", lambda run: run["terms"], out["terms"])
    reports = reports_of(passages)
    for stage in ("words", "postings"):
        out[f"cpu.{stage}"] = large[f"cpu.{stage}"] / large["reports"] * reports
        out[f"peak.{stage}"] = BYTES_OF_A_REPORT * reports + _line(
            small, large, f"peak.{stage}", lambda run: run["terms"], out["terms"], BYTES_OF_A_REPORT
        )
    out["ms.words"] = _line(small, large, "ms.words", lambda run: run["reports"], reports)
    out |= _flat(small, large, passages) if kind == "flat" else _trained(small, large, passages)
    return out


def _flat(small: Figures, large: Figures, passages: int) -> dict[str, float]:
    return {
        "bytes.vectors": ROW_BYTES * passages,
        "ms.vectors": _line(small, large, "ms.flat", lambda run: run["passages"], passages),
    }


def _trained(small: Figures, large: Figures, passages: int) -> dict[str, float]:
    lists = lists_for(passages)
    probes = min(lists, _power(small, large, "probes", lists, of="lists"))
    sample = sampled(passages)
    per_list, per_row = _two_laws(small, large)
    search = _search(small, large, passages, lists, probes)
    writing = (large["cpu.write"] - _setting(large["ms.ivf-sq8"])) / large["passages"]
    return {
        "lists": lists,
        "probes": probes,
        "bytes.vectors": per_list * lists + per_row * passages,
        "peak.train": _line(small, large, "peak.train", lambda run: sampled(run["passages"]), sample),
        "peak.write": large["peak.write"] + BYTES_OF_A_ROW * (passages - large["passages"]),
        "cpu.train": large["cpu.train"] / _training(large["passages"]) * _training(passages),
        "cpu.assign": large["cpu.assign"] / _assigning(large["passages"]) * _assigning(passages),
        "cpu.write": writing * passages + _setting(search),
        "ms.vectors": search,
    }


def sampled(passages: float) -> int:
    """How many rows the lists are trained on."""
    return min(int(passages), TRAINED_ROWS * lists_for(int(passages)))


def _training(passages: float) -> float:
    return ROUNDS * sampled(passages) * lists_for(int(passages))


def _assigning(passages: float) -> float:
    return passages * (lists_for(int(passages)) + HELD)


def _setting(search_ms: float) -> float:
    return SEARCHES_TO_SET * HELD * search_ms / 1000


def _search(small: Figures, large: Figures, passages: int, lists: float, probes: float) -> float:
    """A part for each list, to find the nearest, and a part for each row of those looked into.

    What a row takes is told by one index looked into more and less, what a list takes by two indexes.
    """
    nearest = _line(small, large, "ms.nearest", lambda run: run["lists"], lists)
    return nearest + large["ms.row"] * probes * passages / lists


def _two_laws(small: Figures, large: Figures) -> tuple[float, float]:
    """Bytes for each list and for each row of a trained index."""
    (a, b), (c, d) = (small["lists"], small["passages"]), (large["lists"], large["passages"])
    x, y = small["bytes.ivf-sq8"], large["bytes.ivf-sq8"]
    scale = a * d - b * c
    return (x * d - b * y) / scale, (a * y - x * c) / scale


def _line(
    small: Figures, large: Figures, name: str, of: Callable[[Figures], float], at: float, each_report: float = 0.0
) -> float:
    """Where the straight line through both runs comes at ``at``; never less than nothing."""
    x, y = of(small), of(large)
    low, high = (run[name] - each_report * run["reports"] for run in (small, large))
    return max(0.0, high + (high - low) / (y - x) * (at - y)) if x != y else high


def _power(small: Figures, large: Figures, name: str, at: float, of: str = "passages") -> float:
    """The power law through both runs."""
    exponent = log(large[name] / small[name]) / log(large[of] / small[of])
    return float(large[name] * (at / large[of]) ** exponent)
