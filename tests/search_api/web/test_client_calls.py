"""The client on the search log and on the library, against real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search_api.client import Client
from search_api.connection import ProblemError
from search_api.keys import Keys
from search_api.web.app import WebSettings
from tests.fakes import prose
from tests.papers import two_columns

from .conftest import LATER, REPORTS, open_site, serving


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """A client of a server that keeps a search log."""
    with serving(open_site(tmp_path / "site", REPORTS, log_searches=True)) as found, Client(found.address) as client:
        yield client


@pytest.fixture
def grapes(tmp_path: Path) -> Path:
    """A report that the server does not have."""
    path = tmp_path / "grapes.txt"
    path.write_bytes(LATER)
    return path


class TestSearchLog:
    """Kept searches."""

    def test_searches_are_listed_looked_up_and_forgotten(self, client: Client) -> None:
        """The newest first, through all pages; what asked not to be kept is not there."""
        ids = [client.search(f"zinc {number}").search_id for number in range(3)]
        assert client.search("hiccups", log=False).search_id is None
        assert [each.id for each in client.searches(limit=2)] == ids[::-1]
        assert client.get_search(ids[1] or "").line == "zinc 1"
        client.forget_search(ids[1] or "")
        assert [each.id for each in client.list_searches().searches] == [ids[2], ids[0]]
        with pytest.raises(ProblemError) as told:
            client.get_search(ids[1] or "")
        assert told.value.code == "not-found"

    def test_a_search_is_asked_again(self, client: Client, grapes: Path) -> None:
        """What was added since is new and gained; the repetition can be held against the first once more."""
        first = client.search("purple toes of a man").search_id or ""
        report_id = client.add([grapes]).files[0].report_id
        assert report_id in {each.report_id for each in client.new_since(first).added}
        told = client.replay_search(first)
        assert report_id in {each.report_id for each in told.changes if each.fate == "gained"}
        assert client.compare_searches(first, told.now.id or "") == told
        assert client.replay_search(first, log=False).now.id is None

    def test_files_of_kept_searches(self, client: Client) -> None:
        """What was found as a list, and an appendix of the searches named, in that order."""
        one, other = (client.search(line).search_id or "" for line in ("first rash", "second rash"))
        assert client.export_search(one, format="ris").startswith(b"TY  - ")
        turned = client.report_searches(id=[other, one]).decode()
        assert turned.index("second rash") < turned.index("first rash")
        assert b"first rash" in client.report_searches(format="csv")


class TestLibrary:
    """The library as a whole."""

    def test_generations_are_listed_and_served(self, client: Client, grapes: Path) -> None:
        """After an upload there are two; going back is going back."""
        client.add([grapes])
        assert [(each.number, each.served) for each in client.list_generations().generations] == [(2, True), (1, False)]
        assert client.serve_generation(1).passed_over == 2
        assert client.get_index().generation == 1
        with pytest.raises(ProblemError) as told:
            client.serve_generation(7)
        assert (told.value.code, told.value.status) == ("not-found", 404)

    def test_what_cannot_be_read_is_listed(self, client: Client, tmp_path: Path) -> None:
        """Page by page as a whole, each file with its reason; that none could be read is a problem."""
        files = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt")]
        for file in files:
            file.write_bytes(b"")
        with pytest.raises(ProblemError) as told:
            client.upload_reports(files)
        assert told.value.code == "empty"
        page = client.list_failures(limit=1)
        assert ([each.path for each in page.failures], page.total) == (["upload:a.txt"], 3)
        listed = list(client.failures(limit=1))
        assert [(each.path, each.code) for each in listed] == [(f"upload:{file.name}", "empty") for file in files]
        client.forget_failure(listed[1].id)
        assert [each.path for each in client.failures()] == ["upload:a.txt", "upload:c.txt"]

    def test_two_reports_become_one(self, tmp_path: Path) -> None:
        """The suspicions are told, page by page, and a decision merges two reports."""
        stripes = f"An invented report on stripes\n\nCase report\n\n{prose(1, 300)}."
        copies = {f"{number}.txt": f"{stripes} It ended on day {number}." for number in range(3)}
        with serving(open_site(tmp_path, {**REPORTS, **copies})) as served, Client(served.address) as client:
            assert not client.list_duplicates(wait=60).comparing
            pairs = list(client.duplicates(kind=["same article"], limit=1))
            named = [{Path(source).name for told in pair.reports for source in told.sources} for pair in pairs]
            assert sorted(map(sorted, named)) == [["0.txt", "1.txt"], ["0.txt", "2.txt"], ["1.txt", "2.txt"]]
            one, other = (told.report_id for told in pairs[0].reports)
            merging = client.decide_duplicate(one, other, "same").job
            assert merging is not None
            assert client.finished(merging.id).state == "done"
            assert client.list_reports().total == 5
            assert client.get_report(other).report_id == one

    def test_reports_are_found_by_their_names(self, client: Client) -> None:
        """``find`` bounds the list and its count."""
        titles = [each.title for each in client.reports(find="hiccups", limit=1)]
        assert titles == ["Invented report: hiccups after a balloon flight"]
        assert client.list_reports(find="hiccups").total == 1
        assert client.list_reports(find="invented").total == 3

    def test_what_to_narrow_by_and_how_the_server_does(self, client: Client) -> None:
        """Counts and figures."""
        told = client.facets(filters={"sex": "female"})
        assert told.reports == 1
        assert {each.value: each.reports for each in told.facets.sex} == {"female": 1, "male": 2}
        assert 'operation="facets"' in client.get_metrics()


def test_the_pages_of_a_paper(client: Client, tmp_path: Path) -> None:
    """Listed, drawn, and marked where a span stands."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(two_columns())
    report_id = client.add([path]).files[0].report_id or ""
    page = client.list_pages(report_id).pages[0]
    assert client.show_page(report_id, page.number, width=200).startswith(b"\x89PNG")
    start = page.start or 0
    assert client.mark_page(report_id, page.number, start=start, end=start + 20).marks


def test_a_key_opens_a_closed_server(tmp_path: Path) -> None:
    """With a key that may read, what is read is read, and what is changed is refused."""
    site = open_site(tmp_path, REPORTS, WebSettings(keys=True))
    key = Keys(site.folder.keys).add("reader", "read")
    with serving(site) as served, Client(served.address, key) as client, Client(served.address) as stranger:
        assert client.list_reports().total == 3
        for call, code in ((client.rebuild_index, "scope"), (stranger.get_index, "key-needed")):
            with pytest.raises(ProblemError) as told:
                call()
            assert told.value.code == code
