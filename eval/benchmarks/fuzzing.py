"""Damaged files read in their thousands: ``python -m eval.benchmarks.fuzzing --inputs 10000 --seed 1 [PATH…]``.

Each input is read in a worker process, which is killed after the time limit and replaced when it perishes.
Exit code 1 when one hung, crashed, raised what is not in the tree of errors, or gave a report that contradicts
itself. The same seed and base files give the same inputs; what failed is left under ``--keep``.
"""

from __future__ import annotations

import heapq
import multiprocessing
import os
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.table import Table

from eval.benchmarks.fuzz_bases import bases
from eval.benchmarks.mutations import Inputs
from eval.benchmarks.reporting import command, publish
from eval.benchmarks.trial import Ending, Outcome, attempt
from eval.environment import READING
from eval.progress import Watch, progress

LIMIT_S = 10.0
"""CPU seconds that one input may take; the deadline of the issue that asked for this harness."""
_ASLEEP = 20
"""So many times the limit may pass by the clock: a busy machine gives a worker little, one that sleeps needs none."""
MEMORY_BYTES = 4 * 1024**3
"""Address space of a worker: an input that wants more gets MemoryError, a failure, and the machine lives on."""
_START_S = 60.0
_SLOWEST = 5
FAILURES: tuple[Ending, ...] = ("outside", "faulty", "crashed", "hung")


@dataclass(frozen=True, slots=True, order=True)
class Slow:
    """An input by how long it took, and the format of its base file."""

    seconds: float
    number: int
    base: str


@dataclass(slots=True)
class Figures:
    """What came of all inputs.

    ``counts``: (format of the base file, ending, the error's code for refusals) → inputs. ``findings``: (ending,
    reason) → numbers of the inputs, for all endings but read and refused; ``details`` has a traceback of each.
    """

    inputs: int = 0
    seconds: float = 0.0
    peak_mib: float = 0.0
    counts: Counter[tuple[str, Ending, str]] = field(default_factory=Counter)
    findings: dict[tuple[Ending, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    details: dict[tuple[Ending, str], str] = field(default_factory=dict)
    slowest: list[Slow] = field(default_factory=list)

    def add(self, number: int, base: str, outcome: Outcome) -> None:
        """Count one input."""
        self.inputs += 1
        self.peak_mib = max(self.peak_mib, outcome.peak_mib)
        code = outcome.reason if outcome.ending == "refused" else ""
        self.counts[(base, outcome.ending, code)] += 1
        if outcome.ending not in ("read", "refused"):
            finding = (outcome.ending, outcome.reason)
            self.findings[finding].append(number)
            self.details.setdefault(finding, outcome.detail)
        heapq.heappush(self.slowest, Slow(outcome.seconds, number, base))
        if len(self.slowest) > _SLOWEST:
            heapq.heappop(self.slowest)

    @property
    def failures(self) -> int:
        """How many inputs ended as none may."""
        return sum(count for (_, ending, _), count in self.counts.items() if ending in FAILURES)

    def as_json(self) -> dict[str, object]:
        """Everything but the tracebacks."""
        return {
            "inputs": self.inputs,
            "seconds": self.seconds,
            "peak_mib": self.peak_mib,
            "failures": self.failures,
            "counts": [
                {"format": base, "ending": ending, "code": code, "inputs": count}
                for (base, ending, code), count in sorted(self.counts.items())
            ],
            "findings": [
                {"ending": ending, "reason": reason, "inputs": numbers}
                for (ending, reason), numbers in sorted(self.findings.items())
            ],
            "slowest": [asdict(slow) for slow in sorted(self.slowest, reverse=True)],
        }


@dataclass(slots=True)
class _Worker:
    """A process that reads inputs by their numbers. It says so when it begins to read one, and what came of it."""

    process: SpawnProcess
    connection: Connection
    number: int | None = None
    deadline: float = float("inf")
    spent: float = float("inf")
    """CPU seconds of the process when it began to read; infinite before."""

    @classmethod
    def start(cls, inputs: Inputs) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, inputs), daemon=True)
        process.start()
        theirs.close()
        return cls(process, ours)

    def give(self, number: int) -> None:
        """Ask for one input; a worker that perished is noticed when it is listened to."""
        self.number, self.spent, self.deadline = number, float("inf"), time.monotonic() + _START_S
        try:
            self.connection.send(number)
        except OSError:
            self.deadline = 0.0

    def begins(self, limit_s: float) -> None:
        """It reads now."""
        self.spent, self.deadline = _cpu_s(self.process), time.monotonic() + _ASLEEP * limit_s

    def is_over(self, limit_s: float) -> bool:
        """Whether it has read for longer than ``limit_s`` of CPU, or done nothing for much longer."""
        return _cpu_s(self.process) - self.spent > limit_s or time.monotonic() > self.deadline

    def stop(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _work(connection: Connection, inputs: Inputs) -> None:
    """Read what is asked for until nothing more is."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    while True:
        try:
            number = connection.recv()
        except EOFError:
            return
        given = inputs[number]
        connection.send(None)
        connection.send(attempt(given))


def fuzz(inputs: Inputs, count: int, workers: int, limit_s: float, watch: Watch) -> Figures:
    """Read inputs 0 to ``count`` − 1, ``workers`` at a time."""
    figures = Figures()
    begun = time.monotonic()
    for number, outcome in _outcomes(inputs, count, workers, limit_s):
        figures.add(number, inputs.format_of(number), outcome)
        watch("inputs", figures.inputs, count)
    figures.seconds = time.monotonic() - begun
    return figures


def _outcomes(inputs: Inputs, count: int, workers: int, limit_s: float) -> Iterator[tuple[int, Outcome]]:
    """Each input's outcome, as it comes."""
    left = iter(range(count))
    crew = [_Worker.start(inputs) for _ in range(min(workers, count))]
    try:
        for worker in crew:
            worker.give(next(left))
        while crew:
            wait([worker.connection for worker in crew], timeout=0.5)
            for place, worker in enumerate(list(crew)):
                outcome = _listen(worker, limit_s)
                if outcome is None:
                    continue
                assert worker.number is not None
                yield worker.number, outcome
                number = next(left, None)
                if number is None or outcome.ending in ("crashed", "hung"):
                    worker.stop()
                    crew[place] = _Worker.start(inputs) if number is not None else worker
                if number is None:
                    worker.number = None
                else:
                    crew[place].give(number)
            crew = [worker for worker in crew if worker.number is not None]
    finally:
        for worker in crew:
            worker.stop()


def _listen(worker: _Worker, limit_s: float) -> Outcome | None:
    """What came of the worker's input; None while it still reads."""
    try:
        while worker.connection.poll():
            outcome = worker.connection.recv()
            if isinstance(outcome, Outcome):
                return outcome
            worker.begins(limit_s)
    except (EOFError, OSError):
        worker.process.join()
        return Outcome("crashed", f"exit code {worker.process.exitcode}")
    if worker.is_over(limit_s):
        return Outcome("hung", f"over {limit_s:g} s", seconds=limit_s)
    return None


def _cpu_s(process: SpawnProcess) -> float:
    """What the process has had of the CPU, in seconds, as Linux tells it (proc(5): utime and stime); 0 elsewhere."""
    try:
        told = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def keep(figures: Figures, inputs: Inputs, folder: Path) -> None:
    """Write the first input of each finding, with its traceback beside it, and the slowest ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for (ending, reason), numbers in figures.findings.items():
        given = inputs[min(numbers)]
        (folder / f"{ending}-{min(numbers)}-{given.name}").write_bytes(given.data)
        operators = ", ".join(given.operators)
        told = f"{reason}\n{given.name} after {operators}\ninputs {numbers}\n\n{figures.details[(ending, reason)]}\n"
        (folder / f"{ending}-{min(numbers)}.traceback").write_text(told, encoding="utf-8", errors="backslashreplace")
    for slow in figures.slowest:
        given = inputs[slow.number]
        (folder / f"slow-{slow.number}-{given.name}").write_bytes(given.data)


def table(figures: Figures) -> Table:
    """One row per format of the base files."""
    cost = f"{figures.seconds:,.0f} s, peak of a process {figures.peak_mib:,.0f} MiB"
    drawn = Table(title=f"{figures.inputs:,} damaged inputs, {cost}")
    drawn.add_column("format")
    for heading in ("inputs", *get_args(Ending)):
        drawn.add_column(heading, justify="right")
    totals: Counter[tuple[str, str]] = Counter()
    for (base, ending, _), count in figures.counts.items():
        totals.update({(base, ending): count, ("all", ending): count})
    for base in [*sorted({base for base, _, _ in figures.counts}), "all"]:
        cells = [totals[(base, ending)] for ending in get_args(Ending)]
        if base == "all":
            drawn.add_section()
        drawn.add_row(base, *(f"{cell:,}" for cell in (sum(cells), *cells)))
    return drawn


def lines(figures: Figures) -> Iterator[str]:
    """Refusals by their code, findings by how often they came, then the slowest inputs."""
    refusals: Counter[str] = Counter()
    for (_, ending, code), count in figures.counts.items():
        refusals.update({code: count} if ending == "refused" else {})
    if refusals:
        yield "refused: " + ", ".join(f"{code} {count:,}" for code, count in refusals.most_common())
    for (ending, reason), numbers in sorted(figures.findings.items(), key=lambda item: -len(item[1])):
        yield f"{ending}: {reason}: {len(numbers):,} inputs, the first {min(numbers)}"
    for slow in sorted(figures.slowest, reverse=True):
        yield f"slowest: {slow.seconds:.2f} s, input {slow.number} ({slow.base})"


def main(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files and folders to damage besides our own.")] = None,
    inputs: Annotated[int, typer.Option(min=1, help="How many damaged files.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Another seed gives other damage.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes that read.")] = 2,
    limit: Annotated[float, typer.Option(min=0.1, help="Seconds after which a reader is taken to hang.")] = LIMIT_S,
    keep_in: Annotated[Path | None, typer.Option("--keep", help="Leave what failed, and the slowest, here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Read damaged files and count what comes of them."""
    damaged = Inputs(bases(paths or []), seed)
    with progress(Console(stderr=True)) as watch:
        figures = fuzz(damaged, inputs, workers, limit, watch)
    if keep_in is not None:
        keep(figures, damaged, keep_in)
    publish(figures.as_json(), table(figures), as_json, READING)
    if not as_json:
        for line in lines(figures):
            print(line)
    if figures.failures:
        raise typer.Exit(1)


if __name__ == "__main__":
    command(main)
