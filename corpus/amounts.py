"""Amounts as people read them."""

from __future__ import annotations

_UNITS = ("kB", "MB", "GB", "TB")


def counted(number: int, noun: str) -> str:
    """``number`` of what ``noun`` names, which takes an "s" where that is not one: 1 file, 2,000 files."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def verb(number: int, stem: str) -> str:
    """What so many do: 1 holds, 2 hold."""
    return stem if number != 1 else {"do": "does"}.get(stem, stem + "s")


def size(count: int) -> str:
    """So many bytes in the decimal unit that suits them: 431 B, 4.9 kB, 2.6 MB."""
    if count < 1000:
        return f"{count} B"
    value, unit = count / 1000, _UNITS[0]
    for larger in _UNITS[1:]:
        if value < 999.95:  # what would be told as 1,000.0
            break
        value, unit = value / 1000, larger
    return f"{value:,.1f} {unit}"
