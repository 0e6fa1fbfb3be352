from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import LATER, REPORTS, Site, open_site

LIMIT = 64 << 10


def send(site: Site, *files: tuple[str, bytes]) -> Any:
    """The response to an upload, whatever it is."""
    return site.client.post("/v1/reports", files=[("files", file) for file in files])


class TestUpload:
    """POST /v1/reports."""

    def test_a_file_sent_in_is_accepted_read_and_then_found(self, own_site: Site) -> None:
        """An upload is answered at once with its outcome, and search finds it after the rebuild."""
        own_site.encoder.gate.clear()
        answer = send(own_site, ("toes.txt", LATER))
        assert answer.status_code == 202
        (outcome,) = answer.json()["files"]
        assert (outcome["name"], outcome["outcome"], outcome["source"]) == ("toes.txt", "read", "upload:toes.txt")
        assert answer.json()["rebuild"]["building"] or answer.json()["rebuild"]["waiting"]
        own_site.encoder.gate.set()
        own_site.settled()
        assert own_site.found("purple toes grape treading")[0] == outcome["report_id"]

    def test_each_of_several_files_has_its_outcome(self, own_site: Site) -> None:
        """One request may hold many files; a bad one is named with its reason and the others are taken."""
        outcomes = own_site.upload(
            ("toes.txt", LATER),
            ("empty.txt", b""),
            ("binary.txt", bytes(range(256)) * 8),
            ("copy.txt", LATER),
            ("page.html", REPORTS["kelp.html"].replace("crisps", "chips").replace("61", "62").encode()),
        )
        assert [item["outcome"] for item in outcomes] == ["read", "failed", "failed", "duplicate", "read"]
        reasons = [item["failures"][0]["reason"] for item in outcomes if item["failures"]]  # type: ignore[index]
        assert "empty.txt" in reasons[0]
        assert "binary.txt" in reasons[1]

    def test_a_long_answer_waits_for_no_indexing(self, own_site: Site) -> None:
        """While the rebuild is stuck, uploads, look-ups, searches and state are all answered."""
        before = own_site.client.get("/v1/index").json()["generation"]
        own_site.encoder.gate.clear()
        report_id = send(own_site, ("toes.txt", LATER)).json()["files"][0]["report_id"]
        assert own_site.encoder.waiting.wait(60)
        state = own_site.client.get("/v1/index").json()
        assert (state["generation"], state["rebuild"]["building"]) == (before, True)
        assert own_site.client.post("/v1/search", json={"query": "hiccups"}).json()["generation"] == before
        assert own_site.client.get(f"/v1/reports/{report_id}").status_code == 200
        assert own_site.client.get("/readyz").status_code == 200
        assert send(own_site, ("again.txt", LATER)).json()["files"][0]["outcome"] == "duplicate"
        own_site.encoder.gate.set()
        own_site.settled()
        assert own_site.client.get("/v1/index").json()["generation"] > before

    def test_a_path_in_a_name_chooses_no_folder(self, own_site: Site) -> None:
        """Whatever folders a name claims, the file lands among the uploads under its last part."""
        (outcome,) = own_site.upload(("../../../etc/cron.d/toes.txt", LATER))
        assert outcome["source"] == "upload:toes.txt"
        (path,) = own_site.folder.uploads.iterdir()
        assert path.read_bytes() == LATER


class TestRefusals:
    """Uploads that are not taken."""

    @pytest.mark.parametrize(
        ("name", "data", "code"),
        [
            ("empty.txt", b"", "empty"),
            ("blank.txt", b" \n\t\n", "empty"),
            ("binary.txt", bytes(range(256)) * 8, "unsupported"),
            ("photo.xyz", b"GIF89a", "unsupported"),
        ],
    )
    def test_a_request_with_nothing_readable_is_refused(
        self, own_site: Site, name: str, data: bytes, code: str
    ) -> None:
        """Where no file can be read, the answer is a problem that names the file and says why."""
        answer = send(own_site, (name, data))
        assert answer.status_code == 422
        problem = answer.json()
        assert problem["type"] == f"urn:casetrove:problem:{code}"
        assert problem["errors"][0]["field"] == name
        assert name in problem["detail"]
        assert not list(own_site.folder.uploads.glob("*"))
        assert own_site.service.catalog.count() == len(REPORTS)

    def test_all_failures_of_a_request_are_told(self, own_site: Site) -> None:
        """Every file of a refused request is listed, each with its own reason."""
        problem = send(own_site, ("a.txt", b""), ("b.xyz", b"GIF89a")).json()
        assert [error["field"] for error in problem["errors"]] == ["a.txt", "b.xyz"]
        assert problem["type"] == "urn:casetrove:problem:unreadable"

    def test_a_declared_length_over_the_limit_is_refused_unread(self, own_site: Site) -> None:
        """A request that says it is too big is refused with 413 before its files are read."""
        answer = send(own_site, ("big.txt", b"word " * LIMIT))
        assert answer.status_code == 413
        assert answer.json()["type"] == "urn:casetrove:problem:too-large"
        assert str(LIMIT) in answer.json()["detail"]

    def test_a_stream_is_cut_off_at_the_limit(self, own_site: Site) -> None:
        """A request that tells no length is refused as soon as it has grown over the limit."""
        sent = 0

        def endless() -> Iterator[bytes]:
            nonlocal sent
            yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="big.txt"\r\n\r\n'
            for _ in range(1000):
                sent += 4096
                yield b"word " * 819 + b"."
            yield b"\r\n--b--\r\n"

        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = own_site.client.post("/v1/reports", content=endless(), headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert not list(own_site.folder.uploads.glob("*"))

    def test_a_request_of_just_the_limit_is_taken(self, own_site: Site) -> None:
        """The limit itself is allowed: it bounds the whole request, its framing included."""
        frame = (
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="toes.txt"\r\n\r\n',
            b"\r\n--b--\r\n",
        )
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        filling = (b"More was seen.\n" * LIMIT)[: LIMIT - len(LATER) - len(frame[0]) - len(frame[1])]
        whole = frame[0] + LATER + filling + frame[1]
        assert own_site.client.post("/v1/reports", content=whole, headers=headers).status_code == 202
        over = frame[0] + LATER + filling + b"x" + frame[1]
        assert own_site.client.post("/v1/reports", content=over, headers=headers).status_code == 413

    @pytest.mark.parametrize(
        "request_parts",
        [
            {},
            {"files": [("file", ("toes.txt", LATER))]},
            {"files": [("files", (None, "not a file"))]},
        ],
    )
    def test_a_request_without_files_is_refused_by_the_field(
        self, own_site: Site, request_parts: dict[str, Any]
    ) -> None:
        """What holds no part called files is a problem that names files."""
        answer = own_site.client.post("/v1/reports", **request_parts)
        assert answer.status_code == 422
        assert "files" in answer.json()["errors"][0]["field"]

    @pytest.mark.parametrize(
        "request_parts", [{"json": {"files": "toes.txt"}}, {"data": {"files": "toes.txt"}}, {"content": LATER}]
    )
    def test_a_request_of_another_type_is_told_which_is_taken(
        self, own_site: Site, request_parts: dict[str, Any]
    ) -> None:
        """What is sent otherwise than as a multipart form is an unsupported media type (RFC 9110, 15.5.16)."""
        answer = own_site.client.post("/v1/reports", **request_parts)
        assert (answer.status_code, answer.headers["accept"]) == (415, "multipart/form-data")
        assert "multipart/form-data" in answer.json()["detail"]

    @pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=other"])
    def test_a_broken_multipart_body_is_refused(self, own_site: Site, content_type: str) -> None:
        """A body that does not keep to its framing is a client's error, not a crash."""
        answer = own_site.client.post("/v1/reports", content=b"--b\r\nrubbish", headers={"Content-Type": content_type})
        assert answer.status_code in (400, 422)
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_nul_in_a_name_is_refused(self, own_site: Site) -> None:
        """A file name with a NUL in it fails that file with the reason."""
        frame = (
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a\x00.txt"\r\n\r\n'
            + LATER
            + b"\r\n--b--\r\n"
        )
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = own_site.client.post("/v1/reports", content=frame, headers=headers)
        assert answer.status_code in (400, 422)
        assert own_site.service.catalog.count() == len(REPORTS)

    @pytest.mark.parametrize(
        ("site_of_origin", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 202)]
    )
    def test_another_sites_page_cannot_send_files_in(self, own_site: Site, site_of_origin: str, status: int) -> None:
        """A browser says where a form comes from; only this site's own page may send files."""
        files = [("files", ("toes.txt", LATER))]
        answer = own_site.client.post("/v1/reports", files=files, headers={"Sec-Fetch-Site": site_of_origin})
        assert answer.status_code == status

    @pytest.mark.parametrize(
        ("origin", "status"),
        [
            ("http://evil.example", 403),
            ("null", 403),
            ("http://testserver:81", 403),
            ("http://testserver.evil.example", 403),
            ("http://testserver", 202),
            ("https://TESTSERVER", 202),
        ],
    )
    def test_where_a_browser_says_its_origin_alone_that_decides(self, own_site: Site, origin: str, status: int) -> None:
        """To a plain address on a network browsers send no more: what is posted from another host is not taken."""
        files = [("files", ("toes.txt", LATER))]
        answer = own_site.client.post("/v1/reports", files=files, headers={"Origin": origin})
        assert answer.status_code == status


class TestDeletion:
    """DELETE /v1/reports/{report_id}."""

    def test_a_deleted_report_leaves_the_list_at_once_and_the_index_with_the_next_generation(
        self, own_site: Site
    ) -> None:
        """After DELETE the report is listed no more, and after the rebuild neither found nor readable."""
        report_id = own_site.found("balloon hiccups")[0]
        answer = own_site.client.delete(f"/v1/reports/{report_id}")
        assert answer.status_code == 202
        assert answer.json()["report_id"] == report_id
        listed = own_site.client.get("/v1/reports").json()["reports"]
        assert report_id not in [each["report_id"] for each in listed]
        own_site.settled()
        assert own_site.client.get(f"/v1/reports/{report_id}").status_code == 404
        assert own_site.client.get(f"/v1/reports/{report_id}/text").status_code == 404
        assert report_id not in own_site.found("balloon hiccups")
        assert own_site.client.get("/v1/index").json()["reports"] == len(REPORTS) - 1

    def test_deleting_twice_is_not_found(self, own_site: Site) -> None:
        """The second DELETE of a report is a 404 problem; while it is served still, that is said."""
        report_id = own_site.found("kelp crisps")[0]
        own_site.encoder.gate.clear()
        own_site.client.post("/v1/reports", files=[("files", ("toes.txt", LATER))])
        assert own_site.encoder.waiting.wait(60)  # a build stands still, so what is served stays
        assert own_site.client.delete(f"/v1/reports/{report_id}").status_code == 202
        answer = own_site.client.delete(f"/v1/reports/{report_id}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].endswith(
            "is not in the catalog any more, but in generation 1, which is served until the next one is built"
        )
        own_site.encoder.gate.set()
        own_site.settled()
        answer = own_site.client.delete(f"/v1/reports/{report_id}")
        assert (answer.status_code, answer.json()["detail"]) == (404, f"report {report_id!r} is not in the catalog")

    def test_the_last_report_leaves_the_index_too(self, own_site: Site) -> None:
        """A corpus that becomes empty is an index of nothing, not the old one served on."""
        for entry in own_site.service.catalog.entries():
            assert own_site.client.delete(f"/v1/reports/{entry.report_id}").status_code == 202
        own_site.settled()
        assert own_site.client.get("/v1/index").json()["rebuild"]["last_error"] is None
        assert own_site.found("balloon hiccups") == []

    def test_an_upload_after_a_restart_is_still_served(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        """What was uploaded is in the data folder: another process that serves it finds the report."""
        root = tmp_path_factory.mktemp("restart")
        with (first := open_site(root, REPORTS)).client:
            (outcome,) = first.upload(("toes.txt", LATER))
        with (second := open_site(root, {})).client:
            assert second.found("purple toes grape treading")[0] == outcome["report_id"]

    def test_records_of_one_file_are_deleted_one_by_one(self, own_site: Site) -> None:
        """Deleting a record of an uploaded file leaves its neighbours."""
        lines = [json.dumps({"id": f"toes-{n}", "text": LATER.decode() + f"Seen {n} times."}) for n in range(3)]
        own_site.upload(("many.jsonl", "\n".join(lines).encode()))
        assert own_site.client.delete("/v1/reports/toes-1").status_code == 202
        own_site.settled()
        found = own_site.found("purple toes grape treading")
        assert {"toes-0", "toes-2"} <= set(found)
        assert "toes-1" not in found
