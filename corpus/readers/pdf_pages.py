"""PDF pages as they look: their sizes, pictures of them, and where on them characters stand.

``look`` is to be run in a worker (``corpus.readers.workers``), for what a file does to its reader it must not do to
whoever asks. Places are fractions of the page as it is shown, from its left and its top.
"""

from __future__ import annotations

import ctypes
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from corpus.errors import NotFoundError, ReadError
from corpus.readers.base import Options, Read
from corpus.readers.pdf_characters import Characters
from corpus.readers.pdf_engine import check_pages, find_password, opened
from corpus.readers.pdf_fallback import rebuilt
from corpus.readers.pdf_lines import upright

WIDTHS: Final = (100, 2000)
"""The least and the most pixels across."""
_MOST_PIXELS: Final = 8_000_000
_LONGEST_SIDE: Final = 8_000
_FINE: Final = 1_000_000
"""Steps that a page is cut into to say where something stands."""
_GAP: Final = 1.5
"""Of a line's height: what stands further to the right is marked by itself."""
Floats = npt.NDArray[np.float64]


class Size(NamedTuple):
    """Of a page as it is shown, in points."""

    width: float
    height: float


class Mark(NamedTuple):
    """A rectangle, in fractions of the page."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sizes(Options):
    """Asks for the sizes of all pages."""


@dataclass(frozen=True, slots=True)
class Picture(Options):
    """Asks for page ``page`` (from 0) as a PNG, ``width`` pixels across, or fewer where it would be too large."""

    page: int = 0
    width: int = 800


@dataclass(frozen=True, slots=True)
class Places(Options):
    """Asks where the characters ``ranges`` of page ``page`` stand, whose text was read as ``text``."""

    page: int = 0
    text: str = ""
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Looked(Read):
    """The answer: ``sizes``, ``png``, or ``marks`` (None where the text read is not that of the page's characters)."""

    sizes: tuple[Size, ...] = ()
    png: bytes = b""
    marks: tuple[Mark, ...] | None = None


def look(data: bytes, name: str, options: Options) -> Iterator[Read]:
    """What ``options`` asks of the file, once. Raises ReadError, and NotFoundError where there is no such page."""
    try:
        try:
            yield _look(data, options)
        except pdfium.PdfiumError:
            sound, _ = rebuilt(data, options.pdf_passwords)
            yield _look(sound, options)
    except pdfium.PdfiumError as error:
        raise ReadError(f"{name}: its pages cannot be shown ({error})") from error
    except ReadError as error:
        raise type(error)(f"{name} {error}") from error


def _look(data: bytes, options: Options) -> Looked:
    with opened(data, find_password(data, options.pdf_passwords)) as document:
        check_pages(len(document))
        if isinstance(options, Picture):
            return Looked("", png=_png(_page(document, options.page), options.width))
        if isinstance(options, Places):
            return Looked("", marks=_marks(_page(document, options.page), options.text, options.ranges))
        return Looked("", sizes=tuple(Size(*document.get_page_size(at)) for at in range(len(document))))


def _page(document: Any, number: int) -> Any:
    if not 0 <= number < len(document):
        raise NotFoundError(f"there is no page {number + 1}: the file has {len(document)}")
    return document[number]


def _png(page: Any, width: int) -> bytes:
    across, down = page.get_size()
    if across <= 0 or down <= 0:
        raise ReadError(f"has a page without an extent ({across:g} by {down:g} points)")
    scale = min(width / across, _LONGEST_SIDE / max(across, down), sqrt(_MOST_PIXELS / (across * down)))
    bitmap = page.render(scale=scale, rev_byteorder=True, draw_annots=False)
    pixels = bitmap.to_numpy()
    pixels = pixels if pixels.ndim == 3 else np.repeat(pixels[:, :, None], 3, axis=2)
    return encoded(np.ascontiguousarray(pixels[:, :, :3]))


def encoded(pixels: npt.NDArray[np.uint8]) -> bytes:
    """``pixels``, shape ``(height, width, 3)``, red, green and blue, as a PNG file."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each row after a byte that says: as it is
    rows[:, 1:] = pixels.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 4)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _marks(page: Any, text: str, ranges: Sequence[tuple[int, int]]) -> tuple[Mark, ...] | None:
    """The rectangles of the characters, those of a line together, in the order of the text."""
    shown = page.get_rotation()
    characters = upright(page)
    if characters.raw != text:
        return None
    page.set_rotation(shown)
    chosen = [at for start, end in ranges for at in range(max(start, 0), min(end, len(text)))]
    seen = [at for at in chosen if not text[at].isspace()]
    if not seen:
        return ()
    boxes = _fractions(page, characters, np.array(seen))
    across = (90 * (characters.turn or 0) - shown) % 180 != 0  # lines that run up or down the page as it is shown
    if across:
        boxes = boxes[:, [1, 0, 3, 2]]
    width, height = page.get_size()
    lines = _lines(boxes, (height, width) if across else (width, height))
    return tuple(Mark(y, x, height, width) if across else Mark(x, y, width, height) for x, y, width, height in lines)


def _fractions(page: Any, characters: Characters, chosen: npt.NDArray[np.int64]) -> Floats:
    """Left, top, right and bottom of the characters ``chosen``, in fractions of the page as it is shown."""
    at = [_device(page, x, y) for x, y in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0))]
    origin, right, up = (np.array(each, dtype=np.float64) / _FINE for each in at)
    left, top, far, bottom = characters.boxes[chosen].astype(np.float64).T
    along, across = (right - origin) / 1000, (up - origin) / 1000

    def corner(x: Floats, y: Floats) -> Floats:
        return np.asarray(origin + x[:, None] * along + y[:, None] * across)

    one, other = corner(left, top), corner(far, bottom)
    return np.asarray(np.clip(np.hstack((np.minimum(one, other), np.maximum(one, other))), 0.0, 1.0))


def _device(page: Any, x: float, y: float) -> tuple[int, int]:
    """Where a place of the page's own space comes to stand, in steps of ``_FINE`` to the page."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, _FINE, _FINE, 0, x, y, across, down)
    return across.value, down.value


def _lines(boxes: Floats, size: tuple[float, float]) -> list[tuple[float, float, float, float]]:
    """The boxes (left, top, right, bottom) that stand side by side as one: x, y, width, height."""
    found: list[list[float]] = []
    for left, top, right, bottom in boxes.tolist():
        last = found[-1] if found else None
        if last is not None and _goes_on(last, (left, top, right, bottom), size):
            last[:] = min(last[0], left), min(last[1], top), max(last[2], right), max(last[3], bottom)
        else:
            found.append([left, top, right, bottom])
    return [
        (left, top, right - left, bottom - top) for left, top, right, bottom in found if right > left and bottom > top
    ]


def _goes_on(line: Sequence[float], box: Sequence[float], size: tuple[float, float]) -> bool:
    """Whether the box stands on the line, and not far to its right or before its beginning."""
    shared = min(line[3], box[3]) - max(line[1], box[1])
    height = min(line[3] - line[1], box[3] - box[1])
    gap = _GAP * (line[3] - line[1]) * size[1] / size[0]
    return shared >= height / 2 and line[0] - gap <= box[0] <= line[2] + gap
