from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest

from corpus.machine import cores
from search_api.model import SearchResult

from .conftest import LATER, Served


def test_a_real_server_answers_takes_a_file_in_and_finds_it(served: Served) -> None:
    """Over a real socket: ready, search, upload, and the new report is found; the server then ends cleanly."""
    base, site = served.address, served.site
    with httpx.Client(base_url=base, timeout=60) as client:
        assert client.get("/readyz").status_code == 200
        hits = client.post("/v1/search", json={"query": "hiccups in a balloon"}).json()["hits"]
        assert hits[0]["citation"]["source"].endswith("hiccups.txt")
        outcome = client.post("/v1/reports", files=[("files", ("toes.txt", LATER))]).json()["files"][0]
        site.settled()
        found = client.post("/v1/search", json={"query": "purple toes grape treading", "system": "bm25"}).json()
        assert found["hits"][0]["report_id"] == outcome["report_id"]


def test_a_real_server_answers_while_it_indexes(served: Served) -> None:
    """Several callers at once are answered while the rebuild stands still."""
    base, site = served.address, served.site
    site.encoder.gate.clear()
    with httpx.Client(base_url=base, timeout=60) as client:
        client.post("/v1/reports", files=[("files", ("toes.txt", LATER))])
        assert site.encoder.waiting.wait(60)
        generations: list[int] = []

        def ask() -> None:
            answer = httpx.post(f"{base}/v1/ask", json={"question": "What was given for hiccups?"}, timeout=60)
            generations.append(answer.json()["generation"])

        callers = [threading.Thread(target=ask) for _ in range(4)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join(60)
        assert generations == [1, 1, 1, 1]
        assert client.get("/v1/index").json()["rebuild"]["building"]


def test_a_real_server_cuts_off_a_body_over_the_limit(served: Served) -> None:
    """A question that declares megabytes is refused before it is read."""
    answer = httpx.post(f"{served.address}/v1/search", json={"query": "x" * (2 << 20)}, timeout=60)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:casetrove:problem:too-large"


def test_as_many_searches_are_worked_on_at_once_as_there_are_cores(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty clients get their answers, a few at a time; who only asks whether the server lives does not wait."""
    base, search, lock = served.address, served.site.service.search, threading.Lock()
    working, most, health = 0, 0, list[float]()

    def watched(*given: Any, **named: Any) -> SearchResult:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        time.sleep(0.1)
        try:
            return search(*given, **named)
        finally:
            with lock:
                working -= 1

    monkeypatch.setattr(served.site.service, "search", watched)

    def client(_: int) -> int:
        return httpx.post(f"{base}/v1/search", json={"query": "hiccups"}, timeout=60).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(client, range(20))
        for _ in range(5):
            httpx.get(f"{base}/healthz", timeout=60)
            with lock:
                health.append(working)
            time.sleep(0.02)
        assert list(answers) == [200] * 20
    assert most == cores()
    assert any(health), "no search was at work while the server was asked for its health: nothing was shown"
