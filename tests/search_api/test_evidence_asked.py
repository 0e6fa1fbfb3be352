from __future__ import annotations

import pytest

from corpus.errors import UsageError
from corpus.terminology.terminology import shipped
from search_api.evidence.asked import Wanted, is_treatment, named, sense

SENSES: list[tuple[str, list[str], list[str], list[str]]] = [
    ("treatments tried for granuloma annulare in diabetes", ["granuloma annulare"], ["diabetes"], []),
    ("dapsone in granuloma annulare", ["granuloma annulare"], [], ["dapsone"]),
    ("dapsone and isotretinoin for granuloma annulare", ["granuloma annulare"], [], ["dapsone", "isotretinoin"]),
    ("granuloma annulare in patients with HIV treated with dapsone", ["granuloma annulare"], ["HIV"], ["dapsone"]),
    ("oral methotrexate therapy for morphea", ["morphea"], [], ["oral methotrexate"]),
    ("excision of granuloma annulare", ["granuloma annulare"], [], ["excision"]),
    ("treatment of rituximab-induced serum sickness", ["rituximab", "serum sickness"], [], []),
    ("stroke after renal transplantation", ["stroke", "renal transplantation"], [], []),
    ("outcome of steroids in IgG4-related disease", ["IgG4-related disease"], [], ["steroids"]),
    ("granuloma annulare", ["granuloma annulare"], [], []),
    ("rituximab", [], [], ["rituximab"]),
]


@pytest.mark.parametrize(
    ("question", "conditions", "underlying", "treatments"), SENSES, ids=[each[0] for each in SENSES]
)
def test_the_words_between_say_which_is_which(
    question: str, conditions: list[str], underlying: list[str], treatments: list[str]
) -> None:
    """A drug is asked about unless something came from it; what stands behind "in" is what the condition arose from."""
    meant = sense(question)
    assert [each.phrase for each in meant.conditions] == conditions
    assert [each.phrase for each in meant.underlying] == underlying
    assert [each.phrase for each in meant.treatments] == treatments


def test_or_makes_alternatives_of_what_it_arose_from() -> None:
    """Behind "or" any of them will do, behind "in" all must be there."""
    assert sense("granuloma annulare in HIV or diabetes").any_underlying
    assert not sense("granuloma annulare in HIV").any_underlying


def test_treatments_given_beside_the_question_come_first() -> None:
    """They are asked about as if they stood in it."""
    meant = sense("granuloma annulare", ("dapsone",))
    assert [each.phrase for each in meant.treatments] == ["dapsone"]
    assert meant.main is not None
    assert meant.main.phrase == "granuloma annulare"


def test_a_question_about_nothing_is_an_error() -> None:
    """The message names the field."""
    with pytest.raises(UsageError, match=r"^question: names no condition and no treatment"):
        sense("what was given?")


def test_the_focus_says_the_condition_in_words() -> None:
    """As it is shown to people."""
    assert sense("granuloma annulare in HIV or diabetes").focus == "“granuloma annulare” in “HIV” or “diabetes”"


def test_a_word_of_extent_makes_the_wider_name_count() -> None:
    """Without it the wider concept is the same illness; that one's other kinds are not."""
    known = shipped()
    wanted = Wanted("calcinosis universalis", named("calcinosis universalis"))
    assert wanted.extent == ("universalis",)
    assert {known.name(each) for each in wanted.wider} == {"Calcinosis cutis"}
    assert Wanted("gout", named("gout")).wider == frozenset()


def test_a_phrase_that_only_its_extent_keeps_from_a_name_has_the_bare_names_kinds() -> None:
    """ "Massive" is in no name of the embolism."""
    wanted = Wanted("massive pulmonary embolism", named("massive pulmonary embolism"))
    assert wanted.concepts == ()
    assert set(named("pulmonary embolism")) <= wanted.wider


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("dapsone", True), ("dapsone therapy", True), ("intravenous rituximab", True), ("excision", True),
     ("granuloma annulare", False), ("dapsone hypersensitivity syndrome", False), ("quux", False)],
)  # fmt: skip
def test_what_names_a_treatment(phrase: str, expected: bool) -> None:
    """A drug or a procedure, with how it is given before it and words of care behind it."""
    assert is_treatment(phrase) is expected
