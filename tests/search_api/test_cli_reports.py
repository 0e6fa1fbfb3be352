"""The commands about files and reports: what was read, from where, what became of each attempt, what is forgotten."""

from __future__ import annotations

from pathlib import Path

from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from .conftest import REPORT, Run

PAGE = """<html><head><meta name="citation_title" content="Zinc lozenges in a baker with anosmia">
<meta name="citation_doi" content="10.1000/baker"></head><body><h1>Zinc lozenges in a baker with anosmia</h1>
<h2>Case report</h2><p>A 52-year-old baker lost the sense of smell. He was treated with zinc.</p></body></html>"""


def encrypted(path: Path, password: str) -> Path:
    """A PDF of one page that needs ``password``."""
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.multi_cell(0, 6, REPORT)
    path.write_bytes(page.output())
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.encrypt(password, algorithm="AES-256")
    writer.write(path)
    return path


def test_report_tells_what_a_report_is_and_where_it_was_read(run: Run, report: Path) -> None:
    """Title, kind with the wordings that show it, every source with the served one marked."""
    (report / "baker.txt").write_text(REPORT + "\nhttps://doi.org/10.1000/baker\n")
    (report / "baker.html").write_text(PAGE)
    run("index", str(report))
    (entry,) = run("reports", "--json").json()
    found = run("report", entry["report_id"], "--json").json()
    assert found["kind"]["kind"] == "case report"
    assert {Path(source["place"]).name for source in found["sources"]} == {"baker.txt", "baker.html"}
    assert [source["served"] for source in found["sources"]] == [True, False]
    shown = run("report", entry["report_id"])
    for words in ("Zinc lozenges", "case report", "“", "baker.html", ", served", "https://doi.org/10.1000/baker"):
        assert words in shown.out


def test_reports_are_listed_by_words(run: Run, report: Path) -> None:
    """Those with all of them in title, authors, identifiers or source."""
    run("index", str(report))
    assert [entry["opening"][:4] for entry in run("reports", "--find", "ANOSMIA baker.txt", "--json").json()] == [
        "Zinc"
    ]
    assert run("reports", "--find", "zeppelin", "--json").json() == []


def test_report_names_what_is_not_there(run: Run, report: Path) -> None:
    """An unknown id is an error with that id."""
    run("index", str(report))
    ran = run("report", "cr-nothing")
    assert ran.code == 1
    assert "cr-nothing" in ran.err


def test_attempts_lists_every_reading(run: Run, report: Path) -> None:
    """Good and bad ones, the newest first, one file's alone where it is named."""
    run("index", str(report))
    bad = report / "empty.txt"
    bad.write_bytes(b"")
    run("index", str(report))
    found = run("attempts", "--json").json()
    assert [(Path(each["path"]).name, each["outcome"]) for each in found] == [
        ("empty.txt", "failed"),
        ("baker.txt", "read"),
    ]
    assert found[1]["bytes"] == len(REPORT)
    shown = run("attempts", str(bad))
    assert "failed" in shown.out
    assert "(empty)" in shown.out
    assert "1 attempt" in shown.out


def test_prune_forgets_the_files_that_are_gone(run: Run, report: Path) -> None:
    """Without it a vanished file keeps its report; with it the report leaves the index too."""
    (report / "other.txt").write_text("A note about a walk in the park on a fine day in May.\n")
    run("index", str(report))
    (report / "baker.txt").unlink()
    assert run("index", str(report), "--json").json()["reports"] == 2
    ran = run("index", str(report), "--prune", "--json").json()
    assert (ran["reports"], ran["removed"]) == (1, 1)
    assert [Path(path).name for path in ran["pruned"]] == ["baker.txt"]
    assert run("search", "zinc", "--json").json()["hits"][0]["citation"]["source"].endswith("other.txt")
    (report / "other.txt").unlink()
    emptied = run("index", str(report), "--prune")
    assert "1 file forgotten" in emptied.out


def test_a_password_opens_what_failed_without_it(run: Run, report: Path) -> None:
    """The refusal tells the option; given it, the failed file is tried again though it has not changed."""
    path = encrypted(report / "locked.pdf", "lozenge")
    (failure,) = run("index", str(path), "--json").json()["failed"]
    assert failure["code"] == "encrypted"
    assert "--pdf-password" in failure["reason"]
    assert run("index", str(path), "--pdf-password", "wrong", "--json").json()["failed"]
    read = run("index", str(path), "--pdf-password", "wrong", "--pdf-password", "lozenge", "--json").json()
    assert (read["read"], read["failed"]) == (1, [])


def test_what_is_to_be_known_of_a_reading_is_shown(run: Run, report: Path) -> None:
    """A page saved under a PDF's name is read as what it is, and that is said."""
    (report / "saved.pdf").write_text(PAGE)
    ran = run("index", str(report))
    assert ran.code == 0
    assert "note" in ran.out
    assert "saved.pdf" in ran.out


def test_reports_shows_the_file_of_an_entry(run: Run, report: Path) -> None:
    """Also where the entry's name within its file is a DOI with a slash."""
    (report / "export.ris").write_text(
        "TY  - JOUR\nTI  - On lead in bakers and their bread\nDO  - 10.1000/lead.7\nER  - \n"
    )
    run("index", str(report))
    shown = run("reports").out
    assert "export.ris" in shown
    assert "baker.txt" in shown
