"""The lexical index against BM25F written out in a dozen lines."""

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

from indexer import lexical, postings
from indexer.analyzer import terms
from indexer.errors import DamagedError
from indexer.lexical import Group, LexicalIndex, Scoring, plain
from indexer.postings import Postings, PostingsWriter

WORDS = ["fever", "rash", "gout", "knee", "elbow", "viper", "lupus"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
PLAIN = Scoring()
Fields = tuple[str, str, str, str]


def oracle(texts: Sequence[Fields], groups: Sequence[Group], scoring: Scoring) -> list[float]:
    """BM25F with Lucene's idf, for every text; a group is as rare as its first term that a text holds."""
    documents = [[terms(field) for field in fields] for fields in texts]
    lengths = [sum(w * len(field) for w, field in zip(scoring.fields, each, strict=True)) for each in documents]
    mean = max(sum(lengths) / len(documents), 1) if documents else 1
    scores = [0.0] * len(documents)
    for group in groups:
        holding = [sum(any(term in field for field in each) for each in documents) for term, _ in group.terms]
        rare = next((count for count in holding if count), 0)
        idf = math.log(1 + (len(documents) - rare + 0.5) / (rare + 0.5))
        for at, document in enumerate(documents):
            held = sum(
                weight * w * field.count(term)
                for term, weight in group.terms
                for w, field in zip(scoring.fields, document, strict=True)
            )
            norm = scoring.k1 * (1 - scoring.b + scoring.b * lengths[at] / mean)
            scores[at] += group.weight * idf * held / (held + norm)
    return scores


def fields_of(text: str | Fields) -> Fields:
    """A text alone is that of a case."""
    return ("", "", text, "") if isinstance(text, str) else text


def write(texts: Sequence[str | Fields], folder: Path) -> Postings:
    writer = PostingsWriter(folder)
    for text in texts:
        found = [terms(field) for field in fields_of(text)]
        writer.add(found)
    writer.finish()
    return Postings(folder)


def build(
    texts: Sequence[str | Fields], folder: Path, alive: Sequence[bool] | None = None, cuts: Sequence[int] = ()
) -> LexicalIndex:
    """The index of ``texts``, in segments that begin at ``cuts``; those not ``alive`` are gone."""
    mask = np.ones(len(texts), dtype=np.bool_) if alive is None else np.array(alive, dtype=np.bool_)
    bounds = [0, *sorted(cuts), len(texts)]
    pairs = list(pairwise(bounds))
    return LexicalIndex([(write(texts[a:b], folder / f"{at}"), mask[a:b]) for at, (a, b) in enumerate(pairs)])


def search(index: LexicalIndex, query: str, k: int, total: int) -> list[tuple[int, float]]:
    """``(ordinal, score)`` of the best for the words of ``query``, ties by ordinal."""
    found = index.search(plain(query), k, np.arange(total), PLAIN)
    return list(zip(found.tolist(), index.scores(plain(query), found, PLAIN).tolist(), strict=True))


def words(query: str) -> list[Group]:
    """What ``plain`` gives, by hand."""
    found = terms(query)
    return [Group(((term, 1.0),), float(found.count(term))) for term in dict.fromkeys(found)]


groupings = st.lists(
    st.builds(
        Group,
        st.lists(
            st.tuples(st.sampled_from([*terms(" ".join(WORDS)), "zebra"]), st.sampled_from([1.0, 0.5, 0.1])),
            min_size=1, max_size=4, unique_by=lambda item: item[0],
        ).map(tuple),
        st.sampled_from([1.0, 2.0]),
    ),
    max_size=4,
)  # fmt: skip
scorings = st.builds(
    Scoring,
    st.sampled_from([0.4, 0.9]),
    st.sampled_from([0.0, 0.4, 1.0]),
    st.tuples(*[st.sampled_from([0.5, 1.0, 2.0])] * 4),
)


@st.composite
def living_corpora(draw: st.DrawFn) -> tuple[list[Fields], list[bool], list[int]]:
    """Texts, which of them are alive, and where segments begin."""
    texts = draw(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), max_size=12))
    alive = draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    cuts = draw(st.lists(st.integers(0, len(texts)), max_size=3))
    return texts, alive, cuts


@settings(max_examples=60, deadline=None)
@given(
    corpus=living_corpora(), groups=groupings, scoring=scorings, k=st.integers(1, 12),
    worth=st.sampled_from([1, 5, 1000]), data=st.data(),
)  # fmt: skip
def test_search_is_bm25_by_fields_and_groups(
    corpus: tuple[list[Fields], list[bool], list[int]],
    groups: list[Group],
    scoring: Scoring,
    k: int,
    worth: int,
    data: st.DataObject,
) -> None:
    """However the corpus is cut into segments, what is alive is found as the formula says; ties by the order given.

    A mask leaves reports out and changes no score.
    """
    texts, alive, cuts = corpus
    here = [at for at, living in enumerate(alive) if living]
    expected = dict(zip(here, oracle([texts[at] for at in here], groups, scoring), strict=True))
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))), dtype=np.bool_)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_SCAN_WORTH", worth)
        index = build(texts, Path(folder), alive, cuts)
        for allowed in (None, mask):
            found = index.search(groups, k, np.arange(len(texts)), scoring, allowed)
            scores = index.scores(groups, found, scoring).tolist()
            rounded = sorted(
                (-round(score, 9), at)
                for at, score in expected.items()
                if score > 0 and (allowed is None or allowed[at])
            )[:k]
            assert [(-round(score, 9), at) for at, score in zip(found.tolist(), scores, strict=True)] == rounded
        np.testing.assert_allclose(
            index.scores(groups, np.array(here, dtype=np.int64), scoring), list(expected.values()), rtol=1e-9
        )
        assert len(index) == len(here)
        for word in WORDS:
            (term,) = terms(word)
            holding = [at for at in here if any(term in terms(field) for field in texts[at])]
            assert index.document_frequency(term) == len(holding)
            assert np.flatnonzero(index.holding([term])).tolist() == holding


@settings(max_examples=40, deadline=None)
@given(corpus=living_corpora(), pairs=st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), max_size=3))
def test_words_side_by_side_are_seen(
    corpus: tuple[list[Fields], list[bool], list[int]], pairs: list[tuple[str, str]]
) -> None:
    """In one field, in the order of the pair, as often as they are; a pair that few of the reports have weighs more."""
    texts, alive, cuts = corpus
    asked = [(terms(one)[0], terms(other)[0]) for one, other in pairs]
    ordinals = np.array([at for at, living in enumerate(alive) if living], dtype=np.int64)[::-1]
    counts = [
        [sum(found == pair for field in texts[at] for found in pairwise(terms(field))) for at in ordinals]
        for pair in asked
    ]
    with tempfile.TemporaryDirectory() as folder:
        index = build(texts, Path(folder), alive, cuts)
        lengths = {at: sum(len(terms(field)) for field in texts[at]) for at in ordinals}
        mean = max(sum(lengths.values()) / max(len(lengths), 1), 1)
        expected = [0.0] * len(ordinals)
        for row in counts:
            holding = sum(count > 0 for count in row)
            rarity = math.log(1 + (len(ordinals) - holding + 0.5) / (holding + 0.5))
            for place, (count, at) in enumerate(zip(row, ordinals, strict=True)):
                expected[place] += rarity * count / (count + 0.9 * (0.6 + 0.4 * lengths[at] / mean))
        np.testing.assert_allclose(index.pair_scores(asked, ordinals, PLAIN), expected, rtol=1e-9)


@given(TEXTS)
def test_a_plain_question_is_a_group_for_each_word(query: str) -> None:
    """One said twice weighs twice."""
    assert plain(query) == words(query)


def test_common_words_are_left_out_only_where_they_cannot_matter(tmp_path: Path) -> None:
    """Among thousands of reports the best are those of the formula, though not every report is scored."""
    dice = np.random.default_rng(3)
    texts = [
        " ".join(dice.choice(WORDS, size=dice.integers(1, 9), p=[0.4, 0.2, 0.15, 0.1, 0.08, 0.05, 0.02]))
        for _ in range(3000)
    ]
    index = build(texts, tmp_path, cuts=[1000, 2900])
    for query in ("fever lupus", "lupus viper elbow fever", "fever rash gout knee elbow viper lupus", "fever"):
        expected = oracle([fields_of(text) for text in texts], words(query), PLAIN)
        ranked = sorted(range(len(texts)), key=lambda at: (-round(expected[at], 9), at))
        for k in (1, 10, 200):
            found = search(index, query, k, len(texts))
            assert [round(score, 9) for _, score in found] == [round(expected[at], 9) for at in ranked[:k]]


def test_ties_go_by_the_order_given(tmp_path: Path) -> None:
    """Equal reports of different segments come in the order of the caller, also where the cut falls among them."""
    index = build(["fever"] * 6, tmp_path, cuts=[3])
    order = np.array([5, 0, 4, 1, 3, 2])
    assert index.search(plain("fever"), 6, order, PLAIN).tolist() == [1, 3, 5, 4, 2, 0]
    assert index.search(plain("fever"), 2, order, PLAIN).tolist() == [1, 3]


def test_more_postings_than_fit_at_once_are_put_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Postings that were spilled in many blocks are those written in one; nothing of the spilling is left behind."""
    texts = [" ".join(WORDS[: 1 + at % 7] * (1 + at % 3)) for at in range(40)]
    whole = write(texts, tmp_path / "whole")
    monkeypatch.setattr(postings, "_BLOCK", 7)
    pieces = write(texts, tmp_path / "pieces")
    for term in terms(" ".join(WORDS)):
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
    assert index.scores(plain(query), np.array([0]), PLAIN).tolist() == [0.0]


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
    assert index.search(plain("fever"), 5, np.zeros(0, dtype=np.int64), PLAIN).tolist() == []
    assert index.scores(plain("fever"), np.zeros(0, dtype=np.int64), PLAIN).shape == (0,)


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
    asked = plain("fever rash")
    whole = index.scores(asked, np.arange(3), PLAIN)
    np.testing.assert_array_equal(index.scores(asked, np.array([2, 0, 2, 1]), PLAIN), whole[[2, 0, 2, 1]])


def test_terms_of_any_script_are_found(tmp_path: Path) -> None:
    """Terms are kept in the order of their bytes, so that every one is found again, half a character included."""
    odd = ["zz", "éé", "日本", "αβγδ", "\ud800\ud801", "aa", "ab", "a\U0001f600"]
    writer = PostingsWriter(tmp_path / "odd")
    for word in odd:
        writer.add([[word], [], ["shared"], []])
    writer.finish()
    opened = Postings(tmp_path / "odd")
    assert [opened.find(word)[0].tolist() for word in odd] == [[at] for at in range(len(odd))]
    assert opened.find("shared")[0].tolist() == list(range(len(odd)))
    assert opened.find("shared")[1].tolist() == [[0, 0, 1, 0]] * len(odd)


def test_a_field_that_holds_a_term_hundreds_of_times_counts_255(tmp_path: Path) -> None:
    """Counts are kept in a byte; more makes no difference to a score."""
    opened = write([("", "fever " * 300, "fever", "")], tmp_path / "many")
    assert opened.find("fever")[1].tolist() == [[0, 255, 1, 0]]


def test_terms_that_begin_alike_are_listed(tmp_path: Path) -> None:
    """Those of all segments, each once."""
    index = build(["fever feverish rash", "fevers gout"], tmp_path, cuts=[1])
    assert index.beginning("fev") == frozenset(terms("fever feverish fevers"))
    assert index.beginning("x") == frozenset()


def test_another_name_counts_as_the_word_itself_but_less(tmp_path: Path) -> None:
    """In one group two names add up before they saturate, and the group is as rare as the user's own word."""
    index = build(["fever", "rash", "fever rash", "gout"], tmp_path)
    asked = [Group((("fever", 1.0), ("rash", 0.5)))]
    own, other, both, none = index.scores(asked, np.arange(4), PLAIN)
    assert both > own > other > none == 0
    assert index.rarity(asked[0]) == index.idf("fever")
    assert index.rarity(Group((("zebra", 1.0), ("rash", 0.5)))) == index.idf("rash")


@pytest.mark.parametrize(
    "name", ["reports.npy", "counts.npy", "words.npy", "starts.npy", "lengths.npy", "term_starts.npy"]
)
def test_a_damaged_file_is_told(tmp_path: Path, name: str) -> None:
    """Noise or other numbers in a file name the folder and the command that mends it; so does a missing file."""
    write(["fever"], tmp_path / "lexical")
    (tmp_path / "lexical" / name).write_bytes(b"noise")
    with pytest.raises(DamagedError, match=r"lexical.*--rebuild"):
        Postings(tmp_path / "lexical")
    np.save(tmp_path / "lexical" / name, np.zeros((2, 2, 2)))
    with pytest.raises(DamagedError, match="not the numbers expected"):
        Postings(tmp_path / "lexical")
    (tmp_path / "lexical" / name).unlink()
    with pytest.raises(DamagedError):
        Postings(tmp_path / "lexical")


@settings(max_examples=40, deadline=None)
@given(
    corpus=living_corpora(),
    run=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    block=st.sampled_from([1, 2, 2048]),
)
def test_reports_that_hold_words_in_a_row_are_known(
    corpus: tuple[list[Fields], list[bool], list[int]], run: list[str], block: int
) -> None:
    """In one field, one after another; however many reports are looked through together, and only those that may be."""
    texts, alive, cuts = corpus
    wanted = terms(" ".join(run))
    among = np.arange(len(texts)) % 3 != 1
    expected = [
        at
        for at, fields in enumerate(texts)
        if alive[at]
        and among[at]
        and any(terms(field)[place : place + len(wanted)] == wanted for field in fields for place in range(len(field)))
    ]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_AT_A_TIME", block)
        index = build(texts, Path(folder), alive, cuts)
        assert np.flatnonzero(index.holding_in_a_row(wanted, among)).tolist() == expected
