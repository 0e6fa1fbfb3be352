from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import furniture

PROSE = [
    "The patient was seen in our department and received zinc, which had no effect.",
    "Received wisdom has it that nails are white.",
    "Search for the cause went on for weeks.",
    "Resources were scarce in this hospital, clinic, and school.",
    "Correspondence analysis was not done.",
    "Figure 1 shows the blue nails.",
    "Table salt was given.",
    "Copyright matters were not discussed.",
]


@pytest.mark.parametrize(
    "line",
    [
        "Skip to main content",
        "Hide details",
        "More details",
        "Scroll to top",
        "Back to top",
        "Journals System - logo",
        "RESOURCES",
        "Download PDF",
        "PDF (1.2 MB)",
        "Open in a new tab",
        "View Figure 2",
        "Share",
        "Page 3 of 12",
        "[image: ]",
        "Google Scholar",
    ],
)
def test_links_and_menus_are_furniture(line: str) -> None:
    """A page's own words, alone on a line, are not text."""
    assert furniture.is_site_furniture(line)


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_neither_furniture_nor_footer_nor_caption(line: str) -> None:
    """A sentence that merely begins like a link, a footer or a caption is a sentence."""
    assert not furniture.is_site_furniture(line)
    assert not furniture.is_footer(line)
    assert furniture.caption_kind(line) is None


@pytest.mark.parametrize(
    "paragraph",
    [
        "Correspondence: Anna Miller",
        "*Corresponding author: Anna Miller",
        "Address for correspondence: Anna Miller",
        "E-mail: anna@example.org",
        "Peer review under responsibility of the Society.",
        "Received: 19 Feb 2019 Accepted: 2 Jul 2019",
        "Available online: 3 Jul 2019",
        "Online publication date: 2021-08-18",
        "ISSN 1234-567X",
        "1234-567X / Copyright © 2020 by Nobody",
        "© 2020 The Authors",
        "This is an open access article under a licence.",
        "Articles from Annals of Cases are provided here courtesy of Nobody",
        "doi: 10.9999/a",
        "PMCID: PMC123 PMID: 456",
        "https://doi.org/10.9999/a",
        "Department of Nails, University of Nowhere, Ankara, anna@example.org",
    ],
)
def test_publishers_lines_are_footers(paragraph: str) -> None:
    """What tells of the publication rather than of the patient is a footer, wherever it stands."""
    assert furniture.is_footer(paragraph)


@pytest.mark.parametrize(
    ("paragraph", "kind"),
    [
        ("Fig. 2a. Frontal view of the hand.", "figure"),
        ("FIGURE 1a: Nails.", "figure"),
        ("Figure 3 | Nails", "figure"),
        ("Fig 1 Right hand with blue nails.", "figure"),
        ("Figure 4 – The toes", "figure"),
        ("Figure S1. The toes", "figure"),
        ("[image: ] Figure 1: (A) Nails", "figure"),
        ("Table 1. Laboratory values", "table"),
        ("TABLE II: Values", "table"),
        ("Figure 1", None),
        ("Fig. 2 and Fig. 3 were lost.", None),
        ("Figures were lost.", None),
    ],
)
def test_captions_are_told_by_label_and_mark(paragraph: str, kind: str | None) -> None:
    """A caption has its number and then a mark or a capital; a sentence about a figure has neither."""
    assert furniture.caption_kind(paragraph) == kind


@pytest.mark.parametrize("line", ["Fig 1", "Fig. 2a.", "Figure 3:", "TABLE 1", "Table IV.", "Supplementary Figure S1"])
def test_a_label_may_stand_alone(line: str) -> None:
    """A figure's number on a line of its own is a label; the caption comes after it."""
    assert furniture.is_bare_label(line)


@pytest.mark.parametrize(
    ("paragraph", "result"),
    [
        ("Department of Nails, School of Medicine, University of Nowhere, Poland", True),
        ("Invented Hospital, London", True),
        ("1 Institute of Hands, Berlin, Germany", True),
        ("She was sent to the Department of Nails, School of Medicine, Poland", False),
        ("Blue nails: a report from a tertiary centre for hands in Oslo, Norway", False),
        ("Blue nails, grey hair and red eyes", False),
    ],
)
def test_addresses_are_told_from_titles_and_prose(paragraph: str, result: bool) -> None:
    """An address names institutions between commas and has no verb."""
    assert furniture.is_affiliation(paragraph) is result


def test_placeholders_and_links_are_measured() -> None:
    """The marks around a caption are given as lengths, so that offsets can be kept."""
    line = "[image: ] Figure 1: Nails. View Figure 1"
    assert line[furniture.placeholder(line) : furniture.view_link(line)] == "Figure 1: Nails."
    assert furniture.placeholder("Figure 1") == 0
    assert furniture.view_link("A view of nails") == len("A view of nails")
    assert furniture.view_link("Nails  View Table 2a ") == len("Nails")


def test_a_gap_in_a_line_costs_no_more_than_its_length() -> None:
    """Hundreds of thousands of blanks inside a line are gone through once (a square of them would take hours)."""
    line = "Nails" + " " * 300_000 + "and hair"
    assert furniture.view_link(line) == len(line)


def test_running_heads_recur_and_name_a_publication() -> None:
    """A line must recur three times, but for its numbers, and look like a publication's; table cells only recur."""
    lines = [
        *(f"Miller et al. Nails, p. {n}" for n in range(3)),
        *["Normal"] * 9,
        "Jones et al. Once",
        "Hb 12 g/dL",
        "Hb 13 g/dL",
    ]
    assert furniture.running_lines(lines) == frozenset(lines[:3])


@given(st.text(max_size=200))
def test_any_line_can_be_asked(line: str) -> None:
    """No text breaks the patterns."""
    furniture.is_site_furniture(line)
    furniture.is_footer(line)
    furniture.caption_kind(line)
    furniture.is_bare_label(line)
    assert 0 <= furniture.placeholder(line) <= len(line)
    assert 0 <= furniture.view_link(line) <= len(line)


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (["1 / 3", "2 / 3", "3 / 3"], {"1 / 3", "2 / 3", "3 / 3"}),
        (["2 / 9", "2 / 9", "3 / 9", "120 / 80"], {"2 / 9", "3 / 9"}),
        (["120 / 80"], set()),
        (["120 / 80", "121 / 80"], set()),
        (["130 / 80", "120 / 80"], set()),
        (["3 / 10", "5 / 10"], set()),
        (["3 / 10", "2 / 10"], set()),
        (["1 / 2"], set()),
    ],
)
def test_page_numbers_count_up_to_one_number(numbers: list[str], found: set[str]) -> None:
    """A pair of numbers on a line is a page's only in the company of the next page's: else it is a finding."""
    lines = [each for number in numbers for each in (*PROSE, number)]
    assert furniture.running_lines(lines) & set(numbers) == found
    assert not any(map(furniture.is_site_furniture, numbers))
