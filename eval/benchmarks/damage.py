"""What a fuzzer does to the bytes of a file, and to what looks like text in them.

The operators are those of mutation fuzzers (Miller et al. 1990; Zalewski's AFL): bit flips, block moves, splices,
interesting numbers, dictionary tokens. Each takes a source of chance, a file and some other files, and gives a file.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

LARGEST = 1024 * 1024
"""No damaged file has more bytes: what grows beyond is cut."""
Operator = Callable[[random.Random, bytes, Sequence[bytes]], bytes]
_NUMBERS = (b"0", b"-1", b"1000000000", b"2147483648", b"99999999999999999999", b"0.0000001", b"1e309", b"")
_CHUNKS = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\xa9\xba", b"\xcc\x81" * 64, b"\xc2\xad",
    b"\xe2\x80\xae", b"\xef\xac\x81", b"&#0;", b"&#xD800;", b"&#x10FFFF;", b"&lol;", b"<!--", b"]]>", b"<![CDATA[",
    b"<?xml ", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"%PDF-1.7\n", b"endstream", b"endobj", b"\\ud800",
    b'"', b"\n\n", b"\r",
)  # fmt: skip
_NESTS = (
    b"<div>", b"<sec>", b"<table><tr><td>", b"<i>", b"<sub-article>", b"[", b'{"a":', b"(", b"<<", b"<</Kids[",
    b"> ", b"- ",
)  # fmt: skip
_NUMBER = re.compile(rb"\d+")
_TOKEN = re.compile(rb"<[^<>]{0,200}>|[{}\[\]()\"'&;,:=]|/[A-Z]\w+|\b(?:obj|endobj|stream|endstream|xref|trailer)\b")
_TAG = re.compile(rb"<[A-Za-z][\w:.-]*")


def flip_bits(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """A few bits, anywhere."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 4, 32)) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def delete_block(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """A block goes."""
    begin, end = _block(rng, data)
    return data[:begin] + data[end:]


def insert_chunk(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Bytes that parsers stumble over, a few times."""
    for _ in range(rng.choice((1, 2, 8))):
        at = rng.randint(0, len(data))
        data = data[:at] + rng.choice(_CHUNKS) + data[at:]
    return data


def repeat_block(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """A block stands twice or very often."""
    begin, end = _block(rng, data)
    times = rng.choice((2, 2, 2, 16, 1000))
    return data[:begin] + data[begin:end] * min(times, 1 + LARGEST // 4 // max(1, end - begin)) + data[end:]


def truncate(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """The end is missing, or the beginning."""
    at = rng.randint(0, len(data))
    return data[:at] if rng.random() < 0.8 else data[at:]


def swap_blocks(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Two neighbouring blocks in the other order."""
    begin, middle = _block(rng, data)
    end = min(len(data), middle + (middle - begin))
    return data[:begin] + data[middle:end] + data[begin:middle] + data[end:]


def splice(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The beginning of this file and the end of another, or a block of the other inside."""
    other = rng.choice(others)
    at = rng.randint(0, len(data))
    if rng.random() < 0.5:
        return data[:at] + other[rng.randint(0, len(other)) :]
    begin, end = _block(rng, other)
    return data[:at] + other[begin:end] + data[at:]


def change_numbers(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Some numbers become huge, negative, nothing."""
    found = list(_NUMBER.finditer(data))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 3, 20)))), key=lambda m: -m.start()):
        data = data[: match.start()] + rng.choice(_NUMBERS) + data[match.end() :]
    return data


def change_tokens(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Some tags, brackets, quotes and keywords go, stand twice, or give way to another."""
    found = list(_TOKEN.finditer(data))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 3, 20)))), key=lambda m: -m.start()):
        new = rng.choice((b"", match.group() * 2, rng.choice(found).group()))
        data = data[: match.start()] + new + data[match.end() :]
    return data


def nest(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """Something opens again and again, and is never closed."""
    at = rng.choice((0, rng.randint(0, len(data)), len(data)))
    return data[:at] + rng.choice(_NESTS) * rng.choice((50, 500, 5_000, 200_000)) + data[at:]


def huge_value(rng: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    """An attribute, or a word where there are no tags, of up to a million characters."""
    value = rng.choice((b"x", b"1", b" ", b".", b"a.", b"\t", b"10.1/", b"&amp;", b"-")) * rng.choice(
        (1_000, 100_000, 500_000)
    )
    tags = list(_TAG.finditer(data))
    if not tags:
        at = rng.randint(0, len(data))
        return data[:at] + value + data[at:]
    at = rng.choice(tags).end()
    return data[:at] + b' id="' + value + b'"' + data[at:]


def _block(rng: random.Random, data: bytes) -> tuple[int, int]:
    """``[begin, end)`` of a block, mostly small."""
    begin = rng.randint(0, len(data))
    return begin, min(len(data), begin + rng.choice((1, 4, 16, 256, 4096, 65536)))


BYTES: tuple[Operator, ...] = (
    flip_bits, delete_block, insert_chunk, repeat_block, truncate, swap_blocks, splice,
)  # fmt: skip
"""For any file."""
TEXTS: tuple[Operator, ...] = (change_numbers, change_tokens, nest, huge_value)
"""For files that hold text, markup, or a PDF's objects."""
