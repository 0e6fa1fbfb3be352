"""Where a report turns to one of its patients: an age that introduces them ("A 60-year-old woman"), or a number.

Numbers are those of series: "Case 2", "Patient B", "the second patient". They count only where a report has at least
two of them, so that "the first case of …" numbers nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from corpus.cases.roles import SILENT_KINDS
from corpus.model import Report, Span
from corpus.patients import PatientMention

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_ONE_PERSON: Final = (
    r"(?:patient|case|woman|man|boy|girl|child|infant|neonate|newborn|baby|sibling|brother|sister|twin|male|female)"
)
_NUMBERED: Final = re.compile(
    r"\b(?P<noun>[Cc]ase|CASE|[Pp]atient|PATIENT|Observation)\s?(?:(?:[Rr]eport|REPORT|[Nn]\s?[o°º]\.?|[Nn]umber|"
    r"[Nn]r\.?|#)\s?){0,2}[-–—:]?\s?"
    r"(?P<number>\d{1,2}(?![\d.]\d|\s?[%×]|\d)|(?:VIII|VII|VI|IV|IX|III|II|I|V|X)|[A-F]|(?:one|two|three|four|five|"
    r"six|seven|eight|nine|ten))(?![\w'’%/-])(?!\s(?:\d|\w+[\s-](?:year|month|week|day)))"
    r"(?!\s(?:years?|months?|weeks?|days?|hours?|cases|patients|of\sthe\sliterature)\b)"
)
_IN_ORDER: Final = re.compile(
    rf"(?:\b(?:[Tt]he|[Oo]ur|[Ii]n\sthe)\s|(?<![a-z]\s)\b(?=[A-Z]))(?P<ordinal>{'|'.join(_ORDINALS)})\s"
    rf"(?:(?!reported|described|known|published|documented)[\w-]+\s){{0,2}}?{_ONE_PERSON}\b"
    r"(?!\s(?:of|in\sthe\s(?:literature|world)|report\b(?!\s?:)|to\b|with\sth|reported|described|series))",
    re.IGNORECASE,
)
_MOST: Final = 40
"""Patients of one report; more are a table."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """At ``span`` a patient is named: the ``patient``th of those stated by age (from 0), or by ``number`` (from 1)."""

    span: Span
    patient: int | None = None
    number: int | None = None


def by_age(ages: Sequence[Sequence[PatientMention]]) -> list[Introduction]:
    """Each statement of each of ``ages``, as ``corpus.patients.stated`` gives them."""
    return [Introduction(mention.span, patient=place) for place, each in enumerate(ages[:_MOST]) for mention in each]


def by_number(report: Report) -> list[Introduction]:
    """The numbers by which a series calls its patients; none where there are not a first and a second."""
    found: list[Introduction] = []
    for section in report.sections:
        if section.kind in SILENT_KINDS or section.kind in ("table", "figure"):
            continue
        start = section.heading.start if section.heading else section.body.start
        for match in _NUMBERED.finditer(report.text, start, section.body.end):
            if match.group("noun")[0].islower() and not match.group("number").isdigit() and _is_word(match):
                continue
            found.append(Introduction(Span(*match.span()), number=_worth(match.group("number"))))
        found += [
            Introduction(Span(*match.span()), number=1 + _ORDINALS.index(match.group("ordinal").lower()))
            for match in _IN_ORDER.finditer(report.text, start, section.body.end)
        ]
    numbers = {each.number for each in found}
    return [each for each in found if each.number and each.number <= _MOST] if {1, 2} <= numbers else []


def _is_word(match: re.Match[str]) -> bool:
    """Whether the letter behind "patient" begins a word of its own: "the patient I saw"."""
    return match.group("number") == "I"


def _worth(number: str) -> int:
    if number.isdigit():
        return int(number)
    if number in _CARDINALS:
        return 1 + _CARDINALS.index(number)
    return 1 + (_ROMAN.index(number) if number in _ROMAN else ord(number) - ord("A"))
