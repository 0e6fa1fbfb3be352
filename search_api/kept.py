"""What was worked out of readings, kept for the next question: a reading never changes, nor does what it gives."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from corpus.catalog import Stored
from corpus.model import Report

_Of = TypeVar("_Of")


class Kept(Generic[_Of]):
    """What ``derive`` makes of readings, of those last asked for. Safe to share between threads.

    ``most``: code points that the texts of those kept have together; a longer text than that is not kept.
    """

    def __init__(self, derive: Callable[[Report], _Of], most: int) -> None:
        self._derive, self._most = derive, most
        self._kept: OrderedDict[tuple[str, str], tuple[int, _Of]] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many readings' are kept."""
        return len(self._kept)

    def of(self, stored: Stored) -> _Of:
        """What is made of this reading: another reading of the same report has its own."""
        key = (stored.report_id, stored.digest)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][1]
        made, length = self._derive(stored.report), len(stored.report.text)
        with self._lock:
            if key not in self._kept and length <= self._most:
                self._kept[key] = length, made
                self._held += length
            while self._held > self._most:
                self._held -= self._kept.popitem(last=False)[1][0]
        return made
