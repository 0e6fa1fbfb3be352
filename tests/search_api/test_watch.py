"""``casetrove watch`` as a person runs it: a process of its own, real files, the small encoder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from corpus.catalog import Catalog
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from search_api import alarm as alarm_module
from search_api.cli import watch as watch_module
from search_api.service import Service

from .conftest import REPORT, Run

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PROGRAM = """
import casetrove
from indexer.encoders.hashing import HashingEncoder
from search_api.cli import options
options.encoder = HashingEncoder
casetrove.main()
"""
LONG_S = 180.0
"""Longer than anything waited for takes, even on a busy machine."""

Event = dict[str, Any]


def case(disease: str) -> str:
    """A short report of its own."""
    return REPORT.replace("anosmia", disease).replace("baker", f"baker with {disease}")


class Watching:
    """The command at work on ``folders``; every line on its stdout is one event."""

    def __init__(self, data: Path, *arguments: str | Path, before: tuple[str, ...] = ()) -> None:
        self.data, self.events = data, list[Event]()
        self._said = threading.Condition()
        command = [*before, sys.executable, "-c", PROGRAM, "watch", "--data", str(data), "--json"]
        self.process = subprocess.Popen(
            [*command, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.errors: list[str] = []
        self._readers = [threading.Thread(target=work) for work in (self._listen, self._listen_to_errors)]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop(signal.SIGKILL)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(LONG_S)
        for reader in self._readers:
            reader.join()
        return code

    def until(self, is_wanted: Callable[[Event], bool]) -> Event:
        """The first event, from the beginning, that is wanted."""
        deadline = time.monotonic() + LONG_S
        with self._said:
            while True:
                for event in self.events:
                    if is_wanted(event):
                        return event
                if self.process.poll() is not None or not self._said.wait(max(0.0, deadline - time.monotonic())):
                    raise AssertionError(f"not seen; stdout: {self.events}; stderr: {''.join(self.errors)}")

    def generation(self, reports: int) -> Event:
        """The event of the first generation with so many reports."""
        return self.until(lambda event: event["event"] == "generation" and event["reports"] == reports)

    def notice(self, words: str) -> Event:
        """The first notice with these words."""
        return self.until(lambda event: event["event"] == "notice" and words in event["reason"])

    def count(self, event: str) -> int:
        """How many of these events there were."""
        return sum(each["event"] == event for each in self.events)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._said:
                self.events.append(json.loads(line))
                self._said.notify_all()
        with self._said:
            self._said.notify_all()

    def _listen_to_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def watching(data: Path, report: Path) -> Iterator[Watching]:
    """The folder with one report, watched and indexed."""
    with Watching(data, report) as begun:
        begun.generation(1)
        yield begun


def served(data: Path) -> Service:
    """What a server on this data folder answers with."""
    return Service(DataFolder(data), OneEncoder(HashingEncoder()))


def titles(data: Path) -> list[str]:
    """The names of the files that the catalog holds reports of."""
    catalog = Catalog(DataFolder(data).catalog)
    return sorted(Path(path).name for path in catalog.files() if catalog.records(path))


# ---- following -----------------------------------------------------------------------------------


def test_new_changed_and_removed_reports_are_served_one_after_the_other(
    watching: Watching, data: Path, report: Path
) -> None:
    """Each becomes a generation, which a server on the same data folder serves by itself."""
    begun = watching.until(lambda event: event["event"] == "watching")
    assert (begun["settle_s"], begun["poll_s"]) == (1.0, None)
    service = served(data)
    assert "gout" not in service.search("gout").hits[0].text
    (report / "deep").mkdir()
    (report / "deep/gout.txt").write_text(case("gout"), encoding="utf-8")
    added = watching.generation(2)
    assert (added["read"], added["failed"]) == (1, [])
    assert "gout" in service.search("gout").hits[0].text
    (report / "deep/gout.txt").write_text(case("gout").replace("in full", "within a week"), encoding="utf-8")
    watching.until(lambda event: event["event"] == "generation" and event["updated"] == 1)
    (report / "baker.txt").unlink()
    removed = watching.until(lambda event: event["event"] == "generation" and event["removed"] == 1)
    assert removed["pruned"] == [str(report / "baker.txt")]
    assert removed["reports"] == 1
    assert {hit.citation.source for hit in service.search("anosmia").hits} == {str(report / "deep/gout.txt")}
    assert [event["event"] for event in watching.events] == ["watching"] + ["generation"] * 4
    assert watching.stop() == 0


def test_without_options_no_wait_is_longer_than_seconds() -> None:
    """By default a file rests for a second and events are waited for; all that may come between is seconds too."""
    given = signature(watch_module.watch).parameters
    assert (given["settle"].default, given["poll"].default) == (1.0, None)
    assert max(watch_module._TICK_S, watch_module._LOCK_RETRY_S) <= 1
    assert watch_module._LATE_S <= 2
    assert watch_module._POLL_S <= 5
    assert watch_module._RETRY_S == (5, 60)
    assert max(alarm_module._GROUP_MS, alarm_module._STEP_MS, alarm_module._READY_MS) <= 500


@pytest.mark.slow
def test_a_start_takes_in_what_happened_since_the_last(data: Path, report: Path) -> None:
    """What was added and removed while nothing watched is one generation; an unchanged folder keeps the one served."""
    (report / "gout.txt").write_text(case("gout"), encoding="utf-8")
    with Watching(data, report) as first:
        first.generation(2)
        assert first.stop(signal.SIGINT) == 130
        assert any("stopped" in line for line in first.errors)
    (report / "gout.txt").unlink()
    (report / "mumps.txt").write_text(case("mumps"), encoding="utf-8")
    with Watching(data, report) as second:
        made = second.until(lambda event: event["event"] == "generation")
        assert (made["generation"], made["read"], made["removed"]) == (2, 1, 1)
    with Watching(data, report) as third:
        kept = third.until(lambda event: event["event"] in ("generation", "unchanged"))
        assert (kept["event"], kept["generation"], kept["unchanged"]) == ("unchanged", 2, 2)


@pytest.mark.slow
def test_a_file_still_growing_is_waited_for_while_another_goes_ahead(data: Path, report: Path) -> None:
    """A slow copy is not read by halves: it comes in whole, once, after it has rested."""
    slow, whole = report / "slow.txt", case("leprosy")
    os.utime(report / "baker.txt", (1e9, 1e9))
    stop = threading.Event()

    def copy() -> None:
        with slow.open("w", encoding="utf-8") as file:
            file.write(whole)
            while not stop.wait(0.1):
                file.write("He was seen again. ")
                file.flush()
            file.write("The end.")

    with Watching(data, report, "--settle", "8") as watching:
        copying = threading.Thread(target=copy)
        copying.start()
        try:
            ahead = watching.generation(1)
        finally:
            stop.set()
            copying.join()
        assert ahead["read"] == 1
        assert titles(data) == ["baker.txt"]
        both = watching.generation(2)
    assert (both["read"], both["updated"], both["failed"]) == (1, 0, [])
    catalog = Catalog(DataFolder(data).catalog)
    (name,) = catalog.reports_of(str(slow))
    assert catalog.get(name).report.text.endswith("The end.")


@pytest.mark.slow
def test_a_file_that_failed_is_tried_again_when_it_changes(watching: Watching, report: Path) -> None:
    """A half-written file that was read is told with its reason; whole, it is read."""
    meta = "<article-meta><title-group><article-title>On croup</article-title></title-group></article-meta>"
    whole = f"<article><front>{meta}</front><body><p>A child had croup. It was short.</p></body></article>"
    (report / "half.xml").write_text(whole[:60], encoding="utf-8")
    told = watching.until(lambda event: event["event"] == "unchanged")
    assert [failure["code"] for failure in told["failed"]] == ["malformed"]
    assert "half.xml" in told["failed"][0]["reason"]
    (report / "half.xml").write_text(whole, encoding="utf-8")
    assert watching.generation(2)["read"] == 1


@pytest.mark.slow
def test_a_burst_of_files_is_a_few_runs(watching: Watching, data: Path, report: Path) -> None:
    """Hundreds of files that arrive at once do not make hundreds of generations, and none is left out."""
    for number in range(300):
        (report / f"{number}.txt").write_text(case(f"ailment{number}"), encoding="utf-8")
    watching.until(lambda event: event["event"] == "generation" and event["reports"] == 301)
    assert watching.count("generation") <= 10
    assert len(titles(data)) == 301


@pytest.mark.slow
def test_a_renamed_folder_keeps_its_reports(watching: Watching, data: Path, report: Path) -> None:
    """They are the same reports, from other places."""
    (report / "old").mkdir()
    (report / "old/gout.txt").write_text(case("gout"), encoding="utf-8")
    watching.generation(2)
    (report / "old").rename(report / "new")
    moved = watching.until(lambda event: event.get("unchanged") == 1)
    assert (moved["reports"], moved["read"], moved["removed"]) == (2, 0, 0)
    assert Catalog(DataFolder(data).catalog).records(str(report / "new/gout.txt"))


@pytest.mark.slow
def test_a_folder_that_vanishes_keeps_its_reports_and_is_followed_when_it_is_back(
    watching: Watching, data: Path, report: Path
) -> None:
    """A share that drops out removes nothing; that is said, and so is its return."""
    away = report.with_name("away")
    report.rename(away)
    watching.notice("cannot be reached")
    report.mkdir()
    watching.notice("is another folder now")
    assert titles(data) == ["baker.txt"]
    report.rmdir()
    away.rename(report)
    watching.notice("is back")
    (report / "gout.txt").write_text(case("gout"), encoding="utf-8")
    watching.generation(2)
    assert titles(data) == ["baker.txt", "gout.txt"]


def test_a_json_file_that_is_no_report_is_passed_over(watching: Watching, data: Path, report: Path) -> None:
    """As when a folder is indexed: it is counted, and is no failure."""
    (report / "settings.json").write_text('{"colour": "blue"}', encoding="utf-8")
    (report / "gout.txt").write_text(case("gout"), encoding="utf-8")
    made = watching.generation(2)
    assert made["failed"] == []
    assert Catalog(DataFolder(data).catalog).failures() == []


def test_a_copy_that_pauses_half_way_is_not_served_half(watching: Watching, data: Path, report: Path) -> None:
    """Though it pauses for longer than a file must rest: that is told, and what is served is the whole report."""
    whole = (ROOT / "corpus/samples/invented-lemierre-syndrome.pdf").read_bytes()
    with (report / "slow.pdf").open("wb") as copy:
        copy.write(whole[: len(whole) // 2])
        copy.flush()
        assert "slow.pdf" in watching.notice("still arriving")["reason"]
        copy.write(whole[len(whole) // 2 :])
    made = watching.generation(2)
    assert made["failed"] == made["notes"] == []
    assert watching.count("notice") == 1
    assert titles(data) == ["baker.txt", "slow.pdf"]
    assert not Catalog(DataFolder(data).catalog).failures()


# ---- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_held_folder_is_waited_for(watching: Watching, data: Path, report: Path) -> None:
    """While another process indexes, that is said once, with its number; then what changed is taken in."""
    with DataFolder(data).lock():
        (report / "gout.txt").write_text(case("gout"), encoding="utf-8")
        assert str(os.getpid()) in watching.notice("is being indexed by process")["reason"]
        (report / "mumps.txt").write_text(case("mumps"), encoding="utf-8")
        time.sleep(3)  # a few attempts, of which nothing is said
    watching.generation(3)
    assert watching.count("notice") == 1
    assert watching.count("error") == 0


@pytest.mark.slow
def test_an_error_of_one_run_is_told_and_watching_goes_on(watching: Watching, data: Path, report: Path) -> None:
    """What could not be written is tried again, and comes in once it can be."""
    folder = DataFolder(data)
    folder.generations.rename(data / "aside")
    folder.generations.write_text("in the way")
    (report / "gout.txt").write_text(case("gout"), encoding="utf-8")
    error = watching.until(lambda event: event["event"] == "error")
    assert error["reason"]
    assert error["retry_s"] > 0
    folder.generations.unlink()
    (data / "aside").rename(folder.generations)
    watching.generation(2)
    assert served(data).search("gout").generation == folder.current_generation()


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_in_the_midst_of_a_run_leaves_nothing_broken(
    data: Path, report: Path, how: signal.Signals, code: int
) -> None:
    """The exit is clean, without a traceback, and the next start finishes the work."""
    for number in range(60):
        (report / f"{number}.txt").write_text(case(f"ailment{number}"), encoding="utf-8")
    with Watching(data, report, "--settle", "0.1") as stopped:
        stopped.until(lambda event: event["event"] == "watching")
        deadline = time.monotonic() + LONG_S
        while not (data / "lock").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert stopped.stop(how) == code
        assert "Traceback" not in "".join(stopped.errors)
    with Watching(data, report) as again:
        again.until(lambda event: event["event"] in ("generation", "unchanged") and event["reports"] == 61)
    assert served(data).search("ailment7").hits


@pytest.mark.slow
def test_where_the_kernel_gives_no_watches_folders_are_looked_at_by_the_clock(data: Path, report: Path) -> None:
    """The limit is named with what raises it, and what changes is seen all the same."""
    limited = ("unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_inotify_watches && exec "$@"', "sh")
    if subprocess.run([*limited, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets no one set a limit on inotify watches for a namespace of their own")
    with Watching(data, report, before=limited) as watching:
        watching.notice("fs.inotify.max_user_watches")
        watching.generation(1)
        (report / "gout.txt").write_text(case("gout"), encoding="utf-8")
        watching.generation(2)


@pytest.mark.slow
def test_polling_needs_no_events(data: Path, report: Path) -> None:
    """With ``--poll`` the folders are looked at by the clock alone."""
    with Watching(data, report, "--poll", "0.5") as watching:
        watching.generation(1)
        (report / "gout.txt").write_text(case("gout"), encoding="utf-8")
        watching.generation(2)
        (report / "gout.txt").unlink()
        watching.until(lambda event: event["event"] == "generation" and event["removed"] == 1)
        assert watching.count("notice") == 0


# ---- arguments and words -------------------------------------------------------------------------


def test_a_folder_that_is_not_there_exits_1(run: Run, tmp_path: Path) -> None:
    """A wrong name is told at once, not waited for."""
    ran = run("watch", str(tmp_path / "nowhere"))
    assert (ran.code, ran.out) == (1, "")
    assert "nowhere" in ran.err


def test_a_file_exits_2(run: Run, report: Path) -> None:
    """Folders are watched; the message says which to name."""
    ran = run("watch", str(report / "baker.txt"))
    assert ran.code == 2
    assert "baker.txt: is a file" in ran.err


def test_the_data_folder_cannot_be_watched(run: Run, tmp_path: Path) -> None:
    """What the index writes is no report."""
    (tmp_path / "data/uploads").mkdir(parents=True)
    ran = run("watch", str(tmp_path / "data/uploads"))
    assert ran.code == 2
    assert "data folder" in ran.err


def test_data_that_is_a_file_is_refused_before_anything_is_watched(run: Run, report: Path) -> None:
    """Wrong usage is not tried again and again, and nobody is told that the folder is watched."""
    ran = run("watch", str(report), "--data", str(report / "baker.txt"))
    assert ran.code == 2
    assert "--data" in ran.err
    assert "watches" not in ran.err


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["people", "programs"])
def test_a_data_folder_that_cannot_be_written_is_refused_before_anything_is_watched(
    run: Run, data: Path, report: Path, as_json: tuple[str, ...]
) -> None:
    """One error, and no line before it that promises to watch."""
    (data / "lock").mkdir(parents=True)  # nor can root write to that
    ran = run("watch", str(report), "--data", str(data), *as_json)
    assert (ran.code, ran.out) == (2, "")
    assert "no folder that can be written" in ran.err
    assert "watches" not in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to any folder")
def test_a_read_only_data_folder_is_refused_before_anything_is_watched(run: Run, data: Path, report: Path) -> None:
    """Though it holds an index that can be searched."""
    assert run("index", "--data", str(data), str(report)).code == 0
    for path in (data / "lock", data):
        path.chmod(0o555)
    ran = run("watch", str(report), "--data", str(data))
    data.chmod(0o755)
    assert ran.code == 2
    assert "watches" not in ran.err


def test_people_get_a_line_for_each_generation_and_a_reason_for_each_failure(data: Path, report: Path) -> None:
    """Without ``--json`` stdout holds generations and failures, stderr what else there is to say."""
    (report / "broken.xml").write_text("<article><front>", encoding="utf-8")
    os.utime(report / "broken.xml", (1e9, 1e9))  # nothing more comes to it
    command = [sys.executable, "-c", PROGRAM, "watch", "--data", str(data), str(report)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        process.terminate()
        _, errors = process.communicate(timeout=LONG_S)
    assert "generation 1: 1 report (1 read, 1 failed) in" in lines[0]
    assert "failed (malformed)" in lines[1]
    assert "broken.xml" in lines[1]
    assert "casetrove watches" in errors
