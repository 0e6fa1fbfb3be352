"""Server processes that are killed, told to end, and two of them over one folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from corpus.catalog import Catalog
from search_api.runner import Runner

from .conftest import wait_until
from .processes import Folder, Process

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    yield made
    made.end()


def assert_each_is_there_once(server: Process, folder: Folder, jobs: dict[str, tuple[int, ...]]) -> None:
    """Every accepted job is done, and every report of theirs is in catalog, index, uploads and list exactly once."""
    numbers = [number for each in jobs.values() for number in each]
    for url, sent in jobs.items():
        last = server.reaches(url, "done", "failed")
        assert (last["state"], last["reason"]) == ("done", None)
        assert [file["name"] for file in last["files"]] == [f"{number}.txt" for number in sent]
        assert {file["outcome"] for file in last["files"]} <= {"read", "unchanged"}
    listed = [
        each["url"] for each in server.client.get("/v1/jobs?limit=100").json()["jobs"] if each["kind"] == "upload"
    ]
    assert sorted(listed) == sorted(jobs)
    catalog = Catalog(folder.root / "data" / "catalog.sqlite")
    assert sorted(source for entry in catalog.entries() for source in entry.sources) == sorted(
        f"upload:{number}.txt" for number in numbers
    )
    catalog.close()
    assert server.client.get("/v1/index").json()["reports"] == len(numbers)
    kept = [path.name[17:] for path in (folder.root / "data" / "uploads").iterdir()]
    assert sorted(kept) == sorted(f"{number}.txt" for number in numbers)
    wait_until(lambda: list((folder.root / "data" / "incoming").iterdir()) == [], "nothing waits to be read")


def test_a_killed_server_loses_no_accepted_upload_and_repeats_none(folder: Folder) -> None:
    """Killed right after accepting, and again in the middle of a build, its successors carry out every job once."""
    folder.gate.touch()
    jobs: dict[str, tuple[int, ...]] = {}
    server = folder.serve()
    for sent in ((1,), (2, 3), (4,)):
        jobs[server.upload(*sent)] = sent
    server.kill()
    server = folder.serve()
    first = next(iter(jobs))
    server.reaches(first, "running")
    wait_until(lambda: server.job(first)["stage"] in ("chunk", "embed"), "a build is under way")
    jobs[server.upload(5, 6)] = (5, 6)
    server.kill()
    folder.gate.unlink()
    assert_each_is_there_once(folder.serve(), folder, jobs)


def test_servers_killed_at_any_moment_lose_nothing(folder: Folder) -> None:
    """Twelve servers one after another are killed at random moments while they take in, read and build."""
    dice = Random(4)
    jobs: dict[str, tuple[int, ...]] = {}
    number = 0
    for _ in range(12):
        server = folder.serve()
        for _ in range(3):
            sent = tuple(range(number, number + dice.randint(1, 3)))
            number = sent[-1] + 1
            jobs[server.upload(*sent)] = sent
        time.sleep(dice.uniform(0, 1.5))
        server.kill()
    assert_each_is_there_once(folder.serve(), folder, jobs)


def test_an_accepted_deletion_survives_a_kill(folder: Folder) -> None:
    """A deletion that was accepted and not yet carried out is carried out by the next server."""
    server = folder.serve()
    uploaded = server.reaches(server.upload(1, 2, wait=60), "done")
    lost = uploaded["files"][0]["report_id"]
    folder.gate.touch()
    url = server.client.delete(f"/v1/reports/{lost}", params={"wait": 0}).json()["job"]["url"]
    server.kill()
    folder.gate.unlink()
    server = folder.serve()
    assert server.reaches(url, "done", "failed")["state"] == "done"
    assert server.client.get(f"/v1/reports/{lost}").status_code == 404
    assert server.client.get("/v1/index").json()["reports"] == 1


def test_a_server_that_is_told_to_end_ends_its_streams(folder: Folder) -> None:
    """An open stream does not keep a server from ending: it is closed, and the job is there at the next start."""
    folder.gate.touch()
    server = folder.serve()
    url = server.upload(1, wait=60)
    with server.client.stream("GET", url + "/events") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("id:")
        server.process.terminate()
        rest = list(lines)  # ends only when the server closes the stream
    assert not any('"state":"done"' in line for line in rest)
    folder.gate.unlink()
    assert server.process.wait(60) in (0, -15)
    assert folder.serve().reaches(url, "done", "failed")["state"] == "done"


def test_a_server_that_is_told_to_end_answers_who_waits(folder: Folder) -> None:
    """A request that waits for its files to be read is answered, with its job, when the server ends."""
    (folder.root / "data").mkdir()
    other = Runner(folder.root / "data" / "jobs.lock", {}, lambda: None, lambda: None)
    other.start()  # so that the server's jobs wait
    server = folder.serve()
    answered: list[str] = []
    asking = threading.Thread(target=lambda: answered.append(server.upload(1, wait=60)))
    asking.start()
    wait_until(lambda: server.client.get("/v1/jobs").json()["jobs"] != [], "the upload was accepted")
    server.process.terminate()
    assert server.process.wait(60) in (0, -15)
    asking.join(60)
    other.stop()
    (url,) = answered
    assert folder.serve().reaches(url, "done", "failed")["state"] == "done"


def test_two_servers_share_a_folder_and_one_takes_over_from_the_other(folder: Folder) -> None:
    """Either takes uploads in and shows all jobs; each job is carried out once, though the one at work is killed."""
    folder.gate.touch()
    first, second = folder.serve(), folder.serve()
    jobs = {first.upload(1): (1,), second.upload(2, 3): (2, 3)}
    for server in (first, second):
        for url in jobs:
            wait_until(lambda server=server, url=url: server.job(url)["files"] != [], "the files were read")  # type: ignore[misc]
    wait_until(lambda: second.client.get("/v1/index").json()["rebuild"]["building"], "the second sees the build")
    first.kill()
    jobs[second.upload(4)] = (4,)
    folder.gate.unlink()
    assert_each_is_there_once(second, folder, jobs)
