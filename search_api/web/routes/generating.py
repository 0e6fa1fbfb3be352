"""Answers with a language model, as server-sent events: only what was verified goes out."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import Depends, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from corpus.errors import CasetroveError
from search_api.config import HYBRID, LlmSettings, NoModelError, unexpanded
from search_api.generating import ask_model
from search_api.json import Json, answer_json, claim_json, model_answer_json
from search_api.model import Answer, ModelAnswer, VerifiedClaim
from search_api.searches.model import By
from search_api.service import Service
from search_api.web.asker import asker
from search_api.web.changing import from_here
from search_api.web.describing import event_stream
from search_api.web.limits import Desk
from search_api.web.operations import Operations
from search_api.web.problems import described
from search_api.web.request_schemas import AskRequest

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events: `answer`, the answer without a model, as `POST /v1/ask` gives it; `claim`, each as "
        "soon as its quote is verified; `done`, the whole: question, generation, took_ms, model, outcome (answered, "
        "abstained, failed), reason, passages, claims, dropped, answer. `error` in its stead where the index fails.",
        "content": event_stream("answer", "claim", "done", "error", example={"code": "no-generation", "detail": "…"}),
    },
}
_Event = Answer | VerifiedClaim | ModelAnswer


def router(service: Service, settings: LlmSettings | None, desk: Desk) -> Operations:
    """The operation that asks the model of ``settings``; without them it says that there is none.

    Searching for it is bounded with all that is in ``questions``; waiting for a model keeps no core busy, and is not.
    """
    routes = Operations(prefix="/v1", tags=["questions"], responses=described(403, 413, 422, 503))

    @routes.post(
        "/ask/stream",
        operation_id="askModel",
        response_class=Response,
        responses=_STREAM,
        dependencies=[Depends(from_here)],
        summary="Answer with a language model",
    )
    async def ask_stream(request: AskRequest, by: Annotated[By, Depends(asker)]) -> Response:
        """What a language model makes of the passages, claim by claim, as far as verified quotes bear it out.

        The question and the passages are sent to the endpoint that the server was started with. A client that leaves
        ends the request to it.
        """
        if settings is None:
            raise NoModelError("this server has no language model: set CASETROVE_LLM_URL and start it anew")
        system = HYBRID if request.expand else unexpanded(HYBRID)
        events = ask_model(
            service,
            settings,
            request.question,
            k=request.k,
            system=system,
            given=request.given(),
            explain=request.explain,
            run=desk.run,
            by=by if request.log else None,
        )
        first = await anext(events)  # what is wrong with the question is a problem, not an event
        return EventSourceResponse(_told(first, events))

    return routes


async def _told(first: _Event, events: AsyncGenerator[_Event]) -> AsyncIterator[ServerSentEvent]:
    async with aclosing(events):
        yield _sent(first)
        try:
            async for event in events:
                yield _sent(event)
        except CasetroveError as error:
            yield _named("error", {"code": error.code, "detail": str(error)})


def _sent(event: _Event) -> ServerSentEvent:
    if isinstance(event, VerifiedClaim):
        return _named("claim", claim_json(event))
    if isinstance(event, Answer):
        return _named("answer", answer_json(event))
    return _named("done", model_answer_json(event))


def _named(name: str, told: Json) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(told, ensure_ascii=False), event=name)
