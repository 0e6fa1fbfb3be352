"""``casetrove cases``: what was given to whom, for programs and for people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.catalog import Catalog, Stored
from indexer.encoders.choice import FolderEncoders
from indexer.errors import DamagedError
from search_api.cli import cases as command
from search_api.evidence.model import EvidenceRow
from search_api.evidence.rows import rows_of
from search_api.web.evidence_schemas import CasesResponse

from .conftest import Run

HIVES = {
    "id": "hives-1",
    "title": "Hives in a baker",
    "text": "Case report\n\nA 41-year-old woman presented with hives. She was treated with cetirizine 10 mg daily.\n"
    "The hives resolved.\n\nDiscussion\n\nSmith et al. treated three patients with omalizumab.",
}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Records of one patient each, the second without any treatment."""
    path = tmp_path / "records.jsonl"
    other = {"id": "hives-2", "text": "Case report\n\nA 7-year-old boy presented with a rash after a walk."}
    path.write_text("".join(json.dumps(each) + "\n" for each in (HIVES, other)), encoding="utf-8")
    return path


def test_the_samples_rows_are_what_http_promises(run: Run, tmp_path: Path) -> None:
    """Every row of the sample corpus, in the documented shape, each quote a slice of its report and of its source."""
    run("index", str(Path(__file__).parents[2] / "corpus" / "samples"))
    document = run("cases", "--json").json()
    CasesResponse.model_validate_json(json.dumps(document))
    assert {row["state"] for row in document["rows"]} <= {"reported", "not reported in the available text"}
    catalog = Catalog(tmp_path / "data" / "catalog.sqlite")
    assert {row["catalog_id"] for row in document["rows"]} == {entry.report_id for entry in catalog.entries()}
    for row in (*document["rows"], *document["literature"]):
        report = catalog.get(row["report_id"]).report
        for quote in (*row["quotes"], *(each for quotes in row["cells"].values() for each in quotes)):
            assert quote["text"] == report.text[quote["start"] : quote["end"]]
            assert quote["source_start"] <= quote["source_end"] <= len(report.raw)
    assert any(row["treatment"] for row in document["rows"])


def test_a_records_rows_have_its_own_id_and_places_in_its_own_text(run: Run, records: Path) -> None:
    """``report_id`` is the one given; ``source_start`` and ``source_end`` count in the record's ``text``."""
    run("index", str(records))
    document = run("cases", "--json").json()
    assert document["generation"] == 1
    first, second = document["rows"]
    assert (first["report_id"], first["case"], first["age"]) == ("hives-1", 1, {"value": 41.0, "unit": "year"})
    assert (first["treatment"], first["canonical"], first["status"]) == ("cetirizine", "cetirizine", "given")
    for quote in (*first["quotes"], *first["cells"]["treatment"]):
        assert HIVES["text"][quote["source_start"] : quote["source_end"]] == quote["text"]
    assert (second["treatment"], second["state"]) == (None, "not reported in the available text")
    assert [each["canonical"] for each in document["literature"]] == ["omalizumab"]


def test_one_report_by_its_id(run: Run, records: Path) -> None:
    """Only its rows; an id that nothing has is an error that names it, and nothing goes to stdout."""
    run("index", str(records))
    document = run("cases", "--report", "hives-2", "--json").json()
    assert [row["report_id"] for row in document["rows"]] == ["hives-2"]
    assert document["literature"] == []
    ran = run("cases", "--report", "hives-9", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "hives-9" in ran.err


@pytest.mark.parametrize("name", ["10.1000/Hives.1", "doi:10.1000/hives.1", "PMID: 1234567", "pmc7654321"])
def test_one_report_by_an_identifier_of_its_article(run: Run, tmp_path: Path, name: str) -> None:
    """DOI, PMID and PMCID do, as people write them."""
    record = {**HIVES, "doi": "10.1000/hives.1", "pmid": "1234567", "pmcid": "PMC7654321"}
    (tmp_path / "one.jsonl").write_text(json.dumps(record) + "\n")
    run("index", str(tmp_path / "one.jsonl"))
    assert [row["report_id"] for row in run("cases", "--report", name, "--json").json()["rows"]] == ["hives-1"]


def test_people_are_shown_patients_by_report(run: Run, records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who it was, what was given and what came of it; what is only others' stands apart, in narrow terminals too."""
    run("index", str(records))
    shown = run("cases").out
    for words in (
        "Hives in a baker", "hives-1", "patient 1: 41 years, female", "given: cetirizine",
        "only of others: omalizumab", "7 years, male", "treatment not reported in the available text",
        "2 patients in 2 reports",
    ):  # fmt: skip
        assert words in shown
    monkeypatch.setattr(command.show, "_WIDTH", 40)
    narrow = run("cases", "--report", "hives-1").out
    assert max(map(len, narrow.splitlines())) <= 40
    assert "1 patient in 1 report" in narrow


def test_no_model_is_loaded(run: Run, records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading what is stored needs no encoder, so that it is there at once."""
    run("index", str(records))

    def refuse(*_: object) -> None:
        raise AssertionError("an encoder was asked for")

    for name in ("of", "preferred", "check"):
        monkeypatch.setattr(FolderEncoders, name, refuse)
    assert run("cases", "--json").code == 0


def test_before_anything_is_indexed_it_says_so(run: Run) -> None:
    """An error with what to do; no half of a document."""
    ran = run("cases", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "index" in ran.err


def test_rows_are_printed_as_they_are_made(run: Run, records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory does not grow with the corpus: what the first report tells is out before the second one is opened."""
    run("index", str(records))

    def damaged_at_the_second(stored: Stored, *more: Any) -> tuple[EvidenceRow, ...]:
        if stored.report_id == "hives-2":
            raise DamagedError("its text is lost")
        return rows_of(stored, *more)

    monkeypatch.setattr(command, "rows_of", damaged_at_the_second)
    ran = run("cases", "--json")
    assert (ran.code, "its text is lost" in ran.err) == (1, True)
    (row,) = json.loads(ran.out + "]}")["rows"]
    assert row["report_id"] == "hives-1"
