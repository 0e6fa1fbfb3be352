"""What came of it: the sentences that say so, labelled only where an explicit cue does."""

from __future__ import annotations

from corpus.cases.model import Outcome
from corpus.cases.roles import Role
from corpus.cases.story import Story
from corpus.model import Span


def outcomes(story: Story) -> dict[int, tuple[Outcome, ...]]:
    """By patient: the outcome sentences in text order."""
    found: dict[int, list[Outcome]] = {person.number: [] for person in story.people}
    for line in story.lines:
        if line.patient is not None and Role.OUTCOME in line.role:
            found[line.patient].append(Outcome("not_stated", line.span))
    return {number: tuple(each) for number, each in found.items()}


def follow_up(story: Story) -> dict[int, Span]:
    """By patient: where the report says for how long the patient was followed, if it does."""
    return {}
