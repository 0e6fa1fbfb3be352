"""Whether a report is on the question: by its own words about its own patient."""

from __future__ import annotations

import pytest

from corpus.model import Report
from corpus.readers.text import TextReader
from search_api.answering.coverage import NO_WORD, Coverage, Studied, cover, known_to, other_names, wordings
from search_api.answering.question import Facet

BACKGROUND = "Introduction\n\nThis condition is rare. Little is known of it.\n\n"


def read(text: str) -> Report:
    """``text`` as the text reader reads it."""
    report = next(TextReader().read(text.encode(), "made.txt")).report
    assert report is not None
    return report


def rarity(term: str) -> float:
    """Longer words are rarer: weights that a reader of these tests can follow."""
    return float(len(term))


def covering(facet: str | Facet, text: str, known: dict[str, str] | None = None, *, withheld: bool = False) -> Coverage:
    """How the report ``text`` covers ``facet``."""
    studied = Studied("r", read(text))
    asked = facet if isinstance(facet, Facet) else Facet(facet)
    return cover(studied, wordings(asked, known_to(studied, known or {}), rarity), withheld=withheld)


def case(sentence: str) -> str:
    """A report whose case holds ``sentence``."""
    return f"{BACKGROUND}Case report\n\nA 40-year-old woman was admitted. {sentence} She went home.\n"


def test_a_case_that_names_the_condition_covers_it() -> None:
    """The plain case, in whatever number the words come."""
    assert covering("renal abscess", case("Two renal abscesses were found.")).degree == 2


def test_words_scattered_over_the_report_do_not_cover() -> None:
    """One sentence must hold the phrase."""
    text = case("The renal function was normal. An abscess of the foot was seen.")
    assert covering("renal abscess", text).degree == 0


def test_the_heaviest_word_must_be_there() -> None:
    """A phrase without its rarest word is another phrase."""
    assert covering("syphilitic aortitis disease", case("A disease of the aorta, aortitis, was found.")).degree == 0


def test_a_light_word_may_be_missing() -> None:
    """Three quarters of the weight are enough."""
    assert covering("Langerhans histiocytosis skin", case("Langerhans histiocytosis was found.")).degree == 2


def test_a_word_of_extent_may_be_missing_and_is_told() -> None:
    """Generalised or not, it is the condition: covered in part."""
    assert covering("generalised morphea", case("Morphea was found.")).degree == 1
    assert covering("generalised morphea", case("Generalised morphea was found.")).degree == 2


def test_a_word_of_extent_alone_covers_nothing() -> None:
    """How far is not what."""
    assert covering("generalised morphea", case("Generalised weakness was found.")).degree == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "There was no evidence of leprosy.",
        "Her mother had leprosy.",
        "She denied any exposure to leprosy.",
        "The smear was negative for leprosy.",
    ],
)
def test_what_is_ruled_out_or_in_the_family_does_not_cover(sentence: str) -> None:
    """Only what the patient has counts."""
    text = case(sentence)
    found = covering("leprosy", text)
    assert found.mentions
    assert found.degree == 0


def test_a_mention_before_the_negation_counts() -> None:
    """The negation reaches forward only."""
    assert covering("leprosy", case("Leprosy was diagnosed without delay.")).degree == 2


def test_a_turn_of_the_sentence_ends_the_negation() -> None:
    """ "No malaria, but leprosy" is leprosy."""
    text = case("There was no malaria; but leprosy was confirmed.")
    assert covering("leprosy", text).degree == 2
    assert covering("malaria", text).degree == 0


@pytest.mark.parametrize("section", ["Introduction", "Discussion", "Conclusion"])
def test_background_does_not_cover(section: str) -> None:
    """A condition that only the background names is not this patient's."""
    text = f"{case('Scurvy was found.')}\n{section}\n\nScurvy is seen with leprosy, alcoholism and other diseases.\n"
    found = covering("leprosy", text)
    assert found.degree == 0
    assert found.mentions


def test_the_own_patient_in_the_discussion_covers() -> None:
    """A discussion that says it of its patient counts."""
    text = f"{case('Nodules were found.')}\nDiscussion\n\nOur patient had leprosy.\n"
    assert covering("leprosy", text).degree == 2


def test_a_list_in_the_abstract_does_not_cover() -> None:
    """Naming the diseases in which something occurs says nothing of this patient."""
    listing = "Abstract\n\nCalcinosis occurs in many diseases, such as leprosy, scurvy and gout.\n\n"
    assert covering("leprosy", listing + case("Scurvy was found.")).degree == 0


def test_the_title_covers() -> None:
    """What the title names is what the report is about."""
    found = covering("leprosy", "Leprosy in a sailor: a case report\n\n" + case("Nodules were found."))
    assert found == Coverage(2, True, found.mentions)


@pytest.mark.parametrize("words", ["Sarcoidosis mimicking leprosy", "Sarcoidosis masquerading as leprosy"])
def test_what_the_title_says_it_only_looked_like_does_not_cover(words: str) -> None:
    """A mimic is the other disease."""
    text = f"{words}: a case report\n\n" + case("Granulomas were found.")
    assert covering("sarcoidosis", text).degree == 2
    assert covering("leprosy", text).degree == 0


def test_a_short_form_defined_in_the_report_covers_its_long_form() -> None:
    """ "DVT" is deep vein thrombosis where the report says so, and the other way about."""
    text = case("A deep vein thrombosis (DVT) was found. The DVT was in the left leg.")
    assert len(covering("deep vein thrombosis", text).mentions) == 2
    assert len(covering("DVT", text).mentions) == 2


def test_a_definition_in_another_candidate_serves() -> None:
    """A report that only ever writes the short form is found by the long one."""
    text = case("A DVT was found.")
    assert covering("deep vein thrombosis", text).degree == 0
    assert covering("deep vein thrombosis", text, {"DVT": "deep vein thrombosis"}).degree == 2


def test_a_reports_own_definition_wins() -> None:
    """MS is mitral stenosis in a report that says so, whatever others mean by it."""
    text = case("Mitral stenosis (MS) was found. The MS was severe.")
    assert covering("multiple sclerosis", text, {"MS": "multiple sclerosis"}).degree == 0


def test_an_abbreviation_inside_a_phrase_is_spelled_out() -> None:
    """ "DVT of the arm" meets "deep vein thrombosis of the arm"."""
    text = case("Deep vein thrombosis (DVT) of the arm was found.")
    assert covering("arm DVT", text.replace(" (DVT)", ""), {"DVT": "deep vein thrombosis"}).degree == 2


def test_a_quoted_phrase_must_stand_as_it_is() -> None:
    """Word for word, in order."""
    text = case("A mass in the left lung was found.")
    assert covering(Facet("left lung", exact=True), text).degree == 2
    assert covering(Facet("lung mass", exact=True), text).degree == 0
    assert covering(Facet("lung mass"), text).degree == 2


def test_a_treatment_withheld_does_not_cover_unless_asked_for() -> None:
    """A report in which a drug was precluded is no report of its use, but one of its adverse effects."""
    text = case("Penicillin was precluded by an allergy.")
    assert covering("penicillin", text).degree == 0
    assert covering("penicillin", text, withheld=True).degree == 2


def long_case(sentence: str) -> str:
    """A case of more than a dozen sentences, of which ``sentence`` is one."""
    filler = " ".join(f"On day {day} she walked {day} metres." for day in range(2, 20))
    return case(f"{sentence} {filler}")


def test_a_condition_in_passing_is_not_central() -> None:
    """One word of the past history in a long case is not what the report is about."""
    found = covering("hypertension", long_case("Her past medical history included hypertension."))
    assert found.degree == 2
    assert not found.central


@pytest.mark.parametrize(
    "sentence",
    [
        "A diagnosis of leprosy was made.",
        "Leprosy was seen. The leprosy was old. Leprosy again.",
        "Dapsone leprosy therapy was started, with dapsone tablets.",
    ],
)
def test_a_condition_diagnosed_treated_or_often_named_is_central(sentence: str) -> None:
    """What the case diagnoses, treats or keeps coming back to."""
    assert covering("leprosy", long_case(sentence)).central


def test_a_report_that_never_says_it_has_no_mention() -> None:
    """Nothing found is nothing claimed."""
    assert covering("leprosy", case("Scurvy was found.")) == Coverage(0, False, frozenset())


@pytest.mark.parametrize(
    ("facet", "sentence", "degree"),
    [
        ("hepatitis B", "Hepatitis B was found.", 2),
        ("hepatitis B", "Hepatitis C was found.", 0),
        ("hepatitis B", "Hepatitis was found.", 0),
        ("type 1 diabetes", "Diabetes of type I was found.", 2),
        ("type 1 diabetes", "Type 2 diabetes was found.", 0),
        ("Whipple's disease", "Whipple's disease was found.", 2),
        ("Whipple's disease", "A Whipple procedure was done.", 0),
        ("severe heart disease", "Heart failure was found.", 0),
    ],
)
def test_what_parts_two_conditions_must_be_there(facet: str, sentence: str, degree: int) -> None:
    """A letter, a number, or the disease of a name weighs little and decides: without it, it is another condition."""
    assert covering(facet, case(sentence)).degree == degree


def test_an_abbreviated_virus_stands_for_its_letter() -> None:
    """HBV is hepatitis B wherever that is asked for; HCV is not."""
    known = {"HBV": "hepatitis B virus", "HCV": "hepatitis C virus"}
    assert covering("hepatitis B flare", case("HBV flare was found."), known).degree == 2
    assert covering("hepatitis B flare", case("HCV flare was found."), known).degree == 0


def test_a_facet_has_so_many_wordings_at_most() -> None:
    """Each short form in it could stand for its long one: the work for one facet is bounded all the same."""
    known = {f"QX{number}": f"quick sign{number}" for number in range(200)}
    assert len(wordings(Facet(" ".join(known)), known, rarity)) == 60
    assert len(wordings(Facet("QX1 in QX2"), known, rarity)) == 3


@pytest.mark.parametrize(
    ("facet", "sentence", "degree"),
    [
        ("Remicade", "She received infliximab.", 2),
        ("infliximab", "She received Remicade.", 2),
        ("heart attack", "She had a myocardial infarction.", 2),
        ("antivenom", "Anti-venom was given to her.", 2),
        ("heart attack", "She had an infarction of the skin, and myocardial biopsy was done.", 0),
        ("surgery", "General surgery was seen.", 2),
    ],
)
def test_another_name_of_the_same_thing_covers(facet: str, sentence: str, degree: int) -> None:
    """A brand for its drug, one name of an illness for another; its words must stand there one after another."""
    studied = Studied("r", read(case(sentence)))
    others = other_names(facet, lambda term: 99.0 if term == NO_WORD else rarity(term))
    needles = wordings(Facet(facet), {}, rarity, others=others)
    assert cover(studied, needles).degree == degree


def test_names_that_no_report_can_hold_and_short_forms_are_not_looked_for() -> None:
    """Only what the index has; what a short form stands for the reports say."""

    def weight(term: str) -> float:
        return 1.0 if term in ("infliximab", "remicade", "remsima") else 9.0

    assert other_names("Remicade", weight) == (("Remicade", "infliximab"), ("Remicade", "remsima"))
    assert other_names("GBS", rarity) == ()
