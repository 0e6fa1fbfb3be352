"""Reading in processes of its own: what a file does to its reader, it does to that process and to nothing else.

A parser written in C may crash on a broken file, hang, or eat all memory; no ``except`` helps against that. So each
file is read in a worker process with a limit on its memory, and on the time that may pass without a sign of life.
A worker is a fresh interpreter joined by one socket, not a ``multiprocessing.Process``: that would run the caller's
main module again (spawn), or copy a process with threads and locks (fork).
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Any

from corpus.errors import CasetroveError, GivenUpError
from corpus.machine import cores
from corpus.readers.base import DEFAULT, Options, Read
from corpus.readers.pulse import listen
from corpus.readers.registry import read_bytes

LIMIT_S = 120.0
MEMORY_BYTES = 3 * 1024**3

_BATCH = 100  # reads that cross at once
_BATCH_CHARACTERS = 1_000_000  # of raw text, after which a batch is full too
_LONGEST_SILENCE_S = 1.0  # after which a batch goes though it is not full, and a beat is passed on
_ENDING_S = 5.0  # that a process may take to end when its socket is closed already
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from corpus.readers.workers import _serve; _serve(int(sys.argv[2]), int(sys.argv[3]))"
)
_CLOSED = "these workers are closed"
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""Each thread's own stretch of addresses would count against the limit on memory."""

ReadFile = Callable[[bytes, str, Options], Iterator[Read]]


class Workers:
    """Worker processes that read files, each one file at a time. They start when first needed, and end on ``close``.

    ``count``: how many, one per processor where None; ``limit_s``: seconds that may pass without a sign of life from
    a file's reading; ``memory_bytes``: of addresses, for each; ``read``: what reads, found by its name in the worker.
    """

    def __init__(
        self,
        options: Options = DEFAULT,
        count: int | None = None,
        limit_s: float = LIMIT_S,
        memory_bytes: int = MEMORY_BYTES,
        *,
        read: ReadFile = read_bytes,
    ) -> None:
        self.width = count or cores()
        self._options, self._limit_s, self._memory_bytes, self._read = options, limit_s, memory_bytes, read
        self._places = threading.Semaphore(self.width)
        self._lock = threading.Lock()
        self._all: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._closed = False

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def read(self, data: bytes, name: str, options: Options | None = None) -> Iterator[Read]:
        """The records of the file ``name``, whose content is ``data``, as ``registry.read_bytes`` gives them.

        ``options`` are for this file, in place of those of all.

        Reading starts at once, in a free worker; this call waits only while none is free. A worker is free again
        when its iterator is used up or closed (which ends the process, if it was reading). The iterator raises what
        the reader raised, and GivenUpError where the process crashed, ran out of memory, or was silent too long. Both
        raise RuntimeError once the workers are closed.
        """
        self._places.acquire()
        try:
            worker = self._take()
        except BaseException:
            self._places.release()
            raise
        reads = self._reads(worker, name)
        next(reads)  # to its first yield: from there on, closing it gives the worker back
        worker.send(self._read, name, options or self._options, data)
        return reads

    def close(self) -> None:
        """End all workers, those that read too."""
        with self._lock:
            self._closed = True
            workers, self._all = self._all, set()
            self._idle.clear()
        for worker in workers:
            worker.end()

    def _take(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise RuntimeError(_CLOSED)
            if self._idle:
                return self._idle.pop()
            worker = _Worker(self._memory_bytes)
            self._all.add(worker)
            return worker

    def _reads(self, worker: _Worker, name: str) -> Iterator[Read]:
        """The reads that ``worker`` sends, after one that says that this has begun."""
        free = False
        try:
            yield Read("")
            while True:
                kind, content = self._answer(worker, name)
                if kind == "reads":
                    yield from content
                elif kind == "done":
                    free = True
                    return
                elif kind == "error":
                    free = True
                    raise content
                elif kind == "given up":
                    raise GivenUpError(f"{name}: the process that read it {content}")
        finally:
            self._give_back(worker, free=free)

    def _answer(self, worker: _Worker, name: str) -> tuple[str, Any]:
        try:
            if worker.connection.poll(self._limit_s):
                answer: tuple[str, Any] = worker.connection.recv()
                return answer
        except (EOFError, OSError):
            if self._closed:
                raise RuntimeError(_CLOSED) from None
            raise GivenUpError(f"{name}: the process that read it crashed ({worker.end(ending=True)})") from None
        raise GivenUpError(
            f"{name}: the process that read it took longer than {self._limit_s:g} s without a sign of life: "
            "see if the file opens elsewhere"
        )

    def _give_back(self, worker: _Worker, *, free: bool) -> None:
        with self._lock:
            free = free and worker in self._all
            if free:
                self._idle.append(worker)
            else:
                self._all.discard(worker)
        if not free:
            worker.end()
        self._places.release()


class _Worker:
    """One worker process, seen from outside."""

    def __init__(self, memory_bytes: int) -> None:
        self.connection, other = Pipe()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the process
        self._end: str | None = None
        self._ending = threading.Lock()  # who closes all workers and who reads may end one at the same time
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), str(other.fileno()), str(memory_bytes)],
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                env={**os.environ, **_ONE_THREAD},
                start_new_session=True,  # a group of its own: the keyboard does not reach it, and it ends as a whole
            )
        finally:
            other.close()

    def send(self, read: ReadFile, name: str, options: Options, data: bytes) -> None:
        """Hand over a job without waiting until the process has started and taken it."""
        head = pickle.dumps((read, name, options))

        def hand_over() -> None:
            with suppress(OSError):  # the process is gone: whoever waits for its answer will see that
                self.connection.send_bytes(head)
                self.connection.send_bytes(data)

        threading.Thread(target=hand_over, name="hand-over", daemon=True).start()

    def end(self, *, ending: bool = False) -> str:
        """End the process and what it started; how it ended, for a message.

        ``ending`` says that it is about to end by itself, so that what is told is how it did.
        """
        with self._ending:
            if self._end is None:
                if ending:
                    with suppress(subprocess.TimeoutExpired):
                        self._process.wait(_ENDING_S)
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._end = self._how(self._process.wait())
                self.connection.close()
                self._said.close()
            return self._end

    def _how(self, status: int) -> str:
        if status < 0:
            return signal.strsignal(-status) or f"signal {-status}"
        self._said.seek(0)
        words = self._said.read().decode("utf-8", "replace").strip().splitlines()
        return f"exit status {status}" + (f": {words[-1]}" if words else "")


def _serve(place: int, memory_bytes: int) -> None:
    """The life of a worker: read what comes through the connection ``place`` until that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes if hard < 0 else min(memory_bytes, hard), hard))
    connection = Connection(place)
    jobs: queue.SimpleQueue[tuple[bytes, bytes]] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(connection, jobs), daemon=True).start()
    while True:
        job = jobs.get()
        outgoing = _Outgoing(connection)
        listen(outgoing.beat)
        outgoing.send(*_outcome(*job, outgoing))


def _receive(connection: Connection, jobs: queue.SimpleQueue[tuple[bytes, bytes]]) -> None:
    """Take jobs; end this process, and what it started, when the one that gives them has ended."""
    try:
        while True:
            jobs.put((connection.recv_bytes(), connection.recv_bytes()))
    finally:
        os.killpg(0, signal.SIGKILL)


def _outcome(head: bytes, data: bytes, outgoing: _Outgoing) -> tuple[str, Any]:
    """Read a file; the last thing to say about it."""
    try:
        read, name, options = pickle.loads(head)
        for one in read(data, name, options):
            outgoing.add(one)
        outgoing.flush()
        return "done", None
    except MemoryError:
        outgoing.drop()
        return "given up", "ran out of memory: split the file, or read it on a larger machine"
    except CasetroveError as error:
        outgoing.flush()
        return "error", error
    except Exception as error:  # no reader lets any other through: a bug, to be reported without ending the run
        outgoing.drop()
        return "given up", f"failed ({type(error).__name__}: {error}): please report this"


class _Outgoing:
    """What a worker says, in batches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._batch: list[Read] = []
        self._room = 1  # the first goes at once, for whoever waits to see that something comes
        self._characters = 0
        self._last = time.monotonic()

    def add(self, read: Read) -> None:
        """Say ``read``, soon."""
        self._batch.append(read)
        self._characters += len(read.report.raw) if read.report else 0
        full = len(self._batch) >= self._room or self._characters >= _BATCH_CHARACTERS
        if full or time.monotonic() - self._last > _LONGEST_SILENCE_S:
            self.flush()

    def beat(self) -> None:
        """Say that reading goes on, if nothing was said for a while."""
        if time.monotonic() - self._last > _LONGEST_SILENCE_S:
            self.send("beat", None)

    def flush(self) -> None:
        """Say what is still unsaid."""
        if self._batch:
            self.send("reads", self._batch)
            self._room = min(2 * self._room, _BATCH)
        self.drop()

    def drop(self) -> None:
        """Forget what is still unsaid."""
        self._batch, self._characters = [], 0

    def send(self, kind: str, content: Any) -> None:
        """Say one thing; waits while the other side has much to take in."""
        self._connection.send((kind, content))
        self._last = time.monotonic()
