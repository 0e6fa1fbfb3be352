"""What came of it: the sentences that say so, labelled only on explicit cues, and for how long it was seen."""

from __future__ import annotations

import re
from typing import Final

from corpus.cases.model import Outcome
from corpus.cases.outcome_labels import label
from corpus.cases.roles import Role
from corpus.cases.story import Line, Story
from corpus.model import Span

_COUNT: Final = (
    r"(?:\d+(?:\.\d+)?(?:[–-]\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|"
    r"twenty(?:-four)?|"
    r"several|few)"
)
_TIME: Final = (
    r"(?:(?:about|approximately|almost|nearly|over|around|at\sleast|more\sthan|the\s(?:next|following|first|past|"
    r"last))\s)?"
    rf"{_COUNT}(?:\s|-)?(?:and\sa\shalf\s)?(?:years?|months?|weeks?|days?)(?:['’]s?)?"
)
_FOLLOWED: Final = r"follow(?:ed)?[\s-]?up"
_FOLLOW_UP: Final = re.compile(
    rf"\b{_FOLLOWED}(?:\s(?:\w+\s){{0,3}}?)?(?:(?:period|time|duration|visits?|evaluation|examination|imaging|"
    rf"assessment|care)\s)?"
    rf"(?:(?:was|of|for|at|after|during|over|until|up\sto|lasting|regularly|by\s\w+|closely)\s){{1,3}}(?:a\stotal\s"
    rf"of\s|a\speriod\sof\s)?(?P<behind>{_TIME})"
    rf"|\bfollowed\s(?:\w+\s){{0,3}}?(?:for|over|during)\s(?:a\stotal\sof\s|a\speriod\sof\s)?(?:{_TIME})"
    rf"|\b(?:at|after|during|over|for|within|on)?\s?(?:(?:the|an?|his|her|our)\s)?(?P<before>{_TIME})(?:\s(?:of|"
    rf"postoperative|post-operative|regular|clinical|close|further|later|at)){{0,2}}\s{_FOLLOWED}\b",
    re.IGNORECASE,
)
_LATER: Final = re.compile(
    rf"(?:^(?:at|after)\s{_TIME}\b|\b(?:(?:at|after|for|within)\s)?{_TIME}\s(?:after|following|post|from|"
    rf"since)[\s-]?(?:the\s|his\s|her\s|initial\s|completion\sof\s|starting\s)*"
    r"(?:surgery|operation|treatment|discharge|diagnosis|therapy|procedure|presentation|resection|transplantation|"
    r"operative(?:ly)?|operation|\w+ectomy|\w+plasty|chemotherapy|radiotherapy|(?:re-?)?irradiation))",
    re.IGNORECASE,
)
_WELL: Final = re.compile(
    r"\b(?:alive|well|free|no\s(?:evidence|signs?|recurren\w+|complain\w+|symptom\w*)|asymptomatic|remain\w*|"
    r"recurrence|without|doing)\b",
    re.IGNORECASE,
)

_LEAVING: Final = re.compile(r"\b(?:discharged|readmitted|admitted|presented)\b", re.IGNORECASE)


def outcomes(story: Story) -> dict[int, tuple[Outcome, ...]]:
    """By patient: the outcome sentences in text order."""
    found: dict[int, list[Outcome]] = {person.number: [] for person in story.people}
    for line in story.lines:
        if Role.OUTCOME in line.role:
            for number in found if line.everyone else [] if line.patient is None else [line.patient]:
                found[number].append(Outcome(label(line.text), line.span))
    return {number: tuple(each) for number, each in found.items()}


def follow_up(story: Story) -> dict[int, Span]:
    """By patient: where the report says for how long the patient was followed, the last time that it does.

    Where it never says "follow-up": the last time after treatment at which it tells how the patient was.
    """
    found: dict[int, Span] = {}
    meant: dict[int, Span] = {}
    for line in story.lines:
        if line.patient is None or Role.LITERATURE in line.role:
            continue
        if span := _last(_FOLLOW_UP, line):
            found[line.patient] = span
        elif (
            Role.OUTCOME in line.role
            and _WELL.search(line.text)
            and not _LEAVING.search(line.text)
            and (span := _last(_LATER, line))
        ):
            meant[line.patient] = span
    return meant | found


def _last(pattern: re.Pattern[str], line: Line) -> Span | None:
    places = [match.span() for match in pattern.finditer(line.text)]
    if not places:
        return None
    start, end = places[-1]
    start += len(line.text[start:end]) - len(line.text[start:end].lstrip())
    return Span(line.span.start + start, line.span.start + end)
