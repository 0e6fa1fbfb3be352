"""How reports are found: by what their sources say of them, by their words, by what other reports say of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256

from corpus.errors import DamagedCatalogError, NotFoundError
from corpus.identity import meant, text_digest
from corpus.journal import Journal
from corpus.merging import Source
from corpus.model import Bibliography, RelationKind
from corpus.packing import unpack_bibliography

SCHEMA = """
CREATE TABLE keys(key TEXT NOT NULL, report_id TEXT NOT NULL, PRIMARY KEY(key, report_id)) WITHOUT ROWID;
CREATE INDEX keys_by_report ON keys(report_id);
CREATE TABLE sketches(
    entry INTEGER NOT NULL, report_id TEXT NOT NULL, PRIMARY KEY(entry, report_id)) WITHOUT ROWID;
CREATE INDEX sketches_by_report ON sketches(report_id);
CREATE TABLE relations(
    report_id TEXT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY(report_id, kind, target));
CREATE INDEX relations_by_target ON relations(target);
CREATE TABLE apart(one TEXT NOT NULL, other TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY(one, other));
"""
COMMON = 50
"""An entry of a sketch that more reports hold says nothing of any two of them."""


class Lookup(Journal):
    """The part of the catalog that answers "which reports …?"."""

    def resolve(self, report_id: str) -> str:
        """The id under which a report is kept: itself, the one that it was merged into, or what its article is kept as.

        ``report_id`` is an id, or the DOI, PMID or PMCID of one report. Raises NotFoundError.
        """
        row = self._row(
            "SELECT report_id FROM reports WHERE report_id=?1"
            " UNION ALL SELECT report_id FROM aliases WHERE alias=?1 LIMIT 1",
            report_id,
        )
        if row is not None:
            return str(row[0])
        articles = {found for identifier in meant(report_id) for found in self.with_key(identifier)}
        if len(articles) != 1:
            raise NotFoundError(f"report {report_id!r} is not in the catalog")
        return articles.pop()

    def has(self, report_id: str) -> bool:
        """Whether there is a report of this id."""
        return self._row("SELECT 1 FROM reports WHERE report_id=?", report_id) is not None

    def is_taken(self, report_id: str) -> bool:
        """Whether this id names a report, be it its own or one that it had before, its reading lost or not."""
        found = self._row(
            "SELECT 1 FROM reports WHERE report_id=?1 UNION ALL SELECT 1 FROM aliases WHERE alias=?1"
            " UNION ALL SELECT 1 FROM sources WHERE report_id=?1",
            report_id,
        )
        return found is not None

    def records(self, path: str) -> list[str]:
        """The records of this file that a report was read from; ``[""]`` for a file that is one report."""
        return [row[0] for row in self._rows("SELECT record FROM sources WHERE path=? ORDER BY 1", path)]

    def reports_of(self, path: str) -> list[str]:
        """The ids of the reports that were read from this file."""
        return [row[0] for row in self._rows("SELECT DISTINCT report_id FROM sources WHERE path=? ORDER BY 1", path)]

    def sources(self, report_id: str) -> list[Source]:
        """Every place the report was read from, by place."""
        rows = self._rows(
            "SELECT path,record,s.revision,r.reader,length(r.text),r.created FROM sources s"
            " JOIN revisions r ON r.revision=s.revision WHERE s.report_id=? ORDER BY 1,2",
            report_id,
        )
        return [Source(*row) for row in rows]

    def facts(self, report_id: str) -> Bibliography:
        """What is served as the bibliography of a report. Raises NotFoundError."""
        row = self._row(
            "SELECT bibliography FROM reports JOIN revisions USING(revision) WHERE reports.report_id=?",
            self.resolve(report_id),
        )
        return self._unpacked(None if row is None else row[0], report_id)

    def _unpacked(self, packed: str | None, report_id: str) -> Bibliography:
        try:
            return unpack_bibliography(packed or "")
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedCatalogError(
                f"{self.path}: the reading of {report_id} is lost or damaged: run `casetrove index --retry`"
            ) from error

    def with_key(self, key: str) -> list[str]:
        """The reports that one of ``merging.lookup_keys`` finds, by id."""
        return [row[0] for row in self._rows("SELECT report_id FROM keys WHERE key=? ORDER BY 1", key)]

    def with_words(self, text: str) -> list[str]:
        """The reports that have a source of exactly these words, by id."""
        rows = self._rows(
            "SELECT DISTINCT s.report_id FROM revisions r JOIN sources s ON s.revision=r.revision"
            " WHERE r.text_digest=? ORDER BY 1",
            text_digest(text),
        )
        return [row[0] for row in rows]

    def sharing(self, entries: frozenset[int], limit: int = 8) -> list[tuple[str, int]]:
        """``(report_id, shared)`` of the reports that share the most entries of a sketch, the most first.

        Entries that more than ``COMMON`` reports hold (a licence's words) say nothing and are left out.
        """
        return self._rows(
            "WITH mine AS (SELECT value AS entry FROM json_each(?1)), rare AS ("
            " SELECT entry FROM sketches JOIN mine USING(entry) GROUP BY 1 HAVING count(*)<=?2)"
            " SELECT report_id,count(*) FROM sketches JOIN rare USING(entry) GROUP BY 1 ORDER BY 2 DESC,1 LIMIT ?3",
            json.dumps(sorted(entries)),
            COMMON,
            limit,
        )

    def sketch_pairs(self, least: int, common: int = 20) -> list[tuple[str, str, int]]:
        """``(one, other, shared)`` of the reports that share ``least`` entries that no more than ``common`` hold."""
        return self._rows(
            "WITH rare AS (SELECT entry FROM sketches GROUP BY 1 HAVING count(*) BETWEEN 2 AND ?2)"
            " SELECT a.report_id,b.report_id,count(*)"
            " FROM rare JOIN sketches a USING(entry) JOIN sketches b USING(entry)"
            " WHERE a.report_id<b.report_id GROUP BY 1,2 HAVING count(*)>=?1 ORDER BY 1,2",
            least,
            common,
        )

    def decided_apart(self) -> set[tuple[str, str]]:
        """The pairs of ids, in order, that a person told apart."""
        return {(row[0], row[1]) for row in self._rows("SELECT one,other FROM apart")}

    def relations(self, report_id: str) -> list[tuple[RelationKind, str]]:
        """``(kind, target)`` of the report; the target is an identifier, "report:<id>", or "" where unknown."""
        return self._rows("SELECT kind,target FROM relations WHERE report_id=? ORDER BY 1,2", report_id)

    def related_to(self, targets: Iterable[str]) -> list[tuple[str, RelationKind]]:
        """``(report_id, kind)`` of the reports that relate to one of the targets."""
        return self._rows(
            "SELECT DISTINCT report_id,kind FROM relations WHERE target IN (SELECT value FROM json_each(?))"
            " ORDER BY 1,2",
            json.dumps(list(targets)),
        )

    def identifiers(self, report_id: str) -> list[str]:
        """Every identifier that a source of the report gives it, and its own name as "report:<id>"."""
        rows = self._rows(
            "SELECT key FROM keys WHERE report_id=? AND (key LIKE 'doi:%' OR key LIKE 'pmid:%' OR key LIKE 'pmcid:%')",
            report_id,
        )
        return [f"report:{report_id}", *(row[0] for row in rows)]

    def given_ids(self, report_id: str) -> list[str]:
        """The ids that records of data sets gave themselves among the report's sources."""
        rows = self._rows(
            "SELECT DISTINCT given_id FROM sources s JOIN revisions r ON r.revision=s.revision"
            " WHERE s.report_id=? AND given_id IS NOT NULL ORDER BY 1",
            report_id,
        )
        return [row[0] for row in rows]

    def unlink(self, report_id: str) -> None:
        """Forget the links that ``link`` made between this report and others."""
        with self.writing():
            self._run(
                "DELETE FROM relations WHERE target LIKE 'report:%' AND (report_id=? OR target=?)",
                (report_id, f"report:{report_id}"),
            )

    def link(self, report_id: str, kind: str, target: str) -> None:
        """Record that ``report_id`` stands so to the report ``target``; both are ids of reports."""
        with self.writing():
            self._run("INSERT OR IGNORE INTO relations VALUES(?,?,?)", (report_id, kind, f"report:{target}"))

    def count(self) -> int:
        """How many reports there are."""
        return int(self._row("SELECT count(*) FROM reports")[0])

    def snapshot(self) -> tuple[list[tuple[str, int, str]], str]:
        """``(report_id, revision, content digest)`` of every report, by id, and ``corpus_digest()``: of one moment."""
        reports, total = [], sha256()
        for report_id, revision, digest in self._run(
            "SELECT reports.report_id, revision, digest FROM reports JOIN revisions USING(revision) ORDER BY 1"
        ):
            reports.append((report_id, revision, digest))
            total.update(f"{report_id}\t{digest}\n".encode())
        return reports, total.hexdigest()

    def current(self) -> list[tuple[str, int]]:
        """``(report_id, revision)`` of every report, by id."""
        return [(report_id, revision) for report_id, revision, _ in self.snapshot()[0]]

    def readings(self) -> set[tuple[int, str]]:
        """Revision and content digest of every reading that is kept, served or not."""
        return set(self._rows("SELECT revision, digest FROM revisions"))

    def corpus_digest(self) -> str:
        """sha256 over ``report_id`` and content digest of every report: equal corpora, equal digests."""
        return self.snapshot()[1]
