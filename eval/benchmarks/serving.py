"""A server under load while it changes: questions of many clients, reports added and taken out, generations swapped.

``python -m eval.benchmarks.serving DATA --questions FILE``: ``DATA`` is a copy to spend, for it is changed. The same
clients ask a bare FastAPI application that only says hello, and the same search is called in process, for comparison.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import httpx2 as httpx
import numpy as np
import typer
from rich.table import Table

from corpus.errors import CasetroveError
from eval.benchmarks.load import serving
from eval.benchmarks.reporting import command, publish
from search_api.client import Client

_HELLO: Final = """
import socket, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
def hello() -> dict[str, str]:
    return {"hello": "world"}
listening = socket.create_server(("127.0.0.1", 0))
listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([listening])
"""
_ASKS: Final = 4
"""Every fourth question is asked for an answer, the others for passages."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer: the generation that it names, and the reports that it shows."""

    generation: int
    reports: frozenset[str]


@dataclass(frozen=True, slots=True)
class Change:
    """A report that was added (or taken out) by a job: ``generation`` is the first that holds it (or holds it not)."""

    report_id: str
    generation: int
    is_added: bool


@dataclass(slots=True)
class Run:
    """What clients met: milliseconds of each answer, what it showed, and what went wrong."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        """Answers, how many a second, and the times of the middle one and of the slowest in a hundred."""
        middle, slow = np.percentile(self.milliseconds, [50, 99]) if self.milliseconds else (0.0, 0.0)
        return {
            "answers": len(self.milliseconds),
            "per_second": round(len(self.milliseconds) / max(self.seconds, 1e-9), 1),
            "p50_ms": round(float(middle), 1),
            "p99_ms": round(float(slow), 1),
        }


def mixed(seen: Sequence[Seen], changes: Sequence[Change]) -> list[str]:
    """Answers that show a report which the generation that they name does not hold, in words."""
    wrong = []
    for each, change in itertools.product(seen, changes):
        if change.report_id in each.reports and (each.generation >= change.generation) != change.is_added:
            what = "added" if change.is_added else "taken out"
            wrong.append(
                f"generation {each.generation} shows {change.report_id}, {what} with generation {change.generation}"
            )
    return wrong


def pressed(clients: int, seconds: float, ask: Callable[[int, httpx.Client], Seen | None], address: str) -> Run:
    """``clients`` ask one question after the other for ``seconds``, at least one: ``ask(its number, connection)``."""
    run, numbers, end = Run(), itertools.count(), time.perf_counter() + seconds

    def client(_: int) -> None:
        with httpx.Client(base_url=address, timeout=120) as connection:
            for at in itertools.count():
                begun = time.perf_counter()
                if at and begun >= end:
                    break
                try:
                    seen = ask(next(numbers), connection)
                except (CasetroveError, httpx.HTTPError) as error:
                    run.errors.append(f"{type(error).__name__}: {error}")
                    continue
                run.milliseconds.append((time.perf_counter() - begun) * 1000)
                if seen:
                    run.seen.append(seen)

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    run.seconds = time.perf_counter() - begun
    return run


def asking(questions: Sequence[str]) -> Callable[[int, httpx.Client], Seen]:
    """What asks the questions in turn, searches and answers mixed. It raises CasetroveError for all but 200."""

    def ask(number: int, connection: httpx.Client) -> Seen:
        question = questions[number % len(questions)]
        is_ask = number % _ASKS == 0
        path, name = ("/v1/ask", "question") if is_ask else ("/v1/search", "query")
        answer = connection.post(path, json={name: question, "k": 10})
        if answer.status_code != 200:
            raise CasetroveError(f"{path} {question!r}: {answer.status_code} {answer.text[:200]}")
        told = answer.json()
        shown = [*told["hits"], *told.get("sentences", ())]
        return Seen(told["generation"], frozenset(each["report_id"] for each in shown))

    return ask


def changing(
    address: str, stop: threading.Event, questions: Sequence[str], changes: list[Change], pause_s: float = 0.0
) -> None:
    """Until ``stop``: add a report that answers a question, wait until it is served, and take out every second one.

    ``pause_s`` lies between two reports.
    """
    with TemporaryDirectory() as folder, Client(address) as client:
        for number in itertools.count():
            if stop.wait(pause_s):
                return
            question = random.Random(number).choice(list(questions))
            path = Path(folder) / f"load-{time.time_ns()}.txt"
            path.write_text(
                f"Invented report {path.stem}\n\nCase presentation\n\nA woman of {20 + number % 60} asked: {question} "
                f"Her number was {path.stem}. She was given honey.\n"
            )
            job = client.add([path])
            report_id = job.files[0].report_id
            if job.state != "done" or job.generation is None or report_id is None:
                raise CasetroveError(f"{path.name} was not added: {job.reason}")
            changes.append(Change(report_id, job.generation, True))
            if number % 2:
                ended = client.finished(client.delete_report(report_id).job.id)
                if ended.generation is None:
                    raise CasetroveError(f"{report_id} was not taken out: {ended.reason}")
                changes.append(Change(report_id, ended.generation, False))


@contextmanager
def hello() -> Iterator[str]:
    """A bare FastAPI application in a process of its own; its address."""
    with subprocess.Popen([sys.executable, "-c", _HELLO], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def in_process(data: Path, questions: Sequence[str], seconds: float) -> Run:
    """The same searches called in this process, one after the other."""
    from indexer.folder import DataFolder
    from search_api.cli.loading import loaded

    service, run = loaded(DataFolder(data)), Run()
    for question in questions[:5]:
        service.search(question, k=10)
    start = time.perf_counter()
    for question in itertools.cycle(questions):
        begun = time.perf_counter()
        if begun - start > seconds:
            break
        service.search(question, k=10)
        run.milliseconds.append((time.perf_counter() - begun) * 1000)
    run.seconds = time.perf_counter() - start
    return run


def under_change(
    data: Path, questions: Sequence[str], clients: int, seconds: float, pause_s: float
) -> tuple[Run, Run, list[Change]]:
    """The server over ``data``: a sixth of the time as it stands, then while reports are added and taken out.

    Raises CasetroveError where changing fails.
    """
    changes: list[Change] = []
    stop = threading.Event()
    with serving(data) as server, ThreadPoolExecutor(1) as pool:
        still = pressed(clients, seconds / 6, asking(questions), server.address)
        changer = pool.submit(changing, server.address, stop, questions, changes, pause_s)
        try:
            run = pressed(clients, seconds, asking(questions), server.address)
        finally:
            stop.set()
        changer.result()
    return still, run, changes


def main(
    data: Annotated[Path, typer.Argument(help="A data folder to spend: a copy.")],
    questions: Annotated[Path, typer.Option(help="A question in each line.")],
    clients: Annotated[int, typer.Option(min=1, max=256)] = 32,
    seconds: Annotated[float, typer.Option(min=1, max=600)] = 60.0,
    pause_s: Annotated[float, typer.Option("--pause", min=0, max=60, help="Seconds between two new reports.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """A server under load while generations swap, beside a bare FastAPI and the same search in process."""
    asked = [line for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    short = max(1.0, seconds / 6)
    alone = in_process(data, asked, short)

    def greet(_: int, connection: httpx.Client) -> None:
        connection.get("/").raise_for_status()

    with hello() as address:
        bare = pressed(clients, short, greet, address)
    still, served, changes = under_change(data, asked, clients, seconds, pause_s)
    wrong = mixed(served.seen, changes)
    figures = {
        "clients": clients, "hello": bare.told(), "in_process": alone.told(),
        "still": still.told(), "served": served.told(),
        "errors": len(still.errors) + len(served.errors), "mixed": len(wrong), "changes": len(changes),
        "generations": len({each.generation for each in served.seen}),
    }  # fmt: skip
    table = Table("", "answers", "a second", "p50 ms", "p99 ms")
    for name, run in (
        ("FastAPI, hello", bare),
        ("search, in process", alone),
        ("served, as it stands", still),
        ("served, changing", served),
    ):
        table.add_row(name, *(f"{value:g}" for value in run.told().values()))
    table.caption = (
        f"{clients} clients; {figures['errors']} errors, {figures['mixed']} mixed answers; {len(changes)} changes, "
        f"{figures['generations']} generations seen"
    )
    publish(figures, table, as_json)
    errors = [*still.errors, *served.errors]
    for each in (*errors[:5], *wrong[:5]):
        typer.echo(each, err=True)
    if errors or wrong:
        raise typer.Exit(1)


if __name__ == "__main__":
    command(main)
