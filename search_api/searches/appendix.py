"""A search in words, and the appendix of a review that tells how it was searched (PRISMA-S, Rethlefsen 2021).

The checklist asks for the database and when it was searched (items 1 and 13), the line as it was run (8), limits (9),
what was searched again (12), counts (15) and deduplication (16).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final, Literal, get_args

from corpus.amounts import counted
from search_api.searches.model import Kind, Run, Via
from search_api.sheets import csv_lines, escaped

AppendixFormat = Literal["markdown", "csv"]
APPENDIX_FORMATS: Final[tuple[AppendixFormat, ...]] = get_args(AppendixFormat)
APPENDIX_MEDIA_TYPES: Final[dict[AppendixFormat, str]] = {
    "markdown": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8",
}  # fmt: skip
_COLUMNS: Final = (
    "id", "kind", "run", "line", "limits", "looked for too", "ranking", "shown", "database", "read and encoded by",
    "found", "deduplication", "notes", "answer",
)  # fmt: skip
"""All that ``facts`` tells, in its order."""
THINGS: Final[dict[Kind, str]] = {"search": "passage", "ask": "sentence", "evidence": "row"}
_WORDS: Final = {"must": "must hold", "must_not": "must not hold", "phrases": "phrase"}
_VIA: Final[dict[Via, str]] = {"cli": "on the command line", "http": "over HTTP", "mcp": "by an assistant (MCP)"}


def appendix(runs: Iterable[Run], form: AppendixFormat) -> Iterator[bytes]:
    """The searches in their order, each when it is asked for: a section in Markdown, a line in CSV; UTF-8.

    Markdown ends with how many they are.
    """
    if form == "csv":
        told = (dict(facts(run)) for run in runs)
        yield from csv_lines(_COLUMNS, ([each.get(name) for name in _COLUMNS] for each in told))
        return
    yield b"# Search strategies\n\n"
    number = 0
    for run in runs:
        number += 1
        lines = [f"## {run.id}: {run.kind}, {run.at[:10]}", "", *_fenced(run.line), ""]
        lines += [f"- **{name}**: {escaped(value)}" for name, value in facts(run) if name not in ("id", "line")]
        yield "\n".join([*lines, "", ""]).encode()
    yield f"Searches: {number:,}\n".encode()


def facts(run: Run) -> Iterator[tuple[str, str]]:
    """What is kept of a search but its places: by name, in the order in which it is told."""
    corpus = run.corpus
    yield "id", run.id
    yield "kind", run.kind + (f", {run.by.again} again" if run.by.again else "")
    yield "run", f"{run.at}, {_VIA[run.by.via]}" + (f" with the key “{run.by.who}”" if run.by.who else "")
    yield "line", run.line
    yield "limits", "; ".join(_limits(run)) or "none"
    yield "looked for too", expansions(run)
    yield from _settings(run)
    yield (
        "database",
        (
            f"Casetrove {corpus.version}: {counted(corpus.reports, 'report')}, {counted(corpus.passages, 'passage')}; "
            f"generation {corpus.generation} of {corpus.created}, corpus digest {corpus.digest}"
        ),
    )
    yield (
        "read and encoded by",
        (
            f"{corpus.encoder} ({corpus.encoder_backend}, {corpus.encoder_fingerprint}), "
            f"analyzer {corpus.analyzer}, extraction {corpus.extraction}"
        ),
    )
    yield "found", found(run)
    yield "deduplication", _deduplication(run)
    if run.told.notices:
        yield "notes", "; ".join(run.told.notices)
    if run.told.reason:
        yield "answer", run.told.reason


def found(run: Run) -> str:
    """How many of what, of how many reports."""
    counts = run.counts
    told = f"{counted(counts.found, THINGS[run.kind])} of {counted(counts.reports_found, 'report')}"
    if counts.meeting is not None:
        told += f"; {counts.meeting:,} of {counted(counts.reports, 'report')} meet the conditions"
    if counts.naming is not None:
        told += f"; {counted(counts.naming, 'report')} name the condition, {counts.looked_into:,} were looked into"
    unknown = (f"{count:,} do not tell the {name}" for name, count in run.told.left_out_unknown.items())
    return "; ".join([told, *unknown])


def expansions(run: Run) -> str:
    """What was looked for beside each of the user's words."""
    if run.kind != "evidence" and not run.asked["settings"].get("expand", True):
        return "nothing (off)"
    by_word = groupby(run.told.expansions, key=lambda each: str(each["said"]))
    told = [f"{said}: {', '.join('{name} ({reason})'.format_map(each) for each in those)}" for said, those in by_word]
    return "; ".join(told) or "nothing"


def _limits(run: Run) -> Iterator[str]:
    """The conditions in the line, as they were understood, and those that came beside it."""
    in_line = [each for each in run.told.conditions if each["start"] is not None]
    yield from (f"{_WORDS.get(each['kind'], each['kind'])}: {each['value']}" for each in in_line)
    given: Mapping[str, Any] = run.asked["given"]
    for name, words in _WORDS.items():
        if given[name]:
            yield f"beside the line, {words}: {', '.join(given[name])}"
    for name, values in given["filters"].items():
        yield f"beside the line, {name}: {' or '.join(values)}"


def _settings(run: Run) -> Iterator[tuple[str, str]]:
    settings: Mapping[str, Any] = run.asked["settings"]
    told = []
    if run.kind == "evidence":
        named = {"treatments": settings["treatments"], **settings["chosen"]}
        told = [f"{name}: {', '.join(map(str, values))}" for name, values in named.items() if values and name != "sort"]
    else:
        told.append(f"the best {settings['k']}")
        if run.kind == "search":
            told.append(f"at most {settings['max_per_report']} of a report")
            told += ["near-duplicates shown"] if settings["duplicates"] else []
        ranked = ", ".join(f"{name} {value}" for name, value in settings["system"].items() if name != "name")
        yield (
            "ranking",
            f"{settings['system']['name']} ({ranked})"
            + (f", re-ranked by {run.corpus.reranker}" if run.corpus.reranker else ""),
        )
    yield "shown", "; ".join(told) or "all rows"


def _deduplication(run: Run) -> str:
    counts = run.counts
    told = [f"{counted(counts.merged, 'source')} merged into reports that have others"]
    if run.kind != "evidence":
        told.append(f"{counted(counts.near_duplicates, 'passage')} left out for saying nearly the same as a better one")
    if counts.overlaps is not None:
        told.append(f"{counted(counts.overlaps, 'pair')} of reports that tell of the same patients, counted once")
    return "; ".join(told)


def _fenced(line: str) -> list[str]:
    """A block of code with the line as it was run, letter for letter."""
    fence = "`" * max(3, 1 + max((len(run) for run in _ticks(line)), default=0))
    return [fence, line, fence]


def _ticks(line: str) -> Iterator[str]:
    return ("".join(those) for tick, those in groupby(line, key=lambda each: each == "`") if tick)
