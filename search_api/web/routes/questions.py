"""Search, ask, patients alike, and evidence."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.responses import Response

from search_api.config import HYBRID, MAX_CONDITIONS, System, unexpanded
from search_api.evidence.choosing import Chosen
from search_api.evidence.table_model import EvidenceTable
from search_api.evidence_json import table_json
from search_api.exports import FILE_ENDINGS, FILE_MEDIA_TYPES, FileFormat, table_file
from search_api.json import Json, answer_json, search_json, similar_json
from search_api.result_list import ENDINGS, LIST_MEDIA_TYPES, Place, list_file
from search_api.searches.model import By
from search_api.service import Service
from search_api.web.asker import asker
from search_api.web.bodies import answered, attached
from search_api.web.describing import files
from search_api.web.limits import Desk
from search_api.web.operations import Operations
from search_api.web.problems import described
from search_api.web.request_schemas import AskRequest, Expanding, ListRequest, SearchRequest, Text
from search_api.web.schemas import AskResponse, SearchResponse
from search_api.web.similar_schemas import SimilarRequest, SimilarResponse
from search_api.web.table_schemas import EvidenceRequest, EvidenceResponse, TableFileRequest, TableRequest


def _several(description: str, example: str) -> Any:
    """A parameter that may be repeated."""
    return Query(max_length=MAX_CONDITIONS, description=description, examples=[[example]])


def router(service: Service, desk: Desk) -> Operations:
    """The operations that answer from the served generation.

    They are worked on at ``desk``.
    """
    routes = Operations(prefix="/v1", tags=["questions"], responses=described(413, 422, 503))

    @routes.post(
        "/search",
        operation_id="search",
        response_model=SearchResponse,
        responses=described(410),
        summary="Find passages",
    )
    async def search(request: SearchRequest, by: Annotated[By, Depends(asker)]) -> Response:
        """Ranked passages, each with its citation; `next` is the `cursor` of those that follow."""

        def work() -> Json:
            result = service.search(
                request.query,
                k=request.k,
                max_per_report=request.max_per_report,
                system=_asked_for(System(request.system), request),
                given=request.given(),
                explain=request.explain,
                duplicates=request.duplicates,
                cursor=request.cursor,
                by=by if request.log else None,
            )
            return search_json(result)

        return await answered(desk, work)

    @routes.post("/ask", operation_id="ask", response_model=AskResponse, summary="Answer from the reports")
    async def ask(request: AskRequest, by: Annotated[By, Depends(asker)]) -> Response:
        """The sentences that answer, letter for letter and cited; or that the reports hold no answer, and why."""

        def work() -> Json:
            answer = service.ask(
                request.question,
                k=request.k,
                system=_asked_for(HYBRID, request),
                given=request.given(),
                explain=request.explain,
                by=by if request.log else None,
            )
            return answer_json(answer)

        return await answered(desk, work)

    @routes.post(
        "/similar",
        operation_id="similar",
        response_model=SimilarResponse,
        responses=described(404),
        summary="Find similar patients",
    )
    async def similar(request: SimilarRequest) -> Response:
        """Reports with patients like the one told of, and what they share, deny and do not report."""

        def work() -> Json:
            found = service.similar(request.text, report_id=request.report_id, k=request.k, given=request.given())
            return similar_json(found)

        return await answered(desk, work)

    @routes.post(
        "/evidence", operation_id="evidence", response_model=EvidenceResponse, summary="Evidence table of a condition"
    )
    async def evidence(request: EvidenceRequest, by: Annotated[By, Depends(asker)]) -> Response:
        """What was given to whom for a condition, what came of it, and of how many; every cell with its place."""

        def work() -> Json:
            return table_json(_table(service, request, by if request.log else None))

        return await answered(desk, work)

    @routes.get(
        "/evidence/export",
        operation_id="exportEvidence",
        summary="Evidence table as a file",
        response_class=Response,
        responses=files(FILE_MEDIA_TYPES.values()),
    )
    async def export(
        question: Annotated[
            Text, Query(description="The condition, with conditions of the query line", examples=["gout age:>40"])
        ],
        form: Annotated[FileFormat, Query(alias="format", description="Of the file", examples=["csv"])] = "csv",
        treatment: Annotated[list[Text] | None, _several("Rows of these alone, or kinds of them", "colchicine")] = None,
        kind: Annotated[list[Text] | None, _several("Of treatments", "drug")] = None,
        status: Annotated[list[Text] | None, _several("Of the giving", "given")] = None,
        outcome: Annotated[list[Text] | None, _several("What came of it, in explicit words", "resolved")] = None,
        state: Annotated[list[Text] | None, _several("What the text tells of the treatment", "reported")] = None,
        sort: Annotated[
            Text, Query(description="The column; with - before it the other way round", examples=["-year"])
        ] = "treatment",
    ) -> Response:
        """The same as CSV, Markdown, JSON or XLSX, its articles as RIS, BibTeX or CSL-JSON: for a link to download."""

        def work() -> bytes:
            chosen = Chosen.read(kind or (), status or (), outcome or (), state or (), sort)
            return table_file(service, service.evidence(question, treatments=treatment or (), chosen=chosen), form)

        return _saved(await desk.run(work), form)

    @routes.post(
        "/evidence/export",
        operation_id="exportTable",
        summary="Evidence table of any question as a file",
        response_class=Response,
        responses=files(FILE_MEDIA_TYPES.values()),
    )
    async def export_table(request: TableFileRequest) -> Response:
        """The same for what is too long for an address, or comes beside the question. It is not kept as a search."""
        form = request.format
        return _saved(await desk.run(lambda: table_file(service, _table(service, request, None), form)), form)

    @routes.post(
        "/list/export",
        operation_id="exportList",
        response_class=Response,
        responses={**files(LIST_MEDIA_TYPES.values()), **described(404, 409)},
        summary="Result list as a file",
    )
    async def export_list(request: ListRequest) -> Response:
        """Any list of places, of hits, sentences, quotations or patients, for a reference manager or a spreadsheet.

        A place with its citation's ``reading`` has the words that were shown, though the report was read again since;
        409 (`changed-reading`) where they are kept no more.
        """

        def work() -> bytes:
            places = [Place(each.report_id, each.start, each.end, each.reading) for each in request.places]
            return list_file(service.listed(places), request.format)

        headers = attached(f"casetrove.{ENDINGS[request.format]}")
        content = await desk.run(work)
        return Response(content, media_type=LIST_MEDIA_TYPES[request.format], headers=headers)

    return routes


def _table(service: Service, request: TableRequest, by: By | None) -> EvidenceTable:
    return service.evidence(
        request.question,
        given=request.given(),
        treatments=request.treatments,
        chosen=Chosen.read(request.kinds, request.statuses, request.outcomes, request.states, request.sort),
        by=by,
    )


def _saved(content: bytes, form: FileFormat) -> Response:
    return Response(content, media_type=FILE_MEDIA_TYPES[form], headers=attached(f"evidence.{FILE_ENDINGS[form]}"))


def _asked_for(system: System, request: Expanding) -> System:
    return system if request.expand else unexpanded(system)
