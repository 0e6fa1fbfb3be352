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


MEANT = {
    "The relapsed tumor was irradiated.": "not_stated",
    "She was intubated because of worsening hypoxemia.": "not_stated",
    "The other drugs were kept unchanged.": "not_stated",
    "Another sudden decrease in vision followed.": "not_stated",
    "The regression of motor skills was noted.": "not_stated",
    "There was a 20 % reduction in fluorescence.": "not_stated",
    "The culture gave positive results.": "not_stated",
    "He had an asymptomatic anemia.": "not_stated",
    "A rapid response team was called.": "not_stated",
    "There was a marked inflammatory response.": "not_stated",
    "It was given to sustain remission.": "not_stated",
    "Potential side effects were explained.": "not_stated",
    "Azathioprine was ceased.": "not_stated",
    "The steroid therapy was weaned and ceased.": "not_stated",
    "The wound healed completely.": "not_stated",
    "The ECG showed no changes.": "not_stated",
    "She reported no additional symptoms.": "not_stated",
    "It gave access with reduced morbidity.": "not_stated",
    "He was stabilized with fluids.": "not_stated",
    "Her vital signs remained stable.": "not_stated",
    "The dose was adjusted according to adverse effects.": "not_stated",
    "The disease progression was halted.": "not_stated",
    "She denied improvement.": "not_stated",
    "Recovery was good, as improvement was expected.": "improved",
    "Improvement was expected.": "not_stated",
    "Her husband improved.": "not_stated",
    "It was inserted to ameliorate the reflux.": "not_stated",
    "The scar healed and the fever subsided.": "resolved",
    "There was moderate pain relief.": "improved",
    "He had a recurrence-free interval of four years.": "resolved",
    "The scan showed absence of locoregional recurrence.": "resolved",
    "The lesions remained stable.": "unchanged",
    "The fever disappeared and the mass was reduced.": "improved",
    "There was no further bleeding.": "resolved",
    "The pain was not satisfactorily controlled.": "unchanged",
    "His examination nearly normalized.": "improved",
    "Her symptoms improved and the enzymes normalized.": "improved",
    "The size of the lesion decreased.": "improved",
    "The clinical outcome of this child was excellent.": "improved",
    "He was treated successfully.": "improved",
    "The wound did not become infected again; the tumor did not recur.": "resolved",
    "Imaging has not revealed any evidence of recurrence.": "resolved",
    "She is free of disease after a year.": "resolved",
    "There are no signs of reinfection.": "resolved",
    "The effusion failed to clear.": "unchanged",
    "Two antibiotics failed.": "unchanged",
    "A second recurrence was found in spring.": "progressed",
    "It was stopped in view of drug-induced hepatitis.": "adverse_reaction",
}


@pytest.mark.parametrize(("sentence", "told"), MEANT.items(), ids=[sentence[:40] for sentence in MEANT])
def test_a_label_is_of_what_became_of_the_illness(sentence: str, told: str) -> None:
    """Words that only say which thing is meant, or what became of a measure, a dose or a purpose, label nothing."""
    assert label(sentence) == told
