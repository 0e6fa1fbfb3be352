from __future__ import annotations

import io
import string
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, ImageDraw, ImageFont

from corpus.readers.pdf_glyphs import UNKNOWN, Glyph, drawn_instead, may_mislead, sign_of
from corpus.readers.pdf_lines import read_page
from tests.papers import Paper

EM = 40  # pixels

Stroke = tuple[float, float, float, float]


def drawn(*strokes: Stroke, thickness: float = 0.06, low: float = 0.0, high: float = 0.6) -> Glyph:
    """A glyph of straight strokes ``x0, y0, x1, y1`` in em, y upwards from the baseline."""
    image = Image.new("1", (2 * EM, 2 * EM))
    pen = ImageDraw.Draw(image)
    for x0, y0, x1, y1 in strokes:
        ends = (x0 * EM + 10, (1.5 - y0) * EM, x1 * EM + 10, (1.5 - y1) * EM)
        pen.line(ends, fill=1, width=max(1, round(thickness * EM)))
    return glyph_of(image, low, high)


def glyph_of(image: Image.Image, low: float | None = None, high: float | None = None) -> Glyph:
    """The glyph that ``image`` shows; its height is told by its ink where ``low`` and ``high`` are not given."""
    ink = np.array(image.convert("1"), bool)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    low = 0.0 if low is None else low
    high = low + len(ink) / EM if high is None else high
    return Glyph((high - low) * ink.shape[1] / len(ink), low, high, lambda: ink)


def ring(size: float, low: float) -> Glyph:
    """A circle of ``size`` em that starts ``low`` em above the baseline."""
    image = Image.new("1", (2 * EM, 2 * EM))
    ImageDraw.Draw(image).ellipse((5, 5, 5 + size * EM, 5 + size * EM), outline=1, width=2)
    return glyph_of(image, low, low + size)


def wave() -> Glyph:
    """A tilde, drawn dot by dot."""
    image = Image.new("1", (2 * EM, 2 * EM))
    pen = ImageDraw.Draw(image)
    for at in range(27):
        x, y = 10 + at, 20 - 2.4 * np.sin(2 * np.pi * at / 26)
        pen.rectangle((x, y, x + 1, y + 2), fill=1)
    return glyph_of(image, 0.25, 0.42)


LESS = ((0.6, 0.6, 0.05, 0.3), (0.05, 0.3, 0.6, 0.0))
MORE = ((0.05, 0.6, 0.6, 0.3), (0.6, 0.3, 0.05, 0.0))
PLUS = ((0.05, 0.3, 0.6, 0.3), (0.325, 0.02, 0.325, 0.58))
SHAPES = {
    "−": drawn((0.05, 0.3, 0.7, 0.3), low=0.28, high=0.34),
    "–": drawn((0.0, 0.25, 0.45, 0.25), low=0.22, high=0.27),
    "=": drawn((0.05, 0.2, 0.65, 0.2), (0.05, 0.4, 0.65, 0.4), low=0.17, high=0.43),
    "≡": drawn((0.05, 0.1, 0.65, 0.1), (0.05, 0.3, 0.65, 0.3), (0.05, 0.5, 0.65, 0.5), low=0.07, high=0.53),
    "+": drawn(*PLUS),
    "×": drawn((0.05, 0.0, 0.55, 0.5), (0.05, 0.5, 0.55, 0.0), high=0.5),
    "±": drawn(*PLUS, (0.05, -0.15, 0.6, -0.15), low=-0.18, high=0.58),
    "<": drawn(*LESS),
    ">": drawn(*MORE),
    "≤": drawn(*LESS, (0.05, -0.15, 0.6, -0.15), low=-0.18),
    "≥": drawn(*MORE, (0.05, -0.15, 0.6, -0.15), low=-0.18),
    "°": ring(0.3, 0.4),
    "~": wave(),
}


@pytest.mark.parametrize("sign", SHAPES)
def test_a_sign_is_known_by_its_ink(sign: str) -> None:
    """Bars, crosses, angles, a ring and a wave, whatever character the file maps them to."""
    assert sign_of(SHAPES[sign]) == sign
    assert drawn_instead({"5": SHAPES[sign]}) == {"5": sign}


def letter(char: str, font: ImageFont.FreeTypeFont) -> Glyph:
    """``char`` as a text font draws it."""
    image = Image.new("1", (3 * EM, 3 * EM))
    ImageDraw.Draw(image).text((EM, 2 * EM), char, fill=1, font=font, anchor="ls")
    ink = np.array(image, bool)
    rows = np.flatnonzero(ink.any(axis=1))
    return glyph_of(image, (2 * EM - 1 - int(rows[-1])) / EM, (2 * EM - int(rows[0])) / EM)


@pytest.mark.parametrize("char", string.ascii_letters + string.digits + "!#$%&()*,./:;?@[]{}")
def test_a_text_font_draws_what_it_says(char: str) -> None:
    """No letter, digit or mark of a usual font is taken for a sign or for a Greek letter."""
    font = ImageFont.load_default(EM)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert drawn_instead({char: letter(char, font)}) == {}


def test_a_mapped_sign_is_left_alone() -> None:
    """What the file calls a dash or a sign stays as it calls it."""
    assert drawn_instead({"-": SHAPES["−"], "=": SHAPES["+"]}) == {}


def test_a_letter_that_reaches_below_the_line_is_greek() -> None:
    """ "m" has no tail: what is mapped to it and has one is a mu, and its font is one of Greek letters."""
    mu, other = (
        Glyph(0.55, -0.2, 0.45, lambda: np.zeros((0, 0), bool)),
        Glyph(0.5, 0, 0.45, lambda: np.ones((9, 9), bool)),
    )
    assert drawn_instead({"m": mu, "a": other}) == {"m": "μ", "a": "α"}
    assert drawn_instead({"m": Glyph(0.8, 0.0, 0.45, lambda: np.ones((9, 9), bool))}) == {}


def test_what_is_not_mapped_at_all_is_named_or_shown_as_missing() -> None:
    """A control character stands for a sign that the font does not map: it is told by its shape, or seen to be lost."""
    blob = drawn((0.1, 0.0, 0.4, 0.5), (0.4, 0.5, 0.2, 0.1), (0.1, 0.2, 0.5, 0.3))
    assert drawn_instead({"\x01": SHAPES["×"], "\x03": SHAPES["≤"], "\x04": blob}) == {
        "\x01": "×",
        "\x03": "≤",
        "\x04": UNKNOWN,
    }


def test_a_font_of_many_letters_is_a_text_font() -> None:
    """Signs and Greek letters are looked for only where a page uses few letters of a font."""
    assert may_mislead("5.,")
    assert may_mislead("agm")
    assert not may_mislead("an ordinary sentence")


def symbol_font(path: Path) -> Path:
    """A font whose "5" is drawn as two bars and whose "2" as one; its "a" is a block."""
    glyphs = {".notdef": [], "five": [(80, 150), (80, 330)], "two": [(80, 240)], "a": [(80, 0)]}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap({ord("5"): "five", ord("2"): "two", ord("a"): "a"})
    outlines = {}
    for name, corners in glyphs.items():
        pen = TTGlyphPen(None)
        for x, y in corners:
            high, wide = (500, 300) if name == "a" else (50, 560)
            pen.moveTo((x, y))
            for corner in ((x, y + high), (x + wide, y + high), (x + wide, y)):
                pen.lineTo(corner)
            pen.closePath()
        outlines[name] = pen.glyph()
    builder.setupGlyf(outlines)
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (700, 80)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Signs", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)
    return path


def first_page(paper: Paper) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(paper.data()))
    try:
        return read_page(document, 0).raw
    finally:
        document.close()


def test_a_page_says_the_signs_that_it_shows(tmp_path: Path) -> None:
    """ "n530" in a text font and a symbol font is n=30; digits of the text font stay digits."""
    paper = Paper()
    paper.add_page()
    paper.add_font("Signs", fname=symbol_font(tmp_path / "signs.ttf"))
    x = 20.0
    for family, text in (
        ("Helvetica", "adults (n"),
        ("Signs", "5"),
        ("Helvetica", "25) and "),
        ("Signs", "2"),
        ("Helvetica", "52"),
    ):
        paper.set_font(family, "", 10)
        paper.text(x, 40, text)
        x += paper.get_string_width(text)
    assert "".join(first_page(paper).split()) == "adults(n=25)and−52"


def test_a_word_in_an_odd_font_is_a_word(tmp_path: Path) -> None:
    """Letters in a row are text, however strange their font looks."""
    paper = Paper()
    paper.add_page()
    paper.add_font("Signs", fname=symbol_font(tmp_path / "signs.ttf"))
    paper.set_font("Signs", "", 10)
    paper.text(20, 40, "aaa525")
    assert first_page(paper).strip() == "aaa525"
