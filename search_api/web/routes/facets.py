"""By what a result can be narrowed."""

from __future__ import annotations

from fastapi import Response

from search_api.config import HYBRID, unexpanded
from search_api.json import Json, facets_json
from search_api.service import Service
from search_api.web.bodies import answered
from search_api.web.facets_schemas import FacetsRequest, FacetsResponse
from search_api.web.limits import Desk
from search_api.web.operations import Operations
from search_api.web.problems import described


def router(service: Service, desk: Desk) -> Operations:
    """The operation that counts; it is worked on at ``desk``, with the questions."""
    routes = Operations(prefix="/v1", tags=["questions"], responses=described(413, 422, 503))

    @routes.post("/facets", operation_id="facets", response_model=FacetsResponse, summary="Count what to narrow by")
    async def facets(request: FacetsRequest) -> Response:
        """How many of the reports found are of each year, age, sex, treatment, section and kind."""

        def work() -> Json:
            system = HYBRID if request.expand else unexpanded(HYBRID)
            return facets_json(service.facets(request.query, given=request.given(), system=system))

        return await answered(desk, work)

    return routes
