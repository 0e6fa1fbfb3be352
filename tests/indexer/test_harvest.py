"""The cases of what is served can be had without opening anything else of the index."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest

from corpus.cases.reading import read_cases
from corpus.errors import NotFoundError
from indexer import harvest as room
from indexer.errors import DamagedError, LostCatalogError, MismatchError, NoGenerationError
from indexer.folder import DataFolder
from indexer.generation import is_held, remove
from indexer.harvest import open_harvest
from indexer.manifest import segment_place
from tests.fakes import CASES, Indexed, empty, indexed, make_report

OTHERS = (
    "# Case report\n\nA boy had a rash.\n\n# Discussion\n\nSmith et al. treated three patients with chloramphenicol."
)


def test_every_report_comes_with_its_cases_by_id(tmp_path: Path) -> None:
    """Across segments, without what is gone; the text is the one that was read."""
    small = indexed(tmp_path)
    small.catalog.delete("gout")
    small.put({"aardvark": make_report("A man was treated with colchicine.", given_id="given")})
    small.build()
    harvest = open_harvest(small.folder, small.catalog)
    told = list(harvest)
    assert [stored.report_id for stored, _ in told] == sorted({*CASES, "aardvark"} - {"gout"})
    assert len(harvest) == len(told)
    assert len(harvest.manifest.segments) == 2
    for stored, cases in told:
        assert cases == read_cases(stored.report)


def test_one_report_is_found_by_any_of_its_names(small: Indexed) -> None:
    """Its id, or one that it was given; one that is not indexed, or not there, is told of by name."""
    small.put({"nun": make_report("A nun had hiccups.", given_id="record-7")})
    with pytest.raises(NotFoundError, match="'nun' is not indexed yet: run `casetrove index`"):
        open_harvest(small.folder, small.catalog).of("record-7")
    small.build()
    harvest = open_harvest(small.folder, small.catalog)
    assert harvest.of("record-7") == harvest.of("nun")
    with pytest.raises(NotFoundError, match="'monk'"):
        harvest.of("monk")


def test_only_reports_that_tell_of_others_are_opened_for_literature(small: Indexed) -> None:
    """Which they are is known without their texts."""
    small.put({"others": OTHERS})
    small.build()
    found = list(open_harvest(small.folder, small.catalog).literature())
    assert "others" in [stored.report_id for stored, _ in found]
    assert all(cases.literature for _, cases in found)


def test_nothing_else_of_the_index_is_opened(small: Indexed) -> None:
    """Damage elsewhere keeps nobody from reading the cases; damage to them or to the list of reports does."""
    place = segment_place(small.folder.generation(1), "000001")
    (place / "vectors.npy").write_bytes(b"noise")
    assert len(list(open_harvest(small.folder, small.catalog))) == len(CASES)
    for name in ("cases/packed", "cases/packed_starts.npy", "reports.json"):
        whole = (place / name).read_bytes()
        (place / name).write_bytes(whole[:-1])
        with pytest.raises(DamagedError, match=r": run `casetrove index`$"):
            open_harvest(small.folder, small.catalog)
        (place / name).unlink()
        with pytest.raises(DamagedError, match=r": run `casetrove index`$"):
            open_harvest(small.folder, small.catalog)
        (place / name).write_bytes(whole)


def test_what_cannot_be_served_cannot_be_harvested(
    small: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing indexed, a lost catalog, another extraction: the same errors as for any question."""
    fresh = empty(tmp_path / "fresh")
    fresh.put({"nun": "A nun had hiccups."})
    with pytest.raises(NoGenerationError):
        open_harvest(fresh.folder, fresh.catalog)
    with pytest.raises(LostCatalogError):
        open_harvest(small.folder, empty(tmp_path / "other").catalog)
    monkeypatch.setattr(room.read_manifest.__globals__["cases"], "name", lambda: "another")
    with pytest.raises(MismatchError, match=r"extraction .*: run `casetrove index`$"):
        open_harvest(small.folder, small.catalog)


def test_a_generation_is_not_removed_while_its_cases_are_read(small: Indexed) -> None:
    """Whoever holds the harvest holds the generation; where it could not be opened, nothing is held."""
    harvest = open_harvest(small.folder, small.catalog)
    assert is_held(small.folder, 1)
    assert not remove(small.folder, 1)
    del harvest
    gc.collect()
    assert not is_held(small.folder, 1)
    (small.folder.generation(1) / "alive.npy").write_bytes(b"noise")
    with pytest.raises(DamagedError):
        open_harvest(small.folder, small.catalog)
    assert not is_held(small.folder, 1)


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
    """The one that took its place is read instead of reporting damage."""
    small.build(force=True)
    assert open_harvest(Replaced(small.folder.root), small.catalog).manifest.generation == 2
