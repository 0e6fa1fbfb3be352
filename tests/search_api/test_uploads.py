from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UsageError
from search_api import uploads as uploads_module
from search_api.uploads import Incoming, Kept, Upload, safe_name


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    return Incoming(tmp_path / "incoming")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "uploads")


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, set[str]]]:
    """The folders that were flushed, in order, each with what it listed then: names that a power cut leaves."""
    seen: list[tuple[str, set[str]]] = []
    real = uploads_module.flush

    def watched(folder: Path) -> None:
        real(folder)
        seen.append((folder.name, {path.name for path in folder.iterdir()}))

    monkeypatch.setattr(uploads_module, "flush", watched)
    return seen


class TestIncoming:
    """Files that wait to be read."""

    def test_files_are_given_back_by_number_as_they_came(self, incoming: Incoming) -> None:
        """Whatever their names, even equal ones, the bytes of each are found again."""
        uploads = [Upload("a.txt", b"one"), Upload("a.txt", b"two"), Upload("../x\x00", b"")]
        assert incoming.put("job", uploads) == ["a.txt", "a.txt", "../x\x00"]
        assert [incoming.get("job", number) for number in range(3)] == [b"one", b"two", b""]

    def test_files_are_on_the_disk_when_they_are_accepted(
        self, incoming: Incoming, tmp_path: Path, flushed: list[tuple[str, set[str]]]
    ) -> None:
        """Each folder on the way to the bytes is flushed when it lists what leads to them."""
        incoming.put("job", [Upload("a.txt", b"one"), Upload("b.txt", b"two")])
        assert flushed == [("job", {"0", "1"}), ("incoming", {"job"}), (tmp_path.name, {"incoming"})]

    def test_a_name_chooses_no_folder(self, incoming: Incoming, tmp_path: Path) -> None:
        """All that is written lies in the folder of the job, under numbers."""
        incoming.put("job", [Upload("../../evil.txt", b"one")])
        assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == [
            "incoming/job/0"
        ]

    def test_files_that_break_off_leave_nothing(self, incoming: Incoming, tmp_path: Path) -> None:
        """A request that ends half way is no job, and its files are not kept."""

        def broken() -> Iterator[Upload]:
            yield Upload("a.txt", b"one")
            raise OSError("no space left")

        with pytest.raises(OSError, match="no space left"):
            incoming.put("job", broken())
        assert list((tmp_path / "incoming").iterdir()) == []

    def test_removed_files_are_gone(self, incoming: Incoming) -> None:
        """Once read, they are not kept here; removing twice is no error."""
        incoming.put("job", [Upload("a.txt", b"one")])
        incoming.remove("job")
        incoming.remove("job")
        with pytest.raises(FileNotFoundError):
            incoming.get("job", 0)

    def test_leavings_are_swept_out_and_nothing_that_may_be_needed(self, incoming: Incoming, tmp_path: Path) -> None:
        """What is needed no more goes; what nobody knows, after a day: before, another process may be writing it."""
        needed = {"needed": True, "needed-old": True, "done": False, "unknown": None, "unknown-old": None}
        for name in needed:
            incoming.put(name, [Upload("a.txt", b"one")])
            if name.endswith("old"):
                os.utime(tmp_path / "incoming" / name, (0, 0))
        incoming.sweep(lambda job_id: needed[job_id])
        left = sorted(path.name for path in (tmp_path / "incoming").iterdir())
        assert left == ["needed", "needed-old", "unknown"]

    def test_there_may_be_nothing_to_sweep(self, incoming: Incoming) -> None:
        """A folder that no one has used yet is swept without an error."""
        incoming.sweep(lambda _: False)


class TestKept:
    """Files whose reports are in the catalog."""

    def test_bytes_are_kept_whole_under_their_digest_and_name(self, kept: Kept, tmp_path: Path) -> None:
        """The file's name tells what it was called and what it holds."""
        kept.put("a.txt", "0123456789abcdef" * 4, b"one")
        (path,) = (tmp_path / "uploads").iterdir()
        assert (path.name, path.read_bytes()) == ("0123456789abcdef-a.txt", b"one")
        assert kept.names() == {"a.txt"}
        assert kept.has("a.txt", "0123456789abcdef" * 4)
        assert not kept.has("a.txt", "1" * 64)
        assert not kept.has("b.txt", "0123456789abcdef" * 4)

    def test_kept_bytes_are_on_the_disk_and_removed_ones_do_not_come_back(
        self, kept: Kept, tmp_path: Path, flushed: list[tuple[str, set[str]]]
    ) -> None:
        """The folder is flushed after a file has got its name and after it has lost it, and only then."""
        kept.put("a.txt", "0" * 64, b"one")
        kept.remove("b.txt")
        kept.remove("a.txt")
        assert flushed == [
            ("uploads", {"0" * 16 + "-a.txt"}),
            (tmp_path.name, {"uploads"}),
            ("uploads", set()),
        ]

    def test_bytes_that_cannot_be_written_leave_nothing(
        self, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """On a full disk the half that was written gives its room back."""

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            kept.put("a.txt", "0" * 64, b"one")
        assert list((tmp_path / "uploads").iterdir()) == []

    def test_a_name_goes_with_all_its_bytes_and_takes_no_other_along(self, kept: Kept) -> None:
        """Removing a name removes every version of it, and no name that ends alike."""
        for digest, name in (("0" * 64, "a.txt"), ("1" * 64, "a.txt"), ("2" * 64, "a-a.txt")):
            kept.put(name, digest, b"one")
        kept.remove("a.txt")
        assert kept.names() == {"a-a.txt"}

    def test_nothing_is_kept_at_first(self, kept: Kept) -> None:
        """A folder that no one has used yet has no names."""
        assert kept.names() == set()
        kept.remove("a.txt")


class TestNames:
    """Names are labels."""

    @pytest.mark.parametrize(
        ("given_name", "safe"),
        [
            ("report.pdf", "report.pdf"),
            ("/etc/passwd", "passwd"),
            ("../../x.txt", "x.txt"),
            ("C:\\Users\\me\\Fall Ä (1).html", "Fall Ä (1).html"),
            ("a#b?c*[d].txt", "a_b_c__d_.txt"),
            ("line\nbreak.txt", "line_break.txt"),
            ("\ud800.txt", "_.txt"),
            (" spaced .txt", "spaced .txt"),
        ],
    )
    def test_only_the_last_part_of_a_name_is_used(self, given_name: str, safe: str) -> None:
        """Folders are stripped and what could mean something to a file system or a source is replaced."""
        assert safe_name(given_name) == safe

    @pytest.mark.parametrize("name", ["", "..", ".", "a/", "dir/..", "a\x00.txt", "\\", "   "])
    def test_a_nul_and_no_name_are_refused(self, name: str) -> None:
        """What cannot name a file is refused with the field named."""
        with pytest.raises(UsageError, match=r"^files: "):
            safe_name(name)

    @settings(deadline=None)
    @given(st.text(max_size=300))
    def test_a_safe_name_is_one_short_part_and_stays_itself(self, name: str) -> None:
        """For any text: refused, or one path part of at most 160 bytes, without # or NUL, and safe already."""
        try:
            safe = safe_name(name)
        except UsageError:
            return
        assert Path(safe).name == safe
        assert len(safe.encode()) <= 160
        assert not set("#/\\\x00*?[]") & set(safe)
        assert safe_name(safe) == safe.strip()

    @settings(deadline=None)
    @given(st.text("äx𝔘", min_size=200, max_size=300), st.sampled_from([".txt", ".html", ".jsonl", ".pdf"]))
    def test_a_long_name_keeps_its_ending(self, stem: str, suffix: str) -> None:
        """However long the name, its ending is kept, for it chooses the reader."""
        assert safe_name(stem + suffix).endswith(suffix)
