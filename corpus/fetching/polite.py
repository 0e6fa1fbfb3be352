"""Asking a service over HTTP as a good guest: slowly, bounded, again after a trouble that may pass."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx2

from corpus.errors import FetchError
from corpus.fetching.config import ServiceSettings

T = TypeVar("T")

_MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
_FIRST_PAUSE_S = 1.0


class ComeBackLaterError(FetchError):
    """The service asks for a longer pause than a run waits: asking on would be rude."""


class PassingError(Exception):
    """A trouble that may have passed when the same thing is asked again. It never leaves ``PoliteClient``."""

    def __init__(self, reason: str, pause_s: float | None = None) -> None:
        super().__init__(reason)
        self.pause_s = pause_s
        """What the service asks to be waited; None where it says nothing."""


class PoliteClient:
    """One thing at a time, at most so many a second, each attempt and the pauses between them bounded.

    ``clock`` and ``sleep`` count in seconds, ``chance`` gives numbers in [0, 1): tests put their own there.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._settings, self._clock, self._sleep, self._chance = settings, clock, sleep, chance
        self._not_before = clock()
        self._http = httpx2.Client(
            headers={"User-Agent": settings.user_agent},
            timeout=settings.stall_s,
            follow_redirects=True,
            max_redirects=5,
            event_hooks={"request": [self._stay]},  # called for each hop
        )
        self._base = httpx2.URL(settings.root)

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def get(self, path: str, read: Callable[[bytes], T], params: Mapping[str, str] | None = None) -> T | None:
        """What ``read`` makes of the answer's body; None where the service says 404.

        ``read`` raises PassingError for a body that is not what was asked for, FetchError for one that never
        will be. Raises FetchError where all attempts failed, ComeBackLaterError where the service asks for a
        longer pause than ``max_wait_s``.
        """
        url = self._settings.root + path
        for attempt in range(1, self._settings.attempts + 1):
            self._pace()
            try:
                body = self._ask(url, params)
                return None if body is None else read(body)
            except PassingError as trouble:
                last = trouble
            if attempt < self._settings.attempts:
                self._sleep(self._pause(attempt, last, url))
        raise FetchError(f"{url}: {last} (tried {self._settings.attempts} times): try again later") from last

    def _stay(self, request: httpx2.Request) -> None:
        """Raise FetchError for an address that is not the service's: an answer must not choose whom this machine asks.

        The service's own host may lead on to another path, or from http to https.
        """
        asked, base = request.url, self._base
        same = (asked.scheme, asked.port) == (base.scheme, base.port) or (asked.scheme, asked.port) == ("https", None)
        if asked.host != base.host or not same:
            raise FetchError(
                f"{base}: leads on to {asked.scheme}://{asked.netloc.decode()}, which is not asked: if the service has "
                "moved there, give --base-url"
            )

    def _pace(self) -> None:
        """Wait for this request's turn."""
        wait = self._not_before - self._clock()
        if wait > 0:
            self._sleep(wait)
        self._not_before = max(self._clock(), self._not_before) + 1 / self._settings.requests_per_second

    def _pause(self, attempt: int, trouble: PassingError, url: str) -> float:
        """Seconds until the next attempt: what the service asks, else 1, 2, 4 … of which chance takes up to half."""
        longest = self._settings.max_wait_s
        if trouble.pause_s is None:
            return min(longest, _FIRST_PAUSE_S * 2.0 ** (attempt - 1)) * (1 - self._chance() / 2)
        if trouble.pause_s > longest:
            raise ComeBackLaterError(f"{url}: {trouble} and asks to come back in {trouble.pause_s:.0f} s: do so")
        return trouble.pause_s

    def _ask(self, url: str, params: Mapping[str, str] | None) -> bytes | None:
        """The body of one answer. Raises PassingError or FetchError."""
        begun = self._clock()
        try:
            with self._http.stream("GET", url, params=params) as answer:
                if answer.status_code == httpx2.codes.NOT_FOUND:
                    return None
                if answer.status_code in _MAY_PASS:
                    raise PassingError(_status(answer), _asked_pause(answer.headers.get("Retry-After")))
                if answer.status_code != httpx2.codes.OK:
                    raise FetchError(f"{url}: {_status(answer)}: check the question and the base address")
                return self._body(answer, begun, url)
        except httpx2.TimeoutException as error:
            raise PassingError(f"gave no answer within {self._settings.stall_s:g} s") from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise PassingError(f"the connection failed ({error or type(error).__name__})") from error
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            raise FetchError(f"{url}: cannot be asked ({error}): check the base address") from error

    def _body(self, answer: httpx2.Response, begun: float, url: str) -> bytes:
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > self._settings.max_bytes:
                raise FetchError(f"{url}: the answer is over the limit of {self._settings.max_bytes:,} bytes")
            if self._clock() - begun > self._settings.total_s:
                raise PassingError(f"took longer than {self._settings.total_s:g} s")
        return bytes(body)


def _status(answer: httpx2.Response) -> str:
    return f"answered {answer.status_code} {answer.reason_phrase}".rstrip()


def _asked_pause(value: str | None) -> float | None:
    """Seconds that ``Retry-After`` asks for, given as a number or as a date (RFC 9110, 10.2.3); None for neither."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
