"""The command line for the tests: run in this process, with the small encoder and a data folder of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import casetrove
from indexer.encoders.hashing import HashingEncoder
from search_api.cli import options

REPORT = """Zinc lozenges in a baker with anosmia

Case report

A 52-year-old baker lost the sense of smell after a viral infection. He was treated with zinc 50 mg/day for
three months.
The sense of smell returned in full. There was no family history of anosmia.

Discussion

Loss of smell after infections is common. Others have reported steroids to help.
"""


class Ran:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The real command line in this process, with the small encoder and its own data folder."""
    monkeypatch.setattr(options, "encoder", HashingEncoder)
    monkeypatch.setenv("CASETROVE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["casetrove", *arguments])
        code = 0
        try:
            casetrove.main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A folder with one good report."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "baker.txt").write_text(REPORT, encoding="utf-8")
    return folder
