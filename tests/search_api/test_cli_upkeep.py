"""The commands that look after the index, as people and programs use them."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from indexer.build import build
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from indexer.generation import open_current
from indexer.manifest import manifest_path
from search_api.cli import show

from .conftest import Run

DISEASES = ("gout", "dengue", "lupus", "rickets", "measles", "scurvy")


@pytest.fixture
def home(run: Run, tmp_path: Path) -> DataFolder:
    """Two generations: six reports, then one more."""
    files = tmp_path / "files"
    files.mkdir()
    for disease in DISEASES:
        (files / f"{disease}.txt").write_text(f"A case of {disease}\n\nA patient had {disease}. It was treated.\n")
    assert run("index", str(files)).code == 0
    (files / "new.txt").write_text("A nun with hiccups\n\nA nun had hiccups. They were treated with sugar.\n")
    assert run("index", str(files)).code == 0
    return DataFolder(tmp_path / "data")


def test_generations_are_listed_for_programs(run: Run, home: DataFolder) -> None:
    """Newest first, with counts, size, encoder, what changed, and which is served."""
    newest, oldest = run("generations", "--json").json()
    assert (newest["generation"], newest["served"], newest["held"]) == (2, True, False)
    assert (oldest["generation"], oldest["served"], oldest["reports"]) == (1, False, 6)
    assert newest["changes"] == {"added": 1, "updated": 0, "removed": 0, "remade": ""}
    assert newest["encoder"] == "hashing"
    assert newest["segments"] == 2
    assert 0 < newest["own_bytes"] < newest["bytes"]


def test_generations_are_listed_for_people(run: Run, home: DataFolder) -> None:
    """A table with a row for each, also for one that cannot be read."""
    (home.generation(1) / "manifest.json").write_text("noise")
    ran = run("generations")
    assert ran.code == 0
    for expected in ("2 served", "hashing", "+1 ~0 -0", "cannot be"):
        assert expected in ran.out


@pytest.mark.parametrize(("columns", "own"), [(60, False), (80, True)], ids=str)
def test_generations_fit_a_narrow_terminal(
    run: Run, home: DataFolder, monkeypatch: pytest.MonkeyPatch, columns: int, own: bool
) -> None:
    """Nothing is cut: where there is no room for a column it is left out; sizes below a megabyte are no zeros."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(show, "_WIDTH", columns)
    (home.generation(1) / "manifest.json").write_text("noise")
    told = run("generations").out
    table, _, below = told.partition("encoder of 2: hashing (")
    assert below
    assert "…" not in table
    assert max(map(len, table.splitlines())) <= columns
    (row,) = [line for line in table.splitlines() if "+1 ~0 -0" in line]
    assert row.startswith("2 served")
    assert row.count(" kB") == (2 if own else 1)
    assert " 7 " in row
    assert " own " in table if own else " own " not in table


def test_one_is_told_in_the_singular(run: Run, tmp_path: Path) -> None:
    """A folder with one report of one passage says so without a plural."""
    (tmp_path / "one.txt").write_text("A nun with hiccups\n\nA nun had hiccups.\n")
    indexed = run("index", str(tmp_path / "one.txt")).out
    assert "generation 1: 1 report, 1 passage" in indexed
    assert "1 passage embedded" in indexed
    assert "is served: 1 report, as of" in run("rollback", "1").out
    assert "1 segment (before: 1), 1 report\n" in run("compact").out


def test_generations_say_what_is_unknown_and_why_all_was_made_anew(run: Run, home: DataFolder) -> None:
    """Another encoder changes no report, but every vector; where no older generation could be read, nobody can tell."""
    with closing(Catalog(home.catalog)) as catalog:
        build(home, catalog, HashingEncoder(32))
        assert "another" in run("generations").out
        assert run("generations", "--json").json()[0]["changes"]["remade"] == "another encoder"
    for number in (1, 2, 3):
        manifest_path(home, number).write_text("noise")
    assert "which reports are new is unknown" in " ".join(run("index").out.split())
    assert run("generations", "--json").json()[0]["changes"] is None
    assert "unknown" in run("generations").out
    for number in (1, 2, 3):
        shutil.rmtree(home.generation(number))
    manifest_path(home, 4).write_text("noise")
    assert run("index", "--json").json()["changes"] is None


@pytest.mark.parametrize("command", [["generations"], ["compact"], ["gc"], ["rollback", "1"]])
def test_without_an_index_they_say_how_to_make_one(run: Run, command: list[str]) -> None:
    """Nothing to look after yet: exit code 1 and the command that indexes."""
    ran = run(*command)
    assert ran.code == 1
    assert "nothing is indexed yet: run `casetrove index` followed by" in ran.err


def test_rollback_serves_the_older_generation_until_something_changes(
    run: Run, home: DataFolder, tmp_path: Path
) -> None:
    """Search is as it was then; indexing the same files leaves it so; a new file builds the next, with everything."""
    assert run("rollback", "1", "--json").json() == {"generation": 1, "reports": 6, "passages": 6}
    assert run("search", "hiccups", "--system", "bm25", "--json").json()["hits"] == []
    assert run("index", str(tmp_path / "files"), "--json").json()["generation"] == 1
    (tmp_path / "files" / "more.txt").write_text("A monk with hiccups\n\nA monk had hiccups too.\n")
    assert run("index", str(tmp_path / "files"), "--json").json()["generation"] == 3
    assert len(run("search", "hiccups", "--system", "bm25", "--json").json()["hits"]) == 2


def test_rollback_is_told_in_words(run: Run, home: DataFolder) -> None:
    """What is served now, of when."""
    ran = run("rollback", "1")
    assert ran.out.startswith("generation 1 is served: 6 reports, as of 20")


def test_indexing_says_that_a_rollback_is_served(run: Run, home: DataFolder) -> None:
    """Which is the newest and how to go to it, for people and programs; what is new then ends the rollback."""
    assert run("index", "--json").json()["rolled_back_from"] is None
    run("rollback", "1")
    told = run("index", "--json").json()
    assert (told["generation"], told["rolled_back_from"]) == (1, 2)
    out = run("index").out
    assert "generation 1: " in out
    assert "(served by a rollback)" in out
    assert run("index", str(home.root.parent / "files"), "--json").json()["passed_over"] == {}
    assert "nothing changed" not in out
    assert "generation 2 is the newest, and holds what the catalog does: `casetrove rollback 2` goes forward" in out
    with closing(Catalog(home.catalog)) as catalog:
        catalog.delete(catalog.entries()[0].report_id)
    told = run("index", "--json").json()
    assert (told["generation"], told["rolled_back_from"]) == (3, None)


def test_generations_explain_their_marks(run: Run, home: DataFolder) -> None:
    """One line below the table; a program gets names."""
    assert (
        "+ new, ~ changed, - gone: reports, against the generation before; own: the room that" in run("generations").out
    )


def test_rollback_to_nowhere_is_refused(run: Run, home: DataFolder) -> None:
    """The numbers that there are, are named; what is served stays."""
    ran = run("rollback", "9")
    assert (ran.code, "no generation 9; on disk: 1, 2" in ran.err) == (1, True)
    assert run("info", "--json").json()["generation"] == 2


def test_compact_makes_one_segment_and_changes_no_answer(run: Run, home: DataFolder) -> None:
    """The second time there is nothing to do."""
    before = run("search", "treated gout", "--json").json()["hits"]
    assert run("compact", "--json").json() == {"generation": 3, "segments_before": 2, "segments": 1}
    after = run("search", "treated gout", "--json").json()["hits"]
    assert [(hit["passage_id"], hit["score"]) for hit in after] == [(hit["passage_id"], hit["score"]) for hit in before]
    assert run("compact", "--json").json() == {"generation": 3, "segments_before": 1, "segments": 1}
    assert "generation 3: 1 segment" in run("compact").out


def test_gc_removes_old_generations_and_says_what_it_freed(run: Run, home: DataFolder) -> None:
    """The served one stays; what it needs stays readable."""
    removed = run("gc", "--keep", "1", "--json").json()
    assert (removed["removed"], removed["held"]) == ([1], [])
    assert removed["freed_bytes"] > 0
    assert "generations removed: none" in run("gc", "--keep", "1").out
    assert run("doctor", "--json").json() == {"healthy": True, "findings": []}
    assert run("search", "hiccups", "--json").json()["hits"]


def test_gc_leaves_what_a_reader_holds(run: Run, home: DataFolder) -> None:
    """It is named."""
    assert run("rollback", "1").code == 0
    catalog = Catalog(home.catalog)
    held = open_current(home, catalog, OneEncoder(HashingEncoder()))
    assert run("rollback", "2").code == 0
    ran = run("gc", "--keep", "1")
    assert "held by a running program, so kept: 1" in ran.out
    assert held.manifest.generation == 1


def test_gc_never_keeps_nothing(run: Run, home: DataFolder) -> None:
    """At least one generation is kept: zero is a wrong usage."""
    assert run("gc", "--keep", "0").code == 2


def test_the_doctor_finds_a_sound_folder_healthy(run: Run, home: DataFolder) -> None:
    """Exit code 0, in words and as JSON."""
    ran = run("doctor")
    assert (ran.code, "healthy" in ran.out) == (0, True)
    assert run("doctor", "--json").json() == {"healthy": True, "findings": []}


def test_the_doctor_tells_damage_and_its_remedy_works(run: Run, home: DataFolder) -> None:
    """Exit code 1 for scripts; after the command that it names, 0."""
    (home.generation(2) / "alive.npy").unlink()
    ran = run("doctor", "--json")
    (finding,) = ran.json()["findings"]
    assert (ran.code, ran.json()["healthy"], finding["severity"]) == (1, False, "error")
    assert finding["remedy"] == "run `casetrove index`"
    assert "what to do:" in run("doctor").out
    assert run("index").code == 0
    assert run("gc", "--keep", "1").code == 0
    assert run("doctor").code == 0


def test_the_doctor_of_nothing(run: Run) -> None:
    """A folder that is not there is an error, and is not made."""
    ran = run("doctor", "--json")
    assert (ran.code, ran.json()["healthy"]) == (1, False)


def test_what_changes_the_index_waits_for_nobody(run: Run, home: DataFolder) -> None:
    """While another process indexes, rolling back, compacting and collecting are refused with its number."""
    with home.lock():
        for command in (["rollback", "1"], ["compact"], ["gc"]):
            ran = run(*command)
            assert ran.code == 1
            assert "is being indexed by process" in ran.err
        assert run("generations").code == run("doctor").code == 0


def test_compact_does_not_undo_a_rollback(run: Run, home: DataFolder) -> None:
    """It would serve everything again: one is told to go forward first."""
    run("rollback", "1")
    ran = run("compact")
    assert (ran.code, "`casetrove rollback 2` first" in ran.err) == (1, True)
    assert run("info", "--json").json()["generation"] == 1
