"""Self-made reports, and a whole site over them: catalog, index, service, library, application."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from corpus.ingest import ingest
from indexer.build import build
from indexer.encoders.base import EncoderInfo, Kind, Vectors
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from search_api.jobs import Uploaded
from search_api.library import Library
from search_api.service import Service
from search_api.uploads import Upload
from search_api.web.app import WebSettings, create_app
from search_api.web.server import server

REPORTS = {
    "hiccups.txt": """Invented report: hiccups after a balloon flight

Abstract
We describe an invented man whose hiccups began during a balloon flight and lasted nine days.

Case presentation
A 52-year-old man came to us with hiccups that had begun in a balloon at 3,000 metres. He had no fever. \
His blood tests were normal.

Treatment
He was treated with baclofen 10 mg three times a day. Chlorpromazine had been tried before without effect.

Outcome
The hiccups stopped on the second day of baclofen and did not return within six months.
""",
    "zebra.txt": """Invented report: a striped rash in a zoo keeper – naïve café-au-lait 𝔘nicode

Case presentation
A 34-year-old woman who worked with zebras had a striped rash on both forearms. A biopsy showed nothing but stripes.

Treatment
She was given a zinc ointment twice a day, and later low-dose methotrexate.

Outcome
The rash faded within three weeks. No scars remained.

References
1. Author A, Author B. Stripes and their keepers. J Invented Med. 2019;1:1-2. doi:10.5555/stripes.1
""",
    "kelp.html": """<!doctype html><html><head><title>Invented report: goitre from kelp crisps</title></head><body>
<h1>Invented report: goitre from kelp crisps</h1>
<h2>Case presentation</h2><p>A 61-year-old man ate two bags of kelp crisps a day and noticed a swelling of his neck.</p>
<h2>Treatment</h2><p>The crisps were stopped. He received no thyroid drugs.</p>
<h2>Outcome</h2><p>The goitre was gone after four months.</p></body></html>
""",
}

LATER = b"""Invented report: purple toes after grape treading

Case presentation
A 29-year-old vintner had purple toes for two weeks after treading grapes with bare feet.

Treatment
He was treated with lemon juice soaks twice a day.

Outcome
The purple colour was gone after ten days.
"""


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait until ``condition`` holds; far beyond what it takes, fail and say ``what`` did not come."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.01)


class GatedEncoder:
    """A real encoder whose passages (never queries) wait while the gate is shut: indexing as slow as a test likes."""

    def __init__(self) -> None:
        self._inner = HashingEncoder()
        self.gate = threading.Event()
        self.gate.set()
        self.waiting = threading.Event()

    @property
    def info(self) -> EncoderInfo:
        """The inner encoder's."""
        return self._inner.info

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As the inner encoder, once the gate is open."""
        if kind == "passage" and not self.gate.is_set():
            self.waiting.set()
            assert self.gate.wait(60), "nobody opened the gate"
        return self._inner.encode(texts, kind)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """The inner encoder's."""
        return self._inner.token_spans(texts)


@dataclass
class Site:
    """Everything that serves one data folder; ``client`` speaks to ``app`` over HTTP, while it runs."""

    folder: DataFolder
    encoder: GatedEncoder
    service: Service
    library: Library
    app: FastAPI
    client: TestClient

    def settled(self) -> None:
        """Wait until every job has ended, so that the index has caught up with every change."""
        wait_until(lambda: all(job.is_ended for job in self.library.jobs(100)), "the jobs ended")

    def add(self, *uploads: Upload) -> list[Uploaded]:
        """Give files to the library, and wait until they are read; what became of each."""
        job_id = self.library.upload(uploads).id
        wait_until(lambda: self.library.job(job_id).is_settled, "the files were read")
        return list(self.library.job(job_id).outcomes)

    def delete(self, report_id: str) -> None:
        """Let the library take a report out, and wait until it is out of the catalog."""
        job_id = self.library.delete(report_id).id
        wait_until(lambda: self.library.job(job_id).is_settled, "the report was taken out")

    def upload(self, *files: tuple[str, bytes]) -> list[dict[str, object]]:
        """Send files in, wait for the rebuild, and give back each file's outcome."""
        answer = self.client.post("/v1/reports", files=[("files", file) for file in files])
        assert answer.status_code == 202, answer.text
        self.settled()
        outcomes: list[dict[str, object]] = answer.json()["files"]
        return outcomes

    def reread(self, name: str, text: str) -> None:
        """Correct one of the files that the site was opened over, and index it again."""
        file = self.folder.root.parent / "files" / name
        file.write_text(text, encoding="utf-8")
        ingest(self.service.catalog, [file.parent])
        with self.folder.lock():
            build(self.folder, self.service.catalog, self.encoder)

    def found(self, query: str) -> list[str]:
        """The ids of the reports that a search finds, best first."""
        answer = self.client.post("/v1/search", json={"query": query, "system": "bm25"})
        assert answer.status_code == 200, answer.text
        return [hit["report_id"] for hit in answer.json()["hits"]]


def open_site(
    root: Path, reports: dict[str, str], settings: WebSettings | None = None, *, log_searches: bool = False
) -> Site:
    """A site over a new data folder that holds ``reports``, indexed if there are any. Its client is not started."""
    folder = DataFolder(root / "data")
    encoder = GatedEncoder()
    service = Service(folder, OneEncoder(encoder), log_searches=log_searches)
    if reports:
        files = root / "files"
        files.mkdir()
        for name, text in reports.items():
            (files / name).write_text(text, encoding="utf-8")
        ingest(service.catalog, [files])
        with folder.lock():
            build(folder, service.catalog, encoder)
    library = Library(service)
    app = create_app(service, library, settings=settings)
    return Site(folder, encoder, service, library, app, TestClient(app))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site that the tests of one file read and do not change."""
    opened = open_site(tmp_path_factory.mktemp("site"), REPORTS)
    with opened.client:
        yield opened


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A running site for one test, with a small upload limit."""
    opened = open_site(tmp_path, REPORTS, WebSettings(max_upload_bytes=64 << 10))
    with opened.client:
        yield opened
        opened.encoder.gate.set()


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """A running site where nothing has been indexed yet."""
    opened = open_site(tmp_path, {})
    with opened.client:
        yield opened
        opened.encoder.gate.set()


@dataclass
class Served:
    """A site behind a real server on a free loopback port."""

    site: Site
    server: uvicorn.Server
    address: str


@contextmanager
def serving(site: Site) -> Iterator[Served]:
    """A real server in a thread of this process, ended by its own handle."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as `casetrove serve` does: answers do not wait
    running = server(site.app)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        wait_until(lambda: running.started, "the server started")
        yield Served(site, running, f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        site.encoder.gate.set()
        running.should_exit = True
        thread.join(60)
        listening.close()
    assert not thread.is_alive()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A real server over the usual reports."""
    with serving(open_site(tmp_path, REPORTS)) as found:
        yield found
