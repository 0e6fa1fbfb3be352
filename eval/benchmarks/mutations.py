"""Damaged files, made from good ones. The same seed and the same base files give the same inputs."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePath

from eval.benchmarks.damage import LARGEST
from eval.benchmarks.damage_inside import operators


@dataclass(frozen=True, slots=True)
class Base:
    """A good file: its name and its bytes."""

    name: str
    data: bytes

    @property
    def format(self) -> str:
        """The ending of its name in lower case, without the dot."""
        return PurePath(self.name).suffix.lower().removeprefix(".") or "none"


@dataclass(frozen=True, slots=True)
class Input:
    """A damaged file. ``format`` is that of the base it was made from; its own ending may be another."""

    format: str
    name: str
    data: bytes
    operators: tuple[str, ...]


@dataclass(frozen=True)
class Inputs:
    """Every input of one seed, by number; each is made anew when it is asked for."""

    bases: tuple[Base, ...]
    seed: int
    _formats: dict[str, list[Base]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.bases:
            raise ValueError("inputs need at least one base file")
        formats: dict[str, list[Base]] = defaultdict(list)
        for base in self.bases:
            formats[base.format].append(base)
        object.__setattr__(self, "_formats", dict(sorted(formats.items())))

    def format_of(self, number: int) -> str:
        """The format of the base file of input ``number``: formats take turns."""
        return list(self._formats)[number % len(self._formats)]

    def __getitem__(self, number: int) -> Input:
        """Input ``number``: one to four operators on one of its format's files."""
        rng = random.Random(f"{self.seed}:{number}")
        base = rng.choice(self._formats[self.format_of(number)])
        data, name = base.data, base.name
        applied: list[str] = []
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
            operator = rng.choice(operators(data))
            data = operator(rng, data, [rng.choice(self.bases).data])[:LARGEST]
            applied.append(operator.__name__)
        if rng.random() < 0.08:
            name = str(PurePath(name).with_suffix(PurePath(rng.choice(self.bases).name).suffix))
            applied.append("wrong_ending")
        return Input(base.format, name, data, tuple(applied))
