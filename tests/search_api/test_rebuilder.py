from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from indexer.build import is_behind
from indexer.encoders.base import Encoder
from indexer.encoders.choice import OneEncoder
from indexer.errors import EncoderError, GenerationError
from indexer.folder import DataFolder
from indexer.history import rollback
from search_api import rebuilder as rebuilder_module
from search_api.jobs import Job, Jobs
from search_api.rebuilder import Rebuilder
from tests.fakes import Indexed, indexed


class Bench:
    """An indexed folder with jobs, and a rebuilder whose encoder can be had unless ``trouble`` says why not."""

    def __init__(self, root: Path) -> None:
        self.small = indexed(root)
        self.jobs = Jobs(root / "jobs.sqlite")
        self.trouble: Exception | None = None
        self.attempts = 0
        self.unopened: Exception | None = None
        self.swapped: list[list[str]] = []
        self.meanwhile: Callable[[], object] = lambda: None
        folder, catalog = self.small.folder, self.small.catalog
        self.rebuilder = Rebuilder(
            folder, catalog, self.jobs, self._encoder, self._swap, lambda: is_behind(folder, catalog), lambda: False
        )

    def _encoder(self) -> Encoder:
        self.attempts += 1
        self.meanwhile()
        if self.trouble is not None:
            raise self.trouble
        return self.small.encoder

    def _swap(self) -> None:
        self.swapped.append([job.state for job in self.jobs.newest(99)])
        if self.unopened is not None:
            raise self.unopened

    def ask(self, *, force: bool = False) -> Job:
        """A job that waits for the index, as it stands after one step."""
        job = self.jobs.add("rebuild", force=force)
        self.rebuilder.step()
        return self.jobs.get(job.id)

    def serve(self, number: int) -> None:
        """Go back, or forward, to a generation."""
        rollback(self.small.folder, number, self.small.catalog, OneEncoder(self.small.encoder))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A folder whose catalog is a report ahead of its index."""
    made = Bench(tmp_path)
    made.small.put({"nun": "A nun had hiccups."})
    return made


@pytest.fixture
def two(bench: Bench) -> Bench:
    """A folder with two generations and nothing to index."""
    bench.small.build()
    return bench


class TestTryingAgain:
    """A build that failed."""

    def test_jobs_wait_with_the_reason_and_are_done_when_it_goes_through(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody need ask again: as soon as what was in the way is gone, the same jobs are done."""
        monkeypatch.setattr(rebuilder_module, "_RETRY_S", (0.0, 0.0))
        bench.trouble = EncoderError("the model is not there: install it")
        for _ in range(3):
            job = bench.ask()
            assert job.state == "waiting"
            assert job.reason == "the model is not there: install it; it is tried again in 0 s"
        bench.trouble = None
        assert bench.rebuilder.step()
        assert [(job.state, job.generation, job.reason) for job in bench.jobs.newest(9)] == [("done", 2, None)] * 3

    def test_the_pause_grows_to_a_minute_and_begins_anew_after_a_success(self, bench: Bench) -> None:
        """Five seconds, doubled each time: what lasts is not tried too often, what passes is met soon."""
        bench.trouble = OSError(28, "No space left on device")
        pauses = [(bench.ask().reason or "").rpartition(" in ")[2] for _ in range(6)]
        assert pauses == ["5 s", "10 s", "20 s", "40 s", "60 s", "60 s"]
        bench.trouble = None
        assert bench.ask().state == "done"
        bench.small.put({"monk": "A monk had measles."})
        bench.trouble = OSError(28, "No space left on device")
        assert (bench.ask().reason or "").endswith("in 5 s")

    def test_nothing_is_tried_before_its_time_unless_somebody_asks(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A step during the pause returns at once without an attempt; a new job is a reason to try at once."""
        monkeypatch.setattr(rebuilder_module, "_RETRY_S", (3600.0, 3600.0))
        bench.trouble = RuntimeError("the secret inside")
        bench.ask()
        assert [bench.rebuilder.step() for _ in range(3)] == [False] * 3
        assert bench.attempts == 1
        bench.ask()
        assert bench.attempts == 2
        assert all("RuntimeError" in (job.reason or "") for job in bench.jobs.newest(9))
        assert not any("secret" in (job.reason or "") for job in bench.jobs.newest(9))

    def test_while_it_is_tried_again_the_reason_is_still_told(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever looks in the middle of the second attempt sees why the first failed."""
        monkeypatch.setattr(rebuilder_module, "_RETRY_S", (0.0, 0.0))
        seen: list[str | None] = []
        bench.meanwhile = lambda: seen.append(bench.jobs.rebuild_state().last_error)
        bench.trouble = EncoderError("not yet")
        bench.ask()
        bench.trouble = None
        bench.rebuilder.step()
        assert seen == [None, "not yet; it is being tried again"]

    def test_where_the_index_lacks_nothing_a_failure_is_the_end(self, two: Bench) -> None:
        """A forced build that cannot be made is told to whoever asked; nothing is tried behind their back."""
        two.trouble = EncoderError("the model is not there")
        job = two.ask(force=True)
        assert (job.state, job.reason) == ("failed", "the model is not there")
        assert not two.rebuilder.step()


class TestServing:
    """What was built is served before anybody is told so."""

    def test_a_job_is_done_only_when_what_was_built_is_served(self, bench: Bench) -> None:
        """While this process swaps, the job is still at work."""
        assert bench.ask().state == "done"
        assert bench.swapped == [["running"]]

    def test_what_cannot_be_served_fails_with_the_reason(self, bench: Bench) -> None:
        """Nobody is told that a search finds what none does; the build itself is kept, and not made again."""
        bench.unopened = GenerationError("generation 2 cannot be opened by this server (too many open files)")
        job = bench.ask()
        assert (job.state, job.reason, job.generation) == ("failed", str(bench.unopened), None)
        assert not bench.rebuilder.step()
        bench.unopened = None
        assert (bench.ask().state, bench.small.folder.current_generation()) == ("done", 2)


class TestAfterARollback:
    """An older generation is served because somebody chose it."""

    def test_the_job_names_it_and_the_way_forward(self, two: Bench) -> None:
        """Bringing the index up to the catalog keeps what was chosen, and says so."""
        two.serve(1)
        job = two.ask()
        assert (job.state, job.generation) == ("done", 1)
        forward = f"`casetrove rollback 2 --data {two.small.folder.root}`"
        assert f"was chosen by a rollback: see {forward}" in (job.reason or "")

    def test_what_a_job_tells_is_of_one_moment(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """Somebody who goes back as soon as the folder is free changes nothing of what the build before has told."""
        real = DataFolder.lock

        @contextmanager
        def then_back(folder: DataFolder) -> Iterator[None]:
            with real(folder):
                yield
            bench.serve(1)

        monkeypatch.setattr(DataFolder, "lock", then_back)
        job = bench.ask()
        assert (job.generation, job.reason) == (2, None)
        assert bench.small.folder.current_generation() == 1

    def test_a_forced_build_is_refused_as_compacting_is(self, two: Bench) -> None:
        """It would undo the rollback; the reason says how to go forward first, and then it goes through."""
        two.serve(1)
        job = two.ask(force=True)
        forward = f"`casetrove rollback 2 --data {two.small.folder.root}`"
        advice = f"generation 1 is served by a rollback: run {forward} first, then ask again"
        assert (job.state, job.reason, two.attempts) == ("failed", advice, 0)
        assert two.small.folder.current_generation() == 1
        two.serve(2)
        assert two.ask(force=True).generation == 3

    def test_a_refusal_holds_up_no_other_job(self, two: Bench) -> None:
        """A change that waits at the same time is indexed, which ends the rollback as any change does."""
        two.serve(1)
        two.small.put({"monk": "A monk had measles."})
        forced, other = two.jobs.add("rebuild", force=True), two.jobs.add("rebuild")
        while two.rebuilder.step():
            pass
        assert two.jobs.get(forced.id).state == "failed"
        assert (two.jobs.get(other.id).generation, two.jobs.get(other.id).reason) == (3, None)

    @pytest.mark.parametrize("force", [False, True])
    def test_where_nobody_knows_what_is_served_a_build_mends_it(self, two: Bench, force: bool) -> None:
        """A damaged CURRENT is no rollback."""
        two.small.folder.current.write_text("noise", encoding="ascii")
        assert two.ask(force=force).state == "done"
        assert two.small.folder.current_generation() == (3 if force else 2)


def test_what_another_process_holds_is_waited_for(bench: Bench) -> None:
    """That is no failure: the job names the holder, and is done as soon as the folder is free."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with DataFolder(bench.small.folder.root).lock():
            held.set()
            free.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    job = bench.ask()
    free.set()
    holder.join()
    assert (job.state, bench.attempts) == ("waiting", 0)
    assert "is being indexed by process" in (job.reason or "")
    assert bench.rebuilder.step()
    assert bench.jobs.get(job.id).state == "done"


def test_nothing_to_do_is_told(small: Indexed) -> None:
    """Without a job there is no build, however far the catalog is ahead."""
    jobs = Jobs(small.folder.root / "jobs.sqlite")
    assert not Rebuilder(
        small.folder, small.catalog, jobs, lambda: small.encoder, lambda: 0, lambda: True, lambda: False
    ).step()
