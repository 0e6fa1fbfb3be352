"""A segment: the index files of some reports, written once and never changed.

A generation is a list of segments. What a newer generation takes over from an older one is hard-linked, so that a
change costs what changed; a report that is gone or was read anew stays in its segment and is masked (``Alive``).

A segment's folder holds ``reports.json`` (the pinned revisions), ``passages.npy`` (where each passage stands), the
vectors (see ``vectors``), ``lexical/`` (see ``postings``), ``words/`` (see ``wordings``), ``facts/`` (see ``facts``),
``abbreviations/`` (see ``abbreviations``), ``vocabulary/`` (see ``vocabulary``) and ``cases/`` (see ``cases``).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.arrays import load_array
from indexer.abbreviations import SegmentAbbreviations
from indexer.cases import SegmentCases
from indexer.disk import digest, save
from indexer.errors import CHECK_DISK, INDEX, DamagedError, in_words
from indexer.facts import Facts, open_facts
from indexer.postings import Postings
from indexer.vectors.base import VectorIndex, VectorInfo
from indexer.vectors.files import open_index
from indexer.vocabulary import SegmentVocabulary
from indexer.wordings import Wordings

Pinned = tuple[str, int, str]
"""``(report_id, revision, content digest)``: one reading of a report. The digest is what is meant: a catalog that was
restored from an older copy gives its next readings numbers that were given before."""
PASSAGE = np.dtype([("report", "<i4"), ("section", "<i4"), ("start", "<i4"), ("end", "<i4"), ("kind", "S16")])
"""A passage: the ordinal of its report in the segment, its section, its span, the kind of its section."""
_REPORTS, _PASSAGES, _LEXICAL, _WORDS, _FACTS = "reports.json", "passages.npy", "lexical", "words", "facts"
_ABBREVIATIONS, _VOCABULARY, _CASES = "abbreviations", "vocabulary", "cases"


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """What a manifest says of a segment: counts (reports that are gone included), vectors, sha256 of each file."""

    name: str
    reports: int
    passages: int
    vectors: VectorInfo
    files: dict[str, str] = field(repr=False)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> SegmentInfo:
        """The inverse of ``dataclasses.asdict``. Raises TypeError or KeyError for other keys."""
        return cls(**{**values, "vectors": VectorInfo(**values["vectors"])})


@dataclass(frozen=True, slots=True)
class Segment:
    """An opened segment; its files are mapped, not read."""

    info: SegmentInfo
    reports: list[Pinned]
    passages: NDArray[np.void]
    vectors: VectorIndex
    postings: Postings
    wordings: Wordings
    facts: Facts
    abbreviations: SegmentAbbreviations
    vocabulary: SegmentVocabulary
    cases: SegmentCases


def lexical_folder(place: Path) -> Path:
    """Where the postings of the segment in ``place`` stand."""
    return place / _LEXICAL


def words_folder(place: Path) -> Path:
    """Where the words of the segment in ``place`` stand, as they follow each other."""
    return place / _WORDS


def facts_folder(place: Path) -> Path:
    """Where what the reports of the segment in ``place`` tell of themselves stands."""
    return place / _FACTS


def abbreviations_folder(place: Path) -> Path:
    """Where the abbreviations that the reports of the segment in ``place`` define stand."""
    return place / _ABBREVIATIONS


def vocabulary_folder(place: Path) -> Path:
    """Where the words of the segment in ``place`` stand, each once."""
    return place / _VOCABULARY


def cases_folder(place: Path) -> Path:
    """Where the patients' cases of the segment in ``place`` stand."""
    return place / _CASES


def write_lists(place: Path, reports: Sequence[Pinned], passages: NDArray[np.void]) -> None:
    """Write which reports and passages (``PASSAGE``, sorted by report) the segment in ``place`` holds."""
    (place / _REPORTS).write_text(json.dumps(list(reports), ensure_ascii=False), encoding="utf-8")
    save(place / _PASSAGES, passages)


def read_pinned(place: Path, info: SegmentInfo) -> list[Pinned]:
    """The reports of the segment in ``place``, by ordinal. Raises DamagedError, also where they are not as many."""
    path = place / _REPORTS
    try:
        found = [
            (report_id, revision, digest)
            for report_id, revision, digest in json.loads(path.read_text(encoding="utf-8"))
        ]
        if len(found) != info.reports:
            raise ValueError(len(found))
        return found
    except (OSError, ValueError, TypeError) as error:
        raise damaged(path, error) from error


def open_segment(place: Path, info: SegmentInfo) -> Segment:
    """Open what ``info`` describes, its files checked against their digests. Raises DamagedError."""
    check(place, info.files)
    try:
        passages = load_array(place / _PASSAGES, "r" if info.passages else None)
    except (OSError, ValueError) as error:
        raise damaged(place / _PASSAGES, error) from error
    return Segment(
        info,
        read_pinned(place, info),
        passages,
        open_index(place, info.vectors),
        Postings(lexical_folder(place)),
        Wordings(words_folder(place)),
        open_facts(facts_folder(place)),
        SegmentAbbreviations(abbreviations_folder(place)),
        SegmentVocabulary(vocabulary_folder(place)),
        SegmentCases(cases_folder(place)),
    )


def open_cases(place: Path, info: SegmentInfo) -> SegmentCases:
    """Open only the patients' cases of the segment that ``info`` describes. Raises DamagedError."""
    check(place, {name: each for name, each in info.files.items() if name.startswith(f"{_CASES}/")})
    return SegmentCases(cases_folder(place))


def check(place: Path, files: dict[str, str]) -> None:
    """Raise DamagedError where the files under ``place`` are not those of ``files`` (name → sha256)."""
    for name, expected in files.items():
        try:
            if digest(place / name) != expected:
                raise damaged(place / name, "it differs from its digest in the manifest")
        except OSError as error:
            raise damaged(place / name, error) from error


def damaged(path: Path, reason: str | Exception) -> DamagedError:
    """The error for a file of the index that is missing or not what it should be."""
    if isinstance(reason, OSError) and not isinstance(reason, FileNotFoundError | NotADirectoryError):
        return DamagedError(f"{path}: cannot be read ({in_words(reason)}): {CHECK_DISK}")
    told = reason if isinstance(reason, str) else in_words(reason)
    return DamagedError(f"{path}: cannot be used ({told}): {INDEX}")


def digests(place: Path) -> dict[str, str]:
    """sha256 of every file under ``place``, by relative name."""
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return {path.relative_to(place).as_posix(): digest(path) for path in files}


def link(source: Path, target: Path, names: Iterable[str]) -> None:
    """Give the files ``names`` of ``source`` a second place in ``target``; copied where links cannot be made."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            os.link(source / name, target / name)
            continue
        shutil.copy2(source / name, target / name)
