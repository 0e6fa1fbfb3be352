"""Ages as they are written: numbers in digits or words, and their units; and the ages of several patients in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Unit = Literal["year", "month", "week", "day", "hour"]

IN_A_YEAR: Final[dict[str, float]] = {"year": 1, "month": 12, "week": 52.18, "day": 365.25, "hour": 8766}
"""How many of a unit a year has: ages are kept in years."""
_ONES: Final = re.split(
    " ",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
)
_TENS: Final = re.split(" ", "twenty thirty forty fifty sixty seventy eighty ninety")
_WORTH: Final[dict[str, int]] = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * place for place, word in enumerate(_TENS, start=2)
}
_SPELLED: Final = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES[1:10])}))?|{'|'.join(_ONES[1:])})"
NUMBER: Final = rf"(?:\d{{1,3}}(?:\.\d+|½)?|{_SPELLED})"
UNIT: Final = r"(?:years?|yrs?|months?|weeks?|days?|hours?)"
ONE_PERSON: Final = r"\b(?:woman|female|man|male|girl|boy|lady|gentleman|patient|infant|child)"
TELLS_OF_ONE: Final = (
    r"(?=\s?(?:[.;)](?!\d)|$)|,\s?(?!(?:and|or)\b)\D|\s(?:and\s(?!\d|over|above|more|older|under|half|a\shalf)|(?:was|is|had|has|who|whose|"
    r"with|without|presented|presents|presenting|came|developed|developing|suffer\w+|complain\w+|admitted|referred|died|"
    r"underwent|undergoing|received|receiving|took|taking|treated|being|known|seen|fell|reported|noticed|collapsed|attended|"
    r"consulted|visited|became|started|began|recovered|whom|in\swhom|from|on)\b))"
)
"""Behind a number that follows "a woman of": it stands alone, and what follows tells of one person."""
_FEW: Final = ("two", "three", "four", "five", "six")
_SEVERAL: Final = (
    r"(?:patients|cases|siblings|sisters|brothers|twins|wom[e]n|men|girls|boys|females|males|children|infants|neonates|"
    r"newborns|adults|adolescents|individuals|persons|people|members|cousins)"
)
_ONE_AGE: Final = rf"{NUMBER}(?:[\s-]{UNIT})?"
_IN_A_ROW: Final = re.compile(
    rf"\b(?P<count>{'|'.join(_FEW)}|[2-6])\s(?:(?!and\b|or\b)[\w-]+\s){{0,4}}?{_SEVERAL}\b"
    r"(?:\s(?:with|from|of)\s[^.;,()\d]{1,60}?)?(?:\s(?:who\swere|who|were|presented|presenting)\b)?[\s,:;(]{1,3}"
    r"(?P<aged>(?:at\s)?(?:ages?|aged)\s?:?\s?(?:of\s|respectively,?\s)?)?"
    rf"(?P<ages>{_ONE_AGE}(?:(?:,\s(?:and\s)?|\sand\s|\s&\s|/){_ONE_AGE}){{1,5}})\b(?![.%]\d|%)",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(rf"[\s-]?(?P<unit>{UNIT})\b", re.IGNORECASE)
_DATES: Final = re.compile(
    r",?\s(?:ago|apart|after|before|later|earlier|prior|previously|following|of\s(?!age)|post\w*|history|follow\w*|into|since)\b",
    re.IGNORECASE,
)
"""Behind a time: it is nobody's age."""
_AGE: Final = re.compile(rf"(?P<number>{NUMBER})(?:[\s-](?P<unit>{UNIT}))?", re.IGNORECASE)


class Listed(NamedTuple):
    """One of several ages in a row; ``start`` and ``end`` are its number's, ``told`` is where the row begins."""

    start: int
    end: int
    value: float
    unit: Unit
    told: int


def in_a_row(text: str, start: int, end: int) -> Iterator[Listed]:
    """The ages of several patients told at once: "two sisters, aged 12 and 14 years"; only as many as are counted."""
    for match in _IN_A_ROW.finditer(text, start, end):
        behind = _BEHIND.match(text, match.end(), end)
        ages = list(_AGE.finditer(text, *match.span("ages")))
        word = behind.group("unit") if behind else ages[-1].group("unit")
        if not (word or match.group("aged")) or _DATES.match(text, behind.end() if behind else match.end(), end):
            continue
        if len(ages) == _count(match.group("count").lower()):
            for age in ages:
                value = worth(age.group("number"))
                yield Listed(*age.span("number"), value, unit(age.group("unit") or word or "year"), match.start())


def _count(word: str) -> int:
    return int(word) if word.isdigit() else 2 + _FEW.index(word)


def unit(word: str) -> Unit:
    """The unit that a word of ``UNIT`` names."""
    units: dict[str, Unit] = {"y": "year", "m": "month", "w": "week", "d": "day", "h": "hour"}
    return units[word[0].lower()]


def worth(number: str) -> float:
    """What a number in digits ("2.5", "2½") or words ("twenty-one") amounts to."""
    if number[0].isdigit():
        return float(number.rstrip("½.")) + (0.5 if number.endswith("½") else 0.0)
    return float(sum(_WORTH[word] for word in re.split(r"[\s-]", number.lower())))
