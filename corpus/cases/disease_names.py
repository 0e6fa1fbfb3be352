"""A disease's name in full: with the words around it that say which kind it is."""

from __future__ import annotations

import re
from typing import Final

from corpus.model import Span
from corpus.terminology.terminology import shipped
from corpus.words import form

_MANY: Final = 400
"""Kinds of a disease that are looked through for one whose name stands there."""
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_BEFORE: Final = re.compile(r"(?:[^\W\d_][\w'’-]*\s){1,3}$")
_BEHIND: Final = re.compile(r"\s[^\W\d_][\w-]*")
_SAYING_NOTHING: Final = """
    when if because although since clinical where while during until such as than then
    a an the this that these those both all some any two three four five six its their
    his her our of with and or to for in on as by was were is are had has have due secondary
    presented presenting developed diagnosed diagnosis case cases rare unusual unique first new patient woman
    man large little small huge giant suspected possible probable severe mild recurrent initial right left bilateral
    multiple several numerous complicated confirmed revealed showed underlying extensive known final which who
    single solitary isolated reported described from between after common uncommon interesting other another
    typical classic atypical it we cm mm x complete partial total be been being residual enhancing hypoechoic
    hyperechoic hypodense hyperdense solid irregular palpable painful painless firm hard mobile heterogeneous
    homogeneous well-defined ill-defined well-circumscribed lobulated voluminous suspicious malignant-appearing
    central peripheral upper lower anterior posterior lateral medial whole further second third presence
    evidence sign signs both no without not but yet focal bony massive diffuse incidental successful normal
    primary
"""
NO_KIND: Final = frozenset(_SAYING_NOTHING.split())
"""Words before a name that say nothing of its kind."""


def named_in_full(text: str, concepts: tuple[int, ...], span: Span) -> tuple[tuple[int, ...], str, Span]:
    """The concepts, name and place of what ``span`` of ``text`` names, as narrow as the words beside it allow.

    A kind of it whose name's words all stand there is named: "calcinosis cutis universalis" is calcinosis universalis.
    """
    terms = shipped()
    concept = concepts[0]
    behind = _BEHIND.match(text, span.end)
    before = _BEFORE.search(text, max(0, span.start - 60), span.start)
    stretch = Span(before.start() if before else span.start, behind.end() if behind else span.end)
    here = {form(word) for word in _WORD.findall(stretch.of(text))}
    own = {form(word) for word in _WORD.findall(span.of(text))}
    below = terms.below(concept)
    if len(below) <= _MANY:
        kinds = [
            (len(words), each)
            for each in below
            for words in _names(each)
            if words <= here and words - own and words & own
        ]
        if kinds:
            kind = max(kinds, key=lambda one: (one[0], -one[1]))[1]
            words = next(words for words in _names(kind) if words <= here)
            return (kind,), terms.name(kind), _around(text, stretch, words | own)
    return concepts, terms.name(concept), span


def _names(concept: int) -> list[frozenset[str]]:
    return [frozenset(form(word) for word in _WORD.findall(name)) for name in shipped().names(concept)]


def _around(text: str, stretch: Span, words: frozenset[str] | set[str]) -> Span:
    """The least stretch that holds all of ``words``."""
    places = [
        match.span() for match in _WORD.finditer(text, stretch.start, stretch.end) if form(match.group()) in words
    ]
    return Span(min(start for start, _ in places), max(end for _, end in places))
