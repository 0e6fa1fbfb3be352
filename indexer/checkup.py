"""The doctor's examination of the generations: what is served, and whether every file of each is what it should be."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.amounts import counted
from corpus.errors import CasetroveError
from indexer.disk import files_below
from indexer.encoders.choice import Encoders
from indexer.errors import FIRST, INDEX, GenerationError, NoGenerationError
from indexer.folder import DataFolder, numbered
from indexer.history import diagnosed, parted
from indexer.lexical import Alive
from indexer.manifest import (
    Manifest,
    living_passages,
    manifest_path,
    match_readings,
    read_alive,
    read_manifest,
    read_reports,
    segment_place,
)
from indexer.segments import SegmentInfo, damaged, open_segment

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do.

    An ``error`` keeps something from being served or read; a ``warning`` may come to that; a ``note`` is worth knowing.
    """

    severity: Severity
    where: str
    what: str
    remedy: str


def generations(folder: DataFolder, encoders: Encoders, readings: set[tuple[int, str]] | None) -> Iterator[Finding]:
    """What is wrong with the generations, and with what is served.

    ``readings``: revision and digest of those that the catalog holds; None where it cannot be asked.
    """
    there = numbered(folder)
    served: int | None = None
    newest: int | None = None
    try:
        served, newest = folder.served_generation(), folder.passed_over()
    except NoGenerationError:
        yield Finding("error", str(folder.current), "nothing is served", INDEX if readings else FIRST)
    except GenerationError as error:
        yield Finding("error", str(folder.current), *parted(error))
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
        for where, fault in _generation(folder, number, encoders, known):
            what, remedy = diagnosed(folder, number, fault)
            yield Finding(severity, str(where), what, remedy)
        if readings is not None:
            yield from _pinned(folder, number, severity, readings)
        for path in _strays(folder, number):
            yield Finding("note", str(path), "belongs to no generation", f"run `rm {shlex.quote(str(path))}`")


def _generation(
    folder: DataFolder, number: int, encoders: Encoders, known: set[tuple[int, int]]
) -> Iterator[tuple[Path, CasetroveError]]:
    """Each place and what is wrong there. ``known``: the files examined already, by device and inode."""
    place = folder.generation(number)
    try:
        manifest = read_manifest(folder, number)
        match_readings(manifest)
        alive = read_alive(folder, manifest)
    except GenerationError as error:
        yield manifest_path(folder, number), error
        return
    try:
        encoders.check(manifest.encoder_fingerprint)
    except CasetroveError as error:
        if not (folder.encoders / manifest.encoder_fingerprint).is_dir():  # else told with the encoders
            yield manifest_path(folder, number), error
    for info in manifest.segments:
        yield from _segment(segment_place(place, info.name), info, known)
    for what in _miscounted(place, manifest, alive):
        yield manifest_path(folder, number), GenerationError(what)


def _miscounted(place: Path, manifest: Manifest, alive: Sequence[Alive]) -> Iterator[str]:
    reports = sum(int(mask.sum()) for mask in alive)
    if reports != manifest.reports:
        yield f"counts {counted(manifest.reports, 'report')}, alive: {reports:,}"
    with suppress(OSError, ValueError, IndexError):  # a damaged segment is told of already
        passages = living_passages(place, manifest.segments, alive)
        if passages != manifest.passages:
            yield f"counts {counted(manifest.passages, 'passage')}, alive: {passages:,}"


def _segment(place: Path, info: SegmentInfo, known: set[tuple[int, int]]) -> Iterator[tuple[Path, CasetroveError]]:
    try:
        stats = [(place / name).stat() for name in info.files]
        files = {(stat.st_dev, stat.st_ino) for stat in stats}
        if files <= known:
            return
        known |= files
        segment = open_segment(place, info)
    except OSError as error:
        yield place, damaged(Path(error.filename or place), error)
        return
    except CasetroveError as error:
        yield place, error
        return
    counts = {
        "reports": (info.reports, len(segment.reports), len(segment.postings.lengths), len(segment.cases)),
        "passages": (info.passages, len(segment.passages), len(segment.vectors)),
    }
    for what, numbers in counts.items():
        if len(set(numbers)) > 1:
            told = " and ".join(map(str, numbers))
            yield place, GenerationError(f"its manifest, lists and indexes count {told} {what}")


def _pinned(folder: DataFolder, number: int, severity: Severity, readings: set[tuple[int, str]]) -> Iterator[Finding]:
    """Reports whose pinned reading the catalog lacks: their hits could not be shown."""
    try:
        wanted = {(revision, content) for _, revision, content in read_reports(folder, number)}
    except GenerationError:
        return  # told already
    if missing := wanted - readings:
        remedy = (
            f"{INDEX} to serve what the catalog holds; what it lacks is back when its files are indexed again"
            if severity == "error"
            else f"run `rm -r {shlex.quote(str(folder.generation(number)))}`: going back to it would show less"
        )
        told = f"the catalog lacks {len(missing)} of the readings that it points into"
        yield Finding(severity, str(folder.generation(number)), told, remedy)


def _strays(folder: DataFolder, number: int) -> list[Path]:
    place = folder.generation(number)
    try:
        manifest = read_manifest(folder, number)
    except GenerationError:
        return []
    named = {manifest_path(folder, number), *(place / name for name in manifest.files)}
    for info in manifest.segments:
        named |= {segment_place(place, info.name) / name for name in info.files}
    return sorted(path for path, _ in files_below(place) if path not in named)
