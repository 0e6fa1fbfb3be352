"""Generations are listed, gone back to and collected, and whoever reads one keeps it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from indexer.build import build, is_behind
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import DamagedError, MismatchError, NoGenerationError
from indexer.folder import numbered
from indexer.generation import is_held, open_generation, pinned, remove
from indexer.history import collect, generations, prune, rollback
from indexer.manifest import FORMAT, manifest_path, read_manifest, read_reports
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CASES, CountingEncoder, Indexed, indexed


def grown(small: Indexed, times: int) -> None:
    """``times`` generations more, each with another reading of one report."""
    for number in range(times):
        small.put({"nun": f"A nun had hiccups {number} times."})
        small.build()


def encoders(small: Indexed) -> OneEncoder:
    return OneEncoder(small.encoder)


def pin(small: Indexed, number: int, report_id: str) -> int:
    """The revision of a report that a generation holds."""
    return next(revision for name, revision, _ in read_reports(small.folder, number) if name == report_id)


def found(small: Indexed, query: str) -> list[str]:
    return [name for name, _ in rank_reports(small.generation(), query, System("bm25"), 10)]


def test_generations_are_listed_newest_first(small: Indexed) -> None:
    """Each with its manifest, what changed, its size, and which is served."""
    grown(small, 2)
    newest, middle, oldest = generations(small.folder)
    assert [listed.number for listed in (newest, middle, oldest)] == [3, 2, 1]
    assert [listed.served for listed in (newest, middle, oldest)] == [True, False, False]
    assert newest.manifest == read_manifest(small.folder, 3)
    assert oldest.manifest is not None
    assert middle.manifest is not None
    assert newest.manifest is not None
    assert [listed.manifest.changes for listed in (newest, middle, oldest) if listed.manifest] == [
        type(newest.manifest.changes)(added=0, updated=1, removed=0),
        type(newest.manifest.changes)(added=1, updated=0, removed=0),
        type(newest.manifest.changes)(added=6, updated=0, removed=0),
    ]
    files = [path for path in small.folder.generation(3).rglob("*") if path.is_file()]
    assert newest.bytes == sum(path.stat().st_size for path in files)
    assert 0 < newest.own_bytes < newest.bytes


def test_a_generation_that_cannot_be_read_is_listed_with_the_reason(small: Indexed) -> None:
    """One bad manifest hides neither itself nor the others."""
    grown(small, 1)
    manifest_path(small.folder, 1).write_text("noise")
    newest, oldest = generations(small.folder)
    assert (newest.problem, oldest.manifest) == (None, None)
    assert oldest.problem is not None
    assert "manifest.json" in oldest.problem


@pytest.mark.parametrize("depth", ["generation", "segment"])
def test_a_generation_removed_while_they_are_listed_is_left_out(
    small: Indexed, monkeypatch: pytest.MonkeyPatch, depth: str
) -> None:
    """Whoever looks through them while another process collects sees the ones that stay, and no error."""
    grown(small, 2)
    place, look = small.folder.generation(1), os.scandir

    def late(path: str | int = ".") -> object:
        """What a folder lists, read just after the generation that it belongs to has gone."""
        looked = Path(str(path))  # a number: the removal itself, which goes by handles
        if place.exists() and (looked == place if depth == "generation" else place in looked.parents):
            assert remove(small.folder, 1)
        return look(path)

    monkeypatch.setattr(os, "scandir", late)
    assert [listed.number for listed in generations(small.folder)] == [3, 2]
    assert not place.exists()


def test_going_back_serves_the_older_texts(small: Indexed) -> None:
    """Reports, their readings and their ranking are those of that generation."""
    grown(small, 2)
    assert rollback(small.folder, 1, small.catalog, encoders(small)).generation == 1
    assert found(small, "hiccups") == []
    rollback(small.folder, 2, small.catalog, encoders(small))
    generation = small.generation()
    assert generation.stored(generation.ordinals["nun"]).report.text == "A nun had hiccups 0 times."


def test_a_generation_gone_back_to_is_served_until_the_catalog_changes(small: Indexed) -> None:
    """Indexing what is known already does not undo it, and a server does not think itself behind; news do."""
    grown(small, 2)
    rollback(small.folder, 1, small.catalog, encoders(small))
    assert not is_behind(small.folder, small.catalog)
    assert small.build() == 1
    assert small.generation().manifest.generation == 1
    small.put({"monk": "A monk had hiccups too."})
    assert is_behind(small.folder, small.catalog)
    assert small.build() == 4
    assert found(small, "hiccups") == ["monk", "nun"]


def test_going_forward_again_forgets_that_one_went_back(small: Indexed) -> None:
    """Back to the newest is where one was before."""
    grown(small, 1)
    for number in (1, 2):
        rollback(small.folder, number, small.catalog, encoders(small))
    assert small.folder.current.read_text() == "2\n"
    assert not is_behind(small.folder, small.catalog)


def test_a_number_that_is_not_there_is_told_with_those_that_are(small: Indexed) -> None:
    """Nothing is switched."""
    grown(small, 1)
    with pytest.raises(NoGenerationError, match="no generation 7; on disk: 1, 2"):
        rollback(small.folder, 7, small.catalog, encoders(small))
    assert small.generation().manifest.generation == 2


def test_a_damaged_generation_is_not_gone_back_to(small: Indexed) -> None:
    """Its files are checked before it is served."""
    grown(small, 1)
    alive = small.folder.generation(1) / "alive.npy"
    alive.write_bytes(alive.read_bytes()[:-1])
    with pytest.raises(DamagedError):
        rollback(small.folder, 1, small.catalog, encoders(small))
    assert small.generation().manifest.generation == 2


def test_a_generation_of_an_encoder_that_is_gone_is_not_gone_back_to(small: Indexed) -> None:
    """It could not be asked."""
    with pytest.raises(MismatchError):
        rollback(small.folder, 1, small.catalog, OneEncoder(HashingEncoder(32)))


def test_a_generation_that_is_read_is_not_removed(small: Indexed) -> None:
    """While any reader holds it, its files stay and it is said to be held; after that it goes."""
    held = small.generation()
    grown(small, 4)
    assert is_held(small.folder, 1)
    assert prune(small.folder, 3) == ([2], [1])
    assert numbered(small.folder) == [1, 3, 4, 5]
    assert rank_reports(held, "viper", System("bm25"), 3)[0][0] == "snake"
    del held
    assert not is_held(small.folder, 1)
    assert prune(small.folder, 3) == ([1], [])
    assert numbered(small.folder) == [3, 4, 5]


def test_a_reader_in_another_process_holds_a_generation_until_it_ends(small: Indexed) -> None:
    """A killed reader holds nothing."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        held = small.generation()
        os.write(write, b"held")
        os.read(read, 1) if held is None else None
        import time

        time.sleep(60)
        os._exit(0)
    try:
        assert os.read(read, 4) == b"held"
        assert is_held(small.folder, 1)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert not is_held(small.folder, 1)


def test_a_generation_removed_just_before_it_is_opened_is_damage(small: Indexed) -> None:
    """Whoever comes too late is told, and finds the one that took its place."""
    grown(small, 1)
    shutil.rmtree(small.folder.generation(1))
    with pytest.raises(DamagedError):
        open_generation(small.folder, 1, small.catalog, encoders(small))


def test_collecting_removes_what_nothing_needs(small: Indexed) -> None:
    """Old generations, readings that none of those kept pins, and nothing else; the index answers as before."""
    grown(small, 3)
    before = rank_reports(small.generation(), "hiccups viper", System(), 10)
    collected = collect(small.folder, small.catalog, encoders(small), 1)
    assert collected.removed == (1, 2, 3)
    assert collected.revisions == 2
    assert collected.freed_bytes > 0
    assert numbered(small.folder) == [4]
    assert rank_reports(small.generation(), "hiccups viper", System(), 10) == before
    assert collect(small.folder, small.catalog, encoders(small), 1).revisions == 0


def test_collecting_keeps_what_kept_generations_pin(small: Indexed) -> None:
    """Every report of every generation on disk can still be read as it was pinned."""
    grown(small, 3)
    small.catalog.delete("gout")
    small.build()
    collect(small.folder, small.catalog, encoders(small), 2)
    for number in numbered(small.folder):
        for _, revision, _ in read_reports(small.folder, number):
            assert small.catalog.revision(revision).report.text


def test_collecting_forgets_vectors_of_encoders_that_nothing_uses(tmp_path: Path) -> None:
    """What the preferred encoder or a kept generation needs stays, its model too; a rebuild embeds nothing."""
    small = indexed(tmp_path, CASES, HashingEncoder(32))
    counting = CountingEncoder()
    build(small.folder, small.catalog, counting)
    assert collect(small.folder, small.catalog, OneEncoder(counting), 2).embeddings == 0
    for name in (counting.info.fingerprint, HashingEncoder(32).info.fingerprint):
        (small.folder.encoders / name).mkdir(parents=True)
    forgotten = collect(small.folder, small.catalog, OneEncoder(counting), 1)
    assert forgotten.encoders == (HashingEncoder(32).info.fingerprint,)
    assert [path.name for path in small.folder.encoders.iterdir()] == [counting.info.fingerprint]
    assert forgotten.embeddings == read_manifest(small.folder, 2).passages
    counting.passages.clear()
    build(small.folder, small.catalog, counting, force=True)
    assert counting.passages == []


def test_collecting_stops_where_a_kept_generation_cannot_be_read(small: Indexed) -> None:
    """What it pins is unknown, so no reading is removed: neither what only it may pin nor what nothing pins."""
    grown(small, 2)
    small.put({"nun": "A nun had hiccups that no generation holds."})
    small.put({"nun": "A nun had hiccups to the end."})
    manifest, only_there = manifest_path(small.folder, 2), pin(small, 2, "nun")
    whole, before = manifest.read_text(), small.catalog.readings()
    manifest.write_text("noise")
    with pytest.raises(DamagedError):
        collect(small.folder, small.catalog, encoders(small), 3)
    assert small.catalog.readings() == before
    assert small.catalog.revision(only_there).report.text == "A nun had hiccups 0 times."
    manifest.write_text(whole)
    assert collect(small.folder, small.catalog, encoders(small), 3).revisions == 1
    assert collect(small.folder, small.catalog, encoders(small), 1).revisions == 1


def test_half_a_generation_never_stands_under_its_number(small: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A removal that is cut short leaves what the next prune sweeps away, and nothing that looks like a generation."""
    grown(small, 2)
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    assert remove(small.folder, 1)
    assert numbered(small.folder) == [2, 3]
    monkeypatch.undo()
    assert [path.name for path in small.folder.generations.glob(".*")] == [".building-removed-1"]
    prune(small.folder, 3)
    assert list(small.folder.generations.glob(".*")) == []


def test_generations_of_another_format_are_collected(small: Indexed) -> None:
    """Nobody can serve them any more; those of this format stay as many as asked for."""
    grown(small, 2)
    path = manifest_path(small.folder, 2)
    path.write_text(path.read_text().replace(f'"format": {FORMAT}', f'"format": {FORMAT - 1}'))
    collected = collect(small.folder, small.catalog, encoders(small), 3)
    assert collected.removed == (2,)
    assert numbered(small.folder) == [1, 3]


def test_what_is_freed_counts_each_shared_file_once(tmp_path: Path) -> None:
    """The bytes told are those that the disk gets back."""
    small = indexed(tmp_path, {f"r{at}": f"Patient {at} had a rash." for at in range(20)})
    grown(small, 1)
    small.build(force=True)
    places = [small.folder.generation(number) for number in (1, 2)]
    stats = {path.stat().st_ino: path.stat().st_size for place in places for path in place.rglob("*") if path.is_file()}
    assert collect(small.folder, small.catalog, encoders(small), 1).freed_bytes == sum(stats.values())


def test_a_report_that_left_the_catalog_is_read_after_going_back(small: Indexed) -> None:
    """What is served can be shown: its pinned reading is there although the catalog knows the report no more."""
    before = small.catalog.get("snake").report.text
    small.catalog.delete("snake")
    small.build()
    rollback(small.folder, 1, small.catalog, encoders(small))
    assert found(small, "viper") == ["snake"]
    assert pinned(small.folder, small.catalog, "snake").report.text == before
