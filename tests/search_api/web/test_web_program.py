"""``casetrove serve`` as a process: what its log holds and does not hold, and how it ends."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from corpus.ingest import ingest
from indexer.build import build
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from search_api.keys import Keys
from search_api.service import Service

from .conftest import REPORTS, wait_until
from .program import Program, running, shut

pytestmark = pytest.mark.slow

ASKED = "zanzibarquux"
"""A word that no path, message or library has by itself."""
CALLS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("search", "POST", "/v1/search", {"json": {"query": f"{ASKED} hiccups"}}),
    ("ask", "POST", "/v1/ask", {"json": {"question": f"What was given for {ASKED}?"}}),
    ("evidence", "POST", "/v1/evidence", {"json": {"question": f"{ASKED} hiccups"}}),
    ("exportEvidence", "GET", f"/v1/evidence/export?question={ASKED}+hiccups&sort={ASKED}", {}),
    ("similar", "POST", "/v1/similar", {"json": {"text": f"A man of 52 with {ASKED} and hiccups."}}),
    ("askModel", "POST", "/v1/ask/stream", {"json": {"question": ASKED}}),
    ("search", "POST", "/v1/search", {"content": f'{{"query": "{ASKED}"'}),
    ("search", "POST", f"/v1/search?q={ASKED}", {"json": {ASKED: ASKED}}),
    ("listReports", "GET", f"/v1/reports?after={ASKED}", {}),
    ("none", "GET", f"/{ASKED}?{ASKED}", {}),
    ("none", ASKED.upper(), "/", {}),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the usual reports."""
    folder = DataFolder(tmp_path / "data")
    encoder = HashingEncoder()
    service = Service(folder, OneEncoder(encoder))
    files = tmp_path / "files"
    files.mkdir()
    for name, text in REPORTS.items():
        (files / name).write_text(text, encoding="utf-8")
    ingest(service.catalog, [files])
    with folder.lock():
        build(folder, service.catalog, encoder)
    service.catalog.close()
    return folder.root


def ask_everything(program: Program, headers: dict[str, str]) -> int:
    """Make each call; how many requests that were."""
    for _, method, path, given in CALLS:
        program.client.request(method, path, headers={"Content-Type": "application/json", **headers}, **given)
    return len(CALLS)


class TestLog:
    """Standard error."""

    @pytest.mark.parametrize("form", ["json", "text"])
    def test_no_question_and_no_key_reaches_the_log(self, data: Path, form: str) -> None:
        """Whatever is asked, in whichever way and be it wrong, the log has neither its words nor the key."""
        key = Keys(DataFolder(data).keys).add("tester", "admin")
        with running(data, "--log-format", form) as program:
            ask_everything(program, {"Authorization": f"Bearer {key}"})
            program.client.get("/v1/index", headers={"X-API-Key": f"ct_{ASKED}"})
            program.process.terminate()
            assert program.process.wait(60) == 0
            log = program.log.read_text(encoding="utf-8")
        assert ASKED not in log.lower()
        assert key.rpartition("_")[2] not in log
        assert log.count("operation") > len(CALLS)

    def test_a_request_is_one_line_of_json(self, data: Path) -> None:
        """With id, key, operation, status, time and size as sent, and with the code of a problem."""
        key = Keys(DataFolder(data).keys).add("reading-room", "read")
        with running(data, "--log-format", "json") as program:
            headers = {"X-API-Key": key, "X-Request-Id": "my-1"}
            with program.client.stream("POST", "/v1/search", json={"query": "hiccups"}, headers=headers) as answer:
                sent = len(b"".join(answer.iter_raw()))
            assert answer.headers["content-encoding"] == "gzip"
            program.client.post("/v1/index/rebuild", headers=headers)
            program.client.get("/v1/jobs")
            told, refused, stranger = map(program.logged, ("search", "rebuildIndex", "listJobs"))
        expected = {"request_id": "my-1", "key": "reading-room", "operation": "search", "method": "POST", "status": 200}
        assert {name: told[name] for name in expected} == expected
        assert told["bytes"] == sent
        assert told["ms"] > 0
        assert told["level"] == "info"
        assert "asked" not in told
        assert (refused["status"], refused["problem"], refused["key"]) == (403, "scope", "reading-room")
        assert (stranger["status"], stranger["problem"], stranger["key"]) == (401, "key-needed", None)

    def test_what_is_asked_is_logged_where_that_is_wished_for(self, data: Path) -> None:
        """With --log-queries lines have the question, of bodies and addresses; stories have a switch of their own."""
        with running(data, "--log-format", "json", "--log-queries") as program:
            ask_everything(program, {})
            asked = [program.logged(name)["asked"] for name in ("search", "ask", "exportEvidence", "similar")]
        assert asked == [
            f"{ASKED} hiccups", f"What was given for {ASKED}?", f"question={ASKED} hiccups&sort={ASKED}", None,
        ]  # fmt: skip

    def test_a_form_that_is_none_is_refused(self, data: Path) -> None:
        """The option is named."""
        with (
            pytest.raises(AssertionError, match="--log-format: 'xml' is none of text, json"),
            running(data, "--log-format", "xml"),
        ):
            pass


class TestProxy:
    """Who calls."""

    @pytest.mark.parametrize(
        ("options", "forwarded", "expected"),
        [
            ((), "192.0.2.{}", 429),
            (("--trust-proxy", "127.0.0.1"), "192.0.2.{}", 200),
            (("--trust-proxy", "127.0.0.1"), "192.0.2.{}, 198.51.100.7", 429),
            (("--trust-proxy", "192.0.2.1"), "192.0.2.{}", 429),
        ],
    )
    def test_who_calls_is_what_a_trusted_proxy_has_seen(
        self, data: Path, options: tuple[str, ...], forwarded: str, expected: int
    ) -> None:
        """Else each caller had a rate of his own for every request; what he wrote before the proxy did is nothing."""
        with running(data, "--rate", "0.01", *options) as program:
            for number in range(12):
                answer = program.client.get("/v1/jobs", headers={"X-Forwarded-For": forwarded.format(number)})
            assert answer.status_code == expected


class TestEnd:
    """SIGTERM."""

    def test_a_server_that_is_told_to_end_ends_in_order(self, data: Path) -> None:
        """Told by SIGTERM, as container engines do, it answers no more, logs no error, and exits with 0."""
        with running(data) as program:
            assert program.client.post("/v1/search", json={"query": "hiccups"}).status_code == 200
            program.process.send_signal(signal.SIGTERM)
            assert program.process.wait(60) == 0
            assert not [line for line in program.lines() if "ERROR" in line or "Traceback" in line]

    def test_a_request_under_way_is_answered_when_the_server_is_told_to_end(self, data: Path) -> None:
        """A body that is half sent is taken in to its end and answered; a new connection is not."""
        body = json.dumps({"query": "hiccups in a balloon"}).encode()
        ending = threading.Event()
        with running(data) as program:

            def halting() -> Any:
                yield body[:10]
                program.process.send_signal(signal.SIGTERM)
                assert ending.wait(60)
                yield body[10:]

            answers: list[httpx.Response] = []
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
            address = str(program.client.base_url)

            def ask() -> None:
                answers.append(httpx.post(f"{address}v1/search", content=halting(), headers=headers, timeout=60))

            asking = threading.Thread(target=ask)
            asking.start()
            while not refuses(address):
                assert asking.is_alive()
            ending.set()
            asking.join(60)
            assert program.process.wait(60) == 0
        assert answers[0].status_code == 200
        assert answers[0].json()["hits"]

    def test_a_question_that_does_not_end_keeps_no_server_from_ending(self, data: Path) -> None:
        """After its time the request is broken off, and its thread is not waited for: the exit code is 0."""
        with running(data) as program:
            shut(data).touch()
            address = f"{program.client.base_url}v1/search"
            broken: list[bool] = []

            def ask() -> None:
                try:
                    broken.append(httpx.post(address, json={"query": "hiccups"}, timeout=60).status_code >= 500)
                except httpx.TransportError:
                    broken.append(True)

            asking = threading.Thread(target=ask)
            asking.start()

            def at_work() -> bool:
                return (
                    'casetrove_questions{desk="questions",state="running"} 1.0' in program.client.get("/metrics").text
                )

            wait_until(at_work, "the question is worked on")
            program.process.send_signal(signal.SIGTERM)
            assert program.process.wait(60) == 0
            asking.join(60)
            assert shut(data).exists()
        assert broken == [True]


def refuses(address: str) -> bool:
    """Whether the server takes no new connection any more."""
    try:
        httpx.get(f"{address}healthz", timeout=60)
    except httpx.TransportError:
        return True
    return False
