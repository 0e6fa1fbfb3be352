"""Cases of many reports, read on several cores, in the order of the reports.

Reading cases takes longer than cutting and analysing the same reports, and one interpreter uses one core. A helper is a
fresh interpreter joined by one socket, as the workers that read files are (``corpus.readers.workers``), and ends when
the socket does. What a helper does not answer, it having crashed or failed, is read here: an error is raised here, too.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import cycle
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Protocol

from corpus.cases.packing import pack
from corpus.cases.reading import read_cases
from corpus.machine import cores
from corpus.model import Report, SourceMap

FEW = 100
"""So many reports are read here before a helper has started."""
_MOST = 4
"""Helpers, each of 130 MB: with more of them the one that gives reports would be what they wait for."""
_AHEAD = 8
"""How many reports a helper may have been given and not answered for."""
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from corpus.cases.side_by_side import _serve; _serve(int(sys.argv[2]))"
)


class Helper(Protocol):
    """Somebody who reads the cases of the reports given, one after another."""

    @property
    def is_busy(self) -> bool:
        """Whether it has been given enough for now."""
        ...

    def give(self, report: Report) -> None:
        """One more to read; returns at once."""
        ...

    def answer(self) -> bytes:
        """The packed cases of the report that was given first of those not answered for; waits for them."""
        ...

    def end(self) -> None:
        """No answer is wanted any more."""
        ...


class SideBySide:
    """Packs the cases of reports that come one after another. Helpers end with the ``with`` block.

    ``expected``: how many reports there are to be read; below ``FEW`` of them there are no helpers but those given.
    """

    def __init__(self, expected: int, helpers: Sequence[Helper] = ()) -> None:
        own = min(cores(), _MOST) if not helpers and expected >= FEW and cores() > 1 else 0
        self._helpers: Sequence[Helper] = helpers or [_Helper() for _ in range(own)]
        self._turns = cycle(self._helpers)
        self._line: deque[Helper | bytes] = deque()

    def __enter__(self) -> SideBySide:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for helper in self._helpers:
            helper.end()

    def add(self, report: Report, packed: bytes | None = None) -> Iterator[bytes]:
        """Give the next report, or what was read of it before (``packed``); takes what is read by now, in order."""
        if packed is not None:
            self._line.append(packed)
        elif not self._helpers:
            self._line.append(packed_cases(_bare(report)))
        else:
            helper = next(self._turns)
            while helper.is_busy:
                yield self._first()
            helper.give(_bare(report))
            self._line.append(helper)
        while self._line and isinstance(self._line[0], bytes):
            yield self._first()

    def rest(self) -> Iterator[bytes]:
        """What is still to come, in order."""
        while self._line:
            yield self._first()

    def _first(self) -> bytes:
        first = self._line.popleft()
        return first if isinstance(first, bytes) else first.answer()


class _Helper:
    """One process, seen from outside."""

    def __init__(self) -> None:
        self._connection, other = Pipe()
        self._given: deque[Report] = deque()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), str(other.fileno())],
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what goes wrong there goes wrong here again, and is told
                start_new_session=True,  # the keyboard does not reach it
            )
        finally:
            other.close()

    @property
    def is_busy(self) -> bool:
        return len(self._given) >= _AHEAD

    def give(self, report: Report) -> None:
        """One more to read."""
        self._given.append(report)
        with suppress(OSError):  # it is gone: asked for an answer, this is noticed
            self._connection.send_bytes(pickle.dumps(report))

    def answer(self) -> bytes:
        """Of the report that was given first."""
        report = self._given.popleft()
        try:
            return self._connection.recv_bytes()
        except (EOFError, OSError):
            return packed_cases(report)

    def end(self) -> None:
        """End the process."""
        self._connection.close()
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _bare(report: Report) -> Report:
    """What cases are read out of: the text and its parts, not the source."""
    return replace(report, raw="", source_map=SourceMap(0, (), ()))


def packed_cases(report: Report) -> bytes:
    """The cases of one report, read here."""
    return pack(read_cases(report))


def _serve(place: int) -> None:
    """The life of a helper: answer for each report in turn, until nobody gives any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = Connection(place)
    given: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, given), daemon=True).start()
    while True:
        connection.send_bytes(packed_cases(pickle.loads(given.get())))


def _receive(connection: Connection, given: queue.SimpleQueue[bytes]) -> None:
    """Take what comes, so that nobody waits for a helper to take it; end this process when the giver has ended."""
    try:
        while True:
            given.put(connection.recv_bytes())
    finally:
        os._exit(0)
