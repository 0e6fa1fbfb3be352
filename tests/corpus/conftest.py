from __future__ import annotations

from pathlib import Path

import pytest

from corpus.catalog import Catalog
from tests.ingesting import FALL, Write


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """An empty catalog."""
    return Catalog(tmp_path / "data" / "catalog.sqlite")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file into the folder of reports."""

    def write_file(name: str, content: str | bytes = FALL) -> Path:
        path = tmp_path / "reports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file
