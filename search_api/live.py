"""The served generation: pinned by each request, swapped when ``CURRENT`` changes."""

from __future__ import annotations

import logging
import threading
import time

from corpus.catalog import Catalog
from corpus.errors import CasetroveError, GoneCatalogError
from indexer.encoders.choice import Encoders
from indexer.errors import GenerationError, NoGenerationError, lost_catalog
from indexer.folder import DataFolder
from indexer.generation import Generation, open_current

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.5
_TRY_AGAIN_S = 5.0
"""After a generation could not be opened: what was in the way may be gone."""


class Live:
    """``pin()`` gives the served generation; a request works with what it pinned until it ends.

    Between ``follow`` and ``leave`` a thread looks for a newer one twice a second, so that it is open before
    the next request comes; without it, the first request after a change opens it.
    """

    def __init__(self, folder: DataFolder, catalog: Catalog, encoders: Encoders) -> None:
        self._folder, self._catalog, self._encoders = folder, catalog, encoders
        self._leaving = threading.Event()
        self._follower: threading.Thread | None = None
        self._generation: Generation | None = None
        self._failed: tuple[int | None, float, Exception] | None = None
        self._opening = threading.Lock()
        self._trouble: str | None = None

    def pin(self) -> Generation:
        """The served generation.

        While one thread opens a newer one, the others go on with the one they have; so do all where the
        newer one cannot be opened; it is tried again after some seconds. Raises NoGenerationError, DamagedError or
        MismatchError where there is none to go on with.
        """
        held = self._generation
        if held is not None and self._is_newest(held):
            return held
        if not self._opening.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            held = self._generation
            if held is None or not self._is_newest(held):
                held = self._open(held)
            return held
        finally:
            self._opening.release()

    def catch_up(self) -> Generation:
        """The same, but not before what ``CURRENT`` names is open, however long that takes.

        Raises GenerationError where that cannot be opened.
        """
        with self._opening:
            held = self._generation
            if held is None or not self._is_newest(held):
                held = self._open(held)
        if self._failed is not None and self._failed[0] == self._folder.current_generation():
            raise GenerationError(
                f"generation {self._failed[0]} cannot be opened by this server ({self._failed[2]}): generation "
                f"{held.manifest.generation} is served on, and the other is tried again every {_TRY_AGAIN_S:g} s"
            )
        return held

    def check(self) -> None:
        """Raise what ``pin`` raises, and LostCatalogError or CatalogError where its texts could not be shown."""
        self.pin()
        try:
            is_there = self._catalog.ever_held()
        except GoneCatalogError:
            is_there = False
        if not is_there:
            raise lost_catalog(self._catalog.path)

    @property
    def failing(self) -> str | None:
        """Why an older generation than the newest is served; None where the newest is, as far as is known."""
        return None if self._failed is None else f"generation {self._failed[0]} cannot be opened: {self._failed[2]}"

    def follow(self) -> None:
        """Start looking for newer generations."""
        self._leaving.clear()
        self._follower = threading.Thread(target=self._follow, name="casetrove-follow", daemon=True)
        self._follower.start()

    def leave(self) -> None:
        """Stop looking."""
        self._leaving.set()
        if self._follower is not None:
            self._follower.join()
            self._follower = None

    def _follow(self) -> None:
        while not self._leaving.wait(_LOOK_EVERY_S):
            self._look()
        self._catalog.close()

    def _look(self) -> None:
        """Open a newer generation, if there is one; what keeps this from being served is logged once."""
        trouble = None
        try:
            self.check()
        except NoGenerationError:  # the first upload makes one
            pass
        except (CasetroveError, OSError) as error:
            trouble = self._folder.spelled(str(error))
            if trouble != self._trouble:
                _log.warning("no question can be answered: %s", trouble)
        self._trouble = trouble

    def _is_newest(self, held: Generation) -> bool:
        """Whether there is nothing newer to open than ``held``, as far as is known."""
        try:
            current = self._folder.current_generation()
        except GenerationError:
            return True
        if self._failed is not None and self._failed[0] == current:
            return time.monotonic() - self._failed[1] < _TRY_AGAIN_S
        return current == held.manifest.generation

    def _open(self, held: Generation | None) -> Generation:
        number = None
        try:
            number = self._folder.current_generation()
            self._generation = open_current(self._folder, self._catalog, self._encoders, held)
            self._failed = None
        except (CasetroveError, OSError) as error:
            if held is None:
                raise
            self._failed = (number, time.monotonic(), error)
            _log.warning(
                "generation %d is served on, the newer one cannot be: %s",
                held.manifest.generation,
                self._folder.spelled(str(error)),
            )
            return held
        return self._generation
