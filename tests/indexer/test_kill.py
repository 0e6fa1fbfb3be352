"""A process killed at any point leaves the previous generation served, and the next one finishes its work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.indexer.killing import KILLED, WATCHED, forked

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MOMENTS = 10
WRITING = {"publish", "switch", "fill", "_sort", "write_segment", "link", "prune", "flush"}
Kill = dict[str, Any]


def killed(place: Path, names: Iterable[str], moments: int = MOMENTS, kind: str = "exact") -> list[Kill]:
    """What was left after each kill (see ``killing``)."""
    command = [sys.executable, "-m", "tests.indexer.killing", str(place), kind, str(moments), *sorted(names)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}  # starting threads takes longer than what they do here
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> list[Kill]:
    """Kills in the functions that write and switch, and at random moments."""
    return killed(tmp_path_factory.mktemp("kill"), WRITING)


def check(kills: list[Kill]) -> None:
    """What holds after every kill, wherever it fell."""
    for kill in kills:
        before, after = kills[0]["served"], kills[0]["finished"]
        served, where = kill["served"], kill["where"]
        assert served in (before, after), where
        assert kill["finished"]["ranked"] == after["ranked"], where
        assert kill["finished"]["texts"] == after["texts"], where
        assert kill["embedded"] == kill["all"] - kill["kept"], where
        assert kill["stray"] == [], where
        assert "error" not in kill["diagnosis"], where
        assert kill["healed"] == [], where


def test_the_kills_cover_the_writing(kills: list[Kill]) -> None:
    """There are kills before the first embedding, between batches, in every step of the writing, and after it."""
    functions = {kill["where"].partition(":")[0] for kill in kills}
    assert functions >= WRITING
    assert sum(kill["where"] == "moment" for kill in kills) == MOMENTS
    assert len({kill["kept"] for kill in kills}) == 3
    assert {kill["served"]["generation"] for kill in kills} == {1, 2}


def test_a_kill_leaves_the_previous_generation_and_costs_no_embedding_twice(kills: list[Kill]) -> None:
    """The same question gets the same answer as before; the next run finishes and embeds only what is not kept."""
    check(kills)


def test_the_switch_is_one_step(kills: list[Kill]) -> None:
    """Until CURRENT is replaced the old generation is served, from then on the new one."""
    steps = [kill["served"]["generation"] for kill in kills if kill["where"] != "moment"]
    assert steps == sorted(steps)
    assert {kill["served"]["generation"] for kill in kills if kill["where"].startswith("fill")} == {1}


def test_a_hundred_kills_at_random_moments_do_no_harm(tmp_path: Path) -> None:
    """The same holds wherever chance puts the kill: a hundred indexers that were at work, not one that had ended."""
    kills = killed(tmp_path, ["publish"], moments=100)
    by_chance = [kill for kill in kills if kill["where"] == "moment"]
    assert len(by_chance) == 100
    assert len({kill["kept"] for kill in by_chance}) == 3
    check(kills)


def test_a_kill_at_any_line_does_no_harm(tmp_path: Path) -> None:
    """The same holds at every line of the whole indexer."""
    kills = killed(tmp_path, [])
    assert len(kills) > 150
    assert {kill["module"] for kill in kills} == {*WATCHED, None} - {"training.py"}
    check(kills)


def test_a_kill_while_a_vector_index_is_trained_does_no_harm(tmp_path: Path) -> None:
    """The same holds at every line of the training, and an index that is trained again is the same index."""
    kills = killed(tmp_path, ["training.py", "files.py"], kind="trained")
    steps = [kill for kill in kills if kill["where"] != "moment"]
    assert {kill["module"] for kill in steps} == {"training.py", "files.py"}
    assert {kill["served"]["generation"] for kill in steps} == {1}
    assert len(steps) > 100
    check(kills)


def test_an_indexer_that_ends_by_itself_is_no_kill(capfd: pytest.CaptureFixture[str]) -> None:
    """What it gives is given; where it raises, or dies of another signal, the run ends and says why."""
    assert forked(lambda: [1, 2]) == [1, 2]
    assert forked(lambda: os.kill(os.getpid(), signal.SIGKILL)) == KILLED
    assert forked(lambda: signal.pause(), kill_after=0.01) == KILLED
    with pytest.raises(SystemExit, match="a fork failed"):
        forked(lambda: 1 / 0)
    assert "ZeroDivisionError" in capfd.readouterr().err
    with pytest.raises(SystemExit, match="a fork failed"):
        forked(lambda: os.kill(os.getpid(), signal.SIGTERM))
