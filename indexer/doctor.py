"""Is the data folder sound? Every check that can be made without changing anything, each finding with its remedy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.catalog import Catalog
from corpus.database import damage_of
from corpus.errors import CasetroveError
from indexer.build import is_behind, living_passages
from indexer.encoders.cache import EmbeddingCache, is_former
from indexer.encoders.choice import Encoders
from indexer.errors import GenerationError
from indexer.folder import DataFolder
from indexer.history import numbered
from indexer.lexical import Alive
from indexer.manifest import Manifest, manifest_path, read_alive, read_manifest, segment_place
from indexer.segments import SegmentInfo, open_segment, read_pinned

Severity = Literal["error", "warning", "note"]
_REBUILD = "run `casetrove index --rebuild`"
_INDEX = "run `casetrove index` on any file or folder"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do.

    An ``error`` keeps something from being served or read; a ``warning`` may come to that; a ``note`` is worth knowing.
    """

    severity: Severity
    where: str
    what: str
    remedy: str


def examine(folder: DataFolder, encoders: Encoders) -> list[Finding]:
    """All that is wrong with a data folder, errors first; nothing is changed."""
    if not folder.root.is_dir():
        return [
            Finding("error", str(folder.root), "there is no such folder", "check --data, or index something into it")
        ]
    found = [
        *_catalog(folder), *_generations(folder, encoders), *_cache(folder), *_others(folder), *_disk(folder),
    ]  # fmt: skip
    order: list[Severity] = ["error", "warning", "note"]
    return sorted(found, key=lambda finding: order.index(finding.severity))


def _catalog(folder: DataFolder) -> Iterator[Finding]:
    path = str(folder.catalog)
    if not folder.catalog.exists():
        yield Finding("error", path, "there is no catalog", "index your files into this folder")
        return
    try:
        catalog = Catalog(folder.catalog)
        for problem in catalog.damage():
            yield Finding("error", path, problem, "restore it from a copy, or index your files into a new folder")
        failures = len(catalog.failures())
        if failures:
            yield Finding("note", path, f"{failures} files could not be read", "see `casetrove failures`")
        if is_behind(folder, catalog):
            yield Finding("warning", path, "holds what no generation does", _INDEX)
    except CasetroveError as error:
        yield Finding("error", path, str(error), "restore it from a copy, or index your files into a new folder")


def _generations(folder: DataFolder, encoders: Encoders) -> Iterator[Finding]:
    there = numbered(folder)
    try:
        served, newest = folder.current_generation(), folder.passed_over()
    except GenerationError as error:
        served = newest = None
        yield Finding("error", str(folder.current), str(error), _REBUILD)
    else:
        if served is None:
            yield Finding("error", str(folder.current), "nothing is served: there is no index yet", _INDEX)
        elif served not in there:
            yield Finding("error", str(folder.current), f"names generation {served}, which is not there", _REBUILD)
    if newest is not None:
        told = f"generation {served} is served by a rollback, {newest} is the newest"
        yield Finding("note", str(folder.current), told, f"run `casetrove rollback {newest}` to go forward")
    for leaving in folder.generations.glob(".building-*"):
        yield Finding(
            "note", str(leaving), "is left of a run that was ended, or under way", "the next build removes it"
        )
    known: set[tuple[int, int]] = set()
    for number in sorted(there, key=lambda number: number != served):
        severity: Severity = "error" if number == served else "warning"
        remedy = _REBUILD if number == served else f"remove {folder.generation(number)}"
        for where, what in _generation(folder, number, encoders, known):
            yield Finding(severity, str(where), what, remedy)


def _generation(
    folder: DataFolder, number: int, encoders: Encoders, known: set[tuple[int, int]]
) -> Iterator[tuple[Path, str]]:
    """Each place and what is wrong there. ``known``: the files examined already, by device and inode."""
    place = folder.generation(number)
    try:
        manifest = read_manifest(folder, number)
        encoders.check(manifest.encoder_fingerprint)
    except CasetroveError as error:
        yield manifest_path(folder, number), str(error)
        return
    try:
        alive = read_alive(folder, manifest)
    except GenerationError as error:
        yield place, str(error)
        return
    for info in manifest.segments:
        yield from _segment(segment_place(place, info.name), info, known)
    for what in _miscounted(place, manifest, alive):
        yield manifest_path(folder, number), what
    yield from _pinned(folder, manifest)
    yield from ((path, "is not named in the manifest") for path in _strays(place, manifest))


def _miscounted(place: Path, manifest: Manifest, alive: Sequence[Alive]) -> Iterator[str]:
    reports = sum(int(mask.sum()) for mask in alive)
    if reports != manifest.reports:
        yield f"counts {manifest.reports} reports where {reports} are alive"
    with suppress(OSError, ValueError, IndexError):  # a damaged segment is told of already
        passages = living_passages(place, manifest.segments, alive)
        if passages != manifest.passages:
            yield f"counts {manifest.passages} passages where {passages} are alive"


def _segment(place: Path, info: SegmentInfo, known: set[tuple[int, int]]) -> Iterator[tuple[Path, str]]:
    try:
        stats = [(place / name).stat() for name in info.files]
        files = {(stat.st_dev, stat.st_ino) for stat in stats}
        if files <= known:
            return
        known |= files
        segment = open_segment(place, info)
    except (OSError, CasetroveError) as error:
        yield place, str(error)
        return
    counts = {
        "reports": (info.reports, len(segment.reports), len(segment.postings.lengths)),
        "passages": (info.passages, len(segment.passages), len(segment.vectors)),
    }
    for what, numbers in counts.items():
        if len(set(numbers)) > 1:
            told = " and ".join(map(str, numbers))
            yield place, f"its manifest, lists and indexes count {told} {what}"


def _pinned(folder: DataFolder, manifest: Manifest) -> Iterator[tuple[Path, str]]:
    """Reports whose pinned reading the catalog lacks: their hits could not be shown."""
    try:
        catalog = Catalog(folder.catalog)
        place = folder.generation(manifest.generation)
        wanted = {
            (revision, content)
            for info, alive in zip(manifest.segments, read_alive(folder, manifest), strict=True)
            for (_, revision, content), is_alive in zip(
                read_pinned(segment_place(place, info.name)), alive, strict=True
            )
            if is_alive
        }
        missing = wanted - catalog.readings()
    except CasetroveError:
        return  # told already
    if missing:
        yield place, f"the catalog lacks {len(missing)} of the readings that it points into"


def _strays(place: Path, manifest: Manifest) -> list[Path]:
    named = {place / "manifest.json", *(place / name for name in manifest.files)}
    for info in manifest.segments:
        named |= {segment_place(place, info.name) / name for name in info.files}
    return [path for path in sorted(place.rglob("*")) if path.is_file() and path not in named]


def _cache(folder: DataFolder) -> Iterator[Finding]:
    if not folder.embeddings.exists():
        return
    if is_former(folder.embeddings):
        return  # the next build takes it over
    remedy = "remove it: the next build embeds everything anew"
    try:
        for problem in EmbeddingCache(folder.embeddings).damage():
            yield Finding("warning", str(folder.embeddings), problem, remedy)
    except CasetroveError as error:
        yield Finding("warning", str(folder.embeddings), str(error), remedy)


def _others(folder: DataFolder) -> Iterator[Finding]:
    """Databases that other rooms keep here, and what a killed run left of an encoder."""
    for path in sorted({*folder.root.glob("*.sqlite")} - {folder.catalog, folder.embeddings}):
        for problem in damage_of(path):
            yield Finding("error", str(path), problem, "restore it from a copy, or remove it: what it holds is lost")
    for leaving in sorted(folder.encoders.glob(".*")):
        remedy = "the next `casetrove encoder optimise` removes it"
        yield Finding("note", str(leaving), "is left of a run that was ended, or under way", remedy)


def _disk(folder: DataFolder) -> Iterator[Finding]:
    """A full rebuild writes a generation beside those that are kept."""
    sizes = [
        sum(path.stat().st_size for path in folder.generation(number).rglob("*") if path.is_file())
        for number in numbered(folder)
    ]
    free, wanted = shutil.disk_usage(folder.root).free, 2 * max(sizes, default=0)
    if free < wanted:
        told = f"{free / 1e6:,.0f} MB are free; a rebuild may take {wanted / 1e6:,.0f} MB"
        yield Finding("warning", str(folder.root), told, "free some space, or run `casetrove gc`")
