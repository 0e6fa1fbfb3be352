"""What rings when something happens in folders, by the events of the file system."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from search_api.listing import Folder, is_below

_GROUP_MS = 400
_STEP_MS = 100
_READY_MS = 500
_ENDING_S = 5.0


class Alarm:
    """Rings when something happens in ``folders``, but for what happens in ``without``.

    ``failed``: why the file system sends no events, None while it does. To be closed.
    """

    def __init__(self, folders: Iterable[Folder], without: Path) -> None:
        self.rings = threading.Event()
        self.failed: str | None = None
        self._folders, self._without = [path for path, _, _ in folders], os.path.realpath(without)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="casetrove-events", daemon=True)
        if self._folders:
            self._thread.start()

    def __enter__(self) -> Alarm:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_ENDING_S)

    def _listen(self) -> None:
        try:
            try:
                self._ring(ignore_denied=False)
            except PermissionError:
                self._ring(ignore_denied=True)  # this also keeps quiet about limits: only where it must
        except Exception as error:  # OSError, or what the library calls an internal error
            self.failed = str(error)
            self.rings.set()

    def _ring(self, *, ignore_denied: bool) -> None:
        from watchfiles import watch  # not for every command

        is_listening = False
        for changes in watch(
            *self._folders,
            watch_filter=None,
            debounce=_GROUP_MS,
            step=_STEP_MS,
            rust_timeout=_READY_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=False,
            force_polling=False,
            ignore_permission_denied=ignore_denied,
        ):
            if not is_listening or any(not is_below(path, self._without) for _, path in changes):
                self.rings.set()  # the first time in any case: what happened before goes unheard
            is_listening = True
