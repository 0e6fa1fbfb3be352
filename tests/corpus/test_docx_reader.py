from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import MalformedError, NoTextError, ReadError, TooLargeError
from corpus.model import Report
from corpus.readers import docx as docx_module
from corpus.readers.docx import DocxReader
from corpus.readers.registry import read_bytes
from tests.reports import assert_runs_lead_back, body

PROSE = "A 50-year-old potter was seen with pearls of calcium in her elbow. She was treated with rest and improved."


def saved(document: Document) -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def read(document: Document | bytes) -> Report:
    data = document if isinstance(document, bytes) else saved(document)
    (record,) = DocxReader().read(data, "report.docx")
    assert record.report is not None
    assert_runs_lead_back(record.report)
    return record.report


def of(*inner: str) -> Report:
    """The report of a document whose body is prose and then a paragraph for each string of WordprocessingML."""
    document = docx.Document()
    document.add_paragraph(PROSE)
    for each in inner:
        document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{each}</w:p>"))
    return read(document)


def said(report: Report) -> str:
    """What the report says after the prose that every document here starts with."""
    return report.text.removeprefix(PROSE).strip()


def raised(paragraph: docx.text.paragraph.Paragraph, text: str) -> None:
    paragraph.add_run(text).font.superscript = True


def article() -> Document:
    """A manuscript as authors send it: title and headings styled, marks raised, a table, references."""
    document = docx.Document()
    document.add_heading("Calcium pearls in the elbow of a potter: a case report", 0)
    names = document.add_paragraph("Anna Miller")
    raised(names, "1,2")
    names.add_run(", John B. Smith")
    raised(names, "2,*")
    address = document.add_paragraph()
    raised(address, "1")
    address.add_run("Department of Pots, University of Nowhere, Sometown, Atlantis")
    document.add_paragraph("doi: 10.9999/pearl.1")
    document.add_heading("Abstract", 1)
    document.add_paragraph("We report a potter with pearls. She was cured by rest.")
    document.add_paragraph("Keywords: pearls; potters")
    document.add_heading("Introduction", 1)
    document.add_paragraph("Pearls of calcium are rare and were seen in potters before.")
    document.add_heading("Case presentation", 1)
    case = document.add_paragraph("A 50-year-old woman was seen with pain.")
    raised(case, "1–3")
    case.add_run(" The count was 5 × 10")
    raised(case, "9")
    case.add_run("/L and she improved.")
    document.add_paragraph("Table 1. Laboratory findings")
    table = document.add_table(2, 2)
    for at, text in enumerate(("Test", "Value", "Calcium", "2.4 mmol/L")):
        table.cell(at // 2, at % 2).text = text
    document.add_paragraph("She went home after two weeks and stayed well.")
    document.add_paragraph("Figure 1. Radiograph of the elbow with pearls.")
    document.add_heading("References", 1)
    document.add_paragraph("Brown B. Pearls. J Pearl. 2001;1:1-2. doi:10.9999/ref1", style="List Number")
    document.add_paragraph("Jones K. More pearls. J Pearl. 2002;2:3-4.", style="List Number")
    return document


# --- a whole manuscript ---------------------------------------------------------------------------


def test_a_manuscript_is_taken_apart() -> None:
    """Title, authors, identifiers, sections, table, caption and references are told by style and words."""
    report = read(article())
    about = report.bibliography
    assert about.title == "Calcium pearls in the elbow of a potter: a case report"
    assert about.authors == ("Anna Miller", "John B. Smith")
    assert about.doi == "10.9999/pearl.1"
    assert [(each.kind, each.heading and each.heading.of(report.text)) for each in report.sections] == [
        ("title", None),
        ("front", None),
        ("abstract", "Abstract"),
        ("keywords", "Keywords:"),
        ("introduction", "Introduction"),
        ("case", "Case presentation"),
        ("table", None),
        ("case", None),
        ("figure", None),
        ("references", "References"),
    ]
    assert body(report, "table") == "Table 1. Laboratory findings\n\nTest | Value\n\nCalcium | 2.4 mmol/L"
    assert [reference.doi for reference in report.references] == ["10.9999/ref1", None]


def test_raised_marks_are_references_and_powers() -> None:
    """A raised number behind a sentence is a citation in brackets, behind a number it is a power."""
    report = read(article())
    assert "seen with pain.[1–3] The count was 5 × 10^9/L" in report.text
    assert "Anna Miller^{1,2}, John B. Smith^{2,*}" in body(report, "front")


def test_places_are_paragraphs_and_rows() -> None:
    """Each sentence leads to its paragraph, counted as the document has them, or to its row of a table."""
    report = read(article())
    places = {
        sentence.span.of(report.text): report.source_map.locate(sentence.span)[0] for sentence in report.sentences
    }
    home = places["She went home after two weeks and stayed well."]
    assert (home.kind, home.label, home.start) == ("element", "paragraph 13", 0)
    cured = places["She was cured by rest."]
    assert (cured.label, cured.start, cured.end) == ("paragraph 6", 32, 54)
    assert places["Calcium | 2.4 mmol/L"].label == "table 1 row 2"


def test_the_raw_text_is_the_elements_text() -> None:
    """Every sentence's raw slice is what its element says."""
    report = read(article())
    for sentence in report.sentences:
        start, end = report.source_map.raw(sentence.span)
        there = "".join(filter(str.isalnum, report.raw[start:end]))
        assert there == "".join(filter(str.isalnum, sentence.span.of(report.text)))


def test_the_registry_reads_it_under_any_name() -> None:
    """A Word document is known by its content."""
    (record,) = read_bytes(saved(article()), "manuscript")
    assert record.report is not None
    assert record.report.reader == "docx"


# --- headings -------------------------------------------------------------------------------------


def test_a_short_title_is_a_title_where_it_is_styled_so() -> None:
    """The title style is believed where words alone would not tell a title."""
    document = docx.Document()
    document.add_heading("Pearls", 0)
    document.add_paragraph(PROSE)
    report = read(document)
    assert report.bibliography.title == "Pearls"
    assert body(report, "title") == "Pearls"


@pytest.mark.parametrize("how", ["bold", "style", "outline", "based"])
def test_headings_come_in_many_ways(how: str) -> None:
    """A heading is a style, a style based on one, an outline level, or a short line in bold."""
    document = docx.Document()
    document.add_paragraph(PROSE)
    paragraph = document.add_paragraph("The long way home")
    if how == "bold":
        paragraph.runs[0].bold = True
    elif how == "outline":
        paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>'))
    elif how == "style":
        paragraph.style = "Heading 2"
    else:
        style = document.styles.add_style("Ours", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Heading 2"]
        paragraph.style = style
    document.add_paragraph("She walked home and was well afterwards.")
    report = read(document)
    assert [each.heading.of(report.text) for each in report.sections if each.heading] == ["The long way home"]


def test_bold_text_is_not_always_a_heading() -> None:
    """A bold sentence, a caption in bold and a bold word in a line are no headings."""
    document = docx.Document()
    document.add_paragraph(PROSE)
    document.add_paragraph().add_run("This is bold and a sentence.").bold = True
    document.add_paragraph().add_run("Figure 1. Radiograph of the elbow").bold = True
    line = document.add_paragraph()
    line.add_run("Important").bold = True
    line.add_run(" but not a heading")
    report = read(document)
    assert not any(section.heading for section in report.sections)
    assert body(report, "figure") == "Figure 1. Radiograph of the elbow"


def test_a_long_heading_stays_a_heading() -> None:
    """A heading by style is one at any length."""
    long = "What the potter did next with the pearls of calcium in her elbow and why she did that in the end at home"
    document = docx.Document()
    document.add_paragraph(PROSE)
    document.add_heading(long, 2)
    document.add_paragraph("She walked home and was well afterwards.")
    report = read(document)
    assert [each.heading.of(report.text) for each in report.sections if each.heading] == [long]


# --- what is text and what is not -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:r><w:t>It </w:t></w:r><w:ins w:id='1'><w:r><w:t>was well.</w:t></w:r></w:ins>", "It was well."),
        ("<w:r><w:t>It was</w:t></w:r><w:del w:id='1'><w:r><w:delText> not</w:delText></w:r></w:del>", "It was"),
        ("<w:moveFrom><w:r><w:t>Gone</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>Here</w:t></w:r></w:moveTo>", "Here"),
        ("<w:hyperlink><w:r><w:t>A link</w:t></w:r></w:hyperlink><w:r><w:t> there</w:t></w:r>", "A link there"),
        ("<w:sdt><w:sdtContent><w:r><w:t>Controlled</w:t></w:r></w:sdtContent></w:sdt>", "Controlled"),
        ("<w:smartTag><w:r><w:t>Smart</w:t></w:r></w:smartTag>", "Smart"),
        ("<w:fldSimple w:instr='PAGE'><w:r><w:t>Field</w:t></w:r></w:fldSimple>", "Field"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:t>Seen</w:t></w:r>", "Seen"),
        (
            "<w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>toxic</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t></w:r>",
            "non-toxic a b",
        ),
        ("<w:r><w:t>anti-TNF</w:t><w:sym w:font='Symbol' w:char='F061'/></w:r>", "anti-TNFα"),
        ("<w:r><w:t>3 </w:t><w:sym w:font='Symbol' w:char='00B1'/><w:t> 1</w:t></w:r>", "3 ± 1"),
        ("<w:r><w:t>No</w:t><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>", "No✓"),
        ("<w:r><w:t>Good</w:t></w:r><!-- a comment --><w:proofErr/><w:bookmarkStart/>", "Good"),
    ],
)
def test_text_is_what_the_final_document_shows(inner: str, text: str) -> None:
    """Insertions, links, controls and signs are text; deletions, hidden text and field codes are not."""
    assert said(of(inner)) == text


@pytest.mark.parametrize(
    ("font", "place", "shown"),
    [
        ("Symbol", "F02D", "−"),
        ("Symbol", "F03C", "<"),
        ("Symbol", "F025", "%"),
        ("Symbol", "00A3", "≤"),
        ("Symbol", "F0B3", "≥"),
        ("symbol", "F0A5", "∞"),
        ("Symbol", "F0AE", "→"),
        ("Symbol", "F0B8", "÷"),
        ("Symbol", "F06D", "μ"),
        ("Wingdings", "F0E0", "→"),
        ("Times New Roman", "2265", "≥"),
        ("Webdings", "F041", "\ufffd"),
        ("Symbol", "F0FF", "\ufffd"),
        ("Symbol", "none", "\ufffd"),
        ("Arial", "D800", "\ufffd"),
    ],
)
def test_symbols_are_never_dropped(font: str, place: str, shown: str) -> None:
    """A character of a symbol font is itself, or a sign that one is missing: never nothing."""
    symbol = f"<w:sym w:font='{font}' w:char='{place}'/>"
    assert said(of(f"<w:r><w:t>It was </w:t>{symbol}<w:t>3 mmol/L.</w:t></w:r>")) == f"It was {shown}3 mmol/L."


def test_unknown_symbols_are_told_of() -> None:
    """Where a symbol has no known character, the record says so; where all are known, it says nothing."""
    document = docx.Document()
    document.add_paragraph(PROSE)
    for font in ("Symbol", "Webdings", "Webdings"):
        symbol = f"<w:r><w:sym w:font='{font}' w:char='F061'/><w:t>1 was seen.</w:t></w:r>"
        document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{symbol}</w:p>"))
    (record,) = DocxReader().read(saved(document), "report.docx")
    assert record.notes == ("2 symbols are in a font whose characters are not known, and shown as \ufffd",)
    (record,) = DocxReader().read(saved(article()), "report.docx")
    assert record.notes == ()


def field(code: str, result: str) -> str:
    return (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>" + code + "</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" + result + "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


def test_fields_show_their_results() -> None:
    """Of a field the result is text, raised as it is; a field in another's code is code."""
    result = "<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>4,5</w:t></w:r>"
    nested = field("EN.CITE.DATA", "<w:r><w:t>code</w:t></w:r>")
    outer = field(f" ADDIN EN.CITE </w:instrText></w:r>{nested}<w:r><w:instrText> ", result)
    assert said(of(f"<w:r><w:t>It was described.</w:t></w:r>{outer}")) == "It was described.[4,5]"


def test_fields_may_span_paragraphs() -> None:
    """A bibliography that a program put in is one field over many paragraphs, all of them text."""
    begin, end = field("ADDIN EN.REFLIST", "|").split("<w:r><w:t>")[0].split("|")
    first = f"{begin}<w:r><w:t>Brown B. Pearls were seen.</w:t></w:r>"
    assert said(of(first, f"<w:r><w:t>Jones K. They were seen again.</w:t></w:r>{end}")) == (
        "Brown B. Pearls were seen.\n\nJones K. They were seen again."
    )


MATHS = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def test_formulas_are_text_in_a_line() -> None:
    """A formula's letters are text, its exponent a power."""
    power = "<m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>9</m:t></m:r></m:sup></m:sSup>"
    assert said(of(f"<w:r><w:t>It was 5 × </w:t></w:r><m:oMath {MATHS}>{power}</m:oMath>")) == "It was 5 × 10^9"


def fraction(above: str, below: str) -> str:
    parts = "".join(
        f"<m:{kind}><m:r><m:t>{text}</m:t></m:r></m:{kind}>" for kind, text in (("num", above), ("den", below))
    )
    return f"<m:oMath {MATHS}><m:f>{parts}</m:f></m:oMath>"


@pytest.mark.parametrize(
    ("before", "above", "below", "shown"),
    [
        ("She took ", "1", "2", "She took 1/2 tablet."),
        ("She took 1", "1", "2", "She took 1 1/2 tablet."),
        ("It was ", "a + b", "c", "It was (a + b)/c tablet."),
        ("It was ", "−3", "4", "It was −3/4 tablet."),
    ],
)
def test_fractions_keep_their_bar(before: str, above: str, below: str, shown: str) -> None:
    """A fraction is written in one line with a stroke; the whole number before it, and a sum in it, stay apart."""
    half = fraction(above, below)
    text = (
        f"<w:r><w:t xml:space='preserve'>{before}</w:t></w:r>{half}<w:r><w:t xml:space='preserve'> tablet.</w:t></w:r>"
    )
    assert said(of(text)) == shown


BOX = (
    "<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
    "<mc:Choice Requires='wps'><w:drawing><w:txbxContent>{0}</w:txbxContent></w:drawing></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>"
)


def test_text_boxes_follow_their_paragraph_once() -> None:
    """A text box, which a file holds twice for old programs, is read once, after what it is anchored in."""
    box = BOX.format("<w:p><w:r><w:t>Figure 1. An elbow with pearls.</w:t></w:r></w:p>")
    report = of(f"<w:r><w:t>She improved after that.</w:t></w:r><w:r>{box}</w:r>")
    assert said(report) == "She improved after that.\n\nFigure 1. An elbow with pearls."
    assert body(report, "figure") == "Figure 1. An elbow with pearls."


def test_text_boxes_in_cells_are_read_once() -> None:
    """A text box in a table's cell is part of the cell, once, though the file holds it twice."""
    box = BOX.format("<w:p><w:r><w:t>see note</w:t></w:r></w:p>")
    cell = f"<w:tc><w:p><w:r><w:t>Calcium</w:t></w:r><w:r>{box}</w:r></w:p></w:tc>"
    document = docx.Document()
    document.add_paragraph(PROSE)
    rows = f"<w:tr>{cell}<w:tc><w:p><w:r><w:t>2.4</w:t></w:r></w:p></w:tc></w:tr>"
    document.element.body.insert(-1, parse_xml(f"<w:tbl {nsdecls('w')}>{rows}</w:tbl>"))
    assert body(read(document), "table") == "Calcium see note | 2.4"


def test_a_table_of_contents_is_no_text() -> None:
    """Lines in the styles of a table of contents are left out."""
    document = docx.Document()
    style = document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Case presentation 3", style=style)
    document.add_paragraph(PROSE)
    assert read(document).text == PROSE


def test_headers_and_footers_are_no_text() -> None:
    """What stands on every page is left out."""
    document = docx.Document()
    document.add_paragraph(PROSE)
    document.sections[0].header.paragraphs[0].text = "Confidential draft"
    assert read(document).text == PROSE


# --- tables and notes -----------------------------------------------------------------------------


def test_a_cell_of_several_paragraphs_is_one_cell() -> None:
    """A row reads as one line, whatever its cells hold; merged and empty cells keep their bars."""
    document = docx.Document()
    document.add_paragraph(PROSE)
    table = document.add_table(2, 3)
    table.cell(0, 0).text = "Drug"
    table.cell(0, 0).add_paragraph("(dose)")
    table.cell(0, 2).text = "Effect"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "Steroid"
    inner = table.cell(1, 2).add_table(1, 1)
    inner.cell(0, 0).text = "none"
    assert body(read(document), "table") == "Drug (dose) | | Effect\n\nSteroid | none"


def test_a_table_of_one_column_is_a_box_around_text() -> None:
    """Text in a frame made of a table is text."""
    document = docx.Document()
    table = document.add_table(1, 1)
    table.cell(0, 0).text = PROSE
    report = read(document)
    assert report.text == PROSE
    assert [section.kind for section in report.sections] == ["body"]


def test_notes_stand_at_the_end_where_the_text_cites_them() -> None:
    """A note's mark is in brackets; a note that names a work is a reference, another is back matter."""
    document = docx.Document()
    document.add_paragraph(PROSE)
    mark = "<w:r><w:t>It was seen{0}.</w:t></w:r>"
    for number in (2, 1):
        inner = mark.format(f"</w:t></w:r><w:r><w:footnoteReference w:id='{number}'/></w:r><w:r><w:t>")
        document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>"))
    notes = "".join(
        f"<w:footnote w:id='{number}'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>"
        for number, text in ((0, ""), (1, "Brown B. Pearls. J Pearl 2001."), (2, "By the first author."))
    )
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode(),
        document.part.package,
    )
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    report = read(document)
    assert "It was seen[1].\n\nIt was seen[2]." in report.text
    assert body(report, "back") == "By the first author."
    assert [each.span.of(report.text) for each in report.references] == ["Brown B. Pearls. J Pearl 2001."]
    assert report.source_map.locate(report.references[0].span)[0].label == "footnote 2"


# --- what is refused ------------------------------------------------------------------------------


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """``data`` with each member as ``change`` gives it, without those for which it gives None."""
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (content := change(name, old.read(name))) is not None:
                new.writestr(name, content)
    return copy.getvalue()


def test_an_empty_document_is_refused() -> None:
    """A document without text says so."""
    with pytest.raises(NoTextError, match=r"report\.docx"):
        read(docx.Document())


@pytest.mark.parametrize("gone", ["word/document.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_document_without_its_parts_is_malformed(gone: str) -> None:
    """A document that lacks what makes it one is malformed."""
    broken = repacked(saved(article()), lambda name, content: None if name == gone else content)
    with pytest.raises(MalformedError, match=r"report\.docx is no readable Word document"):
        read(broken)


def test_broken_xml_is_malformed() -> None:
    """A document whose text is cut off is refused, not read in part."""
    broken = repacked(saved(article()), lambda name, content: content[:-40] if name == "word/document.xml" else content)
    with pytest.raises(MalformedError, match=r"report\.docx .*XMLSyntaxError"):
        read(broken)


def test_pictures_are_not_unpacked_for_nothing() -> None:
    """A broken picture costs nothing: pictures are not looked at."""
    whole = saved(article())
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/media/image1.png", b"no picture")
    broken = data.getvalue().replace(b"no picture", b"at fault..")
    assert read(broken).text == read(whole).text


def test_documents_with_macros_and_templates_are_read() -> None:
    """The text of a template or a document with macros is read like any other."""
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    for other in (
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ):
        data = repacked(saved(article()), lambda name, content, other=other: content.replace(plain, other))
        assert read(data).bibliography.title == "Calcium pearls in the elbow of a potter: a case report"


def test_a_bomb_is_defused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that unpacks to far more than its size, or to too much XML, is given up."""
    blown = repacked(
        saved(article()),
        lambda name, content: content.replace(b"</w:body>", b" " * 12_000_000 + b"</w:body>"),
    )
    with pytest.raises(TooLargeError, match=r"report\.docx unpacks to more than .* times its own"):
        read(blown)
    monkeypatch.setattr(docx_module, "MAX_XML_BYTES", 1000)
    with pytest.raises(TooLargeError, match=r"report\.docx holds more than 1,000 bytes of XML"):
        read(saved(article()))


def test_entities_reach_nothing() -> None:
    """Entities that a document declares are not followed: neither to files nor into one another."""
    doctype = b'<!DOCTYPE d [<!ENTITY a "boom"><!ENTITY b SYSTEM "file:///etc/passwd">]>'

    def declared(name: str, content: bytes) -> bytes:
        if name != "word/document.xml":
            return content
        start = content.index(b"<w:document")
        return content[:start] + doctype + content[start:].replace(b"She went home", b"&a;&b; home")

    report = read(repacked(saved(article()), declared))
    assert "boom" not in report.text
    assert "root:" not in report.text


SMALL = saved(article())


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_mutated_documents_are_read_or_refused(data: st.DataObject) -> None:
    """Whatever happens to the text's XML, the document is read or refused by a ReadError that names it."""

    def mutated(name: str, content: bytes) -> bytes:
        if not name.startswith("word/"):
            return content
        changed = bytearray(content)
        for _ in range(data.draw(st.integers(0, 3))):
            at = data.draw(st.integers(0, len(changed)))
            changed[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
        return bytes(changed)

    try:
        (record,) = DocxReader().read(repacked(SMALL, mutated), "report.docx")
    except ReadError as refusal:
        message = str(refusal)
    else:
        assert record.report is not None
        message = "report.docx"
    assert "report.docx" in message


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.tuples(st.sampled_from(["Normal", "Heading 1", "Title", "List Bullet"]), st.text(max_size=60)), max_size=8
    )
)
def test_any_paragraphs_keep_their_letters(paragraphs: list[tuple[str, str]]) -> None:
    """Every letter of a document's paragraphs is in the raw text, and every span leads to it."""
    document = docx.Document()
    kept = []
    for style, text in paragraphs:
        letters = "".join(mark for mark in text if mark.isprintable())
        document.add_paragraph(letters, style=style)
        kept.append(letters.strip())
    try:
        report = read(document)
    except NoTextError:
        return
    assert "".join(report.raw.split()) == "".join("".join(kept).split())
