from __future__ import annotations

import pytest

from corpus.assembly import Block, assemble
from corpus.catalog import Stored
from corpus.model import Bibliography, Part, Report, Span
from corpus.tracked import Tracked
from search_api.citing import addresses, cite
from tests.fakes import make_report

FACTS = Bibliography("A fall", ("A. Doe", "B. Roe"), "Annals of Falls", 2011, "10.1000/fall", "17", "PMC3")


def stored(report: Report, source: str = "/a.pdf") -> Stored:
    return Stored("r1", 7, source, "0" * 64, report)


def in_parts(*parts: Part, raw: str = "She fell. She got up.") -> Report:
    return assemble([Block(Tracked.of(raw))], FACTS, raw=raw, parts=parts, reader="test")


def test_a_citation_carries_all_that_identifies_the_article() -> None:
    """Title, authors, journal, year, identifiers and the file it was read from."""
    citation = cite(stored(in_parts()), Span(0, 9))
    assert (citation.title, citation.authors, citation.journal, citation.year) == (
        "A fall",
        ("A. Doe", "B. Roe"),
        "Annals of Falls",
        2011,
    )
    assert (citation.doi, citation.pmid, citation.pmcid, citation.source) == ("10.1000/fall", "17", "PMC3", "/a.pdf")


def test_identifiers_become_links() -> None:
    """DOI, PMID and PMCID each have an address; what is absent has none."""
    assert addresses(FACTS) == (
        "https://doi.org/10.1000/fall",
        "https://pubmed.ncbi.nlm.nih.gov/17",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC3",
    )
    assert addresses(Bibliography(pmid="17")) == ("https://pubmed.ncbi.nlm.nih.gov/17",)
    assert addresses(Bibliography()) == ()


def test_a_page_is_cited_by_number() -> None:
    """A passage that runs over the end of a page is cited from the page where it begins."""
    report = in_parts(Part(0, 12, "page", "1"), Part(12, 21, "page", "2"))
    for span, page in ((Span(0, 9), 1), (Span(10, 21), 1), (Span(14, 21), 2)):
        citation = cite(stored(report), span)
        assert (citation.page, citation.location) == (page, f"page {page}")


def test_an_element_is_cited_by_its_path() -> None:
    """Markup has no pages, but a place in the tree."""
    citation = cite(stored(in_parts(Part(0, 21, "element", "/article/body/p[2]"))), Span(10, 21))
    assert (citation.page, citation.location) == (None, "/article/body/p[2]")


@pytest.mark.parametrize(("words", "line"), [("One", 1), ("Two", 3), ("Three", 6), ("Four", 7)])
def test_text_is_cited_by_line(words: str, line: int) -> None:
    """Lines count from 1 in the file as it was, blank ones included."""
    report = make_report("One is here.\n\nTwo is here.\n\n\nThree is here.\nFour is here.")
    start = report.text.index(words)
    citation = cite(stored(report, "/a.txt"), Span(start, start + len(words)))
    assert (citation.page, citation.location) == (None, f"line {line}")


def test_a_place_that_is_not_known_is_left_out() -> None:
    """A source without parts gives no location rather than a wrong one."""
    citation = cite(stored(in_parts()), Span(0, 9))
    assert (citation.page, citation.location) == (None, "")


def test_a_citation_without_a_title_tells_how_the_text_begins() -> None:
    """One with a title does not."""
    untitled = assemble([Block(Tracked.of("She fell. She got up."))], Bibliography(), raw="", parts=(), reader="test")
    assert cite(stored(untitled), Span(0, 9)).opening == "She fell. She got up."
    assert cite(stored(in_parts()), Span(0, 9)).opening is None
