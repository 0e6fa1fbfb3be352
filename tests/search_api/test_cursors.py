"""Lists of hits, page by page: nothing twice, nothing left out, one generation, and plain words where it cannot be."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UsageError
from indexer.encoders.choice import OneEncoder
from search_api.config import System, SystemName
from search_api.cursors import Cursor, StaleCursorError, fingerprint
from search_api.model import Hit
from search_api.retrieval.query import Given
from search_api.retrieval.reranking import RERANKED, Reranker
from search_api.service import Service
from tests.fakes import Indexed, indexed, make_report, prose
from tests.small_models import small_cross_encoder

SYSTEMS = ("bm25", "lexical", "dense", "hybrid")
QUERY = "rash and swelling after a fall"
MANY = 130
"""More reports than either search looks at (`System.depth`), so that pages could differ in what they look at."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Reports of two passages each, all of which hold a word of the question."""
    reports = {
        f"r{at:03d}": make_report(
            f"A rash. {prose(at, 20 + at % 7)}\n\n# Outcome\n\nA fall. {prose(at + MANY, 20)}", year=1990 + at % 30
        )
        for at in range(MANY)
    }
    return indexed(tmp_path_factory.mktemp("many"), reports)


@pytest.fixture(scope="module")
def service(many: Indexed) -> Service:
    return Service(many.folder, OneEncoder(many.encoder))


def pages(service: Service, query: str, k: int, most: int = 500, **asked: object) -> list[tuple[Hit, ...]]:
    """The hits of every page, followed from the first to the last."""
    found, cursor = [], ""
    for _ in range(most):
        result = service.search(query, k=k, cursor=cursor, **asked)  # type: ignore[arg-type]
        found.append(result.hits)
        if result.next is None:
            return found
        cursor = result.next
    raise AssertionError(f"more than {most} pages")


@pytest.mark.parametrize("name", SYSTEMS)
def test_pages_make_one_list(service: Service, name: str) -> None:
    """Followed to its end, a list shows no passage twice, ranks without a gap, scores falling, full pages but the last.

    It holds every report that the ranking looked at, far more than one page's ranking does.
    """
    found = pages(service, QUERY, 7, system=System(cast(SystemName, name)))
    hits = [hit for page in found for hit in page]
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len({hit.passage_id for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [len(page) for page in found[:-1]] == [7] * (len(found) - 1)
    assert found[-1]
    assert len({hit.report_id for hit in hits}) >= 100


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("k", [1, 5])
def test_pages_are_what_one_long_page_would_be(tmp_path: Path, name: str, k: int) -> None:
    """Where all reports are looked at for one page, its list and that of the pages are the same."""
    texts = {f"r{at:02d}": f"A rash. {prose(at, 30)}\n\n# Outcome\n\n{prose(at + 50, 30)}" for at in range(12)}
    made = indexed(tmp_path / "data", texts)
    service, system = Service(made.folder, OneEncoder(made.encoder)), System(cast(SystemName, name))
    whole = service.search(QUERY, k=100, system=system)
    assert whole.next is None
    told = [(hit.rank, hit.passage_id, hit.score) for page in pages(service, QUERY, k, system=system) for hit in page]
    assert told == [(hit.rank, hit.passage_id, hit.score) for hit in whole.hits]


def test_a_first_page_is_what_it_was_without_cursors(service: Service) -> None:
    """What follows a page takes nothing from it: the first hits of a longer page are the same reports."""
    short, long = service.search(QUERY, k=10), service.search(QUERY, k=15)
    assert [hit.passage_id for hit in short.hits] == [hit.passage_id for hit in long.hits[:10]]


def test_a_list_without_words_goes_through_all_that_meet_the_conditions(service: Service) -> None:
    """Conditions alone list every report that meets them, the newest first, over as many pages as it takes."""
    found = pages(service, "", 50, given=Given(filters={"year": ["1990..2019"]}))
    hits = [hit for page in found for hit in page]
    assert [len(page) for page in found] == [50, 50, 30]
    assert len({hit.report_id for hit in hits}) == MANY
    years = [hit.citation.year or 0 for hit in hits]
    assert years == sorted(years, reverse=True)


def test_copies_are_beside_what_they_repeat_on_later_pages_too(tmp_path: Path) -> None:
    """A page never shows what a hit of an earlier page says nearly word for word, unless duplicates are asked for."""
    same = "A rash. " + prose(1, 60)
    texts = {"a": same, "b": same + " Indeed.", **{f"r{at}": f"A rash. {prose(at + 9, 60)}" for at in range(6)}}
    made = indexed(tmp_path / "data", texts)
    service = Service(made.folder, OneEncoder(made.encoder))
    shown = [hit.report_id for page in pages(service, QUERY, 1) for hit in page]
    assert len(shown) == 7
    assert len({"a", "b"} & set(shown)) == 1
    doubled = [hit.report_id for page in pages(service, QUERY, 1, duplicates=True) for hit in page]
    assert {"a", "b"} <= set(doubled)


def test_with_a_reranker_the_list_ends_with_what_it_looked_at(many: Indexed, tmp_path: Path) -> None:
    """Pages go through the passages in the model's order, each once, and no further."""
    service = Service(many.folder, OneEncoder(many.encoder), Reranker(str(small_cross_encoder(tmp_path / "model"))))
    hits = [hit for page in pages(service, QUERY, 8) for hit in page]
    assert len(hits) == len({hit.passage_id for hit in hits}) == RERANKED
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    "other",
    [
        {"query": "rash"}, {"k": 6}, {"max_per_report": 1}, {"system": System("bm25")}, {"duplicates": True},
        {"given": Given(must=("rash",))}, {"given": Given(filters={"year": ["2000.."]})},
    ],
)  # fmt: skip
def test_a_cursor_fits_the_question_that_it_came_from_alone(service: Service, other: dict[str, object]) -> None:
    """Whatever decides the list is to be as on the page before; the problem names the cursor and says what to do."""
    asked: dict[str, object] = {"query": QUERY, "k": 5}
    cursor = service.search(**asked).next  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^cursor: is of another question: ask as on the page before"):
        service.search(**{**asked, **other}, cursor=cursor)  # type: ignore[arg-type]


def test_the_same_question_in_other_words_goes_on(service: Service) -> None:
    """Explaining changes no list, and neither does where a condition stands: a cursor fits these, too."""
    cursor = service.search(f"{QUERY} year:2000..", k=5).next
    assert cursor is not None
    beside = Given(filters={"year": ["2000.."]})
    further = service.search(QUERY, k=5, given=beside, explain=True, cursor=cursor)
    assert further.hits[0].rank == 6


def test_a_cursor_of_another_generation_is_told_as_such(tmp_path: Path) -> None:
    """Once the index has changed a list cannot go on: the error says so, and to start again."""
    made = indexed(tmp_path / "data")
    service = Service(made.folder, OneEncoder(made.encoder))
    cursor = service.search("woman man", k=1).next
    assert cursor is not None
    made.put({"more": "# Case report\n\nA woman was stung by a wasp."})
    made.build()
    with pytest.raises(StaleCursorError, match=r"generation 1 of the index, and 2 is served now: start again"):
        service.search("woman man", k=1, cursor=cursor)


def forged(content: str) -> str:
    """A word in a cursor's form."""
    return urlsafe_b64encode(content.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "x", "é", "=", "AAAA", "a" * 10_000, forged("[1,2]"), forged("{}"), forged("[1,0,%r]"), forged("null"),
        forged('[1,-5,"a"]'), forged('[1,99999999999,"a"]'), forged('[1e999,1,"a"]'), forged('["a","b","c"]'),
        forged('[ 1,2,"a"]'), forged("[" * 5000), "\ud800",
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused_by_its_name(service: Service, text: str) -> None:
    """Whatever is given in a cursor's place, the error names the field and never more."""
    with pytest.raises(UsageError, match=r"^cursor: is none of this server"):
        service.search(QUERY, cursor=text)


@given(st.integers(1, 10**9), st.integers(1, 1 << 20), st.text("0123456789abcdef", max_size=16))
@settings(max_examples=50)
def test_a_cursor_says_what_was_put_into_it(generation: int, skip: int, asked: str) -> None:
    """Written and read again a cursor is the same, in letters that need no escaping anywhere."""
    cursor = Cursor(generation, skip, asked)
    assert Cursor.read(str(cursor), asked) == cursor
    assert set(str(cursor)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_fingerprints_tell_parts_apart() -> None:
    """Where one part ends and the next begins counts, and so does its kind."""
    assert len({fingerprint("a", "b"), fingerprint("ab"), fingerprint("a\nb"), fingerprint(1), fingerprint("1")}) == 5
    assert fingerprint("a", 1) == fingerprint("a", 1)
