"""``casetrove fetch``: from a question, or a list of ids, to a corpus that can be searched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from corpus.errors import NotFoundError, UsageError
from corpus.fetching.config import MAX_ARTICLES, PUBLIC_SERVICE, ServiceSettings
from corpus.fetching.ids import BadId, parse_ids
from corpus.readers.base import Options
from indexer.folder import DataFolder, default_root
from search_api.cli import options, show
from search_api.cli.indexing import index_paths, indexed_json
from search_api.cli.options import Data, Json
from search_api.cli.progress import bar_and_line
from search_api.errors import check_count, check_text

if TYPE_CHECKING:
    from corpus.fetching.europepmc_service import EuropePmcService, Record
    from corpus.fetching.fetch import FetchProgress, FetchSummary, Wanted
    from corpus.fetching.folder import FetchedFolder

DEFAULT_LIMIT = 100
_TITLE = 60


def fetch(
    query: Annotated[str | None, typer.Argument(help="What to look for, in Europe PMC's search syntax.")] = None,
    ids: Annotated[
        Path | None, typer.Option("--ids", help="A file of PMCIDs, PMIDs and DOIs: one a line, or commas between.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help=f"How many articles at most (1..{MAX_ARTICLES}; {DEFAULT_LIMIT} of a query).")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Folder for the files (default: fetched/ in the data folder).")
    ] = None,
    data: Data = None,
    as_json: Json = False,
    any_access: Annotated[
        bool, typer.Option("--any-access", help="Ask for articles that are not open access too (title and abstract).")
    ] = False,
    full_text_only: Annotated[
        bool, typer.Option("--full-text-only", help="Leave out articles without open full text.")
    ] = False,
    no_index: Annotated[bool, typer.Option("--no-index", help="Fetch the files and do not index them.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be fetched, with its licence.")] = False,
    base_url: Annotated[
        str, typer.Option(envvar="CASETROVE_EUROPEPMC", help="Address of the service.")
    ] = PUBLIC_SERVICE,
    email: Annotated[
        str, typer.Option(envvar="CASETROVE_EMAIL", help="Your address, for the service's keepers to write to.")
    ] = "",
    rate: Annotated[float, typer.Option(help="Requests a second at most (up to 10).")] = 3.0,
) -> None:
    """Fetch open-access reports from Europe PMC and index them; run it again to go on where it stopped."""
    from corpus.fetching.europepmc_service import EuropePmcService
    from corpus.fetching.fetch import fetch as fetch_articles
    from corpus.fetching.folder import FetchedFolder
    from corpus.fetching.polite import PoliteClient

    wanted, bad = _wanted(query, ids, limit, any_access)
    settings = ServiceSettings(base_url=base_url, contact=email, requests_per_second=rate)
    home = DataFolder(data or default_root())
    folder = FetchedFolder(into or home.root / "fetched")
    with closing(EuropePmcService(PoliteClient(settings))) as service:
        if dry_run:
            _list(service, wanted, folder, bad, as_json)
            return
        with _fetching() as tell:
            summary = fetch_articles(service, wanted, folder, tell, full_text_only=full_text_only)
    had = summary.fetched + summary.already + (0 if full_text_only else summary.without_full_text)
    if not as_json:
        _print_summary(summary, folder.root, bad)
    indexed = index_paths(home, options.encoders, [folder.root], Options()) if had and not no_index else None
    if as_json:
        index = indexed_json(indexed) if indexed else None
        show.json_out({**_summary_json(summary, bad), "into": str(folder.root), "had": had, "index": index})
    elif indexed:
        show.ingest_summary(indexed.summary, indexed.built, home)
    if not had or summary.stopped or (indexed and not indexed.is_whole):
        raise typer.Exit(1)


def _wanted(query: str | None, ids: Path | None, limit: int | None, any_access: bool) -> tuple[Wanted, list[BadId]]:
    """What the arguments ask for, and the entries of the list that are no ids."""
    from corpus.fetching.fetch import Listed, Query

    if (query is None) == (ids is None):
        raise typer.BadParameter("give either a question or --ids FILE", param_hint="QUERY")
    if limit is not None:
        check_count(limit, "limit", MAX_ARTICLES)
    if ids is None:
        return Query(check_text(query or "", "query"), limit or DEFAULT_LIMIT, open_access=not any_access), []
    try:
        found, bad = parse_ids(ids.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"--ids {ids}: is not UTF-8 text (byte {error.start}): give a text file of ids") from error
    except OSError as error:
        raise NotFoundError(f"--ids {ids}: cannot be read ({error.strerror})") from error
    if not found:
        told = f"; line {bad[0].line}: {bad[0].text!r} {bad[0].reason}" if bad else ""
        raise UsageError(f"--ids {ids}: holds no PMCID, PMID or DOI{told}")
    if limit is None and len(found) > MAX_ARTICLES:
        raise UsageError(f"--ids {ids}: holds {len(found):,} ids, over the limit of {MAX_ARTICLES:,}: split it")
    return Listed(tuple(found[:limit])), bad


def _list(
    service: EuropePmcService, wanted: Wanted, folder: FetchedFolder, bad: Sequence[BadId], as_json: bool
) -> None:
    """What a run would fetch, and on what terms."""
    from corpus.fetching.fetch import FetchSummary, find

    summary = FetchSummary()
    articles = [_article_json(record, folder) for record in find(service, wanted, summary)]
    if as_json:
        show.json_out({**_summary_json(summary, bad), "articles": articles})
        return
    console = show.terminal()
    table = Table(title=f"{len(articles):,} of {summary.found:,} found", title_justify="left")
    for column in ("article", "year", "licence", "would come as", "title"):
        table.add_column(column)
    for article in articles:
        comes = "already there" if article["there"] else "full text" if article["full_text"] else "abstract"
        cells = (article["article"], article["year"] or "", article["licence"] or "not told", comes)
        table.add_row(*map(escape, cells), escape((article["title"] or "")[:_TITLE]))
    console.print(table)
    _print_troubles(summary, bad)


def _article_json(record: Record, folder: FetchedFolder) -> dict[str, Any]:
    return {
        "article": record.name,
        "title": record.title,
        "year": record.year,
        "doi": record.doi,
        "pmid": record.pmid,
        "licence": record.licence,
        "open_access": record.open_access,
        "full_text": record.open_access and record.pmcid is not None,
        "there": folder.holds(record) is not None,
    }


def _summary_json(summary: FetchSummary, bad: Sequence[BadId]) -> dict[str, Any]:
    return {**asdict(summary), "bad_ids": [asdict(entry) for entry in bad]}


def _print_summary(summary: FetchSummary, root: Path, bad: Sequence[BadId]) -> None:
    table = Table(title="Europe PMC", title_justify="left")
    counts = (
        ("found", summary.found), ("fetched", summary.fetched), ("already there", summary.already),
        ("without open full text", summary.without_full_text), ("failed", len(summary.failures)),
    )  # fmt: skip
    for name, _ in counts:
        table.add_column(name, justify="right")
    table.add_row(*(f"{count:,}" for _, count in counts))
    show.terminal().print(table)
    _print_troubles(summary, bad)
    if not summary.found:
        show.terminal().print("nothing found: try other words, or --any-access")
    show.terminal().print(f"the files are in {escape(str(root))}", soft_wrap=True)


def _print_troubles(summary: FetchSummary, bad: Sequence[BadId]) -> None:
    console = show.terminal()
    for entry in bad:
        console.print(
            f"[red]no id[/red] line {entry.line}: {escape(entry.text)} {escape(entry.reason)}", soft_wrap=True
        )
    for failure in summary.failures:
        console.print(f"[red]failed[/red] {escape(failure.article)}: {escape(failure.reason)}", soft_wrap=True)
    if summary.stopped:
        console.print(f"[red]stopped early[/red] {escape(summary.stopped)}", soft_wrap=True)


@contextmanager
def _fetching() -> Iterator[Callable[[FetchProgress], None]]:
    """A bar over the articles."""
    with bar_and_line() as (bar, line):
        task = bar.add_task("fetching", total=None, note="")

        def tell(progress: FetchProgress) -> None:
            note = f"articles, {progress.fetched:,} new with full text"
            bar.update(task, total=progress.total, completed=progress.done, note=note)
            line(f"fetching: {progress.done:,} of {progress.total:,} {note}")

        yield tell
