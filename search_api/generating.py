"""Answers with a model over the served generation: the passages that it is given, and its claims with citations."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
from anyio.to_thread import run_sync

from corpus.model import SectionKind, Span
from indexer.generation import Generation
from search_api.answering.endpoint import OpenAiEndpoint
from search_api.answering.generative import Supported, generate, within
from search_api.answering.prompt import Passage
from search_api.citing import cite
from search_api.config import HYBRID, LlmSettings, System
from search_api.model import Answer, Citation, DroppedClaim, ModelAnswer, VerifiedClaim
from search_api.retrieval.query import NOTHING_GIVEN, Given
from search_api.searches.model import By, Request
from search_api.service import Service

_T = TypeVar("_T")


class Run(Protocol):
    """Does ``work`` elsewhere than in the event loop, and gives what it gives."""

    async def __call__(self, work: Callable[[], _T], /) -> _T:
        """May raise that there is no room for it."""


async def ask_model(
    service: Service,
    settings: LlmSettings,
    question: str,
    *,
    k: int = 10,
    system: System = HYBRID,
    given: Given = NOTHING_GIVEN,
    explain: bool = False,
    run: Run = run_sync,
    by: By | None = None,
) -> AsyncGenerator[Answer | VerifiedClaim | ModelAnswer]:
    """The answer without a model; then each claim of the model as it is verified; then all of it.

    The model is given the passages that hold the sentences of the answer, then the ``k`` hits, as far as they fit. That
    it could not be asked is said by the last, not raised. Raises UsageError naming the field, NoModelError, or
    GenerationError; all of them before anything is given.
    """
    begun = time.perf_counter()
    endpoint = OpenAiEndpoint(settings)

    def look() -> tuple[Generation, Answer, list[Passage]]:
        while True:
            answer = service.ask(question, k=k, system=system, given=given, explain=explain)
            generation = service.live.pin()
            if generation.manifest.generation == answer.generation:  # else it was replaced in between
                break
        answer = service.kept(generation, Request("ask", question, given, k=k, system=system), answer, by)
        return generation, answer, within(question.strip(), _passages(generation, answer), settings.context)

    generation, answer, passages = await run(look)
    yield answer
    warned = _warned(answer)
    claims: list[VerifiedClaim] = []
    dropped: list[DroppedClaim] = []
    async with aclosing(generate(question.strip(), passages, endpoint, settings.timeout_s)) as events:
        async for event in events:
            if isinstance(event, DroppedClaim):
                dropped.append(event)
            elif isinstance(event, Supported):
                claims.append(_cited(generation, event, warned))
                yield claims[-1]
            else:
                took = round((time.perf_counter() - begun) * 1000, 3)
                told = (event.outcome, event.reason, tuple(claims), tuple(dropped))
                yield ModelAnswer(settings.model, *told, len(passages), took, answer)


def _passages(generation: Generation, answer: Answer) -> list[Passage]:
    """What the model may be given, best first: sentences chosen by role tell more than passages that are alike."""
    found: dict[tuple[str, Span], SectionKind] = {}
    for sentence in answer.sentences:
        for span, section in _holding(generation, sentence.report_id, sentence.start):
            found.setdefault((sentence.report_id, span), section)
    for hit in answer.hits:
        found.setdefault((hit.report_id, Span(hit.start, hit.end)), hit.section)
    return [
        Passage(f"P{number}", report_id, span, section, span.of(_text(generation, report_id)))
        for number, ((report_id, span), section) in enumerate(found.items(), 1)
    ]


def _holding(generation: Generation, report_id: str, place: int) -> Iterator[tuple[Span, SectionKind]]:
    """The first passage of the report that holds ``place``."""
    for row in generation.rows_of(np.array([generation.ordinals[report_id]])):
        passage = generation.passage(int(row))
        if passage.span.start <= place < passage.span.end:
            yield passage.span, passage.kind
            return


def _text(generation: Generation, report_id: str) -> str:
    return generation.stored(generation.ordinals[report_id]).report.text


def _warned(answer: Answer) -> dict[str, Citation]:
    """By report, a citation with what stands against its article as of now."""
    cited = {each.report_id: each.citation for each in answer.sentences}
    return cited | {each.report_id: each.citation for each in answer.hits}


def _cited(generation: Generation, found: Supported, warned: dict[str, Citation]) -> VerifiedClaim:
    passage, span = found.passage, found.span
    stored = generation.stored(generation.ordinals[passage.report_id])
    citation = cite(stored, span)
    if passage.report_id in warned:
        citation = replace(citation, warnings=warned[passage.report_id].warnings)
    return VerifiedClaim(
        text=found.claim,
        quote=span.of(stored.report.text),
        report_id=passage.report_id,
        passage_id=f"{passage.report_id}:{passage.span.start}-{passage.span.end}",
        start=span.start,
        end=span.end,
        section=passage.section,
        literature=found.literature,
        citation=citation,
    )
