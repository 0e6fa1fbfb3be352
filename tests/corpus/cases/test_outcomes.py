"""What came of it, in the report's words, and for how long the patient was followed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.cases.outcomes import follow_up, outcomes
from corpus.cases.story import Story

StoryOf = Callable[[str], Story]
LEAD = "Case presentation\nA 61-year-old man presented with gout. "

LABELS = [
    ("The pain resolved completely.", "resolved"),
    ("His symptoms improved.", "improved"),
    ("The lesions remained unchanged.", "unchanged"),
    ("There was no improvement.", "unchanged"),
    ("The disease progressed.", "progressed"),
    ("He died two days later.", "death"),
    ("He was discharged home.", "not_stated"),
]


@pytest.mark.parametrize(("sentence", "label"), LABELS, ids=[label + sentence[:8] for sentence, label in LABELS])
def test_an_outcome_is_labelled_only_on_explicit_cues(story_of: StoryOf, sentence: str, label: str) -> None:
    """The sentence is the outcome; its label follows from what it says in so many words."""
    told = story_of(LEAD + sentence)
    (found,) = outcomes(told)[1]
    assert (found.label, found.span.of(told.report.text)) == (label, sentence)


def test_outcomes_are_the_patients_and_in_text_order(story_of: StoryOf) -> None:
    """Outcomes stand in text order; others' and relatives' are left out."""
    told = story_of(
        LEAD + "His pain improved. His sister died. The fever resolved.\n\n"
        "Discussion\nSmith et al. saw three patients who died."
    )
    assert [each.span.of(told.report.text) for each in outcomes(told)[1]] == [
        "His pain improved.",
        "The fever resolved.",
    ]


FOLLOWED = [
    ("He was well at 6 months' follow-up.", "at 6 months' follow-up"),
    ("He was followed up for two years.", "followed up for two years"),
    ("At follow-up after 18 months he was well.", "follow-up after 18 months"),
    ("There was no recurrence three years after surgery.", "three years after surgery"),
    ("After a follow-up of 10 months he was well.", "follow-up of 10 months"),
]


@pytest.mark.parametrize(("sentence", "span"), FOLLOWED, ids=[span for _, span in FOLLOWED])
def test_the_time_of_follow_up_is_where_it_is_said(story_of: StoryOf, sentence: str, span: str) -> None:
    """The words that say for how long the patient was followed are the span."""
    told = story_of(LEAD + sentence)
    found = follow_up(told)
    assert found[1].of(told.report.text).lower() == span.lower()


NOT_FOLLOWED = [
    "He was discharged three days after surgery.",
    "Two years after surgery he presented with pain.",
    "He was lost to follow-up.",
    "He had pain for six months.",
]


@pytest.mark.parametrize("sentence", NOT_FOLLOWED)
def test_other_times_are_no_follow_up(story_of: StoryOf, sentence: str) -> None:
    """When the patient came, left, or how long the illness lasted is no follow-up."""
    assert follow_up(story_of(LEAD + sentence)) == {}


def test_the_last_follow_up_counts(story_of: StoryOf) -> None:
    """Of several follow-ups the last that is told is given."""
    told = story_of(LEAD + "At 6 weeks follow-up he had pain. At 2 years follow-up he was well.")
    assert follow_up(told)[1].of(told.report.text) == "At 2 years follow-up"


def test_what_came_of_all_is_each_ones(story_of: StoryOf) -> None:
    """An outcome that is told of all the patients is every one's."""
    told = story_of("Two sisters, aged 12 and 14 years, were given zinc. Both recovered completely.")
    assert {number: [each.label for each in found] for number, found in outcomes(told).items()} == {
        1: ["resolved"],
        2: ["resolved"],
    }
