from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import CatalogError
from indexer.encoders import cache as cache_module
from indexer.encoders.base import Kind, Vectors
from indexer.encoders.cache import EmbeddingCache
from indexer.encoders.hashing import HashingEncoder
from tests.fakes import CountingEncoder

TEXTS = ["fever and rash", "gout", "fever and rash", "a viper bit the farmer"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "embeddings.sqlite"


def test_vectors_are_those_of_the_encoder(path: Path) -> None:
    """Computed or kept, in any order and repeated, each text has its own vector, bit for bit."""
    encoder = HashingEncoder()
    for _ in range(2):
        cache = EmbeddingCache(path)
        np.testing.assert_array_equal(cache.encode(encoder, TEXTS), encoder.encode(TEXTS))
        np.testing.assert_array_equal(cache.encode(encoder, TEXTS[::-1]), encoder.encode(TEXTS[::-1]))
        cache.close()


def test_a_text_is_embedded_once(path: Path) -> None:
    """Neither a repeat within a call nor a later call costs an embedding, also after reopening."""
    encoder = CountingEncoder()
    EmbeddingCache(path).encode(encoder, TEXTS)
    assert sorted(encoder.passages) == sorted(set(TEXTS))
    EmbeddingCache(path).encode(encoder, [*TEXTS, "new"])
    assert encoder.passages[3:] == ["new"]


def test_another_encoder_has_vectors_of_its_own(path: Path) -> None:
    """Vectors are kept by the encoder's fingerprint."""
    cache = EmbeddingCache(path)
    assert cache.encode(HashingEncoder(64), TEXTS).shape == (4, 64)
    assert cache.encode(HashingEncoder(32), TEXTS).shape == (4, 32)
    np.testing.assert_array_equal(cache.encode(HashingEncoder(64), TEXTS), HashingEncoder(64).encode(TEXTS))


def test_progress_adds_up_to_all_texts(path: Path) -> None:
    """What is kept is told at once, the rest batch by batch; the sum is the number of texts, repeats included."""
    cache, told = EmbeddingCache(path), list[int]()
    cache.encode(HashingEncoder(), TEXTS, told.append)
    assert sum(told) == len(TEXTS)
    told.clear()
    cache.encode(HashingEncoder(), TEXTS, told.append)
    assert told == [4]


def test_no_texts_give_no_vectors(path: Path) -> None:
    """An empty generation needs an empty matrix of the right width."""
    assert EmbeddingCache(path).encode(HashingEncoder(), []).shape == (0, 64)


class FailsLater(CountingEncoder):
    """Fails at its third batch."""

    batches = 0

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As its parent does, until then."""
        self.batches += 1
        if self.batches == 3:
            raise KeyboardInterrupt
        return super().encode(texts, kind)


def test_what_was_embedded_before_an_interruption_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is kept as soon as it is done, so only the one under way is lost."""
    monkeypatch.setattr(cache_module, "_BATCH", 2)
    texts = [f"text number {at}" for at in range(8)]
    with pytest.raises(KeyboardInterrupt):
        EmbeddingCache(path).encode(FailsLater(), texts)
    encoder = CountingEncoder()
    EmbeddingCache(path).encode(encoder, texts)
    assert len(encoder.passages) == 4


def test_many_texts_are_looked_up_in_parts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite takes only so many values in one statement; more texts than that are no matter."""
    monkeypatch.setattr(cache_module, "_LOOKUP", 3)
    texts = [f"text number {at}" for at in range(10)]
    EmbeddingCache(path).encode(HashingEncoder(), texts)
    encoder = CountingEncoder()
    np.testing.assert_array_equal(EmbeddingCache(path).encode(encoder, texts), HashingEncoder().encode(texts))
    assert encoder.passages == []


def test_a_file_that_is_no_cache_is_named(tmp_path: Path) -> None:
    """A damaged cache is told with its path."""
    (tmp_path / "embeddings.sqlite").write_text("noise " * 100)
    with pytest.raises(CatalogError, match=r"embeddings\.sqlite: cannot open the embedding cache"):
        EmbeddingCache(tmp_path / "embeddings.sqlite")
