"""Figures for those who run the server."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from search_api.web.metrics import Metrics
from search_api.web.operations import Operations

_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Prometheus' text format", "content": {"text/plain": {"schema": {"type": "string"}}}}
}


def router(metrics: Metrics) -> Operations:
    """The operation that gives ``metrics``."""
    routes = Operations(tags=["state"])

    @routes.get(
        "/metrics",
        operation_id="getMetrics",
        response_class=Response,
        responses=_TEXT,
        summary="Figures",
    )
    def get_metrics() -> Response:
        """Requests and their latency by operation, stages of searches, what is served, what waits, what was refused."""
        return Response(metrics.text(), media_type=_TYPE)

    return routes
