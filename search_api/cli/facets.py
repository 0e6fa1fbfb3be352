"""``casetrove facets``: by what a search can be narrowed, with counts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from corpus.amounts import counted
from search_api.cli import show
from search_api.cli.loading import opened
from search_api.cli.options import Data, Json
from search_api.cli.questions import LINE, Expand
from search_api.config import HYBRID, unexpanded
from search_api.json import facets_json
from search_api.retrieval.facets import Facets


def facets(
    query: Annotated[str, typer.Argument(help=f"As for search; without it all reports are counted. {LINE}")] = "",
    data: Data = None,
    as_json: Json = False,
    expand: Expand = True,
) -> None:
    """How many of the reports that a search considers are of each year, age, sex, treatment, section and kind."""
    found = opened(data).facets(query, system=HYBRID if expand else unexpanded(HYBRID))
    show.json_out(facets_json(found)) if as_json else _print(found)


def _print(found: Facets) -> None:
    console = show.terminal()
    table = Table("", "value", "reports", box=None, pad_edge=False, header_style="dim")
    for facet, values in found.facets.items():
        for at, each in enumerate(values):
            table.add_row("" if at else facet, escape(each.label), f"{each.reports:,}")
        if untold := found.unknown.get(facet):
            table.add_row("" if values else facet, "[dim]not told[/dim]", f"[dim]{untold:,}[/dim]")
    console.print(table)
    console.print(
        f"[dim]{counted(found.reports, 'report')} in {found.took_ms:.0f} ms, generation {found.generation}[/dim]"
    )
