from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.pdf_characters import JOINED_HYPHEN
from corpus.readers.pdf_lines import Line, Page, Run, make_line, spaced
from corpus.readers.pdf_words import PageText

WIDTH = 5.0  # points: of every character in these made-up lines


def line_of(*pieces: tuple[str, float, float], at: int = 0, y: float = 700.0, gap: float = 0.0) -> tuple[Line, str]:
    """A line of ``(text, rise, size)`` pieces, ``gap`` points apart, and its raw text."""
    runs, raw, x = [], " " * at, 50.0
    for text, rise, size in pieces:
        runs.append(Run(len(raw), len(raw) + len(text), x, x + WIDTH * len(text), y + rise, size, "serif", False))
        raw += text
        x += WIDTH * len(text) + gap
    return make_line(0, raw, runs), raw


def text_of(*pieces: tuple[str, float, float], marks: bool = True) -> str:
    line, raw = line_of(*pieces)
    return PageText([Page(0, raw, (line,), 600, 800)]).line(line, marks=marks).text


def paragraph_of(*texts: str) -> str:
    """Lines of plain text, one under the other, as one paragraph."""
    lines, raw = [], ""
    for number, text in enumerate(texts):
        run = Run(len(raw), len(raw) + len(text), 50, 50 + WIDTH * len(text), 700 - 12 * number, 10, "serif", False)
        raw += text + "\n"
        lines.append(make_line(0, raw, [run]))
    return PageText([Page(0, raw, tuple(lines), 600, 800)]).paragraph(lines).text


@pytest.mark.parametrize(
    ("before", "raised", "after", "expected"),
    [
        ("literature.", "1", " It", "literature.[1] It"),
        ("reported", "2,3", ", but", "reported[2,3], but"),
        ("comorbidities.", "2---4", "", "comorbidities.[2–4]"),
        ("disease", "[5]", " was", "disease[5] was"),
        ("seen before", "12–14,", " and", "seen before[12–14], and"),
        ("the year 2015", "7", " saw", "the year 2015[7] saw"),
        ("and IL-6", "6,7", " rose", "and IL-6[6,7] rose"),
        ("COVID-19", "8", ".", "COVID-19[8]."),
    ],
)
def test_a_raised_number_after_a_word_is_a_citation(before: str, raised: str, after: str, expected: str) -> None:
    """Citation marks are set apart in brackets, lists and ranges too, after a number too."""
    pieces = [(before, 0.0, 10.0), (raised, 3.5, 6.0)] + ([(after, 0.0, 10.0)] if after else [])
    assert text_of(*pieces) == expected


@pytest.mark.parametrize(
    ("before", "raised", "expected"),
    [
        ("5 x 10", "9", "5 x 10⁹"),
        ("69,000/mm", "3", "69,000/mm³"),
        ("28 kg/m", "2", "28 kg/m²"),
        ("10", "-3", "10⁻³"),
        ("rate of 4 s", "−1", "rate of 4 s⁻¹"),
        ("GAMM: R", "2", "GAMM: R²"),
        ("(×10 ", "3", "(×10³"),
        ("at 45", "o", "at 45°"),
    ],
)
def test_a_raised_number_after_ten_or_a_unit_is_a_power(before: str, raised: str, expected: str) -> None:
    """Powers keep their meaning: a count of 10⁹ does not become 109, nor a citation."""
    assert text_of((before, 0.0, 10.0), (raised, 3.5, 6.0)) == expected


@pytest.mark.parametrize(
    ("before", "raised", "after", "expected"),
    [
        ("a fit (Q", "2", " = 0.258)", "a fit (Q² = 0.258)"),
        ("in vitamin C", "2", " it is", "in vitamin C[2] it is"),
        ("at 37", "0", "C overnight", "at 37°C overnight"),
        ("of 2.4 x 10 ", "9", "/L", "of 2.4 x 10⁹/L"),
    ],
)
def test_what_follows_tells_a_power(before: str, raised: str, after: str, expected: str) -> None:
    """A sign of equality makes a raised two a square, a "C" a raised nought a degree; a space before a power goes."""
    assert text_of((before, 0.0, 10.0), (raised, 3.5, 6.0), (after, 0.0, 10.0)) == expected


def test_a_power_may_stand_at_the_start_of_a_line() -> None:
    """Where a line ends in "×10", what the next one begins with is its power."""
    first, raw = line_of(("platelets 179 (×10", 0.0, 10.0))
    second, more = line_of(("3", 3.5, 6.0), ("/μL)", 0.0, 10.0))
    second = replace(second, page=1)
    pages = [Page(0, raw, (first,), 600, 800), Page(1, more, (second,), 600, 800)]
    assert PageText(pages).paragraph([first, second]).text == "platelets 179 (×10³/μL)"


def test_hyphens_set_close_are_a_dash() -> None:
    """Some typesetters make a dash of hyphens that overlap."""
    assert paragraph_of("Ann Med. 2021;96:88---90, Figs. 1--3") == "Ann Med. 2021;96:88–90, Figs. 1–3"


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([("99m", 3.5, 6.0), ("Tc scan", 0.0, 10.0)], "99mTc scan"),
        ([("and ", 0.0, 10.0), ("18", 3.5, 6.0), ("F-FDG PET", 0.0, 10.0)], "and 18F-FDG PET"),
        ([("131", 3.5, 6.0), ("I therapy", 0.0, 10.0)], "131I therapy"),
        ([("by ", 0.0, 10.0), ("1", 3.5, 6.0), ("H-MRS", 0.0, 10.0)], "by 1H-MRS"),
        ([("the end ", 0.0, 10.0), ("12", 3.5, 6.0), (" A lamp", 0.0, 10.0)], "the end [12] A lamp"),
        ([("the end ", 0.0, 10.0), ("12", 3.5, 6.0), ("Department", 0.0, 10.0)], "the end [12]Department"),
        ([("the 5", 0.0, 10.0), ("th", 3.5, 6.0), (" day", 0.0, 10.0)], "the 5th day"),
        ([("CO", 0.0, 10.0), ("2", -2.0, 6.0), (" level", 0.0, 10.0)], "CO2 level"),
        ([("Cytosorb", 0.0, 10.0), ("®", 3.5, 6.0), (" was", 0.0, 10.0)], "Cytosorb® was"),
    ],
)
def test_other_raised_and_lowered_text_stays(pieces: list[tuple[str, float, float]], expected: str) -> None:
    """Isotopes, ordinals, formulas and trade marks are left as they are."""
    assert text_of(*pieces) == expected


def test_a_citation_maps_to_its_raw_digits() -> None:
    """The bracketed mark stands for the raised characters and no others."""
    line, raw = line_of(("seen.", 0.0, 10.0), ("12", 3.5, 6.0), (" Then", 0.0, 10.0))
    text = PageText([Page(0, raw, (line,), 600, 800)]).line(line)
    at = text.text.index("[")
    assert text.text[at : at + 4] == "[12]"
    assert {(text.starts[index], text.ends[index]) for index in range(at, at + 4)} == {(5, 7)}


def test_names_lose_their_marks() -> None:
    """In a line of names the marks of affiliation become commas, so that they part the names."""
    assert (
        text_of(("Ada Quill", 0.0, 10.0), ("1,2", 3.5, 6.0), (" Ben Rua", 0.0, 10.0), marks=False)
        == "Ada Quill, Ben Rua"
    )


def test_pieces_far_apart_are_parted_by_a_space() -> None:
    """A gap is a space though the stream holds none; pieces that touch are one word."""
    near, raw = line_of(("epi", 0.0, 10.0), ("dermis", 0.0, 10.0))
    assert not spaced(raw, near.runs[0], near.runs[1])
    far, raw = line_of(("epi", 0.0, 10.0), ("dermis", 0.0, 10.0), gap=4.0)
    assert spaced(raw, far.runs[0], far.runs[1])
    assert far.text == "epi dermis"


def test_a_hyphen_that_only_breaks_a_word_goes() -> None:
    """What pdfium marks as a line-end hyphen is taken off where the document knows no such compound."""
    assert paragraph_of(f"a rare manifes{JOINED_HYPHEN}", "tation of it") == "a rare manifestation of it"


def test_a_hyphen_that_belongs_stays() -> None:
    """The document's own spelling decides: what it hyphenates elsewhere keeps its hyphen."""
    assert paragraph_of("follow-through and follow" + JOINED_HYPHEN, "through") == "follow-through and follow-through"
    assert paragraph_of(f"tested for DENV{JOINED_HYPHEN}", "Ab twice") == "tested for DENV-Ab twice"


def test_the_second_page_stands_after_the_first() -> None:
    """Offsets count the form feed between two pages."""
    first, raw = line_of(("one", 0.0, 10.0))
    run = Run(0, 3, 50, 65, 700, 10, "serif", False)
    second = make_line(1, "two", [run])
    pages = [Page(0, raw, (first,), 600, 800), Page(1, "two", (second,), 600, 800)]
    text = PageText(pages).paragraph([first, second])
    assert text.text == "one two"
    assert list(text.starts) == [0, 1, 2, 3, 4, 5, 6]


RUN = st.tuples(
    st.text("abc1,. ", min_size=1, max_size=6), st.sampled_from([0.0, 3.5, -2.0]), st.sampled_from([6.0, 10.0])
)


@given(st.lists(RUN, min_size=1, max_size=8))
def test_marks_never_lose_or_reorder_text(pieces: list[tuple[str, float, float]]) -> None:
    """Whatever is raised or lowered: letters stay in order, and ranges rise and stay inside the raw text."""
    line, raw = line_of(*pieces)
    text = PageText([Page(0, raw, (line,), 600, 800)]).line(line)
    assert re.findall("[abc]", text.text) == re.findall("[abc]", raw)
    assert list(text.starts) == sorted(text.starts)
    assert all(0 <= start <= end <= len(raw) for start, end in zip(text.starts, text.ends, strict=True))
