"""Keeps the index up with the catalog, so that answering never waits for indexing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from corpus.catalog import Catalog
from corpus.errors import CasetroveError
from indexer.build import build
from indexer.encoders.base import Encoder
from indexer.errors import GenerationError, LockedError
from indexer.folder import DataFolder
from indexer.model import BuildProgress
from search_api.jobs import Job, Jobs

_log = logging.getLogger(__name__)
_TELL_S = 0.25
"""How often the jobs are told how far a build is."""
_RETRY_S = (5.0, 60.0)
"""After a build that failed, the first and the longest pause; it doubles each time."""


class _StoppedError(Exception):
    """Raised inside a build when the program ends; the generation served before stays the one served."""


class Rebuilder:
    """Builds the generations that jobs wait for; those that come during a build are met together by the next.

    A build that fails is tried again by itself as long as the catalog is ahead of the index, or at once when somebody
    asks for another; its jobs wait, and say why.
    ``encoder`` gives the encoder to build with; ``swap`` lets this process serve what was built, and raises
    CasetroveError where it cannot: only then are jobs done; ``is_behind`` tells whether the index lacks what the
    catalog holds; a build ends early where ``is_stopping`` says so.
    """

    def __init__(
        self,
        folder: DataFolder,
        catalog: Catalog,
        jobs: Jobs,
        encoder: Callable[[], Encoder],
        swap: Callable[[], object],
        is_behind: Callable[[], bool],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._folder, self._catalog, self._jobs = folder, catalog, jobs
        self._encoder, self._swap = encoder, swap
        self._is_behind, self._is_stopping = is_behind, is_stopping
        self._tried: frozenset[str] = frozenset()
        self._trouble: str | None = None
        self._pause_s = self._attempt_at = 0.0

    def step(self) -> bool:
        """Build once for all jobs that wait for it; False where none do, or they are to wait longer.

        That is while another process holds the folder, or for some time after a build that failed. Raises
        CatalogError where the jobs cannot be told how it ended: then they still wait.
        """
        waiting = self._jobs.to_index()
        ids = [job.id for job in waiting]
        if not ids or (self._tried.issuperset(ids) and time.monotonic() < self._attempt_at):
            return False
        try:
            with self._folder.lock():
                if self._refuses_to_undo(waiting):
                    return True
                self._jobs.begin(ids, reason=self._trouble)
                built = build(
                    self._folder,
                    self._catalog,
                    self._encoder(),
                    on_progress=self._teller(ids),
                    force=any(job.force for job in waiting),
                )
                newest = self._folder.passed_over()
                self._swap()
        except LockedError as error:
            self._jobs.hold_up(ids, str(error))
            return False
        except _StoppedError:
            _log.info("a rebuild was given up because the program ends; the next start takes it up again")
        except CasetroveError as error:
            reason = self._folder.spelled(str(error))
            if not (self._trouble or "").startswith(reason):  # else it is told already
                _log.warning("rebuilding the index failed: %s", reason)
            self._fail(ids, reason)
        except Exception as error:
            _log.exception("rebuilding the index failed")
            self._fail(ids, f"rebuilding failed unexpectedly ({type(error).__name__}); the server's log says where")
        else:
            self._trouble, self._pause_s, self._attempt_at = None, 0.0, 0.0
            chosen = (
                f"generation {built.manifest.generation} was chosen by a rollback: see `casetrove rollback {newest}`"
            )
            self._jobs.end(
                ids,
                built.manifest.generation,
                self._folder.spelled(chosen) if newest is not None else None,
                embedded=built.passages.embedded,
                from_cache=built.passages.known,
            )
        return True

    def _refuses_to_undo(self, waiting: list[Job]) -> bool:
        """Whether a job failed now because, forced, it would undo a rollback that nobody took back."""
        forced = [job.id for job in waiting if job.force]
        try:
            newest = self._folder.passed_over()
        except GenerationError:  # nobody knows what is served: building anew mends that
            return False
        if newest is None or not forced:
            return False
        number = self._folder.current_generation()
        self._jobs.fail(
            forced,
            self._folder.spelled(
                f"generation {number} is served by a rollback: run `casetrove rollback {newest}` first, then ask again"
            ),
        )
        return True

    def _fail(self, ids: list[str], reason: str) -> None:
        """End the jobs of a build that failed, or, where the index lacks what the catalog holds, try again later."""
        self._tried = frozenset(ids)
        if not self._is_behind():
            self._trouble = None
            self._jobs.fail(ids, reason)
            return
        self._pause_s = min(2 * self._pause_s or _RETRY_S[0], _RETRY_S[1])
        self._trouble, self._attempt_at = f"{reason}; it is being tried again", time.monotonic() + self._pause_s
        self._jobs.hold_up(ids, f"{reason}; it is tried again in {self._pause_s:g} s")

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
