"""One suite for every vector index, with exact search in numpy as the oracle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.errors import DamagedError
from indexer.vectors.exact import ExactIndex
from indexer.vectors.faiss import FaissFlat

Matrix = NDArray[np.float32]
INDEXES: list[Any] = [ExactIndex, FaissFlat]
KINDS = pytest.mark.parametrize("kind", INDEXES, ids=lambda kind: kind.name)


@st.composite
def matrices_of_whole_numbers(draw: st.DrawFn) -> tuple[Matrix, Matrix]:
    """Rows and a query whose inner products are exact in float32 and often equal."""
    rows, dimensions = draw(st.integers(0, 60)), draw(st.integers(1, 6))
    values = st.integers(-1, 1)
    flat = draw(st.lists(values, min_size=rows * dimensions, max_size=rows * dimensions))
    query = draw(st.lists(values, min_size=dimensions, max_size=dimensions))
    return np.array(flat, dtype=np.float32).reshape(rows, dimensions), np.array(query, dtype=np.float32)


def unit_rows(rows: int, dimensions: int = 16, seed: int = 7) -> Matrix:
    matrix = np.random.default_rng(seed).standard_normal((rows, dimensions)).astype(np.float32)
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


@KINDS
@given(case=matrices_of_whole_numbers(), k=st.integers(0, 70))
def test_the_best_rows_come_in_order(kind: Any, case: tuple[Matrix, Matrix], k: int) -> None:
    """Scores fall, equal scores go by row, also where the cut falls among equals; never more than there are."""
    matrix, query = case
    scores, rows = kind.build(matrix).search(query, k)
    expected = sorted(((-float(row @ query), at) for at, row in enumerate(matrix)))[:k]
    assert [(-float(score), int(row)) for score, row in zip(scores, rows, strict=True)] == expected
    assert (scores.dtype, rows.dtype) == (np.float32, np.int64)


@KINDS
@pytest.mark.parametrize("k", [1, 99, 100, 101, 900, 5000])
def test_many_equal_rows_are_cut_by_row(kind: Any, k: int) -> None:
    """Two thousand copies of one vector and one better: the better one, then the first copies."""
    matrix = np.tile(np.array([[1, 0]], dtype=np.float32), (2000, 1))
    matrix[1234] = [2, 0]
    scores, rows = kind.build(matrix).search(np.array([1, 0], dtype=np.float32), k)
    assert rows.tolist() == [1234, *(row for row in range(2000) if row != 1234)][:k]
    assert scores.tolist() == [2.0, *([1.0] * 1999)][:k]


@pytest.mark.parametrize("kind", INDEXES[1:], ids=lambda kind: kind.name)
def test_search_agrees_with_the_oracle_on_unit_vectors(kind: Any) -> None:
    """On random unit vectors the rows are the oracle's and the scores differ by rounding at most."""
    matrix = unit_rows(500)
    oracle, index = ExactIndex.build(matrix), kind.build(matrix)
    for query in unit_rows(20, seed=8):
        (wanted, rows), (got, found) = oracle.search(query, 25), index.search(query, 25)
        np.testing.assert_array_equal(found, rows)
        np.testing.assert_allclose(got, wanted, atol=1e-6)


@KINDS
def test_scores_come_in_the_order_asked(kind: Any) -> None:
    """Any rows, repeated and in any order, get their own inner product."""
    matrix, query = unit_rows(30), unit_rows(1, seed=9)[0]
    rows = np.array([29, 0, 3, 3], dtype=np.int64)
    index = kind.build(matrix)
    np.testing.assert_allclose(index.scores(query, rows), matrix[rows] @ query, atol=1e-6)
    assert index.scores(query, np.zeros(0, dtype=np.int64)).shape == (0,)


@KINDS
def test_vectors_come_back_as_they_were_stored(kind: Any) -> None:
    """A flat index keeps every bit, in the order in which rows are asked for."""
    matrix = unit_rows(12)
    index = kind.build(matrix)
    np.testing.assert_array_equal(index.vectors(np.array([5, 1, 5])), matrix[[5, 1, 5]])
    assert index.vectors(np.zeros(0, dtype=np.int64)).shape == (0, 16)
    assert len(index) == 12


@KINDS
def test_an_empty_index_finds_nothing(kind: Any, tmp_path: Path) -> None:
    """No rows, no hits, also after a trip to disk."""
    index = kind.build(np.zeros((0, 4), dtype=np.float32))
    index.save(tmp_path / "index")
    for each in (index, kind.load(tmp_path / "index")):
        scores, rows = each.search(np.ones(4, dtype=np.float32), 5)
        assert (len(each), scores.shape, rows.shape) == (0, (0,), (0,))


@KINDS
def test_a_saved_index_answers_the_same(kind: Any, tmp_path: Path) -> None:
    """What is read from disk gives the same rows and the same scores, bit for bit."""
    index, path = kind.build(unit_rows(200)), tmp_path / "näme with blanks"
    index.save(path)
    query = unit_rows(1, seed=10)[0]
    for got, wanted in zip(kind.load(path).search(query, 20), index.search(query, 20), strict=True):
        np.testing.assert_array_equal(got, wanted)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """A file that FAISS cannot read, and an index of another kind, name the file and the command that mends it."""
    import faiss

    (tmp_path / "noise").write_bytes(b"noise" * 100)
    faiss.write_index(faiss.IndexFlatL2(4), str(tmp_path / "other"))
    for name in ("noise", "other", "absent"):
        with pytest.raises(DamagedError, match=f"{name}: .*--rebuild"):
            FaissFlat.load(tmp_path / name)
