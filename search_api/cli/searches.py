"""``casetrove searches``: what was searched before, the same asked again, and how a review tells of it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from corpus.amounts import counted
from corpus.errors import UsageError
from search_api import replaying
from search_api.cli import searches_shown, show
from search_api.cli.lists import FormatOption, OutputOption, chosen_format, list_format, write_file, write_items
from search_api.cli.loading import looked_into, opened
from search_api.cli.options import BY_HAND, Data, Json, Log, data_folder, for_pasting
from search_api.errors import check_count
from search_api.searches.appendix import APPENDIX_FORMATS, AppendixFormat, appendix
from search_api.searches.shape import run_json, whole_run_json
from search_api.searches.store import Searches

app = typer.Typer()
Id = Annotated[str, typer.Argument(metavar="ID", help="The search's id, as `casetrove searches` lists it.")]
_ENDINGS: Final[dict[str, AppendixFormat]] = {".md": "markdown", ".csv": "csv"}
_MOST = 100_000


def kept_in(data: Path | None) -> Searches:
    """The search log of a data folder."""
    return Searches(data_folder(data).searches)


@app.callback(invoke_without_command=True)
@for_pasting
def searches(
    context: typer.Context,
    data: Data = None,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(help=f"How many (1..{_MOST}).")] = 20,
    after: Annotated[str, typer.Option(help="Those older than the search with this id.")] = "",
) -> None:
    """The searches that were kept, the newest first (docs/searches.md)."""
    if context.invoked_subcommand is not None:
        return
    found = kept_in(data).newest(check_count(limit, "limit", _MOST), after)
    if as_json:
        show.json_out([run_json(run) for run in found])
    else:
        searches_shown.listed(found)


@app.command("show")
@for_pasting
def show_search(search_id: Id, data: Data = None, as_json: Json = False) -> None:
    """One search: what was asked, of which state of the corpus, and what was found."""
    run = kept_in(data).get(search_id)
    show.json_out(whole_run_json(run)) if as_json else searches_shown.whole(run)


@app.command("replay")
@for_pasting
def replay_search(search_id: Id, data: Data = None, as_json: Json = False, log: Log = True) -> None:
    """Ask the same again, and say what is the same, gained, lost or moved since, and why as far as is known."""
    reranker = kept_in(data).get(search_id).corpus.reranker
    service = opened(data, reranker, log=log)
    held = replaying.replay(service, search_id, BY_HAND)
    told = replaying.comparison_told(service, held)
    show.json_out(told) if as_json else searches_shown.comparison(held, told)


@app.command("new")
@for_pasting
def new_since(search_id: Id, data: Data = None, as_json: Json = False) -> None:
    """What the same search finds today in reports that were added or changed since; nothing of it is kept."""
    reranker = kept_in(data).get(search_id).corpus.reranker
    service = opened(data, reranker, log=False)
    told = replaying.news_told(service, replaying.news(service, search_id))
    show.json_out(told) if as_json else searches_shown.news(told)


@app.command("compare")
@for_pasting
def compare_searches(
    search_id: Id,
    other_id: Annotated[str, typer.Argument(metavar="OTHER", help="The id of the search to be held against it.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Two kept searches: what either found that the other did not, and in what they differ."""
    service = looked_into(data)
    held = replaying.compare(service, search_id, other_id)
    told = replaying.comparison_told(service, held)
    show.json_out(told) if as_json else searches_shown.comparison(held, told)


@app.command("export")
@for_pasting
def export_search(
    search_id: Id,
    data: Data = None,
    as_json: Json = False,
    file_format: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """What a search found then, for a reference manager or as a table; without --format as RIS."""
    wanted = list_format(file_format, output) or "ris"
    service = looked_into(data)
    items, left_out = replaying.listed_again(service, service.searches.get(search_id))
    if left_out:
        typer.echo(f"{search_id}: left out, for their reports are gone: {counted(left_out, 'place')}", err=True)
    write_items(items, wanted, output, as_json=as_json)


@app.command("report")
@for_pasting
def report_searches(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Those searches; none: all.")] = None,
    data: Data = None,
    as_json: Json = False,
    file_format: Annotated[
        str | None, typer.Option("--format", help=f"{' or '.join(APPENDIX_FORMATS)} (default: markdown).")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file: .md or .csv.")] = None,
) -> None:
    """The appendix of a review that tells how it was searched (PRISMA-S): each search as it was run, and its counts."""
    form = chosen_format(file_format, output, APPENDIX_FORMATS, _ENDINGS) or "markdown"
    log = kept_in(data)
    runs = [log.get(each) for each in ids] if ids else list(log.each())
    content = b"".join(appendix(runs, form))
    if output is None:
        sys.stdout.write(content.decode())
        return
    write_file(output, content)
    told = {"written": str(output), "searches": len(runs)}
    show.json_out(told) if as_json else typer.echo(f"{output}: searches: {len(runs):,}")


@app.command("forget")
@for_pasting
def forget_searches(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Those searches.")] = None,
    before: Annotated[
        str | None, typer.Option("--before", help="Those from before this day or time (UTC): 2026-01-31.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Remove searches from the log for good: nothing of them is left in its file."""
    if sum((bool(ids), before is not None, everything)) != 1:
        raise UsageError("name the searches by their ids, or give one of --before and --all")
    log = kept_in(data)
    number = log.forget(ids) if ids else log.forget_before(None if before is None else _moment(before))
    if as_json:
        show.json_out({"forgotten": number})
    else:
        typer.echo(f"forgotten: {number:,}")


def _moment(text: str) -> str:
    """A day or a time as the log writes it. Raises UsageError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--before {text!r}: is no date: write it as 2026-01-31, or 2026-01-31T12:00") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="seconds")
