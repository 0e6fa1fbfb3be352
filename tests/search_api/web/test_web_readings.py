"""A report is read again between a search and what is done with its places: no other words come for those shown."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corpus.ingest import ingest
from indexer.build import build
from indexer.encoders.choice import OneEncoder
from indexer.history import collect
from search_api.client import Client
from search_api.connection import ProblemError
from tests.papers import Paper

from .conftest import REPORTS, Site, open_site, serving

ZEBRA = REPORTS["zebra.txt"]
CORRECTED = ZEBRA.replace(
    "\n\nCase", "\n\nAbstract\nA zoo keeper whose rash had stripes got well with an ointment.\n\nCase", 1
)
ASKED = "zinc ointment for a striped rash"


@dataclass
class Shelf:
    """A site over one report, whose file can be corrected and indexed again."""

    site: Site
    file: Path

    def correct(self) -> None:
        """Put an abstract before the case, and index the file again."""
        self.site.reread(self.file.name, CORRECTED)

    def index(self) -> None:
        """Bring the index up to the catalog."""
        with self.site.folder.lock():
            build(self.site.folder, self.site.service.catalog, self.site.encoder)

    def forget(self) -> None:
        """Let go of all that is not served: older readings, too."""
        self.site.service.live.pin()
        encoders = OneEncoder(self.site.encoder)
        with self.site.folder.lock():
            collect(self.site.folder, self.site.service.catalog, encoders, 1)

    def hit(self) -> dict[str, Any]:
        """What is found first."""
        hit: dict[str, Any] = self.site.client.post("/v1/search", json={"query": ASKED}).json()["hits"][0]
        return hit

    def saved(self, place: dict[str, Any]) -> Any:
        """The answer to one place as CSV."""
        return self.site.client.post("/v1/list/export", json={"format": "csv", "places": [place]})


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """It, indexed once."""
    return Shelf(open_site(tmp_path, {"zebra.txt": ZEBRA}, log_searches=True), tmp_path / "files" / "zebra.txt")


def place_of(hit: dict[str, Any]) -> dict[str, Any]:
    """A hit as a place."""
    return {**{name: hit[name] for name in ("report_id", "start", "end")}, "reading": hit["citation"]["reading"]}


def words(text: str) -> str:
    """Without breaks of lines, as a cell of a table has it."""
    return " ".join(text.split())


def text_of(answer: Any) -> str:
    """The words in the one row of a CSV."""
    assert answer.status_code == 200, answer.text
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return row["text"]


class TestList:
    """A hit of before, saved after."""

    def test_the_words_that_were_shown_are_saved(self, shelf: Shelf) -> None:
        """Though another reading is served by now, in which other words stand at those offsets."""
        hit = shelf.hit()
        shelf.correct()
        assert shelf.hit()["citation"]["reading"] != hit["citation"]["reading"]
        place = place_of(hit)
        assert text_of(shelf.saved(place)) == words(hit["text"])
        assert text_of(shelf.saved({**place, "reading": ""})) != words(hit["text"])

    def test_words_that_are_kept_no_more_are_refused(self, shelf: Shelf) -> None:
        """A problem says that the report was read again and what to do; nothing is saved in their stead."""
        hit = shelf.hit()
        shelf.correct()
        shelf.hit()
        shelf.forget()
        refused = shelf.saved(place_of(hit))
        assert refused.status_code == 409
        assert refused.json()["type"] == "urn:casetrove:problem:changed-reading"
        assert "has been read again since" in refused.json()["detail"]
        assert "search again" in refused.json()["detail"]

    def test_a_report_that_is_taken_out_is_not_found(self, shelf: Shelf) -> None:
        """Its older readings are not given out, though they are kept for a while."""
        hit = shelf.hit()
        shelf.correct()
        shelf.site.service.catalog.delete(hit["report_id"])
        shelf.index()
        assert shelf.saved(place_of(hit)).status_code == 404

    def test_a_reading_of_another_report_is_none_of_this(self, shelf: Shelf) -> None:
        """A name that no text of the report goes by is refused like one that is kept no more."""
        assert shelf.saved({**place_of(shelf.hit()), "reading": "0" * 16}).status_code == 409


class TestLog:
    """A place of a kept search."""

    def test_it_is_one_of_what_was_read_then(self, shelf: Shelf) -> None:
        """Given back as the log tells it, it has the words of then; so has what a replay says was lost."""
        found = shelf.site.client.post("/v1/search", json={"query": ASKED, "k": 1}).json()
        shelf.correct()
        told = shelf.site.client.get(f"/v1/searches/{found['search_id']}").json()["places"]
        changes = shelf.site.client.post(f"/v1/searches/{found['search_id']}/replay?log=false").json()["changes"]
        lost = [each for each in changes if each["fate"] == "lost"]
        gained = [each for each in changes if each["fate"] == "gained"]
        assert (len(told), len(lost), len(gained)) == (1, 1, 1)
        names = ("report_id", "start", "end", "reading")
        for place in (*told, *lost):
            assert text_of(shelf.saved({name: place[name] for name in names})) == words(found["hits"][0]["text"])
        assert gained[0]["reading"] == shelf.hit()["citation"]["reading"]


class TestText:
    """A stretch of the text of before, read after."""

    def test_text_and_report_can_be_had_of_one_reading(self, shelf: Shelf) -> None:
        """What the report is told to be and its text, fetched after each other, fit together through a change."""
        hit = shelf.hit()
        about = shelf.site.client.get(f"/v1/reports/{hit['report_id']}").json()
        shelf.correct()
        path = f"/v1/reports/{hit['report_id']}/text"
        text = shelf.site.client.get(path, params={"reading": about["reading"]}).json()
        assert (text["length"], text["reading"]) == (about["length"], about["reading"])
        assert text["text"][hit["start"] : hit["end"]] == hit["text"]
        today = shelf.site.client.get(path).json()
        assert today["text"] != text["text"]
        assert today["reading"] == shelf.hit()["citation"]["reading"]

    def test_it_is_refused_once_it_is_kept_no_more(self, shelf: Shelf) -> None:
        """As a list is."""
        hit = shelf.hit()
        shelf.correct()
        shelf.hit()
        shelf.forget()
        params = {"reading": hit["citation"]["reading"]}
        assert shelf.site.client.get(f"/v1/reports/{hit['report_id']}/text", params=params).status_code == 409

    def test_every_answer_names_the_reading(self, shelf: Shelf) -> None:
        """Hits, sentences, rows of evidence and like patients: all have it in their citation."""
        client, asked = shelf.site.client, {"question": ASKED}
        reading = shelf.hit()["citation"]["reading"]
        found = [
            *client.post("/v1/ask", json=asked).json()["sentences"],
            *client.post("/v1/evidence", json={"question": "rash"}).json()["rows"],
            *client.get(f"/v1/reports/{shelf.hit()['report_id']}/cases").json()["rows"],
            *(
                each["passage"]
                for each in client.post("/v1/similar", json={"text": "A striped rash."}).json()["similar"]
            ),
        ]
        assert len(found) >= 4
        assert {each["citation"]["reading"] for each in found} == {reading}


def test_pages_are_marked_with_spans_of_their_own_reading_alone(shelf: Shelf) -> None:
    """Marks are asked for with the reading that the span is of: those of another one are refused."""
    paper = Paper()
    paper.add_page()
    paper.column(20, 20, ["Invented report: blue thumbs", "", "Case presentation"], 12)
    paper.column(20, 60, ["A 44-year-old dyer had blue thumbs for a month.", "She had no pain at all."])
    file = shelf.file.with_name("thumbs.pdf")
    file.write_bytes(paper.data())
    ingest(shelf.site.service.catalog, [file])
    shelf.index()
    hit = shelf.site.service.search("blue thumbs").hits[0]
    path = f"/v1/reports/{hit.report_id}/pages/1/marks"
    span = {"start": hit.start, "end": hit.end}
    with shelf.site.client as client:
        assert client.get(path, params={**span, "reading": hit.citation.reading}).json()["marks"]
        assert client.get(path, params={**span, "reading": "0" * 16}).status_code == 409


def test_the_client_gives_the_reading_back(shelf: Shelf) -> None:
    """Hits and texts that it got before a change are saved with their own words after it."""
    with serving(shelf.site) as served, Client(served.address) as client:
        hit = client.search(ASKED).hits[0]
        text = client.read_text(hit.report_id, start=hit.start, end=hit.end)
        shelf.correct()
        for place in (hit, text):
            rows = csv.DictReader(io.StringIO(client.export_list([place], "csv").decode("utf-8-sig")))
            assert [row["text"] for row in rows] == [words(hit.text)]
        again = client.read_text(hit.report_id, start=hit.start, end=hit.end, reading=hit.citation.reading)
        assert again.text == hit.text
        client.search(ASKED)
        shelf.forget()
        with pytest.raises(ProblemError) as refused:
            client.export_list([hit], "csv")
        assert refused.value.code == "changed-reading"
