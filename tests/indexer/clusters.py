"""Ray clusters for tests, on loopback; Ray is imported when one is started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from indexer.crew import ray_crew

STORE = {"object_store_memory": 80 * 1024**2, "node_ip_address": "127.0.0.1"}


class Small:
    """A cluster on loopback: a head that does no work, and nodes of one CPU each."""

    def __init__(self, nodes: int) -> None:
        self.ray = ray_crew.package(is_here=True)
        from ray.cluster_utils import Cluster

        try:
            self._cluster: Any = Cluster(True, head_node_args={"num_cpus": 0, "include_dashboard": False, **STORE})
        except Exception as error:  # of Ray alone; tests/contracts/test_crew.py holds without it, too
            pytest.skip(f"Ray cannot start a cluster on this machine: {error}")
        try:
            self.nodes = [self.add() for _ in range(nodes)]
        except BaseException:
            self.close()
            raise

    @property
    def address(self) -> str:
        """Of the head."""
        return str(self._cluster.address)

    def add(self) -> Any:
        """One more node."""
        return self._cluster.add_node(num_cpus=1, **STORE)

    def kill(self, node: Any) -> None:
        """Its processes go, without a farewell."""
        self._cluster.remove_node(node, allow_graceful=False)

    def close(self) -> None:
        """All that was started ends."""
        self._cluster.shutdown()


@contextmanager
def clusters() -> Iterator[Callable[[int], Small]]:
    """Starts clusters of so many working nodes, which end with the block."""
    started: list[Small] = []

    def start(nodes: int) -> Small:
        started.append(Small(nodes))
        return started[-1]

    try:
        yield start
    finally:
        for each in started:
            each.ray.shutdown()
            each.close()
