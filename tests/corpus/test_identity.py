from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.identity import (
    Identifiers,
    find_dois,
    meant,
    normalise_doi,
    normalise_pmcid,
    normalise_pmid,
    own_identifiers,
    report_id,
    text_digest,
)
from corpus.model import Bibliography, Report, SourceMap


def report(text: str = "A short text.", *, given_id: str | None = None, **about: object) -> Report:
    return Report(
        text=text,
        sections=(),
        sentences=(),
        references=(),
        bibliography=Bibliography(**about),  # type: ignore[arg-type]
        source_map=SourceMap(0, (), ()),
        raw=text,
        given_id=given_id,
    )


@pytest.mark.parametrize(
    ("text", "dois"),
    [
        ("doi: 10.1000/abc.2017.06.018", ["10.1000/abc.2017.06.018"]),
        ("DOI:10.1000/ABC", ["10.1000/abc"]),
        ("https://doi.org/10.1000/abc.", ["10.1000/abc"]),
        ("http://dx.doi.org/10.1000%2Fabc", ["10.1000/abc"]),
        ("(10.1000/abc)", ["10.1000/abc"]),
        ("10.1016/0002-9343(79)90403-0. [DOI]", ["10.1016/0002-9343(79)90403-0"]),
        ("10.1000/abc, 10.1000/def; 10.1000/abc", ["10.1000/abc", "10.1000/def"]),
        ("10.1000/abc.Epub 2010", ["10.1000/abc"]),
        ("10.1000/abc[PubMed]", ["10.1000/abc"]),
        ("10.1000/123456/abc-def_1;2", ["10.1000/123456/abc-def_1;2"]),
        ("no identifier, version 10.2 of 2020/21", []),
        ("10.1000/", []),
    ],
)
def test_dois_are_found_whole_and_bare(text: str, dois: list[str]) -> None:
    """A DOI is found without its label, host, brackets and punctuation, each once, in lower case."""
    assert find_dois(text) == dois


@pytest.mark.parametrize(
    "text",
    [
        "https://doi.org/10.1000/j.abcd....",
        "https://doi.org/10.1000/j.abcd...",
        "https://dx.doi.org/10.1000%2Fj....",
        "10.1000/j.abcd…",
        "10.1000/j.abcd...)",
        "10.1590/s0365-....",
        "10.1590/s0365-……",
        "10.1590/s0365-..-.",
    ],
)
def test_a_doi_cut_short_is_none(text: str) -> None:
    """A DOI followed by dots is not a DOI: it would lead to another article or nowhere."""
    assert find_dois(text) == []
    assert normalise_doi(text) is None


def test_dots_inside_a_doi_cost_no_more_than_their_number() -> None:
    """Dots that a letter follows are gone through once (the cube of their number would take days); they cut nothing."""
    doi = f"10.1000/a{'.' * 20_000}b"
    assert find_dois(doi) == [doi]


@given(st.from_regex(r"10\.[0-9]{4,6}/[a-z0-9]{1,8}([.-][a-z0-9]{1,8}){0,3}", fullmatch=True))
def test_a_doi_is_normal_in_any_dress(doi: str) -> None:
    """Every way of writing one DOI gives the same normal form, and the normal form is its own."""
    dresses = [
        doi,
        doi.upper(),
        f"doi:{doi}",
        f"DOI: {doi}",
        f"https://doi.org/{doi}",
        f"http://dx.doi.org/{doi} ",
        f"{doi}.",
    ]
    assert {normalise_doi(each) for each in dresses} == {doi}
    assert find_dois(f"As shown ({doi}), it is rare.") == [doi]


@given(st.text(max_size=80))
def test_any_text_can_be_asked_for_identifiers(text: str) -> None:
    """No text breaks the patterns, and what is found is in normal form."""
    for doi in find_dois(text):
        assert re.match(r"10\.\d{4,9}", doi)
        assert doi == doi.lower()
    own_identifiers(text)
    normalise_pmid(text)
    normalise_pmcid(text)


@pytest.mark.parametrize(
    ("value", "doi"), [("", None), ("n/a", None), ("10.5", None), ("doi", None), ("10.1000/a", "10.1000/a")]
)
def test_what_is_no_doi_gives_none(value: str, doi: str | None) -> None:
    """A field that holds no DOI is read as absent."""
    assert normalise_doi(value) == doi


@pytest.mark.parametrize(
    ("value", "pmid"),
    [("28936472", "28936472"), ("PMID: 123", "123"), (77, "77"), ("0", None), ("", None), ("12a", None)],
)
def test_pmids_are_bare_numbers(value: str | int, pmid: str | None) -> None:
    """A PMID is a number; its label is dropped."""
    assert normalise_pmid(value) == pmid


@pytest.mark.parametrize(
    ("value", "pmcid"),
    [
        ("PMC123", "PMC123"),
        ("pmc123", "PMC123"),
        ("123", "PMC123"),
        ("PMC123.2", "PMC123"),
        ("PMCID: PMC9", "PMC9"),
        ("x", None),
    ],
)
def test_pmcids_carry_their_prefix(value: str, pmcid: str | None) -> None:
    """A PMCID is "PMC" and a number; its version is dropped."""
    assert normalise_pmcid(value) == pmcid


@pytest.mark.parametrize(
    ("name", "identifiers"),
    [
        ("https://doi.org/10.1000/Own.1", ["doi:10.1000/own.1"]),
        ("PMID: 17", ["pmid:17"]),
        ("17", ["pmid:17"]),
        ("pmc17", ["pmcid:pmc17"]),
        ("cr-0123456789ab", []),
        ("", []),
    ],
)
def test_a_name_may_mean_an_identifier(name: str, identifiers: list[str]) -> None:
    """As reports are found by it; a bare number is PubMed's."""
    assert meant(name) == identifiers


def test_front_matter_names_the_article() -> None:
    """All three identifiers are read from their labels."""
    front = "A Journal. 2020;1(2):3. doi: 10.1000/own.1\nPMCID: PMC555 PMID: 66"
    assert own_identifiers(front) == Identifiers("10.1000/own.1", "66", "PMC555")


def test_a_labelled_doi_wins_over_an_earlier_bare_one() -> None:
    """Where front matter holds several DOIs, the labelled one nearest the top is the article's."""
    front = "Supplement at 10.1000/supp\nhttps://doi.org/10.1000/own\ndoi: 10.1000/other"
    assert own_identifiers(front).doi == "10.1000/own"
    assert own_identifiers("10.1000/first 10.1000/second").doi == "10.1000/first"


def test_bare_numbers_are_no_identifiers() -> None:
    """A number without its label names nothing."""
    assert own_identifiers("Tel. 28936472, 2147-9291") == Identifiers()


def test_a_given_id_is_kept() -> None:
    """A record's own id is the report's id."""
    assert report_id(report(given_id="rec 7", doi="10.1000/a")) == "rec 7"


def test_ids_are_made_from_the_strongest_identifier() -> None:
    """DOI goes before PMID, PMID before PMCID, and only then the text counts."""
    whole = report("One.", doi="10.1000/a", pmid="1", pmcid="PMC2")
    assert report_id(whole) == report_id(report("Two.", doi="10.1000/a"))
    assert report_id(report("One.", pmid="1", pmcid="PMC2")) == report_id(report("Two.", pmid="1"))
    assert report_id(report("One.", pmcid="PMC2")) == report_id(report("Two.", pmcid="PMC2"))
    assert len({report_id(report("One.", **{key: "1"})) for key in ("doi", "pmid", "pmcid")}) == 3


def test_an_id_looks_like_one() -> None:
    """A made id is "cr-" and twelve hex digits."""
    assert re.fullmatch(r"cr-[0-9a-f]{12}", report_id(report()))


@given(st.text(min_size=1, max_size=60))
def test_ids_of_text_look_past_case_and_space(text: str) -> None:
    """The same text wrapped or capitalised otherwise is the same report."""
    assert report_id(report(text)) == report_id(report(f"  {text}\n"))
    assert report_id(report(text + " end")) == report_id(report(text + "\n \t END"))


def test_other_text_has_another_id() -> None:
    """A changed word is another report."""
    assert report_id(report("He was well.")) != report_id(report("He was ill."))


def test_a_digest_looks_past_white_space_only() -> None:
    """The digest is a SHA-256 of the text with single spaces: case counts, wrapping does not."""
    assert text_digest("a  b\nc ") == text_digest("a b c")
    assert text_digest("a b c") != text_digest("A b c")
    assert len(text_digest("")) == 64
