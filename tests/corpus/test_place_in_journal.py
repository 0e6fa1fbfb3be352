"""Volume, issue and pages are read from every format that tells them, as printed."""

from __future__ import annotations

import json

import pytest

from corpus.identity import page_range
from corpus.model import Bibliography
from corpus.readers.registry import read_bytes

PROSE = "A man of 50 years had gout of the left foot. He was given colchicine, and the pain was gone within two days."


def about(text: str, name: str) -> Bibliography:
    """The facts of the only report of the file ``name``."""
    (read,) = read_bytes(text.encode(), name)
    assert read.report is not None, read.error
    return read.report.bibliography


def place(text: str, name: str) -> tuple[str | None, str | None, str | None]:
    """Volume, issue and pages of the only report of the file ``name``."""
    told = about(text, name)
    return told.volume, told.issue, told.pages


def jats(inner: str) -> str:
    return (
        f'<article article-type="case-report"><front><article-meta>{inner}</article-meta></front>'
        f"<body><p>{PROSE}</p></body></article>"
    )


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<volume>4</volume><issue>2</issue><fpage>12</fpage><lpage>18</lpage>", ("4", "2", "12-18")),
        ("<volume>4</volume><fpage>12</fpage><lpage>12</lpage>", ("4", None, "12")),
        ("<volume>13</volume><elocation-id>151</elocation-id>", ("13", None, "151")),
        ("<issue>Suppl 1</issue><fpage>S3</fpage>", (None, "Suppl 1", "S3")),
        ("", (None, None, None)),
    ],
)
def test_jats(inner: str, expected: tuple[str | None, ...]) -> None:
    """First and last page make the pages; an article without them has its number in the volume."""
    assert place(jats(inner), "a.xml") == expected


def test_jats_of_another_article_is_not_its_own() -> None:
    """The pages of a related article stand deeper, and are not taken."""
    other = '<related-article related-article-type="companion"><volume>9</volume><fpage>1</fpage></related-article>'
    assert place(jats(other), "a.xml") == (None, None, None)


def test_html() -> None:
    """A page's head tells them under Highwire's names, or PRISM's."""
    page = "<!DOCTYPE html><html><head>{}</head><body><h1>Gout</h1><h2>Case</h2><p>{}</p><p>{}</p></body></html>"
    told = {"citation_volume": "4", "citation_issue": "2", "citation_firstpage": "12", "citation_lastpage": "18"}
    head = "".join(f'<meta name="{name}" content="{value}">' for name, value in told.items())
    assert place(page.format(head, PROSE, PROSE), "a.html") == ("4", "2", "12-18")
    prism = '<meta name="prism.volume" content="7"><meta name="prism.startingPage" content="e9">'
    assert place(page.format(prism, PROSE, PROSE), "a.html") == ("7", None, "e9")


def test_json_lines_and_markdown() -> None:
    """They are keys of their own; whole numbers do as well as strings."""
    record = {"text": PROSE, "volume": 4, "issue": "2", "pages": "12-18"}
    assert place(json.dumps(record) + "\n", "a.jsonl") == ("4", "2", "12-18")
    front = f"---\ntitle: Gout\nvolume: 4\nissue: 2\npage: 12-18\n---\n\n# Case\n\n{PROSE}\n"
    assert place(front, "a.md") == ("4", "2", "12-18")


def test_ris() -> None:
    """The tags of an issue, and of first and last page."""
    entry = f"TY  - JOUR\nTI  - Gout\nAB  - {PROSE}\nVL  - 4\nIS  - 2\nSP  - 12\nEP  - 18\nER  - \n"
    assert place(entry, "a.ris") == ("4", "2", "12-18")


def test_medline() -> None:
    """The pages stand in one field, as PubMed shortens them."""
    assert place(f"PMID- 12\nTI  - Gout\nAB  - {PROSE}\nVI  - 4\nIP  - 2\nPG  - 112-8\n", "a.nbib") == (
        "4",
        "2",
        "112-8",
    )


PUBMED = """<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>12</PMID><Article>
<Journal><JournalIssue><Volume>4</Volume><Issue>2</Issue></JournalIssue><Title>J Feet</Title></Journal>
<ArticleTitle>Gout</ArticleTitle><Pagination>{}</Pagination><Abstract><AbstractText>{}</AbstractText></Abstract>
</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("<StartPage>112</StartPage><EndPage>118</EndPage><MedlinePgn>112-8</MedlinePgn>", "112-8"),
        ("<StartPage>112</StartPage><EndPage>118</EndPage>", "112-118"),
        ("<MedlinePgn/>", None),
    ],
)
def test_pubmed(pages: str, expected: str | None) -> None:
    """PubMed's own form of the pages first, else first and last."""
    assert place(PUBMED.format(pages, PROSE), "a.xml") == ("4", "2", expected)


def test_europe_pmc() -> None:
    """Journal information of the full answer; a lite one has them beside the title."""
    result = {"id": "12", "source": "MED", "pmid": "12", "title": "Gout", "abstractText": PROSE, "pageInfo": "112-118"}
    full = {**result, "journalInfo": {"volume": "4", "issue": "2", "journal": {"title": "J Feet"}}}
    lite = {**result, "journalVolume": "4", "issue": "2", "journalTitle": "J Feet"}
    for each in (full, lite):
        answer = {"version": "6.9", "hitCount": 1, "resultList": {"result": [each]}}
        assert place(json.dumps(answer), "a.json") == ("4", "2", "112-118")


@pytest.mark.parametrize(
    ("headings", "cells", "expected"),
    [
        ("Title,Year,Volume,Issue,Page start,Page end", "Gout,2011,4,2,12,18", ("4", "2", "12-18")),
        ("Title,Year,Volume,Issue,Art. No.", "Gout,2011,4,,e7", ("4", None, "e7")),
        ("Title,PMID,Citation", '"Gout",12,"Inv J Feet. 2011;3(1):2. doi: 10.9999/feet.5."', ("3", "1", "2")),
        ("Title,PMID,Citation", '"Gout",12,"Inv J Feet. 2011 Mar 1;3(Suppl 1):S2-9. Epub"', ("3", "Suppl 1", "S2-9")),
        ("Title,PMID,Citation", '"Gout",12,"Inv J Feet. 2011 Mar;3:2"', ("3", None, "2")),
        ("Title,PMID,Citation", '"Gout",12,"Inv J Feet. 2011 Mar 1"', (None, None, None)),
    ],
)
def test_tables(headings: str, cells: str, expected: tuple[str | None, ...]) -> None:
    """Columns of their own, or PubMed's citation in one cell."""
    assert place(f"{headings}\n{cells}\n", "a.csv") == expected


def test_a_page_range_needs_a_first_page() -> None:
    """The same page twice is one; a last page alone tells nothing."""
    assert page_range("12", "18") == "12-18"
    assert page_range(" 12 ", "12") == "12"
    assert page_range(None, "18") is None
    assert page_range("", "") is None
