from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.terminology.terminology import shipped, shipped_digest
from corpus.words import words
from indexer.analyzer import (
    CONCEPT,
    SHORT,
    concept_term,
    concepts_of,
    name,
    short_forms,
    short_term,
    term,
    terms,
    tokens,
)
from tests.fakes import held_terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Calcinosis universalis in SLE", ["calcinosis", "universalis", "sle"]),
        ("anti-dsDNA antibodies", ["anti", "dsdna", "antibodies"]),
        ("The patient was not in pain", ["patient", "pain"]),
        ("5 mg/kg on day 10", ["mg", "kg", "day", "10"]),
        ("naïve Sjögren", ["naïve", "sjögren"]),
        ("TNF-α and β2 microglobulin", ["tnf", "alpha", "beta2", "microglobulin"]),
        ("µ-opioid", ["mu", "opioid"]),
        ("αβγ is a word of its own", ["αβγ", "word", "its", "own"]),
        ("", []),
        ("?! … -", []),
        ("a b c", []),
    ],
)
def test_terms_are_words_in_lower_case(text: str, expected: list[str]) -> None:
    """Two letters or digits at least, Greek letters spelled out, stop words gone, accents kept, repeats kept."""
    assert tokens(text) == expected


def test_repeats_and_order_are_kept() -> None:
    """Term counts and phrases need both."""
    assert tokens("rash fever rash") == ["rash", "fever", "rash"]


@given(st.text(max_size=40))
def test_terms_survive_their_own_analysis(text: str) -> None:
    """Terms joined by blanks, as the index is given them, are the same terms and hold no white space."""
    found = tokens(text)
    assert all(len(term.split()) == 1 for term in found)
    assert [term for term in tokens(" ".join(found)) if term.isascii()] == [term for term in found if term.isascii()]


@given(st.text(alphabet="abcXYZ 12-.", max_size=30))
def test_case_does_not_matter(text: str) -> None:
    """A question in capitals finds what the text says in small letters."""
    assert tokens(text.upper()) == tokens(text.lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("calcifications", "calcification"), ("oedema", "edema"), ("Haemorrhages", "hemorrhage"),
        ("TNF-α", "TNF-alpha"), ("treated", "treating"), ("biopsies", "biopsy"), ("Crohn's", "Crohn"),
    ],
)  # fmt: skip
def test_forms_and_spellings_of_a_word_are_one_index_term(one: str, other: str) -> None:
    """The index looks past number, tense, case, British spelling and how a Greek letter is written."""
    assert terms(one) == terms(other)
    assert terms(one)


def test_stop_words_and_single_letters_have_no_index_term() -> None:
    """They would be in every report."""
    assert terms("is it the B of A") == []
    assert terms("vitamin D is low") == [term("vitamin"), term("low")]


def test_all_names_of_one_thing_have_one_concept_term() -> None:
    """However it is called, the terminology's concept is what the index holds beside the words."""
    long, short = (concepts_of(words(text)) for text in ("systemic lupus erythematosus", "SLE"))
    assert long == short
    assert all(each.startswith(CONCEPT) for each in long)
    assert held_terms("a flare of SLE") == {term("flare"), term("SLE"), SHORT + "SLE", *short}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MG is treated with 400 mg", ["MG"]),
        ("Gehrig et al. told of ALS", ["ALS"]),
        ("two NSAIDs, TIPS and ADs", ["NSAID", "TIPS", "AD"]),
        ("an HbA1c, a pH and mRNA", ["HbA1c", "pH", "mRNA"]),
        ("the MS's course; MS’s too", ["MS", "MS"]),
        ("Ms Smith is in pain, B. said in 1999", []),
        ("ALL", ["ALL"]),
        ("CASE REPORT OF ALL PATIENTS", []),
        ("REPORT: ALL was diagnosed", ["ALL"]),
        ("CADASIL, MELAS and ALS were discussed", ["MELAS", "ALS"]),
        ("HYPERCALCEMIA with an HbA1c", ["HbA1c"]),
        ("ABOUT US\n\nRESULTS: ALS, in a LONELY BOY", ["ABOUT", "US", "ALS"]),
        ("ADAMTS13 in TTP", ["TTP"]),
        ("", []),
    ],
)
def test_short_forms_keep_their_case(text: str, expected: list[str]) -> None:
    """Letters as written, a plural s and a possessive gone; where all around is in capitals, capitals say nothing."""
    found = words(text)
    assert [own for _, own in short_forms(found)] == [SHORT + each for each in expected]
    assert [short_term(found[at].text) for at, _ in short_forms(found)] == [SHORT + each for each in expected]


@given(st.text(alphabet="aAlLsS'’.3 α", max_size=30))
def test_the_term_of_a_short_form_is_no_other_term(text: str) -> None:
    """Neither a stem nor a concept can be taken for it."""
    found = words(text)
    shorts = {own for _, own in short_forms(found)}
    assert shorts.isdisjoint([*terms(text), *concepts_of(found)])


def test_the_name_of_the_analyzer_names_the_terminology() -> None:
    """An index that was built with other names of things is told from one built with these."""
    assert name().endswith(shipped().digest)
    assert shipped_digest() == shipped().digest


def concepts_named(*names: str) -> list[str]:
    return [concept_term(shipped(), concept) for name in names for concept in shipped().named(name)]


@pytest.mark.parametrize(
    ("text", "defined", "named"),
    [
        ("IBD was seen.", {}, ["irritable bowel syndrome"]),
        ("IBD was seen.", {"IBD": "inflammatory bowel disease"}, []),
        ("Spastic colon; IBD was seen.", {"IBD": "inflammatory bowel disease"}, ["irritable bowel syndrome"]),
        ("CAR cells", {"CAR": "chimeric antigen receptor"}, []),
        ("two IBDs", {"IBD": "irritable bowel syndromes"}, ["irritable bowel syndrome"]),
        ("IBD", {"IBD": "a severe irritable bowel syndrome"}, ["irritable bowel syndrome"]),
        ("IBD", {"IBDs": "inflammatory bowel diseases"}, []),
        ("CAD", {"CAD": "coronary artery disease"}, ["coronary artery disease"]),
        ("CAD", {"CAD": "computer-aided design", "IBD": "irritable bowel syndrome"}, []),
        ("SLE", {"SLE": "sleep-like episodes"}, []),
        ("ECG", {"ECG": "electrocardiogram"}, ["electrocardiography"]),
        ("gout", {"GOUT": "good old urban tale"}, ["gout"]),
    ],
)
def test_a_short_form_that_is_defined_names_what_its_long_form_names(
    text: str, defined: dict[str, str], named: list[str]
) -> None:
    """Nothing else that the terminology has for it; full names are what they are."""
    assert concepts_of(words(text), defined) == concepts_named(*named)
