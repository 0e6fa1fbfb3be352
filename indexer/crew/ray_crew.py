"""A build's heavy part on a Ray cluster: this process gives tasks, few ahead, and takes what comes.

A task that is lost with its worker or its node is given again by Ray, alone. What must not be lost is kept by the
caller as it is given. Ray is optional: it is imported when a crew is made.
"""

from __future__ import annotations

import os
import pickle
import re
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self

from corpus.cases.side_by_side import SideBySide, packed_cases
from corpus.errors import GivenUpError
from corpus.machine import cores
from corpus.model import Report
from corpus.readers.base import Options, Read
from indexer.crew import tasks
from indexer.encoders.base import Embedded, Encoder
from indexer.errors import ClusterError

LOCAL = "local"
"""The address that stands for a Ray of this run's own, on this machine."""
INSTALL = "run `.venv/bin/python -m pip install -c constraints.txt -e '.[ray]'`"
_AHEAD = 2
"""Tasks given for each CPU: one that it works at, one that waits."""
_REPORTS_AHEAD = 8
"""Reports given for each CPU: their cases take milliseconds."""
_TRIES = 3
"""How often Ray gives a task again whose worker or node went."""
_LISTS_AHEAD = 4
"""Lists of records of a file that wait to be taken, before its reading waits."""
_CONNECT_S = 5.0
_LOOK_S = 20.0
"""After so long without a result it is asked whether there is a CPU left."""
_STORE_BYTES = 256 * 1024**2
_ADDRESS = re.compile(r"(?P<host>[\w.-]+|\[[\da-fA-F:]+\]):(?P<port>\d{1,5})")
_NOT_THERE = "failed to import on the worker"
"""What Ray says of a task whose module a worker has not."""
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",  # else Ray reports to its makers
    "RAY_NUM_REDIS_GET_RETRIES": "1",  # tries to connect, of up to half a minute each
    "RAY_py_gcs_connect_timeout_s": "10",
    "RAY_task_oom_retries": str(_TRIES),  # else a task that is killed for memory is given again for ever
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


class _LostError(ClusterError):
    """Whoever had this task went, each time that it was given."""


class RayCrew:
    """The workers of the cluster at ``address`` (``HOST:PORT``), or of a Ray of its own on this machine (``LOCAL``).

    This machine must be a node of the cluster, and every node must have this program. One at a time in a process. It
    ends with the ``with`` block, and what is under way with it: Ray is not asked to cancel a task, for one that ends
    at that moment ends the program (2.60.0: "Check failed" in ``CompletePendingTask``).
    Raises ClusterError where there is no Ray, no cluster, or another version.
    """

    def __init__(self, address: str = LOCAL) -> None:
        self._address = address
        self._ray = _connected(address)
        self._remote: dict[Callable[..., Any], Any] = {}
        self.width = max(1, int(self._ray.cluster_resources().get("CPU", 0)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ray.shutdown()

    def readers(self, options: Options) -> RayReaders:
        """What reads files, as many at a time as there are CPUs."""
        return RayReaders(self, options)

    def cases(self, expected: int) -> SideBySide:
        """What reads cases in the cluster, however few."""
        return SideBySide(expected, [_Helper(self) for _ in range(self.width)])

    def embed(self, encoder: Encoder, windows: Iterator[Sequence[str]]) -> Iterator[Embedded]:
        """``windows`` as they are done, in any order; those of a worker that went are given again.

        Raises ClusterError where a worker's encoder is another one, or the cluster does not do it.
        """
        fingerprint = encoder.info.fingerprint
        packed: Any = None
        under_way: dict[Any, int] = {}
        numbered = enumerate(windows)
        while True:
            while len(under_way) < _AHEAD * self.width and (each := next(numbered, None)):
                number, window = each
                packed = packed or self._ray.put(pickle.dumps(encoder))
                under_way[self.give(tasks.embed, fingerprint, packed, list(window))] = number
            if not under_way:
                return
            for done in self.wait(list(under_way)):
                vectors, seconds = self.got(done)
                yield Embedded(under_way.pop(done), vectors, seconds)

    def give(self, task: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Have a task done somewhere; what stands for its result."""
        if task not in self._remote:
            self._remote[task] = self._ray.remote(task)
        return self._remote[task].options(num_cpus=1, max_retries=_TRIES, **options).remote(*arguments)

    def wait(self, results: list[Any]) -> list[Any]:
        """One or more of ``results`` that have come. Raises ClusterError where nobody is left to work."""
        while not (come := self.look(results)):
            pass
        return come

    def look(self, results: list[Any]) -> list[Any]:
        """As ``wait``, but none where none comes for a while."""
        come, _ = self._ray.wait(results, num_returns=1, timeout=_LOOK_S, fetch_local=True)
        if not come and not self._ray.cluster_resources().get("CPU"):
            raise ClusterError(
                f"{self._told}: has no CPU left to work with: start its nodes again, then index again: what was "
                "done is kept"
            )
        return list(come)

    def got(self, result: Any) -> Any:
        """What a task gave, waited for. Raises what the task raised, ClusterError where its workers went too often."""
        try:
            self.wait([result])
            return self._ray.get(result)
        except self._ray.exceptions.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, ClusterError):
                raise ClusterError(f"{self._told}: a worker refused: {cause}") from None
            if self._is_of_ray(cause):
                (reason, *_) = str(cause).splitlines() or [type(cause).__name__]
                raise ClusterError(
                    f"{self._told}: a worker cannot take work ({reason}): install the builder's casetrove on every node"
                ) from None
            raise cause from None
        except self._ray.exceptions.RayError as error:
            (reason, *_) = str(error).splitlines() or [type(error).__name__]
            raise _LostError(
                f"{self._told}: the workers that had a task crashed or went, {1 + _TRIES} in a row ({reason}): see the "
                "logs of Ray, then index again: what was done is kept"
            ) from None

    def _is_of_ray(self, cause: Any) -> bool:
        """Whether no task of ours raised this: it never began, above all where its node has no casetrove."""
        is_ours = isinstance(cause, Exception) and not isinstance(cause, self._ray.exceptions.RayError)
        return not is_ours or _NOT_THERE in str(cause)

    @property
    def _told(self) -> str:
        return "Ray on this machine" if self._address == LOCAL else f"the Ray cluster at {self._address}"


class RayReaders:
    """Read files in the cluster, each in a process of its own beside a worker, which may crash with it."""

    def __init__(self, crew: RayCrew, options: Options) -> None:
        self.width = crew.width
        self._crew, self._options = crew, options
        self._under_way: list[_Answers] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing of its own goes on."""

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """The records of the file ``name``; reading begins at once, somewhere.

        The iterator raises what the reader raised, and GivenUpError where workers went with it again and again.
        """
        answers = self._crew.give(
            tasks.read, tasks.program(), data, name, self._options,
            num_returns="streaming", _generator_backpressure_num_objects=_LISTS_AHEAD,
        )  # fmt: skip
        self._under_way.append(_Answers(answers))
        return self._reads(self._under_way[-1], name)

    def _reads(self, answers: _Answers, name: str) -> Iterator[Read]:
        try:
            while (answer := self._next(answers)) is not None:
                kind, content = self._crew.got(answer)
                if kind == "error":
                    raise content
                yield from content
        except _LostError as error:
            raise GivenUpError(f"{name}: {error}") from None
        finally:
            self._under_way.remove(answers)

    def _next(self, wanted: _Answers) -> Any:
        """The next answer of a file, None after its last.

        Where none comes for a while, those of other files are put by: a file that waits to be taken keeps its CPU,
        and after a node went it may be the one that the file wanted now waits for.
        """
        looked_at = [wanted]
        while not wanted.put_by:
            come = self._crew.look([each.stream for each in looked_at])
            for each in looked_at:
                if any(each.stream is one for one in come):
                    each.put_by.append(next(each.stream, None))
            looked_at = [each for each in self._under_way if each is wanted or None not in each.put_by]
        return wanted.put_by.popleft()


class _Answers:
    """What comes of a file: ``stream`` gives what stands for each answer, ``put_by`` was given and not asked for."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.put_by: deque[Any] = deque()


class _Helper:
    """A place in the cluster for reports to be read at: which worker reads each, Ray says."""

    def __init__(self, crew: RayCrew) -> None:
        self._crew = crew
        self._given: deque[tuple[Report, Any]] = deque()

    @property
    def is_busy(self) -> bool:
        return len(self._given) >= _REPORTS_AHEAD

    def give(self, report: Report) -> None:
        """One more to read."""
        self._given.append((report, self._crew.give(tasks.cases_of, tasks.program(), report)))

    def answer(self) -> bytes:
        """Of the report that was given first; one at which a worker fails is read here, so that its error is told."""
        report, result = self._given.popleft()
        try:
            packed: bytes = self._crew.got(result)
        except ClusterError:
            raise
        except Exception:
            return packed_cases(report)
        return packed

    def end(self) -> None:
        """What is still under way is not wanted."""
        self._given.clear()


def is_installed() -> bool:
    """Whether Ray is there."""
    return find_spec("ray") is not None


def package(*, is_here: bool) -> Any:
    """Ray, silent. ``is_here``: its cluster lies on loopback, for which Ray else puts this machine's outer address.

    What is set is read when Ray is first imported.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    if is_here:
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    ray: Any = import_module("ray")
    ray._private.worker._worker_logs_enabled = False  # else what it mends is told on stdout, amid what was asked for
    return ray


def check_address(address: str) -> str:
    """``address``, where a cluster may be at it. Raises ClusterError."""
    if address != LOCAL and not _ADDRESS.fullmatch(address):
        raise ClusterError(
            f"--ray {address}: is no address of a Ray cluster: give HOST:PORT, or {LOCAL} for one started on this "
            "machine"
        )
    return address


def _connected(address: str) -> Any:
    """The package ``ray``, connected. Raises ClusterError."""
    check_address(address)
    if not is_installed():
        raise ClusterError(f"--ray needs the package ray: {INSTALL}")
    is_here = address == LOCAL or address.rpartition(":")[0] in _LOOPBACK
    ray = package(is_here=is_here)
    quiet = {"include_dashboard": False, "log_to_driver": False, "logging_level": "CRITICAL"}
    try:
        if address == LOCAL:
            own = {"num_cpus": cores(), "object_store_memory": _STORE_BYTES, "_node_ip_address": "127.0.0.1"}
            ray.init(address=LOCAL, **own, **quiet)
        else:
            _knock(address)
            ray.init(address=address, **quiet)
    except (Exception, SystemExit) as error:  # Ray ends the program where nobody answers as a cluster does
        (reason, *_) = str(error).splitlines() or [type(error).__name__]
        if address == LOCAL:
            raise ClusterError(f"Ray cannot be started on this machine ({reason})") from error
        raise ClusterError(
            f"--ray {address}: no Ray cluster can be joined there ({reason}): is it running, of the same versions of "
            f"Ray and Python, and is this machine one of its nodes (`ray start --address={address}`)?"
        ) from error
    return ray


def _knock(address: str) -> None:
    """Raise OSError where nobody listens: Ray itself would take minutes to say so."""
    found = _ADDRESS.fullmatch(address)
    assert found is not None
    socket.create_connection((found["host"].strip("[]"), int(found["port"])), timeout=_CONNECT_S).close()
