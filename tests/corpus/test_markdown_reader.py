from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import NoTextError, ReadError
from corpus.model import Report, Span
from corpus.readers.markdown import MarkdownReader
from corpus.readers.markup import names
from corpus.readers.registry import read_bytes
from corpus.readers.text import TextReader
from tests.reports import assert_runs_lead_back, body

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"

PROSE = "A 50-year-old potter was seen with pearls of calcium in her elbow. She was treated with rest and improved."

WRITTEN = """\
---
title: "Calcium pearls: a case report"
author:
  - name: Anna Miller
    affiliation: University of Nowhere
  - {given: John B., family: Smith}
doi: https://doi.org/10.9999/pearl.1
date: 2020-03-04
journal: Journal of Pearls
license: CC BY 4.0
abstract: |
  We report a potter.
  She had pearls.
---

## Introduction

Pearls are *rare*<sup>1,2</sup> and **benign**.^3^ The count was 10^9^/L. See [our site](http://x.org/a_(b) "t") now
and wrapped lines[^1] go on.

Case Presentation
-----------------

A woman of 50 was seen with pearls.[[4]](#ref4) ![](img-0.jpeg)

![Figure 1. A pearl in the elbow.](fig1.png)

> She said it was *well*
> and it was.

1. First she rested.
2. Then she walked.

- A bullet was noted.

Table 1. Laboratory findings

| Test | Value |
|------|-------|
| Calcium *x* | 2.4 |

She went home.

### References

1. Smith J. *Pearls*. J Pearl. 2001;1:1-2. doi:10.9999/ref1
2. Jones K. More pearls. J Pearl. 2002.

[^1]: Brown B. Notes on pearls. 1999.
"""

SCANNED = """\
# Calcium pearls in the elbow of a potter: a case report

Anna Miller<sup>1,2</sup>, John B. Smith<sup>2,*</sup>

<sup>1</sup>Department of Medicine, University of Nowhere, Sometown, Atlantis
<sup>2</sup>Department of Pots, University of Nowhere, Sometown, Atlantis

DOI: 10.9999/pearl.1

**ABSTRACT**

A woman was seen with pearls. Rest helped her.

**Keywords:** pearls; potters

# 1. Introduction

Pearls are rare and were described before.$^{1}$ They com-
monly resolve in
weeks after rest, and $^{2,3}$ nothing else was

![](page-2.png)

needed in most patients.

# 2. Case report

A woman of 50 years was seen with pain.
"""


def read(text: str) -> Report:
    (record,) = MarkdownReader().read(text.encode(), "report.md")
    assert record.report is not None
    assert record.report.raw == text
    assert_runs_lead_back(record.report)
    return record.report


def said(text: str) -> str:
    """What is read of ``text``, standing below prose."""
    report = read(f"{PROSE}\n\n{text}\n")
    assert report.text.startswith(PROSE)
    return report.text.removeprefix(PROSE).strip()


def headings(report: Report) -> list[tuple[str, str | None]]:
    return [(each.kind, each.heading and each.heading.of(report.text)) for each in report.sections]


# --- whole files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_written_file_is_taken_apart(line_end: str) -> None:
    """Front matter, headings of both kinds, lists, quotes, tables and notes are told apart, with any line ends."""
    report = read(WRITTEN.replace("\n", line_end))
    about = report.bibliography
    assert (about.title, about.journal, about.year) == ("Calcium pearls: a case report", "Journal of Pearls", 2020)
    assert (about.authors, about.doi) == (("Anna Miller", "John B. Smith"), "10.9999/pearl.1")
    assert about.licence == "CC BY 4.0"
    assert headings(report) == [
        ("abstract", None),
        ("introduction", "Introduction"),
        ("case", "Case Presentation"),
        ("figure", None),
        ("case", None),
        ("table", None),
        ("case", None),
        ("references", "References"),
    ]
    assert body(report, "abstract") == "We report a potter. She had pearls."
    assert body(report, "introduction") == (
        "Pearls are rare[1,2] and benign.[3] The count was 10^9/L. See our site now and wrapped lines[1] go on."
    )
    assert body(report, "case") == (
        "A woman of 50 was seen with pearls.[4]\nShe said it was well and it was.\n\n1. First she rested.\n\n"
        "2. Then she walked.\n\nA bullet was noted.\nShe went home."
    )
    assert body(report, "table") == "Table 1. Laboratory findings\n\nTest | Value\n\nCalcium x | 2.4"
    assert [reference.doi for reference in report.references] == ["10.9999/ref1", None, None]


def test_a_scanned_article_is_taken_apart() -> None:
    """What a program made of pictures of pages: marks in many forms, words and sentences cut, headings of one level."""
    report = read(SCANNED)
    about = report.bibliography
    assert about.title == "Calcium pearls in the elbow of a potter: a case report"
    assert (about.authors, about.doi) == (("Anna Miller", "John B. Smith"), "10.9999/pearl.1")
    assert headings(report) == [
        ("title", None),
        ("front", None),
        ("abstract", "ABSTRACT"),
        ("keywords", "Keywords:"),
        ("introduction", "1. Introduction"),
        ("case", "2. Case report"),
    ]
    assert body(report, "introduction").startswith(
        "Pearls are rare and were described before.[1] They commonly resolve in weeks after rest"
    )
    assert body(report, "introduction").endswith("nothing else was needed in most patients.")


def test_places_are_lines_of_the_file() -> None:
    """A sentence leads to the very characters of the file, marks included."""
    report = read(WRITTEN)
    (cited,) = (each for each in report.sentences if each.span.of(report.text).startswith("Pearls are rare"))
    start, end = report.source_map.raw(cited.span)
    assert WRITTEN[start:end] == "Pearls are *rare*<sup>1,2</sup> and **benign**.^3"
    (location,) = report.source_map.locate(cited.span)
    assert (location.kind, location.label, location.start) == ("line", "", start)


def test_the_registry_reads_it_by_its_ending() -> None:
    """Text is Markdown where its name says so, with the note on its encoding if it needs one."""
    for name in ("a.md", "a.markdown"):
        (record,) = read_bytes(SCANNED.encode(), name)
        assert record.report is not None
        assert record.report.reader == "markdown"
    (record,) = MarkdownReader().read("Die Patientin hatte Schmerzen in den Füßen.".encode("cp1252"), "a.md")
    assert record.notes == ("not in UTF-8: read as cp1252, told by its letters",)


def test_nothing_but_a_heading_is_refused() -> None:
    """A file without text of its own says so."""
    with pytest.raises(NoTextError, match=r"report\.md"):
        read("---\ntitle: Pearls\n---\n\n# References\n")


# --- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("It was *well* and __good__ and ***both***.", "It was well and good and both."),
        ("It was `well` and ``go`od``.", "It was well and go`od."),
        (r"It was \*not\* marked, 5 \< 6.", "It was *not* marked, 5 < 6."),
        ("AT&amp;T and 3 &lt; 4 &#181;g.", "AT&T and 3 < 4 µg."),
        ("See [the *site*](http://x.org/a(b)c 'title') there.", "See the site there."),
        ("See [the site][1] there.\n\n[1]: http://x.org", "See the site there."),
        ("See <http://x.org/a> there.", "See http://x.org/a there."),
        ("x [y](x.org/y)y and y.", "x yy and y."),
        ("A line<br>and H<sub>2</sub>O<!-- no --> and <span class='a'>span</span>.", "A line and H2O and span."),
        ("Before ![Radiograph of an elbow](a.png) after.", "Before Radiograph of an elbow after."),
        ("Before ![image](a.png) and ![](b.png) after.", "Before and after."),
        ("Before ![img-1.jpeg](img-1.jpeg) after.", "Before after."),
        (f"Before ![An elbow](data:image/png;base64,{'A' * 200_000}==) after.", "Before An elbow after."),
        ("Seen before.<sup>[1](#r1)</sup> Again.", "Seen before.[1] Again."),
        ("Seen before[2](#r2) again.", "Seen before[2] again."),
        ("It was described.^{4,5}^ Again.", "It was described.[4,5] Again."),
        ("An area of 5 cm^2 and mm<sup>3</sup>.", "An area of 5 cm^2 and mm3."),
        ("It was 10^-3^ then.", "It was 10^-3 then."),
        ("Unclosed *mark and [bracket and <tag.", "Unclosed *mark and [bracket and <tag."),
        ("Asterisks 2 * 3 * 4 stay.", "Asterisks 2 * 3 * 4 stay."),
        ("A mass of 3*2*1 cm was seen.", "A mass of 3*2*1 cm was seen."),
        ("A mass of 3.5*2.0*1.5 cm was seen.", "A mass of 3.5*2.0*1.5 cm was seen."),
        ("A mass of 3cm*2cm*1cm was seen.", "A mass of 3cm*2cm*1cm was seen."),
        ("It was **5** mg and *2* mg, **5**6.", "It was 5 mg and 2 mg, 56."),
    ],
)
def test_marks_are_taken_off(marked: str, plain: str) -> None:
    """Emphasis, links, pictures, elements and escapes leave the text that they mark."""
    assert said(marked) == plain


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("She took <del>10</del><ins>20</ins> mg.", "She took 20 mg."),
        ("She took 1<s>0</s>5 mg.", "She took 1 5 mg."),
        ("She took ~~10~~ 20 mg.", "She took 20 mg."),
        ("It was 5<strike> or *6*</strike>, then.", "It was 5, then."),
        ("It was ~~not\n[well](x) \\* `so`~~ seen.", "It was seen."),
        ("It was ~~not seen.", "It was ~~not seen."),
        ("<p>She took <del>10</del><ins>20</ins> mg.</p>", "She took 20 mg."),
        ("<p>She took 1<del>0</del>5 mg.</p>", "She took 1 5 mg."),
        ("<p>It was so<del> not</del>.</p><p>There.</p>", "It was so.\n\nThere."),
        ("It was ~~not~~<sup>2</sup> there.", "It was 2 there."),
    ],
)
def test_text_that_was_struck_out_is_left_out(marked: str, plain: str) -> None:
    """What an author deleted is no text, and what stood on both sides of it does not run together."""
    assert said(marked) == plain


@pytest.mark.parametrize(
    ("marked", "found"),
    [
        ("# One", "One"),
        ("### Three ###", "Three"),
        ("Underlined\n===", "Underlined"),
        ("Underlined\n---", "Underlined"),
        ("**In bold**", "**In bold**"),
        ("<h2>An element</h2>", "An element"),
    ],
)
def test_headings(marked: str, found: str) -> None:
    """Headings are told in every way that Markdown has."""
    report = read(f"{PROSE}\n\n{marked}\n\nShe went home after that.\n")
    known = [heading for _, heading in headings(report) if heading]
    assert known == ([found] if "*" not in found else [])


def test_a_paragraph_over_a_rule_is_no_heading() -> None:
    """Prose right above a line of hyphens, which ends a page, stays prose."""
    report = read(f"{PROSE}\n---\n\nShe went home after that.\n")
    assert headings(report) == [("body", None)]


def test_tables() -> None:
    """Rows are lines of a table with bars between their cells, whichever way they are written."""
    rows = "Test \\| sign | Value\n---|---\n*Calcium* | `2.4`\n| | 5 |"
    html = "<table>\n<tr><th>Na &gt; 3</th><td>140</td></tr>\n<tr><td>K</td><td>4</td></tr></table>"
    report = read(f"{PROSE}\n\n{rows}\n\nShe rested.\n\n{html}\n\nShe went home.\n")
    assert [section.kind for section in report.sections] == ["body", "table", "body", "table", "body"]
    assert body(report, "table") == "Test | sign | Value\n\nCalcium | 2.4\n\n| 5\nNa > 3 | 140\n\nK | 4"


def test_indented_text_is_text() -> None:
    """What Markdown takes for code because it is indented, or fenced, is text all the same."""
    assert said("    He was seen at home.\n    It was late.") == "He was seen at home.\n\nIt was late."
    assert said("```\nHe was seen at home.\n```") == "He was seen at home."


def test_scripts_are_no_text() -> None:
    """Elements that hold programs are left out with what they hold."""
    assert said("<div><script>var a = 1;</script>\n<p>He was seen &amp; treated.</p></div>") == "He was seen & treated."


def test_bullets_part_references() -> None:
    """In a reference list bullets and numbers part the entries, and a number in a bullet is a number."""
    listed = (
        "# References\n\n- Brown B. Pearls. J Pearl. 2001.\n- 2. Jones K. More. J Pearl. 2002.\n- Gray G. Less. 2003."
    )
    report = read(f"{PROSE}\n\n{listed}\n")
    assert [each.span.of(report.text)[:8] for each in report.references] == ["Brown B.", "2. Jones", "Gray G. "]


def test_notes() -> None:
    """A note that names a work is a reference, another back matter; marks without numbers are numbered."""
    report = read(f"{PROSE}[^a] Again.[^2]\n\n[^a]: By the first author.\n\n[^2]: Brown B. Pearls. J Pearl 2001.\n")
    assert report.text.startswith(f"{PROSE}[1] Again.[2]")
    assert body(report, "back") == "By the first author."
    assert [each.span.of(report.text) for each in report.references] == ["Brown B. Pearls. J Pearl 2001."]


# --- front matter ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yaml", "authors"),
    [
        ("author: Anna Miller", ("Anna Miller",)),
        ("authors: [Anna Miller, John Smith]", ("Anna Miller", "John Smith")),
        ("author: Anna Miller, John B. Smith", ("Anna Miller", "John B. Smith")),
        ("author: Miller, Anna; Smith, John", ("Miller, Anna", "Smith, John")),
        ("author: Anna Miller and John Smith", ("Anna Miller", "John Smith")),
        ("author:\n  name: {given: Anna, family: Miller}", ("Anna Miller",)),
        ("author: [{literal: The Pearl Group}]", ("The Pearl Group",)),
        ("author: 5\nauthors: [Anna Miller]", ("Anna Miller",)),
        ("author: []", ()),
    ],
)
def test_authors_of_front_matter(yaml: str, authors: tuple[str, ...]) -> None:
    """Authors come as names, lists, lists of parts of names, or one line."""
    assert read(f"---\n{yaml}\n---\n\n{PROSE}\n").bibliography.authors == authors


@pytest.mark.parametrize(
    "yaml",
    [
        "a: [",
        "- a list",
        "just words",
        "title: !!python/object:os.system x",
        "date: 2020-99-99",
        "title: [a, b]",
        "{" * 500,
    ],
)
def test_front_matter_that_is_none_is_left_out(yaml: str) -> None:
    """YAML that is broken or says something else says nothing of the article, and does no harm."""
    report = read(f"---\n{yaml}\n---\n\n{PROSE}\n")
    assert report.text == PROSE
    assert report.bibliography.title is None


def test_the_text_completes_the_front_matter() -> None:
    """What front matter does not say is taken from the text, as in any file."""
    about = read(SCANNED.replace("# Calcium", "---\nyear: 2021\ndoi: 10.9999/other\n---\n\n# Calcium", 1)).bibliography
    assert (about.year, about.doi) == (2021, "10.9999/other")
    assert about.authors == ("Anna Miller", "John B. Smith")


@pytest.mark.parametrize(
    ("yaml", "abstract"),
    [
        ("abstract: We saw a potter.", "We saw a potter."),
        ('abstract: "We saw a potter."\ntitle: Pearls', "We saw a potter."),
        ("abstract: >-\n  We saw a\n\n  potter.\ntitle: Pearls", "We saw a potter."),
    ],
)
def test_an_abstract_in_front_matter_is_text(yaml: str, abstract: str) -> None:
    """An abstract that stands in the front matter alone is read, and leads back there."""
    report = read(f"---\n{yaml}\n---\n\n# Case report\n\n{PROSE}\n")
    assert body(report, "abstract") == abstract
    start, _ = report.source_map.raw(Span(0, 2))
    assert report.raw[start : start + 2] == "We"


# --- as good as plain text, and as robust ---------------------------------------------------------


def same(text: bytes, name: str) -> None:
    (plain,), (marked,) = TextReader().read(text, name), MarkdownReader().read(text, name)
    assert plain.report is not None
    assert marked.report is not None
    assert marked.report.bibliography == plain.report.bibliography
    assert headings(marked.report) == headings(plain.report)
    assert len(marked.report.references) == len(plain.report.references)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_plain_text_is_read_as_well_as_ever(path: Path) -> None:
    """A text without marks has the same title, sections and references as Markdown as it has as plain text."""
    same(path.read_bytes(), path.name)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds live outside the repository")
@pytest.mark.parametrize("number", range(5))
def test_the_seeds_are_read_as_well_as_ever(number: int) -> None:
    """So are the texts that this project was created from, those made by OCR among them."""
    (path,) = SEEDS.glob(f"{number:03}_*.txt")
    same(path.read_bytes(), path.name)


def test_a_file_that_hardly_is_markdown_is_read_as_text() -> None:
    """A paragraph of a hundred thousand characters is not gone through mark by mark, and is read whole."""
    report = read("He was ![ well. " * 10_000)
    assert report.text.count("well.") == 10_000


@pytest.mark.parametrize(
    "hard", ["[", "![", "*a ", "`", "<a ", "&amp;", "](x", "> ", "- ", "|a", "[^1]", "\\*", "<sup>"]
)
def test_hostile_marks_are_read_to_the_end(hard: str) -> None:
    """Long runs of one mark are read (a test that would hang if the reading were not near to linear)."""
    text = "He was well. " + hard * 3_000
    assert read(text).text.startswith("He was well.")
    assert read("He was well.\n\n" + f"{hard}\n" * 3_000).text.startswith("He was well.")


LINES = st.lists(
    st.sampled_from(
        [
            "# A heading",
            "Case report\n---",
            "",
            "",
            "He was *seen* at [home](http://x.org).",
            "and **she",
            "- an item",
            "1. first",
            "    indented &amp; coded",
            "| a | b |",
            "|---|---|",
            "> quoted <b>bold</b>",
            "![Fig. 1. An elbow](a.png)",
            "<table><tr><td>x</td><td>&lt;</td></tr>",
            "word.<sup>1</sup> and^2^",
            "[^1]",
            "[^1]: a note of 1999",
            "---",
            "```",
            "# References",
            "title: x",
            r"\# \[ \| ",
            "\tTabbed\t* text",
        ]
    )
    | st.text(max_size=30),
    max_size=20,
)


@pytest.mark.parametrize("raw", [r"\0", r"Given 5\6 of a tablet.", r"C:\temp", r"\a", "a\\"])
def test_a_backslash_before_what_needs_none_stays_and_is_found(raw: str) -> None:
    """It is part of the text: its sentence points at itself in the file."""
    (record,) = MarkdownReader().read(raw.encode(), "any.md")
    assert record.report is not None
    (sentence,) = record.report.sentences
    assert sentence.span.of(record.report.text) == raw
    assert record.report.source_map.raw(sentence.span) == (0, len(raw))


@settings(deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_file_is_read_or_refused_with_spans_that_hold(lines: list[str], line_end: str) -> None:
    """Every sentence lies in its section, every section in the text, and every span leads into the raw text."""
    raw = line_end.join(lines)
    try:
        (record,) = MarkdownReader().read(raw.encode(), "any.md")
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
        first, last = report.source_map.raw(sentence.span)
        assert 0 <= first <= last <= len(report.raw)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(sorted(names("plain words of a report that has no marks at all and goes on"))),
        min_size=3,
        max_size=40,
    )
)
def test_plain_words_are_kept_in_order(words: list[str]) -> None:
    """Text without marks comes through word for word."""
    sentence = f"He was {' '.join(words)} indeed."
    assert said(sentence) == sentence
