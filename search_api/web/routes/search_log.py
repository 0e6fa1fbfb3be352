"""The search log: what was asked, of which state of the corpus, and what was found; and the same asked again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import chain, islice
from typing import Annotated

from fastapi import Depends, Path, Query
from fastapi.responses import Response, StreamingResponse

from search_api.closed import is_closed
from search_api.errors import NotWritableError
from search_api.replaying import compare, comparison_told, listed_again, news, news_told, replay
from search_api.result_list import ENDINGS, LIST_MEDIA_TYPES, ListFormat, list_file
from search_api.searches.appendix import APPENDIX_MEDIA_TYPES, AppendixFormat, appendix
from search_api.searches.model import By
from search_api.searches.shape import Json, run_json, whole_run_json
from search_api.service import Service
from search_api.web.asker import asker, owner
from search_api.web.bodies import answered, attached
from search_api.web.changing import from_here
from search_api.web.describing import files
from search_api.web.limits import Desk
from search_api.web.operations import Operations
from search_api.web.problems import described
from search_api.web.search_log_schemas import ComparisonOut, NewsOut, SearchPage, WholeSearchOut

_MOST = 100
_AT_A_TIME = 500
"""Searches that are told in one turn at the desk."""
_ID = "s000042"
Owner = Annotated[str | None, Depends(owner)]
SearchId = Annotated[str, Path(description="As the answer that was kept and the list give it", examples=[_ID])]


def router(service: Service, desk: Desk) -> Operations:
    """The operations on kept searches; all but a list, and what forgets, are worked on at ``desk``.

    Of a search that a request may not see they say what they say of one that is not there.
    """
    routes = Operations(prefix="/v1/searches", tags=["search log"])

    @routes.get(
        "",
        operation_id="listSearches",
        response_model=SearchPage,
        responses=described(404, 422),
        summary="List kept searches",
    )
    def list_searches(
        whose: Owner,
        after: Annotated[str, Query(description="An id: those older than it", examples=[_ID])] = "",
        limit: Annotated[int, Query(ge=1, le=_MOST, description="How many at most", examples=[50])] = 20,
    ) -> Json:
        """The newest first, page by page: ``next`` of a page is the ``after`` of the next one."""
        found = service.searches.newest(limit + 1, after, whose)
        is_more = len(found) > limit
        return {
            "searches": [run_json(run) for run in found[:limit]],
            "next": found[limit - 1].id if is_more else None,
        }

    @routes.get(
        "/report",
        operation_id="reportSearches",
        response_class=Response,
        responses={**files(APPENDIX_MEDIA_TYPES.values()), **described(404, 422, 503)},
        summary="Search strategies as a file",
    )
    async def report_searches(
        whose: Owner,
        form: Annotated[
            AppendixFormat, Query(alias="format", description="Of the file", examples=["csv"])
        ] = "markdown",
        ids: Annotated[
            list[str] | None,
            Query(alias="id", max_length=_MOST, description="In this order; none: all of them", examples=[[_ID]]),
        ] = None,
    ) -> Response:
        """The appendix of a review that tells how it was searched (PRISMA-S), the searches in the order of ``id``.

        Without ``id`` all that the request may see, the oldest first. In Markdown the last line says how many they are.
        """
        log = service.searches

        def begun() -> Iterator[bytes]:
            runs = iter([log.get(each, whose) for each in ids] if ids else log.each(whose))
            first = list(islice(runs, 1))  # a log that cannot be read is a problem, not a torn file
            return appendix(chain(first, runs), form)

        told = await desk.run(begun)

        async def parts() -> AsyncIterator[bytes]:
            while part := await desk.run(lambda: b"".join(islice(told, _AT_A_TIME))):
                yield part

        ending = "md" if form == "markdown" else form
        return StreamingResponse(parts(), headers=attached(f"searches.{ending}"), media_type=APPENDIX_MEDIA_TYPES[form])

    @routes.get(
        "/{search_id}",
        operation_id="getSearch",
        response_model=WholeSearchOut,
        responses=described(404, 422, 503),
        summary="Look up a kept search",
    )
    async def get_search(search_id: SearchId, whose: Owner) -> Response:
        """One search as it was asked, with what it found then."""
        return await answered(desk, lambda: whole_run_json(service.searches.get(search_id, whose)))

    @routes.delete(
        "/{search_id}",
        status_code=204,
        response_description="It is forgotten",
        operation_id="forgetSearch",
        dependencies=[Depends(from_here)],
        responses=described(403, 404, 422, 503),
        summary="Forget a kept search",
    )
    def forget_search(search_id: SearchId, whose: Owner) -> None:
        """Remove it from the log for good."""
        if is_closed(service.folder):
            raise NotWritableError(f"{service.folder.root}: this server cannot write there: it forgets nothing")
        service.searches.forget([service.searches.get(search_id, whose).id])

    @routes.post(
        "/{search_id}/replay",
        operation_id="replaySearch",
        response_model=ComparisonOut,
        dependencies=[Depends(from_here)],
        responses=described(403, 404, 409, 422, 503),
        summary="Ask again",
    )
    async def replay_search(
        search_id: SearchId,
        whose: Owner,
        by: Annotated[By, Depends(asker)],
        log: Annotated[
            bool, Query(description="Keep the new search, too, if the server keeps a log", examples=[False])
        ] = True,
    ) -> Response:
        """The same asked of today's corpus, held against what was found then, with reasons where they are known."""

        def work() -> Json:
            then = service.searches.get(search_id, whose)
            return comparison_told(service, replay(service, then.id, by, keeps=log))

        return await answered(desk, work)

    @routes.get(
        "/{search_id}/new",
        operation_id="newSince",
        response_model=NewsOut,
        responses=described(404, 409, 422, 503),
        summary="What is new since a search",
    )
    async def new_since(search_id: SearchId, whose: Owner) -> Response:
        """What the same search finds today in reports that were added or changed since, and what is gone."""

        def work() -> Json:
            return news_told(service, news(service, service.searches.get(search_id, whose).id))

        return await answered(desk, work)

    @routes.get(
        "/{search_id}/compare",
        operation_id="compareSearches",
        response_model=ComparisonOut,
        responses=described(404, 422, 503),
        summary="Compare two kept searches",
    )
    async def compare_searches(
        search_id: SearchId,
        whose: Owner,
        other: Annotated[str, Query(alias="with", description="The other, held against this", examples=["s000051"])],
    ) -> Response:
        """What either found that the other did not, and in what they differ."""

        def work() -> Json:
            one, two = (service.searches.get(each, whose).id for each in (search_id, other))
            return comparison_told(service, compare(service, one, two))

        return await answered(desk, work)

    @routes.get(
        "/{search_id}/export",
        operation_id="exportSearch",
        response_class=Response,
        responses={**files(LIST_MEDIA_TYPES.values()), **described(404, 422, 503)},
        summary="What a search found as a file",
    )
    async def export_search(
        search_id: SearchId,
        whose: Owner,
        form: Annotated[ListFormat, Query(alias="format", description="Of the file", examples=["csv"])] = "ris",
    ) -> Response:
        """The list of then, in its order; the header ``X-Left-Out`` counts places whose reports are gone."""

        def work() -> Response:
            items, left_out = listed_again(service, service.searches.get(search_id, whose))
            headers = {**attached(f"{search_id}.{ENDINGS[form]}"), "X-Left-Out": str(left_out)}
            return Response(list_file(items, form), media_type=LIST_MEDIA_TYPES[form], headers=headers)

        return await desk.run(work)

    return routes
