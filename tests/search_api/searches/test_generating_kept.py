"""A question to a language model is kept once, whatever happens to the index meanwhile."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import anyio
import pytest

from search_api.config import LlmSettings
from search_api.generating import ask_model
from search_api.model import Answer
from search_api.searches.model import By

from .conftest import LATER, Kept

pytest.importorskip("openai", reason="the extra `llm` is not installed")
NOWHERE = LlmSettings("http://127.0.0.1:9", "liar", "key", 1, 0)
"""Nobody is asked there: what is looked at comes before."""


def first_answer(kept: Kept, by: By | None) -> Answer:
    """What is told before the model is asked."""

    async def ask() -> Answer:
        async with aclosing(ask_model(kept.service, NOWHERE, " What was given for calcinosis? ", k=4, by=by)) as events:
            answer = await anext(events)
        assert isinstance(answer, Answer)
        return answer

    return anyio.run(ask)


def test_an_index_that_is_replaced_meanwhile_makes_one_search(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is answered, of the generation that it is answered from, as it was asked."""
    ask = kept.service.ask
    asked: list[int] = []

    def ask_and_replace(*args: Any, **more: Any) -> Answer:
        answer = ask(*args, **more)
        if not asked:
            kept.change({"later": LATER})
        asked.append(answer.generation)
        return answer

    monkeypatch.setattr(kept.service, "ask", ask_and_replace)
    answer = first_answer(kept, By("http", "ward 3"))
    assert asked == [1, 2]
    (run,) = kept.searches.newest(9)
    assert (run.id, run.corpus.generation, run.line) == (answer.search_id, 2, " What was given for calcinosis? ")
    assert (run.kind, run.by, run.request.k) == ("ask", By("http", "ward 3"), 4)


def test_what_is_not_to_be_kept_is_not(kept: Kept) -> None:
    """Without ``by`` the log stays empty."""
    assert first_answer(kept, None).search_id is None
    assert kept.searches.newest(9) == []
