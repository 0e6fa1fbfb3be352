"""Cases drawn by hypothesis: every field of the model filled, also those that come to it later."""

from __future__ import annotations

from dataclasses import is_dataclass
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from corpus.cases.model import Cases
from corpus.model import Span

_PLAIN: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    int: st.integers(1, 1 << 40),
    float: st.floats(allow_nan=False, allow_infinity=False),
}


def spans(length: int) -> st.SearchStrategy[Span]:
    """Spans of a text of so many code points, empty ones too."""
    places = st.integers(0, length)
    return st.tuples(places, places).map(lambda ends: Span(min(ends), max(ends)))


def cases(length: int = 1 << 40) -> st.SearchStrategy[Cases]:
    """Cases of a report of so many code points."""
    return _drawn(Cases, spans(length))


def _drawn(kind: Any, places: st.SearchStrategy[Span]) -> st.SearchStrategy[Any]:
    if kind is Span:
        return places
    if is_dataclass(kind):
        return st.builds(kind, **{name: _drawn(hint, places) for name, hint in get_type_hints(kind).items()})
    if get_origin(kind) is tuple:
        return st.lists(_drawn(get_args(kind)[0], places), max_size=3).map(tuple)
    if get_origin(kind) is UnionType:
        return st.one_of(st.none() if each is type(None) else _drawn(each, places) for each in get_args(kind))
    return st.sampled_from(get_args(kind)) if get_origin(kind) is Literal else _PLAIN[kind]
