"""The pages of reports that were read from PDFs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Header, Path, Query, Response

from corpus.readers.pdf_pages import WIDTHS
from search_api.pages import Pages
from search_api.web.describing import files
from search_api.web.limits import Desk
from search_api.web.operations import Operations
from search_api.web.pages_schemas import MarkOut, MarksResponse, PageOut, PagesResponse
from search_api.web.parameters import Reading, ReportId
from search_api.web.problems import described

MOST_WAITING = 20
WITHIN_S = 30.0
"""Waiting and work together."""
_KEEP = "private, no-cache"  # to be asked for again, with the tag: the report may be gone, or the key
_PICTURE: dict[int | str, dict[str, Any]] = {
    **files(["image/png"]),
    304: {"description": "It is what the caller has (`If-None-Match`)"},
}
Number = Annotated[int, Path(ge=1, le=100_000, description="Counted from 1", examples=[1])]


def router(pages: Pages, desk: Desk) -> Operations:
    """The operations on pages. They are worked on at ``desk``, which has a place for each worker process."""
    routes = Operations(prefix="/v1/reports", tags=["reports"], responses=described(404, 422, 503))

    @routes.get("/{report_id:path}/pages", operation_id="listPages", summary="List the pages of a report's PDF")
    async def list_pages(report_id: ReportId) -> PagesResponse:
        """The pages of the PDF that the report's text was read from; 404 (`no-pages`) says why there are none."""
        found = await desk.run(lambda: pages.pages(report_id))
        return PagesResponse(pages=[PageOut(**asdict(page)) for page in found])

    @routes.get(
        "/{report_id:path}/pages/{number}/image",
        operation_id="showPage",
        response_class=Response,
        responses=_PICTURE,
        summary="Show a page",
    )
    async def show_page(
        report_id: ReportId,
        number: Number,
        width: Annotated[int, Query(ge=WIDTHS[0], le=WIDTHS[1], description="Pixels across", examples=[800])] = 800,
        if_none_match: Annotated[str, Header(description="Tags that the caller has", examples=['"a1b2"'])] = "",
    ) -> Response:
        """A picture of the page, drawn in a process of its own."""
        tag = f'"{await run_sync(pages.version, report_id, number, width)}"'
        headers = {"ETag": tag, "Cache-Control": _KEEP}
        if tag in (each.strip().removeprefix("W/") for each in if_none_match.split(",")):
            return Response(status_code=304, headers=headers)
        picture = await desk.run(lambda: pages.picture(report_id, number, width))
        return Response(picture, media_type="image/png", headers=headers)

    @routes.get(
        "/{report_id:path}/pages/{number}/marks",
        operation_id="markPage",
        responses=described(409),
        summary="Where a span stands on a page",
    )
    async def mark_page(
        report_id: ReportId,
        number: Number,
        start: Annotated[int, Query(ge=0, description="The first code point of the report's text", examples=[0])],
        end: Annotated[int, Query(ge=0, description="After the last code point", examples=[40])],
        reading: Reading = "",
    ) -> MarksResponse:
        """The rectangles of the characters that the span was read from, those of a line as one.

        409 (`changed-reading`) where the pages are of another ``reading`` than the span.
        """
        found = await desk.run(lambda: pages.marks(report_id, number, start, end, reading))
        marks = [MarkOut(**mark._asdict()) for mark in found.marks]
        return MarksResponse(page=found.page, marks=marks, reason=found.reason)

    return routes
