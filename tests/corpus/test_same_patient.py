"""Whether two reports tell of the same patient: people, places, ages, conditions and dates."""

from __future__ import annotations

import pytest

from corpus.patients import PatientMention
from corpus.same_patient import (
    Profile,
    Rarity,
    Vocabulary,
    author_key,
    common_authors,
    common_patients,
    compare,
    profile,
    sharing_scarce_words,
)
from tests.fakes import make_report

CASE = "# Case report\n\nA {} was admitted to {} in {}. A rash was seen. The patient recovered."
AUTHORS = ("Ann Baker", "Carl Dyer", "Eve Fowler")
TITLE = "Vesicular rash with zinc poisoning"


def made(
    report_id: str = "a",
    who: str = "34-year-old woman",
    where: str = "Saint Mary's Hospital",
    when: str = "March 2014",
    title: str = TITLE,
    authors: tuple[str, ...] = AUTHORS,
    **facts: object,
) -> Profile:
    report = make_report(CASE.format(who, where, when), title, authors=authors, **facts)
    return profile(report_id, report, Vocabulary())


def reasons(one: Profile, other: Profile) -> tuple[str, ...] | None:
    return compare(one, other, Rarity.among([one.title_words, other.title_words]))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ann Baker", "baker a"),
        ("Baker, Ann", "baker a"),
        ("Baker AB", "baker a"),
        ("Baker A.B.", "baker a"),
        ("A. B. Baker", "baker a"),
        ("Anna-Maria Müller", "muller a"),
        ("van der Berg, Jan", "berg j"),
        ("Jan van der Berg", "berg j"),
        ("Plato", "plato"),
        ("", None),
        ("—", None),
    ],
)
def test_a_name_is_known_in_every_order(name: str, key: str | None) -> None:
    """Family name and first initial identify an author however the source writes the name."""
    assert author_key(name) == key


def test_a_profile_holds_what_is_compared() -> None:
    """Authors, centre, patient, date and title words are read once."""
    known = made(affiliations=("Department of Skin, Royal Dermatology Institute, London",))
    assert list(known.authors) == ["baker a", "dyer c", "fowler e"]
    assert {"saint mary s hospital", "royal dermatology institute"} <= known.centres.keys()
    assert [str(patient) for patient in known.patients] == ["34-year-old woman"]
    assert known.dates == {(2014, 3)}
    assert {"vesicular", "rash"} <= known.title_words


def test_a_patient_of_the_title_counts() -> None:
    """The title may state the patient though it is no part of the text."""
    report = make_report("# Case report\n\nA rash was seen.", "Zinc poisoning in a 34-year-old woman")
    assert [str(patient) for patient in profile("a", report, Vocabulary()).patients] == ["34-year-old woman"]


def test_a_report_of_many_patients_has_one_of_any_age() -> None:
    """A series of more than ten patients is not compared by age."""
    many = " ".join(f"A {20 + at}-year-old man fell." for at in range(11))
    assert profile("a", make_report(f"# Cases\n\n{many}"), Vocabulary()).patients == ()


def test_the_same_patient_twice() -> None:
    """Authors, age and sex, condition, centre and date agree: each is told as a reason."""
    found = reasons(made("a"), made("b", title="Zinc poisoning and a vesicular rash"))
    assert found == (
        "both titles name poisoning, rash, vesicular, zinc",
        "both come from Saint Mary's Hospital",
        "both tell of 2014-03",
    )


@pytest.mark.parametrize(
    "other",
    [
        {"who": "35-year-old woman"},
        {"who": "34-year-old man"},
        {"who": "34-year-old patient"},
        {"title": "Fracture of the elbow in a climber", "when": "2014"},
        {"when": "May 2009"},
        {"authors": ("Guy Hunter",), "where": "Saint Jude's Hospital"},
        {"authors": ("Guy Hunter", "Eve Fowler"), "where": "Saint Jude's Hospital"},
    ],
    ids=["age", "sex", "no sex", "condition", "year", "strangers", "one common author, not the first"],
)
def test_what_tells_two_patients_apart(other: dict[str, object]) -> None:
    """Another age, sex, condition, year or team: nothing is suspected."""
    assert reasons(made("a"), made("b", **other)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        {"authors": ("Ann Baker",), "where": "our hospital"},
        {"authors": ("Eve Fowler", "Carl Dyer"), "where": "our hospital"},
        {"authors": ()},
        {"authors": ("Guy Hunter",)},
        {"when": "the evening"},
    ],
    ids=["first author", "two authors", "centre, no authors", "centre, other authors", "no date"],
)
def test_what_is_enough_for_a_suspicion(other: dict[str, object]) -> None:
    """The first author, two authors or the centre connect two reports; a date may be missing."""
    assert reasons(made("a"), made("b", **other)) is not None  # type: ignore[arg-type]


def test_common_words_name_no_condition() -> None:
    """ "A rare case of acute disease" and words that half of all titles have do not connect two reports."""
    titles = ["A rare case of acute disease", "Rare presentation of a chronic disease: case report"]
    assert reasons(*(made(name, title=title, when="2014") for name, title in zip("ab", titles, strict=True))) is None
    crowd = [made(str(at)) for at in range(400)]
    assert Rarity.among(each.title_words for each in crowd).telling({"zinc", "rash"}) == []


def test_the_rarest_words_of_a_title() -> None:
    """Words that stand in one title only connect nothing; the others come rarest first."""
    profiles = [made("a", title="zinc rash baker"), made("b", title="zinc rash"), made("c", title="zinc fever")]
    assert Rarity.among(each.title_words for each in profiles).rarest(profiles[0].title_words, 2) == ["rash", "zinc"]


def test_common_authors_and_patients_keep_the_order_of_the_first() -> None:
    """What two reports share is given as the first report has it."""
    one = made("a")
    other = made("b", authors=("Fowler E", "Dyer, Carl"))
    assert common_authors(one, other) == ["dyer c", "fowler e"]
    assert common_patients(one, other) == list(one.patients)
    assert isinstance(one.patients[0], PatientMention)


def scarce(*texts: str) -> dict[tuple[str, str], tuple[str, ...]]:
    vocabulary = Vocabulary()
    profiles = [profile(f"r{at}", make_report(f"# Case\n\n{text}"), vocabulary) for at, text in enumerate(texts)]
    filler = ("Case: a woman of one year or more had been well before and recovered after some weeks.",) * 8
    for text in filler:
        vocabulary.take(text)
    return sharing_scarce_words(profiles, vocabulary)


def test_reworded_texts_about_one_patient() -> None:
    """An abstract and a case section in other words share the patient and the words that few reports use."""
    found = scarce(
        "A 34-year-old woman had lupus with calcinosis, panniculitis and livedo under rituximab.",
        "Rituximab was given to a 34-year-old woman. Livedo, panniculitis and calcinosis receded; lupus did not.",
        "A 34-year-old woman broke her elbow while climbing; plates were removed.",
    )
    assert list(found) == [("r0", "r1")]
    assert {"rituximab", "calcinosis", "livedo", "panniculitis"} <= set(found["r0", "r1"])


def test_another_patient_with_the_same_disease() -> None:
    """The same words about a patient of another age or sex make no suspicion."""
    text = "A {} had lupus with calcinosis, panniculitis and livedo under rituximab."
    assert scarce(text.format("34-year-old woman"), text.format("61-year-old man")) == {}


def test_words_of_one_stem_count_once() -> None:
    """Four forms of one word are one thing in common."""
    one = "A 34-year-old woman had cryptococcus, cryptococcal, cryptococcosis and cryptococcemia."
    assert scarce(one, one + " It was so.") == {}


def test_a_vocabulary_counts_texts_not_words() -> None:
    """A word used often in one text is still scarce."""
    vocabulary = Vocabulary()
    numbers = vocabulary.take("zinc " * 50 + "iron")
    assert vocabulary.spelled(vocabulary.scarce(numbers)) == ["zinc", "iron"]
    for _ in range(6):
        vocabulary.take("zinc")
    assert vocabulary.spelled(vocabulary.scarce(numbers)) == ["iron"]
