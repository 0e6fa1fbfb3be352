"""One report once: which readings are of the same article, and which only look so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from corpus.catalog import Catalog
from corpus.matching import matches, preprints_of
from corpus.model import Relation, Report
from corpus.preprints import is_preprint
from tests.fakes import make_report, prose

TITLE = "Lemierre syndrome in a rower with sore throat"
WHOLE = prose(1, 1500)
ABSTRACT = " ".join(WHOLE.split()[20:180])
FACTS: dict[str, Any] = {
    "authors": ("Ann Doe", "Bo Roe"),
    "year": 2011,
    "doi": "10.1000/fall",
    "pmid": "17",
    "pmcid": "PMC3",
}


def article(text: str = WHOLE, title: str | None = TITLE, **facts: object) -> Report:
    return make_report(f"{title or ''}\n\n{text}", title, **facts)


@pytest.fixture
def known(catalog: Catalog) -> Catalog:
    """A catalog with one article in it, "r1", of which all is known."""
    catalog.put("r1", article(**FACTS), "/a.xml")
    return catalog


@pytest.mark.parametrize("scheme", ["doi", "pmid", "pmcid"])
def test_an_article_is_known_by_any_of_its_identifiers(known: Catalog, scheme: str) -> None:
    """One identifier in common, in whatever case, makes two readings the same article."""
    assert matches(known, make_report("Other words.", **{scheme: str(FACTS[scheme]).upper()})) == ["r1"]
    assert matches(known, make_report("Other words.", doi="10.1000/other")) == []


def test_a_version_of_an_article_is_the_article(catalog: Catalog) -> None:
    """The versions that a publisher numbers in the DOI are one report."""
    catalog.put("r1", make_report("First version.", doi="10.21203/rs.3.rs-55/v1"), "/a.xml")
    assert matches(catalog, make_report("Second version.", doi="10.21203/rs.3.rs-55/v2")) == ["r1"]


def test_a_surer_identifier_outweighs_another(known: Catalog) -> None:
    """A shared PMID beside two DOIs that differ is somebody's slip: nothing is merged."""
    assert matches(known, make_report("Other words.", doi="10.1000/other", pmid="17")) == []


def test_long_texts_without_a_word_in_common_are_not_merged_by_an_identifier(known: Catalog) -> None:
    """A letter whose first page shows the DOI of the article that it is about is not that article."""
    assert matches(known, make_report(prose(9, 900), "A quite different title of a letter", doi=FACTS["doi"])) == []


def test_an_article_without_identifiers_is_known_by_its_words(catalog: Catalog) -> None:
    """White space does not count, a word does."""
    catalog.put("r1", make_report("A woman fell.\n\nShe got up."), "/a.txt")
    assert matches(catalog, make_report("A woman fell. She got up.")) == ["r1"]
    assert matches(catalog, make_report("A woman fell. He got up.")) == []


def test_an_old_text_is_not_the_report_any_more(catalog: Catalog) -> None:
    """After an update the words of the old revision find nothing."""
    catalog.put("r1", make_report("A woman fell."), "/a.txt")
    catalog.put("r1", make_report("A woman of 34 fell."), "/a.txt")
    assert matches(catalog, make_report("A woman fell.")) == []


def test_title_and_year_and_an_author_make_an_article(known: Catalog) -> None:
    """A citation without identifiers finds its article, whatever the typography of its title."""
    for title in (TITLE, TITLE.upper() + ".", "Lemierre’s syndrome in a rower with sore throat"):
        assert matches(known, make_report(title, title, authors=("A. Doe",), year=2012)) == ["r1"]


@pytest.mark.parametrize(
    "facts",
    [
        {"authors": ("Cy Poe",), "year": 2011},
        {"authors": ("Ann Doe",), "year": 2014},
        {"year": 2012},
        {},
        {"authors": ("Ann Doe",), "year": 2011, "doi": "10.1000/other"},
    ],
)
def test_a_title_alone_makes_none(known: Catalog, facts: dict[str, Any]) -> None:
    """Other authors, another year, another DOI, or nothing that confirms it: the title is a coincidence."""
    assert matches(known, make_report(TITLE, TITLE, **facts)) == []


def test_a_long_title_and_the_very_year_do_without_authors(known: Catalog) -> None:
    """Eight words and more are not chosen twice in a year."""
    assert matches(known, make_report(TITLE, TITLE, year=2011)) == ["r1"]


@pytest.mark.parametrize("first", ["Retraction", "Erratum", "Comment on", "Reply"])
def test_what_is_about_an_article_is_not_the_article(known: Catalog, first: str) -> None:
    """A notice repeats the title and often the authors of its article; it stays a report of its own."""
    assert matches(known, make_report(f"{first}: {TITLE}", f"{first}: {TITLE}", authors=("Ann Doe",), year=2011)) == []


def test_a_notice_under_the_very_title_of_its_article_is_not_the_article(catalog: Catalog) -> None:
    """What it declares tells it apart, not its words."""
    catalog.put("r1", article(authors=("Ann Doe",), year=2011), "/a.txt")
    facts: dict[str, Any] = {"authors": ("Ann Doe",), "year": 2011, "pmid": "18"}
    assert matches(catalog, make_report(TITLE, TITLE, **facts)) == ["r1"]
    assert matches(catalog, make_report(TITLE, TITLE, **facts, relations=(Relation("retracts", "pmid:17"),))) == []


def test_a_near_copy_is_the_article(known: Catalog) -> None:
    """Another reader's text of the same article, its title misread and its facts missing, is known by its words."""
    words = WHOLE.split()
    words[100::60] = ["misread"] * len(words[100::60])
    assert matches(known, article(" ".join(words), title=None)) == ["r1"]
    assert matches(known, article(prose(2, 1500), title=None)) == []


def test_cases_told_in_the_same_set_phrases_stay_apart(catalog: Catalog) -> None:
    """A form filled in for two patients: the words agree, the ages, doses and dates do not."""
    form = f"A {{}}-year-old patient. {WHOLE} Dose {{}} mg on day {{}}."
    catalog.put("r1", article(form.format(34, 50, 7), title=None), "/a.txt")
    assert matches(catalog, article(form.format(61, 20, 9), title=None)) == []
    assert matches(catalog, article(form.format(34, 50, 7) + " She was well.", title=None)) == ["r1"]


def test_an_abstract_joins_its_full_text_and_the_other_way_round(catalog: Catalog) -> None:
    """Contained under the same title is enough, whichever comes first."""
    catalog.put("full", article(), "/a.xml")
    assert matches(catalog, article(ABSTRACT)) == ["full"]
    catalog.delete("full")
    catalog.put("abstract", article(ABSTRACT), "/b.txt")
    assert matches(catalog, article()) == ["abstract"]


def test_a_part_under_another_title_stays_apart(known: Catalog) -> None:
    """One abstract among the many of a proceedings volume is not the volume."""
    assert matches(known, article(ABSTRACT, title="Another sore throat in quite another rower")) == []


def test_a_preprint_is_linked_and_never_merged(known: Catalog) -> None:
    """However alike the two are; the link names which is which, from either side."""
    preprint = article(authors=FACTS["authors"], year=2011, doi="10.1101/2010.01.01.123")
    assert matches(known, preprint) == []
    known.put("p1", preprint, "/p.pdf")
    assert preprints_of(known, "p1", preprint) == [("p1", "r1")]
    assert preprints_of(known, "r1", article(**FACTS)) == [("p1", "r1")]
    known.put("p2", article(prose(5, 900), "A preprint about something else altogether", doi="10.1101/7"), "/q.pdf")
    assert preprints_of(known, "p2", known.get("p2").report) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"doi": "10.1101/2020.01.01.123"}, True),
        ({"doi": "10.1101/mcs.a001234"}, False),
        ({"doi": "10.21203/rs.3.rs-1/v1"}, True),
        ({"doi": "10.1000/x", "declared": ("preprint",)}, False),
        ({"declared": ("Preprint",)}, True),
        ({"journal": "medRxiv"}, True),
        ({"journal": "Annals of Falls"}, False),
        ({}, False),
    ],
)
def test_a_preprint_is_told_by_doi_then_by_what_is_declared(facts: dict[str, Any], expected: bool) -> None:
    """The DOI's prefix decides where there is one; else the declared kind, or the server's name as the journal."""
    assert is_preprint(make_report("Words.", **facts).bibliography) is expected


def test_a_record_of_a_data_set_stands_for_itself(known: Catalog) -> None:
    """Likeness merges none: only its identifiers, or its very words, make it a source of a report."""
    record = article(authors=FACTS["authors"], year=2011, given_id="set-7")
    assert matches(known, replace(record, text=record.text + " More.")) == []
    assert matches(known, replace(record, bibliography=article(doi=FACTS["doi"]).bibliography)) == ["r1"]
    assert matches(known, article(**FACTS, given_id="set-7")) == ["r1"]


def test_two_records_that_name_themselves_are_two_reports(catalog: Catalog) -> None:
    """A given id outweighs a shared DOI, but not equal words."""
    catalog.put("x", article(given_id="x", doi="10.1000/x"), "/a.jsonl", "x")
    assert matches(catalog, make_report("Other words.", given_id="y", doi="10.1000/x")) == []
    assert matches(catalog, article(given_id="y", doi="10.1000/x")) == ["x"]


def test_a_reading_that_belongs_to_two_reports_brings_them_together(catalog: Catalog) -> None:
    """One was known by its DOI, the other by its PMID; the surest comes first."""
    catalog.put("r1", make_report("Some words.", pmid="17"), "/a.nbib", "1")
    catalog.put("r2", make_report("Other words.", doi="10.1000/fall"), "/b.txt")
    assert matches(catalog, make_report("More words.", doi="10.1000/fall", pmid="17")) == ["r2", "r1"]
    assert matches(catalog, make_report("More words.", doi="10.1000/fall", pmid="17"), besides=["r1"]) == ["r2"]


def test_what_a_person_told_apart_is_not_brought_together(catalog: Catalog) -> None:
    """A decision outweighs an identifier that belongs to both."""
    catalog.put("r1", make_report("Some words.", pmid="17"), "/a.nbib", "1")
    catalog.put("r2", make_report("Other words.", doi="10.1000/fall"), "/b.txt")
    catalog.decide("r1", "r2", same=False)
    assert matches(catalog, make_report("More words.", doi="10.1000/fall", pmid="17")) == ["r2"]


def test_reports_that_contradict_each_other_are_not_brought_together(catalog: Catalog) -> None:
    """The same words under two DOIs stay two reports, and a third reading joins the one that it names."""
    catalog.put("r1", article(doi="10.1000/one"), "/a.xml")
    catalog.put("r2", article(doi="10.1000/two"), "/b.xml")
    assert matches(catalog, article()) == ["r1"]
    assert matches(catalog, article(doi="10.1000/two")) == ["r2"]


def test_an_identifier_of_two_reports_outlives_one_of_them(catalog: Catalog) -> None:
    """Where two records carry one DOI, taking one out leaves the article known by the other."""
    for name in ("r1", "r2"):
        catalog.put(name, make_report(f"Words of {name}.", given_id=name, doi="10.1000/x"), "/a.jsonl", name)
    catalog.delete("r1")
    assert matches(catalog, make_report("Third text.", doi="10.1000/x")) == ["r2"]
