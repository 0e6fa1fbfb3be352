from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest

from corpus.errors import EmptyFileError, EncryptedError, GivenUpError, MalformedError
from corpus.readers import workers as module
from corpus.readers.base import Options, Read
from corpus.readers.registry import read_bytes
from corpus.readers.workers import Workers
from tests.corpus.awkward_readers import awkward, meeting, numbered, well

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "corpus" / "samples"
TEXT = b"A woman aged 40 had a rash on both hands. It went away after a week."


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker looks for modules where this process does: the tests' own readers are to be found there."""
    monkeypatch.syspath_prepend(str(ROOT))


def children() -> set[int]:
    """The processes that this one started and that still run or have not been waited for."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(status.parent.name))
    return found


def gone(pid: int) -> bool:
    """Whether a process is, or soon will have, ended."""
    for _ in range(1000):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def one() -> Iterator[Workers]:
    """One worker, whose reader does what it is told."""
    with Workers(count=1, limit_s=30, read=awkward) as workers:
        yield workers


# --- reading --------------------------------------------------------------------------------------


def test_a_file_is_read_as_in_this_process() -> None:
    """Every sample gives the same reports in a worker as without one."""
    with Workers(count=2) as workers:
        for path in sorted(SAMPLES.iterdir()):
            if path.suffix in (".txt", ".html", ".xml", ".pdf"):
                data = path.read_bytes()
                assert list(workers.read(data, path.name)) == list(read_bytes(data, path.name))


def test_options_reach_the_reader() -> None:
    """What a person said about how files are read is known in the worker."""
    options = Options(pdf_passwords=("sesame",), ocr=False)
    with Workers(options, count=1, read=well) as workers:
        (read,) = workers.read(TEXT, "a.txt")
    assert read.notes[0] == repr(options)
    assert read.report is not None
    assert read.report.text.startswith("A woman aged 40")


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 2500])
def test_records_come_in_their_order(count: int) -> None:
    """However many there are, none is lost, doubled or moved."""
    with Workers(count=1, read=numbered) as workers:
        assert [read.record for read in workers.read(str(count).encode(), "many")] == list(map(str, range(count)))


def test_records_come_while_the_file_is_being_read(one: Workers) -> None:
    """The first record is there before the last is read."""
    reads = one.read(b"trickle 1000", "slow")
    assert [read.record for read in islice(reads, 3)] == ["good", "0", "1"]
    reads.close()  # type: ignore[attr-defined]


def test_what_the_reader_says_waits_for_its_listener() -> None:
    """A million records are not read ahead of the one who takes them: the worker waits, and goes on."""
    with Workers(count=1, limit_s=30, read=numbered) as workers:
        reads = workers.read(b"1000000", "huge")
        assert next(reads).record == "0"
        assert [read.record for read in islice(reads, 5000)][-1] == "5000"


def test_two_files_are_read_at_once(tmp_path: Path) -> None:
    """Two workers read at the same time: each of these readers ends only when the other has begun."""
    with Workers(count=2, read=meeting) as workers:
        first, second = (workers.read(str(tmp_path).encode(), name) for name in ("a", "b"))
        assert {read.record for reads in (first, second) for read in reads} == {"met"}


def test_a_worker_serves_one_file_after_another(one: Workers) -> None:
    """The process is kept: its start is paid once."""
    assert len({[read.record for read in one.read(b"pid", name)][-1] for name in "abc"}) == 1


def test_several_threads_may_ask_at_once() -> None:
    """Each gets the records of its own file."""
    with Workers(count=2, read=numbered) as workers, ThreadPoolExecutor(6) as pool:
        counts = range(0, 600, 25)
        got = pool.map(lambda count: len(list(workers.read(str(count).encode(), "some"))), counts)
        assert list(got) == list(counts)


def test_a_third_file_waits_for_a_free_worker() -> None:
    """``read`` waits while every worker is busy, and goes on when one is free."""
    with Workers(count=1, read=numbered) as workers:
        first = workers.read(b"1", "first")
        waiting = threading.Thread(target=lambda: seen.extend(workers.read(b"2", "second")))
        seen: list[Read] = []
        waiting.start()
        assert not seen
        assert len(list(first)) == 1
        waiting.join(60)
    assert [read.record for read in seen] == ["0", "1"]


# --- what goes wrong ------------------------------------------------------------------------------


def test_a_refusal_keeps_its_class_and_its_words(one: Workers) -> None:
    """What the reader raised is raised here, after the records that came before it."""
    reads = one.read(b"refuse", "locked.pdf")
    assert next(reads).record == "good"
    with pytest.raises(EncryptedError, match=r"^locked\.pdf needs a password$"):
        next(reads)
    assert [read.record for read in one.read(b"nothing", "next")] == ["good"]


@pytest.mark.parametrize(("data", "kind"), [(b"", EmptyFileError), (b"%PDF-1.4 and no more", MalformedError)])
def test_refusals_of_the_real_readers_cross(data: bytes, kind: type[Exception]) -> None:
    """The errors of the tree are the same on both sides."""
    with Workers(count=1) as workers, pytest.raises(kind) as there:
        list(workers.read(data, "a.pdf"))
    with pytest.raises(kind) as here:
        list(read_bytes(data, "a.pdf"))
    assert (type(there.value), str(there.value)) == (type(here.value), str(here.value))


@pytest.mark.parametrize(
    ("what", "how"),
    [
        ("exit 3", r"exit status 3"),
        ("crash", r"Segmentation fault"),
        ("abort", r"Aborted"),
        ("killed", r"Killed"),
    ],
)
def test_a_crash_costs_the_file_and_nothing_else(one: Workers, what: str, how: str) -> None:
    """The file is given up with how its process ended; the next file is read by a new process."""
    with pytest.raises(GivenUpError, match=rf"^bad\.pdf: the process that read it crashed \({how}\)$"):
        list(one.read(what.encode(), "bad.pdf"))
    assert [read.record for read in one.read(b"nothing", "next")] == ["good"]


@pytest.mark.parametrize("what", ["sleep 600", "spin"])
def test_a_reader_that_hangs_is_ended(what: str) -> None:
    """Silence beyond the limit ends the process, even one that lets no other thread run."""
    with Workers(count=1, limit_s=3, read=awkward) as workers:
        reads = workers.read(what.encode(), "stuck.pdf")
        with pytest.raises(GivenUpError, match=r"^stuck\.pdf: the process that read it took longer than 3 s"):
            list(reads)
        assert [read.record for read in workers.read(b"nothing", "next")][-1] == "good"


@pytest.mark.parametrize("what", ["trickle", "beat"])
def test_slow_is_not_stuck(what: str) -> None:
    """Reading that takes longer than the limit as a whole goes on while it gives signs of life."""
    with Workers(count=1, limit_s=3, read=awkward) as workers:
        assert next(workers.read(b"nothing", "warm")).record == "good"
        assert next(iter(workers.read(f"{what} 7".encode(), "slow.pdf"))).record == "good"
        assert len(list(workers.read(f"{what} 7".encode(), "slow.pdf"))) == (8 if what == "trickle" else 1)


def test_a_reader_that_wants_too_much_memory_is_given_up() -> None:
    """What goes beyond the limit fails in the worker, which is replaced; what fits does not."""
    with Workers(count=1, memory_bytes=2 * 1024**3, read=awkward) as workers:
        with pytest.raises(GivenUpError, match=r"^big\.pdf: the process that read it ran out of memory"):
            list(workers.read(b"allocate 4000000000", "big.pdf"))
        assert [read.record for read in workers.read(b"allocate 1000", "small.pdf")] == ["good", "more"]


def test_a_bug_in_a_reader_is_no_crash_of_the_run(one: Workers) -> None:
    """An error from outside the tree comes out as one of the tree, with what it was."""
    with pytest.raises(GivenUpError, match=r"^odd\.pdf: .* failed \(LookupError: .*nobody thought of this"):
        list(one.read(b"bug", "odd.pdf"))


def test_a_reader_that_the_worker_cannot_find_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that cannot import what it needs says so, instead of being waited for."""
    monkeypatch.setattr(module, "_PROGRAM", "import corpus_that_is_not_there")
    with Workers(count=1, limit_s=30) as workers, pytest.raises(GivenUpError, match="ModuleNotFoundError"):
        list(workers.read(TEXT, "a.txt"))


def test_a_reader_without_a_name_is_refused_at_once() -> None:
    """What cannot be found by its name in a worker is an error of the caller, and costs no place."""
    with Workers(count=1, read=lambda data, name, options: iter(())) as workers:
        for _ in range(2):
            with pytest.raises((AttributeError, TypeError, ValueError, Exception), match="pickle"):
                workers.read(TEXT, "a.txt")


# --- processes ------------------------------------------------------------------------------------


def test_no_process_is_started_before_the_first_file() -> None:
    """A run in which every file is unchanged starts none."""
    before = children()
    with Workers(count=2) as workers:
        assert workers.width == 2
        assert children() == before


def test_as_many_processes_as_are_needed() -> None:
    """One file needs one process, although two are allowed."""
    before = children()
    with Workers(count=2, read=numbered) as workers:
        list(workers.read(b"1", "a"))
        list(workers.read(b"1", "b"))
        assert len(children() - before) == 1


def test_width_is_the_number_of_processors_unless_told() -> None:
    """Where nobody says how many, there is one worker per processor."""
    with Workers() as workers:
        assert workers.width == os.cpu_count()


def test_no_process_is_left_over() -> None:
    """After the end none of the workers is there, whatever they were doing."""
    before = children()
    with Workers(count=2, read=awkward) as workers:
        list(workers.read(b"nothing", "done"))
        reads = workers.read(b"sleep 600", "busy")
        next(reads)
        assert len(children() - before) == 1
    assert children() == before
    with pytest.raises(RuntimeError, match="closed"):
        next(reads)


def test_an_iterator_left_half_way_frees_its_worker(one: Workers) -> None:
    """Who stops taking records gets another worker for the next file; the process that read is ended."""
    reads = one.read(b"sleep 600", "left")
    assert next(reads).record == "good"
    reads.close()  # type: ignore[attr-defined]
    assert [read.record for read in one.read(b"nothing", "next")] == ["good"]


def test_an_iterator_never_begun_frees_its_worker(one: Workers) -> None:
    """One that is thrown away at once does too."""
    del_me = one.read(b"sleep 600", "never begun")
    del del_me
    assert [read.record for read in one.read(b"nothing", "next")] == ["good"]


def test_what_a_reader_started_ends_with_it(tmp_path: Path) -> None:
    """A program that the reader runs (OCR) does not outlive a reader that is ended."""
    noted = tmp_path / "pid"
    with Workers(count=1, read=awkward) as workers:
        reads = workers.read(f"child {noted}".encode(), "a")
        next(reads)
        for _ in range(1000):
            if noted.exists() and noted.read_text():
                break
            time.sleep(0.01)
    assert gone(int(noted.read_text()))


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    """A run that is killed leaves no worker behind, not even one that is busy."""
    program = (
        "import sys, time\n"
        "from corpus.readers.workers import Workers\n"
        "from tests.corpus.awkward_readers import awkward\n"
        "workers = Workers(count=2, read=awkward)\n"
        "idle = [read.record for read in workers.read(b'pid', 'a')][-1]\n"
        "print(idle, flush=True)\n"
        "next(workers.read(b'sleep 600', 'b'))\n"
        "time.sleep(600)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT)
    assert run.stdout is not None
    worker = int(run.stdout.readline())
    run.kill()
    run.wait()
    run.stdout.close()
    assert gone(worker)


def test_closed_workers_read_no_more() -> None:
    """Asking after the end is an error, not a wait."""
    workers = Workers(count=1, read=numbered)
    workers.close()
    workers.close()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="closed"):
            workers.read(b"1", "late")


def test_closing_is_no_crash_of_the_file_being_read() -> None:
    """Who reads in another thread is told that the workers are closed: nothing is said of the file."""
    workers = Workers(count=1, limit_s=30, read=awkward)
    reads = workers.read(b"sleep 600", "long")
    next(reads)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, reads)
        workers.close()
        with pytest.raises(RuntimeError, match="closed"):
            waiting.result(30)


def test_it_works_from_a_program_without_a_guard(tmp_path: Path) -> None:
    """A script that reads at its top level is not run again in the workers."""
    script = tmp_path / "script.py"
    script.write_text(
        "from corpus.readers.workers import Workers\n"
        "print('once')\n"
        "with Workers(count=1) as workers:\n"
        f"    print(len(list(workers.read({TEXT!r}, 'a.txt'))))\n"
    )
    run = subprocess.run(
        [sys.executable, str(script)], capture_output=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert run.stdout.split() == [b"once", b"1"]
