"""The diseases and chemicals that a text names."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt

from corpus.entities import weights
from corpus.entities.features import REACH, shape, short_form_features
from corpus.entities.likely import BEGINS, INSIDE
from corpus.entities.model import Entity, Kind
from corpus.entities.shortforms import Use, status, uses
from corpus.entities.tagger import Line, Scores, Tagger
from corpus.entities.tokens import tokens
from corpus.model import Span
from corpus.sentences import split
from corpus.terminology.kinds import FAMILIES
from corpus.terminology.terminology import Terminology, shipped
from corpus.words import Word

KINDS: Final[tuple[Kind, ...]] = ("disease", "chemical")
_FAMILY: Final[dict[Kind, str]] = {"disease": "illness", "chemical": "substance"}
_LETTERS: Final = {
    "disease": "D", "finding": "F", "drug": "C", "other": "X", "procedure": "P", "subject": "S",
}  # fmt: skip
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens of a sentence, placed in the text; ``tags`` is what the terminology says of each.

    ``known`` are its names with what they mean.
    """

    tokens: tuple[Word, ...]
    tags: tuple[str, ...]
    known: dict[Span, tuple[int, ...]]


def entities(
    text: str, sentences: Iterable[tuple[int, int]] | None = None, *, tagger: Tagger | None = None
) -> list[Entity]:
    """The entities of ``text``, in order, none overlapping; spans are in ``text``.

    ``sentences``: only of these, spans of it, in order. A short form is read as its long form is, wherever near it
    the text defines it. ``tagger``: another than the shipped one.
    """
    terminology = shipped()
    chosen = list(split(text) if sentences is None else sentences)
    read = [each for start, end in chosen if (each := sentence(text, start, end, terminology)).tokens]
    shortened = uses(text, [each.tokens for each in read])
    unread = _outside({use.long for use in shortened}, chosen)
    beside = [sentence(text, long.start, long.end, terminology) for long in unread]
    found = _read(tagger or _tagger(), [*read, *beside], shortened)
    named = _apart([each for each in found if not any(long.holds(each[0]) for long in unread)])
    meanings = _Meanings(text, terminology, read, shortened)
    return [Entity(span, kind, meanings.of(span, kind)) for span, kind in named]


def sentence(text: str, start: int, end: int, terminology: Terminology) -> Sentence:
    """The sentence ``[start, end)`` of ``text``."""
    cut, places = tokens(text[start:end])
    tags, known = ["-"] * len(cut), {}
    for mention in terminology.find([cut[place] for place in places]):
        first, last = places[mention.first], places[mention.last - 1]
        letters = "".join(sorted({_LETTERS[terminology.kind(concept)] for concept in mention.concepts}))
        for place in range(first, last + 1):
            tags[place] = letters + _position(place, first, last)
        known[Span(start + cut[first].start, start + cut[last].end)] = mention.concepts
    placed = tuple(Word(start + token.start, start + token.end, token.text) for token in cut)
    return Sentence(placed, tuple(tags), known)


def _position(place: int, first: int, last: int) -> str:
    if first == last:
        return "S"
    return "B" if place == first else "E" if place == last else "I"


def _pairs(read: Sentence) -> Iterator[tuple[str, str]]:
    return ((token.text, tag) for token, tag in zip(read.tokens, read.tags, strict=True))


def _read(tagger: Tagger, read: Sequence[Sentence], shortened: Sequence[Use]) -> list[tuple[Span, Kind]]:
    """The entities of each kind, read once, and once more with what was read of the long forms."""
    found: list[tuple[Span, Kind]] = []
    with _one_at_a_time:
        line = tagger.line([tuple(_pairs(each)) for each in read])
        scores = tagger.scores(line)
        for number, kind in enumerate(KINDS):
            named = sorted(spans(tagger.labels(line, scores, number), line, read))
            if shortened:
                more = told_of_short_forms(tagger, line, named, read, shortened)
                named = spans(tagger.labels(line, scores + more, number), line, read)
            found += [(span, kind) for span in named]
    return found


def told_of_short_forms(
    tagger: Tagger, line: Line, named: Sequence[Span], read: Sequence[Sentence], shortened: Sequence[Use]
) -> Scores:
    """What the reading of long forms adds to the scores."""
    more = np.zeros((len(line.kinds), tagger.columns), np.float32)
    shown = list(short_form_tokens(line, named, read, shortened))
    for (place, _), sums in zip(shown, tagger.sums([features for _, features in shown]), strict=True):
        more[place - REACH : place + REACH + 1] += sums[int(line.genetics[place]), ::-1]
    return more


def short_form_tokens(
    line: Line, named: Sequence[Span], read: Sequence[Sentence], shortened: Sequence[Use]
) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """The place in ``line`` of each token of a short form, and its features."""
    for use in shortened:
        told = status(use.long, named)
        for token in range(use.first, use.last):
            look = shape(read[use.sentence].tokens[token].text)
            place = int(line.starts[use.sentence]) + token
            yield place, short_form_features(told, look, is_first=token == use.first)


def spans(labels: npt.NDArray[np.int8], line: Line, read: Sequence[Sentence]) -> list[Span]:
    """The spans that ``labels`` mark, in order."""
    found = []
    for start, each in zip(line.starts.tolist(), read, strict=True):
        row = labels[start : start + len(each.tokens)].tolist()
        for first, label in enumerate(row):
            if label == BEGINS:
                last = first
                while last + 1 < len(row) and row[last + 1] == INSIDE:
                    last += 1
                found.append(Span(each.tokens[first].start, each.tokens[last].end))
    return found


def _outside(longs: Iterable[Span], chosen: Sequence[tuple[int, int]]) -> list[Span]:
    """The long forms that begin in none of the chosen sentences."""
    starts = [start for start, _ in chosen]
    return [
        long
        for long in sorted(longs)
        if (before := bisect_right(starts, long.start)) == 0 or chosen[before - 1][1] <= long.start
    ]


def _apart(found: Sequence[tuple[Span, Kind]]) -> list[tuple[Span, Kind]]:
    """Of entities that overlap the longer, in the order of the text."""
    kept: list[tuple[Span, Kind]] = []
    for span, kind in sorted(found, key=lambda each: (each[0].start, -each[0].end)):
        if kept and span.start < kept[-1][0].end:
            if span.end - span.start > kept[-1][0].end - kept[-1][0].start:
                kept[-1] = span, kind
        else:
            kept.append((span, kind))
    return kept


class _Meanings:
    """The concepts of the entities of a text: by the name found there, by the long form, by the very words."""

    def __init__(self, text: str, terminology: Terminology, read: Sequence[Sentence], shortened: Sequence[Use]) -> None:
        self._text, self._terminology = text, terminology
        self._known = {span: concepts for each in read for span, concepts in each.known.items()}
        self._long = {}
        for use in shortened:
            tokens = read[use.sentence].tokens
            self._long[Span(tokens[use.first].start, tokens[use.last - 1].end)] = use.long

    def of(self, span: Span, kind: Kind) -> tuple[int, ...]:
        """The concepts of ``span`` that are of ``kind``."""
        return self._fitting(self._terminology.named(self._long.get(span, span).of(self._text)), kind) or self._fitting(
            self._known.get(span, ()), kind
        )

    def _fitting(self, concepts: Iterable[int], kind: Kind) -> tuple[int, ...]:
        return tuple(each for each in concepts if FAMILIES[self._terminology.kind(each)] == _FAMILY[kind])


@cache
def _tagger() -> Tagger:
    return Tagger(*weights.shipped())
