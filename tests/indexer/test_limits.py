"""A full disk and a folder that cannot be written: a clear error, nothing lost, and work that goes on later."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.database import Database
from corpus.errors import CasetroveError
from indexer.encoders.hashing import HashingEncoder
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CASES, CountingEncoder, Indexed, empty, indexed

ROOT = Path(__file__).parents[2]
NOBODY = 65534

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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Makes a disk of so many bytes in memory."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(size: int) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
        try:
            done = subprocess.run(command, capture_output=True, check=False)
        except OSError:
            pytest.skip("there is no mount command here; test_a_write_that_fails_anywhere covers the same")
        if done.returncode:
            pytest.skip("no right to mount a small disk here; test_a_write_that_fails_anywhere covers the same")
        return place

    yield mount
    subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)


def filled(place: Path, leave: int) -> Path:
    """Fill the disk up to ``leave`` bytes."""
    ballast = place / "ballast"
    stat = os.statvfs(place)
    ballast.write_bytes(b"\0" * max(0, stat.f_bavail * stat.f_frsize - leave))
    return ballast


@pytest.mark.parametrize("leave", [0, 8192, 40_000, 80_000, 160_000, 320_000])
def test_a_full_disk_ends_in_a_clear_error_and_loses_nothing(small_disk: Callable[[int], Path], leave: int) -> None:
    """Wherever the room runs out, the old generation answers; with room again, the next run finishes the job."""
    place = small_disk(6_000_000)
    small = indexed(place / "data")
    before = rank_reports(small.generation(), "viper fever", System(), 10)
    ballast = filled(place, leave)
    reason = ""
    try:
        for at in range(40):
            small.put({f"r{at}": f"Patient {at} had a fever of {at} days. " + "It came and went. " * 200})
        small.build()
    except CasetroveError as error:
        reason = str(error)
    assert any(word in reason for word in ("full", "No space", "disk I/O")), reason
    assert str(place) in reason
    assert rank_reports(small.generation(), "viper fever", System(), 10) == before
    ballast.unlink()
    small.build(force=True)
    assert set(small.generation().ordinals) == {name for name, _ in small.catalog.current()}
    assert set(CASES) <= set(small.generation().ordinals)


FAILING = """
import json, resource, signal, sys
from pathlib import Path
from corpus.database import Database
from corpus.errors import CasetroveError
from indexer.encoders.hashing import HashingEncoder
from tests.fakes import empty
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
small = empty(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    small.build(force=True)
    print("built")
except CasetroveError as error:
    print(error)
"""


@pytest.mark.parametrize("largest", [0, 200, 3000, 20_000])
def test_a_write_that_fails_anywhere(tmp_path: Path, largest: int) -> None:
    """No file can grow over a limit: the build says what could not be written, and the old generation is served on."""
    small = indexed(tmp_path / "data", {f"r{at}": f"Patient {at} had sign {at * 37 % 101}." for at in range(60)})
    before = small.generation().report_ids
    small.catalog.close()
    command = [sys.executable, "-c", FAILING, str(tmp_path / "data"), str(largest)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if largest < 20_000:
        assert "cannot be written" in done.stdout or "disk" in done.stdout
    assert small.generation().report_ids == before
    assert small.build(force=True) >= 2


def test_what_was_embedded_before_the_disk_was_full_is_kept(small_disk: Callable[[int], Path]) -> None:
    """The run that finishes embeds only what was not kept."""
    place = small_disk(8_000_000)
    encoder = CountingEncoder()
    small = empty(place / "data", encoder)
    small.put({f"r{at}": f"Patient {at} had a fever. " + "It came and went again. " * 60 for at in range(50)})
    ballast = filled(place, 150_000)
    with pytest.raises(CasetroveError):
        small.build()
    ballast.unlink()
    first = len(encoder.passages)
    small.build()
    assert len(set(encoder.passages)) <= len(encoder.passages) <= len(set(encoder.passages)) + 600
    assert first <= len(encoder.passages)
    assert small.generation().manifest.reports == 50


def test_the_second_indexer_is_told_who_holds_the_folder(small: Indexed) -> None:
    """The error names the process, so that one can wait for it or end it."""
    with small.folder.lock(), pytest.raises(CasetroveError, match=f"being indexed by process {os.getpid()}"):
        small.build()


def test_a_disk_that_fills_while_vectors_are_written_kills_nobody(small_disk: Callable[[int], Path]) -> None:
    """With everything embedded before, the vectors are the bulk of what is written: no room for them is an error."""
    place = small_disk(20_000_000)
    small = empty(place / "data", HashingEncoder(384))
    small.put({f"r{at}": f"Patient {at} had sign {at * 37 % 101}. " * 30 for at in range(120)})
    small.build()
    reasons = []
    for leave in range(100_000, 1_500_000, 200_000):
        ballast = filled(place, leave)
        try:
            small.build(force=True)
        except CasetroveError as error:
            reasons.append(str(error))
        ballast.unlink()
        assert small.generation().manifest.reports == 120
    assert len(reasons) > 1
    assert all("cannot be written" in reason for reason in reasons)


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
