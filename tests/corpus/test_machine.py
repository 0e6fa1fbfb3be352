"""What a process may use of the machine."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from corpus.machine import cores

ASK = [sys.executable, "-c", "from corpus.machine import cores; print(cores())"]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not bind processes to cores")
def test_cores_are_those_that_the_process_was_granted() -> None:
    """A process that was bound to one core counts one, however many the machine has."""
    one = {min(os.sched_getaffinity(0))}
    told = subprocess.run(ASK, capture_output=True, check=True, preexec_fn=lambda: os.sched_setaffinity(0, one))
    assert told.stdout.strip() == b"1"


def test_there_is_at_least_one_core() -> None:
    """Something runs this."""
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_a_system_that_does_not_tell_which_cores_tells_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``sched_getaffinity`` all cores count, and one where even that is unknown."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert cores() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1
