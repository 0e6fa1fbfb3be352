"""What was asked to be done to the corpus, kept in SQLite so that it outlives the process that was asked.

A job first changes the catalog and then waits for an index that holds the change. Any process may add jobs and look
at them; only one, which ``runner`` chooses, carries them out.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from corpus.database import Database
from corpus.errors import NotFoundError
from corpus.journal import Attempt, Outcome, now

Kind = Literal["upload", "delete", "rebuild", "merge", "part"]
State = Literal["waiting", "running", "done", "failed"]

FULL = "the disk is full"
"""How the reason of a job begins that failed for want of room."""
KEPT = 500
"""So many ended jobs are remembered."""

_FORMAT = 1
_SCHEMA = """
CREATE TABLE jobs(
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,
    created TEXT NOT NULL, started TEXT, ended TEXT, stage TEXT NOT NULL, done INTEGER NOT NULL,
    total INTEGER NOT NULL, reason TEXT, generation INTEGER, report_id TEXT, force INTEGER NOT NULL,
    in_catalog INTEGER NOT NULL, version INTEGER NOT NULL, embedded INTEGER, from_cache INTEGER, other TEXT);
CREATE INDEX jobs_by_state ON jobs(state, in_catalog);
CREATE TABLE files(
    job TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, outcome TEXT, PRIMARY KEY(job, number)
    ) WITHOUT ROWID;
"""
_LATER = {"embedded": "INTEGER", "from_cache": "INTEGER", "other": "TEXT"}
"""Columns of ``jobs`` that a file which an older program made lacks; that program writes to a file with them, too."""
_COLUMNS = (
    "id,kind,state,created,started,ended,stage,done,total,reason,generation,report_id,force,in_catalog,version,"
    + ",".join(_LATER)
)
_OUTCOMES = """(SELECT json_group_array(json(outcome)) FROM
    (SELECT outcome FROM files WHERE job=jobs.id AND outcome IS NOT NULL ORDER BY number))"""
_JOBS = f"SELECT {_COLUMNS},{_OUTCOMES} FROM jobs"
"""Jobs with what became of their files, of one moment: a job that ends between two looks would be half of each."""
_OPEN = "state IN ('waiting','running')"
_ENDED = "state IN ('done','failed')"
_FORGOTTEN = f"{_ENDED} AND number<=(SELECT number FROM jobs WHERE {_ENDED} ORDER BY number DESC LIMIT 1 OFFSET ?)"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of one upload, counted in reports (a file that cannot be read at all fails once).

    ``source`` is how the catalog knows it, "" where the name was refused; ``report_id`` is the report
    that it became or repeats, None where it failed or holds several records.
    """

    name: str
    source: str
    read: int
    updated: int
    unchanged: int
    duplicates: int
    failures: tuple[Attempt, ...]
    report_id: str | None

    @property
    def outcome(self) -> Outcome:
        """The most telling of its counts."""
        counts: tuple[tuple[Outcome, int], ...] = (
            ("read", self.read),
            ("updated", self.updated),
            ("duplicate", self.duplicates),
            ("unchanged", self.unchanged),
        )
        return next((outcome for outcome, count in counts if count), "failed")


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it stands.

    It ends as "done" once a generation with what it asked for is served, ``generation`` being that one, or as
    "failed", with the ``reason``; a job that waits for someone, or whose build failed and is tried again, says so in
    ``reason`` too. ``embedded`` and ``from_cache``: of the passages that its build wrote anew, how many were embedded
    and how many were known; None until it is done. ``stage``, ``done`` and ``total`` tell how far it is.
    ``in_catalog``: its change of the catalog is made, only the index is still to follow. ``report_id`` is what a
    deletion takes out, or a decision keeps, ``other`` what is merged into it or parted from it; ``outcomes`` what
    became of the files of an upload, those that were read so far, in order.
    ``version`` grows with every change. Times are UTC, ISO 8601.
    """

    id: str
    kind: Kind
    state: State
    created: str
    started: str | None
    ended: str | None
    stage: str
    done: int
    total: int
    reason: str | None
    generation: int | None
    report_id: str | None
    force: bool
    in_catalog: bool
    version: int
    embedded: int | None = None
    from_cache: int | None = None
    other: str | None = None
    outcomes: tuple[Uploaded, ...] = ()

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state in ("done", "failed")

    @property
    def is_settled(self) -> bool:
        """Whether it is known what becomes of its files or its report: the index alone may be to follow."""
        return self.in_catalog or self.is_ended

    @property
    def is_out_of_room(self) -> bool:
        """Whether it failed because the disk is full."""
        return self.state == "failed" and (self.reason or "").startswith(FULL)

    @property
    def is_unreadable(self) -> bool:
        """Whether it failed because not one of its files could be read."""
        all_failed = all(uploaded.outcome == "failed" for uploaded in self.outcomes)
        return self.state == "failed" and not self.in_catalog and 0 < self.done == self.total and all_failed


@dataclass(frozen=True, slots=True)
class RebuildState:
    """What becomes of the index. ``waiting``: a rebuild was asked for that has not begun.

    ``stage``, ``done`` and ``total`` tell how far a build under way has come. ``last_error`` stays until a
    rebuild succeeds; ``last_built`` is when one last did (UTC, ISO 8601; None where no job tells), of whose passages
    ``last_embedded`` were embedded and ``last_from_cache`` known, those aside that were taken over.
    """

    building: bool = False
    waiting: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    last_error: str | None = None
    last_built: str | None = None
    last_embedded: int | None = None
    last_from_cache: int | None = None


class Jobs(Database):
    """The jobs in the file at ``path``. Safe to share between threads and processes; methods raise CatalogError.

    What a method has noted outlives a power cut, as what the catalog holds does.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "list of jobs", _SCHEMA, _FORMAT)
        if self._lacking():
            with self.writing():
                for column in self._lacking():  # another process may have been faster
                    self._run(f"ALTER TABLE jobs ADD COLUMN {column} {_LATER[column]}")

    def _lacking(self) -> list[str]:
        there = {row[0] for row in self._rows("SELECT name FROM pragma_table_info('jobs')")}
        return [column for column in _LATER if column not in there]

    # ---- looking -------------------------------------------------------------------------------

    def get(self, job_id: str) -> Job:
        """The job as it stands. Raises NotFoundError."""
        row = self._row(f"{_JOBS} WHERE id=?", job_id)
        if row is None:
            raise NotFoundError(f"job {job_id!r} is not known: only the newest {KEPT} that ended are remembered")
        return self._job(row)

    def version(self, job_id: str) -> int | None:
        """A number that grows when the job changes; None where it is not known (any more)."""
        row = self._row("SELECT version FROM jobs WHERE id=?", job_id)
        return None if row is None else int(row[0])

    def newest(self, limit: int, after: str = "") -> list[Job]:
        """The last ``limit`` jobs, or those before the job ``after``; the newest first. Raises NotFoundError."""
        if not after:
            return [self._job(row) for row in self._rows(f"{_JOBS} ORDER BY number DESC LIMIT ?", limit)]
        self.get(after)
        older = f"{_JOBS} WHERE number<(SELECT number FROM jobs WHERE id=?) ORDER BY number DESC LIMIT ?"
        return [self._job(row) for row in self._rows(older, after, limit)]

    def needs_files(self, job_id: str) -> bool | None:
        """Whether the files of this job are still to be read; None where no such job is known."""
        row = self._row(f"SELECT {_OPEN} AND NOT in_catalog FROM jobs WHERE id=?", job_id)
        return None if row is None else bool(row[0])

    def rebuild_state(self) -> RebuildState:
        """What becomes of the index, as the jobs tell."""
        rows = self._rows(
            f"SELECT state,stage,done,total,reason FROM jobs WHERE {_OPEN} AND in_catalog ORDER BY number"
        )
        running = next((row for row in rows if row[0] == "running"), None)
        waiting = next((row for row in rows if row[0] == "waiting"), None)
        last = self._row(f"SELECT state,reason FROM jobs WHERE {_ENDED} AND in_catalog ORDER BY number DESC LIMIT 1")
        built = self._row(
            "SELECT ended,embedded,from_cache FROM jobs WHERE state='done' AND in_catalog"
            " ORDER BY ended DESC,number DESC LIMIT 1"
        )
        error = last[1] if last and last[0] == "failed" else None
        _, stage, done, total, failed_before = running or ("", "", 0, 0, None)
        held_up = waiting[4] if waiting else None
        last_error = held_up or failed_before or error
        return RebuildState(running is not None, waiting is not None, stage, done, total, last_error, *(built or ()))

    def open_by_state(self) -> dict[str, int]:
        """How many jobs wait, and how many are running."""
        found = dict(self._rows(f"SELECT state,count(*) FROM jobs WHERE {_OPEN} GROUP BY state"))
        return {state: found.get(state, 0) for state in ("waiting", "running")}

    # ---- asking --------------------------------------------------------------------------------

    def add(
        self,
        kind: Kind,
        *,
        job_id: str | None = None,
        names: Sequence[str] = (),
        report_id: str | None = None,
        other: str | None = None,
        force: bool = False,
    ) -> Job:
        """A new job, which waits; the oldest that ended are forgotten. ``names`` are those of an upload's files."""
        job_id = job_id or new_id()
        with self.writing():
            self._run(
                "INSERT INTO jobs(id,kind,state,created,stage,done,total,report_id,other,force,in_catalog,version)"
                " VALUES(?,?,'waiting',?,'',0,0,?,?,?,?,1)",
                (job_id, kind, now(), report_id, other, force, kind == "rebuild"),
            )
            for number, name in enumerate(names):  # JSON, for a name need not be Unicode text
                self._run("INSERT INTO files VALUES(?,?,?,NULL)", (job_id, number, json.dumps(name)))
            self._run(f"DELETE FROM files WHERE job IN (SELECT id FROM jobs WHERE {_FORGOTTEN})", (KEPT,))
            self._run(f"DELETE FROM jobs WHERE {_FORGOTTEN}", (KEPT,))
        return self.get(job_id)

    # ---- carrying out --------------------------------------------------------------------------

    def next_change(self) -> Job | None:
        """The oldest job whose change of the catalog is to be made, or was begun by a process that is gone."""
        row = self._row(f"{_JOBS} WHERE {_OPEN} AND NOT in_catalog ORDER BY number LIMIT 1")
        return None if row is None else self._job(row)

    def to_index(self) -> list[Job]:
        """The jobs whose change is in the catalog and not yet in the index, the oldest first."""
        rows = self._rows(f"{_JOBS} WHERE {_OPEN} AND in_catalog ORDER BY number")
        return [self._job(row) for row in rows]

    def names(self, job_id: str) -> list[tuple[int, str]]:
        """The files of an upload that have no outcome yet, by number, with their names."""
        rows = self._rows("SELECT number,name FROM files WHERE job=? AND outcome IS NULL ORDER BY number", job_id)
        return [(row[0], json.loads(row[1])) for row in rows]

    def begin(
        self, ids: Sequence[str], stage: str = "", reason: str | None = None, *, done: int = 0, total: int = 0
    ) -> None:
        """Note that these jobs are being worked at; ``reason`` is why that failed before, if it did."""
        with self.writing():
            self._run(
                "UPDATE jobs SET started=? WHERE started IS NULL AND id IN (SELECT value FROM json_each(?))",
                (now(), json.dumps(ids)),
            )
            self._set(ids, state="running", stage=stage, done=done, total=total, reason=reason)

    def progress(self, ids: Sequence[str], stage: str, done: int, total: int) -> None:
        """Note how far these jobs have come."""
        self._set(ids, stage=stage, done=done, total=total)

    def note_outcome(self, job_id: str, number: int, outcome: Uploaded) -> None:
        """Keep what became of one file of an upload."""
        with self.writing():
            self._run(
                "UPDATE files SET outcome=? WHERE job=? AND number=?", (json.dumps(asdict(outcome)), job_id, number)
            )
            read, total = self._row("SELECT count(outcome),count(*) FROM files WHERE job=?", job_id)
            self._set([job_id], done=read, total=total)

    def note_change(self, job_id: str) -> None:
        """Note that the job's change is in the catalog, so that it waits for the index."""
        self._set([job_id], state="waiting", stage="", done=0, total=0, in_catalog=True)

    def hold_up(self, ids: Sequence[str], reason: str) -> None:
        """Note why these jobs wait."""
        self._set(ids, state="waiting", stage="", done=0, total=0, reason=reason)

    def end(
        self, ids: Sequence[str], generation: int, reason: str | None = None, *, embedded: int = 0, from_cache: int = 0
    ) -> None:
        """Note that the served generation holds what these jobs asked for, or for what ``reason`` it may not.

        Of the passages that its build wrote anew, ``embedded`` were embedded and ``from_cache`` known.
        """
        passages = {"embedded": embedded, "from_cache": from_cache}
        ended = {"reason": reason, "generation": generation, "ended": now()}
        self._set(ids, state="done", stage="", done=0, total=0, **ended, **passages)

    def fail(self, ids: Sequence[str], reason: str) -> None:
        """Note that these jobs failed, at the stage where they are, and why."""
        self._set(ids, state="failed", reason=reason, ended=now())

    def _set(self, ids: Sequence[str], **values: object) -> None:
        """Change these jobs, and the version of those for which that makes a difference."""
        names, given = ",".join(values), tuple(values.values())
        places = ",".join("?" * len(given))
        self._run(
            f"UPDATE jobs SET version=version+1,{','.join(f'{name}=?' for name in values)}"
            f" WHERE id IN (SELECT value FROM json_each(?)) AND ({names}) IS NOT ({places})",
            (*given, json.dumps(list(ids)), *given),
        )

    def _job(self, row: Sequence[Any]) -> Job:
        *facts, outcomes = row
        values = dict(zip(_COLUMNS.split(","), facts, strict=True))
        values |= {name: bool(values[name]) for name in ("force", "in_catalog")}
        return Job(**values, outcomes=tuple(_uploaded(outcome) for outcome in json.loads(outcomes)))


def new_id() -> str:
    """An id that no one can guess."""
    return uuid.uuid4().hex


def _uploaded(stored: dict[str, Any]) -> Uploaded:
    return Uploaded(**{**stored, "failures": tuple(Attempt(**failure) for failure in stored["failures"])})
