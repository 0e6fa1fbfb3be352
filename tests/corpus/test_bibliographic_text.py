from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.normalise import fold
from corpus.readers.bibliographic_text import abstract, bare_title, given_first, inline, label, names_in
from corpus.tracked import Tracked


def plain(text: str) -> str:
    return fold(inline(text, 0)).text


def cut(text: str) -> list[tuple[str | None, str]]:
    return [(piece.label and fold(piece.label).text, fold(piece.text).text) for piece in abstract(text, 0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A <i>rare</i> <B>thing</B>", "A rare thing"),
        ("one<br/>two<p>three</p>", "one two three"),
        ("<jats:p>One <jats:italic>two</jats:italic></jats:p>", "One two"),
        ("p &lt; 0.05 &amp; q &#8805; 2 &eacute;", "p < 0.05 & q ≥ 2 é"),
        ("10<sup>9</sup> cells, CO<sub>2</sub>", "10^9 cells, CO2"),
        ("a < b and c > d", "a < b and c > d"),
        ("p<0.05, n>3; <unknown> stays", "p<0.05, n>3; <unknown> stays"),
        ("&nosuchname; stays", "&nosuchname; stays"),
    ],
)
def test_markup_inside_strings_is_taken_out(text: str, expected: str) -> None:
    """Known tags go, entities become characters, and signs that only look like tags stay."""
    assert plain(text) == expected


def test_what_is_left_points_to_where_it_stood() -> None:
    """Each character leads to its own place; an entity's character to the whole entity."""
    text = "a <i>b</i> &lt; c"
    found = inline(text, 100)
    for index, character in enumerate(found.text):
        begin, end = found.starts[index] - 100, found.ends[index] - 100
        assert text[begin:end] in (character, "&lt;")


def test_labels_in_elements_are_headings() -> None:
    """Europe PMC's <h4> and Crossref's <jats:title> divide an abstract; words before the first stay."""
    text = "First.<h4>Case presentation:</h4>He had <i>gout</i>.<h4>Conclusion</h4>Rare."
    assert cut(text) == [(None, "First."), ("Case presentation", "He had gout."), ("Conclusion", "Rare.")]
    assert cut("<jats:title>Case</jats:title><jats:p>He had gout.</jats:p>") == [("Case", "He had gout.")]


def test_an_element_that_labels_nothing_leaves_its_text() -> None:
    """The heading "Abstract" and an empty one are no labels."""
    assert cut("<h4>Abstract</h4>He had gout.<h4> </h4>More.") == [(None, "He had gout."), (None, "More.")]


def test_run_in_labels_are_headings() -> None:
    """Capitals, or words that name a section, before a colon at the start and behind sentences."""
    assert cut("BACKGROUND: Gout is common. CASE PRESENTATION: He had it. CONCLUSION: It went.") == [
        ("BACKGROUND", "Gout is common."),
        ("CASE PRESENTATION", "He had it."),
        ("CONCLUSION", "It went."),
    ]
    assert cut("Background: Gout is common. Methods and results: None.") == [
        ("Background", "Gout is common."),
        ("Methods and results", "None."),
    ]


def test_unknown_capitals_are_labels_where_the_abstract_starts_with_one() -> None:
    """A journal's own label counts among labels, an abbreviation in running text does not."""
    assert cut("WHAT IS KNOWN: Little. WHAT IS NEW: More.") == [("WHAT IS KNOWN", "Little."), ("WHAT IS NEW", "More.")]
    assert cut("He was ill. ECHO: normal.") == [(None, "He was ill. ECHO: normal.")]
    assert cut("CASE: He was ill. CT: normal. LABS: good.") == [
        ("CASE", "He was ill. CT: normal."),
        ("LABS", "good."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "He had three findings: fever, rash and pain.",
        "It was given as follows: one at noon. He took it: twice.",
        "Ratio 3:1 at 10:30. References: none are here.",
        "no label at all",
        "",
    ],
)
def test_a_colon_alone_makes_no_label(text: str) -> None:
    """Words before a colon that name no part of an abstract stay in their sentence."""
    assert [heading for heading, _ in cut(text)] == [None]


def test_a_label_may_be_broken_across_lines() -> None:
    """Where a tagged line goes on, its label and text go on too."""
    assert cut("CASE\n      REPORT: He had\n      gout.") == [("CASE REPORT", "He had gout.")]


@pytest.mark.parametrize("text", ["UNLABELLED", " Unassigned: ", "Abstract", "", ":"])
def test_labels_that_say_nothing_are_none(text: str) -> None:
    """PubMed labels what has no label."""
    assert label(text, 0) is None


@given(st.text(alphabet="AB ab.:\n<h4>/&lt;<sup>1</sup>CASE: "), st.integers(0, 9))
def test_cuts_keep_their_places(text: str, at: int) -> None:
    """The pieces of an abstract stand in order, and each unchanged character leads to itself."""
    last = at
    for piece in abstract(text, at):
        for part in (piece.label, piece.text):
            if part is None:
                continue
            for index, character in enumerate(part.text):
                begin, end = part.starts[index], part.ends[index]
                assert begin >= last - 1
                last = max(last, begin)
                if end - begin == 1:
                    assert text[begin - at] == character or character in "[]"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A man with gout.", "A man with gout"),
        ("[A translated title].", "A translated title"),
        ("[A translated title.]", "A translated title"),
        ("[18F]FDG in gout [and more].", "[18F]FDG in gout [and more]"),
        ("[Gout] of the [foot]", "[Gout] of the [foot]"),
        ("Gout?", "Gout?"),
        ("And so on...", "And so on..."),
        ("Gout in the U.S.A.", "Gout in the U.S.A."),
        (" A title . ", "A title"),
        (".", ""),
        ("[].", ""),
    ],
)
def test_titles_lose_what_databases_add(title: str, expected: str) -> None:
    """One full stop and the brackets round a translated title; nothing that belongs to the title."""
    assert bare_title(Tracked.of(title)).text == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Roe, Jane B", "Jane B Roe"),
        ("Roe, J.B.", "J.B. Roe"),
        ("Roe,Jane", "Jane Roe"),
        ("Roe, Jane, Jr.", "Jane Roe Jr."),
        ("Roe, John A 3rd", "John A Roe 3rd"),
        ("Roe JB", "JB Roe"),
        ("Roe J.-B.", "J.-B. Roe"),
        ("Roe JB Jr", "JB Roe Jr"),
        ("de la Roe MÁ", "MÁ de la Roe"),
        ("Jane Roe", "Jane Roe"),
        ("Jane Roe, Jr.", "Jane Roe Jr."),
        ("Gout Study Group", "Gout Study Group"),
        ("WHO", "WHO"),
        ("Roe, Jane (57190000001)", "Jane Roe"),
        ("Ro&euml;, Jane", "Jane Roë"),
        ("  Roe ,  Jane ; ", "Jane Roe"),
        ("", ""),
    ],
)
def test_names_are_given_first(name: str, expected: str) -> None:
    """Family-first forms are turned round; groups and names in reading order stay."""
    assert given_first(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roe JB, Doe A, de Oliveira Filho ASB.", ("JB Roe", "A Doe", "ASB de Oliveira Filho")),
        ("Roe J.; Doe A.B.", ("J. Roe", "A.B. Doe")),
        ("Roe, Jane (571); Doe, Ann (572)", ("Jane Roe", "Ann Doe")),
        ("Roe, Jane and Doe, Ann", ("Jane Roe", "Ann Doe")),
        ("Roe, Jane", ("Jane Roe",)),
        ("Jane Roe, Ann Doe", ("Jane Roe", "Ann Doe")),
        ("Jane Roe, Ann Doe and Bob Poe", ("Jane Roe", "Ann Doe", "Bob Poe")),
        ("Jane Roe & Ann Doe", ("Jane Roe", "Ann Doe")),
        ("van den Berg, Jan Piet", ("Jan Piet van den Berg",)),
        ("Jane Roe|Ann Doe", ("Jane Roe", "Ann Doe")),
        ("Roe J, Doe A, et al.", ("J Roe", "A Doe")),
        ("Roe J, Roe J", ("J Roe",)),
        ("Anderson BA", ("BA Anderson",)),
        ("", ()),
    ],
)
def test_one_string_of_authors_is_divided(text: str, expected: tuple[str, ...]) -> None:
    """Whatever a program puts between authors, and whichever name it puts first."""
    assert names_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        ". " + " " * 200_000 + "A",
        "<h4>" + " " * 200_000,
        "<h4>" * 50_000,
        "A" * 200_000,
        ". A" * 60_000,
        "&" * 200_000,
        "<" * 200_000,
    ],
)
def test_long_runs_cost_no_more_than_their_length(text: str) -> None:
    """No pattern goes over a run of one character again and again: this ends at once or the suite would stall."""
    abstract(text, 0)
    given_first(text)
    names_in(text + ",")
    names_in("," * 100_000 + text[:10])
