"""GET /healthz and /readyz: what a person or a machine that watches is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx2 as httpx
import pytest

from corpus.errors import CatalogError
from indexer.errors import DamagedError
from search_api.jobs import RebuildState
from search_api.keys import Keys
from search_api.web import health
from search_api.web.app import WebSettings

from .conftest import REPORTS, Site, open_site


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Site]:
    """A site that asks for keys, whose folder's name is a secret."""
    opened = open_site(tmp_path / "secret", REPORTS, WebSettings(keys=True))
    with opened.client:
        yield opened


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with room, whatever the machine's has."""
    room(monkeypatch, health.LEAST_ROOM)


def room(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """A disk with so many bytes free."""
    usage = shutil.disk_usage("/")._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)


def told(site: Site, **headers: str) -> Any:
    """What a ready site tells."""
    answer = site.client.get("/readyz", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_all_is_well(own_site: Site) -> None:
    """Where all is as it should be, the generation is told and no trouble."""
    assert told(own_site) == {"status": "ok", "generation": 1, "troubles": []}


def test_the_process_lives_though_every_thread_is_held(own_site: Site) -> None:
    """What watches over the server is answered while all threads for requests wait for something."""

    async def asked() -> int:
        threads = anyio.to_thread.current_default_thread_limiter()
        for number in range(int(threads.total_tokens)):
            threads.acquire_on_behalf_of_nowait(number)
        ways = httpx.ASGITransport(own_site.app)
        async with httpx.AsyncClient(transport=ways, base_url="http://testserver") as client:
            with anyio.fail_after(30):
                return (await client.get("/healthz")).status_code

    assert anyio.run(asked) == 200


def test_little_room_is_told(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions are answered, and somebody should make room before the next build."""
    room(monkeypatch, health.LEAST_ROOM - 1)
    body = told(own_site)
    assert body["status"] == "degraded"
    (trouble,) = body["troubles"]
    assert trouble["part"] == "disk"
    assert "1000.0 MB" in trouble["what"] or "1.0 GB" in trouble["what"]
    assert "make room" in trouble["remedy"]


def test_a_folder_that_cannot_be_written_is_told(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is searched, and reports cannot be sent in."""
    monkeypatch.setattr(health, "is_closed", lambda folder: folder == own_site.folder)
    (trouble,) = told(own_site)["troubles"]
    assert trouble["part"] == "folder"
    assert str(own_site.folder.root) in trouble["what"]


def test_a_build_that_fails_is_told(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is behind what was sent in, and why."""
    monkeypatch.setattr(own_site.library, "rebuild", lambda: RebuildState(last_error="no room for the vectors"))
    (trouble,) = told(own_site)["troubles"]
    assert trouble["part"] == "index"
    assert "no room for the vectors" in trouble["what"]


def test_jobs_that_cannot_be_looked_at_are_told(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where their file is damaged, questions are answered all the same."""

    def damaged() -> RebuildState:
        raise CatalogError("jobs.sqlite: is damaged")

    monkeypatch.setattr(own_site.library, "rebuild", damaged)
    (trouble,) = told(own_site)["troubles"]
    assert (trouble["part"], trouble["what"]) == ("jobs", "jobs.sqlite: is damaged")


def test_a_newer_generation_that_cannot_be_opened_is_told(own_site: Site) -> None:
    """The older one is served on, and who looks is told."""
    assert told(own_site)["status"] == "ok"
    own_site.folder.current.write_text("7\n", encoding="ascii")
    body = told(own_site)
    assert body["generation"] == 1
    (trouble,) = body["troubles"]
    assert trouble["part"] == "generation"
    assert trouble["what"].startswith("generation 7 cannot be opened")


def test_troubles_add_up(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is told."""
    assert told(own_site)["status"] == "ok"
    room(monkeypatch, 5)
    own_site.folder.current.write_text("7\n", encoding="ascii")
    assert [each["part"] for each in told(own_site)["troubles"]] == ["disk", "generation"]


class TestStrangers:
    """Where keys are needed."""

    def test_a_stranger_is_told_which_part_and_no_path(self, closed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """With a key, of whatever scope, the reasons are told."""
        monkeypatch.setattr(health, "is_closed", lambda _: True)
        answer = closed.client.get("/readyz")
        assert "secret" not in answer.text
        assert [each["part"] for each in answer.json()["troubles"]] == ["folder"]
        key = Keys(closed.folder.keys).add("watcher", "read")
        assert "secret" in closed.client.get("/readyz", headers={"X-API-Key": key}).text

    def test_a_stranger_is_told_that_nothing_is_served_and_not_why(
        self, closed: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Status and code are the same for all; the words, that name files, are for those with a key."""

        def damaged() -> None:
            raise DamagedError(f"{closed.folder.root}: a file is damaged")

        monkeypatch.setattr(closed.service.live, "check", damaged)
        answer = closed.client.get("/readyz")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:casetrove:problem:damaged-index")
        assert "secret" not in answer.text
        key = Keys(closed.folder.keys).add("watcher", "read")
        known = closed.client.get("/readyz", headers={"X-API-Key": key})
        assert (known.status_code, known.json()["type"]) == (503, "urn:casetrove:problem:damaged-index")
        assert "secret" in known.text

    def test_a_wrong_key_makes_no_difference(self, closed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who shows a key that is not known is a stranger."""
        monkeypatch.setattr(health, "is_closed", lambda _: True)
        answer = closed.client.get("/readyz", headers={"X-API-Key": "ct_wrong"})
        assert answer.status_code == 200
        assert "secret" not in answer.text

    def test_being_alive_tells_nothing(self, closed: Site) -> None:
        """/healthz is a word."""
        assert closed.client.get("/healthz").json() == {"status": "ok"}
