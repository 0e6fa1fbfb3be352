"""Whether a file looks cut off by the rules of its own format: a copy that has paused half way.

Only the start and the end of the file are read, and only its ending says what it should be, so that a look costs
next to nothing. It is a guess, to wait a little longer by: a format without an end mark (text, Markdown, tables,
MEDLINE, gzip) cannot tell, a copy that paused just behind an inner end mark looks whole, and a file that its maker
left without one looks cut off.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from corpus.readers.detection import ENDINGS, Kind

_ZIP_END, _ZIP_END_BYTES = b"PK\x05\x06", 22
_LOOK_BYTES = 64 * 1024 + _ZIP_END_BYTES
"""Read at each end of a file: no comment behind a zip archive's end record is longer."""
_LAST_BYTES = 1024
"""So near the end of a file a PDF's end mark stands (ISO 32000-1, note 18 of annex H), and a page's, too."""
_TAR_END = bytes(1024)
_NOTHING = bytes(4)
"""No text ends so in any encoding: room that was taken for what is still to come."""

_BEFORE_ROOT = re.compile(rb"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"\s*<([^\s<>/!?]+)")
_EMPTY_ROOT = re.compile(rb"\s*<[^<>]*/>\s*\Z")
_AFTER_ROOT = re.compile(rb"(?:\s|<!--(?:(?!-->).)*-->|<\?(?:(?!\?>).)*\?>)*\Z", re.DOTALL)
_PAGE, _PAGE_END = re.compile(rb"<html[\s>]", re.IGNORECASE), re.compile(rb"</html\s*>", re.IGNORECASE)
_RIS_END = re.compile(rb"(?:\A|[\r\n])[ \t]*ER[ \t]*-[ \t]*\Z")
_CLOSING = {b"{": b"}", b"[": b"]"}

Look = Callable[[bytes, bytes, int], bool]
"""Given the start and the end of a file and its size in bytes: whether it looks cut off."""


def looks_cut_off(path: Path) -> bool:
    """Whether the file at ``path`` ends before its format lets it end; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            return is_cut_off(file, path.suffix)
    except OSError:
        return False


def is_cut_off(file: BinaryIO, suffix: str) -> bool:
    """Whether ``file``, of that ending, ends before its format lets it end. Raises OSError.

    An empty file does, whatever its ending; one of an ending that no reader knows does not otherwise.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    start = file.read(_LOOK_BYTES)
    file.seek(max(0, size - _LOOK_BYTES))
    end = file.read(_LOOK_BYTES)
    if not size:
        return True
    suffix = suffix.lower()
    kind = ENDINGS.get(suffix, "text")
    if kind in _BINARY:
        binary = _BY_ENDING.get(suffix)
        return binary is not None and binary(start, end, size)
    if end.endswith(_NOTHING):
        return True
    text = _BY_KIND.get(kind)
    return text is not None and text(_narrow(start), _narrow(end), size)


def _narrow(text: bytes) -> bytes:
    """Markup of any Unicode encoding as if it were ASCII."""
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text = text.removeprefix(mark)
    return text.replace(b"\0", b"")


def _pdf(start: bytes, end: bytes, size: int) -> bool:
    return b"%%EOF" not in end[-_LAST_BYTES:]


def _zip(start: bytes, end: bytes, size: int) -> bool:
    """An end record must reach to the very end: one of an archive packed in this one does not."""
    at = end.rfind(_ZIP_END)
    comment = int.from_bytes(end[at + _ZIP_END_BYTES - 2 : at + _ZIP_END_BYTES], "little")
    return at < 0 or at + _ZIP_END_BYTES + comment != len(end)


def _tar(start: bytes, end: bytes, size: int) -> bool:
    return size % 512 != 0 or not end.endswith(_TAR_END)


def _xml(start: bytes, end: bytes, size: int) -> bool:
    """The root's closing tag, and nothing but comments and the like behind it."""
    at = _root_at(start)
    root = _ROOT.match(start, at)
    if root is None:
        return start[at:].lstrip()[:1] in (b"", b"<")  # else no XML, of which its reader tells
    closings = list(re.finditer(rb"</%s\s*>" % re.escape(root[1]), end))
    if closings:
        return _AFTER_ROOT.match(end, closings[-1].end()) is None
    return size > _LOOK_BYTES or _EMPTY_ROOT.match(start, at) is None


def _page(start: bytes, end: bytes, size: int) -> bool:
    """HTML may leave its tags out: only a page that opens with one has to close it, and none ends inside one."""
    if not start[_root_at(start) :].strip() or end.rfind(b"<") > end.rfind(b">"):
        return True
    return _PAGE.search(start) is not None and _PAGE_END.search(end[-_LAST_BYTES:]) is None


def _root_at(start: bytes) -> int:
    """Where the first element stands."""
    at = 0
    while before := _BEFORE_ROOT.match(start, at):
        at = before.end()
    return at


def _json(start: bytes, end: bytes, size: int) -> bool:
    """Whole values one after the other; of a file that is not seen whole, the last bracket closes the first."""
    if size <= _LOOK_BYTES:
        return not _is_json(start)
    return not _is_bracketed(start, end)


def _json_lines(start: bytes, end: bytes, size: int) -> bool:
    """The last line is a whole value; where its start is not seen, the line ends in a bracket."""
    _, found, last = end.rstrip().rpartition(b"\n")
    return not (_is_json(last) if found or size <= _LOOK_BYTES else _is_bracketed(b"{", end))


def _is_bracketed(start: bytes, end: bytes) -> bool:
    first = start.lstrip()[:1]
    return end.rstrip()[-1:] == _CLOSING.get(first, first)


def _is_json(data: bytes) -> bool:
    """Whether these are JSON values and nothing else."""
    text, at = data.decode("utf-8", "replace").strip(), 0
    decoder = json.JSONDecoder(strict=False)
    try:
        while at < len(text):
            _, at = decoder.raw_decode(text, at)
            while text[at : at + 1].isspace():
                at += 1
    except (ValueError, RecursionError):
        return False
    return True


def _ris(start: bytes, end: bytes, size: int) -> bool:
    return start.lstrip().startswith(b"TY") and _RIS_END.search(end.rstrip()) is None


_BINARY: frozenset[Kind] = frozenset({"pdf", "docx", "archive"})
_BY_ENDING: dict[str, Look] = {".pdf": _pdf, ".docx": _zip, ".zip": _zip, ".tar": _tar}
_BY_KIND: dict[Kind, Look] = {"jats": _xml, "html": _page, "jsonl": _json_lines, "europepmc": _json, "ris": _ris}
