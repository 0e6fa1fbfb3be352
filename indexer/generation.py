"""One complete, immutable state of the index: written beside, verified, then switched to.

A generation is a folder of files and a manifest with their digests. ``publish`` writes the folder under
another name, flushes it, renames it and replaces the one-line ``CURRENT``; a process killed at any point
leaves the previous generation served.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.catalog import Catalog, Stored
from corpus.model import SectionKind, Span
from indexer import analyzer
from indexer.encoders.base import EncoderInfo, Vectors
from indexer.errors import DamagedError, GenerationError, MismatchError, NoGenerationError
from indexer.folder import DataFolder
from indexer.lexical import LexicalIndex
from indexer.model import Manifest, Passage
from indexer.vectors.base import VectorIndex
from indexer.vectors.faiss import FaissFlat

FORMAT = 1
_KEPT_REPORTS = 512
_PASSAGE = np.dtype([("report", "<i8"), ("section", "<i4"), ("start", "<i8"), ("end", "<i8"), ("kind", "U16")])


class Generation:
    """An opened generation. Reports have ordinals from 0, passages rows from 0, those of one report side by side."""

    def __init__(
        self,
        manifest: Manifest,
        reports: Sequence[tuple[str, int]],
        passages: NDArray[np.void],
        vectors: VectorIndex,
        lexical: LexicalIndex,
        catalog: Catalog,
    ) -> None:
        self.manifest = manifest
        self.report_ids = [report_id for report_id, _ in reports]
        self.ordinals = {report_id: at for at, report_id in enumerate(self.report_ids)}
        self.vectors = vectors
        self.lexical = lexical
        self._revisions = [revision for _, revision in reports]
        self._passages = passages
        self.passage_reports: NDArray[np.int64] = np.ascontiguousarray(passages["report"])
        """For each row the ordinal of its report; sorted."""
        self._first = np.searchsorted(self.passage_reports, np.arange(len(reports) + 1))
        self._catalog = catalog
        self._stored = lru_cache(maxsize=_KEPT_REPORTS)(lambda ordinal: catalog.revision(self._revisions[ordinal]))

    def stored(self, ordinal: int) -> Stored:
        """The report as this generation pinned it."""
        return self._stored(ordinal)

    def passage(self, row: int) -> Passage:
        """One passage."""
        report, section, start, end, kind = self._passages[row].tolist()
        return Passage(report, section, kind, Span(start, end))

    def rows_of(self, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the passages of these reports, report by report."""
        if not len(ordinals):
            return np.zeros(0, dtype=np.int64)
        return np.concatenate([np.arange(self._first[at], self._first[at + 1]) for at in ordinals])


def publish(
    folder: DataFolder,
    manifest: Manifest,
    reports: Sequence[tuple[str, int]],
    passages: Iterable[tuple[int, int, int, int, SectionKind]],
    vectors: Vectors,
    terms: Sequence[Sequence[str]],
) -> Manifest:
    """Write a generation and switch to it; the manifest comes back with the files' digests.

    ``passages`` holds ``(report ordinal, section, start, end, kind)`` sorted by report; ``vectors`` a row
    for each; ``terms`` the analysed text of each report. Raises GenerationError where it cannot be written.
    """
    target = folder.generation(manifest.generation)
    beside = target.with_name(f".building-{manifest.generation}-{os.getpid()}")
    try:
        beside.mkdir(parents=True)
        _write_json(beside / "reports.json", list(reports))
        with (beside / "passages.npy").open("wb") as file:
            np.save(file, np.array(list(passages), dtype=_PASSAGE), allow_pickle=False)
        FaissFlat.build(vectors).save(beside / "vectors.faiss")
        LexicalIndex.build(terms, beside / "lexical")
        manifest = replace(manifest, files=_digests(beside))
        _write_json(beside / "manifest.json", asdict(manifest))
        for path in [*beside.rglob("*"), beside]:
            _flush(path)
        beside.rename(target)
        _flush(folder.generations)
        switch(folder, manifest.generation)
    except (OSError, RuntimeError, ValueError) as error:  # FAISS and tantivy tell of a full disk by the last two
        shutil.rmtree(beside, ignore_errors=True)
        raise GenerationError(
            f"{target}: cannot be written ({error}): free some space or check the rights; "
            "the previous generation is still served"
        ) from error
    return manifest


def switch(folder: DataFolder, number: int) -> None:
    """Make ``number`` the served generation: ``CURRENT`` is replaced in one step."""
    beside = folder.current.with_suffix(".new")
    beside.write_text(f"{number}\n", encoding="ascii")
    _flush(beside)
    beside.replace(folder.current)
    _flush(folder.root)


def read_manifest(folder: DataFolder, number: int) -> Manifest:
    """The manifest of a generation. Raises DamagedError."""
    path = folder.generation(number) / "manifest.json"
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DamagedError(f"{path}: cannot be read ({error}): run `casetrove index --rebuild`") from error


def read_reports(folder: DataFolder, number: int) -> list[tuple[str, int]]:
    """``(report_id, revision)`` of each report of a generation, by ordinal. Raises DamagedError."""
    path = folder.generation(number) / "reports.json"
    try:
        return [(report_id, revision) for report_id, revision in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise DamagedError(f"{path}: cannot be read ({error}): run `casetrove index --rebuild`") from error


def open_current(folder: DataFolder, catalog: Catalog, encoder: EncoderInfo) -> Generation:
    """Open the served generation.

    Raises NoGenerationError, DamagedError (a digest differs), MismatchError (another encoder or format).
    """
    number = folder.current_generation()
    if number is None:
        raise NoGenerationError(f"{folder.root}: nothing is indexed yet: run `casetrove index PATH…`")
    try:
        return _open(folder, number, catalog, encoder)
    except DamagedError:
        if folder.current_generation() == number:
            raise
        return open_current(folder, catalog, encoder)  # it was outdated, and removed while it was being opened


def pinned(folder: DataFolder, catalog: Catalog, report_id: str) -> Stored:
    """The reading of a report that the served generation points into; the newest where it has none of it.

    Raises NotFoundError.
    """
    newest = catalog.get(report_id)
    try:
        number = folder.current_generation()
        served = {} if number is None else dict(read_reports(folder, number))
    except DamagedError:
        return newest
    return catalog.revision(served.get(report_id, newest.revision))


def _open(folder: DataFolder, number: int, catalog: Catalog, encoder: EncoderInfo) -> Generation:
    manifest = read_manifest(folder, number)
    _match(manifest, encoder)
    place = folder.generation(number)
    try:
        if _digests(place) != manifest.files:
            raise DamagedError(
                f"{place}: a file differs from its digest in the manifest: run `casetrove index --rebuild`"
            )
        with (place / "passages.npy").open("rb") as file:
            passages = np.load(file, allow_pickle=False)
    except OSError as error:
        raise DamagedError(f"{place}: cannot be read ({error.strerror}): run `casetrove index --rebuild`") from error
    vectors = FaissFlat.load(place / "vectors.faiss")
    lexical = LexicalIndex.load(place / "lexical")
    return Generation(manifest, read_reports(folder, number), passages, vectors, lexical, catalog)


def _match(manifest: Manifest, encoder: EncoderInfo) -> None:
    pairs = (
        ("format", manifest.format, FORMAT),
        ("encoder", manifest.encoder_fingerprint, encoder.fingerprint),
        ("analyzer", manifest.analyzer, analyzer.NAME),
    )
    for name, built, here in pairs:
        if built != here:
            raise MismatchError(
                f"generation {manifest.generation} was built with {name} {built}, this program has {here}: "
                "run `casetrove index --rebuild`"
            )


def _digests(place: Path) -> dict[str, str]:
    return {
        path.relative_to(place).as_posix(): _digest(path)
        for path in sorted(place.rglob("*"))
        if path.is_file() and path != place / "manifest.json" and not path.name.startswith(".tantivy")
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
