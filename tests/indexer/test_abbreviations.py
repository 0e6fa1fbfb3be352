"""What abbreviations mean in a corpus: counted over the reports that are there, however the index is cut."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.abbreviations import definitions, normalised
from indexer.abbreviations import Abbreviations, AbbreviationsWriter, Meaning, SegmentAbbreviations, ShortForm
from indexer.errors import DamagedError
from tests.fakes import empty, indexed, make_report

SENTENCES = [
    "She had systemic lupus erythematosus (SLE).",
    "SLE (Systemic Lupus Erythematosus) was known.",
    "A sensible learning environment (SLE) was offered.",
    "Amyotrophic lateral sclerosis (ALS) was ruled out.",
    "He had acute lymphoblastic leukaemia (ALL).",
    "Acute lymphoblastic leukemias (ALL) are rare.",
    "All of it went, all at once.",
    "Non-steroidal anti-inflammatory drugs (NSAIDs) were stopped.",
    "A nonsteroidal antiinflammatory drug (NSAID) was given.",
    "Nothing is defined here.",
]
SHORT_FORMS = ["SLE", "sle", "ALS", "als", "AlS", "ALL", "all", "NSAID", "NSAIDs", "nsaids", "XX", ""]
LONG_FORMS = [
    "systemic lupus erythematosus",
    "acute lymphoblastic leukemia",
    "nonsteroidal anti-inflammatory drugs",
    "x",
]


def build(
    texts: Sequence[str], folder: Path, alive: Sequence[bool] | None = None, cuts: Sequence[int] = ()
) -> Abbreviations:
    """The abbreviations of ``texts``, in segments that begin at ``cuts``; those not ``alive`` are gone."""
    mask = np.ones(len(texts), dtype=np.bool_) if alive is None else np.array(alive, dtype=np.bool_)
    segments = []
    for number, (start, end) in enumerate(pairwise([0, *sorted(cuts), len(texts)])):
        writer = AbbreviationsWriter(folder / f"{number}")
        for text in texts[start:end]:
            writer.add(make_report(text))
        writer.finish()
        segments.append((SegmentAbbreviations(folder / f"{number}"), mask[start:end]))
    return Abbreviations(segments)


@st.composite
def living_corpora(draw: st.DrawFn) -> tuple[list[str], list[bool], list[int]]:
    """Texts of some of the sentences, which of them are alive, and where segments begin."""
    text = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join)
    texts = draw(st.lists(text, max_size=8))
    alive = draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts)))
    return texts, alive, draw(st.lists(st.integers(0, len(texts)), max_size=3))


@settings(max_examples=40, deadline=None)
@given(living_corpora())
def test_counts_are_of_the_living_however_the_index_is_cut(corpus: tuple[list[str], list[bool], list[int]]) -> None:
    """Each meaning counts the living reports that define it, once each, as if they were counted by hand."""
    texts, alive, cuts = corpus
    expected: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for at, text in enumerate(texts):
        for each in definitions(text) if alive[at] else []:
            expected[each.short.of(text)][normalised(each.long.of(text))].add(at)
    with tempfile.TemporaryDirectory() as folder:
        found = build(texts, Path(folder), alive, cuts)
        for short in ("SLE", "ALS", "ALL", "NSAID", "XX"):
            meanings = found.meanings(short)
            assert {normalised(each.long): each.reports for each in meanings} == {
                form: len(reports) for form, reports in expected[short].items()
            }
            assert list(meanings) == sorted(meanings, key=lambda each: (-each.reports, each.long))
        for long in LONG_FORMS:
            assert {each.short: each.reports for each in found.shortened(long)} == {
                short: len(forms[normalised(long)]) for short, forms in expected.items() if normalised(long) in forms
            }


@settings(max_examples=30, deadline=None)
@given(living_corpora())
def test_segments_together_are_one(corpus: tuple[list[str], list[bool], list[int]]) -> None:
    """Where nothing is gone, every question has the answer that one segment gives, the wording included."""
    texts, _, cuts = corpus
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as several:
        whole, cut = build(texts, Path(one)), build(texts, Path(several), cuts=cuts)
        for short in SHORT_FORMS:
            assert whole.meanings(short) == cut.meanings(short)
            assert whole.is_ordinary(short) == cut.is_ordinary(short)
        for long in LONG_FORMS:
            assert whole.shortened(long) == cut.shortened(long)


def test_the_most_frequent_meaning_comes_first_in_its_most_usual_wording(tmp_path: Path) -> None:
    """Wordings that differ in case, number, hyphens or spelling are one meaning; ambiguity is shown."""
    texts = [SENTENCES[0], SENTENCES[1], SENTENCES[0], SENTENCES[2]]
    found = build(texts, tmp_path, cuts=[1])
    assert found.meanings("SLE") == (
        Meaning("systemic lupus erythematosus", 3),
        Meaning("sensible learning environment", 1),
    )


def test_a_report_counts_once_for_a_meaning(tmp_path: Path) -> None:
    """However often a report defines the same, by the wording that it uses most."""
    text = f"{SENTENCES[1]} {SENTENCES[0]} {SENTENCES[0]}"
    assert build([text], tmp_path).meanings("SLE") == (Meaning("systemic lupus erythematosus", 1),)


def test_capitals_are_matched_as_written(tmp_path: Path) -> None:
    """A short form with capitals is only itself; all in lower case it means the one with capitals."""
    found = build([SENTENCES[3]], tmp_path)
    als = (Meaning("Amyotrophic lateral sclerosis", 1),)
    assert [found.meanings(short) for short in ("ALS", "als", "Als", "AlS")] == [als, als, (), ()]


def test_an_ordinary_word_means_no_abbreviation(tmp_path: Path) -> None:
    """ "all" is a word of the corpus, though ALL is a leukaemia; "als" is none."""
    found = build([SENTENCES[4], SENTENCES[6], SENTENCES[3]], tmp_path)
    assert found.is_ordinary("all")
    assert found.meanings("all") == ()
    assert found.meanings("ALL") == (Meaning("acute lymphoblastic leukaemia", 1),)
    assert not found.is_ordinary("als")


def test_a_plural_means_its_singular(tmp_path: Path) -> None:
    """ "NSAIDs" and "nsaids" are asked for as they are written; the small "s" is no part of the short form."""
    found = build(SENTENCES[7:9], tmp_path)
    assert found.meanings("NSAID") == (Meaning("Non-steroidal anti-inflammatory drugs", 2),)
    assert found.meanings("NSAID") == found.meanings("NSAIDs") == found.meanings("nsaids")
    assert found.meanings("NSAIDS") == ()


def test_a_long_form_is_shortened_however_it_is_worded(tmp_path: Path) -> None:
    """British or American, one or many; the usual short form first."""
    found = build([*SENTENCES[4:6], "Acute lymphoblastic leukemia (ALLeu) again."], tmp_path)
    assert found.shortened("ACUTE LYMPHOBLASTIC LEUKAEMIA") == (ShortForm("ALL", 2), ShortForm("ALLeu", 1))
    assert found.shortened("acute") == ()


@pytest.mark.parametrize(
    "name", ["wordings", "wordings_starts", "starts", "reports", "by_form", "forms", "shorts", "words", "word_reports"]
)
def test_a_file_that_is_missing_or_wrong_is_told_of(tmp_path: Path, name: str) -> None:
    """The error names the folder and says what to do."""
    build(SENTENCES, tmp_path)
    path = tmp_path / "0" / f"{name}.npy"
    np.save(path, np.zeros((2, 2)))
    with pytest.raises(DamagedError, match="--rebuild"):
        SegmentAbbreviations(tmp_path / "0")
    path.unlink()
    with pytest.raises(DamagedError, match="abbreviations"):
        SegmentAbbreviations(tmp_path / "0")


def test_a_segment_without_definitions_answers_nothing(tmp_path: Path) -> None:
    """Neither no reports nor reports that define nothing are an error."""
    for number, texts in enumerate([[], ["Nothing is defined here."]]):
        (tmp_path / str(number)).mkdir()
        found = build(texts, tmp_path / str(number))
        assert found.meanings("SLE") == ()
        assert found.shortened("systemic lupus erythematosus") == ()
    assert Abbreviations([]).meanings("SLE") == ()


def test_a_generation_knows_what_its_reports_define(tmp_path: Path) -> None:
    """What is added counts from the next build on, what is removed counts no more, and old segments stay linked."""
    small = indexed(tmp_path, {f"r{at}": SENTENCES[0] for at in range(12)})
    assert small.generation().abbreviations.meanings("SLE") == (Meaning("systemic lupus erythematosus", 12),)
    small.put({"new": SENTENCES[2]})
    small.catalog.delete("r3")
    small.build()
    generation = small.generation()
    assert len(generation.segments) == 2
    assert generation.abbreviations.meanings("SLE") == (
        Meaning("systemic lupus erythematosus", 11),
        Meaning("sensible learning environment", 1),
    )
    assert generation.abbreviations.shortened("Systemic lupus erythematosus") == (ShortForm("SLE", 11),)


def test_an_index_emptied_of_reports_is_no_error(tmp_path: Path) -> None:
    """Where the last report was removed nothing is defined."""
    small = empty(tmp_path)
    small.put({"one": SENTENCES[0]})
    small.build()
    small.catalog.delete("one")
    small.build()
    assert small.generation().abbreviations.meanings("SLE") == ()
