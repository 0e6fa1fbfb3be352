"""The filters of a question (``year:2015..``, ``age:<18``, ``drug:diltiazem``): their names, values and notation.

Several values of one filter are alternatives; different filters must all be met. The notation is the same in the
query line and in JSON.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from corpus.kind_cues import Kind
from corpus.model import SectionKind
from corpus.patients import IN_A_YEAR, Sex, Unit
from indexer.chunking import NOT_PASSAGES
from indexer.facts import journal_name

Name = Literal["year", "age", "sex", "drug", "treatment", "section", "kind", "journal"]
NAMES: Final[tuple[Name, ...]] = get_args(Name)

SECTIONS: Final = tuple(kind for kind in get_args(SectionKind) if kind not in NOT_PASSAGES)
_SEXES: Final[dict[str, Sex]] = {
    **dict.fromkeys(("female", "f", "woman", "women", "girl", "girls"), "female"),
    **dict.fromkeys(("male", "m", "man", "men", "boy", "boys"), "male"),
}
_UNITS: Final[dict[str, Unit]] = {
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), "year"),
    **dict.fromkeys(("m", "mo", "month", "months"), "month"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "week"),
    **dict.fromkeys(("d", "day", "days"), "day"),
    **dict.fromkeys(("h", "hour", "hours"), "hour"),
}
_YEAR: Final = r"(\d{4})()"
_AGE: Final = r"(\d{1,4}(?:\.\d{1,6})?)\s?([a-z]*)"
_BETWEEN: Final = r"\s?(?:\.\.|-|–)\s?"
_SAME: Final = 1e-9
"""Two ages that differ by less are one, reckoned in different units."""
_BARE: Final = re.compile(r"[^\s,\"“”„«»]*(?:[^\s,\"“”„«».;:!?)\]}']|\.\.)")


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers from ``low`` to ``high``, without a bound that is ``open``. ``written``: as it was asked for."""

    written: str
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def holds(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """For each value whether it is in the range."""
        above = values > self.low + _SAME if self.low_open else values >= self.low - _SAME
        below = values < self.high - _SAME if self.high_open else values <= self.high + _SAME
        return np.asarray(above & below)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a report must be, each with its alternatives; an empty one asks for nothing. Ages are in years.

    ``drug``: a report names it; ``treatment``: a patient of the report was given it. ``journal``: words that stand
    together in the journal's name, as ``journal_name`` has them.
    """

    year: tuple[Range, ...] = ()
    age: tuple[Range, ...] = ()
    sex: tuple[Sex, ...] = ()
    drug: tuple[str, ...] = ()
    treatment: tuple[str, ...] = ()
    section: tuple[SectionKind, ...] = ()
    kind: tuple[Kind, ...] = ()
    journal: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(self.values())

    def values(self) -> Iterator[tuple[Any, ...]]:
        """The alternatives of each filter, in the order of ``NAMES``."""
        return (getattr(self, field.name) for field in fields(self))

    def written(self) -> dict[str, tuple[str, ...]]:
        """The filters that ask for something, each with its alternatives in the notation of the query line."""
        return {
            name: tuple(value.written if isinstance(value, Range) else value for value in values)
            for name, values in zip(NAMES, self.values(), strict=True)
            if values
        }

    def __str__(self) -> str:
        return " ".join(f"{name}:{','.join(map(_quoted, values))}" for name, values in self.written().items())


NO_FILTERS: Final = Filters()


def read(name: Name, values: Sequence[str]) -> tuple[Any, ...]:
    """The alternatives of a filter, each once. Raises ValueError with what is wrong, for a message to go on with."""
    if not values or not all(any(map(str.isalnum, value)) for value in values):
        raise ValueError(f"says no value: write it without a space, such as {EXAMPLES[name]}")
    return tuple(dict.fromkeys(_READERS[name](" ".join(value.split())) for value in values))


def _year(value: str) -> Range:
    return _range(value, _YEAR, lambda number, _: (float(number), float(number)), "year:2015 or year:2015..2020")


def _age(value: str) -> Range:
    return _range(value, _AGE, _in_years, "age:34, age:<18 or age:6months..2y")


def _in_years(number: str, unit: str) -> tuple[float, float]:
    """When one is so old, and when one is a unit older."""
    if unit not in _UNITS:
        raise ValueError(f"{unit!r} is no unit of age: use years, months, weeks, days or hours")
    worth = IN_A_YEAR[_UNITS[unit]]
    return float(number) / worth, (float(number) + 1) / worth


def _range(value: str, number: str, bounds: Callable[[str, str], tuple[float, float]], example: str) -> Range:
    """A number, "low..high" (one may be left out), "low-high", "number+", or one of < <= > >= before a number."""
    asked = value.lower().replace("≤", "<=").replace("≥", ">=").replace("…", "..")
    if match := re.fullmatch(rf"(<=?|>=?)\s?{number}", asked):
        at, _ = bounds(match[2], match[3] or "y")
        if match[1].startswith("<"):
            return Range(value, high=at, high_open=match[1] == "<")
        return Range(value, low=at, low_open=match[1] == ">")
    if match := re.fullmatch(number, asked):
        at, older = bounds(match[1], match[2] or "y")
        return Range(value, at, older, high_open=older > at)
    if match := re.fullmatch(rf"(?:{number})?{_BETWEEN}(?:{number})?|{number}\+", asked):
        low, low_unit, high, high_unit, least, least_unit = match.groups()
        low, low_unit = (low, low_unit) if least is None else (least, least_unit)
        start = -math.inf if low is None else bounds(low, low_unit or high_unit or "y")[0]
        end = math.inf if high is None else bounds(high, high_unit or "y")[0]
        if start > end:
            raise ValueError(f"{value!r} holds nothing: the lower bound comes first")
        if start > -math.inf or end < math.inf:
            return Range(value, start, end)
    raise ValueError(f"{value!r} is not understood: write {example}")


def _choice(choices: Sequence[str], value: str) -> Any:
    named = re.sub(r"[\s_-]+", " ", value.lower())
    if named not in choices:
        raise ValueError(f"{value!r} is none of {', '.join(choices)}")
    return named


def _sex(value: str) -> Sex:
    if value.lower() not in _SEXES:
        raise ValueError(f"{value!r} is none of female, male")
    return _SEXES[value.lower()]


_READERS: Final[dict[Name, Callable[[str], Any]]] = {
    "year": _year,
    "age": _age,
    "sex": _sex,
    "drug": lambda value: unquoted(value),
    "treatment": lambda value: unquoted(value),
    "section": lambda value: _choice(SECTIONS, value),
    "kind": lambda value: _choice(get_args(Kind), value),
    "journal": journal_name,
}
EXAMPLES: Final[dict[str, str]] = {
    "year": "year:2015..",
    "age": "age:<18",
    "sex": "sex:female",
    "drug": "drug:diltiazem",
    "treatment": "treatment:diltiazem",
    "section": "section:outcome",
    "kind": 'kind:"case report"',
    "journal": "journal:lancet",
}


def unquoted(value: str) -> str:
    """A name as a filter takes it: on one line, without quotation marks."""
    return " ".join(re.sub(r"[\"“”„«»]", " ", value).split())


def _quoted(value: str) -> str:
    return value if _BARE.fullmatch(value) else f'"{value}"'
