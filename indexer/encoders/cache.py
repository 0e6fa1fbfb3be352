"""Embeddings kept by (encoder fingerprint, text hash): a text is embedded once in the life of a data folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from corpus.database import Database
from indexer.encoders.base import Encoder, Vectors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS embeddings(
    fingerprint TEXT, text BLOB, vector BLOB, PRIMARY KEY(fingerprint, text)) WITHOUT ROWID;
"""
_FORMAT = 1
_BATCH = 64
_LOOKUP = 500


class EmbeddingCache(Database):
    """One SQLite file. Vectors are stored as they were computed (float32, little endian).

    Raises CatalogError where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "embedding cache", _SCHEMA, _FORMAT)

    def encode(
        self, encoder: Encoder, texts: Sequence[str], on_batch: Callable[[int], None] = lambda _: None
    ) -> Vectors:
        """What ``encoder.encode(texts)`` gives, computing only what is not kept yet.

        Texts go in batches of similar length and each batch is kept at once, so that a killed run
        loses one batch at most. ``on_batch`` is told how many more texts are done.
        """
        fingerprint = encoder.info.fingerprint
        keys = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        known = self._known(fingerprint, list(dict.fromkeys(keys)))
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        on_batch(len(texts) - len(missing))
        pending = sorted(missing.items(), key=lambda item: len(item[1]), reverse=True)
        for start in range(0, len(pending), _BATCH):
            batch = pending[start : start + _BATCH]
            vectors = encoder.encode([text for _, text in batch], "passage")
            rows = [
                (fingerprint, key, vector.astype("<f4").tobytes())
                for (key, _), vector in zip(batch, vectors, strict=True)
            ]
            with self.writing():
                for values in rows:
                    self._run("INSERT OR REPLACE INTO embeddings VALUES(?,?,?)", values)
            known.update(
                (key, np.asarray(vector, dtype=np.float32)) for (key, _), vector in zip(batch, vectors, strict=True)
            )
            on_batch(len(batch))
        out = np.zeros((len(texts), encoder.info.dimensions), dtype=np.float32)
        for row, key in enumerate(keys):
            out[row] = known[key]
        return out

    def _known(self, fingerprint: str, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), _LOOKUP):
            some = keys[start : start + _LOOKUP]
            marks = ",".join("?" * len(some))
            for key, vector in self._run(
                f"SELECT text, vector FROM embeddings WHERE fingerprint=? AND text IN ({marks})", (fingerprint, *some)
            ):
                found[key] = np.frombuffer(vector, dtype="<f4")
        return found
