"""What is left of an evaluation: a table to read, a TREC run to compare, a configuration to repeat it."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

from rich.table import Table

from corpus.errors import MalformedError, NotFoundError, UsageError
from eval.model import Comparison, Ranking, Run, Score, Trial
from search_api.config import System


def table(scores: Sequence[Score]) -> Table:
    """One row per set and system; the best of each set stands in bold."""
    drawn = Table(title="Retrieval, averaged over all judged topics")
    names = list(scores[0].means) if scores else []
    for heading in ("set", "system"):
        drawn.add_column(heading)
    for heading in (*names, "queries"):
        drawn.add_column(heading, justify="right")
    for position, score in enumerate(scores):
        peers = [other for other in scores if other.set == score.set]
        cells = [
            f"[bold]{value:.4f}[/bold]" if value == max(peer.means[name] for peer in peers) else f"{value:.4f}"
            for name, value in score.means.items()
        ]
        last = position + 1 == len(scores) or scores[position + 1].set != score.set
        drawn.add_row(score.set, score.system, *cells, str(score.queries), end_section=last)
    return drawn


def comparison_table(comparisons: Sequence[Comparison]) -> Table:
    """One row per set and pair of systems; what is significantly higher stands in green, lower in red."""
    measure = comparisons[0].measure if comparisons else ""
    drawn = Table(title=f"Differences of {measure}, with 95 % bootstrap intervals; p by randomisation, Holm over sets")
    for heading in ("set", "system", "against"):
        drawn.add_column(heading)
    for heading in ("queries", "system", "against", "difference", "interval", "p", "Holm"):
        drawn.add_column(heading, justify="right")
    drawn.add_column("verdict")
    colours = {"higher": "green", "lower": "red"}
    for position, item in enumerate(comparisons):
        last = position + 1 == len(comparisons) or comparisons[position + 1].against != item.against
        drawn.add_row(
            item.set, item.system, item.against, str(item.topics), f"{item.mean:.4f}", f"{item.mean_against:.4f}",
            f"{item.difference:+.4f}", f"{item.low:+.4f} … {item.high:+.4f}", f"{item.p:.5f}", f"{item.holm:.5f}",
            item.verdict, style=colours.get(item.verdict), end_section=last,
        )  # fmt: skip
    return drawn


_NARROW = 12
"""Columns, for the names of sets over their figures."""
_SIGNS = {"higher": "<", "lower": ">"}


def systems_table(scores: Sequence[Score], comparisons: Sequence[Comparison], measure: str) -> Table:
    """One row per set, one column per system; ``comparisons`` of one system with the others give the signs."""
    held = dict.fromkeys(each.system for each in comparisons)
    told = f"; < and > stand significantly below and above {', '.join(held)} (Holm over sets)" if held else ""
    drawn = Table(title=measure + told)
    values = {(score.set, score.system): score.means[measure] for score in scores}
    signs = {(each.set, each.against): _SIGNS.get(each.verdict, "=") for each in comparisons}
    systems = list(dict.fromkeys(score.system for score in scores))
    drawn.add_column("set")
    for system in systems:
        drawn.add_column(system, justify="right", overflow="fold", max_width=_NARROW)
    for name in dict.fromkeys(score.set for score in scores):
        best = max(value for (its, _), value in values.items() if its == name)
        cells = []
        for place in ((name, system) for system in systems):
            value = values.get(place)
            shown = "" if value is None else f"{value:.3f} {signs.get(place, ' ')}"
            cells.append(f"[bold]{shown}[/bold]" if value == best else shown)
        drawn.add_row(name, *cells)
    return drawn


def trial_table(title: str, trials: Sequence[Trial], chosen: System) -> Table:
    """One row per trial with its value on each set and their average; the chosen one stands in bold."""
    drawn = Table(title=title)
    drawn.add_column("system", overflow="fold", min_width=max((len(str(each.system)) for each in trials), default=0))
    for heading in (*(trials[0].by_set if trials else ()), "average"):
        drawn.add_column(heading, justify="right", overflow="fold", max_width=_NARROW)
    for trial in trials:
        cells = [f"{value:.4f}" for value in (*trial.by_set.values(), trial.mean)]
        drawn.add_row(str(trial.system), *cells, style="bold" if trial.system == chosen else None)
    return drawn


def check_per_query(path: Path) -> None:
    """Raise UsageError where the file's name does not say how to write it."""
    if path.suffix not in (".csv", ".jsonl"):
        raise UsageError(f"--per-query {path}: must end in .csv or .jsonl")


def write_per_query(scores: Sequence[Score], path: Path) -> None:
    """One row for each set, topic and system, with its measures: CSV with a header, or JSON lines."""
    check_per_query(path)
    rows = [
        {"set": score.set, "topic": topic, "system": score.system}
        | {name: values[topic] for name, values in score.per_topic.items()}
        for score in scores
        for topic in next(iter(score.per_topic.values()), {})
    ]
    if path.suffix == ".jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        held = StringIO()
        writer = csv.DictWriter(held, list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        text = held.getvalue()
    write_text(path, text, "--per-query")


def write_run(run: Run, path: Path) -> None:
    """Write ``run`` in the TREC format: ``topic Q0 document rank score tag``, ranks from 1, scores in full."""
    lines = [
        f"{topic} Q0 {document} {rank} {score!r} {run.system}\n"
        for topic, ranking in run.rankings.items()
        for rank, (document, score) in enumerate(ranking, start=1)
    ]
    write_text(path, "".join(lines))


def read_run(path: Path, set_name: str) -> Run:
    """The inverse of ``write_run``: rankings in the order of their ranks. Raises NotFoundError and MalformedError."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: there is no such run file") from error
    except UnicodeDecodeError as error:
        raise MalformedError(f"{path}: is not UTF-8 (byte {error.start})") from error
    system = ""
    ranked: dict[str, dict[str, tuple[int, float]]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        topic, document, rank, score, system = _fields(line, f"{path}, line {number}")
        if document in ranked.setdefault(topic, {}):
            raise MalformedError(f"{path}, line {number}: {document} stands twice under topic {topic}")
        ranked[topic][document] = (rank, score)
    return Run(set_name, system, {topic: _ranking(results) for topic, results in ranked.items()})


def _fields(line: str, where: str) -> tuple[str, str, int, float, str]:
    fields = line.split()
    if len(fields) != 6:
        raise MalformedError(f"{where}: a TREC run has 6 columns (topic Q0 document rank score tag), not {len(fields)}")
    topic, _, document, rank, score, system = fields
    try:
        values = int(rank), float(score)
    except ValueError as error:
        raise MalformedError(f"{where}: rank and score must be numbers ({error})") from None
    if math.isnan(values[1]):
        raise MalformedError(f"{where}: the score is not a number")
    return topic, document, *values, system


def _ranking(results: Mapping[str, tuple[int, float]]) -> Ranking:
    ordered = sorted(results.items(), key=lambda item: item[1][0])
    return tuple((document, score) for document, (_, score) in ordered)


def write_configuration(path: Path, configuration: Mapping[str, object]) -> None:
    """Write everything that the run beside it depends on, as JSON."""
    write_text(path, json.dumps(configuration, indent=2, ensure_ascii=False, sort_keys=True) + "\n")


def write_text(path: Path, text: str, option: str = "--out") -> None:
    """Write ``text`` to ``path``, folders included. Raises UsageError, which names ``option``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{option} {path.parent}: cannot be written ({error.strerror})") from error
