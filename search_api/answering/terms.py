"""When two words count as the same: light folding of plurals, endings and spelling.

Folding is for matching a question's words with a report's. It is deliberately weaker than a stemmer:
"gastric" and "gastritis" stay apart, "calcifications" and "calcification" meet.
"""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.analyzer import tokens

_SPELLING = re.compile(r"(?<=[a-z])ae(?=[a-z])|^ae(?=[a-z])|oe(?=[dlmst])")
_ENDINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"(?<=.{3})ies$", "y"),
        (r"(?<=ss)es$|(?<=[^aeiou]us)es$|(?<=x)es$|(?<=ch)es$|(?<=sh)es$", ""),
        (r"(?<=.{3}[oy])ses$", "sis"),
        (r"(?<=stas)es$", "is"),
        (r"(?<=.{2}[^siu])s$", ""),
    )
)
_FAMILIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"(?<=.{3}o)tic$", "sis"),
        (r"(?<=.{3}n)cy$", "t"),
        (r"(?<=.{4})ical(?:ly)?$|(?<=.{4})ally$", "ic"),
        (r"(?<=.{4})ised?$", "ize"),
        (r"(?<=.{4})ized$", "ize"),
        (r"(?<=.{2})our$", "or"),
        (r"(?<=.{3})oma(?:ta|tous)$", "oma"),
    )
)


@lru_cache(maxsize=1 << 16)
def fold(term: str) -> str:
    """The form under which an index term is compared."""
    folded = _SPELLING.sub("e", term)
    for rules in (_ENDINGS, _FAMILIES):
        for pattern, new in rules:
            shorter = pattern.sub(new, folded)
            if shorter != folded:
                folded = shorter
                break
    return folded


def folded(text: str) -> list[str]:
    """The folded index terms of ``text``, in order."""
    return [fold(term) for term in tokens(text)]
