"""``casetrove duplicates``: the list, its JSON, and a person's decisions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from corpus.catalog import Catalog
from corpus.errors import CasetroveError
from corpus.model import Report
from indexer.encoders.hashing import HashingEncoder
from search_api.cli import options
from search_api.cli.duplicates import duplicates
from tests.fakes import Indexed, indexed, make_report, prose

TEXT = f"# Case report\n\n{prose(1, 400)}"
REPORTS: dict[str, str | Report] = {
    "a": make_report(TEXT, "Zinc [rash] in a baker", authors=("Ann Baker", "Carl Dyer"), year=2014, doi="10.1000/a"),
    "b": make_report(TEXT + " It ended.", None, doi="10.1000/b"),
    "c": make_report(f"{prose(2, 400)}\n\n{prose(5, 120)}", "On copper"),
    "d": make_report(f"{prose(3, 400)}\n\n{prose(5, 120)}", "On iron"),
    "e": make_report(prose(4, 300), "On tin"),
}


class Ran:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def library(tmp_path: Path) -> Indexed:
    """Five reports, of which two are one article and two share a passage."""
    return indexed(tmp_path / "data", REPORTS)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command alone, in this process, with the small encoder."""
    monkeypatch.setattr(options, "encoder", HashingEncoder)
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(duplicates)

    def run_it(*arguments: str) -> Ran:
        code, said = 0, ""
        try:
            app(["--data", str(tmp_path / "data"), *arguments], standalone_mode=False)
        except CasetroveError as error:
            code, said = error.exit_code, str(error)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err + said)

    return run_it


def pairs(ran: Ran) -> list[tuple[str, str, str]]:
    return [
        (found["kind"], *(report["report_id"] for report in found["reports"]))  # type: ignore[misc]
        for found in ran.json()
    ]


@pytest.mark.usefixtures("library")
def test_the_list_shows_both_reports_and_the_reasons(run: Run) -> None:
    """A person sees ids, titles (or how a text begins), authors, sources and every reason."""
    shown = run().out
    assert "same article" in shown
    assert "a  Zinc [rash] in a baker" in shown
    assert "Ann Baker, Carl Dyer; 2014; 10.1000/a; /reports/a.txt" in shown
    assert "b  Case report" in shown
    assert "different identifiers: doi:10.1000/a and doi:10.1000/b" in shown
    assert "2 suspected overlaps" in shown
    assert "--same ID ID" in shown


@pytest.mark.usefixtures("library")
def test_json_holds_the_same_facts(run: Run) -> None:
    """Programs get kind, score, reasons, and of each report what identifies it; nothing else stands on stdout."""
    first, second = run("--json").json()
    assert (first["kind"], second["kind"]) == ("same article", "text reuse")
    assert 0 < second["score"] < first["score"] <= 1
    assert first["reports"][0] == {
        "report_id": "a",
        "title": "Zinc [rash] in a baker",
        "opening": None,
        "authors": ["Ann Baker", "Carl Dyer"],
        "year": 2014,
        "doi": "10.1000/a",
        "pmid": None,
        "pmcid": None,
        "sources": ["/reports/a.txt"],
    }
    assert all(isinstance(reason, str) for reason in first["reasons"])


@pytest.mark.usefixtures("library")
def test_kinds_and_number_are_chosen(run: Run) -> None:
    """``--kind`` may be repeated; ``--limit`` cuts the list and says so."""
    assert pairs(run("--json", "--kind", "text reuse")) == [("text reuse", "c", "d")]
    assert len(pairs(run("--json", "--kind", "text reuse", "--kind", "same article"))) == 2
    assert pairs(run("--json", "--limit", "1")) == [("same article", "a", "b")]
    assert "2 suspected overlaps, 1 shown" in run("--limit", "1").out
    assert "no suspected overlap" in run("--kind", "same patient").out


def test_different_reports_are_asked_no_more(run: Run, library: Indexed) -> None:
    """``--different`` keeps both reports and silences the pair, in whatever order it is given."""
    assert "kept apart" in run("--different", "b", "a").out
    assert pairs(run("--json")) == [("text reuse", "c", "d")]
    assert library.catalog.count() == 5


def test_same_reports_become_one(run: Run, library: Indexed) -> None:
    """``--same A B`` gives B's sources to A; the index serves one report less."""
    before = library.generation().manifest.reports
    assert run("--same", "a", "b", "--json").json() == {"one": "a", "other": "b", "same": True}
    assert pairs(run("--json")) == [("text reuse", "c", "d")]
    catalog = Catalog(library.folder.catalog)
    assert catalog.resolve("b") == "a"
    assert {source.path for source in catalog.sources("a")} == {"/reports/a.txt", "/reports/b.txt"}
    assert library.generation().manifest.reports == before - 1


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--kind", "twins"], 2, "must be one of same article"),
        (["--same", "a", "b", "--different", "c", "d"], 2, "one decision at a time"),
        (["--same", "a", "a"], 2, "are one report; to part it name one of its sources"),
        (["--different", "a", "nosuch"], 1, "nosuch"),
        (["--limit", "0"], 2, "limit"),
    ],
)
@pytest.mark.usefixtures("library")
def test_errors_say_what_is_wrong(run: Run, arguments: list[str], code: int, says: str) -> None:
    """Unknown kinds and ids, two decisions at once, a report beside itself: refused with the reason."""
    ran = run(*arguments)
    assert ran.code == code
    assert says in ran.err
    assert ran.out == ""


def test_an_empty_folder_is_told(run: Run) -> None:
    """Without a catalog the command says what to run."""
    ran = run()
    assert ran.code == 1
    assert "casetrove index" in ran.err


def test_different_parts_a_source_from_its_report(run: Run, library: Indexed) -> None:
    """Given a report's id and one of its sources, that source is a report of its own from then on, and indexed."""
    library.catalog.put("a", make_report(prose(9, 80), "On lead"), "/reports/lead.txt")
    parted = run("--different", "a", "/reports/lead.txt", "--json").json()
    assert parted == {"one": "a", "other": "a-2", "same": False}
    assert library.catalog.get("a-2").report.bibliography.title == "On lead"
    assert "a-2" in library.generation().ordinals
    assert ("a", "a-2") in library.catalog.decided_apart()
