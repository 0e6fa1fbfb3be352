from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.front_matter import is_article_type, is_prose, read_front_matter

TITLE = "Blue nails in a man with grey hair"


def test_the_title_is_the_first_line_that_can_be_one() -> None:
    """Article types, journal lines, identifiers, addresses and names are passed over."""
    front = ["CASE REPORT", "Inv. J. 2019;3(2):4–5", "doi: 10.9999/a", TITLE, "Anna Miller, Carl Jones"]
    found = read_front_matter(front)
    assert found.title_at == 3
    assert found.bibliography.title == TITLE
    assert found.bibliography.doi == "10.9999/a"


@pytest.mark.parametrize(
    "front",
    [
        [],
        ["CASE REPORT"],
        ["Anna Miller, Carl Jones"],
        ["Department of Nails, University of Nowhere, Poland"],
        ["Received: 1 May 2001"],
        ["Two words"],
        ["and so it goes on"],
    ],
)
def test_no_title_is_invented(front: list[str]) -> None:
    """Where no line can be a title there is none, and no authors either."""
    found = read_front_matter(front)
    assert found.title_at is None
    assert found.bibliography.title is None
    assert found.bibliography.authors == ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Anna B Miller a,, Carl de Vries b", ("Anna B Miller", "Carl de Vries")),
        ("Anna Miller, MD; Carl Jones, PhD", ("Anna Miller", "Carl Jones")),
        ("Anna Miller¹, Carl Jones² and Ömer Şahin*", ("Anna Miller", "Carl Jones", "Ömer Şahin")),
        ("[®]Ayşe YILMAZ^a", ("Ayşe YILMAZ",)),
        ("A. B. Miller, C. van der Jones", ("A. B. Miller", "C. van der Jones")),
        ("Jean-Luc O’Brien1,2 & María José García3", ("Jean-Luc O’Brien", "María José García")),
        ("Anna Miller, and friends", ()),
        ("Department of Nails, University of Nowhere, Poland", ()),
        ("The patient was well", ()),
    ],
)
def test_authors_follow_the_title(line: str, names: tuple[str, ...]) -> None:
    """A line of names is a line of authors if every part of it is a name; marks and degrees go."""
    assert read_front_matter([TITLE, line, "Institute of Hands, Berlin, Germany"]).bibliography.authors == names


def test_names_one_to_a_line_are_all_authors() -> None:
    """Author lists that a page sets one to a line are gathered up to the first address."""
    front = [TITLE, "Anna Miller", "1", "Carl Jones", "2", "Institute of Hands, Berlin, Germany", "Paul Late"]
    assert read_front_matter(front).bibliography.authors == ("Anna Miller", "Carl Jones")


@pytest.mark.parametrize(
    ("lines", "journal", "year"),
    [
        (["Inv. J. Med. 2021;28(2):224-228"], "Inv. J. Med.", 2021),
        (["Invented Journal. 2010;3:4-5"], "Invented Journal", 2010),
        (["Invented Journal 2010; 3(4): 5"], "Invented Journal", 2010),
        (["Invented Journal 2013, 7:156"], "Invented Journal", 2013),
        (["Inv Cases logoLink to Inv Cases", ". 2017 Sep 9;3(5):460–463."], "Inv Cases", 2017),
        (
            ["Peer review under responsibility of the Journal of Nails.", "Copyright © 2020 by Nobody"],
            "Journal of Nails",
            2020,
        ),
        (["Articles from Nail Reports are provided here courtesy of Nobody"], "Nail Reports", None),
        (["Published online: 3 July 2019", "Accepted: 2 May 2018"], None, 2019),
        (["Accepted: 2 May 2018"], None, 2018),
        (["© 2016 The Authors", "Published: 2 May 2015"], None, 2016),
        (["A title of 2019 without a journal"], None, None),
        ([], None, None),
    ],
)
def test_journal_and_year_come_from_the_strongest_line(lines: list[str], journal: str | None, year: int | None) -> None:
    """A citation line goes before a copyright line, that before publication dates, those before acceptance."""
    about = read_front_matter([TITLE, *lines]).bibliography
    assert (about.journal, about.year) == (journal, year)
    assert read_front_matter([TITLE], lines).bibliography == about


@pytest.mark.parametrize(
    "line", ["CASE REPORT", "Case Report", "Open Access", "Original article", "Letter to the Editor", "Review"]
)
def test_article_types_are_known(line: str) -> None:
    """A line that only names the kind of article is no title."""
    assert is_article_type(line)


@pytest.mark.parametrize(
    ("paragraph", "following", "result"),
    [
        ("A man was seen with blue nails.", "", True),
        ("A man came with nails that had turned blue.", "He was well.", True),
        ("Blue nails in a man with grey hair.", "Anna Miller, Carl Jones", False),
        (TITLE, "", False),
        ("Blue nails: is it the hair or is it the man?", "", False),
        ("Anna Miller, Carl Jones", "", False),
        ("Department of Nails, University of Nowhere, Poland.", "", False),
        ("Received: 1 May 2001.", "", False),
        ("word " * 130, "", True),
    ],
)
def test_prose_is_told_from_front_matter(paragraph: str, following: str, result: bool) -> None:
    """Running text ends in a full stop and states something; a title that does is known by the names under it."""
    assert is_prose(paragraph, following) is result


@given(st.lists(st.text(max_size=80), max_size=6), st.lists(st.text(max_size=80), max_size=3))
def test_any_front_can_be_read(front: list[str], footers: list[str]) -> None:
    """No text breaks the patterns, and a title is always one of the front's lines."""
    found = read_front_matter([line for line in front if line.strip()], [line for line in footers if line.strip()])
    assert (found.title_at is None) == (found.bibliography.title is None)


@pytest.mark.parametrize(
    "line",
    [
        "Journal of Invented Cases 2018; doi:10.5555/invented.1",
        "Journal of Invented Cases 2018. DOI 10.5555/invented.1",
        "Journal of Invented Cases, 2018; https://doi.org/10.5555/invented.1",
    ],
)
def test_an_imprint_before_a_doi_names_the_journal_and_the_year(line: str) -> None:
    """However the three are parted, the line is front matter and no running text."""
    found = read_front_matter(["Zinc for a tailor with fatigue", "Owen Finn, Tara Reed", line]).bibliography
    assert (found.doi, found.journal, found.year) == ("10.5555/invented.1", "Journal of Invented Cases", 2018)
    assert not is_prose(line)


def test_a_sentence_that_names_a_doi_is_running_text() -> None:
    """What tells of something is prose, with an identifier or without."""
    assert is_prose("The patient was treated as described before (doi:10.5555/invented.1) and was well.")
    assert not is_prose("Cite as: Finn O. Fatigue in a sailor. Invented Case Rep. 2019;7:11-13. doi:10.5555/invented.1")
