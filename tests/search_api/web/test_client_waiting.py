"""The typed client waits for jobs, though the server breaks off: against small servers that do."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from search_api.client import MOST_FRUITLESS, Client
from search_api.connection import ProblemError
from search_api.web.job_schemas import JOB_EXAMPLE


def told(state: str, done: int = 0) -> bytes:
    """A job in this state, as an event."""
    job = {**JOB_EXAMPLE, "state": state, "done": done}
    return b"event: job\ndata: " + json.dumps(job).encode() + b"\n\n"


class streaming:  # noqa: N801
    """A server that answers the first request with the first of ``answers``, and so on; the last one again and again.

    Bytes are a stream of events that ends well; with a ``str`` before them ("cut") it breaks off after them; a
    number is the status of a refusal that asks for a pause of 7 s.
    """

    def __init__(self, *answers: bytes | tuple[str, bytes] | int) -> None:
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = left.pop(0) if len(left) > 1 else left[0]
                if isinstance(answer, int):
                    self.send_response(answer)
                    self.send_header("Retry-After", "7")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                body = answer if isinstance(answer, bytes) else answer[1]
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body) if body else b"")
                self.wfile.write(b"0\r\n\r\n" if isinstance(answer, bytes) else b"")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join(60)
        self.server.server_close()


class TestWaiting:
    """``finished``, of a server that breaks off."""

    @pytest.fixture(autouse=True)
    def pauses(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """The pauses that are made, none of which is waited for."""
        made: list[float] = []
        monkeypatch.setattr("search_api.client.sleep", made.append)
        return made

    def test_a_stream_that_is_cut_off_is_taken_up_again(self, pauses: list[float]) -> None:
        """Cut in the middle, before its first event, refused for now: the job is told once it has ended."""
        answers = (("cut", told("running", 1)), ("cut", b""), 429, 503, told("done"))
        with streaming(*answers) as address, Client(address) as client:
            assert client.finished("j1").state == "done"
        assert pauses == [0.2, 0.4, 7.0, 7.0]

    def test_streams_that_end_early_are_not_asked_for_without_pause(self, pauses: list[float]) -> None:
        """Pauses double up to the longest as long as there is no news, and begin anew after some."""
        answers = [*[told("running", 1)] * 9, told("running", 2), told("running", 2), told("done")]
        with streaming(*answers) as address, Client(address) as client:
            assert client.finished("j1").state == "done"
        assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 10.0, 0.2, 0.4]

    @pytest.mark.parametrize(("answer", "status"), [(("cut", b""), 0), (b"", 0), (503, 503)])
    def test_a_server_that_tells_nothing_is_given_up(
        self, pauses: list[float], answer: bytes | tuple[str, bytes] | int, status: int
    ) -> None:
        """After so many tries in a row what it met last is raised."""
        with (
            streaming(told("running"), answer) as address,
            Client(address) as client,
            pytest.raises(ProblemError) as raised,
        ):
            client.finished("j1")
        assert raised.value.status == status
        assert len(pauses) == MOST_FRUITLESS

    def test_what_will_not_pass_is_raised_at_once(self, pauses: list[float]) -> None:
        """A job that is not there is not waited for."""
        with streaming(404) as address, Client(address) as client, pytest.raises(ProblemError):
            client.finished("j1")
        assert pauses == []
