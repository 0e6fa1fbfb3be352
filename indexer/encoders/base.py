"""The seam to every encoder: texts in, unit vectors out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Kind = Literal["passage", "query"]


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """What a vector depends on. ``fingerprint`` changes whenever the same text would give another vector.

    ``max_tokens`` counts the tokens of the text itself; special tokens come on top of it.
    """

    name: str
    backend: str
    fingerprint: str
    dimensions: int
    max_tokens: int


class Encoder(Protocol):
    """Texts → vectors. ``token_spans`` is the encoder's own measure of length, so that nothing is cut off."""

    @property
    def info(self) -> EncoderInfo:
        """What its vectors depend on."""
        ...

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Unit vectors, float32, shape ``(len(texts), dimensions)``, in the order of ``texts``."""
        ...

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """For each text the ``[start, end)`` of each of its tokens, special tokens left out, never truncated."""
        ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """What became of one window of texts: its number in the order given, its vectors, and how long the encoder took."""

    number: int
    vectors: Vectors
    seconds: float


Embed = Callable[[Encoder, Iterator[Sequence[str]]], Iterator[Embedded]]
"""Passages by windows to vectors, each window once, in any order. Windows are taken as there is somebody to embed
them, so that their maker learns from those that are done."""


def embed_here(encoder: Encoder, windows: Iterator[Sequence[str]]) -> Iterator[Embedded]:
    """One window after another, in this process."""
    for number, window in enumerate(windows):
        begun = time.monotonic()
        vectors = encoder.encode(window, "passage")
        yield Embedded(number, vectors, time.monotonic() - begun)
