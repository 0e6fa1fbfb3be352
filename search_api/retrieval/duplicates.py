"""Passages that say nearly the same as one that stands before them: told beside it, not shown again.

Passages are compared as sets of runs of 5 words, in the forms under which words are compared everywhere (Broder
1997: resemblance and containment of shingles). What is alike shares postings, so each passage costs its own length.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from corpus.words import form, words

_SHINGLE = 5
_ALIKE = 0.8
"""Jaccard: shared shingles of all that either has."""
_NOTHING_NEW = 0.9
"""Shared shingles of the later passage's own: what it says stands in the one before it."""
_LEAST = 20
"""Shingles: "The patient was discharged." is said of many patients."""
_PERSONAL = frozenset(map(form, [
    "she", "he", "her", "his", "him", "woman", "man", "women", "men", "girl", "boy", "girls", "boys", "female", "male",
    "lady", "gentleman", "mother", "father", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]))  # fmt: skip
"""Words that tell patients apart, as numbers do."""
_DENYING = frozenset(map(form, [
    "no", "not", "without", "never", "none", "neither", "nor", "denied", "denies", "absent", "absence", "negative",
]))  # fmt: skip
"""What is the same but for one of these says the opposite."""


class Said:
    """What the passages that are shown say, in their order."""

    def __init__(self) -> None:
        self._owners: list[int] = []
        self._sizes: list[int] = []
        self._telling: list[tuple[frozenset[str], frozenset[str]]] = []
        """What tells each patient apart, and what denies."""
        self._holders: dict[int, list[int]] = defaultdict(list)
        """By shingle the places of those that hold it."""

    def before(self, owner: int, text: str) -> int | None:
        """The place, from 0, of the first of another owner that says nearly the same; None: now it is one of them.

        Another number (an age, a dose), in figures or words, another sex, or a denial in only one of the two makes
        another passage, however alike the words are.
        """
        forms = [form(word.text) for word in words(text)]
        shingles = frozenset(map(hash, zip(*(forms[at:] for at in range(_SHINGLE)), strict=False)))
        personal = frozenset(each for each in forms if not each.isalpha() or each in _PERSONAL)
        denying = _DENYING.intersection(forms)
        shared = Counter(place for each in shingles & self._holders.keys() for place in self._holders[each])
        for place in sorted(shared):
            least = min(_ALIKE * (len(shingles) + self._sizes[place] - shared[place]), _NOTHING_NEW * len(shingles))
            others, denied = self._telling[place]
            is_same = shared[place] >= max(least, _LEAST) and personal <= others and denying == denied
            if is_same and self._owners[place] != owner:
                return place
        for each in shingles:
            self._holders[each].append(len(self._owners))
        self._owners.append(owner)
        self._sizes.append(len(shingles))
        self._telling.append((personal, denying))
        return None
