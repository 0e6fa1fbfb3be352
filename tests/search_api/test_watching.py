"""Watched folders: what is seen, when it has settled, and what is kept of a folder that vanishes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import CatalogError
from corpus.files import find_files
from search_api.alarm import Alarm
from search_api.watching import Due, Watched

SETTLE_S = 2.0
LONG_S = 60.0
"""Longer than anything waited for takes, even on a busy machine."""


class Desk:
    """A folder under watch, with a clock of its own that only the test moves."""

    def __init__(self, root: Path, *folders: Path, known: tuple[str, ...] = ()) -> None:
        self.root, self.now, self.known, self.told = root, 1000.0, known, list[str]()
        root.mkdir(exist_ok=True)
        self.watched = Watched(folders or (root,), lambda: self.known, SETTLE_S, root / "data", self.told.append)

    def write(self, name: str, text: str = "A rash.", *, age_s: float = 0.0) -> Path:
        """A file last written so long ago."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        at = time.time() - age_s
        os.utime(path, (at, at))
        return path

    def after(self, seconds: float) -> Due | None:
        """What is due when it is looked at so much later."""
        self.now += seconds
        self.watched.look(self.now)
        return self.watched.due(self.now)

    def take(self, seconds: float = 0.0) -> tuple[list[str], list[str]]:
        """Take what is due so much later: names that changed, names that are gone."""
        due = self.after(seconds)
        if due is None:
            return [], []
        self.watched.took(due)
        self.known += tuple(due.changed)
        return self.names(due.changed), self.names(due.gone)

    def names(self, paths: Iterable[str]) -> list[str]:
        """The paths as they are called in the folder."""
        return sorted(os.path.relpath(path, self.root) for path in paths)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An empty folder, looked at once."""
    made = Desk(tmp_path / "reports")
    made.after(0)
    return made


# ---- what is seen --------------------------------------------------------------------------------


def test_the_files_seen_are_those_that_indexing_a_folder_finds(desk: Desk, tmp_path: Path) -> None:
    """Hidden files, unknown endings, links to folders, broken links and pipes are left out as ``find_files`` does."""
    for name in ("a.txt", "deep/er/b.XML", "c.odt", ".hidden.txt", ".git/d.txt", "no ending", "deep/e.txt"):
        desk.write(name, age_s=60)
    outside = tmp_path / "outside.txt"
    outside.write_text("Elsewhere.")
    os.utime(outside, (1e9, 1e9))
    (desk.root / "link.txt").symlink_to(outside)
    (desk.root / "again.txt").symlink_to(desk.root / "a.txt")
    (desk.root / "broken.txt").symlink_to("nowhere")
    (desk.root / "self.txt").symlink_to("self.txt")
    (desk.root / "deep/loop").symlink_to(desk.root, target_is_directory=True)
    (desk.root / "folder.txt").mkdir()
    os.mkfifo(desk.root / "pipe.txt")
    due = desk.after(0)
    assert due is not None
    assert sorted(map(Path, due.changed)) == sorted(find_files([desk.root]).files)


@pytest.mark.parametrize(
    "name", ["a.pdf.part", "a.partial", "a.txt~", ".a.txt.swp", "#a.txt#", "~$a.docx", "a.crdownload"]
)
def test_names_of_what_is_not_whole_are_passed_over_until_it_is_renamed(desk: Desk, name: str) -> None:
    """Downloads under way, copies that editors keep and lock files are no reports; renamed, one is taken."""
    path = desk.write(name, age_s=60)
    assert desk.take(60) == ([], [])
    path.rename(desk.root / "whole.txt")
    assert desk.take() == (["whole.txt"], [])


def test_an_empty_file_beside_its_download_waits(desk: Desk) -> None:
    """A browser's placeholder is not read as an empty report; the download that replaces it is."""
    desk.write("a.pdf", "", age_s=60)
    part = desk.write("a.pdf.part", age_s=60)
    assert desk.take(60) == ([], [])
    part.rename(desk.root / "a.pdf")
    assert desk.take() == (["a.pdf"], [])


def test_a_file_with_its_control_file_beside_it_waits(desk: Desk) -> None:
    """While a download's control file lies beside it, a file is not whole however long it rests."""
    desk.write("a.pdf", age_s=60)
    control = desk.write("a.pdf.aria2", age_s=60)
    assert desk.take(60) == ([], [])
    control.unlink()
    assert desk.take() == (["a.pdf"], [])


def test_the_data_folder_is_left_out(tmp_path: Path) -> None:
    """What the index writes is no report, though its folder lies among the reports."""
    desk = Desk(tmp_path / "reports")
    desk.write("data/uploads/kept.txt", age_s=60)
    desk.write("a.txt", age_s=60)
    assert desk.take() == (["a.txt"], [])


def test_a_name_that_is_no_utf8_is_seen(desk: Desk) -> None:
    """Such a file is due as any other, once."""
    name = os.fsdecode(b"caf\xe9.txt")
    desk.write(name, age_s=60)
    changed, gone = desk.take(60)
    assert (len(changed), gone) == (1, [])
    assert desk.take(60) == ([], [])


def test_one_folder_inside_another_counts_its_files_once(tmp_path: Path) -> None:
    """Folders may overlap."""
    root = tmp_path / "reports"
    (root / "in").mkdir(parents=True)
    desk = Desk(root, root, root / "in", root)
    desk.write("in/a.txt", age_s=60)
    assert desk.take() == (["in/a.txt"], [])
    (root / "in/a.txt").unlink()
    assert desk.take() == ([], [])
    assert desk.take(SETTLE_S) == ([], ["in/a.txt"])


# ---- when it has settled -------------------------------------------------------------------------


def test_a_file_written_long_ago_is_taken_at_once(desk: Desk) -> None:
    """A file that was moved in whole does not wait."""
    desk.write("a.txt", age_s=60)
    assert desk.take() == (["a.txt"], [])
    assert desk.take() == ([], [])
    assert not desk.watched.is_unsettled


def test_a_growing_file_waits_and_the_others_go_ahead(desk: Desk) -> None:
    """However long a slow copy takes, it is taken once, when it has rested; others are not held up by it."""
    path = desk.write("slow.txt", "A")
    assert desk.take() == ([], [])
    for step in range(20):
        with path.open("a") as file:
            file.write("more")
        if step == 10:
            desk.write("quick.txt", age_s=60)
        assert desk.take(SETTLE_S * 0.9) == (["quick.txt"] if step == 10 else [], [])
    assert desk.watched.is_unsettled
    assert desk.take(SETTLE_S) == (["slow.txt"], [])


def test_a_file_from_the_future_is_taken_when_it_rests(desk: Desk) -> None:
    """A share's clock may be ahead of this machine's."""
    desk.write("a.txt", age_s=-3600)
    assert desk.take() == ([], [])
    assert desk.take(SETTLE_S) == (["a.txt"], [])


def test_many_files_that_arrive_together_are_one_run(desk: Desk) -> None:
    """While files keep arriving, what has settled waits for them."""
    due = []
    for number in range(8):
        desk.write(f"{number}.txt")
        due.append(desk.take(SETTLE_S / 2))
    assert due == [([], [])] * 8
    assert desk.take(SETTLE_S) == ([f"{number}.txt" for number in range(8)], [])


def test_a_stream_of_files_without_end_does_not_hold_up_for_ever(desk: Desk) -> None:
    """After some patience what has settled is taken though more arrives."""
    for number in range(200):
        desk.write(f"{number:03}.txt")
        changed, _ = desk.take(SETTLE_S / 2)
        if changed:
            break
    assert 1 < len(changed) <= number
    assert desk.watched.is_unsettled


def test_a_changed_file_is_due_again(desk: Desk) -> None:
    """Also where its size is the same, and where only its rights changed, for it may be readable now."""
    path = desk.write("a.txt", "one", age_s=60)
    desk.take()
    desk.write("a.txt", "two")
    assert desk.take() == ([], [])
    assert desk.take(SETTLE_S) == (["a.txt"], [])
    path.chmod(0o600)
    desk.take()
    assert desk.take(SETTLE_S) == (["a.txt"], [])


def test_what_changes_while_it_is_taken_is_due_again(desk: Desk) -> None:
    """What was read may be the old bytes or the new ones: the file is looked at again."""
    desk.write("a.txt", age_s=60)
    due = desk.after(0)
    assert due is not None
    desk.write("a.txt", "Other words.")
    desk.watched.look(desk.now)
    desk.watched.took(due)
    assert desk.take(0.1) == ([], [])
    assert desk.take(SETTLE_S) == (["a.txt"], [])


def test_what_was_not_taken_stays_due(desk: Desk) -> None:
    """A run that failed loses nothing."""
    desk.write("a.txt", age_s=60)
    assert desk.after(0) == desk.after(5)
    assert desk.take(5) == (["a.txt"], [])


def test_a_removed_file_is_gone_when_it_stays_away(desk: Desk) -> None:
    """An editor that saves by removing and writing anew removes nothing."""
    path = desk.write("a.txt", age_s=60)
    desk.take()
    path.unlink()
    assert desk.take(1) == ([], [])
    desk.write("a.txt", "Saved anew.")
    desk.take(SETTLE_S * 0.9)
    assert desk.take(SETTLE_S) == (["a.txt"], [])
    path.unlink()
    desk.take()
    assert desk.take(SETTLE_S) == ([], ["a.txt"])
    assert not desk.watched.is_unsettled


def test_a_renamed_folder_is_one_run(desk: Desk) -> None:
    """Its files are gone and there in the same run, so that none leaves the index in between."""
    desk.write("old/a.txt", age_s=60)
    desk.write("old/b.txt", age_s=60)
    desk.take()
    (desk.root / "old").rename(desk.root / "new")
    assert desk.take() == ([], [])
    assert desk.take(SETTLE_S) == (["new/a.txt", "new/b.txt"], ["old/a.txt", "old/b.txt"])


def test_look_tells_whether_anything_changed(desk: Desk) -> None:
    """It does so once for each change, so that a change without an event is noticed."""
    assert not desk.watched.look(1.0)
    path = desk.write("a.txt", age_s=60)
    assert desk.watched.look(2.0)
    assert not desk.watched.look(3.0)
    desk.take()
    path.unlink()
    assert desk.watched.look(4.0)
    assert not desk.watched.look(5.0)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["write", "old", "remove", "rename", "wait", "take", "fail"]),
            st.sampled_from(["a.txt", "b/c.txt", "b/d.md", "e.txt"]),
            st.floats(0.0, 3 * SETTLE_S),
        ),
        max_size=25,
    )
)
def test_whatever_happens_what_is_taken_becomes_what_is_there(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, float]]
) -> None:
    """After any doings, once all rests, every file was last taken with the content it has; no other is left."""
    desk = Desk(tmp_path_factory.mktemp("any") / "reports")
    desk.write("keep.txt", age_s=60)
    taken: dict[str, str] = {}

    def take(seconds: float) -> None:
        due = desk.after(seconds)
        if due is not None:
            for path in due.changed:
                taken[path] = Path(path).read_text() if Path(path).exists() else ""
            for path in due.gone:
                taken.pop(path, None)
            desk.watched.took(due)

    for number, (what, name, seconds) in enumerate(steps):
        path = desk.root / name
        if what in ("write", "old"):
            desk.write(name, f"number {number}", age_s=60 if what == "old" else 0)
        elif what == "remove":
            path.unlink(missing_ok=True)
        elif what == "rename" and path.exists():
            path.rename(desk.root / "renamed.txt")
        elif what == "take":
            take(seconds)
        else:
            desk.after(seconds)
    for _ in range(3):
        take(20 * SETTLE_S)
    assert taken == {str(path): path.read_text() for path in find_files([desk.root]).files}
    assert not desk.watched.is_unsettled


# ---- what an earlier run knows -------------------------------------------------------------------


def test_known_files_are_due_at_first_and_those_missing_are_gone(tmp_path: Path) -> None:
    """A start takes in what changed while nothing watched; what lies elsewhere is none of its business."""
    root = tmp_path / "reports"
    known = (str(root / "a.txt"), str(root / "b.txt"), str(tmp_path / "other/c.txt"), "upload:d.txt")
    desk = Desk(root, known=known)
    desk.write("a.txt", age_s=60)
    assert desk.take() == ([], [])
    assert desk.take(SETTLE_S) == (["a.txt"], ["b.txt"])


# ---- folders that vanish -------------------------------------------------------------------------


def test_nothing_is_gone_from_a_folder_that_is_away(desk: Desk) -> None:
    """A share that drops out takes no report with it; that is said once, and that it is back."""
    desk.write("a.txt", age_s=60)
    desk.take()
    desk.root.rename(desk.root.with_name("away"))
    for _ in range(3):
        assert desk.take(60) == ([], [])
    assert desk.watched.there == ()
    assert not desk.watched.has_moved()
    assert desk.watched.is_doubtful
    desk.root.with_name("away").rename(desk.root)
    assert desk.watched.has_moved()
    desk.write("b.txt", age_s=60)
    assert desk.take(1) == (["b.txt"], [])
    assert len(desk.watched.there) == 1
    assert [line.partition(": ")[2].split(";")[0] for line in desk.told] == ["cannot be reached", "is back"]


def test_nothing_is_gone_where_an_empty_folder_stands_in_for_a_full_one(desk: Desk) -> None:
    """The mount point of a share that is not mounted is such a folder, and things may be put into it."""
    desk.write("a.txt", age_s=60)
    desk.write("b.txt", age_s=60)
    desk.take()
    desk.root.rename(desk.root.with_name("away"))
    desk.root.mkdir()
    assert desk.take(60) == ([], [])
    desk.write("stray.txt", age_s=60)
    assert desk.take(60) == (["stray.txt"], [])
    assert desk.take(60) == ([], [])
    assert "casetrove index --prune" in desk.told[-1]
    (desk.root / "stray.txt").unlink()
    desk.root.rmdir()
    desk.root.with_name("away").rename(desk.root)
    (desk.root / "b.txt").unlink()
    desk.take(60)
    assert desk.take(60) == ([], ["b.txt", "stray.txt"])
    assert desk.told[-1].endswith("is back")


def test_a_folder_that_is_made_again_loses_what_was_not_put_back(desk: Desk) -> None:
    """Where some of the old files are there again, the others are gone."""
    desk.write("a.txt", age_s=60)
    desk.write("b.txt", age_s=60)
    desk.take()
    desk.root.rename(desk.root.with_name("away"))
    desk.write("b.txt", age_s=60)
    desk.take()
    assert desk.take(60) == (["b.txt"], ["a.txt"])


def test_a_folder_that_was_emptied_is_believed(desk: Desk) -> None:
    """The same folder, from which every file was removed one by one, is no share that dropped out."""
    path = desk.write("a.txt", age_s=60)
    desk.take()
    path.unlink()
    desk.take()
    assert desk.take(SETTLE_S) == ([], ["a.txt"])
    assert desk.told == []


def test_at_the_start_a_folder_without_any_known_file_is_doubted(tmp_path: Path) -> None:
    """The share may not be mounted yet; a person who has the files forgotten ends the doubt."""
    root = tmp_path / "reports"
    desk = Desk(root, known=(str(root / "a.txt"),))
    assert desk.take(60) == ([], [])
    assert desk.watched.is_doubtful
    assert "casetrove index --prune" in desk.told[0]
    desk.known = ()
    desk.take(1)
    assert not desk.watched.is_doubtful


def test_a_doubt_stays_while_the_catalog_cannot_be_asked(tmp_path: Path) -> None:
    """An error there does not end the watch, and forgets nothing."""
    root = tmp_path / "reports"
    desk = Desk(root, known=(str(root / "a.txt"),))
    desk.take(60)

    def broken() -> tuple[str, ...]:
        raise CatalogError("no")

    desk.watched._known = broken
    assert desk.take(60) == ([], [])
    assert desk.watched.is_doubtful


def test_a_folder_that_cannot_be_listed_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights that change are no removal; that is said once."""
    desk.write("in/a.txt", age_s=60)
    desk.take()
    scandir = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if path == str(desk.root / "in"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert desk.take(60) == ([], [])
    assert desk.take(60) == ([], [])
    assert len(desk.told) == 1
    assert "cannot be listed" in desk.told[0]
    monkeypatch.undo()
    assert desk.take(60) == ([], [])


def test_a_watched_folder_that_cannot_be_listed_is_away_and_has_not_moved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there, so nothing hurries to look again, and nothing is gone from it."""
    desk.write("a.txt", age_s=60)
    desk.take()

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refusing)
    assert desk.take(60) == ([], [])
    assert "cannot be reached" in desk.told[-1]
    assert not desk.watched.has_moved()
    monkeypatch.undo()
    assert desk.take(60) == ([], [])
    assert desk.told[-1].endswith("is back")


# ---- the alarm -----------------------------------------------------------------------------------


def rings(alarm: Alarm, doing: Callable[[], object]) -> bool:
    """Whether the alarm rings when this is done, again and again, for a listener takes its time to start."""
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        doing()
        if alarm.rings.wait(0.5):
            return True
    return False


def test_the_alarm_rings_when_listening_begins_and_for_what_happens_then(desk: Desk) -> None:
    """Also for what happens in a folder that was made meanwhile."""
    with Alarm(desk.watched.there, desk.root / "data") as alarm:
        assert alarm.rings.wait(LONG_S)
        alarm.rings.clear()
        assert rings(alarm, lambda: desk.write("new/folder/a.txt"))
        assert alarm.failed is None


@pytest.mark.slow
def test_the_alarm_does_not_ring_for_the_data_folder(desk: Desk) -> None:
    """What a run writes asks for no other run."""
    with Alarm(desk.watched.there, desk.root / "data") as alarm:
        assert alarm.rings.wait(LONG_S)
        alarm.rings.clear()
        for number in range(3):
            desk.write(f"data/{number}.txt")
        alarm.rings.wait(2)
        alarm.rings.clear()  # the data folder itself was made
        desk.write("data/4.txt")
        assert not alarm.rings.wait(1.5)
        assert rings(alarm, lambda: desk.write("a.txt"))


def test_an_alarm_that_cannot_listen_says_why(tmp_path: Path) -> None:
    """A folder that is not there sends no events."""
    with Alarm([(str(tmp_path / "nowhere"), 0, 0)], tmp_path / "data") as alarm:
        assert alarm.rings.wait(LONG_S)
        assert alarm.failed


def test_closing_an_alarm_ends_its_thread(desk: Desk) -> None:
    """Nothing is left running."""
    alarm = Alarm(desk.watched.there, desk.root / "data")
    assert alarm.rings.wait(LONG_S)
    alarm.close()
    assert not alarm._thread.is_alive()
