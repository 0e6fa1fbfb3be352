"""Connections that nobody holds for nothing: heads must come, answers be read, and there are only so many."""

from __future__ import annotations

import asyncio
import fcntl
import ipaddress
import json
import struct
import termios
import uuid
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from search_api.web.limits import BusyError, caller_at
from search_api.web.problems import MEDIA_TYPE, PREFIX
from search_api.web.schemas import Problem

HEAD_S = 10.0
"""How long the head of a request may take, from the connection or its first byte on."""
REST_S = 10.0
"""How long the rest of a body is taken in, and thrown away, of a request that is answered already."""
READ_S = 20.0
LEAST_READ = 64 << 10
"""Of an answer that waits to be read, so many bytes must go in each ``READ_S`` seconds, or all that is left."""
MOST = 500
"""Connections at once: below the 1,024 files that a process may usually have open."""
MOST_EACH = 50
"""Connections of one address at once; of IPv6, of a /64."""
UNCOUNTED: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
"""From here only ``MOST`` counts, as from the proxies that are trusted: many callers come from one address."""


class Connection(H11Protocol):
    """uvicorn's own, that is closed where a client only holds it open.

    uvicorn bounds how long a connection idles between requests, and neither how long a head takes nor what comes
    after an answer, nor how long an answer waits to be read, though it was to be closed after it.
    """

    _ending: asyncio.TimerHandle | None = None
    _watch: asyncio.TimerHandle | None = None
    caller = ""

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(transport)
        self.caller = self._counted_as()
        if len(self.connections) > MOST or (self.caller and self._of_caller() > MOST_EACH):
            transport.write(_full())
            self._end()
            return
        self._end_in(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        self._go_on()
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """It has sent something."""
        super().data_received(data)
        if self.transport.is_closing():  # it was no HTTP
            self._watch_reading()
        elif self.conn.their_state is not h11.IDLE:  # a head is there
            if self._is_at_work:
                self._go_on()
        elif self._ending is None:
            self._end_in(HEAD_S)

    def on_response_complete(self) -> None:
        """It has its answer, be its body all there or not."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_reading()
        elif self.conn.their_state is h11.SEND_BODY and not self._is_at_work:
            self._end_in(REST_S)

    def timeout_keep_alive_handler(self) -> None:
        """It has idled between requests."""
        super().timeout_keep_alive_handler()
        self._watch_reading()

    def pause_writing(self) -> None:
        """It reads more slowly than it is answered."""
        super().pause_writing()
        self._watch_reading()

    def resume_writing(self) -> None:
        """It has caught up."""
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_watching()

    @property
    def _is_at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _counted_as(self) -> str:
        """By whose number of connections this one is bounded; "": nobody's."""
        host = self.client[0] if self.client else ""
        uncounted = (*UNCOUNTED, *(self.config.forwarded_allow_ips or ()))
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return ""
        return "" if any(address in ipaddress.ip_network(each) for each in uncounted) else caller_at(host)

    def _of_caller(self) -> int:
        return sum(getattr(each, "caller", "") == self.caller for each in self.connections)

    def _end_in(self, seconds: float) -> None:
        self._go_on()
        self._ending = self.loop.call_later(seconds, self._end)

    def _go_on(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _end(self) -> None:
        self.transport.close()
        self._watch_reading()

    def _watch_reading(self) -> None:
        """See to it that what was answered is read, or give the connection up."""
        if self._watch is None:
            self._look_after(_unread(self.transport))

    def _look_after(self, left: int) -> None:
        self._watch = self.loop.call_later(READ_S, self._look, left)

    def _look(self, left_before: int) -> None:
        left = _unread(self.transport)
        if left > max(0, left_before - LEAST_READ):
            self.transport.abort()
        else:
            self._look_after(left)

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None


def _unread(transport: asyncio.WriteTransport) -> int:
    """How many bytes the client has not taken in, those that the kernel holds (where it tells) among them."""
    try:
        held = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, b"\0" * 4)
    except OSError:
        held = b"\0" * 4
    return transport.get_write_buffer_size() + int(struct.unpack("i", held)[0])


def _full() -> bytes:
    """The whole answer to who comes when there is no room."""
    problem = Problem(
        type=PREFIX + BusyError.code,
        title="Service Unavailable",
        status=BusyError.http_status,
        detail="too many connections are open: try again in some seconds",
        instance="",  # nothing of the request was read
        request_id=uuid.uuid4().hex,
    )
    body = json.dumps(problem.model_dump(exclude={"errors"})).encode()
    head = (
        f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {MEDIA_TYPE}\r\nRetry-After: 2\r\n"
        f"X-Request-Id: {problem.request_id}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
