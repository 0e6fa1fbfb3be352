"""A full disk and a folder that cannot be written: a clear error, nothing lost, and work that goes on later."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest

from corpus.catalog import Catalog
from corpus.database import Database, refused
from corpus.errors import CasetroveError, DamagedCatalogError
from indexer.build import build
from indexer.disk import create, flush, save
from indexer.doctor import examine
from indexer.encoders import cache
from indexer.encoders.base import Kind, Vectors
from indexer.encoders.cache import EmbeddingCache
from indexer.encoders.choice import OneEncoder
from indexer.errors import GenerationError
from indexer.model import BuildProgress
from indexer.vectors import files, training
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CASES, CountingEncoder, Indexed, empty, indexed

ROOT = Path(__file__).parents[2]
NOBODY = 65534
FULL = ("full", "No space", "disk I/O", "File too large", "FAISS")
"""How SQLite, the system and FAISS say that there is no room."""
MEND = ("check the disk", "free some space")

EXAMINE = """
import json, os, sys
from pathlib import Path
from indexer.encoders.choice import OneEncoder
from indexer.doctor import examine
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from corpus.database import Database
from corpus.errors import CasetroveError
from indexer.encoders.hashing import HashingEncoder
from tests.fakes import Indexed, empty
def look(root):
    small = empty(Path(root))
    told = {{"found": [name for name, _ in rank_reports(small.generation(), "viper hiccups", System("bm25"), 5)]}}
    told["text"] = small.catalog.get("snake").report.text
    told["findings"] = [finding.severity for finding in examine(small.folder, OneEncoder(small.encoder))]
    small.catalog.close()
    return told
look(sys.argv[2])  # whatever is imported late is imported now: nobody may not read this interpreter's files
if os.geteuid() == 0:
    os.setgroups([]); os.setgid({nobody}); os.setuid({nobody})
told = look(sys.argv[1])
small = empty(Path(sys.argv[1]))
try:
    small.put({{"nun": "A nun had hiccups."}})
except CasetroveError as error:
    told["put"] = str(error)
try:
    small.build(force=True)
except CasetroveError as error:
    told["build"] = str(error)
print(json.dumps(told))
"""


def read_only(root: Path) -> None:
    """Take the right to write from everybody, and give everybody the right to read."""
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in root.parents:
        if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & 0o005:
            parent.chmod(parent.stat().st_mode | 0o055)


def writable(root: Path) -> None:
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def examined(root: Path, copy: Path) -> dict[str, Any]:
    """What somebody without the right to write meets there."""
    command = [sys.executable, "-c", EXAMINE.format(nobody=NOBODY), str(root), str(copy)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_read_only_folder_is_searched_and_not_changed(tmp_path: Path, is_closed: bool) -> None:
    """Search, texts and the doctor work, also beside SQLite's open log; writing is refused with place and reason."""
    root = tmp_path / "data"
    small = indexed(root)
    if is_closed:
        small.catalog.close()
    copy = shutil.copytree(root, tmp_path / "copy")
    read_only(root)
    try:
        told = examined(root, copy)
    finally:
        writable(root)
    assert told["found"] == ["snake"]
    assert "viper" in told["text"]
    assert told["findings"] == []
    assert "catalog.sqlite" in told["put"]
    assert "check the disk and the rights" in told["put"]
    assert str(root) in told["build"]
    assert "cannot be written" in told["build"] or "can be written" in told["build"]
    small.put({"nun": "A nun had hiccups."})
    assert small.build() == 2


class Scarce(Protocol):
    """A place where room can run out."""

    place: Path

    def only(self, room: int) -> AbstractContextManager[None]:
        """Leave so many bytes, for a while."""
        ...

    def too_little(self, sizes: list[int]) -> list[int]:
        """Rooms in which files of these sizes cannot all be written, from none on."""
        ...


class SmallDisk:
    """Room runs out on a disk of its own, as it does in life."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @contextmanager
    def only(self, room: int) -> Iterator[None]:
        """The disk is filled up to ``room`` bytes."""
        ballast = self.place / "ballast"
        stat = os.statvfs(self.place)
        ballast.write_bytes(b"\0" * max(0, stat.f_bavail * stat.f_frsize - room))
        try:
            yield
        finally:
            ballast.unlink()

    def too_little(self, sizes: list[int]) -> list[int]:
        """One block after another, up to the last that is needed."""
        block = os.statvfs(self.place).f_frsize
        return list(range(0, sum(-(-size // block) * block for size in sizes), block))


class SmallFiles:
    """The same without the right to mount a disk: the system refuses to let any file of this process grow."""

    def __init__(self, place: Path) -> None:
        self.place = place

    @contextmanager
    def only(self, room: int) -> Iterator[None]:
        """No file grows over ``room`` bytes; Python ignores the signal, so that the write fails as on a full disk."""
        before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))

    def too_little(self, sizes: list[int]) -> list[int]:
        """A byte less than each of the files."""
        return sorted({0, *(size - 1 for size in sizes)})


@pytest.fixture(params=["files", "disk"])
def scarce(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scarce]:
    """Both ways to run out of room; the disk lies in memory, and only where one may be mounted."""
    place = tmp_path / "scarce"
    place.mkdir()
    if request.param == "files":
        yield SmallFiles(place)
        return
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=20000000", "none", str(place)], capture_output=True, check=False
        )
    except OSError:
        pytest.skip("there is no mount command here; the same test with small files is the cover")
    if done.returncode:
        pytest.skip("no right to mount a small disk here; the same test with small files is the cover")
    yield SmallDisk(place)
    subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)


def clear(said: str, place: Path) -> bool:
    """Whether an error says where there was no room, that it was room that lacked, and what to do."""
    return str(place) in said and any(word in said for word in FULL) and any(word in said for word in MEND)


def answers(small: Indexed) -> list[tuple[str, float]]:
    """What a reader gets who opens the served generation now."""
    return rank_reports(small.generation(), "viper fever sign 37", System(), 10)


@pytest.mark.parametrize("room", [0, 8192, 80_000, 320_000, 640_000, 1_600_000])
def test_room_that_runs_out_ends_in_a_clear_error_and_loses_nothing(scarce: Scarce, room: int) -> None:
    """Wherever that is, the old generation answers meanwhile; with room again, the next run finishes the job.

    A report whose storing raised no error is there afterwards.
    """
    small = indexed(scarce.place / "data")
    before = answers(small)
    stored = []
    with scarce.only(room):
        with pytest.raises(CasetroveError) as caught:  # noqa: PT012 - which of them fails is not known before
            for at in range(400):
                small.put({f"r{at}": f"Patient {at} had a fever of {at} days. " + "It came and went. " * 200})
                stored.append(f"r{at}")
        assert answers(small) == before
    assert clear(str(caught.value), scarce.place), caught.value
    assert small.build(force=True) == 2
    assert set(small.generation().ordinals) == {*CASES, *stored}


def run_out(small: Indexed, scarce: Scarce, stage: str, room: int) -> str | None:
    """Rebuild with so little room from ``stage`` on; what the error said, None where the room was enough."""
    with ExitStack() as shortage, small.folder.lock():
        is_short = False

        def shorten(progress: BuildProgress) -> None:
            nonlocal is_short
            if progress.stage == stage and not is_short:
                shortage.enter_context(scarce.only(room))
                is_short = True

        try:
            build(small.folder, small.catalog, small.encoder, on_progress=shorten, force=True)
        except GenerationError as error:
            return str(error)
        return None


@pytest.mark.parametrize(
    ("stage", "kind"), [("chunk", "flat"), ("embed", "flat"), ("write", "flat"), ("train", "ivf-sq8")]
)
def test_a_build_that_runs_out_of_room_leaves_the_old_generation(
    scarce: Scarce, stage: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too little room for any of its files, from any stage on: an error, and no half a generation beside the old one.

    The build that finds room at last embeds nothing again.
    """
    monkeypatch.setattr(training, "ROUNDS", 1)
    if kind != "flat":
        monkeypatch.setattr(files, "EXACT_BELOW", 1)
    encoder = CountingEncoder()
    small = empty(scarce.place / "data", encoder)
    small.put({f"r{at}": f"Patient {at} had sign {at * 37 % 101}. " * 20 for at in range(5)})
    small.build()
    assert small.generation().manifest.vector_index == kind
    before, embedded = answers(small), len(encoder.passages)
    written = [path.stat().st_size for path in small.folder.generation(1).rglob("*") if path.is_file()]
    failures = 0
    with closing(EmbeddingCache(small.folder.embeddings)):  # held open: else opening it is what fails, each time
        for room in scarce.too_little(written):
            error = run_out(small, scarce, stage, room)
            if error is None:
                break
            failures += 1
            assert clear(error, scarce.place), error
            assert small.folder.current_generation() == 1
            assert answers(small) == before
            assert list(small.folder.generations.glob(".*")) == []
            assert "error" not in {finding.severity for finding in examine(small.folder, OneEncoder(encoder))}
    assert failures >= 3
    small.build(force=True)
    assert answers(small) == before
    assert len(encoder.passages) == embedded


class InterruptedEncoder(CountingEncoder):
    """Calls ``interrupt`` before it embeds its third window; ``windows`` are those that it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[list[str]] = []
        self.interrupt: Callable[[], object] = lambda: None

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As its parent does."""
        if kind == "passage":
            self.windows.append(list(texts))
            if len(self.windows) == 3:
                self.interrupt()
        return super().encode(texts, kind)


def test_what_was_embedded_before_room_ran_out_is_kept(
    scarce: Scarce, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of eight windows were kept: the next run embeds exactly the other six, and the index is as any other."""
    monkeypatch.setattr(cache, "_BATCH", 16)
    reports = {f"r{at}": f"Patient {at} had sign {at * 37 % 101}." for at in range(128)}
    encoder = InterruptedEncoder()
    small = empty(scarce.place / "data", encoder)
    small.put(reports)
    with ExitStack() as shortage:
        encoder.interrupt = lambda: shortage.enter_context(scarce.only(0))
        with pytest.raises(CasetroveError) as caught:
            small.build()
    assert clear(str(caught.value), scarce.place), caught.value
    assert [len(window) for window in encoder.windows] == [16, 16, 16]
    kept = {*encoder.windows[0], *encoder.windows[1]}
    del encoder.windows[:]
    encoder.interrupt = lambda: None
    assert small.build() == 1
    rest = [text for window in encoder.windows for text in window]
    assert len(rest) == 128 - 32
    assert kept.isdisjoint(rest)
    assert answers(small) == answers(indexed(tmp_path / "other", reports))


def test_the_room_of_a_mapped_file_is_taken_at_once(tmp_path: Path) -> None:
    """Else a page that the disk has no room for would end the process, with no error, when it is written to."""
    path = tmp_path / "vectors.npy"
    mapped = create(path, "<f4", (1000, 384))
    flush(path)
    assert path.stat().st_blocks * 512 >= mapped.nbytes
    with SmallFiles(tmp_path).only(mapped.nbytes), pytest.raises(OSError):
        create(tmp_path / "larger.npy", "<f4", (1000, 384))


def test_the_second_indexer_is_told_who_holds_the_folder(small: Indexed) -> None:
    """The error names the process, so that one can wait for it or end it."""
    with small.folder.lock(), pytest.raises(CasetroveError, match=f"being indexed by process {os.getpid()}"):
        small.build()


def test_what_somebody_else_writes_is_seen_without_the_right_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that took the catalog for unchanging looks again as soon as it changes."""
    writer = indexed(tmp_path / "data")
    writer.catalog.close()
    with monkeypatch.context() as patch:
        patch.setattr(Database, "_is_read_only", lambda _: True)
        reader = empty(tmp_path / "data")
        assert reader.catalog.count() == 6
    for number, closes in enumerate((False, True, True), start=7):
        writer.put({f"r{number}": f"A nun had hiccups {number} times."})
        if closes:
            writer.catalog.close()
        with monkeypatch.context() as patch:
            patch.setattr(Database, "_is_read_only", lambda _: True)
            assert reader.catalog.count() == number


@pytest.mark.parametrize("rows", [0, 1, 3, 40, 500, 900, 1000, 1100, 2000, 5000, 40_000])
def test_an_array_is_written_whole_or_an_error_says_so(scarce: Scarce, rows: int) -> None:
    """Whatever its size and whatever room is left: numpy's own way says nothing of a small one cut short."""
    values = np.arange(rows, dtype="<i4")
    whole = scarce.place / "whole.npy"
    save(whole, values)
    expected = whole.read_bytes()
    np.testing.assert_array_equal(np.load(whole), values)
    whole.unlink()
    for room in scarce.too_little([len(expected)]):
        with scarce.only(room), pytest.raises(OSError):
            save(scarce.place / "part.npy", values)
        (scarce.place / "part.npy").unlink(missing_ok=True)
    save(whole, values)
    assert whole.read_bytes() == expected


def test_a_full_disk_is_told_as_that_when_a_folder_is_opened(scarce: Scarce) -> None:
    """Opening what needs room says so, the doctor too, and neither advises to throw anything away."""
    small = indexed(scarce.place / "data")
    small.catalog.close()
    for path in small.folder.root.glob("*.sqlite-*"):
        path.unlink()
    with scarce.only(0):
        findings = examine(small.folder, OneEncoder(small.encoder))
        with pytest.raises(CasetroveError) as caught:
            Catalog(scarce.place / "other" / "catalog.sqlite")
        with pytest.raises(CasetroveError) as full:
            small.put({"nun": "A nun had hiccups. " * 5000})
    assert {finding.severity for finding in findings} <= {"warning"}
    for text in (str(caught.value), str(full.value), *(finding.remedy for finding in findings)):
        assert "rm " not in text
        assert "remove" not in text
        assert "damaged" not in text
    for error in (caught, full):
        assert "free some space" in str(error.value) or "check the disk" in str(error.value), error.value


def test_a_full_disk_can_be_searched(scarce: Scarce) -> None:
    """A reader needs no room, however the last writer left the folder; with room again, it can be written to."""
    small = indexed(scarce.place / "data")
    small.catalog.close()
    for path in small.folder.root.glob("*.sqlite-*"):
        path.unlink()
    expected = answers(small)
    small.catalog.close()
    for path in small.folder.root.glob("*.sqlite-*"):
        path.unlink()
    with scarce.only(0):
        again = Indexed(small.folder, Catalog(small.folder.catalog), small.encoder)
        assert answers(again) == expected
        with pytest.raises(CasetroveError, match=r"free some space|check the disk"):
            again.put({"nun": "A nun had hiccups."})
    again.put({"nun": "A nun had hiccups."})
    assert again.catalog.count() == len(expected) + 1


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (sqlite3.SQLITE_FULL, "what was served still is; free some space"),
        (sqlite3.SQLITE_IOERR_WRITE, "check the disk"),
        (sqlite3.SQLITE_READONLY, "rights"), (sqlite3.SQLITE_CANTOPEN, "check the disk"),
        (sqlite3.SQLITE_BUSY, "another run is writing"), (sqlite3.SQLITE_CORRUPT, "casetrove doctor"),
        (sqlite3.SQLITE_NOTADB, "casetrove doctor"),
    ],
)  # fmt: skip
def test_what_sqlite_refuses_is_told_with_what_to_do(tmp_path: Path, code: int, told: str) -> None:
    """Only a damaged file is called one."""
    error = sqlite3.OperationalError("it does not work")
    error.sqlite_errorcode = code
    said = refused(tmp_path / "catalog.sqlite", error)
    assert told in str(said)
    assert isinstance(said, DamagedCatalogError) == (code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
