"""What a client has of its server: requests, answers as models, streams of events, and problems as exceptions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx2 as httpx
from pydantic import BaseModel, ValidationError

from corpus.errors import CasetroveError
from search_api.web.schemas import FieldError, Problem

Json = dict[str, Any]
Answer = TypeVar("Answer", bound=BaseModel)
_PASSING: Final = (429, 502, 503, 504)
_STREAMED_S: Final = 600.0
"""How long a stream may be silent: a job may wait for another, a model may think."""


class ProblemError(CasetroveError):
    """What the server answered in place of what was asked for; ``code`` names it for programs.

    "unreachable" where no answer came, "not-understood" where one came that is no answer of this API; ``status`` is
    0 then, or what came. ``errors`` name the fields to blame; ``retry_after_s`` is how long to wait, where it is told.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        status: int = 0,
        request_id: str = "",
        errors: Sequence[FieldError] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status
        self.request_id = request_id
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s

    @property
    def may_pass(self) -> bool:
        """Whether the same request may be answered a little later: the server is away, or busy."""
        return self.code == "unreachable" or self.status in _PASSING


class Connection:
    """One server at ``address``, asked with ``key`` where it wants one. Its methods raise ProblemError."""

    def __init__(self, address: str, key: str | None = None, *, timeout_s: float = 60.0) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=address, headers=headers, timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave the server."""
        self._http.close()

    def get(self, path: str, kind: type[Answer], **params: int | str) -> Answer:
        """What is at ``path``."""
        return read(self.ask_for("GET", path, params=params), kind)

    def post(self, path: str, kind: type[Answer], body: Json) -> Answer:
        """The answer to ``body``."""
        return read(self.ask_for("POST", path, json=body), kind)

    def ask_for(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Any answer that is no problem; ``given`` as httpx takes it."""
        with _reaching():
            answer = self._http.request(method, path, **given)
        if not answer.is_success:
            raise _problem(answer)
        return answer

    def events(self, method: str, path: str, body: Json | None = None) -> Iterator[tuple[str, Json]]:
        """The server-sent events at ``path``: each one's name and its data, as they come."""
        with _reaching(), self._http.stream(method, path, json=body, timeout=_STREAMED_S) as answer:
            if not answer.is_success:
                answer.read()
                raise _problem(answer)
            for event in httpx.EventSource(answer, max_event_size=None):
                yield event.event, json.loads(event.data)


def read(answer: httpx.Response, kind: type[Answer]) -> Answer:
    """The answer as a model; what a newer server adds to it is passed over."""
    try:
        return kind.model_validate_json(answer.content, extra="ignore")
    except ValidationError as error:
        raise ProblemError(
            "not-understood", f"{answer.url}: answered with what is no {kind.__name__}", status=answer.status_code
        ) from error


def _problem(answer: httpx.Response) -> ProblemError:
    told = answer.headers.get("retry-after", "")
    waits_s = float(told) if told.isdecimal() else None
    try:
        problem = Problem.model_validate_json(answer.content, extra="ignore")
    except ValidationError:
        detail = f"{answer.url}: answered with {answer.status_code}: this is no Casetrove, or something before it"
        return ProblemError("not-understood", detail, status=answer.status_code, retry_after_s=waits_s)
    return ProblemError(
        problem.type.rpartition(":")[2],
        problem.detail,
        status=problem.status,
        request_id=problem.request_id,
        errors=problem.errors,
        retry_after_s=waits_s,
    )


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise ProblemError("unreachable", f"the server did not answer: {error or type(error).__name__}") from error
