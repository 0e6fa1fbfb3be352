from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
import uvicorn

from .conftest import LATER, REPORTS, Site, open_site, wait_until


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, Site]]:
    """A real server on a free loopback port, ended by its own handle."""
    site = open_site(tmp_path, REPORTS)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        wait_until(lambda: server.started, "the server started")
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", site
    finally:
        site.encoder.gate.set()
        server.should_exit = True
        thread.join(60)
        listening.close()
    assert not thread.is_alive()


def test_a_real_server_answers_takes_a_file_in_and_finds_it(address: tuple[str, Site]) -> None:
    """Over a real socket: ready, search, upload, and the new report is found; the server then ends cleanly."""
    base, site = address
    with httpx.Client(base_url=base, timeout=60) as client:
        assert client.get("/readyz").json() == {"status": "ok"}
        hits = client.post("/v1/search", json={"query": "hiccups in a balloon"}).json()["hits"]
        assert hits[0]["citation"]["source"].endswith("hiccups.txt")
        outcome = client.post("/v1/reports", files=[("files", ("toes.txt", LATER))]).json()["files"][0]
        site.settled()
        found = client.post("/v1/search", json={"query": "purple toes grape treading", "system": "bm25"}).json()
        assert found["hits"][0]["report_id"] == outcome["report_id"]


def test_a_real_server_answers_while_it_indexes(address: tuple[str, Site]) -> None:
    """Several callers at once are answered while the rebuild stands still."""
    base, site = address
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


def test_a_real_server_cuts_off_a_body_over_the_limit(address: tuple[str, Site]) -> None:
    """A question that declares megabytes is refused before it is read."""
    base, _ = address
    answer = httpx.post(f"{base}/v1/search", json={"query": "x" * (2 << 20)}, timeout=60)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:casetrove:problem:too-large"
