"""The database of record: every report, every source it was read from, every revision of its text.

One SQLite file in WAL mode. A *revision* is one immutable reading. Each source (a file, or a record of one)
points at the reading of its own; the report points at the one that is served: the best source's, its facts
completed from the others. An index generation pins the revisions that it was built from, so a request sees one
text from beginning to end while newer ones arrive.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import DamagedCatalogError, NotFoundError, UsageError
from corpus.identity import normal_identifier
from corpus.journal import SCHEMA as JOURNAL_SCHEMA
from corpus.journal import Outcome, now
from corpus.likeness import shingles, sketch
from corpus.lookup import COMMON
from corpus.lookup import SCHEMA as LOOKUP_SCHEMA
from corpus.merging import Source, best_first, lookup_keys, merged
from corpus.model import Bibliography, Report
from corpus.packing import unpack_bibliography
from corpus.readings import SCHEMA as READINGS_SCHEMA
from corpus.readings import Readings
from corpus.readings import Stored as Stored
from corpus.words import plain

_SCHEMA = """
CREATE TABLE reports(report_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, added TEXT NOT NULL);
CREATE TABLE sources(
    path TEXT NOT NULL, record TEXT NOT NULL, report_id TEXT NOT NULL, revision INTEGER NOT NULL,
    PRIMARY KEY(path, record));
CREATE INDEX sources_by_report ON sources(report_id);
CREATE INDEX sources_by_revision ON sources(revision);
CREATE TABLE aliases(alias TEXT PRIMARY KEY, report_id TEXT NOT NULL);
CREATE INDEX aliases_by_report ON aliases(report_id);
"""
_FORMAT = 2
_OPENING = 80
"""Code points told of how a text begins."""


def opening(text: str) -> str:
    """How ``text`` begins, on one line: whole words, with "…" behind them where it goes on."""
    start = " ".join(text[: _OPENING + 1].split())
    if len(text) <= _OPENING:
        return start
    return start[:_OPENING].rsplit(" ", 1)[0].rstrip(",;:.– ") + "…"


def stand_in(report: Report) -> str | None:
    """What a report without a title goes by: how its text begins; None where it has a title."""
    return None if report.bibliography.title else opening(report.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of reports. ``opening``: how its text begins."""

    report_id: str
    revision: int
    sources: tuple[str, ...]
    bibliography: Bibliography
    reader: str
    length: int
    added: str
    opening: str


class Catalog(Readings):
    """Opens (and creates, unless it is for ``reading``) the catalog at ``path``.

    Safe to share between threads: each has its own connection.

    Every method raises CatalogError where the file cannot be read or written.
    """

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        schema = _SCHEMA + READINGS_SCHEMA + LOOKUP_SCHEMA + JOURNAL_SCHEMA
        super().__init__(path, "catalog", schema, _FORMAT, reading=reading)

    # ---- writing -------------------------------------------------------------------------------

    def put(self, report_id: str, report: Report, path: str, record: str = "") -> Outcome:
        """Store what was read from a place as a source of ``report_id``.

        "read" if the report is new, "updated" if what is served changed, "duplicate" if it did not and the place
        is new to the report, else "unchanged".
        """
        with self.writing():
            before = self._row("SELECT report_id,revision FROM sources WHERE path=? AND record=?", path, record)
            is_new_place = before is None or before[0] != report_id
            served = self._digest(report_id)
            revision = self._insert(report_id, report, f"{path}#{record}" if record else path)
            self._run("INSERT OR REPLACE INTO sources VALUES(?,?,?,?)", (path, record, report_id, revision))
            if before is not None and is_new_place:
                self._settle(before[0])
            if report.given_id is not None and not self.has(report.given_id):
                self._run("INSERT OR IGNORE INTO aliases VALUES(?,?)", (report.given_id, report_id))
            self._settle(report_id)
            if served is None:
                return "read"
            if self._digest(report_id) != served:
                return "updated"
            return "duplicate" if is_new_place else "unchanged"

    def leave(self, path: str, record: str = "") -> bool:
        """Note that this place no longer holds what was read from it; whether its report left with it.

        Another source serves the report from now on; without one it leaves.
        """
        with self.writing():
            row = self._row("SELECT report_id FROM sources WHERE path=? AND record=?", path, record)
            if row is None:
                return False
            self._run("DELETE FROM sources WHERE path=? AND record=?", (path, record))
            return not self._settle(row[0])

    def merge(self, into: str, other: str) -> None:
        """Make the sources of ``other`` sources of ``into``; ``other`` names it too from now on.

        Raises NotFoundError where one of them is not there.
        """
        with self.writing():
            into, other = self.resolve(into), self.resolve(other)
            if into == other:
                return
            for table in ("sources", "aliases"):
                self._run(f"UPDATE {table} SET report_id=? WHERE report_id=?", (into, other))
            for column, new, old in (("target", f"report:{into}", f"report:{other}"), ("report_id", into, other)):
                self._run(
                    f"UPDATE OR REPLACE relations SET {column}=? WHERE {column}=? AND target LIKE 'report:%'",
                    (new, old),
                )
            self._run("DELETE FROM relations WHERE report_id=? AND target=?", (into, f"report:{into}"))
            for one, two, at in self._rows("SELECT one,other,at FROM apart WHERE ? IN (one,other)", other):
                third = two if one == other else one
                self._run("DELETE FROM apart WHERE one=? AND other=?", (one, two))
                if third != into:
                    self._run("INSERT OR REPLACE INTO apart VALUES(?,?,?)", (*sorted((third, into)), at))
            self._settle(other)
            self._run("INSERT OR REPLACE INTO aliases VALUES(?,?)", (other, into))
            self._settle(into)

    def split(self, path: str, record: str = "") -> str:
        """Make a source of a report with several a report of its own, and keep the two apart; the new report's id.

        Raises NotFoundError where nothing was read from this place, UsageError where it is the only source.
        """
        with self.writing():
            stored = self.read_at(path, record)
            if stored is None:
                raise NotFoundError(f"{path}: no report was read from there")
            if len(self.sources(stored.report_id)) == 1:
                raise UsageError(f"{path}: is the only source of {stored.report_id}")
            number = 2
            while self.is_taken(new := f"{stored.report_id}-{number}"):
                number += 1
            self.put(new, stored.report, path, record)
            self.decide(stored.report_id, new, same=False)
            return new

    def decide(self, one: str, other: str, same: bool) -> None:
        """Keep a person's decision: ``other`` is ``one`` (they are merged), or the two are told apart for good.

        Raises NotFoundError.
        """
        with self.writing():
            one, other = self.resolve(one), self.resolve(other)
            pair = min(one, other), max(one, other)
            if one == other:
                return
            if same:
                self._run("DELETE FROM apart WHERE one=? AND other=?", pair)
                self.merge(one, other)
            else:
                self._run("INSERT OR REPLACE INTO apart VALUES(?,?,?)", (*pair, now()))
                self._run(
                    "DELETE FROM relations WHERE report_id IN (?1,?2) AND target IN ('report:'||?1,'report:'||?2)", pair
                )

    def delete(self, report_id: str) -> None:
        """Take the report out of every later generation; its files are read anew if given again.

        Revisions stay for the generations that still serve them. Raises NotFoundError.
        """
        with self.writing():
            report_id = self.resolve(report_id)
            self._run(
                "UPDATE files SET reader='' WHERE path IN (SELECT path FROM sources WHERE report_id=?)", (report_id,)
            )
            self._run("DELETE FROM sources WHERE report_id=?", (report_id,))
            self._settle(report_id)

    def _settle(self, report_id: str) -> bool:
        """Serve the best of the report's sources, its facts completed from the others; False if it has none left."""
        read = self._sound(best_first(self.sources(report_id)))
        if not read and self._row("SELECT 1 FROM sources WHERE report_id=?", report_id):
            return True  # its readings are lost: until its files are read again it keeps its id and what it is found by
        for table in ("keys", "sketches"):
            self._run(f"DELETE FROM {table} WHERE report_id=?", (report_id,))
        self._run("DELETE FROM relations WHERE report_id=? AND target NOT LIKE 'report:%'", (report_id,))
        if not read:
            for table in ("reports", "aliases", "relations"):
                self._run(f"DELETE FROM {table} WHERE report_id=?", (report_id,))
            self._run("DELETE FROM relations WHERE target=?", (f"report:{report_id}",))
            return False
        facts = list(read.values())
        about, revision = merged(facts), next(iter(read))
        owner, text = self._row("SELECT report_id,text FROM revisions WHERE revision=?", revision)
        if about != facts[0] or owner != report_id:
            best = self.revision(revision)
            revision = self._insert(report_id, replace(best.report, bibliography=about), best.source)
        self._run(
            "INSERT INTO reports VALUES(?,?,?) ON CONFLICT(report_id) DO UPDATE SET revision=excluded.revision",
            (report_id, revision, now()),
        )
        self._find_by(report_id, facts, text)
        for relation in about.relations:
            self._run(
                "INSERT OR IGNORE INTO relations VALUES(?,?,?)",
                (report_id, relation.kind, normal_identifier(relation.identifier)),
            )
        return True

    def _sound(self, ranked: Iterable[Source]) -> dict[int, Bibliography]:
        """What the sources say, by revision, in their order; one that is damaged says nothing until it is mended."""
        found = {}
        for source in ranked:
            with suppress(DamagedCatalogError):
                found[source.revision] = self._facts_in(source.revision)
        return found

    def _find_by(self, report_id: str, facts: Iterable[Bibliography], text: str) -> None:
        """Let the report be found by what its sources say of it, and by its words."""
        with self._telling():
            connection = self._connection()
            keys = {key for about in facts for key in lookup_keys(about)}
            connection.executemany("INSERT INTO keys VALUES(?,?)", [(key, report_id) for key in keys])
            # An entry that many reports hold already (a licence's words) tells of none of them: no more are kept.
            connection.execute(
                "INSERT INTO sketches SELECT value,?1 FROM json_each(?2)"
                " WHERE (SELECT count(*) FROM sketches WHERE entry=value)<=?3",
                (report_id, json.dumps(sorted(sketch(shingles(text)))), COMMON),
            )

    # ---- reading -------------------------------------------------------------------------------

    def read_at(self, path: str, record: str = "") -> Stored | None:
        """What was read from this place before, be it what is served or not."""
        row = self._row("SELECT report_id,revision FROM sources WHERE path=? AND record=?", path, record)
        return None if row is None else replace(self.revision(row[1]), report_id=row[0])

    def merged(self) -> int:
        """How many sources there are beyond one a report: the same article, read from elsewhere too."""
        return int(self._row("SELECT (SELECT count(*) FROM sources)-(SELECT count(*) FROM reports)")[0])

    def held_at(self, path: str, record: str = "") -> str | None:
        """The id of the report that was read from this place, be its reading lost or not."""
        row = self._row("SELECT report_id FROM sources WHERE path=? AND record=?", path, record)
        return None if row is None else str(row[0])

    def get(self, report_id: str) -> Stored:
        """What is served of the report, also by an id that it had before. Raises NotFoundError."""
        row = self._row("SELECT report_id,revision FROM reports WHERE report_id=?", self.resolve(report_id))
        return replace(self.revision(row[1]), report_id=row[0])

    def find(self, words: str) -> list[str]:
        """The reports, by id, of which each of ``words`` stands in the title, an author, an identifier or the source.

        Case and accents do not count, nor whether it is a part of a word there.
        """
        wanted = plain(words).split()
        rows = self._rows(
            "SELECT reports.report_id,source,bibliography->>'title',bibliography->>'authors',bibliography->>'doi',"
            "bibliography->>'pmid',bibliography->>'pmcid' FROM reports JOIN revisions USING(revision)"
            " WHERE json_valid(bibliography) ORDER BY 1"
        )
        told = ((row[0], plain(" ".join(filter(None, row)))) for row in rows)
        return [report_id for report_id, text in told if all(word in text for word in wanted)]

    def entries(self, after: str = "", limit: int = 100, among: Sequence[str] | None = None) -> list[Entry]:
        """Up to ``limit`` reports whose id follows ``after``, by id; where ids are given, only those ``among`` them."""
        rows = self._rows(
            "SELECT reports.report_id,revision,bibliography,reader,length(text),added,substr(text,1,?1)"
            " FROM reports JOIN revisions USING(revision) WHERE reports.report_id>?2"
            " AND (?3 IS NULL OR reports.report_id IN (SELECT value FROM json_each(?3))) ORDER BY 1 LIMIT ?4",
            _OPENING + 1,
            after,
            None if among is None else json.dumps(among),
            limit,
        )
        return [
            Entry(
                report_id,
                revision,
                tuple(source.place for source in self.sources(report_id)),
                unpack_bibliography(packed),
                reader,
                length,
                added,
                opening(start),
            )
            for report_id, revision, packed, reader, length, added, start in rows
        ]

    def _digest(self, report_id: str) -> str | None:
        """The content digest of what is served of the report; None where there is no such report."""
        row = self._row(
            "SELECT digest FROM reports JOIN revisions USING(revision) WHERE reports.report_id=?", report_id
        )
        return None if row is None else str(row[0])
