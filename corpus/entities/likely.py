"""The names that are likely: by how likely it is, in all rows of labels together, that a name is from just here to
there (forward-backward algorithm). The best single row of labels takes names whose ends are guesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.entities.weights import LABELS

Floats = npt.NDArray[np.float64]
OUTSIDE, BEGINS, INSIDE = range(LABELS)
_ENOUGH: Final = 0.55
"""How likely a name is that is taken; of those that overlap one at most is likelier than half."""
_LEANING: Final = 0.5
"""What is learnt of few texts names too little in new ones: how much less "no name" counts."""
_LONGEST: Final = 40
"""Tokens."""


class _Passed(NamedTuple):
    """By place: how well its labels fit, how likely they are with what is before, and with what is behind, of it.

    ``scale`` is what each place was divided by.
    """

    fits: Floats
    before: Floats
    behind: Floats
    scale: Floats


def likely(
    scores: npt.NDArray[np.float32],
    starts: npt.NDArray[np.intp],
    lengths: npt.NDArray[np.intp],
    follows: npt.NDArray[np.float32],
    opens: npt.NDArray[np.float32],
) -> npt.NDArray[np.int8]:
    """Labels for each place: those of the names that are likely enough."""
    labels = np.zeros(len(scores), np.int8)
    if not len(starts):
        return labels
    step, first = np.exp(follows.astype(np.float64)), np.exp(opens.astype(np.float64))
    step[OUTSIDE, INSIDE] = first[INSIDE] = 0
    leant = scores - np.eye(LABELS)[OUTSIDE] * _LEANING
    passed = _passed(leant, starts, lengths, step, first)
    ends = np.zeros(len(scores), np.intp)
    ends[starts] = lengths
    ends = np.maximum.accumulate(np.where(ends > 0, np.arange(len(scores)) + ends, 0))
    begun = np.flatnonzero(passed.before[:, BEGINS] * passed.behind[:, BEGINS] > _ENOUGH)
    at, label, share = begun.copy(), BEGINS, passed.before[begun, BEGINS]
    for _ in range(_LONGEST):
        going = at + 1 < ends[begun]
        further = np.where(going, at + 1, at)
        onward = passed.fits[further] * passed.behind[further] / passed.scale[further, None]
        over = np.where(going, onward[:, :INSIDE] @ step[label, :INSIDE], 1.0)
        for start, end in zip(begun[share * over > _ENOUGH], at[share * over > _ENOUGH], strict=True):
            labels[start], labels[start + 1 : end + 1] = BEGINS, INSIDE
        kept = going & (share * step[label, INSIDE] * onward[:, INSIDE] > _ENOUGH)
        if not kept.any():
            break
        share = (share * step[label, INSIDE] * passed.fits[further, INSIDE] / passed.scale[further])[kept]
        begun, at, label = begun[kept], further[kept], INSIDE
    return labels


def _passed(
    scores: Floats, starts: npt.NDArray[np.intp], lengths: npt.NDArray[np.intp], step: Floats, first: Floats
) -> _Passed:
    """All sentences a token further at a time, and back."""
    order = np.argsort(-lengths, kind="stable")
    firsts, descending = starts[order], -lengths[order]
    going: Sequence[int] = np.searchsorted(descending, -np.arange(-int(descending[0]))).tolist()
    fits = np.exp(scores - scores.max(axis=1, keepdims=True))
    before, behind, scale = np.zeros_like(fits), np.zeros_like(fits), np.ones(len(fits))
    for place, count in enumerate(going):
        here = firsts[:count] + place
        now = fits[here] * (before[here - 1] @ step if place else first)
        scale[here] = now.sum(axis=1)
        before[here] = now / scale[here, None]
    behind[starts + lengths - 1] = 1
    for place in range(len(going) - 1, 0, -1):
        here = firsts[: going[place]] + place
        behind[here - 1] = (fits[here] * behind[here] / scale[here, None]) @ step.T
    return _Passed(fits, before, behind, scale)
