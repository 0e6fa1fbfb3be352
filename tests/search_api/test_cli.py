"""The command line: shapes, exit codes, and errors that name what is wrong."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

import casetrove
from corpus.catalog import Catalog
from corpus.errors import UsageError
from corpus.ingest import ingest_bytes
from search_api.cli import progress
from tests.small_models import small_cross_encoder

from .conftest import REPORT, Run

ROOT = Path(__file__).parents[2]

HIT_KEYS = {
    "rank", "score", "report_id", "passage_id", "text", "start", "end", "section", "highlights", "citation", "why",
    "also_in",
}  # fmt: skip
CITATION_KEYS = {"title", "authors", "journal", "year", "doi", "pmid", "pmcid", "page", "source"}


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


def test_a_path_behind_ray_is_no_address(run: Run, report: Path) -> None:
    """``--ray`` takes an address: a path that it would swallow is told, and nothing is made."""
    ran = run("index", "--ray", str(report))
    assert ran.code == 1
    assert f"--ray {report}: is no address of a Ray cluster" in ran.err


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


def test_a_failure_is_forgotten_until_the_file_is_read_again(run: Run, tmp_path: Path) -> None:
    """It leaves the list and stays on record; the next run over its folder tells it again."""
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "blank.txt").write_bytes(b" ")
    run("index", str(tmp_path))
    gone, stays = (str(tmp_path / name) for name in ("empty.txt", "blank.txt"))
    assert [each["path"] for each in run("failures", "--forget", gone, "--json").json()] == [stays]
    assert [each["outcome"] for each in run("attempts", gone, "--json").json()] == ["dismissed", "failed"]
    again = run("failures", "--forget", gone)
    assert again.code == 1
    assert "could not be read" in again.err
    run("index", str(tmp_path))
    assert [each["path"] for each in run("failures", "--json").json()] == [stays, gone]


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


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--start", "10", "--end", "5"), "start: 10"),
        (("--end", "99999"), "end: 99999"),
        (("--start", "99999"), "start"),
    ],
)
def test_a_span_outside_the_text_is_refused(run: Run, report: Path, arguments: tuple[str, ...], named: str) -> None:
    """As over HTTP, a span that the report does not have is an error that names the field."""
    run("index", str(report))
    (entry,) = run("reports", "--json").json()
    ran = run("text", entry["report_id"], *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert named in ran.err


def test_text_is_the_one_that_hits_point_into(run: Run, report: Path, tmp_path: Path) -> None:
    """A report corrected in the catalog and not yet indexed gives the text that the served generation pinned."""
    run("index", str(report))
    (hit, *_) = run("search", "zinc", "--json").json()["hits"]
    corrected = REPORT.replace("A 52-year-old baker", "A baker of fifty-two years").encode()
    ingest_bytes(Catalog(tmp_path / "data" / "catalog.sqlite"), corrected, str(report / "baker.txt"))
    span = ("--start", str(hit["start"]), "--end", str(hit["end"]))
    assert run("text", hit["report_id"], *span, "--json").json()["text"] == hit["text"]
    run("index", "--rebuild")
    assert "fifty-two" in run("text", hit["report_id"]).out
    reading = ("--reading", hit["citation"]["reading"])
    assert run("text", hit["report_id"], *span, *reading, "--json").json()["text"] == hit["text"]
    refused = run("text", hit["report_id"], *span, "--reading", "0" * 16)
    assert (refused.code, refused.out) == (1, "")
    assert "has been read again since" in refused.err


def test_a_port_in_use_exits_1_and_is_named(run: Run) -> None:
    """Nothing is announced that is not served."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = run("serve", "--port", port)
    assert (ran.code, ran.out) == (1, "")
    assert f"--port {port}" in ran.err
    assert "serves" not in ran.err


def test_serve_says_in_json_where_it_listens(tmp_path: Path) -> None:
    """With port 0 a free one is taken, and the one document on stdout says which; Ctrl-C ends it in order."""
    program = str(Path(sys.executable).with_name("casetrove"))
    command = [program, "serve", "--data", str(tmp_path / "a data folder"), "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = json.loads(server.stdout.readline())["address"]
        with urllib.request.urlopen(address + "healthz", timeout=60) as answer:
            assert json.load(answer) == {"status": "ok"}
        server.send_signal(signal.SIGINT)
        out, _ = server.communicate(timeout=60)
    assert (server.returncode, out) == (0, "")


def test_the_program_says_which_version_it_is() -> None:
    """``--version`` is one line; without anything the commands are listed, as with ``--help``."""
    runner = CliRunner()
    assert runner.invoke(casetrove.app, ["--version"]).output == f"casetrove {version('casetrove')}\n"
    listed = runner.invoke(casetrove.app, [])
    assert "evidence" in listed.output
    assert listed.output.strip() == runner.invoke(casetrove.app, ["--help"]).output.strip()


def test_reports_that_left_are_counted(run: Run, tmp_path: Path) -> None:
    """A record that its file no longer holds is told, for people and for programs."""
    file = tmp_path / "records.jsonl"
    records = [json.dumps({"id": f"r{number}", "text": f"A case of rash number {number}."}) for number in range(3)]
    file.write_text("\n".join(records), encoding="utf-8")
    run("index", str(file))
    file.write_text("\n".join(records[:2]), encoding="utf-8")
    assert run("index", str(file), "--json").json()["removed"] == 1
    file.write_text(records[0], encoding="utf-8")
    assert "1 report left the catalog" in run("index", str(file)).out


def test_progress_is_told_where_there_is_no_terminal(run: Run, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a log, where no bar can move, lines say how far reading and indexing have come; stdout stays clean."""
    monkeypatch.setattr(progress, "_LINE_EVERY_S", 0.0)
    ran = run("index", str(report), "--json")
    assert ran.json()["read"] == 1
    for line in ("reading: 1 of 1 files, 1 report ", "cutting passages: 1 of 1 reports", "writing: 1 of 1"):
        assert line in ran.err


def test_a_folder_without_a_known_kind_of_file_says_so(run: Run, report: Path, tmp_path: Path) -> None:
    """Where a folder holds nothing that a reader knows, the run fails, counts what it passed over, names the kinds."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.odt").write_bytes(b"PK")
    run("index", str(report))
    ran = run("index", str(folder))
    assert ran.code == 1
    assert "1 passed over" in ran.err
    assert ".pdf" in ran.err


def test_data_that_is_a_file_is_named(run: Run, tmp_path: Path) -> None:
    """A file given as data folder is wrong usage, not an empty index."""
    (tmp_path / "plain").write_text("x", encoding="utf-8")
    ran = run("search", "zinc", "--data", str(tmp_path / "plain"))
    assert ran.code == 2
    assert "is a file" in ran.err


def test_the_hint_for_an_empty_folder_names_the_folder_in_use(run: Run, tmp_path: Path) -> None:
    """Following the hint fills the folder that was asked, blanks in its name and all."""
    ran = run("search", "zinc", "--data", str(tmp_path / "my data"))
    assert ran.code == 1
    assert f"--data '{tmp_path / 'my data'}'" in ran.err


def test_a_place_is_one_unbroken_line(run: Run, report: Path) -> None:
    """However long the path, a citation's place stays on one line, so that it can be copied and found by grep."""
    deep = report / ("folder " * 12).strip()
    deep.mkdir()
    (report / "baker.txt").rename(deep / "baker.txt")
    run("index", str(report))
    assert any(str(deep / "baker.txt") in line for line in run("search", "zinc").out.splitlines())


def test_search_takes_a_model_to_look_again(run: Run, report: Path, tmp_path: Path) -> None:
    """``--rerank`` gives the model's scores, ``--explain`` the rank before; what is no model is told."""
    run("index", str(report))
    model = str(small_cross_encoder(tmp_path / "reader"))
    found = run("search", "zinc for loss of smell", "--rerank", model, "--explain", "--json").json()
    assert found["reranked_by"] == model
    assert sorted(hit["why"]["rank_before"] for hit in found["hits"]) == list(range(1, len(found["hits"]) + 1))
    assert "before re-ranking" in run("search", "zinc for loss of smell", "--rerank", model, "--explain").out
    wrong = run("search", "zinc", "--rerank", str(tmp_path / "nothing"))
    assert (wrong.code, wrong.out) == (1, "")
    assert "cannot be loaded" in wrong.err


def test_a_stop_ends_with_130_whatever_it_turns_into(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Ctrl-C falls into something that makes another error of it, the exit code still tells of the stop."""

    def interrupted() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except SystemExit as stop:
            raise UsageError("something that a stop turned into") from stop

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(casetrove, "app", interrupted)
    monkeypatch.setattr(casetrove, "_stopped", threading.Event())
    try:
        with pytest.raises(SystemExit) as ended:
            casetrove.main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.value.code == 130
