"""A question taken as one for evidence: the condition, what it is to have arisen from, and the treatments asked about.

The facets are those that an answer goes by (``answering.question``). The words between them say which is which: what
stands behind "in" or "due to" is what the condition arose from, what comes "after" or is "-induced" is no treatment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from corpus.errors import UsageError
from corpus.terminology.terminology import shipped
from corpus.words import words as cut
from search_api.answering.coverage import EXTENT
from search_api.answering.question import Facet, Question, parse
from search_api.answering.terms import folded
from search_api.answering.treatments import is_treatment, named

_ARISEN: Final = re.compile(
    r"\b(?:in|among|of|from|underlying|complicating|associated\s+with|related\s+to|due\s+to|secondary\s+to|caused\s+by"
    r"|because\s+of|resulting\s+from)\b[^,;.]*$",
    re.IGNORECASE,
)
_NO_TREATMENT: Final = re.compile(
    r"\b(?:after|following|post|due\s+to|secondary\s+to|caused\s+by|induced\s+by|because\s+of|from|during|against"
    r"|adverse\s+\w+\s+of|toxicity\s+of|reactions?\s+to|allergy\s+to)\s*$",
    re.IGNORECASE,
)
"""Before a drug's name: it is what the condition came from."""
_CAUSING: Final = re.compile(
    r"^[\s-]*(?:-\s*)?(?:induced|associated|related|triggered|toxicity|poisoning|overdose)\b", re.I
)
_OR: Final = re.compile(r"\b(?:or|versus|vs)\b|/", re.IGNORECASE)


_NEXT_WORD: Final = re.compile(r"\s+(?P<word>[^\W\d_]{3,})")


@dataclass(frozen=True)
class Wanted:
    """One thing that the question names. ``concepts``: those of the terminology that have that very name.

    What follows from them is worked out once: a table holds every patient, row and diagnosis against it.
    ``long``: what a short form is taken for; ``others``: what else it stands for.
    """

    phrase: str
    concepts: tuple[int, ...] = ()
    exact: bool = False
    long: str = ""
    others: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """In full."""
        return self.long or self.phrase

    @property
    def facet(self) -> Facet:
        """The same as answers take it."""
        return Facet(self.said, self.exact)

    @cached_property
    def extent(self) -> tuple[str, ...]:
        """Its words that say how much or how far, as the question has them."""
        return tuple(word for word in self.phrase.split() if EXTENT & set(folded(word)))

    @cached_property
    def kinds(self) -> frozenset[int]:
        """What is it, or a kind of it."""
        return frozenset(self.concepts).union(*map(shipped().below, self.concepts))

    @cached_property
    def wider(self) -> frozenset[int]:
        """What it is called without its words of extent: the wider concept, not that one's other kinds."""
        core = " ".join(word for word in self.phrase.split() if word not in self.extent)
        if not self.extent or not core:
            return frozenset()
        if not self.concepts:
            return Wanted(core, named(core)).kinds
        needed = set(folded(core))
        above = {each for concept in self.concepts for each in shipped().broader(concept)}
        return frozenset(each for each in above if needed <= set(folded(shipped().name(each))))

    def becomes_another(self, text: str, start: int, end: int) -> bool:
        """Whether its name at ``[start, end)`` of ``text`` only begins that of an illness which is no kind of it.

        In "diabetes insipidus" the word behind names nothing by itself; in "lupus nephritis" it does: lupus is told.
        """
        known, behind = shipped(), _NEXT_WORD.match(text, end)
        if not self.concepts or behind is None or known.named(behind.group("word")):
            return False
        whole = known.named(text[start : behind.end()])
        meant = (self.kinds | self.wider) if whole else frozenset()
        return bool(whole) and meant.isdisjoint(set(whole).union(*map(known.above, whole)))


@dataclass(frozen=True)
class Sense:
    """What a question asks evidence of. A patient must have all ``conditions``, and of ``underlying`` any or all.

    The first of the conditions is what the report must be about.
    """

    question: Question
    conditions: tuple[Wanted, ...]
    underlying: tuple[Wanted, ...]
    treatments: tuple[Wanted, ...]
    any_underlying: bool = False

    @cached_property
    def main(self) -> Wanted | None:
        """The condition itself; None where only treatments are asked about."""
        return next(iter(self.conditions), None)

    @property
    def focus(self) -> str:
        """The condition in words."""
        first = " with ".join(f"“{each.phrase}”" for each in self.conditions)
        behind = (" or " if self.any_underlying else " and ").join(f"“{each.phrase}”" for each in self.underlying)
        return f"{first} in {behind}" if behind else first


def sense(question: str, treatments: tuple[str, ...] = ()) -> Sense:
    """What ``question`` asks evidence of; ``treatments`` are names given beside it.

    Raises UsageError where neither names a condition or a treatment.
    """
    read = parse(question)
    conditions: list[Wanted] = []
    underlying: list[Wanted] = []
    asked: list[Wanted] = [Wanted(name, named(name, treatment=True)) for name in treatments]
    alternatives, end = False, 0
    for facet in _joined(read):
        start = read.text.lower().find(facet.phrase.lower(), end)
        before = read.text[end:start] if start >= 0 else ""
        behind = read.text[start + len(facet.phrase) :] if start >= 0 else ""
        end = start + len(facet.phrase) if start >= 0 else end
        wanted = Wanted(facet.phrase, named(facet.phrase), facet.exact)
        if is_treatment(facet.phrase) and not _NO_TREATMENT.search(before) and not _CAUSING.match(behind):
            asked.append(Wanted(facet.phrase, named(facet.phrase, treatment=True), facet.exact))
        elif underlying and _OR.search(before):
            alternatives = True
            underlying.append(wanted)
        elif conditions and (underlying or _ARISEN.search(before)):
            underlying.append(wanted)
        else:
            conditions.append(wanted)
    if not conditions and not asked:
        raise UsageError("question: names no condition and no treatment: say which evidence is looked for")
    return Sense(read, tuple(conditions), tuple(underlying), tuple(dict.fromkeys(asked)), alternatives)


def _joined(read: Question) -> list[Facet]:
    """The facets; two whose words with what parts them are one name ("IgG4-related disease") are one, and what is done
    "of" something ("excision of the nodule") is two."""
    facets: list[Facet] = []
    for facet in read.facets:
        treatment, of, rest = facet.phrase.partition(" of ")
        if of and not facet.exact and not shipped().named(facet.phrase) and is_treatment(treatment):
            facets += [Facet(treatment), Facet(rest)]
            continue
        if not facet.exact and (parts := _side_by_side(facet.phrase)):
            facets += map(Facet, parts)
            continue
        if facets and not facet.exact and (whole := _between(read.text, facets[-1].phrase, facet.phrase)):
            facets[-1] = Facet(whole)
            continue
        facets.append(facet)
    return facets


def _side_by_side(phrase: str) -> list[str]:
    """The names that ``phrase`` holds one behind the other, an illness and a treatment among them; else none."""
    found = cut(phrase)
    mentions = shipped().find(found)
    if len(mentions) < 2 or shipped().named(phrase):
        return []
    if any(one.last != next_.first for one, next_ in pairwise(mentions)):
        return []
    if (mentions[0].first, mentions[-1].last) != (0, len(found)):
        return []
    names = [phrase[found[each.first].start : found[each.last - 1].end] for each in mentions]
    kinds = [is_treatment(name) for name in names]
    return names if any(kinds) and not all(kinds) else []


def _between(text: str, first: str, last: str) -> str | None:
    """From ``first`` to the end of ``last`` in ``text``, where that is one name."""
    found = re.search(rf"{re.escape(first)}[\s-]\S{{1,20}}\s{re.escape(last)}", text, re.IGNORECASE)
    return found.group() if found and shipped().named(found.group()) else None
