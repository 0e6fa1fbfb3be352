"""The database of record: every report, every revision of its text, every attempt to read a file.

One SQLite file in WAL mode. A *revision* is one immutable reading of a report; the report points at
its current one, and an index generation pins the revisions that it was built from, so a request sees
one text from beginning to end while newer ones arrive.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from corpus.database import Database
from corpus.errors import NotFoundError
from corpus.identity import text_digest
from corpus.model import Bibliography, Report, SourceMap
from corpus.packing import (
    content_digest,
    identifiers,
    pack_bibliography,
    pack_raw,
    pack_structure,
    unpack_bibliography,
    unpack_raw,
    unpack_structure,
)

Outcome = Literal["read", "updated", "unchanged", "duplicate", "failed"]

_SCHEMA = """
CREATE TABLE reports(
    report_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, path TEXT NOT NULL, record TEXT NOT NULL,
    added TEXT NOT NULL);
CREATE TABLE revisions(
    revision INTEGER PRIMARY KEY AUTOINCREMENT, report_id TEXT NOT NULL, digest TEXT NOT NULL,
    text_digest TEXT NOT NULL, source TEXT NOT NULL, given_id TEXT, reader TEXT NOT NULL, text TEXT NOT NULL,
    bibliography TEXT NOT NULL, structure BLOB NOT NULL, raw BLOB NOT NULL, source_map BLOB NOT NULL,
    created TEXT NOT NULL);
CREATE INDEX revisions_by_report ON revisions(report_id);
CREATE INDEX revisions_by_text ON revisions(text_digest);
CREATE TABLE identifiers(
    identifier TEXT NOT NULL, report_id TEXT NOT NULL, PRIMARY KEY(identifier, report_id));
CREATE INDEX identifiers_by_report ON identifiers(report_id);
CREATE TABLE sources(
    path TEXT NOT NULL, record TEXT NOT NULL, report_id TEXT NOT NULL, text_digest TEXT NOT NULL,
    PRIMARY KEY(path, record));
CREATE INDEX sources_by_report ON sources(report_id);
CREATE TABLE files(
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, reader TEXT NOT NULL, failed INTEGER NOT NULL);
CREATE TABLE attempts(
    attempt INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, path TEXT NOT NULL, record TEXT NOT NULL,
    sha256 TEXT NOT NULL, reader TEXT NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX attempts_by_place ON attempts(path, record);
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


class Catalog(Database):
    """Opens (and creates) the catalog at ``path``. Safe to share between threads: each has its own connection.

    Every method raises CatalogError where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "catalog", _SCHEMA, _FORMAT)

    # ---- writing -------------------------------------------------------------------------------

    def put(self, report_id: str, report: Report, path: str, record: str = "") -> Outcome:
        """Store a reading of ``report_id``, served from this place from now on.

        "read" if the report is new, "updated" if its content changed, else "unchanged".
        """
        source = f"{path}#{record}" if record else path
        digest, words = content_digest(report), text_digest(report.text)
        with self.writing():
            before = self._row(
                "SELECT digest,source FROM reports JOIN revisions USING(revision) WHERE reports.report_id=?", report_id
            )
            self._run("INSERT OR REPLACE INTO sources VALUES(?,?,?,?)", (path, record, report_id, words))
            if before is not None and tuple(before) == (digest, source):
                return "unchanged"
            revision = self._run(
                "INSERT INTO revisions(report_id,digest,text_digest,source,given_id,reader,text,bibliography,structure,"
                "raw,source_map,created) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    report_id,
                    digest,
                    words,
                    source,
                    report.given_id,
                    report.reader,
                    report.text,
                    pack_bibliography(report.bibliography),
                    pack_structure(report),
                    pack_raw(report.raw),
                    report.source_map.to_bytes(),
                    now(),
                ),
            ).lastrowid
            self._run(
                "INSERT INTO reports VALUES(?,?,?,?,?) ON CONFLICT(report_id) DO UPDATE SET revision=excluded.revision,"
                "path=excluded.path,record=excluded.record",
                (report_id, revision, path, record, now()),
            )
            self._run("DELETE FROM identifiers WHERE report_id=?", (report_id,))
            for identifier in identifiers(report.bibliography):
                self._run("INSERT OR IGNORE INTO identifiers VALUES(?,?)", (identifier, report_id))
        if before is None:
            return "read"
        return "unchanged" if before[0] == digest else "updated"

    def add_source(self, report_id: str, report: Report, path: str, record: str = "") -> None:
        """Note that ``path`` holds the report too, in the form of ``report`` (a duplicate)."""
        words = text_digest(report.text)
        with self.writing():
            self._run("INSERT OR REPLACE INTO sources VALUES(?,?,?,?)", (path, record, report_id, words))

    def leave(self, path: str, record: str = "") -> tuple[bool, str | None]:
        """Note that this place no longer holds the report that was read from it.

        Another place that holds the report serves it from now on, and its file is read anew when it is next
        given; without one the report leaves. Returns whether it left, and the path of that other place
        where it has just taken over.
        """
        with self.writing():
            found = self.source_at(path, record)
            if found is None:
                return False, None
            report_id, _ = found
            self._run("DELETE FROM sources WHERE path=? AND record=?", (path, record))
            if not self.serves(report_id, path, record):
                return False, None
            other = self._row("SELECT path,record FROM sources WHERE report_id=? ORDER BY 1,2", report_id)
            if other is None:
                self.delete(report_id)
                return True, None
            self._run("UPDATE reports SET path=?,record=? WHERE report_id=?", (*other, report_id))
            self._run("UPDATE files SET reader='' WHERE path=?", (other[0],))
            return False, str(other[0])

    def delete(self, report_id: str) -> None:
        """Take the report out of every later generation; its files are read anew if given again.

        Revisions stay for the generations that still serve them. Raises NotFoundError.
        """
        with self.writing():
            if self._run("DELETE FROM reports WHERE report_id=?", (report_id,)).rowcount == 0:
                raise NotFoundError(f"report {report_id!r} is not in the catalog")
            self._run(
                "UPDATE files SET reader='' WHERE path IN (SELECT path FROM sources WHERE report_id=?)", (report_id,)
            )
            self._run("DELETE FROM sources WHERE report_id=?", (report_id,))
            self._run("DELETE FROM identifiers WHERE report_id=?", (report_id,))

    def note_file(self, path: str, digest: str, reader: str, failed: bool) -> None:
        """Remember the bytes of a file that was gone through, so that an unchanged one costs nothing."""
        with self.writing():
            self._run("INSERT OR REPLACE INTO files VALUES(?,?,?,?)", (path, digest, reader, failed))

    def note_attempt(self, attempt: Attempt) -> None:
        """Keep what became of an attempt to read."""
        with self.writing():
            self._run(
                "INSERT INTO attempts(at,path,record,sha256,reader,outcome,code,reason) VALUES(?,?,?,?,?,?,?,?)",
                astuple(attempt),
            )

    # ---- reading -------------------------------------------------------------------------------

    def file(self, path: str) -> tuple[str, str, bool] | None:
        """``(sha256, reader, failed)`` of a file gone through before; None if never seen."""
        row = self._row("SELECT sha256,reader,failed FROM files WHERE path=?", path)
        return None if row is None else (row[0], row[1], bool(row[2]))

    def source_at(self, path: str, record: str = "") -> tuple[str, str] | None:
        """``(report_id, text_digest)`` of what was read from this place before, be it the text served or not."""
        row = self._row("SELECT report_id,text_digest FROM sources WHERE path=? AND record=?", path, record)
        return None if row is None else (row[0], row[1])

    def records(self, path: str) -> list[str]:
        """The records of this file that a report was read from; ``[""]`` for a file that is one report."""
        return [row[0] for row in self._rows("SELECT record FROM sources WHERE path=? ORDER BY 1", path)]

    def records_at(self, path: str) -> int:
        """How many reports were read from this file."""
        return int(self._row("SELECT count(*) FROM sources WHERE path=?", path)[0])

    def has(self, report_id: str) -> bool:
        """Whether there is a report of this id."""
        return self._row("SELECT 1 FROM reports WHERE report_id=?", report_id) is not None

    def served_from(self, report_id: str) -> tuple[str, str]:
        """``(path, record)`` that the report's current text was read from. Raises NotFoundError."""
        row = self._row("SELECT path,record FROM reports WHERE report_id=?", report_id)
        if row is None:
            raise NotFoundError(f"report {report_id!r} is not in the catalog")
        return row[0], row[1]

    def serves(self, report_id: str, path: str, record: str = "") -> bool:
        """Whether the report's current text was read from this place."""
        return self.has(report_id) and self.served_from(report_id) == (path, record)

    def same_as(self, report: Report) -> str | None:
        """The id of a report with the same DOI, PMID, PMCID or the same words; None if there is none.

        A JSONL record names itself: two records with different ids are the same only word for word.
        """
        if report.given_id is None:
            for identifier in identifiers(report.bibliography):
                row = self._row("SELECT report_id FROM identifiers WHERE identifier=? ORDER BY 1", identifier)
                if row is not None:
                    return str(row[0])
        row = self._row(
            "SELECT reports.report_id FROM revisions JOIN reports USING(revision) WHERE text_digest=? ORDER BY 1",
            text_digest(report.text),
        )
        return None if row is None else str(row[0])

    def current(self) -> list[tuple[str, int]]:
        """``(report_id, revision)`` of every report, by id."""
        return self.snapshot()[0]

    def corpus_digest(self) -> str:
        """sha256 over ``report_id`` and content digest of every report: equal corpora, equal digests."""
        return self.snapshot()[1]

    def snapshot(self) -> tuple[list[tuple[str, int]], str]:
        """``current()`` and ``corpus_digest()`` of one moment, whatever is written meanwhile."""
        reports, total = [], sha256()
        for report_id, revision, digest in self._rows(
            "SELECT reports.report_id, revision, digest FROM reports JOIN revisions USING(revision) ORDER BY 1"
        ):
            reports.append((report_id, revision))
            total.update(f"{report_id}\t{digest}\n".encode())
        return reports, total.hexdigest()

    def get(self, report_id: str) -> Stored:
        """The report's current reading. Raises NotFoundError."""
        row = self._row("SELECT revision FROM reports WHERE report_id=?", report_id)
        if row is None:
            raise NotFoundError(f"report {report_id!r} is not in the catalog")
        return self.revision(row[0])

    def revision(self, revision: int) -> Stored:
        """One reading, current or not. Raises NotFoundError."""
        row = self._row(
            "SELECT report_id,source,given_id,reader,text,bibliography,structure,raw,source_map FROM revisions"
            " WHERE revision=?",
            revision,
        )
        if row is None:
            raise NotFoundError(f"revision {revision} is not in the catalog")
        report_id, source, given_id, reader, text, bibliography, structure, raw, source_map = row
        sections, sentences, references = unpack_structure(structure)
        report = Report(
            text=text,
            sections=sections,
            sentences=sentences,
            references=references,
            bibliography=unpack_bibliography(bibliography),
            source_map=SourceMap.from_bytes(source_map),
            raw=unpack_raw(raw),
            reader=reader,
            given_id=given_id,
        )
        return Stored(report_id, revision, source, report)

    def count(self) -> int:
        """How many reports there are."""
        return int(self._row("SELECT count(*) FROM reports")[0])

    def entries(self, after: str = "", limit: int = 100) -> list[Entry]:
        """Up to ``limit`` reports whose id follows ``after``, by id."""
        rows = self._rows(
            "SELECT reports.report_id,revision,bibliography,reader,length(text),added"
            " FROM reports JOIN revisions USING(revision) WHERE reports.report_id>? ORDER BY 1 LIMIT ?",
            after,
            limit,
        )
        return [
            Entry(report_id, revision, self.sources(report_id), unpack_bibliography(packed), reader, length, added)
            for report_id, revision, packed, reader, length, added in rows
        ]

    def sources(self, report_id: str) -> tuple[str, ...]:
        """Every place the report was read from, as ``path`` or ``path#record``."""
        rows = self._rows("SELECT path,record FROM sources WHERE report_id=? ORDER BY 1,2", report_id)
        return tuple(f"{path}#{record}" if record else path for path, record in rows)

    def failures(self, path: str | None = None) -> list[Attempt]:
        """What cannot be read as the files now stand, by place: all of it, or what is in the file ``path``."""
        rows = self._rows(
            "SELECT at,path,record,attempts.sha256,attempts.reader,outcome,code,reason"
            " FROM attempts JOIN files USING(path) WHERE failed AND attempts.sha256=files.sha256 AND outcome='failed'"
            " AND attempt=(SELECT max(attempt) FROM attempts a WHERE a.path=attempts.path AND a.record=attempts.record)"
            " AND (?1 IS NULL OR path=?1) ORDER BY path,record",
            path,
        )
        return [Attempt(*row) for row in rows]
