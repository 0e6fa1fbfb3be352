"""Keeps the index up with the catalog, so that answering never waits for indexing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from corpus.catalog import Catalog
from corpus.errors import CasetroveError
from indexer.build import build
from indexer.encoders.base import Encoder
from indexer.errors import LockedError
from indexer.folder import DataFolder
from indexer.model import BuildProgress
from search_api.jobs import Jobs

_log = logging.getLogger(__name__)
_TELL_S = 0.25
"""How often the jobs are told how far a build is."""


class _StoppedError(Exception):
    """Raised inside a build when the program ends; the generation served before stays the one served."""


class Rebuilder:
    """Builds the generations that jobs wait for; those that come during a build are met together by the next.

    ``encoder`` gives the encoder to build with; a build ends early where ``is_stopping`` says so.
    """

    def __init__(
        self,
        folder: DataFolder,
        catalog: Catalog,
        jobs: Jobs,
        encoder: Callable[[], Encoder],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._folder, self._catalog, self._jobs = folder, catalog, jobs
        self._encoder, self._is_stopping = encoder, is_stopping

    def step(self) -> bool:
        """Build once for all jobs that wait for it; False where none do, or another process holds the folder.

        Raises CatalogError where the jobs cannot be told how it ended: then they still wait.
        """
        waiting = self._jobs.to_index()
        if not waiting:
            return False
        ids = [job.id for job in waiting]
        try:
            with self._folder.lock():
                self._jobs.begin(ids)
                built = build(
                    self._folder,
                    self._catalog,
                    self._encoder(),
                    on_progress=self._teller(ids),
                    force=any(job.force for job in waiting),
                )
        except LockedError as error:
            self._jobs.hold_up(ids, str(error))
            return False
        except _StoppedError:
            _log.info("a rebuild was given up because the program ends; the next start takes it up again")
        except CasetroveError as error:
            _log.warning("rebuilding the index failed: %s", error)
            self._jobs.fail(ids, str(error))
        except Exception as error:
            _log.exception("rebuilding the index failed")
            self._jobs.fail(
                ids, f"rebuilding failed unexpectedly ({type(error).__name__}); the server's log says where"
            )
        else:
            newest = self._folder.passed_over()
            chosen = (
                f"generation {built.manifest.generation} was chosen by a rollback: see `casetrove rollback {newest}`"
            )
            self._jobs.end(ids, built.manifest.generation, chosen if newest is not None else None)
        return True

    def _teller(self, ids: list[str]) -> Callable[[BuildProgress], None]:
        """What tells the jobs how far a build is: each new stage, and then a few times a second."""
        stage, told = "", 0.0

        def tell(progress: BuildProgress) -> None:
            nonlocal stage, told
            if self._is_stopping():
                raise _StoppedError
            if progress.stage != stage or time.monotonic() - told > _TELL_S:
                self._jobs.progress(ids, progress.stage, progress.done, progress.total)
                stage, told = progress.stage, time.monotonic()

        return tell
