"""Learning the weights of a linear-chain conditional random field: L-BFGS on the exact, L2-regularised likelihood.

Needs scipy, which only training asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from corpus.entities.weights import LABELS

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
_STEPS, _KEPT = 100, 6


class Chains:
    """Sentences to learn from: rows of ``seen`` are tokens, ``lengths`` the sentences' in the same order.

    ``worth`` is how much each sentence counts.
    """

    def __init__(
        self, seen: csr_matrix, labels: npt.NDArray[np.intp], lengths: npt.NDArray[np.intp], worth: Floats
    ) -> None:
        self._seen, self._turned = seen, seen.T.tocsr()
        order = np.argsort(-lengths, kind="stable")
        first = np.cumsum(lengths) - lengths
        self._starts, self._worth = first[order], worth[order]
        self._going = [int((lengths > place).sum()) for place in range(int(lengths.max()))]
        self._each = np.repeat(worth, lengths)[:, None]
        self._gold = np.eye(LABELS)[labels] * self._each
        behind = np.ones(len(labels), np.bool_)
        behind[first] = False
        places = np.flatnonzero(behind)
        self._steps = np.zeros((LABELS, LABELS))
        np.add.at(self._steps, (labels[places - 1], labels[places]), self._each[places, 0])
        self._openings = self._gold[first].sum(axis=0)
        self._expected = self._turned @ self._gold

    def learn(self, penalty: float) -> tuple[Floats, Floats, Floats]:
        """The weights of what is seen (columns of ``seen`` × labels), of label after label, and of the first label."""
        size = self._seen.shape[1] * LABELS
        start = np.zeros(size + LABELS * LABELS + LABELS)

        def loss(values: Floats) -> tuple[float, Floats]:
            unlikely, slope = self._unlikely(*_parts(values, size))
            return unlikely + 0.5 * penalty * float(values @ values), slope + penalty * values

        from scipy.optimize import minimize  # of the extra `training`: nothing else needs it

        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "maxcor": _KEPT})
        return _parts(found.x, size)

    def _unlikely(self, weights: Floats, follows: Floats, opens: Floats) -> tuple[float, Floats]:
        """The negative log-likelihood of the labels, and its gradient, by the forward-backward algorithm."""
        scores = self._seen @ weights
        most = scores.max(axis=1, keepdims=True)
        fits, step, first = np.exp(scores - most), np.exp(follows), np.exp(opens)
        forward, backward, scale = np.zeros_like(fits), np.zeros_like(fits), np.zeros(len(fits))
        now = first * fits[self._starts]
        for place, count in enumerate(self._going):
            here = self._starts[:count] + place
            if place:
                now = (now[:count] @ step) * fits[here]
            scale[here] = now.sum(axis=1)
            now = now / scale[here, None]
            forward[here] = now
        steps = np.zeros((LABELS, LABELS))
        later = 0
        for place in range(len(self._going) - 1, -1, -1):
            here = self._starts[: self._going[place]] + place
            backward[here] = 1
            if later:
                there = here[:later] + 1
                ahead = fits[there] * backward[there] / scale[there, None]
                backward[here[:later]] = ahead @ step.T
                steps += ((forward[here[:later]] * self._worth[:later, None]).T @ ahead) * step
            later = self._going[place]
        likely = forward * backward * self._each
        logs = float(((np.log(scale) + most[:, 0]) * self._each[:, 0]).sum())
        told = float((scores * self._gold).sum() + (follows * self._steps).sum() + (opens * self._openings).sum())
        slope = [
            (self._turned @ likely - self._expected).ravel(), (steps - self._steps).ravel(),
            likely[self._starts].sum(axis=0) - self._openings,
        ]  # fmt: skip
        return logs - told, np.concatenate(slope)


def _parts(values: Floats, size: int) -> tuple[Floats, Floats, Floats]:
    steps = values[size : size + LABELS * LABELS].reshape(LABELS, LABELS)
    return values[:size].reshape(-1, LABELS), steps, values[size + LABELS * LABELS :]
