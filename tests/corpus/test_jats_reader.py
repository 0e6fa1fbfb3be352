from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, MalformedError, NoTextError, ReadError, UnsupportedFormatError
from corpus.model import Report
from corpus.normalise import fold
from corpus.readers.base import Read
from corpus.readers.jats import JatsReader
from corpus.readers.jats_tree import parse
from corpus.tracked import Tracked
from tests.reports import assert_runs_lead_back, rendered

GOLDEN = Path(__file__).parents[1] / "golden"
SHARED = Path(__file__).parents[2].parent / "shared"
PAIRS = SHARED / "data" / "pdf_xml_pairs"
FILES = SHARED / "data" / "files"
ARTICLE = (GOLDEN / "jats-article.xml").read_bytes()

needs_shared = pytest.mark.skipif(not PAIRS.is_dir(), reason="the shared development data is not here")


def records(data: bytes | str, name: str = "a.xml") -> list[Read]:
    return list(JatsReader().read(data.encode() if isinstance(data, str) else data, name))


def read(data: bytes | str, name: str = "a.xml") -> Report:
    (record,) = records(data, name)
    assert record.report is not None
    return record.report


def article(body: str = "<p>Text.</p>", meta: str = "", back: str = "", journal: str = "") -> str:
    """A minimal JATS article."""
    return (
        f"<article><front><journal-meta>{journal}</journal-meta><article-meta>{meta}</article-meta></front>"
        f"<body>{body}</body><back>{back}</back></article>"
    )


def paragraph(text: str) -> str:
    """How the reader renders one paragraph of mark-up."""
    return read(article(f"<p>{text}</p>")).text


def shingles(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return [tuple(words[at : at + 8]) for at in range(len(words) - 7)]


def assert_leads_back(report: Report, data: bytes) -> None:
    """Every part is its element's string value, and every run of the map is the raw text it names."""
    root = parse(data, "fresh").getroot()
    for part in report.source_map.parts:
        assert root.xpath(f"count({part.label})") == 1
        assert report.raw[part.start : part.end] == root.xpath(f"string({part.label})")
    assert_runs_lead_back(report)


# --- the whole of it ------------------------------------------------------------------------------


def test_golden_article() -> None:
    """The golden article is read exactly as the golden file says: metadata, sections, tables, references."""
    assert rendered(read(ARTICLE)) == (GOLDEN / "jats-article.xml.expected").read_text(encoding="utf-8")


def test_golden_article_leads_back() -> None:
    """Every part and run of the golden article leads back to its element in a fresh parse."""
    assert_leads_back(read(ARTICLE), ARTICLE)


def test_sentences_without_marks_are_found_whole_in_their_elements() -> None:
    """A sentence without rendered marks is, folded, the stretch of the element that its location names."""
    report, root = read(ARTICLE), parse(ARTICLE, "fresh").getroot()
    checked = 0
    for sentence in report.sentences:
        text = sentence.span.of(report.text)
        if re.search(r"[\[\]^|:;=]", text) or report.sections[sentence.section].kind in ("figure", "table"):
            continue  # holds what the reader put in
        (location,) = report.source_map.locate(sentence.span)
        value = str(root.xpath(f"string({location.label})"))
        assert fold(Tracked.of(value[location.start : location.end])).text == text
        checked += 1
    assert checked > 8


def test_reader_names_itself() -> None:
    """The report says which reader made it, so that a newer version can be noticed."""
    assert read(ARTICLE).reader == JatsReader.name == "jats"
    assert JatsReader.version >= 1


# --- bibliography ---------------------------------------------------------------------------------


def test_identifiers_come_from_the_articles_own_metadata() -> None:
    """DOI, PMID and PMCID of related, cited and translated articles are not the article's own."""
    about = read(
        article(
            meta='<related-article><article-id pub-id-type="doi">10.5555/other</article-id></related-article>',
            back='<ref-list><ref><mixed-citation>A <pub-id pub-id-type="doi">10.5555/cited</pub-id></mixed-citation>'
            "</ref></ref-list>",
        )
    ).bibliography
    assert (about.doi, about.pmid, about.pmcid) == (None, None, None)


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ([("epub", 2020), ("collection", 2019)], 2019),
        ([("epub", 2014), ("ppub", 2015)], 2015),
        ([("pmc-release", 2010), ("epub", 2009)], 2009),
        ([("pmc-release", 2010)], None),
        ([], None),
    ],
)
def test_year_is_the_one_a_citation_shows(dates: list[tuple[str, int]], year: int | None) -> None:
    """The year of the issue or collection comes before that of the online version; a repository's date never counts."""
    meta = "".join(f'<pub-date pub-type="{kind}"><year>{value}</year></pub-date>' for kind, value in dates)
    assert read(article(meta=meta)).bibliography.year == year


def test_newer_date_type_attribute_is_understood() -> None:
    """JATS 1.2 names a date's kind ``date-type``."""
    dates = [("received", 1999), ("pub", 2022)]
    meta = "".join(f'<pub-date date-type="{kind}"><year>{year}</year></pub-date>' for kind, year in dates)
    assert read(article(meta=meta)).bibliography.year == 2022


def test_a_year_that_is_none_is_absent() -> None:
    """What is not four digits is no year."""
    assert read(article(meta="<pub-date><year>MMXX</year></pub-date>")).bibliography.year is None


@pytest.mark.parametrize(
    ("journal", "title"),
    [
        ("<journal-title-group><journal-title>J Full</journal-title></journal-title-group>", "J Full"),
        ("<journal-title>J Old</journal-title>", "J Old"),
        ("<abbrev-journal-title>J Abb</abbrev-journal-title>", "J Abb"),
        ('<journal-id journal-id-type="nlm-ta">J Nlm</journal-id>', "J Nlm"),
        ("", None),
    ],
)
def test_journal_title_in_its_many_places(journal: str, title: str | None) -> None:
    """The journal's name is found where each version of the format keeps it."""
    assert read(article(journal=journal)).bibliography.journal == title


def test_authors_keep_their_order_and_only_authors_count() -> None:
    """Names read 'Given Surname', groups by their own name; editors and members of a group are left out."""
    assert read(ARTICLE).bibliography.authors == ("Anna B. Muster Jr", "Kenji Ōta", "The Test Group")


def test_title_loses_its_footnote_mark_and_keeps_its_superscripts() -> None:
    """A mark that links to a note is no part of the title; a superscript of the title itself is."""
    title = 'Uptake of <sup>18</sup>F<sup><xref ref-type="fn">1</xref></sup>'
    meta = f"<title-group><article-title>{title}</article-title></title-group>"
    assert read(article(meta=meta)).bibliography.title == "Uptake of 18F"


def test_no_metadata_is_no_error() -> None:
    """A body alone is a report without a title."""
    report = read("<article><body><p>Only this.</p></body></article>")
    assert (report.text, report.bibliography.title, report.bibliography.authors) == ("Only this.", None, ())


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('disorder<sup><xref ref-type="bibr">1</xref></sup> It', "disorder[1] It"),
        ('disorder.<sup><xref ref-type="bibr">1</xref>,<xref ref-type="bibr">2</xref></sup> It', "disorder.[1,2] It"),
        ('disorder<xref ref-type="bibr"><sup>12</sup></xref>.', "disorder[12]."),
        ('disorder<xref ref-type="bibr">1</xref>–<xref ref-type="bibr">3</xref>.', "disorder[1–3]."),
        ('disorder [<xref ref-type="bibr">1</xref>, <xref ref-type="bibr">2</xref>].', "disorder [1, 2]."),
        ('disorder<sup>[<xref ref-type="bibr">1</xref>]</sup>.', "disorder[1]."),
        ('disorder (<xref ref-type="bibr">Muster, 2001</xref>).', "disorder (Muster, 2001)."),
        ('see reference <xref ref-type="bibr">7</xref> there', "see reference 7 there"),
        ("literature.<sup>1</sup> It", "literature.[1] It"),
        ("disorders<sup>1,2</sup> are", "disorders[1,2] are"),
        ("10<sup>9</sup>/L", "10^9/L"),
        ("10<sup>−3</sup> mol", "10^−3 mol"),
        ("kg/m<sup>2</sup>", "kg/m2"),
        ("square metres<sup>2</sup>", "square metres2"),
        ("the 4<sup>th</sup> day", "the 4th day"),
        ("Ca<sup>2+</sup> and H<sub>2</sub>O", "Ca2+ and H2O"),
        ("dose<sup>a</sup> given", "dose[a] given"),
        ('see Figure <xref ref-type="fig">1</xref>A', "see Figure 1A"),
        ("line<break/>end", "line end"),
    ],
)
def test_superscripts_do_not_glue(markup: str, text: str) -> None:
    """A citation mark, a note mark or an exponent never runs into the word or number it stands on."""
    assert paragraph(markup) == text


@given(st.lists(st.integers(1, 999), min_size=1, max_size=6), st.sampled_from([",", ", ", "–", ";"]), st.booleans())
def test_citation_marks_map_to_their_own_digits(numbers: list[int], joint: str, raised: bool) -> None:
    """Whatever the numbers, the mark is bracketed once and each number still leads to its own digits."""
    links = joint.join(f'<xref ref-type="bibr">{number}</xref>' for number in numbers)
    report = read(article(f"<p>A word{f'<sup>{links}</sup>' if raised else links} and more.</p>"))
    assert report.text == f"A word[{joint.join(map(str, numbers))}] and more."
    inside = report.text.index("[") + 1
    for index in range(inside, report.text.index("]")):
        start, end = report.source_map.raw(type(report.sections[0].body)(index, index + 1))
        assert report.raw[start:end] == report.text[index]


def test_a_float_in_a_paragraph_does_not_cut_it() -> None:
    """A figure set into the middle of a sentence follows the paragraph instead."""
    report = read(article("<p>One<fig><caption><p>The hand.</p></caption></fig> sentence.</p><p>Two.</p>"))
    assert report.text == "One sentence.\n\nThe hand.\n\nTwo."
    assert [section.kind for section in report.sections] == ["body", "figure", "body"]


def test_list_items_are_paragraphs_of_their_own() -> None:
    """A list in a paragraph gives its items, without their bullets, between the paragraph's two ends."""
    items = "<list><list-item><label>•</label><p>first</p></list-item><list-item><p>second</p></list-item></list>"
    assert paragraph(f"Given: {items} and more.") == "Given:\n\nfirst\n\nsecond\n\nand more."


def test_formulas_are_read_once() -> None:
    """Of a formula's alternatives the TeX is left out."""
    formula = "<alternatives><tex-math>\\x</tex-math><math><mi>n</mi><mo>=</mo><mn>3</mn></math></alternatives>"
    assert paragraph(f"with <inline-formula>{formula}</inline-formula> here") == "with n=3 here"


def test_table_rows_keep_empty_cells() -> None:
    """A table is one section; a row is one block of it, empty cells kept so that columns stay in place."""
    table = "<table><tr><td>a</td><td/><td>c</td></tr></table>"
    wrapped = f"<table-wrap><label>Table 1</label><caption><p>Doses</p></caption>{table}</table-wrap>"
    report = read(article(f"<p>Text.</p>{wrapped}"))
    tables = [section.body.of(report.text) for section in report.sections if section.kind == "table"]
    assert tables == ["Table 1. Doses\n\na | | c"]


def test_text_before_the_first_heading_is_not_abstract() -> None:
    """A body that starts without a heading does not continue the abstract."""
    report = read(article("<p>First.</p>", meta="<abstract><p>Short.</p></abstract>"))
    assert [(section.kind, section.body.of(report.text)) for section in report.sections] == [
        ("abstract", "Short."),
        ("body", "First."),
    ]


def test_section_type_names_what_the_heading_does_not() -> None:
    """``sec-type`` decides where the heading's words name no section, and never against them."""
    body = (
        '<sec sec-type="cases"><title>Mrs X</title><p>One.</p></sec>'
        '<sec sec-type="intro"><title>Discussion</title><p>Two.</p></sec>'
    )
    assert [section.kind for section in read(article(body)).sections] == ["case", "discussion"]


def test_back_matter_is_no_finding() -> None:
    """Thanks, funding and conflicts are ``back``, whatever stood before them."""
    report = read(article("<sec><title>Results</title><p>R.</p></sec>", back="<ack><p>Thanks.</p></ack>"))
    assert [(section.kind, section.body.of(report.text)) for section in report.sections][-1] == ("back", "Thanks.")


# --- references -----------------------------------------------------------------------------------


def test_bare_citation_elements_get_separators() -> None:
    """A citation made of elements without punctuation reads as a citation and yields its DOI."""
    report = read(ARTICLE)
    first = report.references[0]
    assert first.span.of(report.text).startswith(
        "1. Muster A, Probe B, et al. On invented disease. J Tests. 2001; 3(2):10-12 doi:"
    )
    assert first.doi == "10.5555/ref.one"


def test_of_two_forms_the_printed_one_is_read_with_the_others_doi() -> None:
    """Where a reference holds a printed and a structured form, it is read once and keeps the DOI."""
    report = read(ARTICLE)
    second = report.references[1].span.of(report.text)
    assert second.count("J Tests") == 1
    assert report.references[1].doi == "10.5555/ref.two"


def test_an_identifier_is_labelled_once() -> None:
    """A label that the citation prints itself is not repeated."""
    report = read(ARTICLE)
    assert report.references[2].span.of(report.text).endswith("doi:10.5555/ref.three")


# --- odd and bad input ----------------------------------------------------------------------------


def test_article_set_gives_a_record_an_article() -> None:
    """Each article of a set is a record named by its identifier; one without text does not stop the others."""
    good = article(meta='<article-id pub-id-type="pmc">123</article-id>')
    empty = "<article><front><article-meta/></front></article>"
    first, second, third = records(f"<pmc-articleset>{good}{empty}{article()}</pmc-articleset>")
    assert (first.record, first.report is not None) == ("PMC123", True)
    assert isinstance(second.error, NoTextError)
    assert (third.record, third.report is not None) == ("3", True)


def test_namespaced_articles_are_read_and_lead_back() -> None:
    """A default namespace changes neither text nor the way back."""
    data = article("<p>Some text.</p>").replace("<article>", '<article xmlns="https://jats.nlm.nih.gov/x">').encode()
    report = read(data)
    assert report.text == "Some text."
    assert_leads_back(report, data)


def test_character_entities_become_characters() -> None:
    """A named entity of the DTD, which is never fetched, reads as its character; an unknown one leaves a sign."""
    data = b'<!DOCTYPE article SYSTEM "x.dtd"><article><body><p>&alpha;-blocker &mystery;given.</p></body></article>'
    report = read(data)
    assert report.text == "α-blocker \ufffdgiven."
    assert_leads_back(report, data)


def test_external_entities_are_not_fetched(tmp_path: Path) -> None:
    """A file named by an entity stays unread."""
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    data = f'<!DOCTYPE article [<!ENTITY x SYSTEM "{secret.as_uri()}">]><article><body><p>a &x; b</p></body></article>'
    assert "SECRET" not in read(data).raw


def test_entity_bombs_are_refused() -> None:
    """Entities that expand without end are malformed, not a full memory."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    data = f'<!DOCTYPE article [<!ENTITY e0 "aaaaaaaaaa">{levels}]><article><body><p>&e8;</p></body></article>'
    with pytest.raises(ReadError):
        records(data)


def test_malformed_xml_names_file_and_line() -> None:
    """The message says which file is broken, and on which line."""
    with pytest.raises(MalformedError, match=r"bad\.xml is not well-formed XML: line 2, column \d+"):
        records("<article>\n<p></article>", "bad.xml")


def test_deep_nesting_is_refused() -> None:
    """XML nested beyond reason is malformed."""
    with pytest.raises(MalformedError):
        records("<article>" + "<sec>" * 5000 + "</sec>" * 5000 + "</article>")


def test_other_xml_names_its_root() -> None:
    """XML that is no article is told from a broken one, by its root element."""
    with pytest.raises(UnsupportedFormatError, match=r"o\.xml .*<art>"):
        records("<art><p>x</p></art>", "o.xml")


@pytest.mark.parametrize("data", ["", " \n\t"])
def test_empty_file(data: str) -> None:
    """No bytes, or white space alone, is an empty file."""
    with pytest.raises(EmptyFileError, match=r"a\.xml"):
        records(data)


def test_abstract_alone_is_a_report() -> None:
    """Front matter with an abstract and no body can be searched."""
    assert (
        read("<article><front><article-meta><abstract><p>Short.</p></abstract></article-meta></front></article>").text
        == "Short."
    )


def test_front_matter_alone_is_no_report() -> None:
    """A title without abstract or body holds no text, and the message names the file."""
    with pytest.raises(NoTextError, match=r"t\.xml"):
        records(
            "<article><front><article-meta><title-group><article-title>T</article-title></title-group>"
            "</article-meta></front></article>",
            "t.xml",
        )


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_mutated_articles_are_read_or_refused(data: st.DataObject) -> None:
    """Whatever bytes are cut, doubled or changed, the reader reads or raises a ReadError."""
    mutated = bytearray(ARTICLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mutated)))
        stop = min(len(mutated), at + data.draw(st.integers(0, 200)))
        mutated[at:stop] = data.draw(st.binary(max_size=8) | st.just(bytes(mutated[at:stop]) * 2))
    try:
        for record in records(bytes(mutated)):
            if record.report is not None:
                assert_leads_back(record.report, bytes(mutated))
    except ReadError as refusal:
        message = str(refusal)
    else:
        message = "a.xml"
    assert "a.xml" in message


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12).map(
    lambda text: text.replace("&", "").replace("<", "").replace(">", "").replace("\ufffe", "").replace("\uffff", "")
)


def _inline(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(
        [
            "italic",
            "sup",
            "sub",
            "xref",
            "fn",
            "list",
            "list-item",
            "p",
            "fig",
            "caption",
            "td",
            "tr",
            "table",
            "label",
            "odd",
        ]
    )
    return st.builds(lambda tag, inner: f"<{tag}>{''.join(inner)}</{tag}>", tags, st.lists(children, max_size=4))


@settings(deadline=None, max_examples=150)
@given(st.recursive(_WORDS, _inline, max_leaves=20))
def test_any_nesting_leads_back(markup: str) -> None:
    """However elements are nested, every part is its element's string value and every run is its raw text."""
    data = article(f"<p>Word. {markup}</p>").encode()
    report = read(data)
    assert_leads_back(report, data)
    for sentence in report.sentences:
        assert report.source_map.locate(sentence.span)


# --- real articles --------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize("pair", ["04_00932", "3_190", "PMC4521097", "journal_pone_0115884"])
def test_real_articles_are_read_whole(pair: str) -> None:
    """Against the gold text of real articles, 99 % of the 8-word shingles are found and 97 % of ours are right."""
    report = read((PAIRS / f"{pair}.xml").read_bytes())
    gold = shingles((PAIRS / f"{pair}.gold.txt").read_text(encoding="utf-8"))
    apart = {"keywords", "back", "references", "front", "table", "figure"}
    body = "\n".join(
        f"{section.heading.of(report.text) if section.heading else ''}\n{section.body.of(report.text)}"
        for section in report.sections
        if section.kind not in apart
    )
    ours = shingles(body)
    assert len(set(gold) & set(ours)) >= 0.99 * len(set(gold))
    assert len(set(gold) & set(ours)) >= 0.97 * len(set(ours))


@needs_shared
@pytest.mark.parametrize(
    "path", sorted([*FILES.glob("*.nxml"), *FILES.glob("[ns]*.xml"), *PAIRS.glob("*.xml")]), ids=lambda path: path.name
)
def test_real_articles_lead_back(path: Path) -> None:
    """Every part and run of a real article leads back to its element."""
    data = path.read_bytes()
    assert_leads_back(read(data, path.name), data)


@needs_shared
@pytest.mark.parametrize(
    ("name", "doi", "pmid", "pmcid", "year", "authors", "references"),
    [
        ("PMC4350572.nxml", "10.3332/ecancer.2015.515", "25767563", "PMC4350572", 2015, 2, 15),
        ("PMC4161861.nxml", "10.1186/1756-0500-7-600", "25187211", "PMC4161861", 2014, 12, 41),
        ("PMC1852268_nobody.nxml", "10.1155/s1064744903000048", "12839630", "PMC1852268", 2003, 8, 0),
        ("PMC4608484_retraction.nxml", "10.4103/2249-4847.144767", None, "PMC4608484", 2014, 1, 2),
        ("ehp-116-1694.nxml", "10.1289/ehp.11570", "19079722", "PMC2599765", 2008, 4, 58),
        ("scielo_rsp_48_2_0331_pt.xml", "10.1590/s0034-8910.2014048004950", None, None, 2014, 6, 108),
        ("norma_bmc_trials_16_1_1.xml", "10.1186/1745-6215-16-1", None, None, 2015, 12, 37),
        ("norma_corrupt_test1.xml", "10.1371/journal.pone.0077058", None, None, 2013, 8, 32),
    ],
)
def test_real_metadata(
    name: str, doi: str, pmid: str | None, pmcid: str | None, year: int, authors: int, references: int
) -> None:
    """Identifiers, year, authors and references of real files of several makes are all there."""
    report = read((FILES / name).read_bytes(), name)
    about = report.bibliography
    assert (about.doi, about.pmid, about.pmcid, about.year) == (doi, pmid, pmcid, year)
    assert (len(about.authors), len(report.references)) == (authors, references)
