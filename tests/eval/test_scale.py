"""The benchmark of scale: its laws give back what follows them; its made-up passages are written as real ones are."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from corpus.errors import UsageError
from eval.benchmarks import scale, scale_data, scale_model
from eval.benchmarks.scale_model import predicted
from indexer.vectors import training
from indexer.vectors.training import ROUNDS, lists_for


def lawful(passages: int) -> dict[str, float]:
    """The figures of an index that keeps to the laws of the model, whatever its size."""
    reports, lists = scale_data.reports_of(passages), lists_for(passages)
    sample = min(passages, 40 * lists)
    terms, probes = 30 * passages**0.7, 4 * lists**0.4
    nearest, row = 0.2 + 0.001 * lists, 0.00002 * passages / lists
    setting = 1.024 * sum(nearest + row * each for each in scale_model.tried(probes))
    held = 1536 * (2 * sample + min(passages, 32_768))
    return {
        "passages": passages, "reports": reports, "lists": lists, "probes": probes, "terms": terms,
        "bytes.postings": 100 + 360 * passages, "bytes.words": 250 * passages, "bytes.passages": 128 + 70 * passages,
        "bytes.terms": 300 + 24 * terms, "bytes.flat": 1536 * passages, "bytes.ivf-sq8": 1544 * lists + 400 * passages,
        "cpu.words": 3e-5 * reports, "cpu.postings": 2e-5 * reports, "cpu.train": 1e-9 * ROUNDS * sample * lists,
        "cpu.assign": 1e-9 * ((passages + sample) * lists + passages * 1024), "cpu.write": 1.3 * setting,
        "peak.words": 1e7 + 146 * terms + 24 * reports, "peak.postings": 2e7 + 90 * terms + 24 * reports,
        "peak.train": 5e6 + held, "peak.assign": 6e6 + held, "peak.write": 4e7 + 44 * passages,
        "ms.words": 0.4 + 1e-6 * reports, "ms.flat": 0.1 + 4e-5 * passages,
        "ms.ivf-sq8": nearest + row * probes, "ms.nearest": nearest, "ms.row": 0.00002,
        "ms.setting_nearest": nearest, "ms.setting_row": 0.00002,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["flat", "ivf-sq8"])
def test_what_keeps_to_the_laws_is_predicted(kind: str) -> None:
    """From 20,000 and 50,000 passages to five million, to the last digits; nothing of the large run is looked at."""
    prediction = predicted(lawful(20_000), lawful(50_000), 5_000_000, kind)
    expected = lawful(5_000_000)
    expected |= {"bytes.vectors": expected[f"bytes.{kind}"], "ms.vectors": expected[f"ms.{kind}"]}
    assert prediction == pytest.approx({name: expected[name] for name in prediction})
    assert {"cpu.words", "peak.postings", "bytes.terms", "ms.words", "ms.vectors"} <= prediction.keys()
    assert ("cpu.assign" in prediction) == (kind == "ivf-sq8")


@pytest.mark.parametrize("enough", [1, 8, 9, 67, 78, 101, 106, 400])
def test_as_many_searches_are_foreseen_as_are_made(enough: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of lists that are tried while an index is set, in order, where ``enough`` lists find enough."""
    tried: list[int] = []

    def recall(probes: int, _: object) -> float:
        tried.append(probes)
        return 0.99 if probes >= enough else 0.9 + probes / 10_000

    class Index:
        def with_probes(self, probes: int) -> int:
            return probes

    monkeypatch.setattr(training, "_recall", recall)
    probes, _ = training._probes(Index(), None, 4096)  # type: ignore[arg-type]
    assert scale_model.tried(enough) == tried
    assert scale_model.tried(probes) == pytest.approx(tried, abs=probes / 8)


def test_no_law_gives_less_than_nothing() -> None:
    """Where noise makes a small run dearer than a larger one."""
    small, large = lawful(20_000) | {"ms.words": 9.0}, lawful(50_000)
    assert predicted(small, large, 1_000_000, "flat")["ms.words"] == 0


def test_words_come_as_often_as_in_a_language() -> None:
    """As many as real reports have, of which as many differ; the vocabulary goes on growing, slower than the text."""
    reports = list(scale_data.texts(15_675))
    assert reports[:50] == list(islice(scale_data.texts(15_675), 50))
    words = [word for report in reports for word in report]
    assert len(reports) == pytest.approx(6412, rel=0.01)
    assert len(words) == pytest.approx(956_000, rel=0.05)
    assert sum(len(set(report)) for report in reports) == pytest.approx(697_000, rel=0.05)
    counted = Counter(words)
    assert len(counted) == pytest.approx(45_000, rel=0.1)
    half = len(set(words[: len(words) // 2]))
    assert 1.3 < len(counted) / half < 1.9


def test_every_question_asks_for_words_that_reports_hold() -> None:
    """Questions are the same for each size, and in words that no size lacks."""
    asked = scale_data.questions()
    held = {word for report in scale_data.texts(20_000) for word in report}
    assert asked == scale_data.questions()
    assert len(asked) == scale_data.QUESTIONS
    assert all(word in held for words in asked for word in words)


def test_a_small_index_is_measured_whole(tmp_path: Path) -> None:
    """Every figure that the model predicts is measured, of either kind of index; the files are the index's own."""
    scale_data.write_vectors(tmp_path, 3000)
    found = scale.measure_words(tmp_path, 3000) | scale.measure_vectors(tmp_path, 3000, both=True)
    for kind in ("flat", "ivf-sq8"):
        wanted = set(predicted(found, found | {"passages": 6000.0, "lists": 99.0}, 9000, kind))
        assert wanted <= found.keys()
    assert found["lists"] == lists_for(3000)
    assert found["bytes.flat"] == pytest.approx(3000 * 1536, rel=0.01)
    assert found["bytes.ivf-sq8"] < found["bytes.flat"] / 2
    assert found["recall"] > 0.5


@pytest.mark.slow
def test_a_size_is_measured_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In processes of its own; its figures are kept, and the index that they were taken of is not."""
    monkeypatch.setattr(scale, "SMALL", (1000, 2000))
    monkeypatch.setattr(scale, "_TIMES", 1)
    scale.main(tmp_path, [4000], as_json=True)
    first = json.loads(capsys.readouterr().out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1000.json", "2000.json", "4000.json"]

    def no_more(*_: object, **__: object) -> None:
        raise AssertionError("measured again")

    monkeypatch.setattr(scale.subprocess, "run", no_more)
    scale.main(tmp_path, [4000], as_json=True)
    again = json.loads(capsys.readouterr().out)
    assert again["sizes"] == first["sizes"]
    told, measured = again["sizes"]["4000"]["bytes.vectors"]
    assert told == pytest.approx(measured, rel=0.01)
    told, measured = again["sizes"]["4000"]["bytes"]
    assert told == pytest.approx(measured, rel=0.25)


def test_what_is_predicted_from_is_no_prediction(tmp_path: Path) -> None:
    """A size that is not larger than those is refused."""
    with pytest.raises(UsageError, match="--rows: more than 50,000"):
        scale.main(tmp_path, [50_000])
