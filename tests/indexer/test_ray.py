"""A build on a Ray cluster is the build of one process, and loses nothing with a node. Clusters lie on loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

from corpus.cases.side_by_side import packed_cases
from corpus.readers.base import DEFAULT
from corpus.readers.registry import read_bytes
from indexer.crew import ray_crew, tasks
from indexer.crew.ray_crew import RayCrew
from indexer.encoders import cache
from indexer.encoders.cache import EmbeddingCache
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import ClusterError
from indexer.folder import DataFolder
from indexer.manifest import Manifest
from search_api.cli.indexing import Indexed, index_paths
from tests.fakes import make_report, prose
from tests.indexer.clusters import Small, clusters
from tests.indexer.crews import OtherEncoder, WatchedEncoder, gone

pytestmark = pytest.mark.skipif(not ray_crew.is_installed(), reason="ray is not installed: casetrove[ray]")

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cluster() -> Iterator[Callable[[int], Small]]:
    """Starts a cluster of so many working nodes."""
    with clusters() as start:
        yield start


def files(folder: Path) -> Path:
    """Reports in files of three kinds, one file of many, and two that cannot be read."""
    folder.mkdir()
    for at in range(12):
        told = f"A woman of {30 + at} with gout was given colchicine. It went. {prose(at, 120)}."
        name = f"case-{at}.{('txt', 'md')[at % 2]}"
        (folder / name).write_text(f"# On case {at}\n\n# Case report\n\n{told}\n", encoding="utf-8")
    (folder / "many.jsonl").write_bytes(many(60))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    return folder


def many(count: int, words: int = 40) -> bytes:
    """A file of so many records."""
    texts = [f"A man of {20 + at % 60} had a rash. {prose(1000 + at, words)}." for at in range(count)]
    return "\n".join(json.dumps({"id": f"c{at}", "text": text}) for at, text in enumerate(texts)).encode()


def index(root: Path, reports: Path, encoder: HashingEncoder, crew: RayCrew | None = None) -> Indexed:
    """What ``casetrove index`` does."""
    return index_paths(DataFolder(root), lambda _: OneEncoder(encoder), [reports], DEFAULT, crew=crew)


def digests(indexed: Indexed) -> dict[str, object]:
    """All of a generation that is not its date."""
    assert indexed.built is not None
    manifest: Manifest = indexed.built.manifest
    return {name: value for name, value in asdict(manifest).items() if name != "created"}


@pytest.mark.slow
def test_a_build_on_a_cluster_is_that_of_one_process(
    tmp_path: Path, cluster: Callable[[int], Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same generation to the last digest, same failures, each of its file; and then there is nothing more to do."""
    monkeypatch.setattr(cache, "_BATCH", 8)
    reports, encoder = files(tmp_path / "reports"), HashingEncoder(16)
    alone = index(tmp_path / "alone", reports, encoder)
    with RayCrew(cluster(2).address) as crew:
        assert crew.width == 2
        spread = index(tmp_path / "spread", reports, encoder, crew)
        again = index(tmp_path / "spread", reports, encoder, crew)
    assert digests(spread) == digests(alone)
    assert spread.summary.read == alone.summary.read == 72
    assert [(each.path, each.code, each.reason) for each in spread.summary.failures] == [
        (each.path, each.code, each.reason) for each in alone.summary.failures
    ]
    assert {Path(each.path).name for each in spread.summary.failures} == {"empty.txt", "broken.pdf"}
    assert again.built is not None
    assert again.built.seconds == {}


@pytest.mark.slow
def test_a_node_killed_in_the_middle_costs_its_own_window(
    tmp_path: Path, cluster: Callable[[int], Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each node has begun a window when one is killed: that window, and no other, is embedded a second time."""
    monkeypatch.setattr(cache, "_BATCH", 4)
    reports, seen = files(tmp_path / "reports"), tmp_path / "seen"
    seen.mkdir()
    alone = index(tmp_path / "alone", reports, WatchedEncoder(seen))
    for file in seen.iterdir():
        file.unlink()
    small = cluster(2)
    encoder = WatchedEncoder(seen, held="gout")

    def begun() -> list[str]:
        return [path.name.removeprefix("begun-") for path in seen.glob("begun-*")]

    with RayCrew(small.address) as crew:
        built: list[Indexed] = []
        building = threading.Thread(
            target=lambda: built.append(index(tmp_path / "spread", reports, encoder, crew)), daemon=True
        )
        building.start()
        while len(begun()) < 2 and building.is_alive():
            building.join(0.05)
        before = begun()
        small.kill(small.nodes[0])
        (seen / "go").touch()
        building.join(120)
        assert not building.is_alive()
    assert len(before) == 2
    assert digests(built[0]) == digests(alone)
    times = Counter(name.partition("-")[0] for name in begun())
    (repeated,) = [window for window, count in times.items() if count > 1]
    assert repeated in {name.partition("-")[0] for name in before}
    assert times[repeated] == 2
    kept = EmbeddingCache(tmp_path / "spread" / "embeddings.sqlite", reading=True)
    assert built[0].built is not None
    assert kept.damaged() == 0
    assert built[0].built.passages.embedded == kept._row("SELECT count(*) FROM embeddings")[0]


@pytest.mark.slow
def test_a_file_goes_on_elsewhere_when_its_node_is_killed(cluster: Callable[[int], Small]) -> None:
    """Its records come all, once each and in order: those taken before are not given again."""
    small = cluster(1)
    data = many(1500)
    with RayCrew(small.address) as crew, crew.readers(DEFAULT) as readers:
        reads = readers.read(data, "many.jsonl")
        first = next(reads)
        small.add()
        small.kill(small.nodes[0])
        found = [first, *reads]
    assert [(each.record, each.report) for each in found] == [
        (each.record, each.report) for each in read_bytes(data, "many.jsonl")
    ]


@pytest.mark.slow
def test_a_file_whose_node_was_killed_does_not_wait_for_one_that_waits_for_it(
    cluster: Callable[[int], Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only CPU left is that of a later file, many of whose records wait to be taken: they are put by."""
    monkeypatch.setattr(ray_crew, "_LOOK_S", 0.5)
    small = cluster(1)
    data = many(1500)
    expected = [(each.record, each.report) for each in read_bytes(data, "many.jsonl")]
    with RayCrew(small.address) as crew, crew.readers(DEFAULT) as readers:
        earlier = readers.read(data, "many.jsonl")
        first = next(earlier)
        small.add()
        later = readers.read(data, "many.jsonl")
        begun = next(later)
        small.kill(small.nodes[0])
        for reads in ([first, *earlier], [begun, *later]):
            assert [(each.record, each.report) for each in reads] == expected


@pytest.mark.slow
def test_where_no_cpu_is_left_the_build_says_so(
    cluster: Callable[[int], Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of waiting for ever; the same for a worker whose encoder is another one."""
    monkeypatch.setattr(ray_crew, "_LOOK_S", 0.5)
    small = cluster(0)
    with RayCrew(small.address) as crew:
        with pytest.raises(ClusterError, match=f"cluster at {small.address}: has no CPU left.*what was done is kept"):
            list(crew.embed(HashingEncoder(16), iter([["gout"]])))
        small.add()
        with pytest.raises(ClusterError, match="a worker refused: its encoder is another one"):
            list(crew.embed(OtherEncoder(17), iter([["gout"]])))
        (done,) = crew.embed(HashingEncoder(16), iter([["gout"]]))
        assert (done.vectors == HashingEncoder(16).encode(["gout"])).all()


@pytest.mark.slow
def test_a_node_without_this_program_is_told(cluster: Callable[[int], Small], monkeypatch: pytest.MonkeyPatch) -> None:
    """A task of a module that only the builder has: the error says what to install where."""
    here = ModuleType("only_the_builder_has_this")
    exec("def task(): return 1", here.__dict__)
    monkeypatch.setitem(sys.modules, here.__name__, here)
    with (
        RayCrew(cluster(1).address) as crew,
        pytest.raises(ClusterError, match=r"a worker cannot take work \(.*install the builder's casetrove on every"),
    ):
        crew.got(crew.give(here.task))


@pytest.mark.slow
def test_a_worker_that_goes_each_time_is_given_up(
    cluster: Callable[[int], Small], capsys: pytest.CaptureFixture[str]
) -> None:
    """A task that ends its process does not go round for ever, nor is told of on stdout; the next finds a worker."""
    report = make_report("A man of 40 had gout.")
    with RayCrew(cluster(1).address) as crew:
        with pytest.raises(ClusterError, match="crashed or went, 4 in a row"):
            crew.got(crew.give(gone))
        assert crew.got(crew.give(tasks.cases_of, tasks.program(), report)) == packed_cases(report)
    assert capsys.readouterr() == ("", "")


CONNECT = "import sys; from indexer.crew.ray_crew import RayCrew; RayCrew(sys.argv[1])"


@pytest.mark.parametrize("listens", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_an_address_that_is_no_cluster_is_told_in_bounded_time(listens: bool) -> None:
    """Nobody there, or somebody who takes calls and never answers: an error, not the end of the program by Ray."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        if listens:
            place.listen(16)
        address = f"127.0.0.1:{place.getsockname()[1]}"
        told = subprocess.run(
            [sys.executable, "-c", CONNECT, address], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
        )
    assert told.returncode == 1
    assert f"ClusterError: --ray {address}: no Ray cluster can be joined there" in told.stderr


@pytest.mark.slow
def test_a_ray_of_its_own_is_started_and_ended(tmp_path: Path) -> None:
    """``--ray local`` on this machine, through the command; nothing says a word of Ray, and nothing of it is left."""
    reports = files(tmp_path / "reports")
    command = [
        sys.executable,
        "casetrove.py",
        "index",
        str(reports),
        "--ray",
        "local",
        "--data",
        str(tmp_path / "data"),
    ]
    told = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["read"] == found["reports"] == 72
    assert len(found["failed"]) == 2
    assert "ray" not in told.stderr.lower().replace(str(tmp_path).lower(), "")
