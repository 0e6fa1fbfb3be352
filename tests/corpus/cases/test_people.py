"""Who the patients of a report are: one each, however often they are told, with age and sex as stated."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.cases.people import cast
from corpus.cases.story import Story
from corpus.model import Report

StoryOf = Callable[[str], Story]
ReportOf = Callable[[str], Report]


def told(story: Story) -> list[tuple[float | None, str | None, str | None]]:
    """Age, unit and sex of each patient."""
    return [
        (each.age and each.age.value, each.age and each.age.unit, each.sex and each.sex.value) for each in story.people
    ]


def whose(story: Story) -> list[int | None]:
    """The patient of each line."""
    return [line.patient for line in story.lines]


ONE = [
    ("A 61-year-old man presented with gout.", (61, "year", "male")),
    ("We saw a 7-month-old girl with a rash. She had a fever.", (7, "month", "female")),
    ("A 12-day-old neonate was admitted. He had jaundice. He was fed by tube.", (12, "day", "male")),
    ("A 3 1/2-year-old boy had a cough.", (3.5, "year", "male")),
    ("A two and a half year old girl fell.", (2.5, "year", "female")),
    ("An 8-month male infant vomited.", (8, "month", "male")),
    ("A lady of 71 years presented with syncope.", (71, "year", "female")),
    ("A 27-year-old primigravida was admitted.", (27, "year", "female")),
    ("A 58/M presented with cough.", (58, "year", "male")),
    ("A 16-year-9-month-old girl presented with a goitre.", (16, "year", "female")),
]


@pytest.mark.parametrize(("text", "expected"), ONE, ids=[text[:24] for text, _ in ONE])
def test_age_and_sex_are_as_stated(story_of: StoryOf, text: str, expected: tuple[float, str, str]) -> None:
    """A patient has the age, in the unit in which it is stated, and the sex that words beside it or pronouns tell."""
    assert told(story_of(text)) == [expected]


def test_the_same_patient_in_every_section_is_one(story_of: StoryOf) -> None:
    """Title, abstract, case and discussion tell of one patient: one person, each span where it is stated."""
    story = story_of(
        "Gout of the spine in a 61-year-old man: a case report\n\nAbstract\n"
        "We describe a 61-year-old man with gout.\n\n"
        "Case presentation\nA 61-year-old man presented with back pain. He was given colchicine.\n\n"
        "Discussion\nOur 61-year-old patient recovered.\n"
    )
    assert told(story) == [(61, "year", "male")]
    assert story.people[0].age is not None
    assert story.people[0].age.span.of(story.report.text) == "61-year-old man"


def test_an_age_at_another_time_is_the_same_patients(story_of: StoryOf) -> None:
    """Where nothing says that there are several, "the 63-year-old patient" is the one introduced as 61."""
    story = story_of("A 61-year-old man presented with gout. Two years on the 63-year-old patient was well.")
    assert [each.number for each in story.people] == [1]


NOT_THE_PATIENT = [
    "A male newborn was born to a 31-year-old mother at term. He had jaundice.",
    "The mother, aged 31, was healthy. A male newborn had jaundice. He was fed.",
    "A male newborn was delivered at term (39 weeks old). He had jaundice.",
]


@pytest.mark.parametrize("text", NOT_THE_PATIENT)
def test_the_age_of_a_mother_or_a_pregnancy_is_no_patients(story_of: StoryOf, text: str) -> None:
    """A newborn's mother, and the weeks of the pregnancy, give no age; the sex is still told."""
    assert told(story_of(text)) == [(None, None, "male")]


def test_what_other_authors_report_is_no_patient(story_of: StoryOf) -> None:
    """Ages in "Smith and Jones reported a …", beside "et al." and in cited titles are others'."""
    story = story_of(
        "Introduction\nPetrov and Lindqvist reported a 44-year-old woman with gout.\n\n"
        "Case presentation\nA 61-year-old man presented with gout.\n\n"
        "Discussion\nMoreau et al. saw a 12-year-old girl.\n"
        "Moreau P. Gout in a 13-year-old girl. J Joints. 2011; 4: 3-9.\n"
    )
    assert told(story) == [(61, "year", "male")]


def test_a_series_is_split_by_its_headings(story_of: StoryOf) -> None:
    """Each sentence under "Case 1" and "Case 2" tells of that patient; what is said of both tells of neither."""
    story = story_of(
        "Case 1\nA 61-year-old man presented with gout. He was given colchicine.\n\n"
        "Case 2\nA 52-year-old woman presented with gout. She was given prednisone.\n\n"
        "Discussion\nBoth patients recovered. The second patient had a relapse.\n"
    )
    assert told(story) == [(61, "year", "male"), (52, "year", "female")]
    assert whose(story) == [1, 1, 2, 2, None, 2]


NUMBERED = [
    ("Patient A was a 61-year-old man. He had gout. Patient B was a 52-year-old woman. She had gout.", [1, 1, 2, 2]),
    ("The first case was a 61-year-old man. He died. The second case was a 52-year-old man. He lived.", [1, 1, 2, 2]),
    ("Case one, a girl, had gout. In case two, a boy had gout.", [1, 2]),
    ("A 61-year-old man had gout. He died. A 52-year-old woman then presented. She lived.", [1, 1, 2, 2]),
    ("Case I: a 61-year-old man had gout. Case II: a 61-year-old man had a stone.", [1, 2]),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERED, ids=[text[:14] for text, _ in NUMBERED])
def test_a_series_is_split_by_numbers_and_new_ages(story_of: StoryOf, text: str, expected: list[int]) -> None:
    """Letters, ordinals, words and a new patient introduced by age part a series; the story goes on in between."""
    assert whose(story_of(text)) == expected


def test_numbers_behind_ages_are_joined_to_them(story_of: StoryOf) -> None:
    """ "A 61-year-old man (Case 1) and a 52-year-old woman (Case 2)" are two, and known by number afterwards."""
    story = story_of(
        "We saw a 61-year-old man with gout (Case 1) and a 52-year-old woman with gout (Case 2). "
        "In case 2, the joint was drained."
    )
    assert told(story) == [(61, "year", "male"), (52, "year", "female")]
    assert whose(story) == [None, 2]


def test_an_abstracts_patients_are_those_of_the_numbered_cases(story_of: StoryOf) -> None:
    """Ages of the abstract and numbers of the case sections are one patient each, not two."""
    story = story_of(
        "Abstract\nWe report two patients, a 61-year-old man and a 52-year-old woman, with gout.\n\n"
        "Case presentation\nCase 1: The man had fever. He was given colchicine. Case 2: The woman had pain.\n"
    )
    assert told(story) == [(61, "year", "male"), (52, "year", "female")]
    assert whose(story) == [None, 1, 1, 2]


def test_the_first_case_of_something_numbers_nobody(story_of: StoryOf) -> None:
    """ "The first case of …" and "first reported case" are no numbers of a series."""
    story = story_of("This is the first case of spinal gout. A 61-year-old man had pain. He died.")
    assert len(story.people) == 1


def test_patients_whom_the_text_does_not_part_are_one_row(story_of: StoryOf) -> None:
    """Where two patients are told only together there is one person without an age, and what is said is theirs."""
    story = story_of("We report two patients with gout. Both patients were given colchicine. They recovered.")
    assert told(story) == [(None, None, None)]
    assert set(whose(story)) == {1}


STUDIES = [
    "Methods\nWe randomly assigned 120 patients to colchicine or placebo in a double-blind randomised controlled trial."
    "\n\nResults\nMean age was 61 years (p = 0.03).\n",
    "All children improved. The mean age was 9 years and the average follow-up was 4 years.",
]


@pytest.mark.parametrize("text", STUDIES, ids=["trial", "group"])
def test_a_study_has_no_patients(story_of: StoryOf, text: str) -> None:
    """A report that tells only of groups has no patient."""
    story = story_of(text)
    assert story.people == ()
    assert set(whose(story)) <= {None}


def test_relatives_are_not_the_patient(story_of: StoryOf) -> None:
    """What a relative has is nobody's; who brought the patient does not make the sentence a relative's."""
    story = story_of(
        "Case presentation\nA 9-year-old girl was brought by her mother with fever. "
        "Her sister had lupus. She had a rash."
    )
    assert whose(story) == [1, None, 1]


def test_a_mothers_newborn_is_not_she(story_of: StoryOf) -> None:
    """In the report of a woman who gives birth, what the newborn has is not hers."""
    story = story_of(
        "Case presentation\nA 31-year-old pregnant woman had gout. The newborn had jaundice. She was discharged."
    )
    assert whose(story) == [1, None, 1]


SEXES = [
    ("A female proband with gout was examined.", "female"),
    ("The patient complained of pain. He was given colchicine.", "male"),
    ("The patient was seen with her brother. She had pain. Her gout was treated.", "female"),
    ("The patient had pain. The donor was her sister.", None),
    ("The patient had pain. Colchicine was given.", None),
    ("A 7-year-old child was brought by the mother. The child had pain.", None),
]


@pytest.mark.parametrize(("text", "expected"), SEXES, ids=[text[:26] for text, _ in SEXES])
def test_sex_is_told_consistently_or_not_at_all(story_of: StoryOf, text: str, expected: str | None) -> None:
    """Nouns and pronouns of the patient tell the sex; relatives' do not, and where nothing tells there is none."""
    (person,) = story_of(text).people
    assert (person.sex and person.sex.value) == expected


def test_the_words_that_tell_a_sex_are_its_span(story_of: StoryOf) -> None:
    """A sex from a pronoun has the pronoun's span."""
    story = story_of("The patient complained of pain. He was given colchicine.")
    sex = story.people[0].sex
    assert sex is not None
    assert sex.span.of(story.report.text) == "He"


def test_turns_are_in_text_order(report_of: ReportOf) -> None:
    """Every turn to a patient names one that exists, in text order."""
    found = cast(report_of("Case 1: a 61-year-old man. Case 2: a 52-year-old man. In case 1, he died."))
    places = [place.span.start for place, _ in found.turns]
    assert places == sorted(places)
    assert {number for _, number in found.turns} == {1, 2}


FAMILY = [
    "Two sisters, aged 3 and 9 years, had Wilson disease.",
    "A 9-year-old girl and her 3-year-old brother had Wilson disease.",
    "We report on a 9-year-old boy and his 3-year-old brother with Wilson disease.",
]


@pytest.mark.parametrize("text", FAMILY)
def test_siblings_told_at_once_are_a_patient_each(story_of: StoryOf, text: str) -> None:
    """Ages in a row, or an age and a relative's beside it, are patients of their own."""
    assert sorted(age for age, _, _ in told(story_of(text)) if age) == [3, 9]


def test_the_elder_and_the_younger_are_known_by_their_ages(story_of: StoryOf) -> None:
    """A sentence that begins with "the elder sister" tells of the older patient; what all had is everyone's."""
    story = story_of(
        "Two sisters, 3 and 9 years old, had Wilson disease. The elder sister was given penicillamine. "
        "The younger one was given zinc. Both received vitamins. They improved."
    )
    assert [line.patient for line in story.lines] == [None, 2, 1, None, None]
    assert [line.everyone for line in story.lines] == [True, False, False, True, True]


def test_the_girl_is_the_one_girl(story_of: StoryOf) -> None:
    """ "The girl" tells of the one girl among the patients, whoever was told of last; of two it tells of neither."""
    first = story_of("A 9-year-old girl and her 3-year-old brother had a rash. The girl was well. The boy was ill.")
    assert whose(first) == [None, 1, 2]
    second = story_of("Two sisters, 3 and 9 years old, had a rash. The girl was well.")
    assert whose(second) == [None, None]


def test_an_unrelated_patients_sister_is_no_patient(story_of: StoryOf) -> None:
    """A relative without an age beside the patient's, or one who is healthy, makes no case."""
    story = story_of("A 9-year-old girl had a rash. Her 3-year-old brother was healthy. She was given zinc.")
    assert told(story) == [(9, "year", "female")]


def test_animals_are_no_patients(story_of: StoryOf) -> None:
    """A veterinary report has no patient, neither by age nor as "the patient"."""
    assert (
        told(story_of("A 4-year-old beagle bitch had fever. The patient was given doxycycline. She recovered.")) == []
    )


SHARED_OUT = [
    "The two sisters had rickets and gout, respectively.",
    "Both sisters were ill, the one with rickets, the other with gout.",
    "A third of all children received zinc.",
    "Both were given zinc except the taller girl, who declined it.",
    "Both received zinc, but one vomited it.",
]


@pytest.mark.parametrize("sentence", SHARED_OUT)
def test_what_is_shared_out_is_not_everyones(story_of: StoryOf, sentence: str) -> None:
    """ "A and B, respectively" tells of neither patient what it tells of the other."""
    story = story_of(f"Two sisters, 3 and 9 years old, were seen. {sentence}")
    assert [line.everyone for line in story.lines] == [True, False]


def test_a_row_of_ages_is_not_shared_out(story_of: StoryOf) -> None:
    """Ages told "respectively" share out nothing but the ages."""
    story = story_of("Two women aged 30 and 41 years, respectively, were given zinc.")
    assert [line.everyone for line in story.lines] == [True]


@pytest.mark.parametrize("sentence", ["Each child received zinc.", "All three were given zinc.", "Each had zinc."])
def test_what_each_had_is_everyones(story_of: StoryOf, sentence: str) -> None:
    """ "All three" and "each child" are all of the patients."""
    story = story_of(f"Three brothers, 4, 7 and 9 years old, had a rash. {sentence}")
    assert [line.everyone for line in story.lines] == [True, True]


def test_the_eldest_needs_no_noun(story_of: StoryOf) -> None:
    """A sentence that begins with "the eldest" or "the younger" and goes on with a verb tells of that patient."""
    story = story_of(
        "Two brothers, 4 and 7 years old, had a rash. The elder was shy. The youngest later underwent biopsy."
    )
    assert whose(story) == [None, 2, 1]


def test_she_is_not_a_man(story_of: StoryOf) -> None:
    """Behind a sentence about a man's wife what "she" got is not his; what he got then is."""
    story = story_of(
        "A 44-year-old man had scabies. His wife, a 39-year-old cook, itched. She got ivermectin. He did well."
    )
    assert told(story) == [(44, "year", "male")]
    assert whose(story)[2:] == [None, 1]


def test_a_donor_is_no_patient(story_of: StoryOf) -> None:
    """A relative told of beside the patient is one too only where both are ill."""
    story = story_of("A 23-year-old woman and her 51-year-old mother donated marrow. She received busulfan.")
    assert told(story) == [(23, "year", "female")]
    story = story_of("A 23-year-old woman and her 51-year-old mother had gout.")
    assert [age for age, _, _ in told(story)] == [23, 51]


@pytest.mark.parametrize(
    "child",
    [
        "Her baby, 3 weeks old, remained well.",
        "Her 3-week-old baby was healthy.",
        "The son, aged 3, is in good health.",
    ],
)
def test_a_healthy_child_is_no_patient(story_of: StoryOf, child: str) -> None:
    """The patient is the mother who fell ill, though only her child's age is told."""
    story = story_of(f"A woman presented with measles. She was given vitamin A. {child}")
    assert told(story) == [(None, None, "female")]


def test_a_child_that_was_well_until_it_fell_ill_is_a_patient(story_of: StoryOf) -> None:
    """Health that ended makes no child a bystander."""
    assert told(story_of("A baby, 3 weeks old, was well until May. It then had a fever."))[0][:2] == (3, "week")
