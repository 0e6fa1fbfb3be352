"""Keys that programs and people show to a server: who they are and what they may do.

Of a key only a hash is kept. Its secret is 256 random bits, which no one finds by trying however quick the hash, so
plain SHA-256 serves; slow hashes are for what people think up, and would cost every request.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from corpus.database import Database
from corpus.errors import CatalogError, ConfigError, NotFoundError, UsageError

Scope = Literal["read", "write", "admin"]
"""What a key may do; each may do what those before it may."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
MOST_DAYS = 3650

_FORMAT = 1
_SCHEMA = """
CREATE TABLE keys(
    public TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL, scope TEXT NOT NULL,
    created TEXT NOT NULL, expires TEXT, used TEXT) WITHOUT ROWID;
"""
_COLUMNS = "public,name,scope,created,expires,used"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_KEY = re.compile(r"ct_([0-9a-f]{12})_([0-9a-f]{64})")
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key: times are UTC, ISO 8601; ``used`` is told to the minute."""

    public: str
    name: str
    scope: Scope
    created: str
    expires: str | None = None
    used: str | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether it may do what ``scope`` is needed for."""
        return SCOPES.index(scope) <= SCOPES.index(self.scope)


class _File(Database):
    one, many, run = Database._row, Database._rows, Database._run


class _Unwaiting(_File):
    """The same, and what is written gives way to whoever writes at that moment."""

    waits_s = 0.0


class Keys:
    """The keys in the file at ``path``, which is made with the first. Safe to share between threads and processes.

    Every question looks into the file, so that a key that another process made or revoked counts at once.
    ``clock`` gives the time in UTC. Methods raise CatalogError where the file cannot be read or written.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._clock = clock
        self._opened: _File | None = None
        self._noting: _Unwaiting | None = None

    def add(self, name: str, scope: Scope, days: int | None = None) -> str:
        """A new key, for ``days`` days or for good: what is given back is its only copy.

        Raises UsageError where the name is taken or none.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(f"NAME: {name!r} is none: take 1 to 64 letters, digits and . _ @ - such as 'reading-room'")
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise UsageError(f"--days: {days} is not in 1..{MOST_DAYS}")
        self._make()
        file = self._file()
        public, secret = secrets.token_hex(6), secrets.token_hex(32)
        expires = None if days is None else self._told(self._clock() + timedelta(days=days))
        assert file is not None
        with file.writing():
            if file.one("SELECT 1 FROM keys WHERE name=?", name):
                raise UsageError(f"NAME: there is a key {name!r} already: revoke it first, or take another name")
            file.run(
                "INSERT INTO keys(public,name,hash,scope,created,expires) VALUES(?,?,?,?,?,?)",
                (public, name, _hash(secret), scope, self._told(self._clock()), expires),
            )
        return f"ct_{public}_{secret}"

    def revoke(self, name: str) -> None:
        """Forget a key: who shows it is not known any more. Raises NotFoundError."""
        file = self._file()
        if file is None or not file.run("DELETE FROM keys WHERE name=?", (name,)).rowcount:
            raise NotFoundError(f"there is no key {name!r}: `casetrove keys list` shows which there are")

    def all(self) -> list[Key]:
        """Every key, by name; those that expired too."""
        file = self._file()
        return [] if file is None else [Key(*row) for row in file.many(f"SELECT {_COLUMNS} FROM keys ORDER BY name")]

    def is_any(self) -> bool:
        """Whether there is a key, expired or not."""
        file = self._file()
        return file is not None and file.one("SELECT 1 FROM keys LIMIT 1") is not None

    def find(self, shown: str) -> Key | None:
        """The key that somebody shows; None where there is no such (any more)."""
        match, file = _KEY.fullmatch(shown), self._file()
        if match is None or file is None:
            return None
        row = file.one(f"SELECT hash,{_COLUMNS} FROM keys WHERE public=?", match[1])
        if row is None or not hmac.compare_digest(row[0], _hash(match[2])):
            return None
        return Key(*row[1:])

    def has_expired(self, key: Key) -> bool:
        """Whether the key's time is over."""
        return key.expires is not None and key.expires <= self._told(self._clock())

    def is_use_news(self, key: Key) -> bool:
        """Whether its last use that is remembered is more than a minute ago."""
        return key.used is None or key.used <= self._told(self._clock() - _USED_EVERY)

    def note_use(self, key: Key) -> None:
        """Remember that the key is used now; where that cannot be kept at once, it is not, and the next use will be."""
        with suppress(CatalogError):
            if self._noting is None and self._path.exists():
                self._noting = _Unwaiting(self._path, "list of keys", _SCHEMA, _FORMAT)
            if self._noting is not None:
                told = self._told(self._clock())
                self._noting.run("UPDATE keys SET used=? WHERE public=?", (told, key.public))

    def close(self) -> None:
        """Close this thread's connections."""
        for file in (self._opened, self._noting):
            if file is not None:
                file.close()

    def _file(self) -> _File | None:
        """The file, once it is there."""
        if self._opened is None and self._path.exists():
            self._opened = _File(self._path, "list of keys", _SCHEMA, _FORMAT)
        return self._opened

    def _make(self) -> None:
        """Make the file, if it is not there, so that nobody else may read it; SQLite's own beside it are made alike."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            self._path.chmod(0o600)
        except OSError as error:
            raise ConfigError(f"--data {self._path.parent}: cannot be written ({error.strerror})") from error

    @staticmethod
    def _told(time: datetime) -> str:
        return time.isoformat(timespec="seconds")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
