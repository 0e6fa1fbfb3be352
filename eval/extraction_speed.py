"""How many reports a second their cases are read from: in one process, and in several at once."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from corpus.cases.reading import read_cases
from corpus.errors import NotFoundError
from corpus.readers.registry import read_bytes

TARGET = 150.0
"""Reports a second in two processes."""
_JUDGED = 2


@dataclass(frozen=True, slots=True)
class Speed:
    """``reports`` read in ``processes`` at once; ``seconds`` is what the slowest needed for its part, loading aside."""

    file: str
    processes: int
    reports: int
    characters: int
    seconds: float

    @property
    def rate(self) -> float:
        """Reports a second."""
        return self.reports / self.seconds if self.seconds else 0.0

    def misses(self) -> tuple[str, ...]:
        """The target, where two processes miss it, in words."""
        missed = self.processes == _JUDGED and self.rate < TARGET
        return (f"{self.file}: {self.rate:.0f} reports/s < {TARGET:.0f}",) if missed else ()

    def as_json(self) -> dict[str, object]:
        """The fields and the rate."""
        return {**asdict(self), "reports_per_second": self.rate}


def measure_speed(path: Path, processes: int, limit: int | None = None) -> Speed:
    """Read the cases of the first ``limit`` reports of ``path``, each process its share. Raises NotFoundError."""
    if not path.is_file():
        raise NotFoundError(f"{path}: there is no such file of reports")
    shares = [(path, place, processes, limit) for place in range(processes)]
    if processes == 1:
        parts = [read_share(*shares[0])]
    else:
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            parts = list(pool.map(read_share, *zip(*shares, strict=True)))
    reports, characters, seconds = zip(*parts, strict=True)
    return Speed(path.name, processes, sum(reports), sum(characters), max(seconds))


def read_share(path: Path, place: int, of: int, limit: int | None) -> tuple[int, int, float]:
    """Every ``of``-th report from the one at ``place``: how many, their characters, and the seconds of reading cases.

    Files are read and terminologies loaded before the clock is started.
    """
    read = islice(read_bytes(path.read_bytes(), path.name), limit)
    reports = [each.report for each in islice(read, place, None, of) if each.report is not None]
    for report in reports[:3]:
        read_cases(report)
    begun = time.perf_counter()
    for report in reports:
        read_cases(report)
    return len(reports), sum(len(report.text) for report in reports), time.perf_counter() - begun
