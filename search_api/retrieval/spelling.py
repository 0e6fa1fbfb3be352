"""Words that a question may have meant, where no report holds the word that it has.

The nearest words of the corpus by Damerau-Levenshtein distance (optimal string alignment: Damerau 1964), one edit, two
for a word of eight letters or more. A poor guess is worse than none: a word that occurs, in whatever inflection, is
never corrected, nor is a short word, a number, a code or an abbreviation; and "hypocalcemia" is no misspelling of
"hypercalcemia".

The vocabulary is searched whole. Words of the right length are sifted by their letters (an edit changes few of them),
and only what is left is compared letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from indexer.analyzer import term
from indexer.generation import Generation
from indexer.strings import Strings
from indexer.vocabulary import union

SHORTEST, LONG = 5, 8
"""Letters: shorter words are not corrected; longer ones may have two mistakes, and one in the first letter."""
MOST = 3
"""Guesses given."""
_FEWEST_REPORTS, _FEWEST_IF_UNSURE = 2, 4
"""In which a guess must occur; and where it is short or two edits away."""
_SHORT, _LONGER = 6, 10
_SHORTEST_STEM = 4
_WORD = re.compile(r"[^\W\d_]+")
_CHUNK = 1 << 15

_INFLECTIONS = (
    ("e", "ing"), ("e", "ed"), ("y", "ies"), ("y", "ied"), ("sis", "ses"), ("us", "i"), ("um", "a"), ("a", "ae"),
    ("a", "ata"), ("e", "er"), ("ic", "ical"), ("ia", "ic"), ("sis", "tic"), ("l", "lled"), ("l", "lling"), ("", "s"),
)  # fmt: skip
"""The endings of two forms of one word. Which of them the corpus has is no mistake of the question."""
_ADDED = ("es", "d", "ed", "ing", "ly", "al", "ally", "er", "r")
"""What is added to a word; the other way about "tissu" would be a form of "tissues"."""
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("our", "or"), ("is", "iz"), ("ys", "yz"), ("tre", "ter"))
"""British and American, anywhere in a word."""
_DERIVED = frozenset([
    "ic", "ical", "al", "ial", "ion", "ions", "ation", "ations", "ative", "ive", "ia", "iac", "ics", "ism", "ist",
    "etic", "esis", "otic", "osis", "ent", "ents", "ant", "ance", "ence", "ency", "ed", "ing",
    "itis", "itic", "ases", "ated", "ates", "ate", "able", "ible", "ous", "omic", "er", "ers", "or", "ment",
    "iness", "ity", "ulum", "ula", "ular",
])  # fmt: skip
"""Endings of words that are made from one stem and are each right: "replicative", "replication"."""
_CONTRASTS = (
    ("hyper", "hypo"), ("inter", "intra"), ("ante", "anti"), ("ab", "ad"), ("macro", "micro"), ("supra", "infra"),
    ("endo", "exo"), ("ecto", "endo"), ("mono", "poly"), ("pre", "pro"), ("para", "peri"), ("uni", "bi"),
    ("epi", "api"), ("un", "in"), ("homo", "hetero"), ("super", "hyper"), ("extra", "intra"), ("ile", "ili"),
    ("dis", "mis"), ("post", "pre"), ("im", "em"), ("af", "ef"), ("con", "non"),
)  # fmt: skip
"""Beginnings that make two words of what follows."""
_KINDS = (
    "itis", "osis", "oma", "emia", "uria", "pathy", "ectomy", "otomy", "ostomy", "plasty", "scopy", "graphy", "gram",
    "algia", "plegia", "paresis", "trophy", "plasia", "penia", "philia", "cytosis", "ase", "ose", "ine", "one", "ide",
    "ate", "ite", "mab", "nib", "statin", "pril", "sartan", "azole", "mycin", "cillin", "olol", "idine", "azine", "rna",
    "dna", "tropic", "genic", "lytic", "static", "tropin", "lysis", "stasis", "ectasis", "genesis", "oid",
)  # fmt: skip
"""Endings that say what kind of thing is meant: a guess must have the same one."""
_VOWELS = re.compile(r"[aeiouyäöüàâéèêëîïôûœæ]+")
_SOUNDS = (
    ("ph", "f"), ("ch", "k"), ("th", "t"), ("rh", "r"), ("ck", "k"), ("c", "k"), ("q", "k"), ("z", "s"), ("x", "ks"),
)  # fmt: skip
"""Letters that are heard alike."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the corpus, how many edits it is away, and in how many reports it occurs."""

    word: str
    distance: int
    reports: int


class Speller:
    """Corrects words by a vocabulary (``words``: in small letters, with the number of reports that hold each).

    It is read when the first unknown word comes; ``occurs`` says of a word whether a report holds it in any form.
    """

    def __init__(self, words: Callable[[], dict[str, int]], occurs: Callable[[str], bool]) -> None:
        self._words, self._occurs = words, occurs

    def corrections(self, word: str) -> tuple[Correction, ...]:
        """What ``word`` may be a misspelling of: the likeliest first, at most ``MOST``; mostly nothing.

        ``word`` as written in the question: its capitals tell an abbreviation. The nearest come first, among these
        transposed and doubled letters, then what more reports hold.
        """
        lowered = word.lower()
        if not _is_corrigible(word) or self._occurs(lowered) or self._vocabulary.has_form_of(lowered):
            return ()
        for distance in (1, 2) if len(word) >= LONG else (1,):
            found = [
                Correction(guess, distance, reports)
                for guess, reports in self._vocabulary.near(lowered, distance)
                if _is_likely(lowered, guess, distance, reports) and self._occurs(guess)
            ]
            if found:
                found.sort(key=lambda each: (not _is_slip(lowered, each.word), -each.reports, each.word))
                return tuple(found[:MOST])
        return ()

    @cached_property
    def _vocabulary(self) -> _Vocabulary:
        return _Vocabulary(self._words())


_spellers: WeakKeyDictionary[Generation, Speller] = WeakKeyDictionary()


def speller(generation: Generation) -> Speller:
    """The generation's own, made when first needed; it holds nothing that holds the generation."""
    found = _spellers.get(generation)
    if found is None:
        lexical = generation.lexical
        vocabularies = [segment.vocabulary for segment in generation.segments]
        found = Speller(partial(union, vocabularies), lambda word: lexical.document_frequency(term(word)) > 0)
        _spellers[generation] = found
    return found


class _Vocabulary:
    """The words of a corpus, some forty bytes each."""

    def __init__(self, frequencies: dict[str, int]) -> None:
        words = sorted(word for word in frequencies if _WORD.fullmatch(word) and word.isprintable())
        encoded = [word.encode() for word in words]
        self._words = Strings(b"".join(encoded), np.cumsum([0, *map(len, encoded)]))
        lengths = np.array([len(word) for word in words], dtype=np.int64)
        self._by_length = np.argsort(lengths, kind="stable").astype(np.int32)
        self._starts = np.searchsorted(lengths[self._by_length], np.arange(lengths.max(initial=0) + 2))
        ordered = [words[at] for at in self._by_length]
        self._reports = np.array([frequencies[word] for word in ordered], dtype=np.int32)
        self._letters = _letters(ordered)
        self._first = np.array([ord(word[0]) for word in ordered], dtype=np.int32)

    def near(self, word: str, distance: int) -> list[tuple[str, int]]:
        """The words ``distance`` edits away, with the number of their reports, in no order."""
        longest = len(self._starts) - 2
        low, high = (min(max(len(word) + by, 0), longest + 1) for by in (-distance, distance + 1))
        here = slice(int(self._starts[low]), int(self._starts[high]))
        differing = np.bitwise_count(self._letters[here] ^ _letters([word])[0])
        sifted = (self._reports[here] >= _FEWEST_REPORTS) & (differing <= 2 * distance)
        if len(word) < LONG or distance > 1:
            sifted &= self._first[here] == ord(word[0])
        places = np.flatnonzero(sifted) + here.start
        words = [self._words[int(at)].decode() for at in self._by_length[places]]
        if not words:
            return []
        distances = cdist([word], words, scorer=OSA.distance, score_cutoff=distance)[0]
        return [(words[at], int(self._reports[places[at]])) for at in np.flatnonzero(distances == distance)]

    def has_form_of(self, word: str) -> bool:
        """Whether any word is an inflection of ``word``, or ``word`` as spelt on the other side of the Atlantic."""
        forms = {word.replace(*pair) for pair in _SPELLINGS} | {word.replace(new, old) for old, new in _SPELLINGS[2:]}
        forms.update(word.removesuffix(ending) for ending in _ADDED)
        for pair in _INFLECTIONS:
            for old, new in (pair, pair[::-1]):
                if word.endswith(old) and not (old == "s" and word.endswith("ss")):
                    forms.add(word.removesuffix(old) + new)
        return any(self._words.find(form.encode()) is not None for form in forms if len(form) >= SHORTEST - 2)


def _letters(words: list[str]) -> NDArray[np.uint64]:
    """For each word, as bits, which letters it holds once and which twice; an edit changes two bits at most.

    Letters beyond a to z share these bits: the sieve lets more through there, and loses nothing.
    """
    out = np.zeros(len(words), dtype=np.uint64)
    for start in range(0, len(words), _CHUNK):
        part = words[start : start + _CHUNK]
        codes = np.frombuffer("".join(part).encode("utf-32-le"), dtype="<u4") % 26
        owners = np.repeat(np.arange(len(part)), [len(word) for word in part])
        counts = np.bincount(owners * 26 + codes, minlength=len(part) * 26).reshape(-1, 26)
        for letter in range(26):
            for bit, least in ((2 * letter, 1), (2 * letter + 1, 2)):
                out[start : start + len(part)] |= (counts[:, letter] >= least).astype(np.uint64) << np.uint64(bit)
    return out


def _is_corrigible(word: str) -> bool:
    """Whether ``word`` is a plain word, long enough: no number, code or abbreviation."""
    return len(word) >= SHORTEST and _WORD.fullmatch(word) is not None and (word.islower() or word.istitle())


def _is_likely(word: str, guess: str, distance: int, reports: int) -> bool:
    """Whether someone who wrote ``word`` may have meant ``guess``, which is ``distance`` edits away."""
    if _is_slip(word, guess):
        return True
    if _makes_sense(word, guess) or (word[0] != guess[0] and word != guess[1:]):
        return False
    if distance == 1 and len(word) > _SHORT:
        return True
    sounds_near = OSA.distance(_sound(word), _sound(guess)) < distance
    is_usual = len(word) >= _LONGER if distance > 1 else len(word) != len(guess)
    return reports >= _FEWEST_IF_UNSURE and (sounds_near or is_usual)


def _makes_sense(word: str, guess: str) -> bool:
    """Whether ``word`` is by its make another word than ``guess``: other beginning, other kind, other derivation."""
    if any(
        (word.startswith(a) and guess == b + word[len(a) :]) or (word.startswith(b) and guess == a + word[len(b) :])
        for a, b in _CONTRASTS
    ):
        return True
    if _kind(word) and _kind(word) != _kind(guess):
        return True
    return any(
        word[at:] in _DERIVED and guess[at:] in _DERIVED
        for at in range(_SHORTEST_STEM, len(word))
        if word[:at] == guess[:at]
    )


def _kind(word: str) -> str:
    return max((ending for ending in _KINDS if word.endswith(ending)), key=len, default="")


def _sound(word: str) -> str:
    """Roughly how ``word`` is heard, all vowels alike."""
    for letters, heard in _SOUNDS:
        word = word.replace(letters, heard)
    return _singled(_VOWELS.sub("a", word))


def _is_slip(word: str, guess: str) -> bool:
    """Whether letters were only transposed, doubled or left single."""
    return sorted(word) == sorted(guess) or _singled(word) == _singled(guess)


def _singled(word: str) -> str:
    return "".join(letter for letter, _ in groupby(word))
