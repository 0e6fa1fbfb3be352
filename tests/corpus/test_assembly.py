from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.assembly import SEPARATOR, Block, BlockRole, assemble
from corpus.errors import NoTextError
from corpus.model import Bibliography, Part, Reference, Report, SectionKind, Span
from corpus.tracked import Tracked
from tests.fakes import make_report

Piece = tuple[BlockRole, str, SectionKind | None]


def assembled(*pieces: Piece) -> Report:
    """A report of blocks given as (role, text, section); the raw text is the texts, a line each."""
    blocks, raw = [], ""
    for role, text, section in pieces:
        blocks.append(Block(Tracked.of(text, len(raw)), role, section))
        raw += text + "\n"
    return assemble(blocks, Bibliography(), raw=raw, parts=(Part(0, len(raw), "line", ""),), reader="test")


def kinds(report: Report) -> list[tuple[SectionKind, str | None, str]]:
    """Each section as (kind, heading, body)."""
    return [
        (section.kind, section.heading.of(report.text) if section.heading else None, section.body.of(report.text))
        for section in report.sections
    ]


def test_blocks_are_joined_with_blank_lines() -> None:
    """The text is the folded blocks, a blank line between them, empty blocks left out."""
    report = assembled(("paragraph", " One\tline. ", None), ("paragraph", "\u200b", None), ("paragraph", "Two.", None))
    assert report.text == "One line." + SEPARATOR + "Two."


def test_a_heading_names_the_section_under_it() -> None:
    """The words of a heading decide the kind, and paragraphs continue the section they stand in."""
    report = assembled(
        ("paragraph", "Before.", None),
        ("heading", "Case report", None),
        ("paragraph", "A woman fell.", None),
        ("paragraph", "She got up.", None),
        ("heading", "Discussion", None),
        ("paragraph", "Falls happen.", None),
    )
    assert kinds(report) == [
        ("body", None, "Before."),
        ("case", "Case report", "A woman fell.\n\nShe got up."),
        ("discussion", "Discussion", "Falls happen."),
    ]


def test_the_reader_knows_better_than_the_words() -> None:
    """A kind that the reader gives wins over what the heading's words say."""
    report = assembled(("heading", "Discussion", "case"), ("paragraph", "A woman fell.", None))
    assert kinds(report) == [("case", "Discussion", "A woman fell.")]


@pytest.mark.parametrize(("before", "after"), [("Case report", "case"), ("Abstract", "body"), ("References", "body")])
def test_an_unknown_heading_goes_on_with_the_section_around_it(before: str, after: SectionKind) -> None:
    """More of the case under an unknown heading is case; but an abstract or a reference list ends at a heading."""
    report = assembled(
        ("heading", before, None),
        ("paragraph", "First.", None),
        ("heading", "Zebra", None),
        ("paragraph", "Then.", None),
    )
    assert kinds(report)[-1] == (after, "Zebra", "Then.")


def test_a_caption_does_not_end_the_section_it_interrupts() -> None:
    """Figures and tables stand apart; the paragraph after them belongs to the section before them."""
    report = assembled(
        ("heading", "Case report", None),
        ("paragraph", "A woman fell.", None),
        ("caption", "Fig. 1. The stairs.", None),
        ("table", "a b", None),
        ("paragraph", "She got up.", None),
    )
    assert [kind for kind, _, _ in kinds(report)] == ["case", "figure", "table", "case"]


def test_a_caption_right_under_a_heading_keeps_sections_in_text_order() -> None:
    """The heading stands before the caption, so it gets a section there and the kind goes on after it."""
    report = assembled(
        ("heading", "Case report", None), ("caption", "Fig. 1. The stairs.", None), ("paragraph", "A woman fell.", None)
    )
    assert kinds(report) == [
        ("case", "Case report", ""),
        ("figure", None, "Fig. 1. The stairs."),
        ("case", None, "A woman fell."),
    ]


def test_captions_under_their_own_heading_keep_it() -> None:
    """ "Figure legends" is the heading of the legends."""
    report = assembled(
        ("paragraph", "A woman fell.", None), ("heading", "Figure legends", None), ("caption", "Fig. 1.", None)
    )
    assert kinds(report)[-1] == ("figure", "Figure legends", "Fig. 1.")


def test_a_heading_over_a_heading_is_an_empty_section() -> None:
    """No heading is lost, also the last one with nothing under it."""
    report = assembled(
        ("heading", "Discussion", None),
        ("heading", "Treatment", None),
        ("paragraph", "Rest helps.", None),
        ("heading", "Outcome", None),
    )
    assert kinds(report) == [
        ("discussion", "Discussion", ""),
        ("treatment", "Treatment", "Rest helps."),
        ("outcome", "Outcome", ""),
    ]


def test_references_hold_no_sentences() -> None:
    """A reference list is entries with their DOIs, never sentences to quote; a DOI cut short is none."""
    report = assembled(
        ("paragraph", "A woman fell. She got up.", None),
        ("heading", "References", None),
        ("reference", "Doe J. Falls. doi:10.1000/fall.1", None),
        ("reference", "Roe R. More falls. doi:10.1000/fal...", None),
    )
    assert [sentence.span.of(report.text) for sentence in report.sentences] == ["A woman fell.", "She got up."]
    assert [reference.doi for reference in report.references] == ["10.1000/fall.1", None]
    assert all(isinstance(reference, Reference) for reference in report.references)


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [("title", "Falls", None)],
        [("paragraph", "J. Doe, Anytown", "front"), ("title", "Falls", None)],
        [("reference", "Doe J. Falls.", None)],
        [("paragraph", "falls, stairs", "keywords"), ("paragraph", "We thank all.", "back")],
        [("heading", "Discussion", None)],
        [("heading", "Case report", None), ("heading", "Discussion", None), ("reference", "Doe J.", None)],
        [("paragraph", " \n\t", None)],
    ],
)
def test_what_holds_no_text_is_refused(pieces: list[Piece]) -> None:
    """A title, headings, front matter or references alone are no report."""
    with pytest.raises(NoTextError, match="no text beyond"):
        assembled(*pieces)


ROLES = st.sampled_from(["title", "heading", "paragraph", "caption", "table", "reference"])
TEXTS = st.one_of(
    st.sampled_from(
        ["Case report", "Discussion", "References", "Zebra", "A woman fell. She got up.", "See Fig. 1. It is."]
    ),
    st.text(alphabet="aB. 1\n\u00ad", max_size=12),
)
KINDS = st.sampled_from([None, None, None, "case", "abstract", "front", "figure", "references"])


@given(st.lists(st.tuples(ROLES, TEXTS, KINDS), max_size=8))
def test_any_blocks_make_a_sound_report_or_none(pieces: list[Piece]) -> None:
    """Sections are in order and apart, sentences lie inside them, and nothing of the blocks is lost."""
    try:
        report = assembled(*pieces)
    except NoTextError:
        return
    at = 0
    for section in report.sections:
        begin = section.heading.start if section.heading else section.body.start
        assert at <= begin <= section.body.start <= section.body.end <= len(report.text)
        at = section.body.end
    covered = [span for section in report.sections for span in (section.heading, section.body) if span]
    outside = set(range(len(report.text))) - {at for span in covered for at in range(span.start, span.end)}
    assert all(report.text[at].isspace() for at in outside)
    for one, two in zip(report.sentences, report.sentences[1:], strict=False):
        assert one.span.end <= two.span.start
    for sentence in report.sentences:
        assert report.sections[sentence.section].body.holds(sentence.span)
    spoken = {at for sentence in report.sentences for at in range(sentence.span.start, sentence.span.end)}
    for section in report.sections:
        if section.kind != "references":
            body = range(section.body.start, section.body.end)
            assert all(report.text[at].isspace() for at in body if at not in spoken)
    assert report.source_map.raw(Span(0, len(report.text)))[1] <= len(report.raw)


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("RETRACTED ARTICLE: Zinc in a baker", ["retracted-by"]),
        ("Retraction: Zinc in a baker", ["retracts"]),
        ("Zinc in a baker", []),
    ],
)
def test_a_title_says_what_became_of_an_article_in_every_format(title: str, kinds: list[str]) -> None:
    """Whatever reader it comes from: the mark that journals put before a title is believed."""
    report = make_report("He was treated with zinc.", title)
    assert [relation.kind for relation in report.bibliography.relations] == kinds
