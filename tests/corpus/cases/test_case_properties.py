"""Whatever the text: patients are numbered from 1, every line's patient exists, every span is a slice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.cases.diagnoses import diagnoses, signs
from corpus.cases.model import Diagnosis, Outcome, Sign
from corpus.cases.outcomes import follow_up, outcomes
from corpus.cases.story import Story, story
from corpus.errors import ReadError
from corpus.readers.text import TextReader

SENTENCES = [
    "A 61-year-old man presented with gout.",
    "A 52-year-old woman with psoriasis (PSO) was admitted.",
    "Case 1: the man had fever.",
    "Case 2",
    "Patient B was a 7-month-old girl.",
    "The second patient had a relapse.",
    "Both patients were given colchicine.",
    "She had no jaundice.",
    "A diagnosis of gout secondary to psoriasis was made.",
    "Her mother, aged 80, had lupus.",
    "The newborn died.",
    "He was well at two years' follow-up.",
    "Smith et al. reported a 33-year-old man with gout.",
    "Histology showed an enterogenous cyst.",
    "Discussion",
    "Abstract",
    "Mean age was 40 years.",
    "PSO was confirmed.",
    "İ ﬁ — \u200b 12 °C.",
]
TEXTS = st.lists(st.sampled_from(SENTENCES) | st.text(max_size=12), min_size=1, max_size=14)
JOINTS = st.sampled_from([" ", "\n", "\n\n"])


def told(pieces: list[str], joint: str) -> Story | None:
    """The story of ``pieces``; None where they are no text."""
    try:
        (record,) = TextReader().read(joint.join(pieces).encode("utf-8", "replace"), "a.txt")
    except ReadError:
        return None
    return story(record.report) if record.report is not None else None


@settings(max_examples=120, deadline=None)
@given(TEXTS, JOINTS)
def test_patients_are_numbered_and_lines_are_theirs(pieces: list[str], joint: str) -> None:
    """People are numbered 1 … n; a line tells of one of them or of none; lines are slices in text order."""
    found = told(pieces, joint)
    if found is None:
        return
    text = found.report.text
    numbers = [person.number for person in found.people]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {line.patient for line in found.lines} <= {None, *numbers}
    assert all(line.text == line.span.of(text) for line in found.lines)
    starts = [line.span.start for line in found.lines]
    assert starts == sorted(starts)
    for person in found.people:
        for fact in (person.age, person.sex):
            assert fact is None or fact.span.of(text)


@settings(max_examples=120, deadline=None)
@given(TEXTS, JOINTS)
def test_every_fact_is_a_slice_and_listed_in_order(pieces: list[str], joint: str) -> None:
    """Diagnoses, signs, outcomes and follow-up are kept by patient; at most one index diagnosis, and it comes first."""
    found = told(pieces, joint)
    if found is None:
        return
    text, numbers = found.report.text, [person.number for person in found.people]
    had, shown, came = diagnoses(found), signs(found), outcomes(found)
    assert list(had) == list(shown) == list(came) == numbers
    assert set(follow_up(found)) <= set(numbers)
    order = {"index": 0, "underlying": 1, "comorbid": 2}
    for number in numbers:
        roles = [order[each.role] for each in had[number]]
        assert roles == sorted(roles)
        assert roles.count(0) <= 1
        facts: list[Diagnosis | Sign | Outcome] = [*had[number], *shown[number], *came[number]]
        assert all(each.span.of(text) for each in facts)
        assert len({(each.name, each.assertion) for each in shown[number]}) == len(shown[number])
    for span in follow_up(found).values():
        assert span.of(text)


@settings(max_examples=30, deadline=None)
@given(TEXTS, JOINTS)
def test_reading_is_the_same_each_time(pieces: list[str], joint: str) -> None:
    """The same text gives the same people, lines and diagnoses."""
    first, second = told(pieces, joint), told(pieces, joint)
    if first is None or second is None:
        return
    assert first.people == second.people
    assert first.lines == second.lines
    assert diagnoses(first) == diagnoses(second)
