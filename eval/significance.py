"""Is a difference more than chance: a paired randomisation test, a bootstrap interval, Holm's correction.

All three work on the differences of one measure, topic by topic, between two systems. They are seeded, so the same
differences give the same answer, in whatever order the topics come; memory is bounded whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS = 20_000
"""How many times signs are flipped, or topics drawn."""
SEED = 20_070
_BLOCK = 1 << 20
"""How many numbers are drawn at a time."""


def randomisation_p(differences: Sequence[float], draws: int = DRAWS, seed: int = SEED) -> float:
    """Two-sided p, in (0, 1], of the hypothesis that the systems could change places on any topic.

    The share of sign flips of the differences whose sum is at least as far from 0 as the sum observed (Smucker, Allan
    and Carterette, "A Comparison of Statistical Significance Tests for Information Retrieval Evaluation", CIKM 2007).
    Exact where all flips are no more than ``draws`` (14 topics that differ); else ``draws`` of them are drawn and the
    observed one is counted with them, so that p is never 0 (Phipson and Smyth 2010). Raises ValueError for a
    difference that is not a finite number.
    """
    sizes = np.sort(np.abs(_finite(differences)))
    sizes = sizes[sizes > 0]  # a topic without a difference is the same whichever way its sign is flipped
    if not len(sizes):
        return 1.0
    # sums of the same numbers in another order differ by rounding alone
    bound = abs(float(np.sum(np.asarray(differences)))) - 1e-9 * float(sizes.sum())
    if len(sizes) < draws.bit_length():
        flips = _every_flip(sizes)
        return float(np.count_nonzero(np.abs(flips) >= bound)) / len(flips)
    random = np.random.default_rng(seed)
    far = sum(
        int(np.count_nonzero(np.abs(_signs(random, block, len(sizes)) @ sizes) >= bound))
        for block in _blocks(draws, len(sizes))
    )
    return (far + 1) / (draws + 1)


def bootstrap_interval(
    differences: Sequence[float], level: float = 0.95, draws: int = DRAWS, seed: int = SEED
) -> tuple[float, float]:
    """``(low, high)`` of the mean difference: the percentile interval over topics drawn with replacement.

    Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13; for retrieval Sakai (SIGIR 2006).
    Raises ValueError where there is no difference, or one that is not a finite number.
    """
    values = np.sort(_finite(differences))
    if not len(values):
        raise ValueError("no topics: there is nothing to draw from")
    random = np.random.default_rng(seed)
    means = np.concatenate(
        [
            values[random.integers(0, len(values), (block, len(values)))].mean(axis=1)
            for block in _blocks(draws, len(values))
        ]
    )
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p values corrected for being several, in their own order: in [p, 1], and as rising as p.

    Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (1979): below .05 stands what may be called
    significant with a chance of .05 at most that any of them is so by accident.
    """
    corrected = [1.0] * len(p_values)
    highest = 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[at]))
        corrected[at] = highest
    return corrected


def _finite(differences: Sequence[float]) -> Floats:
    values = np.asarray(differences, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("differences: one is not a finite number")
    return values


def _every_flip(sizes: Floats) -> Floats:
    """The sums under all ``2 ** n`` choices of signs."""
    sums = np.zeros(1)
    for size in sizes:
        sums = np.concatenate([sums - size, sums + size])
    return sums


def _signs(random: np.random.Generator, rows: int, columns: int) -> Floats:
    return random.integers(0, 2, (rows, columns), dtype=np.int8).astype(np.float64) * 2 - 1


def _blocks(draws: int, width: int) -> Iterator[int]:
    """``draws`` in parts of about ``_BLOCK`` numbers."""
    at_once = max(1, _BLOCK // width)
    for start in range(0, draws, at_once):
        yield min(at_once, draws - start)
