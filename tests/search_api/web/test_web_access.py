"""Keys over HTTP: who is let in, who is told what, and that no operation can be forgotten."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from corpus.errors import ConfigError
from search_api.keys import SCOPES, Keys, Scope
from search_api.web import operations
from search_api.web.app import WebSettings, create_app
from search_api.web.operations import NEEDS, Operations

from .conftest import REPORTS, Site, open_site, serving, wait_until

ROOT = Path(__file__).parents[3]
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "search": ("POST", "/v1/search", {"json": {"query": "hiccups"}}),
    "ask": ("POST", "/v1/ask", {"json": {"question": "What was given for hiccups?"}}),
    "askModel": ("POST", "/v1/ask/stream", {"json": {"question": "What was given for hiccups?"}}),
    "evidence": ("POST", "/v1/evidence", {"json": {"question": "hiccups"}}),
    "exportEvidence": ("GET", "/v1/evidence/export?question=hiccups", {}),
    "exportTable": ("POST", "/v1/evidence/export", {"json": {"question": "hiccups"}}),
    "similar": ("POST", "/v1/similar", {"json": {"text": "A man of 52 with hiccups."}}),
    "facets": ("POST", "/v1/facets", {"json": {"query": "hiccups"}}),
    "exportList": ("POST", "/v1/list/export", {"json": {"format": "ris", "places": []}}),
    "listReports": ("GET", "/v1/reports", {}),
    "getReport": ("GET", "/v1/reports/nobody", {}),
    "readText": ("GET", "/v1/reports/nobody/text", {}),
    "readCases": ("GET", "/v1/reports/nobody/cases", {}),
    "listPages": ("GET", "/v1/reports/nobody/pages", {}),
    "showPage": ("GET", "/v1/reports/nobody/pages/1/image", {}),
    "markPage": ("GET", "/v1/reports/nobody/pages/1/marks?start=0&end=1", {}),
    "listJobs": ("GET", "/v1/jobs", {}),
    "getJob": ("GET", "/v1/jobs/none", {}),
    "followJob": ("GET", "/v1/jobs/none/events", {}),
    "getIndex": ("GET", "/v1/index", {}),
    "listGenerations": ("GET", "/v1/generations", {}),
    "serveGeneration": ("POST", "/v1/generations/1000/serve", {}),
    "listFailures": ("GET", "/v1/failures", {}),
    "forgetFailure": ("DELETE", "/v1/failures/999", {}),
    "listDuplicates": ("GET", "/v1/duplicates", {}),
    "decideDuplicate": ("POST", "/v1/duplicates", {"json": {"one": "nobody", "other": "none", "decision": "same"}}),
    "listSearches": ("GET", "/v1/searches", {}),
    "reportSearches": ("GET", "/v1/searches/report", {}),
    "getSearch": ("GET", "/v1/searches/s000001", {}),
    "forgetSearch": ("DELETE", "/v1/searches/s000001", {}),
    "replaySearch": ("POST", "/v1/searches/s000001/replay", {}),
    "newSince": ("GET", "/v1/searches/s000001/new", {}),
    "compareSearches": ("GET", "/v1/searches/s000001/compare?with=s000002", {}),
    "exportSearch": ("GET", "/v1/searches/s000001/export", {}),
    "getMetrics": ("GET", "/metrics", {}),
    "uploadReports": ("POST", "/v1/reports", {"files": [("files", ("empty.txt", b""))]}),
    "deleteReport": ("DELETE", "/v1/reports/nobody", {}),
    "rebuildIndex": ("POST", "/v1/index/rebuild", {}),
    "isAlive": ("GET", "/healthz", {}),
    "isReady": ("GET", "/readyz", {}),
}
"""A call of each operation that changes nothing, be it let in or not."""
OPEN = {"isAlive", "isReady"}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that asks for keys."""
    opened = open_site(tmp_path_factory.mktemp("closed"), REPORTS, WebSettings(keys=True))
    with opened.client:
        yield opened


@pytest.fixture(scope="module")
def shown(closed: Site) -> dict[Scope, str]:
    """A key of each scope."""
    keys = Keys(closed.folder.keys)
    return {scope: keys.add(f"the-{scope}", scope) for scope in SCOPES}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def called(site: Site, operation: str, headers: dict[str, str]) -> httpx.Response:
    method, path, given = CALLS[operation]
    return site.client.request(method, path, headers=headers, **given)


class TestEveryOperation:
    """The table of needs, held against the application."""

    def test_every_operation_says_what_it_needs_and_nothing_else_does(self, closed: Site) -> None:
        """The document's operations are those of the table, and of the calls here."""
        document = closed.client.get("/openapi.json").json()
        listed = {each["operationId"] for item in document["paths"].values() for each in item.values()}
        assert listed == set(NEEDS) == set(CALLS)

    @pytest.mark.parametrize("operation", sorted(set(CALLS) - OPEN))
    def test_a_stranger_is_not_let_in(self, closed: Site, operation: str) -> None:
        """Without a key each operation answers 401, says so to browsers and programs, and does nothing."""
        answer = called(closed, operation, {})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["type"] == "urn:casetrove:problem:key-needed"
        assert "Authorization: Bearer" in answer.json()["detail"]

    @pytest.mark.parametrize("operation", sorted(OPEN))
    def test_health_is_anyones_to_ask(self, closed: Site, operation: str) -> None:
        """What watches over the server needs no key."""
        assert called(closed, operation, {}).status_code == 200

    @pytest.mark.parametrize("path", ["/", "/page/page.js", "/openapi.json"])
    def test_the_page_and_the_description_are_anyones_to_see(self, closed: Site, path: str) -> None:
        """They tell nothing of the reports, and who opens the page can give a key there."""
        assert closed.client.get(path).status_code == 200

    @pytest.mark.parametrize("operation", sorted(set(CALLS) - OPEN))
    @pytest.mark.parametrize("scope", SCOPES)
    def test_a_key_does_what_its_scope_allows_and_no_more(
        self, closed: Site, shown: dict[Scope, str], operation: str, scope: Scope
    ) -> None:
        """Reading, changing and running a server nest; what is not allowed is a 403 that names both scopes."""
        needed = NEEDS[operation].scope
        assert needed is not None
        answer = called(closed, operation, bearer(shown[scope]))
        if SCOPES.index(needed) <= SCOPES.index(scope):
            assert answer.status_code not in (401, 403), answer.text
        else:
            assert answer.status_code == 403
            assert answer.json()["type"] == "urn:casetrove:problem:scope"
            assert scope in answer.json()["detail"]
            assert needed in answer.json()["detail"]

    def test_what_changes_needs_more_than_reading(self) -> None:
        """No operation that changes reports is open to who may only read."""
        for operation in ("uploadReports", "deleteReport", "rebuildIndex", "decideDuplicate", "serveGeneration",
                          "forgetFailure"):  # fmt: skip
            assert NEEDS[operation].scope in ("write", "admin")

    @pytest.mark.parametrize(
        "operation", sorted(name for name, needs in NEEDS.items() if needs.scope != "read" and needs.scope)
    )
    @pytest.mark.parametrize("said", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
    def test_no_change_is_taken_from_another_sites_page(self, site: Site, operation: str, said: dict[str, str]) -> None:
        """Where no key is needed, what changes anything is refused when it comes from elsewhere."""
        assert called(site, operation, said).status_code == 403

    def test_the_description_follows_the_first_key(self, tmp_path: Path) -> None:
        """Keys may be left out until there is one; the document is made once for each, and not for each request."""
        own = open_site(tmp_path, {})

        def ways() -> int:
            document = own.client.get("/openapi.json").json()
            return len(document["paths"]["/v1/search"]["post"]["security"])

        with own.client:
            before = own.app.rendered()
            assert (ways(), ways()) == (3, 3)
            assert own.app.rendered() is before
            Keys(own.folder.keys).add("first", "read")
            assert (ways(), ways()) == (2, 2)
            assert own.app.rendered() is own.app.rendered() is not before

    def test_the_description_says_what_each_needs(self, closed: Site, site: Site) -> None:
        """Each operation names its scope and both ways to send a key, which may be left out where none is needed."""
        for each, ways in ((closed, 2), (site, 3)):
            document = each.client.get("/openapi.json").json()
            assert set(document["components"]["securitySchemes"]) == {"key", "header"}
            for item in document["paths"].values():
                for operation in item.values():
                    needed = NEEDS[operation["operationId"]].scope
                    assert operation.get("x-scope") == needed
                    if needed is None:
                        assert operation["security"] == []
                    else:
                        assert operation["security"][:2] == [{"key": [needed]}, {"header": [needed]}]
                        assert len(operation["security"]) == ways
                        assert {"401", "403"} <= set(operation["responses"])


class TestNotForgotten:
    """A new operation cannot be reached before somebody says who may."""

    def test_an_operation_without_a_scope_keeps_the_application_from_being_made(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the table does not hold is named, and where to put it."""
        monkeypatch.setattr(operations, "NEEDS", {name: each for name, each in NEEDS.items() if name != "readCases"})
        with pytest.raises(ConfigError, match=r"readCases.*search_api\.web\.operations"):
            create_app(site.service, site.library)

    @pytest.mark.parametrize("hidden", [False, True])
    def test_a_route_past_the_guard_is_found(self, site: Site, hidden: bool) -> None:
        """A plain route is refused, listed in the description or not; so is one of a plain router, and a mount."""
        for add in (
            lambda app: app.get("/v1/secret", operation_id="search", include_in_schema=not hidden)(nothing),
            lambda app: app.add_route("/v1/secret", nothing, include_in_schema=not hidden),
            lambda app: app.mount("/v1/secret", site.app),
        ):
            app = create_app(site.service, site.library)
            add(app)
            with pytest.raises(ConfigError, match="/v1/secret: is not guarded"):
                operations.check_all_declared(app)

    def test_a_handler_knows_by_which_key_it_was_called(self, closed: Site, shown: dict[Scope, str]) -> None:
        """The key's name is in the request's state, None where there was none."""
        routes = Operations(prefix="/v1")
        names: list[str | None] = []

        @routes.get("/who", operation_id="getIndex")
        def who(request: Request) -> None:
            names.append(request.state.key_name)

        for needed in (True, False):
            app = create_app(closed.service, closed.library, settings=WebSettings(keys=needed))
            app.include_router(routes)
            client = TestClient(app)
            client.get("/v1/who", headers=bearer(shown["write"]))
            client.get("/v1/who")
            client.get("/v1/who", headers=bearer("ct_nothing"))
        assert names == ["the-write", "the-write", None, None]


class TestMay:
    """What a key is told of itself."""

    def test_a_key_is_told_its_scopes(self, closed: Site, site: Site, shown: dict[Scope, str]) -> None:
        """Its own and those that it includes; on a server without keys, all, whatever is shown."""
        for number, scope in enumerate(SCOPES, 1):
            assert closed.client.get("/v1/index", headers=bearer(shown[scope])).json()["may"] == list(SCOPES[:number])
        assert site.client.get("/v1/index", headers=bearer("ct_nothing")).json()["may"] == list(SCOPES)


class TestKey:
    """How a key is shown, and what becomes of one that is none."""

    @pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER   {}", "Bearer {} "])
    def test_a_key_comes_as_a_bearer_token(self, closed: Site, shown: dict[Scope, str], form: str) -> None:
        """The scheme's letters and white space do not matter."""
        headers = {"Authorization": form.format(shown["read"])}
        assert closed.client.get("/v1/index", headers=headers).status_code == 200

    def test_a_key_may_come_in_its_own_header(self, closed: Site, shown: dict[Scope, str]) -> None:
        """Behind a gateway that has its own use for Authorization, X-API-Key does."""
        for others in ("Basic Zm9vOmJhcg==", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl"):
            headers = {"Authorization": others, "X-API-Key": shown["read"]}
            assert closed.client.get("/v1/index", headers=headers).status_code == 200

    def test_a_wrong_key_in_its_own_header_is_wrong(self, closed: Site, shown: dict[Scope, str]) -> None:
        """The header that is the key's own decides; a good key in the other one does not mend it."""
        answer = closed.client.get("/v1/index", headers={**bearer(shown["read"]), "X-API-Key": "ct_nothing"})
        assert answer.json()["type"].endswith(":key-unknown")

    @pytest.mark.parametrize("where", ["query", "cookie"])
    def test_a_key_is_not_taken_from_where_it_would_leak(
        self, closed: Site, shown: dict[Scope, str], where: str
    ) -> None:
        """Addresses are logged and cookies are sent by other sites' pages."""
        key = shown["read"]
        given: dict[str, Any] = {"params": {"key": key}} if where == "query" else {"headers": {"Cookie": f"key={key}"}}
        assert closed.client.get("/v1/index", **given).json()["type"].endswith(":key-needed")

    @pytest.mark.parametrize("key", ["x", "ct_" + "0" * 12 + "_" + "0" * 64, "Bearer", "\xff\xfe", "%00"])
    def test_what_is_no_key_is_told_apart_from_none(self, closed: Site, key: str) -> None:
        """Who sends a wrong key learns that it is wrong, and nothing of which are right."""
        answer = closed.client.get("/v1/index", headers={"Authorization": f"Bearer {key}".encode("latin-1")})
        assert answer.status_code == 401
        assert answer.json()["type"] == "urn:casetrove:problem:key-unknown"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "the-" not in answer.text

    def test_a_key_whose_time_is_over_says_so(self, closed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its owner is told until when it was good."""
        key = Keys(closed.folder.keys).add("guest", "read", 1)
        monkeypatch.setattr(Keys, "has_expired", lambda self, key: True)
        answer = closed.client.get("/v1/index", headers=bearer(key))
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:casetrove:problem:key-expired")

    def test_the_last_use_is_remembered(self, closed: Site) -> None:
        """Who looks at the list sees which keys are in use."""
        keys = Keys(closed.folder.keys)
        key = keys.add("user", "read")
        closed.client.get("/v1/index", headers=bearer(key))
        wait_until(lambda: was_used(keys, key), "the use was noted")

    def test_who_writes_to_the_list_of_keys_holds_nobody_up(self, closed: Site) -> None:
        """A use is not noted while another process has the file, and no request waits for that; a later one is."""
        keys = Keys(closed.folder.keys)
        key = keys.add("hurried", "read")
        with closing(sqlite3.connect(closed.folder.keys, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with serving(closed_again(closed)) as served, httpx.Client(base_url=served.address, timeout=20) as client:
                for _ in range(3):  # a write that waited, waited for 30 s
                    assert client.get("/v1/index", headers=bearer(key)).status_code == 200
        assert not was_used(keys, key)
        closed.client.get("/v1/index", headers=bearer(key))
        wait_until(lambda: was_used(keys, key), "the use was noted")

    def test_a_stranger_is_refused_before_the_body_is_taken_in(self, closed: Site) -> None:
        """A body that is no JSON gets 401 like any other, and of a large one nothing is waited for."""
        assert closed.client.post("/v1/search", content=b"{").status_code == 401
        with serving(closed_again(closed)) as served:
            host, port = served.address.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port)), timeout=60) as stranger:
                stranger.sendall(b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n")
                assert stranger.recv(12) == b"HTTP/1.1 401"


def was_used(keys: Keys, shown: str) -> bool:
    """Whether a use of the key that is shown so is remembered."""
    found = keys.find(shown)
    return found is not None and found.used is not None


def nothing() -> None:
    """A handler."""


def closed_again(site: Site) -> Site:
    """The same site, to be served once more."""
    app = create_app(site.service, site.library, settings=WebSettings(keys=True))
    return Site(site.folder, site.encoder, site.service, site.library, app, TestClient(app))


class TestOnLoopback:
    """Without an option, on loopback."""

    def test_without_a_key_all_is_open_and_the_first_closes_it(self, own_site: Site) -> None:
        """A key that is made while the server runs is asked for from the next request on, also when revoked."""
        assert own_site.client.get("/v1/index").status_code == 200
        keys = Keys(own_site.folder.keys)
        key = keys.add("boss", "admin")
        assert own_site.client.get("/v1/index").status_code == 401
        assert own_site.client.get("/v1/index", headers=bearer(key)).status_code == 200
        keys.revoke("boss")
        assert own_site.client.get("/v1/index").status_code == 401

    def test_without_keys_a_wrong_key_does_no_harm(self, site: Site) -> None:
        """Where nobody asks for keys, a key from elsewhere is passed over."""
        assert site.client.get("/v1/index", headers=bearer("ct_from_elsewhere")).status_code == 200

    def test_a_key_that_another_process_revokes_stops_working(self, tmp_path: Path) -> None:
        """The command line revokes it while the server runs; the next request is refused."""
        site = open_site(tmp_path, REPORTS, WebSettings(keys=True))
        casetrove = [sys.executable, "-m", "casetrove", "keys"]
        data = ["--data", str(site.folder.root)]
        made = subprocess.run([*casetrove, "add", "boss", *data], cwd=ROOT, capture_output=True, text=True, check=True)
        with serving(site) as served, httpx.Client(base_url=served.address, timeout=60) as client:
            headers = bearer(made.stdout.strip())
            assert client.get("/v1/index", headers=headers).status_code == 200
            subprocess.run([*casetrove, "revoke", "boss", *data], cwd=ROOT, capture_output=True, check=True)
            assert client.get("/v1/index", headers=headers).status_code == 401
