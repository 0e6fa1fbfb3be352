from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import ConfigError
from indexer.errors import DamagedError, LockedError
from indexer.folder import DataFolder, default_root

ROOT = Path(__file__).parents[2]


def test_everything_lies_inside_the_root(tmp_path: Path) -> None:
    """Each file has its own place under the data folder, and naming it creates nothing."""
    folder = DataFolder(tmp_path / "data")
    places = [folder.catalog, folder.embeddings, folder.generations, folder.current, folder.uploads]
    assert len({*places, folder.generation(7)}) == 6
    assert all(place.parent == folder.root for place in places)
    assert folder.generation(7) == folder.generations / "000007"
    assert not folder.root.exists()


def test_an_unused_folder_has_no_generation(tmp_path: Path) -> None:
    """A folder that is empty, absent or a file has never been indexed."""
    (tmp_path / "file").write_text("")
    for root in (tmp_path, tmp_path / "absent", tmp_path / "file"):
        assert DataFolder(root).current_generation() is None


def test_current_names_the_generation(tmp_path: Path) -> None:
    """The one line in CURRENT is the number."""
    (tmp_path / "CURRENT").write_text("12\n")
    assert DataFolder(tmp_path).current_generation() == 12


@pytest.mark.parametrize("content", [b"", b"twelve", b"\xff\xfe", b"1 2 3"])
def test_a_damaged_current_is_told(tmp_path: Path, content: bytes) -> None:
    """Anything but a number names the file and the command that mends it."""
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(DamagedError, match=r"CURRENT: names no generation: run `casetrove index`$"):
        DataFolder(tmp_path).current_generation()


def test_the_lock_is_free_again_after_use(tmp_path: Path) -> None:
    """It can be taken twice in a row, also after an error."""
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(KeyError), folder.lock():
        raise KeyError
    with folder.lock():
        assert folder.root.is_dir()


def test_a_second_indexer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    """The process that has the folder is named by its id, and its death frees the folder."""
    script = (
        "import sys; from pathlib import Path; from indexer.folder import DataFolder\n"
        "with DataFolder(Path(sys.argv[1])).lock():\n    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(LockedError, match=f"being indexed by process {holder.pid}: wait"),
            DataFolder(tmp_path).lock(),
        ):
            pass
        holder.kill()
    with DataFolder(tmp_path).lock():
        assert (tmp_path / "lock").read_text() == str(os.getpid())


def test_threads_of_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    """The lock is per holder, not per process."""
    folder = DataFolder(tmp_path)
    with folder.lock(), pytest.raises(LockedError, match=str(os.getpid())), folder.lock():
        pass


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    """A file where the folder should be is a wrong setting, told with the option and the path."""
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ConfigError, match=f"--data .*{name}: is no folder that can be written"),
        DataFolder(tmp_path / name).lock(),
    ):
        pass


def test_the_environment_chooses_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CASETROVE_DATA is the data folder; without it there is one in the user's own place."""
    monkeypatch.setenv("CASETROVE_DATA", str(tmp_path))
    assert default_root() == tmp_path
    monkeypatch.setenv("CASETROVE_DATA", "")
    assert default_root().name == "casetrove"
