"""What became of every file: the bytes it had, and each attempt to read it. The catalog is built on it."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from corpus.database import Database
from corpus.errors import NotFoundError

Outcome = Literal["read", "updated", "unchanged", "duplicate", "failed"]

SCHEMA = """
CREATE TABLE files(
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, reader TEXT NOT NULL, failed INTEGER NOT NULL);
CREATE TABLE attempts(
    attempt INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, path TEXT NOT NULL, record TEXT NOT NULL,
    bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, reader TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL,
    reason TEXT NOT NULL);
CREATE INDEX attempts_by_place ON attempts(path, record);
"""
_COLUMNS = "at,path,record,bytes,attempts.sha256,attempts.reader,outcome,code,reason"
_FAILURES = (
    "attempts JOIN files USING(path) WHERE failed AND attempts.sha256=files.sha256 AND outcome='failed'"
    " AND attempt=(SELECT max(attempt) FROM attempts a WHERE a.path=attempts.path AND a.record=attempts.record)"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to read a file or a record of it.

    ``code`` and ``reason`` say why it failed; after a success ``reason`` holds what is to be known of it all the
    same (its code is then "note"), or nothing. ``bytes`` and ``sha256`` are the file's. "dismissed" is no attempt, but
    that somebody let a failure go.
    """

    at: str
    path: str
    record: str
    bytes: int
    sha256: str
    reader: str
    outcome: Outcome | Literal["dismissed"]
    code: str = ""
    reason: str = ""


def now() -> str:
    """The time in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Journal(Database):
    """The files gone through and the attempts made, in the database's file."""

    def note_file(self, path: str, digest: str, reader: str, failed: bool) -> None:
        """Remember the bytes of a file that was gone through, so that an unchanged one costs nothing."""
        with self.writing():
            self._run("INSERT OR REPLACE INTO files VALUES(?,?,?,?)", (path, digest, reader, failed))

    def note_attempt(self, attempt: Attempt) -> None:
        """Keep what became of an attempt to read."""
        with self.writing():
            self._run(
                "INSERT INTO attempts(at,path,record,bytes,sha256,reader,outcome,code,reason)"
                " VALUES(?,?,?,?,?,?,?,?,?)",
                astuple(attempt),
            )

    def forget_file(self, path: str) -> None:
        """Forget the bytes of a file that is gone; what was attempted stays on record."""
        with self.writing():
            self._run("DELETE FROM files WHERE path=?", (path,))

    def file(self, path: str) -> tuple[str, str, bool] | None:
        """``(sha256, reader, failed)`` of a file gone through before; None if never seen."""
        row = self._row("SELECT sha256,reader,failed FROM files WHERE path=?", path)
        return None if row is None else (row[0], row[1], bool(row[2]))

    def files(self) -> list[str]:
        """The path of every file gone through, in order."""
        return [row[0] for row in self._rows("SELECT path FROM files ORDER BY 1")]

    def attempts(self, path: str | None = None, limit: int = 1000) -> list[Attempt]:
        """The last ``limit`` attempts, of the file ``path`` only where it is given, the newest first."""
        rows = self._rows(
            f"SELECT {_COLUMNS} FROM attempts WHERE ?1 IS NULL OR path=?1 ORDER BY attempt DESC LIMIT ?2", path, limit
        )
        return [Attempt(*row) for row in rows]

    def is_noted(self, path: str) -> bool:
        """Whether the last that was read of this file came with a note: something may be left out of it."""
        row = self._row("SELECT code FROM attempts WHERE path=? ORDER BY attempt DESC LIMIT 1", path)
        return row is not None and row[0] == "note"

    def failures(self, path: str | None = None) -> list[Attempt]:
        """What cannot be read as the files now stand, by place: all of it, or what is in the file ``path``."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM {_FAILURES} AND (?1 IS NULL OR path=?1) ORDER BY path,record", path)
        return [Attempt(*row) for row in rows]

    def failures_after(self, path: str, record: str, limit: int) -> dict[int, Attempt]:
        """Up to ``limit`` of all failures, those after this place, in the order of their places, by their numbers."""
        rows = self._rows(
            f"SELECT attempt,{_COLUMNS} FROM {_FAILURES} AND (path,record)>(?1,?2) ORDER BY path,record LIMIT ?3",
            path, record, limit,
        )  # fmt: skip
        return {number: Attempt(*row) for number, *row in rows}

    def failure_count(self) -> int:
        """How many failures there are."""
        return int(self._row(f"SELECT count(*) FROM {_FAILURES}")[0])

    def dismiss_all(self, path: str) -> None:
        """Let the failures of a file go, as ``dismiss`` does. Raises NotFoundError where it has none."""
        numbers = [row[0] for row in self._rows(f"SELECT attempt FROM {_FAILURES} AND path=?1", path)]
        if not numbers:
            raise NotFoundError(f"{path}: is no file that could not be read: `casetrove failures --json` lists them")
        with self.writing():
            for number in numbers:
                self.dismiss(number)

    def dismiss(self, number: int) -> None:
        """Let a failure go; its file is read anew where it is given again. Raises NotFoundError where there is none."""
        with self.writing():
            row = self._row(f"SELECT {_COLUMNS} FROM {_FAILURES} AND attempt=?1", number)
            if row is None:
                raise NotFoundError(
                    f"there is no failure {number} (any more): the list of failures has those there are"
                )
            failure = Attempt(*row)
            self.note_attempt(replace(failure, at=now(), outcome="dismissed", code="", reason=""))
            self._run("UPDATE files SET reader='' WHERE path=?", (failure.path,))
