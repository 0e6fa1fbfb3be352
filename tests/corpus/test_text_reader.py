from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, NoTextError, ReadError, UnsupportedFormatError
from corpus.model import Part, Report, Span
from corpus.normalise import fold
from corpus.readers.text import TextReader
from corpus.tracked import Tracked


def read(text: str | bytes) -> Report:
    data = text.encode() if isinstance(text, str) else text
    (record,) = TextReader().read(data, "report.txt")
    assert record.report is not None
    return record.report


def kinds(report: Report) -> list[tuple[str, str | None]]:
    return [(each.kind, each.heading.of(report.text) if each.heading else None) for each in report.sections]


def body(report: Report, kind: str) -> str:
    return "\n\n".join(each.body.of(report.text) for each in report.sections if each.kind == kind)


ARTICLE = """Skip to main content
Annals of Invented Cases logoLink to Annals of Invented Cases
. 2019 May 4;12(3):45–48. doi: 10.9999/aic.2019.45

Swollen knee after eating rhubarb: a report of one man

Anna B Miller a,, Carl de Vries b
PMCID: PMC1234567  PMID: 7654321

Introduction

Swelling after rhubarb is rare.1 It was first seen in 1901.

Case report

A 61-year-old man came with a swollen left knee. He had eaten rhubarb (Fig 1).

Fig 1.

Fig 1

Swollen left knee with redness.

He was given colchicine 1 mg daily. The knee was normal after two weeks.

Discussion

There is no agreed treatment.2, 3

Footnotes

Funding sources: None.

References

  • 1.Smith A. Rhubarb. J Inv. 1990;1(2):3. doi: 10.9999/ref.1. [PubMed]
  • 2.Jones B. Knees. J Inv. 1991;2(2):4. https://doi.org/10.9999/re....
  • 3.Brown C. More knees. 1992.

Articles from Annals of Invented Cases are provided here courtesy of Nobody

RESOURCES"""


def test_an_article_page_is_taken_apart() -> None:
    """Title, names, identifiers, sections, caption and references of a copied page each land in their place."""
    report = read(ARTICLE)
    about = report.bibliography
    assert about.title == "Swollen knee after eating rhubarb: a report of one man"
    assert about.authors == ("Anna B Miller", "Carl de Vries")
    assert (about.journal, about.year) == ("Annals of Invented Cases", 2019)
    assert (about.doi, about.pmid, about.pmcid) == ("10.9999/aic.2019.45", "7654321", "PMC1234567")
    assert kinds(report) == [
        ("front", None),
        ("title", None),
        ("front", None),
        ("introduction", "Introduction"),
        ("case", "Case report"),
        ("figure", None),
        ("case", None),
        ("discussion", "Discussion"),
        ("back", "Footnotes"),
        ("references", "References"),
        ("back", None),
    ]
    assert body(report, "figure") == "Fig 1 Swollen left knee with redness."
    assert [each.doi for each in report.references] == ["10.9999/ref.1", None, None]
    assert "Skip to" not in report.text
    assert "RESOURCES" not in report.text


def test_the_raw_text_is_the_whole_file() -> None:
    """The raw text keeps its line ends, and is one part."""
    text = ARTICLE.replace("\n", "\r\n")
    report = read(text)
    assert report.raw == text
    assert report.source_map.parts == (Part(0, len(text), "line", ""),)
    assert kinds(report) == kinds(read(ARTICLE))
    assert report.reader == "text"


def test_every_sentence_leads_back_to_its_raw_text() -> None:
    """Folding the raw slice of a sentence gives the sentence."""
    report = read(ARTICLE)
    assert len(report.sentences) > 8
    for sentence in report.sentences:
        start, end = report.source_map.raw(sentence.span)
        assert fold(Tracked.of(report.raw[start:end])).text in (
            sentence.span.of(report.text),
            "Fig 1 " + sentence.span.of(report.text)[6:],
        )


LANDING = """CASE REPORT
Two siblings with blue nails – case report
\u00a0
More details
Hide details
1
Department of Nails, School of Medicine, University of Nowhere, Poland
\u00a0
Acceptance date: 2018-01-21
\u00a0
Corresponding author
Jan Kowalski

Inv. Ann. Med. 2018;28(2):224-228
\u00a0
KEYWORDS
nails
ABSTRACT
Introduction:
Blue nails are rare.

Case study:
We saw two siblings with blue nails.

Results and discussion:
They were treated with zinc.

REFERENCES (2)
1.
Boulder N. Nails. 2005;34(6):805. https://doi.org/10.9999/j.sema....
\u00a0
2.
Stone AJ. More
nails. 2012;25(2):195.
\u00a0
Journals System - logo
Scroll to top"""


def test_a_landing_page_has_no_doi_of_its_own() -> None:
    """An article-type label is no section, a journal line gives journal and year, truncated DOIs give nothing."""
    report = read(LANDING)
    about = report.bibliography
    assert about.title == "Two siblings with blue nails – case report"
    assert (about.journal, about.year, about.doi) == ("Inv. Ann. Med.", 2018, None)
    assert ("case", "Case study:") in kinds(report)
    assert ("discussion", "Results and discussion:") in kinds(report)
    assert "CASE REPORT" in body(report, "front")
    assert [each.span.of(report.text) for each in report.references] == [
        "1. Boulder N. Nails. 2005;34(6):805. https://doi.org/10.9999/j.sema....",
        "2. Stone AJ. More nails. 2012;25(2):195.",
    ]
    assert "Scroll" not in report.text
    assert "logo" not in report.text


SCRAPE = """         Abstract


        We report nails of an unusual colour.


        Observation


        The nails were blue (Figure 1A). They were clipped.


        Conclusion


        Nails may be blue. They grow.
           [image: ] Figure 1: (A) Blue nails; (B) clipped nails. View Figure 1


        """


def test_a_scrape_without_a_title_has_none() -> None:
    """No title is invented, placeholders of images go, and their captions stand apart."""
    report = read(SCRAPE)
    assert report.bibliography.title is None
    assert kinds(report) == [
        ("abstract", "Abstract"),
        ("case", "Observation"),
        ("conclusion", "Conclusion"),
        ("figure", None),
    ]
    assert body(report, "figure") == "Figure 1: (A) Blue nails; (B) clipped nails."


WRAPPED = """ Abstract
Blue nails are a feature of a variety of conditions of the skin and the
nails (most commonly of the toes), but are rarely seen in the hands.1,2
We report a case of a woman with blue nails on both of her hands.

Case report
A woman of twenty was referred to our clinic with blue nails. She had been
seen elsewhere four years before but had not received any treatment. She

was again seen elsewhere six months before she came to us with a double-
sided discolouration, and had taken zinc without any effect on the dis-
colouration of her nails.

Fig. 1a. Photograph of the nails of the
left hand.

Fig. 1b. Photograph of the right hand
including the thumb.
 The dermatologists confirmed that the nails were blue and not black. A
biopsy was not done because the patient declined it for good reasons.

Discussion
Discolouration of the nails has many causes, of which most are harmless.3
 Fig. 2. Photograph of the toes, which
are normal.
"""


def test_hard_wrapped_text_is_joined() -> None:
    """Wraps, page breaks and line-end hyphens inside sentences are mended, and captions keep to themselves."""
    report = read(WRAPPED)
    case = body(report, "case")
    assert "She was again seen elsewhere six months before she came to us with a double-sided discolouration" in case
    assert "without any effect on the discolouration of her nails." in case
    assert case.startswith("A woman of twenty")
    assert "\n\nThe dermatologists confirmed that the nails were blue and not black. A biopsy was not done" in case
    assert [each.body.of(report.text) for each in report.sections if each.kind == "figure"] == [
        "Fig. 1a. Photograph of the nails of the left hand.",
        "Fig. 1b. Photograph of the right hand including the thumb.",
        "Fig. 2. Photograph of the toes, which are normal.",
    ]
    assert report.bibliography.title is None


SCANNED = """DOI: 10.9999/inv.2019-1

Blue Nails in a Patient with Grey Hair

[®]Ayşe YILMAZ^a

^aInvented University Faculty of Medicine, Department of Nails, Ankara, TURKEY

ABSTRACT Nails may be blue. We present a woman with blue nails.

Keywords: Nails; hair

Nails are found on fingers, and they are found on toes as well, and they are most com-

monly short.¹ Blue nails are an unusual finding that has been described by several authors in several countries.

CASE REPORT

A 50-year-old woman had blue nails.

Correspondence: Ayşe YILMAZ

Invented University Faculty of Medicine, Department of Nails, Ankara, TURKEY E-mail: ayse@example.org

Peer review under responsibility of Invented Journal of Nails.

Received: 19 Feb 2019 Accepted: 02 Jul 2019

2147-0000 / Copyright © 2020 by Nobody. This is an open access article.

She was treated with zinc, which had no effect on the colour of the



FIGURE 1a: Blue nails of the left hand.



nails of either hand.

Source of Finance

None was received.

REFERENCES

- Stone A. Nails in sys-

- temic disease. J Inv. 1988;15(2):202-5. [PubMed]
- 2. Boulder B, Rock C, Sand D, et

- al. More nails. J Inv. 1989;1:2.
"""


def test_scanned_pages_are_mended() -> None:
    """Footers and captions that interrupt a case leave it; words and sentences cut by pages are whole again."""
    report = read(SCANNED)
    about = report.bibliography
    assert about.title == "Blue Nails in a Patient with Grey Hair"
    assert about.authors == ("Ayşe YILMAZ",)
    assert (about.journal, about.year, about.doi) == ("Invented Journal of Nails", 2020, "10.9999/inv.2019-1")
    assert body(report, "case") == (
        "A 50-year-old woman had blue nails.\n\n"
        "She was treated with zinc, which had no effect on the colour of the nails of either hand."
    )
    assert body(report, "abstract") == "Nails may be blue. We present a woman with blue nails."
    assert body(report, "keywords") == "Nails; hair"
    assert "they are most commonly short.¹" in body(report, "introduction")
    assert body(report, "figure") == "FIGURE 1a: Blue nails of the left hand."
    assert "Copyright" in body(report, "back")
    assert [each.span.of(report.text) for each in report.references] == [
        "Stone A. Nails in systemic disease. J Inv. 1988;15(2):202-5. [PubMed]",
        "2. Boulder B, Rock C, Sand D, et al. More nails. J Inv. 1989;1:2.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "A 50-year-old woman had blue nails.",
        "Blue nails",
        "A 50-year-old woman had blue nails. She was treated with zinc, and recovered.",
        "A man became aware of his nails in July 2010.\nHe had smoked for years.\nHe was well.",
        "one line\nanother line\na third",
        "We saw two siblings. " * 40,
    ],
)
def test_short_texts_are_all_body(text: str) -> None:
    """A text without headings is body from its first word to its last; nothing of it is taken for a title."""
    report = read(text)
    assert kinds(report) == [("body", None)]
    assert report.text.split() == text.split()
    assert report.bibliography.title is None


def test_a_title_over_prose_is_a_title() -> None:
    """A line without a full stop over running text is the title, and what follows is body."""
    report = read("Blue nails in a grey man\n\nA grey man of 60 years was seen because his nails were blue.")
    assert report.bibliography.title == "Blue nails in a grey man"
    assert kinds(report) == [("title", None), ("body", None)]


def test_markdown_headings_are_headings() -> None:
    """Marks of markdown are read as headings, the first one as the title."""
    text = "# Blue nails in a grey man\n\n## Case\n\nHe was grey.\n\n## Further course\n\nOk.\n\n## Discussion\n\nHm."
    report = read(text)
    assert report.bibliography.title == "Blue nails in a grey man"
    assert kinds(report) == [
        ("title", None),
        ("case", "Case"),
        ("case", "Further course"),
        ("discussion", "Discussion"),
    ]


def test_run_in_headings_of_an_abstract_are_sections() -> None:
    """Labels in front of sentences open sections, also in mid-paragraph where there are several."""
    report = read(
        "Rationale: Nails are rare. Patient concerns: A man had nails. Interventions: We cut. Outcomes: He was well."
    )
    assert kinds(report) == [
        ("introduction", "Rationale:"),
        ("case", "Patient concerns:"),
        ("treatment", "Interventions:"),
        ("outcome", "Outcomes:"),
    ]


def test_a_consent_line_does_not_end_the_case() -> None:
    """A run-in label of back matter rules its own paragraph only."""
    report = read("Case report\n\nA man had nails.\n\nInformed consent: It was given.\n\nThey were cut.")
    assert kinds(report) == [("case", "Case report"), ("back", None), ("case", None)]


def test_running_heads_are_dropped() -> None:
    """Lines that recur on every page and name a publication are not text."""
    page = "Miller et al. Journal of Nails 2019, page {}\n\nHe had nails on finger {}. They were cut.\n\n"
    report = read("Case report\n\n" + "".join(page.format(n, n) for n in range(1, 5)))
    assert "Miller" not in report.text
    assert len(report.sentences) == 8


def test_front_matter_alone_is_refused() -> None:
    """A file that holds only references says so, naming the file."""
    with pytest.raises(NoTextError, match=r"report\.txt holds no text"):
        read("References\n\n1. Stone A. Nails. 1988.\n2. Boulder B. Nails. 1989.")


@pytest.mark.parametrize("data", [b"", b" \n\t ", "\ufeff \n".encode(), "\u00a0\u2003".encode()])
def test_empty_files_are_refused(data: bytes) -> None:
    """No bytes, or white space alone, is an empty file, and the message names it."""
    with pytest.raises(EmptyFileError, match=r"report\.txt"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03" * 40,
        b"GIF89a\x01\x00\x01\x00" * 9,
        bytes(range(256)) * 8,
        b"\x7fELF\x02\x01\x01" + b"\x05" * 90,
    ],
)
def test_binary_files_are_refused(data: bytes) -> None:
    """Bytes that are no text are refused by name, not turned into letters."""
    with pytest.raises(UnsupportedFormatError, match=r"report\.txt"):
        read(data)


def test_a_guess_at_the_encoding_is_told_of() -> None:
    """Text that is in no UTF is read as its letters tell, with a note that says so; a UTF needs no note."""
    text = "Le patient a été traité à l'hôpital. Sa fièvre a cédé après une semaine; il était guéri."
    (told,) = TextReader().read(text.encode("cp1252"), "report.txt")
    (sure,) = TextReader().read(text.encode(), "report.txt")
    assert told.report is not None
    assert sure.report is not None
    assert told.report.text == sure.report.text
    assert told.notes == ("not in UTF-8: read as cp1252, told by its letters",)
    assert sure.notes == ()


LINES = st.lists(
    st.sampled_from(
        [
            "Abstract",
            "Case report",
            "References",
            "REFERENCES (3)",
            "Fig. 1. A caption of",
            "Fig 2",
            "",
            "",
            "  ",
            "A man was seen with a swollen",
            "knee and was treated with zinc-",
            "oxide for weeks.",
            "- An item",
            "1. First",
            "Received: 1 May 2001",
            "doi: 10.9999/x",
            "[image: ]",
            "Hide details",
            "(",
            ").",
            "Methods: We saw. Results: We knew.",
            "ﬁne ligatures and a soft\u00adhyphen",
            "cafe\u0301 au lait",
            "Copyright © 2001 by Nobody",
            "KEYWORDS",
            "a\u200bb",
        ]
    )
    | st.text(max_size=30),
    max_size=25,
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_text_is_read_or_refused_with_spans_that_hold(lines: list[str], line_end: str) -> None:
    """Every sentence lies in its section, every section in the text, and every span leads into the raw text."""
    raw = line_end.join(lines)
    try:
        (record,) = TextReader().read(raw.encode(), "any.txt")
    except ReadError:
        return
    report = record.report
    assert report is not None
    at = 0
    for section in report.sections:
        start = section.heading.start if section.heading else section.body.start
        assert at <= start <= section.body.end <= len(report.text)
        at = section.body.end
    for sentence in report.sentences:
        assert report.sections[sentence.section].body.holds(sentence.span)
        first, last = report.source_map.raw(Span(sentence.span.start, sentence.span.start + 1))
        assert 0 <= first < last <= len(report.raw)


@pytest.mark.parametrize(
    "hard",
    [
        "A",
        "a\n",
        "x-\n",
        "(\n",
        "AB ",
        "ABSTRACT ",
        "Case: A b. ",
        "Fig 1\n",
        "10.9999/",
        "no end\n\n",
        "Anna Miller, ",
    ],
)
def test_hostile_text_is_read_in_linear_time(hard: str) -> None:
    """Long runs of one thing are read to their end (a test that would hang if a pattern or a join were not linear)."""
    assert read("He was well. " + hard * 20_000).text.startswith("He was well.")
