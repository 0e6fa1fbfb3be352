"""Result lists as files: from any list, over HTTP and on the command line, in the order of the list."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
import rispy
from fastapi.testclient import TestClient

from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from search_api.cli import options
from search_api.library import Library
from search_api.result_list import ListItem, Place, list_file
from search_api.service import Service
from search_api.web.app import create_app
from tests.search_api.test_references import CITATION

from .conftest import Run

FIRST = ListItem(Place("cr-1", 0, 9), "=SUM(A1) | <b>gout</b>", "case", CITATION, "An abstract.")
AGAIN = replace(FIRST, place=Place("cr-1", 20, 29), text="A second place.")
OTHER = ListItem(Place("cr-2", 5, 9), "Rest", "outcome", replace(CITATION, title="Another article"))


def rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by heading."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_each_article_stands_once_where_it_was_first() -> None:
    """Two places of one report are one reference, with the report's abstract."""
    entries = rispy.loads(list_file([OTHER, FIRST, AGAIN], "ris").decode())
    assert [(entry["id"], entry["title"]) for entry in entries] == [
        ("cr-2", "Another article"),
        ("cr-1", CITATION.title),
    ]
    assert "abstract" not in entries[0]
    assert entries[1]["abstract"] == "An abstract."
    assert [item["id"] for item in json.loads(list_file([OTHER, FIRST, AGAIN], "csl"))] == ["cr-2", "cr-1"]
    assert list_file([OTHER, FIRST, AGAIN], "bibtex").count(b"@article") == 2


def test_a_table_has_each_place() -> None:
    """Every place is a row with its words and all that cites it; what would be reckoned is kept from it."""
    told = rows(list_file([FIRST, AGAIN, OTHER], "csv"))
    assert [(row["report_id"], row["start"], row["end"]) for row in told] == [
        ("cr-1", "0", "9"),
        ("cr-1", "20", "29"),
        ("cr-2", "5", "9"),
    ]
    assert told[0]["text"] == "'=SUM(A1) | <b>gout</b>"
    assert (told[0]["volume"], told[0]["pages"], told[0]["pmid"]) == ("4", "12-18", "12345")
    assert told[0]["authors"] == "Jane B Roe; Ana van der Berg Jr; The Gout Study Group"


def test_markdown_keeps_a_text_from_being_markup() -> None:
    """A passage is a quotation under its reference, and nothing in it is taken for markup."""
    told = list_file([FIRST], "markdown").decode()
    assert r"> =SUM(A1) \| &lt;b&gt;gout&lt;/b&gt;" in told
    assert told.startswith("1. Jane B Roe")
    assert r"cr-1: case, line 3, \[0, 9)" in told


def test_an_empty_list_is_an_empty_file() -> None:
    """Nothing found is no error: a file without entries."""
    assert list_file([], "ris") == b""
    assert list_file([], "bibtex") == b""
    assert json.loads(list_file([], "csl")) == []
    assert rows(list_file([], "csv")) == []
    assert list_file([], "markdown") == b""


@pytest.fixture
def indexed(run: Run, report: Path, tmp_path: Path) -> Path:
    """A data folder with one report."""
    assert run("index", str(report)).code == 0
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("command", "question"), [("search", "zinc for anosmia"), ("ask", "What was given for anosmia?")]
)
def test_what_is_found_is_written(run: Run, indexed: Path, tmp_path: Path, command: str, question: str) -> None:
    """--output writes a file by its ending, --format prints; the places are those that --json has."""
    found = run(command, question, "--json").json()["hits" if command == "search" else "sentences"]
    printed = run(command, question, "--format", "csv")
    assert printed.code == 0, printed.err
    told = rows(printed.out.encode())
    assert [(row["report_id"], row["reading"], int(row["start"]), row["text"]) for row in told] == [
        (each["report_id"], each["citation"]["reading"], each["start"], " ".join(each["text"].split()))
        for each in found
    ]
    assert all(row["reading"] for row in told)
    file = tmp_path / "found.ris"
    ran = run(command, question, "--output", str(file), "--json")
    assert ran.json() == {"written": str(file), "places": len(found), "reports": 1}
    assert rispy.loads(file.read_text("utf-8"))[0]["title"] == "Zinc lozenges in a baker with anosmia"


def test_similar_patients_are_written_too(run: Run, indexed: Path) -> None:
    """Any list of results is one of places."""
    ran = run("similar", "A 50-year-old baker with anosmia after a cold.", "--format", "bibtex")
    assert ran.code == 0, ran.err
    assert "title = {{Zinc lozenges in a baker with anosmia}}" in ran.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--format", "word"), "must be one of ris, bibtex, csl, csv, markdown"),
        (("--output", "found.json"), "say with --format"),
        (("--output", "found"), "say with --format"),
        (("--format", "ris", "--output", "found.bib"), "ends like bibtex, and --format says ris"),
        (("--output", "no/such/folder/found.ris"), "cannot be written"),
    ],
)
def test_what_cannot_be_written_is_told(run: Run, indexed: Path, arguments: tuple[str, ...], says: str) -> None:
    """One sentence that names the option and what to do."""
    ran = run("search", "zinc", *arguments)
    assert ran.code != 0
    assert says in ran.err


@pytest.fixture
def client(indexed: Path) -> TestClient:
    """The HTTP API over the same folder."""
    assert options.encoder is HashingEncoder
    folder = DataFolder(indexed)
    service = Service(folder, options.encoders(folder))
    return TestClient(create_app(service, Library(service)))


def test_any_list_of_places_comes_as_a_file(client: TestClient) -> None:
    """What a search answers is sent back as places, and comes as a file with a name, its words the report's own."""
    hits = client.post("/v1/search", json={"query": "zinc for anosmia"}).json()["hits"]
    places = [{name: hit[name] for name in ("report_id", "start", "end")} for hit in hits]
    for form, ending in (("ris", "ris"), ("bibtex", "bib"), ("csl", "json"), ("csv", "csv"), ("markdown", "md")):
        answer = client.post("/v1/list/export", json={"format": form, "places": places})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="casetrove.{ending}"'
        assert "Zinc lozenges in a baker with anosmia" in answer.text
    told = rows(client.post("/v1/list/export", json={"format": "csv", "places": places}).content)
    assert [row["text"] for row in told] == [" ".join(hit["text"].split()) for hit in hits]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"format": "ris", "places": [{"report_id": "no-such", "start": 0, "end": 1}]}, 404),
        ({"format": "ris", "places": []}, 422),
        ({"format": "word", "places": [{"report_id": "x", "start": 0, "end": 1}]}, 422),
        ({"format": "ris", "places": [{"report_id": "x", "start": -1, "end": 1}]}, 422),
        ({"format": "ris", "places": [{"report_id": "x", "start": 0, "end": 1}] * 1001}, 422),
    ],
)
def test_a_wrong_list_is_a_problem(client: TestClient, body: dict[str, object], status: int) -> None:
    """Unknown reports, no places, too many, unknown formats: each is told as a problem."""
    answer = client.post("/v1/list/export", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_place_outside_the_text_is_a_problem(client: TestClient) -> None:
    """Nothing is cut off in silence."""
    hit = client.post("/v1/search", json={"query": "zinc"}).json()["hits"][0]
    body = {"format": "csv", "places": [{"report_id": hit["report_id"], "start": 0, "end": 10**7}]}
    answer = client.post("/v1/list/export", json=body)
    assert answer.status_code == 422
    assert "end" in answer.json()["detail"]
    assert hit["report_id"] in answer.json()["detail"]
