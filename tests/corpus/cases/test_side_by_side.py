"""Cases read on several cores are the same, in the same order, whatever becomes of a helper."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from corpus.cases import side_by_side
from corpus.cases.model import Cases
from corpus.cases.packing import pack
from corpus.cases.reading import read_cases
from corpus.cases.side_by_side import SideBySide
from corpus.model import Report
from tests.fakes import make_report, prose

DRUGS = ("doxycycline", "prednisone", "colchicine", "aspirin", "rituximab")


def reports(count: int) -> list[Report]:
    """So many reports, of different lengths."""
    return [
        make_report(
            f"# Case report\n\nA {20 + at}-year-old woman had a rash. She was treated with {DRUGS[at % 5]}. It went. "
            f"{prose(at, 400 * (at % 3))}."
        )
        for at in range(count)
    ]


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two helpers, however few the reports and the cores are."""
    monkeypatch.setattr(side_by_side, "FEW", 1)
    monkeypatch.setattr(side_by_side, "cores", lambda: 2)


def is_running(pid: int) -> bool:
    """Whether a process has not ended: one that nobody has waited for is a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def told(reading: SideBySide, given: Sequence[Report], at_hand: Callable[[int], bytes | None]) -> Iterator[bytes]:
    for at, report in enumerate(given):
        yield from reading.add(report, at_hand(at))
    yield from reading.rest()


def expected(given: Sequence[Report]) -> list[bytes]:
    return [pack(read_cases(report)) for report in given]


def pids(reading: SideBySide) -> list[int]:
    return [helper._process.pid for helper in reading._helpers]


@pytest.mark.usefixtures("helped")
def test_what_helpers_read_comes_in_the_order_of_the_reports() -> None:
    """Many more reports than are given ahead; some are read already."""
    given = reports(45)
    with SideBySide(len(given)) as reading:
        assert len(pids(reading)) == 2
        found = list(told(reading, given, lambda at: b"known" if at % 7 == 3 else None))
    assert found == [b"known" if at % 7 == 3 else each for at, each in enumerate(expected(given))]


def test_few_reports_are_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting a helper would take longer; on one core there is none either."""
    given = reports(3)
    with SideBySide(len(given)) as reading:
        assert pids(reading) == []
        assert list(told(reading, given, lambda _: None)) == expected(given)
    monkeypatch.setattr(side_by_side, "cores", lambda: 1)
    with SideBySide(side_by_side.FEW) as reading:
        assert pids(reading) == []


@pytest.mark.usefixtures("helped")
def test_helpers_end_with_the_block() -> None:
    """Also where it ends with an error, and reports are still being read."""
    reading = SideBySide(5)

    def interrupted() -> None:
        with reading:
            for report in reports(5):
                list(reading.add(report))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not any(map(is_running, pids(reading)))


@pytest.mark.usefixtures("helped")
def test_what_a_killed_helper_was_given_is_read_here() -> None:
    """Nothing is lost, doubled or out of order; the other helper goes on."""
    given = reports(30)
    with SideBySide(len(given)) as reading:
        found = []
        for at, report in enumerate(given):
            if at == 9:
                os.kill(pids(reading)[0], signal.SIGKILL)
            found += reading.add(report)
        found += reading.rest()
    assert found == expected(given)


@pytest.mark.usefixtures("helped")
def test_an_error_of_reading_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper that fails at a report leaves it to this process, whose error is told with all that it says."""

    def fail(_: Report) -> Cases:
        raise ValueError("a bug in the rules")

    given = reports(4)
    monkeypatch.setattr(side_by_side, "_PROGRAM", "raise SystemExit(1)")
    with SideBySide(len(given)) as reading:
        assert list(told(reading, given, lambda _: None)) == expected(given)
    monkeypatch.setattr(side_by_side, "read_cases", fail)
    with SideBySide(len(given)) as reading, pytest.raises(ValueError, match="a bug in the rules"):
        list(told(reading, given, lambda _: None))


def test_helpers_end_when_their_giver_is_killed() -> None:
    """No process is left over, though nobody told them to end."""
    program = (
        "import sys, time; from corpus.cases import side_by_side as s; s.FEW, s.cores = 1, lambda: 2;"
        "kept = s.SideBySide(1); print(*(each._process.pid for each in kept._helpers), flush=True); time.sleep(600)"
    )
    root = Path(__file__).parents[3]
    giver = subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True)
    assert giver.stdout is not None
    helpers = [int(pid) for pid in giver.stdout.readline().split()]
    giver.kill()
    giver.wait()
    giver.stdout.close()
    assert len(helpers) == 2
    until = time.monotonic() + 60
    while any(map(is_running, helpers)):
        assert time.monotonic() < until, "a helper goes on without its giver"
        time.sleep(0.05)
