"""``casetrove similar``: reports of patients like one, and what is printed of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from corpus.amounts import counted
from corpus.errors import NotFoundError, UsageError
from search_api.cli import show
from search_api.cli.lists import FormatOption, OutputOption, list_format, write_list
from search_api.cli.loading import opened
from search_api.cli.options import Data, Json
from search_api.errors import check_count
from search_api.json import similar_json
from search_api.result_list import Place
from search_api.retrieval.query import NOTHING_GIVEN, Given, parse
from search_api.similar import check_source
from search_api.similar_model import Person, Shared, SimilarReport, SimilarResult, Told

_STDIN = "-"


def similar(
    text: Annotated[str | None, typer.Argument(help="The patient's story; - reads it from standard input.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the story from a text file.")] = None,
    report: Annotated[str | None, typer.Option("--report", help="Instead of a story, the id of a report.")] = None,
    where: Annotated[
        str, typer.Option("--where", help='Conditions as search takes them, such as kind:"case report" age:<18.')
    ] = "",
    data: Data = None,
    as_json: Json = False,
    k: Annotated[int, typer.Option("-k", help="How many reports (1..100).")] = 10,
    file_format: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Reports of similar patients: what they share, what they deny, and what they do not report."""
    story = _story(text, file, report)
    check_source(story, report)
    check_count(k, "k")
    given = conditions(where)
    wanted = list_format(file_format, output)
    service = opened(data)
    result = service.similar(story, report_id=report, k=k, given=given)
    if wanted is not None:
        write_list(service, (Place.of(each.passage) for each in result.similar), wanted, output, as_json=as_json)
    elif as_json:
        show.json_out(similar_json(result))
    else:
        print_result(result)


def conditions(line: str) -> Given:
    """The conditions in ``line``, which holds nothing else. Raises UsageError."""
    if not line.strip():
        return NOTHING_GIVEN
    asked = parse(line, "where")
    free = " ".join(words for sign, words in asked.pieces if not sign)
    if free:
        raise UsageError(f'where: "{free}" is no condition: write +{free.split()[0]}, -{free.split()[0]} or a filter')
    return Given(asked.must, asked.must_not, asked.phrases, {**asked.filters.written()})


def _story(text: str | None, file: Path | None, report: str | None) -> str | None:
    given = [name for name, value in (("TEXT", text), ("--file", file), ("--report", report)) if value is not None]
    if len(given) != 1:
        raise UsageError(f"give one of TEXT, --file and --report, not {' and '.join(given) or 'none of them'}")
    if text == _STDIN:
        return sys.stdin.read()
    if file is None:
        return text
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFoundError(f"{file}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--file {file}: cannot be read as UTF-8 text ({error.__class__.__name__})") from None


def print_result(result: SimilarResult) -> None:
    """What was looked for, then the reports."""
    console = show.terminal()
    show.bounds(console, result.bounds)
    who = f" in {_person(result.patient)}" if result.patient else ""
    _names(console, f"looked for{who}", result.findings)
    _names(console, "and not", result.denied)
    console.print()
    if not result.similar:
        console.print("nothing found")
    for report in result.similar:
        _report(console, report)
    console.print(
        f"[dim]{counted(len(result.similar), 'report')} in {result.took_ms:.0f} ms, generation {result.generation}; "
        "what is not reported is not a no[/dim]"
    )


def _report(console: Console, report: SimilarReport) -> None:
    hit = report.passage
    line = Text(f"{report.rank}. ", style="bold green") + show.reference(hit.citation)
    console.print(line + Text(f"  {report.score:.3f}", style="dim"))
    if report.patients:
        console.print(f"   [dim]patients[/dim] {', '.join(map(_person, report.patients))}")
    _pairs(console, "shared", report.shared)
    _pairs(console, "denied here", report.denied)
    _pairs(console, "has or had here", report.contradicted)
    _names(console, "   not reported", report.not_reported)
    console.print(Padding(Text(hit.text), (0, 0, 0, 3)))
    where = f"   {report.report_id} · {show.place(hit.citation, hit.section, hit.start, hit.end)}"
    console.print(Text(where, style="dim"), soft_wrap=True)
    console.print()


def _names(console: Console, label: str, told: Sequence[Told]) -> None:
    if told:
        names = ", ".join(dict.fromkeys(escape(each.text.lower()) for each in told))
        console.print(f"[dim]{label}[/dim] {names}")


def _pairs(console: Console, label: str, pairs: Sequence[Shared]) -> None:
    if pairs:
        said = ", ".join(
            escape(
                f"{pair.vignette.text.lower()} {'=' if pair.same else '~'} {pair.report.text.lower()} "
                f"({pair.report.start}–{pair.report.end})"
            )
            for pair in pairs
        )
        console.print(f"   [dim]{label}[/dim] {said}")


def _person(person: Person) -> str:
    age = "" if person.age is None else f"{person.age:.3g} years"
    return ", ".join(filter(None, (age, person.sex or ""))) or "a patient"
