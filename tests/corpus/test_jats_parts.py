"""Parts of JATS articles: translations, reviews, tables with spans, sections within sections, linked DOIs, old XML."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import NoTextError, UnsupportedFormatError
from corpus.model import Report
from corpus.readers.base import Read
from corpus.readers.jats import JatsReader
from corpus.readers.jats_tree import parse
from tests.reports import assert_runs_lead_back

FILES = Path(__file__).parents[2].parent / "shared" / "data" / "files"
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'

needs_shared = pytest.mark.skipif(not FILES.is_dir(), reason="the shared development data is not here")


def record(data: str) -> Read:
    (one,) = JatsReader().read(data.encode(), "a.xml")
    return one


def read(data: str) -> Report:
    report = record(data).report
    assert report is not None
    assert_leads_back(report, data.encode())
    return report


def article(body: str = "<p>Text.</p>", meta: str = "", back: str = "", rest: str = "") -> str:
    return (
        f"<article {XLINK}><front><article-meta>{meta}</article-meta></front>"
        f"<body>{body}</body><back>{back}</back>{rest}</article>"
    )


def assert_leads_back(report: Report, data: bytes) -> None:
    """Every part is its element's string value in a fresh parse, and every run of the map is what it names."""
    root = parse(data, "fresh").getroot()
    for part in report.source_map.parts:
        assert root.xpath(f"count({part.label})") == 1
        assert report.raw[part.start : part.end] == root.xpath(f"string({part.label})")
    assert_runs_lead_back(report)


def kinds(report: Report) -> list[tuple[str, str | None, str]]:
    """Kind, heading and body of each section, in order."""
    return [
        (each.kind, each.heading.of(report.text) if each.heading else None, each.body.of(report.text))
        for each in report.sections
    ]


def rows(table: str) -> list[str]:
    """The rows that the reader makes of a table's mark-up."""
    report = read(article(f"<p>Text.</p><table-wrap><table>{table}</table></table-wrap>"))
    (body,) = [each for kind, _, each in kinds(report) if kind == "table"]
    return body.split("\n\n")


# --- articles within the article ------------------------------------------------------------------


TRANSLATION = (
    '<sub-article article-type="translation" xml:lang="pt"><front-stub><title-group><article-title>Um caso'
    "</article-title></title-group><abstract><p>Resumo do caso.</p></abstract><kwd-group><kwd>pele</kwd></kwd-group>"
    "</front-stub><body><p>Antes de tudo.</p><sec><title>Discuss\u00e3o</title><p>Nada a dizer.</p></sec></body>"
    "<back><ack><p>Obrigado.</p></ack><ref-list><ref><mixed-citation>Roe J. 2001.</mixed-citation></ref></ref-list>"
    "</back></sub-article>"
)


def test_a_translation_follows_as_further_sections() -> None:
    """A translation's title, abstract, text and thanks follow under their own kinds; its references are no new ones."""
    report = read(article(rest=TRANSLATION))
    assert kinds(report)[1:] == [
        ("title", None, "Um caso"),
        ("abstract", None, "Resumo do caso."),
        ("keywords", None, "pele"),
        ("body", None, "Antes de tudo."),
        ("body", "Discuss\u00e3o", "Nada a dizer."),
        ("back", None, "Obrigado."),
    ]
    assert report.references == ()


def test_a_translation_does_not_name_the_article() -> None:
    """Title, authors and identifiers are those of the article itself."""
    meta = "<title-group><article-title>A case</article-title></title-group>"
    assert read(article(meta=meta, rest=TRANSLATION)).bibliography.title == "A case"


@pytest.mark.parametrize("kind", ["decision-letter", "referee-report", "ref-report", "author-comment", "reply"])
def test_reviews_are_back_matter(kind: str) -> None:
    """What reviewers and editors wrote about the article is not what the article says."""
    review = (
        f'<sub-article article-type="{kind}"><front-stub><title-group><article-title>Report 1</article-title>'
        "</title-group></front-stub><body><sec><title>Results</title><p>They are odd.</p></sec></body></sub-article>"
    )
    found = kinds(read(article("<sec><title>Case</title><p>She fell.</p></sec>", rest=review)))
    assert {each[0] for each in found[1:]} == {"back"}
    assert ("back", "Results", "They are odd.") in found


def test_a_response_is_back_matter() -> None:
    """``<response>`` is a reply to the article; so is an article within a review."""
    inner = "<response><body><p>Thank you.</p></body></response>"
    review = f'<sub-article article-type="ref-report"><body><p>Well done.</p></body>{inner}</sub-article>'
    assert [each[0] for each in kinds(read(article(rest=review + inner)))] == ["body", "back"]


def test_other_articles_within_are_text() -> None:
    """Several cases published as articles within one are all read."""
    rest = (
        '<sub-article article-type="case-report"><front-stub><title-group><article-title>Second</article-title>'
        "</title-group></front-stub><body><sec><title>Case presentation</title><p>He fell.</p></sec></body>"
        "</sub-article>"
    )
    assert ("case", "Case presentation", "He fell.") in kinds(read(article(rest=rest)))


def test_translated_abstracts_are_abstracts() -> None:
    """``trans-abstract`` follows the abstract, under its own heading; a picture of one does not."""
    meta = (
        "<abstract><p>In brief.</p></abstract>"
        "<trans-abstract><title>R\u00e9sum\u00e9</title><p>En bref.</p></trans-abstract>"
        '<abstract abstract-type="graphical"><p>Picture.</p></abstract>'
        '<abstract abstract-type="teaser"><p>In br…</p></abstract>'
    )
    assert kinds(read(article(meta=meta)))[:2] == [
        ("abstract", None, "In brief."),
        ("abstract", "R\u00e9sum\u00e9", "En bref."),
    ]


def test_front_matter_alone_is_read_and_noted() -> None:
    """An article without a body is read as far as it goes, and the record says that it goes no further."""
    meta = "<title-group><article-title>A case</article-title></title-group><abstract><p>She fell.</p></abstract>"
    one = record(f"<article><front><article-meta>{meta}</article-meta></front></article>")
    assert one.report is not None
    assert [each[0] for each in kinds(one.report)] == ["title", "abstract"]
    assert "<body>" in one.notes[0]
    assert record(article()).notes == ()


def test_a_title_alone_is_refused() -> None:
    """Where there is neither abstract nor body there is nothing to read."""
    meta = "<title-group><article-title>A case</article-title></title-group>"
    with pytest.raises(NoTextError, match=r"a\.xml holds no text"):
        record(f"<article><front><article-meta>{meta}</article-meta></front></article>")


# --- sections -------------------------------------------------------------------------------------


def test_an_unknown_heading_is_more_of_the_section_around_it() -> None:
    """A subsection with a heading of its own belongs to what it stands in, not to the subsection before it."""
    body = (
        "<sec><title>Results</title><sec><title>Patient characteristics</title><p>A.</p></sec>"
        "<sec><title>Calibration of the machine</title><p>B.</p></sec></sec>"
        "<sec><title>Something else</title><p>C.</p></sec>"
    )
    found = {heading: kind for kind, heading, _ in kinds(read(article(body)))}
    assert found["Calibration of the machine"] == "results"
    assert found["Patient characteristics"] == "case"


# --- tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            '<tr><td rowspan="2">A</td><td>1</td></tr><tr><td>2</td></tr><tr><td>B</td><td>3</td></tr>',
            ["A | 1", "A | 2", "B | 3"],
        ),
        ('<tr><td>x</td><td rowspan="2">A</td></tr><tr><td>y</td></tr>', ["x | A", "y | A"]),
        (
            '<tr><td rowspan="3">A</td><td rowspan="2">B</td><td>1</td></tr><tr><td>2</td></tr>'
            "<tr><td>C</td><td>3</td></tr>",
            ["A | B | 1", "A | B | 2", "A | C | 3"],
        ),
        ('<tr><td colspan="2">H</td><td rowspan="2">A</td></tr><tr><td>1</td><td>2</td></tr>', ["H | A", "1 | 2 | A"]),
        (
            '<thead><tr><th rowspan="9">H</th></tr></thead><tbody><tr><td>1</td></tr></tbody>',
            ["H", "1"],
        ),
        ('<tr><td rowspan="no">A</td></tr><tr><td>B</td></tr>', ["A", "B"]),
        ('<tr><td rowspan="0">A</td></tr><tr><td>B</td></tr>', ["A", "B"]),
        (
            '<tgroup><tbody><row><entry morerows="1">A</entry><entry>1</entry></row>'
            "<row><entry>2</entry></row></tbody></tgroup>",
            ["A | 1", "A | 2"],
        ),
        (
            '<tgroup><tbody><row><entry namest="c1" nameend="c2">H</entry><entry morerows="1">A</entry></row>'
            "<row><entry>1</entry><entry>2</entry></row></tbody></tgroup>",
            ["H | A", "1 | 2 | A"],
        ),
    ],
)
def test_each_row_reads_whole(table: str, expected: list[str]) -> None:
    """A cell that reaches over several rows is said again in each; none reaches out of its group of rows."""
    assert rows(table) == expected


def test_a_table_in_a_cell_keeps_to_itself() -> None:
    """The spans of a table within a cell do not reach into the table around it."""
    inner = '<table><tr><td rowspan="2">in</td><td>1</td></tr><tr><td>2</td></tr></table>'
    report = read(
        article(
            f"<p>T.</p><table-wrap><table><tr><td>{inner}</td><td>x</td></tr><tr><td>y</td></tr></table></table-wrap>"
        )
    )
    assert report.text.endswith("y")


def test_a_cell_over_a_million_rows_is_not_said_a_million_times() -> None:
    """What cells say again is bounded by what the table says itself."""
    table = f'<tr><td rowspan="999">{"word " * 50}</td><td>1</td></tr>' + "<tr><td>2</td></tr>" * 900
    report = read(article(f"<p>Text.</p><table-wrap><table>{table}</table></table-wrap>"))
    assert report.text.count("word") < 60 * 50


_CELL = st.builds(
    lambda text, rowspan, columns, tag: f'<{tag} rowspan="{rowspan}" colspan="{columns}">{text}</{tag}>',
    st.text("ab 1", max_size=4),
    st.integers(0, 4),
    st.integers(0, 3),
    st.sampled_from(["td", "th"]),
)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(_CELL, max_size=4), max_size=5))
def test_any_table_leads_back(cells: list[list[str]]) -> None:
    """However cells reach over rows and columns, all that is said, and said again, leads back to its cell."""
    table = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    read(article(f"<p>Text.</p><table-wrap><label>Table 1</label><table>{table}</table></table-wrap>"))


# --- references -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("citation", "doi"),
    [
        ('Roe J. A case. 2001. <ext-link xlink:href="https://doi.org/10.5555/R1">Link</ext-link>', "10.5555/r1"),
        (
            'Roe J. A case. 2001. <ext-link xlink:href="http://dx.doi.org/10.5555%2Fr1">[CrossRef]</ext-link>',
            "10.5555/r1",
        ),
        (
            'Roe J. 2001. <pub-id pub-id-type="doi">10.5555/r2</pub-id> <uri xlink:href="https://doi.org/10.5555/r3"/>',
            "10.5555/r2",
        ),
        ('Roe J. 2001. <ext-link xlink:href="https://example.org/1">Link</ext-link>', None),
    ],
)
def test_dois_that_only_a_link_names(citation: str, doi: str | None) -> None:
    """A DOI that stands only in a link's address is put behind its reference; one that is printed is enough."""
    report = read(article(back=f"<ref-list><ref><mixed-citation>{citation}</mixed-citation></ref></ref-list>"))
    (reference,) = report.references
    assert reference.doi == doi
    assert reference.span.of(report.text).count("10.5555") == (doi is not None)


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ('<xref ref-type="bibr">1</xref><xref ref-type="bibr">2</xref>', "rare[1,2]."),
        ('<sup><xref ref-type="bibr">1</xref><xref ref-type="bibr">2</xref></sup>', "rare[1,2]."),
        ('<xref ref-type="bibr">1</xref>-<xref ref-type="bibr">2</xref>', "rare[1-2]."),
    ],
)
def test_numbers_of_two_citations_stay_two_numbers(marks: str, shown: str) -> None:
    """Links to references 1 and 2 with nothing between them are not a link to reference 12."""
    assert read(article(f"<p>It is rare{marks}.</p>")).text.endswith(shown)


def test_a_citation_without_a_ref_is_a_reference() -> None:
    """Old files list citations without ``<ref>`` around them."""
    back = "<ref-list><citation><source>J Tests</source><year>2001</year></citation></ref-list>"
    assert len(read(article(back=back)).references) == 1


# --- BioMed Central's own XML ---------------------------------------------------------------------

ART = """<art><ui>1</ui><ji>2</ji><fm><dochead>Case report</dochead><bibl>
<title><p>A case of <it>testing</it></p></title>
<aug><au id="A1"><snm>Roe</snm><mi>B</mi><fnm>Jane</fnm><insr iid="I1"/></au><au><cnm>The Test Group</cnm></au></aug>
<insg><ins id="I1"><p>Test Hospital, Testville</p></ins></insg>
<source>J Tests</source><pubdate>2004</pubdate>
<xrefbib><pubidlist><pubid idtype="doi">10.5555/Art.1</pubid>
<pubid idtype="pmpid">123</pubid></pubidlist></xrefbib></bibl>
<cpyrt><note>Open, see <url>http://creativecommons.org/licenses/by/2.0</url></note></cpyrt>
<abs><sec><st><p>Abstract</p></st><sec><st><p>Background</p></st><p>In brief.</p></sec></sec></abs></fm>
<bdy><sec><st><p>Background</p></st><p>It is rare<abbrgrp><abbr bid="B1">1</abbr><abbr bid="B2">2</abbr></abbrgrp>,
see figure <figr fid="F1">1</figr>.</p></sec>
<sec><st><p>Case presentation</p></st><p>She had 10<sup>9</sup> cells.</p>
<fig id="F1"><title><p>Figure 1</p></title>
<caption><p>The hand</p></caption><text><p><b>The hand</b></p></text></fig>
<tbl id="T1"><title><p>Table 1</p></title><caption><p>Values</p></caption>
<tblbdy cols="2"><r><c><p>Day</p></c><c><p>CK</p></c></r><r><c><p>1</p></c><c><p>200</p></c></r></tblbdy></tbl>
</sec></bdy>
<bm><ack><sec><st><p>Acknowledgements</p></st><p>Thanks.</p></sec></ack>
<refgrp><bibl id="B1"><title><p>An old case</p></title><aug><au><snm>Doe</snm><fnm>K</fnm></au><etal/></aug>
<source>J Old</source>
<pubdate>1999</pubdate><volume>1</volume><fpage>2</fpage><lpage>3</lpage>
<xrefbib><pubid idtype="doi">10.5555/old</pubid></xrefbib></bibl>
<bibl id="B2"><note>Unpublished</note></bibl></refgrp></bm></art>"""


def test_old_biomed_central_xml_is_read_as_an_article() -> None:
    """``<art>`` files give title, authors, identifiers, kind, licence and places as JATS does."""
    claims = read(ART).bibliography
    assert (claims.title, claims.journal, claims.year) == ("A case of testing", "J Tests", 2004)
    assert (claims.doi, claims.pmid) == ("10.5555/art.1", "123")
    assert claims.authors == ("Jane Roe", "The Test Group")
    assert claims.affiliations == ("Test Hospital, Testville",)
    assert claims.declared == ("Case report",)
    assert (claims.licence, claims.open_access) == ("http://creativecommons.org/licenses/by/2.0", True)


def test_old_biomed_central_sections() -> None:
    """Its sections, citations, figure, table and references read as JATS's do; a caption said again does not."""
    report = read(ART)
    found = kinds(report)
    assert [(kind, heading) for kind, heading, _ in found] == [
        ("title", None),
        ("abstract", "Abstract"),
        ("abstract", "Background"),
        ("introduction", "Background"),
        ("case", "Case presentation"),
        ("figure", None),
        ("table", None),
        ("back", "Acknowledgements"),
        ("references", None),
    ]
    assert found[3][2] == "It is rare[1,2], see figure 1."
    assert "10^9 cells" in found[4][2]
    assert found[5][2].count("The hand") == 1
    assert found[6][2].endswith("Day | CK\n\n1 | 200")
    assert [reference.doi for reference in report.references] == ["10.5555/old", None]
    assert report.references[0].span.of(report.text).startswith("An old case. Doe K")


def test_another_art_is_refused() -> None:
    """An ``<art>`` element that holds no article is other XML."""
    with pytest.raises(UnsupportedFormatError, match="<art>"):
        record("<art><picture>Text.</picture></art>")


@needs_shared
def test_a_real_old_file() -> None:
    """A real file of that kind is read with its eight tables and leads back to its own element names."""
    name = "norma_bmc_trials_16_1_1.xml"
    (one,) = JatsReader().read((FILES / name).read_bytes(), name)
    assert one.report is not None
    assert one.report.source_map.parts[0].label == "/art/fm[1]/bibl[1]/title[1]"
    assert sum(section.kind == "table" for section in one.report.sections) >= 5
    assert sum(reference.doi is not None for reference in one.report.references) >= 20


# --- numbers and names that are given in other ways -----------------------------------------------

MATHS = 'xmlns:m="http://www.w3.org/1998/Math/MathML"'
POWER = f"<m:math {MATHS}>\n<m:msup>\n<m:mn>10</m:mn> <m:mn>9</m:mn></m:msup></m:math>"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"<inline-formula>{POWER}</inline-formula>/L", "10^9/L"),
        (f"1<m:math {MATHS}><m:mfrac><m:mn>1</m:mn><m:mn>2</m:mn></m:mfrac></m:math> pill", "1 1/2 pill"),
        (f"rare<m:math {MATHS}><m:msup><m:mrow/><m:mn>3</m:mn></m:msup></m:math>.", "rare[3]."),
        ("<inline-formula><tex-math>$10^{9}$</tex-math></inline-formula>/L", "10^9/L"),
        (
            "<inline-formula><alternatives><tex-math>$10^{9}$</tex-math><inline-graphic/></alternatives>"
            "</inline-formula>/L",
            "10^9/L",
        ),
        (
            f"<inline-formula><alternatives><tex-math>$10^{{9}}$</tex-math>{POWER}</alternatives></inline-formula>/L",
            "10^9/L",
        ),
        ("<inline-formula><tex-math>$x$</tex-math>10<sup>9</sup></inline-formula>/L", "10^9/L"),
        ("took <strike>10</strike>20 mg", "took 20 mg"),
    ],
)
def test_formulas(markup: str, text: str) -> None:
    """A formula is said once, in one line, with the same numbers; TeX is read where nothing else says it."""
    report = read(article(f"<p>{markup}</p>"))
    assert report.text.strip() == text
    assert_runs_lead_back(report)


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ('"5 mg"', "A dose of 5 mg daily."),
        ('"5 <i>mg</i> &#181;"', "A dose of 5 mg \u00b5 daily."),
        ('"5 &other;"', "A dose of 5 \ufffd daily."),
        ('SYSTEM "file:///nowhere"', "A dose of \ufffd daily."),
        (f'"{"x" * 2000}"', "A dose of \ufffd daily."),
    ],
)
def test_texts_that_the_document_declares(declared: str, text: str) -> None:
    """A name stands for the text declared for it; where that cannot be told, a sign shows that something is lost."""
    named = f'<!DOCTYPE article [<!ENTITY dose {declared}><!ENTITY other "ml">]>'
    assert read(named + article("<p>A dose of &dose; daily.</p>")).text == text


@pytest.mark.parametrize(("group", "kind"), [("table-wrap", "table"), ("fig", "figure")])
def test_groups_of_tables_and_figures(group: str, kind: str) -> None:
    """The label and the caption of a group are one caption, before those of its members."""
    inner = f"<{group}><label>A</label><caption><p>One part.</p></caption></{group}>"
    outer = "<label>Table 1</label><caption><p>All of it.</p></caption>"
    report = read(article(f"<p>Text.</p><{group}-group>{outer}{inner}</{group}-group>"))
    said = [section.body.of(report.text) for section in report.sections if section.kind == kind]
    assert "\n\n".join(said) == "Table 1. All of it.\n\nA. One part."
    assert_runs_lead_back(report)
