from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from search_api.config import LlmSettings
from search_api.json import answer_json
from search_api.web.app import WebSettings
from tests.search_api.lying_model import KEY, Asked, Model, Reply, model, passages_in, say

from .conftest import REPORTS, Served, Site, open_site, serving, wait_until

QUOTE = "He was treated with baclofen 10 mg three times a day."
QUESTION = {"question": "What was given for hiccups?"}
CLAIM = "The patient received baclofen 10 mg."


@pytest.fixture
def lying() -> Iterator[Model]:
    """An endpoint that says one true thing and one false one."""
    pytest.importorskip("openai", reason="the extra `llm` is not installed")

    def replies(asked: Asked, _number: int) -> Reply:
        name = next(name for name, text in passages_in(asked).items() if QUOTE in text)
        return say(
            {"claim": CLAIM, "passage": name, "quote": QUOTE},
            {"claim": "Baclofen cured hiccups.", "passage": name, "quote": QUOTE},
        )

    with model() as found:
        found.replies = replies
        yield found


@pytest.fixture
def served(tmp_path: Path, lying: Model) -> Iterator[Served]:
    """A real server whose model is ``lying``."""
    llm = LlmSettings(lying.url, "liar", KEY, 30, 0)
    with serving(open_site(tmp_path, REPORTS, WebSettings(llm=llm))) as found:
        yield found


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """The events of a stream, each with its name."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def test_a_stream_is_the_answer_the_claims_and_the_end(served: Served) -> None:
    """First what needs no model, then each verified claim, then all of it; what was dropped is only counted."""
    with httpx2.stream("POST", served.address + "/v1/ask/stream", json=QUESTION, timeout=60) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = list(events(answer.iter_lines()))
    assert [name for name, _ in told] == ["answer", "claim", "done"]
    (_, beside), (_, claim), (_, done) = told
    here = json.loads(json.dumps(answer_json(served.site.service.ask(QUESTION["question"]))))
    assert {**beside, "took_ms": 0} == {**here, "took_ms": 0}
    assert claim["text"] == CLAIM
    assert claim["quote"] == QUOTE
    assert done["claims"] == [claim]
    assert done["answer"] == beside
    assert done["outcome"] == "answered"
    assert [each["reason"] for each in done["dropped"]] == ["claim beyond the quote"]
    assert "cured" not in json.dumps([told[0], told[1]])
    assert KEY not in json.dumps(told)


def test_quotes_are_slices_of_the_stored_text(served: Served) -> None:
    """The text endpoint gives each quote again."""
    told = dict(
        events(iter(httpx2.post(served.address + "/v1/ask/stream", json=QUESTION, timeout=60).text.splitlines()))
    )
    claim = told["claim"]
    span = {"start": claim["start"], "end": claim["end"]}
    again = httpx2.get(f"{served.address}/v1/reports/{claim['report_id']}/text", params=span, timeout=60).json()
    assert again["text"] == claim["quote"]


def test_a_claim_goes_out_before_the_model_has_ended(served: Served, lying: Model) -> None:
    """What is verified is not held back for what may still come; whoever leaves then ends the model's work, too."""
    replies = lying.replies
    lying.replies = lambda asked, number: Reply(replies(asked, number).pieces, hang=True)
    with httpx2.stream("POST", served.address + "/v1/ask/stream", json=QUESTION, timeout=60) as answer:
        seen = events(answer.iter_lines())
        assert [next(seen)[0], next(seen)[0]] == ["answer", "claim"]
        assert not lying.left.is_set()
    wait_until(lying.left.is_set, "the request to the model was given up")


def test_trouble_with_the_model_is_told_at_the_end(served: Served, lying: Model) -> None:
    """The stream ends in order, with the reason and the answer that needs no model."""
    lying.always(Reply(status=401))
    told = dict(
        events(iter(httpx2.post(served.address + "/v1/ask/stream", json=QUESTION, timeout=60).text.splitlines()))
    )
    assert told["done"]["outcome"] == "failed"
    assert "CASETROVE_LLM_KEY" in told["done"]["reason"]
    assert KEY not in json.dumps(told)
    assert told["done"]["answer"]["hits"]


def test_a_wrong_question_is_a_problem(served: Served) -> None:
    """What can be said before the stream begins is said as everywhere."""
    for fields in ({"question": " "}, {"question": "x", "k": 0}, {"question": "x", "stream": True}):
        answer = httpx2.post(served.address + "/v1/ask/stream", json=fields, timeout=60)
        assert answer.status_code == 422, fields
        assert answer.headers["content-type"] == "application/problem+json"


def test_another_site_cannot_spend_your_tokens(served: Served) -> None:
    """A foreign page's request is refused."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = httpx2.post(served.address + "/v1/ask/stream", json=QUESTION, headers=headers, timeout=60)
    assert answer.status_code == 403


def test_without_a_model_it_is_said(site: Site) -> None:
    """A server that was started without one says which setting it wants."""
    answer = site.client.post("/v1/ask/stream", json=QUESTION)
    assert answer.status_code == 503
    assert answer.json()["type"].endswith(":no-model")
    assert "CASETROVE_LLM_URL" in answer.json()["detail"]


def test_the_operation_is_described(site: Site) -> None:
    """The OpenAPI document tells of the stream and of its problems."""
    operation = site.client.get("/openapi.json").json()["paths"]["/v1/ask/stream"]["post"]
    assert operation["operationId"] == "askModel"
    assert "text/event-stream" in operation["responses"]["200"]["content"]
    assert {"403", "413", "422", "503"} <= set(operation["responses"])
