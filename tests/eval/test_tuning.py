"""Parameters are chosen on one half of the topics, whatever they are, and reported on the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from corpus.errors import ConfigError, UsageError
from eval import commands
from eval.commands import app
from eval.harness import index_set, run_system
from eval.model import Trial
from eval.remembering import Remembering
from eval.topics import is_learned, load
from eval.tuning import best, climb, half, parse_grid, try_on
from indexer.encoders.base import Kind, Vectors
from indexer.encoders.hashing import HashingEncoder
from search_api.config import System

WriteSet = Callable[..., Path]


class Counting(HashingEncoder):
    """Counts the questions that it had to encode."""

    questions = 0

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As the encoder it stands for."""
        self.questions += len(texts) if kind == "query" else 0
        return super().encode(texts, kind)


def hill(weight: float, depth: int) -> Callable[[System], Trial]:
    """Scores that are highest at this weight and depth."""

    def trial(system: System) -> Trial:
        away = abs(system.dense_weight - weight) + abs(system.depth - depth) / 1000
        return Trial(system, {"s": 1 - away, "t": 1 - away})

    return trial


@pytest.fixture
def many(write_set: WriteSet) -> Path:
    """Twelve cases, twelve topics: some in either half."""
    drugs = [f"drug{letter}" for letter in "abcdefghijkl"]
    return write_set(
        {f"d{at}": f"Case {at}. The patient was given {drug}." for at, drug in enumerate(drugs)},
        {f"q{at}": f"who was given {drug}" for at, drug in enumerate(drugs)},
        {f"q{at}": {f"d{at}": 1} for at in range(12)},
        name="many",
    )


# ---- the grid -------------------------------------------------------------------------------------


def test_a_grid_is_read_as_the_fields_are() -> None:
    """Weights are numbers, depths whole numbers; the order is kept."""
    grid = parse_grid(System(), ["depth=100, 50", "dense_weight=0.5,1"])
    assert grid == {"depth": [100, 50], "dense_weight": [0.5, 1.0]}
    assert list(grid) == ["depth", "dense_weight"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("height=3", "dense_weight"), ("name=bm25", "must be name="), ("dense_weight", "must be name="),
        ("depth=1.5", "kind int"), ("dense_weight=", "kind float"), ("dense_weight=0.5,2", "not in 0..1"),
    ],
)  # fmt: skip
def test_a_grid_that_cannot_be_tried_is_refused_at_once(text: str, told: str) -> None:
    """Unknown names, values of another kind, values out of bounds."""
    with pytest.raises(ConfigError, match=told):
        parse_grid(System(), [text])


def test_an_empty_grid_is_refused() -> None:
    """There is nothing to choose."""
    with pytest.raises(ConfigError, match="--grid"):
        parse_grid(System(), [])


# ---- climbing -------------------------------------------------------------------------------------


def test_the_highest_of_a_plain_hill_is_found() -> None:
    """One parameter after the other, each set to its best."""
    grid = {"dense_weight": [0.1, 0.3, 0.5], "depth": [50, 100]}
    trials = climb(System(), grid, 2, hill(0.3, 100))
    assert best(trials).system == System(dense_weight=0.3, depth=100)
    assert trials[0].system == System()


def test_no_system_is_tried_twice_and_a_round_without_change_is_the_last() -> None:
    """What was scored is remembered: five values make five trials beside the start."""
    asked: list[System] = []

    def trial(system: System) -> Trial:
        asked.append(system)
        return hill(0.3, 100)(system)

    climb(System(), {"dense_weight": [0.1, 0.3, 0.5], "depth": [50, 100]}, 10, trial)
    assert len(asked) == len(set(asked)) <= 1 + 3 + 2 + 3 + 2


def test_equal_scores_keep_what_was_there() -> None:
    """Nothing is changed for nothing."""
    trials = climb(System(), {"dense_weight": [0.1, 0.9]}, 2, lambda system: Trial(system, {"s": 0.5}))
    assert best(trials).system == System()


@given(st.floats(0, 1), st.integers(1, 500), st.lists(st.floats(0, 1), min_size=1, max_size=4, unique=True))
def test_the_best_is_never_below_the_start(weight: float, depth: int, values: list[float]) -> None:
    """Wherever the hill stands, tuning does not make it worse."""
    trials = climb(System(), {"dense_weight": values}, 2, hill(weight, depth))
    assert best(trials).mean >= trials[0].mean
    assert best(trials).mean == max(
        hill(weight, depth)(replace(System(), dense_weight=v)).mean for v in [*values, System().dense_weight]
    )


def test_progress_is_told_trial_by_trial() -> None:
    """How many were made, of how many at most."""
    seen: list[tuple[str, int, int]] = []
    climb(System(), {"depth": [50, 150]}, 1, hill(0.3, 100), lambda *told: seen.append(told))
    assert seen == [("trials", 2, 3), ("trials", 3, 3)]


# ---- sets and halves ------------------------------------------------------------------------------


def test_halves_of_a_set_have_their_topics_and_all_documents(many: Path) -> None:
    """The corpus stays whole: only what is asked is parted."""
    topics = load(many)
    learned, other = half(topics, True), half(topics, False)
    assert {**learned.queries, **other.queries} == dict(topics.queries)
    assert all(is_learned(topic) for topic in learned.qrels)
    assert not any(is_learned(topic) for topic in other.qrels)
    assert len(list(learned.documents())) == 12


def test_a_set_without_a_second_half_is_refused(write_set: WriteSet) -> None:
    """One topic cannot be learned on and reported on."""
    topics = load(write_set({"a": "A viper bite."}, {"q": "viper"}, {"q": {"a": 1}}))
    with pytest.raises(UsageError, match="too few topics"):
        half(topics, not is_learned("q"))


def test_a_question_is_encoded_once_however_many_trials_ask_it(many: Path, tmp_path: Path) -> None:
    """And the rankings are those of the encoder itself."""
    plain, counting = HashingEncoder(), Counting()
    topics = load(many)
    generation = index_set(topics, Remembering(counting), tmp_path)
    for weight in (0.2, 0.4, 0.8):
        system = System(dense_weight=weight)
        found = run_system(generation, generation.encoder, topics, system)
        assert found == run_system(index_set(topics, plain, tmp_path), plain, topics, system)
    assert counting.questions == 12


def test_what_is_remembered_is_what_the_encoder_gives() -> None:
    """Order and repetition of texts are kept; passages and lengths go through."""
    plain, remembering = HashingEncoder(), Remembering(HashingEncoder())
    texts = ["viper bite", "dengue", "viper bite"]
    remembering.encode(["dengue"], "query")
    assert np.array_equal(remembering.encode(texts, "query"), plain.encode(texts, "query"))
    assert np.array_equal(remembering.encode(texts), plain.encode(texts))
    assert remembering.token_spans(texts) == plain.token_spans(texts)
    assert remembering.info == plain.info


def test_a_trial_scores_each_set_and_averages_them(many: Path, tiny: Path, tmp_path: Path) -> None:
    """Sets count alike, however many topics they have."""
    encoder = HashingEncoder()
    sets = [(topics, index_set(topics, encoder, tmp_path)) for topics in (load(many), load(tiny))]
    trial = try_on(sets, System())
    assert list(trial.by_set) == ["many", "tiny"]
    assert trial.mean == pytest.approx(sum(trial.by_set.values()) / 2)
    assert trial.as_json() == {"system": str(System()), "mean": trial.mean, "sets": trial.by_set}


# ---- the command ----------------------------------------------------------------------------------


def test_tune_prints_every_trial_and_the_other_half(
    many: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a table for a person and as JSON for a program."""
    monkeypatch.setattr(commands, "encoder", HashingEncoder)
    arguments = ["tune", str(many), "--grid", "dense_weight=0,1", "--rounds", "1", "--data", str(tmp_path / "data")]
    result = CliRunner().invoke(app, [*arguments, "--json"])
    told = json.loads(result.stdout)
    assert [trial["system"] for trial in told["trials"]] == [
        str(System()), str(System(dense_weight=0.0)), str(System(dense_weight=1.0)),
    ]  # fmt: skip
    assert told["chosen"][0]["mean"] == max(trial["mean"] for trial in told["trials"])
    assert told["other_half"][0]["system"] == str(System())
    drawn = " ".join(CliRunner().invoke(app, arguments).stdout.split())
    assert "learned half" in drawn
    assert "other half" in drawn
    assert "dense_weight=1.0" in drawn


def test_tune_refuses_a_wrong_grid_before_anything_is_loaded(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The encoder was not touched."""
    monkeypatch.setattr(commands, "encoder", lambda: pytest.fail("the encoder was loaded"))
    assert isinstance(CliRunner().invoke(app, ["tune", str(many), "--grid", "x=1"]).exception, ConfigError)
    assert CliRunner().invoke(app, ["tune", str(many)]).exit_code == 2
