"""A question taken apart into what is asked and about what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.words import words
from indexer.analyzer import tokens
from search_api.answering.asking import Intent
from search_api.answering.question import MOST_FACETS, MOST_WORDS, Facet, parse

ASKED: list[tuple[str, Intent, list[str]]] = [
    ("treatments tried for sarcoid uveitis in HIV", "treatment", ["sarcoid uveitis", "HIV"]),
    ("How was macrophage activation syndrome treated?", "treatment", ["macrophage activation syndrome"]),
    ("What dose of methotrexate was used in psoriasis?", "treatment", ["methotrexate", "psoriasis"]),
    ("Which antibiotics were given for brucellosis?", "treatment", ["brucellosis"]),
    ("What was done for carcinoma of the breast?", "treatment", ["carcinoma of the breast"]),
    ("Did thalidomide help in aphthous ulcers?", "treatment", ["thalidomide", "aphthous ulcers"]),
    ("What happened to the patient with tetanus?", "outcome", ["tetanus"]),
    ("outcome of hydatid cyst after praziquantel", "outcome", ["hydatid cyst", "praziquantel"]),
    ("prognosis of primary cardiac sarcoma", "outcome", ["primary cardiac sarcoma"]),
    ("Which patients with rabies survived?", "outcome", ["rabies"]),
    ("What caused the hyperkalaemia?", "cause", ["hyperkalaemia"]),
    ("Which drugs triggered DRESS syndrome?", "cause", ["DRESS syndrome"]),
    ("Which imaging findings were seen in moyamoya disease?", "finding", ["moyamoya disease"]),
    ("What did the MRI show in neurosarcoidosis?", "finding", ["neurosarcoidosis"]),
    ("laboratory findings in tumor lysis syndrome", "finding", ["tumor lysis syndrome"]),
    ("side effects of amiodarone", "adverse", ["amiodarone"]),
    ("complications of measles", "adverse", ["measles"]),
    ("symptoms of Wilson's disease", "presentation", ["Wilson's disease"]),
    ("How did Kikuchi disease present?", "presentation", ["Kikuchi disease"]),
    ("How was the diagnosis of Whipple disease confirmed?", "diagnosis", ["Whipple disease"]),
    ("How was pheochromocytoma diagnosed in pregnancy", "diagnosis", ["pheochromocytoma", "pregnancy"]),
    ("What medical history did the patient with Fournier gangrene have?", "history", ["Fournier gangrene"]),
    ("What were the imaging findings in brain death?", "finding", ["brain death"]),
    ("treatment of fixed drug eruption", "treatment", ["fixed drug eruption"]),
    ("outcome of sudden infant death syndrome", "outcome", ["sudden infant death syndrome"]),
    ("complications of percutaneous coronary intervention", "adverse", ["percutaneous coronary intervention"]),
    ("How was drug fever diagnosed?", "diagnosis", ["drug fever"]),
    ("outcome after drug therapy of anthrax", "outcome", ["anthrax"]),
    ("adverse drug reactions to dapsone", "adverse", ["dapsone"]),
    ("eosinophilic granulomatosis with polyangiitis", "any", ["eosinophilic granulomatosis", "polyangiitis"]),
    ("How common is sarcoid uveitis?", "frequency", ["sarcoid uveitis"]),
    ("incidence of Kikuchi disease in children", "frequency", ["Kikuchi disease"]),
    ("What is moyamoya disease?", "definition", ["moyamoya disease"]),
    ("definition of macrophage activation syndrome", "definition", ["macrophage activation syndrome"]),
    ("What is the treatment of leprosy?", "treatment", ["leprosy"]),
    ("What is seen in leprosy treated with dapsone?", "treatment", ["leprosy", "dapsone"]),
    ("dapsone for leprosy", "treatment", ["dapsone", "leprosy"]),
    ("colchicine or prednisone in gout", "treatment", ["colchicine", "prednisone", "gout"]),
    ("splenic rupture on CT", "finding", ["splenic rupture"]),
    ("gout in leprosy", "any", ["gout", "leprosy"]),
    ("Any sarcoidosis presenting with diabetes insipidus?", "any", ["sarcoidosis", "diabetes insipidus"]),
]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("colchicine or prednisone in gout", ((0, 1), (2,))),
        ("gout, sarcoidosis or leprosy", ((0,), (1, 2))),
        ("gout in leprosy", ((0,), (1,))),
        ("leg or buttock pain", ((0,), (1,))),
        ("gout on CT or MRI", ((0,),)),
    ],
)
def test_of_names_that_or_joins_one_is_enough(text: str, groups: tuple[tuple[int, ...], ...]) -> None:
    """Names of illnesses, findings and treatments; a part of the body beside another is no answer by itself."""
    assert parse(text).groups == groups


@pytest.mark.parametrize(("text", "intent", "facets"), ASKED, ids=[text for text, _, _ in ASKED])
def test_asking_words_give_the_intent_and_the_rest_the_facets(text: str, intent: Intent, facets: list[str]) -> None:
    """The words that ask become the intent; connectives cut what is left into facets."""
    question = parse(text)
    assert question.intent == intent
    assert [facet.phrase for facet in question.facets] == facets


def test_the_first_words_that_ask_decide() -> None:
    """Where two things are asked, the first is the intent and neither leaves words among the facets."""
    treated = parse("How was leprosy treated and what was the outcome?")
    outcome = parse("What was the outcome of treatment in leprosy?")
    assert (treated.intent, outcome.intent) == ("treatment", "outcome")
    assert [facet.phrase for facet in treated.facets] == ["leprosy"]
    assert [facet.phrase for facet in outcome.facets] == ["leprosy"]


@pytest.mark.parametrize("name", ["drug-induced lupus", "treatment-resistant depression", "anti-GBM disease"])
def test_an_asking_word_inside_a_compound_asks_for_nothing(name: str) -> None:
    """A hyphenated name keeps its parts."""
    assert parse(f"outcome of {name}").facets == (Facet(name),)


def test_a_quoted_phrase_is_one_exact_facet() -> None:
    """Quotation marks of any make keep a phrase whole, connectives and all."""
    straight, curly = parse('treatment of "mass in the neck"'), parse("treatment of “mass in the neck”")
    assert straight.facets == curly.facets == (Facet("mass in the neck", exact=True),)


def test_age_and_sex_are_set_aside() -> None:
    """They are filters, not evidence, and the question remembers them."""
    question = parse("How was scurvy treated in a 45-year-old man?")
    assert [facet.phrase for facet in question.facets] == ["scurvy"]
    assert question.demographics == ("45-year-old", "man")


def test_an_age_that_belongs_to_a_name_stays() -> None:
    """Infant botulism and adult-onset disease are names; "in an infant" is a filter."""
    assert parse("treatment of infant botulism").facets == (Facet("infant botulism"),)
    assert parse("treatment of adult-onset Still disease").facets == (Facet("adult-onset Still disease"),)
    assert parse("treatment of scurvy in an infant").facets == (Facet("scurvy"),)


def test_an_investigation_goes_by_all_its_names() -> None:
    """MRI is magnetic resonance too, and not CT."""
    named = parse("What did the MRI show in rabies?").modalities
    assert {"mri", "magnetic", "resonance"} <= named
    assert not named & {"ct", "tomography"}


def test_imaging_unnamed_is_any_imaging() -> None:
    """A question on imaging asks for CT as well as MRI, not for blood tests."""
    named = parse("imaging findings in rabies").modalities
    assert {"mri", "ct", "ultrasound"} <= named
    assert "blood" not in named


def test_an_investigation_counts_only_where_findings_are_asked() -> None:
    """A treatment question that names MRI keeps it among its facets."""
    question = parse("treatment of nephrogenic fibrosis after MRI")
    assert question.modalities == frozenset()
    assert question.facets == (Facet("nephrogenic fibrosis"), Facet("MRI"))


@pytest.mark.parametrize("text", ["", "   ", "?", "what is the best treatment for it?", "how was she treated", "()--"])
def test_a_question_about_nothing_has_no_facets(text: str) -> None:
    """Where only asking words stand, there is nothing to look for."""
    assert parse(text).facets == ()


def test_the_focus_names_the_facets() -> None:
    """For messages, the facets stand side by side."""
    assert parse("treatment of scurvy in pregnancy").focus == '"scurvy" and "pregnancy"'


@pytest.mark.parametrize("unit", ["how did ", "- ", "what did x ", "of ", '"', "(", "treatment of scurvy in "])
def test_a_very_long_question_is_still_taken_apart(unit: str) -> None:
    """Repetition makes no pattern run away: a hundred kilobytes are read in passing."""
    assert parse(unit * (20_000 // len(unit))).text


@given(st.text(max_size=200))
def test_every_facet_has_an_index_term(text: str) -> None:
    """Whatever is asked, a facet can be looked for, and none is given twice."""
    facets = parse(text).facets
    assert all(tokens(facet.phrase) for facet in facets if not facet.exact)
    assert len(set(facets)) == len(facets)


@given(st.sampled_from(["scurvy", "yellow fever", "Q fever"]), st.sampled_from([text for text, _, _ in ASKED]))
def test_parsing_is_repeatable(name: str, other: str) -> None:
    """The same words give the same question."""
    text = f"treatment of {name}, {other}"
    assert parse(text) == parse(text)


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("treatment of hepatitis A", ["hepatitis A"]),
        ("treatment of a hepatitis", ["hepatitis"]),
        ("outcome of type 1 diabetes", ["type 1 diabetes"]),
        ("outcome of type II diabetes", ["type II diabetes"]),
        ("what types of rash are known", ["rash"]),
    ],
)
def test_a_letter_or_number_that_names_stays(text: str, facets: list[str]) -> None:
    """The article "a" and "types of" frame a question; the A of hepatitis A and the 1 of type 1 name something."""
    assert [facet.phrase for facet in parse(text).facets] == facets


@pytest.mark.parametrize(
    ("text", "intent", "facets"),
    [
        ("How did patients with a spleen abscess fare?", "outcome", ["spleen abscess"]),
        ("How did the scurvy in pregnancy end?", "outcome", ["scurvy", "pregnancy"]),
        ("What did the biopsy of a goitre reveal?", "finding", ["goitre"]),
        ("How was end stage renal failure treated?", "treatment", ["end stage renal failure"]),
    ],
)
def test_words_that_ask_leave_what_stands_between_them(text: str, intent: str, facets: list[str]) -> None:
    """Between "how did" and "fare", and between "what did" and "reveal", stands what is asked about."""
    question = parse(text)
    assert question.intent == intent
    assert [facet.phrase for facet in question.facets] == facets


def test_a_patient_described_by_age_is_read() -> None:
    """One age makes a patient; a range, or two, make none."""
    asked = parse("How was the 21-year-old woman with scurvy treated?").patient
    assert asked is not None
    assert (asked.age, asked.unit, asked.sex) == (21, "year", "female")
    months = parse("outcome of scurvy in a 3-month-old boy").patient
    assert months is not None
    assert (months.age, months.unit, months.sex) == (3, "month", "male")
    assert parse("scurvy in women aged 20 to 30").patient is None
    assert parse("scurvy in a woman").patient is None


@pytest.mark.parametrize(
    ("question", "number", "facets"),
    [
        ("What dose of colchicine was given for gout?", "dose", ["colchicine", "gout"]),
        ("ferritin level in scurvy", "value", ["ferritin", "scurvy"]),
        ("platelet count in scurvy", "value", ["platelet count", "scurvy"]),
        ("treatment of scurvy", "", ["scurvy"]),
    ],
)
def test_a_question_for_a_number_is_told(question: str, number: str, facets: list[str]) -> None:
    """The word that asks for the number names nothing."""
    parsed = parse(question)
    assert parsed.number == number
    assert [facet.phrase for facet in parsed.facets] == facets


def test_a_compound_of_association_is_two_facets() -> None:
    """What is associated with what may stand in a report in other words."""
    assert [facet.phrase for facet in parse("treatment of scurvy-associated renal failure").facets] == [
        "scurvy",
        "renal failure",
    ]


@pytest.mark.parametrize(
    ("said", "phrase"),
    [("fever", "fever"), ("fever cough", "fever cough"), ("Chronic renal failure,", "Chronic renal failure")],
)
def test_what_is_said_over_and_over_is_said_once(said: str, phrase: str) -> None:
    """However often, whatever the marks between; no work is done for what means nothing more."""
    assert parse(f"{said} " * 400).facets == parse(f"{said} " * 3).facets == (Facet(phrase),)


def test_a_name_that_says_a_word_twice_stays_whole() -> None:
    """ "Beri beri" is an illness."""
    assert parse("treatment of beri beri").facets == (Facet("beri beri"),)


LONG = [
    " ".join(f"word{number}" for number in range(1000)),
    ", ".join(f"word{number}" for number in range(1000)),
    " or ".join(f"word{number}" for number in range(1000)),
    " and ".join(f"word{number} thing{number}" for number in range(500)),
    "fever-cough-" * 800,
    "fever/" * 1600,
    "α-β-" * 2000,
    "é" * 9000,
    " ".join(f'"word{number} word"' for number in range(500)),
]


@pytest.mark.parametrize("text", LONG)
def test_what_is_held_against_reports_is_bounded(text: str) -> None:
    """Whatever is asked, the facets are so many at most, each of so many words, and it is told that more was asked."""
    question = parse(text)
    assert question.is_cut
    assert len(question.facets) <= MOST_FACETS
    assert all(len(words(facet.phrase)) <= MOST_WORDS for facet in question.facets)
    assert all(len(facet.phrase) <= 500 for facet in question.facets)


def test_a_vignette_is_not_cut() -> None:
    """A page of a letter names fewer things than that."""
    told = [f"sign{number} for three weeks" for number in range(MOST_FACETS - 2)]
    assert not parse(f"{', '.join(told)}. What was given?").is_cut


@pytest.mark.parametrize(
    ("text", "intent", "facets"),
    [
        ("How long does scurvy take to heal?", "any", ["scurvy", "heal"]),
        ("surgery needed in appendicitis", "any", ["surgery", "appendicitis"]),
        ("tx of sarcoidosis", "treatment", ["sarcoidosis"]),
        ("dx of long QT syndrome", "diagnosis", ["long QT syndrome"]),
        ("can you die of measles?", "outcome", ["measles"]),
    ],
)
def test_words_that_only_ask_are_no_facets(text: str, intent: Intent, facets: list[str]) -> None:
    """Nor are the short forms of the ward; in a name they stay."""
    assert (parse(text).intent, [facet.phrase for facet in parse(text).facets]) == (intent, facets)
