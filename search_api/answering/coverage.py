"""Whether a report is *on* the question: by its own words, never by a similarity threshold.

A facet is covered by a sentence that holds its words, the words of its abbreviation or long form as the reports
themselves define them, or another name of what it names. It counts where the report speaks of its own patient: the
title, the abstract, the case. A mention in a list of other diseases, in the family or under a negation does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import permutations
from typing import Literal

from corpus.cases.cues import SETS
from corpus.cases.phrases import PHRASES
from corpus.cases.roles import CASE_KINDS, Role
from corpus.model import Report
from corpus.terminology.kinds import SUBJECT
from corpus.terminology.naming import is_abbreviation
from corpus.terminology.terminology import shipped
from corpus.words import words
from search_api.answering.question import Facet
from search_api.answering.studying import Study
from search_api.answering.terms import fold, folded, is_joined, terms_of

Weight = Callable[[str], float]
Degree = Literal[0, 1, 2]
"""0: not covered; 1: covered but for a word of extent or severity; 2: covered."""

ENOUGH = 0.75
"""The share of a phrase's idf weight that one sentence must hold; its heaviest word always."""

EXTENT = frozenset(map(fold, SETS["extent"].split()))
"""Words that say how much or how far, not which condition: a report without them is still on the condition."""

_KINDS = frozenset({"disease", "syndrome"})
"""They tell what one other word names: a Whipple procedure is not Whipple's disease."""

_VIRUS = re.compile(r"\b(\w+[\s-][A-Za-z]) virus$", re.IGNORECASE)
"""Few write "hepatitis B virus reactivation": HBV stands for "hepatitis B" too."""
_EXCLUDED = re.compile(PHRASES["excluded"], re.VERBOSE | re.IGNORECASE)
_DENIED_BEHIND = re.compile(
    r"\b(?:was|were|been|be)\s+(?:\w+\s+){0,2}?(?:excluded|ruled\s+out|eliminated|refuted|discarded)\b", re.IGNORECASE
)
_LISTED = re.compile(PHRASES["listed"], re.VERBOSE | re.IGNORECASE)
_TURN = re.compile(r";|\b(?:but|however|although|except)\b", re.IGNORECASE)
_SURE_LETTERS = 3
_MOST_WORDINGS = 60
NO_WORD = "\x00"
"""No text holds it as a word, so its weight is that of a term the corpus never uses."""
_SHORT_REPORT = 15
"""Sentences; in a text this short one mention is enough to be about it."""
_OFTEN = 3


@dataclass(frozen=True)
class Needle:
    """One wording of a facet: folded terms with their weights. ``together``: those that stand one after another."""

    terms: tuple[str, ...]
    weights: tuple[float, ...]
    exact: bool
    together: tuple[str, ...] = ()

    def found_in(self, words: Sequence[str], present: frozenset[str]) -> Degree:
        """How far a sentence of folded ``words`` (``present`` as a set) holds this wording."""
        if present.isdisjoint(self.terms):
            return 0
        if self.exact:
            return 2 if _in_a_row(self.terms, words) else 0
        degree: Degree = 2 if self._whole.is_in(present) else 1 if self._core and self._core.is_in(present) else 0
        return degree if degree and _in_a_row(self.together, words) else 0

    @cached_property
    def _whole(self) -> _Part:
        return self._part([True] * len(self.terms))

    @cached_property
    def _core(self) -> _Part | None:
        """Without its words of extent, if it has any, and others."""
        core = [term not in EXTENT for term in self.terms]
        return self._part(core) if any(core) and not all(core) else None

    def _part(self, counted: Sequence[bool]) -> _Part:
        pairs = tuple((w, t) for t, w, c in zip(self.terms, self.weights, counted, strict=True) if c)
        heaviest = max(weight for weight, _ in pairs)
        needed = frozenset(term for weight, term in pairs if weight == heaviest) | self._needed()
        return _Part(pairs, needed, ENOUGH * sum(weight for weight, _ in pairs))

    def _needed(self) -> frozenset[str]:
        """Terms without which the wording is another one, however light: "hepatitis_b", the disease of "Whipple's"."""
        names = frozenset(term for term in self.terms if not is_joined(term) and term not in EXTENT)
        kind = names & _KINDS if len(names) == 2 else frozenset()
        return kind.union(filter(is_joined, self.terms))


@dataclass(frozen=True, slots=True)
class _Part:
    """Terms of a wording with their weights: which of them a sentence needs, and ``enough`` of weight to hold."""

    pairs: tuple[tuple[float, str], ...]
    needed: frozenset[str]
    enough: float

    def is_in(self, present: frozenset[str]) -> bool:
        return self.needed <= present and sum(weight for weight, term in self.pairs if term in present) >= self.enough


def _in_a_row(run: tuple[str, ...], words: Sequence[str]) -> bool:
    size = len(run)
    return any(tuple(words[at : at + size]) == run for at in range(len(words) - size + 1))


class Studied:
    """One candidate report with what has been worked out about its sentences.

    ``treated``: where the sentences begin that its stored cases take a patient's treatments from. ``study``: what was
    worked out of this very report before.
    """

    def __init__(
        self, report_id: str, report: Report, treated: Collection[int] = (), study: Study | None = None
    ) -> None:
        self.report_id, self.report = report_id, report
        self._treated = treated
        self._study = study or Study(report)

    @property
    def words(self) -> Sequence[tuple[str, ...]]:
        """The folded terms of each sentence, in order."""
        return self._study.words

    @property
    def definitions(self) -> dict[str, str]:
        """The abbreviations that the report defines, as written."""
        return self._study.definitions

    def present(self, index: int) -> frozenset[str]:
        """The folded terms of sentence ``index``, each once."""
        return frozenset(self.words[index])

    def role(self, index: int) -> Role:
        """What sentence ``index`` tells."""
        role = self._study.roles[index]
        is_treated = bool(self._treated) and self.report.sentences[index].span.start in self._treated
        return role | Role.TREATMENT | Role.PATIENT if is_treated else role

    def kind(self, index: int) -> str:
        """The kind of section that sentence ``index`` stands in."""
        return self.report.sections[self.report.sentences[index].section].kind

    def text(self, index: int) -> str:
        """Sentence ``index`` as it stands."""
        return self.report.sentences[index].span.of(self.report.text)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one report covers one facet. ``mentions``: the sentences that hold it, whatever they say of it;
    ``central``: it is what the report is about, not said in passing; ``told``: the mentions that are about
    this patient, ruled out or not."""

    degree: Degree
    central: bool
    mentions: frozenset[int]
    told: frozenset[int] = frozenset()


def wordings(
    facet: Facet,
    known: Mapping[str, str],
    weight: Weight,
    own: Collection[str] = (),
    others: Sequence[tuple[str, str]] = (),
) -> tuple[Needle, ...]:
    """``facet`` as asked, then with a short form for its long form or the other way (``known``: short → long).

    Two letters stand for many things: they stand for a long form only in a report that says so (``own``). ``others``:
    words of the facet, each with another name of what they name (``other_names``), which must stand there as it is.
    """
    asked = tuple(terms_of(facet.phrase))
    plain = tuple(map(fold, asked))
    variants: dict[tuple[str, ...], tuple[str, ...]] = {asked: ()}
    for old, new, together in _instead(frozenset(plain), known, own, others):
        pattern = tuple(map(fold, old))
        for at in range(len(plain) - len(pattern) + 1):
            if plain[at : at + len(pattern)] == pattern and len(variants) < _MOST_WORDINGS:
                variants.setdefault(asked[:at] + new + asked[at + len(old) :], together)
    return tuple(
        Needle(
            tuple(map(fold, terms)),
            tuple(0.0 if is_joined(term) else weight(term) for term in terms),
            facet.exact,
            together,
        )
        for terms, together in variants.items()
        if terms
    )


_Terms = tuple[str, ...]


def _instead(
    asked: frozenset[str], known: Mapping[str, str], own: Collection[str], others: Sequence[tuple[str, str]]
) -> Iterator[tuple[_Terms, _Terms, _Terms]]:
    """Terms that may stand in a facet of these folded terms, what may stand for them, and what of that in a row."""
    for short, long in known.items():
        forms = _both(short, long)
        for (old, pattern), (new, _) in permutations(forms):
            is_loose = new == forms[0][0] and len(short) < _SURE_LETTERS and short not in own
            if pattern and new and pattern[0] in asked and not is_loose:
                yield old, new, ()
    for said, name in others:
        old, (new, together) = _terms(said)[0], _terms(name)
        if old and new:
            yield old, new, together


@lru_cache(maxsize=1 << 14)
def _both(short: str, long: str) -> tuple[tuple[_Terms, _Terms], tuple[_Terms, _Terms]]:
    return _terms(short), _terms(_VIRUS.sub(r"\1", long))


def other_names(phrase: str, weight: Weight) -> tuple[tuple[str, str], ...]:
    """Words of ``phrase`` that name something, each with its other names that reports may hold, as search knows them.

    Words that name several things stand for none of them, and short forms are for the reports to tell.
    """
    known, cut, never = shipped(), words(phrase), weight(NO_WORD)
    named = {
        phrase[cut[each.first].start : cut[each.last - 1].end]: each.concepts[0]
        for each in known.find(cut)
        if len(each.concepts) == 1 and known.kind(each.concepts[0]) != SUBJECT
    }
    return tuple(
        (said, name)
        for said, concept in named.items()
        for name in known.names(concept)
        if not is_abbreviation(name) and not is_abbreviation(said) and folded(name) != folded(said)
        if all(weight(term) < never for term in terms_of(name) if not is_joined(term))
    )


@lru_cache(maxsize=1 << 14)
def _terms(text: str) -> tuple[_Terms, _Terms]:
    """The index terms of a short or long form, as they are and folded."""
    terms = tuple(terms_of(text))
    return terms, tuple(map(fold, terms))


def known_to(studied: Studied, others: Mapping[str, str]) -> dict[str, str]:
    """The abbreviations that hold in a report: its own first, then those of the other candidates."""
    own = studied.definitions
    taken = {short.lower() for short in own}
    return {**{short: long for short, long in others.items() if short.lower() not in taken}, **own}


def cover(studied: Studied, needles: Sequence[Needle], *, withheld: bool = False) -> Coverage:
    """How the report covers the facet that ``needles`` word.

    ``withheld``: a treatment declined or precluded counts too (a question on adverse effects).
    """
    terms = frozenset(term for needle in needles for term in needle.terms)
    degrees: dict[int, Degree] = {
        index: held
        for index, words in enumerate(studied.words)
        if not terms.isdisjoint(words) and (held := _degree(words, needles))
    }
    mentions = frozenset(degrees)
    heads = frozenset(term for needle in needles for term in _heads(needle))
    titled = _in_title(studied, needles, heads)
    if not mentions and not titled:
        return Coverage(0, False, mentions)
    not_own = Role.FAMILY if withheld else Role.FAMILY | Role.WITHHELD
    own = [index for index in mentions if _is_own(studied, index, heads, not_own)]
    degree: Degree = max([titled, *[degrees[index] for index in own]])
    told = frozenset(index for index in mentions if _is_told(studied, index, not_own))
    return Coverage(degree, bool(titled) or _is_central(studied, own), mentions, told)


def _degree(words: Sequence[str], needles: Sequence[Needle]) -> Degree:
    """How far a sentence, or a title, of folded ``words`` holds what the ``needles`` word."""
    present = frozenset(words)
    return max((needle.found_in(words, present) for needle in needles), default=0)


def _is_told(studied: Studied, index: int, not_own: Role) -> bool:
    """Whether sentence ``index`` tells something of this patient that is not a relative's or withheld."""
    return Role.PATIENT in studied.role(index) and not studied.role(index) & not_own


def _in_title(studied: Studied, needles: Sequence[Needle], heads: frozenset[str]) -> Degree:
    title = studied.report.bibliography.title
    if not title or _is_excluded(title, heads):
        return 0
    return _degree(folded(title), needles)


def _heads(needle: Needle) -> list[str]:
    heaviest = max(needle.weights)
    return [term for term, weight in zip(needle.terms, needle.weights, strict=True) if weight == heaviest]


def _is_own(studied: Studied, index: int, heads: frozenset[str], not_own: Role) -> bool:
    """Whether sentence ``index`` says the facet of this report's patient."""
    kind, role = studied.kind(index), studied.role(index)
    if kind in ("front", "back") or role & not_own:
        return False
    sentence = studied.text(index)
    if (kind == "title" or role & Role.NEGATED) and _is_excluded(sentence, heads):
        return False
    if kind in ("title", "keywords") or kind in CASE_KINDS or Role.PATIENT in role:
        return True
    return kind == "abstract" and not _LISTED.search(sentence) and sentence.count(",") < 3


def _is_excluded(sentence: str, heads: frozenset[str]) -> bool:
    """Whether every mention follows a word that rules it out, in the same part of the sentence."""
    if _DENIED_BEHIND.search(sentence):
        denied = [clause for clause in _TURN.split(sentence) if _DENIED_BEHIND.search(clause)]
        if any(heads & set(folded(clause)) for clause in denied):
            return True
    if not _EXCLUDED.search(sentence):
        return False
    for part in _TURN.split(sentence):
        cue = _EXCLUDED.search(part)
        if heads & set(folded(part[: cue.start()] if cue else part)):
            return False
    return True


def _is_central(studied: Studied, own: Sequence[int]) -> bool:
    """Whether the report is about the facet: it heads it, diagnoses it, treats with it, or keeps coming back to it."""
    if len(own) >= _OFTEN or (own and len(studied.words) <= _SHORT_REPORT):
        return True
    for index in own:
        kind, role = studied.kind(index), studied.role(index)
        if kind in ("title", "keywords", "abstract") or role & (Role.TREATMENT | Role.ADVERSE):
            return True
        if role & Role.DIAGNOSIS and not role & Role.HISTORY:
            return True
    return False
