"""Questions are asked of many systems: their vectors are made once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.encoders.base import Encoder, EncoderInfo, Kind, Vectors


class Remembering:
    """An encoder that encodes no question twice; passages go through to ``encoder``."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    @property
    def info(self) -> EncoderInfo:
        """What the encoder is."""
        return self._encoder.info

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As the encoder, shape ``(n, d)``."""
        if kind != "query":
            return self._encoder.encode(texts, kind)
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new, kind), strict=True))
        return np.stack([self._known[text] for text in texts])

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """As the encoder."""
        return self._encoder.token_spans(texts)
