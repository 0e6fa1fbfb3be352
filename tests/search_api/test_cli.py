"""The command line: shapes, exit codes, and errors that name what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import casetrove
from indexer.encoders.hashing import HashingEncoder
from search_api.cli import commands

ROOT = Path(__file__).parents[2]

REPORT = """Zinc lozenges in a baker with anosmia

Case report

A 52-year-old baker lost the sense of smell after a viral infection. He was treated with zinc 50 mg/day for
three months.
The sense of smell returned in full. There was no family history of anosmia.

Discussion

Loss of smell after infections is common. Others have reported steroids to help.
"""

HIT_KEYS = {"rank", "score", "report_id", "passage_id", "text", "start", "end", "section", "highlights", "citation"}
CITATION_KEYS = {"title", "authors", "journal", "year", "doi", "pmid", "pmcid", "page", "source"}


class Ran:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The real command line in this process, with the small encoder and its own data folder."""
    monkeypatch.setattr(commands, "_encoder", HashingEncoder)
    monkeypatch.setenv("CASETROVE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["casetrove", *arguments])
        code = 0
        try:
            casetrove.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A folder with one good report."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "baker.txt").write_text(REPORT, encoding="utf-8")
    return folder


def test_index_counts_what_it_read_and_then_what_did_not_change(run: Run, report: Path) -> None:
    """A first run reads the report, a second finds it unchanged and keeps the generation."""
    first = run("index", str(report), "--json").json()
    second = run("index", str(report), "--json").json()
    assert (first["read"], first["unchanged"], first["generation"]) == (1, 0, 1)
    assert (second["read"], second["unchanged"], second["generation"]) == (0, 1, 1)


def test_index_prints_a_summary_table(run: Run, report: Path) -> None:
    """For people the run ends with a table of read, unchanged, updated, duplicates and failed."""
    ran = run("index", str(report))
    assert ran.code == 0
    for word in ("read", "unchanged", "updated", "duplicates", "failed", "generation 1"):
        assert word in ran.out


def test_search_json_has_the_promised_shape_and_nothing_else_on_stdout(run: Run, report: Path) -> None:
    """``search --json`` prints one document; each hit's text is the stored text at its span."""
    run("index", str(report))
    found = run("search", "zinc for loss of smell", "--json").json()
    assert {"query", "generation", "took_ms", "hits"} <= set(found)
    assert found["hits"]
    for number, hit in enumerate(found["hits"], start=1):
        assert set(hit) == HIT_KEYS
        assert set(hit["citation"]) >= CITATION_KEYS
        assert hit["rank"] == number
        text = run("text", hit["report_id"], "--start", str(hit["start"]), "--end", str(hit["end"]), "--json").json()
        assert text["text"] == hit["text"]
        for mark in hit["highlights"]:
            assert hit["start"] <= mark["start"] < mark["end"] <= hit["end"]


def test_ask_json_has_the_promised_shape(run: Run, report: Path) -> None:
    """``ask --json`` tells whether it can be answered and why, with verbatim sentences."""
    run("index", str(report))
    found = run("ask", "treatment of anosmia", "--json").json()
    assert {"question", "answerable", "reason", "sentences", "hits"} <= set(found)
    assert found["answerable"] is True
    for sentence in found["sentences"]:
        assert {"text", "report_id", "start", "end", "citation"} <= set(sentence)
        text = run(
            "text", sentence["report_id"], "--start", str(sentence["start"]), "--end", str(sentence["end"]), "--json"
        )
        assert text.json()["text"] == sentence["text"]


def test_ask_says_plainly_when_the_corpus_is_silent(run: Run, report: Path) -> None:
    """A question on what no report mentions is not answered, and the reason says what is missing."""
    run("index", str(report))
    found = run("ask", "treatment of schistosomiasis", "--json").json()
    assert found["answerable"] is False
    assert found["sentences"] == []
    assert "schistosomiasis" in found["reason"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("search", ""), "query"),
        (("search", "   "), "query"),
        (("search", "x" * 100_000), "query"),
        (("search", "zinc", "-k", "-3"), "k"),
        (("search", "zinc", "-k", "0"), "k"),
        (("search", "zinc", "-k", "101"), "k"),
        (("search", "zinc", "--system", "magic"), "system"),
        (("ask", ""), "question"),
        (("ask", "?!"), "question"),
    ],
)
def test_a_wrong_argument_is_named_and_exits_2(run: Run, report: Path, arguments: tuple[str, ...], named: str) -> None:
    """Wrong usage gives exit code 2, one line on stderr that names the field, nothing on stdout."""
    run("index", str(report))
    ran = run(*arguments, "--json")
    assert ran.code == 2
    assert ran.out == ""
    assert named in ran.err
    assert "Traceback" not in ran.err


def test_searching_before_indexing_says_what_to_do(run: Run) -> None:
    """With nothing indexed, search fails with exit code 1 and names the command that helps."""
    ran = run("search", "zinc")
    assert ran.code == 1
    assert "casetrove index" in ran.err


def test_a_folder_that_is_not_there_is_named_and_the_rest_is_indexed(run: Run, report: Path) -> None:
    """A missing path exits 1, is named, and does not keep the other reports out."""
    ran = run("index", str(report / "nowhere"), str(report), "--json")
    assert ran.code == 1
    assert ran.json()["missing"] == [str(report / "nowhere")]
    assert run("search", "zinc", "--json").json()["hits"]


def test_a_bad_file_is_quarantined_with_its_reason_and_the_rest_indexed(run: Run, report: Path) -> None:
    """Empty, binary and malformed files fail by name with a code; the good report is searchable; exit code 0."""
    (report / "empty.txt").write_bytes(b"")
    (report / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    (report / "broken.xml").write_text("<article><front>", encoding="utf-8")
    ran = run("index", str(report), "--json")
    assert ran.code == 0
    failed = {Path(failure["path"]).name: failure for failure in ran.json()["failed"]}
    assert set(failed) == {"empty.txt", "picture.txt", "broken.xml"}
    assert failed["empty.txt"]["code"] == "empty"
    for name, failure in failed.items():
        assert name in failure["reason"]
    assert run("search", "zinc", "--json").json()["hits"]
    assert {Path(failure["path"]).name for failure in run("failures", "--json").json()} == set(failed)


def test_nothing_readable_exits_1(run: Run, tmp_path: Path) -> None:
    """Where not one report could be read there is no index, and the exit code says so."""
    (tmp_path / "empty.txt").write_bytes(b"")
    ran = run("index", str(tmp_path / "empty.txt"))
    assert ran.code == 1
    assert "empty.txt" in ran.out


def test_a_removed_report_leaves_catalog_and_index(run: Run, report: Path) -> None:
    """After ``remove`` the report is neither listed nor found."""
    run("index", str(report))
    (entry,) = run("reports", "--json").json()
    assert run("remove", entry["report_id"], "--json").code == 0
    assert run("reports", "--json").json() == []
    assert run("search", "zinc", "--json").json()["hits"] == []


def test_an_unknown_report_exits_1(run: Run, report: Path) -> None:
    """Asking for a report that is not there names it."""
    run("index", str(report))
    ran = run("text", "cr-000000000000")
    assert ran.code == 1
    assert "cr-000000000000" in ran.err


def test_info_names_encoder_and_counts(run: Run, report: Path) -> None:
    """``info`` shows what the served generation was built with."""
    run("index", str(report))
    shown = run("info", "--json").json()
    assert shown["encoder"] == "hashing"
    assert shown["reports"] == 1


def test_the_installed_command_indexes_the_samples_with_the_real_encoder(tmp_path: Path) -> None:
    """As a user runs it: the samples go in, and the question of the demo is answered with citations."""
    program = str(Path(sys.executable).with_name("casetrove"))
    data = str(tmp_path / "data")
    indexed = subprocess.run(
        [program, "index", str(ROOT / "corpus/samples"), "--data", data, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    summary = json.loads(indexed.stdout)
    assert summary["failed"] == []
    assert summary["read"] == 30
    asked = subprocess.run(
        [program, "ask", "treatments tried for calcinosis universalis in SLE", "--data", data, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(asked.stdout)
    assert answer["answerable"] is True
    told = " ".join(sentence["text"] for sentence in answer["sentences"]).lower()
    assert "diltiazem" in told
