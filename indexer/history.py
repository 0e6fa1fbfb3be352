"""The generations of a data folder: listed, gone back to, collected."""

from __future__ import annotations

import shlex
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.catalog import Catalog
from corpus.errors import CasetroveError
from indexer.disk import files_below
from indexer.encoders.cache import EmbeddingCache, upgrade
from indexer.encoders.choice import Encoders
from indexer.errors import CHECK_DISK, INDEX, REBUILD, DamagedError, GenerationError, MismatchError, NoGenerationError
from indexer.folder import DataFolder, numbered
from indexer.generation import is_held, open_generation, remove, switch
from indexer.manifest import Manifest, read_manifest, read_reports

KEPT = 10
"""Generations that a build leaves: unchanged segments are links, so an older one costs little more than its changes."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One generation on disk. ``manifest`` is None where it cannot be read, for the reason in ``problem``.

    ``remedy`` is then what to do. ``bytes`` is the size of its files, ``own_bytes`` of those that it shares with no
    other generation: what removing it frees. ``held``: some process has it open.
    """

    number: int
    manifest: Manifest | None
    problem: str | None
    remedy: str | None
    bytes: int
    own_bytes: int
    served: bool
    held: bool


@dataclass(frozen=True, slots=True)
class Collected:
    """What was removed (generations by number, bytes of their own files, counts of the rest), and what was held.

    ``embeddings``: vectors of encoders that nothing uses; ``damaged``: vectors that were not what was computed.
    """

    removed: tuple[int, ...]
    held: tuple[int, ...]
    freed_bytes: int
    revisions: int
    embeddings: int
    damaged: int
    encoders: tuple[str, ...]


def generations(folder: DataFolder) -> list[Listed]:
    """Every generation on disk, the newest first; one that is removed while they are looked through is left out."""
    files = {number: _files(folder.generation(number)) for number in reversed(numbered(folder))}
    listed = [_listed(folder, number, files) for number in files]
    there = set(numbered(folder))
    return [each for each in listed if each.number in there]


def rollback(folder: DataFolder, number: int, catalog: Catalog, encoders: Encoders) -> Manifest:
    """Serve generation ``number``, after checking that it is whole. The caller holds ``folder.lock()``.

    It is served until the catalog changes and a newer one is built. Raises NoGenerationError where there is none
    of that number, LostCatalogError, DamagedError, MismatchError.
    """
    there = numbered(folder)
    if number not in there:
        named = ", ".join(map(str, there)) or "none"
        raise NoGenerationError(f"{folder.root}: there is no generation {number}; on disk: {named}")
    manifest = open_generation(folder, number, catalog, encoders).manifest
    switch(folder, number, passing_over=there[-1] if there[-1] != number else None)
    return manifest


def prune(folder: DataFolder, keep: int) -> tuple[list[int], list[int]]:
    """Remove all but the newest ``keep`` generations, and leavings of killed runs; ``(removed, held)``.

    The served generation stays, and so does any that a process has open. The caller holds ``folder.lock()``.
    """
    for leaving in folder.generations.glob(".building-*"):
        shutil.rmtree(leaving, ignore_errors=True)
    served = folder.current_generation()
    outdated = [number for number in numbered(folder)[:-keep] if number != served]
    removed = [number for number in outdated if remove(folder, number)]
    return removed, [number for number in outdated if number not in removed]


def collect(folder: DataFolder, catalog: Catalog, encoders: Encoders, keep: int) -> Collected:
    """Remove all but the newest ``keep`` generations, and what then nothing needs: readings, vectors, encoders.

    The caller holds ``folder.lock()``. Raises DamagedError where a generation that is kept cannot be read, with what to
    do: which readings it needs is unknown, so nothing is removed from the catalog.
    """
    files = {number: _files(folder.generation(number)) for number in numbered(folder)}
    removed, held = prune(folder, keep)
    left = []
    for number in numbered(folder):
        try:
            left.append(read_manifest(folder, number))
        except DamagedError as error:
            if number == folder.current_generation():
                raise
            told, remedy = diagnosed(folder, number, error)
            raise DamagedError(f"{told}: {remedy}; then collect again") from error
        except MismatchError:  # of another version of this program: nobody can serve it any more
            if number == folder.current_generation() or not remove(folder, number):
                raise
            removed.append(number)
    needed = {revision for manifest in left for _, revision, _ in read_reports(folder, manifest.generation)}
    revisions = catalog.forget_readings(needed)
    used = {encoders.preferred().info.fingerprint, *(manifest.encoder_fingerprint for manifest in left)}
    upgrade(folder.embeddings)
    with closing(EmbeddingCache(folder.embeddings)) as cache:
        embeddings, damaged = cache.forget(used), cache.forget_damaged()
    unused = [path for path in sorted(folder.encoders.glob("*")) if path.is_dir() and path.name not in used]
    for path in unused:
        shutil.rmtree(path, ignore_errors=True)
    kept = {inode for number in numbered(folder) for inode in files[number]}
    freed = sum(
        {inode: size for number in removed for inode, size in files[number].items() if inode not in kept}.values()
    )
    return Collected(
        tuple(removed), tuple(held), freed, revisions, embeddings, damaged, tuple(path.name for path in unused)
    )


def diagnosed(folder: DataFolder, number: int, error: CasetroveError) -> tuple[str, str]:
    """What is wrong with a generation, and what to do: what is served is built anew, another is of no use."""
    told, remedy = parted(error)
    if remedy != CHECK_DISK and number != _served(folder):
        remedy = f"run `rm -r {shlex.quote(str(folder.generation(number)))}`: nobody can go back to it"
    return told, remedy


def parted(error: CasetroveError) -> tuple[str, str]:
    """What is wrong, and what to do about it, of an error's message; ``REBUILD`` where it does not say."""
    told = str(error)
    remedy = next((each for each in (CHECK_DISK, REBUILD, INDEX) if told.endswith(f": {each}")), REBUILD)
    return told.removesuffix(f": {remedy}"), remedy


def _listed(folder: DataFolder, number: int, files: dict[int, dict[tuple[int, int], int]]) -> Listed:
    manifest, problem, remedy = None, None, None
    try:
        manifest = read_manifest(folder, number)
    except GenerationError as error:
        problem, remedy = diagnosed(folder, number, error)
        remedy = folder.spelled(remedy)
    own = files[number]
    others = {inode for other in files if other != number for inode in files[other]}
    return Listed(
        number=number,
        manifest=manifest,
        problem=problem,
        remedy=remedy,
        bytes=sum(own.values()),
        own_bytes=sum(size for inode, size in own.items() if inode not in others),
        served=number == _served(folder),
        held=is_held(folder, number),
    )


def _served(folder: DataFolder) -> int | None:
    try:
        return folder.current_generation()
    except GenerationError:
        return None


def _files(place: Path) -> dict[tuple[int, int], int]:
    """The files of a generation, as the file system numbers them, and their sizes."""
    return {(stat.st_dev, stat.st_ino): stat.st_size for _, stat in files_below(place)}
