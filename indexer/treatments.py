"""What the patients of reports were given, as a table of names: what reports are filtered and counted by.

Taken from the patients' cases when a segment is written, beside them, and joined when a generation is opened. What was
only planned, ruled out or declined was not given, and what is told of others is no patient's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.arrays import load_array
from corpus.cases.model import GIVEN, Cases
from corpus.terminology.naming import key
from corpus.terminology.terminology import shipped
from indexer.disk import save
from indexer.errors import REBUILD, DamagedError

TABLE: Final = "given-1"
"""What is kept; another number where it changes."""
ROW: Final = np.dtype([("report", "<i4"), ("name", "<i4")])
"""A treatment that a patient of the report was given; each once for a report."""
_ROWS, _NAMES = "given.npy", "given.json"


class Named(NamedTuple):
    """A treatment as cases name it: identifiers of its concepts, names of the classes that it is of."""

    name: str
    concepts: tuple[str, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Treatments:
    """Of reports numbered from 0: ``rows`` (``ROW``), sorted by report; ``names`` by number."""

    rows: NDArray[np.void]
    names: tuple[Named, ...]
    reports: int

    def of(self, concepts: frozenset[int], name: str) -> NDArray[np.bool_]:
        """For each report whether a patient had one of ``concepts``, or what has the ``name`` or is of its class."""
        meant = np.zeros(len(self.names), dtype=np.bool_)
        for concept in concepts:
            meant[self._by_concept.get(concept, [])] = True
        meant[self._by_key.get(key(name), [])] = True
        found = np.zeros(self.reports, dtype=np.bool_)
        found[self.rows["report"][meant[self.rows["name"]]]] = True
        return found

    @cached_property
    def told(self) -> NDArray[np.bool_]:
        """For each report whether it tells of any treatment that a patient was given."""
        found = np.zeros(self.reports, dtype=np.bool_)
        found[self.rows["report"]] = True
        return found

    @cached_property
    def _by_concept(self) -> Mapping[int, list[int]]:
        known, found = shipped(), dict[int, list[int]]()
        for number, named in enumerate(self.names):
            for concept in map(known.concept, named.concepts):
                if concept is not None:
                    found.setdefault(concept, []).append(number)
        return found

    @cached_property
    def _by_key(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, named in enumerate(self.names):
            for each in {key(named.name), *map(key, named.classes)}:
                found.setdefault(each, []).append(number)
        return found


@dataclass
class TreatmentsWriter:
    """Takes the cases of the reports 0, 1, 2 … of a segment and leaves what was given in ``folder``."""

    folder: Path
    _numbers: dict[Named, int] = field(default_factory=dict)
    _rows: list[tuple[int, int]] = field(default_factory=list)
    _count: int = 0

    def add(self, cases: Cases) -> None:
        """Those of the next report."""
        given = {
            self._numbers.setdefault(Named(each.name, each.concepts, each.classes), len(self._numbers))
            for patient in cases.patients
            for each in patient.treatments
            if each.status in GIVEN
        }
        self._rows += ((self._count, number) for number in sorted(given))
        self._count += 1

    def finish(self) -> None:
        """Write the table. Nothing can be added after it. Raises OSError."""
        save(self.folder / _ROWS, np.array(self._rows, dtype=ROW))
        (self.folder / _NAMES).write_text(json.dumps(list(self._numbers)), encoding="ascii")


def open_treatments(folder: Path, reports: int) -> Treatments:
    """What ``TreatmentsWriter`` left in ``folder`` of so many reports. Raises DamagedError."""
    try:
        rows = load_array(folder / _ROWS)
        listed = json.loads((folder / _NAMES).read_text(encoding="ascii"))
        names = tuple(Named(name, tuple(concepts), tuple(classes)) for name, concepts, classes in listed)
        if rows.dtype != ROW or (len(rows) and not 0 <= rows["name"].min() <= rows["name"].max() < len(names)):
            raise ValueError("not the numbers expected")
        return Treatments(rows, names, reports)
    except (OSError, EOFError, ValueError, TypeError, IndexError) as error:
        raise DamagedError(f"{folder}: what patients were given cannot be opened ({error}): {REBUILD}") from error


def joined(parts: Sequence[Treatments]) -> Treatments:
    """Those of several segments as one, reports numbered through."""
    numbers: dict[Named, int] = {}
    tables, start = [np.zeros(0, dtype=ROW)], 0
    for part in parts:
        own = np.array([numbers.setdefault(each, len(numbers)) for each in part.names], dtype=np.int32)
        rows = part.rows.copy()
        rows["report"] += start
        rows["name"] = own[rows["name"]] if len(rows) else rows["name"]
        tables.append(rows)
        start += part.reports
    return Treatments(np.concatenate(tables), tuple(numbers), start)
