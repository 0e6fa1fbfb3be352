"""Patients by age and sex, and where and when they came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.admissions import admissions, centres
from corpus.model import Report
from corpus.patients import PatientMention, mentions, patients, stated
from tests.fakes import make_report


def only(text: str) -> PatientMention:
    found = list(mentions(text))
    assert len(found) == 1, [mention.span.of(text) for mention in found]
    return found[0]


def report(case: str, **sections: str) -> Report:
    parts = [f"# Case report\n\n{case}", *(f"# {name.title()}\n\n{text}" for name, text in sections.items())]
    return make_report("\n\n".join(parts))


@pytest.mark.parametrize(
    ("text", "age", "unit", "sex"),
    [
        ("A 34-year-old woman presented with fever.", 34, "year", "female"),
        ("A 34‐year‐old previously healthy man presented.", 34, "year", "male"),
        ("a 7 years old boy", 7, "year", "male"),
        ("A 6-month-old girl was brought in.", 0.5, "month", "female"),
        ("An 18 month old male infant", 1.5, "month", "male"),
        ("A twenty-one-year-old lady came.", 21, "year", "female"),
        ("A three-week-old male neonate", 3 / 52.18, "week", "male"),
        ("A 2-day-old newborn boy", 2 / 365.25, "day", "male"),
        ("A man aged 45 years came.", 45, "year", "male"),
        ("A woman, aged 81, was seen.", 81, "year", "female"),
        ("A female patient, 65 years old, was seen.", 65, "year", "female"),
        ("A boy 14 years of age fell.", 14, "year", "male"),
        ("a 52 y/o male smoker", 52, "year", "male"),
        ("a 52 yo female smoker", 52, "year", "female"),
        ("The patient was 45 years old. She was a nurse.", 45, "year", "female"),
        ("A 2.5-year-old girl", 2.5, "year", "female"),
        ("A 2½-year-old girl", 2.5, "year", "female"),
        ("A30-year-old man came to us.", 30, "year", "male"),
        ("A 25-year-oldmale patient was treated.", 25, "year", "male"),
        ("A 45-year-old women with pain", 45, "year", "female"),
    ],
)
def test_an_age_and_sex_are_read(text: str, age: float, unit: str, sex: str) -> None:
    """An age is given in years whatever its unit, with the sex that the nearest words tell."""
    found = only(text)
    assert found.age == pytest.approx(age, rel=1e-3)
    assert (found.unit, found.sex) == (unit, sex)


def test_a_patient_without_a_sex_is_still_a_patient() -> None:
    """Where no word tells the sex, it is None."""
    assert only("A 40-year-old patient with hypertension underwent surgery.").sex is None


@pytest.mark.parametrize(
    "text",
    [
        "She had been diagnosed at the age of 19 years.",
        "Since the age of 12 years he had had seizures.",
        "Patients aged 18 to 65 years were included.",
        "patients aged 18–65 years",
        "adults aged 18 years or older",
        "Women over 50 years of age were asked.",
        "The mean age was 45 years.",
        "a median age of 61 years",
        "mean (SD) age 57.2 (6.3) years",
        "20-year-old men and women were compared",
        "10-week-old mice were bred",
        "His 60-year-old father had diabetes.",
        "Her 8-year-old sister was well.",
        "a 10-year history of diabetes",
        "The patient came 3 years ago.",
        "in her forties",
        "children younger than 5 years of age",
        "78 of them are 25 years old or less",
        "a 300-year-old hospital",
        "A scan showed a 27 week, 3 day old fetus.",
        "a 2-week-old growing mass of the thumb",
        "a 2-month-old elbow dislocation",
        "A neglected 3-week-old right femoral neck fracture was nailed.",
        "Her 10-year-old vein graft was open.",
        "a 5-year-old history of gout",
    ],
)
def test_what_is_no_age_of_a_patient(text: str) -> None:
    """Dates of earlier events, groups, means, relatives and durations are no patients."""
    assert [mention.span.of(text) for mention in mentions(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "A 34-year-old kidney transplant recipient came.",
        "A 52-year-old stroke survivor fell.",
        "A 6-month-old with a mass of the neck was seen.",
        "A 9-year-old sustained an elbow fracture.",
        "A 40-year-old, injury of the knee",
        "A 4-year-old girl fracture clinic",
    ],
)
def test_a_patient_beside_a_thing_is_a_patient(text: str) -> None:
    """A lesion behind a verb, a preposition or a comma, and one that names the person, leave the age the patient's."""
    assert only(text).age


def test_beside_an_adult_a_lesser_age_needs_a_person() -> None:
    """Where a woman of 36 is told of, the age of a thing no list has is none; a newborn's and a boy's are."""
    read = report(
        "A 36-year-old woman came with a 3-day-old bandage. The infant was 2 days old. The boy is 4 years old."
    )
    assert [patient.span.of(read.text) for patient in patients(read)] == [
        "36-year-old woman",
        "2 days old",
        "4 years old",
    ]
    alone = report("A 3-day-old was brought in with jaundice.")
    assert [patient.age for patient in patients(alone)] == [pytest.approx(3 / 365.25)]


def test_a_mother_can_be_the_patient() -> None:
    """Only a relative who belongs to somebody is passed over."""
    assert only("A 34-year-old mother of two presented with jaundice.").sex == "female"


def test_the_span_reaches_to_the_noun() -> None:
    """The span shows age and noun where they stand together, else the age alone."""
    text = "A 34-year-old healthy woman fell. Another patient was 45 years old. He rose."
    assert [mention.span.of(text) for mention in mentions(text)] == ["34-year-old healthy woman", "45 years old"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a 34-year-old woman", "34-year-old woman"),
        ("a 34-year-old man", "34-year-old man"),
        ("a 6-month-old girl", "6-month-old girl"),
        ("a 12-year-old male", "12-year-old boy"),
        ("a 12-year-old patient", "12-year-old patient"),
        ("a 2.5-year-old boy", "2.5-year-old boy"),
    ],
)
def test_a_mention_reads_as_a_person_would_say_it(text: str, said: str) -> None:
    """``str`` gives age, unit and noun."""
    assert str(only(text)) == said


def test_the_same_person_in_another_unit() -> None:
    """18 months and one and a half years agree; another age, another sex and an unknown sex do not."""
    months, years = only("an 18-month-old boy"), only("a 1.5-year-old boy")
    assert months.same_person(years)
    assert years.same_person(months)
    assert not months.same_person(only("an 18-month-old girl"))
    assert not only("a 34-year-old man").same_person(only("a 35-year-old man"))
    assert not only("a 34-year-old patient").same_person(only("a 34-year-old man"))


def test_each_patient_is_given_once() -> None:
    """A patient stated again, or once without the sex, is one patient; the first place is kept."""
    found = patients(
        report(
            "A 34-year-old woman fell. The 34-year-old patient rose. A 50-year-old man fell. The 34-year-old woman ran."
        )
    )
    assert [str(patient) for patient in found] == ["34-year-old woman", "50-year-old man"]
    assert found[0].span.start < found[1].span.start


def test_only_the_reports_own_patients_count() -> None:
    """Patients of the discussion, of others' papers and of the reference list are not the report's."""
    found = patients(
        report(
            "A 34-year-old woman fell. Smith et al. described a 70-year-old man.",
            discussion="A 61-year-old man has been described.",
            references="1. A 45-year-old man with a fall. J Falls 2010.",
        )
    )
    assert [str(patient) for patient in found] == ["34-year-old woman"]


def test_spans_are_in_the_reports_text() -> None:
    """A span of a patient is a slice of the normalised text."""
    read = report("Some words before. A 34-year-old\nwoman fell.")
    assert [patient.span.of(read.text) for patient in patients(read)] == ["34-year-old woman"]


def test_where_and_when_a_patient_came() -> None:
    """An admission gives centre, year and month, and the sentence that states them."""
    read = report("A 34-year-old woman was admitted to Saint Mary's General Hospital in March 2014. She left on foot.")
    (found,) = admissions(read)
    assert found.centre is not None
    assert found.centre.of(read.text) == "Saint Mary's General Hospital"
    assert (found.year, found.month) == (2014, 3)
    assert found.span.of(read.text).endswith("in March 2014.")


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("He was admitted on 3 Sept 2009.", (2009, 9)),
        ("He was admitted on May 3rd, 2009.", (2009, 5)),
        ("In 1998, he presented with pain.", (1998, None)),
    ],
)
def test_dates_of_admission(sentence: str, date: tuple[int, int | None]) -> None:
    """Month names may be short; a year alone has no month."""
    (found,) = admissions(report(sentence))
    assert (found.year, found.month, found.centre) == (*date, None)


@pytest.mark.parametrize(
    "sentence",
    [
        "The hospital was founded in 1998.",
        "Jones et al. admitted a patient in 1998.",
        "He was admitted with pain.",
        "He received 2000 mg of it after he presented.",
    ],
)
def test_what_is_no_admission(sentence: str) -> None:
    """A date without an arrival, others' patients, an arrival without place and date."""
    found = admissions(report(sentence))
    assert [admission.centre for admission in found] == [] or sentence.startswith("He received")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Department of Surgery, Habsburg University Hospital, Vienna", "habsburg university hospital"),
        ("Institute of Tropical Medicine", "institute of tropical medicine"),
        ("Mayo Clinic, Rochester", "mayo clinic"),
    ],
)
def test_centres_by_their_bare_words(text: str, named: str) -> None:
    """A centre is known by its words without case and marks."""
    assert any(key.startswith(named.split()[0]) or named in key for key in centres(text))


@pytest.mark.parametrize(
    "text", ["our hospital", "the University Hospital", "Emergency Department of the Hospital", ""]
)
def test_a_hospital_without_a_name_is_no_centre(text: str) -> None:
    """Words that many centres share name none of them."""
    assert centres(text) == {}


@given(st.text(alphabet="a1 -year old woman man,.\n(0–½", max_size=120))
def test_any_text_gives_spans_inside_it(text: str) -> None:
    """Whatever the text, every mention is a slice of it and no older than people become."""
    for mention in mentions(text):
        assert mention.span.of(text)
        assert 0 <= mention.age <= 120


@given(st.integers(1, 99), st.sampled_from(["woman", "man"]), st.text(max_size=30))
def test_a_plain_statement_is_always_found(age: int, noun: str, before: str) -> None:
    """ "A N-year-old woman" after a full stop is found whatever stands before."""
    text = f"{before}. Here: a {age}-year-old {noun} presented."
    assert any(mention.age == age for mention in mentions(text))


@pytest.mark.parametrize(
    ("text", "age", "unit", "sex"),
    [
        ("A two and a half year old girl fell.", 2.5, "year", "female"),
        ("A 3 1/2-year-old boy fell.", 3.5, "year", "male"),
        ("An 8-month male infant vomited.", 8, "month", "male"),
        ("A 57-year adult male fell.", 57, "year", "male"),
        ("A 16-year-9-month-old girl fell.", 16, "year", "female"),
        ("A 58/M presented.", 58, "year", "male"),
        ("A lady of 71 years fell.", 71, "year", "female"),
        ("A man, age 61, fell.", 61, "year", "male"),
        ("A 4-year-old child, whose mother had gout, fell. He cried.", 4, "year", "male"),
    ],
)
def test_ages_in_other_wordings(text: str, age: float, unit: str, sex: str) -> None:
    """Halves, months beside years, an age right before a sex, and letters are read; a parent's sex is not a child's."""
    found = only(text)
    assert (str(found.unit), found.sex) == (unit, sex)
    assert found.age == pytest.approx(age / {"year": 1, "month": 12}[unit])


@pytest.mark.parametrize(
    "text",
    [
        "A male newborn was born to a healthy 30-year-old mother.",
        "The mother, aged 30, was healthy.",
        "She was delivered at term (39 weeks old).",
        "A woman, 23 weeks pregnant, fell.",
        "One day old, her condition was good.",
    ],
)
def test_ages_of_mothers_and_pregnancies_are_no_patients(text: str) -> None:
    """A mother's age, the weeks of a pregnancy, and an age that dates what follows state nobody."""
    assert list(mentions(text)) == []


def test_every_statement_of_a_patient_is_kept_together() -> None:
    """Statements of one age and sex are one patient's; one without a sex goes with that of its age."""
    read = report("A 61-year-old man fell. Our 61-year-old patient died. A 52-year-old woman fell.")
    assert [[mention.age for mention in each] for each in stated(read)] == [[61, 61], [52]]
    assert [mention.sex for mention in patients(read)] == ["male", "female"]


def test_patients_of_other_authors_and_of_cited_titles_are_not_stated() -> None:
    """ "Petrov reported a …" and a title with its journal and year tell of others' patients."""
    read = report(
        "A 61-year-old man fell. Petrov and Lindqvist reported a 44-year-old woman. "
        "Moreau P. Gout in a 13-year-old girl. J Joints. 2011; 4: 3-9."
    )
    assert [mention.age for mention in patients(read)] == [61]


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("A woman of 31 presented with gout.", 31, "female"),
        ("A girl of 9 was brought in.", 9, "female"),
        ("We saw a man of sixty-one, previously well.", 61, "male"),
        ("A boy of 6 months had a cough.", 0.5, "male"),
        ("Woman, 31, with gout.", 31, "female"),
        ("A previously well man, 77, fell at home.", 77, "male"),
        ("A 31F with gout was seen.", 31, "female"),
        ("A patient aged 31 had gout.", 31, None),
    ],
)
def test_a_number_behind_a_person_is_an_age_without_its_unit(text: str, age: float, sex: str | None) -> None:
    """ "A woman of 31" and "Woman, 31," tell an age in years; so does "31F"."""
    found = only(text)
    assert (found.age, found.sex) == (age, sex)


@pytest.mark.parametrize(
    "text",
    [
        "A group of 31 was studied.",
        "A woman of 31 weeks' gestation came.",
        "A woman of 28 weeks was admitted.",
        "A man of 61 kg fell.",
        "A woman of 4, with two miscarriages, came.",
        "A man of 45 or more is at risk.",
        "Three women of 31, 35 and 40 came.",
        "A woman in her fifties fell.",
        "A woman, 3 days earlier, had fallen.",
        "In one patient, 5, 6 and 7 were negative.",
        "A catheter of 24F with a balloon was used.",
        "A woman of 31.5 kg/m2 came.",
    ],
)
def test_a_number_that_counts_or_measures_something_is_no_age(text: str) -> None:
    """Weeks of a pregnancy, kilograms, bounds and the rest of a list are nobody's age; "her fifties" is not exact."""
    assert list(mentions(text)) == []
