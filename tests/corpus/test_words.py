from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.words import american, form, plain, stem, words


def cut(text: str) -> list[str]:
    return [word.text for word in words(text)]


def test_words_are_runs_of_letters_and_digits() -> None:
    """Hyphens, slashes, underscores and punctuation part words; digits stay with their letters."""
    assert cut("IgG4-related disease (CD20+), B12/folate foo_bar.") == [
        "IgG4", "related", "disease", "CD20", "B12", "folate", "foo", "bar",
    ]  # fmt: skip


def test_a_possessive_stays_with_its_word() -> None:
    """An apostrophe and s belong to the word, a lone apostrophe does not."""
    assert cut("Crohn's and SJÖGREN’S, patients' and Graves'") == [
        "Crohn's", "and", "SJÖGREN’S", "patients", "and", "Graves",
    ]  # fmt: skip


def test_greek_letters_are_words_of_their_own() -> None:
    """A Greek letter on a Latin word or number is cut off; the micro sign of a unit is not."""
    assert cut("TNFα, β-blocker, α1-antitrypsin, 5 μg") == [
        "TNF",
        "α",
        "β",
        "blocker",
        "α",
        "1",
        "antitrypsin",
        "5",
        "μg",
    ]


def test_accents_in_two_code_points_stay_in_the_word() -> None:
    """A decomposed letter is one letter."""
    assert cut("Sjo\u0308gren") == ["Sjo\u0308gren"]
    assert form("Sjo\u0308gren") == form("Sjögren") == form("Sjogren")


@given(st.text())
def test_words_are_slices_in_order(text: str) -> None:
    """Each word is its slice of the text, none is empty, none overlaps the next."""
    found = words(text)
    assert all(word.text and text[word.start : word.end] == word.text for word in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(st.characters(categories=["Ll", "Lu", "Nd", "Mn"]), min_size=1))
def test_forms_are_stable(text: str) -> None:
    """The form of a form is itself, for words with a small letter; no form is empty."""
    for word in words(text):
        once = form(word.text)
        assert once
        if not word.text.isupper():
            assert form(once) == once


@pytest.mark.parametrize(
    ("british", "expected"),
    [
        ("oedema", "edema"), ("lymphoedema", "lymphedema"), ("anaemia", "anemia"), ("haemorrhage", "hemorrhage"),
        ("ischaemic", "ischemic"), ("oesophagitis", "esophagitis"), ("paediatric", "pediatric"),
        ("orthopaedic", "orthopedic"), ("leucocyte", "leukocyte"), ("leucaemia", "leukemia"), ("tumour", "tumor"),
        ("hospitalised", "hospitalized"), ("immunisation", "immunization"), ("synthesised", "synthesized"),
        ("diarrhoea", "diarrhea"), ("dyspnoea", "dyspnea"), ("coeliac", "celiac"), ("caecum", "cecum"),
        ("faecal", "fecal"), ("anaesthesia", "anesthesia"), ("caesarean", "cesarean"), ("aetiology", "etiology"),
        ("gynaecomastia", "gynecomastia"), ("naevus", "nevus"), ("phaeochromocytoma", "pheochromocytoma"),
        ("praevia", "previa"), ("foetal", "fetal"), ("oestrogen", "estrogen"), ("amoebic", "amebic"),
        ("sulphate", "sulfate"), ("goitre", "goiter"), ("litre", "liter"), ("analysed", "analyzed"),
        ("labelled", "labeled"), ("analogue", "analog"), ("grey", "gray"), ("ageing", "aging"),
    ],
)  # fmt: skip
def test_british_spelling_is_american(british: str, expected: str) -> None:
    """Both spellings have one form."""
    assert form(british) == form(expected) == expected


@pytest.mark.parametrize(
    "word",
    [
        "aerobic", "aerosol", "phoenix", "toe", "poem", "coexist", "does", "michael", "israel", "maestro", "raised",
        "exercise", "exercised", "precise", "surprise", "promise", "otherwise", "advised", "noise", "rise", "disease",
        "diseased", "bruise", "comprise", "compromised", "anise", "cruise", "four", "hour", "pouring", "contour",
        "source", "swelling", "filled", "page", "sage", "lyse",
    ],
)  # fmt: skip
def test_words_that_only_look_british_are_left(word: str) -> None:
    """A rule of letters does not reach into other words."""
    assert american(word) == word


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("calcifications", "calcification"), ("biopsies", "biopsy"), ("diagnoses", "diagnosis"),
        ("headaches", "headache"),
        ("metastases", "metastasis"), ("prostheses", "prosthesis"), ("analyses", "analysis"), ("crises", "crisis"),
        ("thromboses", "thrombosis"), ("arthritides", "arthritis"), ("hematomata", "hematoma"), ("viruses", "virus"),
        ("sinuses", "sinus"), ("masses", "mass"), ("rashes", "rash"), ("reflexes", "reflex"), ("causes", "cause"),
        ("doses", "dose"), ("diseases", "disease"), ("kinases", "kinase"), ("thrombi", "thrombus"), ("toes", "toe"),
        ("vertebrae", "vertebra"), ("women", "woman"), ("edemas", "edema"), ("valves", "valve"), ("embryos", "embryo"),
        ("NSAIDs", "nsaid"), ("CALCIFICATIONS", "calcification"), ("Crohn's", "crohn"), ("tumours", "tumor"),
    ],
)  # fmt: skip
def test_plurals_have_the_form_of_their_singular(plural: str, singular: str) -> None:
    """English and the commonest Greek and Latin plurals are undone."""
    assert form(plural) == singular


@pytest.mark.parametrize(
    "word",
    [
        "diabetes", "series", "lens", "pancreas", "species", "ascites", "herpes", "rabies", "feces", "biceps",
        "mellitus",
        "sepsis", "analysis", "mass", "virus", "abscess", "tinnitus", "gas", "bias", "pneumoniae", "coli", "this",
        "was",
    ],
)  # fmt: skip
def test_words_that_only_look_plural_are_left(word: str) -> None:
    """An s at the end makes no plural; a Latin genitive stays apart from the disease."""
    assert form(word) == word


@pytest.mark.parametrize("acronym", ["ALS", "AIDS", "SARS", "GBS"])
def test_an_acronym_has_no_plural_but_by_a_small_s(acronym: str) -> None:
    """The S of an acronym stands for a word."""
    assert form(acronym) == acronym.lower()
    assert form("NSAIDs") == form("NSAID")


def test_a_greek_letter_is_its_name() -> None:
    """A letter drawn and the same letter spelled are one word."""
    assert [form(letter) for letter in "αΒγω"] == ["alpha", "beta", "gamma", "omega"]


def test_stems_join_derived_words() -> None:
    """A stem goes further than a form: verb and noun meet."""
    assert stem(form("calcified")) == stem(form("calcifying")) == "calcifi"
    assert form("calcified") != form("calcifying")


@pytest.mark.parametrize(
    ("text", "wanted"), [("Müller", "muller"), ("MÜLLER", "muller"), ("ﬁbrosis", "fibrosis"), ("Å", "a"), ("", "")]
)
def test_what_is_looked_up_by_its_letters_has_no_accents(text: str, wanted: str) -> None:
    """Nor capitals, nor ligatures."""
    assert plain(text) == wanted


@given(st.text())
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    """Also when it is cut and put together: a part of a name is found in the name."""
    assert plain(plain(text)) == plain(text)
