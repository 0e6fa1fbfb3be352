"""Pages made after the habits of publishers: what belongs to the article is read, once, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import Report
from corpus.readers.html import HtmlReader, parse
from tests.reports import assert_runs_lead_back, body


def told(number: int) -> str:
    """A paragraph that is long enough to be prose, and that no other paragraph repeats."""
    return f"Sentence {number} of this invented report says that nothing happened to the patient on day {number}. " * 3


def read(content: str, head: str = "") -> Report:
    data = f"<!DOCTYPE html><html><head>{head}</head><body>{content}</body></html>".encode()
    (record,) = HtmlReader().read(data, "a.html")
    assert record.report is not None
    report, tree = record.report, parse(data, "fresh")
    for part in report.source_map.parts:
        element = tree.css_first(part.label)
        assert element is not None
        assert report.raw[part.start : part.end] == element.text()
    assert_runs_lead_back(report)
    return report


def outline(report: Report) -> list[tuple[str, str]]:
    """Kind and heading of every section that has a heading."""
    return [(each.kind, each.heading.of(report.text)) for each in report.sections if each.heading]


def references(entries: str) -> str:
    return f"<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p><h2>References</h2>{entries}"


# --- headings -------------------------------------------------------------------------------------


def test_headings_below_the_abstract_are_its_own() -> None:
    """The parts of a structured abstract are abstract, though its element has no telling name."""
    report = read(
        f"<h1>A case</h1><h2>Abstract</h2><h3>Background</h3><p>{told(1)}</p><h3>Case presentation</h3><p>{told(2)}</p>"
        f"<h2>Background</h2><p>{told(3)}</p><h2>Discussion</h2><p>{told(4)}</p>"
    )
    assert outline(report)[1:] == [
        ("abstract", "Background"),
        ("abstract", "Case presentation"),
        ("introduction", "Background"),
        ("discussion", "Discussion"),
    ]


def test_a_whole_article_ranked_below_its_abstract() -> None:
    """Some journals rank every heading of the text below "Abstract": the text is no abstract for that."""
    report = read(
        f"<h1>A case</h1><h2>Abstract</h2><p>{told(1)}</p><h3>Introduction</h3><p>{told(2)}</p>"
        f"<h3>Discussion</h3><p>{told(3)}</p><h3>References</h3><ol><li>Roe J. A case. 2001.</li></ol>"
    )
    assert [kind for kind, _ in outline(report)] == ["abstract", "introduction", "discussion", "references"]


def test_an_unknown_heading_is_more_of_what_it_stands_below() -> None:
    """By its rank, not by what came before it: after "Patient characteristics" the results go on."""
    report = read(
        f"<h1>A case</h1><h2>Results</h2><h3>Patient characteristics</h3><p>{told(1)}</p>"
        f"<h3>Calibration</h3><p>{told(2)}</p><h2>Declarations</h2><h3>What was asked of us</h3><p>{told(3)}</p>"
    )
    kinds = {heading: kind for kind, heading in outline(report)}
    assert (kinds["Calibration"], kinds["What was asked of us"]) == ("results", "back")


def test_a_rubric_above_the_title_is_front_matter() -> None:
    """What a journal prints above the title is no part of the text, even as a heading."""
    report = read(
        f"<div><h2>Focused report</h2><p>J Tests, 1 January 2020 | doi: 10.5555/x</p><h1>A case of testing</h1>"
        f"<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p></div>",
        '<meta name="citation_title" content="A case of testing">',
    )
    assert "Focused report" in body(report, "front")
    assert outline(report) == [("case", "Case")]


@pytest.mark.parametrize("heading", ["Grant information", "Funding", "Competing interests", "Data availability"])
def test_headings_of_the_information_box(heading: str) -> None:
    """What labels a line of back matter heads a section of it too."""
    report = read(f"<h2>Case</h2><p>{told(1)}</p><h2>{heading}</h2><p>{told(2)}</p>")
    assert outline(report)[-1] == ("back", heading)


def test_a_heading_in_its_own_header_is_read() -> None:
    """A section's ``<header>`` is the section's; the page's is the site's."""
    report = read(
        f"<header><h2>Journal of Tests</h2><p>{told(9)}</p></header><article><h1>A case</h1><section><header>"
        f"<h2>Case</h2></header><p>{told(1)}</p></section><section><header><h2>Discussion</h2></header>"
        f"<p>{told(2)}</p></section></article>"
    )
    assert [kind for kind, _ in outline(report)] == ["case", "discussion"]
    assert told(9).strip() not in report.text


# --- figures and tables ---------------------------------------------------------------------------


def test_a_figure_and_its_label_are_one_caption() -> None:
    """A label in a box of its own belongs to the caption below it; buttons between them are no caption."""
    report = read(
        f'<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p><figure><h4>Figure 1.</h4><p><a href="i.png"><img></a></p>'
        '<div><a href="f1">Open in a new tab</a></div><figcaption><p>The hand.</p></figcaption></figure>'
    )
    assert body(report, "figure") == "Figure 1. The hand."


def test_a_label_that_the_caption_repeats_is_said_once() -> None:
    """ "FIGURE 1" above "Figure 1. The hand." adds nothing."""
    report = read(
        f'<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p><div class="fig">FIGURE 1</div>'
        '<div class="fig"><p>Figure 1. The hand.</p></div><div class="fig"><p>Figure 10. The foot.</p></div>'
    )
    assert body(report, "figure") == "Figure 1. The hand.\nFigure 10. The foot."


@pytest.mark.parametrize(
    "button",
    [
        "<p><a href='x.pptx'>Download figure to PowerPoint</a></p>",
        "<div>Download: <ul><li><a>PPT</a></li><li><a>larger image</a></li></ul></div>",
        "<div><span>View this table:</span><ul><li><a>View popup</a></li></ul></div>",
        "<a>Click here to enlarge figure</a>",
        "<div><a>Full size image</a></div>",
    ],
)
def test_buttons_beside_a_figure_are_left_out(button: str) -> None:
    """What can be pressed beside a figure is not what the figure shows."""
    report = read(
        f'<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p><div class="figure"><div class="caption">'
        f"<p>Figure 1. The hand.</p>{button}</div></div>"
    )
    assert body(report, "figure") == "Figure 1. The hand."


def test_a_table_with_all_that_belongs_to_it() -> None:
    """Label, caption, rows and notes of a table are the table, though only its label says so."""
    report = read(
        f"<h2>Case</h2><p>{told(1)}</p><p>{told(3)}</p><section><h4>Table 1.</h4>"
        "<div class='caption'><p>Values.</p></div>"
        "<div><table><thead><tr><th>Day</th><th>CK</th></tr></thead><tbody><tr><td rowspan='2'>1</td><td>200</td></tr>"
        "<tr><td>300</td></tr></tbody></table></div><div><p>CK: creatine kinase, in units per litre of serum, as the "
        f"laboratory of the hospital measured it.</p></div></section><p>{told(2)}</p>"
    )
    assert body(report, "table").startswith("Table 1. Values.\n\nDay | CK\n\n1 | 200\n\n1 | 300\n\nCK:")
    assert "creatine" not in body(report, "case")


def test_the_full_table_is_read_and_not_its_picture() -> None:
    """A table kept out of sight behind a small picture of itself is read in its place."""
    report = read(
        f"<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p><div class='table-wrap'><div class='thumbnail-x'><table>"
        "<tr><td>Sp…</td></tr></table></div><div class='caption'>Table 1. Values.</div>"
        "<table style='display: none'><tr><th>Species</th></tr><tr><td>Homo sapiens</td></tr></table></div>"
        "<div style='display: none'><p>Hidden words.</p></div>"
    )
    assert body(report, "table") == "Table 1. Values.\n\nSpecies\n\nHomo sapiens"
    assert "Hidden" not in report.text


def test_a_larger_view_of_a_figure_is_no_second_figure() -> None:
    """A caption that is said again in a window of its own is kept once, and so is a table's."""
    caption = "Figure 1. The hand before it was treated with anything."
    report = read(
        f"<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p><div class='fig'><p>{caption} "
        f"<a>Click here to enlarge figure</a></p></div><div class='fig popped'><p>{caption}</p></div>"
        "<div class='table'><p>Table 1. Values of the same patient.</p></div>"
        "<div class='table'><p>Table 1. Values of the same patient.</p><table><tr><td>1</td></tr></table></div>"
    )
    assert body(report, "figure") == caption
    assert body(report, "table") == "Table 1. Values of the same patient.\n\n1"


_CELL = st.builds(
    lambda text, rows, columns: f'<td rowspan="{rows}" colspan="{columns}">{text}</td>',
    st.text("ab 1", max_size=4),
    st.integers(0, 4),
    st.integers(0, 3),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(_CELL, max_size=4), max_size=5))
def test_any_table_leads_back(cells: list[list[str]]) -> None:
    """However cells reach over rows and columns, all that is said, and said again, leads back to its cell."""
    table = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    read(f"<h2>Case</h2><p>{told(1)}</p><p>Table 1. Values.</p><table>{table}</table>")


# --- the same words twice -------------------------------------------------------------------------


def test_an_abstract_in_a_tab_of_its_own_is_read_once() -> None:
    """An abstract that stands again in another tab is left out there, with its heading."""
    report = read(
        f"<h1>A case</h1><h2>Abstract</h2><p>{told(1)}</p><h2>Case</h2><p>{told(2)}</p><p>{told(3)}</p>"
        f"<div><h2>Abstract</h2><p>{told(1)}</p></div>"
    )
    assert report.text.count("Abstract") == report.text.count(told(1).strip()) == 1


def test_a_teaser_gives_way_to_the_abstract() -> None:
    """Of the same words in the front matter and under their heading, those under the heading are kept."""
    report = read(
        f"<h1>A case</h1><div class='authors'><p>{told(1)}</p></div><h2>Abstract</h2><p>{told(1)}</p>"
        f"<h2>Case</h2><p>{told(2)}</p><p>{told(3)}</p>"
    )
    assert body(report, "abstract") == told(1).strip()
    assert report.text.count(told(1).strip()) == 1


def test_the_same_words_under_two_headings_are_kept() -> None:
    """What an article says twice, in two sections, it says twice."""
    report = read(f"<h2>Case</h2><p>{told(1)}</p><h2>Discussion</h2><p>{told(1)}</p>")
    assert body(report, "case") == body(report, "discussion") == told(1).strip()


# --- references -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("links", "doi"),
    [
        (
            '[<a href="https://doi.org/10.5555/R.1">DOI</a>] [<a href="x">PubMed</a>] [<a>Google Scholar</a>]',
            "10.5555/r.1",
        ),
        ('<p><a href="https://doi.org/10.5555%2Fr.1">Article</a> <a>CAS</a> <a>Google Scholar</a></p>', "10.5555/r.1"),
        (
            '<span><a href="http://dx.doi.org/10.5555/r.1">View at Publisher</a><span> · </span><a>Scopus</a></span>',
            "10.5555/r.1",
        ),
        (
            '<span class="hidden">10.5555/r.1</span><a href="/out?key=10.5555%2Fr.1&amp;x=1">View</a>'
            "<a>Web of Science®</a>",
            "10.5555/r.1",
        ),
        ('<ul data-doi="10.5555/r.1"><li><a>View Article</a></li><li><a>PubMed/NCBI</a></li></ul>', "10.5555/r.1"),
        ("[<a>PubMed</a>]", None),
        ('<a href="#back">↵</a>', None),
    ],
)
def test_links_beside_a_reference(links: str, doi: str | None) -> None:
    """Links to other services are left out of a reference, but the DOI that one leads to is kept."""
    report = read(
        references(f"<ol><li>Roe J. A case. J Nothing. 2001;1:2. {links}</li><li>Doe K. Another case. 2002.</li></ol>")
    )
    first, second = report.references
    assert (first.doi, second.doi) == (doi, None)
    assert first.span.of(report.text) == "Roe J. A case. J Nothing. 2001;1:2." + (f" doi:{doi}" if doi else "")


def test_a_printed_doi_is_enough() -> None:
    """A link with the DOI as its text stays, and nothing is put behind it."""
    entry = 'Roe J. A case. 2001. <a href="https://doi.org/10.5555/r.1">10.5555/r.1</a> <a>Crossref</a>'
    report = read(references(f"<ol><li>{entry}</li><li>Doe K. Another case. 2002.</li></ol>"))
    assert report.references[0].span.of(report.text) == "Roe J. A case. 2001. 10.5555/r.1"


def test_links_in_a_line_of_their_own() -> None:
    """A line of links below a reference is no reference of its own; its DOI goes to the one above."""
    entry = "<p>Roe, J. (2001). A case of testing. J. Tests 1, 2.</p>"
    links = '<p><a href="http://dx.doi.org/10.5555/r.1">CrossRef Full Text</a> | <a>Google Scholar</a></p>'
    report = read(
        references(f"<div>{entry}{links}</div><div><p>Doe, K. (2002). Another case. J. Tests 2, 3.</p></div>")
    )
    assert [each.doi for each in report.references] == ["10.5555/r.1", None]
    assert "Scholar" not in report.text


def test_what_is_printed_below_the_list_is_no_reference() -> None:
    """Dates, addresses and rights below the list of references end it."""
    below = "<p>Received: 1 January 2001; Accepted: 2 January 2001.</p><p>*Correspondence: roe@test.example</p>"
    report = read(references(f"<p>Roe J. A case of testing. J Nothing. 2001;1:2.</p>{below}"))
    assert len(report.references) == 1
    assert "Correspondence" in body(report, "front")


def test_references_folded_up_are_read() -> None:
    """A list of references that opens at a click is there; other hidden lists are not."""
    entries = "".join(f"<li>Roe J. Case number {at} of testing. J Nothing. 200{at};1:2.</li>" for at in range(1, 8))
    menu = "".join(f"<li>Menu entry number {at} of this site, which is long</li>" for at in range(1, 8))
    report = read(references(f"<ul style='display: none'>{entries}</ul><ul style='display:none'>{menu}</ul>"))
    assert len(report.references) == 7
    assert "Menu" not in report.text


def test_citations_with_blanks_between_them() -> None:
    """Marks that are raised one by one are one citation; arrows beside links are no text."""
    marks = " ".join(f'<sup><a href="#r{at}">{at}</a></sup>' for at in (1, 2, 3))
    report = read(
        f'<h2>Case</h2><p>It is rare.{marks} See figure 1<a href="#f1"><span>⇓</span></a>. {told(1)}</p>'
        f"<p>{told(2)}</p>"
    )
    assert report.text.startswith("Case\n\nIt is rare.[1 2 3] See figure 1. Sentence")


def test_roles_of_digital_publishing() -> None:
    """The roles of the ARIA module for publishing tell abstract, references and citations where no class does."""
    report = read(
        f"<h1>A case</h1><section role='doc-abstract'><p>{told(1)}</p></section><section><h2>Case</h2><p>It is rare."
        f"<a role='doc-biblioref' href='x'>1</a> {told(2)}</p><p>{told(3)}</p></section>"
        "<section role='doc-bibliography'><ul><li>Roe J. A case. J Nothing. 2001.</li>"
        "<li>Doe K. Another case. 2002.</li></ul></section>"
    )
    assert body(report, "abstract") == told(1).strip()
    assert "It is rare.[1]" in report.text
    assert len(report.references) >= 1


# --- what is not the article's --------------------------------------------------------------------


@pytest.mark.parametrize(
    "foreign",
    [
        "<section><h3>Similar content being viewed by others</h3><p>{}</p></section>",
        "<section><h2>Cited by (3)</h2><p>{}</p></section>",
        "<section><h2>Open Peer Review</h2><h3>Reviewer 1</h3><p>{}</p></section>",
        "<section><h2>Current Reviewer Status</h2><p>{}</p></section>",
        "<section><h2>Recommended articles</h2><p>{}</p></section>",
        "<div class='comments'><p>{}</p></div>",
        "<div hidden><p>{}</p></div>",
        "<div class='hidden'><p>{}</p></div>",
        "<div aria-hidden='true'><p>{}</p></div>",
        "<div role='complementary'><p>{}</p></div>",
        "<aside><p>{}</p></aside>",
        "<nav><p>{}</p></nav>",
        "<div class='share-box'><p>{}</p></div>",
        "<div class='MathJax_Message'>{}</div>",
    ],
)
def test_the_site_around_the_article(foreign: str) -> None:
    """Menus, reviews, comments, recommendations and what is out of sight are not the article's."""
    report = read(
        f"<article><h1>A case</h1><h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p><p>{told(3)}</p>"
        f"{foreign.format(told(4))}</article>"
    )
    assert "Sentence 4" not in report.text
    assert "Sentence 3" in report.text


def test_a_reference_in_a_bubble_is_no_text() -> None:
    """The reference that a citation shows when it is pointed at is not part of the sentence."""
    bubble = "<span class='ref-overlay'>Roe J. A case of testing. 2001.</span>"
    report = read(
        f"<h2>Case</h2><p>It is rare<sup><a href='#1'>1</a></sup>{bubble} and mild. {told(1)}</p><p>{told(2)}</p>"
    )
    assert report.text.startswith("Case\n\nIt is rare[1] and mild.")


def test_formulas_that_are_shown_stay() -> None:
    """A formula's text stays once: not its preview, its source in TeX, nor the message that it failed."""
    formula = (
        "<span class='MathJax_Preview'>a=1</span><span class='MathJax'><span aria-hidden='true'>a=1</span>"
        "<math><semantics><mrow><mi>a</mi><mo>=</mo><mn>1</mn></mrow><annotation>a=1</annotation></semantics></math></span>"
        "<span class='MathJax_Error'>[Math Processing Error]</span>"
    )
    report = read(f"<h2>Case</h2><p>Where {formula} holds. {told(1)}</p><p>{told(2)}</p>")
    assert report.text.startswith("Case\n\nWhere a=1 holds.")


# --- the article's own words that look like the site's --------------------------------------------


@pytest.mark.parametrize("heading", ["Comment", "Comments", "COMMENT"])
@pytest.mark.parametrize("box", ["div", 'section class="sec"', 'section id="comment"'])
def test_a_discussion_headed_comment(heading: str, box: str) -> None:
    """Clinical journals head the discussion "Comment": it is read whole, and so is what follows."""
    report = read(
        f"<h2>Case</h2><p>{told(1)}</p><p>{told(4)}</p><{box}><h2>{heading}</h2><p>{told(2)}</p></{box.split()[0]}>"
        f"<h2>References</h2><ol><li>Roe J. A title of a work. J Tests 2001;1:2.</li></ol>"
    )
    assert ("discussion", heading) in outline(report)
    assert "on day 2" in report.text
    assert report.references


def test_a_short_discussion_headed_comments() -> None:
    """One sentence below "Comments" is a discussion too."""
    said = "<h3>Comments</h3><p>The patient did not respond to any drug at all.</p>"
    assert "not respond" in read(f"<h2>Case</h2><p>{told(1)}</p><p>{told(4)}</p>{said}").text


@pytest.mark.parametrize(
    "column",
    [
        "<h2>Comments (2)</h2><p>{told}</p>",
        "<h2>Comments</h2><p><a href='/in'>Log in</a> to write one</p>",
        "<section class='comments'><h2>Comments</h2><form><input></form><p>{told}</p></section>",
    ],
)
def test_a_column_of_visitors_comments(column: str) -> None:
    """What visitors say, or are asked to say, is no part of the article."""
    text = read(f"<h2>Case</h2><p>{told(1)}</p><p>{told(4)}</p>" + column.format(told=told(2))).text
    assert "omment" not in text
    assert "on day 2" not in text


def test_comments_below_the_references() -> None:
    """A heading "Comments" below the list of references is the site's."""
    entries = "<ol><li>Roe J. A title of a work. J Tests 2001;1:2.</li><li>Doe K. Another. J Tests 2002;1:2.</li></ol>"
    assert "on day 3" not in read(references(entries) + f"<h2>Comments</h2><p>{told(3)}</p>").text


@pytest.mark.parametrize("heading", ["Submitral aneurysm", "Navigation in the operation", "Sign in the left eye"])
def test_headings_that_start_like_the_sites(heading: str) -> None:
    """A heading is the site's by all that it says, and not by its first letters."""
    report = read(f"<h2>Case</h2><p>{told(1)}</p><h2>{heading}</h2><p>{told(2)}</p><p>{told(4)}</p>")
    assert heading in report.text
    assert "on day 2" in report.text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<dl><dt>CRP (mg/L)</dt><dd>145</dd></dl>", "CRP (mg/L)\n\n145"),
        ("<dl><dt>Antibody</dt><dd>+</dd></dl>", "Antibody\n\n+"),
        ("<ol><li>0.5</li><li>\u22123</li></ol>", "0.5\n\n\u22123"),
        ("<p>Score</p><p>12</p>", "Score\n\n12"),
        ("<div><div>CRP</div><div>145</div></div>", "CRP\n\n145"),
    ],
)
def test_blocks_of_numbers(markup: str, text: str) -> None:
    """A block that holds a number and no word is a finding."""
    assert text in read(f"<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p>{markup}").text


def test_counters_above_the_text() -> None:
    """Numbers above the first heading count views and downloads."""
    counters = "<div>Views</div><div>1,182</div>"
    assert "182" not in read(f"<div>{counters}<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p></div>").text


def test_a_table_in_a_table_of_data() -> None:
    """A cell that holds a table is a cell: the rows around it stay rows."""
    inner = "<table><tr><td>left</td><td>right</td></tr></table>"
    table = f"<table><tr><td>Eye</td><td>{inner}</td></tr><tr><td>Score</td><td>2</td></tr></table>"
    text = read(f"<h2>Case</h2><p>{told(1)}</p><p>{told(2)}</p>{table}").text
    assert "Score | 2" in text
    assert "left | right" in text


def test_deleted_words() -> None:
    """Words struck out are not said; what stands on both sides of them does not run together."""
    text = read(
        f"<h2>Case</h2><p>She took <del>10</del><ins>20</ins> mg, then 3<s>0</s>5 mg<strike>s</strike>. {told(1)}</p>"
        f"<p>{told(2)}</p>"
    ).text
    assert "She took 20 mg, then 3 5 mg. Sentence" in text


def test_formulas_of_mathml() -> None:
    """Powers, fractions and roots say the number that they are, however their source is laid out."""
    power = "<math> <msup> <mn>10</mn> <mn>9</mn> </msup> </math>"
    half, root = "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "<math><msqrt><mn>2</mn></msqrt></math>"
    cited = "rare<math><msup><mrow></mrow><mn>3</mn></msup></math>"
    text = read(f"<h2>Case</h2><p>It was{power}/L, 1{half} of {root}, {cited}. {told(1)}</p><p>{told(2)}</p>").text
    assert "It was 10^9 /L, 1 1/2 of \u221a2, rare[3]. Sentence" in text


@pytest.mark.parametrize(
    "hidden",
    ["role='tabpanel' hidden", "class='tab-pane' style='display:none'", "role='tabpanel' aria-hidden='true'"],
)
def test_tabs_out_of_sight(hidden: str) -> None:
    """Parts of an article that a tab brings to sight are read, each once; the site's own are not."""
    first = f"<h2>Case</h2><p>{told(1)}</p>"
    report = read(
        f"<div role='tabpanel'>{first}</div><div {hidden}><h2>Discussion</h2><p>{told(2)}</p></div>"
        f"<div {hidden}><p>A short line.</p></div><div {hidden}>{first}</div>"
        f"<div {hidden} id='metrics'><p>{told(3)}</p></div>"
    )
    assert outline(report) == [("case", "Case"), ("discussion", "Discussion")]
    assert "on day 3" not in report.text
    assert "A short line." in report.text


@pytest.mark.parametrize(
    "listed",
    [
        "<p><b>References</b></p><p>1. Roe J. A title of a work. J Tests 2001. doi:10.5555/OTHER.1</p>",
        "<p>[1] Roe J. A title of a work that is long. J Tests 2001. doi:10.5555/OTHER.1</p>",
        f"<p>{told(3)} The work doi:10.5555/OTHER.1 says more.</p>",
    ],
)
@pytest.mark.parametrize("own", ["", "<p>doi:10.5555/OWN.1</p>"])
def test_identifiers_on_a_page_without_headings(listed: str, own: str) -> None:
    """A DOI in the front matter is the article's; one in the text or among the references is another's."""
    report = read(f"<h1>An invented case</h1>{own}<p>{told(1)}</p><p>{told(2)}</p>{listed}")
    assert report.bibliography.doi == ("10.5555/own.1" if own else None)
