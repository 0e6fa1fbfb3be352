"""The served generation: pinned by each request, swapped when ``CURRENT`` changes."""

from __future__ import annotations

import logging
import threading

from corpus.catalog import Catalog
from indexer.encoders.base import EncoderInfo
from indexer.errors import GenerationError
from indexer.folder import DataFolder
from indexer.generation import Generation, open_current

_log = logging.getLogger(__name__)


class Live:
    """``pin()`` gives the newest generation; a request works with what it pinned until it ends."""

    def __init__(self, folder: DataFolder, catalog: Catalog, encoder: EncoderInfo) -> None:
        self._folder, self._catalog, self._encoder = folder, catalog, encoder
        self._generation: Generation | None = None
        self._tried: int | None = None
        self._opening = threading.Lock()

    def pin(self) -> Generation:
        """The served generation.

        While one thread opens a newer one, the others go on with the one they have; so do all where the
        newer one cannot be opened, until there is another. Raises NoGenerationError, DamagedError or
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

    def _is_newest(self, held: Generation) -> bool:
        """Whether there is nothing newer to open than ``held``, as far as is known."""
        try:
            return self._folder.current_generation() in (held.manifest.generation, self._tried)
        except GenerationError:
            return True

    def _open(self, held: Generation | None) -> Generation:
        try:
            self._tried = self._folder.current_generation()
            self._generation = open_current(self._folder, self._catalog, self._encoder)
        except GenerationError as error:
            if held is None:
                raise
            _log.warning("generation %d is served on, the newer one cannot be: %s", held.manifest.generation, error)
            return held
        return self._generation
