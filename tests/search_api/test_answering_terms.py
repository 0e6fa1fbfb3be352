"""When two words count as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.answering.terms import fold, folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("calcification", "calcifications"),
        ("biopsy", "biopsies"),
        ("mass", "masses"),
        ("abscess", "abscesses"),
        ("virus", "viruses"),
        ("metastasis", "metastases"),
        ("diagnosis", "diagnoses"),
        ("thrombosis", "thrombotic"),
        ("pregnancy", "pregnant"),
        ("anemia", "anaemia"),
        ("esophageal", "oesophageal"),
        ("edema", "oedema"),
        ("hemorrhage", "haemorrhage"),
        ("tumor", "tumours"),
        ("neurologic", "neurological"),
        ("carcinoma", "carcinomata"),
        ("disease", "diseases"),
        ("dose", "doses"),
    ],
)
def test_forms_of_one_word_fold_together(one: str, other: str) -> None:
    """Plurals, British spelling and a few endings make no difference."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gastric", "gastritis"),
        ("hepatic", "hepatitis"),
        ("lupus", "lupine"),
        ("pancreas", "pancreatitis"),
        ("hypercalcemia", "hypocalcemia"),
        ("fibrosis", "fibroma"),
        ("cutis", "cut"),
    ],
)
def test_different_words_stay_apart(one: str, other: str) -> None:
    """Folding is weaker than a stemmer."""
    assert fold(one) != fold(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_folding_never_empties_a_word(word: str) -> None:
    """Something is always left, and it is no longer than what it came from but for an ending."""
    assert fold(word)
    assert len(fold(word)) <= len(word) + 3


def test_a_text_folds_in_order() -> None:
    """Stop words go, the rest keeps its order."""
    assert folded("Two Masses of the kidneys") == ["two", "mass", "kidney"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("hepatitis B virus", ["hepatitis", "hepatitis_b", "virus"]),
        ("Vitamin-D excess", ["vitamin", "vitamin_d", "excess"]),
        ("hepatitis B. He", ["hepatitis", "hepatitis_b", "he"]),
        ("hepatitis A", ["hepatitis", "hepatitis_a"]),
        ("given a drug", ["given", "drug"]),
        ("type II fracture", ["type", "type_2", "fracture"]),
        ("types 1", ["type", "type_1"]),
        ("type 1.5", ["type"]),
        ("with S. aureus", ["aureus"]),
        ("chest X-ray", ["chest", "ray"]),
        ("large B-cell lymphoma", ["large", "cell", "lymphoma"]),
    ],
)
def test_a_letter_or_number_behind_a_name_is_a_term(text: str, terms: list[str]) -> None:
    """What parts hepatitis B from C is kept; a lone letter that begins a word of its own is not."""
    assert folded(text) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Guillain-Barré syndrome", "Guillain-Barre syndrome"),
        ("Sjögren", "Sjogren"),
        ("Sjo\u0308gren", "Sjogren"),
        ("Behçet’s disease", "Behcet’s disease"),
        ("Meißner", "Meissner"),
        ("\ufb01brosis", "fibrosis"),
    ],
)
def test_accents_and_ligatures_never_tell_words_apart(one: str, other: str) -> None:
    """As to the index: with an accent, in one code point or two, and without it is one word."""
    assert folded(one) == folded(other)
