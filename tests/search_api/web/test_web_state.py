from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from corpus.catalog import Catalog

from .conftest import LATER, REPORTS, GatedEncoder, Site, open_site, wait_until


class TestIndex:
    """GET /v1/index."""

    def test_the_index_tells_what_it_serves(self, site: Site) -> None:
        """Generation, counts, encoder and all that scores depend on are told."""
        body = site.client.get("/v1/index").json()
        manifest = site.service.live.pin().manifest
        assert body["generation"] == manifest.generation
        assert (body["reports"], body["passages"]) == (len(REPORTS), manifest.passages)
        assert body["encoder"]["fingerprint"] == GatedEncoder().info.fingerprint == manifest.encoder_fingerprint
        assert body["manifest"]["corpus_digest"] == manifest.corpus_digest
        assert body["catalog"] == {"reports": len(REPORTS), "failures": 0}
        assert (body["rebuild"]["building"], body["rebuild"]["last_error"], body["reason"]) == (False, None, None)

    def test_the_index_tells_of_a_build_under_way(self, own_site: Site) -> None:
        """While a generation is built, its stage and how far it has come can be seen."""
        own_site.encoder.gate.clear()
        own_site.client.post("/v1/reports", files=[("files", ("toes.txt", LATER))])
        assert own_site.encoder.waiting.wait(60)
        rebuild = own_site.client.get("/v1/index").json()["rebuild"]
        assert rebuild["building"]
        assert rebuild["total"] >= rebuild["done"]
        assert rebuild["stage"]
        own_site.encoder.gate.set()
        own_site.settled()
        rebuild = own_site.client.get("/v1/index").json()["rebuild"]
        assert (rebuild["building"], rebuild["stage"]) == (False, "")
        assert rebuild["last_built"]
        assert rebuild["last_embedded"] > 0
        assert rebuild["last_from_cache"] == 0

    def test_the_index_tells_of_a_failed_build(self, own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """A rebuild that fails is seen in the state, and the old generation is served on."""

        def broken(*_: object, **__: object) -> None:
            raise LookupError("inside")

        before = own_site.client.get("/v1/index").json()["generation"]
        monkeypatch.setattr(own_site.encoder, "encode", broken)
        own_site.client.post("/v1/reports", files=[("files", ("toes.txt", LATER))])
        wait_until(lambda: own_site.client.get("/v1/index").json()["rebuild"]["last_error"], "the failure is told")
        body = own_site.client.get("/v1/index").json()
        assert "LookupError" in body["rebuild"]["last_error"]
        assert body["generation"] == before

    def test_failed_files_are_counted(self, own_site: Site) -> None:
        """Files that could not be read are counted until they can."""
        own_site.client.post("/v1/reports", files=[("files", ("empty.txt", b""))])
        assert own_site.client.get("/v1/index").json()["catalog"]["failures"] == 1


class TestHealth:
    """GET /healthz and /readyz."""

    def test_a_living_process_says_so(self, site: Site, empty_site: Site) -> None:
        """The process is alive whether or not there is anything to serve."""
        for each in (site, empty_site):
            answer = each.client.get("/healthz")
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})

    def test_a_site_with_an_index_is_ready(self, site: Site) -> None:
        """Once a generation can be served, the site is ready."""
        assert site.client.get("/readyz").status_code == 200


class TestNotReady:
    """Before there is anything to serve."""

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "/readyz", None),
            ("POST", "/v1/search", {"query": "hiccups"}),
            ("POST", "/v1/ask", {"question": "What stopped the hiccups?"}),
        ],
    )
    def test_before_the_first_generation_answers_say_what_to_do(
        self, empty_site: Site, method: str, path: str, body: Any
    ) -> None:
        """With nothing indexed, questions and readiness are a 503 problem that names the remedy."""
        answer = empty_site.client.request(method, path, json=body)
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:casetrove:problem:no-index"
        assert "casetrove index" in answer.json()["detail"]

    def test_the_state_can_be_seen_all_the_same(self, empty_site: Site) -> None:
        """The list is empty and the index tells why it is not served."""
        assert empty_site.client.get("/v1/reports").json() == {"reports": [], "total": 0, "next": None}
        body = empty_site.client.get("/v1/index").json()
        assert (body["generation"], body["reports"], body["manifest"]) == (None, 0, None)
        assert "nothing is indexed yet" in body["reason"]

    def test_a_report_can_be_read_before_it_is_indexed(self, empty_site: Site) -> None:
        """A report that waits for its first generation can be looked up already."""
        empty_site.encoder.gate.clear()
        answer = empty_site.client.post("/v1/reports", files=[("files", ("toes.txt", LATER))])
        report_id = answer.json()["files"][0]["report_id"]
        assert empty_site.encoder.waiting.wait(60)
        assert empty_site.client.get("/readyz").status_code == 503
        assert "purple toes" in empty_site.client.get(f"/v1/reports/{report_id}/text").json()["text"]

    def test_the_first_upload_makes_the_site_ready(self, empty_site: Site) -> None:
        """An empty site becomes ready by sending a report in; no command is needed."""
        empty_site.upload(("toes.txt", LATER))
        assert empty_site.client.get("/readyz").status_code == 200
        assert len(set(empty_site.found("purple toes"))) == 1

    def test_a_damaged_generation_is_not_served(self, tmp_path: Path) -> None:
        """A generation whose file was changed on disk is refused with the command that mends it."""
        site = open_site(tmp_path, REPORTS)
        (path,) = site.folder.generation(1).rglob("reports.json")
        path.write_text(path.read_text() + " ")
        with site.client:
            assert site.client.get("/readyz").status_code == 503
            assert site.client.get("/readyz").json()["type"] == "urn:casetrove:problem:damaged-index"

    @pytest.mark.parametrize("when", ["before the start", "while it runs"])
    def test_a_lost_catalog_is_not_ready_and_leaves_no_rebuild_waiting(self, tmp_path: Path, when: str) -> None:
        """Readiness and questions say so alike; nothing is built from nothing, now or later."""
        site = open_site(tmp_path, REPORTS)
        if when == "before the start":
            lose_catalog(site)
            Catalog(site.folder.catalog).close()
        with site.client:
            if when == "while it runs":
                assert site.client.get("/readyz").status_code == 200
                lose_catalog(site)
            told = site.client.get("/readyz")
            assert (told.status_code, told.json()["type"]) == (503, "urn:casetrove:problem:catalog-lost")
            assert f"`casetrove index --data {site.folder.root}` followed by all your files" in told.json()["detail"]
            assert site.client.post("/v1/search", json={"query": "hiccups"}).status_code == 503
            job = site.client.post("/v1/index/rebuild", json={}).json()["job"]["id"]
            wait_until(lambda: site.client.get(f"/v1/jobs/{job}").json()["state"] == "failed", "it is given up")
            assert not site.client.get("/v1/jobs").json()["jobs"][1:]


def lose_catalog(site: Site) -> None:
    """Remove its file, and what SQLite keeps beside it."""
    site.service.catalog.close()
    for path in site.folder.root.glob("catalog.sqlite*"):
        path.unlink()


class TestCrash:
    """Errors that nobody foresaw."""

    def test_an_unforeseen_error_tells_nothing_of_the_inside(
        self, own_site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A crash is a 500 problem with the request's id; the traceback is in the log under that id, nowhere else."""

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("the secret inside")

        monkeypatch.setattr(own_site.service, "search", broken)
        with caplog.at_level(logging.ERROR):
            answer = own_site.client.post("/v1/search", json={"query": "x1"}, headers={"X-Request-Id": "abc-1"})
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-request-id"] == answer.json()["request_id"] == "abc-1"
        assert "secret" not in answer.text
        assert "abc-1" in caplog.text
        assert "the secret inside" in caplog.text
        monkeypatch.undo()
        assert own_site.found("balloon hiccups")
