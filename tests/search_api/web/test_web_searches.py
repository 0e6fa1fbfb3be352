"""The search log over HTTP."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from search_api.keys import Keys, Scope
from search_api.result_list import LIST_FORMATS, ListFormat
from search_api.searches.shape import whole_run_json
from search_api.web.app import WebSettings
from search_api.web.routes import search_log

from .conftest import LATER, REPORTS, Site, open_site


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


GRAPES = ("grapes.txt", LATER)


def test_a_search_is_asked_again_and_compared(logging_site: Site) -> None:
    """After an upload the new report is gained; the repetition is kept, and comparing the two says the same."""
    first = post(logging_site, "/v1/search", query="a man treated twice a day", k=3)["search_id"]
    logging_site.upload(GRAPES)
    answer = logging_site.client.post(f"/v1/searches/{first}/replay")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["now"]["again"] == first
    assert {each["reason"] for each in told["changes"] if each["fate"] == "gained"} <= {"new report", "other ranks"}
    assert {each["part"] for each in told["differences"]} == {"corpus"}
    again = logging_site.client.get(f"/v1/searches/{first}/compare", params={"with": told["now"]["id"]}).json()
    assert again == told


def test_a_repetition_need_not_be_kept(logging_site: Site) -> None:
    """With ``log=false`` its id is null and the log is as it was."""
    first = post(logging_site, "/v1/search", query="zinc")["search_id"]
    told = logging_site.client.post(f"/v1/searches/{first}/replay", params={"log": False}).json()
    assert told["now"]["id"] is None
    assert len(logging_site.client.get("/v1/searches").json()["searches"]) == 1


def test_what_is_new_since_a_search(logging_site: Site) -> None:
    """The uploaded report with its rank and title; nothing of this is kept."""
    first = post(logging_site, "/v1/search", query="purple toes")["search_id"]
    logging_site.upload(GRAPES)
    told = logging_site.client.get(f"/v1/searches/{first}/new").json()
    assert [(each["rank"], each["title"]) for each in told["added"]] == [
        (1, "Invented report: purple toes after grape treading")
    ]
    assert (told["reports_added"], told["reports_changed"], told["reports_removed"]) == (1, 0, 0)
    assert told["search"]["id"] == first
    assert len(logging_site.client.get("/v1/searches").json()["searches"]) == 1


@pytest.mark.parametrize("form", LIST_FORMATS)
def test_a_kept_list_is_a_file(logging_site: Site, form: ListFormat) -> None:
    """The same as the list export of its places gives, under the search's id."""
    found = post(logging_site, "/v1/search", query="zinc ointment for a rash", k=2)
    answer = logging_site.client.get(f"/v1/searches/{found['search_id']}/export", params={"format": form})
    places = [{name: hit[name] for name in ("report_id", "start", "end")} for hit in found["hits"]]
    same = logging_site.client.post("/v1/list/export", json={"format": form, "places": places})
    assert (answer.content, answer.headers["content-type"]) == (same.content, same.headers["content-type"])
    assert found["search_id"] in answer.headers["content-disposition"]
    assert answer.headers["x-left-out"] == "0"


@pytest.mark.parametrize(("form", "media_type"), [("markdown", "text/markdown"), ("csv", "text/csv")])
def test_the_appendix_is_a_file(logging_site: Site, form: str, media_type: str) -> None:
    """All searches, the oldest first; or those named, in that order."""
    ids = [post(logging_site, "/v1/search", query=query)["search_id"] for query in ("first one", "second one")]
    everything = logging_site.client.get("/v1/searches/report", params={"format": form})
    assert everything.headers["content-type"].startswith(media_type)
    assert everything.text.index("first one") < everything.text.index("second one")
    if form == "markdown":
        assert everything.text.endswith("Searches: 2\n")
    turned = logging_site.client.get("/v1/searches/report", params={"format": form, "id": ids[::-1]}).text
    assert turned.index("second one") < turned.index("first one")
    assert logging_site.client.get("/v1/searches/report", params={"id": "s000009"}).status_code == 404


def test_the_appendix_leaves_no_search_out(logging_site: Site) -> None:
    """However many there are, the file tells them all, and how many."""
    first = post(logging_site, "/v1/search", query="zinc")["search_id"]
    run = logging_site.service.searches.get(first)
    for _ in range(250):
        logging_site.service.searches.add(run, dict)
    told = logging_site.client.get("/v1/searches/report").text
    assert (told.count("\n## s"), told.endswith("Searches: 251\n")) == (251, True)


def test_a_log_that_cannot_be_read_is_a_problem_and_no_torn_file(logging_site: Site) -> None:
    """Before any of the file is sent."""
    (logging_site.folder.root / "searches.sqlite").write_bytes(b"no database" * 100)
    answer = logging_site.client.get("/v1/searches/report")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")


def test_a_search_is_forgotten(logging_site: Site) -> None:
    """Once, with no content; it is not there any more."""
    first = post(logging_site, "/v1/search", query="zinc")["search_id"]
    answer = logging_site.client.delete(f"/v1/searches/{first}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert logging_site.client.get(f"/v1/searches/{first}").status_code == 404
    assert logging_site.client.delete(f"/v1/searches/{first}").status_code == 404


def test_another_site_can_neither_forget_nor_ask_again(logging_site: Site) -> None:
    """What a foreign page sends is refused, and nothing is changed."""
    first = post(logging_site, "/v1/search", query="zinc")["search_id"]
    foreign = {"Sec-Fetch-Site": "cross-site"}
    for method, path in (("DELETE", f"/v1/searches/{first}"), ("POST", f"/v1/searches/{first}/replay")):
        assert logging_site.client.request(method, path, headers=foreign).status_code == 403
    assert len(logging_site.client.get("/v1/searches").json()["searches"]) == 1


def test_an_answer_is_not_held_against_a_search(logging_site: Site) -> None:
    """The problem names the field."""
    one = post(logging_site, "/v1/search", query="hiccups")["search_id"]
    other = post(logging_site, "/v1/ask", question="What stopped the hiccups?")["search_id"]
    answer = logging_site.client.get(f"/v1/searches/{one}/compare", params={"with": other})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "with"


class TestWhose:
    """On a server that asks for keys, a key sees the searches that came with it."""

    @pytest.fixture
    def keyed(self, tmp_path: Path) -> Iterator[tuple[Site, dict[str, dict[str, str]]]]:
        """A site that keeps a log, and the headers of a key for each scope."""
        opened = open_site(tmp_path, REPORTS, WebSettings(keys=True), log_searches=True)
        keys = Keys(opened.folder.keys)
        scopes: dict[str, Scope] = {"ward": "read", "lab": "write", "boss": "admin"}
        shown = {name: {"X-API-Key": keys.add(name, scope)} for name, scope in scopes.items()}
        with opened.client:
            yield opened, shown

    def test_a_key_sees_its_own_searches_and_who_runs_the_server_all(
        self, keyed: tuple[Site, dict[str, dict[str, str]]]
    ) -> None:
        """In the list and in the appendix; another's search is answered as one that is not there, and stays."""
        site, shown = keyed
        client, ids = site.client, {}
        for name, headers in shown.items():
            ids[name] = client.post("/v1/search", json={"query": f"rash {name}"}, headers=headers).json()["search_id"]
        for name, seen in (("ward", ["ward"]), ("lab", ["lab"]), ("boss", ["boss", "lab", "ward"])):
            listed = client.get("/v1/searches", headers=shown[name]).json()["searches"]
            assert [(each["id"], each["who"]) for each in listed] == [(ids[each], each) for each in seen]
            told = client.get("/v1/searches/report", headers=shown[name]).text
            assert [each for each in shown if f"rash {each}" in told] == seen[::-1]
        own, other = ids["ward"], ids["lab"]
        missing = client.get("/v1/searches/s000099", headers=shown["ward"]).json()["detail"]
        for method, path in (
            ("GET", f"/v1/searches/{other}"), ("DELETE", f"/v1/searches/{other}"),
            ("POST", f"/v1/searches/{other}/replay"), ("GET", f"/v1/searches/{other}/new"),
            ("GET", f"/v1/searches/{other}/compare?with={own}"), ("GET", f"/v1/searches/{own}/compare?with={other}"),
            ("GET", f"/v1/searches/{other}/export"), ("GET", f"/v1/searches/report?id={own}&id={other}"),
        ):  # fmt: skip
            answer = client.request(method, path, headers=shown["ward"])
            assert answer.status_code == 404, path
            assert answer.json()["detail"] == missing.replace("s000099", other), path
        assert client.get(f"/v1/searches/{other}", headers=shown["boss"]).status_code == 200

    def test_with_its_own_a_key_does_what_it_may(self, keyed: tuple[Site, dict[str, dict[str, str]]]) -> None:
        """To read is enough to look, ask again, compare, export and forget; the repetition is its own, too."""
        site, shown = keyed
        own = site.client.post("/v1/search", json={"query": "zinc"}, headers=shown["ward"]).json()["search_id"]
        again = site.client.post(f"/v1/searches/{own}/replay", headers=shown["ward"]).json()["now"]
        assert (again["again"], again["who"]) == (own, "ward")
        for path in ("", "/new", f"/compare?with={again['id']}", "/export"):
            assert site.client.get(f"/v1/searches/{own}{path}", headers=shown["ward"]).status_code == 200
        assert site.client.delete(f"/v1/searches/{own}", headers=shown["ward"]).status_code == 204

    def test_without_keys_everybody_sees_all(self, logging_site: Site) -> None:
        """Also who shows a key that nobody asked for."""
        first = post(logging_site, "/v1/search", query="zinc")["search_id"]
        for headers in ({}, {"X-API-Key": "ct_from_elsewhere"}):
            assert logging_site.client.get(f"/v1/searches/{first}", headers=headers).status_code == 200


def test_where_nothing_can_be_written_nothing_is_forgotten(logging_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so; what was kept can be looked at, and a search is answered with a notice."""
    first = post(logging_site, "/v1/search", query="zinc")["search_id"]
    root = str(logging_site.folder.root)
    monkeypatch.setattr(os, "access", lambda path, mode: not (mode & os.W_OK and str(path).startswith(root)))
    answer = logging_site.client.delete(f"/v1/searches/{first}")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:casetrove:problem:not-writable")
    assert logging_site.client.get(f"/v1/searches/{first}").status_code == 200


def test_questions_at_once_are_all_kept(logging_site: Site) -> None:
    """Many clients, one log: each answer has an id of its own, and under it its own line."""
    lines = [f"zinc and {number}" for number in range(48)]
    with ThreadPoolExecutor(16) as pool:
        ids = list(pool.map(lambda line: post(logging_site, "/v1/search", query=line)["search_id"], lines))
    assert len(set(ids)) == len(lines)
    for line, search_id in zip(lines, ids, strict=True):
        assert logging_site.client.get(f"/v1/searches/{search_id}").json()["line"] == line


def test_the_log_is_in_no_other_file(logging_site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What was asked stands in the search log alone, and after it was forgotten nowhere."""
    secret = "wombatine"
    caplog.set_level("DEBUG")
    search_id = post(logging_site, "/v1/search", query=f"hiccups and {secret}")["search_id"]
    holding = [path.name for path in logging_site.folder.root.rglob("*") if secret in _bytes(path)]
    assert {name.split("-")[0] for name in holding} == {"searches.sqlite"}
    assert logging_site.client.delete(f"/v1/searches/{search_id}").status_code == 204
    assert not [path for path in logging_site.folder.root.rglob("*") if secret in _bytes(path)]
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert secret not in "\n".join(caplog.handler.format(record) for record in ours)


def _bytes(path: Path) -> str:
    return path.read_bytes().decode("latin-1") if path.is_file() else ""


@pytest.mark.parametrize("form", ["markdown", "csv"])
def test_a_long_report_is_told_in_several_turns_and_is_whole(
    logging_site: Site, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """However few searches are told in one turn at the desk, the file is the same."""
    for path, body in ASKED:
        post(logging_site, path, **body)
    whole = logging_site.client.get("/v1/searches/report", params={"format": form}).content
    turns, run = [], logging_site.app.state.desk.run

    async def counted(work: Any) -> Any:
        turns.append(work)
        return await run(work)

    monkeypatch.setattr(search_log, "_AT_A_TIME", 1)
    monkeypatch.setattr(logging_site.app.state.desk, "run", counted)
    assert logging_site.client.get("/v1/searches/report", params={"format": form}).content == whole
    assert len(turns) > len(ASKED)
