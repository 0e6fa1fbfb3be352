"""Generations come and go under running servers: no request is dropped, none sees two states, and all servers agree."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from indexer.generation import is_held, switch
from indexer.history import collect, numbered
from tests.fakes import Indexed

from .conftest import wait_until
from .processes import Folder, Process

BUILDS = 6


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    yield made
    made.end()


@pytest.fixture
def small(folder: Folder) -> Indexed:
    """The data folder that servers serve, changed by this process: another indexer than theirs."""
    home = DataFolder(folder.root / "data")
    made = Indexed(home, Catalog(home.catalog), HashingEncoder())
    step(made, 1)
    return made


def step(small: Indexed, number: int) -> int:
    """A generation in which the one nun had as many hiccups as its number says, among others that stay."""
    others = {f"r{at}": f"Patient {at} had a rash of the hand." for at in range(20)} if number == 1 else {}
    small.put({"nun": f"A nun had hiccups {number} times.", **others})
    return small.build()


def generation(server: Process) -> int:
    """What a server says that it serves."""
    return int(server.client.get("/v1/index").json()["generation"])


def test_requests_go_on_while_generations_come_and_go(folder: Folder, small: Indexed) -> None:
    """Each answer is of one generation: its number and its text belong together, and every request is answered."""
    servers = [folder.serve(), folder.serve()]
    done, wrong = threading.Event(), list[str]()
    asked = [0, 0]

    def ask(at: int) -> None:
        while not done.is_set():
            answer = servers[at].client.post("/v1/search", json={"query": "nun with hiccups", "k": 1})
            asked[at] += 1
            if answer.status_code != 200:
                wrong.append(answer.text)
                continue
            told = answer.json()
            if told["hits"][0]["text"] != f"A nun had hiccups {told['generation']} times.":
                wrong.append(f"{told['generation']}: {told['hits'][0]['text']}")

    threads = [threading.Thread(target=ask, args=(at,)) for at in (0, 1)]
    for thread in threads:
        thread.start()
    for number in range(2, BUILDS + 1):
        assert step(small, number) == number
        collect(small.folder, small.catalog, OneEncoder(small.encoder), 1)
    wait_until(lambda: [generation(server) for server in servers] == [BUILDS, BUILDS], "both serve the newest")
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert min(asked) > 0


def test_a_new_generation_is_opened_before_anybody_asks(folder: Folder, small: Indexed) -> None:
    """Every server notices it by itself, and lets go of the old one, so that it can be collected."""
    for _ in range(2):
        folder.serve()
    wait_until(lambda: is_held(small.folder, 1), "the first generation is open")
    assert step(small, 2) == 2
    wait_until(lambda: is_held(small.folder, 2), "the second generation is open")
    wait_until(lambda: not is_held(small.folder, 1), "both servers let go of the first")
    assert collect(small.folder, small.catalog, OneEncoder(small.encoder), 1).removed == (1,)
    assert numbered(small.folder) == [2]


def test_a_rollback_is_noticed_too(folder: Folder, small: Indexed, tmp_path: Path) -> None:
    """An older generation is served as soon as somebody goes back to it."""
    server = folder.serve()
    step(small, 2)
    wait_until(lambda: generation(server) == 2, "the second is served")
    switch(small.folder, 1, passing_over=2)
    wait_until(lambda: generation(server) == 1, "the first is served again")
    answer = server.client.post("/v1/search", json={"query": "hiccups", "k": 1}).json()
    assert answer["hits"][0]["text"] == "A nun had hiccups 1 times."


def test_after_a_rollback_what_is_found_can_be_read_and_jobs_say_what_is_served(folder: Folder, small: Indexed) -> None:
    """A report that left the catalog is shown as the served generation has it; a rebuild tells of the rollback."""
    small.catalog.delete("nun")
    small.build()
    switch(small.folder, 1, passing_over=2)
    server = folder.serve()
    (hit, *_) = server.client.post("/v1/search", json={"query": "hiccups", "k": 1}).json()["hits"]
    text = server.client.get(f"/v1/reports/{hit['report_id']}/text", params={"start": hit["start"], "end": hit["end"]})
    assert (text.status_code, text.json()["text"]) == (200, "A nun had hiccups 1 times.")
    last = server.reaches(server.client.post("/v1/index/rebuild").json()["job"]["url"], "done", "failed")
    assert (last["state"], last["generation"]) == ("done", 1)
    assert "rollback 2" in last["reason"]
