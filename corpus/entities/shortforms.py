"""The short forms that a text defines, wherever it uses them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from corpus.abbreviations import definitions
from corpus.entities.tokens import tokens
from corpus.model import Span
from corpus.words import Word

_FAR: Final = 5_000
"""Characters within which a definition holds: short forms of neighbouring texts in one file mean different things."""


class Use(NamedTuple):
    """Tokens ``first`` up to, not including, ``last`` of a sentence are the short form of ``long``, a span."""

    sentence: int
    first: int
    last: int
    long: Span


def uses(text: str, sentences: Sequence[Sequence[Word]]) -> list[Use]:
    """Where ``sentences``, tokens with their places in ``text``, use a short form that ``text`` defines.

    The nearest definition before counts, else the nearest behind.
    """
    meanings: dict[tuple[str, ...], list[tuple[int, Span]]] = defaultdict(list)
    openings: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for definition in definitions(text):
        short = tuple(token.text for token in tokens(definition.short.of(text))[0])
        meanings[short].append((definition.short.start, definition.long))
        openings[short[0]].add(short)
    if not meanings:
        return []
    found = []
    for number, sentence in enumerate(sentences):
        last = 0
        for first, token in enumerate(sentence):
            candidates = openings.get(token.text) or openings.get(token.text.removesuffix("s"))
            if first < last or not candidates:
                continue
            for short in sorted(candidates, key=len, reverse=True):
                last = first + len(short)
                if _is(short, sentence[first:last]) and (long := _meant(meanings[short], token.start)):
                    found.append(Use(number, first, last, long))
                    break
            else:
                last = 0
    return found


def _is(short: Sequence[str], found: Sequence[Word]) -> bool:
    """Whether ``found`` are the tokens of ``short``, a plural s aside."""
    return len(short) == len(found) and all(
        token.text in (each, f"{each}s") for each, token in zip(short, found, strict=True)
    )


def _meant(meanings: Sequence[tuple[int, Span]], at: int) -> Span | None:
    behind = bisect_right(meanings, at, key=lambda meaning: meaning[0])
    place, long = meanings[max(0, behind - 1)]
    return long if abs(place - at) <= _FAR else None


def status(long: Span, named: Sequence[Span]) -> str:
    """How the long form is read, ``named`` being the spans of entities in order.

    ``E``: it ends an entity that holds it all; ``T``: one that begins inside it; ``L``: an entity goes on behind it;
    ``P``: a part of it is one; ``N``: nothing of it.
    """
    told = "N"
    last = bisect_right(named, long.end - 1, key=lambda span: span.start)
    for span in named[max(0, last - 3) : last]:
        if span.end == long.end:
            return "E" if span.start <= long.start else "T"
        if span.end > long.start:
            told = "L" if span.end > long.end else "P"
    return told
