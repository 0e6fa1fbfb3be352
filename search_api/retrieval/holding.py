"""Which of the terms that are looked for a text holds: a quick look at a passage or a sentence.

The index looks for all the terminology in a text, once, when a report is read. Here only what a question looks for is
looked for, in dozens of passages while somebody waits. A name that stands inside a longer one counts here ("lupus" in
"lupus nephritis"), a short form in a run of capitals, and one that its report defines as something else; all the rest
is as in the index.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from corpus.terminology.naming import is_abbreviation, key
from corpus.terminology.terminology import shipped
from corpus.words import form, stem, strings
from indexer.analyzer import CONCEPT, SHORT, short_term
from search_api.retrieval.sought import Sought

_KEPT = 1 << 14


class Looked:
    """What ``wanted`` looks for, made ready to be looked for in many texts."""

    def __init__(self, wanted: Sought) -> None:
        self.wanted = wanted
        self._stems: set[str] = set()
        self._shorts: set[str] = set()
        self._names: dict[str, list[tuple[str, str]]] = defaultdict(list)
        """By its first word each name between blanks, with its index term."""
        self._abbreviations: dict[str, list[str]] = defaultdict(list)
        for term in {name for group in wanted.groups for name, _ in group.terms}:
            if not term.startswith(CONCEPT):
                (self._shorts if term.startswith(SHORT) else self._stems).add(term)
                continue
            keys, abbreviations = _names_of(term)
            for each in keys:
                self._names[each.partition(" ")[0]].append((f" {each} ", term))
            for each in abbreviations:
                self._abbreviations[each].append(term)

    def held(self, text: str) -> frozenset[str]:
        """The index terms, of those looked for, that ``text`` holds."""
        written = strings(text)
        forms = [form(word) for word in written]
        distinct = set(forms)
        found = self._stems.intersection(stem(each) for each in distinct if len(each) > 1)
        if self._shorts:
            found |= self._shorts.intersection(map(short_term, written))
        if begun := distinct & self._names.keys():
            joined = f" {' '.join(forms)} "
            found.update(term for first in begun for name, term in self._names[first] if name in joined)
        if self._abbreviations:
            singular = {word.removesuffix("s") for word in written}
            for short in self._abbreviations.keys() & singular.union(written):
                found.update(self._abbreviations[short])
        return frozenset(found)


@lru_cache(_KEPT)
def _names_of(term: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a concept as they are compared, and those that are abbreviations, as they are written."""
    terminology = shipped()
    concept = terminology.concept(term.removeprefix(CONCEPT))
    names = () if concept is None else terminology.names(concept)
    plain = tuple(dict.fromkeys(key(name) for name in names if not is_abbreviation(name)))
    return plain, tuple(name for name in names if is_abbreviation(name))
