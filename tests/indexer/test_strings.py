"""Sorted strings are found where they stand."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.strings import Strings, StringsWriter, mapped, open_strings, open_written, write_strings

SORTED = st.sets(st.text(max_size=6), max_size=20).map(lambda found: sorted(each.encode() for each in found))


@given(SORTED, st.text(max_size=3))
def test_what_was_written_is_found(strings: list[bytes], other: str) -> None:
    """Every string is found at its place, and nothing else is."""
    with tempfile.TemporaryDirectory() as folder:
        write_strings(Path(folder), "names", strings)
        found = open_strings(Path(folder), "names")
        assert list(found) == strings
        assert [found.find(each) for each in strings] == list(range(len(strings)))
        assert (found.find(other.encode()) is None) == (other.encode() not in strings)


def test_strings_may_stand_in_memory() -> None:
    """Bytes do as well as a mapped file."""
    found = Strings(b"feverrash", np.array([0, 5, 9]))
    assert (list(found), found.find(b"rash"), found.find(b"ras")) == ([b"fever", b"rash"], 1, None)


def test_other_numbers_than_expected_are_refused(tmp_path: Path) -> None:
    """Another type or shape is a ValueError that names the file; an absent file an OSError."""
    np.save(tmp_path / "wide.npy", np.zeros((2, 2), dtype="<i4"))
    np.save(tmp_path / "long.npy", np.zeros(2, dtype="<i8"))
    for name in ("wide", "long"):
        with pytest.raises(ValueError, match=name):
            mapped(tmp_path / f"{name}.npy", "<i4")
    (tmp_path / "empty.npy").touch()
    with pytest.raises(ValueError, match="empty"):
        mapped(tmp_path / "empty.npy", "<i4")
    with pytest.raises(OSError):
        mapped(tmp_path / "absent.npy", "<i4")


@given(st.lists(st.binary(max_size=6), max_size=20))
def test_strings_may_be_written_one_after_another(strings: list[bytes]) -> None:
    """In any order, repeats and empty ones too, they come back as they were added."""
    with tempfile.TemporaryDirectory() as folder:
        writer = StringsWriter(Path(folder), "texts")
        for string in strings:
            writer.add(string)
        writer.finish()
        assert list(open_written(Path(folder), "texts")) == strings


@pytest.mark.parametrize("change", [b"feve", b"fever?", b""], ids=["shorter", "longer", "empty"])
def test_a_file_of_another_length_is_refused(tmp_path: Path, change: bytes) -> None:
    """Strings would be cut at other places than they were joined."""
    writer = StringsWriter(tmp_path, "texts")
    writer.add(b"fever")
    writer.finish()
    (tmp_path / "texts").write_bytes(change)
    with pytest.raises(ValueError, match="texts: not as long as it was written"):
        open_written(tmp_path, "texts")
