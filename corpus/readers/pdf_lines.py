"""A PDF page → its lines of text, each with its place, size and weight.

pdfium gives a page as a row of characters in the order of the content stream. They are cut into
*runs* (same style, same baseline, no gap) and joined again into *lines*, so that a superscript
stays in its line although its baseline differs, and text of two columns stays apart although its
baseline is the same.

The raw text of a page has exactly one code point per pdfium character, so a character's index is
its raw offset. That is why it is not taken from ``FPDFText_GetText``, which leaves out characters
without a Unicode value. As there, a hyphen that pdfium takes for a line-end hyphen is U+FFFE.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

JOINED_HYPHEN = "\ufffe"
_POINTER, _INTEGER = ctypes.c_void_p, ctypes.c_int
_PDFIUM_HYPHEN = 2
_UNKNOWN = 0xFFFD
_BOLD_NAMES = ("bold", "black", "heavy", "demi", "-bd", ".b+")
_FORCE_BOLD = 1 << 18
_BOLD_WEIGHT = 600

# All in units of the type size.
_BASELINE_STEP = 0.1  # a smaller difference of two baselines is none
_RUN_GAP = 1.0  # a wider gap ends a run
_LINE_GAP = 1.25  # a wider gap ends a line: column gutters are wider, stretched word spaces hardly ever
_BACKWARDS = 1.5  # on one baseline a run may start this far back: an accent set by itself
_OVERLAP = 0.6  # a new run may start this far back (accents and kerning)
_WORD_GAP = 0.18  # a wider gap is a space where the stream has none
_SMALL = 0.87  # raised or lowered type is at most this large
_RAISED, _LOWERED = 0.15, 0.08  # and its baseline at least this far off


@dataclass(frozen=True, slots=True)
class Run:
    """Characters ``[start, end)`` of the page, in one style on one baseline. Lengths are in points, y upwards."""

    start: int
    end: int
    x0: float
    x1: float
    y: float
    size: float
    font: str
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Runs on one line, left to right; ``shift`` says for each whether it is raised (1), lowered (-1) or neither."""

    page: int
    runs: tuple[Run, ...]
    shift: tuple[int, ...]
    x0: float
    x1: float
    y: float
    size: float
    font: str
    bold: bool
    text: str
    """As read, for looking at; see ``pdf_words`` for the tracked text."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its raw text (one code point per pdfium character), its lines in stream order, its size in points."""

    index: int
    raw: str
    lines: tuple[Line, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    font: str
    bold: bool
    quarter: int
    """The text's direction in quarter turns anticlockwise, or -1 for any other angle."""


def read_page(document: Any, index: int) -> Page:
    """Page ``index`` (from 0) of a ``pypdfium2.PdfDocument``. Raises ``PdfiumError`` where pdfium cannot load it."""
    page = document[index]
    try:
        characters = _read(page)
        if characters.turn is not None and 90 * characters.turn != page.get_rotation():
            # pdfium puts text in order as the page is shown: have it shown with the text upright
            page.set_rotation(90 * characters.turn)
            characters = _read(page)
        width, height = page.get_size()
        return characters.page(index, width, height, page.get_rotation())
    finally:
        page.close()


def _read(page: Any) -> _Characters:
    text_page = page.get_textpage()
    try:
        return _Characters(text_page)
    finally:
        text_page.close()


def _fast(function: Any, *arguments: Any, result: Any = ctypes.c_int) -> Callable[..., Any]:
    """The C function with plain integers for pointers: a call costs a quarter of what the typed binding costs."""
    prototype = ctypes.CFUNCTYPE(result, *arguments)
    address = ctypes.cast(function, ctypes.c_void_p).value
    return prototype(address or 0)


class _Characters:
    """All characters of a text page, their boxes, baselines and styles, as arrays with one row per character."""

    def __init__(self, text_page: Any) -> None:
        self._handle = ctypes.cast(text_page.raw, _POINTER).value
        count = text_page.count_chars()
        unicode_of = _fast(pdfium_c.FPDFText_GetUnicode, _POINTER, _INTEGER, result=ctypes.c_uint)
        is_hyphen = _fast(pdfium_c.FPDFText_IsHyphen, _POINTER, _INTEGER)
        object_of = _fast(pdfium_c.FPDFText_GetTextObject, _POINTER, _INTEGER, result=_POINTER)
        box_of = _fast(pdfium_c.FPDFText_GetLooseCharBox, _POINTER, _INTEGER, _POINTER)
        handle = self._handle
        self.boxes: npt.NDArray[np.float32] = np.zeros((count, 4), np.float32)  # left, top, right, bottom
        boxes = self.boxes.ctypes.data
        for at in range(count):
            box_of(handle, at, boxes + 16 * at)
        codes = np.array([unicode_of(handle, at) for at in range(count)], np.uint32)
        codes[(codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))] = _UNKNOWN
        for at in np.flatnonzero(codes == _PDFIUM_HYPHEN).tolist():
            if is_hyphen(handle, at) == 1:
                codes[at] = ord(JOINED_HYPHEN)
        self.raw = codes.astype("<u4").tobytes().decode("utf-32-le")
        self._read_objects([object_of(handle, at) for at in range(count)])
        seen = np.array([not (char.isspace() or char == "\x00") for char in self.raw], bool) & (self.style > 0)
        self._quarters = np.where(seen, np.array([one.quarter for one in self.styles], np.int64)[self.style], -1)
        directions = self._quarters[self._quarters >= 0]
        self.turn = int(np.bincount(directions).argmax()) if len(directions) else None
        """The direction of most of the text, as ``_Style.quarter``; None where there is no text along the page."""

    def _read_objects(self, objects: Sequence[int | None]) -> None:
        """Styles and baselines: the characters of one text object share them, so each object is asked once."""
        origin_of = _fast(pdfium_c.FPDFText_GetCharOrigin, _POINTER, _INTEGER, _POINTER, _POINTER)
        matrix_of = _fast(pdfium_c.FPDFText_GetMatrix, _POINTER, _INTEGER, _POINTER)
        size_of = _fast(pdfium_c.FPDFText_GetFontSize, _POINTER, _INTEGER, result=ctypes.c_double)
        font_of = _fast(pdfium_c.FPDFTextObj_GetFont, _POINTER, result=_POINTER)
        origin, matrix = (ctypes.c_double * 2)(), (ctypes.c_float * 6)()
        x, y, scale = ctypes.addressof(origin), ctypes.addressof(origin) + 8, ctypes.addressof(matrix)
        faces: dict[int | None, tuple[str, bool]] = {None: ("", False)}
        numbers = {_Style(0.0, "", False, 0): 0}  # of what pdfium generated: spaces and line ends
        kinds: dict[int | None, tuple[int, float, float]] = {None: (0, 0.0, 0.0)}
        for at, text_object in enumerate(objects):
            if text_object in kinds:
                continue
            origin_of(self._handle, at, x, y)
            matrix_of(self._handle, at, scale)
            font = font_of(text_object)
            if font not in faces:
                faces[font] = _face(ctypes.cast(font, pdfium_c.FPDF_FONT))
            style = _style(matrix[:4], size_of(self._handle, at), *faces[font])
            kinds[text_object] = (numbers.setdefault(style, len(numbers)), origin[0], origin[1])
        table = np.array([kinds[one] for one in objects], np.float64).reshape(-1, 3)
        self.style = table[:, 0].astype(np.int32)
        self.baselines = table[:, 1:]
        """A point on the baseline of each character: where its text object starts."""
        self.styles = list(numbers)

    def page(self, index: int, width: float, height: float, rotation: int) -> Page:
        """The characters as lines, turned so that most of the text runs from left to right."""
        if rotation in (90, 270):
            width, height = height, width  # back to the space that the characters' boxes are in
        if self.turn is None:
            return Page(index, self.raw, (), width, height)
        chosen = np.flatnonzero(self._quarters == self.turn)
        for _ in range(self.turn):  # turn everything clockwise by a quarter
            left, top, right, bottom = self.boxes.T.copy()
            self.boxes = np.column_stack((bottom, width - left, top, width - right)).astype(np.float32)
            self.baselines = np.column_stack((self.baselines[:, 1], width - self.baselines[:, 0]))
            width, height = height, width
        return Page(index, self.raw, tuple(_lines(index, self.raw, self._runs(chosen))), width, height)

    def _runs(self, chosen: npt.NDArray[np.int64]) -> list[Run]:
        style = self.style[chosen]
        size = np.array([one.size for one in self.styles])[style]
        left, right = self.boxes[chosen, 0], self.boxes[chosen, 2]
        y = self.baselines[chosen, 1]
        gap = (left[1:] - right[:-1]) / np.maximum(size[:-1], 1e-3)
        step = np.abs(np.diff(y)) / np.maximum(size[:-1], 1e-3)
        same_place = left[1:] == left[:-1]  # the letters of an opened ligature
        apart = (step > _BASELINE_STEP) | (gap > _RUN_GAP) | (gap < -_OVERLAP)
        cut = (style[1:] != style[:-1]) | (apart & ~same_place)
        firsts = [0, *(np.flatnonzero(cut) + 1).tolist()]
        lasts = [*(first - 1 for first in firsts[1:]), len(chosen) - 1]
        runs = []
        for first, last in zip(firsts, lasts, strict=True):
            one = self.styles[style[first]]
            runs.append(
                Run(
                    int(chosen[first]), int(chosen[last]) + 1,
                    float(left[first : last + 1].min()), float(right[first : last + 1].max()), float(y[first]),
                    one.size, one.font, one.bold,
                )
            )  # fmt: skip
        return runs


def _style(matrix: Sequence[float], font_size: float, face: str, bold: bool) -> _Style:
    """``matrix``: a, b, c and d of the text's transformation."""
    a, b, c, d = matrix
    if abs(b) <= 0.05 * abs(a):
        quarter = 0 if a > 0 else 2
    elif abs(a) <= 0.05 * abs(b):
        quarter = 1 if b > 0 else 3
    else:
        quarter = -1
    return _Style(round(font_size * hypot(c, d), 1), face, bold, quarter)


def _face(font: Any) -> tuple[str, bool]:
    """The name of ``font``, and whether it is bold by its name or its descriptor."""
    buffer = ctypes.create_string_buffer(256)
    pdfium_c.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("latin-1").lower()
    bold = any(word in name for word in _BOLD_NAMES) or bool(pdfium_c.FPDFFont_GetFlags(font) & _FORCE_BOLD)
    weight = pdfium_c.FPDFFont_GetWeight(font)
    return name.rpartition("+")[2], bold or _BOLD_WEIGHT <= weight <= 1000


def _lines(page: int, raw: str, runs: list[Run]) -> list[Line]:
    lines: list[Line] = []
    group: list[Run] = []
    for run in runs:
        if group and not _joins(group, run):
            lines.append(make_line(page, raw, group))
            group = []
        group.append(run)
    if group:
        lines.append(make_line(page, raw, group))
    return lines


def _joins(group: list[Run], run: Run) -> bool:
    """Whether ``run`` goes on with the line of ``group``."""
    main = max(group, key=lambda one: (one.size, one.end - one.start))
    size = max(main.size, run.size)
    gap = run.x0 - max(one.x1 for one in group)
    rise = run.y - main.y
    if abs(rise) <= 0.2 * size:
        return -_BACKWARDS * size <= gap <= _LINE_GAP * size
    if not -_OVERLAP * size <= gap <= _LINE_GAP * size:
        return False
    if run.size <= _SMALL * main.size:
        return -0.4 * size <= rise <= 0.75 * size
    if main.size <= _SMALL * run.size and len(group) <= 2:  # a mark that leads the line
        return -0.75 * size <= rise <= 0.4 * size
    previous = group[-1]  # a raised or lowered stretch in several pieces
    return abs(run.y - previous.y) <= 0.1 * size and run.size <= _SMALL * main.size


def make_line(page: int, raw: str, group: Sequence[Run]) -> Line:
    """The line that ``group`` makes up, its runs in stream order."""
    weights: dict[tuple[float, str], int] = {}
    length = 0
    for run in group:
        count = run.end - run.start
        length += count
        weights[run.size, run.font] = weights.get((run.size, run.font), 0) + count
    size = max(size for (size, _), weight in weights.items() if 4 * weight >= max(weights.values()))
    main = max((run for run in group if run.size == size), key=lambda run: run.end - run.start)
    shift = []
    for run in group:
        rise = (run.y - main.y) / max(size, 1e-3) if run.size <= _SMALL * size else 0.0
        shift.append(1 if rise > _RAISED else -1 if rise < -_LOWERED else 0)
    text = raw[group[0].start : group[0].end]
    for last, run in pairwise(group):
        text += (" " if spaced(raw, last, run) else "") + raw[run.start : run.end]
    return Line(
        page=page, runs=tuple(group), shift=tuple(shift),
        x0=min(run.x0 for run in group), x1=max(run.x1 for run in group), y=main.y, size=size,
        font=max(weights, key=lambda key: weights[key])[1],
        bold=2 * sum(run.end - run.start for run in group if run.bold) > length,
        text=text,
    )  # fmt: skip


def spaced(raw: str, last: Run, run: Run) -> bool:
    """Whether a space stands between two runs that follow each other in a line."""
    size = max(last.size, run.size, 1e-3)
    gap = (run.x0 - last.x1) / size
    told = abs(run.y - last.y) <= _BASELINE_STEP * size and " " in raw[last.end : run.start]
    return gap > (_WORD_GAP / 3 if told else _WORD_GAP)
