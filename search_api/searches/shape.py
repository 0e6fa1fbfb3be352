"""A kept search as JSON: one shape for the command line and for HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from search_api.searches.model import Found, Run

Json = dict[str, Any]


def run_json(run: Run) -> Json:
    """What ``casetrove searches --json`` lists and ``GET /v1/searches`` answers for each search."""
    return {
        "id": run.id,
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
