"""Passages that say nearly the same as one before them are told beside it."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.likeness import likeness, shingles
from corpus.model import Relation, Report
from corpus.words import form, words
from indexer.encoders.choice import OneEncoder
from search_api.config import HYBRID, System
from search_api.json import search_json
from search_api.model import SearchResult
from search_api.retrieval.duplicates import Said
from search_api.retrieval.pipeline import search
from search_api.retrieval.query import parse
from search_api.service import Service
from tests.fakes import CASES, Indexed, corpora, indexed, make_report, prose, sentences

SNAKE = (
    "A farmer of 61 was bitten by a viper while he cut the grass behind his house. The hand was swollen up to the "
    "elbow when he came, and his gums bled. Antivenom was given twice within the first 6 hours, the bleeding ended "
    "and the swelling went down within one week."
)
OTHER = "Gout of the knee was found in a brewer who had been well. Colchicine eased the swelling within two days."


def copies(count: int) -> dict[str, str | Report]:
    """The same case ``count`` times, and all the others."""
    return {**CASES, **{f"copy{at:02d}": make_report(f"# Case report\n\n{SNAKE}", "Of a bite") for at in range(count)}}


def ask(at: Indexed, query: str, k: int = 10, per: int = 2, system: System = HYBRID, **how: bool) -> SearchResult:
    return search(at.generation(), parse(query), k=k, max_per_report=per, system=system, **how)[0]


@pytest.mark.parametrize(
    ("later", "is_same"),
    [
        (SNAKE, True),
        (SNAKE.title(), True),
        (SNAKE.replace("swollen", "inflamed"), True),
        (SNAKE.replace("swelling", "swellings").replace("farmer", "farmers"), True),
        (SNAKE.split("The hand")[1], True),
        (SNAKE + " " + OTHER, False),
        (SNAKE.replace("61", "16"), False),
        (SNAKE.replace("of 61", "of old age"), True),
        (" ".join(reversed(SNAKE.split())), False),
        (OTHER, False),
        ("", False),
    ],
    ids=[
        "equal",
        "in capitals",
        "a word changed",
        "plurals",
        "a part",
        "more",
        "an age",
        "no age",
        "order",
        "other",
        "none",
    ],
)
def test_what_is_nearly_the_same(later: str, is_same: bool) -> None:
    """The same words in the same order, in any form, and nothing new: no other number, no further sentence."""
    said = Said()
    assert said.before(1, SNAKE) is None
    assert said.before(2, later) == (0 if is_same else None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A farmer of sixty was", "A farmer of forty was"),
        ("A woman, a farmer, was", "A man, a farmer, was"),
        ("With fever she was", "Without fever she was"),
    ],
)
def test_another_patient_is_not_the_same(one: str, other: str) -> None:
    """A number in words, a sex, or a denial in only one of the two: whichever comes first, the other is shown."""
    texts = [SNAKE.replace("A farmer of 61 was", words) for words in (one, other)]
    for first, second in (texts, texts[::-1]):
        said = Said()
        assert [said.before(1, first), said.before(2, second), said.before(3, first)] == [None, None, 0]


def test_a_stock_phrase_is_not_the_same() -> None:
    """A few words that many reports hold to the letter say something of another patient each time."""
    said = Said()
    for owner in range(5):
        assert said.before(owner, "The patient was discharged on the next day in a good state.") is None


def test_a_report_may_repeat_itself() -> None:
    """A passage is compared with those of other reports alone; of several the first is named."""
    said = Said()
    assert [said.before(1, SNAKE), said.before(1, SNAKE), said.before(2, OTHER), said.before(3, SNAKE)] == [
        None, None, None, 0,
    ]  # fmt: skip
    assert said.before(1, SNAKE) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(15, 60)), max_size=12))
def test_the_postings_find_what_comparing_all_pairs_finds(drawn: list[tuple[int, int, int]]) -> None:
    """Whatever is kept, the answer is that of comparing sets of shingles with each of the kept, one by one."""
    said, kept = Said(), []
    for owner, seed, length in drawn:
        text = prose(seed, length)
        own = shingles(" ".join(form(word.text) for word in words(text)))
        expected = None
        for place, (other, theirs) in enumerate(kept):
            alike = likeness(own, theirs)
            is_same = alike.jaccard >= 0.8 or len(own & theirs) >= 0.9 * len(own)
            if other != owner and is_same and len(own & theirs) >= 20:
                expected = place
                break
        assert said.before(owner, text) == expected
        if expected is None:
            kept.append((owner, own))


def test_copies_are_told_beside_the_first(tmp_path: Path) -> None:
    """One of four copies is shown, the others are listed with it, cited; the page is filled up with what comes next."""
    made = indexed(tmp_path, copies(4))
    query = "grass behind the house, gums bled, antivenom twice, swollen to the elbow"
    shown, everything = ask(made, query, k=4), ask(made, query, k=20, duplicates=True)
    best = shown.hits[0]
    assert (best.report_id, len(shown.hits)) == ("copy00", 4)
    assert [also.report_id for also in best.also_in] == ["copy01", "copy02", "copy03"]
    for also in best.also_in:
        stored = made.generation().stored(made.generation().ordinals[also.report_id])
        assert stored.report.text[also.start : also.end] == best.text
        assert (also.citation.title, also.citation.source) == (stored.report.bibliography.title, stored.source)
    assert not {"copy01", "copy02", "copy03"} & {hit.report_id for hit in shown.hits}
    assert {f"copy{at:02d}" for at in range(4)} <= {hit.report_id for hit in everything.hits}
    assert all(hit.also_in == () for hit in everything.hits)


@settings(max_examples=20)
@given(corpora(), sentences(), st.integers(1, 12), st.integers(1, 3), st.integers(0, 3))
def test_the_page_is_the_list_with_copies_without_the_copies(
    reports: dict[str, str], query: str, k: int, per: int, times: int
) -> None:
    """What is shown is what would be shown with copies, less these; nothing is lost and the scores are the same."""
    with tempfile.TemporaryDirectory() as folder:
        made = indexed(Path(folder), {**reports, **{f"z{at}": SNAKE for at in range(times)}})
        found = ask(made, query, k, per).hits
        everything = {hit.passage_id: hit.score for hit in ask(made, query, 100, 100, duplicates=True).hits}
        beside = [f"{also.report_id}:{also.start}-{also.end}" for hit in found for also in hit.also_in]
        assert {hit.passage_id: hit.score for hit in found}.items() <= everything.items()
        assert not set(beside) & {hit.passage_id for hit in found}
        assert max(Counter(hit.report_id for hit in found).values(), default=0) <= per
        assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
        assert len(found) == k or {name.split(":")[0] for name in everything} == {
            name.split(":")[0] for name in [*beside, *(hit.passage_id for hit in found)]
        }


@pytest.mark.parametrize("system", [HYBRID, System("bm25"), System("dense"), System("lexical")], ids=str)
def test_a_hundred_hits_of_many_copies(tmp_path: Path, system: System) -> None:
    """With k = 100 and one passage of a report, sixty copies take one place and every other report has its own."""
    others = {f"r{at:03d}": f"A viper bit a gardener. {prose(at, 30)}" for at in range(120)}
    made = indexed(tmp_path, {**{f"copy{at:02d}": SNAKE for at in range(60)}, **others})
    hits = ask(made, "A viper bit", k=100, per=1, system=system).hits
    assert len(hits) == 100
    assert len({hit.report_id for hit in hits}) == 100
    assert sum(hit.report_id.startswith("copy") for hit in hits) <= 1


def test_a_copy_leaves_room_for_the_next_passage_of_its_report(tmp_path: Path) -> None:
    """A passage that is left out does not count as one of ``max_per_report``: what else its report says is shown."""
    made = indexed(
        tmp_path,
        {
            "a": make_report(f"# Case report\n\n{SNAKE}", "Of a bite"),
            "b": make_report(f"# Case report\n\n{SNAKE}\n\n# Outcome\n\nA stone was what it hid under.", "Of a bite"),
        },
    )
    hits = ask(made, "farmer bitten by a viper", per=1, system=System("bm25")).hits
    assert [hit.report_id for hit in hits] == ["a", "b"]
    assert hits[1].text == "A stone was what it hid under."
    assert [also.report_id for also in hits[0].also_in] == ["b"]


def test_what_stands_against_a_copy_is_told(tmp_path: Path) -> None:
    """A copy's citation is warned of as a hit's is, and the JSON holds both."""
    made = indexed(tmp_path, copies(1))
    retracted = make_report(f"# Case report\n\n{SNAKE}", "Of a bite", doi="10.5555/copy.1")
    relation = Relation("retracts", "doi:10.5555/copy.1")
    notice = make_report("It is withdrawn.", "Retraction: Of a bite", relations=(relation,))
    made.put({"copy09": retracted, "notice": notice})
    made.build()
    found = Service(made.folder, OneEncoder(made.encoder)).search(
        "grass behind the house, gums bled, antivenom twice, swollen to the elbow"
    )
    told = search_json(found)["hits"][0]
    assert [also["report_id"] for also in told["also_in"]] == ["copy09"]
    assert all(set(also) == {"report_id", "start", "end", "citation"} for also in told["also_in"])
    warned = [[link["kind"] for link in also["citation"]["warnings"]] for also in told["also_in"]]
    assert (told["citation"]["warnings"], warned) == ([], [["retracted-by"]])
