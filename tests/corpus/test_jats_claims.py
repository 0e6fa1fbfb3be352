"""What JATS articles claim of themselves: relations, kinds, licences, places of work."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model import Bibliography, Relation
from corpus.readers.jats import JatsReader

FILES = Path(__file__).parents[2].parent / "shared" / "data" / "files"
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ali="http://www.niso.org/schemas/ali/1.0/"'

needs_shared = pytest.mark.skipif(not FILES.is_dir(), reason="the shared development data is not here")


def about(meta: str = "", kind: str = "case-report", body: str = "<p>Text.</p>", rest: str = "") -> Bibliography:
    """The bibliography of an article of the type ``kind`` with ``meta`` in its ``article-meta``."""
    article = (
        f'<article {XLINK} article-type="{kind}"><front><article-meta>{meta}</article-meta></front>'
        f"<body>{body}</body>{rest}</article>"
    )
    (record,) = JatsReader().read(article.encode(), "a.xml")
    assert record.report is not None
    return record.report.bibliography


def related(kind: str, href: str = "10.5555/Other", link: str = "doi", inner: str = "") -> str:
    return (
        f'<related-article related-article-type="{kind}" ext-link-type="{link}" xlink:href="{href}">'
        f"{inner}</related-article>"
    )


# --- relations ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "relation"),
    [
        ("retracted-article", "retracts"),
        ("retraction-forward", "retracted-by"),
        ("corrected-article", "corrects"),
        ("correction-forward", "corrected-by"),
        ("partial-retraction", "corrected-by"),
        ("object-of-concern", "concern-about"),
        ("concern-forward", "concern-in"),
        ("expression-of-concern", "concern-in"),
        ("published-article", "preprint-of"),
        ("version-of-record", "preprint-of"),
        ("preprint", "has-preprint"),
    ],
)
def test_the_direction_of_each_link(link: str, relation: str) -> None:
    """Each type of ``related-article`` says one thing of this article, in one direction."""
    assert [(each.kind, each.identifier) for each in about(related(link)).relations] == [
        (relation, "doi:10.5555/other")
    ]


@pytest.mark.parametrize("link", ["companion", "commentary", "letter", "in-this-issue", "peer-reviewed-article", ""])
def test_other_company_is_no_relation(link: str) -> None:
    """Companions, letters and reviews neither correct nor take back anything."""
    assert about(related(link)).relations == ()


@pytest.mark.parametrize(
    ("kind", "link", "relation"),
    [
        ("retraction", "retraction-forward", "retracts"),
        ("correction", "correction-forward", "corrects"),
        ("correction", "partial-retraction", "corrects"),
        ("expression-of-concern", "expression-of-concern", "concern-about"),
        ("retracted-article", "retracted-article", "retracted-by"),
    ],
)
def test_a_notice_points_at_its_object(kind: str, link: str, relation: str) -> None:
    """A notice is about the article it names and never the object of its own link, whatever the link is called."""
    assert [each.kind for each in about(related(link), kind).relations] == [relation]


@pytest.mark.parametrize(
    ("kind", "relation"),
    [
        ("retraction", "retracts"),
        ("correction", "corrects"),
        ("expression-of-concern", "concern-about"),
        ("retracted-article", "retracted-by"),
    ],
)
def test_a_type_alone_tells_the_relation(kind: str, relation: str) -> None:
    """Where no article is named, the type still says that there is one, without an identifier."""
    assert [(each.kind, each.identifier) for each in about(kind=kind).relations] == [(relation, "")]


@pytest.mark.parametrize(
    ("href", "link", "inner", "identifier"),
    [
        ("10.5555/ABC.1", "doi", "", "doi:10.5555/abc.1"),
        ("https://doi.org/10.5555/abc.1", "uri", "", "doi:10.5555/abc.1"),
        ("24049748", "pubmed", "", "pmid:24049748"),
        ("24049748", "pmid", "", "pmid:24049748"),
        ("PMC1234567", "pmc", "", "pmcid:pmc1234567"),
        ("1234567", "pmcid", "", "pmcid:pmc1234567"),
        ("12", "publisher-id", '<pub-id pub-id-type="doi">10.5555/in</pub-id>', "doi:10.5555/in"),
        ("", "", '<pub-id pub-id-type="pmid">77</pub-id>', "pmid:77"),
        ("12", "publisher-id", "", ""),
    ],
)
def test_identifiers_of_the_other_article(href: str, link: str, inner: str, identifier: str) -> None:
    """DOI, PMID or PMCID come from the link or from what it holds, in lower case; a publisher's own number is none."""
    (relation,) = about(related("corrected-article", href, link, inner)).relations
    assert relation.identifier == identifier


def test_links_in_the_text_count() -> None:
    """A notice's sentence may hold the link; one in a review of the article is the review's."""
    sentence = f"<p>This corrects {related('corrected-article', inner='the article')}.</p>"
    review = f"<sub-article article-type='reply'><front-stub>{related('retraction-forward')}</front-stub></sub-article>"
    assert about(body=sentence, rest=review).relations == (Relation("corrects", "doi:10.5555/other"),)


def test_the_same_link_twice_is_one_relation() -> None:
    """Links in the front matter and in the text that say the same are one relation."""
    twice = related("retracted-article")
    assert len(about(twice + twice, "retraction").relations) == 1


@pytest.mark.parametrize(
    ("title", "relations"),
    [
        ("RETRACTED: An invented case", ("retracted-by",)),
        ("Retracted article: An invented case", ("retracted-by",)),
        ("[Retracted] An invented case", ("retracted-by",)),
        ("WITHDRAWN: An invented case", ("retracted-by",)),
        ("Retraction: An invented case", ("retracts",)),
        ("Retraction note to: An invented case", ("retracts",)),
        ("Correction to: An invented case", ("corrects",)),
        ("Erratum to an invented case", ("corrects",)),
        ("Expression of concern: An invented case", ("concern-about",)),
        ("Retracted eardrum: an invented case", ()),
        ("Retraction of the eardrum after a dive", ()),
        ("Correction of severe hyponatraemia: an invented case", ()),
        ("Withdrawn treatment and what came of it", ()),
    ],
)
def test_titles_that_say_so(title: str, relations: tuple[str, ...]) -> None:
    """Journals mark titles; the same words in a title about a patient mark nothing."""
    meta = f"<title-group><article-title>{title}</article-title></title-group>"
    assert tuple(relation.kind for relation in about(meta).relations) == relations


def test_a_marked_title_adds_nothing_to_a_link() -> None:
    """A retracted article that names its notice has one relation, the one with an identifier."""
    meta = "<title-group><article-title>RETRACTED: A case</article-title></title-group>"
    assert about(meta + related("retraction-forward")).relations == (Relation("retracted-by", "doi:10.5555/other"),)


# --- kinds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("groups", "declared"),
    [
        ('<subj-group subj-group-type="heading"><subject>Case Report</subject></subj-group>', ("x", "Case Report")),
        (
            '<subj-group subj-group-type="Discipline"><subject>Biology</subject></subj-group>'
            '<subj-group subj-group-type="heading"><subject>Letter</subject></subj-group>',
            ("x", "Letter"),
        ),
        (
            "<subj-group><subject>Cases</subject></subj-group><subj-group><subject>Skin</subject></subj-group>",
            ("x", "Cases"),
        ),
        ('<subj-group subj-group-type="heading"><subject>x</subject></subj-group>', ("x",)),
        ("", ("x",)),
    ],
)
def test_declared_kinds(groups: str, declared: tuple[str, ...]) -> None:
    """The article's type and the heading it was published under are kept as they stand; disciplines are no kinds."""
    assert about(f"<article-categories>{groups}</article-categories>", "x").declared == declared


def test_a_preprint_stays_declared() -> None:
    """That an article is a preprint is its declared kind, not a relation to nothing."""
    claims = about(kind="preprint")
    assert (claims.declared, claims.relations) == (("preprint",), ())


# --- licences -------------------------------------------------------------------------------------

CC = "http://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("licence", "terms", "free"),
    [
        (f'<license xlink:href="{CC}"><license-p>CC.</license-p></license>', CC, True),
        (f'<license license-type="open-access" xlink:href="{CC}"/>', CC, True),
        (f"<license><ali:license_ref>{CC}</ali:license_ref></license>", CC, True),
        (f'<license><license-p>See <ext-link xlink:href="{CC}">CC BY</ext-link>.</license-p></license>', CC, True),
        (f"<license><license-p>Under CC BY ({CC}).</license-p></license>", CC, True),
        ("<license><p>Under a Creative Commons licence.</p></license>", "Under a Creative Commons licence.", True),
        ('<license license-type="open-access"><p>Free to read.</p></license>', "Free to read.", True),
        ('<license license-type="OpenAccess"><p>Free to read.</p></license>', "Free to read.", True),
        ("<license><p>All rights reserved.</p></license>", "All rights reserved.", None),
        ("", None, None),
    ],
)
def test_licences(licence: str, terms: str | None, free: bool | None) -> None:
    """The licence's address is kept, else its words; it is open where it says so, and never closed by silence."""
    claims = about(f"<permissions>{licence}</permissions>")
    assert (claims.licence, claims.open_access) == (terms, free)


@pytest.mark.parametrize(("value", "free"), [("yes", True), ("no", False), ("perhaps", None)])
def test_the_archive_says_whether_it_is_open(value: str, free: bool | None) -> None:
    """PubMed Central's own property tells, where the licence does not."""
    entry = f"<custom-meta><meta-name>pmc-prop-open-access</meta-name><meta-value>{value}</meta-value></custom-meta>"
    assert about(f"<custom-meta-group>{entry}</custom-meta-group>").open_access is free


# --- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("affiliation", "line"),
    [
        ("<label>1</label>Test Hospital, Testville", "Test Hospital, Testville"),
        (
            "<label>a</label> <institution>Test Hospital</institution><country>Nowhere</country>",
            "Test Hospital, Nowhere",
        ),
        ("<institution>Test Hospital, </institution><addr-line>Testville</addr-line>", "Test Hospital, Testville"),
        ("<sup>1</sup>Test Hospital", "Test Hospital"),
        ("1Test Hospital", "Test Hospital"),
        ("Test Hospital; E-Mail: <email>a@b.c</email>", "Test Hospital"),
        (
            "<institution content-type='orgname'>TH</institution>"
            "<institution content-type='original'>Test Hospital. Testville</institution>",
            "Test Hospital. Testville",
        ),
        ("24 Test Street", "24 Test Street"),
    ],
)
def test_affiliations_are_plain_lines(affiliation: str, line: str) -> None:
    """Each affiliation is one line without label and mail address."""
    assert about(f"<aff id='a1'>{affiliation}</aff>").affiliations == (line,)


def test_editors_places_are_not_the_authors() -> None:
    """Where only an editor works is left out; what nobody points at stays; the same place twice is one."""
    group = (
        '<contrib-group><contrib contrib-type="author"><name><surname>Roe</surname></name>'
        '<xref ref-type="aff" rid="a1 a3"/></contrib>'
        '<contrib contrib-type="editor"><name><surname>Doe</surname></name><xref ref-type="aff" rid="e1"/></contrib>'
        "</contrib-group>"
        '<aff id="a1">One</aff><aff id="e1">Editorial office</aff><aff id="a2">Two</aff><aff id="a3">One</aff>'
    )
    assert about(group).affiliations == ("One", "Two")


def test_one_form_of_an_affiliation_is_enough() -> None:
    """Of an affiliation in two languages the first is kept; one inside its author is found."""
    inner = "<contrib-group><contrib><name><surname>R</surname></name><aff>Inside</aff></contrib></contrib-group>"
    both = '<aff-alternatives id="a"><aff>Hospital</aff><aff>Krankenhaus</aff></aff-alternatives>'
    assert about(inner + both).affiliations == ("Inside", "Hospital")


# --- real files -----------------------------------------------------------------------------------


@needs_shared
def test_a_real_retraction_notice() -> None:
    """A notice of two paragraphs is read, says what it retracts, and under which licence it stands."""
    name = "PMC4608484_retraction.nxml"
    (record,) = JatsReader().read((FILES / name).read_bytes(), name)
    assert record.report is not None
    claims = record.report.bibliography
    assert claims.relations == (Relation("retracts", "pmid:24049748"),)
    assert claims.declared[0] == "retraction"
    assert claims.open_access is True
