"""Names that are given once each."""

from __future__ import annotations


class Numbering:
    """Numbers what has a name that was given before: "a", "a-2", "a-3", at one cost for each."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def free(self, wanted: str) -> str:
        """``wanted``, or that with the first number behind it that makes it new; it is taken from then on."""
        name, number = wanted, self._last.get(wanted, 0)
        while name in self._last:
            number += 1
            name = f"{wanted}-{number}"
        self._last[wanted] = max(number, 1)
        self._last.setdefault(name, 1)
        return name
