"""What else was looked for and why a hit is there: over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from search_api.config import HYBRID, unexpanded
from search_api.json import answer_json, search_json

from .conftest import REPORTS, Site, open_site

BOTH = pytest.mark.parametrize(("path", "line"), [("/v1/search", "query"), ("/v1/ask", "question")])
CASE = "Invented report: a numb {limb}\n\nCase presentation\nA {age}-year-old man had {what} (MS) and a {limb}.\n"
MORE = {
    "arm.txt": CASE.format(limb="arm", age=41, what="multiple sclerosis"),
    "leg.txt": CASE.format(limb="leg", age=42, what="mitral stenosis"),
    "hand.txt": CASE.format(limb="hand", age=43, what="multiple sclerosis"),
    "foot.txt": "Invented report: a foot\n\nCase presentation\nA woman had hiccups. Lioresal was given.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site in whose reports MS has two meanings and baclofen two names."""
    opened = open_site(tmp_path_factory.mktemp("site"), {**REPORTS, **MORE})
    with opened.client:
        yield opened


def found(site: Site, path: str, **fields: object) -> dict[str, Any]:
    """The body of a request that must succeed."""
    answer = site.client.post(path, json=fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@BOTH
def test_the_answer_tells_what_else_was_looked_for(site: Site, path: str, line: str) -> None:
    """Each expansion with what it stands for, its names, reason and weight; ambiguity with its counts."""
    body = found(site, path, **{line: "lioresal for hicups in MS, zebroid"})
    told = {(each["said"], each["reason"]): each for each in body["expansions"]}
    assert told["lioresal", "other name"]["name"].lower() == "baclofen"
    assert told["hicups", "spelling"]["name"] == "hiccups"
    assert all(set(each) == {"said", "name", "names", "reason", "weight", "reports"} for each in body["expansions"])
    assert all(0 < each["weight"] < 1 for each in body["expansions"])
    meanings = [{"long": "multiple sclerosis", "reports": 2}, {"long": "mitral stenosis", "reports": 1}]
    assert body["ambiguous"] == [{"said": "MS", "meanings": meanings}]
    assert body["notices"] == [
        "no report holds “zebroid”",
        "“MS” stands for multiple sclerosis (2 reports) or mitral stenosis (1 report)",
    ]


@BOTH
def test_it_can_be_switched_off(site: Site, path: str, line: str) -> None:
    """With ``expand`` false nothing but the words is looked for, or told."""
    body = found(site, path, **{line: "hicups in MS"}, expand=False)
    assert (body["expansions"], body["ambiguous"]) == ([], [])
    assert body["notices"] == ["no report holds “hicups”"]


@BOTH
def test_hits_explain_themselves_on_request(site: Site, path: str, line: str) -> None:
    """``why`` is null unless asked for; its spans are offsets in the report's text."""
    question = {line: "Lioresal for hiccups age:<60"}
    assert all(hit["why"] is None for hit in found(site, path, **question)["hits"])
    hits = found(site, path, **question, explain=True)["hits"]
    assert hits
    for hit in hits:
        assert set(hit["why"]) == {
            "matched",
            "lexical_rank",
            "dense_rank",
            "lexical_score",
            "dense_score",
            "rank_before",
        }
        for matched in hit["why"]["matched"]:
            assert set(matched) == {"said", "spans", "name", "reason"}
            for span in matched["spans"]:
                again = site.client.get(f"/v1/reports/{hit['report_id']}/text", params=span).json()["text"]
                assert again == hit["text"][span["start"] - hit["start"] : span["end"] - hit["start"]]
                assert again.lower() in {"lioresal", "baclofen", "hiccups"}


@pytest.mark.parametrize("expand", [True, False])
def test_http_and_command_line_say_the_same(site: Site, expand: bool) -> None:
    """The bodies equal what the service tells, however it is asked."""
    system = HYBRID if expand else unexpanded(HYBRID)
    options = {"expand": expand, "explain": True, "k": 4}
    here = search_json(site.service.search("hicups in MS", k=4, system=system, explain=True))
    asked = answer_json(site.service.ask("hicups in MS", k=4, system=system, explain=True))
    for body, same in (
        (found(site, "/v1/search", query="hicups in MS", **options), here),
        (found(site, "/v1/ask", question="hicups in MS", **options), asked),
    ):
        same = json.loads(json.dumps(same))
        assert {k: v for k, v in body.items() if k[-3:] != "_ms"} == {k: v for k, v in same.items() if k[-3:] != "_ms"}


@BOTH
@pytest.mark.parametrize("field", ["expand", "explain"])
@pytest.mark.parametrize("value", [1, "yes", None])
def test_only_true_and_false_are_taken(site: Site, path: str, line: str, field: str, value: object) -> None:
    """Nothing is guessed of a switch that is neither."""
    answer = site.client.post(path, json={line: "hiccups", field: value})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_word_of_the_users_own_is_found_as_before(site: Site) -> None:
    """Expansion adds reports and never hides the one that holds the user's word."""
    for expand in (True, False):
        body = found(site, "/v1/search", query="Lioresal", expand=expand)
        assert body["hits"][0]["citation"]["source"].endswith("foot.txt")
