"""Diseases that the terminology does not have are told by their last word and the words before it."""

from __future__ import annotations

import pytest

from corpus.cases.disease_names import named_in_full
from corpus.cases.unlisted import kind_from, names_disease, phrase, unlisted
from corpus.model import Span
from corpus.terminology.terminology import shipped

FOUND = [
    ("Surgery showed accessory lobe torsion.", ["accessory lobe torsion"]),
    ("There was a fibrovascular polyp of the pharynx.", ["fibrovascular polyp of the pharynx"]),
    ("The tumor was large.", []),
    ("A diagnosis was made.", []),
    ("The prognosis is poor after anastomosis.", []),
    (
        "A spontaneous dissection of the left renal artery was seen.",
        ["spontaneous dissection of the left renal artery"],
    ),
    ("Lymph node dissection was done.", []),
    ("She had haematomyelia.", ["haematomyelia"]),
    ("It was a large solid mass with necrosis.", []),
]


@pytest.mark.parametrize(("text", "names"), FOUND, ids=[text[:30] for text, _ in FOUND])
def test_a_last_word_with_its_kind_is_a_disease(text: str, names: list[str]) -> None:
    """A disease's last word counts with words that say its kind, or where it says enough by itself."""
    assert [each.name for each in unlisted(text, 0, [])] == names


def test_what_the_terminology_found_is_left_alone() -> None:
    """A name that overlaps a finding of the terminology is not told twice."""
    text = "Surgery showed accessory lobe torsion."
    assert list(unlisted(text, 100, [Span(116, 130)])) == []


def test_spans_are_of_the_report_and_assertions_are_told() -> None:
    """A span is of the text in which the sentence stands; "no" makes it absent."""
    text = "There was no accessory lobe torsion."
    (found,) = unlisted(text, 50, [])
    assert text[found.span.start - 50 : found.span.end - 50] == "accessory lobe torsion"
    assert found.assertion == "absent"


KINDS = [
    ("a rare enterogenous cyst", "enterogenous cyst"),
    ("the large cyst", "cyst"),
    ("which was huge synchronous mucinous cyst", "synchronous mucinous cyst"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS, ids=[kind for _, kind in KINDS])
def test_words_that_say_a_kind_go_before_its_last_word(text: str, kind: str) -> None:
    """Words of size, number and rarity say nothing of the kind."""
    assert text[kind_from(text, text.index("cyst")) :] == kind


def test_a_phrase_is_small_single_spaced_and_singular() -> None:
    """Names that differ in case, white space or number are one."""
    assert phrase("Enterogenous\n Cysts") == phrase("enterogenous cyst") == "enterogenous cyst"


@pytest.mark.parametrize(("name", "is_disease"), [("Adenocarcinoma of the colon", True), ("Abdominal pain", False)])
def test_a_name_shows_whether_it_is_a_diseases(name: str, is_disease: bool) -> None:
    """What the terminology calls a finding may be a disease by its name."""
    assert names_disease(name) is is_disease


def test_a_name_in_full_needs_its_words_side_by_side() -> None:
    """A kind is named only where all the words of its name stand there; else the name stays."""
    terms = shipped()
    (cutis, *_) = terms.named("calcinosis cutis")
    narrow, wide = "calcinosis cutis universalis", "calcinosis cutis of the hand"
    assert named_in_full(narrow, (cutis,), Span(0, 16))[1:] == ("calcinosis universalis", Span(0, len(narrow)))
    assert named_in_full(wide, (cutis,), Span(0, 16)) == ((cutis,), terms.name(cutis), Span(0, 16))
