"""An OpenAI-compatible endpoint: messages out, the text of one answer in, piece by piece.

Nothing of what an endpoint says about an error is repeated, since it may hold the key or the documents; nothing is
logged. Redirects are not followed: the documents go to the address that was set, and to no other.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol, TypedDict

import anyio
import httpx2

from corpus.errors import CasetroveError
from search_api.config import LlmSettings, NoModelError

INSTALL: Final = "run `.venv/bin/python -m pip install -c constraints.txt -e '.[llm]'`"
_CLOSING_S: Final = 5.0
_NOT_SENT: Final = (
    "OpenAI-Organization", "OpenAI-Project", "X-Stainless-OS", "X-Stainless-Arch", "X-Stainless-Runtime",
    "X-Stainless-Runtime-Version",
)  # fmt: skip
"""Headers that the client would add: another service's, from the environment, and what tells of this machine."""


class ModelError(CasetroveError):
    """The language model did not answer as it should. ``midway``: its answer had begun."""

    code = "model"
    http_status = 502

    def __init__(self, message: str, *, midway: bool = False) -> None:
        super().__init__(message)
        self.midway = midway


class Message(TypedDict):
    """One message to the model."""

    role: str
    content: str


class Endpoint(Protocol):
    """What answers."""

    def stream(self, messages: list[Message], deadline: float) -> AsyncGenerator[str]:
        """The pieces of one answer as they come, until ``deadline`` on anyio's clock. Raises ModelError."""


class OpenAiEndpoint:
    """An endpoint by the ``openai`` client, which is imported when one is made. Raises NoModelError without it."""

    def __init__(self, settings: LlmSettings) -> None:
        if find_spec("openai") is None:
            raise NoModelError(f"answers with a model need the openai client: {INSTALL}")
        self._openai = import_module("openai")
        self._settings = settings

    async def stream(self, messages: list[Message], deadline: float) -> AsyncGenerator[str]:
        """As the protocol says. A request is repeated, after a growing pause, until its answer has begun."""
        async with self._client() as client:
            answer: Any = None
            begun = False
            try:
                with anyio.fail_after(deadline - anyio.current_time()):
                    answer = await client.chat.completions.create(
                        model=self._settings.model,
                        messages=messages,
                        temperature=0,
                        stream=True,
                        extra_headers=dict.fromkeys(self._not_sent(), self._openai.Omit()),
                    )
                while True:
                    with anyio.fail_after(deadline - anyio.current_time()):
                        chunk = await anext(answer, None)
                    if chunk is None:
                        return
                    begun = True
                    if piece := _text(chunk):
                        yield piece
            except TimeoutError:
                raise ModelError(f"the model did not end within {self._settings.timeout_s:g} s") from None
            except (self._openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
                raise self._told(error, midway=begun) from None
            finally:
                if answer is not None:
                    with anyio.move_on_after(_CLOSING_S, shield=True):
                        await answer.close()

    def _client(self) -> Any:
        """A client of its own for each answer: its connections end with it."""
        return self._openai.AsyncOpenAI(
            base_url=self._settings.url,
            api_key=self._settings.key or "none",
            timeout=self._settings.timeout_s,
            max_retries=self._settings.retries,
            http_client=self._openai.DefaultAsyncHttpxClient(follow_redirects=False),
        )

    def _not_sent(self) -> tuple[str, ...]:
        return _NOT_SENT if self._settings.key else (*_NOT_SENT, "Authorization")

    def _told(self, error: Exception, *, midway: bool) -> ModelError:
        """The same in words, without anything that the endpoint said."""
        where = f"the model at {self._settings.url}"
        status = getattr(error, "status_code", None)
        if isinstance(status, int):
            at_fault = "it is at fault: try again later" if status >= 500 else "check CASETROVE_LLM_URL"
            hint = {
                401: "check CASETROVE_LLM_KEY", 403: "check CASETROVE_LLM_KEY",
                404: "check CASETROVE_LLM_URL and CASETROVE_LLM_MODEL",
                400: "check CASETROVE_LLM_MODEL, and whether CASETROVE_LLM_CONTEXT is more than it takes",
                413: "lower CASETROVE_LLM_CONTEXT", 429: "it is busy: try again later",
            }.get(status, at_fault)  # fmt: skip
            return ModelError(f"{where} answered with status {status}: {hint}", midway=midway)
        if isinstance(error, self._openai.APITimeoutError):
            return ModelError(f"{where} did not answer within {self._settings.timeout_s:g} s", midway=midway)
        if isinstance(error, self._openai.APIConnectionError) and not midway:
            return ModelError(f"{where} cannot be reached: is it running, and is CASETROVE_LLM_URL right?")
        return ModelError(f"{where} broke off its answer, or sent what is none", midway=True)


def _text(chunk: Any) -> str:
    """The text of one chunk; whatever else an endpoint may send counts for nothing."""
    choices = getattr(chunk, "choices", None)
    delta = getattr(choices[0], "delta", None) if isinstance(choices, list) and choices else None
    content = getattr(delta, "content", None)
    return content if isinstance(content, str) else ""
