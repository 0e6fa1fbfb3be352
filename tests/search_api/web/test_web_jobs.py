from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from corpus.errors import CatalogError
from indexer.folder import DataFolder
from search_api import live as live_module
from search_api import rebuilder as rebuilder_module
from search_api.library import Library
from search_api.runner import Runner
from search_api.service import Service
from tests.search_api.held_up import HeldUp

from .conftest import LATER, REPORTS, Served, Site, open_site, wait_until


def send(site: Site, *files: tuple[str, bytes], wait: float = 20) -> Any:
    """The response to an upload, whatever it is."""
    return site.client.post("/v1/reports", params={"wait": wait}, files=[("files", file) for file in files])


def job(site: Site, url: str) -> dict[str, Any]:
    """The job at ``url``."""
    answer = site.client.get(url)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def ended(site: Site, url: str) -> dict[str, Any]:
    """The job at ``url`` once it has ended."""
    wait_until(lambda: job(site, url)["state"] in ("done", "failed"), f"{url} ended")
    return job(site, url)


def told(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The jobs that a stream of events tells, as they come."""
    kind = ""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            assert kind == "job"
            yield json.loads(value)


def full(*_: object) -> None:
    """What a full disk does."""
    raise OSError(28, "No space left on device")


def refuse(path: Path, **_: object) -> None:
    """What a folder without the right to it does."""
    raise PermissionError(13, "Permission denied", str(path))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[None]:
    """Jobs are carried out by another process, which never comes to it. Ask for this before the site."""
    (tmp_path / "data").mkdir()
    other = Runner(tmp_path / "data" / "jobs.lock", {}, lambda: None, lambda: None)
    other.start()
    yield
    other.stop()


class TestUploads:
    """POST /v1/reports as a job."""

    def test_an_upload_is_answered_with_its_job_and_its_outcomes(self, own_site: Site) -> None:
        """A small upload has its outcomes in the first answer, and a job to follow to the index."""
        own_site.encoder.gate.clear()
        answer = send(own_site, ("toes.txt", LATER))
        assert answer.status_code == 202
        body = answer.json()
        assert [file["outcome"] for file in body["files"]] == ["read"]
        assert (body["job"]["kind"], body["job"]["url"]) == ("upload", f"/v1/jobs/{body['job']['id']}")
        assert answer.headers["location"] == body["job"]["url"]
        assert own_site.encoder.waiting.wait(60)
        seen = job(own_site, body["job"]["url"])
        assert (seen["state"], seen["files"], seen["generation"]) == ("running", body["files"], None)
        assert seen["stage"] in ("chunk", "embed")
        own_site.encoder.gate.set()
        last = ended(own_site, body["job"]["url"])
        index = own_site.client.get("/v1/index").json()
        assert (last["state"], last["generation"], last["reason"]) == ("done", index["generation"], None)
        assert last["embedded"] == index["rebuild"]["last_embedded"] > 0
        assert last["created"] <= last["started"] <= last["ended"]
        assert own_site.found("purple toes grape treading")[0] == body["files"][0]["report_id"]

    @pytest.mark.usefixtures("elsewhere")
    def test_when_the_time_is_up_the_job_is_the_answer(self, own_site: Site) -> None:
        """What is not read in the time that the request waits is accepted all the same, with a job to follow."""
        for wait in (0, 0.2):
            answer = send(own_site, ("toes.txt", LATER), wait=wait)
            assert (answer.status_code, answer.json()["files"]) == (202, [])
            assert (answer.json()["job"]["state"], job(own_site, answer.headers["location"])["files"]) == (
                "waiting",
                [],
            )

    def test_files_that_cannot_be_read_are_told_by_the_job_where_nobody_waited(self, own_site: Site) -> None:
        """An upload that no one waits for is accepted; that nothing of it could be read is then the job's failure."""
        answer = send(own_site, ("a.txt", b""), ("b.xyz", b"GIF89a"), wait=0)
        assert answer.status_code == 202
        last = ended(own_site, answer.json()["job"]["url"])
        assert (last["state"], last["stage"], last["generation"]) == ("failed", "read", None)
        assert [file["failures"][0]["code"] for file in last["files"]] == ["empty", "unsupported"]
        assert "a.txt" in last["reason"]
        assert "b.xyz" in last["reason"]

    def test_a_job_with_one_readable_file_is_done(self, own_site: Site) -> None:
        """Failures of some files are outcomes; the job goes on with the others."""
        answer = send(own_site, ("a.txt", b""), ("toes.txt", LATER))
        last = ended(own_site, answer.json()["job"]["url"])
        assert last["state"] == "done"
        assert [file["outcome"] for file in last["files"]] == ["failed", "read"]

    def test_an_upload_that_changes_nothing_is_done_without_a_new_generation(self, own_site: Site) -> None:
        """A report that is there already is in the served generation, and the job says so."""
        answer = send(own_site, ("copy.txt", REPORTS["hiccups.txt"].encode()))
        assert ended(own_site, answer.json()["job"]["url"])["generation"] == 1

    def test_a_build_that_fails_is_told_and_tried_again_until_the_job_is_done(
        self, own_site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The files are in the catalog; the job says why the index lacks them and goes on by itself once it can."""

        def broken(*_: object, **__: object) -> None:
            raise LookupError("the secret inside")

        monkeypatch.setattr(rebuilder_module, "_RETRY_S", (0.01, 0.02))
        with monkeypatch.context() as patched:
            patched.setattr(own_site.encoder, "encode", broken)
            url = send(own_site, ("toes.txt", LATER)).json()["job"]["url"]
            wait_until(lambda: "it is tried again in" in (job(own_site, url)["reason"] or ""), "the job says why")
            seen = job(own_site, url)
            assert seen["state"] in ("waiting", "running")
            assert "LookupError" in seen["reason"]
            assert "secret" not in seen["reason"]
            assert seen["files"][0]["outcome"] == "read"
        last = ended(own_site, url)
        assert (last["state"], last["reason"]) == ("done", None)
        assert len(own_site.client.get("/v1/jobs").json()["jobs"]) == 1
        assert own_site.found("purple toes grape treading")[0] == last["files"][0]["report_id"]

    def test_a_catalog_that_cannot_be_written_is_an_error_and_no_file_is_lost_silently(
        self, own_site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where the change itself fails, the answer is a problem with the reason, and so is the job."""

        def full(*_: object, **__: object) -> None:
            raise CatalogError("catalog.sqlite: the disk is full")

        monkeypatch.setattr("search_api.changes.ingest_bytes", full)
        answer = send(own_site, ("toes.txt", LATER))
        assert (answer.status_code, answer.json()["type"]) == (500, "urn:casetrove:problem:job-failed")
        assert "the disk is full" in answer.json()["detail"]
        (seen,) = own_site.client.get("/v1/jobs").json()["jobs"]
        assert (seen["state"], seen["reason"]) == ("failed", "catalog.sqlite: the disk is full")

    def test_what_was_taken_before_a_failure_is_indexed(self, own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """When a job breaks off at its second file, the first is in the catalog, so the index follows all the same."""
        real = own_site.library._incoming.get

        def broken(job_id: str, number: int) -> bytes:
            if number == 1:
                raise OSError(5, "Input/output error")
            return real(job_id, number)

        monkeypatch.setattr(own_site.library._incoming, "get", broken)
        answer = send(own_site, ("toes.txt", LATER), ("more.txt", b"More."))
        assert answer.status_code == 500
        assert "Input/output error" in answer.json()["detail"]
        own_site.settled()
        rebuild, failed = own_site.client.get("/v1/jobs").json()["jobs"]
        assert [(each["kind"], each["state"]) for each in (failed, rebuild)] == [
            ("upload", "failed"),
            ("rebuild", "done"),
        ]
        assert own_site.found("purple toes grape treading")

    @pytest.mark.parametrize("wait", ["-1", "61", "nan", "soon"])
    def test_a_wait_out_of_bounds_is_refused(self, own_site: Site, wait: str) -> None:
        """How long a request waits is bounded."""
        files = [("files", ("toes.txt", LATER))]
        answer = own_site.client.post("/v1/reports", params={"wait": wait}, files=files)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "wait")
        assert own_site.client.get("/v1/jobs").json()["jobs"] == []

    def test_nothing_of_a_job_that_ended_is_left_behind(self, own_site: Site) -> None:
        """The files that wait to be read go when they are read, also when they cannot be."""
        send(own_site, ("toes.txt", LATER))
        send(own_site, ("empty.txt", b""))
        own_site.settled()
        wait_until(lambda: list((own_site.folder.root / "incoming").iterdir()) == [], "the folder is empty")


class TestServed:
    """A job is done when this server's searches find what was sent, not before."""

    def test_while_the_new_generation_is_being_opened_the_job_is_not_done(
        self, own_site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is built and named, and questions are still answered from the one before: so the job is at work."""
        own_site.service.live.pin()
        held_up = HeldUp(monkeypatch)
        url = send(own_site, ("toes.txt", LATER)).json()["job"]["url"]
        assert held_up.opening.wait(60)
        assert own_site.folder.current_generation() == 2
        assert job(own_site, url)["state"] == "running"
        index = own_site.client.get("/v1/index").json()
        assert (index["generation"], index["rebuild"]["building"]) == (1, True)
        assert own_site.found("purple toes grape treading") == []
        held_up.go_on.set()
        last = ended(own_site, url)
        assert set(own_site.found("purple toes grape treading")) == {last["files"][0]["report_id"]}
        assert (last["generation"], own_site.client.get("/v1/index").json()["generation"]) == (2, 2)

    def test_another_server_tells_that_a_job_is_done_when_it_serves_it_itself(
        self, own_site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its own opening takes as long as it takes; until then whoever asks it for the job waits."""
        other = Library(service := Service(own_site.folder, own_site.service.encoders))
        service.live.pin()
        url = send(own_site, ("toes.txt", LATER)).json()["job"]["url"]
        job_id = ended(own_site, url)["id"]
        assert other.job(job_id).state == "done"
        assert service.search("purple toes grape treading").generation == 2
        own_site.client.post("/v1/index/rebuild?force=true")
        own_site.settled()
        with monkeypatch.context() as broken:
            broken.setattr(live_module, "open_current", full)
            (newest, first) = other.jobs(2)
        for told in (newest, first):
            assert told.state == "done"
            assert "generation 3 cannot be opened by this server ([Errno 28]" in (told.reason or "")


class TestDeletions:
    """DELETE /v1/reports/{report_id} as a job."""

    def test_a_deletion_is_a_job(self, own_site: Site) -> None:
        """The report is gone when the answer comes, and the job tells when the index follows."""
        report_id = own_site.found("balloon hiccups")[0]
        answer = own_site.client.delete(f"/v1/reports/{report_id}")
        last = ended(own_site, answer.headers["location"])
        assert (last["kind"], last["state"], last["report_id"]) == ("delete", "done", report_id)
        assert last["generation"] == own_site.client.get("/v1/index").json()["generation"] == 2

    def test_bytes_that_cannot_be_removed_are_named_and_the_index_follows_all_the_same(
        self, own_site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever deletes is told at once what stays on the disk; the report is found no more."""
        (sent,) = own_site.upload(("toes.txt", LATER))
        monkeypatch.setattr(Path, "unlink", refuse)
        answer = own_site.client.delete(f"/v1/reports/{sent['report_id']}")
        assert (answer.status_code, answer.json()["type"]) == (500, "urn:casetrove:problem:job-failed")
        assert "is out of the catalog" in answer.json()["detail"]
        assert "toes.txt (Permission denied) yourself" in answer.json()["detail"]
        own_site.settled()
        followed, failed = own_site.client.get("/v1/jobs").json()["jobs"][:2]
        assert [(each["kind"], each["state"]) for each in (failed, followed)] == [
            ("delete", "failed"),
            ("rebuild", "done"),
        ]
        assert sent["report_id"] not in own_site.found("purple toes grape treading")

    @pytest.mark.usefixtures("elsewhere")
    def test_two_deletions_of_one_report_are_both_done(self, own_site: Site) -> None:
        """Whoever comes second, before the first is done, gets what was wanted too."""
        entry = own_site.service.catalog.entries()[0].report_id
        urls = [own_site.client.delete(f"/v1/reports/{entry}?wait=0").headers["location"] for _ in range(2)]
        own_site.library._changes.open()
        while own_site.library._changes.step():
            pass
        while own_site.library._rebuilder.step():
            pass
        assert [job(own_site, url)["state"] for url in urls] == ["done", "done"]


class TestRebuild:
    """POST /v1/index/rebuild."""

    def test_an_index_that_is_up_to_date_is_left_as_it_is(self, own_site: Site) -> None:
        """Where nothing had to be built, the job is done and names the generation that is served."""
        answer = own_site.client.post("/v1/index/rebuild")
        assert answer.status_code == 202
        assert answer.json()["job"]["kind"] == "rebuild"
        last = ended(own_site, answer.headers["location"])
        assert (last["state"], last["generation"], last["files"]) == ("done", 1, [])
        assert (last["embedded"], last["from_cache"]) == (0, 0)

    def test_force_builds_anew(self, own_site: Site) -> None:
        """With ``force`` there is a new generation though nothing changed."""
        answer = own_site.client.post("/v1/index/rebuild?force=true")
        last = ended(own_site, answer.headers["location"])
        assert last["generation"] == 2
        assert (last["embedded"], last["from_cache"]) == (0, own_site.client.get("/v1/index").json()["passages"])

    def test_with_nothing_to_index_the_job_fails_and_says_so(self, empty_site: Site) -> None:
        """An empty catalog gives no generation."""
        last = ended(empty_site, empty_site.client.post("/v1/index/rebuild").headers["location"])
        assert last["state"] == "failed"
        assert "no reports" in last["reason"]

    def test_a_folder_held_by_another_process_is_waited_for_and_named(self, own_site: Site) -> None:
        """While someone else indexes, the job waits and says for whom; then it is done."""
        with own_site.folder.lock():
            url = own_site.client.post("/v1/index/rebuild").headers["location"]
            wait_until(lambda: job(own_site, url)["reason"] is not None, "the job says why it waits")
            seen = job(own_site, url)
            assert seen["state"] == "waiting"
            assert "is being indexed by process" in seen["reason"]
        assert ended(own_site, url)["state"] == "done"

    @pytest.mark.parametrize(("origin", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 202)])
    def test_another_sites_page_cannot_ask_for_it(self, own_site: Site, origin: str, status: int) -> None:
        """Only this site's own page, or a program, may have the index rebuilt."""
        answer = own_site.client.post("/v1/index/rebuild", headers={"Sec-Fetch-Site": origin})
        assert answer.status_code == status

    def test_a_body_over_the_limit_is_refused(self, own_site: Site) -> None:
        """It takes no body, and certainly none of megabytes."""
        answer = own_site.client.post("/v1/index/rebuild", content=b"x" * (2 << 20))
        assert answer.status_code == 413


class TestLooking:
    """GET /v1/jobs and /v1/jobs/{job_id}."""

    def test_jobs_are_listed_the_newest_first_and_not_too_many(self, own_site: Site) -> None:
        """The list is bounded by ``limit``."""
        urls = [own_site.client.post("/v1/index/rebuild").json()["job"]["url"] for _ in range(4)]
        listed = own_site.client.get("/v1/jobs?limit=3").json()["jobs"]
        assert [each["url"] for each in listed] == urls[:0:-1]

    @pytest.mark.parametrize("limit", ["0", "101", "x"])
    def test_a_limit_out_of_bounds_is_refused(self, site: Site, limit: str) -> None:
        """How many may be asked for is bounded."""
        answer = site.client.get(f"/v1/jobs?limit={limit}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "limit")

    @pytest.mark.parametrize("path", ["/v1/jobs/nothing", "/v1/jobs/nothing/events"])
    def test_an_unknown_job_is_not_found(self, site: Site, path: str) -> None:
        """An id that no job has is a 404 problem."""
        answer = site.client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:casetrove:problem:not-found")

    def test_a_catalog_ahead_of_its_index_is_seen_as_a_job(self, tmp_path: Path) -> None:
        """What a start finds to do is a job like any other."""
        site = open_site(tmp_path, REPORTS)
        site.service.catalog.delete(site.service.catalog.entries()[0].report_id)
        with site.client:
            site.settled()
            (seen,) = site.client.get("/v1/jobs").json()["jobs"]
        assert (seen["kind"], seen["state"], seen["generation"]) == ("rebuild", "done", 2)


class TestEvents:
    """GET /v1/jobs/{job_id}/events."""

    def test_a_job_that_has_ended_is_told_once(self, own_site: Site) -> None:
        """The stream of an ended job is its last state and no more."""
        url = send(own_site, ("toes.txt", LATER)).json()["job"]["url"]
        last = ended(own_site, url)
        answer = own_site.client.get(url + "/events")
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert list(told(iter(answer.text.splitlines()))) == [last]

    def test_who_has_seen_the_end_is_told_to_stay_away(self, own_site: Site) -> None:
        """An EventSource that comes back after the last state gets 204, upon which it gives up."""
        url = own_site.client.post("/v1/index/rebuild").json()["job"]["url"]
        ended(own_site, url)
        lines = own_site.client.get(url + "/events").text.splitlines()
        (event_id,) = (line.removeprefix("id: ") for line in lines if line.startswith("id: "))
        assert own_site.client.get(url + "/events", headers={"Last-Event-ID": event_id}).status_code == 204
        assert own_site.client.get(url + "/events", headers={"Last-Event-ID": "0"}).status_code == 200

    def test_changes_are_told_as_they_come_until_the_end(self, served: Served) -> None:
        """The job comes at once, then each state that it gets into, and after the last the stream ends."""
        site = served.site
        site.encoder.gate.clear()
        with httpx.Client(base_url=served.address, timeout=60) as client:
            sent = client.post("/v1/reports?wait=0", files=[("files", ("toes.txt", LATER))]).json()
            seen = []
            with client.stream("GET", sent["job"]["url"] + "/events") as stream:
                for each in told(stream.iter_lines()):
                    seen.append(each)
                    if each["stage"] in ("chunk", "embed"):
                        site.encoder.gate.set()
            last = client.get(sent["job"]["url"]).json()
        assert seen[-1] == last
        assert last["state"] == "done"
        assert "running" in [each["state"] for each in seen]
        order = ["waiting", "running", "done"]
        assert [order.index(each["state"]) for each in seen if each["files"] == []] == sorted(
            order.index(each["state"]) for each in seen if each["files"] == []
        )

    def test_a_client_that_goes_away_leaves_nothing_running(self, served: Served) -> None:
        """When the caller hangs up, its stream ends on the server though the job goes on."""
        served.site.encoder.gate.clear()
        with httpx.Client(base_url=served.address, timeout=60) as client:
            url = client.post("/v1/reports", files=[("files", ("toes.txt", LATER))]).json()["job"]["url"]
            with client.stream("GET", url + "/events") as stream:
                states = told(stream.iter_lines())  # held, for where nobody holds it the client hangs up
                assert next(states)["state"] in ("waiting", "running")
                assert served.server.server_state.tasks
        wait_until(lambda: not served.server.server_state.tasks, "the stream ended on the server")
        assert not served.site.library.job(url.rpartition("/")[2]).is_ended

    def test_many_streams_hold_up_no_request(self, served: Served) -> None:
        """However many follow a job that stands still, questions are answered: no thread waits with them."""
        served.site.encoder.gate.clear()
        limits = httpx.Limits(max_connections=None)
        with httpx.Client(base_url=served.address, timeout=60, limits=limits) as client:
            url = client.post("/v1/reports", files=[("files", ("toes.txt", LATER))]).json()["job"]["url"]
            requests = [client.build_request("GET", url + "/events") for _ in range(60)]
            streams = [client.send(request, stream=True) for request in requests]
            try:
                followed = [told(stream.iter_lines()) for stream in streams]
                assert all(next(jobs)["kind"] == "upload" for jobs in followed)
                assert client.post("/v1/search", json={"query": "hiccups"}).status_code == 200
            finally:
                for stream in streams:
                    stream.close()

    @pytest.mark.usefixtures("elsewhere")
    def test_a_job_that_is_forgotten_while_it_is_followed_ends_the_stream(self, served: Served) -> None:
        """History is bounded; who followed a job that fell out of it is let go."""
        with httpx.Client(base_url=served.address, timeout=60) as client:
            url = client.post("/v1/reports?wait=0", files=[("files", ("toes.txt", LATER))]).json()["job"]["url"]
            with client.stream("GET", url + "/events") as stream:
                states = told(stream.iter_lines())
                assert next(states)["state"] == "waiting"
                served.site.library._jobs._run("DELETE FROM jobs")
                assert list(states) == []


def test_any_process_can_show_any_job(own_site: Site) -> None:
    """A second library over the same folder, in whatever process, sees the jobs of the first."""
    url = send(own_site, ("toes.txt", LATER)).json()["job"]["url"]
    own_site.settled()
    other = Library(Service(DataFolder(own_site.folder.root), own_site.service.encoders))
    assert other.job(url.rpartition("/")[2]) == own_site.library.job(url.rpartition("/")[2])
    assert other.rebuild() == own_site.library.rebuild()
