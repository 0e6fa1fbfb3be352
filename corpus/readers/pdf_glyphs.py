"""Signs and Greek letters that a PDF's font calls by other names: "=" drawn by a glyph that the file says is "5".

Typesetters' symbol fonts keep their signs at the codes of digits, letters and commas, and the PDF maps them as
if they were those ("P,0.05", "n530", "1251/mL" for microlitres) or not at all. No engine can read that from the
file's tables, but the ink shows it: two bars are an equals sign, whatever they are called. Only shapes that no
letter, digit or comma has are told, and only of fonts of which a page uses next to no letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

MOST_LETTERS = 10
"""A font of which a page uses more different letters is a text font."""
_MOST_IN_SIGNS = 3
UNKNOWN = "\ufffd"
_NEVER = frozenset("-_=+~<>|")  # what is mapped to a sign is left as it is
_GREEK = dict(zip("abcdefghiklmnopqrstuwxyzDFGLPQSWXY", "αβχδεφγηικλμνοπθρστυωξψζΔΦΓΛΠΘΣΩΞΨ", strict=True))
"""The Greek letters at the places of Latin ones in the symbol fonts (Adobe's Symbol and its likes)."""

Ink = npt.NDArray[np.bool_]


class Glyph:
    """How a character looks: its width, where it starts and ends above the baseline, in em, and its ink.

    ``draw`` gives the ink as an array, cropped, rows from the top down; it is called once, if at all.
    """

    def __init__(self, width: float, low: float, high: float, draw: Callable[[], Ink]) -> None:
        self.width, self.low, self.high = width, low, high
        self._draw = draw

    @property
    def height(self) -> float:
        """In em."""
        return self.high - self.low

    @cached_property
    def ink(self) -> Ink:
        """Where there is ink; empty where it cannot be drawn."""
        return self._draw()


def may_mislead(chars: str) -> bool:
    """Whether a font of which a page uses just ``chars`` may be one of signs or of Greek letters."""
    return sum(map(str.isalpha, chars)) <= MOST_LETTERS


def drawn_instead(glyphs: Mapping[str, Glyph]) -> dict[str, str]:
    """What the glyphs of one font show where it is something else than the character they are mapped to.

    A control character is one that the font does not map; where its shape tells nothing it is U+FFFD, so that no
    sign is lost without a trace ("38 10⁹/L").
    """
    letters = {char for char in glyphs if char.isalpha()}
    greek = any(_is_greek(char, glyph) for char, glyph in glyphs.items())
    found: dict[str, str] = {}
    for char, glyph in glyphs.items():
        if greek and char in _GREEK:
            found[char] = _GREEK[char]
        elif char < " ":
            found[char] = sign_of(glyph) or UNKNOWN
        elif len(letters) < _MOST_IN_SIGNS and char not in _NEVER:
            sign = sign_of(glyph)
            if (
                sign is not None
                and not (sign == "×" and char in "xXkK")
                and not (sign in "′•·°" and char in "1Iil!'`.oOQ0:;*")
            ):
                found[char] = sign
    return found


def _is_greek(char: str, glyph: Glyph) -> bool:
    """Whether the glyph mapped to a Latin letter cannot be that letter, but is its Greek neighbour."""
    descends = glyph.low < -0.12
    if char in "mbrchz":
        return descends and glyph.height > 0.4
    if char == "p":
        return not descends and 0.35 < glyph.height < 0.6
    if char == "k":
        return glyph.high < 0.56 and glyph.height > 0.3
    if char == "g":  # gamma opens upwards, "g" is closed there
        top = glyph.ink[: max(1, len(glyph.ink) // 5)]
        return descends and glyph.ink.size > 0 and _runs(np.any(top, axis=0)) == 2 and _holes_across(glyph.ink) < 2
    if char == "a":
        return glyph.width > 1.12 * glyph.height and glyph.height > 0.3 and not descends
    return False


def _holes_across(ink: Ink) -> int:
    """How often the middle column of the ink goes from ink to paper and back."""
    return max(0, _runs(ink[:, ink.shape[1] // 2]) - 1)


def sign_of(glyph: Glyph) -> str | None:
    """The sign that has this shape; None for every other shape."""
    ink, width, height = glyph.ink, glyph.width, glyph.height
    if min(ink.shape) < 2 or width < 0.02:
        return None
    bars = _bars(ink)
    if bars is not None and width > 0.3 and height / width < 1.2:
        if len(bars) == 1:
            return _dash(glyph)
        return {2: "=", 3: "≡"}.get(len(bars))
    if width > 1.6 * height:
        return _wave(glyph)
    if glyph.low > 0.35 and 0.2 < height < 0.4 and width < min(0.6 * height, 0.2):
        return "′"
    if not 0.6 < height / width < 1.7:
        return None
    rest = _without_base(ink)
    if rest is not None and width > 0.3:
        return {"<": "≤", ">": "≥", "+": "±"}.get(_compact(rest) or "")
    if width > 0.3 and height > 0.3 and (sign := _compact(ink)) is not None:
        return sign
    return _round(glyph)


def _dash(glyph: Glyph) -> str | None:
    if glyph.low < 0.1 or glyph.height > 0.15 or glyph.width < 4 * glyph.height:
        return None
    return "–" if glyph.width <= 0.52 else "−"


def _wave(glyph: Glyph) -> str | None:
    """ "~": one stroke that is high in its first half and low in its second."""
    columns = [np.flatnonzero(column) for column in glyph.ink.T]
    if not 0.1 <= glyph.height < 0.35 or glyph.width < 0.4 or any(not len(one) for one in columns):
        return None
    middle = np.array([one.mean() for one in columns]) / len(glyph.ink)
    first, second = middle[len(middle) // 5 : len(middle) // 2], middle[len(middle) // 2 : -len(middle) // 5]
    strokes = max(_runs(column) for column in glyph.ink.T)
    return "~" if strokes == 1 and first.mean() + 0.15 < second.mean() else None


def _bars(ink: Ink) -> list[tuple[int, int]] | None:
    """The horizontal bars, as rows, if the ink is nothing else."""
    share = ink.mean(axis=1)
    if not np.all((share > 0.8) | (share < 0.02)):
        return None
    edges = np.flatnonzero(np.diff(np.concatenate(([0], share > 0.8, [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _without_base(ink: Ink) -> Ink | None:
    """What stands over a bar at the foot; None where there is no bar, or nothing over it."""
    share = ink.mean(axis=1)
    at = len(ink)
    while at > 0 and share[at - 1] > 0.75:
        at -= 1
    rest = ink[:at]
    if at in (0, len(ink)) or len(ink) - at > 0.3 * len(ink):
        return None
    rows = np.flatnonzero(rest.any(axis=1))
    return rest[rows[0] : rows[-1] + 1] if len(rows) > len(ink) // 3 else None


def _compact(ink: Ink) -> str | None:
    """ "+", "×", "<" or ">": thin strokes told by where on the edge of the box they end."""
    rows, columns = ink.shape
    if min(rows, columns) < 7 or ink.mean() > 0.5:
        return None
    third, across = max(1, rows // 5), max(1, columns // 5)
    top, bottom = np.any(ink[:third], axis=0), np.any(ink[-third:], axis=0)
    left, right = np.any(ink[:, :across], axis=1), np.any(ink[:, -across:], axis=1)

    def held(edge: Ink) -> str:
        """Where an edge is touched: at its ends ("e"), in its middle ("m")."""
        size = len(edge)
        ends = bool(edge[: size // 4].any()), bool(edge[-(size // 4) :].any())
        middle = bool(edge[2 * size // 5 : 3 * size // 5 + 1].any())
        return ("e" if all(ends) else "x" if any(ends) else "") + ("m" if middle else "")

    edges = held(top), held(bottom), held(left), held(right)
    centre = bool(ink[rows // 2 - 1 : rows // 2 + 2, columns // 2 - 1 : columns // 2 + 2].any())
    if edges == ("m", "m", "m", "m") and centre and _is_cross(ink):
        return "+"
    if edges == ("e", "e", "e", "e") and centre and not _is_cross(ink):
        return "×"
    if edges[2:] == ("m", "e") and not centre:
        return "<" if _is_angle(ink) else None
    if edges[2:] == ("e", "m") and not centre:
        return ">" if _is_angle(ink[:, ::-1]) else None
    return None


def _is_cross(ink: Ink) -> bool:
    return bool((ink.mean(axis=1) > 0.9).any() and (ink.mean(axis=0) > 0.9).any())


def _is_angle(ink: Ink) -> bool:
    """Whether two straight strokes run apart from the middle of the left: their distance grows to the right."""
    spans = [np.flatnonzero(column) for column in ink.T]
    if any(not len(one) for one in spans) or max(_runs(column) for column in ink.T) > 2:
        return False
    spread = [float(one[-1] - one[0]) for one in spans]
    return spread[-1] > 0.7 * len(ink) and all(b >= a - 1.5 for a, b in pairwise(spread[2:-2]))


def _round(glyph: Glyph) -> str | None:
    """ "°", "©" and the dots: round shapes told by what is in them."""
    ink = glyph.ink
    rows, columns = ink.shape
    corner = max(1, min(rows, columns) // 8)
    corners = ink[:corner, :corner], ink[:corner, -corner:], ink[-corner:, :corner], ink[-corner:, -corner:]
    if not 0.8 < glyph.height / glyph.width < 1.25 or any(bool(one[0, 0]) and one.all() for one in corners):
        return None
    across, down = _runs(ink[rows // 2]), _runs(ink[:, columns // 2])
    if (across, down) == (3, 4) and glyph.height > 0.5:
        return "©"
    if (across, down) == (2, 2) and glyph.low > 0.25 and glyph.height < 0.5:
        return "°"
    if (across, down) == (1, 1) and ink.mean() > 0.7 and 0.1 < glyph.low < 0.4:
        return "•" if glyph.height > 0.25 else "·"
    return None


def _runs(line: Ink) -> int:
    """How many stretches of ink ``line`` holds."""
    return int(np.count_nonzero(np.diff(np.concatenate(([0], line.astype(np.int8), [0]))) == 1))
