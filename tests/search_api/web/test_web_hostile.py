"""Uploads that mean no good: each ends with a plain word, nothing lands outside its folder, the server lives on."""

from __future__ import annotations

import re
import resource
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest

from .conftest import LATER, REPORTS, Served, Site, open_site, serving, wait_until
from .hostile_files import BOMBS, NAMES, NO_NAMES, TEXT, leading_to, liars

BOUNDARY = b"hostile-boundary"
MOST_BYTES = 1_500 << 20
"""What reading any of the files may take at its most: far less than the 3 GiB at which a reading process is ended."""


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site whose uploads have nothing to do with each other."""
    opened = open_site(tmp_path_factory.mktemp("target"), REPORTS)
    with opened.client:
        yield opened


def sent(site: Site, name: str, data: bytes) -> Any:
    """The response to a file whose name is written as it is, quoted and escaped by nobody."""
    escaped = name.encode().replace(b'"', b"%22")
    head = b'--%s\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n' % (BOUNDARY, escaped)
    body = head + b"Content-Type: text/plain\r\n\r\n" + data + b"\r\n--%s--\r\n" % BOUNDARY
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY.decode()}"}
    return site.client.post("/v1/reports", params={"wait": 60}, content=body, headers=headers)


def outcome(site: Site, name: str, data: bytes) -> dict[str, Any]:
    """What became of a file: taken, or refused with a problem that tells its code and names the file."""
    answer = sent(site, name, data)
    assert answer.status_code in (202, 422), answer.text
    if answer.status_code == 202:
        (told,) = answer.json()["files"]
        found: dict[str, Any] = told
        return found
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"]
    assert problem["errors"][0]["message"]
    return {"outcome": "failed", "code": problem["type"].rpartition(":")[2], "detail": problem["detail"]}


def around(site: Site) -> set[Path]:
    """Every file and folder about the data folder, but not in it."""
    root = site.folder.root.parent
    beside = [path for path in root.iterdir() if path != site.folder.root]
    return {root.parent, *root.parent.glob("*.txt"), *beside, *(path for each in beside for path in each.rglob("*"))}


def alive(site: Site) -> None:
    """The server answers, and nothing of what came is left lying about."""
    assert site.client.get("/readyz").status_code == 200
    wait_until(lambda: not list((site.folder.root / "incoming").glob("*")), "all that came was dealt with")


class TestNames:
    """A name is a label."""

    @pytest.mark.parametrize("kind", NAMES)
    def test_a_name_chooses_no_place(self, target: Site, kind: str) -> None:
        """Whatever a name holds, the file is kept in the folder of uploads, under a name fit for any file system."""
        before, kept = around(target), set(target.folder.uploads.glob("*"))
        told = outcome(target, NAMES[kind], TEXT.format(what=f"the name {kind}", age=30).encode())
        assert told["outcome"] == "read", told
        assert around(target) == before
        (new,) = set(target.folder.uploads.glob("*")) - kept
        assert new.parent == target.folder.uploads
        assert len(new.name.encode()) <= 255
        assert re.fullmatch(r"[\w.\-() ]+", new.name), new.name
        assert not new.name.startswith((".", "-"))
        assert told["source"].startswith("upload:")
        alive(target)

    @pytest.mark.parametrize("kind", NO_NAMES)
    def test_what_names_no_file_is_refused(self, target: Site, kind: str) -> None:
        """Dots and slashes alone are no name: the problem says so, or that it has no ending that tells its kind."""
        before, kept = around(target), set(target.folder.uploads.glob("*"))
        answer = sent(target, NO_NAMES[kind], LATER)
        assert answer.status_code in (202, 422)
        assert around(target) == before
        for new in set(target.folder.uploads.glob("*")) - kept:
            assert new.parent == target.folder.uploads
            assert ".." not in new.name.split("-", 1)[1]
        alive(target)

    def test_markup_in_a_name_comes_back_as_data(self, target: Site) -> None:
        """Names are shown as they came, in JSON, never as a page."""
        answer = sent(target, "<script>alert(1)</script>.txt", b"")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"


class TestContents:
    """What a file holds cannot hurt."""

    @pytest.mark.parametrize("name", BOMBS)
    def test_a_bomb_is_told_and_costs_little(self, target: Site, name: str) -> None:
        """It is refused, or read as far as it makes sense; no reading process grew beyond bounds; the server lives."""
        before = around(target)
        told = outcome(target, name, BOMBS[name]())
        if told["outcome"] == "failed":
            assert told.get("code") or told["failures"]
        most = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 0) << 10
        assert most < MOST_BYTES, f"a reading process took {most >> 20} MiB"
        assert around(target) == before
        alive(target)

    @pytest.mark.parametrize("name", liars())
    def test_a_file_that_is_not_what_it_says_is_refused(self, target: Site, name: str) -> None:
        """Its content decides: what is no report is refused with the reason and leaves nothing behind."""
        kept, count = set(target.folder.uploads.glob("*")), target.service.catalog.count()
        told = outcome(target, name, liars()[name])
        assert told["outcome"] == "failed", told
        assert name in told["detail"]
        assert set(target.folder.uploads.glob("*")) == kept
        assert target.service.catalog.count() == count
        alive(target)

    def test_a_pdf_under_a_texts_name_is_read_as_what_it_is(self, target: Site) -> None:
        """The content is believed, with a note: a PDF named .txt is a PDF."""
        from .hostile_files import page

        told = outcome(
            target, "letter.txt", page(content=b"BT /F 12 Tf 50 700 Td (A man of 71 had a boil. It healed.) Tj ET")
        )
        assert told["outcome"] == "read"
        report = target.client.get(f"/v1/reports/{told['report_id']}").json()
        assert report["reader"] == "pdf"

    def test_no_file_leads_anywhere(self, target: Site) -> None:
        """Entities, style sheets, templates, images, forms and links of a file of every kind: none is followed.

        A listener stands where they lead; nothing knocks while they are read, indexed, searched and shown.
        """
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            there = f"http://127.0.0.1:{listener.getsockname()[1]}/leak"
            files = leading_to(there)
            told = {name: outcome(target, name, data) for name, data in files.items()}
            target.settled()
            for name in ("linked.docx", "page.html", "page.pdf", "notes.md", "list.ris", "records.jsonl", "plain.txt"):
                assert told[name]["outcome"] == "read", told[name]
                found = target.client.get(f"/v1/reports/{told[name]['report_id']}/text")
                assert found.status_code == 200
            target.client.post("/v1/ask", json={"question": "What was given for the rash?"})
            with pytest.raises(BlockingIOError):
                listener.accept()
        alive(target)

    def test_the_listener_would_hear(self) -> None:
        """That nothing knocked means something: a program that asks that address is heard."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.setblocking(False)
            with socket.create_connection(listener.getsockname()):
                connection, _ = listener.accept()
                connection.close()


class TestMany:
    """Many at once, and some that never end."""

    def test_two_hundred_at_once_are_all_taken(self, tmp_path: Path) -> None:
        """Two hundred requests at the same time are each accepted or told to come back; what was accepted is found."""
        with serving(open_site(tmp_path, REPORTS)) as served, httpx.Client(timeout=120) as client:
            base = served.address

            def send(number: int) -> str:
                data = TEXT.format(what=f"illness number {number} of many", age=20 + number % 60).encode()
                answer = client.post(
                    f"{base}/v1/reports", params={"wait": 0}, files=[("files", (f"same.{number}.txt", data))]
                )
                assert answer.status_code == 202, answer.text
                return str(answer.json()["job"]["id"])

            with ThreadPoolExecutor(50) as pool:
                jobs = list(pool.map(send, range(200)))
            assert len(set(jobs)) == 200
            ended = {job: served.site.library.job(job) for job in jobs}

            def all_ended() -> bool:
                for job in [job for job, known in ended.items() if not known.is_ended]:
                    ended[job] = served.site.library.job(job)
                return all(known.is_ended for known in ended.values())

            wait_until(all_ended, "all jobs ended")
            assert {known.state for known in ended.values()} == {"done"}
            assert served.site.service.catalog.count() == 200 + len(REPORTS)
            assert client.get(f"{base}/v1/index").json()["reports"] == 200 + len(REPORTS)

    def test_two_hundred_files_of_one_request_are_all_taken(self, target: Site) -> None:
        """One request may hold as many; each has its outcome, in order, whatever the others are."""
        files = [
            (f"{at}.txt", b"" if at % 10 == 0 else TEXT.format(what=f"number {at} of one", age=30).encode())
            for at in range(200)
        ]
        answer = target.client.post("/v1/reports", params={"wait": 60}, files=[("files", each) for each in files])
        assert answer.status_code == 202
        outcomes = [each["outcome"] for each in answer.json()["files"]]
        assert outcomes == ["failed" if at % 10 == 0 else "read" for at in range(200)]
        target.settled()
        alive(target)

    def test_a_form_with_too_many_parts_is_refused(self, target: Site) -> None:
        """Thousands of files in one request are a problem that says how many there may be."""
        files = [("files", (f"{at}.txt", b"x")) for at in range(1001)]
        answer = target.client.post("/v1/reports", files=files)
        assert answer.status_code == 400
        assert "1000" in answer.json()["detail"]
        alive(target)

    def test_uploads_that_break_off_leave_nothing(self, tmp_path: Path) -> None:
        """A client that leaves in the middle of its file made no job, no file and no harm; the next one is served."""
        with serving(open_site(tmp_path, REPORTS)) as served:
            before = served.site.library.jobs(100)
            for cut in (
                b"",
                b"--b\r\n",
                b'--b\r\nContent-Disposition: form-data; name="files"; filename="x.txt"\r\n\r\nA ',
            ):
                broken_off(served, cut)
            assert served.site.library.jobs(100) == before
            assert not list((served.site.folder.root / "incoming").glob("*"))
            with httpx.Client(base_url=served.address, timeout=60) as client:
                assert client.post("/v1/reports", files=[("files", ("toes.txt", LATER))]).status_code == 202

    def test_a_slow_upload_keeps_nobody_waiting(self, tmp_path: Path) -> None:
        """While fifty uploads stand still in the middle, questions are answered."""
        with serving(open_site(tmp_path, REPORTS)) as served:
            slow = [opened(served, b"--b\r\n") for _ in range(50)]
            try:
                with httpx.Client(base_url=served.address, timeout=60) as client:
                    assert client.post("/v1/search", json={"query": "hiccups"}).status_code == 200
                    assert client.post("/v1/reports", files=[("files", ("toes.txt", LATER))]).status_code == 202
            finally:
                for each in slow:
                    each.close()


def opened(served: Served, sent_of_it: bytes) -> socket.socket:
    """A connection that promised a megabyte and sent this much."""
    parts = urlsplit(served.address)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60)
    connection.sendall(
        b"POST /v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        b"Content-Length: 1000000\r\n\r\n" + sent_of_it
    )
    return connection


def broken_off(served: Served, sent_of_it: bytes) -> None:
    """Begin an upload, leave, and wait until the server has noticed: it holds no connection of it any more."""
    opened(served, sent_of_it).close()
    wait_until(lambda: not served.server.server_state.tasks, "the server noticed")
