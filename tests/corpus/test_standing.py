"""Retractions, corrections, concerns, preprints: who says so, and that both sides know."""

from __future__ import annotations

import pytest

from corpus.catalog import Catalog
from corpus.errors import NotFoundError
from corpus.model import Relation
from corpus.standing import Link, links, warnings
from tests.fakes import make_report


def put(catalog: Catalog, name: str, doi: str, *relations: Relation) -> None:
    catalog.put(name, make_report(f"Words of {name}.", doi=doi, relations=relations), f"/{name}.xml")


@pytest.mark.parametrize("notice_first", [True, False])
def test_a_notice_marks_the_article_that_it_names(catalog: Catalog, notice_first: bool) -> None:
    """Whichever came first, the article is retracted by the notice and the notice retracts the article."""

    def notice() -> None:
        put(catalog, "notice", "10.1000/notice", Relation("retracts", "doi:10.1000/FALL"))

    if notice_first:
        notice()
    put(catalog, "article", "10.1000/fall")
    if not notice_first:
        notice()
    assert links(catalog, "article") == [Link("retracted-by", "doi:10.1000/notice", "notice")]
    assert links(catalog, "notice") == [Link("retracts", "doi:10.1000/fall", "article")]
    assert warnings(catalog, "article") == (Link("retracted-by", "doi:10.1000/notice", "notice"),)
    assert warnings(catalog, "notice") == ()


def test_what_both_sides_declare_is_one_link(catalog: Catalog) -> None:
    """A corrected article and its correction name each other once."""
    put(catalog, "article", "10.1000/fall", Relation("corrected-by", "doi:10.1000/notice"))
    put(catalog, "notice", "10.1000/notice", Relation("corrects", "doi:10.1000/fall"))
    assert links(catalog, "article") == [Link("corrected-by", "doi:10.1000/notice", "notice")]


def test_a_notice_that_is_not_here_is_named_all_the_same(catalog: Catalog) -> None:
    """The identifier is kept, and the report is found when it comes."""
    put(catalog, "article", "10.1000/fall", Relation("concern-in", "pmid:18"))
    assert links(catalog, "article") == [Link("concern-in", "pmid:18", None)]
    catalog.put("notice", make_report("A concern.", pmid="18"), "/n.nbib", "1")
    assert links(catalog, "article") == [Link("concern-in", "pmid:18", "notice")]


def test_that_it_was_retracted_is_told_though_nobody_names_the_notice(catalog: Catalog) -> None:
    """Until the notice is known; then the link is to the notice."""
    put(catalog, "article", "10.1000/fall", Relation("retracted-by"))
    assert links(catalog, "article") == [Link("retracted-by", "", None)]
    put(catalog, "notice", "10.1000/notice", Relation("retracts", "doi:10.1000/fall"))
    assert links(catalog, "article") == [Link("retracted-by", "doi:10.1000/notice", "notice")]


def test_a_preprint_and_its_published_form_lead_to_each_other(catalog: Catalog) -> None:
    """The link between two reports is seen from both, and goes with either; it is no warning."""
    put(catalog, "published", "10.1000/fall")
    put(catalog, "preprint", "10.1101/fall")
    catalog.link("preprint", "preprint-of", "published")
    assert links(catalog, "preprint") == [Link("preprint-of", "", "published")]
    assert links(catalog, "published") == [Link("has-preprint", "doi:10.1101/fall", "preprint")]
    assert warnings(catalog, "published") == ()
    catalog.delete("published")
    assert links(catalog, "preprint") == []


def test_a_merged_report_keeps_what_stands_against_it(catalog: Catalog) -> None:
    """The warning of either source is a warning of the report."""
    put(catalog, "one", "10.1000/fall")
    catalog.put("two", make_report("Words.", pmid="17", relations=(Relation("retracted-by", "pmid:18"),)), "/b", "1")
    catalog.merge("one", "two")
    assert warnings(catalog, "two") == (Link("retracted-by", "pmid:18", None),)


def test_a_report_has_no_link_to_itself(catalog: Catalog) -> None:
    """A notice that gives its own DOI for the article's does not retract itself."""
    put(catalog, "notice", "10.1000/notice", Relation("retracts", "doi:10.1000/notice"))
    assert links(catalog, "notice") == []


def test_a_report_that_is_not_there_is_named(catalog: Catalog) -> None:
    """As with every look-up."""
    with pytest.raises(NotFoundError, match="'r9'"):
        links(catalog, "r9")
