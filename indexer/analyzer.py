"""Text → index terms: the one analyzer, used for reports and questions alike.

A term is the stem of a word's form (``corpus.words``); Lucene's English stop words are left out. Each concept of the
terminology that the text names has a term too, so that all names of one thing are one term, and each short form has one
that keeps its case: stems make "ALS" the "al" of "et al.", and take "MG" for "mg". The name goes into the manifest:
change a rule, here or of what reports tell of their patients (``facts``), change ``_RULES``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil
from types import MappingProxyType

from corpus.abbreviations import normalised
from corpus.terminology.naming import LONGEST_ABBREVIATION, is_abbreviation
from corpus.terminology.terminology import Terminology, shipped, shipped_digest
from corpus.words import Word, form, stem, words

_RULES = "stems/6"

_KEPT_TEXTS = 2048
_KEPT_WORDS = 1 << 17

CONCEPT = "\x01"
"""How the term of a concept begins: no word holds it."""
SHORT = "\x02"
"""How the term of a short form begins; its letters follow as they are written, without a plural s."""
_POSSESSIVE = re.compile(r"['’ʼ´`][sS]$")
_ALIKE = 0.75
"""Two names that share this part of the shorter one, from the beginning, are taken for one."""
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_LONE_GREEK = re.compile(r"(?<![^\W_])[α-ωµ](?![^\W_])|[α-ωµ](?=\d)")
_PLAIN = re.compile(r"\b\w\w+\b")
_STOP = frozenset([
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
])  # fmt: skip


def name() -> str:
    """What the terms and facts of an index depend on: the rules, and the terminology."""
    return f"{_RULES}+{shipped_digest()}"


def tokens(text: str) -> list[str]:
    """The words of ``text`` as they are written but for case and Greek letters, in order, repeats kept.

    Words of two or more letters or digits, accents kept: for comparing words letter by letter, not for the index.
    """
    lowered = text.lower()
    if not lowered.isascii():
        lowered = _LONE_GREEK.sub(lambda match: _GREEK.get(match.group(), match.group()), lowered)
    return [word for word in _PLAIN.findall(lowered) if word not in _STOP]


def term(word: str) -> str:
    """The index term of one word."""
    return stem(form(word))


def terms(text: str) -> list[str]:
    """The index terms of the words of ``text``, in order, repeats kept; single letters and digits have none."""
    return terms_of(words(text))


def terms_of(found: Sequence[Word]) -> list[str]:
    """The same for words that were cut already."""
    return [own for word in found if (own := _index_term(word.text))]


def is_term(word: Word) -> bool:
    """Whether a word has an index term."""
    return _index_term(word.text) is not None


@lru_cache(_KEPT_WORDS)
def _index_term(word: str) -> str | None:
    return term(word) if len(form(word)) > 1 and word.casefold() not in _STOP else None


@lru_cache(_KEPT_WORDS)
def short_term(word: str) -> str | None:
    """The index term of a word that is a short form (``is_abbreviation``), a plural s aside; of others none."""
    bare = _POSSESSIVE.sub("", word)
    return SHORT + bare.removesuffix("s") if is_abbreviation(bare) else None


def short_forms(found: Sequence[Word]) -> list[tuple[int, str]]:
    """Where among the words short forms stand, in order, and the index term of each.

    Words in capitals one after another, one sign between them, hold none where one of them is too long for a short
    form: they are a heading, or emphasis.
    """
    shorts = [(at, own) for at, word in enumerate(found) if (own := short_term(word.text))]
    shouted = _among_capitals(found) if shorts else []
    return [(at, own) for at, own in shorts if not shouted[at]]


def _among_capitals(found: Sequence[Word]) -> list[bool]:
    """For each word whether a run of capitals that it is in, or beside, holds a word too long for a short form."""
    texts = [word.text for word in found]
    capital = [text.isupper() for text in texts]
    long = [
        is_capital and len(text) > LONGEST_ABBREVIATION and text.isalpha()
        for text, is_capital in zip(texts, capital, strict=True)
    ]
    before, after = [False] * len(found), [False] * len(found)
    near = [right.start - left.end == 1 for left, right in pairwise(found)]
    for at in range(1, len(found)):
        before[at] = near[at - 1] and capital[at - 1] and (long[at - 1] or before[at - 1])
    for at in range(len(found) - 2, -1, -1):
        after[at] = near[at] and capital[at + 1] and (long[at + 1] or after[at + 1])
    return [any(each) for each in zip(long, before, after, strict=True)]


def concepts_of(found: Sequence[Word], defined: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """The index terms of the concepts that the words name (``named_in``), in order, repeats kept."""
    return [own for _, _, own in named_in(found, defined)]


def named_in(found: Sequence[Word], defined: Mapping[str, str] = MappingProxyType({})) -> list[tuple[int, int, str]]:
    """The concepts that the words name, in order: the first word, the one behind the last, the concept's index term.

    An abbreviation in a run of capitals names none. ``defined`` is what short forms stand for where the words are from:
    such a one names only what its long form names.
    """
    terminology = shipped()
    meant = {own: long for short, long in defined.items() if (own := short_term(short))}
    shouted = _among_capitals(found)
    named = []
    for first, last, concepts in terminology.find(found):
        own = short_term(found[first].text) if last - first == 1 else None
        if own is not None and own in meant:
            concepts = tuple(concept for concept in concepts if _names(terminology, meant[own], concept))
        elif shouted[first] and _is_abbreviation(terminology, found, first, last):
            continue
        named += [(first, last, concept_term(terminology, concept)) for concept in concepts]
    return named


def _names(terminology: Terminology, long: str, concept: int) -> bool:
    """Whether ``long`` holds a name of the concept, or is like one: "electrocardiogram", "electrocardiography"."""
    if any(concept in mention.concepts for mention in terminology.find(words(long))):
        return True
    own = normalised(long)
    names = (name for name in terminology.names(concept) if not is_abbreviation(name))
    return any(_begin_alike(own, name) for name in map(normalised, names))


def _begin_alike(one: str, other: str) -> bool:
    shared = ceil(_ALIKE * min(len(one), len(other)))
    return shared > 0 and one[:shared] == other[:shared]


def _is_abbreviation(terminology: Terminology, found: Sequence[Word], first: int, last: int) -> bool:
    text = found[first].text
    return last - first == 1 and not text.islower() and bool(terminology.abbreviated(text))


def concept_term(terminology: Terminology, concept: int) -> str:
    """The index term of a concept."""
    return CONCEPT + terminology.identifier(concept)
