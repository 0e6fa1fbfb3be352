"""The benchmark of encoders: counts multiply-adds right, times what it says, and prints it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from corpus.errors import NotFoundError, UsageError
from eval.benchmarks import encoding
from eval.benchmarks.ceilings import Shape, ceilings
from eval.benchmarks.encoding import PLAIN, Figures, main, measure, quality, quality_table, speed_table
from eval.topics import load_all
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.optimising import optimise
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from tests.fakes import CASES, empty
from tests.small_models import needs_openvino, passages, small_encoder

SHAPE = Shape(hidden=32, intermediate=64, layers=2)


def silent(*_: object) -> None:
    """Nobody watches."""


def printed(table: Any) -> str:
    out = StringIO()
    Console(file=out, width=200).print(table)
    return out.getvalue()


def figures(**changes: Any) -> Figures:
    facts: dict[str, Any] = {
        "passages": 10, "tokens": 100, "multiply_adds": 1000,
        "seconds": {PLAIN: [10.0, 20.0, 30.0], "openvino-int8": [2.0, 5.0, 5.0]},
        "milliseconds": {PLAIN: [8.0, 10.0, 12.0], "openvino-int8": [1.0, 2.0, 3.0]},
        "ceilings": {"int8": [1000.0, 400.0, 250.0], "f32": [200.0, 100.0, 50.0]},
    }  # fmt: skip
    return Figures(**{**facts, **changes})


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """A set of the six cases; each question is answered by one."""
    folder = tmp_path / "cases"
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": name, "title": name, "text": text.replace("# ", "")} for name, text in CASES.items()]
    queries = [{"_id": "q1", "text": "a viper bit the farmer"}, {"_id": "q2", "text": "dengue fever and a rash"}]
    for name, rows in (("corpus", documents), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tsnake\t1\nq2\tdengue\t1\n")
    return folder


# ---- counting ---------------------------------------------------------------------------------------


def test_multiply_adds_are_those_of_the_layers() -> None:
    """Counted by hand: one token through one layer of width 2 and 3, and the products of attention between tokens."""
    shape = Shape(hidden=2, intermediate=3, layers=1)
    weights = 4 * (2 * 2) + 2 * (2 * 3)
    assert shape.multiply_adds(1) == weights + 2 * 2
    assert shape.multiply_adds(5) == 5 * weights + 2 * (5 * 5 * 2)
    assert Shape(2, 3, 7).multiply_adds(5) == 7 * shape.multiply_adds(5)


def test_the_shape_is_read_from_the_model(tmp_path: Path) -> None:
    """As its configuration says; the products match what torch counts as weights."""
    import torch

    source = small_encoder(tmp_path)
    shape = Shape.of(source.folder)
    assert shape == SHAPE
    assert sum(inputs * outputs for inputs, outputs in shape.linear) * shape.layers == sum(
        each.weight.numel() for each in source.load()[0].model.encoder.modules() if isinstance(each, torch.nn.Linear)
    )


def test_ratios_are_medians_of_rounds() -> None:
    """Each round is held against its own plain run and its own ceiling, so that a slow spell strikes both."""
    measured = figures()
    assert measured.ratio("openvino-int8") == 5.0  # of 5, 4 and 6
    assert measured.share("openvino-int8") == 0.5  # of .5, .5 and .8
    assert measured.share(PLAIN) == 0.5  # of .5, .5 and .667
    assert measured.latency(PLAIN)[0] == 10.0
    told: Any = measured.as_json()["encoders"]
    assert told["openvino-int8"]["passages_per_s"] == 2.0
    assert told["openvino-int8"]["times_plain"] == 5.0


def test_the_table_has_a_row_for_each_encoder_and_ceiling() -> None:
    """Rates, ratios, shares, latencies, and how the ceilings compare."""
    text = printed(speed_table(figures()))
    for expected in (PLAIN, "openvino-int8", "5.00", "50%", "ceiling, int8", "ceiling, f32", "0.20"):
        assert expected in text


# ---- measuring --------------------------------------------------------------------------------------


class Timed(HashingEncoder):
    """Counts what it is asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def encode(self, texts: Sequence[str], kind: Any = "passage") -> Any:
        """As its parent does."""
        self.asked.append(len(texts))
        return super().encode(texts, kind)


@needs_openvino
def test_everything_is_timed_in_every_round() -> None:
    """Passages once a round, queries one by one, ceilings each; the first round warms up and is not counted."""
    encoder, plain = Timed(), Timed()
    texts = passages(6)
    measured = measure({"hashing": encoder}, plain.encode, SHAPE, texts, ["fever", "gout"], 2, silent)
    assert encoder.asked == plain.asked
    assert encoder.asked.count(6) == 3
    assert set(encoder.asked) == {6, 1}
    assert {name: len(rounds) for name, rounds in measured.seconds.items()} == {PLAIN: 2, "hashing": 2}
    assert {len(values) for values in measured.milliseconds.values()} == {encoder.asked.count(1) * 2 // 3}
    assert {name: len(values) for name, values in measured.ceilings.items()} == {"int8": 2, "f32": 2, "f32, torch": 2}
    assert measured.tokens == sum(len(spans) + 2 for spans in encoder.token_spans(texts))


@needs_openvino
def test_ceilings_are_products_a_second() -> None:
    """Each is a positive rate, whichever way it is had."""
    assert all(limit() > 0 for limit in ceilings(SHAPE).values())


def test_quality_is_measured_for_every_set_system_and_encoder(beir: Path, tmp_path: Path) -> None:
    """The rows hold nDCG@10; the table tells each encoder's difference from the first."""
    encoders = {"one": HashingEncoder(256), "other": HashingEncoder(16)}
    rows = quality(load_all([beir]), encoders, tmp_path / "data", silent)
    assert [(row["set"], row["encoder"], row["system"]) for row in rows] == [
        ("cases", name, system) for name in encoders for system in ("dense", "hybrid")
    ]
    assert all(0 <= float(str(row["nDCG@10"])) <= 1 for row in rows)
    assert rows[0]["nDCG@10"] == 1.0
    text = printed(quality_table(rows))
    assert "1.0000 (+0.0000)" in text
    assert text.count("cases") == 2


# ---- the command ------------------------------------------------------------------------------------


def test_a_folder_without_reports_is_told(tmp_path: Path) -> None:
    """There is nothing to time on."""
    with pytest.raises(NotFoundError, match="nothing is indexed"):
        main([], data=tmp_path)


def test_a_folder_without_an_optimised_encoder_is_told(tmp_path: Path) -> None:
    """There is nothing to compare."""
    data = empty(tmp_path / "data")
    with pytest.raises(UsageError, match="casetrove encoder optimise"):
        main([], data=data.folder.root)


@needs_openvino
def test_the_command_prints_one_json_object(
    beir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With every encoder's figures, the ceilings, the quality on the sets and the versions."""
    source = small_encoder(tmp_path / "source")
    monkeypatch.setattr(SentenceTransformerEncoder, "embedded", lambda: source)
    monkeypatch.setattr(encoding, "_QUERIES_A_ROUND", 2)
    data = empty(tmp_path / "data")
    data.put(CASES)
    optimise(source, passages(16), data.folder.encoders, "f32")
    main([beir], data=data.folder.root, passages=8, rounds=1, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert set(told["encoders"]) == {PLAIN, "sentence-transformers", "openvino-f32"}
    assert set(told["ceilings_multiply_adds_per_s"]) == {"int8", "f32", "f32, torch"}
    assert len(told["quality"]) == 4
    scores = {(row["system"], row["encoder"]): row["nDCG@10"] for row in told["quality"]}
    assert np.isclose(scores["dense", "openvino-f32"], scores["dense", "sentence-transformers"])
    assert told["environment"]["libraries"]["openvino"]
