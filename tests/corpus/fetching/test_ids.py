"""Lists of ids are read as people keep them, and what is no id is told by its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.fetching.ids import ArticleId, BadId, parse_ids


def ids(text: str) -> list[str]:
    found, bad = parse_ids(text)
    assert bad == []
    return [str(article) for article in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PMC123", "PMC123"), ("pmc123", "PMC123"), ("PMC 123", "PMC123"), ("PMCID: PMC123", "PMC123"),
        ("PMCID: 123", "PMC123"), ("PMC0123.2", "PMC123"), ("123", "pmid:123"), ("PMID: 123", "pmid:123"),
        ("pmid:0123", "pmid:123"), ("10.1000/XyZ", "doi:10.1000/xyz"), ("doi:10.1000/xyz", "doi:10.1000/xyz"),
        ("DOI: 10.1000/xyz", "doi:10.1000/xyz"), ("https://doi.org/10.1000/xyz", "doi:10.1000/xyz"),
        ("http://dx.doi.org/10.1000/xyz", "doi:10.1000/xyz"), ("doi.org/10.1000/xyz", "doi:10.1000/xyz"),
        ("https://doi.org/10.1000%2Fxyz", "doi:10.1000/xyz"), ('"10.1000/xyz"', "doi:10.1000/xyz"),
        ("10.1016/S0190-9622(99)70064-0", "doi:10.1016/s0190-9622(99)70064-0"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC123/", "PMC123"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/pdf/main.pdf", "PMC123"),
        ("https://europepmc.org/article/PMC/PMC123", "PMC123"), ("https://europepmc.org/articles/PMC123?x=1", "PMC123"),
        ("https://europepmc.org/article/MED/123", "pmid:123"), ("https://pubmed.ncbi.nlm.nih.gov/123/", "pmid:123"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/123", "pmid:123"),
    ],
)  # fmt: skip
def test_every_usual_form_of_an_id_is_understood(text: str, expected: str) -> None:
    """Bare, with its prefix, or as the address of its page."""
    assert ids(text) == [expected]


def test_lists_have_lines_commas_comments_and_repeats() -> None:
    """Order is kept, each id comes once, and what follows a # is for people."""
    text = "\ufeff# my list\nPMC1, PMC2 # two\r\n\n10.1000/a#b,123\nPMC1\n  , \n#PMC9\n"
    assert ids(text) == ["PMC1", "PMC2", "doi:10.1000/a#b", "pmid:123"]


def test_what_is_no_id_is_told_by_its_line() -> None:
    """Good ids beside and below a bad one are kept."""
    found, bad = parse_ids(
        "PMC1\nsee below, PMC2\n\n10.1000/x y\n10.1002/(SICI)1<2::AID-3>3.0.CO;2-K\n10.1016/j.x...\n"
    )
    assert [str(article) for article in found] == ["PMC1", "PMC2"]
    assert [(entry.line, entry.text) for entry in bad] == [
        (2, "see below"),
        (4, "10.1000/x y"),
        (5, "10.1002/(SICI)1<2::AID-3>3.0.CO;2-K"),
        (6, "10.1016/j.x..."),
    ]
    assert "PMID instead" in bad[2].reason
    assert bad[0] == BadId(2, "see below", "is no PMCID (PMC123), PMID (123) or DOI (10.1000/x)")


@pytest.mark.parametrize(
    "text", ["PMC", "PMC0", "0", "1234567890", "PMC1 PMC2", "10.1000/", "10/x", "PMC1/../2", '10.1000/x" OR a:"b', "ä"]
)
def test_what_looks_like_an_id_and_is_none_is_refused(text: str) -> None:
    """Nothing is cut down until it fits, and nothing can break out of the question it is put into."""
    found, bad = parse_ids(text)
    assert found == []
    assert [entry.line for entry in bad] == [1]


@given(st.text(max_size=200))
def test_any_text_is_read_without_error(text: str) -> None:
    """Whatever a file holds, its ids are well formed and its lines are counted from 1."""
    found, bad = parse_ids(text)
    assert all('"' not in article.value and "\\" not in article.value for article in found)
    assert all(1 <= entry.line <= len(text.splitlines()) for entry in bad)


@given(st.lists(st.integers(1, 999_999_999), max_size=20), st.sampled_from([", ", "\n", ",", " # note\n"]))
def test_numbers_come_back_in_their_order(numbers: list[int], between: str) -> None:
    """A list written in any usual way reads back as it was written, each id once."""
    found, bad = parse_ids(between.join(f"PMC{number}" for number in numbers))
    assert bad == []
    assert found == [ArticleId("pmcid", f"PMC{number}") for number in dict.fromkeys(numbers)]
