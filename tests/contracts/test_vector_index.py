"""One suite for every vector index, with exact search in numpy as the oracle."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.vectors.base import Allowed, VectorIndex
from indexer.vectors.exact import ExactIndex
from indexer.vectors.files import Kind, finish, open_index
from indexer.vectors.flat import FlatIndex
from indexer.vectors.segmented import Segmented

Matrix = NDArray[np.float32]
Build = Callable[[Matrix], VectorIndex]
MADE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""For properties of indexes that are written to disk for each example."""
ENOUGH = 0.95
DIMENSIONS = 96


def in_pieces(matrix: Matrix) -> VectorIndex:
    """``matrix`` cut into four unequal parts, one of them empty, all rows alive."""
    third = len(matrix) // 3
    pieces = [matrix[:third], matrix[:0], matrix[third : third + 2], matrix[third + 2 :]]
    return Segmented([ExactIndex(piece) for piece in pieces], [None, np.zeros(0, dtype=bool), None, None])


EXACT: dict[str, Build] = {
    "exact-numpy": ExactIndex,
    "flat": lambda matrix: FlatIndex(np.ascontiguousarray(matrix, dtype=np.float32)),
    "segmented": in_pieces,
}
EXACT_KINDS = pytest.mark.parametrize("build", EXACT.values(), ids=EXACT)
TRAINED: tuple[Kind, ...] = ("ivf-sq8", "rabitq-sq8")
KINDS = ("flat", *TRAINED, "segmented")
"""Every kind as it comes from disk; ``segmented`` is a trained one with two small flat ones behind it."""


@st.composite
def matrices_of_whole_numbers(draw: st.DrawFn) -> tuple[Matrix, Matrix, Allowed]:
    """Rows, a query whose inner products with them are exact in float32 and often equal, and the rows allowed."""
    rows, dimensions = draw(st.integers(0, 60)), draw(st.integers(1, 6))
    values = st.integers(-1, 1)
    flat = draw(st.lists(values, min_size=rows * dimensions, max_size=rows * dimensions))
    query = draw(st.lists(values, min_size=dimensions, max_size=dimensions))
    allowed = draw(st.lists(st.booleans(), min_size=rows, max_size=rows))
    matrix = np.array(flat, dtype=np.float32).reshape(rows, dimensions)
    return matrix, np.array(query, dtype=np.float32), np.array(allowed, dtype=bool)


def unit_rows(rows: int, dimensions: int = 16, seed: int = 7) -> Matrix:
    matrix = np.random.default_rng(seed).standard_normal((rows, dimensions)).astype(np.float32)
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


def clustered(rows: int, dimensions: int = DIMENSIONS, seed: int = 3) -> Matrix:
    """Unit rows around sixty centres, as passages lie around their subjects."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((60, dimensions))
    matrix = centres[rng.integers(60, size=rows)] + 0.6 * rng.standard_normal((rows, dimensions))
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


def written(folder: Path, matrix: Matrix, kind: Kind) -> VectorIndex:
    folder.mkdir(exist_ok=True)
    np.save(folder / "vectors.npy", matrix)
    return open_index(folder, finish(folder, kind=kind))


@pytest.fixture(scope="module")
def rows() -> Matrix:
    return clustered(6000)


@pytest.fixture(scope="module")
def indexes(rows: Matrix, tmp_path_factory: pytest.TempPathFactory) -> dict[str, VectorIndex]:
    """Each of ``KINDS`` over ``rows``."""
    home = tmp_path_factory.mktemp("indexes")
    made: dict[str, VectorIndex] = {kind: written(home / kind, rows, kind) for kind in ("flat", *TRAINED)}
    base = written(home / "base", rows[:5000], "ivf-sq8")
    made["segmented"] = Segmented([base, ExactIndex(rows[5000:5003]), ExactIndex(rows[5003:])], [None, None, None])
    return made


@pytest.fixture(params=KINDS)
def index(request: pytest.FixtureRequest, indexes: dict[str, VectorIndex]) -> VectorIndex:
    return indexes[request.param]


# --- exact kinds equal the oracle -------------------------------------------------------------------------------


@EXACT_KINDS
@given(case=matrices_of_whole_numbers(), k=st.integers(0, 70), filtered=st.booleans())
def test_the_best_rows_come_in_order(
    build: Build, case: tuple[Matrix, Matrix, Allowed], k: int, filtered: bool
) -> None:
    """Scores fall, equal scores go by row, also where the cut falls among equals; only allowed rows, all of them."""
    matrix, query, allowed = case
    scores, rows = build(matrix).search(query, k, allowed if filtered else None)
    every = ((-float(row @ query), at) for at, row in enumerate(matrix) if allowed[at] or not filtered)
    assert [(-float(score), int(row)) for score, row in zip(scores, rows, strict=True)] == sorted(every)[:k]
    assert (scores.dtype, rows.dtype) == (np.float32, np.int64)


@EXACT_KINDS
@pytest.mark.parametrize("k", [1, 99, 100, 101, 900, 5000])
def test_many_equal_rows_are_cut_by_row(build: Build, k: int) -> None:
    """Two thousand copies of one vector and one better: the better one, then the first copies."""
    matrix = np.tile(np.array([[1, 0]], dtype=np.float32), (2000, 1))
    matrix[1234] = [2, 0]
    scores, rows = build(matrix).search(np.array([1, 0], dtype=np.float32), k)
    assert rows.tolist() == [1234, *(row for row in range(2000) if row != 1234)][:k]
    assert scores.tolist() == [2.0, *([1.0] * 1999)][:k]


@EXACT_KINDS
def test_search_agrees_with_the_oracle_on_unit_vectors(build: Build) -> None:
    """On random unit vectors the rows are the oracle's and the scores differ by rounding at most."""
    matrix = unit_rows(500)
    oracle, index = ExactIndex(matrix), build(matrix)
    for query in unit_rows(20, seed=8):
        (wanted, rows), (got, found) = oracle.search(query, 25), index.search(query, 25)
        np.testing.assert_array_equal(found, rows)
        np.testing.assert_allclose(got, wanted, atol=1e-6)


@EXACT_KINDS
def test_vectors_come_back_as_they_were_stored(build: Build) -> None:
    """An exact index keeps every bit, in the order in which rows are asked for."""
    matrix = unit_rows(12)
    index = build(matrix)
    np.testing.assert_array_equal(index.vectors(np.array([5, 1, 11, 5])), matrix[[5, 1, 11, 5]])
    assert len(index) == 12


# --- every kind, as it comes from disk --------------------------------------------------------------------------


def recall(index: VectorIndex, oracle: ExactIndex, queries: Matrix, k: int, allowed: Allowed | None = None) -> float:
    """The share of the oracle's rows that ``index`` finds."""
    wanted = [oracle.search(query, k, allowed)[1].tolist() for query in queries]
    found = [index.search(query, k, allowed)[1].tolist() for query in queries]
    assert [len(row) for row in found] == [len(row) for row in wanted]
    return sum(len(set(a) & set(b)) for a, b in zip(wanted, found, strict=True)) / sum(map(len, wanted))


@pytest.mark.parametrize("k", [1, 10, 100])
def test_recall_is_high_on_clustered_rows(index: VectorIndex, rows: Matrix, k: int) -> None:
    """Of what exact search finds for new queries, nearly everything is found."""
    assert recall(index, ExactIndex(rows), clustered(60, seed=4), k) >= ENOUGH


@pytest.mark.parametrize("share", [0.9, 0.3, 0.05, 0.004])
def test_recall_stays_high_under_a_filter(index: VectorIndex, rows: Matrix, share: float) -> None:
    """However few rows are allowed, the best of them are found, and as many as were asked for."""
    allowed = np.random.default_rng(5).random(len(rows)) < share
    assert recall(index, ExactIndex(rows), clustered(60, seed=6), 10, allowed) >= ENOUGH


def test_a_search_goes_on_where_no_allowed_row_is_near(index: VectorIndex, rows: Matrix) -> None:
    """With all that lies near the query forbidden, what is found is still as near as what could be, but for .03."""
    query = rows[0]
    far = rows @ query < np.quantile(rows @ query, 0.2)
    wanted, _ = ExactIndex(rows).search(query, 50, far)
    scores, found = index.search(query, 50, far)
    assert far[found].all()
    np.testing.assert_allclose(scores, wanted, atol=0.03)


@MADE
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0, 1), k=st.integers(0, 40))
@pytest.mark.parametrize("kind", KINDS)
def test_only_allowed_rows_come_and_as_many_as_there_are(
    indexes: dict[str, VectorIndex], kind: str, seed: int, share: float, k: int
) -> None:
    """Any filter: never a disallowed row or one twice, ``min(k, allowed)`` of them, scores falling, ties by row."""
    index, rng = indexes[kind], np.random.default_rng(seed)
    allowed = rng.random(len(index)) < share
    scores, rows = index.search(unit_rows(1, DIMENSIONS, seed)[0], k, allowed)
    assert allowed[rows].all()
    assert len(set(rows.tolist())) == len(rows) == min(k, int(allowed.sum()))
    assert list(zip(-scores, rows, strict=True)) == sorted(zip(-scores, rows, strict=True))
    assert (scores.dtype, rows.dtype) == (np.float32, np.int64)


def test_everything_is_found_if_everything_is_asked_for(index: VectorIndex) -> None:
    """With ``k`` beyond the number of rows every row comes once."""
    _, rows = index.search(unit_rows(1, DIMENSIONS)[0], 10_000)
    assert sorted(rows.tolist()) == list(range(len(index)))


def test_a_search_says_the_scores_that_rows_have(index: VectorIndex, rows: Matrix) -> None:
    """What a search says of a row is what ``scores`` says of it, and nearly what the true vector gives."""
    query = clustered(1, seed=9)[0]
    scores, found = index.search(query, 30)
    np.testing.assert_allclose(index.scores(query, found), scores, atol=1e-5)
    np.testing.assert_allclose(scores, rows[found] @ query, atol=0.01)


def test_scores_and_vectors_come_in_the_order_asked(index: VectorIndex, rows: Matrix) -> None:
    """Any rows, repeated and in any order, get their own vector and inner product; no rows get none."""
    query, asked = unit_rows(1, DIMENSIONS)[0], np.array([5999, 0, 5001, 5001, 17], dtype=np.int64)
    np.testing.assert_allclose(index.vectors(asked), rows[asked], atol=0.01)
    np.testing.assert_allclose(index.scores(query, asked), index.vectors(asked) @ query, atol=1e-6)
    none = np.zeros(0, dtype=np.int64)
    assert (index.scores(query, none).shape, index.vectors(none).shape) == ((0,), (0, DIMENSIONS))


def test_a_query_need_not_be_float32(index: VectorIndex) -> None:
    """A query in double precision, or one that is a column of a matrix, is answered as its float32 copy."""
    query = unit_rows(1, DIMENSIONS)[0]
    for other in (query.astype(np.float64), np.stack([query, query], axis=1)[:, 0]):
        np.testing.assert_array_equal(index.search(other, 5)[1], index.search(query, 5)[1])
        np.testing.assert_array_equal(index.scores(other, np.arange(3)), index.scores(query, np.arange(3)))


@pytest.mark.parametrize("kind", ["flat", *TRAINED])
@pytest.mark.parametrize("count", [0, 1, 2, 41, 100])
def test_few_rows_are_found_all(kind: Kind, count: int, tmp_path: Path) -> None:
    """Too few rows to train on, one or none: the index works all the same."""
    matrix = unit_rows(count)
    index = written(tmp_path / "few", matrix, kind)
    _, rows = index.search(unit_rows(1, seed=2)[0], 200)
    assert (len(index), sorted(rows.tolist())) == (count, list(range(count)))
    scores, rows = index.search(unit_rows(1, seed=2)[0], 3, np.zeros(count, dtype=bool))
    assert (scores.shape, rows.shape) == ((0,), (0,))


@pytest.mark.parametrize("kind", TRAINED)
def test_copies_of_one_row_are_cut_by_row(kind: Kind, tmp_path: Path) -> None:
    """A passage that stands in many reports: its first copies come, whatever list FAISS reads first."""
    matrix = np.concatenate([np.tile(unit_rows(1), (700, 1)), unit_rows(300)])
    index = written(tmp_path / "copies", matrix, kind)
    assert index.search(matrix[0], 50)[1].tolist() == list(range(50))


def test_threads_share_an_index(index: VectorIndex) -> None:
    """A server searches from many threads at once: each gets what it would get alone."""
    queries = clustered(40, seed=21)
    allowed = np.random.default_rng(2).random(len(index)) < 0.4
    filters = [None, allowed] * 20
    alone = [index.search(query, 10, some)[1].tolist() for query, some in zip(queries, filters, strict=True)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            found = pool.map(lambda query, some: index.search(query, 10, some)[1].tolist(), queries, filters)
            assert list(found) == alone


# --- segments ---------------------------------------------------------------------------------------------------


@given(case=matrices_of_whole_numbers(), cuts=st.lists(st.integers(0, 60), max_size=4), data=st.data())
def test_dead_rows_are_never_found(case: tuple[Matrix, Matrix, Allowed], cuts: list[int], data: Any) -> None:
    """However rows are spread over parts, the living and allowed ones come as one exact index would give them."""
    matrix, query, allowed = case
    alive = np.array(data.draw(st.lists(st.booleans(), min_size=len(matrix), max_size=len(matrix))), dtype=bool)
    edges = [0, *sorted(min(cut, len(matrix)) for cut in cuts), len(matrix)]
    pieces = [slice(low, high) for low, high in pairwise(edges)]
    index = Segmented([ExactIndex(matrix[piece]) for piece in pieces], [alive[piece] for piece in pieces])
    oracle = ExactIndex(matrix)
    for given_filter, wanted in ((None, alive), (allowed, alive & allowed)):
        for got, expected in zip(index.search(query, 9, given_filter), oracle.search(query, 9, wanted), strict=True):
            np.testing.assert_array_equal(got, expected)
    every = np.arange(len(matrix), dtype=np.int64)[::-1]
    assert len(index) == len(matrix)
    np.testing.assert_array_equal(index.scores(query, every), oracle.scores(query, every))
    np.testing.assert_array_equal(index.vectors(every), oracle.vectors(every))


def test_a_trained_part_keeps_its_recall_with_dead_rows(indexes: dict[str, VectorIndex], rows: Matrix) -> None:
    """Half the base dead and a delta behind it: what lives is found."""
    alive = np.random.default_rng(1).random(len(rows)) < 0.5
    delta = clustered(40, seed=12)
    oracle, living = ExactIndex(np.concatenate([rows, delta])), np.concatenate([alive, np.ones(40, dtype=bool)])
    for kind in TRAINED:
        index = Segmented([indexes[kind], ExactIndex(delta)], [alive, None])
        queries = clustered(40, seed=13)
        found = np.concatenate([index.search(query, 10)[1] for query in queries])
        wanted = np.concatenate([oracle.search(query, 10, living)[1] for query in queries])
        assert living[found].all()
        shared = sum(len({*a} & {*b}) for a, b in zip(found.reshape(40, 10), wanted.reshape(40, 10), strict=True))
        assert shared / 400 >= ENOUGH


def test_segments_are_named_by_their_kinds(indexes: dict[str, VectorIndex]) -> None:
    """The name says what is searched, part after part; no parts are an index of no rows."""
    assert indexes["segmented"].name == "ivf-sq8+exact-numpy+exact-numpy"
    empty = Segmented([], [])
    assert (len(empty), len(empty.search(unit_rows(1)[0], 3)[1]), empty.vectors(np.zeros(0, int)).shape) == (
        0,
        0,
        (0, 0),
    )


def test_flags_that_do_not_fit_are_refused() -> None:
    """As many flags as rows, and as many sets of flags as parts."""
    part = ExactIndex(unit_rows(3))
    with pytest.raises(ValueError, match=r"4,.* flags for the 3 rows"):
        Segmented([part], [np.ones(4, dtype=bool)])
    with pytest.raises(ValueError, match="shorter"):
        Segmented([part], [])


def test_two_indexes_of_one_file_answer_the_same(rows: Matrix, tmp_path: Path) -> None:
    """What a second process opens gives the same rows and the same scores, bit for bit."""
    for kind in ("flat", *TRAINED):
        folder = tmp_path / f"näme with blanks {kind}"
        folder.mkdir()
        np.save(folder / "vectors.npy", rows)
        info = finish(folder, kind=kind)
        first, second = open_index(folder, info), open_index(folder, replace(info))
        for query in unit_rows(5, DIMENSIONS):
            for got, wanted in zip(first.search(query, 20), second.search(query, 20), strict=True):
                np.testing.assert_array_equal(got, wanted)
