"""The readings themselves: immutable rows, each known by the digest of its content, and what is wrong with them."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.errors import DamagedCatalogError, NotFoundError
from corpus.identity import text_digest
from corpus.journal import now
from corpus.lookup import Lookup
from corpus.model import Bibliography, Report, SourceMap
from corpus.packing import (
    content_digest,
    pack_bibliography,
    pack_raw,
    pack_structure,
    packed_digest,
    unpack_bibliography,
    unpack_raw,
    unpack_structure,
)

SCHEMA = """
CREATE TABLE revisions(
    revision INTEGER PRIMARY KEY AUTOINCREMENT, report_id TEXT NOT NULL, digest TEXT NOT NULL,
    text_digest TEXT NOT NULL, source TEXT NOT NULL, given_id TEXT, reader TEXT NOT NULL, text TEXT NOT NULL,
    bibliography TEXT NOT NULL, structure BLOB NOT NULL, raw BLOB NOT NULL, source_map BLOB NOT NULL,
    created TEXT NOT NULL);
CREATE INDEX revisions_by_report ON revisions(report_id);
CREATE INDEX revisions_by_text ON revisions(text_digest);
"""
_CONTENT = "CAST(reader AS BLOB),CAST(bibliography AS BLOB),CAST(text AS BLOB),structure,raw,source_map"
"""What the digest is of, as ``packed_digest`` takes it: as bytes, for damaged ones may be no text."""
READING: Final = 16
"""So many letters of a reading's digest tell it from the report's others."""
_NAMED = "SELECT revision,report_id FROM sources UNION SELECT revision,report_id FROM reports"


@dataclass(frozen=True, slots=True)
class Stored:
    """A reading: its report's id, the revision, the file (and record) it was read from, the digest of its content."""

    report_id: str
    revision: int
    source: str
    digest: str
    report: Report

    @property
    def reading(self) -> str:
        """What tells this reading from the report's others: a place is one of this text, and of no other."""
        return self.digest[:READING]


@dataclass(frozen=True, slots=True)
class Lost:
    """A reading that is named but not there, or whose content is not what its digest says.

    ``path``: the file that it was read from, as far as is known. ``is_needed``: a report or one of its sources
    names it; else at most an index does.
    """

    report_id: str
    revision: int
    path: str | None
    is_needed: bool
    is_there: bool


class Readings(Lookup):
    """The part of the catalog that keeps texts."""

    def revision(self, revision: int) -> Stored:
        """One reading, current or not, letter for letter as it was written.

        Raises NotFoundError where there is none, DamagedCatalogError where it is not what its digest says.
        """
        row = self._row(f"SELECT report_id,source,digest,given_id,{_CONTENT} FROM revisions WHERE revision=?", revision)
        if row is None:
            raise NotFoundError(f"revision {revision} is not in the catalog")
        report_id, source, digest, given_id, *content = row
        if packed_digest(*content) != digest:
            raise DamagedCatalogError(
                f"{self.path}: its text of {report_id} is not what was written: {self.mending(report_id, revision)}"
            )
        reader, bibliography, text, structure, raw, source_map = content
        sections, sentences, references = unpack_structure(structure)
        report = Report(
            text=text.decode(),
            sections=sections,
            sentences=sentences,
            references=references,
            bibliography=unpack_bibliography(bibliography),
            source_map=SourceMap.from_bytes(source_map),
            raw=unpack_raw(raw),
            reader=reader.decode(),
            given_id=given_id,
        )
        return Stored(report_id, revision, source, digest, report)

    def named(self, reading: str, report_ids: Collection[str]) -> Stored:
        """The reading of one of these reports whose ``Stored.reading`` this is, current or not.

        Raises NotFoundError where it is not kept (any more), DamagedCatalogError where it is not what was written.
        """
        marks = ",".join("?" * len(report_ids))
        row = self._row(
            f"SELECT max(revision) FROM revisions WHERE substr(digest,1,{READING})=? AND report_id IN ({marks})",
            *(reading, *report_ids),
        )
        if row is None or row[0] is None:
            raise NotFoundError(f"reading {reading!r} of {' or '.join(report_ids)} is not in the catalog")
        return self.revision(row[0])

    def lost(self) -> list[Lost]:
        """Every reading that is named but gone, or no longer what was written: all texts are gone through."""
        named: dict[int, str] = dict(self._rows(_NAMED))
        kept: set[int] = set()
        altered = []
        with self._telling():
            for revision, report_id, digest, *content in self._connection().execute(
                f"SELECT revision,report_id,digest,{_CONTENT} FROM revisions"
            ):
                kept.add(revision)
                if packed_digest(*content) != digest:
                    altered.append((revision, named.get(revision, report_id)))
        gone = [(revision, report_id) for revision, report_id in named.items() if revision not in kept]
        return [
            Lost(report_id, revision, self._path_of(report_id, revision), revision in named, revision in kept)
            for revision, report_id in [*gone, *altered]
        ]

    def is_lost(self, path: str, record: str | None = None, *, closely: bool = True) -> bool:
        """Whether a reading of this file (of this record of it), or what is served of its report, is gone.

        ``closely``: or is not what was written, which costs going through its text.
        """
        content = f"r.digest,{_CONTENT}" if closely else "r.digest"
        rows = self._rows(
            f"WITH here AS (SELECT report_id,revision FROM sources WHERE path=?1 AND record=ifnull(?2,record))"
            f" SELECT {content} FROM (SELECT revision FROM here"
            " UNION SELECT revision FROM reports WHERE report_id IN (SELECT report_id FROM here))"
            " LEFT JOIN revisions r USING(revision)",
            path,
            record,
        )
        return any(digest is None or (closely and packed_digest(*packed) != digest) for digest, *packed in rows)

    def mending(self, report_id: str, revision: int) -> str:
        """What brings a lost reading of this report back, in words, with the command."""
        return how_to_read_again(self._path_of(report_id, revision), report_id)

    def ever_held(self) -> bool:
        """Whether any report was ever stored here: not so in a catalog that was just made."""
        return self._row("SELECT 1 FROM sqlite_sequence WHERE name='revisions' AND seq>0") is not None

    def forget_readings(self, needed: Collection[int]) -> int:
        """Delete the revisions that neither a source, a served report nor ``needed`` names; how many they were."""
        with self.writing():
            self._run("CREATE TEMP TABLE IF NOT EXISTS needed(revision INTEGER PRIMARY KEY)")
            self._run("DELETE FROM needed")
            for revision in needed:
                self._run("INSERT INTO needed VALUES(?)", (revision,))
            unnamed = " AND ".join(
                f"revision NOT IN (SELECT revision FROM {table})" for table in ("needed", "reports", "sources")
            )
            return self._run(f"DELETE FROM revisions WHERE {unnamed}").rowcount

    def _path_of(self, report_id: str, revision: int) -> str | None:
        """The file whose reading this is, or was made from; else the report's first."""
        row = self._row(
            "SELECT path FROM sources WHERE revision=?1 OR report_id=?2 ORDER BY revision<>?1,"
            " (SELECT source FROM revisions WHERE revision=?1) NOT IN (path,path||'#'||record),path LIMIT 1",
            *(revision, report_id),
        )
        return None if row is None else str(row[0])

    def _insert(self, report_id: str, report: Report, source: str) -> int:
        """The number of a revision with this content from this source, written if there is none yet, or put right."""
        digest = content_digest(report)
        values = {
            "report_id": report_id,
            "digest": digest,
            "text_digest": text_digest(report.text),
            "source": source,
            "given_id": report.given_id,
            "reader": report.reader,
            "text": report.text,
            "bibliography": pack_bibliography(report.bibliography),
            "structure": pack_structure(report),
            "raw": pack_raw(report.raw),
            "source_map": report.source_map.to_bytes(),
            "created": now(),
        }
        known = self._row(
            f"SELECT revision,{_CONTENT} FROM revisions WHERE report_id=? AND digest=? AND source=? ORDER BY 1 DESC",
            *(report_id, digest, source),
        )
        if known is not None:
            revision, *content = known
            if packed_digest(*content) != digest:
                columns = ",".join(f"{name}=?" for name in values)
                self._run(f"UPDATE revisions SET {columns} WHERE revision=?", (*values.values(), revision))
            return int(revision)
        marks = ",".join("?" * len(values))
        inserted = self._run(f"INSERT INTO revisions({','.join(values)}) VALUES({marks})", tuple(values.values()))
        return int(inserted.lastrowid or 0)

    def _facts_in(self, revision: int) -> Bibliography:
        row = self._row("SELECT report_id,bibliography FROM revisions WHERE revision=?", revision)
        return self._unpacked(row[1], row[0])


def how_to_read_again(path: str | None, report_id: str) -> str:
    """What brings the text of a report back that was read from ``path``."""
    removing = f"run `casetrove remove {shlex.quote(report_id)}`"
    if path is None or not Path(path).is_absolute():  # an upload
        return f"give the report's file again, or {removing}"
    command = f"run `casetrove index --retry {shlex.quote(path)}`"
    with suppress(OSError):
        Path(path).stat()
        return command
    return f"put the file back and {command}, or {removing}"
