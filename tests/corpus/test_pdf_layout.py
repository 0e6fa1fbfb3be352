from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.pdf_flow import Paragraph, paragraphs
from corpus.readers.pdf_furniture import find_furniture
from corpus.readers.pdf_layout import Layout, lay_out
from corpus.readers.pdf_lines import Page
from corpus.readers.pdf_references import entries
from tests.sheets import LONG, Sheet


def texts(layout: Layout) -> list[str]:
    return [line.text for block in layout.blocks for line in block.lines]


def flow(*sheets: Sheet) -> list[Paragraph]:
    return paragraphs(lay_out([sheet.page() for sheet in sheets]))


def roles(found: Sequence[Paragraph]) -> list[tuple[str, str]]:
    return [(paragraph.role, paragraph.text[:20]) for paragraph in found]


def numbered(name: str, count: int) -> list[str]:
    return [f"{name} {number:02d} " + LONG[:40] for number in range(count)]


# --- order --------------------------------------------------------------------------------------------------------


def test_the_left_column_comes_first_though_the_stream_has_it_last() -> None:
    """Reading order is told by the white space between columns, not by the stream."""
    sheet = Sheet().column(310, 700, numbered("right", 20)).column(50, 700, numbered("left", 20))
    assert texts(lay_out([sheet.page()])) == numbered("left", 20) + numbered("right", 20)


def test_text_across_both_columns_parts_them() -> None:
    """What spans the page is read after the columns above it and before those below."""
    sheet = Sheet().column(50, 760, numbered("A", 5)).column(310, 760, numbered("B", 5))
    sheet.put(50, 650, "across " + LONG + LONG)
    sheet.column(50, 600, numbered("C", 5)).column(310, 600, numbered("D", 5))
    order = [text.split()[0] for text in texts(lay_out([sheet.page()]))]
    assert order == ["A"] * 5 + ["B"] * 5 + ["across"] + ["C"] * 5 + ["D"] * 5


def test_headings_stay_with_the_columns_below_them() -> None:
    """Two headings side by side each open their own column."""
    sheet = Sheet().put(50, 700, "Left heading", bold=True).put(310, 700, "Right heading", bold=True)
    sheet.column(50, 680, numbered("left", 8)).column(310, 680, numbered("right", 8))
    assert [text.split()[0] for text in texts(lay_out([sheet.page()]))] == ["Left"] + ["left"] * 8 + ["Right"] + [
        "right"
    ] * 8


def test_three_columns_are_read_in_turn() -> None:
    """Gutters are looked for until none is left."""
    sheet = Sheet()
    for x, name in ((400, "third"), (220, "second"), (40, "first")):
        sheet.column(x, 700, [f"{name} {number:02d} of a narrow column"[:30] for number in range(10)])
    assert [text.split()[0] for text in texts(lay_out([sheet.page()]))] == ["first"] * 10 + ["second"] * 10 + [
        "third"
    ] * 10


@given(st.integers(1, 25), st.integers(1, 25), st.randoms(use_true_random=False))
def test_no_line_is_lost_or_doubled(left: int, right: int, shuffle: random.Random) -> None:
    """In whatever order the stream holds the lines of two columns, each comes out once."""
    placed = [(50.0, 700.0 - 12 * n, text) for n, text in enumerate(numbered("left", left))]
    placed += [(310.0, 700.0 - 12 * n, text) for n, text in enumerate(numbered("right", right))]
    shuffle.shuffle(placed)
    sheet = Sheet()
    for x, y, text in placed:
        sheet.put(x, y, text)
    assert sorted(texts(lay_out([sheet.page()]))) == sorted(text for _, _, text in placed)


# --- furniture ----------------------------------------------------------------------------------------------------


def running(*lines: tuple[float, float, str], pages: int = 3) -> list[Page]:
    """Pages of text with ``(x, y, text)`` on each; a # in the text is the page's number."""
    sheets = []
    for index in range(pages):
        sheet = Sheet(index).column(50, 700, numbered(f"page {index}", 40))
        for x, y, text in lines:
            sheet.put(x, y, text.replace("#", str(index + 1)), 8)
        sheets.append(sheet.page())
    return sheets


@pytest.mark.parametrize(
    "head",
    [
        (50, 780, "Quill et al. Trial Press (2019) 7:41"),
        (250, 20, "Page # of 3"),
        (300, 20, "#"),
        (50, 15, "doi 10.1000/x page #"),
    ],
)
def test_what_repeats_at_head_or_foot_is_furniture(head: tuple[float, float, str]) -> None:
    """The same words at the same height on several pages, but for numbers."""
    found = find_furniture(running(head))
    assert sorted(line.page for line in found) == [0, 1, 2]


def test_what_repeats_in_the_text_is_text() -> None:
    """Repetition counts in the margins only."""
    assert not find_furniture(running((400, 400, "Table continued")))


def test_the_changing_half_of_a_running_head_is_furniture() -> None:
    """A short line level with a running head goes with it; so does one with a page number seen once only."""
    pages = running((50, 780, "Trial Press"))
    for page, name in zip(pages, ("first", "second", "third"), strict=True):
        sheet = Sheet(page.index)
        sheet.raw, sheet.lines = page.raw, list(page.lines)
        pages[page.index] = sheet.put(400, 780, f"the {name} part", 8).page()
    assert len(find_furniture(pages)) == 6
    once = [Sheet(index).column(50, 700, numbered("text", 40)) for index in range(2)]
    once[1].put(400, 780, "Bellweather and Quill 423", 8)
    assert [line.text for line in find_furniture([sheet.page() for sheet in once])] == ["Bellweather and Quill 423"]


def test_a_heading_at_the_head_of_a_page_is_text() -> None:
    """A section's name is kept though a running head stands level with it."""
    pages = [Sheet(index).column(50, 680, numbered("text", 30)) for index in range(3)]
    for sheet in pages:
        sheet.put(400, 780, "Trial Press", 8)
    pages[1].put(50, 780, "DISCUSSION", 12)
    assert {line.text for line in find_furniture([sheet.page() for sheet in pages])} == {"Trial Press"}


def test_line_numbers_of_a_manuscript_are_furniture() -> None:
    """Numbers down the margin, each one more than the last, are left out; the cells of a table are not."""
    sheet = Sheet().column(70, 700, numbered("text", 30))
    for number in range(30):
        sheet.put(40, 700 - 12 * number, str(number + 1))
    assert len(find_furniture([sheet.page()])) == 30
    cells = Sheet().column(70, 700, ["97", "210", "14", "15", "16", "3"])
    assert not find_furniture([cells.page()])


def test_what_stands_at_one_place_of_many_pages_is_furniture() -> None:
    """A watermark or a printer's mark in mid-page is told by its place and its words, however few pages in between."""
    pages = running((300, 400, "Accepted article"), pages=6)
    assert {line.text for line in find_furniture(pages)} == {"Accepted article"}
    assert not find_furniture(running((300, 400, "Accepted article"), pages=3))


def test_the_caption_of_a_table_that_goes_on_is_no_running_head() -> None:
    """ "Table 1" and "Table 2" at the head of two pages are captions."""
    assert not find_furniture(running((50, 780, "Table # – Research sample"), pages=2))


def test_a_head_of_two_lines_goes_as_a_whole() -> None:
    """A line in the type of the running head, right below it, is its second half."""
    sheets = [Sheet(index).column(50, 700, numbered("text", 40)).put(50, 780, "Trial Press", 8) for index in range(2)]
    sheets[1].put(50, 770, "Volume 2, Number 5", 8)
    found = {line.text for line in find_furniture([sheet.page() for sheet in sheets])}
    assert found == {"Trial Press", "Volume 2, Number 5"}


@pytest.mark.parametrize("place", [(300, 150), (20, 400)])
def test_a_lone_page_number_is_furniture_wherever_it_stands(place: tuple[float, float]) -> None:
    """Below the text though far from the edge, or out beside it."""
    sheet = Sheet().column(50, 700, numbered("text", 40)).put(*place, "7")
    assert [line.text for line in find_furniture([sheet.page()])] == ["7"]


# --- paragraphs and roles -----------------------------------------------------------------------------------------


def test_a_short_last_line_ends_a_paragraph() -> None:
    """Where the next word would have fitted, the line before was a paragraph's last."""
    sheet = Sheet().column(50, 700, [LONG, LONG, "the end of it.", "Another one " + LONG[:40], LONG, "and its end."])
    assert [len(paragraph.lines) for paragraph in flow(sheet)] == [3, 3]


def test_a_short_line_in_mid_sentence_ends_nothing() -> None:
    """Ragged lines are no paragraphs: the sentence has to end as well."""
    sheet = Sheet().column(50, 700, [LONG, LONG[:30], LONG, "and its end."])
    assert [len(paragraph.lines) for paragraph in flow(sheet)] == [4]


def test_a_first_line_indent_begins_a_paragraph() -> None:
    """An indented line after a full one opens a paragraph; a hanging list's second lines do not."""
    sheet = Sheet().column(50, 700, [LONG, LONG[:-1] + "."])
    sheet.put(62, 676, "An indented line" + LONG[:30]).column(50, 664, [LONG, "and its end."])
    assert [len(paragraph.lines) for paragraph in flow(sheet)] == [2, 3]
    hanging = Sheet().put(50, 700, LONG).column(62, 688, [LONG[:45], LONG[:45], "and its end."])
    assert [len(paragraph.lines) for paragraph in flow(hanging)] == [4]


@pytest.mark.parametrize(
    ("text", "style", "role"),
    [
        ("Case presentation", {"bold": True}, "heading"),
        ("Discussion", {}, "heading"),
        ("A subject of its own", {"size": 12}, "heading"),
        ("A SUBJECT IN CAPITALS", {}, "heading"),
        ("a few plain words", {}, "text"),
        ("treatment.", {}, "text"),
        ("Figure 2: The rash", {"size": 8}, "caption"),
        ("Table 1 shows what was measured", {}, "text"),
    ],
)
def test_looks_and_words_make_a_heading(text: str, style: dict[str, float], role: str) -> None:
    """Larger or bolder type, capitals, or a section's name standing apart; a caption by its number."""
    sheet = Sheet().column(50, 760, numbered("before", 4)).put(50, 690, text, **style)  # type: ignore[arg-type]
    sheet.column(50, 670, numbered("after", 6))
    if role == "text":
        assert {paragraph.role for paragraph in flow(sheet)} == {"text"}
    else:
        assert (role, text[:20]) in roles(flow(sheet))


def test_a_sentence_goes_on_in_the_next_column() -> None:
    """What breaks off at a column's foot is joined to the top of the next, over a note and a caption."""
    sheet = Sheet().column(50, 700, numbered("left", 8)).put(50, 590, "A small note at the foot", 7)
    sheet.column(310, 700, [LONG, "and here it ends."]).put(310, 640, "Figure 1. A rash", 8)
    found = flow(sheet)
    assert [paragraph.role for paragraph in found] == ["text", "note", "caption"]
    assert found[0].text.endswith("and here it ends.")


def test_a_sentence_that_seems_to_end_goes_on_in_small_letters() -> None:
    """ "… than in L." at a column's foot is no end where the next column begins with a small letter."""
    sheet = (
        Sheet().column(50, 700, [*numbered("left", 7), LONG[:-3] + " L."]).column(310, 700, ["modestus " + LONG[:40]])
    )
    assert [len(paragraph.lines) for paragraph in flow(sheet)] == [9]


def test_a_section_name_at_the_head_of_a_block_is_a_heading() -> None:
    """A known name in another face is a heading though the lines below it are as short."""
    sheet = Sheet().column(50, 760, numbered("text", 6)).put(50, 640, "Abbreviations", font="sans", bold=True)
    sheet.column(50, 628, ["MRI", "RT-PCR", "INR"])
    assert ("heading", "Abbreviations") in roles(flow(sheet))


def test_a_heading_parts_sentences() -> None:
    """Text before a heading is never joined to text after it."""
    sheet = Sheet().column(50, 700, numbered("before", 4)).put(50, 640, "Discussion", 12, bold=True)
    sheet.column(50, 620, ["and " + LONG, "so it ends."])
    assert [paragraph.role for paragraph in flow(sheet)] == ["text", "heading", "text"]


def test_a_bare_caption_takes_the_text_below_it() -> None:
    """ "Table 1" alone in its line is joined to its title."""
    sheet = Sheet().column(50, 760, numbered("text", 6)).put(50, 640, "Table 1", bold=True)
    sheet.put(50, 622, "What was measured on each day", 8).column(50, 560, numbered("rest", 6))
    assert ("caption", "Table 1 What was mea") in roles(flow(sheet))


# --- references ---------------------------------------------------------------------------------------------------


def entry_texts(lines: Sequence[tuple[float, float, str]]) -> list[str]:
    sheet = Sheet()
    for x, y, text in lines:
        sheet.put(x, y, text, 8)
    return [" ".join(line.text for line in entry) for entry in entries(sheet.lines)]


def test_numbers_that_rise_begin_entries() -> None:
    """A number that does not follow the last one belongs to the entry: a year, a page."""
    lines = [
        "1. Quill T. On lanterns. Sea Med.",
        "2001. Light 4:5.",
        "2. Rua I. Voyages.",
        "14. is a page",
        "[3] Bell A. Rashes.",
    ]
    found = entry_texts([(50, 700 - 10 * number, text) for number, text in enumerate(lines)])
    assert found == [
        "1. Quill T. On lanterns. Sea Med. 2001. Light 4:5.",
        "2. Rua I. Voyages. 14. is a page",
        "[3] Bell A. Rashes.",
    ]


def test_hanging_lines_begin_entries_where_there_are_no_numbers() -> None:
    """The first line of an entry stands further left than the rest."""
    lines = [
        (50, "Bell A (2010) Rashes."),
        (62, "Skin 9:9"),
        (50, "Quill T (2001) On"),
        (62, "lanterns. Light 1:1"),
        (50, "Rua I. 2003."),
    ]
    found = entry_texts([(x, 700 - 10 * number, text) for number, (x, text) in enumerate(lines)])
    assert found == ["Bell A (2010) Rashes. Skin 9:9", "Quill T (2001) On lanterns. Light 1:1", "Rua I. 2003."]


def test_an_address_at_its_end_ends_a_hanging_entry() -> None:
    """What hangs out to the left begins an entry though the one before ends without a full stop; a comma is no end."""
    lines = [
        (50, "Haaland P. Calibration. Version 2.1,"),
        (50, "http://example.org/calibfun/"),
        (50, "Hall AJ (2001) Survival."),
        (62, "Skin 9:9"),
    ]
    found = entry_texts([(x, 700 - 10 * number, text) for number, (x, text) in enumerate(lines)])
    assert [entry[:7] for entry in found] == ["Haaland", "Hall AJ"]


def test_names_begin_entries_where_lines_neither_hang_nor_stand_apart() -> None:
    """After a short line an author's name opens the next entry."""
    lines = [
        "Bell A: Rashes, and how they came to be so red. Skin 2010.",
        "Quill T: On lanterns. 2001.",
        "Rua I: Voyages. 2003.",
    ]
    lines.insert(1, "Full Text")
    found = entry_texts([(50, 700 - 10 * number, text) for number, text in enumerate(lines)])
    assert [entry[:4] for entry in found] == ["Bell", "Quil", "Rua "]


@given(st.lists(st.sampled_from(["1. Bell A.", "2. Rua I.", "more of it", "2001;4:5."]), max_size=12))
def test_entries_hold_every_line_once(given_lines: list[str]) -> None:
    """Cutting a list into entries loses nothing."""
    found = entry_texts([(50, 700 - 10 * number, text) for number, text in enumerate(given_lines)])
    assert " ".join(found).split() == " ".join(given_lines).split()
