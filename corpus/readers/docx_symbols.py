"""Characters of symbol fonts, as Word keeps them: a font's name and a place in it.

Source of the Symbol font's places: Adobe's own encoding of that font, as Unicode's mapping table SYMBOL.TXT has it.
"""

from __future__ import annotations

import re

UNKNOWN = "\ufffd"
"""What stands for a character that nobody can name: a sign that something is missing there."""

_CODE = re.compile(r"[0-9A-Fa-f]{1,6}")
_PRIVATE = range(0xF000, 0xF100)
"""Where Word puts the 256 places of a font that is not Unicode's."""
_SYMBOL = {
    first + at: character
    for first, characters in (
        (0x20, " !∀#∃%&∋()∗+,−./0123456789:;<=>?"),
        (0x40, "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"),
        (0x60, "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"),
        (0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…|—↵"),
        (0xC0, "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"),
        (0xE0, "◊〈®©™∑"),
        (0xF1, "〉∫"),
    )
    for at, character in enumerate(characters)
}
_WINGDINGS = {
    **dict.fromkeys((0x6C, 0x6E, 0x71, 0x73, 0x76, 0x77, 0x9F, 0xA7, 0xA8, 0xD8), "•"),
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "→", 0xF0: "⇒", 0xF3: "⇔", 0xFB: "✗", 0xFC: "✓",
}  # fmt: skip
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS}


def character(font: str, code: str) -> str:
    """The character at the hexadecimal place ``code`` of ``font``; ``UNKNOWN`` where that is not known."""
    if not _CODE.fullmatch(code):
        return UNKNOWN
    place = int(code, 16)
    known = _FONTS.get(font.casefold())
    if known is not None and (place in _PRIVATE or place < 0x100):
        return known.get(place & 0xFF, UNKNOWN)
    named = chr(place) if place <= 0x10FFFF else UNKNOWN
    return named if named.isprintable() else UNKNOWN  # neither private, nor half of a pair, nor a control character
