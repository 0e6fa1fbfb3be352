from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from corpus.errors import NotFoundError
from indexer.encoders.choice import OneEncoder
from indexer.history import collect
from search_api.config import System
from search_api.replaying import compare, comparison_told, listed_again, news, news_told, replay
from search_api.result_list import LIST_FORMATS, Place, list_file
from search_api.retrieval.query import Given
from search_api.searches.model import By, UnknownRequestError
from tests.fakes import make_report

from .conftest import LATER, TREATED, Kept, keeping

BY = By("cli")
QUESTION = "What was given for calcinosis?"


def asked(kept: Kept, kind: str = "search", **more: Any) -> str:
    """A search of this kind on calcinosis; its id."""
    if kind == "search":
        return kept.service.search("calcinosis", by=BY, **more).search_id or ""
    if kind == "ask":
        return kept.service.ask(QUESTION, by=BY, **more).search_id or ""
    return kept.service.evidence("calcinosis", by=BY, **more).search_id or ""


KINDS = ["search", "ask", "evidence"]


class TestReplay:
    """The same asked again."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_nothing_changed_nothing_differs(self, kept: Kept, kind: str) -> None:
        """Every place is found again at its rank, and the new search is kept as one that repeats the old."""
        first = asked(kept, kind)
        held = replay(kept.service, first, BY)
        assert (held.differences, {each.fate for each in held.changes}) == ((), {"same"})
        assert len(held.changes) == len(kept.searches.get(first).places) > 0
        assert kept.searches.get(held.now.id).by == By("cli", None, first)

    def test_everything_is_asked_as_it_was(self, kept: Kept) -> None:
        """Settings and conditions that are not the usual ones are those of the repetition, too."""
        system, given = System("lexical", k1=1.5, narrower=0.4), Given(must=("calcinosis",), filters={"age": ["<90"]})
        first = asked(kept, k=3, max_per_report=1, system=system, given=given, duplicates=True)
        held = replay(kept.service, first, BY)
        assert kept.searches.get(held.now.id).request == kept.searches.get(first).request
        table = kept.service.evidence("calcinosis", treatments=["diltiazem"], by=BY).search_id or ""
        again = replay(kept.service, table, BY).now
        assert again.request == kept.searches.get(table).request

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_report_that_came_is_gained_for_that(self, kept: Kept, kind: str) -> None:
        """What it brought is told as new; the corpus is told to differ."""
        first = asked(kept, kind)
        kept.change({"later": LATER})
        held = replay(kept.service, first, BY)
        gained = [each for each in held.changes if each.fate == "gained"]
        assert {(each.place.report_id, each.reason) for each in gained} == {("later", "new report")}
        assert {each.part for each in held.differences} == {"corpus"}

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_report_that_went_is_lost_for_that(self, kept: Kept, kind: str) -> None:
        """And one that was read anew is found, and lost, for its changed reading."""
        first = asked(kept, kind)
        kept.change({"calcinosis": TREATED["calcinosis"].replace("A woman", "A tall woman")}, delete=("treated",))
        held = replay(kept.service, first, BY)
        reasons = {(each.fate, each.place.report_id): each.reason for each in held.changes}
        assert reasons["lost", "treated"] == "removed report"
        if ("lost", "calcinosis") in reasons:
            assert reasons["lost", "calcinosis"] == "changed reading"
            assert reasons["gained", "calcinosis"] == "changed reading"

    def test_a_repetition_need_not_be_kept(self, kept: Kept) -> None:
        """It is compared, says who asks, and leaves no trace."""
        first = asked(kept)
        held = replay(kept.service, first, By("http", "ward"), keeps=False)
        assert (held.now.id, len(kept.searches.newest(9))) == ("", 1)
        assert (held.now.by.via, held.now.by.who) == ("http", "ward")
        assert comparison_told(kept.service, held)["now"]["id"] is None

    def test_where_it_cannot_be_kept_it_is_compared_all_the_same(self, kept: Kept) -> None:
        """The log is full, say: the comparison stands, and its notices say that the new search is not in the log."""
        first = asked(kept)
        file = kept.searches._opened()
        file._run("CREATE TRIGGER full BEFORE INSERT ON searches BEGIN SELECT RAISE(FAIL, 'full'); END")
        held = replay(kept.service, first, BY)
        assert {each.fate for each in held.changes} == {"same"}
        assert held.now.id == ""
        assert "not in the search log" in held.now.told.notices[-1]

    def test_a_search_of_another_version_says_that_it_cannot_be_asked(self, kept: Kept) -> None:
        """It can be looked at; asked again, it is refused rather than asked otherwise."""
        first = asked(kept)
        with closing(sqlite3.connect(kept.searches.path)) as file:
            (facts,) = file.execute("SELECT facts FROM searches").fetchone()
            told = json.loads(facts)
            told["asked"]["settings"]["system"]["warp"] = 9
            file.execute("UPDATE searches SET facts=?", (json.dumps(told),))
            file.commit()
        assert kept.searches.get(first).line == "calcinosis"
        with pytest.raises(UnknownRequestError, match="warp"):
            replay(kept.service, first, BY, keeps=False)

    def test_an_unknown_search_is_not_asked(self, kept: Kept) -> None:
        """The error names it."""
        for look in (lambda: replay(kept.service, "s000009", BY), lambda: news(kept.service, "s000009")):
            with pytest.raises(NotFoundError, match="s000009"):
                look()


class TestCompare:
    """Two that were kept."""

    def test_the_second_is_held_against_the_first(self, kept: Kept) -> None:
        """As they were, though the corpus has moved on since."""
        first = asked(kept)
        kept.change({"later": LATER})
        second = asked(kept, k=4)
        kept.change({"calcinosis": "# Case\n\nSomething else."}, delete=("later", "treated"))
        held = compare(kept.service, first, second)
        assert (held.then.id, held.now.id) == (first, second)
        assert ("gained", "later", "new report") in {
            (each.fate, each.place.report_id, each.reason) for each in held.changes
        }
        assert ("k", 10, 4) in {(each.name, each.then, each.now) for each in held.differences}
        told = comparison_told(kept.service, held)
        assert {each["title"] for each in told["changes"] if each["report_id"] == "later"} == {None}
        assert all(each["title"] for each in told["changes"] if each["report_id"] == "gout")
        back = compare(kept.service, second, first)
        assert (back.count("lost"), back.count("gained")) == (held.count("gained"), held.count("lost"))


class TestNews:
    """What is new since a search."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_reports_added_since_are_told_with_their_rank(self, kept: Kept, kind: str) -> None:
        """Also one that was in the catalog at the time of the search, and not yet in the index."""
        kept.made.put({"waiting": LATER.replace("51", "52")})
        first = asked(kept, kind)
        kept.change({"later": LATER})
        told = news(kept.service, first)
        assert {place.report_id for _, place in told.added} == {"waiting", "later"}
        for rank, place in told.added:
            assert told.now.places[rank - 1] == place
        assert (told.reports_added, told.reports_changed, told.reports_removed) == (2, 0, 0)
        assert (told.changed, told.gone) == ((), ())
        assert len(kept.searches.newest(9)) == 1  # to look is no search

    def test_it_looks_further_down_than_the_search_did(self, kept: Kept) -> None:
        """A new report below the last rank that was shown is told, once, and what was shown is not gone for that."""
        first = asked(kept, k=1)
        kept.change(
            {"later": "# Case report\n\nA long story of a fall. " + "He rested. " * 40 + "Calcinosis was seen."}
        )
        told = news(kept.service, first)
        (rank, place) = told.added[0]
        assert (place.report_id, len(told.added)) == ("later", 1)
        assert rank > 1
        assert told.gone == ()
        assert "against what generation 1 (7 reports) held" in told.compared
        assert f"the best {len(told.now.places)} reports of generation 2 (8 reports)" in told.compared

    @pytest.mark.parametrize("kind", KINDS)
    def test_changed_and_removed_reports_are_told(self, kept: Kept, kind: str) -> None:
        """Each with what became of it."""
        first = asked(kept, kind)
        kept.change({"treated": TREATED["treated"].replace("180 mg", "240 mg")}, delete=("calcinosis",))
        told = news(kept.service, first)
        assert {place.report_id for _, place in told.changed} == {"treated"}
        assert told.added == ()
        reasons = {(each.place.report_id, each.reason) for each in told.gone}
        found = {place.report_id for place in kept.searches.get(first).places}
        assert (("calcinosis", "removed report") in reasons) == ("calcinosis" in found)
        assert (told.reports_added, told.reports_changed, told.reports_removed) == (0, 1, 1)

    def test_a_report_that_was_away_and_came_back_is_new_to_who_missed_it(self, kept: Kept) -> None:
        """Its reading has its old number again: what counts is what the searched generation held."""
        kept.change(delete=("treated",))
        first = asked(kept)
        kept.change({"treated": TREATED["treated"]})
        assert {place.report_id for _, place in news(kept.service, first).added} == {"treated"}

    def test_a_new_report_with_the_words_of_another_is_told(self, kept: Kept) -> None:
        """Near-duplicates are looked at, too: the same words may be told of another patient."""
        first = asked(kept)
        kept.change({"copy": make_report(TREATED["treated"].replace("40-year", "41-year"), "Another")})
        assert "copy" in {place.report_id for _, place in news(kept.service, first).added}

    def test_nothing_new_is_nothing(self, kept: Kept) -> None:
        """Every list is empty, and every count 0."""
        told = news(kept.service, asked(kept))
        assert (told.added, told.changed, told.gone, told.differences) == ((), (), (), ())
        shown = news_told(kept.service, told)
        assert (shown["reports_added"], shown["added"], shown["search"]["id"]) == (0, [], "s000001")

    def test_the_catalog_may_have_been_made_anew(self, kept: Kept) -> None:
        """Its readings are numbered otherwise then; what is the same by its content is not taken for new."""
        first = asked(kept)
        for path in kept.made.folder.root.glob("catalog.sqlite*"):
            path.unlink()
        made = type(kept.made)(kept.made.folder, type(kept.made.catalog)(kept.made.folder.catalog), kept.made.encoder)
        made.put({"later": LATER, **dict(reversed(TREATED.items()))})
        made.build(force=True)
        service = keeping(made)
        told = news(service, first)
        assert {place.report_id for _, place in told.added} == {"later"}
        assert (told.changed, told.gone) == ((), ())
        run = service.searches.get(first)
        items, left_out = listed_again(service, run)
        assert [(item.place.report_id, item.place.start) for item in items] == [
            (place.report_id, place.start) for place in run.places
        ]
        assert all(item.text for item in items)
        assert left_out == 0


class TestListedAgain:
    """A kept list as a file."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("form", LIST_FORMATS)
    def test_the_list_is_that_of_the_answer(self, kept: Kept, kind: str, form: Any) -> None:
        """Byte for byte what exporting the answer itself gave."""
        run = kept.searches.get(asked(kept, kind))
        items, left_out = listed_again(kept.service, run)
        at_once = kept.service.listed(Place(each.report_id, each.start, each.end) for each in run.places)
        unique = list(dict.fromkeys(at_once))
        assert (list_file(items, form), left_out) == (list_file(unique, form), 0)

    def test_words_are_those_of_then(self, kept: Kept) -> None:
        """Of a report that was read anew the words are quoted that were found, not what stands there now."""
        run = kept.searches.get(asked(kept))
        then = {item.place: item.text for item in listed_again(kept.service, run)[0]}
        kept.change({"treated": "# Case report\n\nXXXX " + TREATED["treated"][15:]}, delete=("calcinosis",))
        now = {item.place: item.text for item in listed_again(kept.service, run)[0]}
        assert now == then

    def test_where_the_reading_is_gone_the_article_is_listed(self, kept: Kept) -> None:
        """Without words and once; a report that is gone altogether is left out and counted."""
        run = kept.searches.get(asked(kept))
        kept.change({"treated": "# Case report\n\nXXXX " + TREATED["treated"][15:]}, delete=("calcinosis",))
        kept.service.search("calcinosis")  # it lets go of the generation of then
        with kept.made.folder.lock():
            collect(kept.made.folder, kept.made.catalog, OneEncoder(kept.made.encoder), 1)
        service = keeping(kept.made)
        items, left_out = listed_again(service, run)
        of_treated = [item for item in items if item.place.report_id == "treated"]
        assert [(item.place.start, item.place.end, item.text) for item in of_treated] == [(0, 0, "")]
        assert left_out == sum(each.report_id == "calcinosis" for each in run.places) > 0
        assert b"On treated" in list_file(items, "ris")
