"""What is found: a span, its kind, and what the terminology knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus.model import Span

Kind = Literal["disease", "chemical"]


@dataclass(frozen=True, slots=True)
class Entity:
    """One mention: ``concepts`` are the terminology's numbers, none where it does not know the name."""

    span: Span
    kind: Kind
    concepts: tuple[int, ...] = ()
