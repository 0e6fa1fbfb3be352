"""One background thread that keeps the index up with the catalog, so that answering never waits for indexing."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace

from corpus.catalog import Catalog
from corpus.errors import CasetroveError
from corpus.journal import now
from indexer.build import BuildProgress, build
from indexer.encoders.base import Encoder
from indexer.errors import DamagedError, LockedError
from indexer.folder import DataFolder
from indexer.generation import read_manifest

_log = logging.getLogger(__name__)
_LOCK_RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class RebuildState:
    """What the thread is doing. ``waiting``: a rebuild was asked for that has not begun.

    ``stage``, ``done`` and ``total`` tell how far a build under way has come. ``last_error`` stays until a
    rebuild succeeds; ``last_built`` is when one last did (UTC, ISO 8601; None: not yet in this process).
    """

    building: bool = False
    waiting: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    last_error: str | None = None
    last_built: str | None = None


class _StoppedError(Exception):
    """Raised inside a build when the program ends; the generation served before stays the one served."""


class Rebuilder:
    """Builds a generation when asked to, between ``start`` and ``stop``.

    Requests that arrive during a build are answered together by the next one. An error is kept in
    ``state()`` and logged; where another process holds the folder, the build is tried again until it is free.
    """

    def __init__(self, folder: DataFolder, catalog: Catalog, encoder: Encoder) -> None:
        self._folder = folder
        self._catalog = catalog
        self._encoder = encoder
        self._wake = threading.Condition()
        self._state = RebuildState()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread; if the catalog is ahead of the index already, it begins with a rebuild."""
        self._stopping = False
        if self._behind():
            self.request()
        self._thread = threading.Thread(target=self._work, name="casetrove-rebuild")
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a build under way is given up at its next sign of progress."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def request(self) -> None:
        """Ask for a rebuild and return at once."""
        with self._wake:
            self._state = replace(self._state, waiting=True)
            self._wake.notify_all()

    def state(self) -> RebuildState:
        """What the thread is doing now."""
        with self._wake:
            return self._state

    def _behind(self) -> bool:
        try:
            number = self._folder.current_generation()
            if number is None:
                return self._catalog.count() > 0
            return read_manifest(self._folder, number).corpus_digest != self._catalog.corpus_digest()
        except DamagedError:
            return True

    def _work(self) -> None:
        try:
            while self._begun():
                error = self._build()
                with self._wake:
                    built = self._state.last_built if error else now()
                    self._state = RebuildState(waiting=self._state.waiting, last_error=error, last_built=built)
        except _StoppedError:
            _log.info("a rebuild was given up because the program ends; the next start takes it up again")
        finally:
            self._catalog.close()

    def _begun(self) -> bool:
        """Wait for a request and mark it as begun; False when the program ends."""
        with self._wake:
            self._wake.wait_for(lambda: self._state.waiting or self._stopping)
            self._state = replace(self._state, waiting=False, building=not self._stopping)
            return not self._stopping

    def _build(self) -> str | None:
        """Build once; the reason where it failed."""
        try:
            with self._folder.lock():
                build(self._folder, self._catalog, self._encoder, on_progress=self._progress)
        except LockedError as error:
            with self._wake:
                self._state = replace(self._state, waiting=True, building=False, last_error=str(error))
                self._wake.wait_for(lambda: self._stopping, timeout=_LOCK_RETRY_S)
            return str(error)
        except CasetroveError as error:
            _log.warning("rebuilding the index failed: %s", error)
            return str(error)
        except _StoppedError:
            raise
        except Exception as error:
            _log.exception("rebuilding the index failed")
            return f"rebuilding failed unexpectedly ({type(error).__name__}); the server's log says where"
        return None

    def _progress(self, progress: BuildProgress) -> None:
        with self._wake:
            if self._stopping:
                raise _StoppedError
            self._state = replace(self._state, stage=progress.stage, done=progress.done, total=progress.total)
