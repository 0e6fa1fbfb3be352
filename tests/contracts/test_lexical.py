"""The lexical index against BM25 written out in a dozen lines."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import lexical
from indexer.analyzer import tokens
from indexer.errors import DamagedError
from indexer.lexical import LexicalIndex, Postings, PostingsWriter

WORDS = ["fever", "rash", "gout", "knee", "elbow", "viper", "lupus"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def oracle(texts: Sequence[str], query: str) -> list[float]:
    """BM25 with k1 = 0.9, b = 0.4 and Lucene's idf, for every text."""
    documents = [tokens(text) for text in texts]
    mean = sum(map(len, documents)) / len(documents) if documents else 0
    scores = [0.0] * len(documents)
    for term in tokens(query):
        holding = sum(term in document for document in documents)
        idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
        for at, document in enumerate(documents):
            count = document.count(term)
            norm = 0.9 * (1 - 0.4 + 0.4 * len(document) / max(mean, 1))
            scores[at] += idf * count / (count + norm)
    return scores


def write(texts: Sequence[str], folder: Path) -> Postings:
    writer = PostingsWriter(folder)
    for text in texts:
        writer.add(tokens(text))
    writer.finish()
    return Postings(folder)


def build(
    texts: Sequence[str], folder: Path, alive: Sequence[bool] | None = None, cuts: Sequence[int] = ()
) -> LexicalIndex:
    """The index of ``texts``, in segments that begin at ``cuts``; those not ``alive`` are gone."""
    mask = np.ones(len(texts), dtype=np.bool_) if alive is None else np.array(alive, dtype=np.bool_)
    bounds = [0, *sorted(cuts), len(texts)]
    pairs = list(pairwise(bounds))
    return LexicalIndex([(write(texts[a:b], folder / f"{at}"), mask[a:b]) for at, (a, b) in enumerate(pairs)])


def search(index: LexicalIndex, query: str, k: int, total: int) -> list[tuple[int, float]]:
    """``(ordinal, score)`` of the best, ties by ordinal."""
    found = index.search(query, k, np.arange(total))
    return list(zip(found.tolist(), index.scores(query, found).tolist(), strict=True))


@st.composite
def living_corpora(draw: st.DrawFn) -> tuple[list[str], list[bool], list[int]]:
    """Texts, which of them are alive, and where segments begin."""
    texts = draw(st.lists(TEXTS, max_size=12))
    alive = draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    cuts = draw(st.lists(st.integers(0, len(texts)), max_size=3))
    return texts, alive, cuts


@settings(max_examples=60, deadline=None)
@given(corpus=living_corpora(), query=TEXTS, k=st.integers(1, 12), worth=st.sampled_from([1, 5, 1000]))
def test_search_is_bm25(corpus: tuple[list[str], list[bool], list[int]], query: str, k: int, worth: int) -> None:
    """However the corpus is cut into segments, what is alive is found as the formula says; ties by the order given."""
    texts, alive, cuts = corpus
    here = [at for at, living in enumerate(alive) if living]
    expected = dict(zip(here, oracle([texts[at] for at in here], query), strict=True))
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_SCAN_WORTH", worth)
        index = build(texts, Path(folder), alive, cuts)
        found = search(index, query, k, len(texts))
        rounded = sorted((-round(score, 9), at) for at, score in expected.items() if score > 0)[:k]
        assert [(-round(score, 9), at) for at, score in found] == rounded
        np.testing.assert_allclose(
            index.scores(query, np.array(here, dtype=np.int64)), list(expected.values()), rtol=1e-9
        )
        assert len(index) == len(here)
        for term in WORDS:
            assert index.document_frequency(term) == sum(term in tokens(texts[at]) for at in here)


def test_common_words_are_left_out_only_where_they_cannot_matter(tmp_path: Path) -> None:
    """Among thousands of reports the best are those of the formula, though not every report is scored."""
    dice = np.random.default_rng(3)
    texts = [
        " ".join(dice.choice(WORDS, size=dice.integers(1, 9), p=[0.4, 0.2, 0.15, 0.1, 0.08, 0.05, 0.02]))
        for _ in range(3000)
    ]
    index = build(texts, tmp_path, cuts=[1000, 2900])
    for query in ("fever lupus", "lupus viper elbow fever", "fever rash gout knee elbow viper lupus", "fever"):
        expected = oracle(texts, query)
        ranked = sorted(range(len(texts)), key=lambda at: (-round(expected[at], 9), at))
        for k in (1, 10, 200):
            found = search(index, query, k, len(texts))
            assert [round(score, 9) for _, score in found] == [round(expected[at], 9) for at in ranked[:k]]


def test_ties_go_by_the_order_given(tmp_path: Path) -> None:
    """Equal reports of different segments come in the order of the caller, also where the cut falls among them."""
    index = build(["fever"] * 6, tmp_path, cuts=[3])
    order = np.array([5, 0, 4, 1, 3, 2])
    assert index.search("fever", 6, order).tolist() == [1, 3, 5, 4, 2, 0]
    assert index.search("fever", 2, order).tolist() == [1, 3]


def test_more_postings_than_fit_at_once_are_put_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Postings that were spilled in many blocks are those written in one; nothing of the spilling is left behind."""
    texts = [" ".join(WORDS[: 1 + at % 7] * (1 + at % 3)) for at in range(40)]
    whole = write(texts, tmp_path / "whole")
    monkeypatch.setattr(lexical, "_BLOCK", 7)
    pieces = write(texts, tmp_path / "pieces")
    for term in WORDS:
        for one, other in zip(whole.find(term), pieces.find(term), strict=True):
            np.testing.assert_array_equal(one, other)
    assert {path.name for path in (tmp_path / "pieces").iterdir()} == {
        path.name for path in (tmp_path / "whole").iterdir()
    }
    assert not (tmp_path / "pieces" / "spilled").exists()


@pytest.mark.parametrize("query", ["", "   ", "the of and", "?!", "zebra", "a"])
def test_a_query_without_known_terms_finds_nothing(tmp_path: Path, query: str) -> None:
    """Empty, stop words alone or words of no report: no hits and no error."""
    index = build(["fever and rash"], tmp_path)
    assert search(index, query, 10, 1) == []
    assert index.scores(query, np.array([0])).tolist() == [0.0]


def test_unknown_terms_do_not_disturb_known_ones(tmp_path: Path) -> None:
    """A word of no report adds nothing to the score."""
    index = build(["fever and rash", "gout"], tmp_path)
    assert search(index, "zebra fever", 5, 2) == search(index, "fever", 5, 2)


def test_a_repeated_word_counts_again(tmp_path: Path) -> None:
    """A query's repeats weigh as often as they are said."""
    index = build(["fever and rash", "gout"], tmp_path)
    ((_, once),) = search(index, "fever", 1, 2)
    ((_, twice),) = search(index, "fever fever", 1, 2)
    assert twice == pytest.approx(2 * once)


def test_characters_of_query_languages_are_plain_text(tmp_path: Path) -> None:
    """Operators, brackets and quotes in a question mean nothing to the index."""
    index = build(["fever and rash", "gout"], tmp_path)
    assert search(index, '+"fever" AND (rash OR body:gout)^2 -x~ *', 5, 2) == search(
        index, "fever rash body gout", 5, 2
    )


@pytest.mark.parametrize("texts", [[], ["", "of the"]])
def test_an_index_without_terms_finds_nothing(tmp_path: Path, texts: list[str]) -> None:
    """No reports, or none with a term: no hits, and every word is as rare as can be."""
    index = build(texts, tmp_path)
    assert len(index) == len(texts)
    assert search(index, "fever", 5, len(texts)) == []
    assert index.idf("fever") > 0


def test_no_segments_at_all_find_nothing() -> None:
    """An index over nothing can be asked."""
    index = LexicalIndex([])
    assert len(index) == 0
    assert index.search("fever", 5, np.zeros(0, dtype=np.int64)).tolist() == []
    assert index.scores("fever", np.zeros(0, dtype=np.int64)).shape == (0,)


def test_reports_without_terms_are_counted_and_never_found(tmp_path: Path) -> None:
    """A report of stop words alone has its ordinal, and the others keep theirs."""
    index = build(["of the and", "fever", ""], tmp_path)
    assert len(index) == 3
    assert [at for at, _ in search(index, "fever", 5, 3)] == [1]


def test_idf_falls_with_the_number_of_reports(tmp_path: Path) -> None:
    """The rarer a term the heavier; one that no report holds is the heaviest; all weigh something."""
    index = build(["fever rash", "fever gout", "fever"], tmp_path)
    assert [index.document_frequency(term) for term in ("fever", "rash", "zebra")] == [3, 1, 0]
    assert 0 < index.idf("fever") < index.idf("rash") < index.idf("zebra")


def test_scores_take_ordinals_in_any_order(tmp_path: Path) -> None:
    """Each of the ordinals asked for has its own score, where it stands."""
    index = build(["fever rash", "gout", "fever"], tmp_path, cuts=[1])
    whole = index.scores("fever rash", np.arange(3))
    np.testing.assert_array_equal(index.scores("fever rash", np.array([2, 0, 2, 1])), whole[[2, 0, 2, 1]])


def test_terms_of_any_script_are_found(tmp_path: Path) -> None:
    """Terms are kept in the order of their bytes, so that every one is found again, half a character included."""
    words = ["zz", "éé", "日本", "αβγδ", "\ud800\ud801", "aa", "ab", "a\U0001f600"]
    writer = PostingsWriter(tmp_path / "odd")
    for word in words:
        writer.add([word, "shared"])
    writer.finish()
    postings = Postings(tmp_path / "odd")
    assert [postings.find(word)[0].tolist() for word in words] == [[at] for at in range(len(words))]
    assert postings.find("shared")[0].tolist() == list(range(len(words)))


@pytest.mark.parametrize("name", ["reports.npy", "starts.npy", "lengths.npy", "term_starts.npy"])
def test_a_damaged_file_is_told(tmp_path: Path, name: str) -> None:
    """Noise or other numbers in a file name the folder and the command that mends it; so does a missing file."""
    write(["fever"], tmp_path / "lexical")
    (tmp_path / "lexical" / name).write_bytes(b"noise")
    with pytest.raises(DamagedError, match=r"lexical.*--rebuild"):
        Postings(tmp_path / "lexical")
    np.save(tmp_path / "lexical" / name, np.zeros((2, 2)))
    with pytest.raises(DamagedError, match="not the numbers expected"):
        Postings(tmp_path / "lexical")
    (tmp_path / "lexical" / name).unlink()
    with pytest.raises(DamagedError):
        Postings(tmp_path / "lexical")
