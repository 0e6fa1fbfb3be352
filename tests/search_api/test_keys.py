"""Keys: what is kept of them, who they let do what, and that other processes' changes count."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.errors import CatalogError, ConfigError, NotFoundError, UsageError
from search_api.keys import SCOPES, Key, Keys, Scope

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys.sqlite"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(path: Path, clock: Clock) -> Keys:
    return Keys(path, clock)


class TestMaking:
    """``add``."""

    def test_a_key_that_was_made_is_found_by_what_was_shown(self, keys: Keys) -> None:
        """What is shown once is what the key is known by."""
        shown = keys.add("reading-room", "write")
        found = keys.find(shown)
        assert found is not None
        assert (found.name, found.scope, found.created) == ("reading-room", "write", "2026-11-22T12:00:00+00:00")
        assert (found.expires, found.used) == (None, None)

    def test_no_file_holds_the_secret(self, keys: Keys, path: Path) -> None:
        """Whoever reads the file, or what SQLite keeps beside it, learns no key."""
        secret = keys.add("boss", "admin").rpartition("_")[2]
        assert len(secret) == 64
        for each in path.parent.iterdir():
            assert secret.encode() not in each.read_bytes()

    def test_nobody_else_may_read_the_file(self, keys: Keys, path: Path) -> None:
        """The file and those beside it are the owner's alone, also where a looser one was there before."""
        path.parent.mkdir()
        path.touch(0o644)
        keys.add("boss", "admin")
        assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}

    def test_no_two_keys_are_alike(self, keys: Keys) -> None:
        """Names, public parts and secrets differ, and one's secret does not fit the other's public part."""
        one, other = keys.add("one", "read"), keys.add("other", "read")
        assert one != other
        mixed = other.rpartition("_")[0] + "_" + one.rpartition("_")[2]
        assert keys.find(mixed) is None

    def test_a_name_is_taken_once(self, keys: Keys) -> None:
        """A second key of the name is refused, and the first is left as it was."""
        shown = keys.add("boss", "admin")
        with pytest.raises(UsageError, match=r"^NAME: there is a key 'boss' already"):
            keys.add("boss", "read")
        assert keys.find(shown) is not None

    @pytest.mark.parametrize("name", ["", " ", "a b", "ü", "-x", "x" * 65, "a\nb", 'a"b', "../x"])
    def test_a_name_that_could_forge_a_log_line_is_refused(self, keys: Keys, name: str, path: Path) -> None:
        """Names are letters, digits and a few marks; nothing is made for others."""
        with pytest.raises(UsageError, match=r"^NAME: "):
            keys.add(name, "read")
        assert not path.exists()

    @pytest.mark.parametrize("days", [0, -1, 3651])
    def test_a_time_out_of_bounds_is_refused(self, keys: Keys, days: int) -> None:
        """A key is good for a day to ten years, or for good."""
        with pytest.raises(UsageError, match=r"^--days: "):
            keys.add("boss", "read", days)

    def test_a_folder_that_cannot_be_written_is_named(self, tmp_path: Path) -> None:
        """Where no file can be made, the folder is named."""
        (tmp_path / "file").touch()
        with pytest.raises(ConfigError, match="cannot be written"):
            Keys(tmp_path / "file" / "keys.sqlite").add("boss", "read")


class TestFinding:
    """``find``, ``is_any`` and ``all``."""

    def test_without_a_file_there_is_no_key_and_none_is_made(self, keys: Keys, path: Path) -> None:
        """Looking makes no file."""
        assert keys.find("ct_" + "0" * 12 + "_" + "0" * 64) is None
        assert (keys.is_any(), keys.all()) == (False, [])
        assert not path.parent.exists()

    @pytest.mark.parametrize(
        "change",
        [
            lambda key: key[:-1],
            lambda key: key + "0",
            lambda key: key[:-1] + ("0" if key[-1] != "0" else "1"),
            lambda key: key.upper(),
            lambda key: key.replace("ct_", "", 1),
            lambda key: key[:16] + "f" * 64,
            lambda key: f" {key}",
            lambda key: f"{key}\n",
            lambda key: key.replace("_", "%", 2),
            lambda key: "",
            lambda key: "ü" * 80,
        ],
    )
    def test_what_differs_in_a_letter_is_no_key(self, keys: Keys, change: object) -> None:
        """Only the key as it was shown is it."""
        shown = keys.add("boss", "admin")
        assert callable(change)
        assert keys.find(shown) is not None
        assert keys.find(change(shown)) is None

    def test_another_process_change_counts_at_once(self, path: Path) -> None:
        """What one makes or revokes the other knows at the next look."""
        mine, theirs = Keys(path), Keys(path)
        assert not mine.is_any()
        shown = theirs.add("boss", "admin")
        assert mine.is_any()
        assert mine.find(shown) is not None
        theirs.revoke("boss")
        assert mine.find(shown) is None
        assert not mine.is_any()

    def test_keys_can_be_asked_from_several_threads(self, keys: Keys) -> None:
        """Each thread has its own connection to the file."""
        shown = keys.add("boss", "admin")
        found: list[Key | None] = []

        def look() -> None:
            found.append(keys.find(shown))
            keys.close()

        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [each and each.name for each in found] == ["boss"] * 8

    def test_the_keys_are_listed_by_name(self, keys: Keys) -> None:
        """All of them, in the order of their names."""
        for name in ("zoe", "adam", "mia"):
            keys.add(name, "read")
        assert [key.name for key in keys.all()] == ["adam", "mia", "zoe"]

    def test_a_damaged_file_lets_nobody_in(self, keys: Keys, path: Path) -> None:
        """Where the keys cannot be read, looking for one is an error, not a yes."""
        shown = keys.add("boss", "admin")
        keys.close()
        path.write_bytes(b"no database at all, and long enough to be one" * 100)
        with pytest.raises(CatalogError):
            Keys(path).find(shown)

    def test_a_file_that_is_gone_lets_nobody_in(self, keys: Keys, path: Path) -> None:
        """A server whose keys vanish refuses all rather than to be open."""
        shown = keys.add("boss", "admin")
        keys.close()
        for each in path.parent.iterdir():
            each.unlink()
        with pytest.raises(CatalogError):
            keys.find(shown)
        with pytest.raises(CatalogError):
            keys.is_any()


class TestEnding:
    """``revoke`` and expiry."""

    def test_a_revoked_key_is_none_and_its_name_is_free(self, keys: Keys) -> None:
        """Its secret is good for nothing, and a new key may have the name."""
        old = keys.add("boss", "admin")
        keys.revoke("boss")
        new = keys.add("boss", "read")
        assert keys.find(old) is None
        found = keys.find(new)
        assert found is not None
        assert found.scope == "read"

    def test_a_key_that_is_not_there_cannot_be_revoked(self, keys: Keys) -> None:
        """Before and after the first key was made, the name is told."""
        with pytest.raises(NotFoundError, match="'boss'"):
            keys.revoke("boss")
        keys.add("other", "read")
        with pytest.raises(NotFoundError, match="'boss'"):
            keys.revoke("boss")

    def test_a_key_is_good_for_its_days(self, keys: Keys, clock: Clock) -> None:
        """To the second before its time is over, and not a second longer."""
        found = keys.find(keys.add("guest", "read", 2))
        assert found is not None
        assert found.expires == "2026-11-24T12:00:00+00:00"
        clock.now = NOON + timedelta(days=2, seconds=-1)
        assert not keys.has_expired(found)
        clock.now = NOON + timedelta(days=2)
        assert keys.has_expired(found)

    def test_a_key_for_good_does_not_end(self, keys: Keys, clock: Clock) -> None:
        """Without days there is no end."""
        found = keys.find(keys.add("boss", "read"))
        assert found is not None
        clock.now = NOON + timedelta(days=40_000)
        assert not keys.has_expired(found)


class TestScopes:
    """``allows``."""

    @pytest.mark.parametrize("held", SCOPES)
    def test_scopes_nest(self, held: Scope) -> None:
        """Who may write may read, and who may do everything may write."""
        key = Key("0", "x", held, "")
        allowed = [scope for scope in SCOPES if key.allows(scope)]
        assert allowed == list(SCOPES[: SCOPES.index(held) + 1])


class TestUse:
    """``note_use``."""

    def test_the_last_use_is_remembered_to_the_minute(self, keys: Keys, clock: Clock) -> None:
        """A second use within the minute is no news, one after it is."""
        shown = keys.add("boss", "read")
        for seconds, is_news in ((0, True), (1, False), (59, False), (60, True), (100, False)):
            clock.now = NOON + timedelta(seconds=seconds)
            found = keys.find(shown)
            assert found is not None
            assert keys.is_use_news(found) is is_news, seconds
            if is_news:
                keys.note_use(found)
        (key,) = keys.all()
        assert key.used == "2026-11-22T12:01:00+00:00"

    def test_a_use_that_cannot_be_kept_is_no_error(self, keys: Keys, path: Path) -> None:
        """Where the file refuses, the request goes on."""
        found = keys.find(keys.add("boss", "read"))
        assert found is not None
        with closing(sqlite3.connect(path)) as other:
            other.execute("ALTER TABLE keys RENAME COLUMN used TO used_before")
            other.commit()
        keys.note_use(found)

    def test_a_key_that_was_revoked_meanwhile_is_not_brought_back(self, keys: Keys) -> None:
        """Noting a use makes no key."""
        found = keys.find(keys.add("boss", "read"))
        assert found is not None
        keys.revoke("boss")
        keys.note_use(found)
        assert keys.all() == []
