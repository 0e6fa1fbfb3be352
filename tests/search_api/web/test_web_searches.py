"""The search log over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search_api.searches.shape import whole_run_json

from .conftest import REPORTS, Site, open_site


@pytest.fixture
def logging_site(tmp_path: Path) -> Iterator[Site]:
    """A running site that keeps a search log."""
    opened = open_site(tmp_path, REPORTS, log_searches=True)
    with opened.client:
        yield opened
        opened.encoder.gate.set()


def post(site: Site, path: str, **body: Any) -> Any:
    answer = site.client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


ASKED = [
    ("/v1/search", {"query": "zinc ointment for a rash", "k": 3, "must_not": ["measles"]}),
    ("/v1/ask", {"question": "What stopped the hiccups?", "filters": {"age": "<90"}}),
    ("/v1/evidence", {"question": "hiccups", "treatments": ["baclofen"], "sort": "-year"}),
]


@pytest.mark.parametrize(("path", "body"), ASKED)
def test_what_is_asked_is_kept_and_can_be_looked_up(logging_site: Site, path: str, body: dict[str, Any]) -> None:
    """Each answer names its id; under it is what was asked and found, as the log has it."""
    search_id = post(logging_site, path, **body)["search_id"]
    told = logging_site.client.get(f"/v1/searches/{search_id}").json()
    assert told == json.loads(json.dumps(whole_run_json(logging_site.service.searches.get(search_id))))
    assert (told["via"], told["who"], told["line"]) == ("http", None, body.get("query", body.get("question")))
    assert told["places"]


@pytest.mark.parametrize(("path", "body"), ASKED)
def test_a_request_may_ask_not_to_be_kept(logging_site: Site, path: str, body: dict[str, Any]) -> None:
    """With ``"log": false`` there is no id and no trace; the answer is the same."""
    kept, free = post(logging_site, path, **body), post(logging_site, path, **body, log=False)
    assert free["search_id"] is None
    for answer in (kept, free):
        for name in ("search_id", "took_ms", "stages_ms"):
            answer.pop(name, None)
    assert kept == free
    assert len(logging_site.client.get("/v1/searches").json()["searches"]) == 1


def test_stories_exports_and_looking_are_not_kept(logging_site: Site) -> None:
    """Nor is a question that was refused: what is kept is searches that were run, and no patient's story."""
    client = logging_site.client
    post(logging_site, "/v1/similar", text="A girl of 9 with hiccups.")
    client.get("/v1/evidence/export", params={"question": "hiccups"})
    client.get("/v1/reports")
    assert client.post("/v1/search", json={"query": " "}).status_code == 422
    assert client.get("/v1/searches").json() == {"searches": [], "next": None}


def test_the_list_goes_page_by_page(logging_site: Site) -> None:
    """The newest first; ``next`` leads on until there are no more."""
    ids = [post(logging_site, "/v1/search", query=f"rash {number}")["search_id"] for number in range(5)]
    found, after = [], ""
    while True:
        page = logging_site.client.get("/v1/searches", params={"limit": 2, "after": after}).json()
        found += [run["id"] for run in page["searches"]]
        if (after := page["next"]) is None:
            break
    assert found == ids[::-1]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/searches/s000009", 404),
        ("/v1/searches/none", 404),
        ("/v1/searches?after=none", 404),
        ("/v1/searches?limit=0", 422),
        ("/v1/searches?limit=101", 422),
    ],
)
def test_what_is_not_there_is_a_problem(logging_site: Site, path: str, status: int) -> None:
    """With a detail that says what to do."""
    post(logging_site, "/v1/search", query="rash")
    answer = logging_site.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_server_without_a_log_keeps_nothing(site: Site) -> None:
    """Answers have the id null, and the list is empty."""
    assert post(site, "/v1/search", query="rash")["search_id"] is None
    assert site.client.get("/v1/searches").json()["searches"] == []
    assert not site.folder.searches.exists()
