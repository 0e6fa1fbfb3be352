"""The log's file: SQLite, written by several processes at once.

A corpus is kept as what changed against the one kept before it: each reading once, with the first corpus that holds
it and the first that no longer does. So what a search could have found is known to the report, years later, and the
file grows by what changes, not by how often is searched.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, astuple, replace
from pathlib import Path
from typing import Any

from corpus.database import Database
from corpus.errors import CatalogError, GoneCatalogError, NotFoundError
from search_api.searches.model import By, Corpus, Counts, Found, Run, Told, id_of, known, number_of, tupled

Readings = Mapping[str, str]
"""By report id which reading of it there is, as ``Stored.reading`` names it."""

_FORMAT = 1
_WHO = "json_extract(facts,'$.by.who')"
_BY_WHO = f"CREATE INDEX IF NOT EXISTS searches_by_who ON searches({_WHO})"
_LAST = (1 << 63) - 1
_PAGE = 200
_SCHEMA = f"""
CREATE TABLE searches(
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, corpus INTEGER NOT NULL, facts TEXT NOT NULL,
    places TEXT NOT NULL);
CREATE INDEX searches_by_corpus ON searches(corpus);
{_BY_WHO};
CREATE TABLE corpora(number INTEGER PRIMARY KEY AUTOINCREMENT, digest TEXT NOT NULL UNIQUE);
CREATE TABLE readings(
    report_id TEXT NOT NULL, digest TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
    PRIMARY KEY(report_id, since)) WITHOUT ROWID;
"""
_COLUMNS = "number,at,facts,places"


class SearchFile(Database):
    """The searches kept in the file at ``path``. Safe to share between threads and processes.

    What was kept outlives a killed process; a power cut may cost the last of it, which spares each search the wait
    for the disk. Methods raise CatalogError.
    """

    survives_power_cuts = False
    waits_s = 3.0
    overwrites = True

    def __init__(self, path: Path) -> None:
        super().__init__(path, "search log", _SCHEMA, _FORMAT)
        self._is_to_wipe = False
        with suppress(CatalogError):  # a file from before there was this index, which cannot be written now
            self._run(_BY_WHO)
        self._wipe(waits_s=0)  # what somebody else may have had to leave there

    def add(self, run: Run, readings: Callable[[], Readings]) -> str:
        """Keep ``run``, and of a corpus not seen before its ``readings``; the search's id."""
        facts = {name: value for name, value in asdict(run).items() if name not in ("id", "at", "places")}
        with self.writing():
            corpus = self._corpus(run.corpus.digest, readings)
            inserted = self._run(
                "INSERT INTO searches(at,corpus,facts,places) VALUES(?,?,?,?)",
                (run.at, corpus, _packed(facts), _packed([_place(each) for each in run.places])),
            )
        if self._is_to_wipe:
            self._wipe(waits_s=0)
        return id_of(int(inserted.lastrowid or 0))

    def get(self, run_id: str) -> Run:
        """One search. Raises NotFoundError."""
        row = self._row(f"SELECT {_COLUMNS} FROM searches WHERE number=?", number_of(run_id))
        if row is None:
            raise unknown(run_id)
        run = _run_of(row)
        known = self.readings(run.corpus.digest, {each.report_id for each in run.places})
        return replace(run, places=tuple(replace(each, reading=known.get(each.report_id, "")) for each in run.places))

    def newest(self, limit: int, after: str = "", who: str | None = None) -> list[Run]:
        """Up to ``limit`` searches, the newest first, those older than ``after``; with ``who`` of that key alone."""
        return self._listed(f"number<?1 AND {_of(who)} ORDER BY number DESC", limit, after, _LAST, who)

    def oldest(self, limit: int, after: str = "", who: str | None = None) -> list[Run]:
        """Up to ``limit`` searches, the oldest first, those younger than ``after``; with ``who`` of that key alone."""
        return self._listed(f"number>?1 AND {_of(who)} ORDER BY number", limit, after, 0, who)

    def _listed(self, which: str, limit: int, after: str, start: int, who: str | None) -> list[Run]:
        place = number_of(after) if after else start
        if place is None:
            raise unknown(after)
        rows = self._rows(f"SELECT {_COLUMNS} FROM searches WHERE {which} LIMIT ?2", place, limit, who)
        return [_run_of(row) for row in rows]

    def readings(self, digest: str, of: Collection[str] | None = None) -> Readings:
        """What the corpus of a kept search held, all of it or of these reports."""
        there = "since<=corpora.number AND (until IS NULL OR until>corpora.number)"
        asked = "" if of is None else " AND report_id IN (SELECT value FROM json_each(?2))"
        rows = self._rows(
            f"SELECT report_id,readings.digest FROM corpora,readings WHERE corpora.digest=?1 AND {there}{asked}",
            *((digest,) if of is None else (digest, json.dumps(sorted(of)))),
        )
        return dict(rows)

    def forget(self, ids: Sequence[str]) -> int:
        """Remove these searches, and what is known of corpora for their sake; how many they were.

        Raises NotFoundError, and removes nothing, where one of them is not there.
        """
        with self.writing():
            for run_id in ids:
                if not self._run("DELETE FROM searches WHERE number=?", (number_of(run_id),)).rowcount:
                    raise unknown(run_id)
            self._let_go()
        self._wipe()
        return len(ids)

    def forget_before(self, at: str | None) -> int:
        """Remove the searches from before ``at`` (ISO 8601, as they are kept); all of them without it."""
        with self.writing():
            removed = self._run("DELETE FROM searches WHERE ?1 IS NULL OR at<?1", (at,)).rowcount
            self._let_go()
        with suppress(CatalogError):
            self._run("VACUUM")  # to give the room back
        self._wipe()
        return int(removed)

    def _corpus(self, digest: str, readings: Callable[[], Readings]) -> int:
        """The number of a corpus, which is kept as its difference to the last where it is new."""
        row = self._row("SELECT number FROM corpora WHERE digest=?", digest)
        if row is not None:
            return int(row[0])
        number = int(self._run("INSERT INTO corpora(digest) VALUES(?)", (digest,)).lastrowid or 0)
        before = dict(self._rows("SELECT report_id,digest FROM readings WHERE until IS NULL"))
        here = readings()
        gone = [(number, report_id) for report_id, known in before.items() if here.get(report_id) != known]
        come = [(report_id, own, number) for report_id, own in here.items() if before.get(report_id) != own]
        with self._telling():
            connection = self._connection()
            connection.executemany("UPDATE readings SET until=? WHERE report_id=? AND until IS NULL", gone)
            connection.executemany("INSERT INTO readings VALUES(?,?,?,NULL)", come)
        return number

    def _let_go(self) -> None:
        """Forget the corpora that no search is of any more, and the readings that were in no other."""
        self._run("DELETE FROM corpora WHERE number NOT IN (SELECT corpus FROM searches)")
        self._run(
            "DELETE FROM readings WHERE NOT EXISTS"
            " (SELECT 1 FROM corpora WHERE number>=since AND (until IS NULL OR number<until))"
        )

    def _wipe(self, *, waits_s: float | None = None) -> None:
        """Empty the log that SQLite keeps beside the file, in which what was forgotten stands as it was before.

        Not while somebody reads what was there then: that is waited for, ``waits_s`` seconds if given, and where it
        lasts longer this is done as soon as a search is kept or the file is opened anew.
        """
        self._is_to_wipe = True
        with suppress(CatalogError):
            self._run(f"PRAGMA busy_timeout={1000 * (self.waits_s if waits_s is None else waits_s):.0f}")
            try:
                is_busy = self._row("PRAGMA wal_checkpoint(TRUNCATE)")[0]
                self._is_to_wipe = bool(is_busy)
            finally:
                self._run(f"PRAGMA busy_timeout={1000 * self.waits_s:.0f}")


class Searches:
    """The search log of a data folder: its file is made when the first search is kept. Safe to share between threads.

    Methods raise CatalogError where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: SearchFile | None = None
        self._opening, self._adding = threading.Lock(), threading.Lock()

    def add(self, run: Run, readings: Callable[[], Readings]) -> Run:
        """Keep ``run``; the same with its id."""
        with self._adding:  # in one process they queue here, not at the file, where waiting is dear
            try:
                run_id = self._opened().add(run, readings)
            except GoneCatalogError:  # somebody did away with the log: a new one is begun
                self._file = None
                run_id = self._opened().add(run, readings)
        return replace(run, id=run_id)

    def get(self, run_id: str, who: str | None = None) -> Run:
        """One search with its places. Raises NotFoundError; with ``who`` also where it came not with that key."""
        file = self._there()
        if file is None:
            raise unknown(run_id)
        run = file.get(run_id)
        if who is not None and run.by.who != who:
            raise unknown(run_id)
        return run

    def newest(self, limit: int, after: str = "", who: str | None = None) -> list[Run]:
        """Up to ``limit`` searches, the newest first, those older than the one with the id ``after``.

        With ``who`` those alone that came with the key of this name.
        """
        file = self._there()
        return file.newest(limit, after, who) if file else []

    def each(self, who: str | None = None) -> Iterator[Run]:
        """All searches, the oldest first, read page by page; with ``who`` those alone that came with that key."""
        file = self._there()
        last = ""
        while file and (page := file.oldest(_PAGE, last, who)):
            yield from page
            last = page[-1].id

    def readings(self, run: Run, of: Collection[str] | None = None) -> Readings:
        """What the corpus that ``run`` searched held, all of it or of these reports."""
        file = self._there()
        return file.readings(run.corpus.digest, of) if file else {}

    def forget(self, ids: Sequence[str]) -> int:
        """Remove these searches for good. Raises NotFoundError, and removes none, where one is not there."""
        file = self._there()
        if file is None and ids:
            raise unknown(ids[0])
        return file.forget(ids) if file else 0

    def forget_before(self, at: str | None) -> int:
        """Remove for good the searches from before ``at``, all without it; how many they were."""
        file = self._there()
        return file.forget_before(at) if file else 0

    def _there(self) -> SearchFile | None:
        """The file; None where no search was ever kept."""
        if not self.path.exists():
            return None
        return self._opened()

    def _opened(self) -> SearchFile:
        with self._opening:
            if self._file is None:
                self._file = SearchFile(self.path)
            return self._file


def unknown(run_id: str) -> NotFoundError:
    """The error for an id that no kept search has."""
    return NotFoundError(f"search {run_id!r} is not in the search log: `casetrove searches` lists those that are")


def _of(who: str | None) -> str:
    return "?3 IS NULL" if who is None else f"{_WHO}=?3"


def _packed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _place(found: Found) -> list[Any]:
    """What is kept of it: its reading is known by its corpus."""
    return list(astuple(found))[:-1]


def _run_of(row: Iterable[Any]) -> Run:
    number, at, facts, places = row
    told = json.loads(facts)
    return Run(
        id=id_of(number),
        at=at,
        by=By(**known(By, told["by"])),
        asked=told["asked"],
        corpus=Corpus(**known(Corpus, told["corpus"])),
        counts=Counts(**known(Counts, told["counts"])),
        told=Told(**tupled(known(Told, told["told"]))),
        places=tuple(Found(*place) for place in json.loads(places)),
    )
