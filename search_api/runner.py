"""Background threads in one process at a time: of all that serve a folder, the one that holds its lock file."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.errors import ConfigError

_log = logging.getLogger(__name__)
_LOOK_S = 0.5
"""How often a thread looks for what another process asked."""
_TROUBLE_S = 5.0
"""How long a thread waits after an error before it tries again."""

Step = Callable[[], bool]
"""Does one thing, and says whether there was one to do."""


class Runner:
    """Takes ``steps``, each in a thread of its own, again and again, between ``start`` and ``stop``.

    Only in one process at a time: a lock on the file ``lock`` is held while the threads run. It ends with its
    process, however that ends; then another that waits takes over. ``prepare`` is called before the first step,
    ``leave`` by each thread at its end.
    """

    def __init__(
        self, lock: Path, steps: Mapping[str, Step], prepare: Callable[[], None], leave: Callable[[], None]
    ) -> None:
        self._lock, self._steps, self._prepare, self._leave = lock, steps, prepare, leave
        self._awake = {name: threading.Event() for name in steps}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._successor: threading.Thread | None = None
        self._handle: int | None = None

    @property
    def is_stopping(self) -> bool:
        """Whether the threads have been told to end."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin, or wait in the background for the process that has begun before to end."""
        self._stopping.clear()
        if self._take():
            self._begin()
        else:
            self._successor = threading.Thread(target=self._succeed, name="casetrove-succeed")
            self._successor.start()

    def wake(self) -> None:
        """Let the threads look at once for something to do."""
        for event in self._awake.values():
            event.set()

    def tell_to_stop(self) -> None:
        """Let the threads end when they have taken the step they are at; returns at once."""
        self._stopping.set()
        self.wake()

    def stop(self) -> None:
        """End the threads, and then let another process take over."""
        self.tell_to_stop()
        if self._successor is not None:
            self._successor.join()
            self._successor = None
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._let_go()

    def _take(self) -> bool:
        """Take the lock; False where another process has it."""
        try:
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise ConfigError(
                f"{self._lock}: cannot be written ({error.strerror}): check the rights of its folder"
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def _let_go(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _begin(self) -> None:
        try:
            self._prepare()
        except BaseException:
            self._let_go()
            raise
        for name, step in self._steps.items():
            thread = threading.Thread(target=self._repeat, args=(step, self._awake[name]), name=name)
            self._threads.append(thread)
            thread.start()

    def _succeed(self) -> None:
        """Wait for the process that carries on to end, and take its place."""
        pause = _LOOK_S
        while not self._stopping.wait(pause):
            try:
                if self._take():
                    self._begin()
                    break
            except Exception:
                _log.exception("background work could not be taken over; it is tried again in %g s", _TROUBLE_S)
                pause = _TROUBLE_S
        self._leave()

    def _repeat(self, step: Step, awake: threading.Event) -> None:
        try:
            while not self._stopping.is_set():
                pause = 0.0
                try:
                    if not step():
                        pause = _LOOK_S
                except Exception:
                    _log.exception("a background thread met an error; it goes on in %g s", _TROUBLE_S)
                    pause = _TROUBLE_S
                if pause:
                    awake.wait(pause)
                    awake.clear()
        finally:
            self._leave()
