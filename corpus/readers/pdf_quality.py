"""How far a page's text layer can be trusted, told from its characters alone.

A text layer goes wrong in three ways: a font without a map to Unicode gives replacement, private-use or control
characters; a wrong map gives other letters, a cipher in effect; and spaces that were drawn as mere distance run words
together. One measure tells all three, without a dictionary and in any language, so that two engines can be compared.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

RUN_ON_LETTERS = 20
"""A stretch of as many letters is hardly one word."""
GARBLED = 0.75
"""A text layer of less quality is no text."""
DOUBTFUL = 0.9
"""Below it another engine is worth the try."""
FEWEST_CHARACTERS = 80
"""A shorter text layer cannot be judged."""

_SHORTEST_JUDGED = 4  # letters: shorter words without a vowel are abbreviations as a rule
_STRETCH = re.compile(r"[^\W\d_]+")
_BROKEN = re.compile("[\ufffd\ue000-\uf8ff\x00\x01\x03-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")  # \x02 is pdfium's hyphen
_SYMBOLS = re.compile(r"(?<!\S)[!-/:-@\[-`{-~]{3,}(?!\S)")
_IN_TURNS = re.compile(r"(?:[^\W\d_]{1,3}\d{1,4}[/\\]?){3,}")
_NO_VOWEL = re.compile("[^aeiouyæœøıə]*")
_CONSONANTS = re.compile("[^aeiouyæœøıə]{5}")
_THRICE = re.compile(r"(.)\1\1")
_NEVER_TOGETHER = re.compile(
    "[bdhjklmtz][qx]|c[bdfgpx]|[fg][cqx]|p[qvx]|q[b-hj-tv-z]|[rs]x|v[bfgjmpqwx]|w[fjqvwx]|x[bdgjkmnrvxz]|y[qy]"
)
"""Pairs of letters that words hardly hold: less than once in 250,000 pairs of the case reports looked at, those
left out that are usual in other languages written in Latin script."""
_UNSPACED = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"})


def text_quality(text: str) -> float:
    """The share, 0 to 1, of the characters of ``text`` that stand in what may be words; 1 for a text without any.

    White space, digits and most punctuation do not count. Against a text count, with every character of theirs:
    characters that stand for none (replacement, private use, control); Latin words of four letters or more that
    cannot be spoken (no vowel, five consonants in a row, a pair or a triple of letters that words do not hold); letters
    and digits in turns, as names of glyphs are; words of ASCII symbols; and stretches of ``RUN_ON_LETTERS`` letters,
    except in scripts that write words without spaces.
    """
    good = bad = 0
    for stretch in _STRETCH.findall(text):
        if _may_be_word(stretch):
            good += len(stretch)
        else:
            bad += len(stretch)
    bad += len(_BROKEN.findall(text))
    bad += sum(len(symbols) for symbols in _SYMBOLS.findall(text) if len(set(symbols)) >= 3)
    names = sum(sum(map(str.isalpha, match.group())) for match in _IN_TURNS.finditer(text))
    good, bad = good - min(good, names), bad + names
    return good / (good + bad) if good + bad else 1.0


@lru_cache(maxsize=16_384)
def _may_be_word(stretch: str) -> bool:
    """Whether a stretch of letters may be a word, or several of a script that writes them without spaces."""
    if not (stretch.isascii() or unicodedata.name(stretch[0], "").startswith("LATIN")):
        return len(stretch) < RUN_ON_LETTERS or unicodedata.name(stretch[0], "").partition(" ")[0] in _UNSPACED
    if len(stretch) < _SHORTEST_JUDGED:
        return True
    plain = unicodedata.normalize("NFKD", stretch.lower())
    if len(stretch) >= RUN_ON_LETTERS or _NO_VOWEL.fullmatch(plain) or _CONSONANTS.search(plain):
        return False
    return not (_THRICE.search(plain) or _NEVER_TOGETHER.search(plain))
