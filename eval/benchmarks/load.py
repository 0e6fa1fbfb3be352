"""Several clients at once asking a real server over loopback."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import httpx2 as httpx

from corpus.errors import CasetroveError

_TIMEOUT_S = 120
_END_S = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A running ``casetrove serve``: where it answers, and its process."""

    address: str
    process: int


@dataclass(frozen=True, slots=True)
class Load:
    """``clients`` asked in turn, each its next question when it had its answer: milliseconds of each answer."""

    clients: int
    seconds: float
    milliseconds: Sequence[float]

    @property
    def per_second(self) -> float:
        """Answers a second, all clients together."""
        return len(self.milliseconds) / self.seconds


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """The program's own server over a data folder, on a free port of loopback. Raises CasetroveError if it ends."""
    command = [sys.executable, "-m", "casetrove", "serve", "--json", "--port", "0", "--data", str(data)]
    with (
        TemporaryFile("w+") as log,  # a pipe that nobody empties stops the server once it is full
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            if not told:
                process.wait(_END_S)
                log.seek(0)
                raise CasetroveError(f"casetrove serve --data {data} ended: {log.read().strip()}")
            server = Server(json.loads(told)["address"], process.pid)
            _until_ready(server, process)
            yield server
        finally:
            process.terminate()
            try:
                process.communicate(timeout=_END_S)
            except subprocess.TimeoutExpired:
                process.kill()


def ask(server: Server, questions: Sequence[str], clients: int, count: int) -> Load:
    """``count`` searches by ``clients`` clients, the questions in turn. Raises CasetroveError where one fails."""
    waiting = iter([questions[at % len(questions)] for at in range(count)])

    def client(_: int) -> list[float]:
        spent = []
        with httpx.Client(base_url=server.address, timeout=_TIMEOUT_S) as connection:
            for question in waiting:  # shared: each takes the next
                begun = time.perf_counter()
                answer = connection.post("/v1/search", json={"query": question, "k": 10})
                spent.append((time.perf_counter() - begun) * 1000)
                if answer.status_code != 200:
                    raise CasetroveError(f"{server.address}: {question!r}: {answer.status_code} {answer.text[:300]}")
        return spent

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        spent = [value for values in pool.map(client, range(clients)) for value in values]
    return Load(clients, time.perf_counter() - begun, spent)


def _until_ready(server: Server, process: subprocess.Popen[str]) -> None:
    begun = time.monotonic()
    while time.monotonic() - begun < _TIMEOUT_S:
        try:
            if httpx.get(f"{server.address}readyz", timeout=_TIMEOUT_S).status_code == 200:
                return
        except httpx.TransportError:
            pass
        if process.poll() is not None:
            raise CasetroveError(f"{server.address}: the server ended with {process.returncode}")
        time.sleep(0.05)
    raise CasetroveError(f"{server.address}: not ready within {_TIMEOUT_S} s")
