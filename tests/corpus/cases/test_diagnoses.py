"""What each patient has: the disease that the report is about, what it arose from, and what else there is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from corpus.cases.diagnoses import diagnoses, signs
from corpus.cases.model import Diagnosis
from corpus.cases.story import Story, story
from corpus.readers.jsonl import JsonlReader

StoryOf = Callable[[str], Story]


def of_first(story: Story) -> list[tuple[str, str]]:
    """Role and name of each diagnosis of the first patient."""
    return [(each.role, each.name) for each in diagnoses(story)[1]]


def index_of(story: Story, number: int = 1) -> Diagnosis | None:
    """The index diagnosis of a patient."""
    found = diagnoses(story)[number]
    return found[0] if found and found[0].role == "index" else None


def titled(title: str, text: str) -> Story:
    """The story of a record whose title is no part of its text."""
    record = json.dumps({"id": "a", "title": title, "text": text})
    report = next(iter(JsonlReader().read(record.encode(), "a.jsonl"))).report
    assert report is not None
    return story(report)


INDEX = [
    ("A 61-year-old man had back pain. A diagnosis of osteoid osteoma was made.", "osteoid osteoma"),
    ("A 61-year-old man had back pain. Biopsy revealed sarcoidosis.", "sarcoidosis"),
    ("We report a case of leptospirosis in a 61-year-old man. He had fever and cough.", "leptospirosis"),
    ("A 61-year-old man had fever. He was diagnosed with leptospirosis.", "leptospirosis"),
    ("A 61-year-old man with psoriasis presented with fever. Culture confirmed brucellosis.", "brucellosis"),
    (
        "A man had fever. An initial diagnosis of pneumonia was made. The final diagnosis was leptospirosis.",
        "leptospirosis",
    ),
    ("A 61-year-old man had fever and cough. Findings were consistent with leptospirosis.", "leptospirosis"),
    ("We describe a 61-year-old man with leptospirosis.", "leptospirosis"),
    ("A 61-year-old man had a limp. A diagnosis of sarcoidosis with severe amblyopia was made.", "sarcoidosis"),
    ("A 61-year-old man had a limp. Sarcoidosis with mild gastritis was confirmed.", "sarcoidosis"),
    (
        "A 61-year-old man had fever. CT showed a liver abscess and diverticulosis. Drainage of the abscess was done. "
        "The abscess had gone after a month.",
        "liver abscess",
    ),
    ("A 61-year-old man had a stroke six years before admission. Biopsy revealed sarcoidosis.", "sarcoidosis"),
    ("A 61-year-old man felt weak. We conclude that he experienced a rare form of leptospirosis.", "leptospirosis"),
    ("A 61-year-old man fell. He received gluteal impalement injuries.", "gluteal impalement injury"),
    ("A 61-year-old man fell. These two fractures of the left tibia were plated.", "fractures of the left tibia"),
]


@pytest.mark.parametrize(("text", "name"), INDEX, ids=[text[-28:] for text, _ in INDEX])
def test_the_index_diagnosis_is_what_the_wording_makes_it(story_of: StoryOf, text: str, name: str) -> None:
    """What was diagnosed, confirmed or is reported as the case is the index diagnosis; a first guess is not."""
    index = index_of(story_of(text))
    assert index is not None
    assert index.name == name


TITLES = [
    ("Leptospirosis in a patient with psoriasis", "leptospirosis", ["psoriasis"]),
    ("Sarcoidosis mimicking lymphoma: a case report", "sarcoidosis", []),
    ("Pancreatitis as the first manifestation of brucellosis", "brucellosis", []),
    ("Osteonecrosis after sickle cell disease", "osteonecrosis", ["sickle cell anemia"]),
]


@pytest.mark.parametrize(("title", "index", "underlying"), TITLES, ids=[each[0][:22] for each in TITLES])
def test_a_title_tells_what_arose_from_what(title: str, index: str, underlying: list[str]) -> None:
    """The title's disease is the index one, what stands behind "in a patient with" the underlying one."""
    names = {name.lower() for name in [index, *underlying]}
    text = f"A 61-year-old man was seen. He had {' and '.join(sorted(names))}."
    found = of_first(titled(title, text))
    assert found[0][0] == "index"
    assert found[0][1].lower() == index
    assert [name.lower() for role, name in found if role == "underlying"] == underlying


def test_the_span_of_a_title_outside_the_text_is_where_the_text_says_it() -> None:
    """A title that is no part of the text decides the index; its span is the text's own mention."""
    told = titled("Leptospirosis: a case report", "A 61-year-old man had fever. Serology showed leptospirosis.")
    index = index_of(told)
    assert index is not None
    assert index.span.of(told.report.text) == "leptospirosis"


def test_the_place_of_the_index_is_where_the_diagnosis_is_made(story_of: StoryOf) -> None:
    """Words that make a diagnosis on both sides of a name outdo those that only present the case."""
    told = story_of(
        "This article presents a case of Hansen disease. A 61-year-old man had pale spots. "
        "The diagnosis of leprosy in the course of a check was established."
    )
    index = index_of(told)
    assert index is not None
    assert index.span.of(told.report.text) == "leprosy"


def test_a_sign_is_the_index_only_where_the_report_keeps_coming_back_to_it(story_of: StoryOf) -> None:
    """A report that names no disease may be about a sign; a complaint told once is no diagnosis."""
    again = index_of(story_of("A 61-year-old man had epistaxis. The epistaxis went on. Packing stopped the epistaxis."))
    assert again is not None
    assert again.name.lower() == "epistaxis"
    assert index_of(story_of("A 61-year-old man had epistaxis. He was admitted. He went home.")) is None


def test_a_kind_is_named_where_its_words_stand_there(story_of: StoryOf) -> None:
    """The most specific name that the words allow: "calcinosis cutis universalis" is calcinosis universalis."""
    told = story_of("A 61-year-old man had hard skin. A diagnosis of calcinosis cutis universalis was made.")
    index = index_of(told)
    assert index is not None
    assert index.name == "calcinosis universalis"
    assert index.span.of(told.report.text) == "calcinosis cutis universalis"


UNDERLYING = [
    "A 61-year-old man with psoriasis presented with fever. A diagnosis of brucellosis was made.",
    "A 61-year-old man with a 9-year history of psoriasis had fever. A diagnosis of brucellosis was made.",
    "A 61-year-old man, a known case of psoriasis, had fever. A diagnosis of brucellosis was made.",
    "A 61-year-old man had fever. A diagnosis of brucellosis secondary to psoriasis was made.",
    "A 61-year-old man had fever. A diagnosis of brucellosis in the course of psoriasis was made.",
]


@pytest.mark.parametrize("text", UNDERLYING, ids=[text[17:48] for text in UNDERLYING])
def test_what_was_known_or_gave_rise_is_underlying(story_of: StoryOf, text: str) -> None:
    """A disease that the patient was known to have, or that the index disease arose from, is underlying."""
    assert of_first(story_of(text)) == [("index", "brucellosis"), ("underlying", "psoriasis")]


def test_what_many_have_is_comorbid(story_of: StoryOf) -> None:
    """Hypertension in the history of a patient with something else is comorbid, and comes last."""
    found = of_first(
        story_of(
            "A 61-year-old man with known psoriasis presented with fever. He had a history of hypertension. "
            "A diagnosis of brucellosis was made."
        )
    )
    assert found == [("index", "brucellosis"), ("underlying", "psoriasis"), ("comorbid", "hypertension")]


NOT_HIS = [
    "There was no psoriasis.",
    "Psoriasis was ruled out.",
    "His mother had psoriasis.",
    "Possible psoriasis was discussed.",
    "Smith et al. described psoriasis in such patients.",
]


@pytest.mark.parametrize("sentence", NOT_HIS)
def test_what_the_patient_does_not_have_is_no_diagnosis(story_of: StoryOf, sentence: str) -> None:
    """What is ruled out, possible, a relative's or others' is none of the patient's diagnoses."""
    found = of_first(
        story_of(
            f"Case presentation\nA 61-year-old man had fever. A diagnosis of brucellosis was made. {sentence} "
            "He was given doxycycline."
        )
    )
    assert found == [("index", "brucellosis")]


def test_a_disease_is_listed_once_and_only_in_its_narrowest_name(story_of: StoryOf) -> None:
    """Of "lymphoma" and "follicular lymphoma" only the narrower is listed, and once."""
    found = of_first(
        story_of(
            "We report a case of follicular lymphoma in a 61-year-old man. The lymphoma was in stage II. "
            "Follicular lymphoma was confirmed."
        )
    )
    assert found == [("index", "follicular lymphoma")]


def test_a_short_form_means_what_the_report_says(story_of: StoryOf) -> None:
    """A short form that the report defines names what its long form does, wherever it stands."""
    told = story_of("Brucellosis (BRC) is rare. A 61-year-old man had fever. He was diagnosed with BRC.")
    index = index_of(told)
    assert index is not None
    assert (index.name, index.span.of(told.report.text)) == ("brucellosis", "BRC")


def test_a_short_form_of_whose_meaning_there_is_no_word_is_not_believed(story_of: StoryOf) -> None:
    """Letters that the report never explains, of whose meaning it has no word, name no disease."""
    assert of_first(story_of("A 61-year-old man had a tear. Endoscopy showed MWS. He was discharged.")) == []


def test_a_disease_that_no_terminology_has_is_named_as_the_report_does(story_of: StoryOf) -> None:
    """The index disease may be one that the terminology does not have: its name is the report's, without concepts."""
    index = index_of(story_of("A 61-year-old man had pain. A diagnosis of accessory lobe torsion was made."))
    assert index is not None
    assert (index.name, index.concepts) == ("accessory lobe torsion", ())


def test_each_patient_of_a_series_has_diagnoses_of_his_own(story_of: StoryOf) -> None:
    """What is said of one patient is not another's."""
    told = story_of(
        "Case 1: A 61-year-old man had fever. A diagnosis of brucellosis was made.\n\n"
        "Case 2: A 52-year-old woman had fever. A diagnosis of leptospirosis was made.\n"
    )
    assert {number: [each.name for each in found] for number, found in diagnoses(told).items()} == {
        1: ["brucellosis"],
        2: ["leptospirosis"],
    }


def test_what_the_report_says_of_all_is_each_ones(story_of: StoryOf) -> None:
    """ "Two cases of …" gives both patients their index diagnosis."""
    told = story_of(
        "We report two cases of leptospirosis. Case 1: A 61-year-old man had fever. "
        "Case 2: A 52-year-old woman had cough."
    )
    first, second = index_of(told, 1), index_of(told, 2)
    assert first is not None
    assert second is not None
    assert first.name == second.name == "leptospirosis"


def test_signs_keep_what_is_asserted_once_each(story_of: StoryOf) -> None:
    """Findings of the patient are kept with their assertion, negated ones too, each once per assertion."""
    told = story_of(
        "Case presentation\nA 61-year-old man had fever. There was no jaundice. "
        "The fever persisted. His sister had gout."
    )
    assert [(each.name, each.assertion) for each in signs(told)[1]] == [("Fever", "present"), ("Jaundice", "absent")]


def test_a_report_without_patients_has_no_diagnoses(story_of: StoryOf) -> None:
    """A study's diseases are nobody's."""
    told = story_of("All children improved. Psoriasis was frequent. The mean age was 9 years and p = 0.03.")
    assert diagnoses(told) == {}
    assert signs(told) == {}


def test_what_all_patients_have_is_each_ones(story_of: StoryOf) -> None:
    """A disease or a finding that a sentence tells of all the patients is every one's, and so is what came of it."""
    told = story_of("Two sisters, aged 12 and 14 years, had Wilson disease. Both had tremor.")
    assert {number: [each.name for each in found] for number, found in diagnoses(told).items()} == {
        1: ["Wilson disease"],
        2: ["Wilson disease"],
    }
    assert all("Tremor" in [sign.name for sign in found] for found in signs(told).values())


def test_a_titles_disease_goes_before_its_sign() -> None:
    """Of a sign "in a patient with" a disease the disease is the index; what arose after it is not its sign."""
    text = "A 61-year-old woman was seen. She had sarcoidosis and epistaxis."
    for title, name in (
        ("Epistaxis in a woman with sarcoidosis", "sarcoidosis"),
        ("Epistaxis after sarcoidosis", "epistaxis"),
    ):
        index = index_of(titled(title, text))
        assert index is not None
        assert index.name.lower() == name


def test_what_others_come_to_is_the_index_only_where_it_weighs(story_of: StoryOf) -> None:
    """Kidney failure that was found may be what a report is about; what the patient brought along is not."""
    found = index_of(story_of("A 24-year-old man had loose stools. Blood tests revealed acute kidney injury."))
    assert found is not None
    assert found.name == "acute kidney injury"
    assert index_of(story_of("A 57-year-old man with hypertension, diabetes and hyperlipidemia had a cough.")) is None
