"""The database of record: every report, every revision of its text, every attempt to read a file.

One SQLite file in WAL mode. A *revision* is one immutable reading of a report; the report points at
its current one, and an index generation pins the revisions that it was built from, so a request sees
one text from beginning to end while newer ones arrive.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from corpus.errors import CatalogError, NotFoundError
from corpus.model import Bibliography, Reference, Report, Section, Sentence, SourceMap, Span

Outcome = Literal["read", "updated", "unchanged", "duplicate", "failed"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS reports(
    report_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, path TEXT NOT NULL, record TEXT NOT NULL, added TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS revisions(
    revision INTEGER PRIMARY KEY AUTOINCREMENT, report_id TEXT NOT NULL, digest TEXT NOT NULL, text_digest TEXT NOT NULL,
    source TEXT NOT NULL, given_id TEXT, reader TEXT NOT NULL, text TEXT NOT NULL, bibliography TEXT NOT NULL,
    structure BLOB NOT NULL, raw BLOB NOT NULL, source_map BLOB NOT NULL, created TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS revisions_by_report ON revisions(report_id);
CREATE INDEX IF NOT EXISTS revisions_by_text ON revisions(text_digest);
CREATE TABLE IF NOT EXISTS identifiers(
    identifier TEXT PRIMARY KEY, report_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS identifiers_by_report ON identifiers(report_id);
CREATE TABLE IF NOT EXISTS sources(
    path TEXT NOT NULL, record TEXT NOT NULL, report_id TEXT NOT NULL, text_digest TEXT NOT NULL,
    PRIMARY KEY(path, record));
CREATE INDEX IF NOT EXISTS sources_by_report ON sources(report_id);
CREATE TABLE IF NOT EXISTS files(
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, reader TEXT NOT NULL, failed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS attempts(
    attempt INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, path TEXT NOT NULL, record TEXT NOT NULL,
    sha256 TEXT NOT NULL, reader TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL);
"""
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """A report as the catalog holds it: its id, the revision, the file (and record) it was read from."""

    report_id: str
    revision: int
    source: str
    report: Report


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of reports."""

    report_id: str
    revision: int
    sources: tuple[str, ...]
    bibliography: Bibliography
    reader: str
    length: int
    added: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to read a file or a record of it; ``code`` and ``reason`` are empty unless it failed."""

    at: str
    path: str
    record: str
    sha256: str
    reader: str
    outcome: Outcome
    code: str = ""
    reason: str = ""


def now() -> str:
    """The time in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Catalog:
    """Opens (and creates) the catalog at ``path``. Safe to share between threads: each has its own connection.

    Raises CatalogError where the file cannot be opened, is no catalog, or has another format.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = self._connection()
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _FORMAT):
                raise CatalogError(
                    f"{path}: catalog format {version}, this program reads {_FORMAT}: index anew elsewhere"
                )
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA user_version={_FORMAT}")
        except (OSError, sqlite3.Error) as error:
            raise CatalogError(
                f"{path}: cannot open the catalog ({error}); check the folder given with --data"
            ) from error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close this thread's connection; other threads' close when they end."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it is kept, or, after an error, none. Nested uses join the outer one."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise CatalogError(f"{self.path}: cannot write ({error})") from error
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            connection.execute("ROLLBACK")
            raise CatalogError(f"{self.path}: cannot write ({error})") from error

    # ---- writing -------------------------------------------------------------------------------

    def put(self, report_id: str, report: Report, path: str, record: str = "") -> Outcome:
        """Store a reading of ``report_id``: "read" if new, "updated" if its content changed, else "unchanged"."""
        from corpus.identity import text_digest  # here: identity reads the model, the model knows no catalog

        source = f"{path}#{record}" if record else path
        digest = _digest(report)
        with self.writing():
            run = self._connection().execute
            before = run(
                "SELECT digest FROM reports JOIN revisions USING(revision) WHERE reports.report_id=?", (report_id,)
            ).fetchone()
            run("INSERT OR REPLACE INTO sources VALUES(?,?,?,?)", (path, record, report_id, text_digest(report.text)))
            if before is not None and before[0] == digest:
                return "unchanged"
            cursor = run(
                "INSERT INTO revisions(report_id,digest,text_digest,source,given_id,reader,text,bibliography,structure,raw,"
                "source_map,created) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    report_id,
                    digest,
                    text_digest(report.text),
                    source,
                    report.given_id,
                    report.reader,
                    report.text,
                    json.dumps(asdict(report.bibliography), ensure_ascii=False),
                    _pack(report),
                    zlib.compress(report.raw.encode("utf-8", "surrogatepass"), 1),
                    report.source_map.to_bytes(),
                    now(),
                ),
            )
            run(
                "INSERT INTO reports VALUES(?,?,?,?,?) ON CONFLICT(report_id) DO UPDATE SET revision=excluded.revision,"
                "path=excluded.path,record=excluded.record",
                (report_id, cursor.lastrowid, path, record, now()),
            )
            run("DELETE FROM identifiers WHERE report_id=?", (report_id,))
            for identifier in identifiers(report.bibliography):
                run("INSERT OR IGNORE INTO identifiers VALUES(?,?)", (identifier, report_id))
            return "updated" if before else "read"

    def add_source(self, report_id: str, report: Report, path: str, record: str = "") -> None:
        """Note that ``path`` holds the report too, in the form of ``report`` (a duplicate)."""
        from corpus.identity import text_digest

        with self.writing():
            self._connection().execute(
                "INSERT OR REPLACE INTO sources VALUES(?,?,?,?)", (path, record, report_id, text_digest(report.text))
            )

    def delete(self, report_id: str) -> None:
        """Take the report out of every later generation, and forget its files, so that they are read anew if given again.

        Revisions stay for the generations that still serve them. Raises NotFoundError.
        """
        with self.writing():
            run = self._connection().execute
            if run("DELETE FROM reports WHERE report_id=?", (report_id,)).rowcount == 0:
                raise NotFoundError(f"report {report_id!r} is not in the catalog")
            paths = [row[0] for row in run("SELECT DISTINCT path FROM sources WHERE report_id=?", (report_id,))]
            run("DELETE FROM sources WHERE report_id=?", (report_id,))
            run("DELETE FROM identifiers WHERE report_id=?", (report_id,))
            for path in paths:
                run("DELETE FROM files WHERE path=?", (path,))

    def note_file(self, path: str, digest: str, reader: str, failed: bool) -> None:
        """Remember the bytes of a file that was gone through, so that an unchanged one costs nothing."""
        with self.writing():
            self._connection().execute("INSERT OR REPLACE INTO files VALUES(?,?,?,?)", (path, digest, reader, failed))

    def note_attempt(self, attempt: Attempt) -> None:
        """Keep what became of an attempt to read."""
        with self.writing():
            self._connection().execute(
                "INSERT INTO attempts(at,path,record,sha256,reader,outcome,code,reason) VALUES(?,?,?,?,?,?,?,?)",
                (
                    attempt.at,
                    attempt.path,
                    attempt.record,
                    attempt.sha256,
                    attempt.reader,
                    attempt.outcome,
                    attempt.code,
                    attempt.reason,
                ),
            )

    # ---- reading -------------------------------------------------------------------------------

    def file(self, path: str) -> tuple[str, str, bool] | None:
        """``(sha256, reader, failed)`` of a file gone through before; None if never seen."""
        row = self._connection().execute("SELECT sha256,reader,failed FROM files WHERE path=?", (path,)).fetchone()
        return None if row is None else (row[0], row[1], bool(row[2]))

    def source_at(self, path: str, record: str = "") -> tuple[str, str] | None:
        """``(report_id, text_digest)`` of what was read from this place before, whether that text is the one served or not."""
        row = (
            self._connection()
            .execute("SELECT report_id,text_digest FROM sources WHERE path=? AND record=?", (path, record))
            .fetchone()
        )
        return None if row is None else (row[0], row[1])

    def records_at(self, path: str) -> int:
        """How many reports were read from this file."""
        return int(self._connection().execute("SELECT count(*) FROM sources WHERE path=?", (path,)).fetchone()[0])

    def has(self, report_id: str) -> bool:
        """Whether there is a report of this id."""
        return (
            self._connection().execute("SELECT 1 FROM reports WHERE report_id=?", (report_id,)).fetchone() is not None
        )

    def serves(self, report_id: str, path: str, record: str = "") -> bool:
        """Whether the report's current text was read from this place."""
        row = self._connection().execute("SELECT path,record FROM reports WHERE report_id=?", (report_id,)).fetchone()
        return row is not None and (row[0], row[1]) == (path, record)

    def same_as(self, report: Report) -> str | None:
        """The id of a report with the same DOI, PMID, PMCID or the same words; None if there is none.

        A JSONL record names itself: two records with different ids are the same only word for word.
        """
        from corpus.identity import text_digest

        run = self._connection().execute
        if report.given_id is None:
            for identifier in identifiers(report.bibliography):
                row = run("SELECT report_id FROM identifiers WHERE identifier=?", (identifier,)).fetchone()
                if row is not None:
                    return str(row[0])
        row = run(
            "SELECT reports.report_id FROM revisions JOIN reports USING(revision) WHERE text_digest=?",
            (text_digest(report.text),),
        ).fetchone()
        return None if row is None else str(row[0])

    def current(self) -> list[tuple[str, int]]:
        """``(report_id, revision)`` of every report, by id."""
        return [
            (row[0], row[1]) for row in self._connection().execute("SELECT report_id,revision FROM reports ORDER BY 1")
        ]

    def corpus_digest(self) -> str:
        """sha256 over ``report_id`` and content digest of every report: equal corpora, equal digests."""
        total = sha256()
        for row in self._connection().execute(
            "SELECT reports.report_id, digest FROM reports JOIN revisions USING(revision) ORDER BY 1"
        ):
            total.update(f"{row[0]}\t{row[1]}\n".encode())
        return total.hexdigest()

    def get(self, report_id: str) -> Stored:
        """The report's current reading. Raises NotFoundError."""
        row = self._connection().execute("SELECT revision FROM reports WHERE report_id=?", (report_id,)).fetchone()
        if row is None:
            raise NotFoundError(f"report {report_id!r} is not in the catalog")
        return self.revision(row[0])

    def revision(self, revision: int) -> Stored:
        """One reading, current or not. Raises NotFoundError."""
        row = (
            self._connection()
            .execute(
                "SELECT report_id,source,given_id,reader,text,bibliography,structure,raw,source_map FROM revisions WHERE revision=?",
                (revision,),
            )
            .fetchone()
        )
        if row is None:
            raise NotFoundError(f"revision {revision} is not in the catalog")
        report_id, source, given_id, reader, text, bibliography, structure, raw, source_map = row
        sections, sentences, references = _unpack(structure)
        report = Report(
            text=text,
            sections=sections,
            sentences=sentences,
            references=references,
            bibliography=bibliography_of(json.loads(bibliography)),
            source_map=SourceMap.from_bytes(source_map),
            raw=zlib.decompress(raw).decode("utf-8", "surrogatepass"),
            reader=reader,
            given_id=given_id,
        )
        return Stored(report_id, revision, source, report)

    def count(self) -> int:
        """How many reports there are."""
        return int(self._connection().execute("SELECT count(*) FROM reports").fetchone()[0])

    def entries(self, after: str = "", limit: int = 100) -> list[Entry]:
        """Up to ``limit`` reports whose id follows ``after``, by id."""
        run = self._connection().execute
        rows = run(
            "SELECT reports.report_id,revision,bibliography,reader,length(text),added FROM reports JOIN revisions USING(revision)"
            " WHERE reports.report_id>? ORDER BY 1 LIMIT ?",
            (after, limit),
        ).fetchall()
        return [
            Entry(row[0], row[1], self.sources(row[0]), bibliography_of(json.loads(row[2])), row[3], row[4], row[5])
            for row in rows
        ]

    def sources(self, report_id: str) -> tuple[str, ...]:
        """Every place the report was read from, as ``path`` or ``path#record``."""
        rows = self._connection().execute(
            "SELECT path,record FROM sources WHERE report_id=? ORDER BY 1,2", (report_id,)
        )
        return tuple(f"{path}#{record}" if record else path for path, record in rows)

    def failures(self) -> list[Attempt]:
        """The last attempt at each place whose last attempt failed, by path."""
        rows = self._connection().execute(
            "SELECT at,path,record,sha256,reader,outcome,code,reason FROM attempts WHERE attempt IN"
            " (SELECT max(attempt) FROM attempts GROUP BY path,record) AND outcome='failed' ORDER BY path,record"
        )
        return [Attempt(*row) for row in rows]


def identifiers(bibliography: Bibliography) -> Sequence[str]:
    """The article's identifiers as ``scheme:value``, case folded."""
    pairs = (("doi", bibliography.doi), ("pmid", bibliography.pmid), ("pmcid", bibliography.pmcid))
    return [f"{scheme}:{value.casefold()}" for scheme, value in pairs if value]


def bibliography_of(fields: dict[str, object]) -> Bibliography:
    """The inverse of ``asdict`` after a trip through JSON."""
    return Bibliography(**{**fields, "authors": tuple(fields["authors"])})  # type: ignore[arg-type]


def _digest(report: Report) -> str:
    """What makes one reading differ from another: words, facts and structure."""
    facts = json.dumps(asdict(report.bibliography), sort_keys=True)
    total = sha256(f"{report.reader}\n{facts}\n{report.text}\n".encode("utf-8", "surrogatepass"))
    total.update(zlib.decompress(_pack(report)))
    return total.hexdigest()


def _pack(report: Report) -> bytes:
    sections = [
        (s.kind, [s.heading.start, s.heading.end] if s.heading else None, s.body.start, s.body.end)
        for s in report.sections
    ]
    sentences = [(s.span.start, s.span.end, s.section) for s in report.sentences]
    references = [(r.span.start, r.span.end, r.doi) for r in report.references]
    return zlib.compress(json.dumps([sections, sentences, references], separators=(",", ":")).encode(), 1)


def _unpack(data: bytes) -> tuple[tuple[Section, ...], tuple[Sentence, ...], tuple[Reference, ...]]:
    sections, sentences, references = json.loads(zlib.decompress(data))
    return (
        tuple(Section(kind, Span(*heading) if heading else None, Span(a, b)) for kind, heading, a, b in sections),
        tuple(Sentence(Span(a, b), section) for a, b, section in sentences),
        tuple(Reference(Span(a, b), doi) for a, b, doi in references),
    )
