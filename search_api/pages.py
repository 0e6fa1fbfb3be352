"""The pages of a report that was read from a PDF: how they look, and where on them a span of its text stands."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from corpus.catalog import Catalog, Stored
from corpus.errors import NotFoundError, ReadError
from corpus.model import Part
from corpus.readers.base import Options
from corpus.readers.detection import MAX_FILE_BYTES
from corpus.readers.pdf_pages import Looked, Mark, Picture, Places, Sizes, look
from corpus.readers.workers import Workers
from search_api.citing import ChangedReadingError
from search_api.errors import NoPagesError, check_span
from search_api.uploads import UPLOAD, Kept

AT_ONCE: Final = 2
"""Worker processes: as many files are looked at side by side."""
_LIMIT_S: Final = 20.0
_MEMORY_BYTES: Final = 2 * 1024**3
_CACHED_BYTES: Final = 32 << 20
"""Of pictures."""
_NO_PLACES: Final = (
    "the text of this page was not read from its characters (by OCR, or by an engine that tells no places), so that "
    "no place on it is known"
)


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page with its size in points. ``start`` and ``end``: the smallest stretch of the report's text that holds all
    that was read from it; stretches overlap where the text is in another order. None where nothing was."""

    number: int
    label: str
    width: float
    height: float
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Marks:
    """Where a span stands on a page, line by line; ``reason`` says why nowhere, where its text is of the page."""

    page: int
    marks: tuple[Mark, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _File:
    """The PDF that a reading was made from: its digest as it was read, and where its bytes should be."""

    stored: Stored
    digest: str
    place: Path

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.stored.report.source_map.parts


class Pages:
    """Shows pages of the files that reports were read from, in worker processes. Safe to share between threads.

    ``reading`` gives the reading that is shown of a report. Every method raises NotFoundError where there is no such
    report or page, and NoPagesError, which says why, where its pages cannot be shown.
    """

    def __init__(self, catalog: Catalog, uploads: Path, reading: Callable[[str], Stored]) -> None:
        self._catalog, self._kept, self._reading = catalog, Kept(uploads), reading
        self._workers = Workers(count=AT_ONCE, limit_s=_LIMIT_S, memory_bytes=_MEMORY_BYTES, read=look)
        self._pictures = _Pictures(_CACHED_BYTES)

    def close(self) -> None:
        """End the worker processes."""
        self._workers.close()

    def pages(self, report_id: str) -> list[ShownPage]:
        """The pages in their order."""
        file = self._file(report_id)
        sizes = self._look(file, Sizes()).sizes
        if len(sizes) != len(file.parts):
            raise NoPagesError(f"{file.place} has {len(sizes)} pages, and {len(file.parts)} were read from it")
        extents = _extents(file.stored)
        return [
            ShownPage(number, part.label, size.width, size.height, *extents[number - 1])
            for number, (part, size) in enumerate(zip(file.parts, sizes, strict=True), 1)
        ]

    def version(self, report_id: str, number: int, width: int) -> str:
        """What names a picture of a page: the same as long as the file is."""
        return self._version(self._file(report_id), number, width)

    def picture(self, report_id: str, number: int, width: int) -> bytes:
        """Page ``number``, counted from 1, as a PNG ``width`` pixels across (fewer where it is very long)."""
        file = self._file(report_id)
        _page(file, number)
        key = self._version(file, number, width)
        held = self._pictures.get(key)
        if held is None:
            held = self._look(file, Picture(page=number - 1, width=width)).png
            self._pictures.put(key, held)
        return held

    def marks(self, report_id: str, number: int, start: int, end: int | None, reading: str = "") -> Marks:
        """Where ``[start, end)`` of the report's text stands on page ``number``; UsageError where it is no span.

        Raises ChangedReadingError where it is of another ``reading`` than the pages are.
        """
        file = self._file(report_id)
        if reading not in ("", file.stored.reading):
            raise ChangedReadingError(f"report {report_id!r} has been read again since: its pages are of another text")
        part = _page(file, number)
        report = file.stored.report
        span = check_span(start, end, len(report.text))
        ranges = tuple(
            (max(first, part.start) - part.start, min(last, part.end) - part.start)
            for first, last in report.source_map.ranges(span)
            if first < last and first < part.end and part.start < last
        )
        if not ranges:
            return Marks(number, (), "nothing of this text stands on this page")
        asked = Places(page=number - 1, text=report.raw[part.start : part.end], ranges=ranges)
        found = self._look(file, asked).marks
        return Marks(number, found or (), _NO_PLACES if found is None else None)

    def _version(self, file: _File, number: int, width: int) -> str:
        return f"{file.digest[:32]}-{number}-{width}"

    def _file(self, report_id: str) -> _File:
        stored = self._reading(report_id)
        if stored.report.reader != "pdf":
            raise NoPagesError(f"report {report_id!r} was read from {stored.source}, which is no PDF: it has no pages")
        source = next((each for each in self._catalog.sources(stored.report_id) if each.place == stored.source), None)
        known = None if source is None else self._catalog.file(source.path)
        if source is None or known is None or not known[0]:
            raise NoPagesError(f"{stored.source}: is no source of report {report_id!r} any more: its pages are gone")
        if source.record:
            raise NoPagesError(f"{stored.source}: stands inside another file, whose pages cannot be shown: unpack it")
        digest, path = known[0], source.path
        name = path.removeprefix(UPLOAD)
        return _File(stored, digest, self._kept.place(name, digest) if name != path else Path(path))

    def _look(self, file: _File, asked: Options) -> Looked:
        """What the worker answers, of the very bytes that were read."""
        data = _bytes(file)
        try:
            (found,) = self._workers.read(data, file.stored.source, asked)
        except ReadError as error:
            raise NoPagesError(str(error)) from error
        assert isinstance(found, Looked)
        return found


class _Pictures:
    """Pictures by name, those used last, of so many bytes at most."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: str, picture: bytes) -> None:
        with self._lock:
            if key not in self._held:
                self._held[key] = picture
                self._bytes += len(picture)
            while self._bytes > self._most:
                self._bytes -= len(self._held.popitem(last=False)[1])


def _bytes(file: _File) -> bytes:
    """The file's content, if it is what was read."""
    try:
        if file.place.stat().st_size > MAX_FILE_BYTES:
            raise NoPagesError(f"{file.stored.source}: is larger than what is read: it is not the file that was")
        data = file.place.read_bytes()
    except OSError as error:
        reason = (
            "is not there any more" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        )
        raise NoPagesError(f"{file.stored.source}: {reason}: put it back to see its pages") from error
    if sha256(data).hexdigest() != file.digest:
        raise NoPagesError(f"{file.stored.source}: is not as it was when it was read: index it again to see its pages")
    return data


def _page(file: _File, number: int) -> Part:
    if not 1 <= number <= len(file.parts):
        raise NotFoundError(f"there is no page {number}: {file.stored.source} has {len(file.parts)}")
    return file.parts[number - 1]


def _extents(stored: Stored) -> list[tuple[int, int] | tuple[None, None]]:
    """For each page where in the text the first and the last of it stand."""
    source = stored.report.source_map
    starts = [part.start for part in source.parts]
    found: dict[int, tuple[int, int]] = {}
    for at, (start, raw, raw_end) in enumerate(source.runs):
        if raw == raw_end:
            continue
        stop = source.runs[at + 1][0] if at + 1 < len(source.runs) else source.length
        page = bisect_right(starts, raw) - 1
        first, last = found.get(page, (start, stop))
        found[page] = min(first, start), max(last, stop)
    return [found.get(page, (None, None)) for page in range(len(source.parts))]
