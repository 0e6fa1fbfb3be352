"""Conditions on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run

SECOND = """Thumb pain in a violinist

Case report

A violinist came with pain of the thumb, and was given zinc. The pain went away.
"""


@pytest.fixture
def both(run: Run, report: Path) -> Run:
    """Two reports indexed: a 52-year-old man, and a patient without age or sex."""
    (report / "violinist.txt").write_text(SECOND, encoding="utf-8")
    run("index", str(report))
    return run


@pytest.mark.parametrize(
    ("line", "titles"),
    [
        ("zinc", {"Zinc lozenges in a baker with anosmia", "Thumb pain in a violinist"}),
        ("zinc age:50..60", {"Zinc lozenges in a baker with anosmia"}),
        ("zinc -thumb", {"Zinc lozenges in a baker with anosmia"}),
        ('zinc "pain of the thumb"', {"Thumb pain in a violinist"}),
        ("zinc section:discussion", {"Zinc lozenges in a baker with anosmia"}),
        ("sex:male", {"Zinc lozenges in a baker with anosmia"}),
        ("+violinist", {"Thumb pain in a violinist"}),
        ("zinc age:<18", set()),
    ],
)
@pytest.mark.parametrize("command", ["search", "ask"])
def test_the_line_is_enough(both: Run, command: str, line: str, titles: set[str]) -> None:
    """Conditions in the argument hold for search and ask alike."""
    ran = both(command, line, "--json")
    assert ran.code == 0, ran.err
    assert {hit["citation"]["title"] for hit in ran.json()["hits"]} == titles


@pytest.mark.parametrize("command", ["search", "ask"])
def test_people_are_told_what_was_left_out(both: Run, command: str) -> None:
    """Reports that do not tell a fact are counted, and what was taken as words is noted."""
    out = both(command, "zinc AND age:50..60").out
    assert "left out 1 report that meets all else, the age being unknown" in out
    assert "note AND is taken as a word" in out


def test_people_are_told_by_which_name_a_report_has_the_drug(both: Run) -> None:
    """Behind the notes each report shown is listed with the names that it passed by."""
    (hit,) = both("search", "drug:lozenges,thumbs", "--json").json()["hits"]
    assert f"{hit['report_id']} names lozenges" in both("search", "drug:lozenges,thumbs").out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('zinc "lozenges', "character 6: the quotation mark is not closed"),
        ("zinc year:,", "character 6: year: says no value"),
        ("zinc kind:novel", "character 6: kind: 'novel' is none of case report"),
    ],
)
@pytest.mark.parametrize(("command", "field"), [("search", "query"), ("ask", "question")])
def test_what_cannot_be_meant_is_wrong_usage(both: Run, command: str, field: str, line: str, said: str) -> None:
    """Exit code 2, with the field and the place, before anything is loaded."""
    ran = both(command, line)
    assert ran.code == 2
    assert f"{field}: {said}" in " ".join(ran.err.split())


@pytest.mark.parametrize("command", ["search", "ask"])
def test_the_help_names_the_conditions(run: Run, command: str) -> None:
    """``--help`` shows the notation."""
    out = run(command, "--help").out
    for name in ("+must", "-not", "year:", "age:", "sex:", "drug:", "section:", "kind:", "journal:"):
        assert name in out
