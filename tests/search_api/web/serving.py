"""A server process for the tests: serves a data folder until it is told to end, with indexing as slow as they like.

Run as a program with the data folder and the path of a gate: passages wait to be embedded while there is a file
there. Prints the address that it serves at, once it does.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from indexer.encoders.base import Kind, Vectors
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from search_api.library import Library
from search_api.service import Service
from search_api.web.app import create_app
from search_api.web.server import server


class FileGatedEncoder(HashingEncoder):
    """Its passages wait while there is a file at ``gate``."""

    def __init__(self, gate: Path) -> None:
        super().__init__()
        self._gate = gate

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As its parent does, once the gate is open."""
        while kind == "passage" and self._gate.exists():
            time.sleep(0.01)
        return super().encode(texts, kind)


def main(data: Path, gate: Path) -> None:
    """Serve until a signal ends it."""
    service = Service(DataFolder(data), OneEncoder(FileGatedEncoder(gate)))
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else a small answer waits 40 ms for an ACK
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    server(create_app(service, Library(service))).run([listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
