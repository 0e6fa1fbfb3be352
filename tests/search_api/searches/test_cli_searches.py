from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import rispy

from tests.search_api.conftest import Run
from tests.small_models import small_cross_encoder

LATER = """Zinc syrup in a glazier with anosmia

Case report

A 33-year-old glazier lost the sense of smell after a cold. She was treated with zinc syrup for a month.
The sense of smell returned.
"""


@pytest.fixture
def indexed(run: Run, report: Path) -> Path:
    """The folder with the one report, indexed."""
    assert run("index", str(report)).code == 0
    return report


def search(run: Run, *more: str) -> Any:
    return run("search", "zinc for loss of smell", "--json", *more).json()["search_id"]


def later(run: Run, folder: Path) -> None:
    """Another report comes."""
    (folder / "glazier.txt").write_text(LATER, encoding="utf-8")
    assert run("index", str(folder)).code == 0


class TestKeeping:
    """What the commands keep."""

    def test_each_command_says_under_which_id_it_is_kept(self, run: Run, indexed: Path) -> None:
        """In its JSON, and in its last line for people."""
        assert search(run) == "s000001"
        assert run("ask", "What was given for anosmia?", "--json").json()["search_id"] == "s000002"
        assert run("evidence", "anosmia", "--json").json()["search_id"] == "s000003"
        assert "kept as s000004" in run("search", "zinc").out
        assert "kept as s000005" in run("ask", "What was given for anosmia?").out
        assert "kept as s000006" in run("evidence", "anosmia").out
        kinds = [each["kind"] for each in run("searches", "--json").json()]
        assert kinds == ["evidence", "ask", "search"] * 2

    @pytest.mark.parametrize("command", [("search", "zinc"), ("ask", "What helped?"), ("evidence", "anosmia")])
    def test_nothing_is_kept_that_is_not_to_be(
        self, run: Run, indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, str]
    ) -> None:
        """With --no-log, or where the environment says so: no id, and no file."""
        assert run(*command, "--no-log", "--json").json()["search_id"] is None
        monkeypatch.setenv("CASETROVE_SEARCH_LOG", "off")
        assert run(*command, "--json").json()["search_id"] is None
        assert "kept as" not in run(*command).out
        assert not (tmp_path / "data" / "searches.sqlite").exists()

    def test_a_switch_that_is_neither_on_nor_off_is_refused(
        self, run: Run, indexed: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A typing error must not keep what was not to be kept."""
        monkeypatch.setenv("CASETROVE_SEARCH_LOG", "of")
        ran = run("search", "zinc")
        assert (ran.code != 0, "CASETROVE_SEARCH_LOG: 'of'" in ran.err) == (True, True)

    def test_an_exported_list_and_a_refused_question(self, run: Run, indexed: Path, tmp_path: Path) -> None:
        """A list that is written to a file was searched, and is kept; what was refused was not."""
        assert run("search", "zinc", "--output", str(tmp_path / "x.ris")).code == 0
        assert run("search", "zinc", "-k", "0").code != 0
        assert run("search", "").code != 0
        assert [each["line"] for each in run("searches", "--json").json()] == ["zinc"]


class TestLooking:
    """What was kept is shown."""

    def test_an_empty_log_is_no_error(self, run: Run, indexed: Path) -> None:
        """It says so, and makes no file."""
        assert "no search is kept" in run("searches").out
        assert run("searches", "--json").json() == []
        assert run("searches", "report").out == "# Search strategies\n\nSearches: 0\n"

    def test_the_list_is_printed_the_newest_first(self, run: Run, indexed: Path) -> None:
        """Id, time, line, how much was found, the generation; a page follows another."""
        search(run)
        run("ask", "What was given for anosmia?")
        out = run("searches").out
        assert out.index("s000002") < out.index("s000001")
        assert "ask: What was given for anosmia?" in out
        assert [each["id"] for each in run("searches", "--after", "s000002", "--json").json()] == ["s000001"]
        assert len(run("searches", "--limit", "1", "--json").json()) == 1

    def test_one_search_is_shown_with_what_it_found(self, run: Run, indexed: Path) -> None:
        """Its facts by name, then the places by rank."""
        search(run, "-k", "1")
        out = run("searches", "show", "s000001").out
        for words in ("line  zinc for loss of smell", "database  Casetrove", "deduplication", "1. cr-", "the best 1;"):
            assert words in out
        told = run("searches", "show", "s000001", "--json").json()
        assert (told["via"], len(told["places"]), told["settings"]["k"]) == ("cli", 1, 1)

    @pytest.mark.parametrize("command", ["show", "replay", "new", "export"])
    def test_an_unknown_id_is_told(self, run: Run, indexed: Path, command: str) -> None:
        """With the command that lists those that are there."""
        ran = run("searches", command, "s000009")
        assert ran.code != 0
        assert "'s000009' is not in the search log: `casetrove searches" in ran.err


class TestAgain:
    """The same asked again."""

    def test_a_replay_tells_what_is_gained(self, run: Run, indexed: Path) -> None:
        """And is kept itself, unless it is not to be; a comparison of the two says the same."""
        search(run, "--no-expand")
        later(run, indexed)
        told = run("searches", "replay", "s000001", "--json").json()
        assert {each["reason"] for each in told["changes"] if each["fate"] == "gained"} == {"new report"}
        assert (told["now"]["id"], told["now"]["again"]) == ("s000002", "s000001")
        assert told["now"]["settings"] == told["then"]["settings"]
        assert run("searches", "compare", "s000001", "s000002", "--json").json() == told
        out = run("searches", "replay", "s000001", "--no-log").out
        for words in ("not kept", "corpus: reports: 1 → 2", "(new report)", "Zinc syrup in a glazier"):
            assert words in out
        assert len(run("searches", "--json").json()) == 2

    def test_a_model_that_looked_again_does_so_again(self, run: Run, indexed: Path, tmp_path: Path) -> None:
        """A re-ranked search is repeated with its model, so that nothing differs; without it that is told."""
        model = str(small_cross_encoder(tmp_path / "reader"))
        search(run, "--rerank", model)
        told = run("searches", "replay", "s000001", "--json").json()
        assert (told["differences"], told["now"]["corpus"]["reranker"]) == ([], model)
        plain = search(run)
        told = run("searches", "compare", "s000001", plain, "--json").json()
        assert [(each["part"], each["name"]) for each in told["differences"]] == [("ranked by", "reranker")]

    def test_what_is_new_is_told(self, run: Run, indexed: Path) -> None:
        """Nothing at first; then the new report with its rank."""
        search(run)
        assert "nothing is new" in run("searches", "new", "s000001").out
        later(run, indexed)
        told = run("searches", "new", "s000001", "--json").json()
        assert [each["title"] for each in told["added"]] == ["Zinc syrup in a glazier with anosmia"]
        out = run("searches", "new", "s000001").out
        for words in ("In reports added since", "Zinc syrup in a glazier", "1 added, 0 changed, 0 removed"):
            assert words in out

    def test_what_is_gone_is_told(self, run: Run, indexed: Path) -> None:
        """With the reason; and what was found then can still be listed, or is counted as left out."""
        search(run)
        later(run, indexed)
        (gone,) = {each["report_id"] for each in run("searches", "show", "s000001", "--json").json()["places"]}
        assert run("remove", gone).code == 0
        out = run("searches", "new", "s000001").out
        assert "Found then and not now" in out
        assert "(removed report)" in out
        assert run("searches", "compare", "s000001", "s000001", "--json").json()["changes"][0]["fate"] == "same"


class TestFiles:
    """Lists and appendices as files."""

    def test_a_kept_list_is_exported(self, run: Run, indexed: Path, tmp_path: Path) -> None:
        """As RIS unless another format is named or the file's ending says so."""
        search(run)
        (entry,) = rispy.loads(run("searches", "export", "s000001").out)
        assert entry["title"] == "Zinc lozenges in a baker with anosmia"
        target = tmp_path / "list.csv"
        told = run("searches", "export", "s000001", "--output", str(target), "--json").json()
        rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
        places = run("searches", "show", "s000001", "--json").json()["places"]
        assert [(row["report_id"], int(row["start"])) for row in rows] == [
            (each["report_id"], each["start"]) for each in places
        ]
        assert told["places"] == len(places)

    def test_the_appendix_holds_the_searches_asked_for(self, run: Run, indexed: Path, tmp_path: Path) -> None:
        """In the order in which they are named; all, the oldest first, where none is."""
        search(run)
        run("evidence", "anosmia")
        out = run("searches", "report", "s000002", "s000001").out
        assert out.index("## s000002") < out.index("## s000001")
        assert "```\nzinc for loss of smell\n```" in out
        assert run("searches", "report").out.index("## s000001") < run("searches", "report").out.index("## s000002")
        target = tmp_path / "searches.csv"
        told = run("searches", "report", "--output", str(target), "--json").json()
        assert told == {"written": str(target), "searches": 2}
        rows = csv.DictReader(io.StringIO(target.read_text(encoding="utf-8")))
        assert [row["id"] for row in rows] == ["s000001", "s000002"]
        assert "searches: 2" in run("searches", "report", "--output", str(target)).out
        assert run("searches", "report", "--format", "xlsx").code != 0


class TestForgetting:
    """What is to be forgotten must be named."""

    def test_by_id_by_time_or_all(self, run: Run, indexed: Path) -> None:
        """And it says how many they were."""
        for _ in range(3):
            search(run)
        assert run("searches", "forget", "s000002", "--json").json() == {"forgotten": 1}
        assert [each["id"] for each in run("searches", "--json").json()] == ["s000003", "s000001"]
        assert run("searches", "forget", "--before", "2020-01-31", "--json").json() == {"forgotten": 0}
        assert run("searches", "forget", "--before", "9000-01-01T12:00+02:00", "--json").json() == {"forgotten": 2}
        search(run)
        assert "forgotten: 1" in run("searches", "forget", "--all").out

    @pytest.mark.parametrize(
        "arguments", [(), ("s000001", "--all"), ("--all", "--before", "2020-01-01"), ("--before", "yesterday")]
    )
    def test_what_is_meant_must_be_clear(self, run: Run, indexed: Path, arguments: tuple[str, ...]) -> None:
        """Nothing is forgotten where nothing, two things or no date is named."""
        search(run)
        assert run("searches", "forget", *arguments).code != 0
        assert len(run("searches", "--json").json()) == 1
