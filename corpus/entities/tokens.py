"""A sentence as tokens: its words as every part of Casetrove cuts them, and each sign between them."""

from __future__ import annotations

from corpus.words import Word, words


def tokens(text: str) -> tuple[list[Word], list[int]]:
    """The tokens of ``text`` in order, white space left out, and which of them are words."""
    cut: list[Word] = []
    places: list[int] = []
    at = 0
    for word in words(text):
        cut += _signs(text, at, word.start)
        places.append(len(cut))
        cut.append(word)
        at = word.end
    cut += _signs(text, at, len(text))
    return cut, places


def _signs(text: str, start: int, end: int) -> list[Word]:
    return [Word(place, place + 1, text[place]) for place in range(start, end) if not text[place].isspace()]
