"""Ranked passages are held against judged spans, each span counted once."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from corpus.errors import MalformedError, UsageError
from eval import commands
from eval.commands import app
from eval.harness import evaluate
from eval.kept import load_kept
from eval.measures import score
from eval.model import Run, Score
from eval.passages import JudgedSpan, credited, parts_of, passage_id, read_passages
from eval.report import write_per_query
from eval.topics import load
from indexer.encoders.hashing import HashingEncoder
from search_api.config import System

WriteSet = Callable[..., Path]
HEADER = "query-id\tcorpus-id\tstart\tend\tscore\n"
SPAN = JudgedSpan("d", 100, 200, 1)
STORY = "A viper bit the farmer.  \n\nHe was given antivenom at once.\n\nThe hand stayed swollen."


@pytest.fixture
def with_passages(write_set: WriteSet) -> Path:
    """Two stories; the second sentence of one answers the only topic."""
    folder = write_set({"a": STORY, "b": "Rain fell on the farm."}, {"q": "antivenom given"}, {"q": {"a": 1}})
    start = STORY.index("He was")
    line = f"q\ta\t{start}\t{start + len('He was given antivenom at once.')}\t1\n"
    (folder / "qrels" / "passages.tsv").write_text(HEADER + line)
    return folder


# ---- what counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "met"),
    [
        (100, 200, True), (0, 1000, True), (140, 150, True), (150, 400, True), (151, 400, False),
        (200, 300, False), (90, 110, True), (89, 110, False), (80, 105, False), (195, 205, True),
    ],
)  # fmt: skip
def test_a_passage_counts_when_it_shares_half_of_either(start: int, end: int, met: bool) -> None:
    """A sentence inside a long passage counts, and so does a passage inside a long span."""
    assert SPAN.is_met_by("d", start, end) is met
    assert not SPAN.is_met_by("e", start, end)


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 50), st.integers(1, 50))
def test_counting_is_symmetric(start: int, length: int, other: int, other_length: int) -> None:
    """Whether two ranges count as one does not depend on which was judged."""
    one, two = JudgedSpan("d", start, start + length, 1), JudgedSpan("d", other, other + other_length, 1)
    assert one.is_met_by("d", two.start, two.end) == two.is_met_by("d", one.start, one.end)


def test_each_span_is_counted_once() -> None:
    """Three passages of one answer are one answer; the second span is found at the fourth place."""
    judged = {"q": (SPAN, JudgedSpan("d", 400, 500, 1)), "p": (SPAN,)}
    names = ["d:100-150", "d:150-200", "d:120-180", "d:390-500", "e:100-200"]
    run = Run("s", "x", {"q": tuple((name, 1.0) for name in names)})
    found, qrels = credited(run, judged)
    assert [name for name, _ in found.rankings["q"]] == [
        "d:100-200", "=d:150-200", "=d:120-180", "d:400-500", "=e:100-200",
    ]  # fmt: skip
    means = score(found, qrels, ["P@5", "MRR@10", "R@100"]).per_topic
    assert means == {"P@5": {"q": 0.4, "p": 0.0}, "MRR@10": {"q": 1.0, "p": 0.0}, "R@100": {"q": 1.0, "p": 0.0}}


@pytest.mark.parametrize("grades", [(0, 1), (1, 0), (1, 1), (1, 2)])
def test_a_passage_that_holds_several_spans_has_found_them(grades: tuple[int, int]) -> None:
    """It takes the place of the best, whatever their order, and the others are not asked for again."""
    spans = tuple(JudgedSpan("d", 50 * at, 50 * at + 50, grade) for at, grade in enumerate(grades))
    found, qrels = credited(Run("s", "x", {"q": (("d:0-100", 1.0),)}), {"q": spans})
    measured = score(found, qrels, ["nDCG@10", "MRR@10", "R@100"])
    assert measured.means == {"nDCG@10": 1.0, "MRR@10": 1.0, "R@100": 1.0}


@given(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1), st.integers(0, 9999), st.integers(0, 9999))
def test_names_of_passages_come_apart_again(document: str, start: int, end: int) -> None:
    """Whatever the document is called, colons included."""
    assert parts_of(passage_id(document, start, end)) == (document, start, end)


@pytest.mark.parametrize("name", ["d", "d:", "d:1", "d:1-", ":1-2", "d:a-b", "d:1--2"])
def test_a_run_of_documents_is_not_scored_by_passages(name: str) -> None:
    """Its names are no ranges."""
    with pytest.raises(MalformedError, match="names no passage"):
        credited(Run("s", "x", {"q": ((name, 1.0),)}), {"q": (SPAN,)})


# ---- the file -------------------------------------------------------------------------------------


def test_judged_spans_are_read_in_order(tmp_path: Path) -> None:
    """By topic, blank lines passed over."""
    path = tmp_path / "passages.tsv"
    path.write_text(HEADER + "q\td\t1\t2\t1\n\np\te\t0\t9\t2\nq\td\t5\t6\t0\n")
    assert read_passages(path) == {
        "q": (JudgedSpan("d", 1, 2, 1), JudgedSpan("d", 5, 6, 0)),
        "p": (JudgedSpan("e", 0, 9, 2),),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("query-id\tcorpus-id\tscore\n", "line 1: the header"),
        (HEADER + "q\td\t1\t2\n", "line 2: 4 fields"),
        (HEADER + "q\td\t1\tx\t1\n", "line 2: start, end and score"),
        (HEADER + "q\td\t2\t2\t1\n", "line 2: .* is no span"),
        (HEADER + "q\td\t-1\t2\t1\n", "line 2: .* is no span"),
    ],
)
def test_a_line_that_is_none_is_named(tmp_path: Path, text: str, told: str) -> None:
    """A set that is read half scores something else."""
    path = tmp_path / "passages.tsv"
    path.write_text(text)
    with pytest.raises(MalformedError, match=told):
        read_passages(path)


def test_a_set_has_the_passages_of_its_judged_topics(with_passages: Path) -> None:
    """Those of topics of another split are left out; the file is one of those that the set depends on."""
    with (with_passages / "qrels" / "passages.tsv").open("a") as file:
        file.write("elsewhere\ta\t0\t5\t1\n")
    topics = load(with_passages)
    assert list(topics.passages) == ["q"]
    assert "qrels/passages.tsv" in topics.digests()


def test_a_set_without_the_file_has_none(tiny: Path) -> None:
    """Nothing else is asked of it."""
    assert load(tiny).passages == {}
    assert "qrels/passages.tsv" not in load(tiny).digests()


# ---- runs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bm25", "dense", "hybrid"])
def test_a_set_with_passages_is_scored_by_them_too(with_passages: Path, tmp_path: Path, name: str) -> None:
    """Ranges are those of the document's own text, blank lines and all; the kept run scores the same."""
    out = tmp_path / "out"
    scores = evaluate([load(with_passages)], [System.parse(name)], HashingEncoder(), tmp_path / "data", out)
    assert [item.set for item in scores] == ["tiny", "tiny.passages"]
    assert scores[1].means["MRR@10"] == 1.0
    document, start, end = parts_of(next(iter(load_kept([out])[1].run.rankings["q"]))[0])
    assert document == "a"
    assert "antivenom" in STORY[start:end]
    assert {kept.run.set: kept.score() for kept in load_kept([out])} == {item.set: item for item in scores}


def test_changed_spans_are_told(with_passages: Path, tmp_path: Path) -> None:
    """A kept run is not scored by spans that it was not run for."""
    evaluate([load(with_passages)], [System("bm25")], HashingEncoder(), tmp_path / "data", tmp_path / "out")
    with (with_passages / "qrels" / "passages.tsv").open("a") as file:
        file.write("q\tb\t0\t5\t1\n")
    with pytest.raises(MalformedError, match=r"passages\.tsv was changed since"):
        load_kept([tmp_path / "out" / "tiny.passages.bm25.trec"])[0].score()


def test_scores_stand_set_by_set(with_passages: Path, tmp_path: Path) -> None:
    """All systems by documents, then all by passages."""
    systems = [System("bm25"), System("dense")]
    scores = evaluate([load(with_passages)], systems, HashingEncoder(), tmp_path / "data", tmp_path / "out")
    assert [(item.set, item.system) for item in scores] == [
        ("tiny", "bm25"), ("tiny", "dense"), ("tiny.passages", "bm25"), ("tiny.passages", "dense"),
    ]  # fmt: skip


# ---- per query, and other measures ----------------------------------------------------------------


def call(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> object:
    """``eval run`` with BM25 on the tiny set."""
    monkeypatch.setattr(commands, "encoder", HashingEncoder)
    words = ["run", tiny, "--system", "bm25", "--data", tmp_path / "data", "--json", *arguments]
    return CliRunner().invoke(app, list(map(str, words)))


def test_per_query_output_as_csv(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header, and a row for each topic."""
    path = tmp_path / "deep" / "queries.csv"
    result = call(tiny, tmp_path, monkeypatch, "--per-query", path, "--measure", "AP", "--measure", "P@1")
    assert result.exit_code == 0, result.output  # type: ignore[attr-defined]
    rows = list(csv.DictReader(path.open()))
    assert rows[0] == {"set": "tiny", "topic": "q1", "system": "bm25", "AP": "1.0", "P@1": "1.0"}
    assert [row["topic"] for row in rows] == ["q1", "q2", "q3"]


def test_per_query_output_as_json_lines(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object for each topic; ``--measure`` names the measures in their order."""
    path = tmp_path / "queries.jsonl"
    result = call(tiny, tmp_path, monkeypatch, "--per-query", path, "--measure", "P@1", "--measure", "nDCG@5")
    (told,) = json.loads(result.stdout)  # type: ignore[attr-defined]
    assert told["measures"] == {"P@1": 1.0, "nDCG@5": 1.0}
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert rows[2] == {"set": "tiny", "topic": "q3", "system": "bm25", "P@1": 1.0, "nDCG@5": 1.0}


@pytest.mark.parametrize("arguments", [("--per-query", "x.txt"), ("--measure", "Goodness@10")])
def test_wrong_options_are_told_before_anything_is_run(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, str]
) -> None:
    """Not after an hour."""
    result = call(tiny, tmp_path, monkeypatch, *arguments)
    assert isinstance(result.exception, UsageError)  # type: ignore[attr-defined]
    assert not (tmp_path / "data").exists()


def test_scores_without_topics_are_an_empty_file(tmp_path: Path) -> None:
    """Nothing was judged, so nothing is listed."""
    write_per_query([Score("s", "x", {}, {})], tmp_path / "q.jsonl")
    assert (tmp_path / "q.jsonl").read_text() == ""
