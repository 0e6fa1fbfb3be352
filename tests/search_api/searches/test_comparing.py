from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UsageError
from search_api.config import System
from search_api.searches.comparing import Comparison, compared
from search_api.searches.model import Found, Request, Run

from .making import REQUESTS, run_of

ALL = {"a": "1", "b": "1", "c": "1"}


def at(report_id: str, start: int = 0, label: str = "") -> Found:
    return Found(report_id, start, start + 5, None, 1, label)


def run(*places: Found, request: Request | None = None, **corpus: Any) -> Run:
    made = replace(run_of(), places=places)
    if request is not None:
        made = replace(made, asked=request.to_json())
    return replace(made, corpus=replace(made.corpus, **corpus))


def told(held: Comparison) -> set[tuple[str, str]]:
    return {(each.part, each.name) for each in held.differences}


def fates(
    then: Run, now: Run, there: Mapping[str, str] = ALL, here: Mapping[str, str] = ALL
) -> list[tuple[str, str, int | None, int | None, str]]:
    held = compared(then, now, there, here)
    return [(each.fate, each.place.report_id, each.then, each.now, each.reason) for each in held.changes]


class TestPlaces:
    """What became of each."""

    def test_the_same_found_again_is_the_same(self) -> None:
        """Nothing differs, nothing changed."""
        one = run(at("a"), at("b"))
        held = compared(one, one, ALL, ALL)
        assert (held.count("same"), len(held.changes), held.differences) == (2, 2, ())

    def test_a_new_report_pushes_the_others_down(self) -> None:
        """It is gained for being new; those below moved; the last fell out, for others rank before it."""
        found = fates(run(at("a"), at("b")), run(at("c"), at("a")), {"a": "1", "b": "1"}, ALL)
        assert found == [
            ("gained", "c", None, 1, "new report"),
            ("moved", "a", 1, 2, ""),
            ("lost", "b", 2, None, "other ranks"),
        ]

    def test_a_removed_report_is_lost_for_that(self) -> None:
        """And what comes up in its place was there before."""
        found = fates(run(at("a")), run(at("b")), ALL, {"b": "1"})
        assert found == [("gained", "b", None, 1, "other ranks"), ("lost", "a", 1, None, "removed report")]

    def test_equal_offsets_of_another_reading_are_another_place(self) -> None:
        """Where the text changed, nothing tells that the same words stand there: lost and gained, and why."""
        found = fates(run(at("a")), run(at("a")), ALL, {**ALL, "a": "2"})
        assert found == [
            ("gained", "a", None, 1, "changed reading"),
            ("lost", "a", 1, None, "changed reading"),
        ]

    def test_rows_on_the_same_words_are_told_apart(self) -> None:
        """By what they tell; and a row has no rank, so none moves."""
        evidence = REQUESTS["evidence"]
        then = run(at("a", label="zinc"), at("a", label="iron"), request=evidence)
        now = run(at("a", label="iron"), at("a", label="zinc"), request=evidence)
        assert [fate for fate, *_ in fates(then, now)] == ["same", "same"]

    @given(*[st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=8)] * 2)
    def test_every_place_of_either_is_told_once(self, one: list[tuple[str, int]], other: list[tuple[str, int]]) -> None:
        """Each rank of then and of now occurs exactly once, though a place be found twice; pairs are the same place."""
        then, now = run(*(at(*each) for each in one)), run(*(at(*each) for each in other))
        changes = compared(then, now, ALL, ALL).changes
        assert [each.now for each in changes if each.now] == list(range(1, len(other) + 1))
        assert sorted(each.then for each in changes if each.then) == list(range(1, len(one) + 1))
        for each in changes:
            assert (each.fate in ("same", "moved")) == (each.then is not None and each.now is not None)
            if each.then and each.now:
                assert then.places[each.then - 1] == now.places[each.now - 1] == each.place


class TestDifferences:
    """In what two searches differ, and that it is given as the reason."""

    def test_settings_differ_one_by_one(self) -> None:
        """Each parameter of the ranking is told by itself, with both values."""
        asked = REQUESTS["search"]
        other = replace(asked, k=3, system=System("hybrid", dense_weight=0.5, narrower=0.3))
        held = compared(run(at("a"), request=asked), run(at("b"), request=other), ALL, ALL)
        assert {(each.name, each.then, each.now) for each in held.differences} == {
            ("k", 7, 3),
            ("system.dense_weight", 0.25, 0.5),
        }
        assert {each.reason for each in held.changes} == {"asked otherwise"}

    def test_the_line_and_what_was_given_beside_it_differ(self) -> None:
        """White space around the line makes no difference."""
        asked = REQUESTS["search"]
        other = replace(asked, line="calcinosis", given=replace(asked.given, filters={"year": ["2015.."]}))
        held = compared(run(request=asked), run(request=other), ALL, ALL)
        assert told(held) == {("asked", "line"), ("asked", "filters.year"), ("asked", "filters.sex")}
        spaced = replace(asked, line=f" {asked.line} ")
        assert compared(run(request=asked), run(request=spaced), ALL, ALL).differences == ()

    @pytest.mark.parametrize("name", ["encoder_fingerprint", "analyzer", "extraction", "version", "reranker"])
    def test_what_ranks_differs(self, name: str) -> None:
        """Another model, analyzer or version is told, and is the reason where the request is the same."""
        held = compared(run(at("a")), run(at("b"), **{name: "other"}), ALL, ALL)
        assert told(held) == {("ranked by", name)}
        assert {each.reason for each in held.changes} == {"ranked otherwise"}

    def test_another_generation_is_told_and_is_no_reason(self) -> None:
        """What a changed corpus does to a report that stayed is that others rank before it."""
        held = compared(run(at("a")), run(at("b"), generation=9, digest="d9"), ALL, ALL)
        assert told(held) == {("corpus", "generation"), ("corpus", "digest")}
        assert {each.reason for each in held.changes} == {"other ranks"}

    def test_a_search_is_not_held_against_an_answer(self) -> None:
        """Passages and sentences have nothing in common to compare."""
        with pytest.raises(UsageError, match=r"^with: .*kind ask"):
            compared(run(), run(request=REQUESTS["ask"]), ALL, ALL)
