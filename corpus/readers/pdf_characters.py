"""A PDF page as pdfium gives it: characters in the order of the content stream, their places and their styles.

The raw text of a page has exactly one code point per pdfium character, so a character's index is its raw
offset. ``FPDFText_GetText`` leaves out characters without a Unicode value: its answer is taken where it is
complete, else each character is asked for. As there, a hyphen that pdfium takes for a line-end hyphen is U+FFFE.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

from corpus.readers.pdf_glyphs import Glyph, drawn_instead, may_mislead

JOINED_HYPHEN = "\ufffe"
_POINTER, _INTEGER = ctypes.c_void_p, ctypes.c_int
_PDFIUM_HYPHEN = 2
_UNKNOWN = 0xFFFD
_BOLD_NAMES = ("bold", "black", "heavy", "demi", "-bd", ".b+")
_FORCE_BOLD = 1 << 18
_BOLD_WEIGHT = 600
_ASCII = 128
_BLANK = np.array([0, *(code for code in range(0x3001) if chr(code).isspace())], np.uint32)
_SPACES = [0, *(code for code in range(_ASCII) if chr(code).isspace()), _PDFIUM_HYPHEN]
_IS_LETTER = np.array([chr(code).isalpha() for code in range(_ASCII)])
_WORD = 3  # letters in a row: symbols and Greek letters stand by themselves
_EM = 40.0  # pixels to the em, to look at a glyph
_MOST_PIXELS = 1 << 18


@dataclass(frozen=True, slots=True)
class Style:
    """What the characters of one text object share: type size in points, font, weight, direction."""

    size: float
    font: str
    bold: bool
    quarter: int
    """The text's direction in quarter turns anticlockwise, or -1 for any other angle."""


def fast(function: Any, *arguments: Any, result: Any = ctypes.c_int) -> Callable[..., Any]:
    """The C function with plain integers for pointers: a call costs a quarter of what the typed binding costs."""
    prototype = ctypes.CFUNCTYPE(result, *arguments)
    address = ctypes.cast(function, ctypes.c_void_p).value
    return prototype(address or 0)


class Characters:
    """All characters of a text page, their boxes, baselines and styles, as arrays with one row per character."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self._handle = ctypes.cast(text_page.raw, _POINTER).value
        count = text_page.count_chars()
        object_of = fast(pdfium_c.FPDFText_GetTextObject, _POINTER, _INTEGER, result=_POINTER)
        box_of = fast(pdfium_c.FPDFText_GetLooseCharBox, _POINTER, _INTEGER, _POINTER)
        handle = self._handle
        self.boxes: npt.NDArray[np.float32] = np.zeros((count, 4), np.float32)  # left, top, right, bottom
        boxes = self.boxes.ctypes.data
        for at in range(count):
            box_of(handle, at, boxes + 16 * at)
        self.raw = _text(text_page, count)
        self._read_objects(np.fromiter((object_of(handle, at) or 0 for at in range(count)), np.uint64, count))
        self._unmask(page)
        seen = ~np.isin(np.frombuffer(self.raw.encode("utf-32-le"), np.uint32), _BLANK) & (self.style > 0)
        self.quarters = np.where(seen, np.array([one.quarter for one in self.styles], np.int64)[self.style], -1)
        """The direction of each visible character as ``Style.quarter``; -1 for white space, too."""
        directions = self.quarters[self.quarters >= 0]
        self.turn = int(np.bincount(directions).argmax()) if len(directions) else None
        """The direction of most of the text; None where there is no text along the page."""

    def _read_objects(self, objects: npt.NDArray[np.uint64]) -> None:
        """Styles and baselines: the characters of one text object share them, so each object is asked once."""
        origin_of = fast(pdfium_c.FPDFText_GetCharOrigin, _POINTER, _INTEGER, _POINTER, _POINTER)
        matrix_of = fast(pdfium_c.FPDFText_GetMatrix, _POINTER, _INTEGER, _POINTER)
        size_of = fast(pdfium_c.FPDFText_GetFontSize, _POINTER, _INTEGER, result=ctypes.c_double)
        font_of = fast(pdfium_c.FPDFTextObj_GetFont, _POINTER, result=_POINTER)
        origin, matrix = (ctypes.c_double * 2)(), (ctypes.c_float * 6)()
        x, y, scale = ctypes.addressof(origin), ctypes.addressof(origin) + 8, ctypes.addressof(matrix)
        faces: dict[int | None, tuple[str, bool]] = {None: ("", False)}
        styles: dict[tuple[float, ...], int] = {}
        numbers = {(Style(0.0, "", False, 0), None): 0}  # of what pdfium generated: spaces and line ends
        kinds: list[tuple[int, float, float]] = []
        pointers, firsts, which = np.unique(objects, return_index=True, return_inverse=True)
        self.objects = frozenset(pointers.tolist())
        """The addresses of the text objects on the page."""
        for text_object, at in zip(pointers.tolist(), firsts.tolist(), strict=True):
            if not text_object:
                kinds.append((0, 0.0, 0.0))
                continue
            origin_of(self._handle, at, x, y)
            matrix_of(self._handle, at, scale)
            font = font_of(text_object)
            key = (font, size_of(self._handle, at), *matrix[:4])
            number = styles.get(key)
            if number is None:
                if font not in faces:
                    faces[font] = _face(ctypes.cast(font, pdfium_c.FPDF_FONT))
                style = _style(matrix[:4], key[1], *faces[font])
                number = styles[key] = numbers.setdefault((style, font), len(numbers))
            kinds.append((number, origin[0], origin[1]))
        table = np.array(kinds, np.float64).reshape(-1, 3)[which.reshape(-1)]
        self.style = table[:, 0].astype(np.int32)
        self.baselines = table[:, 1:]
        """A point on the baseline of each character: where its text object starts."""
        self.styles = [style for style, _ in numbers]
        self._fonts = [font for _, font in numbers]

    def _unmask(self, page: Any) -> None:
        """Puts what symbol fonts draw in the place of the characters that they are mapped to."""
        faces = {font: number for number, font in enumerate(dict.fromkeys(self._fonts))}
        face = np.array([faces[font] for font in self._fonts], np.int32)[self.style]
        codes = np.frombuffer(self.raw.encode("utf-32-le"), np.uint32)
        plain = codes < _ASCII
        used = np.zeros((len(faces), _ASCII), bool)
        used[face[plain], codes[plain]] = True
        used[:, _SPACES] = False
        instead: dict[int, str] = {}
        for font, number in faces.items():
            chars = "".join(map(chr, np.flatnonzero(used[number])))
            if font is None or not chars or not may_mislead(chars):
                continue
            own = np.flatnonzero(face == number)
            if _longest_word(own[_IS_LETTER[np.minimum(codes[own], _ASCII - 1)]]) >= _WORD:
                continue
            places = {char: own[codes[own] == ord(char)].tolist() for char in chars}
            glyphs = {char: glyph for char, at in places.items() if (glyph := self._glyph(page, at[0])) is not None}
            for char, drawn in drawn_instead(glyphs).items():
                instead |= dict.fromkeys(places[char], drawn)
        if instead:
            self.raw = "".join(instead.get(at, char) for at, char in enumerate(self.raw))

    def _glyph(self, page: Any, at: int) -> Glyph | None:
        """How character ``at`` looks; None where it has no ink, does not stand upright, or is part of a ligature."""
        style = self.styles[self.style[at]]
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        x, y = ctypes.c_double(), ctypes.c_double()
        handle = ctypes.cast(self._handle or 0, pdfium_c.FPDF_TEXTPAGE)
        pdfium_c.FPDFText_GetCharBox(handle, at, left, right, bottom, top)
        pdfium_c.FPDFText_GetCharOrigin(handle, at, x, y)
        around = self.boxes[max(at - 1, 0) : at + 2, 0]
        opened = np.count_nonzero(around == self.boxes[at, 0]) > 1
        if style.quarter != 0 or style.size <= 0 or right.value <= left.value or top.value <= bottom.value or opened:
            return None

        def draw() -> npt.NDArray[np.bool_]:
            text_object = pdfium_c.FPDFText_GetTextObject(handle, at)
            return _ink(page, text_object, left.value, right.value, _EM / style.size)

        width, low, high = right.value - left.value, bottom.value - y.value, top.value - y.value
        return Glyph(width / style.size, low / style.size, high / style.size, draw)


def _longest_word(places: npt.NDArray[np.int64]) -> int:
    """The most of ``places`` that follow each other without a gap."""
    starts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    return int(np.diff(starts, append=len(places)).max(initial=0))


def _ink(page: Any, text_object: Any, left: float, right: float, scale: float) -> npt.NDArray[np.bool_]:
    """What ``text_object`` draws between ``left`` and ``right``, cropped; empty where it cannot be drawn.

    ``scale`` is in pixels per point.
    """
    nothing = np.zeros((0, 0), bool)
    bounds = [ctypes.c_float() for _ in range(4)]
    pdfium_c.FPDFPageObj_GetBounds(text_object, *bounds)
    x0, y0, x1, y1 = (one.value for one in bounds)
    if not 0 < (x1 - x0) * (y1 - y0) * scale * scale < _MOST_PIXELS:
        return nothing
    bitmap = pdfium_c.FPDFTextObj_GetRenderedBitmap(page.pdf.raw, page.raw, text_object, scale)
    if not bitmap:
        return nothing
    try:
        width, height = pdfium_c.FPDFBitmap_GetWidth(bitmap), pdfium_c.FPDFBitmap_GetHeight(bitmap)
        stride = pdfium_c.FPDFBitmap_GetStride(bitmap)
        if pdfium_c.FPDFBitmap_GetFormat(bitmap) != pdfium_c.FPDFBitmap_BGRA:
            return nothing
        data = ctypes.string_at(pdfium_c.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium_c.FPDFBitmap_Destroy(bitmap)
    covered = np.frombuffer(data, np.uint8).reshape(height, stride)[:, : 4 * width].reshape(height, width, 4)[:, :, 3]
    first, last = max(0, round((left - x0) * scale) - 1), round((right - x0) * scale) + 1
    ink = covered[:, first:last] > 127
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else nothing


def _text(text_page: Any, count: int) -> str:
    """One code point for each of the ``count`` characters."""
    buffer = ctypes.create_string_buffer(2 * count + 2)
    units = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    written = pdfium_c.FPDFText_GetText(text_page.raw, 0, count, units) - 1
    if written == count:
        return _stored(np.frombuffer(buffer.raw, np.uint16, count).astype(np.uint32))
    handle = ctypes.cast(text_page.raw, _POINTER).value
    unicode_of = fast(pdfium_c.FPDFText_GetUnicode, _POINTER, _INTEGER, result=ctypes.c_uint)
    is_hyphen = fast(pdfium_c.FPDFText_IsHyphen, _POINTER, _INTEGER)
    codes = np.array([unicode_of(handle, at) for at in range(count)], np.uint32)
    for at in np.flatnonzero(codes == _PDFIUM_HYPHEN).tolist():
        if is_hyphen(handle, at) == 1:
            codes[at] = ord(JOINED_HYPHEN)
    return _stored(codes)


def _stored(codes: npt.NDArray[np.uint32]) -> str:
    """The text of ``codes``; what is no code point is U+FFFD."""
    codes[(codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))] = _UNKNOWN
    return codes.astype("<u4").tobytes().decode("utf-32-le")


def _style(matrix: Sequence[float], font_size: float, face: str, bold: bool) -> Style:
    """``matrix``: a, b, c and d of the text's transformation."""
    a, b, c, d = matrix
    if abs(b) <= 0.05 * abs(a):
        quarter = 0 if a > 0 else 2
    elif abs(a) <= 0.05 * abs(b):
        quarter = 1 if b > 0 else 3
    else:
        quarter = -1
    return Style(round(font_size * hypot(c, d), 1), face, bold, quarter)


def _face(font: Any) -> tuple[str, bool]:
    """The name of ``font``, and whether it is bold by its name or its descriptor."""
    buffer = ctypes.create_string_buffer(256)
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("latin-1").lower()
    bold = any(word in name for word in _BOLD_NAMES) or bool(pdfium_c.FPDFFont_GetFlags(font) & _FORCE_BOLD)
    weight = pdfium_c.FPDFFont_GetWeight(font)
    return name.rpartition("+")[2], bold or _BOLD_WEIGHT <= weight <= 1000
