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
from collections import Counter, OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar, cast

from corpus.errors import CasetroveError

CALLER: Final[ContextVar[str]] = ContextVar("caller", default="")
"""On whose behalf there is work, a key or an address: the one whom a rate bounds, and who takes turns at a desk."""
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


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """``came``: after how many turns of the line."""

    caller: str
    came: int
    work: Callable[[], Any]
    answer: Future[Any]


class _Line:
    """Those who wait at a desk with ``places``; a turn goes to the caller whose last one is the longest ago.

    None has more than ``each`` at work.
    Who comes new, or after a rest, counts as served just before those now at work: behind all who waited longer, so
    that nobody waits for ever, and before any second turn of those. Of one caller's questions the oldest is next.
    """

    def __init__(self, places: int, each: int) -> None:
        self._places, self._each, self._turns = places, each, 0
        self._at_work: Counter[str] = Counter()
        self._waiting: dict[_Question, None] = {}
        self._last: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def of(self, caller: str) -> int:
        """How many of one caller wait."""
        return sum(each.caller == caller for each in self._waiting)

    def may_begin(self, caller: str) -> bool:
        """Whether one more of this caller may be worked on, where a place is free."""
        return self._at_work[caller] < self._each

    def join(self, caller: str, work: Callable[[], Any]) -> _Question:
        """Let ``work`` wait."""
        question = _Question(caller, self._turns, work, Future())
        self._waiting[question] = None
        return question

    def leave(self, question: _Question) -> None:
        """Wait no more, if it still does."""
        self._waiting.pop(question, None)

    def take(self) -> _Question | None:
        """Whose turn it is, who is at work then; None: nobody waits who may begin."""
        able = (each for each in self._waiting if self.may_begin(each.caller))
        question = min(able, key=self._served, default=None)  # of equals the one that came first
        if question is not None:
            del self._waiting[question]
            self._at_work[question.caller] += 1
            self._turns += 1
            self._last[question.caller] = self._turns
            self._last.move_to_end(question.caller)
            while len(self._last) > _MOST_CALLERS:
                self._last.popitem(last=False)
        return question

    def end(self, question: _Question) -> None:
        """What was taken is at work no more."""
        self._at_work -= Counter([question.caller])  # drops those that come to nothing

    def _served(self, question: _Question) -> int:
        return max(self._last.get(question.caller, 0), question.came - self._places)


class Desk:
    """Works on questions in threads: ``at_once`` of them, the others as their callers take turns (``CALLER``).

    More at once than there are cores would only take turns at them, and each answer would wait for all. ``most`` may
    wait, and half of them of one caller: who comes then is told so, for a line that only grows is of no use to anyone
    in it. ``timeout_s`` bounds waiting and work together; what has not begun when it is over never is, and what was
    begun keeps its place until it ends: a thread cannot be stopped, and its core is busy. ``spare``: there is one place
    more, so that a caller who has ``at_once`` at work holds nobody up; his next waits for one of his own.
    """

    def __init__(self, at_once: int, most: int, timeout_s: float, *, spare: bool = False) -> None:
        self._places, self._most, self._timeout_s = at_once + spare, most, timeout_s
        self._threads = ThreadPoolExecutor(self._places, thread_name_prefix="casetrove-question")
        self._changing = threading.Lock()
        self._line = _Line(self._places, at_once)
        self._running = 0
        self._late: set[Future[Any]] = set()

    @property
    def overdue(self) -> int:
        """How many are worked on though their time is over: nobody waits for them, and they hold a place."""
        return sum(each.running() for each in self._late)

    @property
    def running(self) -> int:
        """How many are worked on."""
        return self._running

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._line)

    async def run(self, work: Callable[[], _T]) -> _T:
        """What ``work`` gives, or what it raises. Raises BusyError, TooManyError or TooSlowError."""
        with self._changing:
            question = self._join(CALLER.get(), work)
        try:
            async with asyncio.timeout(self._timeout_s) as bound:
                return cast(_T, await asyncio.wrap_future(question.answer))
        except TimeoutError as error:
            if not bound.expired():
                raise  # the work's own
            self._late = {each for each in (*self._late, question.answer) if each.running()}
            raise TooSlowError(f"no answer within {self._timeout_s:g} s: ask for less, or try again later") from error
        finally:
            with self._changing:
                self._line.leave(question)

    def _join(self, caller: str, work: Callable[[], Any]) -> _Question:
        """Begin with ``work``, or let it wait.

        Where a place is free, those who wait are all of the one caller who holds the others: of more there is no room.
        """
        may_begin = self._running < self._places and self._line.may_begin(caller)
        if not may_begin:
            if len(self._line) >= self._most:
                raise BusyError(f"{len(self._line)} others wait already: ask again in some seconds")
            if (mine := self._line.of(caller)) >= math.ceil(self._most / 2):
                raise TooManyError(f"{mine} questions of yours wait already: ask again when some are answered")
        question = self._line.join(caller, work)
        if may_begin:
            self._running += 1
            self._threads.submit(self._serve, self._line.take())
        return question

    def _serve(self, question: _Question | None) -> None:
        """Work on this one and then on those who wait, until none is left."""
        while question is not None:
            tell = _worked(question)
            with self._changing:
                self._line.end(question)
                question = self._line.take()
                if question is None:
                    self._running -= 1
            tell()  # now, so that who has the answer finds the place free


def _worked(question: _Question) -> Callable[[], None]:
    """Do its work, unless nobody waits for it any more; what tells what came of it."""
    if not question.answer.set_running_or_notify_cancel():
        return lambda: None
    try:
        return partial(question.answer.set_result, question.work())
    except BaseException as error:
        return partial(question.answer.set_exception, error)


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
