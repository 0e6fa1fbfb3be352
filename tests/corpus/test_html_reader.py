from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, MalformedError, NoTextError, ReadError
from corpus.model import Report
from corpus.normalise import fold
from corpus.readers.html import HtmlReader, parse
from corpus.tracked import Tracked
from tests.reports import assert_runs_lead_back, rendered

GOLDEN = Path(__file__).parents[1] / "golden"
SHARED = Path(__file__).parents[2].parent / "shared"
PAIRS = SHARED / "data" / "pdf_xml_pairs"
FILES = SHARED / "data" / "files"
PAGE = (GOLDEN / "html-article.html").read_bytes()
PROSE = "The patient was seen again after a month, and she said that she had been well for all of that time. "

needs_shared = pytest.mark.skipif(not PAIRS.is_dir(), reason="the shared development data is not here")


def read(page: bytes | str, name: str = "a.html") -> Report:
    (record,) = HtmlReader().read(page.encode() if isinstance(page, str) else page, name)
    assert record.report is not None
    return record.report


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def kinds(report: Report) -> list[tuple[str, str]]:
    """Kind and body of each section, in order."""
    return [(section.kind, section.body.of(report.text)) for section in report.sections]


def assert_leads_back(report: Report, data: bytes) -> None:
    """Every part is the string value of the element its path finds, and every run is the raw text it names."""
    tree = parse(data, "fresh")
    for part in report.source_map.parts:
        element = tree.css_first(part.label)
        assert element is not None
        assert report.raw[part.start : part.end] == element.text()
    assert_runs_lead_back(report)


# --- the whole of it ------------------------------------------------------------------------------


def test_golden_page() -> None:
    """The golden page is read exactly as the golden file says: metadata, sections, tables, references."""
    assert rendered(read(PAGE)) == (GOLDEN / "html-article.html.expected").read_text(encoding="utf-8")


def test_golden_page_leads_back() -> None:
    """Every part and run of the golden page leads back to its element in a fresh parse."""
    assert_leads_back(read(PAGE), PAGE)


def test_sentences_without_marks_are_found_whole_in_their_elements() -> None:
    """A sentence without rendered marks is, folded, the stretch of the element that its location names."""
    report, tree = read(PAGE), parse(PAGE, "fresh")
    checked = 0
    for sentence in report.sentences:
        text = sentence.span.of(report.text)
        if re.search(r"[\[\]^|]", text):
            continue
        (location,) = report.source_map.locate(sentence.span)
        element = tree.css_first(location.label)
        assert element is not None
        assert fold(Tracked.of(element.text()[location.start : location.end])).text == text
        checked += 1
    assert checked > 12


def test_reader_names_itself() -> None:
    """The report says which reader made it, so that a newer version can be noticed."""
    assert read(PAGE).reader == HtmlReader.name == "html"
    assert HtmlReader.version >= 1


# --- the site around the article ------------------------------------------------------------------


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><p>{}</p></nav>",
        "<header><p>{}</p></header>",
        "<footer><p>{}</p></footer>",
        "<aside><p>{}</p></aside>",
        "<div class='cookie-consent'><p>{}</p></div>",
        "<div id='related-content'><p>{}</p></div>",
        "<div class='share'><p>{}</p></div>",
        "<section class='article-metrics'><p>{}</p></section>",
        "<div role='navigation'><p>{}</p></div>",
        "<div role='dialog'><p>{}</p></div>",
        "<div hidden><p>{}</p></div>",
        "<div style='color: red; display:none'><p>{}</p></div>",
        "<span class='sr-only'>{}</span>",
        "<div aria-hidden='true'>{}</div>",
        "<script>{}</script>",
        "<style>{}</style>",
        "<noscript><p>{}</p></noscript>",
        "<form><button>{}</button></form>",
        "<select><option>{}</option></select>",
    ],
)
def test_furniture_is_left_out(furniture: str) -> None:
    """What belongs to the site or the browser is no text of the report, wherever it stands."""
    unwanted = "Unwanted words of the site, which are long enough to be taken for a paragraph of prose by a reader."
    report = read(
        page(f"<main><h2>Case</h2><p>{PROSE}</p>{furniture.format(unwanted)}<p>{PROSE}</p><p>{PROSE}</p></main>")
    )
    assert "Unwanted" not in report.text
    assert report.text.count(PROSE.strip()) == 3


def test_an_article_in_a_badly_named_container_is_kept() -> None:
    """What holds most of the page's prose is the article, whatever its class says."""
    report = read(page(f"<div class='widget sidebar'><h2>Case</h2><p>{PROSE}</p><p>{PROSE}</p></div>"))
    assert report.text.count(PROSE.strip()) == 2


def test_what_follows_a_heading_of_the_site_is_left_out() -> None:
    """Lists of other articles end at the next heading of the same rank."""
    report = read(
        page(
            f"<h2>Discussion</h2><p>{PROSE}</p><p>{PROSE}</p>"
            f"<h2>Related articles</h2><h3>One</h3><p>Another {PROSE}</p>"
            f"<h2>Conclusion</h2><p>{PROSE}</p>"
        )
    )
    assert "Another" not in report.text
    assert [section.kind for section in report.sections] == ["discussion", "conclusion"]


@pytest.mark.parametrize(
    "heading", ["Search strategy", "Related work", "Recommendations", "Comment on the case", "Share of cases"]
)
def test_medical_headings_are_not_the_sites(heading: str) -> None:
    """Headings that only resemble a site's own keep their text."""
    report = read(page(f"<h2>Case</h2><p>{PROSE}</p><h2>{heading}</h2><p>Kept, for it is part of the report.</p>"))
    assert "Kept" in report.text


def test_buttons_between_paragraphs_are_left_out() -> None:
    """A short line that is nothing but links is a button; a linked sentence in a paragraph is text."""
    report = read(
        page(f"<h2>Case</h2><p>{PROSE}<a href='/x'>See it.</a></p><p><a href='/d'>Download</a></p><p>{PROSE}</p>")
    )
    assert "Download" not in report.text
    assert "See it." in report.text


# --- metadata -------------------------------------------------------------------------------------


def test_highwire_names_are_read() -> None:
    """The names that journals give to Google Scholar fill the bibliography; the issue's year wins."""
    about = read(PAGE).bibliography
    assert about.title == "Colchicine for an invented disease"
    assert about.authors == ("Anna B. Muster", "Kenji Ōta")
    assert (about.journal, about.year) == ("Casetrove Test Reports", 2019)
    assert (about.doi, about.pmid, about.pmcid) == ("10.5555/test.html.1", "90000003", "PMC9000004")


def test_dublin_core_is_read_where_highwire_is_missing() -> None:
    """DC and PRISM names serve too, whatever their case."""
    head = (
        '<meta name="DC.Title" content="A title of one"><meta name="dc.creator" content="Muster, A.">'
        '<meta name="DC.identifier" content="doi:10.5555/DC.1"><meta name="DC.date" content="2007-02-01">'
        '<meta name="prism.publicationName" content="J Tests">'
    )
    about = read(page(f"<p>{PROSE}</p>", head)).bibliography
    assert about.title == "A title of one"
    assert (about.authors, about.journal, about.year, about.doi) == (("A. Muster",), "J Tests", 2007, "10.5555/dc.1")


def test_authors_in_one_element() -> None:
    """``citation_authors`` holds them all, surname first, with semicolons between."""
    head = '<meta name="citation_authors" content="Muster, Anna ; Van der Test III, Bo; ">'
    assert read(page(f"<p>{PROSE}</p>", head)).bibliography.authors == ("Anna Muster", "Bo Van der Test III")


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            "<title>A case of testing | J Tests</title>",
            "<h1>J Tests Online</h1><h1>A case of testing</h1>",
            "A case of testing",
        ),
        ("<title>Something else</title>", "<h1>A case of testing</h1>", "A case of testing"),
        ("<title>A case of testing | J Tests</title>", "", "A case of testing"),
        (
            '<meta property="og:site_name" content="The Journal of Tests"><title>A test - The Journal of Tests</title>',
            "",
            "A test",
        ),
        ("<title>Anti-dsDNA in testing</title>", "", "Anti-dsDNA in testing"),
        ("", "", None),
    ],
)
def test_title_without_metadata(head: str, body: str, title: str | None) -> None:
    """Without metadata: the heading that ``<title>`` repeats, the first heading, ``<title>`` less the site, or none."""
    assert read(page(f"{body}<p>{PROSE}</p><p>{PROSE}</p>", head)).bibliography.title == title


def test_own_doi_is_taken_from_the_text_above_the_first_heading_only() -> None:
    """Without metadata a DOI counts before the first heading; one in the reference list never does."""
    references = (
        "<h2>References</h2><ol><li>Muster A. On tests. doi:10.5555/cited</li><li>Probe B. More on tests.</li></ol>"
    )
    with_own = page(f"<h1>On testing</h1><p>doi: 10.5555/own</p><h2>Case</h2><p>{PROSE}</p>{references}")
    assert read(with_own).bibliography.doi == "10.5555/own"
    assert read(page(f"<h1>On testing</h1><h2>Case</h2><p>{PROSE}</p>{references}")).bibliography.doi is None


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('rare<sup><a href="#r1">1</a>,<a href="#r2">2</a></sup> and', "rare[1,2] and"),
        ("mild.<sup>3–5</sup> It", "mild.[3–5] It"),
        ('others<a href="#b3">3</a>.', "others[3]."),
        ('others [<a href="#b3">3</a>].', "others [3]."),
        ('others <a href="#b3">[3]</a>.', "others [3]."),
        ('others (<a href="#b3">Muster 2001</a>).', "others (Muster 2001)."),
        ("10<sup>9</sup>/L", "10^9/L"),
        ("24 kg/m<sup>2</sup>", "24 kg/m2"),
        ("H<sub>2</sub>O", "H2O"),
        ("a&nbsp;b &lt; c&#8203;d", "a b < cd"),
        ("one<br>two", "one two"),
        ("<b>bold</b>er", "bolder"),
    ],
)
def test_inline_markup(markup: str, text: str) -> None:
    """Citation marks and exponents never glue to words; the rest of the inline mark-up leaves no trace."""
    assert read(page(f"<p>{markup}</p>")).text == text


def test_table_rows_are_blocks() -> None:
    """A data table gives its caption and one block a row."""
    table = (
        "<table><caption>Table 2. Doses</caption><tr><th>Day</th><th>Dose</th></tr><tr><td>1</td><td></td></tr></table>"
    )
    assert kinds(read(page(f"<p>{PROSE}</p>{table}")))[1:] == [("table", "Table 2. Doses\n\nDay | Dose\n\n1 |")]


def test_layout_tables_are_seen_through() -> None:
    """A table that lays the page out is no table of the report."""
    report = read(page(f"<table><tr><td><h2>Case</h2><p>{PROSE}</p></td><td><p>{PROSE}</p></td></tr></table>"))
    assert [section.kind for section in report.sections] == ["case"]


def test_captions_stand_apart() -> None:
    """A figure's caption is no part of the paragraph's section, and the section goes on after it."""
    report = read(
        page(f"<h2>Case</h2><p>{PROSE}</p><figure><figcaption>Figure 1. A hand.</figcaption></figure><p>{PROSE}</p>")
    )
    assert [section.kind for section in report.sections] == ["case", "figure", "case"]


def test_line_breaks_make_paragraphs_where_two_follow() -> None:
    """One ``<br>`` is a blank, two are a new paragraph."""
    assert read(page("<div>First.<br>Second.<br> <br>Third.</div>")).text == "First. Second.\n\nThird."


def test_text_beside_blocks_keeps_its_place() -> None:
    """Text that stands bare among blocks is read in order, and all of it leads back."""
    source = page(
        "<div>Before it. <p>A paragraph.</p> Between them. <ul><li>An item.</li></ul> After it.</div>"
    ).encode()
    report = read(source)
    assert report.text == "Before it.\n\nA paragraph.\n\nBetween them.\n\nAn item.\n\nAfter it."
    assert_leads_back(report, source)


def test_front_lines_are_front_matter() -> None:
    """Short lines before the first heading are ``front``, a long one before an introduction is the abstract."""
    report = read(
        page(f"<h1>On testing</h1><p>Anna Muster, Kenji Ota</p><p>{PROSE * 3}</p><h2>Introduction</h2><p>{PROSE}</p>")
    )
    assert [section.kind for section in report.sections] == ["title", "front", "abstract", "introduction"]


def test_a_page_without_headings_is_text() -> None:
    """Short paragraphs without any heading on the page are not taken for front matter."""
    assert kinds(read(page("<p>Fever</p><p>Rash</p>"))) == [("body", "Fever\n\nRash")]


@pytest.mark.parametrize(
    "end", ["", "<h2></h2>", "<h2>References</h2><ol><li>Muster A. On tests. J Tests 2001.</li></ol>"]
)
def test_short_text_without_sections_is_text(end: str) -> None:
    """Short paragraphs are not taken for front matter where no section could follow them."""
    assert kinds(read(page(f"<p>Fever</p><p>Rash</p>{end}")))[0] == ("body", "Fever\n\nRash")


def test_a_heading_beside_the_texts_box_is_kept() -> None:
    """The article's element is not narrowed down past a heading that stands beside the text."""
    report = read(
        page(f"<div><h1>On testing</h1><div><h2>Abstract</h2><div><p>{PROSE}</p><p>{PROSE}</p></div></div></div>")
    )
    assert [section.kind for section in report.sections] == ["title", "abstract"]


def test_sections_beside_a_long_text_are_kept() -> None:
    """However long the text's own box is, an abstract and references beside it belong to the article."""
    told = "The patient was seen again after two weeks and was well without any treatment. "
    report = read(
        page(
            f"<div><h2>Abstract</h2><p>We describe a woman who fell. {told}</p></div>"
            f"<div><section><h2>Case report</h2><p>{told * 50}</p></section>"
            f"<section><h2>Discussion</h2><p>{told * 50}</p></section></div>"
            "<div><h2>References</h2><ol><li>Roe J. Falls on stairs. J Falls. 2001;1:2.</li></ol></div>"
            "<div><h2>Elsewhere</h2><p>News of the day</p></div>"
        )
    )
    assert [each.kind for each in report.sections if each.kind != "title"][:3] == ["abstract", "case", "discussion"]
    assert len(report.references) == 1


def test_information_box_below_the_abstract_is_front_matter() -> None:
    """Lines such as 'Citation:' after the abstract belong neither to it nor to the body."""
    report = read(
        page(
            f"<h2>Abstract</h2><p>{PROSE}</p><p>Citation: Muster A (2019) On testing.</p><p>Some more of that box.</p>"
            f"<h2>Introduction</h2><p>{PROSE}</p>"
        )
    )
    assert [section.kind for section in report.sections] == ["abstract", "front", "introduction"]


def test_references_under_their_heading() -> None:
    """Under the heading each list item is one reference, its buttons left out and its DOI kept."""
    report = read(PAGE)
    texts = [reference.span.of(report.text) for reference in report.references]
    assert len(texts) == 2
    assert "Scholar" not in texts[0]
    assert texts[1] == "Probe B. A second view. J Tests 2002;4:1."
    assert [reference.doi for reference in report.references] == ["10.5555/ref.one", None]


# --- encodings and bad input ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1252", '<meta charset="windows-1252">'),
        ("cp1252", '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'),
        ("shift_jis", "<meta charset='shift_jis'>"),
        ("utf-8", '<meta charset="utf-16">'),
        ("utf-8", '<meta charset="UTF-16LE">'),
    ],
)
def test_encodings(encoding: str, head: str) -> None:
    """A page is decoded by its byte order mark or by what it declares."""
    text = "日本語の症例報告です。" if encoding == "shift_jis" else "Ménière’s disease – a “café” case"
    if encoding in ("utf-8", "utf-8-sig", "utf-16"):
        text += " α"
    assert text in read(page(f"<p>{text}</p>", head).encode(encoding)).text


def test_a_wrong_declaration_is_not_believed() -> None:
    """Where the bytes are not in the declared encoding, they are decoded as any text is."""
    assert (
        "Ménière"
        in read(page("<p>Ménière and others, all of them in UTF-8 – “really”.</p>", "<meta charset=ascii8>")).text
    )


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_empty_page(data: bytes) -> None:
    """No bytes, or white space alone, is an empty file."""
    with pytest.raises(EmptyFileError, match=r"a\.html"):
        read(data)


def test_page_without_text() -> None:
    """A page of furniture alone holds no text, and the message names the file."""
    with pytest.raises(NoTextError, match=r"n\.html"):
        read(page("<nav><a href='/'>Home</a></nav><img src='x'>"), "n.html")


def test_deep_nesting_is_refused() -> None:
    """A page nested beyond reason is malformed, not a crash."""
    with pytest.raises(MalformedError, match=r"a\.html"):
        read(page("<div>" * 20000 + "x"))


def test_nesting_up_to_the_limit_is_read() -> None:
    """The deepest page that is allowed fits on Python's stack, with text beside every block."""
    assert "Word" in read(page("<div>Word " * 240)).text


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_mutated_pages_are_read_or_refused(data: st.DataObject) -> None:
    """Whatever bytes are changed, the reader reads or raises a ReadError, and what it reads leads back."""
    mutated = bytearray(PAGE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mutated)))
        stop = min(len(mutated), at + data.draw(st.integers(0, 200)))
        mutated[at:stop] = data.draw(st.binary(max_size=8) | st.just(bytes(mutated[at:stop]) * 2))
    try:
        report = read(bytes(mutated))
    except ReadError as refusal:
        message = str(refusal)
    else:
        message = "a.html"
        assert_leads_back(report, bytes(mutated))
    assert "a.html" in message


_WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="&<>"), min_size=1, max_size=12
)


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(
        [
            "div",
            "p",
            "span",
            "a",
            "sup",
            "b",
            "ul",
            "li",
            "ol",
            "table",
            "tr",
            "td",
            "th",
            "caption",
            "figure",
            "figcaption",
            "h1",
            "h2",
            "h3",
            "section",
            "br",
            "nav",
            "aside",
            "math",
            "o:p",
            "td",
        ]
    )
    return st.builds(lambda tag, inner: f"<{tag}>{''.join(inner)}</{tag}>", tags, st.lists(children, max_size=4))


@settings(deadline=None, max_examples=150)
@given(st.recursive(_WORDS, _element, max_leaves=25))
def test_any_nesting_leads_back(markup: str) -> None:
    """However elements are nested, right or wrong, every path finds its element again and every run is its raw text."""
    data = page(f"<h2>Case</h2><p>Some words to begin with.</p>{markup}").encode()
    report = read(data)
    assert_leads_back(report, data)
    for sentence in report.sentences:
        assert report.source_map.locate(sentence.span)


# --- real pages -----------------------------------------------------------------------------------


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}


@needs_shared
@pytest.mark.parametrize("pair", ["04_00932", "3_190", "journal_pone_0115884"])
def test_real_pages_are_read_whole(pair: str) -> None:
    """Against the gold text of real pages, 98 % of the 8-word shingles are found and 98 % of ours are right."""
    report = read((PAIRS / f"{pair}.html").read_bytes())
    gold = shingles((PAIRS / f"{pair}.gold.txt").read_text(encoding="utf-8"))
    apart = {"keywords", "back", "references", "front", "table", "figure"}
    ours = shingles(
        "\n".join(
            f"{section.heading.of(report.text) if section.heading else ''}\n{section.body.of(report.text)}"
            for section in report.sections
            if section.kind not in apart
        )
    )
    assert len(gold & ours) >= 0.98 * len(gold)
    assert len(gold & ours) >= 0.98 * len(ours)


@needs_shared
@pytest.mark.parametrize("path", sorted([*FILES.glob("*.html"), *PAIRS.glob("*.html")]), ids=lambda path: path.name)
def test_real_pages_lead_back(path: Path) -> None:
    """Every part and run of a real page leads back to its element."""
    data = path.read_bytes()
    assert_leads_back(read(data, path.name), data)


@needs_shared
@pytest.mark.parametrize(
    ("name", "doi", "year", "authors", "references"),
    [
        ("norma_bmj_i2607.html", "10.1136/bmj.i2607", 2016, 6, 28),
        ("norma_frontiers_fpsyg_05_01582.html", "10.3389/fpsyg.2014.01582", 2015, 2, 97),
        ("norma_hindawi_507405.html", "10.1155/2014/507405", 2014, 3, 58),
        ("norma_f1000_3_190.html", "10.12688/f1000research.4767.2", 2015, 3, 16),
    ],
)
def test_real_metadata(name: str, doi: str, year: int, authors: int, references: int) -> None:
    """Identifiers, year, authors and references of real pages of several publishers are all there."""
    report = read((FILES / name).read_bytes(), name)
    about = report.bibliography
    assert about.title is not None
    assert (about.doi, about.year) == (doi, year)
    assert (len(about.authors), len(report.references)) == (authors, references)
    assert {"introduction", "references"} <= {section.kind for section in report.sections}


@pytest.mark.parametrize("opened", ["<div>", "<ul><li>", "<span class='a'>", "<b>", "<x/>"])
def test_a_page_that_only_opens_elements_is_refused_before_it_is_parsed(opened: str) -> None:
    """Parsing takes time in the square of the depth; the refusal is the same as for any page that nests too deep."""
    with pytest.raises(MalformedError, match=r"deep\.html nests elements over 250 deep"):
        parse((opened * 20_000).encode(), "deep.html")


def test_what_does_not_nest_is_not_counted() -> None:
    """Lines, cells and paragraphs without end tags, and drawings of many empty elements, make no page deep."""
    page = (
        "<p>A line.<br>" * 6_000
        + "<table>"
        + "<tr><td>1" * 6_000
        + "</table><svg>"
        + "<path d='M0'/>" * 6_000
        + "</svg>"
    )
    assert parse(page.encode(), "flat.html").body is not None
