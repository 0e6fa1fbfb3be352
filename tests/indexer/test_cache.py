from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import CatalogError
from indexer.encoders import base
from indexer.encoders import cache as cache_module
from indexer.encoders.base import Kind, Vectors
from indexer.encoders.cache import EmbeddingCache, is_former, upgrade
from indexer.encoders.hashing import HashingEncoder
from indexer.spool import Spool
from tests.fakes import CountingEncoder

TEXTS = ["fever and rash", "gout", "fever and rash", "a viper bit the farmer"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "embeddings.sqlite"


class Windows(CountingEncoder):
    """Remembers how the passages came."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[list[str]] = []

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As its parent does."""
        self.windows.append(list(texts))
        return super().encode(texts, kind)


def test_vectors_are_those_of_the_encoder(path: Path) -> None:
    """Computed or kept, in any order and repeated, each text has its own vector, bit for bit."""
    encoder = HashingEncoder()
    for _ in range(2):
        cache = EmbeddingCache(path)
        np.testing.assert_array_equal(cache.encode(encoder, TEXTS), encoder.encode(TEXTS))
        np.testing.assert_array_equal(cache.encode(encoder, TEXTS[::-1]), encoder.encode(TEXTS[::-1]))
        cache.close()


@given(texts=st.lists(st.text(alphabet="ab \ud800\x00é", max_size=5), max_size=30), known=st.integers(0, 30))
def test_any_texts_some_of_them_known_have_their_vectors(
    texts: list[str], known: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Repeats, empty texts, half surrogates: every row is that of its text, and the progress adds up."""
    cache = EmbeddingCache(tmp_path_factory.mktemp("cache") / "embeddings.sqlite")
    encoder, told = HashingEncoder(8), list[int]()
    cache.encode(encoder, texts[:known])
    np.testing.assert_array_equal(cache.encode(encoder, texts, told.append), encoder.encode(texts))
    assert sum(told) == len(texts)
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


def test_texts_in_a_file_fill_a_matrix_in_a_file(path: Path, tmp_path: Path) -> None:
    """Neither texts nor vectors need to fit in memory: each row of the mapped matrix is the vector of its text."""
    out = np.lib.format.open_memmap(tmp_path / "out.npy", "w+", np.dtype("<f4"), (len(TEXTS), 64))
    with Spool(tmp_path / "texts") as spool:
        for text in TEXTS:
            spool.append(text)
        EmbeddingCache(path).fill(HashingEncoder(), spool, out)
    np.testing.assert_array_equal(out, HashingEncoder().encode(TEXTS))


class Watched(Sequence[str]):
    """Texts that remember how many were asked for at once; none can be had but by its number."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self.asked = 0

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Any:
        raise AssertionError("the texts may not fit in memory")

    def __getitem__(self, at: Any) -> Any:
        assert type(at) is int
        self.asked += 1
        return self._texts[at]


def test_texts_are_asked_for_one_at_a_time(path: Path) -> None:
    """Each text is read once to be known and once more to be embedded, a repeat not again."""
    texts = Watched(TEXTS)
    cache = EmbeddingCache(path)
    cache.fill(HashingEncoder(), texts, np.empty((4, 64), dtype=np.float32))
    assert texts.asked == 4 + 3
    cache.fill(HashingEncoder(), texts, np.empty((4, 64), dtype=np.float32))
    assert texts.asked == 4 + 3 + 4


def test_the_longest_texts_go_first_and_alike_ones_together(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window holds texts of similar length, so that an encoder pads little, and ends with short ones."""
    monkeypatch.setattr(cache_module, "_BATCH", 3)
    encoder = Windows()
    EmbeddingCache(path).encode(encoder, ["x" * length for length in (4, 9, 1, 7, 2, 8, 3)])
    assert [[len(text) for text in window] for window in encoder.windows] == [[9, 8, 7], [4, 3, 2], [1]]


def test_long_texts_make_small_windows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window is also bounded by its characters, and holds at least one text, however long."""
    monkeypatch.setattr(cache_module, "_CHARACTERS", 10)
    encoder = Windows()
    EmbeddingCache(path).encode(encoder, ["x" * length for length in (30, 10, 6, 4, 3, 2)])
    assert [[len(text) for text in window] for window in encoder.windows] == [[30], [10], [6, 4], [3, 2]]


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


def test_the_vectors_of_other_encoders_can_be_forgotten(path: Path) -> None:
    """Those of encoders that are kept stay; the file gives its room back; nothing to forget is no error."""
    cache = EmbeddingCache(path)
    texts = [f"text number {at}" for at in range(300)]
    for width in (64, 32, 16):
        cache.encode(HashingEncoder(width), texts)
    kept = HashingEncoder(16).info.fingerprint
    cache._run("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.stat().st_size
    assert cache.forget({kept, "an encoder without vectors"}) == 600
    assert cache.forget({kept}) == 0
    cache.close()
    assert path.stat().st_size < before / 2
    encoder = CountingEncoder(16)
    EmbeddingCache(path).encode(encoder, texts)
    assert encoder.passages == []
    EmbeddingCache(path).encode(encoder := CountingEncoder(64), texts)
    assert len(encoder.passages) == 300


def old_cache(path: Path, texts: Sequence[str]) -> None:
    path.parent.mkdir(parents=True)
    old = sqlite3.connect(path)
    old.execute("CREATE TABLE embeddings(fingerprint TEXT, text BLOB, vector BLOB, PRIMARY KEY(fingerprint, text))")
    old.execute("PRAGMA user_version=1")
    encoder = HashingEncoder()
    for text in texts:
        vector = encoder.encode([text])[0].tobytes()
        old.execute(
            "INSERT INTO embeddings VALUES(?,?,?)", (encoder.info.fingerprint, cache_module._hash(text), vector)
        )
    old.commit()
    old.close()


def test_a_cache_of_the_first_format_is_taken_over(path: Path) -> None:
    """What an older version of the program embedded need not be embedded again."""
    old_cache(path, TEXTS[1:])
    assert is_former(path)
    upgrade(path)
    assert not is_former(path)
    upgrade(path)
    encoder = CountingEncoder()
    for _ in range(2):
        np.testing.assert_array_equal(EmbeddingCache(path).encode(encoder, TEXTS), HashingEncoder().encode(TEXTS))
    assert encoder.passages == []


def test_a_cache_without_checksums_is_taken_over(path: Path) -> None:
    """What format 2 kept is given checksums, and nothing is embedded again."""
    cache = EmbeddingCache(path)
    cache.encode(HashingEncoder(), TEXTS)
    cache.close()
    with closing(sqlite3.connect(path)) as old:
        old.execute("ALTER TABLE embeddings DROP COLUMN checksum")
        old.execute("PRAGMA user_version=2")
        old.commit()
    assert is_former(path)
    with pytest.raises(CatalogError, match="format 2"):
        EmbeddingCache(path, reading=True)
    upgrade(path)
    encoder = CountingEncoder()
    np.testing.assert_array_equal(EmbeddingCache(path).encode(encoder, TEXTS), HashingEncoder().encode(TEXTS))
    assert encoder.passages == []


@pytest.mark.parametrize(
    "damage",
    [
        "vector=zeroblob(256)", "vector=X'00'", "vector='text'", "checksum=X'00'",
        "vector=(SELECT vector FROM embeddings e WHERE e.rowid<>embeddings.rowid)",
    ],
)  # fmt: skip
def test_a_damaged_vector_is_never_given(path: Path, damage: str) -> None:
    """Altered, cut short or another text's: it is counted, embedded anew and kept as it should be."""
    cache = EmbeddingCache(path)
    cache.encode(HashingEncoder(), TEXTS)
    cache._run(f"UPDATE embeddings SET {damage} WHERE rowid=1")
    assert cache.damaged() == 1
    encoder, out = CountingEncoder(), np.empty((4, 64), dtype=np.float32)
    filled = cache.fill(encoder, TEXTS, out)
    assert (filled.embedded, filled.known, filled.damaged) == (1, 3, 1)
    assert len(encoder.passages) == 1
    np.testing.assert_array_equal(out, HashingEncoder().encode(TEXTS))
    assert cache.damaged() == 0


def test_damaged_vectors_can_be_forgotten(path: Path) -> None:
    """Only they: what is whole stays."""
    cache = EmbeddingCache(path)
    cache.encode(HashingEncoder(), TEXTS)
    cache._run("UPDATE embeddings SET vector=zeroblob(256) WHERE rowid<3")
    assert (cache.forget_damaged(), cache.forget_damaged()) == (2, 0)
    assert cache.fill(HashingEncoder(), TEXTS, np.empty((4, 64), dtype=np.float32)).known == 2


def test_what_was_filled_adds_up(path: Path) -> None:
    """Every text was embedded, or was known, or equals one that was."""
    cache, out = EmbeddingCache(path), np.empty((4, 64), dtype=np.float32)
    filled = cache.fill(HashingEncoder(), TEXTS, out)
    assert (filled.embedded, filled.known) == (3, 1)
    filled = cache.fill(HashingEncoder(), TEXTS, out)
    assert (filled.embedded, filled.known) == (0, 4)


def test_windows_are_as_long_as_ten_seconds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is small; then a slow encoder is given what it does in that time, a quick one no more than most."""
    now = [0.0]
    monkeypatch.setattr(base.time, "monotonic", lambda: now[0])

    class Slow(Windows):
        rate = 6.4

        def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
            now[0] += len(texts) / self.rate
            if len(self.windows) == 2:
                self.rate = 1e9
            return super().encode(texts, kind)

    encoder = Slow()
    EmbeddingCache(path).encode(encoder, [f"text number {at}" for at in range(1000)])
    assert [len(window) for window in encoder.windows] == [32, 64, 64, 64, 256, 256, 256, 8]


def test_only_who_asks_for_it_upgrades_a_cache(path: Path) -> None:
    """Opening a cache of the first format is an error that changes nothing."""
    old_cache(path, TEXTS[1:])
    before = path.read_bytes()
    with pytest.raises(CatalogError, match="format 1"):
        EmbeddingCache(path)
    assert is_former(path)
    assert path.read_bytes()[100:] == before[100:]


@pytest.mark.parametrize("content", [None, "noise " * 100])
def test_what_is_no_former_cache_is_left_alone(tmp_path: Path, content: str | None) -> None:
    """A missing file stays missing, another file stays as it is."""
    path = tmp_path / "embeddings.sqlite"
    if content:
        path.write_text(content)
    upgrade(path)
    assert not is_former(path)
    assert path.read_text() == content if content else not path.exists()


def test_a_cache_of_a_later_format_is_refused(path: Path) -> None:
    """A newer program's file is left as it is."""
    old_cache(path, TEXTS[1:])
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version=9")
    with pytest.raises(CatalogError, match="format 9"):
        EmbeddingCache(path)


def test_a_file_that_is_no_cache_is_named(tmp_path: Path) -> None:
    """A damaged cache is told with its path."""
    (tmp_path / "embeddings.sqlite").write_text("noise " * 100)
    with pytest.raises(CatalogError, match=r"embeddings\.sqlite: cannot open the embedding cache"):
        EmbeddingCache(tmp_path / "embeddings.sqlite")
