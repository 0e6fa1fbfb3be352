"""From streamed vectors to the index that suits their number, and back from disk."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.vectors.base import VectorInfo
from indexer.vectors.files import BYTES_BELOW, EXACT_BELOW, Kind, choose, finish, open_index
from indexer.vectors.rounded import rounded
from indexer.vectors.training import lists_for

ROOT = Path(__file__).parents[2]
TRAINED: tuple[Kind, ...] = ("ivf-sq8", "rabitq-sq8")
FILES = {
    "flat": {"vectors.npy"},
    "ivf-sq8": {"vectors.faiss", "vectors.lists"},
    "rabitq-sq8": {"vectors.faiss", "vectors.lists", "vectors.int8.npy"},
}


def unit_rows(rows: int, dimensions: int = 32, seed: int = 7) -> NDArray[np.float32]:
    matrix = np.random.default_rng(seed).standard_normal((rows, dimensions)).astype(np.float32)
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


def folder_with(folder: Path, rows: int = 900) -> Path:
    folder.mkdir()
    np.save(folder / "vectors.npy", unit_rows(rows))
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, VectorInfo]]:
    """A folder of each kind, and what its manifest keeps."""
    home = tmp_path_factory.mktemp("kinds")
    folders = {kind: folder_with(home / kind) for kind in ("flat", *TRAINED)}
    return {kind: (folder, finish(folder, kind=kind)) for kind, folder in folders.items()}


# --- which kind -------------------------------------------------------------------------------------------------


def test_the_kind_follows_the_number_of_rows() -> None:
    """Exact while a search is quick, a byte a dimension beyond, a bit a dimension far beyond."""
    assert [choose(count) for count in (0, 1, EXACT_BELOW - 1)] == ["flat"] * 3
    assert [choose(count) for count in (EXACT_BELOW, 1_000_000, BYTES_BELOW - 1)] == ["ivf-sq8"] * 3
    assert [choose(count) for count in (BYTES_BELOW, 10**9)] == ["rabitq-sq8"] * 2


def test_lists_grow_with_the_root_of_the_rows() -> None:
    """A power of two near four roots, never more than forty rows each can train, one at least."""
    assert [lists_for(rows) for rows in (1, 39, 80, 250_000, 1_000_000, 10_000_000)] == [1, 1, 2, 2048, 4096, 16384]


def test_few_rows_stay_as_they_are(tmp_path: Path) -> None:
    """Below the bound the streamed file is the index: not a byte of it changes."""
    folder = folder_with(tmp_path / "few")
    before = digests(folder)
    assert finish(folder) == VectorInfo("flat", 900, 32, {})
    assert digests(folder) == before


@pytest.mark.parametrize("kind", ["flat", *TRAINED])
def test_no_rows_are_an_exact_index(kind: Kind, tmp_path: Path) -> None:
    """There is nothing to train on, whatever kind is asked for."""
    folder = folder_with(tmp_path / "none", rows=0)
    info = finish(folder, kind=kind)
    assert (info, len(open_index(folder, info))) == (VectorInfo("flat", 0, 32, {}), 0)


# --- what is written --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["flat", *TRAINED])
def test_each_kind_leaves_its_own_files(made: dict[str, tuple[Path, VectorInfo]], kind: str) -> None:
    """A trained index takes the place of the streamed vectors; nothing else lies about."""
    folder, info = made[kind]
    assert {path.name for path in folder.iterdir()} == FILES[kind]
    assert (info.name, info.rows, info.dimensions) == (kind, 900, 32)
    assert open_index(folder, info).name == kind


@pytest.mark.parametrize("kind", TRAINED)
def test_the_manifest_says_how_good_it_was(made: dict[str, tuple[Path, VectorInfo]], kind: str) -> None:
    """Lists, probes, training rows and the recall measured on held rows, as numbers that JSON keeps."""
    _, info = made[kind]
    told = dict(info.parameters)
    assert {"nlist", "nprobe", "trained_on", "bytes", "recall@10"} == set(told)
    assert told["nlist"] == lists_for(900) == 22
    assert told["trained_on"] == 880
    assert told["nprobe"] == 11  # half of all lists: rows without any clusters never give enough
    assert 0.7 <= told["recall@10"] < 0.985
    assert VectorInfo(**json.loads(json.dumps(asdict(info)))) == info


def test_recall_is_measured_not_assumed(tmp_path: Path) -> None:
    """What the manifest says is what a search of held rows gives, for rows without any clusters too."""
    folder = folder_with(tmp_path / "noise", rows=4000)
    matrix = np.load(folder / "vectors.npy")
    info = finish(folder, kind="ivf-sq8")
    index, hits = open_index(folder, info), []
    for row in range(0, 4000, 20):
        wanted = set(np.argsort(-(matrix @ matrix[row]), kind="stable")[:11].tolist()) - {row}
        hits.append(len(wanted & set(index.search(matrix[row], 11)[1].tolist())) / 10)
    assert np.mean(hits) == pytest.approx(info.parameters["recall@10"], abs=0.03)


def test_as_few_lists_are_looked_into_as_will_do(tmp_path: Path) -> None:
    """Rows in tight groups need the fewest probes there are; copies of a few rows, which none can tell apart, too."""
    centres, rng = unit_rows(300), np.random.default_rng(0)
    grouped = np.repeat(centres, 12, axis=0) + 0.02 * rng.standard_normal((3600, 32)).astype(np.float32)
    for name, matrix in (("grouped", grouped), ("copies", np.repeat(centres[:20], 150, axis=0))):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "vectors.npy", matrix)
        assert finish(tmp_path / name, kind="ivf-sq8").parameters["nprobe"] == 8


@pytest.mark.parametrize("kind", TRAINED)
def test_training_is_deterministic(made: dict[str, tuple[Path, VectorInfo]], kind: Kind, tmp_path: Path) -> None:
    """The same rows give the same files, byte for byte, wherever they lie."""
    again = folder_with(tmp_path / "elsewhere")
    assert finish(again, kind=kind) == made[kind][1]
    assert digests(again) == digests(made[kind][0])


@pytest.mark.parametrize("kind", TRAINED)
def test_progress_rises_to_its_end(kind: Kind, tmp_path: Path) -> None:
    """Training and filling tell how far they are; the last word is that all is done."""
    told: list[tuple[int, int]] = []
    finish(folder_with(tmp_path / "slow"), lambda done, total: told.append((done, total)), kind)
    assert told == sorted(told)
    assert len(told) > 5
    assert len({total for _, total in told}) == 1
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize("kind", TRAINED)
def test_a_moved_folder_opens(made: dict[str, tuple[Path, VectorInfo]], kind: str, tmp_path: Path) -> None:
    """No file knows where it lies: a build renames its folder, and links it into the next generation."""
    folder, info = made[kind]
    moved = tmp_path / "moved"
    shutil.copytree(folder, moved)
    query = unit_rows(1, seed=1)[0]
    wanted = open_index(folder, info).search(query, 9)
    for got, expected in zip(open_index(moved, info).search(query, 9), wanted, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_rounding_errs_by_half_a_unit_at_most() -> None:
    """Each row has a unit of its own, also one of zeros and one with a single large value."""
    vectors = np.concatenate([unit_rows(50), np.zeros((1, 32), np.float32), np.eye(1, 32, dtype=np.float32)])
    rows = rounded(vectors)
    error = np.abs(rows["values"] * rows["unit"][:, None] - vectors)
    assert (error <= rows["unit"][:, None] * 0.5001).all()
    assert rows["unit"][:50].max() < 0.01


# --- mapped, and read-only --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TRAINED)
def test_nothing_can_be_added(made: dict[str, tuple[Path, VectorInfo]], kind: str) -> None:
    """The index has no way to add, and the lists below it are mapped read-only."""
    folder, info = made[kind]
    before = digests(folder)
    index = open_index(folder, info)
    assert not {name for name in dir(index) if name.startswith(("add", "remove", "train"))}
    lists = faiss.downcast_InvertedLists(index._lists.invlists)  # type: ignore[attr-defined]
    assert (type(lists), lists.read_only) == (faiss.OnDiskInvertedLists, True)
    assert digests(folder) == before


def test_the_matrix_is_mapped_read_only(made: dict[str, tuple[Path, VectorInfo]]) -> None:
    """An exact index cannot be written to either, and what it hands out is a copy."""
    folder, info = made["flat"]
    index = open_index(folder, info)
    assert not index._matrix.flags.writeable  # type: ignore[attr-defined]
    before = index.vectors(np.arange(3)).copy()
    index.vectors(np.arange(3))[:] = 9
    np.testing.assert_array_equal(index.vectors(np.arange(3)), before)


@pytest.mark.parametrize("kind", TRAINED)
def test_files_that_cannot_be_written_to_open(kind: Kind, tmp_path: Path) -> None:
    """Read-only files and a read-only folder are enough to search."""
    folder = folder_with(tmp_path / "locked")
    info = finish(folder, kind=kind)
    for path in folder.iterdir():
        path.chmod(0o400)
    folder.chmod(0o500)
    try:
        assert len(open_index(folder, info).search(unit_rows(1)[0], 5)[1]) == 5
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("kind", TRAINED)
def test_two_processes_read_one_file(made: dict[str, tuple[Path, VectorInfo]], kind: str) -> None:
    """Another process opens the same files while this one holds them, and finds the same, saying nothing else."""
    folder, info = made[kind]
    index = open_index(folder, info)
    program = (
        "import json, sys, numpy as np; from pathlib import Path\n"
        "from indexer.vectors.base import VectorInfo; from indexer.vectors.files import open_index\n"
        "told = json.load(sys.stdin); index = open_index(Path(told['folder']), VectorInfo(**told['info']))\n"
        "print(json.dumps(index.search(np.array(told['query'], dtype=np.float32), 7)[1].tolist()))"
    )
    query = unit_rows(1, seed=3)[0]
    told = json.dumps({"folder": str(folder), "info": asdict(info), "query": query.tolist()})
    done = subprocess.run(
        [sys.executable, "-c", program], input=told, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == index.search(query, 7)[1].tolist()


# --- damage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in FILES.items() for name in sorted(names)])
@pytest.mark.parametrize("damage", ["absent", "cut", "empty", "noise"])
def test_a_damaged_file_is_told(
    made: dict[str, tuple[Path, VectorInfo]], kind: str, name: str, damage: str, tmp_path: Path
) -> None:
    """Each file missing, cut short, empty or full of noise: the folder and the command that mends it are named."""
    folder, info = made[kind]
    shutil.copytree(folder, tmp_path / "copy")
    path = tmp_path / "copy" / name
    if damage == "absent":
        path.unlink()
    elif damage == "noise":
        path.write_bytes(b"noise" * (path.stat().st_size // 5) + b"noise"[: path.stat().st_size % 5])
    else:
        path.write_bytes(path.read_bytes()[: 0 if damage == "empty" else -100])
    with pytest.raises(DamagedError, match=r"copy.vectors\..*--rebuild"):
        open_index(tmp_path / "copy", info)


@pytest.mark.parametrize("kind", ["flat", *TRAINED])
@pytest.mark.parametrize("change", [{"rows": 899}, {"dimensions": 31}])
def test_another_shape_is_told(made: dict[str, tuple[Path, VectorInfo]], kind: str, change: dict[str, int]) -> None:
    """A sound file of another generation is not opened as this one's."""
    folder, info = made[kind]
    with pytest.raises(DamagedError, match="--rebuild"):
        open_index(folder, replace(info, **change))  # type: ignore[arg-type]


def test_another_kind_is_told(made: dict[str, tuple[Path, VectorInfo]]) -> None:
    """A file of one kind under the name of another, and a kind that this program does not know."""
    folder, info = made["ivf-sq8"]
    with pytest.raises(DamagedError, match="--rebuild"):
        open_index(folder, replace(info, name="rabitq-sq8"))
    with pytest.raises(DamagedError, match="unknown kind hnsw"):
        open_index(folder, replace(info, name="hnsw"))
    with pytest.raises(DamagedError, match="--rebuild"):
        open_index(folder, replace(info, parameters={}))


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((3, 4)), np.zeros(4, np.float32), np.asfortranarray(np.zeros((3, 4), np.float32)), np.array(["a"])],
    ids=["double", "flat", "columns", "text"],
)
def test_what_is_no_matrix_of_vectors_is_told(wrong: NDArray[np.generic], tmp_path: Path) -> None:
    """A file of another type or order would be read as other numbers."""
    np.save(tmp_path / "vectors.npy", wrong)
    with pytest.raises(DamagedError, match=r"vectors\.npy: holds no float32 vectors"):
        finish(tmp_path)


# --- when it cannot be written ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TRAINED)
def test_a_full_disk_keeps_the_streamed_vectors(kind: Kind, tmp_path: Path) -> None:
    """A file that may not grow ends the build with an OSError, or FAISS' RuntimeError; the vectors are still there."""
    folder = folder_with(tmp_path / "full")
    before = digests(folder)
    program = (
        "import resource, sys; from pathlib import Path; import signal\n"
        "from indexer.vectors.files import finish\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        f"try: finish(Path(sys.argv[1]), kind={kind!r})\n"
        "except (OSError, RuntimeError) as error: print(type(error).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() in {"OSError", "RuntimeError"}, done.stderr
    assert digests(folder)["vectors.npy"] == before["vectors.npy"]


PROGRAM = """
import sys
from pathlib import Path
from indexer.vectors import files, training
training._ROWS_OF_A_LIST, training._BLOCK, training.ROUNDS = 4, 4096, 1
files.finish(Path(sys.argv[1]), kind="ivf-sq8")
print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read where Linux tells it")
def test_memory_does_not_follow_the_rows(tmp_path: Path) -> None:
    """Twelve times the rows cost less than half of what those rows weigh: they are streamed, not held."""
    peaks = {}
    for rows in (10_000, 120_000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        np.save(folder / "vectors.npy", unit_rows(rows, 256))
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        peaks[rows] = int(done.stdout) * 1024
    assert peaks[120_000] - peaks[10_000] < 110_000 * 256 * 4 / 2
