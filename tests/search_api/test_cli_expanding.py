"""What else was looked for, and why a hit is there, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run

TEXT = "Case {at}\n\nCase report\n\nA {who} had {what} ({short}) and dystrophic calcinosis. Diltiazem was given.\n"
CASES = [("woman", "multiple sclerosis"), ("boy", "multiple sclerosis"), ("man", "mitral stenosis")]


@pytest.fixture
def cases(run: Run, tmp_path: Path) -> Run:
    """The command line over three invented reports, in which MS is defined in two ways."""
    folder = tmp_path / "cases"
    folder.mkdir()
    for at, (who, what) in enumerate(CASES):
        (folder / f"{at}.txt").write_text(TEXT.format(at=at, who=who, what=what, short="MS"), encoding="utf-8")
    assert run("index", str(folder)).code == 0
    return run


@pytest.mark.parametrize("command", ["search", "ask"])
def test_what_else_was_looked_for_is_printed(cases: Run, command: str) -> None:
    """Other names in a line for each of the user's words, a guess and an ambiguity as notes."""
    out = cases(command, "cardizem for calcinossis in MS").out
    assert "also looked for, beside “cardizem”: diltiazem" in out.lower()
    assert "no report holds “calcinossis”; looked for “calcinosis” (--no-expand: only for your words)" in out
    assert "“MS” stands for multiple sclerosis (2 reports) or mitral stenosis (1 report)" in out


@pytest.mark.parametrize("command", ["search", "ask"])
def test_expansion_can_be_switched_off(cases: Run, command: str) -> None:
    """With --no-expand only the user's words are looked for, and those that no report holds are told."""
    ran = cases(command, "cardizem for calcinossis in MS", "--no-expand")
    assert ran.code == 0
    assert "looked for" not in ran.out
    assert "no report holds “cardizem” or “calcinossis”" in ran.out
    body = cases(command, "cardizem in MS", "--no-expand", "--json").json()
    assert (body["expansions"], body["ambiguous"]) == ([], [])


@pytest.mark.parametrize("command", ["search", "ask"])
def test_each_hit_says_why_on_request(cases: Run, command: str) -> None:
    """With --explain: the words as they stand in the passage, the reason, and the ranks of the report."""
    said = cases(command, "cardizem", "--explain").out
    if command == "search":
        assert "cardizem: Diltiazem (other name: " in said
        assert "1. of the reports (1.00)" in said
    hits = cases(command, "cardizem", "--explain", "--json").json()["hits"]
    assert hits
    assert all(hit["why"]["matched"][0]["said"] == "cardizem" for hit in hits)
    assert "1. of the reports" not in cases(command, "cardizem").out


def test_a_misspelt_question_is_answered_as_it_was_read(cases: Run) -> None:
    """An answer is looked for by the word that was guessed; by the user's own words alone there is none."""
    question = "What was given for calcinossis?"
    body = cases("ask", question, "--json").json()
    assert body["answerable"], body["reason"]
    assert any("Diltiazem" in sentence["text"] for sentence in body["sentences"])
    assert body["question"] == question
    assert not cases("ask", question, "--no-expand", "--json").json()["answerable"]


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("calcinosis drug:asdfgh", "no report at hand names “asdfgh”, no drug of the terminology: is it spelt right?"),
        (
            "calcinosis drug:diltiazam",
            "no report at hand names “diltiazam”, no drug of the terminology: did you mean drug:diltiazem?",
        ),
        ("calcinosis section:outcome", "no report at hand has a section of kind outcome"),
        ("+Cardizem calcinosis", "+words let in only reports that hold the words themselves"),
        ("calcinosis without chest pain", '“without chest pain” leaves out no report: -"chest pain" does'),
    ],
)
def test_what_a_line_cannot_do_is_noted(cases: Run, command: str, line: str, note: str) -> None:
    """An empty answer, or words that do nothing, are explained as notes and as JSON alike."""
    assert note in cases(command, line).out
    assert any(note in each for each in cases(command, line, "--json").json()["notices"])
