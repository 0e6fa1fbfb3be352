from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from .conftest import Run

STORY = "A 50-year-old man had anosmia. He had no fever."


@pytest.fixture
def indexed_report(run: Run, report: Path) -> Path:
    """The folder of reports, indexed."""
    (report / "cook.txt").write_text(
        "A burn in a cook\n\nCase report\n\nA 30-year-old woman had a burn of the hand. It healed.\n", encoding="utf-8"
    )
    run("index", str(report))
    return report


def test_a_story_finds_the_like_patient(run: Run, indexed_report: Path) -> None:
    """For programs: the report of the like patient comes first, with what is shared."""
    found = run("similar", STORY, "--json").json()
    first = found["similar"][0]
    assert first["passage"]["citation"]["source"].endswith("baker.txt")
    assert [pair["vignette"]["text"] for pair in first["shared"]] == ["anosmia"]


def test_people_are_told_what_is_shared_and_what_is_not_reported(run: Run, indexed_report: Path) -> None:
    """In words: whom was looked for, what is shared and where, and what is not reported."""
    ran = run("similar", STORY)
    assert "looked for in 50 years, male" in ran.out
    assert "and not fever" in ran.out
    assert "shared anosmia = anosmia (" in ran.out
    assert "not reported anosmia" in ran.out
    assert "what is not reported is not a no" in " ".join(ran.out.split())


def test_a_story_comes_from_a_file_or_from_standard_input(
    run: Run, indexed_report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All three ways give the same reports."""
    file = tmp_path / "story.txt"
    file.write_text(STORY, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(STORY))
    answers = [
        run("similar", *arguments, "--json").json()["similar"]
        for arguments in ((STORY,), ("--file", str(file)), ("-",))
    ]
    assert answers[0] == answers[1] == answers[2]


def test_a_report_stands_for_its_patient(run: Run, indexed_report: Path) -> None:
    """By its id, and it is left out itself."""
    first = run("similar", STORY, "--json").json()["similar"][0]["report_id"]
    found = run("similar", "--report", first, "--json").json()
    assert [each["report_id"] for each in found["similar"]] != []
    assert first not in [each["report_id"] for each in found["similar"]]


def test_conditions_bound_the_reports(run: Run, indexed_report: Path) -> None:
    """As a search takes them."""
    found = run("similar", STORY, "--where", "sex:female -anosmia", "--json").json()
    assert [each["patients"][0]["sex"] for each in found["similar"]] == ["female"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give one of TEXT, --file and --report"),
        (("x", "--report", "y"), "not TEXT and --report"),
        ((" ",), "text: is empty"),
        (("fever", "-k", "0"), "k: 0 is not in 1..100"),
        (("fever", "--where", "loud words"), '"loud words" is no condition'),
        (("fever", "--where", "age:old"), "where: character 1: age"),
    ],
    ids=["nothing", "both", "empty", "k", "words", "filter"],
)
def test_wrong_usage_is_told(run: Run, indexed_report: Path, arguments: tuple[str, ...], said: str) -> None:
    """The exit code is 2, and the message says what to change."""
    ran = run("similar", *arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())


def test_what_is_not_there_is_told(run: Run, indexed_report: Path, tmp_path: Path) -> None:
    """A missing file and an unknown report end with exit code 1; a file that is no text with 2."""
    (tmp_path / "raw").write_bytes(b"\xff\xfe\x00")
    assert run("similar", "--file", str(tmp_path / "none.txt")).code == 1
    assert run("similar", "--report", "nobody").code == 1
    assert run("similar", "--file", str(tmp_path / "raw")).code == 2


def test_nothing_of_a_story_is_logged_by_default(
    run: Run, indexed_report: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The command line logs no story."""
    with caplog.at_level(logging.DEBUG):
        run("similar", STORY)
    assert "anosmia" not in caplog.text
