"""``casetrove eval run``: what it prints, what it leaves, and how it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from corpus.errors import ConfigError, NotFoundError, UsageError
from eval import commands
from eval.commands import app
from eval.progress import progress
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder

WriteSet = Callable[..., Path]
Invoke = Callable[..., Result]


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Runs ``eval run`` on a data folder of its own, with the encoder for tests."""
    monkeypatch.setattr(commands, "encoder", HashingEncoder)
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: object, data: bool = True) -> Result:
        where = ["--data", str(tmp_path / "data")] if data else []
        return CliRunner().invoke(app, ["run", *map(str, arguments), *where])

    return call


def test_json_has_exactly_the_promised_shape_and_nothing_else(tiny: Path, invoke: Invoke) -> None:
    """A list of set, system, measures and queries; progress goes to stderr."""
    result = invoke(tiny, "--system", "bm25", "--system", "hybrid", "--json")
    assert result.exit_code == 0
    perfect = {"nDCG@10": 1.0, "R@100": 1.0, "MRR@10": 1.0, "P@10": pytest.approx(0.1)}
    assert json.loads(result.stdout) == [
        {"set": "tiny", "system": "bm25", "measures": perfect, "queries": 3},
        {"set": "tiny", "system": "hybrid", "measures": perfect, "queries": 3},
    ]
    assert "tiny: embed" in result.stderr


def test_all_three_systems_are_run_by_default(tiny: Path, invoke: Invoke) -> None:
    """Without --system the table compares bm25, dense and hybrid."""
    found = json.loads(invoke(tiny, "--json").stdout)
    assert [item["system"] for item in found] == ["bm25", "dense", "hybrid"]


def test_a_table_is_printed_with_where_the_runs_are(tiny: Path, invoke: Invoke, tmp_path: Path) -> None:
    """A person sees measures, number of queries, versions and the folder."""
    result = invoke(tiny)
    assert result.exit_code == 0
    for expected in ("nDCG@10", "R@100", "MRR@10", "queries", "1.0000", "hybrid", "ir-measures"):
        assert expected in result.stdout
    assert str(tmp_path / "data" / "eval" / "runs") in result.stdout.replace("\n", "")


def test_runs_and_configurations_lie_beside_each_other(tiny: Path, invoke: Invoke, tmp_path: Path) -> None:
    """``--out`` gets one TREC run and one JSON for each set and system."""
    assert invoke(tiny, "--system", "dense", "--out", tmp_path / "out").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["tiny.dense.json", "tiny.dense.trec"]


def test_several_sets_are_scored_in_order(tiny: Path, write_set: WriteSet, invoke: Invoke) -> None:
    """Every folder that is named is scored."""
    other = write_set({"a": "A viper bite."}, {"q": "viper"}, {"q": {"a": 1}}, name="other")
    found = json.loads(invoke(tiny, other, "--system", "bm25", "--json").stdout)
    assert [(item["set"], item["queries"]) for item in found] == [("tiny", 3), ("other", 1)]


def test_the_data_folder_comes_from_the_environment(
    tiny: Path, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --data, CASETROVE_DATA is used."""
    monkeypatch.setenv("CASETROVE_DATA", str(tmp_path / "elsewhere"))
    assert invoke(tiny, "--system", "bm25", data=False).exit_code == 0
    assert (tmp_path / "elsewhere" / "eval" / "runs" / "tiny.bm25.trec").is_file()


def test_another_split_is_chosen_by_its_name(write_set: WriteSet, invoke: Invoke) -> None:
    """``--split dev`` is judged by qrels/dev.tsv and named so."""
    folder = write_set({"a": "A viper bite."}, {"q": "viper"}, {"q": {"a": 1}}, split="dev")
    found = json.loads(invoke(folder, "--split", "dev", "--system", "bm25", "--json").stdout)
    assert [item["set"] for item in found] == ["tiny.dev"]


def test_warnings_go_to_stderr(write_set: WriteSet, invoke: Invoke) -> None:
    """They do not spoil the JSON."""
    folder = write_set({"a": "A viper bite."}, {"q": "viper"}, {"q": {"a": 1}, "lost": {"a": 1}})
    result = invoke(folder, "--system", "bm25", "--json")
    assert json.loads(result.stdout)[0]["queries"] == 2
    assert "warning: " in result.stderr
    assert "1 judged topics have no text" in result.stderr


def test_a_missing_folder_is_an_error_before_anything_is_loaded(
    tiny: Path, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second set's fault shows at once, not after the first was indexed."""
    monkeypatch.setattr(commands, "encoder", lambda: pytest.fail("the encoder was loaded"))
    result = invoke(tiny, tmp_path / "nowhere", "--json")
    assert isinstance(result.exception, NotFoundError)
    assert result.exception.exit_code == 1
    assert result.stdout == ""


def test_an_unknown_system_is_wrong_usage(tiny: Path, invoke: Invoke) -> None:
    """The error names the value; the exit code of its kind is 2."""
    result = invoke(tiny, "--system", "bm26")
    assert isinstance(result.exception, ConfigError)
    assert result.exception.exit_code == 2
    assert "bm26" in str(result.exception)


def test_the_same_set_twice_is_wrong_usage(tiny: Path, invoke: Invoke) -> None:
    """Two runs cannot have one file."""
    assert isinstance(invoke(tiny, tiny).exception, UsageError)


def test_no_folder_is_wrong_usage(invoke: Invoke) -> None:
    """At least one set must be named."""
    assert invoke().exit_code == 2


def test_the_usual_encoder_is_the_products_own() -> None:
    """Without a test's replacement the embedded MiniLM is evaluated."""
    found = commands.encoder()
    assert isinstance(found, SentenceTransformerEncoder)
    assert found.info.name == "all-MiniLM-L6-v2"


def test_progress_without_a_terminal_is_told_in_lines() -> None:
    """A log gets the first line, the last of each stage, and few between."""
    out = StringIO()
    with progress(Console(file=out, force_terminal=False)) as watch:
        for done in range(1, 5001):
            watch("reading", done, 5000)
        watch("writing", 1, 1)
    assert out.getvalue().splitlines() == ["reading 1/5,000", "reading 5,000/5,000", "writing 1/1"]


def test_progress_on_a_terminal_is_a_bar_for_each_stage() -> None:
    """Each stage keeps its own bar with its count."""
    out = StringIO()
    with progress(Console(file=out, force_terminal=True, width=100)) as watch:
        watch("reading", 1, 2)
        watch("reading", 2, 2)
        watch("writing", 0, 1)
    last = out.getvalue().split("reading")[-1]
    assert "2/2" in last
    assert "writing" in last
    assert "0/1" in last
