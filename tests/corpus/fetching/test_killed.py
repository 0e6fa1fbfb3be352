"""A run that is killed leaves nothing that counts as whole and is not, and the next one goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from corpus.fetching.fetch import Query, fetch
from corpus.fetching.folder import FetchedFolder
from tests.corpus.fetching.conftest import Connect
from tests.europepmc import EuropePmc, jats, result

ROOT = Path(__file__).parents[3]

RUN = """
import os, signal, sys
from pathlib import Path
from corpus.fetching.config import ServiceSettings
from corpus.fetching.europepmc_service import EuropePmcService
from corpus.fetching.fetch import Query, fetch
from corpus.fetching.folder import FetchedFolder
from corpus.fetching.polite import PoliteClient

base, folder, step, at = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
done = 0
def deadly(original):
    def wrapped(*arguments, **named):
        global done
        done += 1
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)
    return wrapped
if step == "sync":
    os.fsync = deadly(os.fsync)
elif step == "rename":
    Path.replace = deadly(Path.replace)
fetch(EuropePmcService(PoliteClient(ServiceSettings(base_url=base, requests_per_second=10))), Query("gardener"),
      FetchedFolder(folder))
"""


def start(epmc: EuropePmc, folder: Path, step: str = "", at: int = 0) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, epmc.base, str(folder), step, str(at)], cwd=ROOT)


def whole(folder: Path) -> set[str]:
    """The articles in the folder, each of whose visible files is checked to be complete."""
    for path in folder.glob("*.xml"):
        assert path.read_bytes() == jats(result(int(path.stem.removeprefix("PMC")) - 7000))
    records = {path.stem: json.loads(path.read_bytes()) for path in folder.glob("*.json")}
    for name, kept in records.items():
        full_text = kept["casetrove"]["fullText"]
        assert full_text is None or (folder / full_text).exists(), name
    return set(records)


def test_a_run_killed_while_an_article_comes_in_leaves_none_of_it(
    epmc: EuropePmc, connect: Connect, tmp_path: Path
) -> None:
    """Half of the third article has arrived at the kill: two are whole, and the next run has the rest."""
    half, over = threading.Event(), threading.Event()

    def hang(request: BaseHTTPRequestHandler, body: bytes) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) // 2])
        request.wfile.flush()
        half.set()
        over.wait(60)

    epmc.troubles["/PMC7003/fullTextXML"] = [hang]
    process = start(epmc, tmp_path)
    try:
        assert half.wait(60)
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
    finally:
        over.set()
        process.kill()
    assert whole(tmp_path) == {"PMC7001", "PMC7002"}
    asked = len(epmc.full_texts())
    summary = fetch(connect(), Query("gardener"), FetchedFolder(tmp_path))
    assert (summary.already, summary.fetched) == (2, 3)
    assert epmc.full_texts()[asked:] == ["PMC7003", "PMC7004", "PMC7005"]


@pytest.mark.parametrize(("step", "at"), [("sync", 3), ("sync", 4), ("rename", 3), ("rename", 4)])
def test_a_run_killed_while_it_writes_leaves_whole_files_only(
    epmc: EuropePmc, connect: Connect, tmp_path: Path, step: str, at: int
) -> None:
    """Killed at any step of writing the second article, its text or its record, the first is whole and it is not."""
    assert start(epmc, tmp_path, step, at).wait(60) == -signal.SIGKILL
    assert whole(tmp_path) == {"PMC7001"}
    assert list(tmp_path.glob(".*.partial"))
    summary = fetch(connect(), Query("gardener"), FetchedFolder(tmp_path))
    assert (summary.already, summary.fetched, summary.failures) == (1, 4, [])
    assert len(whole(tmp_path)) == 6
    assert not list(tmp_path.glob(".*.partial"))
