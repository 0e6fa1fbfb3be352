"""What servers keep: the HTTP API's and an assistant's tools, started as their own commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2 as httpx
import pytest

from tests.search_api.conftest import Run

try:
    import mcp
except ImportError:
    mcp = None

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
COMMAND = """
import casetrove
from indexer.encoders.hashing import HashingEncoder
from search_api.cli import options
options.encoder = HashingEncoder
casetrove.main()
"""


@pytest.fixture
def data(run: Run, report: Path, tmp_path: Path) -> Path:
    """A data folder with one report."""
    assert run("index", str(report)).code == 0
    return tmp_path / "data"


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def serving(data: Path, *options: str, **more: str) -> Iterator[httpx.Client]:
    """``casetrove serve`` over ``data``; ended as by Ctrl-C."""
    command = [sys.executable, "-c", COMMAND, "serve", "--data", str(data), "--port", "0", "--json", *options]
    with subprocess.Popen(command, env=environment(**more), stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            with httpx.Client(base_url=json.loads(server.stdout.readline())["address"], timeout=60) as client:
                yield client
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=60)
    assert server.returncode == 0


def asked(client: httpx.Client, query: str) -> Any:
    return client.post("/v1/search", json={"query": query}).json()["search_id"]


def test_a_server_and_the_commands_keep_in_one_log(run: Run, data: Path) -> None:
    """Each sees what the other kept, while both are at work."""
    with serving(data) as client:
        over_http = asked(client, "zinc")
        by_hand = run("search", "anosmia", "--json").json()["search_id"]
        listed = client.get("/v1/searches").json()["searches"]
        assert [(each["id"], each["via"]) for each in listed] == [(by_hand, "cli"), (over_http, "http")]
        assert run("searches", "forget", over_http).code == 0
        assert client.get(f"/v1/searches/{over_http}").status_code == 404
        assert asked(client, "zinc again") not in (over_http, by_hand)


@pytest.mark.parametrize(("option", "said"), [(["--no-search-log"], ""), ([], "off")])
def test_a_server_that_is_to_keep_nothing_keeps_nothing(data: Path, option: list[str], said: str) -> None:
    """By its option, or by the environment."""
    with serving(data, *option, CASETROVE_SEARCH_LOG=said) as client:
        assert asked(client, "zinc") is None
        assert client.get("/v1/searches").json()["searches"] == []
    assert not (data / "searches.sqlite").exists()


@pytest.mark.skipif(mcp is None, reason="the extra `mcp` is not installed")
@pytest.mark.parametrize(("option", "is_kept"), [([], True), (["--no-search-log"], False)])
def test_what_an_assistant_asks_is_kept(run: Run, data: Path, option: list[str], is_kept: bool) -> None:
    """Search, ask and evidence, unless the tools were started without a log; reading and citing are no searches."""
    arguments = ["-c", COMMAND, "mcp", "--data", str(data), *option]
    parameters = mcp.StdioServerParameters(command=sys.executable, args=arguments, env=environment())
    ids: list[str | None] = []

    async def go() -> None:
        async with mcp.Client(parameters, read_timeout_seconds=60) as client:
            questions = (("search", "query"), ("ask", "question"), ("evidence", "condition"))
            for tool, name in questions:
                answer = (await client.call_tool(tool, {name: "zinc for anosmia"})).structured_content
                ids.append(answer["search_id"])
            (hit, *_) = (await client.call_tool("search", {"query": "zinc", "k": 1})).structured_content["hits"]
            place = {each: hit[each] for each in ("report_id", "start", "end")}
            assert not (await client.call_tool("cite", place)).is_error

    anyio.run(go)
    kept = run("searches", "--json").json()[::-1]
    assert [each["kind"] for each in kept] == (["search", "ask", "evidence", "search"] if is_kept else [])
    assert ids == ([each["id"] for each in kept[:3]] if is_kept else [None] * 3)
    assert {each["via"] for each in kept} <= {"mcp"}
