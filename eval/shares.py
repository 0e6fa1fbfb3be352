"""So many of so many, with how far chance may have moved it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964
"""Of a normal deviate: 95 % lie within."""


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``of``; of nothing there is no share."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """In 0..1; None where there was nothing to hit."""
        return self.hits / self.of if self.of else None

    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson (1927), which holds near 0 and 1, too; (0, 1) where there was nothing to hit.

        It takes the hits for independent of each other; where several come from one text it is too narrow.
        """
        if not self.of:
            return 0.0, 1.0
        rate, square = self.hits / self.of, _Z * _Z / self.of
        middle = (rate + square / 2) / (1 + square)
        reach = _Z * sqrt(rate * (1 - rate) / self.of + square / (4 * self.of)) / (1 + square)
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __add__(self, other: Share) -> Share:
        return Share(self.hits + other.hits, self.of + other.of)

    def __str__(self) -> str:
        """ ".912 [.881–.936] 312/342"; "–" of nothing."""
        if not self.of:
            return "–"
        low, high = self.interval()
        return f"{_short(self.hits / self.of)} [{_short(low)}–{_short(high)}] {self.hits}/{self.of}"

    def as_json(self) -> dict[str, object]:
        """``hits``, ``of``, ``value`` and the interval."""
        return {"hits": self.hits, "of": self.of, "value": self.value, "interval": list(self.interval())}


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0") if value < 1 else "1"
