"""Arrays are read whole, whoever else reads at that moment."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from corpus.arrays import load_array

ROOT = Path(__file__).parents[2]


@pytest.fixture
def interrupted() -> Iterator[None]:
    """Collections of garbage are frequent, and each lets another thread go on, as a busy server's do now and then."""

    def give_way(phase: str, _: object) -> None:
        if phase == "start":
            time.sleep(0)

    before = gc.get_threshold()
    gc.set_threshold(5)
    gc.callbacks.append(give_way)
    yield
    gc.callbacks.remove(give_way)
    gc.set_threshold(*before)


@pytest.mark.usefixtures("interrupted")
@pytest.mark.parametrize("mapped", [None, "r"])
def test_threads_read_side_by_side(tmp_path: Path, mapped: Literal["r"] | None) -> None:
    """Four threads that read headers in each other's middle all get what was written."""
    path = tmp_path / "values.npy"
    np.save(path, np.arange(7))
    wrong: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(100):
                np.testing.assert_array_equal(load_array(path, mapped), np.arange(7))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_arrays_follow_each_other_in_one_stream() -> None:
    """A stream's next array is read, and no more of it."""
    stream = BytesIO()
    for each in (np.arange(3), np.ones((2, 2), dtype=np.float32)):
        np.save(stream, each)
    stream.seek(0)
    assert load_array(stream).tolist() == [0, 1, 2]
    assert load_array(stream).dtype == np.float32


def test_a_mapped_array_is_written_through(tmp_path: Path) -> None:
    """Asked for writing, what is put into the array stands in the file."""
    path = tmp_path / "values.npy"
    np.save(path, np.zeros(3))
    mapped = load_array(path, "r+")
    mapped[1] = 5
    del mapped
    assert load_array(path).tolist() == [0, 5, 0]


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    """A file of Python objects could run anything: it is refused."""
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        load_array(tmp_path / "objects.npy")


def test_nothing_else_reads_arrays() -> None:
    """One door: what reads an array beside it could fail while another thread reads."""
    others = [
        str(path.relative_to(ROOT))
        for room in ("corpus", "indexer", "search_api", "eval")
        for path in (ROOT / room).rglob("*.py")
        if path.name != "arrays.py" and ("np.load(" in (text := path.read_text("utf-8")) or "open_memmap(" in text)
    ]
    assert others == []
