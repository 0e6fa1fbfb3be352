from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import Span
from corpus.sentences import split
from search_api.answering.verify import Refused, find, verify

from .mutating import MUTATIONS, mutated, passages, sentences

PASSAGE = (
    "He had no improvement with zinc. The lesions did not resolve, but pain improved with prednisone 40 mg/day for "
    "2 weeks. Her mother had lupus. Possible lupus nephritis was excluded. She was given amphotericin B 2.5 mg/kg and "
    "non-invasive ventilation. No fever. There was partial response to zinc, without recurrence at 12 months. "
    "He was offered surgery or plasmapheresis, 10–20 sessions. If pain returned, he was to take colchicine."
)


def place(quote: str, passage: str = PASSAGE) -> str | None:
    """What of the passage the quote is found as."""
    span = verify(quote, passage, Span(0, len(passage)))
    return None if span is None else span.of(passage)


class TestVerbatim:
    """What is copied is accepted."""

    def test_every_sentence_of_the_samples_is_accepted(self) -> None:
        """Each whole sentence that carries a statement stands in its passage, at its own place."""
        tried = 0
        for passage in passages():
            for start, end in split(passage):
                quote = passage[start:end]
                if len(quote.split()) < 3:
                    continue
                span = verify(quote, passage, Span(1000, 1000 + len(passage)))
                assert span is not None, quote
                assert passage[span.start - 1000 : span.end - 1000] == quote
                tried += 1
        assert tried > 500

    def test_sentences_that_follow_each_other_are_one_quote(self) -> None:
        """Two or three whole sentences in a row are accepted together."""
        for passage in passages():
            cut = split(passage)
            assert isinstance(find(passage[cut[0][0] : cut[2][1]], passage), Span), passage

    def test_offsets_are_those_of_the_report(self) -> None:
        """The span counts from the beginning of the report, not of the passage."""
        assert verify("No fever.", PASSAGE, Span(500, 500 + len(PASSAGE))) == Span(
            500 + PASSAGE.index("No fever."), 500 + PASSAGE.index("No fever.") + 9
        )

    def test_a_span_of_another_length_is_a_mistake_of_the_caller(self) -> None:
        """A passage's text and span must belong together."""
        with pytest.raises(ValueError, match="its span is"):
            verify("No fever.", PASSAGE, Span(0, 3))

    @pytest.mark.parametrize(
        "quote",
        [
            "  He had no\n improvement \t with zinc.  ",
            "He had no impro\u00advement with zinc.",
            "He had no impro-\nvement with zinc.",
            "She was given amphotericin B 2.5 mg/kg and non‐invasive ventilation.",
            "She was given amphotericin B 2.5 mg/kg and non-\ninvasive ventilation.",
            "He was offered surgery or plasmapheresis, 10-20 sessions.",
            "He had no improvement with\u00a0zinc.",
        ],
        ids=["white space", "soft hyphen", "line end", "another hyphen", "kept hyphen", "dash", "no-break space"],
    )
    def test_white_space_and_hyphens_are_looked_past(self, quote: str) -> None:
        """What a line end, a no-break space or a kind of dash does to a text changes no statement."""
        assert place(quote) is not None

    def test_a_ligature_is_its_letters(self) -> None:
        """The text may have the ligature, or the quote, or both."""
        assert place("A ﬁne reﬂex was seen.", "A fine reflex was seen.") == "A fine reflex was seen."
        assert place("A fine reflex was seen.", "A ﬁne reﬂex was seen.") == "A ﬁne reﬂex was seen."

    def test_a_hyphen_at_a_line_end_of_the_text_may_be_none(self) -> None:
        """Where the text was not mended the quote may be."""
        assert place("The periarticular masses grew.", "The peri-\narticular masses grew.") is not None

    def test_a_suspended_hyphen_at_a_line_end_stays(self) -> None:
        """In "intra- and postoperative" the hyphen belongs to no divided word, wherever the line ends."""
        for text in ("The intra-\nand postoperative course was calm.", "The intra- and postoperative course was calm."):
            assert place("The intra- and postoperative course was calm.", text) == text


class TestNotVerbatim:
    """What is not to the letter is refused."""

    @pytest.mark.parametrize("name", MUTATIONS)
    def test_mutated_quotes_are_refused(self, name: str) -> None:
        """Of 200 quotes changed in one way none is accepted; there are ten ways: 2,000 in all."""
        accepted = [(quote, passage) for passage, quote in mutated(name, 200) if find(quote, passage).__class__ is Span]
        assert accepted == []

    @pytest.mark.parametrize(
        "quote",
        [
            "He had n\u043e improvement with zinc.",
            "He had no impro\u200bvement with zinc.",
            "He had no improvement\u2060 with zinc.",
            "\u202eHe had no improvement with zinc.",
            "He had no improvément with zinc.",
            "He had no improvement with zinc!",
            "he had no improvement with zinc.",
            "He had no improvement with zinc. … No fever.",
            "He had no improvement with zinc. No fever.",
            "“He had no improvement with zinc.”",
            "He had no improve ment with zinc.",
            "Hehad no improvement with zinc.",
            "He had no im-provement with zinc.",
        ],
        ids=["homoglyph", "zero width", "word joiner", "bidi", "accent", "mark", "case", "dots", "stitched", "quoted",
             "split", "joined", "hyphen"],
    )  # fmt: skip
    def test_nothing_else_is_looked_past(self, quote: str) -> None:
        """Letters that look alike, marks that nobody sees, case, accents and pieces are all differences."""
        assert place(quote) is None

    @pytest.mark.parametrize("quote", ["", " \n ", "\u00ad", "zinc.", "of the", "with zinc", "a a a a a"])
    def test_what_says_nothing_is_refused(self, quote: str) -> None:
        """Nothing, a word, or words that mean nothing are no statement."""
        assert place(quote) is None

    def test_a_heading_is_no_statement(self) -> None:
        """A whole sentence of one word says nothing either."""
        found = find("Discussion", "Discussion\n\nHe had no fever at all.")
        assert isinstance(found, Refused)
        assert found.reason == "too short"

    def test_a_quote_of_the_passage_before_is_refused(self) -> None:
        """A quote that runs over the edge of its passage into the next is in neither."""
        first, second = PASSAGE[: PASSAGE.index("Her mother")].rstrip(), PASSAGE[PASSAGE.index("Her mother") :]
        quote = "for 2 weeks. Her mother had lupus."
        assert place(quote) is None or "mother" in PASSAGE
        assert place(quote, first) is None
        assert place(quote, second) is None

    def test_a_huge_quote_is_refused(self) -> None:
        """Nobody waits for a quote of a million characters."""
        found = find("no " * 400_000, PASSAGE)
        assert isinstance(found, Refused)
        assert found.reason == "too long"

    @settings(max_examples=150, deadline=None)
    @given(st.text(max_size=60))
    def test_any_text_gets_an_answer(self, quote: str) -> None:
        """Whatever a model writes, what is accepted is there but for what is looked past."""
        found = find(quote, PASSAGE)
        if isinstance(found, Span):
            assert "".join(quote.split()).replace("-", "") in "".join(PASSAGE.split()).replace("-", "")


class TestCut:
    """What cutting makes false is refused, though it is there to the letter."""

    @pytest.mark.parametrize(
        "quote",
        [
            "improvement with zinc",
            "The lesions did",
            "resolve, but pain improved",
            "mother had lupus",
            "lupus nephritis was excluded",
            "Possible lupus nephritis was",
            "She was given amphotericin",
            "invasive ventilation. No fever",
            "response to zinc, without recurrence",
            "recurrence at 12 months.",
            "He was offered surgery",
            "plasmapheresis, 10–20 sessions.",
            "pain returned, he was to take colchicine",
        ],
    )
    def test_what_governs_the_quote_must_be_in_it(self, quote: str) -> None:
        """A negation, a relative, a doubt, a condition, "partial", "or" and half a name cannot be cut off."""
        assert quote in PASSAGE
        found = find(quote, PASSAGE)
        assert isinstance(found, Refused)
        assert found.reason == "cut"

    @pytest.mark.parametrize(
        "quote",
        [
            "ain improved with prednisone 40 mg/day for 2 weeks",
            "pain improved with prednisone 40",
            "pain improved with prednisone 40 mg",
            "pain improved with prednisone 40 mg/day for 2",
            "5 mg/kg and non-invasive ventilation",
            "was offered surgery or plasmapheresis, 10",
            "20 sessions. If pain returned",
        ],
    )
    def test_words_and_quantities_stay_whole(self, quote: str) -> None:
        """Neither a word nor a number, its range or its unit is cut."""
        assert quote in PASSAGE
        assert place(quote) is None

    @pytest.mark.parametrize(
        "quote",
        [
            "no improvement with zinc",
            "He had no improvement",
            "lesions did not resolve",
            "pain improved with prednisone 40 mg/day for 2 weeks",
            "pain improved with prednisone 40 mg/day",
            "given amphotericin B 2.5 mg/kg",
            "There was partial response to zinc",
            "without recurrence at 12 months",
        ],
    )
    def test_a_part_that_stands_by_itself_is_accepted(self, quote: str) -> None:
        """A part of a sentence is a quote where nothing that governs it is left out."""
        assert place(quote) == quote

    def test_of_several_places_one_that_is_not_cut_is_taken(self) -> None:
        """The same words may be denied in one sentence and said in another."""
        passage = "There was no improvement of the skin. Later there was improvement of the skin."
        span = verify("there was improvement of the skin", passage, Span(0, len(passage)))
        assert span == Span(passage.index("there was"), len(passage) - 1)
        assert place("no improvement of the skin. Later there was improvement", passage) is not None

    def test_every_word_of_a_negated_sample_is_governed(self) -> None:
        """What stands behind the "no" or "not" of a sentence is nowhere accepted without it, to the next comma."""
        tried = 0
        for passage in passages():
            for sentence in sentences(passage):
                for cue in (" no ", " not ", " without "):
                    before, _, after = sentence.partition(cue)
                    quote = after.partition(",")[0].rstrip(".")
                    if before and len(quote.split()) >= 3 and passage.count(quote) == 1:
                        tried += 1
                        assert place(quote, passage) is None, sentence
        assert tried > 30
