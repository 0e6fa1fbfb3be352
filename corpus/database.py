"""One SQLite file in WAL mode: a connection per thread, whole transactions, errors that name the file."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from corpus.errors import CatalogError, DamagedCatalogError, GoneCatalogError

_CHECK = "PRAGMA integrity_check(20)"
"""Indexes against their tables, too: at 6,000 reports a second or so."""
_DAMAGED = re.compile("no such (table|column)|Could not decode|malformed")
"""What SQLite has no code of its own for."""
_NO_ROOM = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN)
_WAIT_S = 30
"""How long a write waits for another process to finish its own, unless its database says otherwise."""
_FILE = 2
"""So much of a file's stamp tells which file it is."""
PUT_BACK = "put it back from a copy, less any -wal and -shm file left beside it"
"""What mends a file that is gone or damaged: SQLite would write what such a log holds into the copy."""


def damage_of(path: Path) -> list[str]:
    """What SQLite's own check finds wrong with any database file; the file is only read.

    Raises CatalogError where it cannot be read for another reason, such as the disk.
    """
    try:
        with closing(sqlite3.connect(reading_uri(path), uri=True, timeout=_WAIT_S)) as connection:
            return _told(connection.execute(_CHECK).fetchall())
    except (sqlite3.Error, UnicodeDecodeError) as error:
        told = refused(path, error)
        if isinstance(told, DamagedCatalogError):
            return [f"cannot be read ({error})"]
        raise told from error


def reading_uri(path: Path) -> str:
    """How SQLite opens a database without writing: with its log where there is one, else as a file that stands still.

    Without a log, SQLite would make one to read along.
    """
    log = _log_of(path)
    fixed = "" if log.exists() and log.stat().st_size else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{fixed}"


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def refused(path: Path, error: sqlite3.Error | OSError | UnicodeDecodeError, what: str = "") -> CatalogError:
    """What SQLite or the system refuses, as an error that says what to do; ``what`` could not be opened, if given.

    A full disk, a missing right or another writer is no damage: whoever reads of it must not throw the file away.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    said = str(error).partition(" with text ")[0]  # where it cannot be decoded; what follows is the text
    told = f"{path}: cannot open the {what} ({said})" if what else f"{path}: {said}"
    is_noise = isinstance(error, UnicodeDecodeError)  # what SQLite quotes of a damaged file
    if is_noise or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or _DAMAGED.search(str(error)):
        return DamagedCatalogError(f"{told}; check the folder given with --data, and see `casetrove doctor`")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return CatalogError(f"{told}; another run is writing to it: try again when that has ended")
    if code == sqlite3.SQLITE_FULL or getattr(error, "errno", 0) in (errno.ENOSPC, errno.EDQUOT):
        return CatalogError(f"{told}: not written, and what was served still is; free some space on its disk")
    return CatalogError(f"{told}; check the disk and the rights of the data folder (--data): is there room on it?")


def _told(rows: list[Any]) -> list[str]:
    found = [line for row in rows for line in str(row[0]).splitlines() if not line.startswith("***")]
    if found in ([], ["ok"]):
        return []
    return [f"SQLite finds it damaged: {found[0]}" + (f"; and {len(found) - 1} faults more" if found[1:] else "")]


class _Local(threading.local):
    """A thread's own connection, and what the file was like. ``is_fixed``: opened as a file that does not change.

    ``is_makeshift``: it only reads, for want of room.
    """

    connection: sqlite3.Connection | None = None
    stamp: tuple[object, ...] = ()
    is_fixed = False
    is_makeshift = False


class Database:
    """Opens the file at ``path``, and creates it with ``schema`` where there is none; ``what`` names it in errors.

    Safe to share between threads. Opening never waits for a process that is writing. ``reading``: nothing is
    written, made or upgraded. A file that is removed while this has it open is not made again: whatever is asked then
    raises GoneCatalogError, until one is put in its place. Raises CatalogError where the file cannot be opened, is no
    database, or has another format.
    """

    survives_power_cuts = True
    """Whether what was written is on the disk when a transaction ends; else the last of it may be lost."""
    waits_s: float = _WAIT_S
    """How long a write waits for another process to finish its own."""
    overwrites = False
    """Whether what is deleted is overwritten in the file, and not only let go."""

    def __init__(self, path: Path, what: str, schema: str, format_: int, *, reading: bool = False) -> None:
        self.path = path
        self._reading = reading
        self._local = _Local()
        self._is_open = False
        try:
            if not reading:
                path.parent.mkdir(parents=True, exist_ok=True)
            found = self._format()
            if found == 0 and reading:
                raise DamagedCatalogError(f"{path}: holds no {what}")
            if found == 0:
                self._create(schema, format_)
            elif found != format_:
                raise CatalogError(f"{path}: {what} format {found}, this program reads {format_}: index anew elsewhere")
            self._is_open = True
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            raise refused(path, error, what) from error

    def close(self) -> None:
        """Close this thread's connection; other threads' close when they end."""
        if self._local.connection is not None:
            self._local.connection.close()
            self._local.connection = None

    def damage(self) -> list[str]:
        """What SQLite's own check finds wrong with the file; empty where it is whole."""
        return _told(self._rows(_CHECK))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it is kept, or, after an error, none. Nested uses join the outer one."""
        if self._local.is_makeshift:
            self.close()  # there may be room by now
        with self._telling():
            connection = self._connection()
        if self._local.is_makeshift:
            raise refused(self.path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        if connection.in_transaction:
            yield
            return
        with self._telling():
            connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite itself rolls back after some errors (a full disk)
                connection.execute("ROLLBACK")
            raise

    def _format(self) -> int:
        return int(self._connection().execute("PRAGMA user_version").fetchone()[0])

    def _create(self, schema: str, format_: int) -> None:
        with self.writing():
            if self._format() == 0:  # else another process was faster
                for statement in filter(str.strip, schema.split(";")):
                    self._run(statement)
                self._run(f"PRAGMA user_version={format_}")

    def _connection(self) -> sqlite3.Connection:
        local = self._local
        if local.connection is not None and local.connection.in_transaction:
            return local.connection
        stamp = self._stamp(is_fixed=local.is_fixed)
        if self._is_open and not stamp:
            self.close()
            raise GoneCatalogError(f"{self.path}: is gone: {PUT_BACK}, and see `casetrove doctor`")
        if stamp != local.stamp:
            self.close()  # another file is in its place, or somebody changed what was opened as unchanging
        if local.connection is None:
            local.connection = self._opened()
        return local.connection

    def _opened(self) -> sqlite3.Connection:
        """A connection, and what the file was like just before: what is put there meanwhile the next use sees."""
        stamp = self._stamp(is_fixed=True)
        self._local.is_fixed = False
        connection = self._read_only() if self._is_read_only() else self._writable_if_possible()
        stamp = stamp or self._stamp(is_fixed=True)  # it was made just now
        self._local.stamp = stamp if self._local.is_fixed else stamp[:_FILE]
        return connection

    def _writable_if_possible(self) -> sqlite3.Connection:
        """Where the disk has no room for what SQLite keeps beside the file, the file can still be read."""
        self._local.is_makeshift = False
        try:
            return self._writable()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _NO_ROOM or not self.path.exists() or not self.path.stat().st_size:
                raise
        self._local.is_makeshift = True
        return self._read_only()

    def _writable(self) -> sqlite3.Connection:
        made = "rw" if self._is_open else "rwc"  # a file that has just gone is not made again
        uri = f"{self.path.absolute().as_uri()}?mode={made}"
        connection = sqlite3.connect(uri, uri=True, timeout=self.waits_s, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if self.survives_power_cuts else 'NORMAL'}")
        if self.overwrites:
            connection.execute("PRAGMA secure_delete=ON")
        return connection

    def _is_read_only(self) -> bool:
        """Whether it is to be read only, or there and neither it nor what SQLite keeps beside it can be written."""
        if self._reading:
            return True
        return self.path.exists() and not (os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK))

    def _read_only(self) -> sqlite3.Connection:
        """With its write-ahead log where there is one; else as a file that does not change, until it does."""
        uri = reading_uri(self.path)
        self._local.is_fixed = "immutable" in uri
        return sqlite3.connect(uri, uri=True, timeout=self.waits_s, isolation_level=None)

    def _stamp(self, *, is_fixed: bool) -> tuple[object, ...]:
        """Changes when another file is put here; of a fixed one, whenever somebody writes to the file or begins to.

        Empty where there is none.
        """
        try:
            stat = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return ()
        here = (stat.st_dev, stat.st_ino)
        return (*here, stat.st_mtime_ns, stat.st_size, _log_of(self.path).exists()) if is_fixed else here

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        with self._telling():
            return self._connection().execute(statement, values)

    def _row(self, statement: str, *values: object) -> Any:
        """The first row, or None."""
        with self._telling():
            return self._connection().execute(statement, values).fetchone()

    def _rows(self, statement: str, *values: object) -> list[Any]:
        """All rows."""
        with self._telling():
            return self._connection().execute(statement, values).fetchall()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What SQLite refuses, as a CatalogError."""
        try:
            yield
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            raise refused(self.path, error) from error
