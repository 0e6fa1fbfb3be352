"""The shipped terminology: names found in text, and what is a kind of what."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from corpus.terminology.kinds import DISEASE, FAMILIES, KINDS, PROCEDURE, SUBJECT
from corpus.terminology.naming import is_abbreviation, key
from corpus.terminology.packing import FIELD, counts, unpack
from corpus.words import Word, form

SHIPPED = Path(__file__).with_name("terminology.bin")
_SOUGHT_FIRST = (FAMILIES[DISEASE], FAMILIES[PROCEDURE])


class Mention(NamedTuple):
    """Words ``first`` up to, not including, ``last`` name ``concepts``: several where the name is ambiguous."""

    first: int
    last: int
    concepts: tuple[int, ...]


class Terminology:
    """One file of concepts, open. A concept is a number, good for this file (``digest``); its ``identifier`` lasts."""

    def __init__(self, path: Path) -> None:
        """Opens ``path``; raises ``NotFoundError`` or ``ReadError``."""
        self._tables, packed = unpack(path)
        self.digest = digest_of(packed)
        self._found = dict(zip(self._tables.keys, self._tables.holders, strict=True))
        self._lengths = dict(zip(self._tables.openings, map(counts, self._tables.lengths), strict=True))

    def __len__(self) -> int:
        return len(self._tables.identifiers)

    def find(self, words: Sequence[Word]) -> list[Mention]:
        """Names among ``words``, longest first from left to right, none overlapping another.

        A name is compared by the forms of its words; an abbreviation by its very letters (a plural s aside). A subject
        gives way to an illness or a procedure that begins in its name and goes on: in "internal carotid artery
        occlusion" the occlusion of the carotid artery is found.
        """
        forms = [form(word.text) for word in words]
        mentions, place, count = [], 0, len(forms)
        for here, two in enumerate(map(" ".join, zip(forms, [*forms[1:], ""], strict=False))):
            if here < place:
                continue
            last, holders = here + 1, None
            for length in self._lengths.get(two, ()):
                last = here + length
                holders = self._found.get(" ".join(forms[here:last])) if last <= count else None
                if holders and not (self._is_subject(holders) and self._goes_on(forms, here + 1, last)):
                    break
            else:
                last = here + 1
                holders = self._found.get(forms[here])
                if not holders and not words[here].text.islower():
                    holders = self._abbreviated(words[here].text)
            if holders:
                mentions.append(Mention(here, last, _numbers(holders)))
                place = last
        return mentions

    def _is_subject(self, holders: str) -> bool:
        return self.kind(_numbers(holders)[0]) == SUBJECT

    def _goes_on(self, forms: Sequence[str], first: int, last: int) -> bool:
        """Whether an illness or a procedure has a name that begins at ``first`` or later and ends after ``last``."""
        return any(
            FAMILIES[self.kind(_numbers(holders)[0])] in _SOUGHT_FIRST
            for at in range(first, last)
            for length in self._lengths.get(" ".join(forms[at : at + 2]), ())
            if last < at + length <= len(forms) and (holders := self._found.get(" ".join(forms[at : at + length])))
        )

    def _abbreviated(self, text: str) -> str | None:
        if text.islower() or not is_abbreviation(text):
            return None
        return self._found.get(text) or self._found.get(text.removesuffix("s"))

    def named(self, text: str) -> tuple[int, ...]:
        """The concepts that have exactly the name ``text``; none, one, or several where it is ambiguous."""
        holders = self._abbreviated(text.strip()) or self._found.get(key(text))
        return _numbers(holders) if holders else ()

    def abbreviated(self, text: str) -> tuple[int, ...]:
        """The concepts that have the abbreviation ``text`` for a name, capitals as written, a plural s aside."""
        holders = self._abbreviated(text)
        return _numbers(holders) if holders else ()

    def names(self, concept: int) -> tuple[str, ...]:
        """Every name, the preferred first."""
        return tuple(self._tables.names[concept].split(FIELD))

    def name(self, concept: int) -> str:
        """The preferred name."""
        return self.names(concept)[0]

    def kind(self, concept: int) -> str:
        """``disease``, ``finding``, ``drug``, ``procedure``, ``other`` or ``subject``."""
        return KINDS[int(self._tables.kinds[concept])]

    def abbreviations(self, concept: int) -> tuple[str, ...]:
        """The names that are found only in their very case."""
        return tuple(name for name in self.names(concept) if is_abbreviation(name))

    def identifier(self, concept: int) -> str:
        """A name for programs that outlives a rebuild: ``MESH:D015154``, ``MONDO:0008558``, ``CASETROVE:…``."""
        return self._tables.identifiers[concept]

    def concept(self, identifier: str) -> int | None:
        """The concept of an ``identifier``, if this file has it."""
        return self._numbered.get(identifier)

    def broader(self, concept: int) -> tuple[int, ...]:
        """What the concept is directly a kind of, ascending."""
        return _numbers(self._tables.parents[concept])

    def narrower(self, concept: int) -> tuple[int, ...]:
        """What is directly a kind of the concept, ascending."""
        return tuple(self._children.get(concept, ()))

    def above(self, concept: int) -> frozenset[int]:
        """All that the concept is a kind of, however far up; itself excluded."""
        return self._walk(concept, upward=True)

    def below(self, concept: int) -> frozenset[int]:
        """All that is a kind of the concept, however far down; itself excluded."""
        return self._walk(concept, upward=False)

    def _walk(self, concept: int, *, upward: bool) -> frozenset[int]:
        step = self.broader if upward else self.narrower
        seen: set[int] = set()
        waiting = list(step(concept))
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                waiting += step(place)
        return frozenset(seen)

    @cached_property
    def _numbered(self) -> dict[str, int]:
        return {identifier: place for place, identifier in enumerate(self._tables.identifiers)}

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for child, parents in enumerate(self._tables.parents):
            for parent in _numbers(parents):
                children.setdefault(parent, []).append(child)
        return children


@cache
def shipped_digest() -> str:
    """The ``digest`` of ``shipped``, without opening it."""
    return digest_of(SHIPPED.read_bytes())


def digest_of(packed: bytes) -> str:
    """What tells one file of concepts from another: the beginning of its sha256."""
    return sha256(packed).hexdigest()[:16]


@cache
def shipped() -> Terminology:
    """The terminology that comes with Casetrove, opened when first asked for."""
    return Terminology(SHIPPED)


def _numbers(listed: str) -> tuple[int, ...]:
    return tuple(map(int, listed.split()))
