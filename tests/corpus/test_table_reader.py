from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, MalformedError, NoTextError, ReadError, UnsupportedFormatError
from corpus.model import Bibliography, Relation
from corpus.readers.table import TableReader, is_table
from tests.bibliographies import failure, only, read_all, shown

READER = TableReader()

PUBMED = ("PMID", "Title", "Authors", "Citation", "First Author", "Journal/Book", "Publication Year", "Create Date",
          "PMCID", "NIHMS ID", "DOI")  # fmt: skip


def table(*rows: tuple[str, ...], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def about(headings: tuple[str, ...], *cells: str) -> Bibliography:
    return only(READER, table(headings, cells)).bibliography


def test_pubmed_csv_is_read_whole() -> None:
    """PubMed's own export: no abstract, so a report of the title with all its facts."""
    text = table(
        PUBMED,
        ("12345", "Gout of the hallux.", "Roe JB, Doe A.", "Inv J Feet. 2011;3(1):2. doi: 10.9999/feet.5.", "Roe JB",
         "Inv J Feet", "2011", "2011/03/01", "PMC678", "", "10.9999/FEET.5"),
    )  # fmt: skip
    (read,) = read_all(READER, text)
    assert read.record == "pmid:12345"
    assert read.report is not None
    assert shown(read.report) == [("title", None, "Gout of the hallux")]
    assert read.report.bibliography == Bibliography(
        title="Gout of the hallux",
        authors=("JB Roe", "A Doe"),
        journal="Inv J Feet",
        year=2011,
        volume="3",
        issue="1",
        pages="2",
        doi="10.9999/feet.5",
        pmid="12345",
        pmcid="PMC678",
    )
    assert read.report.reader == "table"


def test_scopus_csv() -> None:
    """Full names before short ones, affiliations and kinds as lists, keywords of both columns."""
    report = only(
        READER,
        "\ufeff"
        + table(
            ("Authors", "Author full names", "Author(s) ID", "Title", "Year", "Source title", "Cited by", "DOI",
             "Link", "Affiliations", "Abstract", "Author Keywords", "Index Keywords", "PubMed ID", "Document Type",
             "Open Access", "Source", "EID"),
            ("Roe J.B.; Doe A.", "Roe, Jane B. (571); Doe, Ann (572)", "571; 572", "Gout of the hallux", "2011",
             "Inv J Feet", "3", "10.9999/feet.5", "https://example.org/x", "Foot Clinic, Town; Hand Clinic, Town",
             "He had gout. © 2011", "gout; toe", "adult; male", "12345", "Article", "All Open Access; Gold",
             "Scopus", "2-s2.0-1"),
        ),
    )  # fmt: skip
    assert report.bibliography == Bibliography(
        title="Gout of the hallux",
        authors=("Jane B. Roe", "Ann Doe"),
        journal="Inv J Feet",
        year=2011,
        doi="10.9999/feet.5",
        pmid="12345",
        affiliations=("Foot Clinic, Town", "Hand Clinic, Town"),
        declared=("Article",),
        open_access=True,
    )
    assert shown(report)[1:] == [
        ("abstract", None, "He had gout. © 2011"),
        ("keywords", None, "gout; toe; adult; male"),
    ]


def test_web_of_science_with_two_letter_headings() -> None:
    """Its tab-delimited form names columns by its own tags."""
    report = only(
        READER,
        table(
            ("PT", "AU", "AF", "TI", "SO", "DT", "DE", "AB", "C1", "PY", "DI", "PM"),
            ("J", "Roe, JB; Doe, A", "Roe, Jane B.; Doe, Ann", "Gout", "INV J FEET", "Article", "gout; toe",
             "He had gout.", "Foot Clinic, Town.", "2011", "10.9999/feet.5", "12345"),
            delimiter="\t",
        ),
    )  # fmt: skip
    assert report.bibliography.authors == ("Jane B. Roe", "Ann Doe")
    assert (report.bibliography.journal, report.bibliography.pmid) == ("INV J FEET", "12345")
    assert report.bibliography.affiliations == ("Foot Clinic, Town.",)


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        (("Key", "Item Type", "Publication Year", "Author", "Title", "Publication Title", "DOI", "Abstract Note",
          "Manual Tags"),
         ("K1", "journalArticle", "2011", "Roe, Jane; Doe, Ann", "Gout", "Inv J", "10.9999/a", "He had gout.", "toe")),
        (("key", "title", "year", "month", "journal", "authors", "abstract", "doi", "keywords"),
         ("rayyan-1", "Gout", "2011", "3", "Inv J", "Roe, Jane and Doe, Ann", "He had gout.", "10.9999/a", "toe")),
        (("Title", "Authors", "Abstract", "Published Year", "Published Month", "Journal", "DOI", "Covidence #",
          "Keywords"),
         ("Gout", "Roe, Jane; Doe, Ann", "He had gout.", "2011", "3", "Inv J", "10.9999/a", "#5", "toe")),
        (("TITLE", "AUTHOR NAMES", "SOURCE TITLE", "PUBLICATION YEAR", "ABSTRACT", "DOI", "Author Keywords"),
         ("Gout", "Roe, Jane; Doe, Ann", "Inv J", "2011", "He had gout.", "10.9999/a", "toe")),
    ],
    ids=["Zotero", "Rayyan", "Covidence", "Embase"],
)  # fmt: skip
def test_headings_of_other_programs(headings: tuple[str, ...], cells: tuple[str, ...]) -> None:
    """The same article exported by each of them is the same report."""
    report = only(READER, table(headings, cells))
    found = report.bibliography
    assert (found.title, found.authors, found.journal) == ("Gout", ("Jane Roe", "Ann Doe"), "Inv J")
    assert (found.year, found.doi) == (2011, "10.9999/a")
    assert shown(report)[1:] == [("abstract", None, "He had gout."), ("keywords", None, "toe")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_are_told_by_the_headings(delimiter: str) -> None:
    """Commas, semicolons and tabs, also where the cells hold the others."""
    text = table(
        ("Title", "Year", "Abstract"), ("Gout, again; a\tcase", "2011", "One, two; three."), delimiter=delimiter
    )
    report = only(READER, text)
    assert report.text == "Gout, again; a case\n\nOne, two; three."


def test_a_line_that_names_the_separator_is_passed_over() -> None:
    """Spreadsheet programs write one before the headings."""
    assert only(READER, "sep=;\r\nTitle;Year\r\nGout;2011\r\n").bibliography.year == 2011
    assert only(READER, "\n\nTitle,Year\nGout,2011\n").bibliography.year == 2011


def test_headings_are_compared_without_case_and_punctuation() -> None:
    """Blanks, underscores and brackets do not matter; the first telling column wins."""
    assert about((" TITLE ", "Pub_Med-ID", "author(s)"), "Gout", "", "Roe, Jane").authors == ("Jane Roe",)
    assert about(("title", "PMID", "Article Title"), "Gout", "1", "Other").title == "Gout"
    assert about(("title", "PMID", "Article Title"), "", "1", "Other").title == "Other"


def test_quoted_line_breaks_stay_in_their_cell() -> None:
    """A row may take several lines; the next row's line is counted right."""
    text = 'Title,Abstract,Year\n"Gout\nof the toe","BACKGROUND: Old.\r\n\r\nCASE: He had ""it"".",2011\n,,2012\n'
    first, bad = read_all(READER, text)
    assert first.report is not None
    assert shown(first.report) == [
        ("title", None, "Gout of the toe"),
        ("abstract", "BACKGROUND", "Old."),
        ("abstract", "CASE", 'He had "it".'),
    ]
    assert "entry 2 (line 6) has neither a title" in str(bad.error)


def test_raw_text_is_the_cells() -> None:
    """Every cell that is not empty, a line each, as the table has it without its quotes."""
    assert only(READER, table(("Title", "Year", "Note", "Abstract"), ("A; b", "2011", "", "c"))).raw == "A; b\n2011\nc"


def test_rows_that_do_not_fit_are_told_of() -> None:
    """More cells than headings mean that a separator stands unquoted; empty ones at the end mean nothing."""
    text = "Title,Year\nGout, again,2011\nToes,2012,,\nShort\n"
    bad, good, short = read_all(READER, text, "my.csv")
    assert isinstance(bad.error, MalformedError)
    assert str(bad.error).startswith("my.csv, entry 1 (line 2) has 3 cells under 2 headings")
    assert good.report is not None
    assert good.report.bibliography.year == 2012
    assert short.report is not None
    assert short.report.bibliography.year is None
    assert short.notes == ("has 1 cells under 2 headings: see whether they stand in the right columns",)
    assert good.notes == ()


def test_a_quote_that_is_never_closed_is_told_of() -> None:
    """The cell that grows too long is a failure of its own; rows after the limit are read again."""
    rows = "".join(f"Title {number},2011\n" for number in range(20_000))
    reads = read_all(READER, f'Title,Year\nOne,2010\n"Two,2010\n{rows}')
    assert reads[0].report is not None
    assert "is no row of a table (field larger than field limit" in str(reads[1].error)
    assert "entry 2 (line 3)" in str(reads[1].error)
    assert reads[-1].report is not None
    assert reads[-1].report.bibliography.title == "Title 19999"


@pytest.mark.parametrize(
    ("after", "titles"),
    [
        (('Two,"She, too",2011,2\n', "Three,It went,2012,3\n"), ["Two", "Three"]),
        (("Two,She went,2011,2\n", "Three,It went,2012,3\n"), ["Two", "Three"]),
        (("Two,She went,2011,2\n", '"Three","It\nwent",2012,3\n'), ["Two", "Three"]),
        (('"Two","She\nwent",2011,2\n', '"Three","It went",2012,3\n'), ["Two", "Three"]),
        (('Two,"",2011,2\n', 'Three,"It went",2012,3'), ["Two", "Three"]),
    ],
)
def test_an_open_quote_swallows_no_rows(after: tuple[str, ...], titles: list[str]) -> None:
    """The row whose quote is left open is told of with its line, and the rows after it are read."""
    reads = read_all(READER, "".join(("Title,Abstract,Year,PMID\n", 'One,"Gout is old,2010,1\n', *after)), "my.csv")
    assert [each.report.bibliography.title for each in reads if each.report] == titles
    assert isinstance(reads[0].error, MalformedError)
    assert str(reads[0].error).startswith("my.csv, entry 1 (line 2) is no row of a table")
    assert str(reads[0].error).endswith("the table is read on from line 3")


def test_a_file_that_ends_inside_a_quote_says_so() -> None:
    """The last row's quote is open to the end of the file: that is told, with the lines that are lost to it."""
    good, bad = read_all(READER, 'Title,Year\nOne,2010\n"Two,2011', "my.csv")
    assert good.report is not None
    assert str(bad.error) == (
        "my.csv, entry 2 (line 3) is no row of a table (the file ends inside a quote):"
        " see whether a quote is left open there"
    )
    (bad,) = read_all(READER, 'Title,Year\n"Two,2011\nmore\n', "my.csv")
    assert str(bad.error).endswith("; with it the lines up to 3 are not read")


def test_an_abstract_over_lines_is_no_open_quote() -> None:
    """Lines of a quoted cell that look like rows stay in it where the row is whole."""
    (read,) = read_all(READER, 'Title,Abstract,Year\nOne,"It was old,\nred, hot, sore\nand big.",2010\n')
    assert read.report is not None
    assert shown(read.report)[1] == ("abstract", None, "It was old, red, hot, sore and big.")
    assert read.notes == ()


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 5))
def test_no_row_is_lost_without_a_word(numbers: list[int], broken: int) -> None:
    """Whichever row has the open quote, each other one is read, whether its cells are quoted or not."""
    rows = [
        f'"Title {at}","It was, {number}",2010,{at + 1}\n' if number % 2 else f"Title {at},It was,2010,{at + 1}\n"
        for at, number in enumerate(numbers)
    ]
    broken %= len(rows)
    rows[broken] = f'Title {broken},"It was,2010,{broken + 1}\n'
    reads = read_all(READER, "Title,Abstract,Year,PMID\n" + "".join(rows))
    assert [each.record for each in reads if each.report] == [
        f"pmid:{at + 1}" for at in range(len(rows)) if at != broken
    ]
    assert len(reads) == len(rows)


def test_blank_rows_and_repeated_headings_are_passed_over() -> None:
    """Tables that were put one under the other are one."""
    assert [each.record for each in read_all(READER, "Title,PMID\nOne,1\n,\n\nTitle,PMID\nTwo,2\n")] == [
        "pmid:1",
        "pmid:2",
    ]


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        (("title", "doi"), ("A", "https://doi.org/10.9999/A"), "10.9999/a"),
        (("title", "doi"), ("A", "see doi:10.9999/a."), "10.9999/a"),
        (("title", "doi", "citation"), ("A", "", "Inv J. 2011. doi: 10.9999/a. Epub 2011"), "10.9999/a"),
        (("title", "doi", "url"), ("A", "n/a", "https://example.org/"), None),
    ],
)
def test_dois_in_every_form(headings: tuple[str, ...], cells: tuple[str, ...], expected: str | None) -> None:
    """Bare, as an address, or in a citation or link beside an empty column."""
    assert about(headings, *cells).doi == expected


def test_numbers_that_spreadsheets_made() -> None:
    """A PMID that became a number with a point is the PMID; words are none."""
    assert about(("title", "pmid"), "A", "12345.0").pmid == "12345"
    assert about(("title", "pmid"), "A", "none").pmid is None
    assert about(("title", "pmcid", "year"), "A", "678", "2011.0").pmcid == "PMC678"
    assert about(("title", "pmcid", "year"), "A", "678", "2011.0").year == 2011


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Y", True),
        ("TRUE", True),
        ("gold", True),
        ("Green Published, hybrid", True),
        ("N", False),
        ("false", False),
        ("Closed access", False),
        ("", None),
        ("unknown", None),
    ],
)
def test_open_access_in_words(value: str, expected: bool | None) -> None:
    """Yes, no and the colours of Web of Science and Scopus; anything else says nothing."""
    assert about(("title", "year", "Open Access"), "A", "2011", value).open_access is expected


def test_a_retracted_article_is_marked_by_its_type() -> None:
    """A table names no notice, but the kind of publication tells."""
    found = about(
        ("Title", "PMID", "Publication Types", "License"), "A", "1", "Journal Article; Retracted Publication", "CC BY"
    )
    assert found.relations == (Relation("retracted-by"),)
    assert found.declared == ("Journal Article", "Retracted Publication")
    assert found.licence == "CC BY"


@pytest.mark.parametrize(
    "text",
    [
        "Name,Age\nRoe,5\n",
        "Title,Pages\nGout,5\n",
        "PMID,DOI,Year\n1,10.9999/a,2011\n",
        "just words\n",
        "Title of a report, 2011\nby Roe\n",
    ],
)
def test_other_tables_are_refused(text: str) -> None:
    """Without a title, or with nothing to know the article by, a table is no bibliography."""
    with pytest.raises(
        UnsupportedFormatError, match=r"my\.csv is no bibliography: .*title.*doi, pmid, pmcid, abstract"
    ):
        list(READER.read(text.encode(), "my.csv"))
    assert not is_table(text)


def test_tables_of_nothing_are_refused() -> None:
    """Headings alone, and an empty file."""
    with pytest.raises(NoTextError, match=r"my\.csv holds no entries"):
        list(READER.read(b"Title,Year\n", "my.csv"))
    with pytest.raises(EmptyFileError, match=r"my\.csv"):
        list(READER.read(b"\n", "my.csv"))
    assert "has neither a title nor an abstract" in failure(READER, "Title,Year\n,2011\n")


def test_other_encodings_are_read() -> None:
    """Spreadsheets save in the encoding of their system."""
    text = table(("Title", "Authors", "Year"), ("Gicht im Fuß: über die Größe", "Müller, Jörg", "2011"))
    for encoding in ("latin-1", "utf-8-sig", "utf-16"):
        assert only(READER, text.encode(encoding)).bibliography.authors == ("Jörg Müller",)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (",".join(PUBMED), True),
        ("\ufeffTitle;Year\r\n", True),
        ("\n  \nTI\tPY\tSO\nGout\t2011\tInv J", True),
        ('"Title","Abstract"\n', True),
        ("| Title | Year |\n|---|---|\n", False),
        ("Title\nAbstract\n", False),
        ("Title: Gout, Year: 2011\n", False),
        ("A title, a year and an abstract\n", False),
        ('{"title": "Gout", "year": 2011}\n', False),
        ("", False),
    ],
)
def test_tables_are_told_by_their_first_line(head: str, expected: bool) -> None:
    """Headings between separators; prose, Markdown and JSON that hold the same words are none."""
    assert is_table(head) is expected


CELL = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], codec="utf-8") | st.sampled_from('\n",;'), max_size=40
)


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=3), st.sampled_from(",;\t"))
def test_every_span_leads_back(rows: list[tuple[str, ...]], delimiter: str) -> None:
    """Whatever the cells, each row is a report with sound spans or a failure of its own."""
    text = table(("Title", "Abstract", "Keywords", "Authors"), *rows, delimiter=delimiter)
    with suppress(NoTextError):  # all rows blank
        assert len(read_all(READER, text)) <= len(rows)


@given(st.data())
def test_damaged_files_are_refused_within_the_tree(data: st.DataObject) -> None:
    """A byte changed, left out or repeated anywhere gives reports or read errors, nothing else."""
    row = ("1", 'Gout, "so called"', "Roe JB", "x", "Roe", "Inv J", "2011", "2011/03/01", "PMC678", "", "10.9999/a")
    whole = bytearray(table(PUBMED, row, row).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
    with suppress(ReadError):
        read_all(READER, bytes(whole))
