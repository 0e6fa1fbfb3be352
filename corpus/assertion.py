"""Whether a sentence says that its patient has what it names: present, absent, possible, past, the family's, not yet.

A cue (``corpus.assertion_cues``) reaches from where it stands to the end of its clause, forward or back. Where several
reach one mention, the family's comes first, then an absence's, a doubt's, a condition's, the past's. After NegEx
(Chapman et al. 2001) and ConText (Harkema et al. 2009).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from corpus.assertion_cues import CUES, ENDS, VERBS

Assertion = Literal["present", "absent", "possible", "past", "family", "hypothetical"]
"""``family``: of a relative, affirmed or denied. ``hypothetical``: if, to prevent, at risk of, tested for."""

_CUE: Final = re.compile(
    r"(?<![\w/])(?:"
    + "|".join(f"(?P<{effect}>{'|'.join(table)})".replace(" ", r"\s+") for effect, table in CUES)
    + r")(?!\w)"
)
_FIRST: Final[tuple[Assertion, ...]] = ("family", "absent", "possible", "hypothetical", "past")
_ARRIVES: Final = re.compile(r"\b(?:present(?:ed|s|ing)|admitted|referred|came|complain\w+|developed|underwent|on)\b")
_NOW: Final = re.compile(r"\b(?:and|with|now)\s(?:an?\s)?(?:sudden|new|recent|acute|abrupt)(?:[\s-]onset\b|ly\b)")
NEXT_CLAUSE: Final = re.compile(
    rf"(?:,\s*(?:and\s+|or\s+)?(?=(?:[\w'’/().%+-]+\s+){{0,7}}?{VERBS}\b)"
    rf"|\s+and\s+(?=(?:[\w'’/().%+-]+\s+){{0,3}}?{VERBS}\b))"
)
"""Where, within a sentence, a clause with a verb of its own begins."""
_VERB: Final = re.compile(rf"\b{VERBS}\b")
_BREAK: Final = re.compile(r"[,;(]|\s(?:and|or|with|but|in)\s")
_LABEL: Final = re.compile(r"\s*[:–—-]\s")
_REACH: Final = 240
"""Code points that a cue reaches at most."""


class Named(NamedTuple):
    """Where a sentence names something; of a procedure "normal" and "negative" say only how it came out."""

    start: int
    end: int
    is_procedure: bool = False


class _Scope(NamedTuple):
    effect: str
    start: int
    end: int


def assertions(sentence: str, named: Sequence[Named]) -> list[Assertion]:
    """What ``sentence`` asserts of each of ``named`` (offsets within it), in their order."""
    lowered = sentence.lower()
    scopes = _scopes(lowered if len(lowered) == len(sentence) else sentence, named)
    found: list[Assertion] = []
    for start, end, is_procedure in named:
        told = {effect for effect, first, last in scopes if first <= start and end <= last}
        if "result" in told and not is_procedure:
            told.add("absent")
        found.append(next((each for each in _FIRST if each in told), "present"))
    return found


def _scopes(sentence: str, named: Sequence[Named]) -> list[_Scope]:
    """What the sentence's cues reach; one that is part of a name is none."""
    scopes = []
    for match in _CUE.finditer(sentence):
        start, end = match.span()
        effect, _, side = str(match.lastgroup).partition("_")
        if effect == "none" or any(first < end and start < last for first, last, _ in named):
            continue
        if side == "after":
            scopes.append(_Scope(effect, end, _forward(sentence, end, effect)))
        elif side == "before":
            scopes.append(_Scope(effect, _back(sentence, start), start))
        elif side == "joined":
            after = sentence.find(" ", end)
            scopes.append(_Scope(effect, end, after if after >= 0 else len(sentence)))
        else:
            scopes.append(_Scope(effect, _beside(sentence, start, named), start))
    return scopes


def _beside(sentence: str, end: int, named: Sequence[Named]) -> int:
    """Where the name begins that a cue at ``end`` belongs to: the last before it, with nothing that parts them."""
    name = max((name for name in named if name.end <= end), default=None)
    return end if name is None or _BREAK.search(sentence, name.end, end) else name.start


def _forward(sentence: str, start: int, effect: str) -> int:
    """Where a cue that ends at ``start`` reaches to: the end of its clause, a list's commas passed over."""
    stop = min(len(sentence), start + _REACH)
    label = _LABEL.match(sentence, start)  # "PMH: asthma"
    begin = label.end() if label else start
    ends = [ENDS.search(sentence, begin, stop), NEXT_CLAUSE.search(sentence, begin, stop)]
    if effect == "past":
        ends += [each.search(sentence, begin, stop) for each in (_ARRIVES, _NOW)]
    return min([stop, *(end.start() for end in ends if end)])


def _back(sentence: str, end: int) -> int:
    """Where a cue that begins at ``end`` reaches back to.

    To the last word that ends a clause; where a verb stands between, only into the clause behind that verb's.
    """
    start = max(0, end - _REACH)
    begin = max([start, *(match.end() for match in ENDS.finditer(sentence, start, end))])
    verbs = list(_VERB.finditer(sentence, begin, end))
    if not verbs:
        return begin
    begin = verbs[-1].end()
    clauses = (match.start() for match in NEXT_CLAUSE.finditer(sentence, begin))
    return max([begin, *(start for start in clauses if start < end)])
