"""A patient's sex where no noun beside the age tells it: nouns and pronouns of the sentences about the patient."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from corpus.cases.model import StatedSex
from corpus.model import Span
from corpus.patients import Sex

SEX_NOUN: Final = re.compile(
    r"(?:(?P<female>\b(?:wom[ae]n|female|girl|lady|pregnant|gravida\w*|para|mother|sister|daughter|wife|housewife|"
    r"widow|"
    r"nulliparous|postmenopausal|mrs|ms|miss)\b|primi\w+|multi(?:par|grav)\w+|(?<=[\d\s/])F\b)"
    r"|(?P<male>\b(?:m[ae]n|male|boy|gentlem[ae]n|father|brother|son|husband|widower|mr)\b|(?<=[\d\s/])M\b))",
    re.IGNORECASE,
)
"""A noun of sex."""
_OF_THE_PATIENT: Final = re.compile(
    r"\b(?:a|an|the|this|our|as)\s(?:(?!of|in|with|and|for|to|by)[\w-]+,?\s){0,4}?(?:(?P<female>woman|female|girl|"
    r"lady)|(?P<male>man|"
    r"male|boy|gentleman))(?=\s(?:[\w-]+\s){0,2}?(?:patient|infant|newborn|neonate|baby|child|adolescent|proband|"
    r"toddler)\b|"
    r"\s(?:who|with|without|presented|presenting|was|in|of|aged|born|had|has)\b|[.,]|$)",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(r"\b(?:(?P<female>Mrs|Ms|Miss)|(?P<male>Mr))\b\.?\s(?=[A-Z])")
_PRONOUN: Final = re.compile(r"\b(?:(?P<female>she|her|herself)|(?P<male>he|his|him|himself))\b", re.IGNORECASE)
_KIN: Final = re.compile(
    r"\b(?:mother|father|parents?|wife|husband|son|daughter|sister|brother|sibling|uncle|aunt|cousin|newborn|baby|"
    r"f(?:o)?etus|"
    r"neonate|infant|nurse|doctor|physician|donor|partner|boyfriend|girlfriend)s?\b",
    re.IGNORECASE,
)
_NOUN_WORTH: Final = 3
_SURE: Final = 4
"""How many times as often one sex must be told as the other."""


def told_sex(lines: Iterable[tuple[str, int]]) -> StatedSex | None:
    """The sex that ``lines`` (each with its start in the text) tell of one patient; None where they contradict.

    Sentences that name a relative, a child or a doctor do not count for their pronouns.
    """
    worth: dict[Sex, int] = {"female": 0, "male": 0}
    first: dict[Sex, Span] = {}
    for text, start in lines:
        for pattern, each in ((_OF_THE_PATIENT, _NOUN_WORTH), (_TITLE, _NOUN_WORTH), (_PRONOUN, 1)):
            if pattern is _PRONOUN and _KIN.search(text):
                continue
            for match in pattern.finditer(text):
                sex: Sex = "female" if match.group("female") else "male"
                worth[sex] += each
                first.setdefault(sex, Span(start + match.start(sex), start + match.end(sex)))
    best: Sex = "female" if worth["female"] >= worth["male"] else "male"
    other: Sex = "male" if best == "female" else "female"
    return StatedSex(best, first[best]) if worth[best] and worth[best] >= _SURE * worth[other] else None
