"""A language model's endpoint for the tests: a real HTTP server on loopback that says what it is told to, or worse."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Asked = dict[str, Any]
KEY = "sk-invented-secret-0123456789"


@dataclass(frozen=True)
class Reply:
    """One answer: ``pieces`` of text, each an event. ``drop``: the connection is cut behind them."""

    pieces: tuple[str, ...] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    drop: bool = False
    pause_s: float = 0.0
    hang: bool = False


def say(*claims: dict[str, Any], size: int = 7) -> Reply:
    """The JSON that was asked for, with these claims, in pieces of some characters."""
    return in_pieces(json.dumps({"claims": list(claims)}, ensure_ascii=False), size)


def in_pieces(text: str, size: int = 7) -> Reply:
    """``text`` in pieces."""
    return Reply(tuple(text[at : at + size] for at in range(0, len(text), size)))


@dataclass
class Model:
    """The endpoint while it runs: ``url`` to be set, ``asked`` the bodies that came, ``left`` how many broke off."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    replies: Callable[[Asked, int], Reply] = lambda _asked, _number: say()
    left: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        """What the last request told the model, all of it."""
        return "\n".join(message["content"] for message in self.asked[-1]["messages"])

    @property
    def passages(self) -> dict[str, str]:
        """The passages of the last request, by the ids that they were given."""
        return passages_in(self.asked[-1])

    def always(self, *replies: Reply) -> None:
        """Answer with these in turn, the last again and again."""
        self.replies = lambda _asked, number: replies[min(number, len(replies) - 1)]


def passages_in(asked: Asked) -> dict[str, str]:
    """The passages of a request, by id."""
    text = asked["messages"][-1]["content"]
    found = re.findall(r"^(==\w+==) passage (P\d+) begins\n(.*?)\n\1 passage \2 ends$", text, re.M | re.S)
    return {name: passage for _, name, passage in found}


@contextmanager
def model() -> Iterator[Model]:
    """An endpoint on a free port of loopback."""
    lying = Model("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = len(lying.asked)
            lying.asked.append(asked)
            lying.headers.append({name.lower(): value for name, value in self.headers.items()})
            try:
                self._answer(lying.replies(asked, number))
            except OSError:
                lying.left.set()
            self.close_connection = True

        def _answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.send_header("Content-Type", "text/event-stream" if reply.status == 200 else "application/json")
            if not reply.drop and reply.raw is None and reply.status != 200:
                body = json.dumps({"error": {"message": f"no: {KEY}"}}).encode()
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            if reply.drop:
                self.send_header("Content-Length", "10000000")
            self.end_headers()
            if reply.raw is not None:
                self.wfile.write(reply.raw)
                return
            for piece in reply.pieces:
                event = {"choices": [{"index": 0, "delta": {"content": piece}}]}
                self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()
                if reply.pause_s:
                    time.sleep(reply.pause_s)
            while reply.hang and not lying.over.wait(0.05):
                self.wfile.write(b": still there\n\n")
                self.wfile.flush()
            if not reply.drop:
                self.wfile.write(b"data: [DONE]\n\n")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    lying.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield lying
    finally:
        lying.over.set()
        server.shutdown()
        server.server_close()
        thread.join(30)
