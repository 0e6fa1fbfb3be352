"""Where a sentence says of its patient what a question names, by its words alone.

The words must stand near each other: "pulmonary veins … air embolism" is no pulmonary embolism. And the sentence must
assert it there: what is ruled out, suspected, feared or a relative's is not the patient's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from corpus.assertion import Named, assertions
from corpus.words import words
from search_api.answering.coverage import EXTENT, Needle
from search_api.answering.terms import folded, is_joined
from search_api.evidence.asked import Wanted

SURE: Final = ("present", "past")
"""What is asserted of what a patient has or had."""
_BETWEEN: Final = 3
"""Other words that may stand among those of one thing ("embolism of both pulmonary arteries")."""
_AGAINST: Final = re.compile(r"\banti[\s‐-―-]{0,2}$", re.IGNORECASE)
"""Before a name: it is a drug's, or an antibody's."""


_folded: Final = lru_cache(1 << 14)(folded)
"""Of single words."""


def says(sentence: str, needles: Sequence[Needle], wanted: Wanted | None = None) -> bool:
    """Whether ``sentence`` asserts what the ``needles`` word, of whomever; ``wanted``: what they stand for."""
    terms = folded(sentence)
    present = frozenset(terms)
    holding = [needle for needle in needles if needle.found_in(terms, present)]
    places = [place for needle in holding if (place := _place(sentence, needle, wanted)) is not None]
    return any(each in SURE for each in assertions(sentence, places))


def _place(sentence: str, needle: Needle, wanted: Wanted | None) -> Named | None:
    """The shortest piece of ``sentence`` with the words of ``needle``, which it holds, extent aside; if it is short."""
    core = {term for term in needle.terms if term not in EXTENT and not is_joined(term)} or set(needle.terms)
    cut = words(sentence)
    terms = [[term for term in _folded(word.text) if term in core] for word in cut]
    many = len({term for some in terms for term in some})
    if not many:
        return None
    best: tuple[int, int] | None = None
    inside: Counter[str] = Counter()
    first = 0
    for last, some in enumerate(terms):
        inside.update(some)
        while len(+inside) == many:
            is_shorter = bool(terms[first]) and (best is None or last - first < best[1] - best[0])
            place = cut[first].start, cut[last].end
            if is_shorter and not (wanted and wanted.becomes_another(sentence, *place)):
                best = first, last
            inside.subtract(terms[first])
            first += 1
    if best is None or best[1] - best[0] >= len(core) + _BETWEEN or _AGAINST.search(sentence, 0, cut[best[0]].start):
        return None
    return Named(cut[best[0]].start, cut[best[1]].end)
