"""A server whose opening of a new generation is held up, to see what goes on meanwhile."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from search_api import live


class HeldUp:
    """Whoever opens the served generation waits: ``opening`` says that somebody does, ``go_on`` lets them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opening, self.go_on = threading.Event(), threading.Event()
        real = live.open_current

        def slowly(*given: Any) -> Any:
            self.opening.set()
            assert self.go_on.wait(60)
            return real(*given)

        monkeypatch.setattr(live, "open_current", slowly)
