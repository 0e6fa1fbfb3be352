"""The project's own small sets are whole, and the product does not stand below what is kept of it on them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from eval.gating import gate, read_baseline
from eval.harness import evaluate
from eval.kept import load_kept
from eval.model import Run
from eval.report import write_run
from eval.topics import is_learned, load, load_all
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from search_api.config import System, SystemName

DATA = Path(__file__).parents[2] / "eval" / "data"
SETS = sorted(folder for folder in (DATA / "sets").iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: folder.name)
def test_a_small_set_fits_together(folder: Path) -> None:
    """Every judgement names a topic and a document that are there; both halves have topics; spans are sentences."""
    topics = load(folder)
    assert topics.warnings == ()
    assert 10 <= sum(map(is_learned, topics.qrels)) <= len(topics.qrels) - 10
    texts = {document.document_id: document.text for document in topics.documents()}
    for span in (span for spans in topics.passages.values() for span in spans):
        words = texts[span.document][span.start : span.end]
        assert words[0].isupper()
        assert words.endswith(".")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, minilm: SentenceTransformerEncoder) -> Path:
    """Every system on the small sets, as `make eval-gate` runs them."""
    folder = tmp_path_factory.mktemp("gate")
    systems = [System(name) for name in get_args(SystemName)]
    evaluate(load_all(SETS), systems, minilm, folder / "data", folder / "runs")
    return folder / "runs"


def test_the_product_has_not_fallen_on_the_small_sets(runs: Path) -> None:
    """If a change of ranking means to, renew the baseline: `make eval-baseline`."""
    measure, baseline = read_baseline(DATA / "baseline.json")
    found = gate(load_kept([runs]), measure, baseline)
    assert [f"{item.set}, {item.system}: {item.difference:+.4f}" for item in found.fallen] == []
    assert len(found.compared) == len(baseline) == 12


def test_a_product_that_ranks_backwards_does_fall(runs: Path, tmp_path: Path) -> None:
    """The sets are large enough for the gate to see it, every one of them."""
    measure, baseline = read_baseline(DATA / "baseline.json")
    for kept in load_kept([runs]):
        turned = {topic: ranking[::-1] for topic, ranking in kept.run.rankings.items()}
        path = tmp_path / kept.path.name
        write_run(Run(kept.run.set, kept.run.system, turned), path)
        path.with_suffix(".json").write_bytes(kept.path.with_suffix(".json").read_bytes())
    assert len(gate(load_kept([tmp_path]), measure, baseline).fallen) == 12
