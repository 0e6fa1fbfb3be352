"""A local service, a clock that only sleeping moves, and a client that uses both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from corpus.fetching.config import ServiceSettings
from corpus.fetching.europepmc_service import EuropePmcService
from corpus.fetching.polite import PoliteClient
from tests.europepmc import EuropePmc, result, serving


class Time:
    """Seconds that pass only when somebody sleeps, and each sleep so far."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """Now."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += seconds

    def pauses(self) -> list[float]:
        """The sleeps that are no mere wait for the next turn (a third of a second)."""
        return [seconds for seconds in self.slept if seconds > 0.34]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def epmc(time: Time) -> Iterator[EuropePmc]:
    """Seven invented articles: five open ones with full text, one closed, one open without a PMCID."""
    closed = result(6, isOpenAccess="N", license=None)
    with serving(*(result(number) for number in range(1, 6)), closed, result(7, pmc=False)) as service:
        service.clock = time.clock
        yield service


Connect = Callable[..., EuropePmcService]


@pytest.fixture
def connect(epmc: EuropePmc, time: Time) -> Iterator[Connect]:
    """``connect(**settings)`` gives a client of the local service that sleeps on the test's clock."""
    made: list[EuropePmcService] = []

    def make(**settings: object) -> EuropePmcService:
        chosen = ServiceSettings(**{"base_url": epmc.base, **settings})  # type: ignore[arg-type]
        client = PoliteClient(chosen, clock=time.clock, sleep=time.sleep, chance=lambda: 0.0)
        made.append(EuropePmcService(client))
        return made[-1]

    yield make
    for one in made:
        one.close()
