"""Short forms in a question: which of its words are read as they are written, capitals kept."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.terminology.terminology import shipped
from corpus.words import Word
from indexer.analyzer import short_term
from indexer.generation import Generation


def short_forms(generation: Generation, found: Sequence[Word]) -> dict[int, str]:
    """Where among a question's words short forms stand, and the index term of each.

    A question wholly in capitals has none: its capitals say nothing. But for one that is all short forms which reports
    define or the terminology knows ("ALS", "MS ALS").
    """
    shorts = {at: own for at, word in enumerate(found) if (own := short_term(word.text))}
    if any(letter.islower() for word in found for letter in word.text):
        return shorts
    lettered = [at for at, word in enumerate(found) if any(map(str.isalpha, word.text))]
    return shorts if all(at in shorts and _is_known(generation, found[at].text) for at in lettered) else {}


def _is_known(generation: Generation, word: str) -> bool:
    return bool(shipped().abbreviated(word) or generation.abbreviations.meanings(word))
