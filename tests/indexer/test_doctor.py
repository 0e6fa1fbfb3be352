"""The doctor finds what is wrong, says how bad it is and what to do, and changes nothing."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from corpus.ingest import ingest
from indexer import checkup as doctor
from indexer import doctor as room
from indexer.doctor import Finding, examine
from indexer.encoders.base import Encoder
from indexer.encoders.cache import is_former
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import EncoderError
from indexer.folder import DataFolder
from indexer.generation import switch
from indexer.manifest import segment_place
from tests.fakes import CountingEncoder, Indexed, empty, indexed


def diagnosis(small: Indexed) -> list[Finding]:
    return examine(small.folder, OneEncoder(small.encoder))


def contents(root: Path) -> dict[str, bytes]:
    """Every file but SQLite's own helpers."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.name.endswith(("-wal", "-shm")))
    return {str(path): path.read_bytes() for path in files}


def spoil(path: Path) -> None:
    """Noise in the place of a file; what else shares the file itself keeps it."""
    path.unlink()
    path.write_bytes(b"noise")


def test_a_sound_folder_has_no_findings(small: Indexed) -> None:
    """Also after changes, with several generations and segments."""
    assert diagnosis(small) == []
    small.put({"nun": "A nun had hiccups."})
    small.build()
    small.catalog.delete("gout")
    small.build()
    assert diagnosis(small) == []


def test_examining_changes_nothing(small: Indexed) -> None:
    """Whatever is found is left as it is."""
    spoil(small.folder.generation(1) / "alive.npy")
    before = contents(small.folder.root)
    assert diagnosis(small)
    assert contents(small.folder.root) == before


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json", "alive.npy", "segments/000001/reports.json", "segments/000001/passages.npy",
        "segments/000001/vectors.npy", "segments/000001/lexical/terms", "segments/000001/lexical/counts.npy",
        "segments/000001/cases/packed", "segments/000001/cases/packed_starts.npy",
    ],
)  # fmt: skip
def test_every_damaged_or_missing_file_of_the_served_generation_is_an_error(small: Indexed, name: str) -> None:
    """It names the place, and the command that mends it does mend it."""
    path = small.folder.generation(1) / name
    for damage in (spoil, Path.unlink):
        if path.exists():
            damage(path)
        (found,) = [finding for finding in diagnosis(small) if finding.severity == "error"]
        assert found.remedy == f"run `casetrove index --data {small.folder.root}`"
        assert "000001" in found.where
    small.build()
    assert [found.severity for found in diagnosis(small)] == ["warning"]  # generation 1 is still there, and damaged


def test_damage_in_an_older_generation_is_a_warning(small: Indexed) -> None:
    """What is not served keeps nobody from searching; it is to be removed."""
    small.put({"nun": "A nun had hiccups."})
    small.build()
    spoil(small.folder.generation(1) / "alive.npy")
    (found,) = diagnosis(small)
    assert found.severity == "warning"
    assert f"`rm -r {small.folder.generation(1)}`" in found.remedy


def test_damage_in_a_shared_file_counts_for_the_served_generation(tmp_path: Path) -> None:
    """A segment that several generations share is examined once, as part of the one that is served."""
    small = indexed(tmp_path, {f"r{at}": f"Nun {at} had hiccups." for at in range(9)})
    small.put({"new": "A monk had hiccups."})
    small.build()
    (segment_place(small.folder.generation(2), "000001") / "vectors.npy").write_bytes(b"noise")
    (found,) = diagnosis(small)
    assert found.severity == "error"
    assert "000002" in found.where


def test_counts_that_disagree_are_an_error(small: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files with right digests that do not fit each other: the counts are told."""
    real = doctor.open_segment

    class Fewer:
        def __init__(self, segment: object) -> None:
            self._segment = segment

        def __getattr__(self, name: str) -> object:
            value = getattr(self._segment, name)
            return value[1:] if name == "passages" else value

    monkeypatch.setattr(doctor, "open_segment", lambda *given: Fewer(real(*given)))
    (found,) = diagnosis(small)
    assert found.severity == "error"
    assert "count" in found.what
    assert "passages" in found.what


def test_an_embedding_cache_of_the_first_format_is_left_for_the_next_build(tmp_path: Path) -> None:
    """The doctor finds nothing wrong with it and changes nothing; a build takes it over and embeds nothing again."""
    encoder = CountingEncoder()
    small = indexed(tmp_path, encoder=encoder)
    embedded = len(encoder.passages)
    with closing(sqlite3.connect(small.folder.embeddings)) as cache:
        cache.execute("PRAGMA journal_mode=DELETE")
        cache.execute("PRAGMA user_version=1")
    before = contents(small.folder.root)
    assert diagnosis(small) == []
    assert contents(small.folder.root) == before
    small.build(force=True)
    assert len(encoder.passages) == embedded
    assert not is_former(small.folder.embeddings)


def test_a_reading_that_the_catalog_lost_is_an_error(small: Indexed) -> None:
    """Hits that point into it could not be shown."""
    with sqlite3.connect(small.folder.catalog) as connection:
        connection.execute("DELETE FROM revisions WHERE report_id='gout'")
    assert any("lacks 1 of the readings" in found.what and found.severity == "error" for found in diagnosis(small))


def test_passages_that_are_miscounted_are_an_error(small: Indexed) -> None:
    """The manifest's own count is held against the living passages of its segments."""
    path = small.folder.generation(1) / "manifest.json"
    facts = json.loads(path.read_text())
    del facts["seal"]  # as an older version of the program wrote it
    path.write_text(json.dumps({**facts, "passages": facts["passages"] + 1}))
    (found,) = diagnosis(small)
    assert found.severity == "error"
    assert f"counts {facts['passages'] + 1} passages, alive: {facts['passages']}" in found.what


def test_an_encoder_that_would_not_load_is_an_error(small: Indexed) -> None:
    """The files of the encoder that the served generation is asked with are checked, not only its name."""

    class Damaged(OneEncoder):
        def check(self, fingerprint: str) -> None:
            raise EncoderError(f"model.bin of {fingerprint}: differs from its digest")

    (found,) = examine(small.folder, Damaged(small.encoder))
    assert found.severity == "error"
    assert "model.bin" in found.what


def test_what_a_killed_run_left_of_an_encoder_is_a_note(small: Indexed) -> None:
    """It takes room, no more."""
    (small.folder.encoders / ".making-1").mkdir(parents=True)
    (found,) = diagnosis(small)
    assert (found.severity, found.where.endswith(".making-1")) == ("note", True)


def test_a_damaged_database_of_another_room_is_an_error(small: Indexed) -> None:
    """Jobs, for one, are kept beside the catalog."""
    with closing(sqlite3.connect(small.folder.root / "jobs.sqlite")) as jobs:
        jobs.execute("CREATE TABLE jobs(id)")
    assert diagnosis(small) == []
    (small.folder.root / "jobs.sqlite").write_bytes(b"noise" * 4000)
    (found,) = diagnosis(small)
    assert (found.severity, found.where.endswith("jobs.sqlite")) == ("error", True)
    assert "remove it" in found.remedy


def test_a_generation_passed_over_that_is_gone_is_not_recommended(small: Indexed) -> None:
    """After a rollback the newest may be removed by hand: then there is nothing to go forward to."""
    small.put({"nun": "A nun had hiccups."})
    small.build()
    switch(small.folder, 1, passing_over=2)
    assert any("rollback 2" in found.remedy for found in diagnosis(small))
    shutil.rmtree(small.folder.generation(2))
    assert not any("rollback" in found.remedy for found in diagnosis(small))


def test_a_catalog_ahead_of_the_index_is_a_warning(small: Indexed) -> None:
    """A run was ended before its build, or another is under way."""
    small.put({"nun": "A nun had hiccups."})
    (found,) = diagnosis(small)
    assert found.severity == "warning"
    assert found.what == "is ahead of what is served"
    small.build()
    assert diagnosis(small) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: folder.current.unlink(), "nothing is served"),
        (lambda folder: folder.current.write_text("noise"), "names no generation"),
        (lambda folder: folder.current.write_text("7\n"), "names generation 7, which is not there"),
    ],
)
def test_a_bad_current_is_an_error(small: Indexed, damage: Callable[[DataFolder], object], told: str) -> None:
    """The file that says what is served is lost, unreadable, or names nothing; a build mends it."""
    damage(small.folder)
    (found,) = diagnosis(small)
    assert (found.severity, found.where, told in found.what) == ("error", str(small.folder.current), True)
    assert found.remedy == f"run `casetrove index --data {small.folder.root}`"
    assert small.build() == 1
    assert diagnosis(small) == []


def test_a_damaged_catalog_names_the_folders_of_its_files_where_it_can_tell_them(tmp_path: Path) -> None:
    """The outermost, and whether that is all of them; where the list of files is lost too, in words."""
    files = tmp_path / "my files"
    (files / "more").mkdir(parents=True)
    for name in ("gout", "more/lupus"):
        (files / f"{name}.txt").write_text(f"A case of {name}\n\nA brewer had {name} of the knee. Rest eased it.\n")
    small = empty(tmp_path / "data")
    ingest(small.catalog, [files])
    small.catalog.close()
    with closing(sqlite3.connect(small.folder.catalog)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name='revisions_by_text'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(small.folder.catalog.read_bytes())
    data[(page - 1) * size : page * size] = bytes(size)
    small.folder.catalog.write_bytes(data)
    root = small.folder.root

    def told() -> Finding:
        (found,) = [each for each in diagnosis(small) if each.where == str(small.folder.catalog)]
        return found

    aside, index = f"`mkdir {root}/damaged-1 && mv {root}/catalog.sqlite* {root}/damaged-1`", "`casetrove index"
    assert told().remedy.endswith(f"run {aside}, then {index} '{files}' --data {root}`")
    assert told().what == "database disk image is malformed"
    (files / "gout.txt").unlink()
    assert f"then {index} '{files}/more' --data {root}` (at least these: other files" in told().remedy
    (root / "damaged-1").mkdir()
    small.folder.catalog.write_bytes(b"noise" * 1000)
    assert f"{root}/damaged-2`, then {index} --data {root}` followed by all your files" in told().remedy


def test_faults_that_sqlite_finds_are_one_sentence(small: Indexed) -> None:
    """The first of them, and how many there are more: it lists a fault for each row."""
    with closing(sqlite3.connect(small.folder.root / "jobs.sqlite")) as jobs:
        jobs.executescript("CREATE TABLE jobs(id); INSERT INTO jobs VALUES(NULL),(NULL),(NULL)")
        jobs.execute("PRAGMA writable_schema=ON")
        jobs.execute("UPDATE sqlite_master SET sql='CREATE TABLE jobs(id NOT NULL)'")
        jobs.commit()
    (found,) = diagnosis(small)
    assert found.what == "SQLite finds it damaged: NULL value in jobs.id; and 2 faults more"


def test_a_list_of_reports_that_is_too_short_is_damage(small: Indexed) -> None:
    """The doctor tells it like any other, and a build mends it; neither trips over it."""
    (segment_place(small.folder.generation(1), "000001") / "reports.json").write_text("[]")
    (found,) = diagnosis(small)
    assert (found.severity, found.where.endswith("reports.json")) == ("error", True)
    assert small.build() == 2
    assert small.generation().manifest.changes is None


@pytest.mark.parametrize(
    "name",
    [
        "CURRENT", "catalog.sqlite", "embeddings.sqlite", "jobs.sqlite", "encoders/a/encoder.json",
        "generations/000001/manifest.json", "generations/000001/alive.npy",
        "generations/000001/segments/000001/reports.json", "generations/000001/segments/000001/facts/names.json",
    ],
)  # fmt: skip
@pytest.mark.parametrize("damage", ["noise", "[]", '{"format": 4}', "gone", "a folder"])
def test_findings_read_as_sentences(small: Indexed, name: str, damage: str) -> None:
    """A path is said once, as the place; nothing of Python or of its parsers is told to people."""
    small.catalog.close()
    path = small.folder.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    if damage == "a folder":
        path.mkdir()
    elif damage != "gone":
        path.write_text(damage)
    for found in diagnosis(small):
        assert str(small.folder.root) not in found.what
        assert not re.search(r"Errno|Error\b|Expecting|codec|invalid literal|indices|argument|…", found.what), found
        assert not re.search(r"PATH|NEW", found.remedy)


def test_another_encoder_is_an_error(small: Indexed) -> None:
    """A generation that cannot be asked with what is at hand cannot be served."""
    (found,) = examine(small.folder, OneEncoder(HashingEncoder(32)))
    assert found.severity == "error"
    assert "--rebuild" in found.remedy


def test_what_is_left_of_a_killed_run_is_noted(small: Indexed) -> None:
    """It does no harm, and the next build removes it."""
    (small.folder.generations / ".building-2-77").mkdir()
    (found,) = diagnosis(small)
    assert (found.severity, ".building-2-77" in found.where) == ("note", True)
    small.build(force=True)
    assert diagnosis(small) == []


def test_a_file_that_the_manifest_does_not_name_is_told(small: Indexed) -> None:
    """Nobody would read it; who put it there should know."""
    (small.folder.generation(1) / "stray").write_text("")
    (found,) = diagnosis(small)
    assert found.where.endswith("stray")


@pytest.mark.parametrize("name", ["catalog.sqlite", "embeddings.sqlite"])
def test_a_database_that_is_none_is_told(small: Indexed, name: str) -> None:
    """The catalog is a loss, the cache only time."""
    small.catalog.close()
    for path in small.folder.root.glob(f"{name}*"):
        path.unlink()
    (small.folder.root / name).write_bytes(b"noise" * 1000)
    found = [finding for finding in diagnosis(small) if name in finding.where]
    assert [finding.severity for finding in found] == ["error" if name == "catalog.sqlite" else "warning"]


def test_pages_damaged_inside_a_database_are_found(small: Indexed) -> None:
    """SQLite's own check is run, not only its header read."""
    small.catalog.close()
    with sqlite3.connect(small.folder.embeddings) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(small.folder.embeddings.read_bytes())
    data[5000:6000] = np.random.default_rng(1).bytes(1000)
    small.folder.embeddings.write_bytes(data)
    assert any(str(small.folder.embeddings) in found.where for found in diagnosis(small))


@pytest.mark.parametrize(("free", "remedy"), [(10, "free some space on its disk"), (2_000_000, "casetrove gc")])
def test_a_full_disk_is_warned_of(small: Indexed, monkeypatch: pytest.MonkeyPatch, free: int, remedy: str) -> None:
    """Before a build fails for want of room; collecting old generations needs some room itself."""
    usage = shutil.disk_usage(small.folder.root)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free))
    monkeypatch.setattr(room, "_size", lambda _: 10_000_000)
    (found,) = diagnosis(small)
    assert (found.severity, remedy in found.remedy) == ("warning", True)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Nothing is made for looking."""
    (found,) = examine(DataFolder(tmp_path / "none"), OneEncoder(HashingEncoder()))
    assert found.severity == "error"
    assert not (tmp_path / "none").exists()


def test_errors_come_first(small: Indexed) -> None:
    """What matters most is read first."""
    (small.folder.generations / ".building-2-77").mkdir()
    spoil(small.folder.generation(1) / "alive.npy")
    small.put({"nun": "A nun had hiccups."})
    assert [found.severity for found in diagnosis(small)] == ["error", "warning", "note"]


def test_every_file_of_an_older_generation_is_looked_at(tmp_path: Path) -> None:
    """A file that is missing there is found, though others of its segment are shared with the served one."""
    small = indexed(tmp_path, {f"r{at}": f"Nun {at} had hiccups." for at in range(9)})
    small.put({"new": "A monk had hiccups."})
    small.build()
    (segment_place(small.folder.generation(1), "000001") / "vectors.npy").unlink()
    (found,) = diagnosis(small)
    assert (found.severity, found.where.endswith("vectors.npy")) == ("warning", True)
    assert found.what == "cannot be used (it is not there)"


def test_an_encoder_that_cannot_be_opened_is_a_finding(small: Indexed) -> None:
    """Whatever is wrong with it is told with the rest."""

    class Broken(OneEncoder):
        def of(self, fingerprint: str) -> Encoder:
            raise EncoderError("its card is torn")

    (found,) = examine(small.folder, Broken(small.encoder))
    assert (found.severity, found.what) == ("error", "its card is torn")


def test_a_rollback_is_noted(small: Indexed) -> None:
    """Whoever forgot it is reminded."""
    small.put({"nun": "A nun had hiccups."})
    small.build()
    switch(small.folder, 1, passing_over=2)
    (found,) = diagnosis(small)
    assert (found.severity, "rollback 2" in found.remedy) == ("note", True)
