"""Crews and encoders for tests; what workers of a cluster import must stand in a module of its own."""

from __future__ import annotations

import os
import pickle
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from hashlib import blake2b
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from corpus.cases.side_by_side import SideBySide
from corpus.model import Report
from corpus.readers.base import Options, Read
from indexer.crew import tasks
from indexer.crew.base import OwnCrew
from indexer.encoders.base import Embedded, Encoder, Kind, Vectors
from indexer.encoders.hashing import HashingEncoder

PATIENCE_S = 120.0


def until(folder: Path, come: str) -> Path:
    """Wait for a file whose name is like ``come``, not for ever."""
    end = time.monotonic() + PATIENCE_S
    while not (found := list(folder.glob(come))):
        assert time.monotonic() < end, f"{folder / come} never came"
        time.sleep(0.02)
    return found[0]


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


class Processes:
    """The tasks of a cluster, done by processes of this machine: what a cluster of one's own has to do, and no more.

    A window whose process went is given again; it alone, for each process has one.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self._pools = [_one() for _ in range(width)]

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *error: object) -> None:
        for pool in self._pools:
            pool.shutdown()

    def readers(self, options: Options) -> _Reading:
        """One file at a time in each process."""
        return _Reading(self._pools, options)

    def cases(self, expected: int) -> SideBySide:
        """A helper for each process."""
        return SideBySide(expected, [_Helper(pool) for pool in self._pools])

    def embed(self, encoder: Encoder, windows: Iterator[Sequence[str]]) -> Iterator[Embedded]:
        """As each process is done."""
        packed, numbered = pickle.dumps(encoder), enumerate(windows)
        under_way: dict[Future[tuple[Vectors, float]], tuple[int, int, list[str]]] = {}

        def give(at: int, number: int, window: list[str]) -> None:
            under_way[self._pools[at].submit(tasks.embed, encoder.info.fingerprint, packed, window)] = (
                at,
                number,
                window,
            )

        for at, (number, window) in zip(range(self.width), numbered, strict=False):
            give(at, number, list(window))
        while under_way:
            for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                at, number, window = under_way.pop(done)
                try:
                    vectors, seconds = done.result()
                except BrokenProcessPool:
                    self._pools[at] = _one()
                    give(at, number, window)
                    continue
                yield Embedded(number, vectors, seconds)
                if each := next(numbered, None):
                    give(at, each[0], list(each[1]))


class _Reading:
    """Reads files in the processes, in turn."""

    def __init__(self, pools: Sequence[ProcessPoolExecutor], options: Options) -> None:
        self.width = len(pools)
        self._pools, self._options, self._given = pools, options, 0

    def __enter__(self) -> _Reading:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing of its own goes on."""

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """All of the file at once."""
        self._given += 1
        pool = self._pools[self._given % self.width]
        answers = pool.submit(_all, tasks.program(), data, name, self._options)

        def reads() -> Iterator[Read]:
            for kind, content in answers.result():
                if kind == "error":
                    raise content
                yield from content

        return reads()


class _Helper:
    """Reads cases in one of the processes."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        self._given: deque[Future[bytes]] = deque()

    @property
    def is_busy(self) -> bool:
        return len(self._given) >= 2

    def give(self, report: Report) -> None:
        """One more to read."""
        self._given.append(self._pool.submit(tasks.cases_of, tasks.program(), report))

    def answer(self) -> bytes:
        """Of the one that was given first."""
        return self._given.popleft().result()

    def end(self) -> None:
        """What is under way is not wanted."""
        for each in self._given:
            each.cancel()


def _one() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _all(*arguments: Any) -> list[tasks.Answer]:
    return list(tasks.read(*arguments))


class WatchedEncoder(HashingEncoder):
    """Leaves a file in ``folder`` when it begins a window and one when it has ended, named after the window and the

    process; in between, a window whose text has ``held`` leaves one, too, and waits for the file ``go``.
    """

    def __init__(self, folder: Path, held: str = "") -> None:
        super().__init__(dimensions=16, max_tokens=253)  # a fingerprint that no other encoder of the tests has
        self.folder, self.held = folder, held

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As its parent does."""
        window = blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()
        (self.folder / f"begun-{window}-{os.getpid()}").touch()
        if self.held and any(self.held in text for text in texts):
            (self.folder / f"held-{window}-{os.getpid()}").touch()
            until(self.folder, "go")
        (self.folder / f"ended-{window}-{os.getpid()}").touch()
        return super().encode(texts, kind)


class OtherEncoder(HashingEncoder):
    """Another encoder wherever it is carried to, as where a node has another version of a package."""

    def __reduce__(self) -> tuple[type[HashingEncoder], tuple[int]]:
        return HashingEncoder, (8,)
