"""The lexical index against BM25 written out in a dozen lines."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import lexical
from indexer.analyzer import tokens
from indexer.errors import DamagedError
from indexer.lexical import LexicalIndex

WORDS = ["fever", "rash", "gout", "knee", "elbow", "viper", "lupus"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def oracle(texts: list[str], query: str) -> list[float]:
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


def build(texts: list[str], folder: Path) -> LexicalIndex:
    return LexicalIndex.build([tokens(text) for text in texts], folder / "lexical")


@settings(max_examples=30)
@given(texts=st.lists(TEXTS, max_size=10), query=TEXTS, k=st.integers(1, 12))
def test_search_is_bm25(texts: list[str], query: str, k: int) -> None:
    """The best reports, their order and their scores are those of the formula; ties go by ordinal."""
    with tempfile.TemporaryDirectory() as folder:
        index = build(texts, Path(folder))
        expected = oracle(texts, query)
        ranked = sorted((at for at, score in enumerate(expected) if score > 0), key=lambda at: (-expected[at], at))
        found = index.search(query, k)
        np.testing.assert_allclose([score for _, score in found], [expected[at] for at in ranked[:k]], rtol=1e-9)
        rounded = sorted((-round(expected[at], 9), at) for at in ranked)[:k]
        assert [(-round(score, 9), at) for at, score in found] == rounded
        np.testing.assert_allclose(index.scores(query, np.arange(len(texts))), expected, rtol=1e-9)


def test_a_saved_index_answers_the_same(tmp_path: Path) -> None:
    """Opened again, the index gives the same scores."""
    built = build(["fever and rash", "gout of the knee", "fever"], tmp_path)
    opened = LexicalIndex.load(tmp_path / "lexical")
    assert opened.search("fever in the knee", 3) == built.search("fever in the knee", 3)
    assert len(opened) == 3


def test_only_the_best_candidates_are_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more than ``CANDIDATES`` or ``k`` reports are proposed, whichever is more."""
    index = build(["fever " * (1 + at % 5) for at in range(40)], tmp_path)
    monkeypatch.setattr(lexical, "CANDIDATES", 10)
    assert len(index.search("fever", 5)) == 5
    assert len(index.search("fever", 20)) == 20
    assert len(index.search("fever", 100)) == 40
    assert {at % 5 for at, _ in index.search("fever", 8)} == {4}


@pytest.mark.parametrize("query", ["", "   ", "the of and", "?!", "zebra", "a"])
def test_a_query_without_known_terms_finds_nothing(tmp_path: Path, query: str) -> None:
    """Empty, stop words alone or words of no report: no hits and no error."""
    index = build(["fever and rash"], tmp_path)
    assert index.search(query, 10) == []
    assert index.scores(query, np.array([0])).tolist() == [0.0]


def test_unknown_terms_do_not_disturb_known_ones(tmp_path: Path) -> None:
    """A word of no report adds nothing to the score."""
    index = build(["fever and rash", "gout"], tmp_path)
    assert index.search("zebra fever", 5) == index.search("fever", 5)


def test_a_repeated_word_counts_again(tmp_path: Path) -> None:
    """A query's repeats weigh as often as they are said."""
    index = build(["fever and rash", "gout"], tmp_path)
    assert index.search("fever fever", 1)[0][1] == pytest.approx(2 * index.search("fever", 1)[0][1])


def test_characters_of_query_languages_are_plain_text(tmp_path: Path) -> None:
    """Operators, brackets and quotes in a question mean nothing to the index."""
    index = build(["fever and rash", "gout"], tmp_path)
    assert index.search('+"fever" AND (rash OR body:gout)^2 -x~ *', 5) == index.search("fever rash body gout", 5)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    """No reports, no hits, and every word is as rare as can be."""
    index = build([], tmp_path)
    assert len(index) == 0
    assert index.search("fever", 5) == []
    assert index.scores("fever", np.zeros(0, dtype=np.int64)).shape == (0,)
    assert index.idf("fever") > 0


def test_reports_without_terms_are_counted_and_never_found(tmp_path: Path) -> None:
    """A report of stop words alone has its ordinal, and the others keep theirs."""
    index = build(["of the and", "fever", ""], tmp_path)
    assert len(index) == 3
    assert [at for at, _ in index.search("fever", 5)] == [1]


def test_idf_falls_with_the_number_of_reports(tmp_path: Path) -> None:
    """The rarer a term the heavier; one that no report holds is the heaviest; all weigh something."""
    index = build(["fever rash", "fever gout", "fever"], tmp_path)
    assert [index.document_frequency(term) for term in ("fever", "rash", "zebra")] == [3, 1, 0]
    assert 0 < index.idf("fever") < index.idf("rash") < index.idf("zebra")


def test_scores_take_ordinals_in_any_order(tmp_path: Path) -> None:
    """Each of the ordinals asked for has its own score, where it stands."""
    index = build(["fever rash", "gout", "fever"], tmp_path)
    whole = index.scores("fever rash", np.arange(3))
    np.testing.assert_array_equal(index.scores("fever rash", np.array([2, 0, 2, 1])), whole[[2, 0, 2, 1]])


@pytest.mark.parametrize("name", ["counts.npz", "terms.json", "meta.json"])
def test_a_damaged_file_is_told(tmp_path: Path, name: str) -> None:
    """Noise in any of the files names the folder and the command that mends it; so does a missing file."""
    build(["fever"], tmp_path)
    (tmp_path / "lexical" / name).write_bytes(b"noise")
    with pytest.raises(DamagedError, match=r"lexical.*--rebuild"):
        LexicalIndex.load(tmp_path / "lexical")
    (tmp_path / "lexical" / name).unlink()
    with pytest.raises(DamagedError):
        LexicalIndex.load(tmp_path / "lexical")
