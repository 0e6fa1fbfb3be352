"""Misspelt words are led to words of the corpus; words that make sense are left alone."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_api.config import HYBRID, System, unexpanded
from search_api.retrieval.ranking import rank_reports
from search_api.retrieval.sought import sought
from search_api.retrieval.spelling import LONG, MOST, SHORTEST, Correction, Speller
from tests.fakes import indexed

LETTERS = "abcdeéhinorst"
WORDS = st.text(alphabet=LETTERS, min_size=4, max_size=11)
CORPUS = {
    "calcinosis": 9, "calcification": 4, "hemorrhage": 8, "diarrhea": 7, "pneumonia": 9, "dysphagia": 5, "abscess": 5,
    "ophthalmic": 4, "rheumatoid": 6, "lungs": 3, "tumors": 5, "hypercalcemia": 9, "ileum": 4, "prednisone": 9,
    "nephrosis": 6, "replication": 8, "migration": 8, "nonspecific": 8, "aspirin": 6, "still": 9, "rarest": 1,
    "casts": 3, "cats": 9, "biopsy": 9, "esophagus": 6, "metastasis": 7, "interferon": 5, "crystal": 5, "colostomy": 6,
    "meningitis": 6, "cutaneous": 6, "subcutaneous": 9, "covid": 9,
}  # fmt: skip


def speller(frequencies: Mapping[str, int], folder: Path | None = None) -> Speller:
    return Speller(lambda: dict(frequencies), frequencies.__contains__)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Speller:
    return speller(CORPUS, tmp_path_factory.mktemp("corpus"))


def edits(one: str, other: str) -> int:
    """Optimal string alignment, written out."""
    rows = [list(range(len(other) + 1))]
    for at, letter in enumerate(one, 1):
        row = [at]
        for to, goal in enumerate(other, 1):
            best = min(rows[-1][to] + 1, row[-1] + 1, rows[-1][to - 1] + (letter != goal))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == goal:
                best = min(best, rows[-2][to - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


@pytest.mark.parametrize(
    ("word", "meant", "distance"),
    [
        ("calcinosys", "calcinosis", 1),
        ("Hemorhage", "hemorrhage", 1),
        ("hemmorhage", "hemorrhage", 2),
        ("diarrea", "diarrhea", 1),
        ("pnuemonia", "pneumonia", 1),
        ("neumonia", "pneumonia", 1),
        ("ysphagia", "dysphagia", 1),
        ("opthalmic", "ophthalmic", 1),
        ("rhuematoid", "rheumatoid", 1),
        ("abcess", "abscess", 1),
        ("meningittis", "meningitis", 1),
        ("menengitus", "meningitis", 2),
        ("aspirn", "aspirin", 1),
        ("crystall", "crystal", 1),
        ("cutaneus", "cutaneous", 1),
    ],
)
def test_a_misspelling_leads_to_the_word(corpus: Speller, word: str, meant: str, distance: int) -> None:
    """Letters left out, put in, doubled, transposed or mistaken; the capital of a first word is no hindrance."""
    best = corpus.corrections(word)[0]
    assert (best.word, best.distance, best.reports) == (meant, distance, CORPUS[meant])


@pytest.mark.parametrize(
    "word",
    [
        "calcinosis", "rarest",  # occurs
        "lung", "tumor", "biopsies", "calcifications", "metastases",  # a form of it does
        "tumours", "oesophagus", "haemorrhage",  # as it is spelt elsewhere
        "cat", "cast", "typo", "stil",  # too short
        "COVIDD", "ABSCES", "mNGSs", "covid19", "il-6", "12345", "abs.cess", "",  # codes, numbers, abbreviations
        "hypocalcemia", "intraferon", "ilium", "nephritis",  # other words by their make
        "replicative", "emigration", "conspecific", "colotomy",
        "spill",  # a consonant for another in a short word
        "rares", "rarrest",  # what one report holds is no authority
        "zzzzzzzz", "xyzzyxyzzy",  # near nothing
    ],
)  # fmt: skip
def test_no_guess_is_better_than_a_poor_one(corpus: Speller, word: str) -> None:
    """What occurs, is short, a code, an inflection or a word of its own has no correction."""
    assert corpus.corrections(word) == ()


def test_slips_come_first_then_what_more_reports_hold(tmp_path: Path) -> None:
    """Among equally near words transposed or doubled letters win; the rest go by frequency; there are few."""
    made = speller({"casting": 3, "coating": 9, "carting": 7, "cosating": 5, "coasting": 4}, tmp_path)
    assert made.corrections("caosting") == (Correction("coasting", 1, 4), Correction("casting", 1, 3))
    many = speller({f"gangli{letter}n": at + 4 for at, letter in enumerate("aeouy")}, tmp_path / "more")
    assert [each.reports for each in many.corrections("ganglin")] == [8, 7, 6][:MOST]


def test_nearer_words_hide_farther_ones(tmp_path: Path) -> None:
    """Two edits are thought of only where one leads nowhere, and only in long words."""
    made = speller({"thrombosis": 4, "thrombocyte": 9, "thrombosed": 9, "gangrene": 9, "gannet": 9}, tmp_path)
    assert [each.word for each in made.corrections("thrombosys")] == ["thrombosis"]
    assert [each.word for each in made.corrections("gangreen")] == ["gangrene"]
    assert made.corrections("gngrne") == ()


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(WORDS, st.integers(1, 6), max_size=25), WORDS)
def test_corrections_are_near_words_of_the_corpus(frequencies: dict[str, int], word: str) -> None:
    """Whatever the corpus, a guess is a word of two reports or more at the distance told, the nearest there is."""
    with tempfile.TemporaryDirectory() as folder:
        found = speller(frequencies, Path(folder)).corrections(word)
        assert len(found) <= MOST
        assert len({each.distance for each in found}) <= 1
        for each in found:
            assert len(word) >= SHORTEST
            assert word not in frequencies
            assert each.reports == frequencies[each.word] >= 2
            assert each.distance == edits(word, each.word) <= (2 if len(word) >= LONG else 1)
            assert each.word[0] == word[0] or len(word) >= LONG


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet=LETTERS, min_size=6, max_size=11), min_size=1, max_size=10), st.data())
def test_a_doubled_letter_is_always_seen(words: list[str], data: st.DataObject) -> None:
    """The sieve of letters loses no word: one with a letter doubled leads back, unless the slip makes another word."""
    word = data.draw(st.sampled_from(words))
    at = data.draw(st.integers(1, len(word) - 2))
    typed = word[:at] + word[at] + word[at:]
    with tempfile.TemporaryDirectory() as folder:
        found = speller(dict.fromkeys(words, 2), Path(folder))
        slips = {other for other in words if _singled(other) == _singled(typed) and edits(other, typed) == 1}
        guesses = found.corrections(typed)
        assert not guesses or guesses[0].word in slips
        assert guesses or found._vocabulary.has_form_of(typed) or typed in words


def _singled(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))


def test_a_word_that_no_report_holds_any_more_is_no_guess() -> None:
    """The vocabulary may still hold words of reports that are gone: what occurs in none is not offered."""
    words = {"calcinosis": 3, "calcinosus": 9}
    assert Speller(lambda: words, {"calcinosus"}.__contains__).corrections("calcinosys")[0].word == "calcinosus"
    found = Speller(lambda: words, {"calcinosis"}.__contains__)
    assert found.corrections("calcinosys") == (Correction("calcinosis", 1, 3),)


def test_an_empty_corpus_corrects_nothing() -> None:
    """Without words there is nothing to lead to."""
    assert speller({}).corrections("calcinosys") == ()


def test_a_question_with_a_typo_finds_what_was_meant(tmp_path: Path) -> None:
    """The reports' own words are the authority; what was read instead is told."""
    generation = indexed(tmp_path, {f"r{at}": "A man had calcinosis of the knee." for at in range(3)}).generation()
    found = sought(generation, "clacinosis", HYBRID)
    told = found.expansions[0]
    assert (told.said, told.name, told.reason, told.reports) == ("clacinosis", "calcinosis", "spelling", 3)
    assert len(rank_reports(generation, "clacinosis", System("lexical"), 5)) == 3
    assert rank_reports(generation, "clacinosis", unexpanded(System("lexical")), 5) == []
