"""The search log: what was asked, of which state of the corpus, and what was found."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from search_api.searches.shape import Json, run_json, whole_run_json
from search_api.service import Service
from search_api.web.operations import Operations
from search_api.web.problems import described
from search_api.web.search_log_schemas import SearchPage, WholeSearchOut


def router(service: Service) -> Operations:
    """The operations on kept searches."""
    routes = Operations(prefix="/v1/searches", tags=["search log"])

    @routes.get(
        "",
        operation_id="listSearches",
        response_model=SearchPage,
        responses=described(404, 422),
        summary="List kept searches",
    )
    def list_searches(after: str = "", limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Json:
        """The newest first; ``after`` is an id, and those older than it are listed."""
        found = service.searches.newest(limit + 1, after)
        is_more = len(found) > limit
        return {
            "searches": [run_json(run) for run in found[:limit]],
            "next": found[limit - 1].id if is_more else None,
        }

    @routes.get(
        "/{search_id}",
        operation_id="getSearch",
        response_model=WholeSearchOut,
        responses=described(404),
        summary="Look up a kept search",
    )
    def get_search(search_id: str) -> Json:
        """One search as it was asked, with what it found then."""
        return whole_run_json(service.searches.get(search_id))

    return routes
