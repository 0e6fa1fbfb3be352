"""Who the patients of a report are, and which stretch of it tells of whom.

A patient stated by age and sex is the same wherever these recur (title, abstract, case, discussion); the numbers of a
series ("Case 2") are joined to the ages that stand beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from corpus.animals import tells_of_animals
from corpus.cases.introductions import Introduction, by_age, by_number
from corpus.cases.model import Age, StatedSex
from corpus.cases.sexes import SEX_NOUN
from corpus.kinds import judge
from corpus.model import Report
from corpus.patients import IN_A_YEAR, PatientMention, stated

_SEVERAL: Final = re.compile(
    r"\b(?:(?:two|three|four|five|six|seven|eight|nine|ten|both|[2-9]|1\d)\s(?:[\w-]+\s){0,4}?(?:cases|patients|"
    r"siblings|sisters|"
    r"brothers|children|women|men|boys|girls|infants|neonates|newborns|adults|males|females|people|persons|individuals|"
    r"twins|members|relatives|subjects|adolescents)|case\sseries|"
    r"(?:another|other|second|latter|next)\s(?:[\w-]+\s){0,2}?(?:patient|case|woman|man|boy|girl|child|infant)|"
    r"and\s(?:his|her)\s\w{1,12}[\s-](?:year|month|week|day)s?[\s-]old)\b",
    re.IGNORECASE,
)
_ONE: Final = re.compile(
    r"\b(?:(?:the|a|an|this|our|one)\s(?:(?!patients|cases)[\w-]+\s){0,4}?(?:patient|case|child|infant|neonate|"
    r"newborn|baby|woman|man|boy|"
    r"girl|lady|male|female|proband|adolescent)|s?he|both|two\s(?:[\w-]+\s){0,3}?(?:patients|cases|siblings)|"
    r"three\s(?:[\w-]+\s){0,3}?(?:patients|cases|siblings))\b",
    re.IGNORECASE,
)
_AVERAGE: Final = re.compile(
    r"\b(?:mean|median|average)\s(?:\w+\s){0,2}?(?:age|follow|duration|time)|\bmean\s?±|\bp\s?[<=]\s?0?\.\d",
    re.IGNORECASE,
)
"""What is told of a group only."""
_TOGETHER: Final = re.compile(
    r"\b(?:we|here(?:in)?|authors|paper|article)\s(?:\w+\s){0,2}?(?:report|describe|present|discuss)(?:ed|s)?\s"
    r"(?:on\s|here\s|the\s|a\sseries\sof\s){0,3}(?:two|three|four|five|six|seven|eight|nine|ten|[2-9]|1\d)\s"
    r"(?:[\w-]+\s){0,4}?(?:cases|patients|siblings|sisters|brothers|children|women|men|infants|neonates|adults)\b",
    re.IGNORECASE,
)
"""The report's own patients, several."""
_AN: Final = re.compile(r"(?:^|\W)an?\s*$", re.IGNORECASE)
_GROUPS: Final = frozenset({"trial", "observational study", "review", "protocol", "notice"})
"""Kinds of report that have no patients of their own, unless they tell of one by age."""
_FEW: Final = 4
_ALIKE: Final = 1.0
"""Years by which two statements of one patient's age may differ (told at admission, and at the end)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of the report, numbered from 1; age and sex are None where the report does not tell them."""

    number: int
    age: Age | None = None
    sex: StatedSex | None = None


@dataclass(slots=True)
class _Found:
    """A patient while the text is gone through."""

    mentions: tuple[PatientMention, ...] = ()
    number: int | None = None
    places: list[Introduction] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cast:
    """``people`` in the order of the text; ``turns``: where the report turns to which of them, in text order."""

    people: tuple[Person, ...]
    turns: tuple[tuple[Introduction, int], ...]


def cast(report: Report) -> Cast:
    """The patients of ``report``.

    None where it is a study or a review that tells of no patient by age, or tells of animals; one, of unknown age,
    where it tells of patients that its text does not part.
    """
    numbers = by_number(report)
    ages = stated(report)
    if len(ages) > 1 and not numbers and not _SEVERAL.search(report.text):
        ages = _one_each(report.text, ages)
    if not 0 < len(ages) <= _FEW and judge(report).kind in _GROUPS:
        return Cast((), ())
    told = sorted([*by_age(ages), *numbers], key=lambda each: (each.span.start, each.span.end))
    found = list(_joined(report.text, told, ages))
    if not ages and tells_of_animals(report.text):
        return Cast((), ())
    if not found and _ONE.search(report.text) and not _AVERAGE.search(report.text):
        found = [_Found()]
    if len(found) == 1 and _TOGETHER.search(report.text):
        found = [_Found(places=found[0].places)]  # the age is one of several patients'
    people = tuple(_person(number, each) for number, each in enumerate(found, start=1))
    turns = [(place, number) for number, each in enumerate(found, start=1) for place in each.places]
    return Cast(people, tuple(sorted(turns, key=lambda turn: turn[0].span)))


def _person(number: int, found: _Found) -> Person:
    if not found.mentions:
        return Person(number)
    best = next((each for each in found.mentions if each.sex), found.mentions[0])
    age = Age(round(best.age * IN_A_YEAR[best.unit], 2), best.unit, best.span)
    return Person(number, age, StatedSex(best.sex, best.span) if best.sex else None)


def _one_each(text: str, ages: tuple[tuple[PatientMention, ...], ...]) -> tuple[tuple[PatientMention, ...], ...]:
    """``ages`` where nothing says that there are several patients: what tells of one again is joined to it."""
    kept: list[tuple[PatientMention, ...]] = [ages[0]]
    for each in ages[1:]:
        again = next((place for place, known in enumerate(kept) if _again(text, each, known)), None)
        if again is None:
            kept.append(each)
        else:
            kept[again] = (*kept[again], *each)
    return tuple(kept)


def _again(text: str, each: Sequence[PatientMention], known: Sequence[PatientMention]) -> bool:
    """Whether ``each`` is the patient ``known``: told with "the" or "our", and of another sex only by a far word."""
    first, other = each[0], known[0]
    if abs(first.age - other.age) < 1e-6:
        return not (SEX_NOUN.search(first.span.of(text)) and SEX_NOUN.search(other.span.of(text)))
    introduced = _AN.search(text[max(0, first.span.start - 8) : first.span.start]) is not None
    same_sex = first.sex is None or other.sex is None or first.sex == other.sex
    return same_sex and (not introduced or (abs(first.age - other.age) <= _ALIKE and other.age >= 2 * _ALIKE))


def _joined(text: str, told: Sequence[Introduction], ages: Sequence[tuple[PatientMention, ...]]) -> Iterator[_Found]:
    """The patients: ages and numbers that stand beside each other are one's."""
    people: list[_Found] = []
    by_age: dict[int, _Found] = {}
    current: _Found | None = None
    for place in told:
        if place.number is not None:
            current = _numbered(text, people, current, place)
        elif place.patient is not None:
            current = _aged(people, by_age, current, place, ages[place.patient])
        if current is not None:
            current.places.append(place)
    return iter(_without_strays(people))


def _numbered(text: str, people: list[_Found], current: _Found | None, place: Introduction) -> _Found:
    for each in people:
        if each.number == place.number:
            return each
    if current is not None and current.number is None and current.mentions:
        last = current.places[-1].span.end
        if place.span.start - last <= _NEAR and not _ENDED.search(text, last, place.span.start):
            current.number = place.number
            return current
    people.append(_Found(number=place.number))
    return people[-1]


_ENDED: Final = re.compile(r"[.!?]\s|\n")
_NEAR: Final = 120
"""Code points between an age and the number behind it, in one clause: "a 66-year-old man with cough (Case 1)"."""
_BEHIND: Final = 400
"""Code points between a number and the age that it introduces."""


def _aged(
    people: list[_Found], by_age: dict[int, _Found], current: _Found | None, place: Introduction,
    mentions: tuple[PatientMention, ...],
) -> _Found:  # fmt: skip
    assert place.patient is not None
    known = by_age.get(place.patient)
    waiting = (
        current is not None
        and current.number is not None
        and not current.mentions
        and place.span.start - current.places[-1].span.end <= _BEHIND
    )
    if current is not None and waiting and (known is None or known.number is not None):
        current.mentions = mentions
        by_age[place.patient] = current
        return current
    if known is not None and current is not None and waiting:  # told by age before, now by number too
        known.number = current.number
        known.places += current.places
        people.remove(current)
        return known
    if known is None:
        known = by_age[place.patient] = _Found(mentions)
        people.append(known)
    return known


def _without_strays(people: list[_Found]) -> list[_Found]:
    """Numbers without an age are joined, in order, to as many ages without a number; else they stand as they are."""
    ages = [each for each in people if each.mentions and each.number is None]
    numbers = sorted((each for each in people if not each.mentions), key=lambda each: each.number or 0)
    if ages and len(ages) == len(numbers):
        for one, number in zip(ages, numbers, strict=True):
            one.number = number.number
            one.places += number.places
        return [each for each in people if each.mentions]
    return people
