"""The label of a sentence on what came of it."""

from __future__ import annotations

import pytest

from corpus.cases.outcome_labels import label

LABELLED = {
    "resolved": ["The rash resolved completely.", "She remained asymptomatic at one year.", "The fever subsided.",
                 "There was no recurrence.", "A complete remission was achieved.", "Creatinine returned to normal."],
    "improved": ["Her weakness improved.", "He responded well to the drug.", "There was a partial response.",
                 "The lesions partially resolved.", "It resulted in improvement of the ulcers."],
    "unchanged": ["There was no improvement.", "The lesions remained unchanged.", "The disease did not progress.",
                  "She did not respond to it.", "The ulcers were refractory to dapsone.", "It was ineffective.",
                  "No meaningful response was seen."],
    "progressed": ["The disease progressed despite treatment.", "Her condition worsened.", "The tumor recurred.",
                   "He continued to deteriorate."],
    "adverse_reaction": ["A severe reaction to the drug followed.", "It was stopped because of neutropenia.",
                         "She could not tolerate it."],
    "death": ["He died of sepsis.", "The patient succumbed a week later.", "She improved but died at home."],
    "not_stated": ["The dose was 20 mg.", "It may improve survival.", "The pain improved but the ulcers worsened.",
                   "She was followed up for a year.", "No adverse reactions were seen."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "sentence"), [(told, sentence) for told, each in LABELLED.items() for sentence in each]
)
def test_a_label_needs_an_explicit_cue(told: str, sentence: str) -> None:
    """Only an explicit cue labels; a denied one turns, and cues that contradict each other label nothing."""
    assert label(sentence) == told
