"""What a worker of a cluster does for a build. Nothing here knows of Ray: a task is a function of its arguments.

A worker must be the same program as the builder: what it gives would else be another text's, case's or vector's.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from corpus.cases.side_by_side import packed_cases
from corpus.errors import CasetroveError
from corpus.model import Report
from corpus.readers.base import Options, Read
from corpus.readers.registry import readers_version
from corpus.readers.workers import Workers
from indexer import cases
from indexer.encoders.base import Encoder, Vectors
from indexer.errors import ClusterError

_TOGETHER = 100
"""Records of a file that cross at once."""
_CHARACTERS = 1_000_000
"""Or so much of their raw text."""

Answer = tuple[str, Any]
"""``("reads", list[Read])`` any number of times, then perhaps ``("error", ReadError)``."""


@cache
def program() -> str:
    """What readings and cases depend on: changes with the readers, the rules and the terminology."""
    return f"{readers_version()} {cases.name()}"


def read(expected: str, data: bytes, name: str, options: Options) -> Iterator[Answer]:
    """The records of a file in lists, read in a process of its own: a file that crashes it is that file's failure."""
    _check(expected)
    batch: list[Read] = []
    characters = 0
    try:
        for each in _readers().read(data, name, options):
            batch.append(each)
            characters += len(each.report.raw) if each.report else 0
            if len(batch) == _TOGETHER or characters > _CHARACTERS:
                yield "reads", batch
                batch, characters = [], 0
    except CasetroveError as error:
        yield "reads", batch
        yield "error", error
    else:
        yield "reads", batch


def cases_of(expected: str, report: Report) -> bytes:
    """The cases of a report, packed."""
    _check(expected)
    return packed_cases(report)


def embed(fingerprint: str, packed: bytes, texts: Sequence[str]) -> tuple[Vectors, float]:
    """The vectors of passages, and the seconds that the encoder took; ``packed`` is the pickled encoder.

    Raises ClusterError where the encoder is another one here.
    """
    encoder = _encoder(fingerprint, packed)
    begun = time.monotonic()
    vectors = encoder.encode(texts, "passage")
    return vectors, time.monotonic() - begun


def _check(expected: str) -> None:
    if program() != expected:
        raise ClusterError("it has another version of casetrove: install the builder's on every node")


@cache
def _readers() -> Workers:
    """One process beside this one; it ends with this one."""
    return Workers(count=1)


_opened: dict[str, Encoder] = {}
"""The encoder of this worker, by fingerprint."""


def _encoder(fingerprint: str, packed: bytes) -> Encoder:
    if fingerprint not in _opened:
        encoder: Encoder = pickle.loads(packed)
        if encoder.info.fingerprint != fingerprint:
            raise ClusterError("its encoder is another one: install the builder's packages on every node")
        _opened.clear()
        _opened[fingerprint] = encoder
    return _opened[fingerprint]
