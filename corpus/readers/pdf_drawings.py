"""What a PDF page draws beside text: where its pictures and diagrams stand, and its horizontal rules.

Only bounds are read, never pixels. Objects that touch, or nearly so, are one picture; what covers the page
(a frame, a tinted ground) and rules alone are none.
"""

from __future__ import annotations

import ctypes
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium_c

_POINTER = ctypes.c_void_p
_TEXT, _IMAGE, _FORM = pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM
_MOST_OBJECTS = 20_000  # beyond that a page is a map: its first objects tell enough
_THIN = 2.0  # points: a rule is no thicker
_LEAST_RULE = 40.0  # points
_MOST_RULES = 400
_NEAR = 4.0  # points between two objects of one picture
_GROUND = 0.55  # of the page: what covers more is its ground or its frame
_LEAST_IMAGE = 30.0  # points, each way
_LEAST_DIAGRAM = (50.0, 40.0)  # points: width and height
_LEAST_STROKES = 6  # objects of a diagram
_COARSE = (4.0, 12.0, 24.0, 48.0)  # points: the first grid on which few enough objects are left is taken
_FEW = 400

Boxes = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in points, y upwards."""

    x0: float
    bottom: float
    x1: float
    top: float


@dataclass(frozen=True, slots=True)
class Drawings:
    """The pictures of a page (images and diagrams), and its horizontal rules from the top down."""

    pictures: tuple[Box, ...] = ()
    rules: tuple[Box, ...] = ()


def read_drawings(page: Any, width: float, height: float, texts: Container[int] = ()) -> Drawings:
    """The drawings of a pypdfium2 page of this size, in its own space (not turned).

    ``texts`` are addresses of objects that are known to be text: they need not be asked.
    """
    kinds, boxes = _objects(page, texts)
    across, upwards = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    level = (upwards <= _THIN) & (across > _THIN)
    rules = _joined_rules(boxes[level & (kinds != _IMAGE)])
    ground = across * upwards > _GROUND * width * height
    outside = (boxes[:, 0] > width) | (boxes[:, 1] > height) | (boxes[:, 2] < 0) | (boxes[:, 3] < 0)
    kept = ~(ground | outside | ((across <= _THIN) & (upwards <= _THIN)))
    return Drawings(tuple(_pictures(kinds[kept], boxes[kept])), tuple(rules))


def _objects(page: Any, texts: Container[int]) -> tuple[npt.NDArray[np.int32], Boxes]:
    """The kind and the bounds of each object that is no text."""
    get = _fast(pdfium_c.FPDFPage_GetObject, _POINTER, ctypes.c_int, result=_POINTER)
    kind_of = _fast(pdfium_c.FPDFPageObj_GetType, _POINTER)
    bounds_of = _fast(pdfium_c.FPDFPageObj_GetBounds, *[_POINTER] * 5)
    handle = ctypes.cast(page.raw, _POINTER).value
    count = min(pdfium_c.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)
    others = [one for at in range(count) if (one := get(handle, at)) not in texts]
    found = [(one, kind) for one in others if (kind := kind_of(one)) != _TEXT]
    boxes = np.zeros((len(found), 4), np.float32)
    at = boxes.ctypes.data
    for one, _ in found:
        bounds_of(one, at, at + 4, at + 8, at + 12)
        at += 16
    return np.array([kind for _, kind in found], np.int32), boxes


def _fast(function: Any, *arguments: Any, result: Any = ctypes.c_int) -> Any:
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, _POINTER).value or 0)


def _joined_rules(boxes: Boxes) -> list[Box]:
    """Rules from the top down; the pieces of one, end to end, are put together."""
    rules: list[Box] = []
    for x0, bottom, x1, top in sorted(boxes.tolist(), key=lambda box: (-round(box[1]), box[0])):
        last = rules[-1] if rules else None
        if last is not None and abs(last.bottom - bottom) <= 1 and x0 - last.x1 <= _NEAR:
            rules[-1] = Box(last.x0, min(last.bottom, bottom), max(last.x1, x1), max(last.top, top))
        else:
            rules.append(Box(x0, bottom, x1, top))
    return [rule for rule in rules if rule.x1 - rule.x0 >= _LEAST_RULE][:_MOST_RULES]


def _pictures(kinds: npt.NDArray[np.int32], boxes: Boxes) -> list[Box]:
    """The groups of touching objects that hold an image, or strokes enough to be a diagram."""
    if not len(boxes):
        return []
    for cell in _COARSE:
        grid = np.column_stack(
            (np.floor((boxes[:, :2] - _NEAR / 2) / cell), np.ceil((boxes[:, 2:] + _NEAR / 2) / cell))
        )
        places, which = np.unique(grid.astype(np.int32), axis=0, return_inverse=True)
        if len(places) <= _FEW:
            break
    else:
        return []
    group = _groups(places)[which.reshape(-1)]
    across, upwards = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    is_image = (kinds == _IMAGE) & (across >= _LEAST_IMAGE) & (upwards >= _LEAST_IMAGE)
    solid = (across > _THIN) & (upwards > _THIN) & (kinds != _FORM)
    found = []
    for number in range(int(group.max()) + 1):
        own = group == number
        x0, bottom = boxes[own, :2].min(axis=0).tolist()
        x1, top = boxes[own, 2:].max(axis=0).tolist()
        drawn = int(own.sum()) >= _LEAST_STROKES and 2 * int((own & solid).sum()) >= _LEAST_STROKES
        large = x1 - x0 >= _LEAST_DIAGRAM[0] and top - bottom >= _LEAST_DIAGRAM[1]
        if bool((own & is_image).any()) or (drawn and large):
            found.append(Box(x0, bottom, x1, top))
    return found


def _groups(places: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """For each box of grid cells the number of the group of boxes that it hangs together with."""
    x0, y0, x1, y1 = places.T
    touch = (x0[:, None] < x1) & (x0 < x1[:, None]) & (y0[:, None] < y1) & (y0 < y1[:, None])
    group = np.full(len(places), -1, np.int64)
    number = 0
    while (first := np.flatnonzero(group < 0)).size:
        members = np.zeros(len(places), bool)
        fresh = touch[first[0]]
        while fresh.any():
            members |= fresh
            fresh = touch[fresh].any(axis=0) & ~members
        group[members] = number
        number += 1
    return group


def turned(drawings: Drawings, width: float, quarters: int) -> Drawings:
    """``drawings`` of a page ``width`` wide turned clockwise by a quarter so many times, without rules."""
    if quarters != 1:
        return Drawings() if quarters else drawings
    boxes = (Box(box.bottom, width - box.x1, box.top, width - box.x0) for box in drawings.pictures)
    return Drawings(tuple(boxes))
