"""Reports: list, look up, read, send in, take out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from fastapi import Depends, File, Query, Request, Response, UploadFile
from starlette.concurrency import run_in_threadpool

from corpus.catalog import Catalog, Entry, Stored
from corpus.errors import ReadError
from corpus.kind_cues import Kind
from corpus.model import Bibliography, Location, Span
from search_api.about import about
from search_api.errors import check_span
from search_api.jobs import Uploaded
from search_api.json import about_json, bibliography_json, cases_json
from search_api.library import Library
from search_api.service import Service
from search_api.uploads import Upload
from search_api.web.changing import (
    WAIT_S,
    from_here,
    job_ref,
    job_url,
    rebuild_out,
    settled,
    uploaded_out,
)
from search_api.web.evidence_schemas import CasesResponse
from search_api.web.job_schemas import DeleteResponse, UploadResponse
from search_api.web.limits import Desk
from search_api.web.operations import Operations
from search_api.web.parameters import Reading, ReportId, Wait
from search_api.web.problems import described, problem
from search_api.web.report_schemas import (
    BibliographyOut,
    KindOut,
    LocationOut,
    ReferenceOut,
    ReportOut,
    ReportPage,
    ReportSummary,
    SectionOut,
    SourceOut,
    TextOut,
)
from search_api.web.schemas import Extent, FieldError, LinkOut


def router(service: Service, library: Library, desk: Desk) -> Operations:
    """The operations on reports. An id may hold slashes, so it is matched as a path.

    Words are looked for at ``desk``, in what is known of every report.
    """
    routes = Operations(prefix="/v1/reports", tags=["reports"])

    @routes.get("", operation_id="listReports", responses=described(422, 503), summary="List reports")
    async def list_reports(
        after: Annotated[str, Query(description="The `next` of the page before", examples=["cr-0123456789ab"])] = "",
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most", examples=[100])] = 100,
        find: Annotated[
            str,
            Query(
                max_length=200,
                description="Words in the title, authors, identifiers or source of a report",
                examples=["gout 2019"],
            ),
        ] = "",
    ) -> ReportPage:
        """Reports by id, a page at a time; with ``find`` those of which all its words are told."""

        def work() -> ReportPage:
            found = service.catalog.find(find) if find.strip() else None
            entries = service.catalog.entries(after, limit + 1, found)
            page = entries[:limit]
            more = page[-1].report_id if len(entries) > limit else None
            kinds = service.kinds([entry.report_id for entry in page])
            total = service.catalog.count() if found is None else len(found)
            return ReportPage(reports=[_summary(entry, kinds) for entry in page], total=total, next=more)

        return await (desk.run(work) if find.strip() else run_in_threadpool(work))

    @routes.get(
        "/{report_id:path}/text",
        operation_id="readText",
        responses=described(404, 409, 422),
        summary="Read a report's text",
    )
    def read_text(
        report_id: ReportId,
        start: Annotated[int, Query(ge=0, description="The first code point", examples=[0])] = 0,
        end: Annotated[
            int | None, Query(ge=0, description="After the last code point; by default the text's end", examples=[40])
        ] = None,
        reading: Reading = "",
    ) -> TextOut:
        """A slice of the text that hits and answers point into, and where it stands in the source.

        409 (`changed-reading`) where the text of this ``reading`` is kept no more.
        """
        stored = service.reading(report_id, reading)
        length = len(stored.report.text)
        span = check_span(start, end, length)
        return TextOut(
            report_id=report_id,
            start=span.start,
            end=span.end,
            length=length,
            reading=stored.reading,
            text=span.of(stored.report.text),
            locations=_locations(stored, span),
        )

    @routes.get(
        "/{report_id:path}/cases",
        operation_id="readCases",
        responses=described(404, 503),
        summary="What was given to a report's patients",
    )
    def read_cases(report_id: ReportId) -> CasesResponse:
        """The report's patients: what was given to each and what came of it, every cell with its place in the text."""
        return CasesResponse(**cases_json(service.cases(report_id)))

    @routes.get("/{report_id:path}", operation_id="getReport", responses=described(404), summary="Look up a report")
    def get_report(report_id: ReportId) -> ReportOut:
        """What a report is and how it is made up: its bibliography, kind, sections, references, sources and notices."""
        return _report(service.reading(report_id), service.catalog)

    @routes.post(
        "",
        status_code=202,
        operation_id="uploadReports",
        dependencies=[Depends(from_here)],
        response_model=UploadResponse,
        responses=described(403, 413, 422, 503, 507),
        summary="Send in reports",
    )
    async def upload_reports(
        request: Request,
        response: Response,
        files: Annotated[
            list[UploadFile], File(min_length=1, description="Reports and bibliographies: see docs/formats.md")
        ],
        wait: Wait = WAIT_S,
    ) -> UploadResponse | Response:
        """Read each file into the catalog, then index them, in the background; the answer waits for the reading only.

        Once accepted, files are not lost, though the server be killed. A file that cannot be read does not keep the
        others out. If none can, and that is known in time, the request is refused.
        """
        job = await run_in_threadpool(library.upload, _received(files))
        job = await settled(library, job, wait)
        if job.is_unreadable:
            return _refused(request, job.outcomes)
        response.headers["Location"] = job_url(job)
        outcomes = [uploaded_out(each) for each in job.outcomes] if job.is_settled else []
        rebuild = await run_in_threadpool(rebuild_out, library)
        return UploadResponse(job=job_ref(job), files=outcomes, rebuild=rebuild)

    @routes.delete(
        "/{report_id:path}",
        status_code=202,
        operation_id="deleteReport",
        dependencies=[Depends(from_here)],
        responses=described(403, 404, 422, 503, 507),
        summary="Take out a report",
    )
    async def delete_report(response: Response, report_id: ReportId, wait: Wait = WAIT_S) -> DeleteResponse:
        """Take a report out of the catalog, as soon as what was asked before is done, and out of the index."""
        job = await run_in_threadpool(library.delete, report_id)
        job = await settled(library, job, wait)
        response.headers["Location"] = job_url(job)
        rebuild = await run_in_threadpool(rebuild_out, library)
        return DeleteResponse(report_id=report_id, job=job_ref(job), rebuild=rebuild)

    return routes


def _received(files: list[UploadFile]) -> Iterator[Upload]:
    """The files one after another, so that only one is held in memory."""
    for file in files:
        yield Upload(file.filename or "", file.file.read())


def _refused(request: Request, outcomes: Sequence[Uploaded]) -> Response:
    """The answer where not one file could be read: each is named with its reasons."""
    failures = [(uploaded.name, failure) for uploaded in outcomes for failure in uploaded.failures]
    codes = {failure.code for _, failure in failures}
    return problem(
        request.scope,
        422,
        codes.pop() if len(codes) == 1 else ReadError.code,
        "; ".join(failure.reason for _, failure in failures),
        title="No file could be read",
        errors=[FieldError(field=name, message=failure.reason) for name, failure in failures],
    )


def _bibliography(facts: Bibliography) -> BibliographyOut:
    return BibliographyOut(**bibliography_json(facts))


def _summary(entry: Entry, kinds: Mapping[str, Kind]) -> ReportSummary:
    return ReportSummary(
        report_id=entry.report_id,
        title=entry.bibliography.title,
        opening=None if entry.bibliography.title else entry.opening,
        year=entry.bibliography.year,
        kind=kinds.get(entry.report_id),
        bibliography=_bibliography(entry.bibliography),
        sources=list(entry.sources),
        reader=entry.reader,
        length=entry.length,
        added=entry.added,
    )


def _extent(span: Span) -> Extent:
    return Extent(start=span.start, end=span.end)


def _report(stored: Stored, catalog: Catalog) -> ReportOut:
    report = stored.report
    known = about_json(about(catalog, stored))
    return ReportOut(
        report_id=stored.report_id,
        revision=stored.revision,
        reading=stored.reading,
        bibliography=_bibliography(report.bibliography),
        opening=known["opening"],
        links=known["links"],
        kind=KindOut(**known["kind"]),
        related=[LinkOut(**link) for link in known["related"]],
        sources=[SourceOut(**source) for source in known["sources"]],
        reader=report.reader,
        length=len(report.text),
        sections=[
            SectionOut(
                kind=section.kind,
                heading=_extent(section.heading) if section.heading else None,
                start=section.body.start,
                end=section.body.end,
            )
            for section in report.sections
        ],
        references=[
            ReferenceOut(start=item.span.start, end=item.span.end, text=item.span.of(report.text), doi=item.doi)
            for item in report.references
        ],
        sentences=len(report.sentences),
    )


def _locations(stored: Stored, span: Span) -> list[LocationOut]:
    return [
        LocationOut(kind=item.kind, label=_label(stored, item), start=item.start, end=item.end)
        for item in stored.report.source_map.locate(span)
    ]


def _label(stored: Stored, location: Location) -> str:
    """A line's number is counted here: a text is one part, so offsets in the part are offsets in the raw text."""
    if location.kind != "line":
        return location.label
    first = stored.report.raw.count("\n", 0, location.start) + 1
    last = first + stored.report.raw.count("\n", location.start, location.end)
    return str(first) if first == last else f"{first}-{last}"
