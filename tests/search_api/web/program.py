"""``casetrove serve`` as a process of its own, with the small encoder, for the tests that look at the whole program."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx

from .conftest import wait_until

ROOT = Path(__file__).parents[3]


@dataclass
class Program:
    """The process, a client that speaks to it, and the file that its standard error goes to."""

    process: subprocess.Popen[str]
    client: httpx.Client
    log: Path

    def lines(self) -> list[str]:
        """What it wrote to standard error so far."""
        return self.log.read_text(encoding="utf-8").splitlines()

    def requests(self) -> list[dict[str, Any]]:
        """What its log, which is JSON, tells of requests."""
        events = [json.loads(line) for line in self.lines() if line.startswith("{")]
        return [event for event in events if event["logger"] == "casetrove.requests"]

    def logged(self, operation: str) -> dict[str, Any]:
        """The first line on a request for ``operation``, once it is there."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [each for each in self.requests() if each["operation"] == operation]
            return bool(found)

        wait_until(there, f"{operation} is logged")
        return found[0]


@contextmanager
def running(data: Path, *options: str) -> Iterator[Program]:
    """``casetrove serve`` over ``data`` with these options, on a free port; ended by its own handle."""
    log = data.parent / "stderr"
    command = [sys.executable, "-m", "tests.search_api.web.program", "--data", str(data), "--port", "0", "--json"]
    with log.open("w") as err:
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=err, text=True, encoding="utf-8"
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, log.read_text(encoding="utf-8")
            with httpx.Client(base_url=json.loads(line)["address"], timeout=60) as client:

                def alive() -> bool:
                    assert process.poll() is None, log.read_text(encoding="utf-8")
                    try:
                        return client.get("/healthz").status_code == 200
                    except httpx.TransportError:
                        return False

                wait_until(alive, "the server answers")
                yield Program(process, client, log)
        finally:
            process.kill()
            process.communicate()


def shut(data: Path) -> Path:
    """The gate of a program over ``data``: while there is a file, questions wait to be embedded."""
    return data.parent / "shut"


def main() -> None:
    """Serve with the arguments of this process, ``--data`` the first of them."""
    import casetrove
    from indexer.encoders.base import Kind, Vectors
    from indexer.encoders.hashing import HashingEncoder
    from search_api.cli import options

    gate = shut(Path(sys.argv[2]))

    class Halting(HashingEncoder):
        def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
            while kind == "query" and gate.exists():
                time.sleep(0.01)
            return super().encode(texts, kind)

    options.encoder = Halting
    sys.argv = ["casetrove", "serve", *sys.argv[1:]]
    casetrove.main()


if __name__ == "__main__":
    main()
