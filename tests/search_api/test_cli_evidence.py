from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import rispy

from .conftest import Run
from .evidence_samples import QUESTION, TEXTS, TITLES


@pytest.fixture
def ready(run: Run, tmp_path: Path) -> Run:
    """The invented reports, indexed."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, text in TEXTS.items():
        plain = text.replace("# ", "")
        (folder / f"{name}.txt").write_text(f"{TITLES[name]}\n\n{plain}\n", encoding="utf-8")
    assert run("index", str(folder)).code == 0
    return run


def words(text: str) -> str:
    """On one line."""
    return " ".join(text.split())


def test_people_see_what_was_given_to_how_many_and_from_where(ready: Run) -> None:
    """The counts, the treatments, the rows with their quotations, who is apart, the literature, and the caveat."""
    ran = ready("evidence", QUESTION)
    told = words(ran.out)
    assert ran.code == 0
    assert "3 reports describe 3 patients with “generalized granuloma annulare” in “diabetes mellitus”." in told
    assert "1 of them counted without “generalized”" in told
    assert "1 patient with another underlying disease: below, not counted" in told
    assert "“She was treated with dapsone 100 mg daily for three months." in told
    assert "No treatment reported in the available text" in told
    assert "Different underlying disease (not counted)" in told
    assert "Told only of others (literature), not counted: " in told
    assert "they are no rates" in told
    assert "[1] " in told


@pytest.mark.parametrize("width", ["60", "80", "200"])
def test_nothing_runs_over_the_edge(ready: Run, monkeypatch: pytest.MonkeyPatch, width: str) -> None:
    """Whatever the terminal's width, lines of the table are no longer than what is printed for people."""
    monkeypatch.setenv("COLUMNS", width)
    ran = ready("evidence", QUESTION)
    assert max(map(len, ran.out.splitlines())) <= 140
    assert "dapsone" in ran.out


def test_programs_get_every_key(ready: Run) -> None:
    """The shape that outside programs read."""
    found = ready("evidence", QUESTION, "--json").json()
    assert found["question"] == QUESTION
    assert found["generation"] == 1
    row = next(each for each in found["rows"] if each["canonical"] == "dapsone")
    keys = "report_id source case age sex diagnoses treatment canonical kind dose duration status target outcome quotes"
    assert {*keys.split(), "state", "citation", "cells", "classes"} <= set(row)
    assert row["age"]["unit"] == "year"
    assert set(row["quotes"][0]) >= {"start", "end", "text", "source_start", "source_end"}
    group = next(each for each in found["groups"] if each["canonical"] == "dapsone")
    assert (group["patients"], group["of"]) == (2, 3)


def test_a_file_is_written_in_the_format_of_its_ending(ready: Run, tmp_path: Path) -> None:
    """Or in the one that is named."""
    for name, arguments in (("a.csv", []), ("a.md", []), ("a.json", []), ("a.txt", ["--format", "csv"])):
        place = tmp_path / name
        ran = ready("evidence", QUESTION, "--output", str(place), *arguments)
        assert ran.code == 0, ran.err
        assert "rows" in ran.out
        assert place.stat().st_size
    rows = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8")))
    assert {each["state"] for each in rows} >= {"reported", "different underlying disease"}
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "a.txt").read_bytes()
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["rows"]


def test_the_articles_are_written_for_a_reference_manager(ready: Run, tmp_path: Path) -> None:
    """Each once, however many rows it has; the same as what is printed."""
    place = tmp_path / "found.ris"
    ran = ready("evidence", QUESTION, "--output", str(place))
    assert ran.code == 0, ran.err
    entries = rispy.loads(place.read_text(encoding="utf-8"))
    table = ready("evidence", QUESTION, "--json").json()
    assert len(entries) == len({each["catalog_id"] for each in table["rows"]})
    assert f"{len(entries)} articles" in ran.out
    assert ready("evidence", QUESTION, "--format", "ris").out == place.read_bytes().decode()
    assert ready("evidence", QUESTION, "--format", "bibtex").out.count("\n}\n") == len(entries)
    assert len(json.loads(ready("evidence", QUESTION, "--format", "csl").out)) == len(entries)
    written = ready("evidence", QUESTION, "--output", str(place), "--json").json()
    assert written == {"written": str(place), "rows": len(table["rows"]), "articles": len(entries)}


def test_a_format_without_a_file_is_printed(ready: Run) -> None:
    """So that it can be piped."""
    assert ready("evidence", QUESTION, "--format", "markdown").out.startswith("# Evidence: ")


def test_rows_are_chosen_and_sorted(ready: Run) -> None:
    """By treatment, by state, and by a column."""
    only = ready("evidence", "granuloma annulare", "--treatment", "isotretinoin", "--json").json()
    assert {each["canonical"] for each in only["rows"]} == {"isotretinoin"}
    silent = ready("evidence", QUESTION, "--state", "not reported", "--json").json()
    assert {each["state"] for each in silent["rows"]} == {"not reported in the available text"}
    ages = [
        each["age"]["value"]
        for each in ready("evidence", "granuloma annulare", "--sort", "-age", "--state", "reported", "--json").json()[
            "rows"
        ]
    ]
    assert ages == sorted(ages, reverse=True)


def test_only_so_many_rows_are_printed(ready: Run) -> None:
    """And how many more there are is told."""
    assert "more rows: --limit" in ready("evidence", QUESTION, "--limit", "1").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((" ",), "question: is empty"),
        (("what was given?",), "question: names no condition"),
        (("gout", "--sort", "colour"), "sort: 'colour' is none of"),
        (("gout", "--status", "perhaps"), "status: 'perhaps' is none of"),
        (("gout", "--limit", "0"), "limit: 0 is not in"),
        (("gout", "--format", "pdf"), "--format 'pdf': must be one of csv, markdown, json, xlsx"),
        (("gout", "--format", "xlsx"), "--format xlsx: is no text: name a file with --output"),
        (("gout", "--output", "table.pdf"), "say with --format which"),
        (("gout age:old",), "question: character 6: age"),
    ],
    ids=["empty", "nothing", "sort", "status", "limit", "format", "xlsx", "ending", "filter"],
)
def test_wrong_usage_is_told(ready: Run, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2, and what to do."""
    ran = ready("evidence", *arguments)
    assert ran.code == 2
    assert said in words(ran.err)


def test_a_file_that_cannot_be_written_is_an_error(ready: Run, tmp_path: Path) -> None:
    """With its name and the reason."""
    ran = ready("evidence", QUESTION, "--output", str(tmp_path / "no" / "such" / "a.csv"))
    assert ran.code == 1
    assert "cannot be written" in words(ran.err)
