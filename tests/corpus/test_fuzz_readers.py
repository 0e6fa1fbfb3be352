"""Whatever stands in a file, it is read into a sound report or refused for a reason: nothing else ever happens.

The thousands are run by ``python -m eval.benchmarks.fuzzing``; here a few hundred, and a slow test with 2,000.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from corpus.readers.registry import SUFFIXES
from eval.benchmarks.damage import BYTES, TEXTS
from eval.benchmarks.fuzz_bases import bases, made
from eval.benchmarks.fuzzing import fuzz
from eval.benchmarks.mutations import Input, Inputs
from eval.benchmarks.trial import Outcome, attempt

MADE = {base.name: base.data for base in made()}
SMALL = Inputs(tuple(base for base in bases([]) if len(base.data) < 40_000), seed=20)
names = st.sampled_from(sorted(SUFFIXES)).map(lambda suffix: f"report{suffix}")
patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

WORDS = """Case Abstract References A boy had rash. It faded [1] doi:10.9999/x.1 2019 fi- brosis \ufb01ne \u00b9 \u2013
| # * > --- \u00ad \u202e \u00e9"""
TAGS = """p sec title div span h1 h2 table tr td th sup sub xref italic ref ref-list fig caption body abstract ul li a
sub-article contrib name surname element-citation pub-id article-title disp-formula br"""
FIELDS = "id text title doi pmid year authors resultList result abstractText authorList author"


def some(words: str) -> st.SearchStrategy[str]:
    """One of the words."""
    return st.sampled_from(words.split())


prose = st.lists(st.one_of(some(WORDS), st.just("\n"), st.just("\n\n"), st.text(max_size=5)), max_size=60).map(" ".join)


def assert_held(outcome: Outcome, given_input: Input) -> None:
    """It was read or refused by the reader itself."""
    made_by = f"{given_input.name} after {given_input.operators}"
    told = f"{made_by}: {outcome.reason}\n{outcome.detail}\n{given_input.data[:300]!r}"
    assert outcome.ending in ("read", "refused"), told


def attempted(name: str, data: bytes) -> Outcome:
    """The outcome of one file, which must be one of the two that may be."""
    given_input = Input("", name, data, ())
    outcome = attempt(given_input)
    assert_held(outcome, given_input)
    return outcome


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_good_file_of_every_kind_is_read(name: str) -> None:
    """Each is a report, or several, whose spans, sections and source map hold together."""
    assert attempted(name, MADE[name]).ending == "read"


@pytest.mark.parametrize("name", sorted(MADE))
def test_every_beginning_of_a_file_is_read_or_refused(name: str) -> None:
    """A file that was cut off while it was written, at forty places."""
    data = MADE[name]
    for cut in range(0, len(data), max(1, len(data) // 40)):
        attempted(name, data[:cut])


@given(name=names, data=st.binary(max_size=400))
@example(name="report.pdf", data=b"%PDF-1.4")
@example(name="report.xml", data=b"<?xml version='1.0' encoding='nonsense'?><article/>")
@example(name="report.gz", data=b"\x1f\x8b\x08\x00")
@example(name="report.zip", data=b"PK\x05\x06" + b"\x00" * 18)
@patient
def test_any_bytes_of_any_name_are_read_or_refused(name: str, data: bytes) -> None:
    """No content is too strange for a reason."""
    attempted(name, data)


@given(name=names, text=prose, encoding=st.sampled_from(["utf-8", "utf-16", "latin-1", "cp1252", "utf-8-sig"]))
@patient
def test_any_text_in_any_encoding_is_read_or_refused(name: str, text: str, encoding: str) -> None:
    """Spans hold for headings, citation marks, hyphens, ligatures and marks that turn the direction."""
    attempted(name, text.encode(encoding, "replace"))


def elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An element, with an attribute or without, around ``inner``."""
    attributes = st.sampled_from(
        ["", ' id="x"', ' class="references"', ' rid="r1" ref-type="bibr"', ' colspan="999999999"']
    )
    return st.builds(lambda tag, rest, text: f"<{tag}{rest}>{text}</{tag}>", some(TAGS), attributes, inner)


plain = st.sampled_from(["A rash.", " ", "1", "[1,2]", "&amp;", "&#160;", "<!-- x -->", "Results", "10.9999/x.1", "é"])
trees = st.recursive(plain, lambda inner: elements(st.lists(inner, max_size=4).map("".join)), max_leaves=30)


@given(tree=trees)
@patient
def test_any_tree_in_a_jats_article_is_read_or_refused(tree: str) -> None:
    """Elements where the format does not have them."""
    front = f"<front><article-meta>{tree}</article-meta></front>"
    whole = f"<article>{front}<body>{tree}<p>A rash.</p></body><back>{tree}</back></article>"
    attempted("report.xml", whole.encode())


@given(tree=trees, head=trees)
@patient
def test_any_tree_in_a_page_is_read_or_refused(tree: str, head: str) -> None:
    """Browsers show them all; so they must be read."""
    attempted(
        "report.html",
        f"<!DOCTYPE html><html><head>{head}</head><body>{tree}<p>A rash.</p>{tree}</body></html>".encode(),
    )


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            some(FIELDS),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(value=values, name=st.sampled_from(["report.json", "report.jsonl"]))
@patient
def test_any_json_is_read_or_refused(value: object, name: str) -> None:
    """Values of every type where another is expected."""
    attempted(name, json.dumps(value).encode())


@given(number=st.integers(0, 100_000))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files_are_read_or_refused(number: int) -> None:
    """Any input of the fuzzer that is made from a small file."""
    damaged = SMALL[number]
    assert_held(attempt(damaged), damaged)


def test_every_kind_of_damage_is_among_them() -> None:
    """The hundreds above meet every operator for bytes and text, and those for what is inside."""
    met = {operator for number in range(400) for operator in SMALL[number].operators}
    wanted = {operator.__name__ for operator in (*BYTES, *TEXTS)}
    inside = {"change_tree", "change_values", "zip_member", "gzip_member", "pdf_stream", "wrap", "wrong_ending"}
    assert wanted | inside <= met


@pytest.mark.slow
def test_two_thousand_damaged_files_hang_and_crash_nothing() -> None:
    """In processes of their own, with the deadline of ten seconds; none is caught by the net alone."""
    figures = fuzz(Inputs(bases([]), seed=3), 2_000, 2, 10.0, lambda *_: None)
    assert figures.inputs == 2_000
    assert figures.findings == {}
