"""The library as a whole: its generations, what could not be read, and what may be one article twice."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import anyio
from fastapi import Depends, Path, Query, Response
from starlette.concurrency import run_in_threadpool

from corpus.errors import CasetroveError
from corpus.journal import Attempt
from corpus.overlap import SuspicionKind
from indexer.history import Listed, generations
from indexer.manifest import other_readings
from search_api.json import Json
from search_api.library import Library
from search_api.overlaps import PLACE, Overlaps, following, place_of, suspicion_json
from search_api.service import Service
from search_api.web.bodies import answered
from search_api.web.changing import WAIT_S, from_here, job_ref, job_url, rebuild_out, settled
from search_api.web.library_schemas import (
    DecisionRequest,
    DecisionResponse,
    DuplicatesResponse,
    FailurePage,
    GenerationOut,
    GenerationPage,
    ReadFailureOut,
    ServedOut,
)
from search_api.web.limits import Desk
from search_api.web.operations import Operations
from search_api.web.parameters import Wait
from search_api.web.problems import described

_LOOK_S = 0.25
_FOLLOWS: dict[int | str, dict[str, Any]] = {202: {"model": DecisionResponse, "description": "Kept; the index follows"}}


def router(service: Service, library: Library, overlaps: Overlaps, desk: Desk) -> Operations:
    """The operations on the library; pairs of reports are told at ``desk``."""
    routes = Operations(prefix="/v1", tags=["library"])

    @routes.get("/generations", operation_id="listGenerations", responses=described(503), summary="List generations")
    def list_generations() -> GenerationPage:
        """Every state of the index on disk, the newest first: what it holds, which is served, which can be."""
        listed = [_generation(each, service) for each in generations(service.folder)]
        return GenerationPage(generations=listed, passed_over=service.folder.passed_over())

    @routes.post(
        "/generations/{number}/serve",
        operation_id="serveGeneration",
        dependencies=[Depends(from_here)],
        responses=described(403, 404, 409, 422, 503, 507),
        summary="Serve another generation",
    )
    def serve_generation(
        number: Annotated[int, Path(ge=1, le=10**9, description="As the list of generations gives it", examples=[7])],
    ) -> ServedOut:
        """Go back to an older generation, or forward again. It is served until the next change of the corpus."""
        served = library.serve(number)
        return ServedOut(
            generation=served.generation,
            created=served.created,
            reports=served.reports,
            passages=served.passages,
            passed_over=service.folder.passed_over(),
        )

    @routes.get("/failures", operation_id="listFailures", responses=described(422), summary="List unreadable files")
    def list_failures(
        after: Annotated[
            str, Query(description="The `next` of the page before", examples=["/reports/broken.pdf\n"])
        ] = "",
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most", examples=[100])] = 100,
    ) -> FailurePage:
        """The files, and records of files, that could not be read, with their reasons, by path."""
        path, _, record = after.rpartition("\n")
        found = list(service.catalog.failures_after(path, record, limit + 1).items())
        page = [_failure(number, attempt, service) for number, attempt in found[:limit]]
        more = f"{page[-1].path}\n{page[-1].record}" if len(found) > limit else None
        return FailurePage(failures=page, total=service.catalog.failure_count(), next=more)

    @routes.delete(
        "/failures/{failure_id}",
        status_code=204,
        response_description="It is forgotten",
        operation_id="forgetFailure",
        dependencies=[Depends(from_here)],
        responses=described(403, 404, 422, 503, 507),
        summary="Forget a failure",
    )
    def forget_failure(
        failure_id: Annotated[int, Path(ge=1, le=10**15, description="As their list gives it", examples=[12])],
    ) -> None:
        """Let the failure go. A file that is read again, and fails again, is listed again, under another id."""
        library.forget_failure(failure_id)

    @routes.get(
        "/duplicates",
        operation_id="listDuplicates",
        response_model=DuplicatesResponse,
        responses=described(422, 503),
        summary="List suspected duplicates",
    )
    async def list_duplicates(
        kind: Annotated[
            list[SuspicionKind] | None, Query(description="Only of these kinds", examples=[["same article"]])
        ] = None,
        after: Annotated[
            str,
            Query(
                pattern=PLACE,
                description="The `next` of the page before",
                examples=["0.97:cr-0123456789ab:cr-ba9876543210"],
            ),
        ] = "",
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most", examples=[100])] = 100,
        wait: Annotated[
            float, Query(ge=0, le=60, description="For how many seconds to wait for the comparison", examples=[5])
        ] = WAIT_S,
    ) -> Response:
        """Pairs of reports that may be the same article or tell of the same patient, with the reasons.

        All reports are compared when the catalog has changed since the last time, in the background. Pairs that are
        decided between two pages are left out of what follows, and no other is passed over or told twice; a comparison
        that ends between them may reckon pairs anew, and tell some again or pass some over.
        """
        end = anyio.current_time() + wait
        found = await run_in_threadpool(overlaps.look)
        while found.comparing and (left := end - anyio.current_time()) > 0:
            await anyio.sleep(min(_LOOK_S, left))
            found = await run_in_threadpool(overlaps.look)
        pairs = [each for each in found.pairs if not kind or each.kind in kind]
        rest = following(pairs, after) if after else pairs

        def work() -> Json:
            return {
                "pairs": [suspicion_json(service.catalog, each) for each in rest[:limit]],
                "total": len(pairs),
                "next": place_of(rest[limit - 1]) if len(rest) > limit else None,
                "comparing": found.comparing,
                "done": found.done,
                "of": found.total,
            }

        return await answered(desk, work)

    @routes.post(
        "/duplicates",
        operation_id="decideDuplicate",
        dependencies=[Depends(from_here)],
        responses={**_FOLLOWS, **described(403, 404, 413, 422, 503, 507)},
        summary="Decide whether two reports are one",
    )
    async def decide(request: DecisionRequest, response: Response, wait: Wait = WAIT_S) -> DecisionResponse:
        """Merge two reports of one article, or keep two apart for good; a source can be parted from its report, too."""
        wanted, job = await run_in_threadpool(
            lambda: library.decide(request.one, request.other, same=request.decision == "same")
        )
        if job is not None:
            job = await settled(library, job, wait)
            response.status_code = 202
            response.headers["Location"] = job_url(job)
        rebuild = await run_in_threadpool(rebuild_out, library)
        return DecisionResponse(
            one=wanted.one,
            other=wanted.other,
            decision=request.decision,
            job=None if job is None else job_ref(job),
            rebuild=rebuild,
        )

    return routes


def _generation(listed: Listed, service: Service) -> GenerationOut:
    manifest, problem, remedy = listed.manifest, listed.problem, listed.remedy
    if manifest is not None:
        try:
            if other := other_readings(manifest):
                raise CasetroveError(f"it was built with another {' and another '.join(other)} than this program has")
            service.encoders.of(manifest.encoder_fingerprint)
        except CasetroveError as error:
            problem = service.folder.spelled(str(error))
    known: dict[str, Any] = dict.fromkeys(("created", "reports", "passages", "segments", "encoder", "changes"))
    if manifest is not None:
        known = {name: getattr(manifest, name) for name in known}
        known |= {"segments": len(manifest.segments), "changes": manifest.changes and asdict(manifest.changes)}
    return GenerationOut(
        number=listed.number,
        served=listed.served,
        servable=problem is None,
        held=listed.held,
        bytes=listed.bytes,
        own_bytes=listed.own_bytes,
        problem=problem,
        remedy=remedy,
        **known,
    )


def _failure(number: int, attempt: Attempt, service: Service) -> ReadFailureOut:
    return ReadFailureOut(
        id=number,
        at=attempt.at,
        path=attempt.path,
        record=attempt.record,
        bytes=attempt.bytes,
        reader=attempt.reader,
        code=attempt.code,
        reason=service.folder.spelled(attempt.reason),
    )
