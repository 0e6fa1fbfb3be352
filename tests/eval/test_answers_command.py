"""``casetrove eval answers``: what it asks for, prints and exits with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from corpus.errors import UsageError
from eval import commands
from eval.commands import app
from eval.quotes import measure_quotes
from eval.quoting import load_passages
from indexer.encoders.hashing import HashingEncoder
from search_api.answering.verify import verify
from tests.fakes import CASES, SHARED

WriteSet = Callable[..., Path]
REPORTS = SHARED / "data" / "reports" / "reports.jsonl"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A file of the invented cases."""
    path = tmp_path / "reports.jsonl"
    records = [{"id": name, "text": text.replace("# ", "")} for name, text in CASES.items()]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


@pytest.fixture
def questions(write_set: WriteSet, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two topics over the invented cases, asked with an encoder that needs no model."""
    monkeypatch.setattr(commands, "encoder", HashingEncoder)
    return write_set(CASES, {"q1": "calcinosis", "q2": "gout"}, {"q1": {"calcinosis": 1}, "q2": {"gout": 1}})


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["answers", *map(str, arguments)])


def test_quotations_are_drawn_by_the_way_they_were_made(reports: Path) -> None:
    """With their sums, and what they were measured on."""
    result = call("--reports", reports, "--quotes", 45)
    assert result.exit_code == 0, result.output
    assert "a word dropped" in result.stdout
    assert "all altered ones" in result.stdout
    assert "Python" in result.stdout


def test_questions_are_asked_in_a_folder_that_is_gone_afterwards(
    questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or in one that is given."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    template = ("--documents", 4, "--template", "What treatment was given for {}?", "--json")
    told = json.loads(call(questions, *template).stdout)
    assert set(tmp_path.iterdir()) == before
    (one,) = told["answers"]
    assert one["documents"] == 4
    assert one["slices"]["hits"] == one["slices"]["of"]
    assert call(questions, *template, "--data", tmp_path / "kept").exit_code == 0
    assert (tmp_path / "kept").is_dir()


def test_one_question_of_a_set_can_be_asked(questions: Path) -> None:
    """Of both corpora, so twice."""
    told = json.loads(call(questions, "--documents", 4, "--questions", 1, "--json", "--show").stdout)
    assert len(told["answers"][0]["questions"]) == 2
    assert told["quotes"] == []


def test_figures_of_questions_are_drawn_and_what_went_wrong_is_listed(questions: Path) -> None:
    """A topic that is no question is not answered."""
    result = call(questions, "--documents", 4, "--template", "unheardof {}", "--show", "--gate")
    assert "no answer: precision" in result.stdout
    assert "tiny: q1 'unheardof calcinosis': not answered" in result.stdout
    assert result.exit_code == 0


def test_nothing_to_measure_is_refused() -> None:
    """Sets or reports must be given."""
    assert isinstance(call().exception, UsageError)


def test_the_gate_stops_where_a_quotation_was_judged_wrongly(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here by a verifier that accepts nothing."""
    monkeypatch.setattr("eval.answers_commands.verify", lambda quote, text, span: None)
    result = call("--reports", reports, "--quotes", 45, "--gate")
    assert result.exit_code == 1
    assert "true quotations refused" in result.stdout


@pytest.mark.skipif(not REPORTS.is_file(), reason="the reports lie outside the repository")
def test_the_products_verifier_accepts_nothing_altered() -> None:
    """And refuses no sentence that stands as it is."""
    for one in measure_quotes(load_passages([REPORTS], 40, 7), verify, 270, 7):
        if not one.true or one.kind == "as it stands":
            assert one.misses() == (), one.examples
