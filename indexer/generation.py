"""One complete, immutable state of the index: written beside, verified, then switched to.

A generation is a folder with a manifest, its segments and a mask of the reports that are gone. ``publish`` writes
the folder under another name, flushes it, renames it and replaces the one-line ``CURRENT``; a process killed at
any point leaves the previous generation served.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.cases.model import Cases
from corpus.catalog import Catalog, Stored
from corpus.errors import DamagedCatalogError, NotFoundError
from corpus.model import SectionKind, Span
from indexer import analyzer
from indexer.abbreviations import Abbreviations
from indexer.disk import flush
from indexer.encoders.base import Encoder
from indexer.encoders.choice import Encoders
from indexer.errors import DamagedError, GenerationError, in_words, lost_catalog
from indexer.facts import joined
from indexer.folder import DataFolder
from indexer.lexical import Alive, LexicalIndex
from indexer.manifest import (
    Manifest,
    manifest_path,
    match_readings,
    read_alive,
    read_manifest,
    read_reports,
    segment_place,
    write_manifest,
)
from indexer.model import Passage
from indexer.segments import Pinned, Segment, damaged, open_segment
from indexer.treatments import joined as joined_treatments
from indexer.vectors.segmented import Segmented

_KEPT_REPORTS = 512
_REMOVALS, _A_MOMENT_S = 2, 0.02
_WITHOUT_LOCKS = (errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOLCK)
"""What a file system answers that has no locks: there nothing keeps a generation from being removed."""


class Generation:
    """An opened generation. Reports have ordinals from 0, passages rows from 0, those of one report side by side.

    Ordinals and rows number the segments through, what is gone included; nothing that is gone is ever found.
    ``lease`` is an open file with a shared lock: while the generation is held, nobody removes it.
    """

    def __init__(
        self,
        manifest: Manifest,
        segments: Sequence[Segment],
        alive: Sequence[Alive],
        catalog: Catalog,
        encoder: Encoder,
        lease: int,
    ) -> None:
        self.manifest = manifest
        self.encoder = encoder
        """What it was built with, and is asked with."""
        self.segments = segments
        pinned = [reading for segment in segments for reading in segment.reports]
        self.alive: Alive = np.concatenate([*alive, np.zeros(0, dtype=np.bool_)])
        """For each ordinal whether it can be found."""
        self.report_ids = [report_id for report_id, _, _ in pinned]
        self.ordinals = {self.report_ids[at]: int(at) for at in np.flatnonzero(self.alive)}
        """Of the reports that can be found."""
        self.by_id: NDArray[np.int64] = np.empty(len(pinned), dtype=np.int64)
        """For each ordinal its place among all by id: what breaks ties, however the segments came to be."""
        self.by_id[sorted(range(len(pinned)), key=self.report_ids.__getitem__)] = np.arange(len(pinned))
        self._starts = np.cumsum([0, *(len(segment.reports) for segment in segments)])
        owners = [segment.passages["report"] + start for segment, start in zip(segments, self._starts, strict=False)]
        self.passage_reports: NDArray[np.int64] = np.concatenate([*owners, np.zeros(0, dtype=np.int64)])
        """For each row the ordinal of its report; sorted."""
        self._first = np.searchsorted(self.passage_reports, np.arange(len(pinned) + 1))
        self._segment_rows = np.cumsum([0, *(len(segment.passages) for segment in segments)])
        rows = np.split(self.alive[self.passage_reports], self._segment_rows[1:-1])
        masks = [None if mask.all() else mask for mask in rows]
        self.vectors = Segmented([segment.vectors for segment in segments], masks)
        self.lexical = LexicalIndex([(segment.postings, mask) for segment, mask in zip(segments, alive, strict=True)])
        self.facts = joined([segment.facts for segment in segments])
        self.treatments = joined_treatments([segment.cases.treatments for segment in segments])
        """What the patients of reports were given."""
        self.rows_of_kind = lru_cache(maxsize=None)(partial(_rows_of_kind, segments))
        """For each row whether its passage stands in a section of this kind."""
        self.abbreviations = Abbreviations(
            [(segment.abbreviations, mask) for segment, mask in zip(segments, alive, strict=True)]
        )
        """What short forms stand for in the reports that can be found."""
        self._stored = lru_cache(maxsize=_KEPT_REPORTS)(lambda ordinal: reading(catalog, pinned[ordinal]))
        self._cases = lru_cache(maxsize=_KEPT_REPORTS)(partial(_cases, segments, self._starts))
        weakref.finalize(self, os.close, lease)  # at the last reference: nothing here may refer back to it

    def stored(self, ordinal: int) -> Stored:
        """The report as this generation pinned it. Raises DamagedError where the catalog has it no more."""
        return self._stored(ordinal)

    def readings(self) -> dict[str, str]:
        """By id of each report that can be found the content digest of its reading."""
        pinned = (reading for segment in self.segments for reading in segment.reports)
        return {
            report_id: digest for (report_id, _, digest), is_alive in zip(pinned, self.alive, strict=True) if is_alive
        }

    def wording(self, ordinal: int) -> str:
        """The report's words, ``comparable``: title and text without the reference list."""
        segment, at = _place(self.segments, self._starts, ordinal)
        return segment.wordings[at]

    def cases(self, ordinal: int) -> Cases:
        """The report's patients, as they were read when it was indexed. Raises DamagedError."""
        return self._cases(ordinal)

    @cached_property
    def concepts(self) -> frozenset[str]:
        """The index terms of the concepts that reports name, of those gone too."""
        return self.lexical.beginning(analyzer.CONCEPT)

    def passage(self, row: int) -> Passage:
        """One passage."""
        segment = int(np.searchsorted(self._segment_rows, row, side="right")) - 1
        at = row - int(self._segment_rows[segment])
        _, section, start, end, kind = self.segments[segment].passages[at].tolist()
        return Passage(int(self.passage_reports[row]), section, kind.decode(), Span(start, end))

    def rows_of(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the passages of these reports, report by report."""
        if not len(ordinals):
            return np.zeros(0, dtype=np.int64)
        return np.concatenate([np.arange(self._first[at], self._first[at + 1]) for at in ordinals])


def publish(folder: DataFolder, number: int, write: Callable[[Path], Manifest]) -> Manifest:
    """Make generation ``number`` and switch to it: ``write`` fills its folder and gives its manifest.

    Raises GenerationError where it cannot be written; the previous generation is served on.
    """
    target = folder.generation(number)
    beside = target.with_name(f".building-{number}-{os.getpid()}")
    try:
        beside.mkdir(parents=True)
        manifest = write(beside)
        write_manifest(beside, manifest)
        for path in [*beside.rglob("*"), beside]:
            flush(path)
        beside.rename(target)
        flush(folder.generations)
        switch(folder, number)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise GenerationError(
            f"{target}: cannot be written ({in_words(error)}): free some space or check the rights; "
            "the previous generation is still served"
        ) from error
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return manifest


def switch(folder: DataFolder, number: int, passing_over: int | None = None) -> None:
    """Make ``number`` the served generation: ``CURRENT`` is replaced in one step.

    ``passing_over`` is the newest there is, where this goes back on purpose: it is not taken up again by itself.
    """
    beside = folder.current.with_suffix(".new")
    beside.write_text(f"{number}\n" if passing_over is None else f"{number} {passing_over}\n", encoding="ascii")
    flush(beside)
    beside.replace(folder.current)
    flush(folder.root)


def open_current(
    folder: DataFolder, catalog: Catalog, encoders: Encoders, held: Generation | None = None
) -> Generation:
    """Open the served generation; segments that ``held`` has open already are shared with it.

    Raises NoGenerationError, LostCatalogError, DamagedError (a digest differs) or MismatchError (another encoder,
    analyzer, extraction or format).
    """
    number = folder.current_generation()
    try:
        return open_generation(folder, folder.served_generation(), catalog, encoders, held)
    except DamagedError:
        if folder.current_generation() == number:
            raise
        return open_current(folder, catalog, encoders, held)  # outdated, and removed while it was being opened


def open_generation(
    folder: DataFolder, number: int, catalog: Catalog, encoders: Encoders, held: Generation | None = None
) -> Generation:
    """Open one generation, served or not. Raises LostCatalogError, DamagedError or MismatchError."""
    if not catalog.ever_held():
        raise lost_catalog(catalog.path)
    lease = leased(manifest_path(folder, number))
    try:
        manifest = read_manifest(folder, number)
        match_readings(manifest)
        encoder = encoders.of(manifest.encoder_fingerprint)
        place = folder.generation(number)
        known = {segment.info.name: segment for segment in (held.segments if held else ())}
        segments = [
            known[info.name]
            if info.name in known and known[info.name].info == info
            else open_segment(segment_place(place, info.name), info)
            for info in manifest.segments
        ]
        return Generation(manifest, segments, read_alive(folder, manifest), catalog, encoder, lease)
    except BaseException:
        os.close(lease)
        raise


def is_held(folder: DataFolder, number: int) -> bool:
    """Whether any process has the generation open."""
    return not _with_sole_hold(manifest_path(folder, number), lambda: None)


def remove(folder: DataFolder, number: int) -> bool:
    """Remove a generation that is not served, unless any process has it open or it cannot be; whether it is gone."""
    place = folder.generation(number)
    beside = place.with_name(f".building-removed-{number}")  # half a generation must never stand under its number

    def away() -> None:
        place.rename(beside)
        shutil.rmtree(beside, ignore_errors=True)

    for _ in range(_REMOVALS):  # somebody who only looks whether it is held, holds it for a moment
        with suppress(OSError):
            if _with_sole_hold(manifest_path(folder, number), away):
                return True
        time.sleep(_A_MOMENT_S)
    return False


def pinned(folder: DataFolder, catalog: Catalog, report_id: str) -> Stored:
    """The reading of a report that the served generation points into; the newest where it has none of it.

    Raises NotFoundError.
    """
    try:
        number = folder.current_generation()
        served = {} if number is None else {reading[0]: reading for reading in read_reports(folder, number)}
    except GenerationError:
        served = {}
    if report_id in served:  # the catalog may not hold it any more
        return reading(catalog, served[report_id])
    newest = catalog.get(report_id)
    return reading(catalog, served[newest.report_id]) if newest.report_id in served else newest


def _place(segments: Sequence[Segment], starts: NDArray[np.int64], ordinal: int) -> tuple[Segment, int]:
    """The segment that holds a report, and the report's number there."""
    segment = int(np.searchsorted(starts, ordinal, side="right")) - 1
    return segments[segment], ordinal - int(starts[segment])


def _cases(segments: Sequence[Segment], starts: NDArray[np.int64], ordinal: int) -> Cases:
    segment, at = _place(segments, starts, ordinal)
    return segment.cases.of(at)


def _rows_of_kind(segments: Sequence[Segment], kind: SectionKind) -> NDArray[np.bool_]:
    rows = [np.asarray(segment.passages["kind"] == kind.encode()) for segment in segments]
    return np.concatenate([*rows, np.zeros(0, dtype=np.bool_)])


def reading(catalog: Catalog, pinned: Pinned) -> Stored:
    """What was indexed, letter for letter: spans would cut anything out of another text."""
    report_id, revision, digest = pinned
    try:
        stored = catalog.revision(revision)
    except (NotFoundError, DamagedCatalogError) as error:
        raise _lacking(catalog, report_id, revision) from error
    if stored.digest != digest:
        raise _lacking(catalog, report_id, revision)
    return stored


def _lacking(catalog: Catalog, report_id: str, revision: int) -> DamagedError:
    return DamagedError(
        f"{catalog.path}: lacks the reading of {report_id} that is indexed (was the file damaged, or restored from an "
        f"older copy?): {catalog.mending(report_id, revision)}; to serve what the catalog holds, run `casetrove index`"
    )


def leased(path: Path) -> int:
    """The file, open and locked against removal by others. Raises DamagedError where it is not there."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise damaged(path, error) from error
    with suppress(OSError):  # a file system without locks: there nothing keeps it from being removed
        fcntl.flock(handle, fcntl.LOCK_SH)
    if not os.fstat(handle).st_nlink:
        os.close(handle)
        raise damaged(path, "it was just removed")
    return handle


def _with_sole_hold(path: Path, act: Callable[[], None]) -> bool:
    """Do ``act`` while nobody can get a lease on ``path``; False, and nothing done, where somebody may have one."""
    try:
        handle = _open_to_lock(path)
    except FileNotFoundError:  # not whole: nobody can have it open
        act()
        return True
    except OSError:  # too many open files, a share that does not answer: somebody may
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _WITHOUT_LOCKS:
            os.close(handle)
            return False
    try:
        act()
    finally:
        os.close(handle)
    return True


def _open_to_lock(path: Path) -> int:
    """For writing where that is allowed: some network file systems want it so for a lock that excludes others."""
    try:
        return os.open(path, os.O_RDWR)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
    return os.open(path, os.O_RDONLY)
