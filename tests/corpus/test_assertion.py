from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.assertion import Named, assertions

_MARKED = re.compile(r"<([^<>]+)>")


def told(marked: str, *, is_procedure: bool = False) -> list[str]:
    """What the sentence asserts of each name between angle brackets, which are taken out."""
    sentence, named, at = "", [], 0
    for match in _MARKED.finditer(marked):
        sentence += marked[at : match.start()]
        named.append(Named(len(sentence), len(sentence) + len(match[1]), is_procedure))
        sentence += match[1]
        at = match.end()
    return list(assertions(sentence + marked[at:], named))


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("The baker had <fever>.", "present"),
        ("The baker had no <fever>, <cough> or <rash>.", "absent absent absent"),
        ("No <fever> but <cough>.", "absent present"),
        ("She denies <headache>, <vomiting>; complains of <itching>.", "absent absent present"),
        ("Neg for <vertigo>, <tinnitus>.", "absent absent"),
        ("There was no <fever>, and the film showed <pneumonia>.", "absent present"),
        ("Without <fever> the <rash> went on", "absent absent"),
        ("Neither <fever> nor <rash> was seen.", "absent absent"),
        ("<Fever>, <cough> and <rash> were absent.", "absent absent absent"),
        ("The film showed <pneumonia>, and <effusion> was not seen.", "present absent"),
        ("<Embolism> was ruled out.", "absent"),
        ("An <HIV>-negative man with <fever>.", "absent present"),
        ("He was <pain>-free on the third day.", "absent"),
        ("It was viral rather than <bacterial meningitis>.", "absent"),
        ("<Kaposi's sarcoma>-like plaques covered the shin.", "absent"),
        ("A plaque mimicking <psoriasis>.", "absent"),
        ("No evidence of any other <malignancy>.", "absent"),
        ("The report failed to show <thrombosis>.", "absent"),
        ("He didn't have <asthma>.", "absent"),
        ("A non-<diabetic> sailor with <gout>.", "absent present"),
        ("She was not given <aspirin>.", "absent"),
        ("<Aspirin> was not given.", "absent"),
    ],
)
def test_an_absence_reaches_its_list_and_no_further(marked: str, expected: str) -> None:
    """What is denied is absent, with all of its list; what stands behind "but", or in another clause, is not."""
    assert told(marked) == expected.split()


@pytest.mark.parametrize(
    "marked",
    [
        "There was no increase in <ascites>.",
        "Not only <fever> troubled him.",
        "No improvement with <colchicine>.",
        "The rash did not respond to <colchicine>.",
        "She swallowed <tablets> without difficulty.",
        "He took <tablets> without difficulty swallowing <capsules>.",
        "Gram negative <sepsis> was found.",
        "No cause of the <anaemia> was found.",
        "No progression of the <fibrosis>.",
        "His mother noticed the <rash>.",
        "A mother of two came with <fever>.",
        "A 3-day history of <fever>.",
        "A previously healthy man with <fever>.",
        "Two days prior to admission <fever> began.",
    ],
)
def test_what_looks_like_a_cue_and_is_none_changes_nothing(marked: str) -> None:
    """Phrases that hold "no", "not" or "history" and say nothing of the kind leave a finding present."""
    assert set(told(marked)) == {"present"}


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Possible <sarcoidosis>.", "possible"),
        ("The initial diagnosis was <sarcoidosis>.", "possible"),
        ("Two diagnoses were suspected: <gout> and <psoriasis>.", "possible possible"),
        ("She was initially thought to have <gout>.", "possible"),
        ("He was misdiagnosed with <gout>.", "absent"),
        ("<Gout> had been excluded.", "absent"),
        ("The collapse was likely due to <sepsis>.", "possible"),
        ("CT to rule out <embolism>.", "possible"),
        ("r/o <embolism>", "possible"),
        ("<Embolism> could not be excluded.", "possible"),
        ("<Lymphoma> was suspected.", "possible"),
        ("A suspected <lymphoma> of the neck.", "possible"),
        ("Findings suggestive of <lymphoma>.", "possible"),
        ("Findings consistent with <lymphoma>.", "present"),
    ],
)
def test_a_doubt_is_possible(marked: str, expected: str) -> None:
    """Suspicions are possible; what findings are consistent with is taken as said."""
    assert told(marked) == expected.split()


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("PMH: <asthma>, <gout>.", "past past"),
        ("h/o <asthma>", "past"),
        ("s/p <appendectomy>", "past"),
        ("He had a history of <asthma> and presented with <headache>.", "past present"),
        ("A man with a history of <asthma> who presented with <headache>.", "past present"),
        ("<Stroke> five years ago.", "past"),
        ("He had <measles> in childhood.", "past"),
        ("No history of <asthma>.", "absent"),
        ("Past medical history of <gout> and sudden-onset <ketoacidosis>.", "past present"),
        ("History of <gout> with a new onset <psychosis>.", "past present"),
        ("History of <asthma> and acute <pancreatitis>.", "past past"),
    ],
)
def test_a_history_is_past_until_the_patient_arrives(marked: str, expected: str) -> None:
    """What is told as history is past, up to the words that bring the patient in; a denied history is absent."""
    assert told(marked) == expected.split()


@pytest.mark.parametrize(
    "marked",
    ["FHx: <stroke>.", "Family history of <stroke>.", "His mother had <stroke>.", "No family history of <stroke>."],
)
def test_a_relative_is_not_the_patient(marked: str) -> None:
    """What relatives have, or have not, is the family's: it says nothing of the patient."""
    assert told(marked) == ["family"]


@pytest.mark.parametrize(
    "marked",
    [
        "Mother had <lupus>.",
        "Sister has <lupus>",
        "Mother has had <lupus>.",
        "Father died of <stroke>.",
        "Older brother with <asthma>.",
        "Parents were <diabetic>.",
        "Father: <gout>.",
        "Mother and aunt had <lupus>.",
        "No fever; father had <gout>.",
    ],
)
def test_a_relative_needs_no_his_or_her(marked: str) -> None:
    """Notes begin a clause with the bare relative: what that one has is the family's."""
    assert told(marked) == ["family"]


@pytest.mark.parametrize(
    "marked",
    [
        "Mother noticed a <rash>.",
        "Mother had noticed a <rash>.",
        "Mother was worried by the <rash>.",
        "The young mother had <mastitis>.",
        "Mother of two with <jaundice>.",
    ],
)
def test_a_relative_who_tells_of_the_patient_has_nothing_of_it(marked: str) -> None:
    """What a bare relative saw or feared, and what a patient has who is a mother, is the patient's."""
    assert told(marked) == ["present"]


def test_each_relative_has_a_clause_of_her_own() -> None:
    """Two relatives in one sentence, and the patient after them, are told apart."""
    assert told("Mother had <lupus> and sister has <gout>.") == ["family", "family"]
    assert told("Mother had <lupus>, she had <cough>.") == ["family", "present"]


@pytest.mark.parametrize(
    "marked",
    ["Return if <vomiting> occurs.", "Heparin to prevent <thrombosis>.", "At risk of <stroke>.", "Tested for <HIV>."],
)
def test_what_may_come_is_hypothetical(marked: str) -> None:
    """Conditions, prevention, risks and tests do not say that the patient has it."""
    assert told(marked) == ["hypothetical"]


@pytest.mark.parametrize("marked", ["<Blood cultures> were negative.", "The <biopsy> was normal."])
def test_a_normal_result_does_not_undo_the_test(marked: str) -> None:
    """Of a procedure "negative" and "normal" say how it came out; of a finding that it was not there."""
    assert told(marked, is_procedure=True) == ["present"]
    assert told(marked) == ["absent"]


def test_a_cue_inside_a_name_is_no_cue() -> None:
    """ "Absent" in the name of a finding does not deny it."""
    assert told("He had <absent reflexes> and <ataxia>.") == ["present", "present"]


def test_white_space_of_any_kind_parts_the_words_of_a_cue() -> None:
    """A line break inside a phrase changes nothing."""
    assert told("ruled\nout <embolism>") == ["absent"]


@given(st.text(alphabet="no fevrwithut,.;-'’ )(", max_size=80), st.integers(0, 80), st.integers(1, 9))
def test_any_text_is_answered(sentence: str, start: int, length: int) -> None:
    """Whatever stands around a name, one of the six assertions is given, and the same again."""
    named = [Named(min(start, len(sentence)), min(start + length, len(sentence)))]
    first = assertions(sentence, named)
    assert first == assertions(sentence, named)
    assert first[0] in ("present", "absent", "possible", "past", "family", "hypothetical")


def test_no_names_no_assertions() -> None:
    """A sentence that names nothing asserts nothing."""
    assert assertions("No fever.", []) == []
