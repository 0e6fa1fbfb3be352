"""What is looked for: the user's words, and what else means the same, each with its reason and its weight.

Other names and kinds of what a question names come from the terminology, full forms of abbreviations from the
reports' own definitions. They count less than the user's own words, and are never looked for where the user's
own words are not: each is an addition to the group of one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.terminology.terminology import Mention, shipped
from corpus.words import Word, words
from indexer.analyzer import concept_term, is_term, term
from indexer.generation import Generation
from indexer.lexical import Group
from search_api.config import System
from search_api.model import Expansion

_SHOWN_KINDS = 12
_NAMES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Sought:
    """``groups`` for the index, in the order of the question; ``words`` are the user's own, one for each group."""

    groups: tuple[Group, ...]
    words: tuple[str, ...]
    reasons: Mapping[str, Expansion] = field(default_factory=dict)
    """By index term what it is looked for."""

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """What is looked for beside the user's words, each once."""
        return tuple(dict.fromkeys(self.reasons.values()))


NOTHING_SOUGHT = Sought((), ())


def sought(generation: Generation, text: str, system: System) -> Sought:
    """What ``text``, without marks and filters, looks for in ``generation``."""
    found = words(text)
    groups: dict[str, _Gathered] = {}
    for at, word in enumerate(found):
        if is_term(word):
            gathered = groups.setdefault(term(word.text), _Gathered(word.text))
            gathered.times += 1
            gathered.places.append(at)
    reasons = dict(_named(generation, found, groups, system)) if system.expands else {}
    return Sought(
        tuple(gathered.group(own) for own, gathered in groups.items()),
        tuple(gathered.word for gathered in groups.values()),
        reasons,
    )


class _Gathered:
    """What belongs to one of the user's words."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.times = 0
        self.places: list[int] = []
        self.others: dict[str, float] = {}

    def add(self, other: str, weight: float) -> None:
        self.others[other] = max(weight, self.others.get(other, 0.0))

    def group(self, own: str) -> Group:
        others = sorted(self.others.items(), key=lambda item: (-item[1], item[0]))
        return Group(((own, 1.0), *others), float(self.times))


def _named(
    generation: Generation, found: Sequence[Word], groups: dict[str, _Gathered], system: System
) -> Iterator[tuple[str, Expansion]]:
    """Add what the terminology says of the names among the words, and tell it by index term."""
    terminology = shipped()
    for mention in terminology.find(found):
        inside = [groups[term(word.text)] for word in found[mention.first : mention.last] if is_term(word)]
        for concept in mention.concepts:
            share = 1 / len(mention.concepts)
            for expansion, other in _meanings(generation, found, mention, concept, system, share):
                for gathered in inside:
                    gathered.add(other, expansion.weight)
                yield other, expansion


def _meanings(
    generation: Generation, found: Sequence[Word], mention: Mention, concept: int, system: System, share: float
) -> Iterator[tuple[Expansion, str]]:
    """The concept itself, under any of its names, and its kinds; with the index term of each."""
    terminology, known = shipped(), generation.concepts
    said = " ".join(word.text for word in found[mention.first : mention.last])
    own = concept_term(terminology, concept)
    if own in known and system.concepts:
        names = tuple(name for name in terminology.names(concept) if name.casefold() != said.casefold())
        count = generation.lexical.document_frequency(own)
        weight = round(system.concepts * share, 4)
        yield Expansion(said, terminology.name(concept), names[:_NAMES_SHOWN], "other name", weight, count), own
    if system.narrower:
        below = {concept_term(terminology, kind): kind for kind in terminology.below(concept)}
        frequency = generation.lexical.document_frequency
        held = sorted(known & below.keys(), key=lambda each: (-frequency(each), each))
        for each in held[: system.most_kinds]:
            weight = round(system.narrower * share, 4)
            yield Expansion(said, terminology.name(below[each]), (), "a kind of it", weight, frequency(each)), each


def best_term(group: Group, terms: frozenset[str]) -> tuple[str | None, float]:
    """Which of ``terms`` counts most for the group, and what it counts; ``(None, 0)`` where none does."""
    for name, weight in group.terms:  # the heaviest first
        if name in terms:
            return name, weight
    return None, 0.0
