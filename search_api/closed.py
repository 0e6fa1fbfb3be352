"""The library of a data folder that cannot be written to: it is searched, and every change is refused."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import NoReturn

from corpus.errors import NotFoundError
from indexer.folder import DataFolder
from indexer.manifest import Manifest
from search_api.errors import NotWritableError
from search_api.jobs import Job, RebuildState
from search_api.library import Library
from search_api.overlaps import Decision
from search_api.service import Service
from search_api.uploads import Upload


def is_closed(folder: DataFolder) -> bool:
    """Whether nothing can be written to a folder that is there."""
    return folder.root.exists() and not os.access(folder.root, os.W_OK | os.X_OK)


def open_library(service: Service) -> Library:
    """The library of what ``service`` serves: one that takes changes, where its folder does."""
    return ClosedLibrary(service) if is_closed(service.folder) else Library(service)


class ClosedLibrary(Library):
    """Has no jobs and takes none: what would make one raises NotWritableError. Another process may write there."""

    def __init__(self, service: Service) -> None:
        self._root = service.folder.root

    def start(self) -> None:
        """There is nothing to carry out."""

    def stop(self) -> None:
        """Nothing was begun."""

    def upload(self, uploads: Iterable[Upload]) -> Job:
        """Refused."""
        self._refuse()

    def delete(self, report_id: str) -> Job:
        """Refused."""
        self._refuse()

    def decide(self, one: str, other: str, *, same: bool) -> tuple[Decision, Job | None]:
        """Refused."""
        self._refuse()

    def serve(self, number: int) -> Manifest:
        """Refused."""
        self._refuse()

    def reindex(self, *, force: bool = False) -> Job:
        """Refused."""
        self._refuse()

    def job(self, job_id: str) -> Job:
        """None is known."""
        raise NotFoundError(f"job {job_id!r} is not known: this server cannot write to its data folder and has none")

    def job_version(self, job_id: str) -> int | None:
        """None is known."""
        return None

    def jobs(self, limit: int, after: str = "") -> list[Job]:
        """None."""
        return []

    def open_jobs(self) -> dict[str, int]:
        """None."""
        return {}

    def rebuild(self) -> RebuildState:
        """Nothing becomes of the index."""
        return RebuildState()

    def _refuse(self) -> NoReturn:
        raise NotWritableError(
            f"{self._root}: this server cannot write there, so it only searches: give it the right, then start it anew"
        )
