"""How the tests of cases get a report: as the text reader reads it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.cases.story import Story, story
from corpus.model import Report
from corpus.readers.text import TextReader


def read(text: str) -> Report:
    """``text`` as the text reader reads it."""
    report = next(iter(TextReader().read(text.encode(), "case.txt"))).report
    assert report is not None
    return report


@pytest.fixture
def report_of() -> Callable[[str], Report]:
    """Text to report."""
    return read


@pytest.fixture
def story_of() -> Callable[[str], Story]:
    """Text to story."""
    return lambda text: story(read(text))
