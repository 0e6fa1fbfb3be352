"""The seam to every encoder: texts in, unit vectors out."""

from __future__ import annotations

from collections.abc import Sequence
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
