"""The benchmark of kinds counts what was judged and prints what it measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.errors import NotFoundError
from eval.benchmarks.kinds import main

CASES = [
    "A 34-year-old woman presented with a rash. She recovered.",
    "We report a case of rash after zinc.",
    "Zinc melts.",
]
OTHERS = ["Eighty adults were randomly assigned to zinc or placebo.", "This case shows a rash.", *["Zinc melts."] * 2]


def lines(path: Path, texts: list[str]) -> Path:
    path.write_text("".join(json.dumps({"_id": str(at), "text": text}) + "\n" for at, text in enumerate(texts)))
    return path


def test_recall_and_precision_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two of three cases are found and one of four others is mistaken for one."""
    main([lines(tmp_path / "cases.jsonl", CASES)], [lines(tmp_path / "others.jsonl", OTHERS)], as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["recall"] == pytest.approx(2 / 3)
    assert told["mistaken"] == pytest.approx(1 / 4)
    assert told["precision"] == pytest.approx((2 / 3) / (2 / 3 + 1 / 4))
    assert [file["records"] for file in told["files"]] == [3, 4]
    assert told["files"][1]["kinds"]["trial"] == 1
    assert "environment" in told


def test_the_table_shows_the_totals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person sees the kinds judged and the totals; every n-th record is taken if asked."""
    main([lines(tmp_path / "c.jsonl", CASES)], [lines(tmp_path / "o.jsonl", OTHERS)], sample=2)
    shown = capsys.readouterr().out
    assert "unknown" in shown
    assert "recall" in shown


def test_what_cannot_be_measured_is_told(tmp_path: Path) -> None:
    """A missing file and one without records are errors that name the file."""
    there = lines(tmp_path / "c.jsonl", CASES)
    with pytest.raises(NotFoundError, match="nowhere"):
        main([there], [tmp_path / "nowhere.jsonl"])
    with pytest.raises(NotFoundError, match="holds no record"):
        main([there], [lines(tmp_path / "empty.jsonl", [""])])
