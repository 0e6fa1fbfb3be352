from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import ConfigError, NoTextError
from corpus.model import Report
from indexer.chunking import NOT_PASSAGES, Chunk, chunk, context
from indexer.config import ChunkConfig
from indexer.encoders.base import Encoder
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from tests.fakes import documents, make_report

ENCODER = HashingEncoder()
AWKWARD = st.sampled_from(
    ["hyperphosphataemic", "10.1016/j.jaad.2010", "β2", "naïve", "x" * 120, "GATTACA" * 9, "日本語", "5mg/kg", "😀",
     "\ufffd", "the", "calcinosis", "https://example.org/a?b=c&d=e"]
)  # fmt: skip


@st.composite
def awkward_texts(draw: st.DrawFn) -> str:
    """Sentences of any length, of words that tokenizers cut up, with and without blanks between them."""
    separator = draw(st.sampled_from([" ", "", ",", ". "]))
    words = draw(st.lists(AWKWARD, min_size=1, max_size=30))
    return separator.join(words * draw(st.sampled_from([1, 1, 10, 40])))


def check(report: Report, encoder: Encoder, config: ChunkConfig) -> list[Chunk]:
    """Everything that holds for the passages of any report."""
    chunks = chunk(report, encoder, config)
    head = context(report, encoder)
    assert chunks == chunk(report, encoder, config)
    for one, two in pairwise(chunks):
        assert one.span.end <= two.span.start
    for piece in chunks:
        section = report.sections[piece.section]
        assert section.body.holds(piece.span)
        assert section.kind == piece.kind
        assert piece.kind not in NOT_PASSAGES
    lengths = [len(spans) for spans in encoder.token_spans([head + piece.span.of(report.text) for piece in chunks])]
    assert max(lengths, default=0) <= encoder.info.max_tokens
    inside = {at for piece in chunks for at in range(piece.span.start, piece.span.end)}
    for sentence in report.sentences:
        if report.sections[sentence.section].kind in NOT_PASSAGES:
            continue
        holders = [piece for piece in chunks if piece.span.overlaps(sentence.span)]
        whole = [piece for piece in holders if piece.span.holds(sentence.span)]
        if len(holders) > 1:  # only a sentence over the limit is cut, and then without loss
            assert not whole
            (tokens,) = encoder.token_spans([head + sentence.span.of(report.text)])
            assert len(tokens) > encoder.info.max_tokens
            lost = set(range(sentence.span.start, sentence.span.end)) - inside
            assert all(not report.text[at].isalnum() for at in lost)
        else:
            assert holders == whole
            assert len(whole) == 1
    return chunks


@given(documents(), st.sampled_from([None, "A title", "A title of many words " * 20]), st.integers(32, 300))
def test_every_sentence_lies_in_one_passage(text: str, title: str | None, target: int) -> None:
    """Passages are whole sentences of one section, in order, within the limit, and nothing is lost."""
    check(make_report(text, title), ENCODER, ChunkConfig(target))
    check(make_report(text, title), HashingEncoder(max_tokens=40), ChunkConfig(target))


@settings(max_examples=60)
@given(text=awkward_texts(), title=st.one_of(st.none(), awkward_texts()), target=st.sampled_from([32, 180, 400]))
def test_real_tokenizers_never_cut_a_passage_off(
    minilm: SentenceTransformerEncoder, text: str, title: str | None, target: int
) -> None:
    """Title and passage together are within MiniLM's limit by its own count, whatever the words are like."""
    check(make_report(text, title), minilm, ChunkConfig(target))


def test_sections_without_passages_give_none() -> None:
    """Title, front matter, keywords, acknowledgements and references are not found as passages."""
    report = make_report(
        "# Case report\n\nShe fell.\n\n# Acknowledgements\n\nWe thank all.\n\n# Keywords\n\nfalls, stairs"
    )
    assert [piece.span.of(report.text) for piece in chunk(report, ENCODER, ChunkConfig())] == ["She fell."]
    with pytest.raises(NoTextError):
        make_report("# Keywords\n\nfalls, stairs")


def test_a_passage_never_spans_two_sections() -> None:
    """However short the sections are, each has a passage of its own."""
    report = make_report("# Case report\n\nShe fell.\n\n# Outcome\n\nShe got up.")
    assert [(piece.kind, piece.span.of(report.text)) for piece in chunk(report, ENCODER, ChunkConfig())] == [
        ("case", "She fell."),
        ("outcome", "She got up."),
    ]


def test_the_passages_of_a_section_are_of_like_length() -> None:
    """A section a little over the target is halved, not cut into a full passage and a crumb."""
    report = make_report(" ".join(f"Sentence number {at} is here." for at in range(40)))  # 6 tokens each
    lengths = [piece.tokens for piece in chunk(report, ENCODER, ChunkConfig(200))]
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) <= 6


def test_tokens_count_the_title() -> None:
    """What is counted is what is embedded: the title, and the passage."""
    report = make_report("She fell.", "A fall")
    (piece,) = chunk(report, ENCODER, ChunkConfig())
    assert context(report, ENCODER) == "A fall\n"
    assert piece.tokens == 2 + 3


def test_a_report_without_title_has_no_context() -> None:
    """Nothing stands before its passages."""
    assert context(make_report("She fell."), ENCODER) == ""


def test_a_long_title_leaves_room_for_the_passage() -> None:
    """A title takes a quarter of the limit, and 64 tokens at most."""
    report = make_report("She fell.", "word " * 100)
    roomy = HashingEncoder(max_tokens=512)
    assert len(roomy.token_spans([context(report, roomy)])[0]) == 64
    assert len(ENCODER.token_spans([context(report, HashingEncoder(max_tokens=40))])[0]) == 10


def test_a_sentence_over_the_limit_is_cut_between_words() -> None:
    """It becomes several passages, each as full as words allow, none ending inside a word."""
    encoder = HashingEncoder(max_tokens=50)
    report = make_report("word " * 120 + "end.")
    pieces = chunk(report, encoder, ChunkConfig(50))
    assert [piece.tokens for piece in pieces] == [50, 50, 22]
    assert "".join(piece.span.of(report.text) for piece in pieces).count("word") == 120


def test_minilm_cuts_between_words(minilm: SentenceTransformerEncoder) -> None:
    """A word that its tokenizer cuts up is not divided between two passages."""
    report = make_report("hyperphosphataemic " * 100)
    pieces = [piece.span.of(report.text) for piece in chunk(report, minilm, ChunkConfig())]
    assert len(pieces) > 1
    assert {word for piece in pieces for word in piece.split()} == {"hyperphosphataemic"}


def test_a_sentence_without_tokens_is_still_in_a_passage(minilm: SentenceTransformerEncoder) -> None:
    """What a tokenizer knows nothing of is kept, so that every sentence has a passage."""
    report = make_report("\ufffd\ufffd")
    assert [piece.span.of(report.text) for piece in chunk(report, minilm, ChunkConfig())] == ["\ufffd\ufffd"]


@pytest.mark.parametrize("target", [0, 31, 8193, -5])
def test_a_target_out_of_bounds_is_refused(target: int) -> None:
    """The message names the setting and its bounds."""
    with pytest.raises(ConfigError, match=f"target_tokens: {target} is not in 32..8192"):
        ChunkConfig(target)
