"""The served corpus as it changes: what is asked of it becomes jobs, and in the background they are carried out."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from corpus.errors import CasetroveError, CatalogError, GoneCatalogError, NotFoundError
from indexer.build import is_behind
from indexer.folder import numbered
from indexer.history import rollback
from indexer.manifest import Manifest
from search_api.changes import Changes
from search_api.errors import refused
from search_api.jobs import Job, Jobs, Kind, RebuildState, new_id
from search_api.overlaps import Decision, carry_out, decision
from search_api.rebuilder import Rebuilder
from search_api.runner import Runner
from search_api.service import Service
from search_api.uploads import Incoming, Kept, Upload


class Library:
    """Takes reports in and out of the catalog of ``service``, and lets its index follow.

    Asking returns at once, with a job to look at. Jobs are carried out between ``start`` and ``stop``, in one of
    the processes that serve the folder: one at a time changes the catalog, and one build meets all that wait for it.
    A job outlives the process: the next to start takes up what was not done.
    """

    def __init__(self, service: Service) -> None:
        root = service.folder.root
        self._folder, self._catalog, self._live = service.folder, service.catalog, service.live
        self._encoders = service.encoders
        self._jobs = Jobs(root / "jobs.sqlite")
        self._incoming = Incoming(root / "incoming")
        self._runner = Runner(
            root / "jobs.lock",
            {"casetrove-changes": self._change, "casetrove-rebuild": self._index},
            prepare=self._catch_up,
            leave=self._leave,
        )
        self._changes = Changes(
            service.catalog,
            self._jobs,
            self._incoming,
            Kept(service.folder.uploads),
            self._is_behind,
            self._is_stopping,
        )
        self._rebuilder = Rebuilder(
            service.folder,
            service.catalog,
            self._jobs,
            service.encoders.preferred,
            service.live.catch_up,
            self._is_behind,
            self._is_stopping,
        )

    def start(self) -> None:
        """Let jobs be carried out; if the index is behind the catalog already, a rebuild is one of them."""
        self._changes.open()
        self._runner.start()

    def stop(self) -> None:
        """End the background threads; reading and building are given up, and what is served stays as it is."""
        self._runner.tell_to_stop()
        self._changes.close()
        self._runner.stop()

    def upload(self, uploads: Iterable[Upload]) -> Job:
        """Keep the files, so that they outlive this process, and ask for them to be read and indexed.

        A file that cannot be read is among the job's outcomes with its reason, and the others go on; where none can,
        the job fails. The bytes of those that were taken are kept. Raises NoRoomError, NotWritableError and other
        errors of the tree where the bytes cannot be kept: then none of them are.
        """
        job_id = new_id()
        try:
            names = self._incoming.put(job_id, uploads)
            return self._asked(self._jobs.add("upload", job_id=job_id, names=names))
        except BaseException as error:
            self._incoming.remove(job_id)
            if isinstance(error, OSError | CasetroveError):
                raise refused("the files", error) from error
            raise

    def delete(self, report_id: str) -> Job:
        """Ask for a report to be taken out of the catalog, its uploaded bytes with it, and out of the index.

        Files that were not uploaded stay where they are. Raises NotFoundError, which says so where what is served
        holds a report that has left the catalog.
        """
        try:
            self._catalog.resolve(report_id)
        except NotFoundError as error:
            raise NotFoundError(f"{error}{self._served_still(report_id)}") from error
        return self._asked(self._add("delete", report_id=report_id))

    def decide(self, one: str, other: str, *, same: bool) -> tuple[Decision, Job | None]:
        """Keep a person's decision: ``other`` is the article of ``one``, too, or (not ``same``) it is not.

        A report and one of its sources are parted. There is a job where the index must follow; to tell two reports
        apart changes none. Raises NotFoundError, UsageError where the two are one report, and what keeps a job out.
        """
        wanted = decision(self._catalog, one, other, same=same)
        if wanted.verdict != "apart":
            return wanted, self._asked(self._add(wanted.verdict, report_id=wanted.one, other=wanted.other))
        try:
            carry_out(self._catalog, wanted)
        except CatalogError as error:
            raise refused("decisions", error) from error
        return wanted, None

    def forget_failure(self, number: int) -> None:
        """Let a failure to read a file go: a file that is given again and fails again is listed again.

        Raises NotFoundError, and what keeps it from being written.
        """
        try:
            self._catalog.dismiss(number)
        except CatalogError as error:
            raise refused("what is forgotten", error) from error

    def serve(self, number: int) -> Manifest:
        """Serve another generation, back or forward; it stays until the catalog changes and a newer one is built.

        Raises NotFoundError where there is none of that number, LockedError while the index is being built,
        GenerationError where it cannot be served: then what was served is served on.
        """
        if number not in numbered(self._folder):
            there = ", ".join(map(str, numbered(self._folder))) or "none"
            raise NotFoundError(f"there is no generation {number}; on disk: {there}")
        try:
            with self._folder.lock():
                manifest = rollback(self._folder, number, self._catalog, self._encoders)
        except OSError as error:
            raise refused("other choices of what is served", error) from error
        self._live.catch_up()
        return manifest

    def reindex(self, *, force: bool = False) -> Job:
        """Ask for the index to be brought up to the catalog; with ``force`` it is built anew though nothing changed.

        A forced job fails while a rollback is served, which it would undo.
        """
        return self._asked(self._add("rebuild", force=force))

    def job(self, job_id: str) -> Job:
        """A job as it stands. Raises NotFoundError."""
        return self._served(self._jobs.get(job_id))

    def job_version(self, job_id: str) -> int | None:
        """A number that grows when the job changes, quickly looked up; None where it is not known (any more)."""
        return self._jobs.version(job_id)

    def jobs(self, limit: int, after: str = "") -> list[Job]:
        """The last ``limit`` jobs, or those before the job ``after``; the newest first. Raises NotFoundError."""
        return [self._served(job) for job in self._jobs.newest(limit, after)]

    def open_jobs(self) -> dict[str, int]:
        """How many jobs are "waiting" and how many "running"."""
        return self._jobs.open_by_state()

    def rebuild(self) -> RebuildState:
        """What becomes of the index, in whatever process; where nothing does, this one serves what is built."""
        state = self._jobs.rebuild_state()
        if not state.building and not state.waiting:
            with suppress(CasetroveError, OSError):  # whoever asks a question is told
                self._live.catch_up()
        return state

    def _served(self, job: Job) -> Job:
        """The job, which is not told to be done before this process serves what another may have built.

        Where it cannot, the ``reason`` says why.
        """
        if job.state != "done":
            return job
        try:
            self._live.catch_up()
        except (CasetroveError, OSError) as error:
            return replace(job, reason=str(error))
        return job

    def _served_still(self, report_id: str) -> str:
        """Why a search may find a report that is not in the catalog, and what ends that; "" where none does."""
        try:
            generation, newest = self._live.pin(), self._folder.passed_over()
        except (CasetroveError, OSError):
            return ""
        if report_id not in generation.ordinals:
            return ""
        number = generation.manifest.generation
        if newest is None:
            return f" any more, but in generation {number}, which is served until the next one is built"
        return f" any more, but in generation {number}, served by a rollback: `casetrove rollback {newest}` ends that"

    def _add(self, kind: Kind, *, report_id: str | None = None, other: str | None = None, force: bool = False) -> Job:
        try:
            return self._jobs.add(kind, report_id=report_id, other=other, force=force)
        except CatalogError as error:
            raise refused("new jobs", error) from error

    def _asked(self, job: Job) -> Job:
        self._runner.wake()
        return job

    def _catch_up(self) -> None:
        self._incoming.sweep(self._jobs.needs_files)
        if not self._jobs.to_index() and self._is_behind():
            self._jobs.add("rebuild")

    def _change(self) -> bool:
        changed = self._changes.step()
        if changed:
            self._runner.wake()
        return changed

    def _index(self) -> bool:
        return self._rebuilder.step()

    def _is_behind(self) -> bool:
        """Whether the index lacks what the catalog holds; where the catalog cannot be asked, it may, if it is there."""
        try:
            return is_behind(self._folder, self._catalog)
        except GoneCatalogError:
            return False
        except CatalogError:
            return True

    def _is_stopping(self) -> bool:
        return self._runner.is_stopping

    def _leave(self) -> None:
        self._catalog.close()
        self._jobs.close()
