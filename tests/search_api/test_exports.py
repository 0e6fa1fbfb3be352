from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given as each_of
from hypothesis import strategies as st
from lxml import etree

from search_api.evidence.groups import grouped
from search_api.evidence.model import LiteratureRow
from search_api.evidence.table_model import CAVEAT, EvidenceTable, Overlap, Population, TableRow
from search_api.exports import FORMATS, MEDIA_TYPES, exported

from .evidence_samples import citation, given, held, quote, row

NASTY = '=HYPERLINK("http://x","y") | a*b*\n<b>c</b>'


def table(*rows: TableRow) -> EvidenceTable:
    """A table of these rows."""
    counted = Population(
        "“gout”",
        patients=2,
        reports=2,
        treated=1,
        silent=1,
        widened=(("severe", 1),),
        naming=9,
        looked_into=9,
        overlaps=(Overlap("a", "b", ((1, 1),), ("same authors",)),),
    )
    literature = LiteratureRow("r9", "r9", "x.txt", given("zinc"), (quote("Zinc helps others."),), citation())
    return EvidenceTable(
        question="treatments of gout",
        generation=3,
        took_ms=1.0,
        population=counted,
        asked={"conditions": ("gout",), "underlying": (), "treatments": ()},
        rows=rows,
        literature=(literature,),
        groups=grouped(rows, 2),
        summary="2 reports describe 2 patients with “gout”.",
    )


SAMPLE = table(
    held(row(given("colchicine", concept="MESH:D003078", target="gout"), outcome="improved"), 1, "the condition"),
    held(row(None, report="r2", age=None), 2),
)


def of_csv(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def of_xlsx(content: bytes) -> dict[str, list[dict[str, str]]]:
    """The rows of each sheet of a workbook by header, as they are stored; none of them is a formula."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ["".join(item.itertext()) for item in _nodes(book, "sharedStrings.xml", "m:si")]
        for at, sheet in enumerate(_nodes(book, "workbook.xml", ".//m:sheet"), start=1):
            lines = [
                {_column(cell): _value(cell, strings) for cell in line.iterfind("m:c", _SPACES)}
                for line in _nodes(book, f"worksheets/sheet{at}.xml", ".//m:row")
            ]
            header = lines[0]
            found[str(sheet.get("name"))] = [
                {header[place]: value for place, value in line.items()} for line in lines[1:]
            ]
    return found


_SPACES = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def _nodes(book: zipfile.ZipFile, part: str, path: str) -> list[etree._Element]:
    return list(etree.fromstring(book.read(f"xl/{part}")).iterfind(path, _SPACES))


def _column(cell: etree._Element) -> str:
    return str(cell.get("r")).rstrip("0123456789")


def _value(cell: etree._Element, strings: list[str]) -> str:
    assert cell.find("m:f", _SPACES) is None
    value = str(cell.findtext("m:v", namespaces=_SPACES))
    return strings[int(value)] if cell.get("t") == "s" else value


def test_csv_has_a_line_for_each_row() -> None:
    """With what was given, to whom, what came of it, where it stands, and the citation."""
    first, second = of_csv(exported(SAMPLE, "csv"))
    assert (first["canonical"], first["status"], first["outcome"], first["aim"]) == (
        "colchicine", "given", "improved", "the condition",
    )  # fmt: skip
    assert (first["age"], first["sex"], first["year"], first["doi"]) == ("50", "female", "2015", "10.5555/x")
    assert (first["quote"], first["start"], first["end"]) == ("She was given it.", "10", "27")
    assert (second["state"], second["canonical"], second["age"]) == ("not reported in the available text", "", "")


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_csv_cells_that_would_be_formulas_are_text(start: str) -> None:
    """An apostrophe before them; nothing else is changed."""
    said = f"{start}1+1"
    (only,) = of_csv(exported(table(held(row(given("zinc"), said=said))), "csv"))
    assert only["quote"].startswith("'") or only["quote"] == said.strip()
    assert not only["quote"].startswith(("=", "+", "-", "@"))
    assert only["treatment"] == "zinc"


@each_of(st.text(min_size=1))
def test_no_csv_cell_ever_begins_like_a_formula(said: str) -> None:
    """Whatever stands in a report."""
    named = replace(given("zinc"), treatment=said, dose=said)
    for cells in csv.reader(io.StringIO(exported(table(held(row(named, said=said))), "csv").decode(), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_markdown_tells_the_counts_and_then_the_rows() -> None:
    """Summary, counts, groups, rows by state, the literature, and what it can show."""
    text = exported(SAMPLE, "markdown").decode()
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Evidence: treatments of gout",
        "## By treatment",
        "## Reported (1 row)",
        "## Not reported in the available text (1 row)",
        "## Told only of others (literature)",
    ]
    assert "- patients with the condition: 2" in text
    assert "- counted though “severe” is not said: 1" in text
    assert CAVEAT in text
    assert "| colchicine | 1 | 1 | 2 |" in text


def test_markdown_cells_are_one_line_of_plain_text() -> None:
    """Nothing in a report's text can break the table or be taken for markup."""
    text = exported(table(held(row(given("zinc"), said=NASTY))), "markdown").decode()
    (line,) = [line for line in text.splitlines() if "HYPERLINK" in line]
    assert r"\| a\*b\* &lt;b&gt;c&lt;/b&gt;" in line
    assert line.replace(r"\|", "").count("|") == 20


def test_markdown_heads_its_columns_in_words_and_leaves_out_no_part_of_a_course() -> None:
    """How it was given and what is said to have come of it stand in the table; "canonical" would say nothing."""
    text = exported(table(held(row(given("zinc")))), "markdown").decode()
    head = next(line for line in text.splitlines() if line.startswith("| treatment (standard name) | as the report"))
    assert all(f"| {name} |" in head for name in ("route", "frequency", "duration", "outcome quote"))
    assert "canonical" not in text


def test_json_is_what_the_command_prints() -> None:
    """With every key that programs rely on."""
    found = json.loads(exported(SAMPLE, "json"))
    assert found["condition"]["patients"] == 2
    assert [each["canonical"] for each in found["rows"]] == ["colchicine", None]
    assert {"question", "generation", "condition", "rows", "literature", "groups", "caveat", "summary"} <= set(found)
    assert found["groups"][0]["sentence"].startswith("colchicine: 1 patient in 1 report")
    assert found["condition"]["overlaps"] == [{"reports": ["a", "b"], "cases": [[1, 1]], "reasons": ["same authors"]}]


def test_xlsx_has_four_sheets_of_plain_cells() -> None:
    """Groups, rows, literature and what was counted; what is not told is an empty cell."""
    pytest.importorskip("xlsxwriter")
    sheets = of_xlsx(exported(SAMPLE, "xlsx"))
    assert list(sheets) == ["Groups", "Rows", "Literature", "About"]
    assert (sheets["Groups"][0]["canonical"], sheets["Groups"][0]["of"]) == ("colchicine", "2")
    assert (sheets["Rows"][0]["start"], sheets["Rows"][0]["age"]) == ("10", "50")
    assert "age" not in sheets["Rows"][1]
    assert {"what": "what this can show", "value": CAVEAT} in sheets["About"]


@pytest.mark.parametrize("said", ["=1+1", "+1", "-1", "@SUM(A1)", "http://x.example/", "12.50", "{=1}"])
def test_xlsx_reckons_nothing(said: str) -> None:
    """What looks like a formula, an address or a number in a report stays the text that it is."""
    pytest.importorskip("xlsxwriter")
    sheets = of_xlsx(exported(table(held(row(given("zinc"), said=said))), "xlsx"))
    assert sheets["Rows"][0]["quote"] == said


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_table_is_a_file_too(form: str) -> None:
    """Of every format, with its media type."""
    if form == "xlsx":
        pytest.importorskip("xlsxwriter")
    known = next(each for each in FORMATS if each == form)
    assert exported(table(), known)
    assert "/" in MEDIA_TYPES[known]
