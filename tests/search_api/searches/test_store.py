from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CatalogError, NotFoundError
from search_api.searches.model import By, id_of, number_of
from search_api.searches.store import _BY_WHO, _PAGE, Searches, SearchFile

from .making import REQUESTS, run_of

ROOT = Path(__file__).parents[3]
READINGS = {"calcinosis": "aa", "gout": "bb"}


@pytest.fixture
def log(tmp_path: Path) -> Searches:
    return Searches(tmp_path / "searches.sqlite")


def keep(log: Searches, line: str = "calcinosis", digest: str = "d1", readings: Mapping[str, str] = READINGS) -> str:
    return log.add(run_of(line, digest=digest), lambda: readings).id


class TestKeeping:
    """What goes in comes out."""

    def test_a_search_comes_out_as_it_went_in(self, log: Searches) -> None:
        """Every fact and every place of it, under an id."""
        run = run_of(' Zinc  "x" ¿😀? ')
        kept = log.add(run, lambda: READINGS)
        assert kept.id == "s000001"
        assert log.get(kept.id) == kept
        assert kept.line == ' Zinc  "x" ¿😀? '

    @pytest.mark.parametrize("kind", REQUESTS)
    def test_what_was_asked_can_be_asked_again(self, log: Searches, kind: str) -> None:
        """A request read back equals the one that was kept, with every setting, whatever its kind."""
        run = replace(run_of(), asked=REQUESTS[kind].to_json())
        assert log.get(log.add(run, dict).id).request == REQUESTS[kind]

    def test_nothing_is_written_before_the_first_search(self, log: Searches) -> None:
        """To look into a log that is not there finds nothing, and makes no file."""
        assert log.newest(10) == []
        assert log.readings(run_of()) == {}
        assert (log.forget_before(None), log.forget([])) == (0, 0)
        for look in (log.get, lambda run_id: log.forget([run_id])):
            with pytest.raises(NotFoundError, match="casetrove searches"):
                look("s000001")
        assert not log.path.exists()

    def test_one_keys_searches_are_told_apart(self, log: Searches) -> None:
        """With ``who`` only those of that key are listed, across pages, and those of others are not there."""
        ids = [
            log.add(replace(run_of(f"line {number}"), by=By("http", who)), dict).id
            for number, who in enumerate(("a", "b", None, "a", "a'"))
        ]
        assert [run.id for run in log.newest(9, who="a")] == [ids[3], ids[0]]
        assert [run.id for run in log.newest(9, ids[3], "a")] == [ids[0]]
        assert [run.id for run in log.newest(1, who="b")] == [ids[1]]
        assert log.newest(9, who="") == []
        assert len(log.newest(9)) == 5
        assert log.get(ids[0], "a").id == log.get(ids[0]).id
        for run_id in ids[1:3]:
            with pytest.raises(NotFoundError, match=run_id):
                log.get(run_id, "a")

    def test_all_are_read_the_oldest_first(self, log: Searches) -> None:
        """However many they are; those of one key alone, too."""
        assert list(log.each()) == []
        ids = [log.add(replace(run_of(), by=By("http", "ab"[at % 2])), dict).id for at in range(2 * _PAGE + 1)]
        assert [run.id for run in log.each()] == ids
        assert [run.id for run in log.each("a")] == ids[::2]
        assert [run.id for run in log.each("b")] == ids[1::2]
        assert list(log.each("c")) == []

    def test_one_keys_searches_are_found_without_reading_the_others(self, log: Searches) -> None:
        """By the index, also in a file from before there was one."""
        for who in ("a", "b"):
            log.add(replace(run_of(), by=By("http", who)), dict)
        with closing(sqlite3.connect(log.path)) as file:
            file.execute("DROP INDEX searches_by_who")
        older = Searches(log.path)
        assert [run.by.who for run in older.newest(9, who="a")] == ["a"]
        with closing(sqlite3.connect(log.path)) as file:
            asked = "SELECT number FROM searches WHERE number<9 AND json_extract(facts,'$.by.who')='a'"
            (plan,) = file.execute(f"EXPLAIN QUERY PLAN {asked} ORDER BY number DESC")
        assert plan[-1].startswith("SEARCH searches USING INDEX searches_by_who (<expr>=?")

    def test_a_log_that_another_writes_to_is_opened_at_once(self, log: Searches) -> None:
        """To look into it needs no turn at writing."""
        keep(log)
        with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            opened = SearchFile(log.path)
            opened._connection().execute("PRAGMA busy_timeout=0")
            opened._run(_BY_WHO)
            assert len(opened.newest(9)) == 1
            other.execute("ROLLBACK")

    def test_the_newest_come_first_page_by_page(self, log: Searches) -> None:
        """Pages joined by their last ids are the whole list; an id that is none is told."""
        ids = [keep(log, f"line {number}") for number in range(7)]
        pages, after = [], ""
        while page := log.newest(3, after):
            pages += [run.id for run in page]
            after = page[-1].id
        assert pages == ids[::-1]
        with pytest.raises(NotFoundError, match="nonsense"):
            log.newest(3, "nonsense")

    @pytest.mark.parametrize("wrong", ["", "s", "1", "s1x", "S000001", "s000002", "s-1", "s" + "9" * 30, "s٣"])
    def test_an_id_that_is_none_is_not_found(self, log: Searches, wrong: str) -> None:
        """Whatever it looks like, it is an error that says so, not another search."""
        keep(log)
        with pytest.raises(NotFoundError):
            log.get(wrong)

    @given(st.integers(1, 10**9), st.integers(1, 10**9))
    def test_ids_sort_by_age(self, one: int, other: int) -> None:
        """As text too, up to a million searches; and each leads back to its number."""
        assert number_of(id_of(one)) == one
        assert (id_of(one) == id_of(other)) == (one == other)
        if max(one, other) < 10**6:
            assert (id_of(one) < id_of(other)) == (one < other)


corpora = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["1", "2"])), min_size=1, max_size=6)


class TestCorpora:
    """What each searched corpus held stays known."""

    @given(corpora, st.data())
    def test_every_corpus_is_known_as_it_was(
        self, tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, str]], data: st.DataObject
    ) -> None:
        """Whatever came, went, changed and came back, in whatever order; also after some searches are forgotten."""
        log = Searches(tmp_path_factory.mktemp("log") / "searches.sqlite")
        order = data.draw(st.lists(st.sampled_from(range(len(states))), min_size=1, max_size=10))
        kept = {keep(log, digest=f"d{at}", readings=states[at]): at for at in order}
        forgotten = data.draw(st.sets(st.sampled_from(sorted(kept))))
        log.forget(sorted(forgotten))
        added = data.draw(st.sampled_from(range(len(states))))
        kept[keep(log, digest=f"d{added}", readings=states[added])] = added
        for run_id in kept.keys() - forgotten:
            run, state = log.get(run_id), states[kept[run_id]]
            assert log.readings(run) == state
            assert log.readings(run, {"a", "z"}) == {name: own for name, own in state.items() if name == "a"}

    def test_a_corpus_that_is_known_is_not_looked_at_again(self, log: Searches) -> None:
        """Its readings are asked for once, so that a search costs the same however large the corpus is."""
        asked = []

        def readings() -> Mapping[str, str]:
            asked.append(1)
            return READINGS

        for _ in range(3):
            log.add(run_of(), readings)
        assert len(asked) == 1

    def test_the_file_grows_by_what_changes(self, log: Searches) -> None:
        """A corpus of which one report changed adds two readings, not all of them."""
        many = {f"r{number}": "a" for number in range(1000)}
        keep(log, digest="d1", readings=many)
        keep(log, digest="d2", readings={**many, "r1": "b", "new": "a"})
        with closing(sqlite3.connect(log.path)) as file:
            assert file.execute("SELECT count(*) FROM readings").fetchone() == (1002,)


class TestForgetting:
    """What is forgotten is gone."""

    def test_what_is_forgotten_is_in_no_file(self, log: Searches) -> None:
        """Not a word of the line, nor of what was found, is left on the disk; the others stay."""
        gone, stays = keep(log, "wombatine " * 400), keep(log, "zinc")
        assert log.forget([gone]) == 1
        assert [run.id for run in log.newest(9)] == [stays]
        left = b"".join(path.read_bytes() for path in log.path.parent.iterdir())
        assert b"wombatine" not in left
        assert b"zinc" in left

    def test_what_is_forgotten_one_by_one_is_in_no_file(self, log: Searches) -> None:
        """Long and short lines, in any order, among others that stay: of those that went no word is left."""
        lines = [f"wombat{number:03d} " * (1 + 150 * (number % 4)) for number in range(60)]
        ids = [keep(log, line) for line in lines]
        for number in range(0, 60, 2):
            log.forget([ids[number * 7 % 60]])
        left = b"".join(path.read_bytes() for path in log.path.parent.iterdir())
        assert {number for number in range(60) if b"wombat%03d" % number in left} == set(range(1, 60, 2))

    @pytest.mark.parametrize("occasion", ["kept", "opened"])
    def test_what_somebody_reads_is_wiped_at_the_next_occasion(
        self, log: Searches, monkeypatch: pytest.MonkeyPatch, occasion: str
    ) -> None:
        """It is forgotten at once; the bytes go when the reader has ended and a search is kept or the file opened."""
        monkeypatch.setattr(SearchFile, "waits_s", 0.05)
        gone = keep(log, "wombatine")
        with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM searches").fetchall()
            assert log.forget([gone]) == 1
            assert log.newest(9) == []
            assert any(b"wombatine" in path.read_bytes() for path in log.path.parent.iterdir())
            other.execute("ROLLBACK")
            keep(log, "zinc") if occasion == "kept" else Searches(log.path).newest(9)
            assert not any(b"wombatine" in path.read_bytes() for path in log.path.parent.iterdir())

    def test_an_unknown_id_forgets_nothing(self, log: Searches) -> None:
        """All of the ids are there, or none is forgotten."""
        one = keep(log)
        with pytest.raises(NotFoundError, match="s000009"):
            log.forget([one, "s000009"])
        assert log.get(one).id == one

    def test_an_id_is_never_given_twice(self, log: Searches) -> None:
        """What cites a forgotten search cannot come to mean another one."""
        first = keep(log)
        log.forget_before(None)
        assert keep(log) != first

    def test_those_before_a_time_are_forgotten(self, log: Searches) -> None:
        """Older ones go; one from that very moment stays."""
        for day in (1, 2, 3):
            log.add(run_of(f"day {day}", at=f"2025-01-0{day}T00:00:00+00:00"), dict)
        assert log.forget_before("2025-01-02T00:00:00+00:00") == 1
        assert [run.line for run in log.newest(9)] == ["day 3", "day 2"]
        assert log.forget_before(None) == 2
        assert log.newest(9) == []

    def test_with_the_last_search_its_corpus_goes(self, log: Searches) -> None:
        """An empty log knows of no report."""
        keep(log, digest="d1")
        keep(log, digest="d2", readings={"gout": "cc"})
        log.forget_before(None)
        with closing(sqlite3.connect(log.path)) as file:
            assert file.execute("SELECT count(*) FROM readings").fetchone() == (0,)


WRITER = """
import sys
from pathlib import Path
from search_api.searches.store import _BY_WHO, _PAGE, SearchFile, Searches
from tests.search_api.searches.making import run_of
log = Searches(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    run = run_of(f"{sys.argv[3]} {number}", digest=f"d{number % 3}")
    print(log.add(run, lambda: {"a": sys.argv[3]}).id, flush=True)
"""


def writer(path: Path, many: int, name: str) -> subprocess.Popen[str]:
    """A process that keeps searches and tells each id."""
    command = [sys.executable, "-c", WRITER, str(path), str(many), name]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )


class TestTogether:
    """Several write at once, and some of them die."""

    def test_threads_and_processes_may_keep_at_once(self, log: Searches) -> None:
        """None is lost, none has the id of another."""
        kept: list[str] = []
        threads = [threading.Thread(target=lambda: kept.extend(keep(log) for _ in range(25))) for _ in range(6)]
        others = [writer(log.path, 25, name) for name in "xy"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for other in others:
            told, _ = other.communicate(timeout=60)
            assert other.returncode == 0
            kept += told.split()
        assert len(kept) == len(set(kept)) == 200
        assert {run.id for run in log.newest(1000)} == set(kept)

    def test_what_a_killed_process_told_is_kept(self, log: Searches) -> None:
        """Whatever id was given out before it was killed is in the log, whole."""
        with writer(log.path, 100_000, "x") as process:
            assert process.stdout is not None
            told = [process.stdout.readline().strip() for _ in range(40)]
            process.send_signal(signal.SIGKILL)
            told += [line for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        for run_id in map(str.strip, told):
            assert log.get(run_id).line.startswith("x ")
        assert keep(log) not in told

    def test_a_log_that_was_removed_is_begun_anew(self, log: Searches) -> None:
        """Who does away with the file has what he wanted, and what comes after is kept."""
        keep(log, "before")
        for path in log.path.parent.iterdir():
            path.unlink()
        keep(log, "after")
        assert [run.line for run in log.newest(9)] == ["after"]

    def test_a_log_held_by_another_is_not_waited_for_long(self, log: Searches) -> None:
        """A writer that does not end makes an error that says so, in seconds; afterwards all is well."""
        keep(log)
        with closing(sqlite3.connect(log.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(CatalogError, match="try again"):
                keep(log)
            other.execute("ROLLBACK")
        keep(log)
        assert len(log.newest(9)) == 2

    def test_a_file_that_is_none_of_ours_is_refused_by_name(self, log: Searches) -> None:
        """Damage is told with the file's path, for reading and for writing."""
        log.path.write_bytes(b"no database" * 100)
        for use in (lambda: log.newest(3), lambda: keep(log)):
            with pytest.raises(CatalogError, match=r"searches\.sqlite.*doctor"):
                use()
