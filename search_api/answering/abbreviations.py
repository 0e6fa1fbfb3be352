"""Abbreviations learned from each report, by the method of Schwartz and Hearst.

"Systemic lupus erythematosus (SLE)" defines SLE where the letters of the short form stand in order in
the words before the bracket, the first at the start of a word (Schwartz and Hearst, "A simple algorithm
for identifying abbreviation definitions in biomedical text", Pacific Symposium on Biocomputing 2003).
"SLE (systemic lupus erythematosus)" is read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BRACKET = re.compile(r"\(\s*([^()\n]{2,120}?)\s*\)")
_SHORT_FORM = re.compile(r"[A-Za-z0-9α-ωΑ-Ω][\w.&/-]{1,9}")
_END_OF_SHORT = re.compile(r"[,;:]")
_WORD = re.compile(r"\S+")
_WORD_BEFORE = re.compile(r"([\w&/-]{2,10})\s*$")
_REACH = 160


def definitions(text: str) -> dict[str, str]:
    """Short form → long form, as written in ``text``; the first definition of a short form stands."""
    found: dict[str, str] = {}
    for short, long in _pairs(text):
        found.setdefault(short, long)
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for bracket in _BRACKET.finditer(text):
        inside = bracket.group(1)
        before = text[max(0, bracket.start() - _REACH) : bracket.start()]
        short = _END_OF_SHORT.split(inside)[0].strip()
        if _is_short(short):
            long = _long_form(short, before)
            if long:
                yield short, long
        elif (word := _WORD_BEFORE.search(before)) and _is_short(word.group(1)):
            long = _long_form(word.group(1), inside)
            if long and inside.startswith(long):
                yield word.group(1), long


def _is_short(text: str) -> bool:
    """Whether ``text`` looks like a short form: 2 to 10 characters, with at least one capital."""
    return bool(_SHORT_FORM.fullmatch(text)) and any(letter.isupper() for letter in text)


def _long_form(short: str, before: str) -> str:
    """The shortest stretch ending ``before`` that spells ``short``, or ""."""
    letters = [letter for letter in short.lower() if letter.isalnum()]
    longest = min(len(letters) + 5, len(letters) * 2)
    words = list(_WORD.finditer(before))[-longest:]
    if not words or len(letters) < 2:
        return ""
    window = before[words[0].start() :].rstrip()
    lower = window.lower()
    at = len(lower)
    for place, letter in enumerate(reversed(letters)):
        first = place == len(letters) - 1
        at = lower.rfind(letter, 0, at)
        while first and at > 0 and lower[at - 1].isalnum():
            at = lower.rfind(letter, 0, at)
        if at < 0:
            return ""
    long = window[at:]
    return long if len(long) > len(short) and short.lower() not in long.lower().split() else ""
