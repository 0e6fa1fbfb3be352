"""``casetrove searches``: what was searched before."""

from __future__ import annotations

from typing import Annotated

import typer

from search_api.cli import searches_shown, show
from search_api.cli.options import Data, Json, data_folder, for_pasting
from search_api.errors import check_count
from search_api.searches.shape import run_json, whole_run_json
from search_api.searches.store import Searches

app = typer.Typer()
Id = Annotated[str, typer.Argument(help="The search's id, as `casetrove searches` lists it.")]


@app.callback(invoke_without_command=True)
@for_pasting
def searches(
    context: typer.Context,
    data: Data = None,
    as_json: Json = False,
    limit: Annotated[int, typer.Option(help="How many (1..100000).")] = 20,
    after: Annotated[str, typer.Option(help="Those older than the search with this id.")] = "",
) -> None:
    """The searches that were kept, the newest first."""
    if context.invoked_subcommand is not None:
        return
    found = Searches(data_folder(data).searches).newest(check_count(limit, "limit", 100_000), after)
    if as_json:
        show.json_out([run_json(run) for run in found])
    else:
        searches_shown.listed(found)


@app.command("show")
@for_pasting
def show_search(search_id: Id, data: Data = None, as_json: Json = False) -> None:
    """One search: what was asked, of which state of the corpus, and what was found."""
    run = Searches(data_folder(data).searches).get(search_id)
    show.json_out(whole_run_json(run)) if as_json else searches_shown.whole(run)
