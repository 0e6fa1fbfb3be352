"""The served generation: pinned by each request, swapped when ``CURRENT`` changes."""

from __future__ import annotations

import threading

from corpus.catalog import Catalog
from indexer.encoders.base import EncoderInfo
from indexer.folder import DataFolder
from indexer.generation import Generation, open_current


class Live:
    """``pin()`` gives the newest generation; a request works with what it pinned until it ends."""

    def __init__(self, folder: DataFolder, catalog: Catalog, encoder: EncoderInfo) -> None:
        self._folder, self._catalog, self._encoder = folder, catalog, encoder
        self._generation: Generation | None = None
        self._opening = threading.Lock()

    def pin(self) -> Generation:
        """The served generation.

        While one thread opens a newer one, the others go on with the one they have. Raises
        NoGenerationError, DamagedError or MismatchError where there is none to fall back on.
        """
        held = self._generation
        if held is not None and held.manifest.generation == self._folder.current_generation():
            return held
        if not self._opening.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            held = self._generation
            if held is None or held.manifest.generation != self._folder.current_generation():
                self._generation = held = open_current(self._folder, self._catalog, self._encoder)
            return held
        finally:
            self._opening.release()
