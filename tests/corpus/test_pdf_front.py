from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.pdf_flow import paragraphs
from corpus.readers.pdf_front import Front, parse_names, read_front
from corpus.readers.pdf_layout import lay_out
from corpus.readers.pdf_lines import Page, Run, make_line
from corpus.readers.pdf_metadata import Metadata, read_metadata
from corpus.readers.pdf_words import PageText

BODY = ["The slow recovery was followed from one visit to another and it is told here in full."] * 12


def front_of(
    *lines: tuple[float, float, str], head: str = "", metadata: Metadata | None = None, body: bool = True
) -> Front:
    """The front matter of two pages: ``(size, y, text)`` lines on the first, a running ``head`` on both, plain text."""
    pages = []
    for index in range(2):
        raw, made = "", []
        placed = [(10.0, 400.0 - 12 * number, text) for number, text in enumerate(BODY)] if body else []
        placed += [(8.0, 780.0, head)] if head else []
        for size, y, text in [*(lines if index == 0 else ()), *placed]:
            run = Run(len(raw), len(raw) + len(text), 50, 50 + 4.5 * len(text), y, size, "serif", False)
            raw += text + "\r\n"
            made.append(make_line(index, raw, [run]))
        pages.append(Page(index, raw, tuple(made), 600, 800))
    layout = lay_out(pages)
    return read_front(paragraphs(layout), layout, PageText(pages), metadata or Metadata())


TITLE, NAMES = (20.0, 700.0, "A lantern-shaped rash after a voyage"), (11.0, 670.0, "Ada Bellweather, Tomas Quill")


def test_the_largest_type_is_the_title() -> None:
    """Names stand below it; a kicker above it in smaller type is neither."""
    front = front_of((12, 740, "CASE REPORT"), TITLE, NAMES)
    assert front.bibliography.title == TITLE[2]
    assert front.bibliography.authors == ("Ada Bellweather", "Tomas Quill")


def test_a_title_of_several_lines_is_one() -> None:
    """Lines of the title's size right below it belong to it; smaller type is a subtitle."""
    front = front_of(
        TITLE, (20, 676, "in a retired sailor"), (15, 655, "A case report and review"), (11, 630, NAMES[2])
    )
    assert (
        front.bibliography.title == "A lantern-shaped rash after a voyage in a retired sailor: A case report and review"
    )
    assert len(front.bibliography.authors) == 2


def test_the_larger_first_line_of_a_notice_is_not_the_title() -> None:
    """A line that the next one goes on with is text, an address too; a book's title stands on a page of its own."""
    front = front_of(
        (12.4, 700, "This version of a rash after a voyage is licensed"),
        (12, 686, "under terms that anyone may look up; see http://example.org/terms"),
        body=False,
    )
    assert front.bibliography.title is None


@pytest.mark.parametrize(
    ("named", "wanted"),
    [
        (
            "doi:10.12688/f1000research.4767.1 Latest: doi:10.12688/f1000research.4767.2",
            "10.12688/f1000research.4767.2",
        ),
        ("doi:10.1016/j.jdcr.2016.07.010 and not doi:10.1016/j.jdcr.2016.07.011", "10.1016/j.jdcr.2016.07.010"),
    ],
)
def test_the_latest_version_of_an_article_gives_its_doi(named: str, wanted: str) -> None:
    """Of two DOIs that differ only in the number of a version the last counts; of two articles' the first."""
    assert front_of(TITLE, NAMES, (8, 640, named)).bibliography.doi == wanted


def test_the_date_of_publication_is_found_in_a_long_notice() -> None:
    """ "Published: …" tells the year wherever it stands; a date that is no publication's does not."""
    notice = "Citation: Bellweather A, Quill T. A rash. " + "Editor: Ines de la Rua, Port Nowhere. " * 9
    front = front_of(TITLE, NAMES, (8, 600, notice + "Received: May 17, 2014 Published: December 31, 2015"))
    assert front.bibliography.year == 2015


def test_the_journals_name_is_not_the_title() -> None:
    """Type larger than the title's does not make the running head's journal the title."""
    front = front_of((30, 745, "Annals of Rare Light"), TITLE, NAMES, head="Annals of Rare Light 96 (2021) 88-90")
    assert front.bibliography.title == TITLE[2]
    assert (front.bibliography.journal, front.bibliography.year) == ("Annals of Rare Light", 2021)


def test_metadata_say_which_line_is_the_title() -> None:
    """A title in the metadata that the page shows is found there, whatever its size."""
    front = front_of(
        (20, 745, "An advertisement in large type"), (12, 700, TITLE[2]), metadata=Metadata(title=TITLE[2])
    )
    assert front.bibliography.title == TITLE[2]


def test_a_page_without_a_title_has_none() -> None:
    """Text in one size is no title, and a file's name in the metadata is none either."""
    assert front_of(metadata=Metadata(title="pone.0115884 1..14")).bibliography.title is None


def test_metadata_name_authors_that_the_page_hides() -> None:
    """The longer list of names wins."""
    names = ("Ada Bellweather", "Tomas Quill", "Ines Rua")
    assert front_of(TITLE, NAMES, metadata=Metadata(authors=names)).bibliography.authors == names


@pytest.mark.parametrize(
    ("head", "journal", "year"),
    [
        ("Quill et al. Trial Press (2022) 22:938", "Trial Press", 2022),
        ("Quill et al. Trial Press Notes 2014, 7:568", "Trial Press Notes", 2014),
        ("2020 Quill et al. Cureum 12(6): e8581. DOI 10.7759/x.1", "Cureum", None),
        ("Trial Press. 2023; 18(1): 41.", "Trial Press", 2023),
        ("Trial Press | (2024) 15:342", "Trial Press", 2024),
        ("Journal of Light 2016:7 623-633", "Journal of Light", 2016),
        ("Luz, Santos, 33:e2000, 2021", "Luz", 2021),
        ("Quill, et al.: A lantern-shaped rash", None, None),
    ],
)
def test_running_heads_name_journal_and_year(head: str, journal: str | None, year: int | None) -> None:
    """Many houses' ways of citing themselves; a head without a citation names nothing."""
    about = front_of(TITLE, NAMES, head=head).bibliography
    assert (about.journal, about.year) == (journal, year)


@pytest.mark.parametrize(
    ("line", "year"),
    [
        ("Received 05/27/2019 Published 06/12/2020", 2020),
        ("Accepted 4 June 2020. Available online 20 January 2021", 2021),
        ("© 2017 the Authors. All rights reserved.", 2017),
        ("Received: 1 October 2014", None),
    ],
)
def test_the_year_is_that_of_publication(line: str, year: int | None) -> None:
    """Published before copyright before accepted; the day of receipt says nothing."""
    assert front_of(TITLE, NAMES, (8, 640, line)).bibliography.year == year


def test_the_doi_is_the_articles_own() -> None:
    """The metadata's DOI wins, else the labelled one on the first page."""
    printed = (8.0, 640.0, "https://doi.org/10.1000/Printed.1")
    assert front_of(TITLE, printed).bibliography.doi == "10.1000/printed.1"
    assert (
        front_of(TITLE, printed, metadata=Metadata(dois=("doi:10.1000/META.2",))).bibliography.doi == "10.1000/meta.2"
    )


REFERENCE = "Quill T. On lanterns. J Rare Light. 2001;1:1-2. doi:10.1000/other.1 PMID: 7654321 PMC1234567"


@pytest.mark.parametrize("heading", ["References", ""])
def test_what_an_article_cites_on_its_first_page_is_not_the_article(heading: str) -> None:
    """Identifiers, journal and year are never taken from a list of references, with a heading over it or without."""
    listed = [(14.0, 250.0, heading)] if heading else []
    about = front_of(TITLE, NAMES, *listed, (8, 230, f"1. {REFERENCE}"), (8, 200, f"2. {REFERENCE}")).bibliography
    assert (about.title, about.authors) == (TITLE[2], ("Ada Bellweather", "Tomas Quill"))
    assert (about.journal, about.year, about.doi, about.pmid, about.pmcid) == (None, None, None, None, None)


def test_an_article_may_begin_below_the_references_of_another() -> None:
    """A title in larger type ends the list of references above it: what follows is the article's own again."""
    listed = [(12.0, 770.0, "References"), (8.0, 750.0, f"1. {REFERENCE}")]
    about = front_of(*listed, TITLE, NAMES, (8, 640, "https://doi.org/10.1000/own.1")).bibliography
    assert (about.title, about.doi) == (TITLE[2], "10.1000/own.1")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Henry M. Vane, Jr, MD,, Matthew Plum, MD,, and Diane M. Hoss, MD",
            ["Henry M. Vane Jr", "Matthew Plum", "Diane M. Hoss"],
        ),
        ("ROBERTO CRISTOBAL", ["Roberto Cristobal"]),
        ("GRACIA LUOMA-OVERTON", ["Gracia Luoma-Overton"]),
        ("Kelly J. Robson, & Sean D. Twist, & Neil Hazel", ["Kelly J. Robson", "Sean D. Twist", "Neil Hazel"]),
        ("Paula de ARAGÃO; Ludwig van der Berg III", ["Paula de Aragão", "Ludwig van der Berg III"]),
        ("Jean-Luc O’Neil and Wan MF Lee", ["Jean-Luc O’Neil", "Wan MF Lee"]),
        ("Farmington, Connecticut", []),
        ("Department of Dermatology, University of Nowhere", []),
        ("ada@nowhere.example, Ada Quill", []),
        ("A lantern-shaped rash after a voyage", []),
        ("", []),
    ],
)
def test_names_are_told_from_other_lines(text: str, names: list[str]) -> None:
    """Degrees, marks and capitals are tidied; places, addresses and titles are no names."""
    assert parse_names(text) == names


@given(st.text(max_size=200))
def test_names_never_hold_digits_or_addresses(text: str) -> None:
    """Whatever the line, what is called a name has two to seven words and no digit or @."""
    for name in parse_names(text):
        assert 2 <= len(name.split()) <= 7
        assert "@" not in name
        assert not any(char.isdecimal() for char in name)


_FAR = b"%PDF-1.4\nstartxref\n" + 30 * b"9" + b"\n%%EOF\n"
"""Its index is said to lie further on than a number of bytes can be."""


@pytest.mark.parametrize("data", [b"", b"not a PDF", b"%PDF-1.4\ntrailer << /Root 1 0 R >>", _FAR], ids=range(4))
def test_unreadable_metadata_say_nothing(data: bytes) -> None:
    """Metadata are a help: a file without readable ones is no error here."""
    assert read_metadata(data) == Metadata()
