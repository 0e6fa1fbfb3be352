"""What was worked out of readings is kept: once, for each reading its own, and never without bound."""

from __future__ import annotations

import pytest

from corpus.catalog import Stored
from corpus.model import Bibliography, Part, Report, SourceMap
from corpus.readers.text import TextReader
from search_api.answering.studying import Study
from search_api.kept import Kept


def reading(text: str, report_id: str = "r", digest: str = "") -> Stored:
    """A stored reading of ``text``, not cut into anything; its digest is the text unless one is given."""
    places = SourceMap(len(text), ((0, 0, len(text)),), (Part(0, len(text), "line", ""),))
    report = Report(text, (), (), (), Bibliography(), places, text)
    return Stored(report_id, 1, "made.txt", digest or text, report)


class Counting:
    """Upper-cases texts, and remembers which."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, report: Report) -> str:
        """The text in capitals."""
        self.made.append(report.text)
        return report.text.upper()


def test_a_reading_is_worked_out_once() -> None:
    """However often it is asked for, and whichever object it comes as."""
    derive = Counting()
    kept = Kept(derive, 100)
    assert [kept.of(reading("A cough.")) for _ in range(3)] == ["A COUGH."] * 3
    assert derive.made == ["A cough."]


def test_each_reading_of_a_report_has_its_own() -> None:
    """A report read again, or another report with the same digest, never gets what was made of the first."""
    kept = Kept(Counting(), 100)
    asked = [reading("A cough."), reading("A fever."), reading("A rash.", "other", "A cough.")]
    assert [kept.of(each) for each in asked + asked] == ["A COUGH.", "A FEVER.", "A RASH."] * 2


@pytest.mark.parametrize("most", [26, 40, 100])
def test_the_texts_kept_are_bounded_together(most: int) -> None:
    """However many are asked for, those kept have no more code points than was said, and all are answered."""
    derive = Counting()
    kept = Kept(derive, most)
    for number in range(50):
        text = f"Case {number:02}." + " More." * (number % 4)
        assert kept.of(reading(text)) == text.upper()
        assert len(kept) > 0
        assert sum(map(len, derive.made[len(derive.made) - len(kept) :])) <= most


def test_what_was_asked_for_longest_ago_is_let_go_first() -> None:
    """Of three readings with room for two the one that was not asked for again is made anew."""
    derive = Counting()
    kept = Kept(derive, 16)
    for text in ("A cough.", "A fever.", "A cough.", "A spots.", "A cough.", "A fever."):
        kept.of(reading(text))
    assert derive.made == ["A cough.", "A fever.", "A spots.", "A fever."]


def test_a_text_longer_than_all_that_is_kept_drives_nothing_out() -> None:
    """It is answered, and not kept: short ones are there as before."""
    derive = Counting()
    kept = Kept(derive, 20)
    for text in ("A cough.", "A cough that would not go away.", "A cough that would not go away.", "A cough."):
        assert kept.of(reading(text)) == text.upper()
    assert derive.made == ["A cough.", *["A cough that would not go away."] * 2]


def test_what_a_report_defines_and_tells_is_worked_out_once() -> None:
    """A study gives the same objects each time."""
    text = "Systemic lupus erythematosus (SLE) was found. Prednisone was given."
    report = next(TextReader().read(text.encode(), "made.txt")).report
    assert report is not None
    study = Study(report)
    assert study.definitions == {"SLE": "Systemic lupus erythematosus"}
    assert study.words is study.words
    assert study.roles is study.roles
    assert study.words[0][:3] == ("systemic", "lupus", "erythematosus")
