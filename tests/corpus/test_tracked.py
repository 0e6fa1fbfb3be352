from __future__ import annotations

import re
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Part, Span
from corpus.tracked import Tracked

TEXTS = st.text(alphabet="ab \n-ﬁé\u00ad😀", max_size=30)
EDITS = [
    (re.compile(r"\s+"), " "),
    (re.compile("-"), ""),
    (re.compile("ﬁ"), "fi"),
    (re.compile("a+"), "aaa"),
    (re.compile("bb?"), lambda match: match.group().upper()),
    (re.compile("(?=b)"), "x"),
    (re.compile("é"), "é"),
]


def ranges(tracked: Tracked) -> list[tuple[int, int]]:
    return list(zip(tracked.starts, tracked.ends, strict=True))


def edited(raw: str, edits: list[int]) -> Tracked:
    """``raw`` after some of ``EDITS``."""
    tracked = Tracked.of(raw)
    for at in edits:
        tracked = tracked.sub(*EDITS[at])
    return tracked


def test_untouched_text_maps_code_point_by_code_point() -> None:
    """A fresh text knows each of its code points by its own place, counted from the offset."""
    tracked = Tracked.of("a😀b", offset=5)
    assert str(tracked) == "a😀b"
    assert len(tracked) == 3
    assert ranges(tracked) == [(5, 6), (6, 7), (7, 8)]


def test_every_code_point_needs_a_range() -> None:
    """Ranges that do not match the text are refused at once, not at the first look-up."""
    with pytest.raises(ValueError, match="one raw range per code point"):
        Tracked("ab", array("q", [0]), array("q", [1, 2]))


@given(TEXTS, st.lists(st.sampled_from([0, 1, 2, 3, 4, 6]), max_size=5))
def test_sub_gives_what_re_sub_gives(raw: str, edits: list[int]) -> None:
    """The text after any edits is what ``re.sub`` makes of it."""
    expected = raw
    for at in edits:
        pattern, replacement = EDITS[at]
        expected = pattern.sub(replacement, expected)
    assert edited(raw, edits).text == expected


def test_a_replacement_maps_to_the_whole_match() -> None:
    """An opened ligature leads back to the one ligature, and its neighbours keep their own places."""
    tracked = Tracked.of("aﬁb").sub(re.compile("ﬁ"), "fi")
    assert tracked.text == "afib"
    assert ranges(tracked) == [(0, 1), (1, 2), (1, 2), (2, 3)]


def test_a_match_left_as_it_is_keeps_its_own_places() -> None:
    """A callable that gives the match back does not coarsen the map."""
    tracked = Tracked.of("abc").sub(re.compile("b+c"), lambda match: match.group())
    assert ranges(tracked) == [(0, 1), (1, 2), (2, 3)]


def test_an_empty_match_puts_nothing_in() -> None:
    """What has no source has no place, so nothing is put in at an empty match."""
    assert Tracked.of("ab").sub(re.compile("(?=b)"), "x").text == "ab"


def test_a_replacement_is_literal() -> None:
    """A backslash or a group mark in the replacement means itself."""
    assert Tracked.of("ab").sub(re.compile("(a)"), r"\1\g<0>").text == r"\1\g<0>b"


@given(TEXTS, st.sampled_from([r"\n", r"\s+", "(?=b)", "x"]))
def test_split_gives_what_re_split_gives(raw: str, pattern: str) -> None:
    """The pieces are those of ``re.split``, and each still stands where it stood."""
    pieces = Tracked.of(raw).split(re.compile(pattern))
    assert [piece.text for piece in pieces] == re.split(pattern, raw)
    for piece in pieces:
        assert all(
            raw[start:end] == character for character, (start, end) in zip(piece.text, ranges(piece), strict=True)
        )


@given(st.text(alphabet="ab \n\t\u00a0", max_size=12))
def test_strip_drops_white_space_at_both_ends_only(raw: str) -> None:
    """The text is that of ``str.strip``, each code point still leading to itself."""
    stripped = Tracked.of(raw).strip()
    assert stripped.text == raw.strip()
    assert "".join(raw[start:end] for start, end in ranges(stripped)) == raw.strip()


def test_join_puts_separators_where_the_piece_before_ends() -> None:
    """A separator comes from nowhere: an empty range at the end of what stands before it."""
    whole = Tracked.of("ab cd")
    joined = Tracked.join([whole[0:2], whole[3:5]], "\n\n")
    assert joined.text == "ab\n\ncd"
    assert ranges(joined) == [(0, 1), (1, 2), (2, 2), (2, 2), (3, 4), (4, 5)]


@given(st.lists(TEXTS, max_size=5), st.sampled_from(["", " ", "\n\n"]))
def test_join_gives_what_str_join_gives(texts: list[str], separator: str) -> None:
    """The joined text is that of ``str.join``."""
    assert Tracked.join([Tracked.of(text) for text in texts], separator).text == separator.join(texts)


@given(TEXTS, st.lists(st.integers(0, len(EDITS) - 1), max_size=4), st.data())
def test_the_source_map_says_what_the_tracked_text_knew(raw: str, edits: list[int], data: st.DataObject) -> None:
    """Packed into runs, every span still leads to the smallest range that holds its code points' ranges."""
    tracked = edited(raw, edits)
    packed = tracked.source_map((Part(0, len(raw), "line", ""),))
    assert packed.length == len(tracked)
    if len(tracked):
        start = data.draw(st.integers(0, len(tracked) - 1))
        end = data.draw(st.integers(start + 1, len(tracked)))
        found = packed.raw(Span(start, end))
        known = ranges(tracked)[start:end]
        widest = min(a for a, _ in known), max(b for _, b in known)
        assert widest[0] <= found[0] <= found[1] <= widest[1]
        if all(b - a == 1 for a, b in known):
            assert found == widest


@given(TEXTS)
def test_untouched_text_packs_into_one_run(raw: str) -> None:
    """The map of a text that was not mended is one run however long the text is."""
    assert Tracked.of(raw).source_map(()).runs == (((0, 0, len(raw)),) if raw else ())


def test_what_replaces_rearranged_text_leads_back_to_all_of_it() -> None:
    """Pieces may stand in another order than in the source: the range still goes from the first to the last."""
    raw = Tracked.of("second first ")
    swapped = Tracked.join([raw[7:13], raw[0:7]], "").sub(re.compile("first second"), "both")
    assert swapped.text == "both "
    assert swapped.source_map((Part(0, 13, "line", ""),)).raw(Span(0, 4)) == (0, 13)


@given(TEXTS, st.lists(st.integers(0, len(EDITS) - 1), max_size=4), st.data())
def test_the_ranges_of_a_span_are_what_it_came_from(raw: str, edits: list[int], data: st.DataObject) -> None:
    """They reach the ends of the raw stretch; untouched text leads to each of its own code points, in its order."""
    tracked = edited(raw, edits)
    source = tracked.source_map((Part(0, len(raw), "line", ""),))
    if not len(tracked):
        return
    start = data.draw(st.integers(0, len(tracked) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(tracked))))
    found = list(source.ranges(span))
    first, last = source.raw(span)
    assert (min(a for a, _ in found), max(b for _, b in found)) == (first, last)
    known = ranges(tracked)[span.start : span.end]
    if all(b - a == 1 for a, b in known):
        assert [at for a, b in found for at in range(a, b)] == [a for a, _ in known]
