"""The patients' cases of a segment's reports, read out of them when it is written: nothing reads them again.

Each report's are packed by themselves (``corpus.cases.packing``) and unpacked when asked for. Reading them takes longer
than all else that is written of a report but its vectors: what a segment that is folded holds is taken over.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType

from corpus.cases.model import Cases
from corpus.cases.packing import shape, unpack
from corpus.cases.reading import VERSION
from corpus.cases.side_by_side import SideBySide
from corpus.model import Report
from corpus.terminology.terminology import shipped_digest
from indexer.errors import REBUILD, DamagedError
from indexer.strings import StringsWriter, open_written
from indexer.treatments import TABLE, Treatments, TreatmentsWriter, open_treatments

_PACKED = "packed"


def name() -> str:
    """What stored cases depend on: the rules that they are read by, what is kept of them, and the terminology."""
    return f"{VERSION}+{shape()}+{TABLE}+{shipped_digest()}"


class CasesWriter:
    """Takes the reports 0, 1, 2 … of a segment and leaves their cases in ``folder`` (made here), as they come.

    ``reading``: what reads those whose cases are not at hand. To be left by a ``with`` block, which ends that too.
    """

    def __init__(self, folder: Path, reading: SideBySide) -> None:
        folder.mkdir()
        self._packed = StringsWriter(folder, _PACKED)
        self._given = TreatmentsWriter(folder)
        self._reading = reading

    def __enter__(self) -> CasesWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._reading.__exit__(kind, error, at)

    def add(self, report: Report, packed: bytes | None = None) -> None:
        """The next report, which is read unless its cases are at hand, ``packed``."""
        self._keep(self._reading.add(report, packed))

    def finish(self) -> None:
        """Write what is still being read, and where each begins. Nothing can be added after it."""
        self._keep(self._reading.rest())
        self._packed.finish()
        self._given.finish()

    def _keep(self, read: Iterable[bytes]) -> None:
        for each in read:
            self._packed.add(each)
            self._given.add(unpack(each))


class SegmentCases:
    """The cases of one segment's reports, opened; none is read before it is asked for. Raises DamagedError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            self._packed = open_written(folder, _PACKED)
        except (ValueError, OSError) as error:
            raise DamagedError(f"{folder}: the patients' cases cannot be opened ({error}): {REBUILD}") from error

    def __len__(self) -> int:
        return len(self._packed)

    @cached_property
    def treatments(self) -> Treatments:
        """What the patients were given, as a table. Raises DamagedError."""
        return open_treatments(self._folder, len(self))

    def of(self, ordinal: int) -> Cases:
        """The cases of the report of this number in the segment. Raises DamagedError."""
        try:
            return unpack(self.packed(ordinal))
        except ValueError as error:
            raise DamagedError(f"{self._folder}: the cases of report {ordinal}: {error}: {REBUILD}") from error

    def packed(self, ordinal: int) -> bytes:
        """The same as it is kept."""
        packed: bytes = self._packed[ordinal]
        return packed


class KnownCases:
    """Cases that were read before, by what they were read from."""

    def __init__(self, segments: Iterable[tuple[SegmentCases, Sequence[Hashable]]] = ()) -> None:
        self._places = {
            reading: (cases, ordinal) for cases, readings in segments for ordinal, reading in enumerate(readings)
        }

    def __contains__(self, reading: Hashable) -> bool:
        return reading in self._places

    def of(self, reading: Hashable) -> bytes | None:
        """Packed; None where they were not read before."""
        cases, ordinal = self._places.get(reading, (None, 0))
        return None if cases is None else cases.packed(ordinal)
