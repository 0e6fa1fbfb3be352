from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from tests.fakes import Indexed, indexed

settings.register_profile("casetrove", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("casetrove")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes never name a test: compressed ones hold the time, and every worker must collect the same tests."""
    return argname if isinstance(val, bytes) else None


LONGEST = ("test_seed_questions.py", "test_docs.py", "test_cli.py", "test_pipeline_benchmark.py", "test_kill.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first: at the end no worker waits for another that has it still before it."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture
def small(tmp_path: Path) -> Indexed:
    """The six invented cases, indexed with the hashing encoder."""
    return indexed(tmp_path / "data")


@pytest.fixture(scope="session")
def minilm() -> SentenceTransformerEncoder:
    """The embedded encoder, loaded once."""
    return SentenceTransformerEncoder.embedded()
