"""A sign of life from a long reading: whoever waits for it (see ``workers``) tells slow from stuck by it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

_listener: ContextVar[Callable[[], None] | None] = ContextVar("listener", default=None)


def beat() -> None:
    """Says that reading goes on; a step that may take seconds (a page read by OCR) says so when it is done."""
    listener = _listener.get()
    if listener is not None:
        listener()


def listen(listener: Callable[[], None]) -> None:
    """Has ``listener`` called at every beat of this thread, from now on."""
    _listener.set(listener)
