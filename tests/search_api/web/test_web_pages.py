"""PDF pages over HTTP: the list, the pictures, the marks."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from search_api.pages import AT_ONCE
from search_api.web.app import create_app
from search_api.web.routes import pages
from tests.papers import two_columns

from .conftest import REPORTS, Site, open_site, wait_until


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """A site with an uploaded PDF, and the report's id."""
    opened = open_site(tmp_path_factory.mktemp("pages"), REPORTS)
    with opened.client:
        (outcome,) = opened.upload(("paper.pdf", two_columns()))
        yield opened, str(outcome["report_id"])


def got(site: Site, path: str, **parameters: Any) -> dict[str, Any]:
    answer = site.client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


class TestPages:
    """What the report view needs."""

    def test_the_pages_of_an_upload_are_listed(self, paper: tuple[Site, str]) -> None:
        """With their sizes and what was read from each."""
        site, report_id = paper
        first, second = got(site, f"/v1/reports/{report_id}/pages")["pages"]
        assert (first["number"], first["label"], second["number"]) == (1, "1", 2)
        assert 0 <= first["start"] < first["end"] <= got(site, f"/v1/reports/{report_id}")["length"]
        assert (round(first["width"]), round(first["height"])) == (595, 842)

    def test_a_page_is_a_png_that_the_browser_may_keep(self, paper: tuple[Site, str]) -> None:
        """By its ETag it need not be sent again."""
        site, report_id = paper
        path = f"/v1/reports/{report_id}/pages/1/image"
        answer = site.client.get(path, params={"width": 300})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
        assert abs(Image.open(io.BytesIO(answer.content)).width - 300) <= 1
        assert answer.headers["Cache-Control"] == "private, no-cache"
        tag = answer.headers["ETag"]
        for condition in (tag, f'"other", W/{tag}'):
            again = site.client.get(path, params={"width": 300}, headers={"If-None-Match": condition})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        assert site.client.get(path, params={"width": 400}, headers={"If-None-Match": tag}).status_code == 200

    def test_a_hit_is_marked_on_its_page(self, paper: tuple[Site, str]) -> None:
        """From a search to the rectangles on the page."""
        site, report_id = paper
        hits = site.client.post("/v1/search", json={"query": "the case sentence 3 slow recovery", "k": 20}).json()[
            "hits"
        ]
        hit = next(each for each in hits if each["report_id"] == report_id and "the case" in each["text"])
        span = hit["highlights"][0]
        found = got(site, f"/v1/reports/{report_id}/pages/{hit['citation']['page']}/marks", **span)
        assert found["reason"] is None
        assert found["marks"]
        for mark in found["marks"]:
            assert 0 <= mark["x"] < mark["x"] + mark["width"] <= 1
            assert 0 <= mark["y"] < mark["y"] + mark["height"] <= 1

    @pytest.mark.parametrize("width", [99, 2001, "wide"])
    def test_a_width_out_of_bounds_is_refused(self, paper: tuple[Site, str], width: object) -> None:
        """422, naming the field."""
        site, report_id = paper
        answer = site.client.get(f"/v1/reports/{report_id}/pages/1/image", params={"width": str(width)})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "width")

    def test_what_has_no_pages_says_why(self, paper: tuple[Site, str]) -> None:
        """404, with a code of its own: a text file."""
        site, report_id = paper
        other = next(
            each["report_id"] for each in got(site, "/v1/reports")["reports"] if each["report_id"] != report_id
        )
        for path in ("pages", "pages/1/image", "pages/1/marks?start=0&end=5"):
            answer = site.client.get(f"/v1/reports/{other}/{path}")
            assert (answer.status_code, answer.json()["type"]) == (404, "urn:casetrove:problem:no-pages")
            assert "is no PDF" in answer.json()["detail"]

    def test_a_report_or_page_that_is_not_there_is_not_found(self, paper: tuple[Site, str]) -> None:
        """404, the usual one."""
        site, report_id = paper
        for path in ("cr-none/pages", f"{report_id}/pages/3/image", "cr-none/pages/1/marks?start=0&end=5"):
            answer = site.client.get(f"/v1/reports/{path}")
            assert (answer.status_code, answer.json()["type"]) == (404, "urn:casetrove:problem:not-found")

    def test_a_file_that_changed_on_the_disk_is_not_shown(self, tmp_path: Path) -> None:
        """What is kept of an upload is checked against what was read."""
        site = open_site(tmp_path, {})
        with site.client:
            (outcome,) = site.upload(("paper.pdf", two_columns()))
            (kept,) = site.folder.uploads.iterdir()
            kept.write_bytes(two_columns(zigzag=True))
            answer = site.client.get(f"/v1/reports/{outcome['report_id']}/pages")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:casetrove:problem:no-pages")
        assert "is not as it was" in answer.json()["detail"]


@pytest.fixture
def held(paper: tuple[Site, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whatever looks for a reading of a report waits for the event."""
    gate, reading = threading.Event(), paper[0].service.reading

    def waiting(report_id: str) -> Any:
        assert gate.wait(60)
        return reading(report_id)

    monkeypatch.setattr(paper[0].service, "reading", waiting)
    yield gate
    gate.set()


class TestBounds:
    """How many pages are looked at, and how long."""

    def test_who_comes_beyond_the_line_is_told_when_to_come_back(
        self, paper: tuple[Site, str], held: threading.Event, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """503 with Retry-After, at once; those in the line get their pages."""
        monkeypatch.setattr(pages, "MOST_WAITING", 1)
        site, report_id = paper
        app = create_app(site.service, site.library)
        client, path = TestClient(app), f"/v1/reports/{report_id}/pages"
        answers: list[int] = []
        askers = [
            threading.Thread(target=lambda: answers.append(TestClient(app).get(path).status_code))
            for _ in range(AT_ONCE + 1)
        ]
        for asker in askers:
            asker.start()
        wait_until(lambda: app.state.page_desk.waiting == 1, "one waits")
        for each in (path, f"{path}/1/marks?start=0&end=5"):
            refused = client.get(each)
            assert (refused.status_code, refused.json()["type"]) == (503, "urn:casetrove:problem:busy")
            assert int(refused.headers["retry-after"]) > 0
        held.set()
        for asker in askers:
            asker.join(60)
        assert answers == [200] * (AT_ONCE + 1)

    def test_a_page_that_takes_too_long_is_given_up(
        self, paper: tuple[Site, str], held: threading.Event, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """503 that says so; the place is free again once the work has ended."""
        monkeypatch.setattr(pages, "WITHIN_S", 0.1)
        site, report_id = paper
        app = create_app(site.service, site.library)
        answer = TestClient(app).get(f"/v1/reports/{report_id}/pages")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:casetrove:problem:too-slow")
        held.set()
        wait_until(lambda: app.state.page_desk.running == 0, "the place is free")
