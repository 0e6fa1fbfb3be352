from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import (
    DamagedError,
    EncoderError,
    GenerationError,
    LostCatalogError,
    MismatchError,
    NoGenerationError,
)
from indexer.generation import Generation, switch
from search_api import live as live_module
from search_api.live import Live
from tests.fakes import Indexed, empty
from tests.search_api.held_up import HeldUp


@pytest.fixture
def live(small: Indexed) -> Live:
    return Live(small.folder, small.catalog, OneEncoder(small.encoder))


def add(small: Indexed, words: str = "A nun had hiccups.") -> int:
    """One report more, in a new generation."""
    small.put({"new": words})
    return small.build()


def spoil(path: Path) -> None:
    """Put noise in the place of one file; other generations may share the file itself."""
    path.unlink()
    path.write_bytes(b"noise")


def test_an_unchanged_generation_is_opened_once(small: Indexed, live: Live) -> None:
    """Requests share what is open."""
    assert live.pin() is live.pin()


def test_a_new_generation_is_served_from_the_next_request_on(small: Indexed, live: Live) -> None:
    """What a request pinned stays as it was; the next request gets the new one, and a rollback too."""
    pinned = live.pin()
    assert add(small) == 2
    assert live.pin().manifest.generation == 2
    assert pinned.manifest.generation == 1
    assert "new" not in pinned.ordinals
    assert "viper" in pinned.stored(pinned.ordinals["snake"]).report.text
    switch(small.folder, 1)
    assert live.pin().manifest.generation == 1


def test_nothing_indexed_is_told_until_something_is(tmp_path: Path) -> None:
    """Serving may begin before the first index."""
    made = empty(tmp_path)
    live = Live(made.folder, made.catalog, OneEncoder(made.encoder))
    with pytest.raises(NoGenerationError):
        live.pin()
    made.put({"r": "A viper bit a farmer."})
    made.build()
    assert live.pin().manifest.reports == 1


def test_a_first_generation_that_cannot_be_opened_is_told(small: Indexed) -> None:
    """With nothing to go on with, each request is told why."""
    live = Live(small.folder, small.catalog, OneEncoder(HashingEncoder(32)))
    for _ in range(2):
        with pytest.raises(MismatchError):
            live.pin()


def test_a_newer_one_that_cannot_be_opened_leaves_the_older_served(
    small: Indexed, live: Live, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old one goes on; the reason is logged once, and the bad one is not tried for every request."""
    live.pin()
    add(small)
    spoil(small.folder.generation(2) / "alive.npy")
    with caplog.at_level(logging.WARNING):
        assert live.pin().manifest.generation == 1
    assert "generation 1 is served on" in caplog.text
    monkeypatch.setattr(live_module, "open_current", lambda *_: pytest.fail("tried again"))
    assert live.pin().manifest.generation == 1
    monkeypatch.undo()
    assert add(small, "A nun had hiccups twice.") == 3
    assert live.pin().manifest.generation == 3


@pytest.mark.parametrize("content", [None, "noise"])
def test_a_damaged_current_leaves_the_older_served(small: Indexed, live: Live, content: str | None) -> None:
    """CURRENT may be lost or damaged while serving; what is open goes on, and a later build is taken up."""
    live.pin()
    small.folder.current.unlink()
    if content:
        small.folder.current.write_text(content)
    assert live.pin().manifest.generation == 1
    assert add(small) == 2
    assert live.pin().manifest.generation == 2


def test_others_go_on_while_one_opens(small: Indexed, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread opens the new generation; a second request meanwhile is served from the old one at once."""
    live.pin()
    add(small)
    held_up = HeldUp(monkeypatch)
    got: list[int] = []
    opener = threading.Thread(target=lambda: got.append(live.pin().manifest.generation))
    opener.start()
    assert held_up.opening.wait(timeout=30)
    assert live.pin().manifest.generation == 1
    held_up.go_on.set()
    opener.join()
    assert got == [2]
    assert live.pin().manifest.generation == 2


def test_catching_up_waits_for_whoever_is_opening(small: Indexed, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request goes on with the older one meanwhile; who must know that the newer one is served waits for it."""
    live.pin()
    add(small)
    held_up = HeldUp(monkeypatch)
    got: list[int] = []
    threads = [
        threading.Thread(target=lambda ask=ask: got.append(ask().manifest.generation))  # type: ignore[misc]
        for ask in (live.pin, live.catch_up)
    ]
    threads[0].start()
    assert held_up.opening.wait(timeout=30)
    threads[1].start()
    assert live.pin().manifest.generation == 1
    assert got == []
    held_up.go_on.set()
    for thread in threads:
        thread.join()
    assert got == [2, 2]


def test_catching_up_says_why_it_cannot(small: Indexed, live: Live) -> None:
    """Unlike a request it does not go on in silence; once the newer one is gone back on, all is well."""
    live.pin()
    add(small)
    spoil(small.folder.generation(2) / "alive.npy")
    for _ in range(2):
        with pytest.raises(GenerationError, match=r"generation 2 cannot be opened .*: generation 1 is served on"):
            live.catch_up()
    assert live.pin().manifest.generation == 1
    switch(small.folder, 1)
    assert live.catch_up().manifest.generation == 1


def test_catching_up_with_nothing_there_is_an_error(tmp_path: Path) -> None:
    """As a request's is."""
    made = empty(tmp_path)
    with pytest.raises(NoGenerationError):
        Live(made.folder, made.catalog, OneEncoder(made.encoder)).catch_up()


def test_the_first_requests_wait_for_one_opening(small: Indexed, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing open yet, requests at the same time open one generation between them."""
    opened: list[Generation] = []
    real = live_module.open_current

    def counted(*arguments: object) -> Generation:
        opened.append(real(*arguments))  # type: ignore[arg-type]
        return opened[-1]

    monkeypatch.setattr(live_module, "open_current", counted)
    got: list[Generation] = []
    threads = [threading.Thread(target=lambda: got.append(live.pin())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1
    assert all(each is opened[0] for each in got)


def test_a_failed_opening_does_not_block_the_next(small: Indexed, live: Live) -> None:
    """After an error another request may open what has been mended."""
    path = small.folder.generation(1) / "alive.npy"
    whole = path.read_bytes()
    path.write_bytes(b"noise")
    with pytest.raises(DamagedError):
        live.pin()
    path.write_bytes(whole)
    assert live.pin().manifest.generation == 1


def test_requests_and_rebuilds_side_by_side(small: Indexed, live: Live) -> None:
    """While generations come and go, every request sees one whole state: the report of its generation's number."""
    wrong: list[str] = []
    done = threading.Event()

    def request() -> None:
        while not done.is_set():
            generation = live.pin()
            number = generation.manifest.generation
            if number > 1:
                text = generation.stored(generation.ordinals["new"]).report.text
                if text != f"A nun had hiccups {number} times.":
                    wrong.append(f"{number}: {text}")

    threads = [threading.Thread(target=request) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(2, 6):
        assert add(small, f"A nun had hiccups {number} times.") == number
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert live.pin().manifest.generation == 5


def test_what_could_not_be_opened_is_tried_again(
    small: Indexed, live: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever was in the way, too many open files or an encoder that is not ready: after some seconds all is well."""
    live.pin()
    add(small)
    for error in (OSError(24, "Too many open files"), EncoderError("not yet")):
        with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
            patch.setattr(live_module, "_TRY_AGAIN_S", 0.0)
            patch.setattr(live_module, "open_current", raising(error))
            assert live.pin().manifest.generation == 1
    assert live.pin().manifest.generation == 1
    monkeypatch.setattr(live_module, "_TRY_AGAIN_S", 0.0)
    assert live.pin().manifest.generation == 2


def test_a_change_during_the_opening_is_noticed(small: Indexed, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """CURRENT may move between the look at it and the opening: what it names in the end is served."""
    live.pin()
    add(small)
    real = live_module.open_current

    def late(*arguments: object) -> Generation:
        add(small, "A nun had hiccups twice.")
        return real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(live_module, "open_current", late)
        assert live.pin().manifest.generation == 3
    switch(small.folder, 2, passing_over=3)
    assert live.pin().manifest.generation == 2


class Pauses(threading.Event):
    """Is waited for a moment only, and remembers for how long it should have been."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        """A short pause."""
        self.asked.append(timeout)
        return super().wait(0.005)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until ``condition`` holds; far beyond what it takes, fail."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_who_follows_swaps_by_itself_and_looks_every_second_at_least(small: Indexed, live: Live) -> None:
    """New generations, and a roll back, are opened with no request in between: what is held is looked at, not asked."""

    def held() -> int | None:
        return None if live._generation is None else live._generation.manifest.generation

    pauses = live._leaving = Pauses()
    live.follow()
    try:
        wait_until(lambda: held() == 1)
        assert add(small) == 2
        wait_until(lambda: held() == 2)
        switch(small.folder, 1, passing_over=2)
        wait_until(lambda: held() == 1)
    finally:
        live.leave()
    assert all(seconds is not None and 0 < seconds <= 1 for seconds in pauses.asked)
    assert "casetrove-follow" not in [thread.name for thread in threading.enumerate()]


def test_who_follows_goes_on_after_an_error(small: Indexed, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing indexed, or a generation that cannot be opened, does not end the looking."""
    live._leaving = Pauses()
    tried: list[int] = []

    def broken(*_: object) -> Generation:
        tried.append(1)
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(live_module, "open_current", broken)
        live.follow()
        wait_until(lambda: len(tried) > 1)
    try:
        wait_until(lambda: live._generation is not None)
    finally:
        live.leave()


def test_a_lost_catalog_is_logged_once_and_told_until_it_is_back(
    small: Indexed, live: Live, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Following goes on: the catalog that is put back is asked again, and losing that one is told again."""
    live.check()
    small.catalog.close()
    for _ in range(2):
        kept = small.folder.catalog.rename(tmp_path / "kept.sqlite")
        caplog.clear()
        pauses = live._leaving = Pauses()
        live.follow()
        wait_until(lambda pauses=pauses: len(pauses.asked) > 3)  # type: ignore[misc]
        live.leave()
        (record,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
        assert "catalog.sqlite: was lost" in record.getMessage()
        assert f"--data {small.folder.root}" in record.getMessage()
        with pytest.raises(LostCatalogError):
            live.check()
        kept.rename(small.folder.catalog)
        live._look()
        live.check()
        small.catalog.close()


def test_a_new_catalog_beside_an_index_opens_nothing(small: Indexed) -> None:
    """A server that starts where the catalog was lost has made an empty one: it says so, and does not seem ready."""
    small.catalog.close()
    small.folder.catalog.unlink()
    live = Live(small.folder, Catalog(small.folder.catalog), OneEncoder(small.encoder))
    for ask in (live.pin, live.check):
        with pytest.raises(LostCatalogError, match="was lost"):
            ask()


def raising(error: Exception) -> Callable[..., Generation]:
    def fail(*_: object) -> Generation:
        raise error

    return fail
