"""Names in running text beside sentences of tokens and tags: joining them, and counting spans."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import MalformedError, NotFoundError
from corpus.model import Span
from eval.extraction_names import Finder, Found, found, load_sentences, measure_names
from eval.shares import Share

SENTENCE = (
    "Fever/O (/O FVR/B-Disease )/O after/O 5/B-Chemical -/I-Chemical fakol/I-Chemical ,/O not/O gout/B-Disease ./O"
)


def tagged(text: str) -> dict[str, list[str]]:
    pairs = [each.rsplit("/", 1) for each in text.split()]
    return {"tokens": [token for token, _ in pairs], "tags": [tag for _, tag in pairs]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "made.jsonl"
    file.write_text("".join(json.dumps(tagged(line)) + "\n" for line in (SENTENCE, "No/O names/O ./O")))
    return file


def test_sentences_are_joined_as_they_were_printed(path: Path) -> None:
    """No blanks inside brackets and around hyphens, none before a stop; names and sentences keep their places."""
    (text,) = load_sentences(path)
    assert text.text == "Fever (FVR) after 5-fakol, not gout.\nNo names.\n"
    assert [text.text[start:end] for start, end in text.sentences] == [
        "Fever (FVR) after 5-fakol, not gout.",
        "No names.",
    ]
    assert [(span.of(text.text), kind) for span, kind in text.names] == [
        ("FVR", "disease"), ("5-fakol", "chemical"), ("gout", "disease"),
    ]  # fmt: skip


TOKENS = st.lists(st.sampled_from(["ab", "-", "(", ")", ".", "'s", "/", "c1"]), min_size=1, max_size=12)


@given(st.lists(TOKENS, min_size=1, max_size=5))
def test_no_token_is_lost_in_joining(sentences: list[list[str]]) -> None:
    """Whatever stands beside what: the letters are the same, and each name is its token."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.jsonl"
        lines = [json.dumps({"tokens": tokens, "tags": ["B-X"] * len(tokens)}) for tokens in sentences]
        path.write_text("\n".join(lines))
        (text,) = load_sentences(path)
    flat = [token for tokens in sentences for token in tokens]
    assert "".join(text.text.split()) == "".join(flat)
    assert [span.of(text.text) for span, _ in text.names] == flat


def finder(*names: tuple[str, str]) -> Finder:
    """Finds these words, each at its first place."""

    def find(text: str, sentences: Sequence[tuple[int, int]]) -> list[Found]:
        return [(Span(text.index(name), text.index(name) + len(name)), kind) for name, kind in names]

    return find


def test_same_and_overlapping_spans_are_counted_by_kind(path: Path) -> None:
    """A name of another kind counts for neither."""
    chemical, disease = measure_names(
        [path],
        finder=finder(("5-fakol,", "chemical"), ("FVR", "disease"), ("not", "disease"), ("after", "chemical")),
    )
    assert (chemical.kind, chemical.precision, chemical.recall) == ("chemical", Share(0, 2), Share(0, 1))
    assert (chemical.overlapping_precision, chemical.overlapping_recall) == (Share(1, 2), Share(1, 1))
    assert (disease.precision, disease.recall) == (Share(1, 2), Share(1, 2))
    assert disease.errors == (
        "not found: …Fever (FVR) after 5-fakol, not «gout». No names. …",
        "no disease: …Fever (FVR) after 5-fakol, «not» gout. No names. …",
    )


def test_a_perfect_finder_misses_no_target(path: Path) -> None:
    """And its means are 1."""
    every = finder(("FVR", "disease"), ("5-fakol", "chemical"), ("gout", "disease"))
    for one in measure_names([path], finder=every):
        assert one.misses() == ()
        assert one.as_json()["f1"] == 1.0


def test_missed_targets_are_told_by_kind(path: Path) -> None:
    """With what was wanted."""
    chemical, _ = measure_names([path], finder=finder(("after", "chemical")))
    assert chemical.misses() == (
        "made, chemical: precision 0.0000 < 0.85", "made, chemical: recall 0.0000 < 0.75",
    )  # fmt: skip
    assert chemical.as_json()["f1"] == 0.0


def test_the_products_own_finding_is_what_is_measured() -> None:
    """It names the kinds by the words that gold tags have."""
    text = "He had gout. He took prednisone."
    assert [(span.of(text), kind) for span, kind in found(text, [(0, 12), (13, len(text))])] == [
        ("gout", "disease"), ("prednisone", "chemical"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("no JSON", "is no sentence with tokens and tags"),
        ('{"tokens": ["a"]}', "is no sentence with tokens and tags"),
        ('{"tokens": ["a"], "tags": []}', "1 tokens and 0 tags"),
    ],
    ids=["no JSON", "no tags", "uneven"],
)
def test_a_line_that_is_no_sentence_is_refused(tmp_path: Path, line: str, told: str) -> None:
    """With its number."""
    path = tmp_path / "bad.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(MalformedError, match=f"line 1: .*{told}"):
        measure_names([path])


def test_a_file_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    """By its path."""
    with pytest.raises(NotFoundError, match=r"none\.jsonl"):
        measure_names([tmp_path / "none.jsonl"])
