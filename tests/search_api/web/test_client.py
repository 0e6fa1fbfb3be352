"""The typed client speaks for every operation, against a real server."""

from __future__ import annotations

import inspect
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from search_api.client import Client
from search_api.config import LlmSettings
from search_api.connection import ProblemError
from search_api.json import search_json
from search_api.web import health
from search_api.web.app import WebSettings
from tests.search_api.lying_model import KEY, model, say

from .conftest import LATER, REPORTS, Served, open_site, serving, wait_until


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real server whose reports no test changes."""
    with serving(open_site(tmp_path_factory.mktemp("client"), REPORTS)) as found:
        yield found


@pytest.fixture(scope="module")
def asked(read_only: Served) -> Iterator[Client]:
    """A client of it."""
    with Client(read_only.address) as client:
        yield client


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    """A client of a server of one's own."""
    with Client(served.address) as client:
        yield client


def snake(name: str) -> str:
    """``listReports`` → "list_reports"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def taken(method: Any) -> set[str]:
    """What a method takes by name, those of its ``**more`` among them; "with" is a word of Python's, so ``with_``."""
    names = set()
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (unpacked,) = get_args(get_type_hints(method)[name])
            names |= set(get_type_hints(unpacked))
        else:
            names.add(name)
    return {name.removesuffix("_") for name in names} - {"self"}


class TestContract:
    """The client and the OpenAPI document say the same."""

    def test_every_operation_has_a_method(self, read_only: Served) -> None:
        """Each operation id, in Python's spelling, is a method with a docstring; a new operation wants one, too."""
        for path, item in read_only.site.app.openapi()["paths"].items():
            for verb, operation in item.items():
                name = snake(operation["operationId"])
                method = getattr(Client, name, None)
                assert method is not None, f"{verb.upper()} {path}: give search_api.client.Client a method {name}()"
                assert method.__doc__, name

    def test_every_method_takes_what_its_operation_takes(self, read_only: Served) -> None:
        """Parameters and fields of the body have the same names; headers and a list's places are the client's own."""
        document = read_only.site.app.openapi()
        for item in document["paths"].values():
            for operation in item.values():
                method = getattr(Client, snake(operation["operationId"]))
                wanted = {each["name"] for each in operation.get("parameters", []) if each["in"] != "header"}
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    schema = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
                    wanted |= set(schema["properties"])
                assert wanted == taken(method), operation["operationId"]


class TestQuestions:
    """What is asked comes back as models."""

    def test_a_search_is_what_the_service_finds(self, asked: Client, read_only: Served) -> None:
        """The typed answer holds all that the service says, to the letter."""
        found = asked.search("zinc for a rash", k=3, filters={"sex": "female"}, explain=True)
        from search_api.retrieval.query import Given

        given = Given(filters={"sex": ["female"]})
        here = read_only.site.service.search("zinc for a rash", k=3, given=given, explain=True)
        assert found.model_dump(mode="json")["hits"] == json.loads(json.dumps(search_json(here)))["hits"]
        assert found.hits[0].why is not None
        assert found.conditions[0].kind == "sex"

    def test_hits_go_through_all_pages(self, asked: Client) -> None:
        """Fetched two at a time they are those of one long page, in the same order."""
        whole = asked.search("man woman treated", k=100)
        assert [hit.passage_id for hit in asked.hits("man woman treated", k=2)] == [
            hit.passage_id for hit in whole.hits
        ]
        assert len(whole.hits) > 4

    def test_an_answer_and_evidence_and_likeness(self, asked: Client) -> None:
        """Each question has its answer's type, with its texts and counts."""
        answer = asked.ask("What was given for hiccups?", must=["baclofen"])
        assert answer.answerable
        assert "baclofen" in answer.sentences[0].text
        table = asked.evidence("hiccups", kinds=["drug"], sort="-year")
        assert table.generation == 1
        alike = asked.similar("A man of 50 with hiccups.", k=2)
        assert alike.similar[0].patients
        same = asked.similar(report_id=answer.sentences[0].report_id, k=1)
        assert same.report_id == answer.sentences[0].report_id

    def test_exports_are_bytes(self, asked: Client) -> None:
        """A table and a list come as the files that they are."""
        assert b"baclofen" in asked.export_evidence("hiccups", format="csv").lower()
        assert b"baclofen" in asked.export_table("hiccups", treatments=["baclofen"], filters={"sex": "male"})
        hits = asked.search("hiccups", k=3).hits
        assert asked.export_list(hits, "ris").count(b"TY  - ") == len({hit.report_id for hit in hits})

    def test_a_model_streams_through(self, tmp_path: Path) -> None:
        """The events come in their order, with their data."""
        pytest.importorskip("openai", reason="the extra `llm` is not installed")
        with model() as lying:
            lying.replies = lambda _asked, _number: say()
            settings = WebSettings(llm=LlmSettings(lying.url, "liar", KEY, 30, 0))
            with serving(open_site(tmp_path, REPORTS, settings)) as found, Client(found.address) as client:
                events = list(client.ask_model("What was given for hiccups?"))
        assert (events[0][0], events[-1][0]) == ("answer", "done")
        assert events[-1][1]["answer"]["question"] == "What was given for hiccups?"


class TestReports:
    """Reports are listed, read, sent in and taken out."""

    def test_reports_are_read(self, asked: Client) -> None:
        """The list, fetched one at a time, leads to each report, its text and its cases."""
        listed = list(asked.reports(limit=1))
        assert len(listed) == asked.list_reports().total == 3
        for each in listed:
            report = asked.get_report(each.report_id)
            text = asked.read_text(each.report_id)
            assert report.length == text.length == len(text.text)
            assert asked.read_text(each.report_id, start=3, end=9).text == text.text[3:9]
            assert asked.read_cases(each.report_id).generation == 1

    def test_what_is_added_is_found_and_what_is_deleted_is_not(self, client: Client, tmp_path: Path) -> None:
        """``add`` follows the job to its end: the next search finds the report; a deletion takes it out again."""
        path = tmp_path / "toes – été.txt"
        path.write_bytes(LATER)
        job = client.add([path])
        assert (job.state, job.files[0].name, job.files[0].outcome) == ("done", path.name, "read")
        report_id = job.files[0].report_id
        assert report_id is not None
        assert client.search("purple toes", system="bm25").hits[0].report_id == report_id
        assert client.finished(client.delete_report(report_id).job.id).state == "done"
        with pytest.raises(ProblemError) as told:
            client.get_report(report_id)
        assert (told.value.code, told.value.status) == ("not-found", 404)
        assert client.finished(client.rebuild_index(force=True).job.id).generation == 4
        assert [each.kind for each in client.jobs(limit=1)] == ["rebuild", "delete", "upload"]
        assert client.list_jobs(limit=2).next is not None

    def test_a_job_is_followed_while_it_works(self, client: Client, served: Served, tmp_path: Path) -> None:
        """Each change is told as it happens, the last one being the end."""
        served.site.encoder.gate.clear()
        path = tmp_path / "toes.txt"
        path.write_bytes(LATER)
        job = client.upload_reports([path], wait=0).job
        seen: list[str] = []

        def follow() -> None:
            seen.extend(each.state for each in client.follow_job(job.id))

        following = threading.Thread(target=follow)
        following.start()
        assert served.site.encoder.waiting.wait(60)
        wait_until(lambda: "running" in seen, "the work was told")
        assert "done" not in seen
        served.site.encoder.gate.set()
        following.join(60)
        assert seen[-1] == "done"

    def test_an_id_may_hold_anything(self, asked: Client) -> None:
        """What is given as an id never becomes another address."""
        for report_id in ("../index", "a/b", "x?y=z", "10.5555/none", "%2e%2e", "é", "a b", "#"):
            with pytest.raises(ProblemError) as told:
                asked.get_report(report_id)
            assert told.value.code == "not-found", report_id
            assert report_id in told.value.detail


class TestState:
    """How the server is."""

    def test_the_state_is_told(self, asked: Client) -> None:
        """Alive, ready, and serving a generation."""
        assert asked.is_alive().status == asked.is_ready().status == "ok"
        assert asked.is_ready().generation == 1
        assert asked.get_index().reports == 3

    def test_a_server_that_wants_a_person_is_ready(self, monkeypatch: pytest.MonkeyPatch, asked: Client) -> None:
        """What needs somebody is told as trouble of a server that answers, not as an answer that is not understood."""
        monkeypatch.setattr(health, "LEAST_ROOM", 1 << 80)
        ready = asked.is_ready()
        assert (ready.status, ready.troubles[0].part, ready.generation) == ("degraded", "disk", 1)


class TestProblems:
    """What goes wrong is one exception with all that the server told."""

    def test_a_refusal_names_its_field(self, asked: Client) -> None:
        """Code, status, fields and the request's id come along; the words are the server's."""
        with pytest.raises(ProblemError, match="k: ") as told:
            asked.search("rash", k=0)
        problem = told.value
        assert (problem.code, problem.status, problem.errors[0].field) == ("usage", 422, "k")
        assert re.fullmatch(r"[0-9a-f]{32}", problem.request_id)
        assert str(problem) == problem.detail

    def test_a_stream_that_cannot_begin_is_a_problem_too(self, asked: Client) -> None:
        """Without a model, or without the job, there is no stream but the reason."""
        with pytest.raises(ProblemError) as told:
            next(asked.ask_model("hiccups?"))
        assert told.value.code == "no-model"
        with pytest.raises(ProblemError) as told:
            next(asked.follow_job("none"))
        assert told.value.code == "not-found"

    def test_a_server_that_is_not_there_is_unreachable(self) -> None:
        """No answer has a code of its own, for answers and for streams."""
        import socket

        with socket.create_server(("127.0.0.1", 0)) as taken_port:
            address = f"http://127.0.0.1:{taken_port.getsockname()[1]}"
        with Client(address, timeout_s=5) as client:
            for call in (client.is_alive, lambda: next(client.follow_job("x"))):
                with pytest.raises(ProblemError) as told:
                    call()
                assert (told.value.code, told.value.status) == ("unreachable", 0)

    @pytest.mark.parametrize(("status", "body"), [(200, b"<html>"), (200, b"{}"), (502, b"<html>"), (404, b"[]")])
    def test_what_is_no_casetrove_is_not_understood(self, status: int, body: bytes) -> None:
        """A page of something else, be it an error or not, is told as such, with its status."""
        with answering(status, body) as (address, _), Client(address) as client:
            with pytest.raises(ProblemError) as told:
                client.get_index()
            assert (told.value.code, told.value.status) == ("not-understood", status)

    def test_a_newer_server_is_understood(self) -> None:
        """Fields that this client does not know are passed over."""
        body = json.dumps({"status": "ok", "mood": "bright"}).encode()
        with answering(200, body) as (address, _), Client(address) as client:
            assert client.is_alive().status == "ok"

    def test_the_key_is_sent_and_shown_to_nobody(self) -> None:
        """It goes with every request as a bearer token, and stands in no message."""
        with answering(401, b"no") as (address, seen), Client(address, "secret-key") as client:
            with pytest.raises(ProblemError) as told:
                client.get_index()
            assert seen == ["Bearer secret-key"]
            assert "secret" not in str(told.value) + repr(client) + repr(vars(told.value))

    def test_a_pause_that_is_asked_for_is_told(self) -> None:
        """``Retry-After`` comes with the problem."""
        fields = {"type": "urn:casetrove:problem:too-many", "title": "t", "status": 429, "detail": "d", "instance": "/",
                  "request_id": "r"}  # fmt: skip
        with answering(429, json.dumps(fields).encode(), {"Retry-After": "7"}) as (address, _):
            with Client(address) as client, pytest.raises(ProblemError) as told:
                client.get_index()
            assert (told.value.code, told.value.retry_after_s) == ("too-many", 7.0)


class answering:  # noqa: N801
    """A server that always says the same; gives its address, and the keys that it was shown."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        keys: list[str | None] = []
        self.keys = keys

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                keys.append(self.headers.get("Authorization"))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> tuple[str, list[str | None]]:
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_address[1]}", self.keys

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join(60)
        self.server.server_close()
