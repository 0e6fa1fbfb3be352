"""An encoder without a model, for tests: a word is a fixed random direction, a text the sum of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from indexer.encoders.base import EncoderInfo, Kind, Vectors

_TOKEN = re.compile(r"\w+|[^\w\s]")


class HashingEncoder:
    """Deterministic; texts that share words are near each other."""

    def __init__(self, dimensions: int = 64, max_tokens: int = 254) -> None:
        self._info = EncoderInfo("hashing", "numpy", f"hashing-{dimensions}-{max_tokens}", dimensions, max_tokens)
        self._directions: dict[str, Vectors] = {}

    @property
    def info(self) -> EncoderInfo:
        """What its vectors depend on."""
        return self._info

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Unit vectors, float32, shape ``(len(texts), dimensions)``."""
        out = np.zeros((len(texts), self._info.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _TOKEN.findall(text.lower())[: self._info.max_tokens]:
                out[row] += self._direction(word)
            norm = float(np.linalg.norm(out[row]))
            if norm:
                out[row] /= norm
            else:
                out[row, 0] = 1.0
        return out

    def _direction(self, word: str) -> Vectors:
        if word not in self._directions:
            seed = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
            vector = np.random.default_rng(seed).standard_normal(self._info.dimensions)
            self._directions[word] = vector.astype(np.float32)
        return self._directions[word]

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Words and single marks."""
        return [[match.span() for match in _TOKEN.finditer(text)] for text in texts]
