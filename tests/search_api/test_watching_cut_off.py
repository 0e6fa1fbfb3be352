"""A copy that pauses half way: it is waited for, told of once, and read in the end whatever it is."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from search_api.watching import Watched

SAMPLES = Path(__file__).parents[2] / "corpus/samples"
PDF = SAMPLES / "invented-lemierre-syndrome.pdf"
SETTLE_S = 1.0
PATIENCE_S = 30.0


class Copy:
    """A folder under watch into which a file comes piece by piece, by a clock that only the test moves."""

    def __init__(self, root: Path, settle_s: float = SETTLE_S) -> None:
        self.root, self.now, self.told = root, 1000.0, list[str]()
        root.mkdir()
        self.watched = Watched((root,), lambda: (), settle_s, root / "data", self.told.append)
        self.look(0)

    def look(self, seconds: float) -> list[str]:
        """The names of the files that are taken so much later."""
        self.now += seconds
        self.watched.look(self.now)
        due = self.watched.due(self.now)
        if due is None:
            return []
        self.watched.took(due)
        return sorted(Path(path).name for path in due.changed)

    def put(self, name: str, data: bytes, *, age_s: float = 0.0) -> None:
        """The file as it is now, last written so long ago."""
        path = self.root / name
        path.write_bytes(data)
        at = time.time() - age_s
        os.utime(path, (at, at))


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """An empty folder."""
    return Copy(tmp_path / "reports")


def test_a_copy_that_pauses_is_not_taken_until_it_is_whole(copy: Copy) -> None:
    """Though it rests far longer than the settle time, and more than once; whole, it is taken once it has settled."""
    whole = PDF.read_bytes()
    for share in (3, 2):
        copy.put("a.pdf", whole[: len(whole) // share])
        copy.look(0)
        assert [copy.look(SETTLE_S) for _ in range(20)] == [[]] * 20
    copy.put("a.pdf", whole)
    assert copy.look(0) == []
    assert copy.look(SETTLE_S) == ["a.pdf"]
    assert not copy.watched.is_unsettled


def test_that_it_seems_to_be_arriving_is_told_once(copy: Copy) -> None:
    """By its name, with how long it is waited for; of a copy that goes on without a pause nothing is said."""
    whole = PDF.read_bytes()
    for end in range(500, 2500, 100):
        copy.put("a.pdf", whole[:end])
        copy.look(SETTLE_S / 2)
    assert copy.told == []
    copy.look(SETTLE_S)
    copy.look(SETTLE_S)
    copy.put("a.pdf", whole[:-500])
    copy.look(SETTLE_S)
    copy.look(SETTLE_S)
    (line,) = copy.told
    assert line.startswith(str(copy.root / "a.pdf"))
    assert "still arriving" in line
    assert "30 s" in line


def test_a_file_that_stays_cut_off_is_read_as_it_is_in_the_end(copy: Copy) -> None:
    """So that what is damaged for good is told of as a failure, and not waited for for ever."""
    copy.put("a.pdf", PDF.read_bytes()[:2000])
    copy.look(0)
    assert copy.look(PATIENCE_S * 0.9) == []
    assert copy.look(PATIENCE_S * 0.1) == ["a.pdf"]
    assert copy.look(PATIENCE_S) == []


def test_a_long_settle_time_makes_the_patience_longer(tmp_path: Path) -> None:
    """Whoever says that copies are slow here gets ten settle times."""
    copy = Copy(tmp_path / "reports", settle_s=20)
    copy.put("a.pdf", PDF.read_bytes()[:2000])
    copy.look(0)
    assert copy.look(190) == []
    assert "200 s" in copy.told[0]
    assert copy.look(10) == ["a.pdf"]


def test_a_file_written_long_ago_is_not_waited_for(copy: Copy) -> None:
    """Nothing more comes to it: cut off or not, it is taken at once."""
    copy.put("a.pdf", PDF.read_bytes()[:2000], age_s=60)
    assert copy.look(0) == ["a.pdf"]
    assert copy.told == []


def test_others_are_not_held_up(copy: Copy) -> None:
    """While one file is waited for, those that are whole are taken as ever."""
    copy.put("a.pdf", PDF.read_bytes()[:2000])
    copy.put("b.txt", b"A rash.")
    copy.put("c.pdf", PDF.read_bytes())
    copy.look(0)
    assert copy.look(SETTLE_S) == ["b.txt", "c.pdf"]


def test_a_file_that_is_removed_while_it_arrives_is_forgotten(copy: Copy) -> None:
    """A download that was given up leaves nothing; the next of that name is told of anew."""
    for _ in range(2):
        copy.put("a.pdf", PDF.read_bytes()[:2000])
        copy.look(0)
        copy.look(SETTLE_S)
        (copy.root / "a.pdf").unlink()
        assert copy.look(PATIENCE_S) == []
        assert not copy.watched.is_unsettled
    assert len(copy.told) == 2
