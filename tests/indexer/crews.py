"""Crews and encoders for tests; what workers of a cluster import must stand in a module of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from indexer.crew.base import OwnCrew
from indexer.encoders.base import Embedded, Encoder, Kind, Vectors
from indexer.encoders.hashing import HashingEncoder

PATIENCE_S = 120.0


def until(come: Path) -> None:
    """Wait for a file, not for ever."""
    end = time.monotonic() + PATIENCE_S
    while not come.exists():
        assert time.monotonic() < end, f"{come} never came"
        time.sleep(0.02)


def gone() -> None:
    """Ends the process that it runs in."""
    os._exit(3)


class AnyOrder(OwnCrew):
    """Takes up to ``width`` windows before it gives any, the last one first; after ``stops_after`` windows it fails."""

    def __init__(self, width: int, stops_after: int | None = None) -> None:
        self.width, self.stops_after = width, stops_after
        self.order: list[int] = []

    def embed(self, encoder: Encoder, windows: Iterator[Sequence[str]]) -> Iterator[Embedded]:
        """Each window once."""
        numbered = enumerate(windows)
        while some := list(islice(numbered, self.width)):
            for number, window in reversed(some):
                if len(self.order) == self.stops_after:
                    raise RuntimeError("the power went")
                self.order.append(number)
                yield Embedded(number, encoder.encode(window), 1.0)


class Forgetful(OwnCrew):
    """Loses the second window."""

    def embed(self, encoder: Encoder, windows: Iterator[Sequence[str]]) -> Iterator[Embedded]:
        """All but one."""
        return (each for each in super().embed(encoder, windows) if each.number != 1)


class WatchedEncoder(HashingEncoder):
    """Leaves a file in ``folder`` when it begins a window and one when it has ended, named after the window and the

    process; a window whose text holds ``held`` waits for the file ``go`` in between.
    """

    def __init__(self, folder: Path, held: str = "") -> None:
        super().__init__(dimensions=16)
        self.folder, self.held = folder, held

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As its parent does."""
        window = blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()
        (self.folder / f"begun-{window}-{os.getpid()}").touch()
        if self.held and any(self.held in text for text in texts):
            until(self.folder / "go")
        (self.folder / f"ended-{window}-{os.getpid()}").touch()
        return super().encode(texts, kind)


class OtherEncoder(HashingEncoder):
    """Another encoder wherever it is carried to, as where a node has another version of a package."""

    def __reduce__(self) -> tuple[type[HashingEncoder], tuple[int]]:
        return HashingEncoder, (8,)
