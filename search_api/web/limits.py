"""How much is taken on: questions at once and in line, and requests of one caller.

The token bucket is our own, for what is needed is forty lines of one process: the libraries for it bring stores of
their own, and threads that sweep them.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from corpus.errors import CasetroveError

_T = TypeVar("_T")
_MOST_CALLERS = 10_000
_LEAST_BURST = 10.0
_BURST_S = 3.0
_AGAIN_S = 2


class LaterError(CasetroveError):
    """Not now. ``after_s``: in how many seconds it is worth asking again."""

    def __init__(self, message: str, after_s: int = _AGAIN_S) -> None:
        super().__init__(message)
        self.after_s = after_s


class TooManyError(LaterError):
    """Too many requests."""

    code = "too-many"
    http_status = 429


class BusyError(LaterError):
    """Too many others are waiting."""

    code = "busy"
    http_status = 503


class TooSlowError(LaterError):
    """The answer took too long."""

    code = "too-slow"
    http_status = 503


class Desk:
    """Works on questions in threads: ``at_once`` of them, the others in the order of their coming.

    More at once than there are cores would only take turns at them, and each answer would wait for all. ``most`` may
    wait: who comes then is told so, for a line that only grows is of no use to anyone in it. ``timeout_s`` bounds
    waiting and work together; what has not begun when it is over never is, and what was begun keeps its place until it
    ends: a thread cannot be stopped, and its core is busy.
    """

    def __init__(self, at_once: int, most: int, timeout_s: float) -> None:
        self._at_once, self._most, self._timeout_s = at_once, most, timeout_s
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="casetrove-question")
        self._changing = threading.Lock()
        self._open = 0
        self._late: set[Future[Any]] = set()

    @property
    def overdue(self) -> int:
        """How many are worked on though their time is over: nobody waits for them, and they hold a place."""
        return sum(each.running() for each in self._late)

    @property
    def running(self) -> int:
        """How many are worked on."""
        return min(self._open, self._at_once)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._open - self.running

    async def run(self, work: Callable[[], _T]) -> _T:
        """What ``work`` gives, or what it raises. Raises BusyError or TooSlowError."""
        if self._open >= self._at_once + self._most:
            raise BusyError(f"{self.waiting} others wait already: ask again in some seconds")
        self._add(1)
        future = self._threads.submit(work)
        future.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(self._timeout_s) as bound:
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            if not bound.expired():
                raise  # the work's own
            self._late = {each for each in (*self._late, future) if each.running()}
            raise TooSlowError(f"no answer within {self._timeout_s:g} s: ask for less, or try again later") from error

    def _ended(self, _: Future[_T]) -> None:
        self._add(-1)

    def _add(self, number: int) -> None:
        with self._changing:
            self._open += number


class Rate:
    """At most ``per_s`` requests a second of each caller in the long run, and some seconds' worth at once.

    A token bucket each, of which the last ``_MOST_CALLERS`` are remembered: who was forgotten begins anew.
    ``clock`` gives seconds that never go back. To be asked from one thread.
    """

    def __init__(self, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s, self._clock = per_s, clock
        self._burst = max(_LEAST_BURST, _BURST_S * per_s)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def take(self, caller: str, cost: float = 1.0) -> None:
        """Count a request of ``caller`` as ``cost``. Raises TooManyError, and then it counts nothing."""
        now = self._clock()
        left, then = self._left.get(caller, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._per_s)
        enough = left >= cost
        self._left[caller] = (left - cost if enough else left, now)
        self._left.move_to_end(caller)
        while len(self._left) > _MOST_CALLERS:
            self._left.popitem(last=False)
        if not enough:
            after_s = math.ceil((cost - left) / self._per_s)
            raise TooManyError(f"too many requests: ask again in {after_s} s", after_s)


def caller_at(address: str) -> str:
    """What counts as one caller without a key: an address, or, of IPv6, the network of one site (/64)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
