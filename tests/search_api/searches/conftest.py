"""A service that keeps what it is asked, over a small corpus that changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.model import Report
from indexer.encoders.choice import OneEncoder
from search_api.service import Service
from tests.fakes import CASES, Indexed, indexed

TREATED = {
    **CASES,
    "treated": "# Case report\n\nA 40-year-old man had calcinosis cutis of both hands. He was treated with diltiazem "
    "180 mg daily. After six months the calcinosis had resolved.",
}
LATER = (
    "# Case report\n\nA 51-year-old woman had calcinosis of the left elbow. She was treated with minocycline 50 mg "
    "daily. After a year the calcinosis had improved."
)


def keeping(made: Indexed) -> Service:
    """A service over ``made`` that keeps a log."""
    return Service(made.folder, OneEncoder(made.encoder), log_searches=True)


class Kept:
    """A corpus that changes, and the service that keeps what is asked of it."""

    def __init__(self, root: Path) -> None:
        self.made = indexed(root, TREATED)
        self.service = keeping(self.made)
        self.searches = self.service.searches

    def change(self, put: Mapping[str, str | Report] | None = None, delete: tuple[str, ...] = ()) -> None:
        """Put and delete reports, and index."""
        self.made.put(put or {})
        for report_id in delete:
            self.made.catalog.delete(report_id)
        self.made.build()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "data")
