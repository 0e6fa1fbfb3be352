"""``casetrove ask --llm``: claims as they are verified, what was dropped, and the answer without a model."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import aclosing

import anyio
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from search_api.answering.endpoint import OpenAiEndpoint
from search_api.cli import show
from search_api.cli.options import BY_HAND
from search_api.config import LlmSettings, NoModelError, System
from search_api.generating import ask_model
from search_api.json import model_answer_json
from search_api.model import ModelAnswer, VerifiedClaim
from search_api.service import Service


def llm_settings() -> LlmSettings:
    """The endpoint that the environment names. Raises NoModelError where it names none, or the client is missing."""
    settings = LlmSettings.read(os.environ)
    if settings is None:
        raise NoModelError("--llm: set CASETROVE_LLM_URL and CASETROVE_LLM_MODEL (docs/answers.md)")
    OpenAiEndpoint(settings)
    return settings


def ask_with_model(
    service: Service, settings: LlmSettings, question: str, *, k: int, system: System, explain: bool, as_json: bool
) -> bool:
    """Ask, and print what comes; whether the model could be asked."""
    found = anyio.run(_ask, service, settings, question, k, system, explain, None if as_json else show.terminal())
    if as_json:
        show.json_out(model_answer_json(found))
    return found.outcome != "failed"


async def _ask(
    service: Service,
    settings: LlmSettings,
    question: str,
    k: int,
    system: System,
    explain: bool,
    console: Console | None,
) -> ModelAnswer:
    """The whole answer; with a ``console`` each part is printed as soon as it is there."""
    shown = ""
    events = ask_model(service, settings, question, k=k, system=system, explain=explain, by=BY_HAND)
    async with aclosing(events):
        async for event in events:
            if isinstance(event, VerifiedClaim) and console:
                _claim(console, event, is_new=event.report_id != shown)
                shown = event.report_id
            elif isinstance(event, ModelAnswer):
                if console:
                    _end(console, event)
                return event
    raise AssertionError("an answer always ends")


def _claim(console: Console, claim: VerifiedClaim, *, is_new: bool) -> None:
    if is_new:
        console.print()
        console.print(show.reference(claim.citation) + Text(f"  {claim.report_id}", style="dim"))
    of_others = Text(" (of the literature)", style="yellow") if claim.literature else Text()
    console.print(Padding(Text(claim.text, style="green") + of_others, (0, 0, 0, 3)))
    console.print(Padding(Text(f"“{claim.quote}”"), (0, 0, 0, 5)))
    where = show.place(claim.citation, claim.section, claim.start, claim.end)
    console.print(Text(f"     {where}", style="dim"), soft_wrap=True)


def _end(console: Console, found: ModelAnswer) -> None:
    console.print()
    console.print(Text(f"{found.model}: {found.reason}", style="green" if found.claims else "bold red"))
    for (reason, detail), count in Counter((each.reason, each.detail) for each in found.dropped).most_common():
        times = f" ({count} times)" if count > 1 else ""
        console.print(Text(f"   dropped: {reason}: {detail}{times}", style="dim"), soft_wrap=True)
    console.print("\n[bold]Without a model:[/bold]")
    show.answer(found.answer)
