"""Server processes over one folder, for the tests that kill them and those that change what they serve."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx

from tests.fakes import prose

from .conftest import wait_until

ROOT = Path(__file__).parents[3]


def text(number: int) -> bytes:
    """A report that is like no other."""
    return f"Invented report number {number}\n\nCase presentation\n\n{prose(number, 120)}.\n".encode()


@dataclass
class Process:
    """A server process; ``client`` speaks to it."""

    process: subprocess.Popen[str]
    client: httpx.Client

    def kill(self) -> None:
        """End it at once, with SIGKILL: unlike in a power cut, what it wrote is there, be it flushed or not."""
        self.process.kill()
        self.process.wait()

    def upload(self, *numbers: int, wait: float = 0) -> str:
        """Send in reports; the path of the job that was accepted."""
        files = [("files", (f"{number}.txt", text(number))) for number in numbers]
        answer = self.client.post("/v1/reports", params={"wait": wait}, files=files)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["job"]["url"])

    def job(self, url: str) -> dict[str, Any]:
        """A job as it stands."""
        answer = self.client.get(url)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def reaches(self, url: str, *states: str) -> dict[str, Any]:
        """The job once it is in one of these states."""
        wait_until(lambda: self.job(url)["state"] in states, f"{url} is {' or '.join(states)}")
        return self.job(url)


@dataclass
class Folder:
    """A data folder with a gate that stops indexing while it is shut; ``serve`` starts a server over it."""

    root: Path
    started: list[Process] = field(default_factory=list)

    @property
    def gate(self) -> Path:
        """The file that shuts the gate."""
        return self.root / "shut"

    def end(self) -> None:
        """Kill every server that was started."""
        for each in self.started:
            each.client.close()
            each.process.kill()
            each.process.communicate()

    def serve(self) -> Process:
        """A new server process, once it answers."""
        command = [sys.executable, "-m", "tests.search_api.web.serving", str(self.root / "data"), str(self.gate)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        made = Process(process, httpx.Client(base_url=process.stdout.readline().strip(), timeout=60))
        self.started.append(made)

        def alive() -> bool:
            try:
                return made.client.get("/healthz").status_code == 200
            except httpx.TransportError:
                return False

        wait_until(alive, "the server answers")
        return made
