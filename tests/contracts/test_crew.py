"""One suite for every crew: this machine, processes that do a cluster's tasks, and a Ray cluster of two nodes."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from corpus.cases.packing import pack
from corpus.cases.reading import read_cases
from corpus.errors import EmptyFileError
from corpus.readers.base import DEFAULT
from corpus.readers.registry import read_bytes
from indexer.build import build
from indexer.crew import ray_crew
from indexer.crew.base import Crew, OwnCrew
from indexer.crew.ray_crew import RayCrew
from indexer.encoders import cache
from indexer.encoders.hashing import HashingEncoder
from tests.fakes import Indexed, empty, jsonl, make_report, prose
from tests.indexer.clusters import clusters
from tests.indexer.crews import Processes, WatchedEncoder, until

needs_ray = pytest.mark.skipif(not ray_crew.is_installed(), reason="ray is not installed: casetrove[ray]")
REPORTS = {f"r{at}": f"# Case report\n\nA woman of {20 + at} had gout. {prose(at, 60)}." for at in range(40)}
BATCH = 4
MOST_AHEAD = 8
"""Windows that any of these crews may have taken and not given."""


@pytest.fixture(scope="module", params=["own", "processes", pytest.param("ray", marks=[needs_ray, pytest.mark.slow])])
def crew(request: pytest.FixtureRequest) -> Iterator[Crew]:
    """Each crew in turn."""
    with ExitStack() as stack:
        if request.param == "own":
            yield OwnCrew()
        elif request.param == "processes":
            yield stack.enter_context(Processes(2))
        else:
            yield stack.enter_context(RayCrew(stack.enter_context(clusters())(2).address))


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many windows of few passages."""
    monkeypatch.setattr(cache, "_BATCH", BATCH)


def put(root: Path, encoder: HashingEncoder) -> Indexed:
    """The reports, stored and not indexed."""
    made = empty(root, encoder)
    made.put(REPORTS)
    return made


def test_several_files_are_read_at_once_and_each_as_the_registry_reads_it(crew: Crew) -> None:
    """Records in order, with the reasons of those that cannot be read; what is begun first may be taken last."""
    files = {f"{count}.jsonl": jsonl(count) for count in (230, 3)}
    with crew.readers(DEFAULT) as readers:
        assert readers.width >= 1
        reads = {name: readers.read(data, name) for name, data in list(files.items())[: readers.width]}
        found = {name: list(reads[name]) for name in reversed(reads)}
    for name, records in found.items():
        expected = list(read_bytes(files[name], name))
        assert [(each.record, each.report) for each in records] == [(each.record, each.report) for each in expected]
        assert [str(each.error) for each in records] == [str(each.error) for each in expected]


def test_a_file_that_cannot_be_read_raises_what_its_reader_raised(crew: Crew) -> None:
    """The next file is read all the same."""
    with crew.readers(DEFAULT) as readers:
        with pytest.raises(EmptyFileError, match=r"nothing\.txt"):
            list(readers.read(b"", "nothing.txt"))
        assert len(list(readers.read(jsonl(3), "three.jsonl"))) == 3


def test_cases_come_in_the_order_of_their_reports(crew: Crew) -> None:
    """Those that were known before, too; more reports than anybody takes at once."""
    reports = [make_report(text) for text in REPORTS.values()]
    with crew.cases(len(reports)) as cases:
        found = [
            packed
            for at, report in enumerate(reports)
            for packed in cases.add(report, b"known" if at % 5 == 0 else None)
        ]
        found += cases.rest()
    assert found == [b"known" if at % 5 == 0 else pack(read_cases(report)) for at, report in enumerate(reports)]


def test_each_window_is_embedded_once_and_few_are_taken_ahead(crew: Crew) -> None:
    """However many there are, what lies between the giver and the taker does not grow."""
    encoder, taken = HashingEncoder(16), 0
    texts = [[f"report {at} of a rash", f"report {at} of gout"] for at in range(40)]

    def windows() -> Iterator[Sequence[str]]:
        nonlocal taken
        for window in texts:
            taken += 1
            yield window

    given: dict[int, int] = {}
    for done in crew.embed(encoder, windows()):
        assert done.number not in given
        given[done.number] = taken
        assert taken - len(given) < MOST_AHEAD
        np.testing.assert_array_equal(done.vectors, encoder.encode(texts[done.number]))
    assert sorted(given) == list(range(40))


def test_nothing_to_embed_is_nothing_embedded(crew: Crew) -> None:
    """As where all passages are known."""
    assert list(crew.embed(HashingEncoder(16), iter(()))) == []


def test_the_generation_is_that_of_one_process(crew: Crew, tmp_path: Path) -> None:
    """To the digest of every file of every segment."""
    alone, spread = (put(tmp_path / name, HashingEncoder(16)) for name in ("alone", "spread"))
    with alone.folder.lock(), spread.folder.lock():
        expected = build(alone.folder, alone.catalog, alone.encoder, crew=OwnCrew()).manifest
        found = build(spread.folder, spread.catalog, spread.encoder, crew=crew).manifest
    assert (found.segments, found.files) == (expected.segments, expected.files)
    assert (found.corpus_digest, found.passages) == (expected.corpus_digest, expected.passages)


def test_a_worker_that_is_killed_costs_its_own_window(crew: Crew, tmp_path: Path) -> None:
    """Killed with a window under way: nobody else's work is done twice, and the generation is the same."""
    if isinstance(crew, OwnCrew):
        pytest.skip("it embeds in this process: tests/indexer/test_kill.py kills that")
    seen = tmp_path / "seen"
    seen.mkdir()
    alone, spread = (
        put(tmp_path / "alone", WatchedEncoder(seen)),
        put(tmp_path / "spread", WatchedEncoder(seen, "of 23")),
    )
    alone.build()
    for file in seen.iterdir():
        file.unlink()
    stopped: list[tuple[str, int]] = []

    def kill() -> None:
        _, window, worker = until(seen, "held-*").name.split("-")
        os.kill(int(worker), signal.SIGKILL)
        stopped.append((window, int(worker)))
        (seen / "go").touch()

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    with spread.folder.lock():
        built = build(spread.folder, spread.catalog, spread.encoder, crew=crew)
    killer.join()
    begun = Counter(path.name.split("-")[1] for path in seen.glob("begun-*"))
    ((window, worker),) = stopped
    assert [name for name, times in begun.items() if times > 1] == [window]
    assert begun[window] == 2
    assert not list(seen.glob(f"ended-{window}-{worker}"))
    assert len(begun) == -(-built.manifest.passages // BATCH)
    assert built.manifest.segments == alone.generation().manifest.segments
