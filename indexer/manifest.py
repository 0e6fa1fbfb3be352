"""What a generation says of itself: everything that a score depends on, and the digest of every file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from corpus.arrays import load_array
from indexer import analyzer, cases
from indexer.disk import digest, save
from indexer.errors import INDEX, MismatchError
from indexer.folder import DataFolder
from indexer.lexical import Alive
from indexer.segments import Pinned, SegmentInfo, check, damaged, read_pinned

FORMAT = 5
_MANIFEST, _ALIVE, _SEGMENTS, _SEAL = "manifest.json", "alive.npy", "segments", "seal"


@dataclass(frozen=True, slots=True)
class Changes:
    """Against the newest generation that could be read then: reports added, changed and gone.

    ``remade``: why nothing of it was taken over: "another encoder", "another analyzer", "another extraction", "another
    chunking", or several.
    """

    added: int = 0
    updated: int = 0
    removed: int = 0
    remade: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``reports`` and ``passages`` count what can be found; the segments' own counts include what is gone."""

    generation: int
    format: int
    created: str
    encoder: str
    encoder_backend: str
    encoder_fingerprint: str
    dimensions: int
    chunking: dict[str, int]
    analyzer: str
    extraction: str
    """What its patients' cases were read by (``cases.name``)."""
    vector_index: str
    """The kind of index of the largest segment."""
    corpus_digest: str
    reports: int
    passages: int
    changes: Changes | None
    """None where there were generations and none could be read: then nobody can tell."""
    segments: tuple[SegmentInfo, ...]
    files: dict[str, str] = field(repr=False, default_factory=dict)
    """The generation's own files (not its segments'): name → sha256."""


def segment_place(place: Path, name: str) -> Path:
    """Where the segment ``name`` of the generation in ``place`` stands."""
    return place / _SEGMENTS / name


def write_manifest(place: Path, manifest: Manifest) -> None:
    """Write the manifest of the generation in ``place``: the last of its files."""
    values = asdict(manifest)
    sealed = {**values, _SEAL: _seal(values)}
    (place / _MANIFEST).write_text(json.dumps(sealed, ensure_ascii=False), encoding="utf-8")


def manifest_path(folder: DataFolder, number: int) -> Path:
    """The manifest's own file: whoever holds a shared lock on it keeps the generation from being removed."""
    return folder.generation(number) / _MANIFEST


def read_manifest(folder: DataFolder, number: int) -> Manifest:
    """The manifest of a generation, as it was written. Raises DamagedError, and MismatchError for another format."""
    path = manifest_path(folder, number)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        match("format", number, values["format"], FORMAT)
        seal = values.pop(_SEAL, None)  # an older version of this program wrote none
        if seal not in (None, _seal(values)) or values["generation"] != number:
            raise ValueError("it is not as it was written")
        segments = tuple(SegmentInfo.from_json(each) for each in values.pop("segments"))
        changes = None if values["changes"] is None else Changes(**values["changes"])
        return Manifest(**{**values, "segments": segments, "changes": changes})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise damaged(path, error) from error


def _seal(values: dict[str, Any]) -> str:
    """The digest of all that a manifest says."""
    plain = json.loads(json.dumps(values))  # tuples are lists there
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def match(what: str, number: int, built: object, here: object) -> None:
    """Raise MismatchError where generation ``number`` was built with another ``what`` than the one at hand."""
    if built != here:
        raise MismatchError(f"generation {number} was built with {what} {built}, this program has {here}: {INDEX}")


def readings() -> dict[str, str]:
    """What reads terms and facts (``analyzer``) and cases (``extraction``) out of reports here."""
    return {"analyzer": analyzer.name(), "extraction": cases.name()}


def match_readings(manifest: Manifest) -> None:
    """Raise MismatchError where this program would read other terms, facts or cases out of the same reports."""
    for what, here in readings().items():
        match(what, manifest.generation, getattr(manifest, what), here)


def other_readings(manifest: Manifest) -> list[str]:
    """Which of ``readings`` the generation was made with other ones of."""
    return [what for what, here in readings().items() if getattr(manifest, what) != here]


def write_alive(place: Path, alive: Sequence[Alive]) -> dict[str, str]:
    """Write which reports of each segment are part of the generation in ``place``; the file's digest, by name."""
    save(place / _ALIVE, np.concatenate([*alive, np.zeros(0, dtype=np.bool_)]))
    return {_ALIVE: digest(place / _ALIVE)}


def read_alive(folder: DataFolder, manifest: Manifest) -> list[Alive]:
    """For each segment which of its reports are part of the generation. Raises DamagedError."""
    place = folder.generation(manifest.generation)
    check(place, manifest.files)
    try:
        alive = load_array(place / _ALIVE)
    except (OSError, ValueError) as error:
        raise damaged(place / _ALIVE, error) from error
    ends = np.cumsum([segment.reports for segment in manifest.segments])
    if alive.dtype != np.bool_ or len(alive) != ends[-1]:
        raise damaged(place / _ALIVE, "it does not fit the segments")
    return np.split(alive, ends[:-1])


def living_passages(place: Path, infos: Sequence[SegmentInfo], alive: Sequence[Alive]) -> int:
    """How many passages of the generation in ``place`` belong to reports that are not gone."""
    total = 0
    for info, mask in zip(infos, alive, strict=True):
        passages = load_array(segment_place(place, info.name) / "passages.npy", "r" if info.passages else None)
        total += int(mask[passages["report"]].sum())
    return total


def read_reports(folder: DataFolder, number: int) -> list[Pinned]:
    """The reading of each report that a generation holds, in no particular order. Raises DamagedError."""
    manifest = read_manifest(folder, number)
    place = folder.generation(number)
    return [
        pinned
        for segment, alive in zip(manifest.segments, read_alive(folder, manifest), strict=True)
        for pinned, is_alive in zip(read_pinned(segment_place(place, segment.name), segment), alive, strict=True)
        if is_alive
    ]
