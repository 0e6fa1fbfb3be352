"""Files that a program found in folders, and files that it found gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.files import is_gone
from corpus.ingest import ingest


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """An empty catalog."""
    return Catalog(tmp_path / "data" / "catalog.sqlite")


def report(path: Path, disease: str) -> Path:
    """A file with a short report."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Case report\n\nA nun had {disease}. It ceased after a week.", encoding="utf-8")
    return path


def test_a_found_table_of_something_else_is_passed_over(catalog: Catalog, tmp_path: Path) -> None:
    """Named by a person it fails; found in a folder it is counted and no failure."""
    table = tmp_path / "prices.csv"
    table.write_text("fruit,price\napple,1\n", encoding="utf-8")
    assert ingest(catalog, [table], found=True).failures == []
    assert ingest(catalog, [table], found=True).passed_over == {".csv": 1}
    assert ingest(catalog, [table]).failed == 1


def test_found_files_that_went_meanwhile_are_no_error(catalog: Catalog, tmp_path: Path) -> None:
    """Whoever found them sees that they are gone; the others are read."""
    gone, there = tmp_path / "gone.txt", report(tmp_path / "there.txt", "hiccups")
    assert ingest(catalog, [gone], found=True).missing == []
    summary = ingest(catalog, [gone, there], found=True)
    assert (summary.read, summary.missing, summary.failures) == (1, [], [])


def test_only_what_is_gone_is_forgotten(catalog: Catalog, tmp_path: Path) -> None:
    """Of the files named as gone those that are there stay, and so do those that are gone and not named."""
    paths = [report(tmp_path / f"{disease}.txt", disease) for disease in ("gout", "mumps", "croup")]
    ingest(catalog, paths)
    for path in paths[:2]:
        path.unlink()
    summary = ingest(catalog, [], gone=[str(paths[0]), str(paths[2]), str(tmp_path / "never seen.txt")])
    assert (summary.pruned, summary.removed) == ([str(paths[0])], 1)
    assert catalog.files() == sorted(map(str, paths[1:]))


def test_a_file_that_cannot_be_looked_at_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share that does not answer, or rights that were taken away, are no removal."""
    path = report(tmp_path / "in" / "a.txt", "gout")
    stat = Path.stat

    def refusing(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return stat(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", refusing)
    assert not is_gone(str(path))
    monkeypatch.undo()
    assert not is_gone(str(path))
    path.unlink()
    assert is_gone(str(path))
    path.parent.rmdir()
    path.parent.write_text("a file now", encoding="utf-8")
    assert is_gone(str(path))


def test_an_upload_is_never_gone() -> None:
    """It is no file on disk."""
    assert not is_gone("upload:a.txt")


def test_a_name_that_is_no_utf8_is_not_taken_for_gone(catalog: Catalog, tmp_path: Path) -> None:
    """Pruning keeps the report of such a file while it is there, and forgets it when it is not."""
    folder = tmp_path / "reports"
    path = report(folder / os.fsdecode(b"caf\xe9.txt"), "gout")
    report(folder / "b.txt", "croup")
    assert ingest(catalog, [folder], prune=True).pruned == []
    assert ingest(catalog, [folder], prune=True).unchanged == 2
    path.unlink()
    assert len(ingest(catalog, [folder], prune=True).pruned) == 1


def test_a_name_with_a_backslash_is_itself(tmp_path: Path) -> None:
    """What looks like an escape may be the name."""
    path = report(tmp_path / r"a\xe9.txt", "gout")
    assert not is_gone(str(path))
    path.unlink()
    assert is_gone(str(path))
