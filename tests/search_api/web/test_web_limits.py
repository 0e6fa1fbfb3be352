"""Limits over HTTP: rates, full lines, slow answers, slow senders, too many connections."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import Response
from fastapi.testclient import TestClient

from corpus.errors import ConfigError
from corpus.machine import cores
from search_api.keys import Keys
from search_api.web import connections, middleware, server
from search_api.web.app import WebSettings, create_app
from search_api.web.schemas import Problem

from .conftest import LATER, REPORTS, Served, Site, open_site, serving, wait_until

SEARCH = {"query": "hiccups"}
AT_THE_DESK: tuple[tuple[str, dict[str, Any] | None], ...] = (
    ("/v1/search", SEARCH),
    ("/v1/ask", {"question": "Which drug stopped the hiccups?"}),
    ("/v1/evidence", {"question": "hiccups"}),
    ("/v1/evidence/export?question=hiccups", None),
    ("/v1/similar", {"text": "A man of 52 years had hiccups for nine days."}),
    ("/v1/facets", SEARCH),
    ("/v1/list/export", {"places": [{"report_id": "cr-0123456789ab", "start": 0, "end": 9}], "format": "csv"}),
    ("/v1/searches/s000001", None),
    ("/v1/searches/s000001/replay", {}),
    ("/v1/searches/s000001/new", None),
    ("/v1/searches/s000001/compare?with=s000002", None),
    ("/v1/searches/s000001/export", None),
    ("/v1/searches/report", None),
    ("/v1/reports?find=hiccups", None),
    ("/v1/duplicates?wait=0", None),
)
"""All that takes a core for a while."""
LARGE = 8 << 20


def limited(site: Site, **settings: Any) -> Site:
    """The same site with these settings, to be served."""
    app = create_app(site.service, site.library, settings=WebSettings(**settings))
    return Site(site.folder, site.encoder, site.service, site.library, app, TestClient(app))


class TestRate:
    """``rate``."""

    def test_a_caller_over_his_rate_is_told_when_to_come_back(self, site: Site) -> None:
        """429 with Retry-After; the page and health are there all the same."""
        client = limited(site, rate=0.01).client
        answers = [client.get("/v1/index") for _ in range(11)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [429]
        refused = answers[-1]
        assert refused.json()["type"] == "urn:casetrove:problem:too-many"
        assert int(refused.headers["retry-after"]) == 100
        for path in ("/", "/healthz", "/readyz", "/openapi.json"):
            assert client.get(path).status_code == 200

    def test_questions_and_uploads_count_more(self, site: Site) -> None:
        """What takes more of the server uses up the rate sooner."""
        client = limited(site, rate=0.01).client
        answers = [client.post("/v1/search", json=SEARCH).status_code for _ in range(6)]
        assert answers == [200] * 5 + [429]

    def test_a_table_of_evidence_counts_as_what_it_weighs(self, site: Site) -> None:
        """It takes a core for many times as long as a search, so that fewer are let in; its file is no cheaper."""
        asked = {"question": "hiccups"}
        for method, path, given in (
            ("POST", "/v1/evidence", {"json": asked}),
            ("GET", "/v1/evidence/export", {"params": asked}),
        ):
            client = limited(site, rate=0.01).client
            assert [client.request(method, path, **given).status_code for _ in range(2)] == [200, 429]

    def test_each_key_has_its_own_rate(self, site: Site, tmp_path: Path) -> None:
        """One program that asks too often holds up no other, though both call from one address."""
        own = open_site(tmp_path, {}, WebSettings(keys=True, rate=0.01))
        keys = Keys(own.folder.keys)
        greedy, modest = ({"X-API-Key": keys.add(name, "read")} for name in ("greedy", "modest"))
        with own.client as client:
            while client.get("/v1/index", headers=greedy).status_code == 200:
                pass
            assert client.get("/v1/index", headers=greedy).status_code == 429
            assert client.get("/v1/index", headers=modest).status_code == 200

    def test_who_tries_keys_is_slowed_down(self, tmp_path: Path) -> None:
        """Strangers count by their address, whatever they show."""
        own = open_site(tmp_path, {}, WebSettings(keys=True, rate=0.01))
        with own.client as client:
            tried = [client.get("/v1/index", headers={"X-API-Key": f"ct_{n}"}).status_code for n in range(12)]
        assert tried == [401] * 10 + [429] * 2

    def test_where_nothing_is_said_the_first_key_brings_the_rate(self, tmp_path: Path) -> None:
        """A server without keys bounds nobody; from the first key on it does, though it was not started anew."""
        own = open_site(tmp_path, {}, WebSettings(rate=None))
        with own.client as client:
            assert {client.get("/v1/jobs").status_code for _ in range(200)} == {200}
            key = {"X-API-Key": Keys(own.folder.keys).add("first", "read")}
            for _ in range(10_000):
                if client.get("/v1/jobs", headers=key).status_code == 429:
                    break
            else:
                pytest.fail("nobody bounds the one with the key")

    def test_by_default_nothing_is_bounded(self, site: Site) -> None:
        """On one's own machine a script may ask as fast as it can."""
        assert {site.client.get("/v1/jobs").status_code for _ in range(100)} == {200}

    @pytest.mark.parametrize(("name", "value"), [("rate", -1), ("timeout_s", 0), ("most_waiting", -1)])
    def test_a_bound_out_of_bounds_is_refused(self, name: str, value: float) -> None:
        """Settings are refused by their name."""
        with pytest.raises(ConfigError, match=f"^{name}: "):
            WebSettings(**{name: value})


@pytest.fixture
def held(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Semaphore]]:
    """Searches that wait for the event; each lets the semaphore know that it was begun."""
    gate, begun, search = threading.Event(), threading.Semaphore(0), site.service.search

    def waiting(*given: Any, **named: Any) -> object:
        begun.release()
        assert gate.wait(60)
        return search(*given, **named)

    monkeypatch.setattr(site.service, "search", waiting)
    yield gate, begun
    gate.set()


class TestDesk:
    """Questions at once and in line."""

    def test_a_full_line_is_a_503_that_says_when_to_come_back(
        self, site: Site, held: tuple[threading.Event, threading.Semaphore]
    ) -> None:
        """Who comes beyond the line is refused; those in it, and all that is no question, are answered."""
        gate, begun = held
        own = limited(site, most_waiting=1)
        with (
            serving(own) as served,
            httpx.Client(base_url=served.address, timeout=60) as client,
        ):
            answers: list[int] = []

            def ask() -> None:
                answers.append(httpx.post(f"{served.address}/v1/search", json=SEARCH, timeout=60).status_code)

            askers = [threading.Thread(target=ask) for _ in range(cores() + 1)]
            for asker in askers:
                asker.start()
            for _ in range(cores()):
                assert begun.acquire(timeout=60)
            desk = own.app.state.desk
            wait_until(lambda: desk.waiting == 1, "one waits")
            for path, given in AT_THE_DESK:
                refused = client.get(path) if given is None else client.post(path, json=given)
                assert refused.status_code == 503, path
                assert refused.json()["type"] == "urn:casetrove:problem:busy"
                assert int(refused.headers["retry-after"]) > 0
            for path in ("/v1/index", "/v1/reports", "/v1/searches", "/metrics"):
                assert client.get(path).status_code == 200
            gate.set()
            for asker in askers:
                asker.join(60)
            assert answers == [200] * (cores() + 1)

    def test_a_key_with_many_questions_does_not_hold_up_another(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The other's is begun at once, though the first has all that one may have at work, and more in line."""
        own = open_site(tmp_path, REPORTS, WebSettings(keys=True))
        keys = Keys(own.folder.keys)
        greedy, modest = ({"X-API-Key": keys.add(name, "read")} for name in ("greedy", "modest"))
        begun, search = list[str](), own.service.search
        one_begun, one_may_end = threading.Semaphore(0), threading.Semaphore(0)

        def waiting(query: str, **named: Any) -> object:
            begun.append(query)
            one_begun.release()
            assert one_may_end.acquire(timeout=60)
            return search(query, **named)

        monkeypatch.setattr(own.service, "search", waiting)
        with serving(own) as served, ThreadPoolExecutor(cores() + 4) as askers:

            def ask(query: str, key: dict[str, str]) -> int:
                asked = httpx.post(f"{served.address}/v1/search", json={"query": query}, headers=key, timeout=60)
                return asked.status_code

            answers = [askers.submit(ask, "greed", greedy) for _ in range(cores() + 3)]
            desk = own.app.state.desk
            wait_until(lambda: (desk.running, desk.waiting) == (cores(), 3), "three wait")
            answers.append(askers.submit(ask, "modesty", modest))
            for _ in range(cores() + 1):
                assert one_begun.acquire(timeout=60)
            assert begun[cores() :] == ["modesty"]
            one_may_end.release(len(answers))
            assert {answer.result(60) for answer in answers} == {200}

    def test_a_slow_answer_is_a_503(self, site: Site, held: tuple[threading.Event, threading.Semaphore]) -> None:
        """A question that takes longer than it may is given up; readiness tells of it while it still holds a place."""
        gate, _ = held
        app = limited(site, timeout_s=0.1)
        refused = app.client.post("/v1/search", json=SEARCH)
        assert refused.status_code == 503
        assert refused.json()["type"] == "urn:casetrove:problem:too-slow"
        assert "0.1 s" in refused.json()["detail"]

        def told() -> list[str]:
            troubles = app.client.get("/readyz").json()["troubles"]
            return [trouble["what"] for trouble in troubles if trouble["part"] == "questions"]

        assert told() == ["1 question outran the time for an answer and still holds a place"]
        gate.set()
        wait_until(lambda: app.app.state.desk.running == 0, "the thread is free again")
        assert told() == []
        assert site.client.post("/v1/search", json=SEARCH).status_code == 200


def connected(served: Served, source: str = "127.0.0.1") -> socket.socket:
    host, port = served.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=60, source_address=(source, 0))


def narrow(served: Served, room: int) -> socket.socket:
    """A connection whose client's kernel takes in little that is not read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    client.settimeout(60)
    host, port = served.address.removeprefix("http://").split(":")
    client.connect((host, int(port)))
    return client


def is_gone(client: socket.socket) -> bool:
    """Whether the server has given the connection up, as one learns who sends on it."""
    try:
        client.send(b"\r\n")
    except OSError:
        return True
    return False


def everything(connection: socket.socket) -> bytes:
    """What comes until the server closes."""
    found = b""
    while part := connection.recv(65536):
        found += part
    return found


def trickled(connection: socket.socket) -> bool:
    """Send one more byte; whether the server has closed."""
    try:
        connection.sendall(b"a")
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:  # reset, or a broken pipe
        return True


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Served]:
    """A server with an answer that no kernel takes in at once."""
    site = open_site(tmp_path, {})

    @site.app.get("/large")
    def large() -> Response:
        return Response(b"x" * LARGE)

    with serving(site) as found:
        yield found


class TestConnections:
    """Who only holds a connection open."""

    @pytest.mark.parametrize("sent", [b"", b"GET /healthz HTT", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: "])
    def test_a_head_that_does_not_come_is_not_waited_for(
        self, served: Served, monkeypatch: pytest.MonkeyPatch, sent: bytes
    ) -> None:
        """A connection without a whole head is closed, be nothing of it there or nearly all."""
        monkeypatch.setattr(connections, "HEAD_S", 0.2)
        with connected(served) as client:
            client.sendall(sent)
            assert everything(client) == b""

    def test_a_head_that_trickles_does_not_win_time(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        """A byte now and then keeps no connection open."""
        monkeypatch.setattr(connections, "HEAD_S", 0.3)
        with connected(served) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nX-A: ")
            client.settimeout(0.01)
            wait_until(lambda: trickled(client), "the server closed")

    def test_a_second_request_on_a_connection_has_its_own_time(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A connection that is used is not closed under a request, however old it is; half a second head is."""
        monkeypatch.setattr(connections, "HEAD_S", 2.0)
        whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        with connected(served) as client:
            for _ in range(3):
                client.sendall(whole)
                answer = b""
                while not answer.endswith(b"}"):
                    answer += client.recv(65536)
                assert answer.startswith(b"HTTP/1.1 200")
            client.sendall(whole[:20])
            assert everything(client) == b""

    def test_a_body_that_trickles_is_refused(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        """408 as a problem, and the connection is closed."""
        monkeypatch.setattr(middleware, "BODY_S", 0.2)
        with connected(served) as client:
            client.sendall(
                b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
            )
            answer = everything(client)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"urn:casetrove:problem:slow-body" in answer
        assert b"connection: close" in answer.lower()

    def test_a_large_body_has_the_time_that_its_bytes_take(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each byte that comes wins time, so that a large file on a slow line is taken in."""
        monkeypatch.setattr(middleware, "BODY_S", 0.0)
        monkeypatch.setattr(middleware, "LEAST_RATE", 1)
        body = b'{"query": "hiccups"}'
        head = b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        with connected(served) as client:
            client.sendall(head % len(body) + body[:10])
            client.sendall(body[10:])
            assert client.recv(12) == b"HTTP/1.1 200"

    def test_a_rest_that_nobody_waits_for_ends(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who goes on sending what was refused already is cut off."""
        monkeypatch.setattr(connections, "REST_S", 0.2)
        with connected(served) as client:
            client.sendall(b"POST /v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n")
            assert everything(client).startswith(b"HTTP/1.1 413")

    def test_connections_are_bounded(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        """One too many is told so and closed; when another leaves, the next is served."""
        monkeypatch.setattr(connections, "MOST", 2)
        with connected(served), connected(served) as second:
            wait_until(lambda: len(served.server.server_state.connections) == 2, "both are there")
            with connected(served) as third:
                answer = everything(third)
            assert answer.startswith(b"HTTP/1.1 503")
            assert b"urn:casetrove:problem:busy" in answer
            assert b"Retry-After" in answer
            head, _, body = answer.partition(b"\r\n\r\n")
            problem = Problem.model_validate_json(body)
            assert f"X-Request-Id: {problem.request_id}".encode() in head
            second.close()
            wait_until(lambda: len(served.server.server_state.connections) == 1, "one has left")
            assert httpx.get(f"{served.address}/healthz", timeout=60).status_code == 200

    def test_one_address_cannot_take_all_connections(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who has as many as one may have gets no more, and others are served."""
        monkeypatch.setattr(connections, "MOST_EACH", 2)
        monkeypatch.setattr(connections, "UNCOUNTED", ("127.0.0.1/32",))
        greedy = "127.0.0.2"
        with connected(served, greedy), connected(served, greedy):
            wait_until(lambda: len(served.server.server_state.connections) == 2, "both are there")
            with connected(served, greedy) as third:
                assert everything(third).startswith(b"HTTP/1.1 503")
            with connected(served, "127.0.0.3") as other:
                other.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert everything(other).startswith(b"HTTP/1.1 200")
            with connected(served), connected(served), connected(served) as near:
                near.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert everything(near).startswith(b"HTTP/1.1 200")

    @pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"])
    def test_an_answer_that_nobody_reads_is_given_up(
        self, large: Served, monkeypatch: pytest.MonkeyPatch, last: bytes
    ) -> None:
        """Be the connection to be closed after it or not: its memory and its place are free again."""
        monkeypatch.setattr(connections, "READ_S", 0.3)
        with narrow(large, 4096) as client:
            client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n" + last + b"\r\n")
            assert client.recv(12) == b"HTTP/1.1 200"
            wait_until(lambda: not large.server.server_state.connections, "the server gave it up")
            wait_until(lambda: is_gone(client), "the client is told")

    def test_a_slow_reader_gets_all(self, large: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        """An answer that is longer in going than nothing may go is not cut off while some of it goes."""
        monkeypatch.setattr(connections, "READ_S", 1.0)
        monkeypatch.setattr(connections, "LEAST_READ", 1)
        with narrow(large, 1 << 15) as client:
            client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            pause, read = threading.Event(), 0
            while part := client.recv(1 << 20):
                read += len(part)
                pause.wait(0.01)
            assert read > LARGE

    def test_an_answer_that_streams_is_not_cut_off(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        """The bounds are for heads and bodies: an answer may take longer than either."""
        monkeypatch.setattr(connections, "HEAD_S", 1.0)
        monkeypatch.setattr(middleware, "BODY_S", 1.0)
        site = served.site
        site.encoder.gate.clear()
        with httpx.Client(base_url=served.address, timeout=60) as client:
            url = client.post("/v1/reports", files=[("files", ("toes.txt", LATER))]).json()
            assert site.encoder.waiting.wait(60)
            with client.stream("GET", url["job"]["url"] + "/events") as stream:
                lines = stream.iter_lines()
                assert next(lines).startswith("id:")
                opened = threading.Timer(1.5, site.encoder.gate.set)
                opened.start()
                assert any('"state":"done"' in line for line in lines)

    def test_idle_connections_are_bounded_too(self) -> None:
        """Between requests, and when the server ends, nobody is waited for without end."""
        app = create_app  # any callable: the configuration alone is looked at
        config = server.server(app).config  # type: ignore[arg-type]
        assert 0 < config.timeout_keep_alive <= 60
        assert config.timeout_graceful_shutdown is not None
        assert 0 < config.timeout_graceful_shutdown <= 30
        assert not config.access_log
        assert not config.proxy_headers
