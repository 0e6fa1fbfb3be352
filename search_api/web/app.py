"""The HTTP application, put together from what it is given: nothing happens at import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Scope

from corpus.errors import ConfigError
from corpus.machine import cores
from search_api.config import LlmSettings
from search_api.library import Library
from search_api.service import Service
from search_api.web import problems
from search_api.web.middleware import BodyLimit, Exchange
from search_api.web.routes import generating, jobs, questions, reports, search_log, state

_PAGE = Path(__file__).parent / "page"
_UPLOADS = "/v1/reports"
_QUESTION_BYTES = 1 << 20
_DESCRIPTION = """Search and cited answers over medical case reports.

Text shown as a quotation is a slice of the report's text: `GET /v1/reports/{report_id}/text?start=&end=` gives
it again, letter for letter. Offsets count Unicode code points. Errors are `application/problem+json` (RFC 9457).
"""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """``max_upload_bytes`` bounds one upload request, all its files together.

    ``hosts`` are the names that requests may be addressed to ("*": any). On loopback only loopback's own
    names are given, so that a foreign page cannot reach the server under a name that it made point here.
    ``llm`` is the language model that ``/v1/ask/stream`` asks; None: there is none.
    """

    max_upload_bytes: int = 64 << 20
    hosts: tuple[str, ...] = ("*",)
    llm: LlmSettings | None = None

    def __post_init__(self) -> None:
        if not 1024 <= self.max_upload_bytes <= 4 << 30:
            raise ConfigError(f"max_upload_bytes: {self.max_upload_bytes} is not in 1024..{4 << 30}")


class _Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            problems.describe(super().openapi())
        return super().openapi()


def create_app(service: Service, library: Library, *, settings: WebSettings | None = None) -> FastAPI:
    """The application over ``service`` and ``library``; while it runs, ``library`` keeps the index up."""
    settings = settings or WebSettings()
    limit = settings.max_upload_bytes

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        service.live.follow()
        try:
            await run_in_threadpool(library.start)
            yield
        finally:
            await run_in_threadpool(library.stop)
            await run_in_threadpool(service.live.leave)

    def body_limit(scope: Scope) -> int:
        return limit if scope["path"] == _UPLOADS else _QUESTION_BYTES

    app = _Application(
        title="Casetrove",
        version="1",
        description=_DESCRIPTION,
        lifespan=running,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere, and nothing here needs a network
        redoc_url=None,
    )
    problems.install(app, service.folder.spelled)
    app.add_middleware(BodyLimit, limit_of=body_limit)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts))
    app.add_middleware(Exchange)
    at_once = CapacityLimiter(cores())
    app.include_router(questions.router(service, at_once))
    app.include_router(generating.router(service, settings.llm, at_once))
    app.include_router(search_log.router(service, at_once))
    app.include_router(reports.router(service, library))
    app.include_router(jobs.router(library))
    app.include_router(state.router(service, library))

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(_PAGE / "index.html")

    app.mount("/page", StaticFiles(directory=_PAGE))
    return app
