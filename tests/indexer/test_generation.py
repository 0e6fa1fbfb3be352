from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from corpus.model import Span
from indexer import writer
from indexer.build import is_behind
from indexer.doctor import examine
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import DamagedError, GenerationError, MismatchError, NoGenerationError
from indexer.folder import DataFolder
from indexer.generation import Generation, is_held, open_current, pinned, remove, switch
from indexer.history import KEPT
from indexer.lexical import Scoring, plain
from indexer.manifest import read_manifest, read_reports
from indexer.vectors.flat import FlatIndex
from tests.fakes import CASES, Indexed, make_report


def files_of(small: Indexed) -> list[str]:
    """The files of the first generation and of its segment."""
    manifest = read_manifest(small.folder, 1)
    segments = [f"segments/{segment.name}/{name}" for segment in manifest.segments for name in segment.files]
    return sorted([*manifest.files, *segments])


def by_words(generation: Generation, query: str) -> list[str]:
    """The reports that share a word with ``query``."""
    found = generation.lexical.search(plain(query), 10, generation.by_id, Scoring())
    return [generation.report_ids[ordinal] for ordinal in found]


def test_a_generation_gives_back_what_was_indexed(small: Indexed) -> None:
    """Reports by id, their passages in order with section and span, a vector for each, and the manifest's counts."""
    generation = small.generation()
    assert generation.report_ids == sorted(CASES)
    assert {name: generation.ordinals[name] for name in ("calcinosis", "wrist")} == {"calcinosis": 0, "wrist": 5}
    assert len(generation.vectors) == generation.manifest.passages == len(generation.passage_reports)
    assert len(generation.lexical) == generation.manifest.reports == 6
    for row in range(generation.manifest.passages):
        passage = generation.passage(row)
        stored = generation.stored(passage.report)
        assert stored.report.sections[passage.section].body.holds(passage.span)
        assert stored.report.sections[passage.section].kind == passage.kind
        expected = small.encoder.encode([f"On {stored.report_id}\n" + passage.span.of(stored.report.text)])
        np.testing.assert_allclose(generation.vectors.vectors(np.array([row])), expected, atol=1e-6)


def test_a_generation_tells_which_readings_it_holds(small: Indexed) -> None:
    """By id the content digest of each report that can be found; of one that was read anew the new one."""
    before = small.generation().readings()
    assert before == {report_id: small.catalog.get(report_id).digest for report_id in CASES}
    small.catalog.delete("gout")
    small.put({"snake": "# Case report\n\nA viper again."})
    small.build()
    after = small.generation().readings()
    assert after == {report_id: small.catalog.get(report_id).digest for report_id in CASES if report_id != "gout"}
    assert after["snake"] != before["snake"]


def test_rows_of_reports_are_side_by_side(small: Indexed) -> None:
    """The rows of any reports come report by report, and are theirs."""
    generation = small.generation()
    rows = generation.rows_of(np.array([5, 0]))
    assert [generation.passage(int(row)).report for row in rows] == [5, 5, 0, 0]
    assert generation.rows_of(np.zeros(0, dtype=np.int64)).tolist() == []
    assert generation.rows_of(np.arange(6)).tolist() == list(range(generation.manifest.passages))


def test_the_manifest_names_what_a_score_depends_on(small: Indexed) -> None:
    """Encoder, chunking, analyzer, index and corpus are named, and every file has its digest."""
    manifest = small.generation().manifest
    assert manifest.encoder_fingerprint == small.encoder.info.fingerprint
    assert manifest.corpus_digest == small.catalog.corpus_digest()
    assert manifest.chunking == {"target_tokens": 180}
    assert (manifest.encoder, manifest.vector_index, manifest.dimensions) == ("hashing", FlatIndex.name, 64)
    place = small.folder.generation(1)
    on_disk = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    assert {*files_of(small), "manifest.json"} == on_disk


def test_a_report_is_read_as_it_was_pinned(small: Indexed) -> None:
    """An opened generation goes on with the text it was built from, after updates and deletions."""
    generation = small.generation()
    before = small.catalog.get("wrist").report
    small.put({"wrist": "Something else."})
    small.catalog.delete("gout")
    assert generation.stored(generation.ordinals["wrist"]).report == before
    assert "brewer" in generation.stored(generation.ordinals["gout"]).report.text


def test_nothing_indexed_is_told(tmp_path: Path, small: Indexed) -> None:
    """A fresh folder says how to index."""
    with pytest.raises(NoGenerationError, match="nothing is indexed yet: run `casetrove index` followed by"):
        open_current(DataFolder(tmp_path / "other"), small.catalog, OneEncoder(small.encoder))


def test_every_file_is_verified(small: Indexed) -> None:
    """One changed byte in any file, or a missing one, names the place and the command that mends it."""
    place = small.folder.generation(1)
    assert len(files_of(small)) > 5
    for name in [*files_of(small), "manifest.json"]:
        whole = (place / name).read_bytes()
        for damaged in (whole[:-1] + bytes([whole[-1] ^ 1]), b"", None):
            (place / name).unlink()
            if damaged is not None:
                (place / name).write_bytes(damaged)
            with pytest.raises(DamagedError, match=r": run `casetrove index`$"):
                small.generation()
            (place / name).write_bytes(whole)
    assert small.generation().manifest.generation == 1


def test_a_missing_generation_is_damage(small: Indexed) -> None:
    """CURRENT may name a generation that someone has removed."""
    small.folder.current.write_text("7\n")
    with pytest.raises(DamagedError, match="CURRENT: names generation 7, which is not there: run `casetrove index`"):
        small.generation()


def test_a_build_mends_what_is_damaged(small: Indexed) -> None:
    """The command that the error names does mend it."""
    (small.folder.generation(1) / "alive.npy").write_bytes(b"noise")
    small.build()
    assert small.generation().manifest.reports == 6
    small.folder.current.write_text("noise")
    small.build()
    assert small.generation().manifest.reports == 6


def test_another_encoder_is_refused(small: Indexed) -> None:
    """Vectors of one encoder are never searched with another; the mending command is named."""
    with pytest.raises(MismatchError, match=r"built with encoder hashing-64-254, .*has hashing-32-254.*--rebuild"):
        open_current(small.folder, small.catalog, OneEncoder(HashingEncoder(32)))


@pytest.mark.parametrize(("name", "value"), [("format", 99), ("analyzer", "other/1"), ("extraction", "other/1")])
def test_another_format_analyzer_or_extraction_is_refused(small: Indexed, name: str, value: object) -> None:
    """What this program does not write, it does not read."""
    path = small.folder.generation(1) / "manifest.json"
    facts = {**json.loads(path.read_text()), name: value}
    del facts["seal"]  # another version need not have it
    path.write_text(json.dumps(facts))
    with pytest.raises(MismatchError, match=f"built with {name} {value}.*: run `casetrove index`$"):
        small.generation()
    assert is_behind(small.folder, small.catalog)  # what is told to mend it builds something
    first, *_ = examine(small.folder, OneEncoder(small.encoder))
    assert (first.severity, f"{name} {value}" in first.what) == ("error", True)
    small.build()
    assert by_words(small.generation(), "viper") == ["snake"]


def test_a_switch_replaces_one_line(small: Indexed) -> None:
    """CURRENT always names one generation; switching back rolls back."""
    small.put({"new": "A nun had hiccups."})
    assert small.build() == 2
    switch(small.folder, 1)
    assert small.generation().manifest.generation == 1
    assert small.folder.current.read_text() == "1\n"
    assert not small.folder.root.joinpath("CURRENT.new").exists()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("faiss")])
def test_a_generation_that_cannot_be_written_leaves_the_old_one(
    small: Indexed, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A full disk, by whichever library it is told, ends in one clear error and nothing half written."""

    def fail(*_: object) -> None:
        raise error

    small.put({"new": "A nun had hiccups."})
    monkeypatch.setattr(writer, "finish", fail)
    with pytest.raises(GenerationError, match=r"000002: cannot be written .*previous generation is still served"):
        small.build()
    assert small.generation().manifest.generation == 1
    assert [path.name for path in small.folder.generations.iterdir()] == ["000001"]
    monkeypatch.undo()
    assert small.build() == 2


def test_opening_changes_nothing(small: Indexed) -> None:
    """A generation can be opened any number of times, side by side, and stays as it was written."""
    one, two = small.generation(), small.generation()
    assert by_words(one, "viper") == by_words(two, "viper") == ["snake"]
    assert read_manifest(small.folder, 1) == one.manifest


def test_the_manifest_is_readable_alone(small: Indexed) -> None:
    """Its counts and the pinned revisions can be read without opening the index."""
    manifest = read_manifest(small.folder, 1)
    assert manifest.reports == 6
    assert sorted(read_reports(small.folder, 1)) == small.catalog.snapshot()[0]


def test_a_report_without_structure_is_indexed_whole(tmp_path: Path, small: Indexed) -> None:
    """A text that is one paragraph is one passage from end to end."""
    small.put({"plain": make_report("A nun had hiccups.")})
    small.build()
    generation = small.generation()
    (row,) = generation.rows_of(np.array([generation.ordinals["plain"]]))
    assert generation.passage(int(row)).span == Span(0, 18)


class Replaced(DataFolder):
    """A folder whose generation 1 is outdated and gone by the time that CURRENT has been read."""

    def current_generation(self) -> int | None:
        """1 at the first look, and what is served from then on."""
        first = self.generation(1)
        if first.exists():
            shutil.rmtree(first)
            return 1
        return super().current_generation()


def test_a_generation_removed_while_it_is_opened_is_passed_over(small: Indexed) -> None:
    """The reader opens the one that took its place instead of reporting damage."""
    small.build(force=True)
    generation = open_current(Replaced(small.folder.root), small.catalog, OneEncoder(small.encoder))
    assert generation.manifest.generation == 2


def test_a_copy_beside_the_generations_is_left_alone(small: Indexed) -> None:
    """A folder that someone put there under another name neither counts as a generation nor is removed."""
    copy = small.folder.generations / "000001-old"
    shutil.copytree(small.folder.generation(1), copy)
    assert [small.build(force=True) for _ in range(KEPT)] == list(range(2, KEPT + 2))
    assert copy.is_dir()
    assert not small.folder.generation(1).exists()


def test_a_report_is_pinned_without_opening_the_index(small: Indexed) -> None:
    """The reading that hits point into, whatever came later; the newest of a report that is not indexed yet."""
    before = small.catalog.get("gout")
    small.put({"gout": "A brewer had gout of both knees.", "nun": "A nun had hiccups."})
    assert pinned(small.folder, small.catalog, "gout").report.text == before.report.text
    assert pinned(small.folder, small.catalog, "nun").report.text == "A nun had hiccups."
    small.folder.current.unlink()
    assert pinned(small.folder, small.catalog, "gout").report.text == "A brewer had gout of both knees."


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_generation_whose_manifest_cannot_be_opened_may_be_held(
    small: Indexed, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Too many open files, a share that does not answer: it is not removed, and nothing is raised."""

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as refusing:
        refusing.setattr(os, "open", refuse)
        assert is_held(small.folder, 1)
        assert not remove(small.folder, 1)
    assert small.generation().manifest.generation == 1


@pytest.mark.parametrize(("number", "is_taken"), [(errno.EBADF, True), (errno.EIO, True), (errno.ENOLCK, False)])
def test_a_lock_that_is_refused_may_be_held_unless_there_are_no_locks(
    small: Indexed, monkeypatch: pytest.MonkeyPatch, number: int, is_taken: bool
) -> None:
    """Only on a file system that has no locks is a generation free without one."""

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert is_held(small.folder, 1) == is_taken


def test_a_generation_in_a_folder_that_cannot_be_changed_stays(small: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that published is not undone by what it cannot remove, and the next one tries again."""

    def refuse(*_: object) -> Path:
        raise OSError(errno.ENOTEMPTY, "not empty")

    with monkeypatch.context() as refusing:
        refusing.setattr(Path, "rename", refuse)
        assert not remove(small.folder, 1)
    assert small.generation().manifest.generation == 1
    assert remove(small.folder, 1)


def test_without_the_right_to_write_a_lock_is_asked_for_reading(
    small: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may only read learns all the same whether a generation is held."""
    real = os.open

    def read_only(path: Path, flags: int, *more: int) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, "no")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", read_only)
    assert not is_held(small.folder, 1)
    held = small.generation()
    assert is_held(small.folder, 1)
    del held
