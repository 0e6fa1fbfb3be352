"""Answers made at the desk: they are what the document promises, and the event loop does not write them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from search_api.web import bodies
from search_api.web.bodies import written
from search_api.web.operations import Operation

from .conftest import REPORTS, Site, open_site

STORY = "A 52-year-old man had hiccups that began in a balloon and was treated with baclofen."
ASKED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("search", "/v1/search", {"query": "hiccups NOT zebra age:>40", "explain": True}),
    ("search", "/v1/search", {"query": "nobody ever wrote of this"}),
    ("ask", "/v1/ask", {"question": "Which drug stopped the hiccups?", "explain": True}),
    ("ask", "/v1/ask", {"question": "Who won the cup in 1954?"}),
    ("evidence", "/v1/evidence", {"question": "hiccups"}),
    ("evidence", "/v1/evidence", {"question": "a disease of unicorns"}),
    ("similar", "/v1/similar", {"text": STORY}),
    ("facets", "/v1/facets", {"query": "hiccups or a rash"}),
)
AGAIN = (
    ("getSearch", "GET", ""),
    ("replaySearch", "POST", "/replay"),
    ("newSince", "GET", "/new"),
    ("compareSearches", "GET", "/compare?with=s000002"),
)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that keeps searches, and has been asked all questions."""
    opened = open_site(tmp_path_factory.mktemp("logged"), REPORTS, log_searches=True)
    with opened.client:
        for _, path, question in ASKED:
            assert opened.client.post(path, json=question).status_code == 200
        yield opened


def model(site: Site, operation: str) -> type[BaseModel]:
    """What the document says that an operation answers."""
    routes = (context.original_route for context in iter_route_contexts(site.app.routes))
    found = next(each for each in routes if isinstance(each, Operation) and each.operation_id == operation)
    assert found.response_model is not None
    made: type[BaseModel] = found.response_model
    return made


def check(site: Site, operation: str, told: object) -> None:
    """Nothing is missing, nothing is added, nothing is of another type."""
    assert model(site, operation).model_validate(told).model_dump(mode="json", by_alias=True) == told


@pytest.mark.parametrize(("operation", "path", "question"), ASKED)
def test_an_answer_is_what_the_document_promises(
    logged: Site, operation: str, path: str, question: dict[str, Any]
) -> None:
    """Each field of the model is told, with its default where there is nothing to tell, and no other."""
    answer = logged.client.post(path, json=question)
    assert answer.headers["content-type"] == "application/json"
    check(logged, operation, answer.json())


@pytest.mark.parametrize("kept", ["s000001", "s000003", "s000005"])
@pytest.mark.parametrize(("operation", "method", "path"), AGAIN)
def test_what_is_told_of_a_kept_search_is_too(logged: Site, operation: str, method: str, path: str, kept: str) -> None:
    """Be it a search, an answer or a table."""
    if operation == "compareSearches" and kept != "s000001":
        path = f"/compare?with={kept}"
    answer = logged.client.request(method, f"/v1/searches/{kept}{path}")
    assert answer.status_code == 200, answer.text
    check(logged, operation, answer.json())


@pytest.mark.parametrize(
    ("method", "path", "question"),
    [("POST", path, question) for _, path, question in ASKED[::2]]
    + [(method, f"/v1/searches/s000001{path}", None) for _, method, path in AGAIN],
)
def test_it_is_written_at_the_desk(
    logged: Site, monkeypatch: pytest.MonkeyPatch, method: str, path: str, question: dict[str, Any] | None
) -> None:
    """Not in the event loop, where every other answer would wait for a large one."""
    where: list[str] = []

    def seen(told: Any) -> bytes:
        where.append(threading.current_thread().name)
        return written(told)

    monkeypatch.setattr(bodies, "written", seen)
    assert logged.client.request(method, path, json=question).status_code == 200
    assert [name.rpartition("_")[0] for name in where] == ["casetrove-question"]


def test_a_body_is_the_same_as_if_it_were_written_at_once() -> None:
    """Empty or nested, with any characters, lists and tuples alike."""
    told = {"é“𝔘": 'a"b\n', "rows": [{"a": [1, None]}, 2.5, "x"], "none": [], "pair": (1, ()), "inner": {"b": [True]}}
    for each in (told, {}, {"a": []}):
        assert written(each) == json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize("value", [float("nan"), [float("inf")]])
def test_a_number_that_json_does_not_have_is_not_written(value: object) -> None:
    """Else a client could not read the answer."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        written({"score": value})
