"""What a report tells of itself and its patients, as arrays: what reports are filtered by.

Written with each segment, joined when a generation is opened. What a report does not tell stays unknown: it is
never guessed, and never taken for a no.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from corpus.arrays import load_array
from corpus.kind_cues import Kind
from corpus.kinds import judge
from corpus.model import Report
from corpus.patients import PatientMention, Sex, mentions, patients
from corpus.words import unaccented
from indexer.disk import save
from indexer.errors import REBUILD, DamagedError
from indexer.wordings import comparable

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
SEXES: Final[tuple[Sex, ...]] = get_args(Sex)
UNKNOWN: Final = -1
PATIENT: Final = np.dtype([("report", "<i4"), ("age", "<f8"), ("sex", "i1")])
"""One stated patient: its report, age in years, sex as an index of ``SEXES`` or ``UNKNOWN``."""
_REPORT: Final = np.dtype([("year", "<i2"), ("kind", "i1"), ("journal", "<i4")])
_REPORTS, _PATIENTS, _NAMES = "reports.npy", "patients.npy", "names.json"


@dataclass(frozen=True, slots=True)
class Facts:
    """Of reports numbered from 0.

    ``years``, ``kinds`` (indices of ``KINDS``) and ``journals`` (indices of ``journal_names``) by report, ``UNKNOWN``
    where it is; ``patients`` (``PATIENT``), sorted by report: a report that states none has none.
    """

    years: NDArray[np.int16]
    kinds: NDArray[np.int8]
    journals: NDArray[np.int32]
    journal_names: tuple[str, ...]
    patients: NDArray[np.void]

    def __len__(self) -> int:
        return len(self.years)


class FactsWriter:
    """Takes the reports 0, 1, 2 … of a segment and leaves what they tell in ``folder`` (made here)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._reports = bytearray()
        self._patients = bytearray()
        self._journals: dict[str, int] = {}
        self._count = 0

    def add(self, report: Report) -> None:
        """The next report."""
        about = report.bibliography
        name = journal_name(about.journal or "")
        journal = self._journals.setdefault(name, len(self._journals)) if name else UNKNOWN
        year = about.year if about.year and 0 < about.year < 1 << 15 else UNKNOWN
        self._reports += np.array([(year, KINDS.index(judge(report).kind), journal)], dtype=_REPORT).tobytes()
        rows = [
            (self._count, patient.age, SEXES.index(patient.sex) if patient.sex else UNKNOWN)
            for patient in _stated(report)
        ]
        self._patients += np.array(rows, dtype=PATIENT).tobytes()
        self._count += 1

    def finish(self) -> None:
        """Write the arrays. Nothing can be added after it."""
        save(self._folder / _REPORTS, np.frombuffer(self._reports, dtype=_REPORT))
        save(self._folder / _PATIENTS, np.frombuffer(self._patients, dtype=PATIENT))
        names = json.dumps({"kinds": KINDS, "journals": list(self._journals)}, ensure_ascii=False)
        (self._folder / _NAMES).write_text(names, encoding="utf-8", errors="surrogatepass")


def journal_name(name: str) -> str:
    """A journal's name as it is compared: without case, "&" as "and", other marks left out."""
    bare = "".join(letter if letter.isalnum() else " " for letter in comparable(name).replace("&", " and "))
    return " ".join(bare.split())


def open_facts(folder: Path) -> Facts:
    """What ``FactsWriter`` left in ``folder``. Raises DamagedError."""
    try:
        reports, told = (load_array(folder / name) for name in (_REPORTS, _PATIENTS))
        names = json.loads((folder / _NAMES).read_text(encoding="utf-8", errors="surrogatepass"))
        if reports.dtype != _REPORT or told.dtype != PATIENT:
            raise ValueError("not the numbers expected")
        known = np.array([KINDS.index(kind) for kind in names["kinds"]], dtype=np.int8)
        return Facts(reports["year"], known[reports["kind"]], reports["journal"], tuple(names["journals"]), told)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise DamagedError(
            f"{folder}: what the reports tell of themselves cannot be opened ({error}): {REBUILD}"
        ) from error


def joined(parts: Sequence[Facts]) -> Facts:
    """The facts of several segments as one, reports numbered through; journals of before lose their accents."""
    numbers: dict[str, int] = {}
    journals, told = [], []
    start = 0
    for part in parts:
        own = [numbers.setdefault(unaccented(name), len(numbers)) for name in part.journal_names]
        journals.append(np.array([*own, UNKNOWN], dtype=np.int32)[part.journals])  # the last one: unknown is -1
        patients = part.patients.copy()
        patients["report"] += start
        told.append(patients)
        start += len(part)
    return Facts(
        _all([part.years for part in parts], np.int16),
        _all([part.kinds for part in parts], np.int8),
        _all(journals, np.int32),
        tuple(numbers),
        _all(told, PATIENT),
    )


def _all(parts: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=kind), *parts])


def _stated(report: Report) -> tuple[PatientMention, ...]:
    """The report's own patients; those of its title only where that is no part of the text."""
    title = report.bibliography.title or ""
    return patients(report) or (() if title in report.text else tuple(mentions(title)))
