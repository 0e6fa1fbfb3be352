"""What a page's head, its JSON-LD, its links and its banners say of the article."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import Bibliography, Relation
from corpus.readers.html import HtmlReader

PROSE = "The patient was seen again after a month, and she said that she had been well for all of that time. "
BY = "https://creativecommons.org/licenses/by/4.0/"
ARTICLE = {
    "@type": "ScholarlyArticle",
    "headline": "An <i>invented</i> case",
    "datePublished": "2021-02-03",
    "sameAs": "https://doi.org/10.5555/LD.1",
    "author": [
        {"@type": "Person", "name": "Jane Roe", "affiliation": [{"name": "Test Hospital"}, {"name": "Test School"}]},
        {"@type": "Person", "givenName": "Karl", "familyName": "Doe", "affiliation": {"name": "Test Hospital"}},
        {"@type": "Person", "name": "Muster, Anna"},
    ],
    "isPartOf": {
        "@type": "PublicationIssue",
        "isPartOf": {"@type": ["PublicationVolume", "Periodical"], "name": "J Tests"},
    },
    "license": BY,
    "articleSection": "Case Report",
}


def about(head: str = "", content: str = "") -> Bibliography:
    page = (
        f"<!DOCTYPE html><html><head>{head}</head><body><h1>A heading of the page</h1>{content}<h2>Case</h2>"
        f"<p>{PROSE}</p><p>{PROSE} Twice.</p></body></html>"
    )
    (record,) = HtmlReader().read(page.encode(), "a.html")
    assert record.report is not None
    return record.report.bibliography


def linked(described: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(described)}</script>'


# --- JSON-LD --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "described",
    [
        ARTICLE,
        [{"@type": "WebSite", "name": "Site"}, ARTICLE],
        {"@graph": [{"@type": "BreadcrumbList"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["MedicalScholarlyArticle", "CreativeWork"]},
        {**ARTICLE, "@type": "http://schema.org/ScholarlyArticle"},
        [{"@type": "Article", "headline": "A news item"}, ARTICLE],
    ],
)
def test_linked_data_tells_what_no_meta_tells(described: object) -> None:
    """Title, authors, journal, year, DOI, places, licence and kind come from JSON-LD, wherever it has the article."""
    assert about(linked(described)) == Bibliography(
        title="An invented case",
        authors=("Jane Roe", "Karl Doe", "Anna Muster"),
        journal="J Tests",
        year=2021,
        doi="10.5555/ld.1",
        affiliations=("Test Hospital", "Test School"),
        declared=("Case Report",),
        licence=BY,
        open_access=True,
    )


def test_metadata_comes_before_linked_data() -> None:
    """What ``<meta>`` says is kept; JSON-LD fills in the rest."""
    meta = '<meta name="citation_title" content="By meta"><meta name="citation_author" content="Roe, J">'
    claims = about(meta + linked(ARTICLE))
    assert (claims.title, claims.authors, claims.journal) == ("By meta", ("J Roe",), "J Tests")


@pytest.mark.parametrize(
    "block",
    [
        "{ not json",
        "",
        "[" * 100_000,
        '"a string"',
        "[1, null, true]",
        '{"@type": "ScholarlyArticle", "author": 7, "isPartOf": [3], "license": {}, "identifier": [{}]}',
        '{"@type": 5, "@graph": {"@type": null}}',
    ],
)
def test_senseless_linked_data_is_passed_over(block: str) -> None:
    """A block that is no JSON, or says nothing of an article, leaves the page readable."""
    assert about(f'<script type="application/ld+json">{block}</script>').title == "A heading of the page"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@graph", "author", "name", "isPartOf", "license", "correction", "sameAs", "headline"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=80)
@given(_JSON)
def test_any_linked_data_can_be_read(described: object) -> None:
    """Whatever a block of JSON-LD holds, the page is read."""
    about(linked([{"@type": "ScholarlyArticle", "author": described, "isPartOf": described}, described]))


def test_identifiers_in_linked_data() -> None:
    """A DOI may stand in a property value, in the object's own name or in its address."""
    for given_as in (
        {"identifier": {"@type": "PropertyValue", "propertyID": "doi", "value": "10.5555/V.1"}},
        {"identifier": ["12", {"value": "doi:10.5555/v.1"}]},
        {"@id": "https://doi.org/10.5555/v.1"},
        {"url": "http://dx.doi.org/10.5555/v.1"},
    ):
        assert about(linked({"@type": "ScholarlyArticle", **given_as})).doi == "10.5555/v.1"


# --- licence, kind, places ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "content", "licence", "free"),
    [
        (f'<link rel="license" href="{BY}">', "", BY, True),
        ("", f'<p><a rel="license noopener" href="{BY}">CC</a></p>', BY, True),
        ("", f'<p>See <a href="{BY}">the licence</a>.</p>', BY, True),
        (f'<meta name="dc.rights" content="{BY}">', "", BY, True),
        ('<meta name="dc.rights" content="2020 Roe">', f'<p><a href="{BY}">CC</a></p>', BY, True),
        ('<meta name="DC.Rights" content="All rights reserved">', "", "All rights reserved", None),
        ('<link rel="license" href="https://example.org/terms">', "", "https://example.org/terms", None),
        ("", "", None, None),
    ],
)
def test_licences(head: str, content: str, licence: str | None, free: bool | None) -> None:
    """The licence that the page links or names is kept; a Creative Commons one is open, and none makes it closed."""
    claims = about(head, content)
    assert (claims.licence, claims.open_access) == (licence, free)


@pytest.mark.parametrize(
    "credit",
    [
        "<figure><figcaption>Figure 1. Skin, by A. Painter, {link}</figcaption></figure>",
        "<div class='caption'><p>Skin, by A. Painter, {link}</p></div>",
        "<p>Figure 1. Skin, by A. Painter, {link}</p>",
        "<ol><li>Painter A. A picture. 2001. {link}</li></ol>",
        "<p>[1] Painter A. A picture. 2001. {link}</p>",
        "<footer><p>What this site says of itself is {link}</p></footer>",
    ],
)
@pytest.mark.parametrize("rel", ["", " rel='license'"])
def test_licences_of_pictures_and_sites(credit: str, rel: str) -> None:
    """The licence of a picture, of a work that is cited or of the site is not the article's."""
    claims = about(content=credit.format(link=f"<a href='{BY}'{rel}>CC BY</a>"))
    assert (claims.licence, claims.open_access) == (None, None)


def test_kinds_and_places_from_metadata() -> None:
    """What the page calls the article, and where its authors work; Dublin Core's words for everything are no kind."""
    claims = about(
        '<meta name="citation_article_type" content="Case Report"><meta name="dc.type" content="Text.Serial.Journal">'
        '<meta name="citation_author" content="J Roe"><meta name="citation_author_institution" content="Test Hospital">'
        '<meta name="citation_author" content="K Doe"><meta name="citation_author_institution" content="Test Hospital">'
    )
    assert claims.declared == ("Case Report",)
    assert claims.affiliations == ("Test Hospital",)


# --- relations ------------------------------------------------------------------------------------


def test_a_marked_title() -> None:
    """A title that begins with "RETRACTED:" says so of the article."""
    claims = about('<meta name="citation_title" content="RETRACTED: An invented case">')
    assert claims.relations == (Relation("retracted-by"),)


@pytest.mark.parametrize(
    ("banner", "relation"),
    [
        (
            '<p>This article has been retracted. See <a href="https://doi.org/10.5555/N.1">the notice</a></p>',
            Relation("retracted-by", "doi:10.5555/n.1"),
        ),
        ("<div>This article has been withdrawn.</div>", Relation("retracted-by")),
        (
            '<div>A <a href="https://doi.org/10.5555/n.1">Retraction</a> to this article was published in 2020</div>',
            Relation("retracted-by", "doi:10.5555/n.1"),
        ),
        ("<p>A Correction to this article has been published</p>", Relation("corrected-by")),
        ("<p>An erratum for this article was published elsewhere</p>", Relation("corrected-by")),
        ("<p>This article has been corrected.</p>", Relation("corrected-by")),
        ("<p>An Expression of Concern about this article was published</p>", Relation("concern-in")),
    ],
)
def test_banners(banner: str, relation: Relation) -> None:
    """What the page says above the article of a notice is kept, with the DOI that it links to."""
    assert about(content=banner).relations == (relation,)


@pytest.mark.parametrize(
    "text",
    [
        "<p>The eardrum has been retracted since childhood.</p>",
        f"<p>{PROSE * 5} One study says that this article has been retracted.</p>",
        "<p>The article by Roe has been retracted.</p>",
    ],
)
def test_no_banner(text: str) -> None:
    """Retractions that a text tells of are not the article's own."""
    assert about(content=text).relations == ()


@pytest.mark.parametrize(
    "text",
    [
        "<h2>Discussion</h2><p>Roe reported a cure with a drug, but this article has been retracted [12].</p>",
        "<h2>Discussion</h2><p>This article has been retracted.</p>",
        "<p>Roe J. A cure. J Tests 1998;1:1. This article has been retracted.</p>",
        "<ol class='references'><li>This article has been retracted: Roe J.</li><li>Doe K.</li></ol>",
    ],
)
def test_retractions_that_the_article_mentions(text: str) -> None:
    """An article that writes of a retraction, or cites what was retracted, is not retracted itself."""
    assert about(content=f"<h2>Case</h2><p>{PROSE}</p>{text}").relations == ()
    assert about(content=text).relations == ()


@pytest.mark.parametrize(
    "banner",
    [
        "<h2>Change history</h2><ul><li><h3>12 March 2020</h3><p>This article has been retracted.</p></li></ul>",
        "<h2>Discussion</h2><p>Words.</p><div class='retraction-notice'><p>This article has been retracted.</p></div>",
        "<p>Retraction: this article has been retracted at the authors' request.</p>",
    ],
)
def test_notices_in_boxes_and_below_the_text(banner: str) -> None:
    """A notice in a box made for it, behind a label, or in the article's history is the page's own word."""
    assert about(content=banner).relations == (Relation("retracted-by"),)


def test_linked_data_tells_of_notices() -> None:
    """``creativeWorkStatus`` and ``correction`` are schema.org's words for them."""
    described = {**ARTICLE, "creativeWorkStatus": "Retracted", "correction": {"@id": "https://doi.org/10.5555/c.1"}}
    assert about(linked(described)).relations == (
        Relation("retracted-by"),
        Relation("corrected-by", "doi:10.5555/c.1"),
    )


def test_one_relation_of_a_kind_with_its_place() -> None:
    """A title, a status and a banner that say the same are one relation, the one that names the notice."""
    meta = '<meta name="citation_title" content="RETRACTED: An invented case">'
    banner = '<p>This article has been retracted: <a href="https://doi.org/10.5555/n.1">notice</a></p>'
    claims = about(meta + linked({**ARTICLE, "creativeWorkStatus": "Retracted"}), banner)
    assert claims.relations == (Relation("retracted-by", "doi:10.5555/n.1"),)
