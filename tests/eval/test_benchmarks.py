"""Benchmarks time the real thing, count right and print what they measured."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from corpus.catalog import Catalog
from corpus.errors import EmptyFileError, NotFoundError, UsageError
from corpus.ingest import ingest
from eval.benchmarks import dense_reference, indexing, searching, tables
from eval.benchmarks.reporting import command, publish
from eval.harness import index_set
from eval.topics import load
from indexer.build import build
from indexer.encoders.base import Vectors
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from search_api.config import System
from search_api.service import Service

REPORTS = [
    {"id": f"r{n}", "title": f"Case {n} of {what}", "text": f"A patient had {what}. It was treated with {drug}."}
    for n, (what, drug) in enumerate(
        [("calcinosis", "diltiazem"), ("dengue", "fluids"), ("gout", "colchicine"), ("a viper bite", "antivenom")]
    )
]


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    path = tmp_path / "files" / "reports.jsonl"
    path.parent.mkdir()
    path.write_text("\n".join(json.dumps(report) for report in REPORTS) + "\n")
    return path


@pytest.fixture
def service(reports: Path, tmp_path: Path) -> Service:
    folder = DataFolder(tmp_path / "data")
    catalog = Catalog(folder.catalog)
    ingest(catalog, [reports])
    with folder.lock():
        build(folder, catalog, HashingEncoder())
    return Service(folder, OneEncoder(HashingEncoder()))


def silent(*_: object) -> None:
    """Nobody watches."""


def printed(table: Any) -> str:
    out = StringIO()
    Console(file=out, width=120).print(table)
    return out.getvalue()


# ---- indexing -------------------------------------------------------------------------------------


def test_indexing_is_timed_in_every_stage(reports: Path) -> None:
    """Each round times each stage, but embedding, which later rounds find in the cache."""
    figures = indexing.measure([reports], HashingEncoder(), None, 2, silent)
    assert figures.reports == 4
    assert figures.passages >= 4
    assert {stage: len(rounds) for stage, rounds in figures.seconds.items()} == {
        "read": 2, "chunk": 2, "lexical": 2, "embed": 1, "write": 2,
    }  # fmt: skip
    assert all(second > 0 for rounds in figures.seconds.values() for second in rounds)


def test_indexing_counts_what_is_part_of_another_stage_once() -> None:
    """The lexical index is built within ``chunk``: the total leaves its extra build out."""
    seconds = {
        "read": [1.0],
        "chunk": [1.0, 3.0, 2.0],
        "embed": [4.0],
        "lexical": [9.0],
        "write": [3.0],
    }
    figures = indexing.Figures(reports=5, passages=20, seconds=seconds)
    assert figures.total() == {"median_s": 10.0, "passages_per_s": 2.0}
    stages: Any = figures.as_json()["stages"]
    assert stages["chunk"] == {"rounds": [1.0, 3.0, 2.0], "median_s": 2.0, "passages_per_s": 10.0}


def test_indexing_prints_a_row_for_each_stage(reports: Path) -> None:
    """The table names stages, rounds, seconds and passages a second, and the total."""
    text = printed(indexing.table(indexing.measure([reports], HashingEncoder(), None, 1, silent)))
    for expected in (
        "read",
        "chunk",
        "embed",
        "of chunk: lexical",
        "passages/s",
        "total",
        "4 reports",
    ):
        assert expected in text


@pytest.mark.parametrize("limit", [1, 3])
def test_indexing_takes_no_more_reports_than_it_is_told(reports: Path, limit: int) -> None:
    """A JSON Lines file is cut at the limit."""
    assert indexing.measure([reports], HashingEncoder(), limit, 1, silent).reports == limit


def test_the_limit_runs_over_files_in_order(reports: Path, tmp_path: Path) -> None:
    """Plain files count one each; a JSON Lines file fills up what is left."""
    first = tmp_path / "files" / "a.txt"
    first.write_text("A patient had a fall.")
    files = indexing.cut([tmp_path / "files"], 3, tmp_path / "cut")
    assert files[0] == first
    assert len(files) == 2
    assert len(files[1].read_text().splitlines()) == 2
    assert indexing.cut([tmp_path / "files"], 1, tmp_path / "cut") == [first]
    assert indexing.cut([tmp_path / "files"], None, tmp_path / "cut") == [first, reports]


def test_indexing_nothing_is_an_error(tmp_path: Path) -> None:
    """A folder without a report has no figures."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no report"):
        indexing.measure([tmp_path / "empty"], HashingEncoder(), None, 1, silent)


def test_indexing_what_is_not_there_is_an_error(reports: Path, tmp_path: Path) -> None:
    """A misspelt path is named instead of timing the rest."""
    with pytest.raises(NotFoundError, match="nowhere"):
        indexing.cut([reports, tmp_path / "nowhere"], None, tmp_path / "cut")


# ---- searching ------------------------------------------------------------------------------------


def test_searching_times_every_question_after_a_warm_up(service: Service) -> None:
    """Search, each of its stages and ask have one figure for each question; the warm-up has none."""
    seen: list[tuple[str, int, int]] = []
    questions = ["calcinosis treated with diltiazem", "what was given for gout?"]
    figures = searching.measure(service, questions, System(), lambda *at: seen.append(at))
    assert set(figures.milliseconds) >= {"search", "search: encode", "search: rank", "log", "ask"}
    assert all(len(values) == 2 for values in figures.milliseconds.values())
    assert seen == [("warm up", 1, 2), ("warm up", 2, 2), ("timed", 1, 2), ("timed", 2, 2)]
    assert figures.reports == 4
    assert not service.folder.searches.exists()  # it keeps a log of its own


def test_stages_of_a_search_lie_within_it(service: Service) -> None:
    """The parts do not take longer than the whole."""
    spent = searching.measure(service, ["viper bite"], System(), silent).milliseconds
    stages = sum(values[0] for name, values in spent.items() if name.startswith("search: "))
    assert 0 < stages <= spent["search"][0] + 0.01


def test_percentiles_are_interpolated() -> None:
    """Of 0 to 100 they are their own numbers; of one value, that value."""
    assert searching.percentiles([float(n) for n in range(101)]) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert searching.percentiles([7.0]) == {"p50": 7.0, "p95": 7.0, "p99": 7.0}


def test_questions_are_made_from_titles_spread_over_the_reports(service: Service) -> None:
    """A limit takes titles from everywhere, not the first few."""
    assert searching.titles(service, 10) == [report["title"] for report in REPORTS]
    assert searching.titles(service, 2) == [REPORTS[0]["title"], REPORTS[2]["title"]]


def test_reports_without_titles_give_no_questions(tmp_path: Path) -> None:
    """The error says what to do."""
    (tmp_path / "r.jsonl").write_text('{"id": "r", "text": "A patient had a fall."}\n')
    catalog = Catalog(DataFolder(tmp_path / "data").catalog)
    ingest(catalog, [tmp_path / "r.jsonl"])
    with pytest.raises(UsageError, match="--queries"):
        searching.titles(Service(DataFolder(tmp_path / "data"), OneEncoder(HashingEncoder())), 5)


def test_questions_are_read_from_lines_or_from_a_set(tmp_path: Path, tiny: Path) -> None:
    """Plain text has one a line; a .jsonl file is one of BEIR's."""
    (tmp_path / "q.txt").write_text("one?\n\n  two?  \n")
    assert searching.read_questions(tmp_path / "q.txt") == ["one?", "two?"]
    assert searching.read_questions(tiny / "queries.jsonl")[2] == "antivenom after viper bite"


def test_a_file_of_questions_that_is_not_there_or_empty_is_named(tmp_path: Path) -> None:
    """The errors name the option."""
    with pytest.raises(NotFoundError, match="--queries"):
        searching.read_questions(tmp_path / "nowhere.txt")
    (tmp_path / "q.txt").write_text("\n")
    with pytest.raises(EmptyFileError, match="--queries"):
        searching.read_questions(tmp_path / "q.txt")


def test_searching_prints_percentiles_of_each_part(service: Service) -> None:
    """The table has p50, p95 and p99 of search, its stages and ask."""
    text = printed(searching.table(searching.measure(service, ["gout"], System(), silent)))
    for expected in ("p50", "p95", "p99", "search: encode", "ask", "1 questions to 4 reports"):
        assert expected in text


# ---- the reference --------------------------------------------------------------------------------


class PlainModel:
    """What the reference needs of a SentenceTransformer, over the tests' encoder."""

    def encode(self, texts: list[str], normalize_embeddings: bool, show_progress_bar: bool) -> Vectors:
        """As ``SentenceTransformer.encode``."""
        assert normalize_embeddings
        return HashingEncoder().encode(texts)


def test_the_reference_agrees_with_ours_on_the_same_vectors(tiny: Path, tmp_path: Path) -> None:
    """With one and the same encoder behind both, scores are equal and vectors do not differ."""
    compared = dense_reference.compare(load(tiny), HashingEncoder(), PlainModel(), tmp_path, silent)  # type: ignore[arg-type]
    assert compared.ours.means == compared.reference.means
    assert compared.largest_difference == 0.0
    assert compared.as_json()["set"] == "tiny"
    assert "tiny" in printed(dense_reference.table([compared]))


def test_the_reference_encodes_the_passages_that_were_indexed(tiny: Path, tmp_path: Path) -> None:
    """Title and passage, row by row: encoding them again gives the stored vectors."""
    encoder = HashingEncoder()
    generation = index_set(load(tiny), encoder, tmp_path)
    texts = dense_reference.passage_texts(generation, encoder)
    assert texts[0].startswith("Calcinosis treated\nThe woman")
    stored = generation.vectors.vectors(np.arange(len(texts), dtype=np.int64))
    np.testing.assert_allclose(stored, encoder.encode(texts), atol=1e-6)


def test_a_document_counts_by_its_best_passage_in_the_reference(tiny: Path, tmp_path: Path) -> None:
    """Documents come by their highest score, the topic's own left out."""
    generation = index_set(load(tiny), HashingEncoder(), tmp_path)
    scores = np.linspace(0.0, 1.0, len(generation.vectors), dtype=np.float32)
    ranking = dense_reference.best_documents(scores, generation, without="d6")
    assert [document for document, _ in ranking] == ["d5", "d4", "d3", "d2", "d1"]


# ---- tables ---------------------------------------------------------------------------------------


def test_tables_and_answers_are_timed_twice_for_each_question(service: Service) -> None:
    """Each question once, with the rows of its table; a question that is given twice is one."""
    seen: list[tuple[str, int, int]] = []
    figures = tables.measure(service, ["gout", "dengue", "gout"], lambda *at: seen.append(at))
    assert dict(figures.rows) == {"gout": 1, "dengue": 1}
    assert list(figures.milliseconds) == ["table, first", "answer, first", "table, again", "answer, again"]
    assert all(len(values) == 2 and min(values) > 0 for values in figures.milliseconds.values())
    assert seen == [("first", 1, 2), ("first", 2, 2), ("again", 1, 2), ("again", 2, 2)]
    assert figures.as_json()["rows"] == {"gout": 1, "dengue": 1}
    assert "dengue" in printed(tables.table(figures))


# ---- printing -------------------------------------------------------------------------------------


def test_json_holds_figures_and_environment(capsys: pytest.CaptureFixture[str], service: Service) -> None:
    """Nothing else is printed."""
    figures = searching.measure(service, ["gout"], System(), silent)
    publish(figures.as_json(), searching.table(figures), True)
    found = json.loads(capsys.readouterr().out)
    assert found["questions"] == 1
    assert found["environment"]["libraries"]["torch"]


def test_the_table_stands_over_the_environment(capsys: pytest.CaptureFixture[str], service: Service) -> None:
    """A person sees the machine and the versions."""
    figures = searching.measure(service, ["gout"], System(), silent)
    publish(figures.as_json(), searching.table(figures), False)
    assert "cores" in capsys.readouterr().out


def test_a_benchmark_reports_an_expected_error_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Exit code and message are those of the error; there is no traceback."""
    monkeypatch.setattr("sys.argv", ["searching", "--data", str(tmp_path / "nowhere")])
    with pytest.raises(SystemExit) as stopped:
        command(searching.main)
    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith("error: --data")
