"""What tokens show of themselves, for a linear-chain tagger: their letters and look, the class of words that they are
used like, what the terminology says of them, and which tokens stand side by side.

A feature is a 32-bit key; the tagger has a weight for those that it learnt, and none for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from corpus.words import form, stem

Keys = npt.NDArray[np.uint32]
Classes = Mapping[int, tuple[int, ...]]
"""By ``hashed`` word form: the classes that it belongs to, the coarsest first."""

REACH: Final = 2
"""How many tokens away a token still tells something."""
IN_GENETICS: Final = np.uint32(0x9E3779B9)
"""Turns a feature's key (by exclusive or) into that of the same feature in a text on genetics."""
_GENETICS: Final = frozenset([
    "gene", "mutation", "mutant", "locus", "allele", "chromosome", "chromosomal", "exon", "intron", "linkage",
    "inherited", "inheritance", "autosomal", "recessive", "dominant", "heterozygous", "homozygous", "genotype",
    "phenotype", "genetic", "germline", "kindred", "pedigree", "carrier", "missense", "deletion", "polymorphism",
    "haplotype", "sequence", "cdna", "codon", "heterozygote", "homozygote", "family", "transcript", "encode", "protein",
])  # fmt: skip
_LONGEST_AFFIX, _GRAM, _LONGEST = 6, 4, 12
_SHAPES: Final = [(re.compile(pattern), sign) for pattern, sign in (("[A-Z]+", "A"), ("[a-z]+", "a"), (r"\d+", "9"))]
_PAIRS: Final = {"form": (0, -1), "tag": (-2, -1, 0, 1), "class": (0, -1)}
"""What of two neighbours is seen together, and how far the first is from the tokens for which that counts."""
_FIRST, _SECOND = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35)


class Seen(NamedTuple):
    """A kind of token: ``features`` by distance from the token that is judged; ``parts`` are what pairs are made of."""

    features: tuple[tuple[int, int], ...]
    parts: tuple[int, ...]
    is_genetics: bool


NO_TOKEN: Final = Seen((), (0,) * len(_PAIRS), is_genetics=False)
"""What stands before and behind a sentence."""


def hashed(text: str) -> int:
    """The key of a piece of text."""
    return crc32(text.encode())


def seen(word: str, tag: str, classes: Classes) -> Seen:
    """What a token shows: ``tag`` is what the terminology says of it."""
    alike = form(word)
    known = classes.get(hashed(alike), ())
    features = [*_looks(word, alike), *((0, f"x{tag} {alike}"),), *((far, f"d{tag}") for far in _within(REACH))]
    for level, each in enumerate(known):
        features += [(far, f"c{level} {each}") for far in _within(REACH if level == 0 else 1)]
    if not known and word[0].isalpha():
        features += [(far, "c-") for far in _within(1)]
    grouped = str(known[1]) if known else shape(word)[:2]
    parts = (hashed(alike), hashed(tag), hashed(grouped))
    return Seen(tuple((far, hashed(f"{far}{each}")) for far, each in features), parts, alike in _GENETICS)


def short_form_features(status: str, look: str, *, is_first: bool) -> tuple[tuple[int, int], ...]:
    """The features of a token of a short form whose long form is read as ``status``."""
    here = f"a{status}{'B' if is_first else 'I'}"
    features = [(0, here), (-1, f"a{status}"), (1, f"a{status}"), (0, f"a{status} {look}")]
    return tuple((far, hashed(f"{far}{each}")) for far, each in features)


def pair_keys(parts: Keys) -> Iterator[tuple[int, Keys]]:
    """The features of tokens side by side: how far the first is from the token judged, and a key for each but the last.

    ``parts`` is one row of ``Seen.parts`` for each token.
    """
    for column, (name, distances) in enumerate(_PAIRS.items()):
        both = parts[:-1, column] * _FIRST ^ (parts[1:, column] * _SECOND + np.uint32(hashed(name)))
        for far in distances:
            yield far, (both ^ (both >> np.uint32(15))) * _FIRST + np.uint32(hashed(f"{name}{far}"))


@lru_cache(1 << 16)
def shape(word: str) -> str:
    """Capitals, small letters and digits, each run one sign: "IgG4" gives "AaA9"."""
    for pattern, sign in _SHAPES:
        word = pattern.sub(sign, word)
    return word


def _looks(word: str, alike: str) -> Iterator[tuple[int, str]]:
    small, look = word.lower(), shape(word)
    for each in (f"w{small}", f"f{alike}", f"t{stem(alike)}", f"s{look}", f"l{min(len(word), _LONGEST)}"):
        yield 0, each
    for length in range(2, min(_LONGEST_AFFIX, len(small) - 1) + 1):
        yield 0, f"<{small[:length]}"
        yield 0, f">{small[-length:]}"
    if len(small) > _GRAM:
        for place in range(len(small) - _GRAM + 1):
            yield 0, f"~{small[place : place + _GRAM]}"
    for far in (-2, -1, 1, 2):
        yield far, f"f{alike}"
    for far in (-1, 1):
        yield far, f"s{look}"
        yield far, f">{small[-3:]}"


def _within(reach: int) -> range:
    return range(-reach, reach + 1)
