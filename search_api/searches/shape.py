"""A kept search as JSON: one shape for the command line and for HTTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from search_api.searches.comparing import FATES, Change, Comparison, Difference, News
from search_api.searches.model import Found, Run

Json = dict[str, Any]
Titles = Mapping[str, str | None]
"""By report id."""


def run_json(run: Run) -> Json:
    """What ``casetrove searches --json`` lists and ``GET /v1/searches`` answers for each search."""
    return {
        "id": run.id or None,
        "at": run.at,
        "kind": run.kind,
        "line": run.line,
        "given": run.asked["given"],
        "settings": run.asked["settings"],
        **asdict(run.by),
        "corpus": asdict(run.corpus),
        "counts": asdict(run.counts),
        "conditions": list(run.told.conditions),
        "left_out_unknown": dict(run.told.left_out_unknown),
        "notices": list(run.told.notices),
        "reason": run.told.reason,
        "answerable": run.told.answerable,
        "took_ms": run.told.took_ms,
    }


def whole_run_json(run: Run) -> Json:
    """The same with what else was looked for and what was found: what ``show --json`` and the search's address tell."""
    places = [found_json(place, rank) for rank, place in enumerate(run.places, 1)]
    return {**run_json(run), "expansions": list(run.told.expansions), "places": places}


def found_json(place: Found, rank: int) -> Json:
    """A place that was found, with its rank from 1."""
    return {"rank": rank, **asdict(place)}


def comparison_json(held: Comparison, titles: Titles) -> Json:
    """What ``replay --json`` and ``compare --json`` print, and their addresses answer."""
    return {
        "then": run_json(held.then),
        "now": run_json(held.now),
        **{fate: held.count(fate) for fate in FATES},
        "differences": differences_json(held.differences),
        "changes": [change_json(each, titles) for each in held.changes],
    }


def news_json(told: News, titles: Titles) -> Json:
    """What ``new --json`` prints and its address answers."""
    return {
        "search": run_json(told.run),
        "corpus": asdict(told.now.corpus),
        "compared": told.compared,
        **{name: getattr(told, name) for name in ("reports_added", "reports_changed", "reports_removed")},
        **{
            name: [{"title": titles[place.report_id], **found_json(place, rank)} for rank, place in places]
            for name, places in (("added", told.added), ("changed", told.changed))
        },
        "gone": [change_json(each, titles) for each in told.gone],
        "differences": differences_json(told.differences),
        "notices": list(told.now.told.notices),
    }


def differences_json(found: Iterable[Difference]) -> list[Json]:
    """In what two searches differ."""
    return [asdict(each) for each in found]


def change_json(change: Change, titles: Titles) -> Json:
    """What became of one place, with the title of its report."""
    return {
        "fate": change.fate,
        "reason": change.reason,
        "rank_then": change.then,
        "rank_now": change.now,
        "title": titles[change.place.report_id],
        **asdict(change.place),
    }
