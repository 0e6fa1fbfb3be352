"""The HTTP application, put together from what it is given: nothing happens at import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from corpus.errors import ConfigError
from corpus.machine import cores
from search_api.config import RATE, LlmSettings
from search_api.keys import Keys
from search_api.library import Library
from search_api.overlaps import Overlaps
from search_api.pages import AT_ONCE, Pages
from search_api.service import Service
from search_api.web import craft, operations, problems
from search_api.web.access import Guard
from search_api.web.describing import describe
from search_api.web.limits import Desk, Rate
from search_api.web.metrics import Metrics
from search_api.web.middleware import BodyLimit, Exchange
from search_api.web.request_log import RequestLog
from search_api.web.routes import facets, generating, jobs, metrics, pages, questions, reports, search_log, state
from search_api.web.routes import library as the_library

_PAGE = Path(__file__).parent / "page"
_VERSION = "1"
_UPLOADS = "/v1/reports"
_QUESTION_BYTES = 1 << 20
_DESCRIPTION = """Search and cited answers over medical case reports.

Text shown as a quotation is a slice of the report's text: `GET /v1/reports/{report_id}/text?start=&end=` gives
it again, letter for letter. Offsets count Unicode code points. Errors are `application/problem+json` (RFC 9457).
"""


_BOUNDS = {"rate": (0, 100_000), "timeout_s": (0.1, 3600), "most_waiting": (0, 100_000)}


@dataclass(frozen=True, slots=True)
class WebSettings:
    """``max_upload_bytes`` bounds one upload request, all its files together.

    ``hosts`` are the names that requests may be addressed to ("*": any). On loopback only loopback's own
    names are given, so that a foreign page cannot reach the server under a name that it made point here.
    ``llm`` is the language model that ``/v1/ask/stream`` asks; None: there is none. ``origins`` are those whose
    pages may ask, too ("https://review.example"); by default only this server's own may. ``keys``: whether callers
    must show one; None: as soon as the data folder holds any. ``rate``: requests a second of one caller, in the long
    run; 0: no bound; None: ``RATE``, as soon as keys are needed. ``timeout_s`` bounds the work on a question,
    ``most_waiting`` the line of those that wait for it. ``log_queries``: whether the log shows what is asked.
    """

    max_upload_bytes: int = 64 << 20
    hosts: tuple[str, ...] = ("*",)
    llm: LlmSettings | None = None
    origins: tuple[str, ...] = ()
    keys: bool | None = None
    rate: float | None = 0.0
    timeout_s: float = 60.0
    most_waiting: int = 100
    log_queries: bool = False

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            given = getattr(self, name)
            if given is not None and not low <= given <= high:
                raise ConfigError(f"{name}: {given} is not in {low:g}..{high:g}")
        if not 1024 <= self.max_upload_bytes <= 4 << 30:
            raise ConfigError(f"max_upload_bytes: {self.max_upload_bytes} is not in 1024..{4 << 30}")
        craft.check_origins(self.origins)


class _Application(FastAPI):
    """Its document says whether keys are needed, which may change while it runs: each of the two is made once."""

    def __init__(self, **given: Any) -> None:
        super().__init__(openapi_url=None, **given)
        self._documents: dict[bool, dict[str, Any]] = {}
        self._rendered: dict[bool, bytes] = {}

    def openapi(self) -> dict[str, Any]:
        is_needed = self.state.guard.is_needed()
        if is_needed not in self._documents:
            self.openapi_schema = None
            document = super().openapi()
            operations.describe(document, is_needed=is_needed)
            describe(document)
            self._documents[is_needed] = document
        return self._documents[is_needed]

    def rendered(self) -> bytes:
        """The document as it is sent."""
        is_needed = self.state.guard.is_needed()
        if is_needed not in self._rendered:
            self._rendered[is_needed] = bytes(JSONResponse(self.openapi()).body)
        return self._rendered[is_needed]


def _guard(keys: Keys, settings: WebSettings) -> Guard:
    if settings.rate is None:
        return Guard(keys, settings.keys, Rate(RATE), is_open_unbounded=True)
    return Guard(keys, settings.keys, Rate(settings.rate) if settings.rate else None)


def create_app(service: Service, library: Library, *, settings: WebSettings | None = None) -> FastAPI:
    """The application over ``service`` and ``library``; while it runs, ``library`` keeps the index up."""
    settings = settings or WebSettings()
    limit = settings.max_upload_bytes
    keys = Keys(service.folder.keys)
    desk = Desk(cores(), settings.most_waiting, settings.timeout_s, spare=True)
    page_desk = Desk(AT_ONCE, pages.MOST_WAITING, pages.WITHIN_S)
    figures = Metrics(service, library, {"questions": desk, "pages": page_desk}, _VERSION)
    service.on_search = figures.stages
    overlaps = Overlaps(service.catalog)
    shown = Pages(service.catalog, service.folder.uploads, service.reading)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        service.live.follow()
        try:
            await run_in_threadpool(library.start)
            yield
        finally:
            await run_in_threadpool(overlaps.stop)
            await run_in_threadpool(shown.close)
            await run_in_threadpool(library.stop)
            await run_in_threadpool(service.live.leave)
            keys.close()

    def body_limit(scope: Scope) -> int:
        return limit if scope["path"] == _UPLOADS else _QUESTION_BYTES

    app = _Application(
        title="Casetrove",
        version=_VERSION,
        description=_DESCRIPTION,
        lifespan=running,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere, and nothing here needs a network
        redoc_url=None,
        redirect_slashes=False,  # one address for each thing
    )
    app.state.desk, app.state.page_desk = desk, page_desk
    app.state.guard = _guard(keys, settings)
    problems.install(app, service.folder.spelled)
    app.add_middleware(BodyLimit, limit_of=body_limit)
    craft.mount(app, settings.hosts, settings.origins)
    app.add_middleware(Exchange)
    app.add_middleware(RequestLog, metrics=figures, queries=settings.log_queries)
    app.include_router(questions.router(service, desk))
    app.include_router(facets.router(service, desk))
    app.include_router(generating.router(service, settings.llm, desk))
    app.include_router(search_log.router(service, desk))
    app.include_router(pages.router(shown, page_desk))  # before the reports, whose ids may hold slashes
    app.include_router(reports.router(service, library, desk))
    app.include_router(jobs.router(library))
    app.include_router(the_library.router(service, library, overlaps, desk))
    app.include_router(state.router(service, library, desk))
    app.include_router(metrics.router(figures))

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(_PAGE / "index.html")

    @app.get("/openapi.json", include_in_schema=False)
    async def document() -> Response:
        return Response(app.rendered(), media_type="application/json")

    app.mount("/page", StaticFiles(directory=_PAGE))
    operations.check_all_declared(app)
    return app
