"""Who does the heavy part of a build decides nothing of what comes of it; what was done is kept when it stops."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from corpus.cases.packing import pack
from corpus.cases.reading import read_cases
from corpus.errors import EmptyFileError
from corpus.readers.base import DEFAULT
from corpus.readers.registry import read_bytes
from indexer.build import build
from indexer.crew import ray_crew, tasks
from indexer.encoders import cache
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import ClusterError
from tests.fakes import CountingEncoder, Indexed, empty, jsonl, make_report, prose
from tests.indexer.crews import AnyOrder, Forgetful, OtherEncoder

REPORTS = {f"r{at}": f"# Case report\n\nA woman of {20 + at} had a rash. {prose(at, 60)}." for at in range(40)}


@pytest.fixture(autouse=True)
def _small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many windows of few reports."""
    monkeypatch.setattr(cache, "_BATCH", 4)


def put(root: Path) -> Indexed:
    """The reports, stored and not indexed."""
    made = empty(root, CountingEncoder())
    made.put(REPORTS)
    return made


def test_windows_may_come_in_any_order(tmp_path: Path) -> None:
    """The segments of the generation are the same to the last byte, whoever embeds and however many at a time."""
    alone, spread = put(tmp_path / "alone"), put(tmp_path / "spread")
    crew = AnyOrder(width=3)
    with alone.folder.lock(), spread.folder.lock():
        expected = build(alone.folder, alone.catalog, alone.encoder).manifest
        found = build(spread.folder, spread.catalog, spread.encoder, crew=crew).manifest
    assert len(crew.order) > 6
    assert crew.order != sorted(crew.order)
    assert found.segments == expected.segments
    assert found.corpus_digest == expected.corpus_digest


def test_what_came_before_a_crew_stopped_is_kept(tmp_path: Path) -> None:
    """The next build embeds the rest, and nothing twice."""
    small = put(tmp_path)
    with small.folder.lock(), pytest.raises(RuntimeError, match="the power went"):
        build(small.folder, small.catalog, small.encoder, crew=AnyOrder(width=3, stops_after=5))
    assert isinstance(small.encoder, CountingEncoder)
    before = len(small.encoder.passages)
    small.build()
    assert before == 5 * 4
    assert len(set(small.encoder.passages)) == len(small.encoder.passages) == small.generation().manifest.passages


def test_a_crew_that_loses_a_window_builds_nothing(tmp_path: Path) -> None:
    """Rows without vectors are never taken for vectors of nothing."""
    small = put(tmp_path)
    with small.folder.lock(), pytest.raises(RuntimeError, match="36 of 40 texts were embedded"):
        build(small.folder, small.catalog, small.encoder, crew=Forgetful())
    assert not small.folder.current.exists()


def test_a_task_reads_a_file_as_the_registry_does() -> None:
    """All records, and the reasons of those that cannot be read, in lists."""
    data = jsonl(230)
    answers = list(tasks.read(tasks.program(), data, "many.jsonl", DEFAULT))
    assert [kind for kind, _ in answers] == ["reads"] * 3
    found = [each for _, reads in answers for each in reads]
    expected = list(read_bytes(data, "many.jsonl"))
    assert [(each.record, each.report) for each in found] == [(each.record, each.report) for each in expected]
    assert [str(each.error) for each in found] == [str(each.error) for each in expected]
    assert sum(each.error is not None for each in found) == 230 // 7


def test_a_file_that_cannot_be_read_is_an_answer() -> None:
    """Not the end of the worker: the reason crosses to the builder."""
    *_, (kind, error) = tasks.read(tasks.program(), b"", "nothing.txt", DEFAULT)
    assert kind == "error"
    assert isinstance(error, EmptyFileError)
    assert "nothing.txt" in str(error)


def test_a_task_reads_the_cases_of_a_report() -> None:
    """Packed as a segment keeps them."""
    report = make_report("# Case report\n\nA woman of 40 with gout was given colchicine. It went.")
    assert tasks.cases_of(tasks.program(), report) == pack(read_cases(report))


def test_a_task_embeds_with_the_encoder_that_was_carried_there() -> None:
    """A worker that has served one encoder serves the next."""
    texts = ["a rash of the hand", "gout"]
    for encoder in (HashingEncoder(16), HashingEncoder(32), HashingEncoder(16)):
        vectors, seconds = tasks.embed(encoder.info.fingerprint, pickle.dumps(encoder), texts)
        np.testing.assert_array_equal(vectors, encoder.encode(texts))
        assert seconds >= 0


def test_a_worker_that_is_another_program_refuses() -> None:
    """What it gave would be kept under a name that is not its own."""
    with pytest.raises(ClusterError, match="another version of casetrove"):
        list(tasks.read("of yesterday", b"text", "a.txt", DEFAULT))
    with pytest.raises(ClusterError, match="another version of casetrove"):
        tasks.cases_of("of yesterday", make_report("A man had gout."))
    encoder = OtherEncoder(17)
    with pytest.raises(ClusterError, match="its encoder is another one"):
        tasks.embed(encoder.info.fingerprint, pickle.dumps(encoder), ["gout"])


def test_the_programs_own_encoder_is_opened_anew_where_it_is_carried_to(minilm: SentenceTransformerEncoder) -> None:
    """Its weights come with a package and do not travel."""
    carried = pickle.dumps(minilm)
    assert len(carried) < 1000
    there = pickle.loads(carried)
    assert there.info == minilm.info
    np.testing.assert_allclose(there.encode(["a rash"]), minilm.encode(["a rash"]), atol=1e-6)


@pytest.mark.parametrize("address", ["samples", "corpus/samples", "auto", "host", ":1", "host:", "ray://host:1", ""])
def test_what_is_no_address_is_told(address: str) -> None:
    """A path put behind ``--ray`` by mistake, above all."""
    with pytest.raises(ClusterError, match="is no address of a Ray cluster: give HOST:PORT"):
        ray_crew.check_address(address)


@pytest.mark.parametrize("address", ["local", "127.0.0.1:6379", "[::1]:6379", "head.cluster-1:80"])
def test_an_address_is_a_host_and_a_port(address: str) -> None:
    """Or the word for a Ray of this run's own."""
    assert ray_crew.check_address(address) == address


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is imported before."""
    monkeypatch.setattr(ray_crew, "is_installed", lambda: False)
    with pytest.raises(ClusterError, match=r"needs the package ray: run .* -e '\.\[ray\]'"):
        ray_crew.RayCrew("local")
