"""Connections that cannot be held for nothing: heads and bodies must come, and there are only so many."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0
"""How long the head of a request may take, from the connection or its first byte on."""
REST_S = 10.0
"""How long the rest of a body is taken in, and thrown away, of a request that is answered already."""
MOST = 500
"""Connections at once: below the 1,024 files that a process may usually have open."""
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 2\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%b"
)
_FULL_BODY: Final = (
    b'{"type": "urn:casetrove:problem:busy", "title": "Service Unavailable", "status": 503, '
    b'"detail": "too many connections are open: try again in some seconds"}'
)


class Connection(H11Protocol):
    """uvicorn's own, that is closed where a client only holds it open.

    uvicorn bounds how long a connection idles between requests, and neither how long a head takes nor what comes
    after an answer.
    """

    _ending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A client has come."""
        super().connection_made(transport)
        if len(self.connections) > MOST:
            transport.write(_FULL % (len(_FULL_BODY), _FULL_BODY))
            transport.close()
            return
        self._end_in(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        self._go_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """It has sent something."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:  # a head is there
            if self._is_at_work:
                self._go_on()
        elif self._ending is None:
            self._end_in(HEAD_S)

    def on_response_complete(self) -> None:
        """It has its answer, be its body all there or not."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY and not self._is_at_work:
            self._end_in(REST_S)

    @property
    def _is_at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _end_in(self, seconds: float) -> None:
        self._go_on()
        self._ending = self.loop.call_later(seconds, self.transport.close)

    def _go_on(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
