"""The patient that a question describes by age, and whether a report states such a patient.

"The 21-year-old woman" asks about one patient: a report of a 37-year-old answers another question.
"""

from __future__ import annotations

import re
from typing import Final

from corpus.cases.roles import CASE_KINDS, Role
from search_api.answering.coverage import Studied
from search_api.answering.question import PatientAsked

_SEXES: Final = {
    "female": re.compile(r"\b(?:wom[ae]n|females?|girls?|lady|she|her)\b", re.IGNORECASE),
    "male": re.compile(r"\b(?:m[ae]n|males?|boys?|gentlem[ae]n|he|his|him)\b", re.IGNORECASE),
}
_AT_THE_TIME: Final = re.compile(
    r"\b(?:at|at\s+the|since|since\s+the|from|from\s+the|when\s+\w+(?:\s+\w+)?\s+(?:was|were))\s*$", re.IGNORECASE
)
"""Before an age these date something earlier ("diagnosed at age 19"): it is not the age presented."""
_BEFORE = 40
_REACH = 60
"""Characters behind an age within which its sex stands."""
_NUMBERS: Final = tuple(
    re.split(
        " ",
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen",
    )
)
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ABSTRACT: Final = frozenset({"title", "abstract", "body", "results"})


def states(studied: Studied, asked: PatientAsked) -> bool:
    """Whether the title, the abstract or the case states a patient of that age, and not of the other sex."""
    pattern = _stated(asked)
    if _holds(studied.report.bibliography.title or "", pattern, asked.sex):
        return True
    return any(
        _holds(studied.text(index), pattern, asked.sex)
        for index in range(len(studied.words))
        if (studied.kind(index) in CASE_KINDS or studied.kind(index) in _ABSTRACT)
        and not studied.role(index) & (Role.FAMILY | Role.LITERATURE)
    )


def _holds(text: str, pattern: re.Pattern[str], sex: str) -> bool:
    return any(
        _fits(text[match.end() : match.end() + _REACH], sex)
        for match in pattern.finditer(text)
        if not _AT_THE_TIME.search(text[max(0, match.start() - _BEFORE) : match.start()])
    )


def _fits(behind: str, sex: str) -> bool:
    """Whether the words behind an age name the sex asked for first, or none."""
    first = {name: match.start() for name, words in _SEXES.items() if (match := words.search(behind))}
    return not sex or not first or min(first, key=first.__getitem__) == sex


def _stated(asked: PatientAsked) -> re.Pattern[str]:
    """ "21-year-old", "21 years of age", "aged 21", "twenty-one-year-old"."""
    number = rf"(?:{asked.age}|{_spelled(asked.age)})" if asked.age < 100 else str(asked.age)
    unit = asked.unit
    wordings = [
        rf"{number}[\s-]{{0,2}}{unit}s?[\s-]{{0,2}}(?:old|of[\s-]age)\b",
        rf"aged?\s+(?:of\s+)?{number}\b(?!\s?(?:month|week|day)s?\b)"
        if unit == "year"
        else rf"aged?\s+{number}\s+{unit}s?\b",
    ]
    if unit == "year":
        wordings.append(rf"{number}\s?(?:y/?o|yrs?[\s.]*old)\b")
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(wordings)})", re.IGNORECASE)


def _spelled(number: int) -> str:
    if number < len(_NUMBERS):
        return _NUMBERS[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (rf"[\s-]{_NUMBERS[ones]}" if ones else "")
