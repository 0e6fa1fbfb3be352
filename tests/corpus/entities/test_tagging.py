from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product
from math import exp
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.entities.features import IN_GENETICS, REACH, hashed, pair_keys, seen, shape, short_form_features
from corpus.entities.likely import BEGINS, INSIDE, OUTSIDE, likely
from corpus.entities.tagger import Kinds, Tagger
from corpus.entities.tokens import tokens
from corpus.entities.weights import (
    LABELS,
    SHIPPED,
    SHIPPED_CLASSES,
    Weights,
    read_classes,
    read_weights,
    shipped,
    write_classes,
    write_weights,
)
from corpus.errors import NotFoundError, ReadError


def weights_of(told: dict[int, tuple[float, ...]]) -> Weights:
    """Weights of one kind of entity."""
    keys = sorted(told)
    learnt = np.array([told[key] for key in keys], np.float32).reshape(-1, LABELS)
    return Weights(
        np.array(keys, np.uint32), learnt, np.zeros((1, LABELS, LABELS), np.float32), np.zeros((1, LABELS), np.float32)
    )


def names(row: Sequence[int]) -> list[tuple[int, int]]:
    """First and last token, exclusive, of the names that a row of labels has."""
    begun = [place for place, label in enumerate(row) if label == BEGINS]
    return [
        (place, next((last for last in range(place + 1, len(row)) if row[last] != INSIDE), len(row))) for place in begun
    ]


def plain(*sentences: str) -> list[list[tuple[str, str]]]:
    """Tokens of which the terminology says nothing."""
    return [[(token.text, "-") for token in tokens(sentence)[0]] for sentence in sentences]


@given(st.text())
def test_tokens_hold_every_character_but_white_space(text: str) -> None:
    """Tokens are slices in order, and nothing but white space is between them."""
    cut, places = tokens(text)
    assert all(text[token.start : token.end] == token.text for token in cut)
    assert "".join(token.text for token in cut) == "".join(text.split())
    assert places == sorted(set(places))


def test_words_are_told_from_signs() -> None:
    """The places are those of words; each sign is a token."""
    cut, places = tokens("non-small (IgG4)")
    assert [token.text for token in cut] == ["non", "-", "small", "(", "IgG4", ")"]
    assert places == [0, 2, 4]


@pytest.mark.parametrize(("word", "expected"), [("IgG4", "AaA9"), ("COPD", "A"), ("gout", "a"), ("5", "9"), ("(", "(")])
def test_the_shape_of_a_word_is_its_runs(word: str, expected: str) -> None:
    """Capitals, small letters and digits, each run one sign."""
    assert shape(word) == expected


def test_a_word_shows_its_endings_and_classes() -> None:
    """Words of one ending or one class share features; a class of neighbours counts at a distance."""
    classes = {hashed("gout"): (3, 7), hashed("asthma"): (3, 9)}
    gout, asthma, ruff = (set(seen(word, "-", classes).features) for word in ("gout", "asthma", "ruff"))
    assert (1, hashed("1c0 3")) in gout & asthma
    assert (0, hashed("0c1 7")) in gout - asthma
    assert (0, hashed("0c-")) in ruff
    assert (0, hashed("0>ma")) in asthma


def test_spelling_of_two_shores_is_one_feature() -> None:
    """ "Tumours" and "tumor" show the same form, not the same letters."""
    form = (0, hashed("0ftumor"))
    assert form in seen("tumours", "-", {}).features
    assert form in seen("tumor", "-", {}).features


def test_words_of_genetics_are_known() -> None:
    """They are what makes a text one on genetics."""
    assert seen("alleles", "-", {}).is_genetics
    assert not seen("aspirin", "-", {}).is_genetics


def test_pairs_are_of_neighbours_in_order() -> None:
    """Two tokens side by side have other features the other way round, and one place is one key."""
    parts = np.array([seen(word, "-", {}).parts for word in ("lung", "cancer", "lung")], np.uint32)
    for far, keys in pair_keys(parts):
        assert -REACH <= far <= REACH
        assert len(keys) == 2
    forms = next(keys for _, keys in pair_keys(parts))
    assert forms[0] != forms[1]


def test_short_forms_show_how_their_long_form_is_read() -> None:
    """The status is in each feature, so that it can tell."""
    entity, nothing = (set(short_form_features(status, "A", is_first=True)) for status in "EN")
    assert not entity & nothing
    assert {far for far, _ in entity} == {-1, 0, 1}


def test_scores_are_sums_of_what_is_around() -> None:
    """A word's weight counts where it stands, its weight as a neighbour one token away, and none beyond a sentence."""
    told = {hashed("0fgout"): (0.0, 2.0, 0.0), hashed("-1fgout"): (5.0, 0.0, 0.0)}
    tagger = Tagger(weights_of(told), {})
    line = tagger.line(plain("gout hurts", "much gout"))
    scores = tagger.scores(line)
    first, second = line.starts.tolist()
    assert scores[first].tolist() == [0, 2, 0]
    assert scores[first + 1].tolist() == [5, 0, 0]
    assert scores[second].tolist() == [0, 0, 0]
    assert scores[second + 1].tolist() == [0, 2, 0]


def test_pairs_count_for_both_tokens() -> None:
    """The weight of two words side by side counts for the one and the other, as their distances say."""
    parts = np.array([seen(word, "-", {}).parts for word in ("heart", "failure")], np.uint32)
    by_distance = [(far, int(found[0])) for far, found in pair_keys(parts)]
    told = {by_distance[0][1]: (0.0, 1.0, 0.0), by_distance[1][1]: (0.0, 0.0, 1.0)}
    tagger = Tagger(weights_of(told), {})
    line = tagger.line(plain("of heart failure again"))
    scores = tagger.scores(line)[line.starts[0] : line.starts[0] + 4]
    assert scores.tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]]


def test_a_text_on_genetics_has_weights_of_its_own() -> None:
    """What is learnt of such texts is added where words of genetics are many, and nowhere else."""
    key = hashed("0fcancer")
    tagger = Tagger(weights_of({key: (0.0, 1.0, 0.0), key ^ int(IN_GENETICS): (0.0, 4.0, 0.0)}), {})
    line = tagger.line(plain("The mutation in cancer"))
    assert tagger.scores(line)[line.starts[0] + 3].tolist() == [0, 5, 0]
    line = tagger.line(plain("The pain in cancer"))
    assert tagger.scores(line)[line.starts[0] + 3].tolist() == [0, 1, 0]


def test_few_words_of_genetics_make_no_text_on_it() -> None:
    """One family among a hundred words is no pedigree."""
    line = Kinds({}).line(plain("His family came. " + "He was well again and went home. " * 20))
    assert not line.genetics.any()


def test_nothing_to_read_is_nothing_found() -> None:
    """No sentence gives no label."""
    tagger = Tagger(weights_of({1: (0.0, 0.0, 0.0)}), {})
    line = tagger.line([])
    assert not tagger.labels(line, tagger.scores(line), 0).any()


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 5), min_size=1, max_size=3), st.floats(0.5, 4))
def test_likely_names_are_found(seed: int, lengths: list[int], sure: float) -> None:
    """They are the names that 55 % of all rows of labels have, each row by what it is worth, "no name" for less."""
    random = np.random.default_rng(seed)
    starts = np.cumsum([REACH, *[length + REACH for length in lengths[:-1]]])
    count = int(starts[-1]) + lengths[-1] + REACH
    scores = (sure * random.normal(size=(count, LABELS))).astype(np.float32)
    follows, opens = random.normal(size=(LABELS, LABELS)).astype(np.float32), np.zeros(LABELS, np.float32)
    labels = likely(scores, starts, np.array(lengths), follows, opens)
    for start, length in zip(starts.tolist(), lengths, strict=True):
        shares: Counter[tuple[int, int]] = Counter()
        total = 0.0
        for row in product(range(LABELS), repeat=length):
            if row[0] == INSIDE or (OUTSIDE, INSIDE) in pairwise(row):
                continue
            fits = sum(
                float(scores[start + place, label]) - 0.5 * (label == OUTSIDE) for place, label in enumerate(row)
            )
            worth = exp(fits + sum(float(follows[pair]) for pair in pairwise(row)))
            total += worth
            for name in names(row):
                shares[name] += worth
        near = [share for share in shares.values() if abs(share / total - 0.55) < 1e-4]
        expected = sorted(name for name, share in shares.items() if share > total * 0.55)
        assert near or names(labels[start : start + length].tolist()) == expected


def test_no_name_begins_inside() -> None:
    """However well it fits, nothing is inside a name that did not begin."""
    tagger = Tagger(weights_of({hashed("0fgout"): (0.0, 0.0, 9.0)}), {})
    line = tagger.line(plain("gout gout"))
    labels = tagger.labels(line, tagger.scores(line), 0)[line.starts[0] : line.starts[0] + 2].tolist()
    assert labels == [BEGINS, INSIDE]


def test_weights_are_what_was_written(tmp_path: Path) -> None:
    """Keys come back whole, weights rounded, what is next to nothing is left out, and the bytes are the same twice."""
    weights = weights_of({3: (0.0, 1.27, -0.5), 2**32 - 1: (0.4, 0.0, 0.0), 9: (0.0001, 0.0, 0.0)})
    write_weights(tmp_path / "one", weights)
    write_weights(tmp_path / "two", weights)
    again = read_weights(tmp_path / "one")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert again.keys.tolist() == [3, 2**32 - 1]
    assert again.learnt.ravel().tolist() == pytest.approx([0, 1.27, -0.5, 0.4, 0, 0], abs=0.006)


def test_classes_are_what_was_written(tmp_path: Path) -> None:
    """By key, the coarsest first."""
    classes = {5: (1, 2, 900), 4_000_000_000: (63, 255, 0)}
    write_classes(tmp_path / "classes", classes)
    assert read_classes(tmp_path / "classes") == classes


def test_a_missing_or_broken_file_is_told_by_its_name(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    with pytest.raises(NotFoundError, match="gone"):
        read_weights(tmp_path / "gone")
    (tmp_path / "broken").write_bytes(b"no weights")
    with pytest.raises(ReadError, match="broken"):
        read_weights(tmp_path / "broken")


def test_what_ships_is_small_and_whole() -> None:
    """Keys ascend, two kinds of entities have their labels, and both files stay below two megabytes."""
    weights, classes = shipped()
    assert (np.diff(weights.keys.astype(np.int64)) > 0).all()
    assert weights.learnt.shape == (len(weights.keys), 2 * LABELS)
    assert weights.follows.shape == (2, LABELS, LABELS)
    assert len(classes) > 10_000
    assert SHIPPED.stat().st_size + SHIPPED_CLASSES.stat().st_size < 2_000_000
