"""Embeddings kept by (encoder fingerprint, text hash): a text is embedded once in the life of a data folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.database import Database
from indexer.encoders.base import Encoder, Vectors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS embeddings(
    fingerprint TEXT NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL, UNIQUE(fingerprint, text));
"""
_FORMAT, _FORMER = 2, 1
_BATCH = 256
"""Texts in one transaction at most: what a killed run loses."""
_CHARACTERS = 256 * 1024
"""The same for long texts: some 64,000 tokens."""
_LOOKUP = 500
_KEY = np.dtype("V16")


class EmbeddingCache(Database):
    """One SQLite file. Vectors are stored as they were computed (float32, little endian).

    Raises CatalogError where the file cannot be read or written.
    """

    survives_power_cuts = False  # what is lost is computed again

    def __init__(self, path: Path) -> None:
        super().__init__(path, "embedding cache", _SCHEMA, _FORMAT)

    def encode(
        self, encoder: Encoder, texts: Sequence[str], on_batch: Callable[[int], None] = lambda _: None
    ) -> Vectors:
        """What ``encoder.encode(texts)`` gives, computing only what is not kept yet; see ``fill``."""
        out = np.empty((len(texts), encoder.info.dimensions), dtype=np.float32)
        self.fill(encoder, texts, out, on_batch)
        return out

    def fill(
        self,
        encoder: Encoder,
        texts: Sequence[str],
        out: Vectors,
        on_batch: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Write the vector of each text into its row of ``out``, shape ``(len(texts), dimensions)``.

        What is not kept yet is computed, equal texts once, the longest first, in windows that are kept at once
        each. ``texts`` may lie in a file: it is asked for one text at a time, and 21 bytes a text are held.
        ``on_batch`` is told how many more texts are done.
        """
        fingerprint = encoder.info.fingerprint
        missing = self._fill_known(fingerprint, texts, out, on_batch)
        for window in missing.windows():
            vectors = encoder.encode([texts[int(missing.first[at])] for at in window], "passage")
            rows = [
                (fingerprint, missing.keys[at].tobytes(), vector.astype("<f4").tobytes())
                for at, vector in zip(window, vectors, strict=True)
            ]
            with self.writing(), self._telling():
                self._connection().executemany("INSERT OR REPLACE INTO embeddings VALUES(?,?,?)", rows)
            done = 0
            for at, vector in zip(window, vectors, strict=True):
                equal = missing.rows_of(at)
                out[equal] = vector
                done += len(equal)
            on_batch(done)

    def forget(self, keep: Collection[str]) -> int:
        """Remove the vectors of all encoders but those with the fingerprints ``keep``; how many there were."""
        found = [str(row[0]) for row in self._rows("SELECT DISTINCT fingerprint FROM embeddings")]
        removed = 0
        with self.writing():
            for fingerprint in found:
                if fingerprint not in keep:
                    removed += self._run("DELETE FROM embeddings WHERE fingerprint=?", (fingerprint,)).rowcount
        if removed:
            self._run("VACUUM")  # SQLite gives no room back of itself
        return removed

    def _fill_known(
        self, fingerprint: str, texts: Sequence[str], out: Vectors, on_batch: Callable[[int], None]
    ) -> _Missing:
        """Fill the rows that are kept already; what is left."""
        keys = np.empty(len(texts), dtype=_KEY)
        lengths = np.empty(len(texts), dtype=np.int32)
        is_missing = np.ones(len(texts), dtype=np.bool_)
        for start in range(0, len(texts), _LOOKUP):
            block = range(start, min(start + _LOOKUP, len(texts)))
            for row in block:
                text = texts[row]
                keys[row] = np.void(_hash(text))
                lengths[row] = len(text)
            known = self._known(fingerprint, {keys[row].tobytes() for row in block})
            for row in block:
                vector = known.get(keys[row].tobytes())
                if vector is not None:
                    out[row], is_missing[row] = vector, False
            if known:
                on_batch(int(len(block) - is_missing[block.start : block.stop].sum()))
        return _Missing.of(keys, lengths, np.flatnonzero(is_missing))

    def _known(self, fingerprint: str, keys: Collection[bytes]) -> dict[bytes, Vectors]:
        marks = ",".join("?" * len(keys))
        found = self._run(
            f"SELECT text, vector FROM embeddings WHERE fingerprint=? AND text IN ({marks})", (fingerprint, *keys)
        )
        return {key: np.frombuffer(vector, dtype="<f4") for key, vector in found}


@dataclass(frozen=True, slots=True)
class _Missing:
    """Different texts without a vector: key, length and first row of each; ``rows_of`` says where it is wanted."""

    keys: NDArray[np.void]
    lengths: NDArray[np.int32]
    first: NDArray[np.int64]
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, keys: NDArray[np.void], lengths: NDArray[np.int32], rows: NDArray[np.int64]) -> _Missing:
        comparable = keys.view("S16")
        order = rows[np.argsort(comparable[rows], kind="stable")]  # equal ones side by side, each in row order
        different = np.ones(len(order), dtype=np.bool_)
        different[1:] = comparable[order[1:]] != comparable[order[:-1]]
        starts = np.flatnonzero(different)
        first = order[starts]
        return cls(keys[first], lengths[first], first, order, np.append(starts, len(order)))

    def rows_of(self, at: int) -> NDArray[np.int64]:
        return self.rows[self.starts[at] : self.starts[at + 1]]

    def windows(self) -> Iterator[list[int]]:
        """What goes to the encoder together, the longest texts first."""
        window: list[int] = []
        room = _CHARACTERS
        for at in np.lexsort((self.first, -self.lengths)).tolist():
            if window and (len(window) == _BATCH or self.lengths[at] > room):
                yield window
                window, room = [], _CHARACTERS
            window.append(at)
            room -= int(self.lengths[at])
        if window:
            yield window


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def is_former(path: Path) -> bool:
    """Whether the file is a cache of format 1, which ``upgrade`` takes over."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)) as old:
            return bool(old.execute("PRAGMA user_version").fetchone()[0] == _FORMER)
    except sqlite3.Error:
        return False  # opening it tells why


def upgrade(path: Path) -> None:
    """Take over a cache of format 1, which spread each vector over pages of its own; another file is left as it is.

    For who may write: the caller holds the folder's lock.
    """
    if not is_former(path):
        return
    try:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as old:
            old.execute("BEGIN IMMEDIATE")
            old.execute("ALTER TABLE embeddings RENAME TO former")
            old.execute(_SCHEMA)
            old.execute("INSERT INTO embeddings SELECT fingerprint,text,vector FROM former")
            old.execute("DROP TABLE former")
            old.execute(f"PRAGMA user_version={_FORMAT}")
            old.execute("COMMIT")
            old.execute("VACUUM")
    except sqlite3.Error:
        return  # opening it tells why
