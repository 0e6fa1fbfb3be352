"""The benchmark of vector indexes makes its vectors, builds apart, and counts what was found."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from corpus.errors import UsageError
from eval.benchmarks import vectors as benchmark
from eval.benchmarks.vector_data import SHAPES, Shape, Source, write
from eval.benchmarks.vector_kinds import KINDS, Build, BuildError, available, build_apart, open_searcher, peak_bytes
from eval.benchmarks.vectors import Figures, Filtered, Questions, ask, clock, main, recall, table, tune
from indexer.vectors.exact import ExactIndex

BUILD = Build(2.0, 30.0, 4.0, None)
ROW = Figures("clustered", 1000, "usearch", 64, 0.991, 0.97, 0.5, 1.5, 0.75, 20.0, BUILD)


def made(path: Path, rows: int = 600, shape: Shape = "clustered", seed: int = 0) -> Source:
    source = Source(shape, rows, dimensions=24, seed=seed)
    write(source, rows, path)
    return source


class Known:
    """Finds what it is told to, once its effort suffices, and remembers what it was asked."""

    def __init__(self, answers: Sequence[Sequence[int]], enough: int = 0) -> None:
        self.answers, self.enough, self.effort = [list(rows) for rows in answers], enough, 0
        self.asked: list[int] = []

    def search(self, query: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """The answer to the query of that number."""
        at = int(query[0])
        self.asked.append(at)
        return np.array(self.answers[at][:k] if self.effort >= self.enough else [-1] * k, dtype=np.int64)


def numbered(count: int) -> NDArray[np.float32]:
    """Queries that say which they are."""
    return np.arange(count, dtype=np.float32)[:, None]


# --- the vectors ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_vectors_are_unit_and_reproducible(shape: Shape, tmp_path: Path) -> None:
    """The same seed gives the same file and the same queries; another seed others."""
    drawn = [made(tmp_path / name, shape=shape, seed=seed).draw(5) for name, seed in (("a", 0), ("b", 0), ("c", 1))]
    first, again, other = (np.load(tmp_path / name) for name in "abc")
    assert (first.shape, first.dtype) == ((600, 24), np.float32)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert not np.array_equal(first, other)


def test_blocks_make_the_file_of_the_asked_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A last block that is not full, and progress that ends at the end."""
    monkeypatch.setattr("eval.benchmarks.vector_data._BLOCK", 250)
    told: list[tuple[int, int]] = []
    write(Source("clustered", 600, 24), 600, tmp_path / "a", lambda done, total: told.append((done, total)))
    assert np.load(tmp_path / "a").shape == (600, 24)
    assert told == [(250, 600), (500, 600), (600, 600)]


def test_clustered_rows_have_nearer_neighbours_than_diffuse_ones() -> None:
    """The tenth neighbour of a row lies near among clustered rows, and not so near among diffuse ones."""
    tenth = {}
    for shape in SHAPES:
        rows = Source(shape, 4000).draw(4000)
        tenth[shape] = float(np.median(np.sort(rows[:200] @ rows.T, axis=1)[:, -11]))
    assert tenth["clustered"] > tenth["diffuse"] + 0.05
    assert 0.4 < tenth["clustered"] < 0.6  # .54 of so many MiniLM passages of case reports


def test_queries_are_no_rows(tmp_path: Path) -> None:
    """A query is drawn as rows are, from the same groups, and is none of them."""
    queries = made(tmp_path / "a").draw(50)
    nearest = (queries @ np.load(tmp_path / "a").T).max(axis=1)
    assert 0.5 < np.median(nearest) < 0.95
    assert nearest.max() < 0.9999


# --- what is counted --------------------------------------------------------------------------------------------


def test_exact_answers_come_from_all_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read block by block, the answers are those of the oracle; fewer rows than asked for give all of them."""
    monkeypatch.setattr(benchmark, "_BLOCK", 70)
    queries = made(tmp_path / "a").draw(7)
    oracle = ExactIndex(np.load(tmp_path / "a"))
    questions = ask(tmp_path / "a", queries)
    np.testing.assert_array_equal(questions.best, [oracle.search(query, 100)[1] for query in queries])
    few = made(tmp_path / "few", rows=8).draw(2)
    assert sorted(ask(tmp_path / "few", few).best[0].tolist()) == list(range(8))


def test_recall_is_the_share_found() -> None:
    """Of two queries one finds all three best, one finds one of them."""
    questions = Questions(numbered(2), np.array([[1, 2, 3], [4, 5, 6]]))
    assert recall(Known([[3, 2, 1], [9, 8, 6]]), questions, 3) == pytest.approx((3 + 1) / 6)
    assert recall(Known([[1, 9, 9], [5, 9, 9]]), questions, 1) == pytest.approx(0.5)


def test_the_least_effort_that_is_enough_is_set() -> None:
    """Efforts rise until recall suffices; if it never does, the greatest stays."""
    questions = Questions(numbered(1), np.array([[1, 2]]))
    for enough, wanted in ((0, 16), (60, 64), (10**6, 1024)):
        searcher = Known([[1, 2]], enough)
        tune(searcher, questions)
        assert searcher.effort == wanted


def test_exact_search_is_asked_in_between() -> None:
    """Every query is timed, every tenth one with exact search too, in turns."""
    searcher, exact = Known([[1]] * 25), Known([[1]] * 25)
    laps, exact_laps = clock(searcher, exact, numbered(25), 1)
    assert (len(laps), len(exact_laps)) == (25, 3)
    assert (searcher.asked, exact.asked) == (list(range(25)), [0, 10, 20])
    assert min(laps + exact_laps) >= 0


# --- building apart ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_built_apart_and_finds_nearly_everything(kind: str, tmp_path: Path) -> None:
    """A process of its own builds it from the same file, which stays; recall is high, time and size are told."""
    if kind not in available():
        pytest.skip(f"{kind} is not installed")
    queries = made(tmp_path / "vectors.npy").draw(20)
    built = build_apart(kind, tmp_path / "vectors.npy", tmp_path / kind)  # type: ignore[arg-type]
    searcher = open_searcher(kind, tmp_path / kind, built.info, 24)  # type: ignore[arg-type]
    if built.info is None:
        searcher.effort = 128
    assert recall(searcher, ask(tmp_path / "vectors.npy", queries), 10) > 0.9
    assert built.seconds > 0
    assert 5 < built.peak_mb < 2000
    assert 0.01 < built.disk_mb < 1


def test_a_build_that_fails_is_told(tmp_path: Path) -> None:
    """The kind and the last line that its process said."""
    (tmp_path / "vectors.npy").write_bytes(b"no vectors")
    with pytest.raises(BuildError, match=r"flat could not be built.*--rebuild"):
        build_apart("flat", tmp_path / "vectors.npy", tmp_path / "flat")


def test_the_peak_is_of_this_process() -> None:
    """Memory that is held now has been held."""
    held = np.ones(3_000_000)
    assert peak_bytes() > held.nbytes


# --- the command ------------------------------------------------------------------------------------------------


def test_our_kinds_are_measured_as_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every shape and kind gives a row of figures; what was made is removed."""
    kinds = ["ivf-sq8", "flat"]
    main([500], kinds=kinds, queries=20, folder=tmp_path, json_only=True)
    told = json.loads(capsys.readouterr().out)
    rows = told["indexes"]
    assert [(row["shape"], row["kind"]) for row in rows] == [
        (shape, kind) for shape in SHAPES for kind in sorted(kinds)
    ]
    assert {row["rows"] for row in rows} == {500}
    flat, trained = rows[0], rows[1]
    assert (flat["recall_10"], flat["recall_100"], flat["build"]["info"]["name"]) == (1.0, 1.0, "flat")
    assert trained["recall_10"] > 0.9
    assert trained["effort"] == trained["build"]["info"]["parameters"]["nprobe"]
    assert [each["share"] for each in trained["filtered"]] == [0.1, 0.01]
    assert min(each["recall_10"] for each in trained["filtered"]) > 0.9
    assert trained["times_faster"] == pytest.approx(trained["exact_p50_ms"] / trained["p50_ms"])
    assert told["environment"]["libraries"]["faiss-cpu"]
    assert not list(tmp_path.iterdir())


def test_five_million_rows_are_for_our_kinds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The graphs would need more memory than the machine that this is for has."""
    asked: list[tuple[int, list[str]]] = []

    def measured(shape: str, rows: int, kinds: list[str], *_: object) -> list[Figures]:
        asked.append((rows, kinds))
        return []

    monkeypatch.setattr(benchmark, "measure", measured)
    main([100], five_million=True, shapes=["diffuse"], folder=tmp_path, json_only=True)
    assert asked == [(100, list(available())), (5_000_000, ["flat", "ivf-sq8", "rabitq-sq8"])]


def test_what_is_not_installed_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table without the others is no comparison: a person sees why they are not in it."""
    monkeypatch.setattr(benchmark, "measure", lambda *_: [])
    monkeypatch.setattr(benchmark, "available", lambda: ("flat", "ivf-sq8", "rabitq-sq8", "usearch"))
    main([100], folder=tmp_path, json_only=True)
    told = capsys.readouterr()
    assert "hnswlib was not measured: its library is not installed" in " ".join(told.err.split())
    assert "usearch was" not in told.err
    main([100], kinds=["flat"], folder=tmp_path, json_only=True)
    assert "not measured" not in capsys.readouterr().err


def test_the_table_names_vectors_and_indexes() -> None:
    """A person sees a heading for each shape and size, and under it a row for each index."""
    console = Console(file=io.StringIO(), width=150)
    ours = replace(ROW, kind="ivf-sq8", filtered=[Filtered(0.1, 0.984, 2.25), Filtered(0.01, 1.0, 6.125)])
    console.print(table([ROW, ours, replace(ROW, kind="hnswlib"), replace(ROW, shape="diffuse", rows=2_000_000)]))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert shown.count("clustered") == 1
    for wanted in (
        "hnswlib",
        "diffuse",
        "2,000,000",
        "0.9910",
        "0.9700",
        "0.50",
        "1.50",
        "40",
        "peak MB",
        "2.25 0.984",
        "6.12 1.000",
    ):
        assert wanted in shown


@pytest.mark.parametrize(("option", "name"), [("kinds", "annoy"), ("shapes", "round")])
def test_unknown_names_are_refused(option: str, name: str) -> None:
    """What there is to choose from is told."""
    with pytest.raises(UsageError, match=f"--{option} {name}: must be one of"):
        main([100], **{option: [name]})  # type: ignore[arg-type]
