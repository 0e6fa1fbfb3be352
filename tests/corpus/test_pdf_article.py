from __future__ import annotations

import pytest

from corpus.model import Report
from corpus.readers.pdf import PdfReader
from tests.papers import LEFT, RIGHT, Paper, justified, prose
from tests.reports import assert_runs_lead_back, body


def read(paper: Paper) -> Report:
    (record,) = PdfReader().read(paper.data(), "a.pdf")
    assert record.report is not None
    return record.report


def article(title: str = "A lantern-shaped rash after a voyage") -> Paper:
    """A first page up to and with its abstract, in the left three fifths of the page."""
    paper = Paper()
    paper.add_page()
    paper.write_at(LEFT, 30, title, 18)
    paper.write_at(LEFT, 42, "Ada Bellweather, Tomas Quill", 11)
    paper.write_at(LEFT, 70, "Abstract", 12, "B")
    paper.column(LEFT, 78, justified(prose("the abstract", 5), paper, 100))
    return paper


def with_case(paper: Paper, *, after: float = 30) -> Paper:
    """``paper`` with one more page: the case in one column."""
    paper.add_page()
    paper.write_at(LEFT, after, "Case report", 12, "B")
    paper.column(LEFT, after + 8, justified(prose("the case", 12), paper, 160))
    return paper


def test_a_box_beside_the_abstract_is_no_text() -> None:
    """What stands in a narrow column of the first page, be it ruled and in cells, is front matter."""
    paper = article()
    for y in (76, 92, 108):
        paper.line(140, y, 195, y)
    for y, cells in (
        (84, ("Invited", "Referees")),
        (88, ("1", "2")),
        (100, ("version 1", "report")),
        (104, ("2019", "approved")),
    ):
        paper.write_at(142, y, cells[0], 8)
        paper.write_at(172, y, cells[1], 8)
    paper.write_at(142, 116, "Alma Harrow, University of Port Nowhere", 6)
    report = read(with_case(paper))
    assert body(report, "table") == ""
    for words in ("Referees", "approved", "Alma Harrow"):
        assert words in body(report, "front")
    assert body(report, "abstract").count("sentence") == 5


def test_a_banner_below_the_abstract_is_no_heading() -> None:
    """A line in larger type with nothing below it on the first page opens no section."""
    paper = article()
    paper.write_at(LEFT, 150, "This article is included in the Lantern collection", 13)
    report = read(with_case(paper))
    assert "Lantern collection" in body(report, "front")
    assert [section.kind for section in report.sections] == ["title", "front", "abstract", "case"]


def test_small_print_after_a_notice_goes_with_it() -> None:
    """A box of notices on a later page is back matter as a whole; the text below it is text."""
    paper = article()
    paper.add_page()
    y = 30.0
    for text in ("Grant information: the voyage was paid for by the Port.", "The funders had no role in it."):
        paper.write_at(LEFT + 2, y, text, 7)
        y += 5
    paper.write_at(LEFT, 60, "Case report", 12, "B")
    paper.column(LEFT, 68, justified(prose("the case", 12), paper, 160))
    report = read(paper)
    assert "The funders" in body(report, "back")
    assert "Grant information" in body(report, "back")
    assert body(report, "case").count("sentence") == 12


def test_a_label_above_a_notice_goes_with_it() -> None:
    """ "REVISED" above "Amendments from version 1" is the notice's, a sentence above it is the text's."""
    paper = with_case(article())
    paper.add_page()
    paper.write_at(LEFT, 40, "REVISED", 9, "B")
    paper.write_at(LEFT, 46, "Amendments from version 1: the lamp is described.", 8)
    paper.add_page()
    paper.write_at(LEFT, 40, "She left in good health.")
    paper.write_at(LEFT, 48, "Received: 3 May 2019; accepted: 9 May 2019", 8)
    report = read(paper)
    assert "REVISED" in body(report, "back")
    assert "She left in good health." in body(report, "case")


def test_a_sites_note_on_the_version_is_no_title() -> None:
    """What stands in brackets after the title is in neither the title's text nor the bibliography."""
    report = read(with_case(article("A rash after a voyage [v2; ref status: indexed]")))
    assert report.bibliography.title == "A rash after a voyage"
    assert body(report, "title") == "A rash after a voyage"


def test_categories_are_keywords() -> None:
    """A line of subjects under the abstract is told apart from it."""
    paper = article()
    paper.write_at(LEFT, 130, "Categories: Dermatology, Travel Medicine", 9)
    report = read(with_case(paper))
    assert body(report, "keywords") == "Categories: Dermatology, Travel Medicine"
    assert "Categories" not in body(report, "abstract")


def test_a_tables_rows_are_rows_and_lead_back() -> None:
    """Cells are parted by bars, rows by blank lines; every span knows its place."""
    paper = with_case(article())
    paper.write_at(LEFT, 120, "Table 1. Counts by day", 9, "B")
    for row, cells in enumerate((("Day", "Platelets"), ("3", "97"), ("9", "210"))):
        for column, cell in enumerate(cells):
            paper.write_at(LEFT + 45 * column, 128 + 6 * row, cell, 8)
    report = read(paper)
    assert body(report, "table").split("\n\n")[-3:] == ["Day | Platelets", "3 | 97", "9 | 210"]
    assert_runs_lead_back(report)
    table = next(section for section in report.sections if "97" in section.body.of(report.text))
    assert report.source_map.page(table.body) == 2


@pytest.mark.parametrize("link", ["Publisher Full Text", "PubMed Abstract"])
def test_a_link_below_a_reference_is_no_reference(link: str) -> None:
    """Scraps without a figure between the entries of a list without numbers belong to the entry above."""
    paper = with_case(article())
    paper.write_at(LEFT, 150, "References", 12, "B")
    y = 158.0
    for entry in (
        "Bell A: Rashes. Skin. 2010; 9: 9.",
        "Quill T: On lanterns. Light. 2001; 1: 1.",
        "Rua I: Voyages. 2003.",
    ):
        paper.write_at(LEFT, y, entry, 8)
        paper.write_at(LEFT, y + 5, link, 8)
        y += 12
    report = read(paper)
    assert [reference.span.of(report.text)[:5] for reference in report.references] == ["Bell ", "Quill", "Rua I"]


def test_a_numbered_list_goes_on_after_an_advert() -> None:
    """Where something else stands between two columns of a list of references, its next number resumes it."""
    paper = with_case(article())
    paper.add_page()
    paper.write_at(LEFT, 40, "References", 12, "B")
    paper.column(LEFT, 48, ["1. Quill T. On lanterns. 2001.", "2. Rua I. Voyages. 2003."], 9)
    paper.write_at(LEFT, 70, "Publish with the Port", 14, "B")
    paper.column(LEFT, 78, ["The Port is an open journal of lanterns and of those who carry them."], 9)
    paper.column(RIGHT, 48, ["3. Bell A. Rashes. 2010.", "4. Harrow A. Lamps. 2011."], 9)
    report = read(paper)
    assert [reference.span.of(report.text)[:7] for reference in report.references] == [
        "1. Quil", "2. Rua ", "3. Bell", "4. Harr",
    ]  # fmt: skip


def test_keywords_in_bold_are_no_heading() -> None:
    """ "Keywords: dengue, skin" under the abstract is a list of keywords, however it is set."""
    paper = article()
    paper.write_at(LEFT, 130, "Keywords: Lanterns, Skin", 10, "B")
    report = read(with_case(paper))
    assert body(report, "keywords") == "Keywords: Lanterns, Skin"
    assert [section.kind for section in report.sections if section.heading] == ["abstract", "case"]


def test_a_heading_over_a_rule_goes_with_what_is_below_it() -> None:
    """An underlined heading opens what comes after its rule, though both columns end above it."""
    paper = with_case(article())
    paper.add_page()
    paper.column(LEFT, 30, justified(prose("the left", 4), paper))
    paper.column(RIGHT, 30, justified(prose("the right", 4), paper))
    paper.write_at(LEFT, 88, "References", 12, "B")
    paper.line(LEFT - 1, 90, 195, 90)
    paper.column(LEFT, 96, ["1. Quill T. On lanterns. 2001.", "2. Rua I. Voyages. 2003."], 9)
    report = read(paper)
    assert "the right sentence 3" in body(report, "case")
    assert len(report.references) == 2


def test_two_columns_above_a_rule_are_read_before_those_below() -> None:
    """The references below a rule across the page do not part the columns of the text above it."""
    paper = with_case(article())
    paper.add_page()
    paper.column(LEFT, 30, justified(prose("the left", 4), paper))
    paper.column(RIGHT, 30, justified(prose("the right", 4), paper))
    paper.line(LEFT - 1, 78, 195, 78)
    paper.write_at(LEFT, 88, "References", 12, "B")
    paper.column(LEFT, 96, ["1. Quill T. On lanterns. 2001.", "2. Rua I. Voyages. 2003."], 9)
    paper.column(RIGHT, 96, ["3. Bell A. Rashes. 2010.", "4. Harrow A. Lamps. 2011."], 9)
    report = read(paper)
    assert body(report, "case").index("the left sentence 3") < body(report, "case").index("the right sentence 0")
    assert [reference.span.of(report.text)[0] for reference in report.references] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "opening",
    [
        "Published reports of this rash tell of a response in half of the sailors.",
        "Accepted treatment was prednisone 5 mg for this sailor.",
        "Received treatment included dapsone 50 mg every day.",
        "Corresponding changes were seen in the skin of the arm.",
        "Corresponding to earlier work, no drug was given to him.",
        "Correspondence between the two pictures was poor.",
        "Open access surgery was done on day 3 and he did well.",
        "Reviewed by two pathologists, the slides did not show any lamp oil.",
    ],
)
@pytest.mark.parametrize("sentences", [0, 3])
def test_a_paragraph_that_opens_like_a_notice_is_text(opening: str, sentences: int) -> None:
    """The words of a notice open many a sentence: only a date, a colon or what else notices hold makes them one."""
    paper = article()
    paper.add_page()
    paper.write_at(LEFT, 30, "Discussion", 12, "B")
    y = paper.column(LEFT, 38, justified(prose("the discussion", 6), paper, 160))
    y = paper.column(LEFT, y + 6, justified(f"{opening} {prose('the told', sentences)}", paper, 160))
    paper.column(LEFT, y + 6, justified(prose("the last", 6), paper, 160))
    report = read(paper)
    assert opening in body(report, "discussion")
    assert body(report, "back") == ""


@pytest.mark.parametrize(
    "notice",
    [
        "Published: 3 May 2019",
        "Published online 3 May 2019",
        "Received 12th March 2018; accepted 4 May 2018",
        "Accepted: 2018-05-04",
        "Received for publication May 4, 2018.",
        "Published by Lantern Press Ltd.",
        "Corresponding author: Ada Bellweather, Port Nowhere",
        "Correspondence to Dr Ada Bellweather, Port Nowhere",
        "Open Access This article is distributed under the terms of a licence.",
        "Reviewed by: Tomas Quill, University of Nowhere",
    ],
)
def test_a_notice_between_paragraphs_is_no_text(notice: str) -> None:
    """A line on dates, on the publisher or on whom to write to goes to the back, from wherever it stands."""
    paper = article()
    paper.add_page()
    paper.write_at(LEFT, 30, "Discussion", 12, "B")
    y = paper.column(LEFT, 38, justified(prose("the discussion", 6), paper, 160))
    paper.write_at(LEFT, y + 6, notice, 8)
    paper.column(LEFT, y + 20, justified(prose("the last", 6), paper, 160))
    report = read(paper)
    assert notice in body(report, "back")
    assert body(report, "discussion").count("sentence") == 12


def test_a_tables_first_row_close_below_its_caption_is_a_row() -> None:
    """Rows as far apart as the caption is from the first of them: that is no second line of the caption."""
    paper = Paper()
    paper.add_page()
    paper.write_at(LEFT, 30, "Case report", 12, "B")
    paper.column(RIGHT, 36, justified(prose("the right", 10), paper))
    y = paper.column(LEFT, 36, justified(prose("the left", 6), paper)) + 6
    paper.write_at(LEFT, y, "Table 1. Laboratory values on admission and", 9, "B")
    paper.write_at(LEFT, y + 5, "later", 9, "B")
    for row in (("Test", "Day 1", "Day 5"), ("Oil (mg/L)", "145", "12"), ("Salt", "-3", "<5")):
        for x, cell in zip((LEFT, LEFT + 40, LEFT + 60), row, strict=True):
            paper.write_at(x, y + 10, cell, 9)
        y += 5
    paper.column(LEFT, y + 20, justified(prose("after the table", 6), paper))
    rows = ["Table 1. Laboratory values on admission and later", "Test | Day 1 | Day 5"]
    assert body(read(paper), "table").split("\n\n") == [*rows, "Oil (mg/L) | 145 | 12", "Salt | -3 | <5"]
