"""A disk without room, and a folder that cannot be written: said as such, nothing lost, nothing left behind."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.errors import CasetroveError
from search_api.closed import ClosedLibrary, open_library
from search_api.errors import NotWritableError, is_no_room, refused
from search_api.library import Library
from search_api.service import Service
from search_api.web.app import create_app
from tests.fakes import prose

from .conftest import LATER, REPORTS, Site, open_site

LONG = LATER + b"\n" + prose(3, 6000).encode()


@pytest.fixture
def scarce(tmp_path: Path) -> Iterator[Site]:
    """A running site whose data folder is a disk of 8 MB; it lies in memory, and only where one may be mounted."""
    (place := tmp_path / "data").mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8000000", "none", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no mount command here; what the system refuses is raised by hand in other tests")
    if done.returncode:
        pytest.skip("no right to mount a small disk here; what the system refuses is raised by hand in other tests")
    try:
        with (site := open_site(tmp_path, REPORTS)).client:
            yield site
    finally:
        subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)


def fill(site: Site, left: int) -> Path:
    """Leave about so many bytes on the disk; the file that took the others."""
    filler = site.folder.root / "filler"
    with filler.open("wb", buffering=0) as file:
        with suppress(OSError):
            while True:
                file.write(bytes(4096))
        file.truncate(max(0, file.tell() - left))
    return filler


def send(site: Site, data: bytes = LONG) -> Any:
    return site.client.post("/v1/reports?wait=60", files=[("files", ("toes.txt", data))])


def left_behind(site: Site) -> list[str]:
    """Files of uploads, read or not, that are on the disk."""
    root = site.folder.root
    return [str(path) for place in ("incoming", "uploads") for path in (root / place).rglob("*") if path.is_file()]


@pytest.mark.parametrize("left", [0, 16_000, 70_000, 130_000])
def test_an_upload_to_a_full_disk_is_refused_and_leaves_nothing(scarce: Site, left: int) -> None:
    """Wherever the room ends, the answer is a 507 that says so, searches go on, and with room the upload goes in."""
    scarce.found("hiccups")
    filler = fill(scarce, left)
    answer = send(scarce)
    assert answer.status_code == 507, answer.text
    problem = answer.json()
    assert problem["type"] == "urn:casetrove:problem:no-room"
    assert "the disk is full" in problem["detail"]
    assert "make room" in problem["detail"]
    assert left_behind(scarce) == []
    assert scarce.found("balloon hiccups")
    filler.unlink()
    assert send(scarce).status_code == 202
    scarce.settled()
    assert scarce.found("purple toes grape treading")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_file_that_may_grow_no_more_is_no_room(own_site: Site, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A quota and a limit on a file's size are what a full disk is, in a request and in its job."""

    def full(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    for where in ("search_api.uploads.write_whole", "search_api.changes.Kept.put"):
        with monkeypatch.context() as patched:
            patched.setattr(where, full)
            answer = send(own_site, LATER)
        assert (answer.status_code, answer.json()["type"]) == (507, "urn:casetrove:problem:no-room"), where
        assert left_behind(own_site) == []
    assert own_site.found("balloon hiccups")


def test_a_body_that_cannot_be_laid_down_is_no_room(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes in is kept in a temporary file first: that it cannot be is no fault of the request."""

    async def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("starlette.datastructures.UploadFile.write", full)
    answer = send(own_site, LATER)
    assert (answer.status_code, answer.json()["type"]) == (507, "urn:casetrove:problem:no-room")


def test_what_is_refused_says_what_to_do() -> None:
    """Room, rights, and what else a system may say; an error of the tree says it itself."""
    told = CasetroveError("catalog.sqlite: say this")
    assert refused("the files", told) is told
    assert (refused("it", OSError(errno.EROFS, "Read-only file system")).http_status) == 503
    assert "Input/output error): check the disk" in str(refused("the files", OSError(5, "Input/output error")))
    assert not is_no_room(OSError(5, "Input/output error"))


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site over a folder that this process has no right to write to, as far as the system tells it."""
    made = open_site(tmp_path, REPORTS)
    made.service.catalog.close()
    before = sorted(path.name for path in made.folder.root.iterdir())
    monkeypatch.setattr(os, "access", lambda path, mode: not (mode & os.W_OK and str(path).startswith(str(tmp_path))))
    service = Service(made.folder, made.service.encoders)
    library = open_library(service)
    app = create_app(service, library)
    with TestClient(app) as client:
        yield Site(made.folder, made.encoder, service, library, app, client)
    assert sorted(path.name for path in made.folder.root.iterdir()) == before


def test_a_folder_that_cannot_be_written_is_searched(closed: Site) -> None:
    """Questions, texts, lists and the state are answered, and nothing is written."""
    assert isinstance(closed.library, ClosedLibrary)
    (best, *_) = closed.found("balloon hiccups")
    assert closed.client.post("/v1/ask", json={"question": "What stopped the hiccups?"}).json()["answerable"]
    assert closed.client.get(f"/v1/reports/{best}").status_code == 200
    index = closed.client.get("/v1/index").json()
    assert (index["generation"], index["rebuild"]["building"], index["rebuild"]["waiting"]) == (1, False, False)
    assert closed.client.get("/v1/jobs").json() == {"jobs": [], "next": None}
    assert closed.client.post("/v1/facets", json={}).json()["reports"] == len(REPORTS)
    assert closed.client.get("/v1/generations").json()["generations"][0]["served"]
    assert closed.client.get("/v1/failures").json()["total"] == closed.client.get("/v1/duplicates").json()["total"] == 0
    assert closed.client.get("/readyz").status_code == 200


def test_changes_of_a_folder_that_cannot_be_written_are_refused(closed: Site) -> None:
    """Each is a 503 that names the folder and what to do; a job is not known, and nothing follows one."""
    (best, *_) = closed.found("balloon hiccups")
    decided = {"one": best, "other": best, "decision": "same"}
    answers = [
        send(closed),
        closed.client.delete(f"/v1/reports/{best}"),
        closed.client.post("/v1/index/rebuild"),
        closed.client.post("/v1/duplicates", json=decided),
        closed.client.post("/v1/generations/1/serve"),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:casetrove:problem:not-writable")
        assert f"{closed.folder.root}: this server cannot write there" in answer.json()["detail"]
    for path in ("/v1/jobs/any", "/v1/jobs/any/events"):
        assert closed.client.get(path).status_code == 404
    assert closed.library.job_version("any") is None


def test_a_folder_that_can_be_written_takes_changes(own_site: Site) -> None:
    """As does one that is not there yet."""
    library = open_library(own_site.service)
    assert type(library) is Library
    with pytest.raises(NotWritableError):
        ClosedLibrary(own_site.service).reindex()


def test_without_a_search_log_no_question_is_kept_or_logged(own_site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Asked, refused, or met by an error: what somebody asked is in no log, no problem, and no file."""
    secret = "wombatine"
    caplog.set_level("DEBUG")
    own_site.client.post("/v1/search", json={"query": f"hiccups and {secret}"})
    own_site.client.post("/v1/ask", json={"question": f"What is {secret}?"})
    refusals = [
        own_site.client.post("/v1/search", json={"query": secret * 2000}),
        own_site.client.post("/v1/search", json={"query": secret, "k": 0}),
        own_site.client.post("/v1/ask", json={"question": secret, "system": "none"}),
    ]
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as broken:
        broken.setattr("search_api.service.search", lambda *_, **__: 1 / 0)
        crashed = TestClient(own_site.app, raise_server_exceptions=False).post("/v1/search", json={"query": secret})
    assert [answer.status_code for answer in refusals] == [422, 422, 422]
    assert crashed.status_code == 500
    for answer in (*refusals, crashed):
        assert secret not in json.dumps(answer.json())
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert secret not in "\n".join(caplog.handler.format(record) for record in ours)
    for path in own_site.folder.root.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path
