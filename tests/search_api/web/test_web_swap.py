"""Generations come and go under running servers: no request is dropped, none sees two states, none goes back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder, numbered
from indexer.generation import is_held, switch
from indexer.history import collect
from tests.fakes import Indexed

from .conftest import wait_until
from .processes import Folder, Process

BUILDS = 6
PEOPLE = ("nun", "monk", "abbot")


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
    """A generation in which three people had as many hiccups as its number says, among others that stay."""
    others = {f"r{at}": f"Patient {at} had a rash of the hand." for at in range(20)} if number == 1 else {}
    small.put({**{who: case(who, number) for who in PEOPLE}, **others})
    return small.build()


def case(who: str, number: int) -> str:
    """The report of one of them in the generation of this number, and in no other."""
    return f"A {who} had hiccups {number} times."


def generation(server: Process) -> int:
    """What a server says that it serves."""
    return int(server.client.get("/v1/index").json()["generation"])


class Asker:
    """Asks one server again and again; ``seen`` are the generations of its answers, ``wrong`` what must not be.

    ``noticed`` is shared by all that ask this server: the newest generation that any answer was of. A request that
    begins after such an answer must be answered from that generation, or from a newer one.
    """

    def __init__(self, server: Process, noticed: list[int], done: threading.Event) -> None:
        self.seen, self.wrong = list[int](), list[str]()
        self._server, self._noticed, self._done = server, noticed, done
        self.thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        while not self._done.is_set():
            at_least = max(self._noticed)
            answer = self._server.client.post("/v1/search", json={"query": "hiccups", "k": 3, "system": "bm25"})
            if answer.status_code != 200:
                self.wrong.append(answer.text)
                continue
            number = answer.json()["generation"]
            texts = {hit["report_id"]: hit["text"] for hit in answer.json()["hits"]}
            if texts != {who: case(who, number) for who in PEOPLE}:
                self.wrong.append(f"generation {number} holds no such reports: {texts}")
            if number < at_least:
                self.wrong.append(f"generation {number} came after {at_least}")
            self.seen.append(number)
            self._noticed.append(number)


def test_requests_go_on_while_generations_come_and_go(folder: Folder, small: Indexed) -> None:
    """Every request is answered, with hits of one generation alone; no server goes back; in the end all agree."""
    servers, done = [folder.serve(), folder.serve()], threading.Event()
    askers = [Asker(server, noticed, done) for server in servers for noticed in [[0]] for _ in range(2)]

    def all_have_seen(number: int) -> bool:
        return all(number in asker.seen for asker in askers)

    for asker in askers:
        asker.thread.start()
    try:
        wait_until(lambda: all_have_seen(1), "the first generation is asked")
        for number in range(2, BUILDS + 1):
            assert step(small, number) == number
            collect(small.folder, small.catalog, OneEncoder(small.encoder), 1)
            if number == BUILDS // 2:
                wait_until(lambda: all_have_seen(BUILDS // 2), "a generation between the first and the last is asked")
        wait_until(lambda: all_have_seen(BUILDS), "every server answers from the newest")
    finally:
        done.set()
        for asker in askers:
            asker.thread.join()
    assert [wrong for asker in askers for wrong in asker.wrong] == []
    assert all({1, BUILDS // 2, BUILDS} <= set(asker.seen) for asker in askers)
    assert [generation(server) for server in servers] == [BUILDS, BUILDS]


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
    answer = server.client.post("/v1/search", json={"query": "nun hiccups", "k": 1}).json()
    assert answer["hits"][0]["text"] == "A nun had hiccups 1 times."


def test_after_a_rollback_what_is_found_can_be_read_and_jobs_say_what_is_served(folder: Folder, small: Indexed) -> None:
    """A report that left the catalog is shown as the served generation has it; jobs and errors tell of the rollback."""
    small.catalog.delete("nun")
    small.build()
    switch(small.folder, 1, passing_over=2)
    server = folder.serve()
    (hit, *_) = server.client.post("/v1/search", json={"query": "nun hiccups", "k": 1}).json()["hits"]
    text = server.client.get(f"/v1/reports/{hit['report_id']}/text", params={"start": hit["start"], "end": hit["end"]})
    assert (text.status_code, text.json()["text"]) == (200, "A nun had hiccups 1 times.")
    last = server.reaches(server.client.post("/v1/index/rebuild").json()["job"]["url"], "done", "failed")
    assert (last["state"], last["generation"]) == ("done", 1)
    assert "rollback 2" in last["reason"]
    gone = server.client.delete(f"/v1/reports/{hit['report_id']}")
    assert gone.status_code == 404
    assert "generation 1, served by a rollback: `casetrove rollback 2 --data " in gone.json()["detail"]
    forced = server.client.post("/v1/index/rebuild", params={"force": True}).json()["job"]["url"]
    last = server.reaches(forced, "done", "failed")
    assert (last["state"], generation(server)) == ("failed", 1)
    assert "run `casetrove rollback 2 --data " in last["reason"]
