"""The benchmark of reading counts right, says what was refused, and measures the same files either way."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

import pytest
from fpdf import FPDF
from rich.console import Console

from corpus.errors import NotFoundError
from corpus.readers.base import DEFAULT, Options
from eval.benchmarks import reading
from eval.benchmarks.reading import Figures, FileRead, formats, lines, measure, table
from eval.benchmarks.reporting import command

REPORT = "A rash\n\nCase presentation\n\nA boy of nine had a rash. It faded within four days of stopping the drug.\n"


def silent(*_: object) -> None:
    """Nobody watches."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two texts, a PDF of two pages, an empty file, and one that no reader knows."""
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.txt").write_text(REPORT)
    (files / "b.txt").write_text(REPORT * 2)
    (files / "empty.txt").write_bytes(b"")
    (files / "unknown.xyz").write_bytes(b"")
    pdf = FPDF()
    for _ in range(2):
        pdf.add_page()
        pdf.set_font("Helvetica", size=12)
        pdf.multi_cell(0, 8, REPORT)
    (files / "c.pdf").write_bytes(bytes(pdf.output()))
    return files


@pytest.mark.parametrize("workers", [0, 2])
def test_every_file_is_read_once_and_counted(folder: Path, workers: int) -> None:
    """In this process or in workers: outcome, reports, pages and bytes of each, in the order of the files."""
    seen: list[tuple[str, int, int]] = []
    figures = measure([folder], DEFAULT, workers, lambda *at: seen.append(at))
    assert [(one.name, one.format, one.outcome, one.reports, one.pages) for one in figures.files] == [
        ("a.txt", "text", "read", 1, 0),
        ("b.txt", "text", "read", 1, 0),
        ("c.pdf", "pdf", "read", 1, 2),
        ("empty.txt", "txt", "empty", 0, 0),
    ]
    assert figures.files[0].size == len(REPORT)
    assert "empty.txt is empty" in figures.files[3].reason
    assert seen == [("reading", n, 4) for n in range(1, 5)]
    assert figures.workers == workers
    assert figures.seconds > 0
    assert figures.peak_mib > 10


def test_records_of_one_file_are_all_read(tmp_path: Path) -> None:
    """A file of two records counts as one file and two reports; a bad record beside good ones is no refusal."""
    path = tmp_path / "two.jsonl"
    path.write_text("".join(json.dumps({"id": f"r{n}", "text": REPORT}) + "\n" for n in range(2)) + "{}\n")
    (one,) = measure([path], DEFAULT, 0, silent).files
    assert (one.outcome, one.reports) == ("read", 2)


def test_a_file_read_from_two_folders_is_counted_for_each(tmp_path: Path) -> None:
    """The same name in two places is two files."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.txt").write_text(REPORT)
    assert [one.name for one in measure([tmp_path], Options(ocr=False), 0, silent).files] == ["same.txt", "same.txt"]


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Nothing is timed then."""
    with pytest.raises(NotFoundError, match="nowhere"):
        measure([tmp_path / "nowhere"], DEFAULT, 0, silent)
    with pytest.raises(NotFoundError, match="holds no file"):
        measure([tmp_path], DEFAULT, 0, silent)


@pytest.fixture
def figures() -> Figures:
    """Two PDFs of which one was refused, and a text."""
    files = (
        FileRead("a.pdf", "pdf", 1024 * 1024, 2.0, "read", "", 1, 60),
        FileRead("b.pdf", "pdf", 1024 * 1024, 6.0, "malformed", "b.pdf is broken"),
        FileRead("c.txt", "text", 1024, 0.5, "read", "", 1, 0),
    )
    return Figures(files, 2, 4.5, 100.0, 50.0)


def test_rates_are_of_wall_time_with_all_readers_busy(figures: Figures) -> None:
    """Two readers share the seconds; pages are counted over the files that have some."""
    pdf = formats(figures)["pdf"]
    assert (pdf.files, pdf.read, pdf.pages, pdf.mib, pdf.median_s) == (2, 1, 60, 2.0, 4.0)
    assert pdf.files_per_s == pytest.approx(0.5)
    assert pdf.pages_per_s == pytest.approx(60.0)
    assert pdf.mib_per_s == pytest.approx(0.5)
    assert formats(figures)["text"].pages_per_s == 0.0


def test_the_table_names_time_and_memory(figures: Figures) -> None:
    """In its title; a row for each format."""
    out = StringIO()
    Console(file=out, width=120).print(table(figures))
    for expected in ("3 files, 60 pages in 4.50 s (13 pages/s)", "peak 100 MiB", "50 MiB", "pdf", "text", "60"):
        assert expected in " ".join(out.getvalue().split())


def test_lines_name_outcome_and_reason(figures: Figures) -> None:
    """One for each file."""
    found = list(lines(figures))
    assert found[1].split() == ["b.pdf", "malformed", "6.00", "s", "b.pdf", "is", "broken"]
    assert found[0].split() == ["a.pdf", "read", "2.00", "s"]


@pytest.fixture
def output(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``--files`` prints."""
    monkeypatch.setattr(sys, "argv", ["reading", str(folder), "--files"])
    with pytest.raises(SystemExit) as end:
        command(reading.main)
    assert end.value.code == 0
    return capsys.readouterr().out


def test_the_command_lists_every_file_and_the_slowest(output: str) -> None:
    """And the libraries that read."""
    for expected in ("a.txt", "empty.txt", "empty", "slowest:", "pypdfium2"):
        assert expected in output


def test_json_has_files_and_formats(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing else stands on stdout."""
    monkeypatch.setattr(sys, "argv", ["reading", str(folder), "--json", "--no-ocr"])
    with pytest.raises(SystemExit):
        command(reading.main)
    found = json.loads(capsys.readouterr().out)
    assert [one["outcome"] for one in found["files"]] == ["read", "read", "read", "empty"]
    assert found["formats"]["pdf"]["pages"] == 2
    assert "lxml" in found["environment"]["libraries"]
