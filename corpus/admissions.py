"""Where and when a report's patients were admitted, as its sentences state it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from corpus.likeness import words
from corpus.model import Report, Span
from corpus.patients import OTHERS, STATING

_MONTHS: Final = re.split(" ", "january february march april may june july august september october november december")
_CENTRE_NOUN: Final = (
    r"(?:Hospitals?|Clinics?|Cent(?:er|re)|Institute|Infirmary|Medical\s(?:College|School)|Universit(?:y|aire)|"
    r"Sanatorium)"
)
_CENTRE: Final = re.compile(
    rf"(?:\b[A-ZÀ-Þ][\w'’.&-]{{0,30}}\s(?:(?:of|for|the|and|de|du|la|di|der|&|in)\s)*){{0,7}}\b{_CENTRE_NOUN}\b"
    rf"(?:\s(?:of|for|in)(?:\sthe)?(?:\s(?!{'|'.join(_MONTHS).title()})[A-ZÀ-Þ][\w'’.-]{{0,30}}){{1,4}})*"
)
_UNNAMED: Final = re.compile(
    r"(?:(?:the|our|a|an|this|of|for|and|in|hospital|hospitals|clinic|clinics|center|centre|institute|infirmary|"
    r"medical|college|school|university|universitaire|sanatorium|general|teaching|tertiary|national|"
    r"regional|district|community|department|emergency|outpatient|care|health|city|county|state|central|"
    r"provincial|referral|local|faculty|medicine|cancer|eye|children|women)\s?)*"
)
"""Words that many centres have in common."""
_ARRIVING: Final = re.compile(
    r"\b(?:admitted|admission|presented|referred|hospitali[sz]ed|transferred|seen|treated|visited|brought|attended|"
    r"consulted|came)\b",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    rf"\b(?:(?P<month>{'|'.join(_MONTHS)}|(?:{'|'.join(month[:3] for month in _MONTHS)}|sept)\.?)\s"
    r"(?:\d{1,2}(?:st|nd|rd|th)?,?\s)?(?:of\s)?)?(?P<year>(?:19[5-9]|20[0-4])\d)\b(?![-–]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Admission:
    """Where and when patients came to the authors, as one sentence states it; what it leaves out is None."""

    centre: Span | None
    year: int | None
    month: int | None
    span: Span


def admissions(report: Report) -> tuple[Admission, ...]:
    """The sentences of the abstract and the case that say at which centre or when a patient came, in order."""
    found = []
    for sentence in report.sentences:
        if report.sections[sentence.section].kind not in STATING - {"results", "title", "introduction"}:
            continue
        stated = sentence.span.of(report.text)
        if not _ARRIVING.search(stated) or OTHERS.search(stated):
            continue
        centre, date = _CENTRE.search(stated), _DATE.search(stated)
        if centre is None and date is None:
            continue
        at = sentence.span.start
        found.append(
            Admission(
                Span(at + centre.start(), at + centre.end()) if centre else None,
                int(date.group("year")) if date else None,
                _month(date.group("month")) if date else None,
                sentence.span,
            )
        )
    return tuple(found)


def centres(text: str) -> dict[str, str]:
    """The hospitals and institutes that ``text`` names, by their bare words; "our hospital" names none."""
    found = {" ".join(words(match.group())): match.group() for match in _CENTRE.finditer(text)}
    return {key: name for key, name in found.items() if not _UNNAMED.fullmatch(key)}


def _month(name: str | None) -> int | None:
    return None if name is None else 1 + next(i for i, month in enumerate(_MONTHS) if month[:3] == name[:3].lower())
