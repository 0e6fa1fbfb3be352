"""Settings of the search: frozen, bounded, unknown names refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from corpus.errors import ConfigError

SystemName = Literal["bm25", "dense", "hybrid"]

MAX_QUERY_CHARS = 10_000
MAX_VIGNETTE_CHARS = 100_000
MAX_K = 100
MAX_CONDITIONS = 100
"""In one list of a request."""


@dataclass(frozen=True, slots=True)
class System:
    """How reports are ranked, as a value: it prints, hashes and parses.

    ``hybrid`` adds min-max normalised scores: ``dense_weight`` of the best passage's cosine and the rest of
    the whole report's BM25, over the best ``depth`` reports of either.
    """

    name: SystemName = "hybrid"
    dense_weight: float = 0.6
    depth: int = 200

    def __post_init__(self) -> None:
        if self.name not in get_args(SystemName):
            raise ConfigError(f"system: {self.name!r} is none of {', '.join(get_args(SystemName))}")
        if not 0 <= self.dense_weight <= 1:
            raise ConfigError(f"dense_weight: {self.dense_weight} is not in 0..1")
        if not 1 <= self.depth <= 10_000:
            raise ConfigError(f"depth: {self.depth} is not in 1..10000")

    def __str__(self) -> str:
        if self.name != "hybrid":
            return self.name
        return f"hybrid(dense_weight={self.dense_weight!r},depth={self.depth})"

    @classmethod
    def parse(cls, text: str) -> System:
        """The inverse of ``str``; parameters may be left out. Raises ConfigError."""
        match = re.fullmatch(r"\s*(\w+)\s*(?:\(([^()]*)\))?\s*", text)
        if match is None:
            raise ConfigError(f"system: {text!r} is not of the form name or name(parameter=value,…)")
        values: dict[str, float | int] = {}
        for item in filter(None, (match[2] or "").split(",")):
            name, _, value = (piece.strip() for piece in item.partition("="))
            if name not in ("dense_weight", "depth") or match[1] != "hybrid":
                raise ConfigError(f"system: {match[1]!r} has no parameter {name!r}")
            try:
                values[name] = int(value) if name == "depth" else float(value)
            except ValueError:
                raise ConfigError(f"system: {name}={value!r} is not a number") from None
        return cls(match[1], **values)  # type: ignore[arg-type]


HYBRID = System()
