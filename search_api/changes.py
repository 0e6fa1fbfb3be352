"""What jobs change in the catalog, one job after another: uploads in, reports out, two made one and one made two."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import PurePosixPath

from corpus.catalog import Catalog
from corpus.errors import CasetroveError, NotFoundError, UsageError
from corpus.ingest import ingest_bytes
from corpus.journal import Attempt, now
from corpus.readers.workers import Workers
from search_api.errors import is_no_room
from search_api.jobs import FULL, Job, Jobs, Uploaded
from search_api.overlaps import Decision, carry_out
from search_api.uploads import UPLOAD, Incoming, Kept, safe_name

_log = logging.getLogger(__name__)


class Changes:
    """Makes the changes that ``jobs`` ask for. Between ``open`` and ``close`` files are read in a process of their own:

    what a hostile file does to its reader, it does not do to the server. Bytes that came in are on the disk in
    ``kept``, and what was read of them in the catalog, before they leave ``incoming``. ``is_behind`` tells whether the
    index lacks what the catalog holds.
    """

    def __init__(
        self,
        catalog: Catalog,
        jobs: Jobs,
        incoming: Incoming,
        kept: Kept,
        is_behind: Callable[[], bool],
        is_stopping: Callable[[], bool],
    ) -> None:
        self._catalog, self._jobs, self._incoming, self._kept = catalog, jobs, incoming, kept
        self._is_behind, self._is_stopping = is_behind, is_stopping
        self._workers: Workers | None = None

    def open(self) -> None:
        """Let files be read; the process for it starts with the first."""
        self._workers = Workers(count=1)

    def close(self) -> None:
        """Give up reading; the job that is at it is taken up again at the next start."""
        if self._workers is not None:
            self._workers.close()

    def step(self) -> bool:
        """Make the change of the oldest job that waits for it; False where none does.

        What a process that was killed had begun is done again, from the first file without an outcome: the catalog
        knows what it holds already. Raises CatalogError where the job cannot be told how it ended: then it still waits.
        """
        job = self._jobs.next_change()
        if job is None:
            return False
        try:
            if job.kind == "upload":
                self._take_in(job)
            elif job.kind == "delete":
                self._take_out(job)
            else:
                self._decide(job)
        except Exception as error:
            if self._is_stopping():
                return False
            if is_no_room(error):
                self._incoming.remove(job.id)  # first, for to note why it failed takes room too
            self._fail(job, error)
        self._incoming.remove(job.id)
        return True

    def _take_in(self, job: Job) -> None:
        names, read = self._jobs.names(job.id), len(job.outcomes)
        self._jobs.begin([job.id], "read", done=read, total=read + len(names))
        for number, name in names:
            self._jobs.note_outcome(job.id, number, self._read(name, self._incoming.get(job.id, number)))
        outcomes = self._jobs.get(job.id).outcomes
        if any(uploaded.outcome != "failed" for uploaded in outcomes):
            self._jobs.note_change(job.id)
        else:
            reasons = [failure.reason for uploaded in outcomes for failure in uploaded.failures]
            self._jobs.fail([job.id], "; ".join(reasons) or "no file was sent")

    def _take_out(self, job: Job) -> None:
        self._jobs.begin([job.id], "remove")
        assert job.report_id is not None
        try:
            sources = self._catalog.sources(self._catalog.resolve(job.report_id))
            self._catalog.delete(job.report_id)
            names = {source.path.removeprefix(UPLOAD) for source in sources if source.path.startswith(UPLOAD)}
        except NotFoundError:  # gone before: whoever took it out may have been killed before its bytes were forgotten
            names = self._kept.names()
        left = self._forget(names)  # before the change is noted: what a kill leaves of it is done again
        if left:
            raise CasetroveError(
                f"report {job.report_id!r} is out of the catalog and leaves the index, but what was uploaded of it "
                f"could not be removed: remove {', '.join(left)} yourself"
            )
        self._jobs.note_change(job.id)

    def _decide(self, job: Job) -> None:
        self._jobs.begin([job.id], job.kind)
        assert job.report_id is not None
        assert job.other is not None
        carry_out(self._catalog, Decision(job.report_id, job.other, "merge" if job.kind == "merge" else "part"))
        self._jobs.note_change(job.id)

    def _forget(self, names: Iterable[str]) -> list[str]:
        """Remove the files of which the catalog holds no report; those that could not be, each with the reason."""
        left = []
        for name in sorted(names):
            try:
                if not self._catalog.records(UPLOAD + name):
                    self._kept.remove(name)
            except OSError as error:
                left.append(f"{error.filename or name} ({error.strerror})")
        return left

    def _fail(self, job: Job, error: Exception) -> None:
        """Tell why the job failed; the index follows what it had changed in the catalog before."""
        if is_no_room(error):
            reason = f"{FULL}: files that were not read before were not kept; make room, then ask again"
        elif isinstance(error, CasetroveError):
            reason = str(error)
        elif isinstance(error, OSError):
            reason = (
                f"the files of this job could not be kept or read ({error.strerror}): check the disk, send them again"
            )
        else:
            reason = f"this failed unexpectedly ({type(error).__name__}); the server's log says where"
        _log.error("job %s failed: %s", job.id, reason, exc_info=error)
        if self._is_behind():
            self._jobs.add("rebuild")
        self._jobs.fail([job.id], reason)

    def _read(self, name: str, data: bytes) -> Uploaded:
        try:
            safe = safe_name(name)
        except UsageError as error:
            refused = Attempt(now(), name, "", len(data), "", "", "failed", error.code, str(error))
            return Uploaded(name, "", 0, 0, 0, 0, (refused,), None)
        digest = sha256(data).hexdigest()
        safe = self._free_name(safe, digest)
        source = UPLOAD + safe
        self._kept.put(safe, digest, data)
        assert self._workers is not None
        try:
            summary = ingest_bytes(self._catalog, data, source, self._workers.read)
        finally:
            if not self._catalog.records(source):
                self._kept.remove(safe)
        found = self._catalog.reports_of(source)
        return Uploaded(
            name,
            source,
            summary.read,
            summary.updated,
            summary.unchanged,
            summary.duplicates,
            tuple(summary.failures),
            found[0] if len(found) == 1 else None,
        )

    def _free_name(self, name: str, digest: str) -> str:
        """``name``, numbered where other bytes have it: a name is a label, so it never replaces another's report."""
        path, candidate, number = PurePosixPath(name), name, 1
        while self._taken(candidate, digest):
            number += 1
            candidate = f"{path.stem} ({number}){path.suffix}"
        return candidate

    def _taken(self, name: str, digest: str) -> bool:
        known = self._catalog.file(UPLOAD + name)
        if not self._catalog.records(UPLOAD + name):
            return False
        if known is None or not known[0]:  # whoever read it was killed before all of it was stored
            return not self._kept.has(name, digest)
        return known[0] != digest
