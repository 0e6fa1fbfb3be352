"""``casetrove duplicates``: suspected overlaps between reports, with reasons, and what a person decides of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.padding import Padding

from corpus.amounts import counted
from corpus.catalog import Catalog
from corpus.errors import UsageError
from corpus.overlap import SUSPICION_KINDS, Suspicion, suspects
from indexer.build import build
from indexer.folder import DataFolder, default_root
from search_api.cli import options, show
from search_api.cli.options import Data, Json
from search_api.cli.progress import bar_and_line, building
from search_api.errors import check_count
from search_api.overlaps import carry_out, decision, suspect_json, suspicion_json

_MOST = 100_000
_AUTHORS = 3


def duplicates(
    data: Data = None,
    as_json: Json = False,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help=f"Only: {', '.join(SUSPICION_KINDS)}. May be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(help=f"How many at most (1..{_MOST:,}).")] = 50,
    linked: Annotated[bool, typer.Option("--all", help="Also pairs whose relation is known already.")] = False,
    same: Annotated[
        tuple[str, str] | None, typer.Option("--same", help="Decide: the second id is the first one's article too.")
    ] = None,
    different: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--different", help="Decide: the two are different; of one report, its id and the source to part from it."
        ),
    ] = None,
) -> None:
    """Reports that may be the same article or tell of the same patient, for a person to decide."""
    if same and different:
        raise UsageError("--same and --different: give one decision at a time")
    if same or different:
        _decide(data, as_json, same or different or ("", ""), bool(same))
        return
    kinds = _kinds(kind)
    check_count(limit, "limit", _MOST)
    catalog = options.open_catalog(data)
    with _comparing() as tell:
        found = [each for each in suspects(catalog, linked=linked, on_progress=tell) if each.kind in kinds]
    if as_json:
        show.json_out([suspicion_json(catalog, each) for each in found[:limit]])
    else:
        _show(catalog, found, limit)


def _kinds(given: Sequence[str] | None) -> Sequence[str]:
    for name in given or ():
        if name not in SUSPICION_KINDS:
            raise UsageError(f"--kind {name!r}: must be one of {', '.join(SUSPICION_KINDS)}")
    return given or SUSPICION_KINDS


def _decide(data: Path | None, as_json: bool, pair: tuple[str, str], same: bool) -> None:
    """Keep the decision; merged reports leave the index at once."""
    folder = DataFolder(data or default_root())
    with folder.lock():
        catalog = options.open_catalog(data)
        wanted = decision(catalog, *pair, same=same)
        one, other = wanted.one, carry_out(catalog, wanted)
        if wanted.verdict != "apart":
            with building() as show_stage:
                build(folder, catalog, options.encoders(folder).preferred(), on_progress=show_stage)
    if as_json:
        show.json_out({"one": one, "other": other, "same": same})
    elif same:
        typer.echo(f"{other} is merged into {one}, which keeps the sources of both")
    else:
        typer.echo(f"{one} and {other} are kept apart and no longer suspected")


def _show(catalog: Catalog, found: Sequence[Suspicion], limit: int) -> None:
    console = show.terminal()
    for suspicion in found[:limit]:
        console.print(f"[bold]{suspicion.kind}[/bold]  (score {suspicion.score:.2f})")
        for report_id in (suspicion.one_id, suspicion.other_id):
            about = suspect_json(catalog, report_id)
            name = about["title"] or f"{about['opening']}…"
            console.print(Padding(f"{escape(report_id)}  {escape(name)}", (0, 0, 0, 2)))
            console.print(Padding(escape(_origin(about)), (0, 0, 0, 6)))
        for reason in suspicion.reasons:
            console.print(Padding(f"- {escape(reason)}", (0, 0, 0, 4)))
        console.print()
    if not found:
        console.print("no suspected overlap")
        return
    shown = f", {limit} shown (--limit)" if len(found) > limit else ""
    console.print(f"{counted(len(found), 'suspected overlap')}{shown}")
    console.print("decide with: casetrove duplicates --same ID ID, or --different ID ID")


def _origin(about: dict[str, Any]) -> str:
    """Authors, year and sources in one line."""
    names = about["authors"][:_AUTHORS] + (["et al."] if len(about["authors"]) > _AUTHORS else [])
    facts = [", ".join(names), str(about["year"] or ""), about["doi"] or about["pmid"] or about["pmcid"] or ""]
    return "; ".join([fact for fact in facts if fact] + [", ".join(about["sources"])])


@contextmanager
def _comparing() -> Iterator[Callable[[int, int], None]]:
    with bar_and_line() as (bar, line):
        task = bar.add_task("comparing", total=None, note="reports")

        def tell(done: int, total: int) -> None:
            bar.update(task, total=total, completed=done)
            line(f"comparing: {done:,} of {counted(total, 'report')}")

        yield tell
