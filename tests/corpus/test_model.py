from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Location, Part, Section, Sentence, SourceMap, Span
from tests.fakes import make_report

SPANS = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: Span(min(pair), max(pair)))
PAGES = (Part(0, 10, "page", "1"), Part(10, 20, "page", "2"))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (-2, -1)])
def test_a_span_that_runs_backwards_is_refused(start: int, end: int) -> None:
    """A span starts at 0 or later and ends where it starts or later."""
    with pytest.raises(ValueError, match="0 <= start <= end"):
        Span(start, end)


@given(SPANS, SPANS)
def test_span_relations_are_those_of_sets(one: Span, other: Span) -> None:
    """``holds`` is inclusion and ``overlaps`` a common code point."""
    mine, theirs = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.overlaps(other) == bool(mine & theirs)
    if theirs:
        assert one.holds(other) == (theirs <= mine)


def test_a_span_is_a_slice_of_code_points() -> None:
    """Offsets count code points, so an emoji is one."""
    assert Span(1, 3).of("a😀bc") == "😀b"


def test_a_run_as_long_as_its_source_maps_point_by_point() -> None:
    """Inside an untouched run a span leads to exactly its own letters."""
    plain = SourceMap(5, ((0, 10, 15),), ())
    assert plain.raw(Span(1, 3)) == (11, 13)


def test_any_other_run_maps_as_a_whole() -> None:
    """Part of a mended stretch leads to all of what it was made from."""
    mended = SourceMap(4, ((0, 0, 1), (1, 1, 5), (3, 5, 6)), ())
    assert mended.raw(Span(1, 2)) == (1, 5)
    assert mended.raw(Span(0, 4)) == (0, 6)


def test_text_taken_out_of_order_still_has_a_range_that_runs_forwards() -> None:
    """A span over text that the source holds in another order leads to the range around all of it."""
    swapped = SourceMap(6, ((0, 12, 15), (3, 2, 5)), PAGES)
    assert swapped.raw(Span(0, 6)) == (2, 15)
    assert all(place.start < place.end for place in swapped.locate(Span(0, 6)))
    assert swapped.page(Span(0, 6)) == 2
    assert swapped.page(Span(3, 6)) == 1


@pytest.mark.parametrize(("at", "raw"), [(0, 10), (2, 12), (5, 15)])
def test_an_empty_span_leads_to_a_point(at: int, raw: int) -> None:
    """An empty span leads to where its place in the text came from, also at the end."""
    assert SourceMap(5, ((0, 10, 15),), ()).raw(Span(at, at)) == (raw, raw)


def test_an_empty_text_has_only_an_empty_span() -> None:
    """The map of no text knows one span, and refuses the others."""
    empty = SourceMap(0, (), ())
    assert empty.raw(Span(0, 0)) == (0, 0)
    with pytest.raises(ValueError, match="beyond the text's 0"):
        empty.raw(Span(0, 1))


def test_a_span_over_two_pages_has_two_locations() -> None:
    """Each part that a span touches is named, with the range inside that part; the page is that of its start."""
    plain = SourceMap(20, ((0, 0, 20),), PAGES)
    assert plain.locate(Span(8, 13)) == (Location("page", "1", 8, 10), Location("page", "2", 0, 3))
    assert plain.page(Span(8, 13)) == 1
    assert plain.page(Span(10, 13)) == 2


def test_a_source_without_pages_has_no_page() -> None:
    """Text and markup have places but no page number."""
    plain = SourceMap(4, ((0, 0, 4),), (Part(0, 4, "element", "/article/p[1]"),))
    assert plain.page(Span(0, 2)) is None
    assert plain.begin(Span(1, 2)) == Location("element", "/article/p[1]", 1, 2)


def test_what_stands_in_no_part_begins_nowhere() -> None:
    """A map without parts gives no location rather than a wrong one."""
    plain = SourceMap(4, ((0, 0, 4),), ())
    assert plain.begin(Span(0, 2)) is None
    assert plain.page(Span(0, 2)) is None


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 40), st.integers(0, 5)), max_size=6),
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 9), st.sampled_from(["line", "page", "element"])), max_size=3
    ),
)
def test_a_source_map_survives_its_packed_form(
    stretches: list[tuple[int, int, int]], parts: list[tuple[int, int, str]]
) -> None:
    """What goes into the catalog comes out the same."""
    runs, at = [], 0
    for length, start, width in stretches:
        runs.append((at, start, start + width))
        at += length
    made = tuple(Part(start, start + width, kind, "7") for start, width, kind in parts)  # type: ignore[arg-type]
    source_map = SourceMap(at, tuple(runs), made)
    assert SourceMap.from_bytes(source_map.to_bytes()) == source_map


def test_sentences_in_a_span_lie_wholly_inside_it() -> None:
    """A sentence that a span cuts is left out."""
    report = make_report("One is here. Two is here. Three is here.")
    second = report.sentences[1].span
    assert list(report.sentences_in(second)) == [Sentence(second, 0)]
    assert list(report.sentences_in(Span(second.start + 1, len(report.text)))) == [report.sentences[2]]


def test_the_section_at_a_code_point_is_the_one_whose_body_holds_it() -> None:
    """Headings and the blank lines between sections belong to no body."""
    report = make_report("# Case report\n\nA woman fell.\n\n# Discussion\n\nFalls are common.")
    case, discussion = report.sections
    assert report.section_at(case.body.start) is case
    assert report.section_at(discussion.body.end - 1) is discussion
    assert report.section_at(case.body.end) is None
    assert report.section_at(0) is None
    assert isinstance(case, Section)
