"""What the readers of marked-up formats share: marks woven into text, cells that reach down, what titles say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.assembly import Block
from corpus.model import Bibliography, Relation
from corpus.readers.html_repeats import with_whole_captions, without_repeats
from corpus.readers.markup import Break, Grid, Run, Sheet, formula_marks, span_of, weave
from corpus.titles import with_titled_relations
from corpus.tracked import Tracked

LONG = "Nothing at all happened to this patient, neither on the first day nor on any day that followed it. " * 2


def woven(before: str, mark: str, *, raised: bool = False, cites: bool = False) -> str:
    """``before`` followed by ``mark``, as one text."""
    return weave([Run(before, 0), Run(mark, len(before), raised=raised, cites=cites)]).text


# --- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "mark", "text"),
    [
        ("It is rare", "1,2", "It is rare[1,2]"),
        ("It is rare.", "1 2 3", "It is rare.[1 2 3]"),
        ("It is rare.", "1\u20133", "It is rare.[1\u20133]"),
        ("Jane Muster", "1,2*", "Jane Muster[1,2*]"),
        ("Jane Roe", "\u2020", "Jane Roe[\u2020]"),
        ("10", "9", "10^9"),
        ("5 \u00d7 10", "\u22128", "5 \u00d7 10^\u22128"),
        ("24 kg/m", "2", "24 kg/m2"),
        ("Ca", "2+", "Ca2+"),
        ("45", "o", "45o"),
        ("the 5", "th", "the 5th"),
        ("in 2019", "1-3", "in 2019[1-3]"),
        ("in 2019", "4", "in 2019[4]"),
        ("in 2019.", "4", "in 2019.[4]"),
        ("IL-6", "4,5", "IL-6[4,5]"),
        ("IL-10", "3", "IL-10[3]"),
        ("COVID-19", "12", "COVID-19[12]"),
        ("CD4+", "3", "CD4+[3]"),
        ("5 mg", "3", "5 mg[3]"),
        ("5 mg", "2,3", "5 mg[2,3]"),
        ("30%", "2", "30%[2]"),
        ("37.5 \u00b0C", "1,2", "37.5 \u00b0C[1,2]"),
        ("37.5 \u00b0C", "3", "37.5 \u00b0C[3]"),
        ("8 mg/L", "2", "8 mg/L[2]"),
        ("9 kg", "12", "9 kg[12]"),
        ("4 cm", "4", "4 cm[4]"),
        ("4 cm", "3", "4 cm3"),
        ("75 mg/m", "2", "75 mg/m2"),
        ("its parameters", "2", "its parameters[2]"),
        ("square metres", "2", "square metres2"),
        ("5x10", "12", "5x10^12"),
        ("10^5-10", "9", "10^5-10^9"),
        ("10", "9/L", "10^9/L"),
        ("R", "2", "R2"),
        ("p", "CO", "pCO"),
        ("pCO", "2", "pCO2"),
        ("the WHO", "2", "the WHO[2]"),
        ("I", "131", "I131"),
        ("mL", "\u22121", "mL\u22121"),
    ],
)
def test_raised_marks(before: str, mark: str, text: str) -> None:
    """Citations are set in brackets, exponents apart; charges, units, degrees and ordinals stay as they are."""
    assert woven(before, mark, raised=True) == text


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ([("2", True, False), ("7", True, False)], "24 kg/m2[7]"),
        ([("2", True, False), ("7", True, True), (",", False, False), ("8", True, True)], "24 kg/m2[7,8]"),
        ([("2", True, False), (",", False, False), ("7", True, False)], "24 kg/m2,[7]"),
    ],
)
def test_a_citation_behind_a_power(marks: list[tuple[str, bool, bool]], text: str) -> None:
    """A second superscript is a citation, and no further digit of the power before it."""
    runs, at = [Run("24 kg/m", 0)], 7
    for mark, raised, cites in marks:
        runs.append(Run(mark, at, raised, cites))
        at += len(mark)
    assert weave(runs).text == text


def test_a_linked_citation_behind_a_power_of_ten() -> None:
    """A power of ten keeps its exponent where a link to the references follows."""
    runs = [Run("10", 0), Run("9", 2, raised=True), Run("3", 3, raised=True, cites=True)]
    assert weave(runs).text == "10^9[3]"


@pytest.mark.parametrize(
    ("kind", "position", "part", "base", "before", "marks"),
    [
        ("msup", 1, "9", "10", "10", ("^", "")),
        ("msup", 1, "n+1", "x", "x", ("^(", ")")),
        ("msup", 1, "2+", "Ca", "Ca", ("", "")),
        ("msup", 1, "\u2032", "x", "x", ("", "")),
        ("msup", 1, "3", " ", "word", ("", "")),
        ("msubsup", 1, "1", "x", "x", ("", "")),
        ("msubsup", 2, "2", "x", "x1", ("^", "")),
        ("mfrac", 0, "1", "1", "took ", ("", "")),
        ("mfrac", 0, "1", "1", "took 1", (" ", "")),
        ("mfrac", 1, "2", "1", "1", ("/", "")),
        ("mfrac", 1, "a+b", "1", "1", ("/(", ")")),
        ("msqrt", 0, "2", "2", "", ("\u221a", "")),
        ("mrow", 0, "2", "2", "", ("", "")),
    ],
)
def test_formulas(kind: str, position: int, part: str, base: str, before: str, marks: tuple[str, str]) -> None:
    """A formula set in one line says the same number as the one that is printed in two dimensions."""
    assert formula_marks(kind, position, part, base, before) == marks


def test_a_mark_too_long_to_be_one() -> None:
    """A raised sentence is no citation, however many numbers it holds."""
    assert woven("It is rare.", "1, " * 100, raised=True).startswith("It is rare.1, 1")


@given(st.lists(st.tuples(st.text("a1. ,[", max_size=5), st.booleans(), st.booleans()), max_size=8))
def test_weaving_keeps_every_character(pieces: list[tuple[str, bool, bool]]) -> None:
    """Whatever is raised or linked, nothing is lost, and every character still leads to its own place."""
    runs, at = [], 0
    for text, raised, cites in pieces:
        runs.append(Run(text, at, raised, cites))
        at += len(text)
    raw = "".join(text for text, _, _ in pieces)
    result = weave(runs)
    kept = [
        (ours, start) for ours, start in zip(result.text, result.starts, strict=True) if raw[start : start + 1] == ours
    ]
    assert [start for _, start in kept if raw[start].isalnum()] == [i for i, c in enumerate(raw) if c.isalnum()]


# --- cells ----------------------------------------------------------------------------------------


def walked(rows: list[list[tuple[str, int, int]]]) -> list[list[str]]:
    """The cells of each row as ``Grid`` has them said; a cell is its text, its rows and its columns."""
    grid, said = Grid(), []
    for row in rows:
        grid.start_row()
        cells: list[str] = []
        for text, down, across in row:
            cells += ["".join(run.text for run in runs) for runs in grid.reaching()]
            cells.append(text)
            grid.place([Run(text, 0), Break()], down, across)
        cells += ["".join(run.text for run in runs) for runs in grid.reaching()]
        said.append(cells)
    return said


def test_cells_reach_down() -> None:
    """A cell over two rows is said in both, at its own place."""
    assert walked([[("a", 1, 1), ("b", 2, 1), ("c", 1, 1)], [("d", 1, 1), ("e", 1, 1)], [("f", 1, 1)]]) == [
        ["a", "b", "c"],
        ["d", "b", "e"],
        ["f"],
    ]


def test_wide_cells_move_their_neighbours() -> None:
    """A cell over two columns pushes the next one to the third."""
    assert walked([[("a", 1, 2), ("b", 2, 1)], [("c", 1, 1), ("d", 1, 1)]]) == [["a", "b"], ["c", "d", "b"]]


def test_wide_cells_that_reach_down() -> None:
    """A cell over two rows and two columns takes up both columns of the second row."""
    rows = [[("a", 2, 2), ("b", 1, 1), ("c", 2, 1)], [("d", 1, 1)]]
    assert walked(rows) == [["a", "b", "c"], ["a", "d", "c"]]


def test_only_so_many_cells_reach_down() -> None:
    """A table of nothing but cells that reach down does not grow with the square of its rows."""
    said = walked([[("x", 1000, 1000)] for _ in range(300)])
    assert max(map(len, said)) <= 60


def test_what_is_said_again_is_bounded() -> None:
    """A cell over a thousand rows stops being said when it has made up ten times what the table holds."""
    rows = [[("x" * 100, 1000, 1)], *([[("y", 1, 1)]] * 999)]
    assert sum(len(cell) for row in walked(rows) for cell in row) < 25_000


@pytest.mark.parametrize(
    ("attribute", "count"),
    [
        (None, 1),
        ("", 1),
        ("3", 3),
        (" 2 ", 2),
        ("0", 1),
        ("-1", 1),
        ("x", 1),
        ("9" * 8, 1000),
        ("9" * 40, 1),
        ("\u0663", 1),
    ],
)
def test_spans(attribute: str | None, count: int) -> None:
    """A span's attribute gives a sensible count, whatever stands in it."""
    assert span_of(attribute) == count


# --- titles ---------------------------------------------------------------------------------------


def test_what_a_title_says_is_added_once() -> None:
    """A relation of the same kind that is known already is enough."""
    known = Bibliography(title="Retracted: A case", relations=(Relation("retracted-by", "doi:10.5555/n"),))
    assert with_titled_relations(known) == known
    assert with_titled_relations(Bibliography(title="Retracted: A case")).relations == (Relation("retracted-by"),)
    assert with_titled_relations(Bibliography()) == Bibliography()


# --- blocks ---------------------------------------------------------------------------------------


def test_a_doi_is_added_to_a_reference_alone() -> None:
    """What a link below a reference names goes to that reference, not to a paragraph, and not twice."""
    sheet = Sheet()
    sheet.add_to_reference(" doi:10.5555/x")
    sheet.lay([Run("A paragraph.", sheet.part("p", "A paragraph."))])
    sheet.add_to_reference(" doi:10.5555/x")
    sheet.lay([Run("Roe J. 2001.", sheet.part("li", "Roe J. 2001."))], "reference")
    sheet.add_to_reference(" doi:10.5555/x")
    sheet.add_to_reference(" doi:10.5555/y")
    assert [block.text.text for block in sheet.blocks] == ["A paragraph.", "Roe J. 2001. doi:10.5555/x"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Roe J. 2001. [ ] [] | \u00b7 ", "Roe J. 2001."),
        ("Roe J. [in German] 2001", "Roe J. [in German] 2001"),
        ("Roe J. A [] B", "Roe J. A B"),
    ],
)
def test_what_left_out_links_leave_behind(text: str, left: str) -> None:
    """Empty brackets, and marks between links at the end, go with the links."""
    sheet = Sheet()
    sheet.lay([Run(text, sheet.part("li", text))], "reference")
    assert sheet.blocks[0].text.text == left


def block(text: str, role: str = "paragraph", section: str | None = None) -> Block:
    return Block(Tracked.of(text), role, section)  # type: ignore[arg-type]


def texts(blocks: list[Block]) -> list[str]:
    return [each.text.text for each in blocks]


def test_captions_are_made_whole() -> None:
    """A label alone goes before the caption that lacks it, and goes where the caption has it."""
    parts = [block(text, "caption") for text in ("Fig. 1", "The hand.", "FIGURE 2", "Figure 2. The foot.", "Table 1:")]
    assert texts(with_whole_captions(parts)) == ["Fig. 1 The hand.", "Figure 2. The foot.", "Table 1:"]
    parts = [
        block("Fig. 1", "caption"),
        block("Fig. 2. The foot.", "caption"),
        block("Fig. 3", "caption"),
        block("Text."),
    ]
    assert texts(with_whole_captions(parts)) == ["Fig. 1", "Fig. 2. The foot.", "Fig. 3", "Text."]


def test_repeats_are_dropped_with_their_headings() -> None:
    """A section that is said again under the same heading goes, heading and all."""
    section = [block("Case", "heading"), block(LONG)]
    assert texts(without_repeats([*section, block("End", "heading"), block("Short."), *section])) == [
        "Case",
        LONG,
        "End",
        "Short.",
    ]


def test_short_lines_may_be_said_twice() -> None:
    """A short paragraph, a reference or a row is no repeat."""
    for role in ("paragraph", "reference", "table"):
        assert len(without_repeats([block("The same again.", role)] * 2)) == 2


@given(st.lists(st.tuples(st.sampled_from(["A", LONG, "Fig. 1. " + LONG, "Case"]), st.sampled_from(
    ["heading", "paragraph", "caption", "table", "reference", "title"]
)), max_size=8))  # fmt: skip
def test_nothing_is_lost_altogether(parts: list[tuple[str, str]]) -> None:
    """Whatever is dropped as a repeat or an emptied heading, every text of some length is still said once."""
    kept = texts(without_repeats([block(text, role) for text, role in parts]))
    for text, role in parts:
        assert role == "heading" or text in kept
