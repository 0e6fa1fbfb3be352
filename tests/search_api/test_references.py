"""Reference files: other programs' readers find in them what was put in, and so does our own."""

from __future__ import annotations

import json
from dataclasses import replace

import bibtexparser
import pytest
import rispy
from bibtexparser import Library
from bibtexparser.middlewares import LatexDecodingMiddleware, NameParts, SeparateCoAuthors, SplitNameParts
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.registry import read_bytes
from corpus.standing import Link
from search_api.model import Citation
from search_api.references import Listed, Named, bibtex, csl, csl_json, named, printed_article, ris

CITATION = Citation(
    title="Gout of the hallux: 10% & more",
    authors=("Jane B Roe", "Ana van der Berg Jr", "The Gout Study Group"),
    journal="J Feet & Hands",
    year=2011,
    volume="4",
    issue="2",
    pages="12-18",
    doi="10.9999/feet_5",
    pmid="12345",
    pmcid="PMC678",
    page=None,
    source="/reports/a.xml",
    location="line 3",
    links=("https://doi.org/10.9999/feet_5", "https://pubmed.ncbi.nlm.nih.gov/12345/"),
)
ARTICLE = Listed("cr-1", CITATION, "A man had gout.\nHe was given colchicine.")
BARE = Listed(
    "cr-2",
    replace(CITATION, title=None, authors=(), journal=None, year=None, volume=None, issue=None, pages=None,
            doi=None, pmid=None, pmcid=None, links=()),
)  # fmt: skip


UNTITLED = Listed("cr-3", replace(BARE.citation, opening="A nun of 40 had hiccups for…"))


def test_an_article_without_a_title_goes_by_how_it_begins() -> None:
    """In brackets, as a title that is supplied is written, in each format; its key is of its first telling word."""
    name = "[A nun of 40 had hiccups for…]"
    assert rispy.loads(ris([UNTITLED]))[0]["title"] == name
    (entry,) = parsed(bibtex([UNTITLED])).entries
    assert entry.fields_dict["title"].value.strip("{}") == name
    assert entry.key == "anonymousnun"
    assert csl([UNTITLED])[0]["title"] == name
    assert printed_article(UNTITLED.citation) == f"{name}."
    assert replace(UNTITLED.citation, title="A title").name == "A title"


def parsed(text: str) -> Library:
    """What bibtexparser makes of a file, names in parts and LaTeX undone."""
    library = bibtexparser.parse_string(
        text, append_middleware=[SeparateCoAuthors(), SplitNameParts(), LatexDecodingMiddleware()]
    )
    assert library.failed_blocks == []
    return library


@pytest.mark.parametrize(
    ("author", "parts"),
    [
        ("Jane B Roe", Named("Roe", "Jane B")),
        ("JB Roe", Named("Roe", "JB")),
        ("Ana van der Berg", Named("van der Berg", "Ana")),
        ("Ana Maria de la Cruz Jr.", Named("de la Cruz", "Ana Maria", "Jr.")),
        ("John Doe III", Named("Doe", "John", "III")),
        ("Van Nguyen", Named("Nguyen", "Van")),
        ("Plato", Named("Plato")),
        ("Gout Study Group", Named("Gout Study Group")),
        ("Department of Feet", Named("Department of Feet")),
    ],
)
def test_names_are_taken_apart(author: str, parts: Named) -> None:
    """Small words before it belong to the family name, a suffix to none; groups stay whole."""
    assert named(author) == parts


def test_ris_is_read_by_another_program() -> None:
    """Every fact stands where reference managers look for it."""
    (entry,) = rispy.loads(ris([ARTICLE]))
    assert entry["type_of_reference"] == "JOUR"
    assert entry["authors"] == ["Roe, Jane B", "van der Berg, Ana, Jr", "The Gout Study Group"]
    assert entry["title"] == CITATION.title
    assert entry["secondary_title"] == "J Feet & Hands"
    assert (entry["year"], entry["volume"], entry["number"]) == ("2011", "4", "2")
    assert (entry["start_page"], entry["end_page"]) == ("12", "18")
    assert (entry["doi"], entry["accession_number"], entry["custom2"]) == ("10.9999/feet_5", "12345", "PMC678")
    assert entry["urls"] == list(CITATION.links)
    assert entry["abstract"] == "A man had gout. He was given colchicine."
    assert entry["id"] == "cr-1"


def test_ris_is_read_by_our_own_reader() -> None:
    """What goes out comes in again: the same article, with the same facts."""
    (read,) = read_bytes(ris([ARTICLE]).encode(), "a.ris")
    assert read.report is not None
    about = read.report.bibliography
    for name in ("title", "authors", "journal", "year", "volume", "issue", "pages", "doi", "pmid", "pmcid"):
        assert getattr(about, name) == getattr(CITATION, name), name


def test_bibtex_is_read_by_another_program() -> None:
    """Marks that LaTeX would take for its own come back as they were; groups are one name."""
    (entry,) = parsed(bibtex([ARTICLE])).entries
    told = entry.fields_dict
    assert (entry.entry_type, entry.key) == ("article", "roe2011gout")
    assert told["title"].value == CITATION.title
    assert told["journal"].value == "J Feet & Hands"
    assert [told[name].value for name in ("year", "volume", "number", "pages")] == ["2011", "4", "2", "12–18"]
    assert [told[name].value for name in ("doi", "pmid", "pmcid")] == ["10.9999/feet_5", "12345", "PMC678"]
    first, second, third = told["author"].value
    assert first == NameParts(first=["Jane", "B"], von=[], last=["Roe"], jr=[])
    assert second == NameParts(first=["Ana"], von=["van", "der"], last=["Berg"], jr=["Jr"])
    assert " ".join(third.last) in ("The Gout Study Group", "{The Gout Study Group}")


def test_identifiers_and_addresses_are_left_as_they_are() -> None:
    """Programs take them letter for letter: an escaped underscore or percent sign would break the link."""
    odd = replace(CITATION, doi="10.1/a_b%28c", links=("https://a.example/?x=1&y=%20~{z}",))
    told = bibtex([replace(ARTICLE, citation=odd)])
    assert "doi = {10.1/a_b%28c}," in told
    assert "url = {https://a.example/?x=1&y=%20~%7Bz%7D}," in told


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [("12-18", "12", "18"), ("12--18", "12", "18"), ("e12\u20139", "e12", "9"), ("S3", "S3", "")],
)
def test_pages_are_a_first_and_a_last_one(pages: str, first: str, last: str) -> None:
    """Whichever dash stands between them."""
    article = replace(ARTICLE, citation=replace(CITATION, pages=pages))
    (entry,) = rispy.loads(ris([article]))
    assert (entry["start_page"], entry.get("end_page", "")) == (first, last)
    assert f"pages = {{{'--'.join(filter(None, (first, last)))}}}" in bibtex([article])


def test_keys_differ() -> None:
    """Two articles of one author, year and word have two keys; one that tells nothing has a key all the same."""
    keys = [each.key for each in parsed(bibtex([ARTICLE, replace(ARTICLE, report_id="cr-3"), BARE, BARE])).entries]
    assert keys == ["roe2011gout", "roe2011gout-2", "anonymous", "anonymous-2"]


def test_csl_has_what_styles_print() -> None:
    """Names in parts, the year as a date, and nothing that is not told."""
    (item,) = json.loads(csl_json([ARTICLE]))
    assert item["author"] == [
        {"family": "Roe", "given": "Jane B"},
        {"family": "van der Berg", "given": "Ana", "suffix": "Jr"},
        {"literal": "The Gout Study Group"},
    ]
    assert item["issued"] == {"date-parts": [[2011]]}
    assert [item[name] for name in ("id", "type", "page", "DOI")] == ["cr-1", "article-journal", "12-18", CITATION.doi]
    assert csl([BARE]) == [{"id": "cr-2", "type": "document"}]


def test_a_retraction_is_told_in_every_format() -> None:
    """Who imports a retracted article sees that it is one."""
    warned = replace(CITATION, warnings=(Link("retracted-by", "doi:10.9999/r", None),))
    retracted = replace(ARTICLE, citation=warned)
    (entry,) = rispy.loads(ris([retracted]))
    assert entry["notes"] == ["Retracted: doi:10.9999/r"]
    assert parsed(bibtex([retracted])).entries[0].fields_dict["note"].value == "Retracted: doi:10.9999/r"
    assert csl([retracted])[0]["note"] == "Retracted: doi:10.9999/r"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=4))
def test_whatever_a_title_holds_the_files_stay_whole(texts: list[tuple[str, str, str]]) -> None:
    """Tags, braces, at signs and line ends in a text end no entry and begin none."""
    articles = [
        Listed(f"cr-{at}", replace(CITATION, title=title, journal=journal or None), abstract)
        for at, (title, journal, abstract) in enumerate(texts)
    ]
    entries = rispy.loads(ris(articles))
    assert [entry["id"] for entry in entries] == [each.report_id for each in articles]
    assert len(parsed(bibtex(articles)).entries) == len(articles)
    assert len(json.loads(csl_json(articles))) == len(articles)


def test_a_tag_inside_a_text_begins_no_entry() -> None:
    """A line of a report that looks like the end of an entry is words in its abstract."""
    tricky = replace(ARTICLE, abstract="He said:\nER  - \nTY  - JOUR\nTI  - Forged")
    (entry,) = rispy.loads(ris([tricky]))
    assert entry["title"] == CITATION.title
    assert "ER - TY - JOUR" in entry["abstract"]
