"""How alike two texts are, and which texts to compare at all.

Texts are compared as sets of 5-word shingles. A *sketch* is the part of that set whose hashes fall into one
residue class: two texts share sketch entries in proportion to the shingles that they share, so an index of
sketches proposes both near copies and a short text contained in a long one (which MinHash signatures do not).
Method: Broder 1997 (shingles, resemblance, containment; sketches modulo m); Irber et al. 2022 (FracMinHash).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from rapidfuzz import fuzz

_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SHINGLE = 5
ONE_IN = 16
"""Shingles that one entry of a sketch stands for."""
_LEAST_WORDS = 4
"""A title of fewer words ("Case report") names no article."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """``jaccard``: shared shingles of all; ``containment``: shared shingles of the shorter text's. Both in 0..1."""

    jaccard: float
    containment: float


def words(text: str) -> list[str]:
    """The words of ``text`` without case, accents or compatibility forms."""
    plain = text.casefold()
    return _WORD.findall(plain if plain.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", plain)))


def title_key(title: str | None) -> str | None:
    """The words of a title in one line; None where they are too few to name an article."""
    found = words(title or "")
    return " ".join(found) if len(found) >= _LEAST_WORDS else None


def title_likeness(one: str, other: str) -> float:
    """How alike two ``title_key`` are, 0..1: 1 for equal ones (the normalised indel similarity)."""
    return fuzz.ratio(one, other) / 100


@lru_cache(maxsize=16)  # one reading is compared with several reports, one after another
def shingles(text: str) -> frozenset[int]:
    """63-bit hashes of every run of 5 words (of the whole text where it has fewer)."""
    return frozenset(int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) >> 1 for run in _runs(text))


def passing_shingles(text: str) -> frozenset[int]:
    """The same by hashes that only this process has, which take a third of the time: to compare and forget."""
    return frozenset(map(hash, _runs(text)))


def _runs(text: str) -> Iterable[str]:
    found = words(text)
    if len(found) < _SHINGLE:
        return [" ".join(found)] if found else []
    return map(" ".join, zip(*(found[at:] for at in range(_SHINGLE)), strict=False))


def sketch(of: frozenset[int]) -> frozenset[int]:
    """About one in 16 of the shingles, the same ones in every text."""
    return frozenset(shingle for shingle in of if shingle % ONE_IN == 0)


def likeness(one: frozenset[int], other: frozenset[int]) -> Likeness:
    """How alike two texts are, by their ``shingles``; 0 where one is empty."""
    if not one or not other:
        return Likeness(0.0, 0.0)
    shared = len(one & other)
    return Likeness(shared / (len(one) + len(other) - shared), shared / min(len(one), len(other)))
