"""Names of concepts: how a source's name is cleaned, turned, and compared with text."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.words import form, words

LONGEST_ABBREVIATION = 5
"""In characters, a plural s not counted."""

_SHORTEST = 3
_LONGEST_WORDS = 10
_LONGEST = 70
_REMARK = re.compile(
    r"\s*(?:\[[^\]]*\]|\((?:disease|disorder|finding|diagnosis|disorder|qualifier value|procedure)\))\s*$"
)
_OPENS_CLAUSE = re.compile(
    r"(?:with|without|due|and|or|in|of|to|from|type|susceptibility|resistance|including|\d)\b", re.I
)
_FORMULA = re.compile(r"\(\d|\d\(|[\[\]{}]|\d,\d|\d'|\(([ERSZ]|[Bb]eta|[Aa]lpha)\)|-$|^-|,\w|\*")


@lru_cache(1 << 19)
def key(name: str) -> str:
    """What ``name`` is found by: the forms of its words, one space between."""
    return " ".join([form(word.text) for word in words(name)])


def is_abbreviation(name: str) -> bool:
    """Whether ``name`` is one short word in capitals, or with a capital inside: found only in that very case."""
    bare = name.removesuffix("s")
    inside = bare[1:].lower() != bare[1:] and bare.isalnum()
    return inside and len(bare) <= LONGEST_ABBREVIATION and not bare.isdigit()


def cleaned(name: str) -> str:
    """``name`` without the remarks that vocabularies add ("(disorder)", "[ambiguous]")."""
    while (bare := _REMARK.sub("", name)) != name:
        name = bare
    return " ".join(name.split())


def turned(name: str) -> str:
    """An inverted name as one says it: "Lupus Erythematosus, Systemic" gives "Systemic Lupus Erythematosus"."""
    parts = name.split(", ")
    if len(parts) == 1 or len(parts) > 4 or any(_OPENS_CLAUSE.match(part) for part in parts[1:]):
        return name
    if re.search(r"\b(?:and|or|with)\b|\d,|[()/]", name):
        return name
    return " ".join(reversed(parts))


def usable(name: str) -> bool:
    """Whether text could hold ``name``: neither too short nor too long, with a letter, and no chemical formula."""
    cut = words(name)
    return (
        sum(len(word.text) for word in cut) >= _SHORTEST
        and len(cut) <= _LONGEST_WORDS
        and len(name) <= _LONGEST
        and any(char.isalpha() for char in name)
        and not _FORMULA.search(name)
        and not name.lower().startswith(("obsolete", "other ", "unspecified "))
    )
