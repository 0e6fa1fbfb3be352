from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import CatalogError, NotFoundError
from corpus.journal import Attempt
from search_api import jobs as jobs_module
from search_api.jobs import FULL, Job, Jobs, RebuildState, Uploaded

READ = Uploaded("a.txt", "upload:a.txt", 1, 0, 0, 0, (), "cr-1")
FAILURE = Attempt("2025-01-31T12:00:00+00:00", "upload:b.txt", "", 0, "", "", "failed", "empty", "b.txt is empty")
FAILED = Uploaded("b.txt", "upload:b.txt", 0, 0, 0, 0, (FAILURE,), None)

OLD_INSERT = """INSERT INTO jobs(id,kind,state,created,stage,done,total,report_id,force,in_catalog,version)
    VALUES('b','rebuild','waiting','2025-01-31T12:00:00+00:00','',0,0,NULL,0,1,1);"""
OLD_FILE = """
CREATE TABLE jobs(
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,
    created TEXT NOT NULL, started TEXT, ended TEXT, stage TEXT NOT NULL, done INTEGER NOT NULL,
    total INTEGER NOT NULL, reason TEXT, generation INTEGER, report_id TEXT, force INTEGER NOT NULL,
    in_catalog INTEGER NOT NULL, version INTEGER NOT NULL);
CREATE INDEX jobs_by_state ON jobs(state, in_catalog);
CREATE TABLE files(
    job TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT, PRIMARY KEY(job, number)
    ) WITHOUT ROWID;
INSERT INTO jobs(id,kind,state,created,ended,stage,done,total,generation,force,in_catalog,version)
    VALUES('a','rebuild','done','2025-01-31T12:00:00+00:00','2025-01-31T12:00:09+00:00','',0,0,3,0,1,4);
PRAGMA user_version=1;
"""
"""A file as it was made before the counts of passages were kept, and a job as an older program adds it."""


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "jobs.sqlite")


def read_and_wait(jobs: Jobs) -> Job:
    """An upload of one file that was read and waits for the index."""
    job = jobs.add("upload", names=["a.txt"])
    jobs.begin([job.id], "read")
    jobs.note_outcome(job.id, 0, READ)
    jobs.note_change(job.id)
    return jobs.get(job.id)


class TestLife:
    """From waiting to an end."""

    def test_a_new_job_waits(self, jobs: Jobs) -> None:
        """What was asked for is there at once, under an id that cannot be guessed, and nothing has become of it."""
        job = jobs.add("upload", names=["a.txt", "b.txt"])
        assert (job.kind, job.state, job.started, job.ended, job.outcomes) == ("upload", "waiting", None, None, ())
        assert not job.is_settled
        assert len(job.id) == 32
        assert job.id != jobs.add("upload").id
        assert jobs.get(job.id) == job

    def test_an_upload_is_read_indexed_and_done(self, jobs: Jobs) -> None:
        """Each stage can be seen: reading with its outcomes, waiting for the index, indexing, the generation."""
        job = jobs.add("upload", names=["a.txt", "b.txt"])
        jobs.begin([job.id], "read")
        jobs.note_outcome(job.id, 0, READ)
        seen = jobs.get(job.id)
        assert (seen.state, seen.stage, seen.done, seen.total, seen.outcomes) == ("running", "read", 1, 2, (READ,))
        assert seen.started is not None
        jobs.note_outcome(job.id, 1, FAILED)
        jobs.note_change(job.id)
        seen = jobs.get(job.id)
        assert (seen.state, seen.stage, seen.is_settled, seen.is_ended) == ("waiting", "", True, False)
        jobs.begin([job.id])
        jobs.progress([job.id], "embed", 3, 7)
        seen = jobs.get(job.id)
        assert (seen.state, seen.stage, seen.done, seen.total) == ("running", "embed", 3, 7)
        assert (seen.embedded, seen.from_cache) == (None, None)
        jobs.end([job.id], 5, embedded=6, from_cache=1)
        seen = jobs.get(job.id)
        assert (seen.state, seen.generation, seen.reason, seen.is_ended) == ("done", 5, None, True)
        assert (seen.embedded, seen.from_cache) == (6, 1)
        assert seen.outcomes == (READ, FAILED)
        assert seen.ended is not None

    def test_an_upload_that_is_taken_up_again_goes_on_counting(self, jobs: Jobs) -> None:
        """Files that were read before a kill are told as read, also before the next one is."""
        job = jobs.add("upload", names=["a.txt", "b.txt"])
        jobs.begin([job.id], "read", total=2)
        assert (jobs.get(job.id).done, jobs.get(job.id).total) == (0, 2)
        jobs.note_outcome(job.id, 0, READ)
        jobs.begin([job.id], "read", done=len(jobs.get(job.id).outcomes), total=2)
        assert (jobs.get(job.id).done, jobs.get(job.id).total) == (1, 2)

    def test_a_job_without_room_says_so_by_its_reason(self, jobs: Jobs) -> None:
        """Only a job that failed for want of room is told apart; one that waits for it is not at its end."""
        first, second = jobs.add("rebuild"), jobs.add("rebuild")
        jobs.hold_up([first.id, second.id], f"{FULL}: it is tried again")
        assert not jobs.get(first.id).is_out_of_room
        jobs.fail([first.id], f"{FULL}: make room")
        jobs.fail([second.id], "it cannot be")
        assert [jobs.get(job.id).is_out_of_room for job in (first, second)] == [True, False]

    def test_a_failed_job_says_why_and_where(self, jobs: Jobs) -> None:
        """The stage at which a job failed is kept, with the reason."""
        job = read_and_wait(jobs)
        jobs.begin([job.id])
        jobs.progress([job.id], "embed", 3, 7)
        jobs.fail([job.id], "the disk is full")
        seen = jobs.get(job.id)
        assert (seen.state, seen.stage, seen.reason, seen.generation) == ("failed", "embed", "the disk is full", None)
        assert not seen.is_unreadable

    def test_an_upload_of_which_nothing_could_be_read_is_told_from_other_failures(self, jobs: Jobs) -> None:
        """Unreadable is an upload whose every file has failed, not one that broke off or that held one good file."""
        outcomes = {"unreadable": [FAILED, FAILED], "broken off": [FAILED], "half good": [READ, FAILED]}
        found = {}
        for what, each in outcomes.items():
            job = jobs.add("upload", names=["a.txt", "b.txt"])
            jobs.begin([job.id], "read")
            for number, outcome in enumerate(each):
                jobs.note_outcome(job.id, number, outcome)
            jobs.fail([job.id], what)
            found[what] = jobs.get(job.id).is_unreadable
        assert found == {"unreadable": True, "broken off": False, "half good": False}

    def test_who_is_waited_for_is_told_until_the_work_begins(self, jobs: Jobs) -> None:
        """A job that is held up waits again and names who holds it up; once begun, no longer."""
        job = read_and_wait(jobs)
        jobs.hold_up([job.id], "process 7 is indexing")
        assert (jobs.get(job.id).state, jobs.get(job.id).reason) == ("waiting", "process 7 is indexing")
        jobs.begin([job.id])
        assert jobs.get(job.id).reason is None

    def test_the_version_grows_with_every_change_and_with_nothing_else(self, jobs: Jobs) -> None:
        """Whoever follows a job sees by one number whether there is news."""
        job = read_and_wait(jobs)
        versions = [jobs.version(job.id)]
        for act in (
            lambda: jobs.hold_up([job.id], "process 7 is indexing"),
            lambda: jobs.begin([job.id]),
            lambda: jobs.progress([job.id], "embed", 1, 2),
            lambda: jobs.end([job.id], 2),
        ):
            act()
            versions.append(jobs.version(job.id))
        numbers = [version for version in versions if version is not None]
        assert numbers == sorted(set(numbers))
        assert len(numbers) == len(versions)
        waiting = read_and_wait(jobs)
        jobs.hold_up([waiting.id], "process 7 is indexing")
        before = jobs.version(waiting.id)
        jobs.hold_up([waiting.id], "process 7 is indexing")
        assert jobs.version(waiting.id) == before

    def test_any_name_and_failure_is_given_back_as_it_was(self, jobs: Jobs) -> None:
        """Names that are no Unicode text, and failures with their records, survive the file."""
        name = "\ud800 'a\"\n.txt"
        job = jobs.add("upload", names=[name])
        assert jobs.names(job.id) == [(0, name)]
        outcome = Uploaded(name, "", 0, 0, 0, 0, (FAILURE, FAILURE), None)
        jobs.note_outcome(job.id, 0, outcome)
        assert jobs.get(job.id).outcomes == (outcome,)
        assert jobs.names(job.id) == []


class TestOrder:
    """Which job comes next, and which are told."""

    def test_changes_are_made_in_the_order_in_which_they_were_asked_for(self, jobs: Jobs) -> None:
        """The oldest job that is to change the catalog comes first, until it has; a rebuild changes nothing there."""
        jobs.add("rebuild")
        first, second = jobs.add("upload", names=["a.txt"]), jobs.add("delete", report_id="cr-1")
        assert jobs.next_change() == first
        jobs.begin([first.id], "read")
        assert getattr(jobs.next_change(), "id", None) == first.id
        jobs.note_change(first.id)
        assert jobs.next_change() == second
        jobs.fail([second.id], "it cannot be")
        assert jobs.next_change() is None

    def test_all_that_wait_for_the_index_are_met_together(self, jobs: Jobs) -> None:
        """Every job whose change is in the catalog waits for the next generation, and one that was begun still does."""
        job, rebuild = read_and_wait(jobs), jobs.add("rebuild", force=True)
        jobs.add("upload", names=["b.txt"])
        jobs.begin([job.id])
        assert [each.id for each in jobs.to_index()] == [job.id, rebuild.id]
        assert [each.force for each in jobs.to_index()] == [False, True]
        jobs.end([job.id, rebuild.id], 3)
        assert jobs.to_index() == []

    def test_the_newest_come_first(self, jobs: Jobs) -> None:
        """The list is bounded and begins with the last that was asked for."""
        ids = [jobs.add("rebuild").id for _ in range(5)]
        assert [job.id for job in jobs.newest(3)] == ids[:-4:-1]

    def test_an_unknown_job_is_not_found(self, jobs: Jobs) -> None:
        """An id that no job has is refused by name."""
        assert jobs.version("nothing") is None
        with pytest.raises(NotFoundError, match="'nothing'"):
            jobs.get("nothing")

    def test_the_oldest_that_ended_are_forgotten_and_none_that_has_not(
        self, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """History is bounded; a job that still waits is kept however old it is, an old one goes with its files."""
        monkeypatch.setattr(jobs_module, "KEPT", 5)
        waiting = jobs.add("upload", names=["a.txt"])
        ended = [jobs.add("upload", names=["b.txt"]).id for _ in range(5 + 3)]
        jobs.fail(ended, "for the sake of this test")
        jobs.add("rebuild")
        assert jobs.version(ended[2]) is None
        assert jobs.version(ended[3]) is not None
        assert jobs.get(waiting.id) == waiting
        assert jobs.names(ended[2]) == []
        assert jobs.names(waiting.id) == [(0, "a.txt")]

    def test_the_files_of_a_job_are_needed_until_they_are_read(self, jobs: Jobs) -> None:
        """The bytes of an upload are needed until it is read or has failed; of an unknown job nothing can be said."""
        job, failed = jobs.add("upload", names=["a.txt"]), jobs.add("upload", names=["a.txt"])
        assert jobs.needs_files(job.id) is True
        jobs.note_change(job.id)
        jobs.fail([failed.id], "it cannot be")
        assert (jobs.needs_files(job.id), jobs.needs_files(failed.id)) == (False, False)
        assert jobs.needs_files("nothing") is None


class TestRebuildState:
    """What the jobs tell of the index."""

    def test_with_no_job_there_is_nothing_to_tell(self, jobs: Jobs) -> None:
        """A new folder has no rebuild in any state."""
        assert jobs.rebuild_state() == RebuildState()

    def test_an_upload_that_is_being_read_is_no_rebuild(self, jobs: Jobs) -> None:
        """Only once its change is in the catalog does a job ask for a rebuild."""
        job = jobs.add("upload", names=["a.txt"])
        jobs.begin([job.id], "read")
        assert jobs.rebuild_state() == RebuildState()
        jobs.note_change(job.id)
        assert jobs.rebuild_state().waiting

    def test_a_build_under_way_and_one_that_waits_are_told_together(self, jobs: Jobs) -> None:
        """While one generation is built, the stage is told, and that another was asked for."""
        job = read_and_wait(jobs)
        jobs.begin([job.id])
        jobs.progress([job.id], "embed", 3, 7)
        assert jobs.rebuild_state() == RebuildState(building=True, stage="embed", done=3, total=7)
        read_and_wait(jobs)
        assert jobs.rebuild_state() == RebuildState(building=True, waiting=True, stage="embed", done=3, total=7)

    def test_an_error_stays_until_a_rebuild_succeeds(self, jobs: Jobs) -> None:
        """A failed build is told until the next one that ends well; an upload that cannot be read changes nothing."""
        failed = read_and_wait(jobs)
        jobs.fail([failed.id], "the disk is full")
        assert jobs.rebuild_state().last_error == "the disk is full"
        unreadable = jobs.add("upload", names=["b.txt"])
        jobs.fail([unreadable.id], "b.txt is empty")
        assert jobs.rebuild_state().last_error == "the disk is full"
        done = read_and_wait(jobs)
        jobs.end([done.id], 2, embedded=4, from_cache=3)
        state = jobs.rebuild_state()
        assert (state.last_error, state.last_built) == (None, jobs.get(done.id).ended)
        assert (state.last_embedded, state.last_from_cache) == (4, 3)

    def test_the_last_build_is_the_one_that_ended_last(self, jobs: Jobs) -> None:
        """Of jobs that ended in one second, the one that was asked for last; a failed one changes nothing."""
        for embedded in (5, 0, 2):
            jobs.end([read_and_wait(jobs).id], 2, embedded=embedded)
        jobs.fail([read_and_wait(jobs).id], "the disk is full")
        assert jobs.rebuild_state().last_embedded == 2

    def test_why_a_build_failed_is_told_while_it_waits_and_while_it_is_tried_again(self, jobs: Jobs) -> None:
        """A build that is tried again by itself has the reason from the failure on, without a gap, to its success."""
        job = read_and_wait(jobs)
        jobs.hold_up([job.id], "the disk is full; it is tried again in 5 s")
        assert jobs.rebuild_state() == RebuildState(
            waiting=True, last_error="the disk is full; it is tried again in 5 s"
        )
        jobs.begin([job.id], reason="the disk is full; it is being tried again")
        assert jobs.get(job.id).reason == "the disk is full; it is being tried again"
        assert jobs.rebuild_state() == RebuildState(
            building=True, last_error="the disk is full; it is being tried again"
        )
        jobs.end([job.id], 2)
        assert (jobs.get(job.id).reason, jobs.rebuild_state().last_error) == (None, None)

    def test_who_holds_the_folder_is_told(self, jobs: Jobs) -> None:
        """A rebuild that waits for another process says so."""
        job = read_and_wait(jobs)
        jobs.hold_up([job.id], "process 7 is indexing")
        assert jobs.rebuild_state() == RebuildState(waiting=True, last_error="process 7 is indexing")


class TestFile:
    """The file that holds them."""

    def test_jobs_are_there_when_the_file_is_opened_again(self, jobs: Jobs) -> None:
        """What was asked for and what became of it outlives whoever had the file open."""
        job = read_and_wait(jobs)
        assert Jobs(jobs.path).get(job.id) == job

    def test_a_file_of_an_older_program_is_taken_over(self, tmp_path: Path) -> None:
        """Its jobs are there, without the counts that it did not keep; new ones have them; an older program goes on."""
        path = tmp_path / "old.sqlite"
        with closing(sqlite3.connect(path)) as old:
            old.executescript(OLD_FILE)
        jobs = Jobs(path)
        (job,) = jobs.newest(9)
        assert (job.id, job.state, job.generation, job.embedded, job.from_cache) == ("a", "done", 3, None, None)
        assert jobs.rebuild_state().last_embedded is None
        jobs.end([read_and_wait(jobs).id], 4, embedded=7)
        assert Jobs(path).rebuild_state().last_embedded == 7
        with closing(sqlite3.connect(path)) as old:
            old.execute(OLD_INSERT)
            old.commit()
        assert len(jobs.newest(9)) == 3

    def test_whatever_thread_notes_something_waits_for_the_disk(self, jobs: Jobs) -> None:
        """A job's progress is on the disk before its files are removed, whoever notes it: every connection flushes."""
        levels: list[int] = []
        threads = [threading.Thread(target=lambda: levels.append(jobs._row("PRAGMA synchronous")[0])) for _ in range(2)]
        for thread in threads:
            thread.start()
            thread.join()
        assert [jobs._row("PRAGMA synchronous")[0], *levels] == [2, 2, 2]  # FULL

    def test_many_threads_and_openings_may_ask_at_once(self, jobs: Jobs) -> None:
        """No job is lost when several ask at the same time."""
        asked: list[str] = []

        def ask() -> None:
            own = Jobs(jobs.path)
            asked.extend(own.add("upload", names=["a.txt"]).id for _ in range(10))
            own.close()

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {job.id for job in jobs.newest(100)} == set(asked)
        assert len(set(asked)) == 40

    def test_a_file_that_is_none_of_ours_is_refused_by_name(self, tmp_path: Path) -> None:
        """Damage is told with the file's path."""
        path = tmp_path / "jobs.sqlite"
        path.write_bytes(b"no database" * 100)
        with pytest.raises(CatalogError, match=r"jobs\.sqlite"):
            Jobs(path)
