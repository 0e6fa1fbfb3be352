"""Quantities as one thing each: sign or comparison, number or range, and unit. A part of one is another quantity."""

from __future__ import annotations

import re
from typing import Final

DASH: Final = "-‐‑‒–—―−﹣－"
_DASHES: Final = re.compile(f"[{DASH}]")
_NUMBER: Final = r"\d+(?:[.,·]\d+)*"
_UNIT: Final = (
    r"(?:[%‰°º](?:\s?[CF]\b)?|(?:percent|per\s?cent|degrees?|k?cal|[kmµμnpf]?g|mcg|kilograms?|(?:milli|micro)?grams?|"
    r"[dmcµμn]?[lL]|cc|lit(?:er|re)s?|m?mol|[mµμn]mol|m?mols?|[mkµμ]?IU|[mkµμ]?U|units?|mEq|mosm|mOsm|mm\s?Hg|mmHg|"
    r"cmH2O|k?Pa|[kcmµμn]m|met(?:er|re)s?|inch(?:es)?|s|sec(?:ond)?s?|min(?:ute)?s?|h|hrs?|hours?|days?|d|w|wks?|"
    r"weeks?|mo|months?|yrs?|years?|decades?|bpm|Hz|MHz|[mc]?Gy|[mµ]?Sv|[kM]?Da|bp|kb|fold|times|x|cells?|copies|beats|"
    r"breaths|doses?|cycles?|courses?|tablets?|capsules?|vials?|drops?|puffs?|sessions?|episodes?|weeks'|msec|ms|mV|J)"
    r"(?![^\W\d_]))[²³23]?"
)
_PER: Final = rf"(?:\s?(?:/|per\s)\s?(?:{_NUMBER}\s?)?(?:{_UNIT}|[^\W\d_]+[²³]?)|\s?[×x]\s?10\s?\^?[{DASH}]?\d*)"
QUANTITY: Final = re.compile(
    rf"(?<![^\W_])(?:[<>≤≥±~≈=+]\s?|(?<![\w)])[{DASH}]\s?)?{_NUMBER}"
    rf"(?:\s?(?:[{DASH}/×:±x^]|to\s|by\s|of\s)\s?(?:{_NUMBER}))*"
    rf"(?:[{DASH}\s]?{_UNIT}{_PER}{{0,3}}|{_PER}{{1,2}})?"
    rf"(?:[{DASH}\s](?:old|olds)\b)?"
)
"""Repetitions are over separate marks, so that time is linear in the text but for long runs of numbers."""


def canonical(quantity: str) -> str:
    """What two ways to write one quantity share: white space out, one kind of dash, nothing else."""
    return re.sub(r"\s+", "", _DASHES.sub("-", quantity)).replace("μ", "µ")
