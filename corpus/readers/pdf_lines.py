"""A PDF page → its lines of text, each with its place, size and weight.

pdfium gives a page as a row of characters in the order of the content stream. They are cut into
*runs* (same style, same baseline, no gap) and joined again into *lines*, so that a superscript
stays in its line although its baseline differs, and text of two columns stays apart although its
baseline is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.readers.pdf_characters import Characters
from corpus.readers.pdf_drawings import Drawings, read_drawings, turned

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


@dataclass(frozen=True, slots=True, eq=False)  # a line is itself, however alike another one is; and hashing is cheap
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
    drawings: Drawings = field(default_factory=Drawings)


def read_page(document: Any, index: int) -> Page:
    """Page ``index`` (from 0) of a ``pypdfium2.PdfDocument``. Raises ``PdfiumError`` where pdfium cannot load it."""
    page = document[index]
    try:
        characters = upright(page)
        width, height = page.get_size()
        if page.get_rotation() in (90, 270):
            width, height = height, width  # back to the space that the characters' boxes are in
        return _page(characters, index, width, height, read_drawings(page, width, height, characters.objects))
    finally:
        page.close()


def upright(page: Any) -> Characters:
    """The characters of the page, which is turned so that most of its text stands upright."""
    characters = _read(page)
    if characters.turn is not None and 90 * characters.turn != page.get_rotation():
        page.set_rotation(90 * characters.turn)  # pdfium puts text in order as the page is shown
        characters = _read(page)
    return characters


def _read(page: Any) -> Characters:
    text_page = page.get_textpage()
    try:
        return Characters(page, text_page)
    finally:
        text_page.close()


def _page(characters: Characters, index: int, width: float, height: float, drawings: Drawings) -> Page:
    """The characters as lines, turned so that most of the text runs from left to right."""
    if characters.turn is None:
        return Page(index, characters.raw, (), width, height)
    chosen = np.flatnonzero(characters.quarters == characters.turn)
    boxes, baselines = characters.boxes, characters.baselines
    drawings = turned(drawings, width, characters.turn)
    for _ in range(characters.turn):  # turn everything clockwise by a quarter
        left, top, right, bottom = boxes.T
        boxes = np.column_stack((bottom, width - left, top, width - right)).astype(np.float32)
        baselines = np.column_stack((baselines[:, 1], width - baselines[:, 0]))
        width, height = height, width
    runs = _runs(characters, chosen, boxes[chosen], baselines[chosen, 1])
    return Page(index, characters.raw, tuple(_lines(index, characters.raw, runs)), width, height, drawings)


def _runs(
    characters: Characters,
    chosen: npt.NDArray[np.int64],
    boxes: npt.NDArray[np.float32],
    y: npt.NDArray[np.float64],
) -> list[Run]:
    """The characters ``chosen`` (their indices) with these boxes and baselines, cut at every change."""
    style = characters.style[chosen]
    size = np.array([one.size for one in characters.styles])[style]
    left, right = boxes[:, 0], boxes[:, 2]
    gap = (left[1:] - right[:-1]) / np.maximum(size[:-1], 1e-3)
    step = np.abs(np.diff(y)) / np.maximum(size[:-1], 1e-3)
    same_place = left[1:] == left[:-1]  # the letters of an opened ligature
    apart = (step > _BASELINE_STEP) | (gap > _RUN_GAP) | (gap < -_OVERLAP)
    cut = (style[1:] != style[:-1]) | (apart & ~same_place)
    firsts = np.concatenate(([0], np.flatnonzero(cut) + 1))
    lasts = np.append(firsts[1:] - 1, len(chosen) - 1)
    ends = zip(
        chosen[firsts].tolist(), (chosen[lasts] + 1).tolist(),
        np.minimum.reduceat(left, firsts).tolist(), np.maximum.reduceat(right, firsts).tolist(),
        y[firsts].tolist(), style[firsts].tolist(), strict=True,
    )  # fmt: skip
    styles = characters.styles
    return [
        Run(start, end, x0, x1, height, styles[one].size, styles[one].font, styles[one].bold)
        for start, end, x0, x1, height, one in ends
    ]


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
