"""The file of the terminology: sections of text, compressed as one.

A concept is its place in the file. ``concepts`` has a line for each: identifier, kind (its place in ``KINDS``), the
parents, and the names, the preferred first. ``keys`` and ``holders`` say what is found by which key, so that nothing
has to be normalised when the file is opened; ``openings`` are the first two words of longer keys, ``lengths`` in how
many words a key goes on from there (a character each, the longest first).
"""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import NotFoundError, ReadError

_ZERO = ord("0")
_MAGIC = "casetrove terminology 2"
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6}]
_SECTION, _LINE, FIELD = "\x1e", "\n", "\x1f"


@dataclass(frozen=True)
class Tables:
    """What the file holds: by concept its identifier, kind, parents and names; by key the concepts found by it."""

    identifiers: list[str]
    kinds: str
    parents: list[str]
    names: list[str]
    keys: list[str]
    holders: list[str]
    openings: list[str]
    lengths: list[str]


def pack(
    identifiers: Iterable[str],
    kinds: Iterable[int],
    parents: Iterable[Iterable[int]],
    names: Iterable[Iterable[str]],
    keys: dict[str, Iterable[int]],
) -> bytes:
    """The bytes of the file, the same for the same content."""
    ordered = sorted(keys)
    openings = _openings(ordered)
    sections = [
        _MAGIC,
        _LINE.join(identifiers),
        "".join(str(kind) for kind in kinds),
        _LINE.join(" ".join(map(str, found)) for found in parents),
        _LINE.join(FIELD.join(found) for found in names),
        _LINE.join(ordered),
        _LINE.join(" ".join(map(str, keys[each])) for each in ordered),
        _LINE.join(openings),
        _LINE.join(openings.values()),
    ]
    return lzma.compress(_SECTION.join(sections).encode(), lzma.FORMAT_XZ, lzma.CHECK_CRC64, filters=_FILTERS)


def counts(lengths: str) -> Iterable[int]:
    """The numbers of words that a line of ``Tables.lengths`` stands for."""
    return [ord(each) - _ZERO for each in lengths]


def _openings(keys: list[str]) -> dict[str, str]:
    lengths: dict[str, set[str]] = defaultdict(set)
    for each in keys:
        first, *rest = each.split(" ", 2)
        if rest:
            lengths[f"{first} {rest[0]}"].add(chr(_ZERO + len(each.split(" "))))
    return {opening: "".join(sorted(found, reverse=True)) for opening, found in sorted(lengths.items())}


def unpack(path: Path) -> tuple[Tables, bytes]:
    """What ``path`` holds, and its bytes; raises ``NotFoundError``, or ``ReadError`` for bytes of another kind."""
    try:
        packed = path.read_bytes()
        magic, identifiers, kinds, *rest = lzma.decompress(packed).decode().split(_SECTION)
    except FileNotFoundError as error:
        raise NotFoundError(f"{path} is missing: install Casetrove again, or build it (docs/terminology.md)") from error
    except (lzma.LZMAError, UnicodeDecodeError, ValueError) as error:
        raise ReadError(f"{path} is not a terminology: install Casetrove again, or build it anew") from error
    if magic != _MAGIC:
        raise ReadError(f"{path} is of another version than this program: build it anew (docs/terminology.md)")
    return Tables(identifiers.split(_LINE), kinds, *(section.split(_LINE) for section in rest)), packed
