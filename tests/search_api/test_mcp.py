"""The tools over the Model Context Protocol, called by the protocol's own client."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from search_api.references import printed

from .conftest import REPORT, Run

mcp = pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
SERVING = "from tests.search_api.serving_tools import main; main()"
ROOT = Path(__file__).parents[2]
Calling = Callable[[Any], Awaitable[None]]


@pytest.fixture
def indexed(run: Run, report: Path, tmp_path: Path) -> Path:
    """A data folder with one report."""
    assert run("index", str(report)).code == 0
    return tmp_path / "data"


@pytest.fixture
def server(indexed: Path) -> Any:
    """The server over it, in this process."""
    from indexer.encoders.hashing import HashingEncoder
    from indexer.folder import DataFolder
    from search_api.cli import options
    from search_api.mcp_server import mcp_server
    from search_api.service import Service

    assert options.encoder is HashingEncoder
    folder = DataFolder(indexed)
    return mcp_server(Service(folder, options.encoders(folder)))


def calls(target: Any, work: Calling) -> None:
    """``work`` with a client of ``target``."""

    async def go() -> None:
        async with mcp.Client(target, read_timeout_seconds=60) as client:
            await work(client)

    anyio.run(go)


async def told(client: Any, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool answers; its text is the same as JSON."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refused(client: Any, tool: str, **arguments: Any) -> str:
    """Why a tool does not answer."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)


def test_the_tools_say_what_they_do_and_that_they_only_read(server: Any) -> None:
    """Five tools, each described, with its arguments bounded; none changes anything."""

    async def work(client: Any) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert sorted(tools) == ["ask", "cite", "evidence", "get_report", "search"]
        for tool in tools.values():
            assert tool.description
            assert tool.annotations.read_only_hint is True
            assert tool.annotations.open_world_hint is False
        assert tools["search"].input_schema["properties"]["k"]["maximum"] == 50
        assert tools["cite"].input_schema["required"] == ["report_id", "start", "end"]

    calls(server, work)


def test_a_passage_is_found_cited_and_read_again(server: Any) -> None:
    """What search gives is, to the letter, what cite and get_report give at that place."""

    async def work(client: Any) -> None:
        found = await told(client, "search", query="zinc for anosmia", k=1)
        (hit,) = found["hits"]
        assert "zinc 50 mg/day" in hit["text"]
        place = {name: hit[name] for name in ("report_id", "start", "end", "reading")}
        cited = await told(client, "cite", **place)
        assert cited["text"] == hit["text"]
        assert cited["reference"] == hit["reference"]
        assert cited["source"].endswith("baker.txt")
        read = await told(client, "get_report", **place)
        assert read["text"] == hit["text"]
        assert read["next"] == hit["end"]

    calls(server, work)


def test_a_place_stays_one_of_the_text_that_was_shown(server: Any, run: Run, report: Path) -> None:
    """After the report was read again its words come from the reading of then; another name of a text is refused."""

    async def work(client: Any) -> None:
        (hit,) = (await told(client, "search", query="zinc for anosmia", k=1))["hits"]
        place = {name: hit[name] for name in ("report_id", "start", "end")}
        corrected = REPORT.replace("\n", "\n\nAbstract\nA baker smelt nothing.\n\n", 1)
        (report / "baker.txt").write_text(corrected, "utf-8")
        assert run("index", str(report)).code == 0
        for tool in ("cite", "get_report"):
            assert (await told(client, tool, **place, reading=hit["reading"]))["text"] == hit["text"]
            assert (await told(client, tool, **place))["text"] != hit["text"]
            assert "changed-reading" in await refused(client, tool, **place, reading="0" * 16)

    calls(server, work)


def test_a_report_is_read_page_by_page(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One answer holds so much text and no more; "next" leads on until the end."""
    monkeypatch.setattr("search_api.mcp_server.LONGEST_TEXT", 100)

    async def work(client: Any) -> None:
        report_id = (await told(client, "search", query="zinc"))["hits"][0]["report_id"]
        at: int | None = 0
        pieces = []
        while at is not None:
            page = await told(client, "get_report", report_id=report_id, start=at)
            assert len(page["text"]) <= 100
            pieces.append(page["text"])
            at = page["next"]
        assert len(pieces) > 1
        assert "The sense of smell returned in full." in "".join(pieces)
        assert len("".join(pieces)) == page["length"]

    calls(server, work)


def test_a_question_is_answered_or_not(server: Any) -> None:
    """Sentences with their places where the report tells; else that it does not, and why."""

    async def work(client: Any) -> None:
        answer = await told(client, "ask", question="What was given for anosmia?")
        assert answer["answerable"] is True
        assert any("zinc 50 mg/day" in each["text"] for each in answer["sentences"])
        silent = await told(client, "ask", question="What was given for gout?")
        assert (silent["answerable"], silent["sentences"]) == (False, [])
        assert silent["reason"]

    calls(server, work)


def test_evidence_has_counts_rows_and_the_caveat(server: Any) -> None:
    """Groups with their denominator, rows with quotations, at most as many as asked for; and what it cannot show."""

    async def work(client: Any) -> None:
        table = await told(client, "evidence", condition="anosmia", limit=1)
        assert [(group["treatment"], group["patients"], group["of"]) for group in table["groups"]] == [("zinc", 1, 1)]
        (row,) = table["rows"]
        assert (row["age"], row["sex"], row["treatment"]["dose"]) == ("52 year", "male", "50 mg/day")
        assert any("zinc 50 mg/day" in quote["text"] for quote in row["quotes"])
        assert table["rows_left_out"] == 0
        assert "cannot show" in table["caveat"]
        none = await told(client, "evidence", condition="anosmia", treatment="aspirin")
        assert none["rows"] == []

    calls(server, work)


@pytest.mark.parametrize(
    ("form", "begins"), [("text", "Zinc lozenges"), ("ris", "TY  - "), ("bibtex", "@"), ("csl", "[")]
)
def test_a_reference_comes_in_the_form_asked_for(server: Any, form: str, begins: str) -> None:
    """Printed, or as a file of a reference manager."""

    async def work(client: Any) -> None:
        hit = (await told(client, "search", query="zinc"))["hits"][0]
        cited = await told(client, "cite", report_id=hit["report_id"], start=0, end=4, form=form)
        assert cited["reference"].startswith(begins)

    calls(server, work)


def test_what_is_asked_for_wrongly_is_an_error_in_words(server: Any) -> None:
    """The model is told what is wrong with its call, and can mend it."""

    async def work(client: Any) -> None:
        assert "no-such" in await refused(client, "get_report", report_id="no-such")
        assert "not-found" in await refused(client, "cite", report_id="no-such", start=0, end=1)
        hit = (await told(client, "search", query="zinc"))["hits"][0]
        assert "end" in await refused(client, "cite", report_id=hit["report_id"], start=5, end=2)
        assert "end" in await refused(client, "cite", report_id=hit["report_id"], start=0, end=10**9)
        assert "query" in await refused(client, "search", query="")
        assert "query" in await refused(client, "search", query="   ")
        assert await refused(client, "search", query="zinc", k=1000)

    calls(server, work)


def environment(data: Path) -> dict[str, str]:
    return {**os.environ, "CASETROVE_DATA": str(data), "PYTHONPATH": str(ROOT)}


def test_an_assistant_starts_it_and_speaks_over_its_standard_streams(indexed: Path) -> None:
    """As a desktop assistant does: nothing but the protocol's messages on standard output."""
    parameters = mcp.StdioServerParameters(command=sys.executable, args=["-c", SERVING], env=environment(indexed))

    async def work(client: Any) -> None:
        assert (await told(client, "search", query="zinc for anosmia", k=1))["hits"]

    calls(parameters, work)


@pytest.fixture
def address(indexed: Path) -> Iterator[str]:
    """The tools over HTTP, in a process of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVING, "--http", "--port", str(port)]
    with subprocess.Popen(command, env=environment(indexed), stderr=subprocess.PIPE, text=True) as process:
        try:
            for _ in range(600):
                with socket.socket() as knock:
                    if knock.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()


def test_it_serves_over_http_too(address: str) -> None:
    """The same tools at an address of this machine."""

    async def work(client: Any) -> None:
        assert len((await client.list_tools()).tools) == 5
        assert (await told(client, "search", query="zinc for anosmia", k=1))["hits"]

    calls(address, work)


def test_a_foreign_page_cannot_reach_it(address: str) -> None:
    """A name that somebody makes point to this machine is not answered."""
    import httpx2

    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accepts = {"Accept": "application/json, text/event-stream"}
    evil = {**accepts, "Host": "evil.example"}
    assert httpx2.post(address, json=body, headers=evil).status_code in (403, 421)
    foreign = {**accepts, "Origin": "https://evil.example"}
    assert httpx2.post(address, json=body, headers=foreign).status_code == 403


def test_nothing_indexed_is_one_sentence(run: Run) -> None:
    """As with every command: what is missing, and the command that mends it."""
    ran = run("mcp")
    assert ran.code != 0
    assert "nothing is indexed yet" in ran.err


def test_the_printed_reference_is_the_one_of_the_terminal(run: Run, indexed: Path) -> None:
    """One way to print an article, wherever it is printed."""
    from tests.search_api.test_references import CITATION

    assert printed(CITATION).startswith(
        "Jane B Roe, Ana van der Berg Jr, The Gout Study Group (2011). Gout of the hallux: 10% & more. "
        "J Feet & Hands 4(2):12-18. https://doi.org/10.9999/feet_5"
    )
    title = REPORT.splitlines()[0]
    assert f"{title}." in run("search", "zinc").out
