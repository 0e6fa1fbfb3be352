"""The seam between a build and those who do its heavy part. What they give is kept by the builder as it comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

from corpus.cases.side_by_side import SideBySide
from corpus.readers.base import Options, Read
from corpus.readers.workers import Workers
from indexer.encoders.base import Embedded, Encoder, embed_here


class Readers(Protocol):
    """Read files; they end with the ``with`` block. ``width``: how many files at a time."""

    width: int

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """The records of a file, as ``corpus.ingest.ReadFile`` has it; reading begins at once."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


class Crew(Protocol):
    """Reads files, reads the cases of reports, and embeds passages. It holds nothing that a build needs afterwards."""

    def readers(self, options: Options) -> Readers:
        """What reads files, as ``options`` say."""
        ...

    def cases(self, expected: int) -> SideBySide:
        """What reads the cases of about so many reports, and gives them in order."""
        ...

    def embed(self, encoder: Encoder, windows: Iterator[Sequence[str]]) -> Iterator[Embedded]:
        """``windows`` of passages, embedded, in any order: an ``indexer.encoders.base.Embed``."""
        ...


class OwnCrew:
    """The processes of this machine; passages are embedded in this one, which uses all its cores for it."""

    def readers(self, options: Options) -> Readers:
        """A worker process for each core."""
        return Workers(options)

    def cases(self, expected: int) -> SideBySide:
        """Helper processes, where they are worth their start."""
        return SideBySide(expected)

    def embed(self, encoder: Encoder, windows: Iterator[Sequence[str]]) -> Iterator[Embedded]:
        """One window after another."""
        return embed_here(encoder, windows)
