"""Cases ⇄ bytes, as they are kept: the fields of the model in their order as JSON lists, compressed.

Nothing is guessed: what is not the model, to the last field, is refused.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from corpus.cases.model import Cases

_Reader = Callable[[Any], Any]


def pack(cases: Cases) -> bytes:
    """Cases as bytes. Raises ValueError for a number that is none."""
    plain = json.dumps(_plain(cases), separators=(",", ":"), allow_nan=False)
    return zlib.compress(plain.encode("ascii"), 1)


def unpack(packed: bytes) -> Cases:
    """The inverse of ``pack``. Raises ValueError for anything that it did not write."""
    try:
        cases: Cases = _reader(Cases)(json.loads(zlib.decompress(packed)))
    except (zlib.error, RecursionError) as error:
        raise ValueError(str(error)) from error
    return cases


@cache
def shape() -> str:
    """Changes with the fields of the model: what was packed with other ones cannot be unpacked."""
    return sha256("\n".join(_described(Cases, set())).encode()).hexdigest()[:8]


def _described(kind: Any, told: set[type]) -> Iterator[str]:
    """Each class that ``kind`` is made of, with its fields and their types, once."""
    if isinstance(kind, type) and is_dataclass(kind) and kind not in told:
        told.add(kind)
        hints = get_type_hints(kind)
        yield f"{kind.__name__}: {', '.join(f'{name} {hint}' for name, hint in hints.items())}"
        for hint in hints.values():
            yield from _described(hint, told)
    for inner in get_args(kind):
        yield from _described(inner, told)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, name)) for name in _names(type(value))]
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _reader(kind: Any) -> _Reader:
    """What makes a value of type ``kind`` of its plain form, or raises ValueError."""
    if is_dataclass(kind):
        return _of_fields(kind)
    if get_origin(kind) is tuple:
        return _of_items(_reader(get_args(kind)[0]))
    if get_origin(kind) is UnionType:
        (kind,) = (each for each in get_args(kind) if each is not type(None))
        return _optional(_reader(kind))
    if get_origin(kind) is Literal:
        return _checked(get_args(kind).__contains__)
    types = (int, float) if kind is float else (kind,)
    return _checked(lambda value: type(value) in types)  # True is an int to isinstance


def _of_fields(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = [_reader(hints[name]) for name in _names(kind)]

    def read(values: Any) -> Any:
        if type(values) is not list or len(values) != len(readers):
            raise ValueError(f"not the fields of {kind.__name__}")
        return kind(*[reader(value) for reader, value in zip(readers, values, strict=True)])

    return read


def _of_items(reader: _Reader) -> _Reader:
    def read(values: Any) -> Any:
        if type(values) is not list:
            raise ValueError("not a list")
        return tuple(map(reader, values))

    return read


def _optional(reader: _Reader) -> _Reader:
    return lambda value: None if value is None else reader(value)


def _checked(is_right: Callable[[Any], bool]) -> _Reader:
    def read(value: Any) -> Any:
        if not is_right(value):
            raise ValueError(f"{value!r:.40}: not what is kept there")
        return value

    return read
