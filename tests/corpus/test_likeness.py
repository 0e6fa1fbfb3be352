"""How alike texts are: words, titles, shingles, sketches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.likeness import likeness, passing_shingles, shingles, sketch, title_key, title_likeness, words
from tests.fakes import prose


def test_words_have_no_case_accents_or_marks() -> None:
    """Typography does not tell words apart; letters of any script stay."""
    assert words("Sjögren’s SYNDROME: the ﬁrst—β case, 抗体") == [
        "sjogren",
        "s",
        "syndrome",
        "the",
        "first",
        "β",
        "case",
        "抗体",
    ]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Calciphylaxis in a child: a case report.", "calciphylaxis in a child a case report"),
        ("Case report", None),
        ("A case report", None),
        ("", None),
        (None, None),
    ],
)
def test_a_title_of_few_words_is_no_key(title: str | None, key: str | None) -> None:
    """What many articles are called finds none of them."""
    assert title_key(title) == key


def test_titles_are_compared_by_their_letters() -> None:
    """The same title is 1; one letter more is nearly that; another title is far from it."""
    one = "lemierre syndrome in a rower"
    assert title_likeness(one, one) == 1
    assert title_likeness(one, "lemierres syndrome in a rower") > 0.95
    assert title_likeness(one, "takotsubo after bereavement in a widow") < 0.6


@given(st.text(max_size=400), st.text(max_size=400))
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    """It does not matter which text is named first; equal texts with words are wholly alike."""
    a, b = shingles(one), shingles(other)
    found = likeness(a, b)
    assert found == likeness(b, a)
    assert 0 <= found.jaccard <= found.containment <= 1
    assert likeness(a, a).jaccard == (1 if words(one) else 0)


def test_a_part_is_contained_in_the_whole() -> None:
    """An abstract lies wholly inside its full text, though the two are not much alike."""
    whole = prose(1, 2000)
    part = " ".join(whole.split()[300:500])
    found = likeness(shingles(whole), shingles(part))
    assert found.containment == 1
    assert found.jaccard < 0.15


def test_a_changed_word_costs_five_shingles() -> None:
    """A text with one word replaced keeps all but the runs that held it."""
    text = prose(2, 100).split()
    changed = [*text[:50], "zzz", *text[51:]]
    assert len(shingles(" ".join(text)) - shingles(" ".join(changed))) == 5


def test_a_text_of_few_words_is_one_shingle() -> None:
    """So that short texts can be equal too; no words, no shingle."""
    assert len(shingles("A fall.")) == 1
    assert shingles("A fall.") == shingles("a FALL")
    assert shingles("–") == frozenset()


def test_shingles_are_the_same_in_every_process() -> None:
    """They are kept on disk, so no run may hash otherwise."""
    assert sorted(shingles("a woman fell on the stairs at home")) == [
        1048245713507737001,
        4969668791403308803,
        7719093231656057945,
        8538027388365586636,
    ]


@given(*[st.lists(st.sampled_from(["a", "fall", "at", "home", "–", "Ärm"]), max_size=30)] * 2)
def test_texts_are_as_alike_by_hashes_of_this_process(one: list[str], other: list[str]) -> None:
    """However long they are: only the hashes differ, not what is hashed."""
    texts = " ".join(one), " ".join(other)
    assert likeness(*map(passing_shingles, texts)) == likeness(*map(shingles, texts))


def test_a_sketch_is_a_sixteenth_part_that_texts_share_in_proportion() -> None:
    """The sketches of a text and its half stand to each other about as the texts do."""
    whole = shingles(prose(3, 8000))
    half = shingles(" ".join(prose(3, 8000).split()[:4000]))
    assert sketch(whole) <= whole
    assert 0.7 < len(sketch(whole)) * 16 / len(whole) < 1.3
    assert sketch(half) <= sketch(whole)
    assert 0.3 < len(sketch(half)) / len(sketch(whole)) < 0.7
