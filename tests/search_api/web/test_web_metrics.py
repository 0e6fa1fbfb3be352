"""GET /metrics: what is counted, and that nothing of what is asked becomes a label."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from corpus.errors import NotFoundError
from search_api.keys import Keys
from search_api.pages import Pages
from search_api.web.app import WebSettings
from search_api.web.operations import NEEDS

from .conftest import LATER, REPORTS, Site, open_site


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Site]:
    """A site nobody has asked anything yet."""
    opened = open_site(tmp_path, REPORTS)
    with opened.client:
        yield opened
        opened.encoder.gate.set()


def samples(site: Site, name: str) -> list[Sample]:
    """The samples of one name."""
    answer = site.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(answer.text)
    return [sample for family in families for sample in family.samples if sample.name == name]


def value(site: Site, name: str, **labels: str) -> float:
    """One of them; 0 where it is not there."""
    return next((sample.value for sample in samples(site, name) if sample.labels == labels), 0.0)


class TestRequests:
    """Requests by operation and status, and how long they took."""

    def test_a_request_is_counted_by_operation_and_status(self, fresh: Site) -> None:
        """Each answer once, under the operation's id, be it an error or not."""
        for query in ("hiccups", "hiccups", ""):
            fresh.client.post("/v1/search", json={"query": query})
        fresh.client.get("/v1/reports/nobody")
        assert value(fresh, "casetrove_requests_total", operation="search", status="200") == 2
        assert value(fresh, "casetrove_requests_total", operation="search", status="422") == 1
        assert value(fresh, "casetrove_requests_total", operation="getReport", status="404") == 1
        assert value(fresh, "casetrove_request_seconds_count", operation="search") == 3

    def test_labels_are_words_of_the_program(self, fresh: Site) -> None:
        """However odd the paths, methods and queries that are sent, no new label comes of them."""
        for path in ("/secret-1", "/v1/reports/secret-2", "/v1/evidence/export?question=secret-3", "/page/secret-4"):
            for method in ("GET", "POST", "SECRET-5"):
                fresh.client.request(method, path, headers={"X-API-Key": "secret-6", "X-Request-Id": "secret-7"})
        fresh.client.post("/v1/search", json={"query": "secret-8"})
        assert "secret" not in fresh.client.get("/metrics").text.lower()
        operations = {sample.labels["operation"] for sample in samples(fresh, "casetrove_requests_total")}
        assert operations <= {*NEEDS, "page", "openapi", "none"}

    def test_problems_are_counted_by_their_code(self, tmp_path: Path) -> None:
        """Why requests were refused can be seen: no key, a wrong one, too many."""
        site = open_site(tmp_path, {}, WebSettings(keys=True, rate=0.01))
        headers = {"X-API-Key": Keys(site.folder.keys).add("watcher", "read")}
        with site.client as client:
            client.get("/v1/index")
            client.get("/v1/index", headers={"X-API-Key": "ct_wrong"})
            client.post("/v1/index/rebuild", headers=headers)
            while client.get("/v1/jobs").status_code != 429:
                pass
            counts = {
                sample.labels["code"]: sample.value
                for family in text_string_to_metric_families(client.get("/metrics", headers=headers).text)
                for sample in family.samples
                if sample.name == "casetrove_problems_total"
            }
        assert counts["key-unknown"] == counts["scope"] == counts["too-many"] == 1
        assert counts["key-needed"] > 1

    def test_a_crash_is_counted(self, fresh: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """What got past every handler is a 500 like others."""

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("inside")

        monkeypatch.setattr(fresh.service, "search", broken)
        fresh.client.post("/v1/search", json={"query": "hiccups"})
        assert value(fresh, "casetrove_requests_total", operation="search", status="500") == 1
        assert value(fresh, "casetrove_problems_total", code="internal") == 1


class TestState:
    """What is so when it is looked at."""

    def test_stages_of_every_search_are_timed(self, fresh: Site) -> None:
        """Searches and answers alike, each stage that the answer tells of."""
        told = fresh.client.post("/v1/search", json={"query": "hiccups"}).json()["stages_ms"]
        fresh.client.post("/v1/ask", json={"question": "What was given for hiccups?"})
        counts = samples(fresh, "casetrove_search_stage_seconds_count")
        assert set(told) <= {sample.labels["stage"] for sample in counts}
        assert {sample.value for sample in counts if sample.labels["stage"] in told} == {2.0}

    def test_what_is_served_is_told(self, fresh: Site) -> None:
        """The generation and its size, before and after a report came."""
        manifest = fresh.service.live.pin().manifest
        assert value(fresh, "casetrove_ready") == 1
        assert value(fresh, "casetrove_generation") == manifest.generation
        assert value(fresh, "casetrove_reports") == len(REPORTS)
        assert value(fresh, "casetrove_passages") == manifest.passages
        fresh.upload(("toes.txt", LATER))
        assert value(fresh, "casetrove_generation") == manifest.generation + 1
        assert value(fresh, "casetrove_reports") == len(REPORTS) + 1
        assert value(fresh, "casetrove_rebuild_passages", source="embedded") > 0

    def test_both_desks_are_told(self, fresh: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """While a page is drawn and a question answered, each counts at its own desk."""
        begun, gate = threading.Semaphore(0), threading.Event()

        def waiting(*_: object, **__: object) -> None:
            begun.release()
            assert gate.wait(60)
            raise NotFoundError("report 'x' is not in the catalog")

        monkeypatch.setattr(fresh.service, "search", waiting)
        monkeypatch.setattr(Pages, "pages", waiting)
        with ThreadPoolExecutor(2) as askers:
            askers.submit(fresh.client.post, "/v1/search", json={"query": "hiccups"})
            askers.submit(fresh.client.get, "/v1/reports/x/pages")
            for _ in range(2):
                assert begun.acquire(timeout=60)
            told = {tuple(each.labels.values()): each.value for each in samples(fresh, "casetrove_questions")}
            gate.set()
        assert told == {
            ("questions", "running"): 1, ("questions", "waiting"): 0, ("pages", "running"): 1, ("pages", "waiting"): 0,
        }  # fmt: skip

    def test_jobs_under_way_are_told(self, fresh: Site) -> None:
        """While one is carried out it counts as running; when it has ended, as none."""
        fresh.encoder.gate.clear()
        fresh.client.post("/v1/reports", files=[("files", ("toes.txt", LATER))])
        assert fresh.encoder.waiting.wait(60)
        assert value(fresh, "casetrove_jobs", state="running") == 1
        fresh.encoder.gate.set()
        fresh.settled()
        assert [sample.value for sample in samples(fresh, "casetrove_jobs")] == [0, 0]

    def test_an_empty_site_has_figures_too(self, empty_site: Site) -> None:
        """Before there is a generation, that is what is told."""
        assert value(empty_site, "casetrove_ready") == 0
        assert samples(empty_site, "casetrove_generation") == []
        assert samples(empty_site, "process_resident_memory_bytes")
        (build,) = samples(empty_site, "casetrove_build_info")
        assert set(build.labels) == {"api", "python"}

    def test_each_application_has_its_own_figures(self, fresh: Site, empty_site: Site) -> None:
        """Two in one process do not count together, and nothing is in the library's global registry."""
        fresh.client.get("/v1/index")
        assert value(empty_site, "casetrove_requests_total", operation="getIndex", status="200") == 0
        assert not [family.name for family in REGISTRY.collect() if family.name.startswith("casetrove")]
