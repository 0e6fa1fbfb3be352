from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import split

SHARED = Path(__file__).parents[2].parent / "shared"


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


def whole(*parts: str) -> None:
    """Assert that ``parts``, joined by spaces, are split into exactly these parts again."""
    assert sentences(" ".join(parts)) == list(parts)


def test_plain_sentences_are_split() -> None:
    """Full stops, question and exclamation marks before a capital end a sentence."""
    whole("He was well.", "Was he treated?", "No!", "She left.")


@pytest.mark.parametrize(
    "first",
    [
        "Gout is one of the joint disorders.1",
        "It is rare in the literature.1,2",
        "It was seen in several series.2, 3, 4, 5",
        "He had renal failure.[3]",
        "He had renal failure. [3, 4]",
        "He had renal failure.(3)",
        "This combination is rare. ^{8,9}",
        "This combination is rare.^8",
        "Calcium reached normal levels.²",
        "Calcium reached normal levels.²,³",
        "It was called “benign.”4",
        "He had renal failure.3-5",
    ],
)
def test_citation_marks_stay_with_their_sentence(first: str) -> None:
    """A citation mark glued to the full stop belongs to the sentence that it supports."""
    whole(first, "It is rarely described in children.")


@pytest.mark.parametrize(
    "sentence",
    [
        "The mass (Fig. 2) was firm.",
        "The mass in Fig. 2 was firm.",
        "Drugs, e.g. Prednisone, were stopped.",
        "Two drugs (i.e. Aspirin and heparin) were given.",
        "Smith et al. Found nothing of the kind."[:16].strip() + " reported two patients.",
        "He was seen by Dr. Miller on Monday.",
        "He got 5 mg i.v. Prednisone daily.",
        "Cultures grew S. aureus and E. coli only.",
        "Cultures grew S. Aureus in two bottles.",
        "The work of J. F. Miller was decisive.",
        "Patients with No. 3 tubes were left out.",
        "It weighed approx. 20 g at that time.",
        "It was 3.5 × 2.5 cm in size.",
        "The level was 0.5 L/min at rest.",
        "The CRP was <0.6 U/mL on that day.",
        "He was admitted on Feb. 18 with fever.",
        "The pH was 7.1 U above the rest.",
        "Group A vs. Group B was compared.",
        "She (the sister. A twin.) was well.",
        "See www.example.org for more.",
    ],
)
def test_these_are_one_sentence(sentence: str) -> None:
    """Abbreviations, initials, species, decimals and brackets do not end a sentence."""
    assert sentences(sentence) == [sentence]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He had hepatitis B.", "Treatment was begun."),
        ("He had hepatitis B.", "Entecavir was begun."),
        ("It was given i.v.", "The patient improved."),
        ("The walk test was 385 m.", "Spirometry was normal."),
        ("The ALT was 71 IU/L.", "Albumin was normal."),
        ("It began at 3 p.m.", "He was then asleep."),
        ("Swabs grew Candida spp.", "The drug was changed."),
        ("He had fever, cough, etc.", "The chest was clear."),
        ("The dose was 5 mg.", "25 patients were seen."),
        ("(He was seen twice.)", "She was not."),
        ("He said “no.”", "She agreed."),
        ("pH was normal.", "mRNA was found."),
        ("He was well.", "(She was not.)"),
        ("He was well.", "- She was not."),
        ("This was reported by Miller et al.", "The patient did well."),
    ],
)
def test_these_are_two_sentences(first: str, second: str) -> None:
    """What may be an abbreviation still ends a sentence where a new one plainly begins."""
    whole(first, second)


def test_a_lost_space_is_seen() -> None:
    """Text whose space after the full stop was lost is split all the same."""
    assert sentences("Lupus was diagnosed.The patient was treated.") == [
        "Lupus was diagnosed.",
        "The patient was treated.",
    ]


def test_list_numbers_stay_with_their_items() -> None:
    """A number or letter that opens a list item is no sentence of its own."""
    whole("1. Stop the drug.", "2. Give fluids.")


@pytest.mark.parametrize("label", ["Fig. 2.", "Figure 2a.", "Table 1.", "FIGURE 3.", "Case 2."])
def test_labels_stay_with_their_captions(label: str) -> None:
    """The number of a figure is part of its caption's first sentence."""
    whole(f"{label} Radiograph of the hand.", "The arrow shows the deposit.")


def test_a_blank_line_always_ends_a_sentence() -> None:
    """Paragraphs are never joined into a sentence, with or without a full stop."""
    assert sentences("a list without stops\n\nanother line\n \n\nThird.") == [
        "a list without stops",
        "another line",
        "Third.",
    ]


def test_a_line_end_alone_does_not() -> None:
    """A single line end is white space like any other."""
    assert sentences("The hand was\nswollen. It was\nred.") == ["The hand was\nswollen.", "It was\nred."]


def test_an_unclosed_bracket_does_not_swallow_the_text() -> None:
    """Only brackets that are closed in their paragraph and within reach shelter a full stop."""
    assert len(sentences("He was seen (twice. She was not. They left.")) == 3
    assert len(sentences("He was seen (" + "Very long. " * 100 + "End).")) > 50


@pytest.mark.parametrize("text", ["", " ", "\n\n \n"])
def test_nothing_gives_nothing(text: str) -> None:
    """White space holds no sentence."""
    assert split(text) == []


PIECES = st.sampled_from(
    [
        *"abcXYZ .,;:?!()[]\"'”“’\n\n  …–-^{}¹²³012",
        "Fig. ",
        "et al. ",
        "S. ",
        " mg.",
        ". The ",
        ".1,2 A",
        "\n\n",
        "(",
        ").",
    ]
)


@given(st.lists(PIECES, max_size=80).map("".join) | st.text(max_size=200))
def test_spans_are_trimmed_ordered_and_cover_all_text(text: str) -> None:
    """Spans are in order, do not overlap, have no white space at their ends and miss nothing but white space."""
    spans = split(text)
    at = 0
    for start, end in spans:
        assert at <= start < end
        assert text[at:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        at = end
    assert text[at:].strip() == ""


@pytest.mark.parametrize("first", ["He was well (seen twice).^", "He was well.[3", "He was well. ^{8,"])
def test_a_broken_citation_mark_joins_no_paragraphs(first: str) -> None:
    """A mark that is cut off at a paragraph's end does not reach into the next paragraph."""
    assert sentences(f"{first}\n\n4] 5 She was ill.")[-1] == "4] 5 She was ill."


@given(st.lists(PIECES, max_size=40).map("".join), st.lists(PIECES, max_size=40).map("".join))
def test_paragraphs_are_split_apart_from_each_other(first: str, second: str) -> None:
    """What stands in one paragraph does not change how another is split."""
    assert sentences(f"{first.strip()}\n\n{second.strip()}") == sentences(first.strip()) + sentences(second.strip())


@pytest.mark.parametrize("hard", [".", " ", ". [1", '("', "(", "1.", "A. ", ".”", "\n", " \n", "'", "a.1,"])
def test_hostile_text_is_split_too(hard: str) -> None:
    """Long runs of marks are read to their end (a test that would hang if a pattern were not linear)."""
    text = hard * 50_000
    spans = split(text)
    assert sum(end - start for start, end in spans) >= len("".join(text.split())) * 0.99


def test_sentence_lines_of_case_sections_are_found_again() -> None:
    """On case sections published one sentence a line, at least 99 % of the boundaries are right and found."""
    path = SHARED / "data" / "reports" / "reports.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not here: it is development data outside the repository")
    right = found = wanted = 0
    for line in path.open(encoding="utf-8"):
        record = json.loads(line)
        if record["kind"] != "case-section" or not record["source"].startswith("MACCROBAT"):
            continue
        lines = [" ".join(each.split()) for each in record["text"].splitlines() if each.strip()]
        ends, at = set(), -1
        for each in lines:
            at += len(each) + 1
            ends.add(at)
        got = {end for _, end in split(" ".join(lines))}
        right, found, wanted = right + len(got & ends), found + len(got), wanted + len(ends)
    assert wanted > 1000
    assert right / found >= 0.99
    assert right / wanted >= 0.99
