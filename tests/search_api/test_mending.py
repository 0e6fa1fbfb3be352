"""Whatever is damaged, the doctor names it, and what it says to do, pasted into a shell, mends it."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from corpus.catalog import Catalog
from corpus.ingest import ingest
from indexer.build import build
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder

from .conftest import Run

pytestmark = pytest.mark.slow

COMMAND = re.compile(r"`([^`]+)`")
NAMES = ("gout", "dengue", "lupus", "rickets", "measles", "scurvy")
Damage = Callable[[DataFolder], object]


class Home:
    """A data folder whose name must be quoted, with two generations of reports in ``files``."""

    def __init__(self, run: Run, root: Path) -> None:
        self._run = run
        self.folder, self.files = DataFolder(root / "my data"), root / "my files"
        self.files.mkdir()
        for name in NAMES:
            text = f"A case of {name}\n\nA patient had {name} for a year. It was treated with {name[::-1]}.\n"
            (self.files / f"{name}.txt").write_text(text)
        self._index()
        (self.files / "new.txt").write_text("A nun with hiccups\n\nA nun had hiccups. They were treated with sugar.\n")
        self._index()

    def _index(self) -> None:
        """As ``index`` does, without processes of its own."""
        with closing(Catalog(self.folder.catalog)) as catalog:
            ingest(catalog, [self.files])
            build(self.folder, catalog, HashingEncoder())

    def __call__(self, *arguments: str) -> Any:
        """Run a command on this folder."""
        return self._run(*arguments, "--data", str(self.folder.root))

    def findings(self) -> list[dict[str, str]]:
        """What the doctor says, notes left out."""
        told = self("doctor", "--json").json()["findings"]
        return [each for each in told if each["severity"] != "note"]

    def paste(self, remedy: str) -> None:
        """Run the first command of a remedy as it stands, and the one that then follows."""
        (command, *others) = COMMAND.findall(remedy)
        if not command.startswith("casetrove "):
            subprocess.run(command, shell=True, check=True)
            if ", then `" not in remedy:
                return
            (command,) = others
        words = shlex.split(command) + ([str(self.files)] if "followed by all your files" in remedy else [])
        assert words[0] == "casetrove"
        assert words[words.index("--data") + 1] == str(self.folder.root)
        self._run(*words[1:])

    def mend(self) -> None:
        """Do what is said until nothing is left to do: an older generation is told when the served one is whole."""
        for _ in range(6):
            found = self.findings()
            if not found:
                return
            self.paste(found[0]["remedy"])
        raise AssertionError(self.findings())


@pytest.fixture
def home(run: Run, tmp_path: Path) -> Home:
    return Home(run, tmp_path)


def in_catalog(statement: str) -> Damage:
    return lambda folder: _changed(folder.catalog, statement)


def _changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(statement).rowcount
        database.commit()


def spoiled(name: str) -> Damage:
    """Noise in the place of a file of the served generation, for that generation alone."""

    def spoil(folder: DataFolder) -> None:
        path = folder.generation(2) / name
        path.unlink()
        path.write_bytes(b"noise")

    return spoil


def _without_catalog(folder: DataFolder) -> None:
    for path in folder.root.glob("catalog.sqlite*"):
        path.unlink()


def _without_a_page(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name='revisions_by_text'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(data)


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a text altered": (in_catalog("UPDATE revisions SET text=replace(text,'year','week')"), "catalog.sqlite"),
    "one text altered": (
        in_catalog("UPDATE revisions SET text=replace(text,'year','week') WHERE text LIKE '%gout%'"), "catalog.sqlite"
    ),
    "a text that is none": (in_catalog("UPDATE revisions SET text=X'FF00'"), "catalog.sqlite"),
    "facts altered": (in_catalog("UPDATE revisions SET bibliography='{}' WHERE revision=2"), "catalog.sqlite"),
    "structure altered": (in_catalog("UPDATE revisions SET structure=X'00' WHERE revision=3"), "catalog.sqlite"),
    "a source's place altered": (
        in_catalog("UPDATE revisions SET source_map=X'00' WHERE revision=3"), "catalog.sqlite"
    ),
    "a reading gone": (in_catalog("DELETE FROM revisions WHERE revision=3"), "catalog.sqlite"),
    "all readings gone": (in_catalog("DELETE FROM revisions"), "catalog.sqlite"),
    "no catalog": (_without_catalog, "catalog.sqlite"),
    "a catalog of noise": (lambda folder: folder.catalog.write_bytes(b"noise" * 1000), "catalog.sqlite"),
    "a page of the catalog": (lambda folder: _without_a_page(folder.catalog), "catalog.sqlite"),
    "a vector altered": (
        lambda folder: _changed(folder.embeddings, "UPDATE embeddings SET vector=zeroblob(256)"), "embeddings.sqlite"
    ),
    "no cache": (lambda folder: folder.embeddings.write_bytes(b"noise" * 1000), "embeddings.sqlite"),
    "no CURRENT": (lambda folder: folder.current.unlink(), "CURRENT"),
    "CURRENT of nothing": (lambda folder: folder.current.write_text("9\n"), "CURRENT"),
    "CURRENT of noise": (lambda folder: folder.current.write_bytes(b"\xff"), "CURRENT"),
    "a manifest of noise": (spoiled("manifest.json"), "000002"),
    "a manifest gone": (lambda folder: (folder.generation(2) / "manifest.json").unlink(), "000002"),
    "an older manifest of noise": (
        lambda folder: (folder.generation(1) / "manifest.json").write_text("[]"), "000001"
    ),
    "an older manifest of another format": (
        lambda folder: (folder.generation(1) / "manifest.json").write_text('{"format": 1}'), "000001"
    ),
    "the mask": (spoiled("alive.npy"), "000002"),
    "a list": (spoiled("segments/000002/reports.json"), "000002"),
    "vectors": (spoiled("segments/000002/vectors.npy"), "000002"),
    "terms": (spoiled("segments/000002/lexical/terms"), "000002"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_what_the_doctor_says_mends(home: Home, name: str) -> None:
    """It names the file, and what it says to do, pasted, leaves a sound folder that answers from the true texts."""
    damage, where = DAMAGES[name]
    assert home.findings() == []
    damage(home.folder)
    found = home.findings()
    assert found
    assert any(where in each["where"] for each in found), found
    home.mend()
    (hit, *_) = home("search", "gout", "--json", "-k", "1").json()["hits"]
    assert "had gout for a year" in hit["text"]
    assert home("search", "hiccups", "--json", "-k", "1").json()["hits"]


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b"noise" * 1000), _without_a_page], ids=["noise", "a page"]
)
def test_a_damaged_catalog_is_set_aside_and_nothing_embedded(home: Home, damage: Callable[[Path], object]) -> None:
    """The same folder is used, so its vectors are; what was damaged is kept, its log beside it."""
    damage(home.folder.catalog)
    log = home.folder.catalog.with_name("catalog.sqlite-wal")
    log.write_bytes(b"")
    (found,) = home.findings()
    aside, index = COMMAND.findall(found["remedy"])
    subprocess.run(aside, shell=True, check=True)
    kept = sorted(path.name for path in (home.folder.root / "damaged-1").iterdir())
    assert kept[0] == "catalog.sqlite"
    assert log.name in kept
    assert not log.exists()
    words = shlex.split(index)[1:] + ([str(home.files)] if "followed by" in found["remedy"] else [])
    built = home._run(*words, "--json").json()
    assert (built["reports"], built["embedded"]) == (7, 0)
    assert not any(each["severity"] == "error" for each in home.findings())


@pytest.mark.parametrize("served", [2, 1], ids=["the newest", "a rollback"])
@pytest.mark.parametrize(
    "name",
    ["manifest.json", "alive.npy", "segments/S/reports.json", "segments/S/vectors.npy", "segments/S/lexical/terms",
     "segments/S/words", "segments/S"],
)  # fmt: skip
def test_what_a_search_says_of_damage_mends(home: Home, served: int, name: str) -> None:
    """The plain command, as the doctor says, too; a rollback to what cannot be served any more is ended by it."""
    if served == 1:
        assert home("rollback", "1").code == 0
    path = home.folder.generation(served) / name.replace("S", f"{served:06d}")
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
        path.write_bytes(b"noise")
    remedy = f"run `casetrove index --data '{home.folder.root}'`"
    assert home.findings()[0]["remedy"] == remedy
    ran = home("search", "gout")
    assert (ran.code, ran.err.strip().endswith(f": {remedy}")) == (1, True), ran.err
    home.paste(ran.err)
    assert home.folder.current_generation() == (3 if served == 2 else 2)
    assert home("search", "hiccups", "--json", "-k", "1").json()["hits"]
    home.mend()


def test_a_byte_anywhere_is_noticed_or_does_no_harm(home: Home) -> None:
    """One altered byte in any file of a generation is named by the doctor, and its remedy mends."""
    random = Random(7)
    files = sorted(path for path in home.folder.generation(2).rglob("*") if path.is_file() and path.stat().st_size)
    for path in random.sample(files, 6):
        if not path.exists():
            continue
        data = bytearray(path.read_bytes())
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        path.unlink()
        path.write_bytes(data)
        assert any("generations/" in each["where"] for each in home.findings()), path
        home.mend()


def test_a_plain_index_mends_what_is_served(home: Home) -> None:
    """Without paths, and with nothing to read: a count altered in the manifest, or a file of a segment, is noticed."""
    manifest = home.folder.generation(2) / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"reports": 7', '"reports": 8', 1))
    told = home("index", "--json")
    assert (told.code, told.json()["generation"]) == (0, 3)
    spoiled_path = home.folder.generation(3) / "segments/000003/vectors.npy"
    spoiled_path.write_bytes(b"noise")
    assert home("index", "--json").json()["generation"] == 4
    ran = home("index")
    assert "nothing changed" in ran.out
    assert "Reports" not in ran.out


@pytest.mark.parametrize("content", ["x", "", "1 2 3", "9", "9 2", None])
def test_a_bad_current_has_one_remedy_wherever_it_is_met(home: Home, content: str | None) -> None:
    """Searching and the doctor say the same, and it embeds and writes nothing: the generation is served again."""
    home.folder.current.unlink()
    if content is not None:
        home.folder.current.write_text(content)
    (found,) = home.findings()
    remedy = f"run `casetrove index --data '{home.folder.root}'`"
    assert found["remedy"] == remedy
    for command in (["search", "gout"], ["ask", "gout?"], ["info"], ["compact"]):
        err = home(*command).err
        assert f"{home.folder.current}: {found['what']}: {remedy}" in err
        assert "nothing is indexed" not in err
    built = home("index", "--json").json()
    assert (built["generation"], built["embedded"], built["from_cache"]) == (2, 0, 0)
    assert home.findings() == []


def test_a_lost_catalog_is_told_as_that(home: Home) -> None:
    """By whatever asks it, and whether it is gone or was made anew, which none of them does."""
    _without_catalog(home.folder)
    for what in ("there is no catalog", "is new and empty, though there is an index"):
        for command in (["search", "gout"], ["ask", "gout?"], ["rollback", "1"], ["index"], ["index", "--retry"]):
            err = home(*command).err
            assert "catalog.sqlite: was lost" in err
            assert f"run `casetrove index --data '{home.folder.root}'` followed by all your files" in err
        (found,) = home.findings()
        assert found["what"] == what
        assert f"run `casetrove index --data '{home.folder.root}'` followed by all your files" in found["remedy"]
        Catalog(home.folder.catalog).close()


def test_a_lost_catalog_never_serves_an_empty_index(home: Home) -> None:
    """Whatever builds refuses, says what to do, and the index that is served stays."""
    _without_catalog(home.folder)
    for command in (["index"], ["index", "--rebuild"], ["index", "--retry"], ["compact"]):
        ran = home(*command)
        assert ran.code == 1
        assert home.folder.current_generation() == 2
        if command[0] == "index":
            assert f"run `casetrove index --data '{home.folder.root}'` followed by all your files" in ran.err
    assert home("index", str(home.files), "--json").json()["reports"] == 7


def test_the_last_report_may_be_removed(home: Home) -> None:
    """An index that somebody emptied is no lost one."""
    for report in home("reports", "--json").json():
        assert home("remove", report["report_id"]).code == 0
    assert home("index", "--json").json()["reports"] == 0
    assert home.findings() == []


def test_a_build_says_what_it_embedded(home: Home) -> None:
    """How many passages were embedded and how many were known, for people and programs."""
    (home.files / "more.txt").write_text("A monk with measles\n\nA monk had measles. He was given broth.\n")
    told = home("index", str(home.files), "--json").json()
    assert (told["embedded"], told["encoder_before"]) == (1, None)
    assert told["changes"] == {"added": 1, "updated": 0, "removed": 0, "remade": ""}
    told = home("index", "--rebuild", "--json").json()
    assert (told["embedded"], told["from_cache"]) == (0, told["passages"])
    assert "0 passages embedded, 8 known already" in home("index", "--rebuild").out


def test_a_damaged_vector_is_embedded_anew_and_told(home: Home) -> None:
    """It never reaches an index."""
    before = home("search", "gout", "--system", "dense", "--json").json()["hits"]
    _changed(home.folder.embeddings, "UPDATE embeddings SET vector=zeroblob(256) WHERE rowid=1")
    assert "1 kept vector damaged, and embedded anew" in home("index", "--rebuild").out
    after = home("search", "gout", "--system", "dense", "--json").json()["hits"]
    assert [hit["score"] for hit in after] == [hit["score"] for hit in before]
    assert not any("embeddings" in each["where"] for each in home.findings())


def test_files_that_vanished_are_told_and_kept(home: Home) -> None:
    """Until --prune is given, their reports stay."""
    (home.files / "gout.txt").unlink()
    assert "1 file no longer there: --prune removes their reports" in home("index", str(home.files)).out
    told = home("index", str(home.files), "--json").json()
    assert [Path(path).name for path in told["vanished"]] == ["gout.txt"]
    assert told["reports"] == 7
    told = home("index", str(home.files), "--prune", "--json").json()
    assert (told["reports"], told["vanished"]) == (6, [])


def test_a_rewritten_file_takes_no_id_from_a_reading_that_is_gone(home: Home) -> None:
    """Nobody can tell what was there; other words under the same name are another report."""
    before = {each["report_id"] for each in home("reports", "--json").json()}
    _changed(home.folder.catalog, "DELETE FROM revisions WHERE text LIKE '%gout%'")
    (home.files / "gout.txt").write_text("A bite in the garden\n\nA farmer was bitten by a viper near the well.\n")
    assert home("index", "--retry", str(home.files)).code == 0
    after = {each["report_id"] for each in home("reports", "--json").json()}
    assert len(after - before) == 1
    assert len(after) == 7


def test_generations_say_what_to_do_about_one_that_cannot_be_used(home: Home) -> None:
    """With its folder; and that nothing is served, where that is so."""
    (home.folder.generation(1) / "manifest.json").write_text('{"format": 1}')
    home.folder.current.unlink()
    ran = home("generations")
    assert f"rm -r '{home.folder.generation(1)}'" in ran.out
    assert f"none of these is served: run `casetrove index --data '{home.folder.root}'`" in " ".join(ran.err.split())
    assert [each["remedy"] is None for each in home("generations", "--json").json()] == [True, False]
    told = home("gc")
    assert told.code in (0, 1)


def test_looking_writes_nothing(home: Home) -> None:
    """Neither into the catalog nor into a cache of an older version, nor anything beside them."""
    with closing(sqlite3.connect(home.folder.embeddings)) as cache:
        cache.execute("PRAGMA journal_mode=DELETE")
        cache.execute("ALTER TABLE embeddings DROP COLUMN checksum")
        cache.execute("PRAGMA user_version=2")
        cache.commit()

    def state() -> dict[str, tuple[int, bytes]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.read_bytes())
            for path in home.folder.root.rglob("*")
            if path.is_file()
        }

    before = state()
    for command in (["doctor"], ["generations"], ["info"]):
        assert home(*command).code == 0
    assert state() == before
    told = home("index", "--rebuild", "--json").json()
    assert (told["embedded"], told["from_cache"]) == (0, told["passages"])
    assert home.findings() == []
