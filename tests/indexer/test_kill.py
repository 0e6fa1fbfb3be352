"""A process killed at any point leaves the previous generation served, and the next one finishes its work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MOMENTS = 15
WRITING = {"publish", "switch", "fill", "_sort", "write_segment", "link", "prune"}
Kill = dict[str, Any]


def killed(place: Path, functions: list[str], moments: int = MOMENTS) -> list[Kill]:
    """What was left after each kill (see ``killing``)."""
    command = [sys.executable, "-m", "tests.indexer.killing", str(place), str(moments), *functions]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> list[Kill]:
    """Kills in the functions that write and switch, and at random moments."""
    return killed(tmp_path_factory.mktemp("kill"), sorted(WRITING))


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
    assert sum(kill["where"].startswith("moment") for kill in kills) == MOMENTS
    assert len({kill["kept"] for kill in kills}) >= 2
    assert {kill["served"]["generation"] for kill in kills} == {1, 2}


def test_a_kill_leaves_the_previous_generation_and_costs_no_embedding_twice(kills: list[Kill]) -> None:
    """The same question gets the same answer as before; the next run finishes and embeds only what is not kept."""
    check(kills)


def test_the_switch_is_one_step(kills: list[Kill]) -> None:
    """Until CURRENT is replaced the old generation is served, from then on the new one."""
    steps = [kill["served"]["generation"] for kill in kills if not kill["where"].startswith("moment")]
    assert steps == sorted(steps)
    assert {kill["served"]["generation"] for kill in kills if kill["where"].startswith("fill")} == {1}


@pytest.mark.slow
def test_a_hundred_kills_at_random_moments_do_no_harm(tmp_path: Path) -> None:
    """The same holds wherever chance puts the kill."""
    kills = killed(tmp_path, ["publish"], moments=100)
    assert sum(kill["where"].startswith("moment") for kill in kills) == 100
    check(kills)


@pytest.mark.slow
def test_a_kill_at_any_line_does_no_harm(tmp_path: Path) -> None:
    """The same holds at every line of the whole indexer."""
    kills = killed(tmp_path, [])
    assert len(kills) > 150
    check(kills)
