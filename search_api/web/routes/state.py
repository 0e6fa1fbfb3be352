"""How the server is: what it serves, whether it lives, whether it is ready."""

from __future__ import annotations

from fastapi import Request, Response

from corpus.errors import CasetroveError
from indexer.errors import GenerationError
from indexer.manifest import Manifest
from search_api.library import Library
from search_api.service import Service
from search_api.web.changing import rebuild_out
from search_api.web.health import ASK_ELSEWHERE, ReadyOut, ready
from search_api.web.limits import Desk
from search_api.web.operations import Operations
from search_api.web.problems import described, problem
from search_api.web.report_schemas import CatalogOut, EncoderOut, IndexOut, ManifestOut, StatusOut


def router(service: Service, library: Library, desk: Desk) -> Operations:
    """The operations for those who run the server."""
    routes = Operations(tags=["state"])

    @routes.get("/v1/index", operation_id="getIndex", summary="What is served")
    def get_index(request: Request) -> IndexOut:
        """The served generation and the state of the indexing; also while there is no generation yet."""
        rebuild = rebuild_out(library)  # first: once that says that nothing is being built, what was is served
        served: Manifest | None = None
        reason: str | None = None
        try:
            served = service.live.pin().manifest
        except GenerationError as error:
            reason = service.folder.spelled(str(error))
        return IndexOut(
            generation=served.generation if served else None,
            reports=served.reports if served else 0,
            passages=served.passages if served else 0,
            encoder=_encoder(served, service),
            manifest=_manifest(served) if served else None,
            reason=reason,
            catalog=CatalogOut(reports=service.catalog.count(), failures=service.catalog.failure_count()),
            rebuild=rebuild,
            may=list(request.state.may),
        )

    @routes.get("/healthz", operation_id="isAlive", summary="The process is alive")
    async def is_alive() -> StatusOut:  # in the loop itself: it waits for no thread that others hold
        """Always ok: that it answers is the answer."""
        return StatusOut(status="ok")

    @routes.get(
        "/readyz",
        operation_id="isReady",
        response_model=ReadyOut,
        responses=described(503),
        summary="Ready to answer questions",
    )
    def is_ready(request: Request) -> ReadyOut | Response:
        """Whether questions are answered, else a problem that says why not; and what else a person should look at.

        Who shows no key where one is needed is told no reasons: they name files.
        """
        is_stranger = request.app.state.guard.is_stranger(request)
        try:
            return ready(service, library, desk, is_stranger=is_stranger)
        except CasetroveError as error:
            if not is_stranger:
                raise
            return problem(
                request.scope, error.http_status, error.code, f"no question can be answered: {ASK_ELSEWHERE}"
            )

    return routes


def _encoder(served: Manifest | None, service: Service) -> EncoderOut:
    if served is not None:
        return EncoderOut(
            name=served.encoder,
            backend=served.encoder_backend,
            fingerprint=served.encoder_fingerprint,
            dimensions=served.dimensions,
        )
    next_one = service.encoders.preferred().info
    return EncoderOut(
        name=next_one.name,
        backend=next_one.backend,
        fingerprint=next_one.fingerprint,
        dimensions=next_one.dimensions,
    )


def _manifest(served: Manifest) -> ManifestOut:
    return ManifestOut(
        created=served.created,
        chunking=served.chunking,
        analyzer=served.analyzer,
        extraction=served.extraction,
        vector_index=served.vector_index,
        corpus_digest=served.corpus_digest,
    )
