"""Search and ask."""

from __future__ import annotations

from fastapi import APIRouter

from search_api.config import System
from search_api.json import Json, answer_json, search_json
from search_api.service import Service
from search_api.web.problems import described
from search_api.web.schemas import AskRequest, AskResponse, SearchRequest, SearchResponse


def router(service: Service) -> APIRouter:
    """The operations that answer from the served generation. They run in the thread pool, as all operations do."""
    routes = APIRouter(prefix="/v1", tags=["questions"], responses=described(413, 422, 503))

    @routes.post("/search", operation_id="search", response_model=SearchResponse, summary="Find passages")
    def search(request: SearchRequest) -> Json:
        """Ranked passages, each with its citation."""
        result = service.search(
            request.query, k=request.k, max_per_report=request.max_per_report, system=System(request.system)
        )
        return search_json(result)

    @routes.post("/ask", operation_id="ask", response_model=AskResponse, summary="Answer from the reports")
    def ask(request: AskRequest) -> Json:
        """The sentences that answer, letter for letter and cited; or that the reports hold no answer, and why."""
        return answer_json(service.ask(request.question, k=request.k))

    return routes
