"""What is looked for: the user's words, and what else means the same, each with its reason and its weight.

Other names and kinds of what a question names come from the terminology, what abbreviations stand for from the
reports' own definitions, the right spelling of a word that no report holds from the corpus. They count less than the
user's own words, and each is an addition to the group of one of them; but for full forms that have no name in the
terminology, whose rarer words are light groups of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.terminology.terminology import Mention, shipped
from corpus.words import Word, words
from indexer.abbreviations import Meaning
from indexer.analyzer import concept_term, is_term, short_term, term, terms
from indexer.generation import Generation
from indexer.lexical import Group
from search_api.config import System
from search_api.model import Ambiguity, Expansion
from search_api.retrieval.short_forms import Sense, senses, short_forms
from search_api.retrieval.spelling import Correction, speller

_NAMES_SHOWN = 6
_LONGEST_FORM = 6
_LOOKED_THROUGH = 60
"""Words of a question in which full forms are looked for, and unknown words that are corrected."""


@dataclass(frozen=True, slots=True)
class Sought:
    """``groups`` for the index, in the order of the question; ``words``: the user's word that each stands for."""

    groups: tuple[Group, ...]
    words: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    """Two terms that stand side by side in the question."""
    reasons: Mapping[str, Expansion] = field(default_factory=dict)
    """By index term what it is looked for; not for a concept without a name that the user's own words do not find."""
    ambiguous: tuple[Ambiguity, ...] = ()

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """What is looked for beside the user's words, each once."""
        return tuple(dict.fromkeys(self.reasons.values()))


NOTHING_SOUGHT = Sought((), ())


def sought(generation: Generation, text: str, system: System) -> Sought:
    """What ``text``, without marks and filters, looks for in ``generation``."""
    gathering = _Gathering(generation, words(text), system)
    if system.expands:
        gathering.expand()
    return gathering.sought()


def as_read(question: str, expansions: Iterable[Expansion]) -> str:
    """The question with its misspelt words as they were taken."""
    for each in expansions:
        if each.reason == "spelling":
            question = re.sub(rf"(?<!\w){re.escape(each.said)}(?!\w)", each.name, question)
    return question


def best_term(group: Group, terms: frozenset[str]) -> tuple[str | None, float]:
    """Which of ``terms`` counts most for the group, and what it counts; ``(None, 0)`` where none does."""
    for name, weight in group.terms:  # the heaviest first
        if name in terms:
            return name, weight
    return None, 0.0


class _Gathered:
    """What belongs to one of the user's words; ``times`` it was said."""

    def __init__(self, word: str, times: float) -> None:
        self.word, self.times = word, times
        self.others: dict[str, float] = {}

    def add(self, other: str, weight: float) -> None:
        self.others[other] = max(weight, self.others.get(other, 0.0))

    def group(self, own: str) -> Group:
        others = sorted(self.others.items(), key=lambda item: (-item[1], item[0]))
        return Group(((own, 1.0), *((name, weight) for name, weight in others if name != own)), self.times)


class _Gathering:
    """The groups of one question as they grow."""

    def __init__(self, generation: Generation, found: Sequence[Word], system: System) -> None:
        self._generation, self._found, self._system = generation, list(found), system
        self._read = list(found)
        """The same words as they are understood: misspelt ones corrected."""
        self._groups: dict[str, _Gathered] = {}
        self._reasons: dict[str, Expansion] = {}
        self._ambiguous: dict[str, Ambiguity] = {}
        self._held_kinds: dict[int, list[tuple[str, int]]] = {}
        self._known_senses: dict[str, tuple[Sense, ...]] = {}
        self._shorts = short_forms(generation, found) if system.expands else {}
        """Where short forms stand, and the terms that keep their case."""
        self._keys = [self._key(at) for at in range(len(found))]
        """For each word the term that it looks for, which its group is known by; none for a word left out."""
        for word, key in zip(found, self._keys, strict=True):
            if key is not None:
                self._groups.setdefault(key, _Gathered(word.text, 0.0)).times += 1
        self._own = frozenset(term(word.text) for word in found if is_term(word))

    def _key(self, at: int) -> str | None:
        short, word = self._shorts.get(at), self._found[at]
        if short and self._generation.lexical.document_frequency(short):
            return short
        return term(word.text) if is_term(word) else None

    def sought(self) -> Sought:
        """What came together."""
        return Sought(
            tuple(gathered.group(own) for own, gathered in self._groups.items()),
            tuple(gathered.word for gathered in self._groups.values()),
            self._pairs(),
            self._reasons,
            tuple(self._ambiguous.values()),
        )

    def _pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple(dict.fromkeys(pairwise(term(word.text) for word in self._read if is_term(word))))

    def expand(self) -> None:
        """Add what else means the same."""
        if self._system.spelling:
            self._correct()
        mentions = {self._said(each.first, each.last): each for each in reversed(shipped().find(self._read))}
        shorts = [each for each in reversed(mentions.values()) if self._is_short(each)]
        for mention in reversed(mentions.values()):
            if mention not in shorts:
                for concept in mention.concepts:
                    self._name(mention, concept, 1 / len(mention.concepts), self._system.concepts)
        if self._system.abbreviations:
            words = {word.text: at for at, word in reversed(list(enumerate(self._found)))}
            for at in reversed(words.values()):
                self._open(at)
        for mention in shorts:
            self._name_short(mention)
        if self._system.abbreviations:
            self._shorten()

    def _is_short(self, mention: Mention) -> bool:
        return mention.last - mention.first == 1 and mention.first in self._shorts

    def _correct(self) -> None:
        """Read words that nothing knows as what they may be misspelt for; a word of a name is right in any case."""
        named = {at for mention in shipped().find(self._found) for at in range(mention.first, mention.last)}
        frequency = self._generation.lexical.document_frequency
        guesses: dict[str, tuple[Correction, ...]] = {}
        for at, word in enumerate(self._found):
            key = self._keys[at]
            if at in named or key is None or frequency(key):
                continue
            if word.text not in guesses and len(guesses) < _LOOKED_THROUGH:
                guesses[word.text] = speller(self._generation).corrections(word.text)[:1]
            for guess in guesses.get(word.text, ()):
                self._read[at] = word._replace(text=guess.word)
                told = Expansion(word.text, guess.word, (), "spelling", self._system.spelling, guess.reports)
                self._add(at, at + 1, term(guess.word), told)

    def _name_short(self, mention: Mention) -> None:
        """What the terminology takes a short form for, as far as the reports say so, if they say anything."""
        said = self._found[mention.first].text
        senses, most = self._senses(said), min(self._system.concepts, self._system.abbreviations)
        for concept in mention.concepts:
            share = sum(each.share for each in senses if concept in each.concepts)
            if share or not senses:
                self._name(mention, concept, share or 1 / len(mention.concepts), most)
        if not senses and most:
            held = [each for each in mention.concepts if self._is_held(concept_term(shipped(), each))]
            self._tell(said, tuple(Meaning(shipped().name(each), 0) for each in held))

    def _senses(self, said: str) -> tuple[Sense, ...]:
        if said not in self._known_senses:
            self._known_senses[said] = senses(self._generation, said)
        return self._known_senses[said]

    def _tell(self, said: str, meanings: tuple[Meaning, ...]) -> None:
        """That an abbreviation has several meanings, unless the question says which."""
        if len(meanings) > 1 and not any(self._own.issuperset(terms(each.long)) for each in meanings):
            self._ambiguous.setdefault(said, Ambiguity(said, meanings))

    def _is_held(self, own: str) -> bool:
        return own in self._generation.concepts and self._generation.lexical.document_frequency(own) > 0

    def _name(self, mention: Mention, concept: int, share: float, most: float) -> None:
        """The concept under any of its names, at ``share`` of ``most``, and its kinds, for the words that name it."""
        terminology, system = shipped(), self._system
        frequency = self._generation.lexical.document_frequency
        said = self._said(mention.first, mention.last)
        own = concept_term(terminology, concept)
        if most and self._is_held(own):
            preferred = terminology.name(concept)
            shown = {said.casefold(), preferred.casefold()}
            names = tuple(name for name in terminology.names(concept) if name.casefold() not in shown)
            weight = round(most * share, 4)
            told = Expansion(said, preferred, names[:_NAMES_SHOWN], "other name", weight, frequency(own))
            self._add(mention.first, mention.last, own, told, is_told=self._is_news(concept, said))
        if system.narrower:
            weight = round(system.narrower * share, 4)
            for each, kind in self._kinds(concept):
                told = Expansion(said, terminology.name(kind), (), "a kind of it", weight, frequency(each))
                self._add(mention.first, mention.last, each, told)

    def _is_news(self, concept: int, said: str) -> bool:
        """Whether any name of the concept is found where the user's own words are not."""
        own = set(terms(said))
        return any(not own.issubset(terms(name)) for name in shipped().names(concept))

    def _kinds(self, concept: int) -> list[tuple[str, int]]:
        """The kinds of the concept that reports tell of, the most frequent first: index term and number."""
        if concept not in self._held_kinds:
            terminology, frequency = shipped(), self._generation.lexical.document_frequency
            below = {concept_term(terminology, kind): kind for kind in terminology.below(concept)}
            held = [each for each in self._generation.concepts & below.keys() if frequency(each)]
            held.sort(key=lambda each: (-frequency(each), each))
            self._held_kinds[concept] = [(each, below[each]) for each in held[: self._system.most_kinds]]
        return self._held_kinds[concept]

    def _open(self, at: int) -> None:
        """What the word stands for in the reports, where it is an abbreviation."""
        word = self._found[at]
        found = self._senses(word.text) if self._keys[at] else ()
        self._tell(word.text, tuple(each.meaning for each in found))
        for sense in found:
            long, reports = sense.meaning.long, sense.meaning.reports
            weight = round(self._system.abbreviations * sense.share, 4)
            told = Expansion(word.text, long, (), "abbreviation", weight, reports)
            for own in (concept_term(shipped(), concept) for concept in sense.concepts):
                if own in self._generation.concepts:
                    self._add(at, at + 1, own, told)
            if not sense.concepts:
                self._spell_out(at, long, weight, told)

    def _spell_out(self, at: int, long: str, weight: float, told: Expansion) -> None:
        """The words of a full form without a concept, but those that more reports hold than hold the short form: "area"
        and "syndrome" of "area postrema syndrome" are mostly of something else."""
        said, frequency = self._found[at].text, self._generation.lexical.document_frequency
        most = frequency(self._keys[at] or "")
        found = [each for each in dict.fromkeys(terms(long)) if each not in self._groups and frequency(each) <= most]
        for each in found:
            self._groups[each] = _Gathered(said, weight / len(found))
            self._reasons.setdefault(each, told)

    def _shorten(self) -> None:
        """The short forms that the reports give for a word of the question, or several in a row."""
        many = min(len(self._found), _LOOKED_THROUGH)
        abbreviations = self._generation.abbreviations
        for first, last in ((at, to) for at in range(many) for to in range(at + 1, min(at + _LONGEST_FORM, many) + 1)):
            said = self._said(first, last)
            for short in abbreviations.shortened(said)[:1]:
                total = sum(meaning.reports for meaning in abbreviations.meanings(short.short))
                weight = round(self._system.abbreviations * short.reports / max(total, 1), 4)
                for own in self._terms_of_short(short.short):
                    told = Expansion(said, short.short, (), "short form", weight, short.reports)
                    self._add(first, last, own, told)

    def _terms_of_short(self, short: str) -> list[str]:
        own = short_term(short)
        return [own] if own and self._generation.lexical.document_frequency(own) else terms(short)

    def _said(self, first: int, last: int) -> str:
        return " ".join(word.text for word in self._found[first:last])

    def _add(self, first: int, last: int, other: str, told: Expansion, *, is_told: bool = True) -> None:
        inside = [self._groups[key] for key in self._keys[first:last] if key is not None]
        for gathered in inside:
            gathered.add(other, told.weight)
        if inside and is_told and other not in self._groups:
            self._reasons.setdefault(other, told)
