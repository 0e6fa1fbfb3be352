"""Quotations made by program: each is what its name says, and what a verifier does with them is counted."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, NotFoundError
from corpus.model import Span
from corpus.readers.registry import read_bytes
from eval.quotes import measure_quotes
from eval.quoting import ALTERED, TRUE, Given, Passage, drugs_in, load_passages, passages_of
from eval.shares import Share

TEXT = (
    "The sixty-year-old woman had no fever and was treated with prednisone 40 mg daily for 3 weeks. "
    "She was subsequently given colchicine, and the swelling resolved without difficulty. "
    "Follow-up examinations were not performed after 12 months because of her difficult circumstances."
)
OTHER = "A man of 50 had been bitten by a viper and received methotrexate. He did not develop any complications."
WRITTEN = {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "‐": "-", "‑": "-", "–": "-"}


def passage(text: str = TEXT, offset: int = 0) -> Passage:
    (read,) = read_bytes(text.encode(), "one.txt")
    assert read.report is not None
    (found,) = passages_of(read.report)
    return Passage(found.text, Span(offset, offset + len(found.text)), found.sentences)


PASSAGES = [passage(), passage(OTHER)]


def verbatim(quote: str, text: str, span: Span) -> Span | None:
    """A verifier that looks past white space, dashes, ligatures and divided words, and past nothing else."""
    bare = quote.replace("-\n", "")
    for written, plain in WRITTEN.items():
        bare = bare.replace(written, plain)
    bare = " ".join(bare.split())
    at = text.find(bare)
    cut = at > 0 and not text[at - 1].isspace()
    end = at + len(bare)
    if at < 0 or cut or not (bare[:1].isupper() and bare.endswith(".")):
        return None
    return Span(span.start + at, span.start + end)


def made(kind: str, seed: int, number: int = 0) -> str | None:
    """One quotation of a kind, of the passage's sentence of that number."""
    make = (TRUE | ALTERED)[kind]
    given_ = Given(PASSAGES[0], PASSAGES[0].sentences[number], PASSAGES[1], drugs_in(PASSAGES))
    return make(given_, Random(seed))


SEEDS = st.integers(0, 10_000)


@pytest.mark.parametrize("kind", list(TRUE))
@given(seed=SEEDS)
@settings(max_examples=20)
def test_a_true_quotation_is_the_sentence_in_another_dress(kind: str, seed: int) -> None:
    """Undressed it stands in the passage, at its place."""
    for number, sentence in enumerate(PASSAGES[0].sentences):
        quote = made(kind, seed, number)
        if quote is not None:
            assert verbatim(quote, PASSAGES[0].text, PASSAGES[0].span) == sentence


@given(seed=SEEDS)
@settings(max_examples=20)
def test_a_dropped_word_is_an_inner_one(seed: int) -> None:
    """The first and the last stay: without them the rest would still be a part of the passage."""
    quote = made("a word dropped", seed)
    assert quote is not None
    ours, whole = quote.split(), PASSAGES[0].sentences[0].of(TEXT).split()
    assert (ours[0], ours[-1], len(ours)) == (whole[0], whole[-1], len(whole) - 1)


@given(seed=SEEDS)
@settings(max_examples=20)
def test_a_swapped_digit_is_one_digit(seed: int) -> None:
    """All else stays."""
    quote = made("a digit swapped", seed)
    assert quote is not None
    changed = [(one, other) for one, other in zip(quote, TEXT, strict=False) if one != other]
    assert len(changed) == 1
    assert all(character.isdigit() for character in changed[0])


@pytest.mark.parametrize(
    ("kind", "quotes"),
    [
        ("another unit", {"40 g daily for 3 weeks", "40 mg daily for 3 months"}),
        ("a negation dropped", {"The sixty-year-old woman had fever"}),
        ("a negation added", {"had no no fever", "was not treated", "treated without prednisone"}),
        ("another drug", {"treated with colchicine 40 mg", "treated with methotrexate 40 mg"}),
    ],
)
def test_what_is_altered_is_altered_so(kind: str, quotes: set[str]) -> None:
    """One of these, over many draws, and nothing else."""
    found = {next((each for each in quotes if each in (made(kind, seed) or "")), None) for seed in range(40)}
    assert found <= quotes | ({None} if kind == "another drug" else set())
    assert len(found - {None}) >= min(2, len(quotes))


@given(seed=SEEDS)
@settings(max_examples=20)
def test_stitched_sentences_do_not_follow_each_other(seed: int) -> None:
    """Where none comes later, there is nothing to stitch."""
    quote = made("two stitched", seed)
    assert quote is not None
    assert quote not in TEXT
    assert made("two stitched", seed, 2) is None


@given(seed=SEEDS)
@settings(max_examples=20)
def test_a_cut_word_leaves_a_part_of_the_passage(seed: int) -> None:
    """Which a word's letter stands before or behind."""
    quote = made("cut in a word", seed, 1)
    assert quote is not None
    at = TEXT.index(quote)
    assert TEXT[at - 1].isalpha() or TEXT[at + len(quote)].isalpha()


def test_a_kind_that_a_sentence_does_not_give_is_not_made() -> None:
    """No digits, no swapped digit; no denial, none dropped."""
    assert made("a digit swapped", 1, 1) is None
    assert made("another unit", 1, 1) is None
    bare = Passage("No words", Span(0, 8), (Span(0, 8),))
    nothing = Given(bare, Span(0, 8), bare, ())
    for kind in ("a word dropped", "cut in a word", "another drug", "two stitched", "ligatures", "other dashes"):
        assert (TRUE | ALTERED)[kind](nothing, Random(0)) is None


def test_a_good_verifier_is_right_in_everything() -> None:
    """Every true one accepted at its place, no altered one; as many as were asked for."""
    figures = measure_quotes(PASSAGES, verbatim, 90, seed=1)
    for one in figures:
        assert one.misses() == (), one.examples
        assert one.examples == ()
    for true in (True, False):
        assert sum(one.accepted.of for one in figures if one.true is true) == 90
    assert {one.kind for one in figures} == set(TRUE | ALTERED)


def test_what_is_accepted_wrongly_is_counted_and_shown() -> None:
    """A verifier that lets everything through, always at the same place."""
    told: list[tuple[str, int, int]] = []
    figures = measure_quotes(PASSAGES, lambda quote, text, span: Span(0, 1), 45, 1, lambda *step: told.append(step))
    for one in figures:
        assert one.accepted == (Share(0, 9) if one.true else Share(5, 5))
        assert one.misses()
        assert one.examples[0].startswith("'")
        assert one.as_json()["misses"] == one.misses()
    assert told[-1] == ("quotations", len(figures), len(figures))


def test_the_same_seed_makes_the_same_quotations() -> None:
    """And another makes others."""

    def quotes(seed: int) -> list[str]:
        seen: list[str] = []

        def keep(quote: str, text: str, span: Span) -> None:
            seen.append(quote)

        measure_quotes(PASSAGES, keep, 30, seed)
        return seen

    assert quotes(3) == quotes(3) != quotes(4)


def test_an_altered_quotation_is_none_that_the_passage_holds() -> None:
    """A sentence of "another passage" that is this one's own would be true."""
    figures = measure_quotes([PASSAGES[0]], verbatim, 45, seed=1)
    (elsewhere,) = (one for one in figures if one.kind == "from another passage")
    assert elsewhere.accepted == Share(0, 0)


# ---- passages -------------------------------------------------------------------------------------


def test_passages_keep_to_their_sections_and_their_length() -> None:
    """No heading is crossed; each sentence stands in its passage where it says; short ones are not quoted."""
    sentences = " ".join(
        f"Sentence number {number} tells of an invented patient who felt well." for number in range(60)
    )
    (read,) = read_bytes(f"# Case report\n\n{sentences}\n\n# Discussion\n\n{OTHER} Yes.".encode(), "one.md")
    assert read.report is not None
    found = list(passages_of(read.report))
    assert len(found) > 3
    for each in found:
        assert each.span.of(read.report.text) == each.text
        assert len(each.text) <= 1_500
        assert all(len(sentence.of(each.text).split()) >= 6 for sentence in each.sentences)
    assert found[-1].text == f"{OTHER} Yes."
    assert len(found[-1].sentences) == 2


def test_passages_are_made_of_some_of_the_reports(tmp_path: Path) -> None:
    """The same ones for the same seed."""
    path = tmp_path / "reports.jsonl"
    records = [{"id": str(number), "text": f"{OTHER} This was report number {number}."} for number in range(9)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert len(load_passages([path], 4, seed=1)) == 4
    assert load_passages([path], 4, seed=1) == load_passages([path], 4, seed=1)
    assert len(load_passages([path, path], 100, seed=1)) == 18


def test_without_reports_there_are_no_passages(tmp_path: Path) -> None:
    """A file that is not there, or with nothing to quote, is told of."""
    with pytest.raises(NotFoundError, match=r"none\.jsonl"):
        load_passages([tmp_path / "none.jsonl"], 1, 0)
    path = tmp_path / "short.jsonl"
    path.write_text(json.dumps({"id": "1", "text": "Short."}) + "\n")
    with pytest.raises(EmptyFileError, match="no passage can be made"):
        load_passages([path], 1, 0)
