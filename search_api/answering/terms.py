"""When two words count as the same: light folding of accents, plurals, endings and spelling.

Folding is for matching a question's words with a report's. It is deliberately weaker than a stemmer:
"gastric" and "gastritis" stay apart, "calcifications" and "calcification" meet.

One letter or digit is no index term, and yet it is all that parts hepatitis B from hepatitis C and type 1 from
type 2. Behind its word it becomes a term of its own here ("hepatitis_b"), which nothing else can stand for.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.words import unaccented
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


_LETTERED = re.compile(
    r"\b([^\W\d_]{2,})[\s-]([B-Zb-z]|A)(?!\w)(?!\.\s?[a-z])(?![\s-](?:cells?|linked|rays?|shaped)\b)"
)
"""The letter behind a name; not the genus of "S. aureus", nor what begins a word of its own ("T cell", "X-ray")."""
_NUMBERED = re.compile(
    r"\b(types?|grades?|stages?|class|group|subtype|factor|phase)[\s-](\d|i{1,3}|iv|v)(?!\w|\.\d)", re.IGNORECASE
)
_MARKED = re.compile(r"[\s-](?:[^\W_a]|(?i:i{2,3}|iv))(?!\w)")
"""Where one of the two may stand: most sentences have none, and looking for this one takes a third of the time."""
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


def terms_of(text: str) -> list[str]:
    """The words of ``text``, accents off, in order; behind a name its letter or number joined to it ("type_1")."""
    text = unaccented(text)
    if not _MARKED.search(text):
        return tokens(text)
    text = _NUMBERED.sub(lambda found: _joined(found[1].lower().removesuffix("s"), found[2].lower()), text)
    return tokens(_LETTERED.sub(lambda found: _joined(found[1], found[2]), text))


def _joined(name: str, mark: str) -> str:
    return f"{name} {name}_{_ROMAN.get(mark, mark)}"


def is_joined(term: str) -> bool:
    """Whether ``term`` is a name with its letter or number."""
    return "_" in term


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
    return [fold(term) for term in terms_of(text)]
