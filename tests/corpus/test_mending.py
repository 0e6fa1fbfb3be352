from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import mending
from corpus.mending import Words
from corpus.tracked import Tracked

NOTHING = Words("")


def joined(*lines: str, document: str = "") -> str:
    return mending.join([Tracked.of(line) for line in lines], Words(document)).text


def tracked_lines(raw: str) -> list[Tracked]:
    lines, at = [], 0
    for line in raw.split("\n"):
        lines.append(Tracked.of(line, at))
        at += len(line) + 1
    return lines


def test_lines_are_joined_by_one_space() -> None:
    """A hard wrap becomes a single space, whatever white space stood around it."""
    assert joined("the left ", "  hand was", "", "swollen") == "the left hand was swollen"


@pytest.mark.parametrize(
    ("left", "right", "document", "mended"),
    [
        ("treat-", "ment", "", "treatment"),
        ("treat-", "ment", "a treat for all men", "treatment"),
        ("low dose corticos-", "teroid", "a corticosteroid was given", "low dose corticosteroid"),
        ("extra-", "articular", "an extra-articular site", "extra-articular"),
        ("extra-", "articular", "an extraarticular site", "extraarticular"),
        ("follow-", "up", "", "follow-up"),
        ("anti-", "dsDNA", "", "anti-dsDNA"),
        ("anti-", "dsDNA", "the antibody and antigen", "anti-dsDNA"),
        ("beta-", "h2o", "", "beta-h2o"),
        ("double-", "blind", "", "double-blind"),
        ("soft-", "tissue", "", "soft-tissue"),
        ("soft-", "tissue", "hard tissue stays soft", "soft-tissue"),
        ("renal-", "sparing", "", "renal-sparing"),
        ("a 25-", "year-old man", "", "a 25-year-old man"),
        ("anti-", "DNA", "", "anti-DNA"),
        ("COVID-", "19", "", "COVID-19"),
        ("IgG-", "positive", "", "IgG-positive"),
        ("the liver-", "kidney axis", "the liver and the kidney", "the liver-kidney axis"),
        ("pre-", "and postoperative", "", "pre- and postoperative"),
        ("in\u00ad", "side", "", "inside"),
        ("in\ufffe", "side", "", "inside"),
        ("dystrophic/", "metastatic", "", "dystrophic/metastatic"),
        ("1996–", "2009", "", "1996–2009"),
        ("the mass –", "a cyst", "", "the mass – a cyst"),
        ("as shown (", "Fig. 1", "", "as shown (Fig. 1"),
        ("as shown (Fig. 1", ") and", "", "as shown (Fig. 1) and"),
        ("well-de-", "fined", "", "well-defined"),
        ("mosquito-", "borne", "", "mosquito-borne"),
        ("anti-", "bodies", "an antibody was found", "antibodies"),
        ("ex-", "plained", "", "explained"),
        ("mid-", "night", "", "midnight"),
        ("pre-", "sented", "", "presented"),
        ("pre-", "existing", "a pre-treated and pre-dosed man", "pre-existing"),
        ("short-", "ness", "", "shortness"),
        ("end-", "oscopy", "", "endoscopy"),
        ("non-", "invasive", "", "non-invasive"),
        ("salt-", "losing", "a protein-losing gut", "salt-losing"),
        ("×10", "⁹/L", "", "×10⁹/L"),
    ],
)
def test_line_ends_are_mended_by_evidence_then_by_shape(left: str, right: str, document: str, mended: str) -> None:
    """The document's own spelling decides about a hyphen at a line end, then a compound's usual form, then it goes."""
    assert joined(left, right, document=document) == mended


def test_a_broken_word_is_no_evidence_for_itself() -> None:
    """The halves of words that lines have cut do not count as words of the document."""
    words = Words("calci-\nnosis and calci-\n- nosis but peri-articular")
    assert not words.keep_hyphen("calci", "nosis")
    assert words.keep_hyphen("peri", "articular")


@pytest.mark.parametrize("gap", [" " * 300_000, "\n" * 300_000, " \n" * 150_000])
def test_a_gap_after_a_hyphen_costs_no_more_than_its_length(gap: str) -> None:
    """White space without end after a hyphen is gone through once (a square of it would take hours)."""
    assert not Words(f"calci-{gap}1 calcinosis").keep_hyphen("calci", "nosis")


def test_the_more_usual_spelling_wins() -> None:
    """Where a document writes a word both ways, the more frequent one counts."""
    assert Words("co-worker co-worker coworker").keep_hyphen("co", "worker")
    assert not Words("co-worker coworker coworker").keep_hyphen("co", "worker")


def test_a_compound_is_evidence_for_each_of_its_joints() -> None:
    """ "end-of-life" shows both "end-of" and "of-life"."""
    assert Words("an end-of-life matter").keep_hyphen("of", "life")


def test_joined_text_leads_back_to_its_lines() -> None:
    """Every letter of mended text still knows its place in the raw text."""
    raw = "low dose corti-\nsone was given"
    text = mending.join(tracked_lines(raw), Words("cortisone"))
    assert text.text == "low dose cortisone was given"
    for mark, start, end in zip(text.text, text.starts, text.ends, strict=True):
        assert mark == " " or raw[start:end] == mark


@given(st.lists(st.text("ab-/ (),.\u00ad", max_size=12), max_size=8))
def test_joining_loses_only_hyphens_and_space(lines: list[str]) -> None:
    """Whatever lines hold, their letters and marks are kept in order; each kept code point maps to itself."""
    raw = "\n".join(lines)
    text = mending.join(tracked_lines(raw), NOTHING)

    def bare(line: str) -> str:
        return "".join(mark for mark in line if mark not in "- \u00ad\n")

    assert bare(text.text) == bare(raw)
    for mark, start, end in zip(text.text, text.starts, text.ends, strict=True):
        assert raw[start:end] in (mark, "")


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("the left hand", True),
        ("the left hand,", True),
        ("the left-", True),
        ("It was well.", False),
        ("It was well.1,2", False),
        ("It was well.[3]", False),
        ("It was well.²", False),
        ("It was well. ^{8,9}", False),
        ("(It was well.)", False),
        ("“It was well.”", False),
        ("as follows:", False),
        ("It was 3.5", False),
        ("", False),
    ],
)
def test_open_ends_are_told_from_closed_ones(text: str, is_open: bool) -> None:
    """Text ends open where no closing mark (with its citation) stands at its end."""
    assert mending.ends_open(text) is is_open


@pytest.mark.parametrize(
    ("before", "after", "result"),
    [
        ("levels of cal-", "cium were normal", True),
        ("the levels were", "normal", True),
        ("given to the", "Miller clinic", True),
        ("fever, cough,", "Horner syndrome", True),
        ("as shown (", "Figure 1", True),
        ("as shown", ") and more", True),
        ("as shown in Figure 1", ". It was", True),
        ("It was well.", "and then", False),
        ("It was well", "Another matter", False),
        ("Journal of Cases", ". 2017 Sep 9;3", False),
        ("", "text", False),
        ("text", "", False),
    ],
)
def test_a_broken_off_sentence_is_known_by_both_ends(before: str, after: str, result: bool) -> None:
    """A sentence goes on after a small letter, an open word or a splintered bracket; never after a full stop."""
    assert mending.goes_on(before, after) is result


WRAPPED = [
    "The patient was seen in the clinic for the first time at the age",
    "of forty and had no complaints other than a slight swelling of",
    "the left knee that had come and gone for most of the year before",
    "and was never painful at all. There was no fever and no rash in",
    "any of the many earlier visits.",
    "",
    "Another paragraph was added here.",
]


def test_hard_wrapped_text_has_a_width() -> None:
    """Lines that mostly break off inside a sentence are wrapped at about the length of the longest."""
    width = mending.wrap_width(WRAPPED)
    assert width is not None
    assert 60 <= width <= 66


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["one"],
        [f"The patient number {n} was seen in the clinic and sent home again." for n in range(9)],
        ["x" * 400] * 9,
        ["short line"] * 9,
    ],
)
def test_a_line_may_be_a_paragraph(lines: list[str]) -> None:
    """Sentences on lines of their own, very long and very short lines are not hard-wrapped."""
    assert mending.wrap_width(lines) is None


def test_a_short_line_is_a_deliberate_break() -> None:
    """In wrapped text a line ends a paragraph if the next word had still fitted."""
    assert mending.wraps(WRAPPED[0], WRAPPED[1], 64)
    assert not mending.wraps("It ended here.", "Then it began again.", 64)
    assert not mending.wraps("x" * 63 + ".", "Then it began again.", None)
    assert mending.wraps("It went on and", "on for days.", None)
