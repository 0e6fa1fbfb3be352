"""What a fuzzer does inside a file that must be opened first: XML, JSON, archives, streams of PDFs.

The file stays what it was as a whole, so that the damage gets past the first parser.
"""

from __future__ import annotations

import copy
import gzip
import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence

from lxml import etree

from eval.benchmarks.damage import BYTES, LARGEST, TEXTS, Operator, change_tokens, flip_bits

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_TREE = 512 * 1024
_BOMB = 96 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_VALUES: tuple[object, ...] = (
    None, True, -1, 1e300, float("nan"), "", "\ud800", "\x00", [], {}, [["x"]], {"text": "x"}, ["x"] * 3,
)  # fmt: skip


def operators(data: bytes) -> tuple[Operator, ...]:
    """Those that make sense for such data, each as often as it should be chosen."""
    if data.startswith(_ZIP):
        return (*BYTES, wrap, *(zip_member,) * 12)
    if data.startswith(_GZIP):
        return (*BYTES, wrap, *(gzip_member,) * 12)
    if data.startswith(b"%PDF-"):
        return (*BYTES, *TEXTS, wrap, *(pdf_stream,) * 12)
    return (*BYTES, *TEXTS, *TEXTS, wrap, *_structured(data) * 8)


def _structured(data: bytes) -> tuple[Operator, ...]:
    """The operator that leaves such data well formed; none for plain text."""
    start = data[:64].lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    return (change_tree,) if start == b"<" else (change_values,) if start in (b"{", b"[") else ()


def change_tree(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Elements of well-formed XML go, move, stand twice, change their names: it stays well-formed."""
    try:
        root = etree.fromstring(data[:_TREE], etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return change_tokens(rng, data, others)
    for _ in range(rng.choice((1, 3, 10))):
        elements = [element for element in root.iter("{*}*") if element is not root]
        if not elements:
            break
        one, other = rng.choice(elements), rng.choice([root, *elements])
        parent = one.getparent()
        assert parent is not None  # only the root has none
        match rng.randrange(7):
            case 0:
                parent.remove(one)
            case 1 if one not in other.iterancestors() and one is not other:
                other.insert(rng.randint(0, len(other)), one)
            case 2:
                other.append(copy.deepcopy(one))
            case 3:
                one.tag = other.tag
            case 4:
                one.text, one.tail = rng.choice((None, "", " ", "9" * 400, "\u0301\u200d", "A. " * 200)), other.text
            case 5:
                one.attrib.update({name: rng.choice(("", "-1", "1000000", other.tag)) for name in one.attrib})
            case _:
                for _ in range(rng.choice((3, 60, 200))):
                    outer = one.makeelement(one.tag)
                    parent.replace(one, outer)
                    outer.append(one)
                    parent = outer
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def change_values(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Values of JSON become ones of another type; each line is taken for itself where the whole is no JSON."""
    try:
        return json.dumps(_changed(rng, json.loads(data))).encode()
    except (ValueError, RecursionError):
        lines = data.split(b"\n")
    at = rng.choice([at for at, line in enumerate(lines) if line.strip()] or [0])
    try:
        lines[at] = json.dumps(_changed(rng, json.loads(lines[at]))).encode()
    except (ValueError, RecursionError):
        return change_tokens(rng, data, others)
    return b"\n".join(lines)


def _changed(rng: random.Random, value: object) -> object:
    """``value`` with about one in ten of its parts replaced."""
    if rng.random() < 0.1:
        return rng.choice(_VALUES)
    if isinstance(value, dict):
        return {name: _changed(rng, inner) for name, inner in value.items() if rng.random() > 0.02}
    if isinstance(value, list):
        return [_changed(rng, inner) for inner in value]
    return value


def wrap(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The file in a gzip or zip archive, with another beside it, or with far more than it seems."""
    kind = rng.randrange(4)
    if kind == 0:
        return gzip.compress(data, 1, mtime=0)
    if kind == 1:
        return pack({"one.xml": data, "two/three.txt": rng.choice(others)})
    if kind == 2:
        return pack({"inner.zip": pack({"report.txt": data}), "../outside.txt": data})
    return gzip.compress(b" " * (_BOMB if rng.random() < 0.1 else 8 * LARGEST) + data, 1, mtime=0)


def zip_member(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """One member is damaged, and the archive packed again; what cannot be opened has its bits flipped."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist() if info.file_size < LARGEST}
    except Exception:  # whatever a damaged archive makes zipfile raise
        members = {}
    if not members:
        return flip_bits(rng, data, others)
    name = rng.choice(list(members))
    members[name] = _within(rng, members[name], others)
    return pack(members)


def gzip_member(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """The content is damaged, and packed again; what cannot be opened has its bits flipped."""
    try:
        inner = zlib.decompressobj(31).decompress(data, LARGEST)
    except zlib.error:
        return flip_bits(rng, data, others)
    return gzip.compress(_within(rng, inner, others), 1, mtime=0)


def pdf_stream(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """What is inside one stream is damaged, and packed again; its length and the file's offsets stay as they were."""
    found = list(_STREAM.finditer(data))
    rng.shuffle(found)
    for match in found[:8]:
        try:
            inner = zlib.decompress(match.group(1))
        except zlib.error:
            continue
        packed = zlib.compress(_within(rng, inner, others), 1)
        return data[: match.start(1)] + packed + data[match.end(1) :]
    return flip_bits(rng, data, others)


def _within(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    return rng.choice((*BYTES, *TEXTS, *_structured(data) * 8))(rng, data, others)[:LARGEST]


def pack(members: Mapping[str, bytes]) -> bytes:
    """A zip archive of ``members``, the same bytes every time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()
