"""A linear-chain tagger (Lafferty, McCallum and Pereira, "Conditional random fields", ICML 2001): the weights of what
each token shows are summed, and the likely names are read off. Learning is ``corpus.entities.training``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from corpus.entities.features import IN_GENETICS, NO_TOKEN, REACH, Classes, Keys, Seen, pair_keys, seen
from corpus.entities.likely import likely
from corpus.entities.weights import LABELS, Weights

Scores = npt.NDArray[np.float32]
_AROUND, _FEW = 6, 0.02
"""In how many sentences on either side, and as what part of the tokens, words of genetics make a text one on it."""
_KINDS_OF_TOKENS_KEPT = 1 << 16


@dataclass(frozen=True, eq=False)
class Line:
    """Sentences as one row of tokens: ``kinds`` has one number per token, and ``REACH`` zeros around each sentence.

    ``starts`` and ``lengths`` say where each sentence is in it; ``genetics`` is, per place, whether the text is on it.
    """

    kinds: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]
    lengths: npt.NDArray[np.intp]
    genetics: npt.NDArray[np.bool_]


@dataclass(eq=False)
class Kinds:
    """The kinds of tokens met so far, a number for each; 0 is no token."""

    classes: Classes
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    all: list[Seen] = field(default_factory=lambda: [NO_TOKEN])

    def number(self, word: str, tag: str) -> int:
        """The number of a kind of token."""
        number = self.numbers.get((word, tag))
        if number is None:
            number = self.numbers[word, tag] = len(self.all)
            self.all.append(seen(word, tag, self.classes))
        return number

    def line(self, sentences: Iterable[Sequence[tuple[str, str]]]) -> Line:
        """``sentences`` of tokens (word, tag) as one row."""
        row, starts, lengths = [0] * REACH, [], []
        for sentence in sentences:
            starts.append(len(row))
            lengths.append(len(sentence))
            row += [self.number(word, tag) for word, tag in sentence]
            row += [0] * REACH
        kinds = np.array(row, np.intp)
        where = np.array(starts, np.intp), np.array(lengths, np.intp)
        return Line(kinds, *where, self._genetics(kinds, *where))

    def _genetics(
        self, kinds: npt.NDArray[np.intp], starts: npt.NDArray[np.intp], lengths: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.bool_]:
        flags = np.array([kind.is_genetics for kind in self.all])[kinds]
        told = np.concatenate([[0], np.cumsum(np.add.reduceat(flags, starts, dtype=np.intp) if len(starts) else [])])
        size = np.concatenate([[0], np.cumsum(lengths)])
        first = np.maximum(np.arange(len(starts)) - _AROUND, 0)
        last = np.minimum(np.arange(len(starts)) + _AROUND + 1, len(starts))
        found = told[last] - told[first] > _FEW * (size[last] - size[first])
        spread = np.zeros(len(kinds), np.bool_)
        if len(starts):
            spread[REACH:] = np.repeat(found, lengths + REACH)
        return spread


class Tagger:
    """Labels for the tokens of sentences, by kind of entity. Not for several threads at once."""

    def __init__(self, weights: Weights, classes: Classes) -> None:
        self._weights, self._classes = weights, classes
        self.columns = weights.learnt.shape[1]
        self._kinds, self._unary, self._parts = self._nothing_met()

    def line(self, sentences: Iterable[Sequence[tuple[str, str]]]) -> Line:
        """``sentences`` of tokens (word, tag) as one row, good until the next call."""
        if len(self._kinds.all) > _KINDS_OF_TOKENS_KEPT:
            self._kinds, self._unary, self._parts = self._nothing_met()
        line = self._kinds.line(sentences)
        fresh = self._kinds.all[len(self._unary) :]
        if fresh:
            self._unary = np.concatenate([self._unary, self.sums([kind.features for kind in fresh])])
            parts = np.array([kind.parts for kind in fresh], np.uint32)
            self._parts = np.concatenate([self._parts, parts])
        return line

    def sums(self, shown: Sequence[Sequence[tuple[int, int]]]) -> Scores:
        """What the features of each token add: by token, whether the text is on genetics, distance of the token
        judged, and label.
        """
        sums = np.zeros((len(shown), 2, 2 * REACH + 1, self.columns), np.float32)
        flat = np.array([feature for features in shown for feature in features], np.int64).reshape(-1, 2)
        token = np.repeat(np.arange(len(shown)), [len(features) for features in shown])
        away, keys = REACH + flat[:, 0], flat[:, 1].astype(np.uint32)
        plain = self._learnt(keys)
        np.add.at(sums[:, 0], (token, away), plain)
        np.add.at(sums[:, 1], (token, away), plain + self._learnt(keys ^ IN_GENETICS))
        return sums

    def scores(self, line: Line) -> Scores:
        """How well each label fits each place of ``line``, by its surroundings alone."""
        count = len(line.kinds)
        told = np.zeros((count, self.columns), np.float32)
        which = line.genetics.astype(np.intp)
        for far in range(-REACH, REACH + 1):
            judged = slice(max(0, -far), count - max(0, far))
            told[judged] += self._unary[line.kinds[max(0, far) : count + min(0, far)], which[judged], REACH + far]
        for far, keys in pair_keys(self._parts[line.kinds]):
            judged = slice(max(0, -far), count - 1 - max(0, far))
            keys = keys[max(0, far) : count - 1 + min(0, far)]
            told[judged] += self._learnt(keys)
            on_genetics = np.flatnonzero(line.genetics[judged])
            if len(on_genetics):
                told[judged][on_genetics] += self._learnt(keys[on_genetics] ^ IN_GENETICS)
        return told

    def labels(self, line: Line, scores: Scores, kind: int) -> npt.NDArray[np.int8]:
        """The label of each place of ``line`` in the names that are likely."""
        told = scores[:, kind * LABELS : (kind + 1) * LABELS]
        return likely(told, line.starts, line.lengths, self._weights.follows[kind], self._weights.opens[kind])

    def _learnt(self, keys: Keys) -> Scores:
        places = np.minimum(np.searchsorted(self._weights.keys, keys), len(self._weights.keys) - 1)
        found = self._weights.learnt[places]
        found[self._weights.keys[places] != keys] = 0
        return found

    def _nothing_met(self) -> tuple[Kinds, Scores, Keys]:
        unary = np.zeros((1, 2, 2 * REACH + 1, self.columns), np.float32)
        return Kinds(self._classes), unary, np.zeros((1, len(NO_TOKEN.parts)), np.uint32)
