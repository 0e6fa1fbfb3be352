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
BLOCK = 32_768
"""Rows that are read at a time."""
BYTES_OF_A_ROW = 44
"""What writing a trained index holds for each row: its list (4), its place (8), the order by list (8), and the map of
rows that FAISS keeps (8) while it is made (16)."""
BYTES_OF_A_REPORT = 24
"""What writing postings holds for each report: four lengths (16) and where its words begin (8)."""
BYTES_OF_A_TERM = 146
"""What gathering words holds for each: its string (64), its number (32), and a place in a table that doubles (50)."""
HELD = 1024
"""Rows that each list is compared with in place of centroids: those that recall is measured on."""
FEWEST_PROBES = 8


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
    new_terms, new_reports = out["terms"] - large["terms"], reports - large["reports"]
    out["peak.words"] = large["peak.words"] + BYTES_OF_A_TERM * new_terms + BYTES_OF_A_REPORT * new_reports
    out["peak.postings"] = BYTES_OF_A_REPORT * reports + _line(
        small, large, "peak.postings", lambda run: run["terms"], out["terms"], BYTES_OF_A_REPORT
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
    per_list, per_row = _two_laws(small, large)
    nearest, setting_nearest = (
        _line(small, large, f"ms.{name}nearest", lambda run: run["lists"], lists) for name in ("", "setting_")
    )
    setting, large_setting = (
        _setting(rows, chosen, nearest_ms, large["ms.setting_row"])
        for rows, chosen, nearest_ms in (
            (passages, probes, setting_nearest),
            (large["passages"], large["probes"], large["ms.setting_nearest"]),
        )
    )
    out = {
        "lists": lists,
        "probes": probes,
        "bytes.vectors": per_list * lists + per_row * passages,
        "peak.write": large["peak.write"] + BYTES_OF_A_ROW * (passages - large["passages"]),
        "cpu.train": large["cpu.train"] / _training(large["passages"]) * _training(passages),
        "cpu.assign": large["cpu.assign"] / _assigning(large["passages"]) * _assigning(passages),
        "cpu.write": large["cpu.write"] / large_setting * setting,
        "ms.vectors": nearest + large["ms.row"] * probes * passages / lists,
    }
    for stage in ("train", "assign"):
        out[f"peak.{stage}"] = _sample_twice(passages) + max(
            run[f"peak.{stage}"] - _sample_twice(run["passages"]) for run in (small, large)
        )
    return out


def sampled(passages: float) -> int:
    """How many rows the lists are trained on."""
    return min(int(passages), TRAINED_ROWS * lists_for(int(passages)))


def tried(probes: float) -> list[int]:
    """How many lists are looked into, one number after another, until it is known that ``probes`` are enough."""
    low = high = FEWEST_PROBES
    counts = [high]
    while high < probes:
        low, high = high, high * 3 // 2
        counts.append(high)
    while high - low > max(1, high // 16):
        middle = (low + high) // 2
        counts.append(middle)
        low, high = (low, middle) if middle >= probes else (middle, high)
    return counts


def _training(passages: float) -> float:
    return ROUNDS * sampled(passages) * lists_for(int(passages))


def _assigning(passages: float) -> float:
    """The sample is held against the lists once more: how far bytes reach is learned from what it has beyond them."""
    return (passages + sampled(passages)) * lists_for(int(passages)) + passages * HELD


def _sample_twice(passages: float) -> float:
    """The sample in pieces and put together, or beside what it has beyond its lists; and a block that is read."""
    return ROW_BYTES * (2 * sampled(passages) + min(passages, BLOCK))


def _setting(passages: float, probes: float, nearest_ms: float, row_ms: float) -> float:
    """Seconds to choose how many lists to look into: each held row is searched for with each number that is tried."""
    counts = tried(probes)
    rows = sum(counts) * passages / lists_for(int(passages))
    return HELD * (len(counts) * nearest_ms + rows * row_ms) / 1000


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
