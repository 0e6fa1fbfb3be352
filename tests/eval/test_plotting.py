"""Systems by sets can be seen at a glance, in a terminal and on paper."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from corpus.errors import UsageError
from eval.commands import app
from eval.harness import evaluate
from eval.model import Score
from eval.plotting import bar, bars, write_figure
from eval.topics import load
from indexer.encoders.hashing import HashingEncoder
from search_api.config import System


def scores() -> list[Score]:
    """Two sets, two systems, one of which was not run on the second."""
    values = {("s", "plain"): 0.25, ("s", "better"): 0.5, ("t", "plain"): 1.0}
    return [Score(name, system, {"P@1": value}, {"P@1": {"q": value}}) for (name, system), value in values.items()]


@given(st.floats(0, 1))
def test_a_bar_is_as_long_as_its_value(value: float) -> None:
    """In eighths of a character, fifty characters for 1."""
    eighths = {"▏": 1, "▎": 2, "▍": 3, "▌": 4, "▋": 5, "▊": 6, "▉": 7, "█": 8}
    assert sum(eighths[character] for character in bar(value)) == round(value * 400)


def test_bars_stand_set_by_set_with_their_values() -> None:
    """Each set is named once."""
    out = StringIO()
    Console(file=out, width=120).print(bars(scores(), "P@1"))
    rows = [line.split() for line in out.getvalue().splitlines()[2:]]
    assert [row[-1] for row in rows] == ["0.250", "0.500", "1.000"]
    assert [row[0] for row in rows] == ["s", "better", "t"]
    assert rows[2][2] == "█" * 50


def test_an_svg_figure_names_sets_and_systems_and_is_the_same_each_time(tmp_path: Path) -> None:
    """It can be committed: nothing in it changes with the day."""
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    write_figure(scores(), "P@1", tmp_path / "deep" / "a.svg")
    write_figure(scores(), "P@1", tmp_path / "b.svg")
    text = (tmp_path / "b.svg").read_text()
    assert text == (tmp_path / "deep" / "a.svg").read_text()
    ElementTree.fromstring(text)
    for word in ("<!-- plain -->", "<!-- better -->", "<!-- s -->", "<!-- t -->", "<!-- P@1 -->"):
        assert word in text


def test_a_png_figure_is_one(tmp_path: Path) -> None:
    """By its first bytes."""
    pytest.importorskip("matplotlib", reason="the extra `plot` is not installed")
    write_figure(scores(), "P@1", tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_figure_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown ending, and a machine without matplotlib."""
    with pytest.raises(UsageError, match=r"\.svg"):
        write_figure(scores(), "P@1", tmp_path / "a.gif")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"casetrove\[plot\]"):
        write_figure(scores(), "P@1", tmp_path / "a.svg")


def test_the_command_draws_kept_runs(tiny: Path, tmp_path: Path) -> None:
    """Without --output the terminal alone is drawn on."""
    evaluate([load(tiny)], [System("bm25"), System("dense")], HashingEncoder(), tmp_path / "data", tmp_path / "runs")
    result = CliRunner().invoke(app, ["plot", str(tmp_path / "runs"), "--measure", "MRR@10"])
    assert result.exit_code == 0, result.output
    assert result.stdout.count("█" * 50) == 2
    assert "dense" in result.stdout
