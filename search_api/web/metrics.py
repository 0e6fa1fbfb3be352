"""Figures for Prometheus: what is asked, how long it takes, what is served, what waits, what was refused.

Labels are words of this program: operation ids, statuses, stages, codes of problems. No path, no query and no name of a
key is one.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from corpus.errors import CasetroveError
from search_api.library import Library
from search_api.service import Service
from search_api.web.limits import Desk

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_STAGE_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Metrics:
    """The figures of one application with its ``desks``, by name, in a registry of its own. Threads may share it."""

    def __init__(self, service: Service, library: Library, desks: Mapping[str, Desk], version: str) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "casetrove_requests", "Requests answered.", ["operation", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "casetrove_request_seconds",
            "From the head of a request to the end of its answer; of streams, as long as they last.",
            ["operation"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "casetrove_search_stage_seconds",
            "Stages of the searches made, also for answers.",
            ["stage"],
            buckets=_STAGE_SECONDS,
            registry=self._registry,
        )
        self._problems = Counter(
            "casetrove_problems", "Answers that were problems, refusals among them.", ["code"], registry=self._registry
        )
        self._registry.register(_State(service, library, desks, version))

    def request(self, operation: str, status: int | None, seconds: float, code: str | None) -> None:
        """Count a request: its ``status``, None where the client left before there was any, and its problem's code."""
        self._requests.labels(operation, "none" if status is None else str(status)).inc()
        self._seconds.labels(operation).observe(seconds)
        if code is not None:
            self._problems.labels(code).inc()

    def stages(self, milliseconds: Mapping[str, float]) -> None:
        """Count a search by how long each of its stages took."""
        for stage, took in milliseconds.items():
            self._stages.labels(stage).observe(took / 1000)

    def text(self) -> bytes:
        """All figures as Prometheus reads them (text format 0.0.4)."""
        return generate_latest(self._registry)


class _State(Collector):
    """What is so when it is looked at."""

    def __init__(self, service: Service, library: Library, desks: Mapping[str, Desk], version: str) -> None:
        self._service, self._library, self._desks, self._version = service, library, desks, version

    def describe(self) -> list[Metric]:
        """Nothing: else it would be looked at when it is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The gauges; what cannot be told now is left out."""
        build = {"api": self._version, "python": platform.python_version()}
        yield InfoMetricFamily("casetrove_build", "The program.", build)
        yield self._at_work()
        yield from self._served()
        yield from self._changing()

    def _at_work(self) -> Metric:
        family = GaugeMetricFamily("casetrove_questions", "At work and in line.", labels=["desk", "state"])
        for name, desk in self._desks.items():
            family.add_metric([name, "running"], desk.running)
            family.add_metric([name, "waiting"], desk.waiting)
        return family

    def _served(self) -> Iterator[Metric]:
        try:
            manifest = self._service.live.pin().manifest
        except CasetroveError:
            yield GaugeMetricFamily("casetrove_ready", "Whether a generation is served.", 0)
            return
        yield GaugeMetricFamily("casetrove_ready", "Whether a generation is served.", 1)
        yield GaugeMetricFamily("casetrove_generation", "The generation that is served.", manifest.generation)
        yield GaugeMetricFamily("casetrove_reports", "Reports in it.", manifest.reports)
        yield GaugeMetricFamily("casetrove_passages", "Passages in it.", manifest.passages)

    def _changing(self) -> Iterator[Metric]:
        try:
            jobs, rebuild = self._library.open_jobs(), self._library.rebuild()
        except CasetroveError:
            return
        yield _by("casetrove_jobs", "Jobs that have not ended.", "state", jobs)
        yield GaugeMetricFamily("casetrove_rebuild_failing", "Whether the last build failed.", bool(rebuild.last_error))
        yield _by("casetrove_rebuild_passages", "Passages that the last build wrote anew.", "source", {
            "embedded": rebuild.last_embedded or 0, "cache": rebuild.last_from_cache or 0,
        })  # fmt: skip


def _by(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, what, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
