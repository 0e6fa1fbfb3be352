"""Made-up passages by the million: vectors that lie as an encoder's do, and words as often as a language has them.

Ranks of words are drawn from a Lomax distribution, so that the vocabulary grows with the text for ever, as a real one
does (Zipf, Heaps), and a report repeats its own. Three numbers were set beside an index of 6,412 case reports: 956,000
words, of which 45,000 differ, 697,000 times a term in a report (here 954,000, 45,000, 716,000).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from eval.benchmarks import vector_data

PASSAGES_OF_A_REPORT = 2.445
WORDS_OF_A_REPORT = 149
QUESTIONS = 100
_SHAPE, _SCALE = 0.75, 290.0
_AGAIN = 0.28
"""So many words of a report are one of its other words once more."""
_SPREAD = 0.4
"""Standard deviation of the logarithm of a report's length."""
_AT_A_TIME = 2000
_ASKED_RANKS = (20, 3000)
"""Questions are asked in words of these ranks: neither the commonest nor the rarest."""
_WORDS_OF_A_QUESTION = 4


def reports_of(passages: int) -> int:
    """How many reports hold so many passages."""
    return max(1, round(passages / PASSAGES_OF_A_REPORT))


def texts(passages: int, seed: int = 0) -> Iterator[list[str]]:
    """The terms of each report that holds some of so many passages; the same for the same seed."""
    rng = np.random.default_rng([seed, passages])
    left = reports_of(passages)
    while left:
        some = min(left, _AT_A_TIME)
        left -= some
        lengths = np.exp(_SPREAD * rng.standard_normal(some) - _SPREAD**2 / 2) * WORDS_OF_A_REPORT
        ends = np.cumsum(lengths.astype(np.int64) + 1)
        ranks = np.minimum(_SCALE * (rng.random(ends[-1]) ** (-1 / _SHAPE) - 1), 2.0**62).astype(np.int64)
        own = np.repeat(np.diff(ends, prepend=0), np.diff(ends, prepend=0))
        place = np.repeat(ends, np.diff(ends, prepend=0)) - own + (rng.random(ends[-1]) * own).astype(np.int64)
        ranks = np.where(rng.random(ends[-1]) < _AGAIN, ranks[place], ranks)
        words = [_word(rank) for rank in ranks.tolist()]
        start = 0
        for end in ends.tolist():
            yield words[start:end]
            start = end


def questions(seed: int = 0) -> list[list[str]]:
    """Terms of questions; the same whatever is asked."""
    drawn = np.random.default_rng(seed).integers(*_ASKED_RANKS, size=(QUESTIONS, _WORDS_OF_A_QUESTION))
    return [[_word(rank) for rank in ranks] for ranks in drawn.tolist()]


def write_vectors(folder: Path, passages: int) -> None:
    """``vectors.npy`` in ``folder``, a row for each passage, and ``questions.npy``. Holds about 4 kB a passage / 8."""
    source = vector_data.Source("clustered", passages)
    vector_data.write(source, passages, folder / "vectors.npy")
    np.save(folder / "questions.npy", source.draw(QUESTIONS))


def _word(rank: int) -> str:
    return f"{rank:07x}"
