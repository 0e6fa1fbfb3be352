"""The patient as notes write one: "75F with chest pain", "6/12 old baby girl", "Mrs Smith, 71".

For what a clinician types, never for reports: there "12 F" is a catheter, "38 F" a temperature and "5 M" a solution.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from corpus.model import Span
from corpus.patients import IN_A_YEAR, PatientMention, Sex, Unit, mentions, sex_near

_PARTS: Final[dict[str, Unit]] = {"12": "month", "52": "week", "7": "day"}
_LETTERED: Final = re.compile(
    r"(?:\A|[.;!?\n])\s{0,8}(?:(?:an?|pt|patient|case|hpi)\b[\s:.]{0,4})?"
    r"(?<![\d.,])(?P<all>(?P<age>[1-9]\d?)\s?/?\s?"
    r"(?:(?P<letter>(?-i:[FM]))\b|(?P<small>[fm])(?=\s*,|\s(?:with|w/|c/o|p/w|presents?|presented|presenting|who|h/o)\b)))"
    r"(?!['’°/.-]?\w)"
    r"(?!(?:\s(?!with\b|has\b|had\b|who\b|on\b|in\b|and\b|for\b|post\b|present|admitted\b|c/o|s/p|p/w|w/)[\w-]+){0,3}?"
    r"[\s-](?:catheters?|sheaths?|french|drain|tube|stent|foley|cannula|introducer|pigtail|dilator|needle|"
    r"bougie|lumen|solution|urea|\w*cl|naoh|tape|dressing|mask|company)\b)",
    re.IGNORECASE,
)
"""An age and F or M where a sentence begins, unless a device or a solution of that size follows."""
_IN_PARTS: Final = re.compile(r"(?<![\d/.])(?P<age>\d{1,2})/(?P<of>12|52|7)(?:[\s-](?:old|of\sage)\b)", re.IGNORECASE)
"""Months, weeks and days as parts of a year and of a week."""
_TITLED: Final = re.compile(
    r"\b(?:(?P<female>Mrs|Ms|Miss)|Mr)\.?\s(?:[A-Z][\w'’-]{0,30}\.?\s?){1,3}[,\s(]\s?(?P<age>[1-9]\d{1,2})"
    r"(?=\s*(?:[;.,)](?!\d)|\Z)|\s(?:with|who|has|had|is|was|presents|presented|came|admitted)\b)"
)
_BEHIND: Final = 160
_OLDEST: Final = 120


def noted(text: str) -> list[PatientMention]:
    """Every patient of ``text`` (``patients.mentions``), those in bedside notation too, in order, none overlapping."""
    found: list[PatientMention] = []
    for mention in sorted([*mentions(text), *_shorthand(text)], key=lambda mention: mention.span.start):
        if not found or found[-1].span.end <= mention.span.start:
            found.append(mention)
    return found


def _shorthand(text: str) -> Iterator[PatientMention]:
    for match in _LETTERED.finditer(text):
        letter = match.group("letter") or match.group("small")
        sex: Sex | None = "female" if letter in "Ff" else "male"
        yield PatientMention(float(match.group("age")), "year", sex, Span(*match.span("all")))
    for match in _IN_PARTS.finditer(text):
        unit = _PARTS[match.group("of")]
        sex, more = sex_near(match.group(), "", text[match.end() : match.end() + _BEHIND])
        age = int(match.group("age")) / IN_A_YEAR[unit]
        yield PatientMention(age, unit, sex, Span(match.start(), match.end() + more))
    for match in _TITLED.finditer(text):
        if int(match.group("age")) <= _OLDEST:
            sex = "female" if match.group("female") else "male"
            yield PatientMention(float(match.group("age")), "year", sex, Span(*match.span()))
