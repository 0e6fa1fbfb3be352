"""docs/api.md is true: each of its commands, and its program, does what it says against a real server."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "api.md"
ADDRESS = "http://127.0.0.1:8000"
BINARY = Path(sys.executable).with_name("casetrove")
with_curl = pytest.mark.skipif(
    shutil.which("curl") is None, reason="no curl is installed: tests/search_api/web/test_client.py asks all the same"
)


def blocks(language: str) -> list[str]:
    """The page's blocks in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]


@dataclass
class Running:
    """A server over the samples, and a folder to run commands in, from which they are seen as from the checkout."""

    address: str
    folder: Path

    def run(self, command: list[str]) -> str:
        """What a command prints; it must succeed."""
        environment = {**os.environ, "CURL_HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """``casetrove serve`` over an index of the samples, on a port of the system's choice."""
    folder = tmp_path_factory.mktemp("api")
    (folder / "corpus").symlink_to(ROOT / "corpus")
    (folder / ".curlrc").write_text("fail-with-body\n")  # a refusal fails the command, as written as it is
    data = folder / "data"
    command = [str(BINARY), "index", "corpus/samples", "--data", str(data)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    process = subprocess.Popen(
        [str(BINARY), "serve", "--port", "0", "--json", "--data", str(data)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        told = ""
        while not told.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, "the server ended before it told its address"
            told += line
        yield Running(json.loads(told)["address"].rstrip("/"), folder)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) is not None
        process.communicate()


def test_the_page_has_commands_to_run() -> None:
    """All that stands in a shell block is a command to the server that the page tells of."""
    assert len(COMMANDS) >= 20
    for command in COMMANDS:
        assert command.startswith("curl -s"), command
        assert ADDRESS in command, command


@with_curl
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_works_as_written(server: Running, command: str) -> None:
    """Run by a shell, with nothing but the address changed, each is answered: with JSON, or the file asked for."""
    told = server.run(["sh", "-c", command.replace(ADDRESS, server.address)])
    saved = re.search(r" -o (\S+\.\w+)", command)
    if saved:
        assert (server.folder / saved[1]).stat().st_size > 100
    elif "%{http_code}" in command:
        assert told.strip() == "304"
    elif " -I " in command:
        assert told.startswith("HTTP/1.1 200")
        assert "etag: " in told.lower()
    else:
        assert isinstance(json.loads(told), dict)


def test_the_program_of_the_page_runs(server: Running) -> None:
    """The Python example finds, answers, writes its file, adds its report and is told of the one that is not there."""
    (program,) = blocks("python")
    told = server.run([sys.executable, "-c", program.replace(ADDRESS, server.address)])
    assert re.search(r"^1 cr-[0-9a-f]{12} ", told, re.MULTILINE)
    assert re.search(r"^done \['(unchanged|duplicate)'\]$", told, re.MULTILINE)
    assert re.search(r"^not-found .*cr-000000000000", told, re.MULTILINE)
    assert (server.folder / "list.ris").read_text(encoding="utf-8").startswith("TY  - ")


def test_the_page_names_every_operation(server: Running) -> None:
    """Each path of the OpenAPI document stands in the page; a new operation is told of there, too."""
    import httpx2 as httpx

    text = re.sub(r"\{[a-z_]*\}", "{}", PAGE.read_text(encoding="utf-8"))
    paths = httpx.get(f"{server.address}/openapi.json", timeout=60).json()["paths"]
    for path, item in paths.items():
        for method in item:
            told = re.sub(r"\{[^}]*\}", "{}", path)
            named = re.search(rf"`(GET [^`]*, )?({method.upper()} )?{re.escape(told)}[`?]|`{told}`", text)
            assert named, f"docs/api.md does not tell of {method.upper()} {path}"


def test_errors_and_words_of_the_page_are_the_servers(server: Running) -> None:
    """The problem words that the page names exist in the code."""
    words = re.findall(r"\(`([a-z-]+)`\)", PAGE.read_text(encoding="utf-8"))
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "search_api").rglob("*.py"))
    assert len(words) >= 4
    for word in words:
        assert f'"{word}"' in sources, word
