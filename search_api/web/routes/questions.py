"""Search, ask, patients alike, and evidence."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query
from fastapi.responses import Response

from search_api.config import HYBRID, MAX_CONDITIONS, System, unexpanded
from search_api.evidence.choosing import Chosen
from search_api.evidence_json import table_json
from search_api.exports import FILE_ENDINGS, FILE_MEDIA_TYPES, FileFormat, table_file
from search_api.json import Json, answer_json, search_json, similar_json
from search_api.result_list import ENDINGS, LIST_MEDIA_TYPES, Place, list_file
from search_api.service import Service
from search_api.web.problems import described
from search_api.web.request_schemas import AskRequest, Expanding, ListRequest, SearchRequest, Text
from search_api.web.schemas import AskResponse, SearchResponse
from search_api.web.similar_schemas import SimilarRequest, SimilarResponse
from search_api.web.table_schemas import EvidenceRequest, EvidenceResponse

_LIST: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {kind: {} for kind in LIST_MEDIA_TYPES.values()}}
}


def router(service: Service, at_once: CapacityLimiter) -> APIRouter:
    """The operations that answer from the served generation.

    As many are worked on ``at_once`` as there are cores, the others wait in the order of their coming: more at once
    would only take turns at the same cores, and each answer would wait for all of them.
    """
    routes = APIRouter(prefix="/v1", tags=["questions"], responses=described(413, 422, 503))

    @routes.post("/search", operation_id="search", response_model=SearchResponse, summary="Find passages")
    async def search(request: SearchRequest) -> Json:
        """Ranked passages, each with its citation."""

        def work() -> Json:
            result = service.search(
                request.query,
                k=request.k,
                max_per_report=request.max_per_report,
                system=_asked_for(System(request.system), request),
                given=request.given(),
                explain=request.explain,
                duplicates=request.duplicates,
            )
            return search_json(result)

        return await run_sync(work, limiter=at_once)

    @routes.post("/ask", operation_id="ask", response_model=AskResponse, summary="Answer from the reports")
    async def ask(request: AskRequest) -> Json:
        """The sentences that answer, letter for letter and cited; or that the reports hold no answer, and why."""

        def work() -> Json:
            answer = service.ask(
                request.question,
                k=request.k,
                system=_asked_for(HYBRID, request),
                given=request.given(),
                explain=request.explain,
            )
            return answer_json(answer)

        return await run_sync(work, limiter=at_once)

    @routes.post(
        "/similar",
        operation_id="similar",
        response_model=SimilarResponse,
        responses=described(404),
        summary="Find similar patients",
    )
    async def similar(request: SimilarRequest) -> Json:
        """Reports with patients like the one told of, and what they share, deny and do not report."""

        def work() -> Json:
            found = service.similar(request.text, report_id=request.report_id, k=request.k, given=request.given())
            return similar_json(found)

        return await run_sync(work, limiter=at_once)

    @routes.post(
        "/evidence", operation_id="evidence", response_model=EvidenceResponse, summary="Evidence table of a condition"
    )
    async def evidence(request: EvidenceRequest) -> Json:
        """What was given to whom for a condition, what came of it, and of how many; every cell with its place."""

        def work() -> Json:
            chosen = Chosen.read(request.kinds, request.statuses, request.outcomes, request.states, request.sort)
            table = service.evidence(
                request.question, given=request.given(), treatments=request.treatments, chosen=chosen
            )
            return table_json(table)

        return await run_sync(work, limiter=at_once)

    @routes.get(
        "/evidence/export", operation_id="exportEvidence", summary="Evidence table as a file", response_class=Response
    )
    async def export(
        question: Annotated[Text, Query(description="The condition, with conditions of the query line")],
        form: Annotated[FileFormat, Query(alias="format")] = "csv",
        treatment: Annotated[list[Text] | None, Query(max_length=MAX_CONDITIONS)] = None,
        kind: Annotated[list[Text] | None, Query(max_length=MAX_CONDITIONS)] = None,
        status: Annotated[list[Text] | None, Query(max_length=MAX_CONDITIONS)] = None,
        outcome: Annotated[list[Text] | None, Query(max_length=MAX_CONDITIONS)] = None,
        state: Annotated[list[Text] | None, Query(max_length=MAX_CONDITIONS)] = None,
        sort: Text = "treatment",
    ) -> Response:
        """The same as CSV, Markdown, JSON or XLSX, its articles as RIS, BibTeX or CSL-JSON: for a link to download."""

        def work() -> bytes:
            chosen = Chosen.read(kind or (), status or (), outcome or (), state or (), sort)
            return table_file(service, service.evidence(question, treatments=treatment or (), chosen=chosen), form)

        headers = {"Content-Disposition": f'attachment; filename="evidence.{FILE_ENDINGS[form]}"'}
        return Response(await run_sync(work, limiter=at_once), media_type=FILE_MEDIA_TYPES[form], headers=headers)

    @routes.post(
        "/list/export",
        operation_id="exportList",
        response_class=Response,
        responses={**_LIST, **described(404)},
        summary="Result list as a file",
    )
    async def export_list(request: ListRequest) -> Response:
        """Any list of places, of hits, sentences, quotations or patients, for a reference manager or a spreadsheet."""

        def work() -> bytes:
            places = [Place(each.report_id, each.start, each.end) for each in request.places]
            return list_file(service.listed(places), request.format)

        headers = {"Content-Disposition": f'attachment; filename="casetrove.{ENDINGS[request.format]}"'}
        content = await run_sync(work, limiter=at_once)
        return Response(content, media_type=LIST_MEDIA_TYPES[request.format], headers=headers)

    return routes


def _asked_for(system: System, request: Expanding) -> System:
    return system if request.expand else unexpanded(system)
