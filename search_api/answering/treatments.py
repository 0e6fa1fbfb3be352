"""Whether words name a treatment, and which concepts they name."""

from __future__ import annotations

from typing import Final

from corpus.cases.cues import WORDS
from corpus.terminology.kinds import DRUG, FAMILIES, PROCEDURE
from corpus.terminology.terminology import shipped
from corpus.words import form
from corpus.words import words as cut

_GIVEN: Final = (FAMILIES[DRUG], FAMILIES[PROCEDURE])
_CARE: Final = frozenset(f"{WORDS['care']} use injection injections infusion infusions".split())
"""Behind a drug's name they name nothing more."""


def named(phrase: str, *, treatment: bool = False) -> tuple[int, ...]:
    """The concepts that have the name ``phrase``; of a treatment also where words of care stand behind the name."""
    terms = shipped()
    found = terms.named(phrase)
    if not found and treatment:
        bare = _bare(phrase)
        found = terms.named(bare)
        if not found:
            found_words = cut(bare)
            ends = [each for each in terms.find(found_words) if each.last == len(found_words)]
            found = ends[0].concepts if ends else ()
    if treatment:
        return tuple(each for each in found if FAMILIES[terms.kind(each)] in _GIVEN)
    return found


def is_treatment(phrase: str) -> bool:
    """Whether ``phrase`` names a drug or a procedure, a word before it ("oral …") or of care behind it aside."""
    terms = shipped()
    exact = terms.named(phrase)
    if exact:
        return any(terms.kind(each) in (DRUG, PROCEDURE) for each in exact) and all(
            FAMILIES[terms.kind(each)] in _GIVEN for each in exact
        )
    return bool(named(phrase, treatment=True))


def _bare(phrase: str) -> str:
    words = phrase.split()
    while len(words) > 1 and form(words[-1]) in _CARE | {form(word) for word in _CARE}:
        words.pop()
    return " ".join(words)
