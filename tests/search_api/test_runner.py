from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import ConfigError
from search_api import runner as runner_module
from search_api.runner import Runner

HOLD = """
import fcntl, sys, time
lock = open(sys.argv[1], "a")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(600)
"""


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until ``condition`` holds; far beyond what it takes, fail."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


class Work:
    """Things to do, and what was done by whom; ``runner`` takes them."""

    def __init__(self, lock: Path) -> None:
        self.to_do: list[object] = []
        self.done: list[object] = []
        self.prepared = 0
        self.left: list[str] = []
        self.runner = Runner(lock, {"test-work": self.step}, self.prepare, self.leave)

    def prepare(self) -> None:
        """Count the calls."""
        self.prepared += 1

    def leave(self) -> None:
        """Note who left."""
        self.left.append(threading.current_thread().name)

    def step(self) -> bool:
        """Do the next thing; an error among them is raised."""
        if not self.to_do:
            return False
        thing = self.to_do.pop(0)
        if isinstance(thing, Exception):
            raise thing
        self.done.append(thing)
        return True


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    made = Work(tmp_path / "lock")
    yield made
    made.runner.stop()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Work]:
    """Another over the same lock."""
    made = Work(tmp_path / "lock")
    yield made
    made.runner.stop()


def test_steps_are_taken_until_there_is_nothing_to_do_and_again_when_there_is(work: Work) -> None:
    """What is there at the start is done in order; what comes later, when the thread is woken or looks."""
    work.to_do += [1, 2, 3]
    work.runner.start()
    wait_until(lambda: work.done == [1, 2, 3])
    work.to_do.append(4)
    work.runner.wake()
    wait_until(lambda: work.done == [1, 2, 3, 4])
    work.to_do.append(5)
    wait_until(lambda: work.done == [1, 2, 3, 4, 5])


def test_what_is_prepared_comes_before_the_first_step(work: Work) -> None:
    """Preparing is done when ``start`` returns."""
    work.runner.start()
    assert work.prepared == 1


def test_an_error_ends_no_thread(work: Work, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A step that fails is logged, and the next is taken a little later."""
    monkeypatch.setattr(runner_module, "_TROUBLE_S", 0.01)
    work.to_do += [RuntimeError("bad luck"), "after"]
    work.runner.start()
    wait_until(lambda: work.done == ["after"])
    assert "bad luck" in caplog.text


def test_stopping_ends_the_threads_each_of_which_takes_its_leave(work: Work) -> None:
    """After ``stop`` no thread is left, and nothing more is done."""
    work.runner.start()
    assert not work.runner.is_stopping
    work.runner.stop()
    assert work.runner.is_stopping
    assert work.left == ["test-work"]
    assert "test-work" not in [thread.name for thread in threading.enumerate()]
    work.to_do.append(1)
    work.runner.wake()
    assert work.done == []


def test_it_can_be_started_again(work: Work) -> None:
    """A runner that was stopped begins anew."""
    work.runner.start()
    work.runner.stop()
    work.to_do.append(1)
    work.runner.start()
    wait_until(lambda: work.done == [1])
    assert work.prepared == 2


def test_stopping_what_never_began_is_no_error(work: Work) -> None:
    """``stop`` without ``start``, or twice, does nothing."""
    work.runner.stop()
    work.runner.stop()


def test_only_one_at_a_time_works_and_the_next_takes_over_when_it_stops(work: Work, other: Work) -> None:
    """A second runner over the same lock does nothing until the first has ended."""
    work.runner.start()
    other.to_do.append(1)
    other.runner.start()
    work.to_do.append("mine")
    wait_until(lambda: work.done == ["mine"])
    assert (other.prepared, other.done) == (0, [])
    work.runner.stop()
    wait_until(lambda: other.done == [1])
    assert other.prepared == 1


def test_one_that_waits_can_be_stopped(work: Work, other: Work) -> None:
    """Waiting to take over does not keep a process from ending."""
    work.runner.start()
    other.runner.start()
    other.runner.stop()
    assert other.prepared == 0
    assert other.left == ["casetrove-succeed"]


def test_a_process_that_is_killed_leaves_its_place(work: Work, tmp_path: Path) -> None:
    """However the process that works ends, another takes over: the lock ends with it."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        work.to_do.append(1)
        work.runner.start()
        assert work.prepared == 0
    finally:
        holder.kill()
        holder.communicate()
    wait_until(lambda: work.done == [1])


def test_a_start_that_cannot_prepare_fails_and_leaves_its_place(
    work: Work, other: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error while preparing reaches who starts, and another may begin."""

    def broken() -> None:
        raise ConfigError("nothing works")

    monkeypatch.setattr(work.runner, "_prepare", broken)
    with pytest.raises(ConfigError):
        work.runner.start()
    other.runner.start()
    assert other.prepared == 1


def test_one_that_cannot_take_over_tries_again(work: Work, other: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """A successor whose preparing fails at first goes on trying."""
    monkeypatch.setattr(runner_module, "_TROUBLE_S", 0.01)
    tries: list[int] = []

    def broken_at_first() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not yet")

    monkeypatch.setattr(other.runner, "_prepare", broken_at_first)
    other.to_do.append(1)
    work.runner.start()
    other.runner.start()
    work.runner.stop()
    wait_until(lambda: other.done == [1])
    assert len(tries) == 2


def test_a_lock_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Where the folder is missing or closed, the error says which."""
    with pytest.raises(ConfigError, match="nowhere"):
        Work(tmp_path / "nowhere" / "lock").runner.start()
