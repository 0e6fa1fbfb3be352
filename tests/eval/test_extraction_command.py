"""``casetrove eval extraction``: what it asks for, prints and exits with; and the clock."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from corpus.errors import NotFoundError, UsageError
from eval.commands import app
from eval.extraction_speed import TARGET, Speed, measure_speed, read_share

TEXT = "A 34-year-old woman had gout. She was treated with prednisone. She recovered."


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Labels, their text, tagged sentences, and reports."""
    at = TEXT.index("prednisone")
    label = {
        "id": "a1",
        "sha256": sha256(TEXT.encode()).hexdigest()[:16],
        "half": "report",
        "patients": [{"age": {"value": 34, "unit": "year", "start": 2, "end": 13}}],
        "mentions": [{"start": at, "end": at + 10, "status": ["given"], "kind": "drug"}],
    }
    tokens = {"tokens": ["Gout", "and", "prednisone", "."], "tags": ["B-Disease", "O", "B-Chemical", "O"]}
    reports = [{"id": f"r{number}", "text": TEXT} for number in range(5)]
    contents = {"labels": [label], "texts": [{"id": "a1", "text": TEXT}], "names": [tokens], "reports": reports}
    found = {}
    for name, records in contents.items():
        found[name] = tmp_path / f"{name}.jsonl"
        found[name].write_text("".join(json.dumps(record) + "\n" for record in records))
    return found


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["extraction", *map(str, arguments)])


def test_figures_are_drawn(files: dict[str, Path]) -> None:
    """A table of cases, one of names, and what it was measured on."""
    result = call("--labels", files["labels"], "--texts", files["texts"], "--names", files["names"])
    assert result.exit_code == 0, result.output
    assert "texts (1 reports)" in result.stdout
    assert re.search(r"treatments: recall\W+1 \[\.207–1\] 1/1", result.stdout)
    assert "chemical" in result.stdout
    assert "Python" in result.stdout


def test_figures_are_printed_as_json_and_nothing_else(files: dict[str, Path]) -> None:
    """With counts, intervals, misses and the environment."""
    result = call("--labels", files["labels"], "--texts", files["texts"], "--names", files["names"], "--json")
    told = json.loads(result.stdout)
    assert told["cases"][0]["recall"]["hits"] == 1
    assert {one["kind"] for one in told["names"]} == {"chemical", "disease"}
    assert told["speed"] == []
    assert "libraries" in told["environment"]


def test_what_went_wrong_can_be_listed(files: dict[str, Path]) -> None:
    """A line each, with the words around it."""
    label = json.loads(files["labels"].read_text())
    label["mentions"][0] |= {"start": 2, "end": 13}
    files["labels"].write_text(json.dumps(label) + "\n")
    result = call("--labels", files["labels"], "--texts", files["texts"], "--show", "--gate")
    assert "a1: not found (given) …A «34-year-old»" in result.stdout
    assert "target missed: texts: treatments' recall 0.0000 < 0.75" in result.stdout
    assert result.exit_code == 1


def test_the_gate_lets_through_what_meets_its_targets(files: dict[str, Path]) -> None:
    """Here all of one."""
    assert call("--labels", files["labels"], "--texts", files["texts"], "--gate").exit_code == 0


@pytest.mark.parametrize(("half", "reports"), [("report", 1), ("learn", 0)])
def test_one_half_can_be_measured(files: dict[str, Path], half: str, reports: int) -> None:
    """The other stays out of it."""
    result = call("--labels", files["labels"], "--texts", files["texts"], "--half", half, "--json")
    assert sum(one["reports"] for one in json.loads(result.stdout)["cases"]) == reports


def test_nothing_to_measure_is_refused(files: dict[str, Path]) -> None:
    """And labels without texts, or texts without labels."""
    for arguments in ((), ("--labels", files["labels"]), ("--texts", files["texts"], "--names", files["names"])):
        assert isinstance(call(*arguments).exception, UsageError)


def test_reports_are_read_against_the_clock(files: dict[str, Path]) -> None:
    """In one process and in two; each report by one of them."""
    result = call("--speed", files["reports"], "--json")
    one, two = json.loads(result.stdout)["speed"]
    assert (one["processes"], one["reports"], one["characters"]) == (1, 5, 5 * len(TEXT))
    assert (two["processes"], two["reports"]) == (2, 5)
    assert two["reports_per_second"] > 0
    assert "Reading cases" in call("--speed", files["reports"], "--limit", 2).stdout


def test_shares_of_a_file_are_apart_and_whole(files: dict[str, Path]) -> None:
    """Every n-th report, no more than asked for."""
    counts = [read_share(files["reports"], place, 2, 3)[0] for place in (0, 1)]
    assert counts == [2, 1]


def test_only_two_processes_are_held_to_the_target() -> None:
    """One is told beside them."""
    assert Speed("made", 1, 1, 10, 1.0).misses() == ()
    assert Speed("made", 2, 1, 10, 1.0).misses() == (f"made: 1 reports/s < {TARGET:.0f}",)
    assert Speed("made", 2, 1000, 10, 1.0).misses() == ()
    assert Speed("made", 2, 0, 0, 0.0).rate == 0.0


def test_reports_that_are_not_there_are_told_of(tmp_path: Path) -> None:
    """By their path."""
    with pytest.raises(NotFoundError, match=r"none\.jsonl"):
        measure_speed(tmp_path / "none.jsonl", 1)
