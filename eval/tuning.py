"""Parameters of a system chosen by figures: coordinate descent on the learned half of each set, reported on the other.

Whatever fields ``System`` has can be tuned. Each set's index is opened once and each question encoded once, so that a
trial costs only its rankings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from corpus.errors import ConfigError, UsageError
from eval.harness import run_system
from eval.measures import MEASURES, score
from eval.model import Trial
from eval.progress import Watch
from eval.topics import Topics, is_learned
from indexer.generation import Generation
from search_api.config import System

Grid = Mapping[str, Sequence[Any]]
"""Field of ``System`` → the values to try, in this order."""


def parse_grid(start: System, texts: Sequence[str]) -> dict[str, list[Any]]:
    """``name=a,b,c`` each, read as values of that field's kind. Raises ConfigError."""
    names = [field.name for field in fields(start) if field.name != "name"]
    grid: dict[str, list[Any]] = {}
    for text in texts:
        name, equals, values = (piece.strip() for piece in text.partition("="))
        if name not in names or not equals:
            raise ConfigError(f"--grid {text!r}: must be name=value,value,… with a name of {', '.join(names)}")
        kind = type(getattr(start, name))
        try:
            grid[name] = [_value(value.strip(), kind) for value in values.split(",")]
        except ValueError:
            raise ConfigError(f"--grid {text!r}: a value of {name} must be of the kind {kind.__name__}") from None
        for value in grid[name]:
            replace(start, **{name: value})  # out of bounds is told before hours were spent
    if not grid:
        raise ConfigError("--grid: name at least one parameter to try")
    return grid


def climb(
    start: System, grid: Grid, rounds: int, trial: Callable[[System], Trial], watch: Watch = lambda *_: None
) -> list[Trial]:
    """Every trial made, in order; the first is of ``start``. ``best`` tells which to take.

    Coordinate descent: one parameter after the other is set to the value of its grid that scores highest with all
    others held; equal scores keep what was there. It ends after ``rounds``, or with one that changed nothing.
    """
    made = {start: trial(start)}
    here, at_most = start, 1 + rounds * sum(map(len, grid.values()))
    for _ in range(rounds):
        before = here
        for name, values in grid.items():
            for system in (replace(here, **{name: value}) for value in values):
                if system not in made:
                    made[system] = trial(system)
                    watch("trials", len(made), at_most)
            around = [here, *(replace(here, **{name: value}) for value in values)]
            here = max(around, key=lambda system: made[system].mean)
        if here == before:
            break
    return list(made.values())


def best(trials: Sequence[Trial]) -> Trial:
    """The highest; of equals the one tried first."""
    return max(trials, key=lambda trial: trial.mean)


def half(topics: Topics, learned: bool) -> Topics:
    """The set with the topics of one half. Raises UsageError where that is empty."""
    kept = {topic: grades for topic, grades in topics.qrels.items() if is_learned(topic) == learned}
    if not kept:
        raise UsageError(f"{topics.folder}: too few topics to learn on one half and report on the other")
    queries = {topic: text for topic, text in topics.queries.items() if topic in kept}
    return replace(topics, queries=queries, qrels=kept)


def try_on(sets: Sequence[tuple[Topics, Generation]], system: System) -> Trial:
    """nDCG@10 of ``system`` on each set as it is given."""
    measure = MEASURES[0]
    runs = ((topics, run_system(generation, generation.encoder, topics, system)) for topics, generation in sets)
    return Trial(system, {topics.name: score(run, topics.qrels, [measure]).means[measure] for topics, run in runs})


def _value(text: str, kind: type) -> Any:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError(text)
        return text.lower() == "true"
    return kind(text)
