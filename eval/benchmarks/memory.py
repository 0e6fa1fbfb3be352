"""How much memory this process takes at most, stage by stage. Linux tells; elsewhere nothing is known."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

_EVERY_S = 0.02
OF_ITS_OWN, WITH_FILES = "RssAnon", "VmRSS"
"""What a process alone holds; that, and what of mapped files happens to be in memory and can be dropped."""


def held(process: int | str = "self", what: str = OF_ITS_OWN) -> int:
    """Bytes that a process holds now; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").split("\n")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{what}:")), 0)


def held_with_children() -> int:
    """Bytes that this process and those it started hold now."""
    try:
        tasks = list(Path("/proc/self/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
    except OSError:
        children = []
    return held() + sum(held(child) for child in children)


class Peaks:
    """While entered, looks fifty times a second. ``stage`` is what the process is doing; ``bytes`` by stage, those of

    processes that it started included.
    """

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.bytes: dict[str, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while True:
            stage = self.stage
            self.bytes[stage] = max(self.bytes.get(stage, 0), held_with_children())
            if self._ended.wait(_EVERY_S):
                return

    def __enter__(self) -> Peaks:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()
