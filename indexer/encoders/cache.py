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

from corpus.database import Database, reading_uri, refused
from indexer.encoders.base import Embed, Encoder, Vectors, embed_here

_SCHEMA = """
CREATE TABLE IF NOT EXISTS embeddings(
    fingerprint TEXT NOT NULL, text BLOB NOT NULL, vector BLOB NOT NULL, checksum BLOB NOT NULL,
    UNIQUE(fingerprint, text));
"""
_FORMAT, _FORMER = 3, (1, 2)
_BATCH, _FIRST = 256, 32
"""Texts in one transaction, and in the first: as many as take about ``_KEEP_EVERY_S``, which a killed run loses."""
_KEEP_EVERY_S = 10.0
_CHARACTERS = 256 * 1024
"""The same for long texts: some 64,000 tokens."""
_LOOKUP = 500
_KEY = np.dtype("V16")


@dataclass(frozen=True, slots=True)
class Filled:
    """Of the texts that were asked for: how many were embedded, equal ones once, how many were known or such equals.

    ``damaged``: how many of those embedded were kept, but not as they were computed.
    """

    embedded: int = 0
    known: int = 0
    damaged: int = 0


class EmbeddingCache(Database):
    """One SQLite file. Vectors are stored as they were computed (float32, little endian), each with a checksum.

    What is not as it was computed is never given: it is embedded anew. ``reading``: nothing is written or made.
    Raises CatalogError where the file cannot be read or written.
    """

    survives_power_cuts = False  # what is lost is computed again

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        super().__init__(path, "embedding cache", _SCHEMA, _FORMAT, reading=reading)

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
        embed: Embed = embed_here,
    ) -> Filled:
        """Write the vector of each text into its row of ``out``, shape ``(len(texts), dimensions)``.

        What is not kept yet is computed, equal texts once, the longest first, in windows of some seconds that are
        kept at once each, as ``embed`` gives them. ``texts`` may lie in a file: it is asked for one text at a time,
        and 21 bytes a text are held.
        ``on_batch`` is told how many more texts are done.
        """
        fingerprint = encoder.info.fingerprint
        missing, damaged = self._fill_known(fingerprint, texts, out, on_batch)
        pace = _Pace()
        under_way: dict[int, list[int]] = {}

        def given() -> Iterator[list[str]]:
            for number, window in enumerate(missing.windows(pace)):
                under_way[number] = window
                yield [texts[int(missing.first[at])] for at in window]

        embedded = 0
        for done in embed(encoder, given()):
            window = under_way.pop(done.number)
            self._keep(fingerprint, [missing.keys[at].tobytes() for at in window], done.vectors)
            pace.learn(len(window), done.seconds)
            for at, vector in zip(window, done.vectors, strict=True):
                out[missing.rows_of(at)] = vector
            on_batch(sum(len(missing.rows_of(at)) for at in window))
            embedded += len(window)
        if embedded != len(missing.first):
            raise RuntimeError(f"{embedded} of {len(missing.first)} texts were embedded")
        return Filled(len(missing.first), len(texts) - len(missing.first), damaged)

    def damaged(self) -> int:
        """How many vectors are not what was computed: all are gone through."""
        return sum(1 for _ in self._damaged())

    def forget_damaged(self) -> int:
        """Remove the vectors that are not what was computed; how many there were."""
        rows = list(self._damaged())
        with self.writing():
            for row in rows:
                self._run("DELETE FROM embeddings WHERE rowid=?", (row,))
        return len(rows)

    def _damaged(self) -> Iterator[int]:
        with self._telling():
            for row, fingerprint, key, vector, checksum in self._connection().execute(
                "SELECT rowid,fingerprint,text,vector,checksum FROM embeddings"
            ):
                if _checksum(fingerprint, key, vector) != checksum:
                    yield row

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

    def _keep(self, fingerprint: str, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Write the vectors of these texts."""
        rows = [
            (fingerprint, key, packed, _checksum(fingerprint, key, packed))
            for key, vector in zip(keys, vectors, strict=True)
            for packed in [vector.astype("<f4").tobytes()]
        ]
        with self.writing(), self._telling():
            self._connection().executemany("INSERT OR REPLACE INTO embeddings VALUES(?,?,?,?)", rows)

    def _fill_known(
        self, fingerprint: str, texts: Sequence[str], out: Vectors, on_batch: Callable[[int], None]
    ) -> tuple[_Missing, int]:
        """Fill the rows that are kept already; what is left, and how many of that were kept but damaged."""
        damaged = 0
        keys = np.empty(len(texts), dtype=_KEY)
        lengths = np.empty(len(texts), dtype=np.int32)
        is_missing = np.ones(len(texts), dtype=np.bool_)
        for start in range(0, len(texts), _LOOKUP):
            block = range(start, min(start + _LOOKUP, len(texts)))
            for row in block:
                text = texts[row]
                keys[row] = np.void(_hash(text))
                lengths[row] = len(text)
            known, bad = self._known(fingerprint, {keys[row].tobytes() for row in block})
            damaged += bad
            for row in block:
                vector = known.get(keys[row].tobytes())
                if vector is not None:
                    out[row], is_missing[row] = vector, False
            if known:
                on_batch(int(len(block) - is_missing[block.start : block.stop].sum()))
        return _Missing.of(keys, lengths, np.flatnonzero(is_missing)), damaged

    def _known(self, fingerprint: str, keys: Collection[bytes]) -> tuple[dict[bytes, Vectors], int]:
        """The vectors of these texts that are kept, and how many are no longer what was computed."""
        marks = ",".join("?" * len(keys))
        found = self._rows(
            f"SELECT text,vector,checksum FROM embeddings WHERE fingerprint=? AND text IN ({marks})",
            *(fingerprint, *keys),
        )
        whole = {
            key: np.frombuffer(vector, dtype="<f4")
            for key, vector, checksum in found
            if _checksum(fingerprint, key, vector) == checksum
        }
        return whole, len(found) - len(whole)


class _Pace:
    """How many texts go to the encoder at once: as many as it has just shown to do in ``_KEEP_EVERY_S``."""

    def __init__(self) -> None:
        self.texts = min(_FIRST, _BATCH)

    def learn(self, texts: int, seconds: float) -> None:
        """The encoder did so many in so many seconds."""
        self.texts = min(_BATCH, max(_FIRST, int(texts / max(seconds, 1e-6) * _KEEP_EVERY_S)))


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

    def windows(self, pace: _Pace) -> Iterator[list[int]]:
        """What goes to the encoder together, the longest texts first."""
        window: list[int] = []
        room = _CHARACTERS
        for at in np.lexsort((self.first, -self.lengths)).tolist():
            if window and (len(window) >= pace.texts or self.lengths[at] > room):
                yield window
                window, room = [], _CHARACTERS
            window.append(at)
            room -= int(self.lengths[at])
        if window:
            yield window


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _checksum(fingerprint: str, key: object, vector: object) -> bytes:
    """Of a row: the vector and what it is the vector of; of a damaged one that holds no bytes, none."""
    if not isinstance(key, bytes) or not isinstance(vector, bytes):
        return b""
    return blake2b(vector, digest_size=8, key=key, salt=blake2b(fingerprint.encode(), digest_size=16).digest()).digest()


def is_former(path: Path) -> bool:
    """Whether the file is a cache of an earlier format, which ``upgrade`` takes over."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(reading_uri(path), uri=True, timeout=30)) as old:
            return bool(old.execute("PRAGMA user_version").fetchone()[0] in _FORMER)
    except (sqlite3.Error, UnicodeDecodeError):
        return False  # opening it tells why


def upgrade(path: Path) -> None:
    """Take over a cache without checksums (format 1 also spread vectors over pages); another file is left as it is.

    For who may write: the caller holds the folder's lock. Raises CatalogError where it cannot be taken over.
    """
    if not is_former(path):
        return
    try:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as old:
            old.create_function("checksum", 3, _checksum, deterministic=True)
            old.execute("BEGIN IMMEDIATE")
            old.execute("ALTER TABLE embeddings RENAME TO former")
            old.execute(_SCHEMA)
            old.execute(
                "INSERT INTO embeddings SELECT fingerprint,text,vector,checksum(fingerprint,text,vector) FROM former"
            )
            old.execute("DROP TABLE former")
            old.execute(f"PRAGMA user_version={_FORMAT}")
            old.execute("COMMIT")
            old.execute("VACUUM")
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise refused(path, error) from error
