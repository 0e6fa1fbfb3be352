"""The load benchmark counts what it should, and finds an answer of two generations where there is one."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import httpx2 as httpx
import pytest

from corpus.errors import CasetroveError
from eval.benchmarks import load
from eval.benchmarks.serving import Change, Run, Seen, asking, changing, hello, mixed, pressed
from tests.search_api.web.conftest import REPORTS, open_site, serving, wait_until

QUESTIONS = ["hiccups in a balloon", "what was given for a rash?", "goitre kelp"]


@pytest.mark.parametrize(
    ("generation", "report", "is_wrong"),
    [(1, "a", True), (2, "a", False), (3, "a", False), (3, "b", False), (4, "b", True), (1, "c", False)],
)
def test_an_answer_that_shows_what_its_generation_does_not_hold_is_mixed(
    generation: int, report: str, is_wrong: bool
) -> None:
    """A report added with generation 2 is in no earlier one, one taken out with 4 in none from there on."""
    changes = [Change("a", 2, True), Change("b", 2, True), Change("b", 4, False)]
    found = mixed([Seen(generation, frozenset({report}))], changes)
    assert bool(found) is is_wrong
    if is_wrong:
        assert f"generation {generation} shows {report}" in found[0]


def test_times_are_told_as_the_middle_and_the_slowest_in_a_hundred() -> None:
    """Of a hundred answers of 1 to 100 ms in two seconds the middle is 50.5 ms; there are fifty a second."""
    told = Run(2.0, [float(each) for each in range(1, 101)]).told()
    assert (told["answers"], told["per_second"], told["p50_ms"]) == (100, 50.0, 50.5)
    assert told["p99_ms"] == pytest.approx(99.0, abs=0.1)
    assert Run().told()["answers"] == 0


def test_clients_go_on_after_an_error_and_count_it() -> None:
    """What fails is counted and told, and the others' answers are counted apart."""

    def ask(number: int, _: object) -> Seen | None:
        if number == 1:
            raise CasetroveError("no")
        return Seen(1, frozenset())

    run = pressed(2, 0.05, ask, "http://127.0.0.1:9")
    assert run.errors == ["CasetroveError: no"]
    assert len(run.milliseconds) == len(run.seen) > 0


def test_a_server_that_changes_meanwhile_answers_without_fault(tmp_path: Path) -> None:
    """Reports come and go while clients ask: no error, several generations seen, none of them mixed."""
    changes: list[Change] = []
    stop = threading.Event()
    with serving(open_site(tmp_path, REPORTS)) as served:
        changer = threading.Thread(target=changing, args=(served.address, stop, QUESTIONS, changes))
        changer.start()
        runs = []
        while len(changes) < 3:
            assert changer.is_alive()
            runs.append(pressed(4, 0.3, asking(QUESTIONS), served.address))
        stop.set()
        changer.join(60)
        wait_until(lambda: not changer.is_alive(), "the changes ended")
    seen = [each for run in runs for each in run.seen]
    assert [error for run in runs for error in run.errors] == []
    assert {change.is_added for change in changes} == {True, False}
    assert len({each.generation for each in seen}) > 1
    added = {change.report_id for change in changes}
    assert any(each.reports & added for each in seen), "no answer showed a report that was added: nothing was shown"
    assert mixed(seen, changes) == []


@pytest.mark.slow
def test_a_server_that_is_pressed_may_log_as_much_as_it_likes(tmp_path: Path) -> None:
    """Some 200 KB of log lines, more than a pipe holds, do not stop the server that the benchmark starts."""
    report, data = tmp_path / "report.txt", tmp_path / "data"
    report.write_text("A nun with hiccups\n\nCase presentation\n\nA nun of 40 had hiccups for a week.\n")
    subprocess.run([sys.executable, "-m", "casetrove", "index", str(report), "--data", str(data)], check=True)
    with load.serving(data) as server, httpx.Client(base_url=server.address, timeout=30) as client:
        for _ in range(1000):
            client.get("/v1/generations").raise_for_status()


def test_what_is_compared_with_answers() -> None:
    """The bare application says hello from a process of its own."""

    def greet(_: int, connection: httpx.Client) -> None:
        assert connection.get("/").json() == {"hello": "world"}

    with hello() as address:
        run = pressed(1, 0.5, greet, address)
    assert run.milliseconds
    assert not run.errors
