"""What makes two readings one article, and what forbids it: in doubt two patients stay two reports."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.model import Relation, Report
from corpus.same_article import (
    alike_titles,
    is_corrected,
    may_be_one,
    same_by_identifier,
    same_by_text,
    same_by_title,
    same_by_words,
    same_patients,
)
from tests.fakes import make_report, prose

TITLE = "Calcinosis universalis treated with diltiazem in a woman with lupus"


def case(body: str, title: str | None = TITLE, **facts: object) -> Report:
    return make_report(f"{title or ''}\n\n# Case report\n\n{body}", title, **facts)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (TITLE.upper() + ".", True),
        (TITLE.replace("diltiazem", "diltiazem "), True),
        (TITLE.replace("universalis", "universal is"), True),
        (TITLE.replace("diltiazem", "diltiazen"), True),
        (TITLE.replace("lupus", "lupus’s"), True),
        (TITLE.replace("woman", "man"), False),
        (TITLE.replace("with lupus", "without lupus"), False),
        (TITLE + " II", False),
        (TITLE.replace("diltiazem", "warfarin"), False),
        (None, False),
    ],
)
def test_titles_differ_by_typography_or_not_at_all(other: str | None, alike: bool) -> None:
    """A blank, a letter of a long word, a possessive: the same title; another word: another article."""
    assert alike_titles(TITLE, other) is alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Case 12-2019: a 34-year-old woman", "Case 15-2019: a 54-year-old woman"),
        ("Lupus type I in man", "Lupus type II in man"),
    ],
)
def test_numbers_and_short_words_of_titles_must_agree(one: str, other: str) -> None:
    """They tell one case of a series from the next."""
    assert not alike_titles(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A 34-year-old woman fell.", "A thirty-four-year-old woman fell.", True),
        ("A 34-year-old woman fell.", "A 61-year-old man fell.", False),
        ("A 34-year-old woman fell.", "A 34-year-old man fell.", False),
        ("A 34-year-old woman fell.", "The fall was a bad one.", True),
        ("A 34-year-old woman and a 61-year-old man fell.", "A 61-year-old man fell.", True),
    ],
)
def test_patients_are_compared_by_age_and_sex(one: str, other: str, same: bool) -> None:
    """One in common is enough; where a text states none there is nothing to compare."""
    assert same_patients(case(one), case(other)) is same


def test_two_patients_told_in_set_phrases_are_two_reports() -> None:
    """Nearly all words are shared, the patient is another: also where an age is spelled out."""
    shared = prose(1, 300)
    one, other = f"A 34-year-old woman came. {shared}", f"A sixty-one-year-old man came. {shared}"
    assert not same_by_words(case(one), case(other))
    assert same_by_words(case(one), case(one + " She was well."))


def test_a_shared_discussion_does_not_make_two_cases_one() -> None:
    """Under other titles by other authors, the greater part of the words may be the same."""
    shared = prose(2, 600)
    one = case(f"{prose(3, 60)} {shared}", authors=("Ann Smith",))
    other = case(f"{prose(4, 60)} {shared}", "Fatal necrosis of the breast under warfarin", authors=("Bo Tanaka",))
    assert not same_by_words(one, other)


def test_a_copy_by_the_same_authors_may_have_its_title_misread() -> None:
    """Another reader of the same pages: .8 and more of the shingles are shared."""
    text = prose(5, 500)
    one, other = (
        case(text, authors=("Ann Smith",)),
        case(text, "A running head taken for the title", authors=("A. Smith",)),
    )
    assert same_by_words(one, other)
    assert not same_by_words(one, case(text, "A running head taken for the title"))


def test_an_abstract_in_a_volume_is_not_the_volume() -> None:
    """Though all of it, its title too, stands in there."""
    abstract = prose(6, 200)
    volume = make_report(
        f"Abstracts of the annual meeting\n\n{TITLE}\n\n{abstract}\n\n{prose(7, 900)}",
        "Abstracts of the annual meeting",
    )
    assert not same_by_words(case(abstract), volume)
    assert same_by_words(case(abstract), case(abstract + " " + prose(7, 900)))


@pytest.mark.parametrize(
    ("facts", "same"),
    [
        ({"authors": ("Ann Smith",), "year": 2001}, True),
        ({"authors": ("Bo Tanaka",), "year": 2001}, False),
        ({"authors": ("Ann Smith",), "year": 2018}, False),
        ({}, True),
    ],
)
def test_the_same_words_by_others_or_of_another_year_are_another_article(facts: dict[str, Any], same: bool) -> None:
    """Two entries without abstracts may have the same short title and nothing else in common."""
    entry = make_report("Calcinosis cutis", "Calcinosis cutis", authors=("Ann Smith",), year=2001)
    assert same_by_text(entry, make_report("Calcinosis cutis", "Calcinosis cutis", **facts)) is same


def test_one_identifier_on_two_articles_is_somebodys_slip() -> None:
    """A supplement's DOI on two abstracts by others under other titles; with the same authors it is believed."""
    one = case("A woman fell.", doi="10.1000/suppl", authors=("Ann Smith",))
    other = case("A boy died.", "Fatal warfarin necrosis in a boy", doi="10.1000/suppl", authors=("Bo Tanaka",))
    assert not same_by_identifier(one, other)
    assert same_by_identifier(one, case("A boy died.", "Fatal warfarin necrosis", authors=("Ann Smith",)))
    assert same_by_identifier(one, case("A boy died.", "Fatal warfarin necrosis"))


@pytest.mark.parametrize(
    "facts",
    [
        {"title": f"Retraction: {TITLE}"},
        {"title": TITLE, "doi": "10.1101/2020.01.02.3"},
        {"title": TITLE, "relations": (Relation("retracts", "pmid:1"),)},
    ],
)
def test_notices_preprints_and_articles_are_never_one(facts: dict[str, Any]) -> None:
    """Whatever they share; two of one sort may be."""
    article = case("A woman fell.").bibliography
    other = make_report("Words.", **facts).bibliography
    assert not may_be_one(article, other)
    assert may_be_one(other, other)
    assert may_be_one(article, make_report("Words.", f"RETRACTED: {TITLE}").bibliography)


def test_title_and_year_need_an_author_or_a_long_title() -> None:
    """Eight words of the very year do without authors; with authors one must be shared."""
    one = case("Words.", authors=("Ann Smith",), year=2011).bibliography
    assert same_by_title(one, case("Words.", authors=("A Smith",), year=2012).bibliography)
    assert same_by_title(one, case("Words.", year=2011).bibliography)
    assert not same_by_title(one, case("Words.", year=2012).bibliography)
    assert not same_by_title(one, case("Words.", authors=("Bo Tanaka",), year=2011).bibliography)


def test_a_corrected_text_keeps_a_fifth_of_its_shingles_or_its_identifier() -> None:
    """A record keeps its own id whatever it says."""
    assert is_corrected(make_report("One.", given_id="x"), make_report("Two.", given_id="x"))
    assert is_corrected(make_report("One.", doi="10.1000/a"), make_report("Two.", doi="10.1000/A"))
    assert not is_corrected(make_report(prose(1, 90)), make_report(prose(2, 90)))
