"""The OpenVINO encoder: what its folder must hold, how texts are batched, threads, cuts."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.encoders import openvino as openvino_module
from indexer.encoders.choice import FolderEncoders
from indexer.encoders.openvino import CARD, Card, OpenVinoEncoder, read_card, runtime
from indexer.encoders.optimising import optimise
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import EncoderError
from tests.small_models import WIDTH, needs_openvino, passages, small_encoder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEncoder:
    return small_encoder(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def made(source: SentenceTransformerEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an f32 encoder."""
    if not openvino_module.is_installed():
        pytest.skip("openvino is not installed (the extra `fast`)")
    folder = tmp_path_factory.mktemp("encoders")
    return folder / optimise(source, passages(16), folder, "f32").fingerprint


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    """The same, to be damaged."""
    return Path(shutil.copytree(made, tmp_path / made.name))


CARD_FACTS: dict[str, Any] = {
    "format": 1, "name": "a", "precision": "int8", "fingerprint": "f", "source": "s", "dimensions": 4, "max_tokens": 9,
    "padding_id": 0, "calibrated_on": 12, "cosine": 0.99, "lowest_cosine": 0.98, "versions": {}, "created": "2026",
    "files": {},
}  # fmt: skip


def write_card(folder: Path, facts: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / CARD).write_text(json.dumps(facts))
    return folder


def test_the_card_says_what_the_vectors_depend_on(tmp_path: Path) -> None:
    """An encoder is told by its card alone, before anything is loaded, and without OpenVINO."""
    folder = write_card(tmp_path / "f", CARD_FACTS)
    info = OpenVinoEncoder(folder).info
    assert asdict(read_card(folder)) == CARD_FACTS
    assert (info.name, info.backend, info.fingerprint) == ("a", "openvino-int8", "f")
    assert (info.dimensions, info.max_tokens) == (4, 9)


@pytest.mark.parametrize(
    "facts",
    [{}, [], {**CARD_FACTS, "colour": "red"}, {k: v for k, v in CARD_FACTS.items() if k != "files"}],
    ids=["empty", "no object", "unknown key", "missing key"],
)
def test_a_card_that_is_none_is_refused(tmp_path: Path, facts: object) -> None:
    """The error names the file and what mends it."""
    with pytest.raises(EncoderError, match=r"encoder\.json: cannot be read.*casetrove encoder optimise"):
        read_card(write_card(tmp_path / "f", facts))


def test_a_missing_card_is_told(tmp_path: Path) -> None:
    """So is a folder without a card, or no folder."""
    with pytest.raises(EncoderError, match=r"encoder\.json: cannot be read"):
        OpenVinoEncoder(tmp_path)


def test_a_card_of_another_format_is_refused(tmp_path: Path) -> None:
    """Its encoder was made by another version of the program."""
    with pytest.raises(EncoderError, match="has format 2, this program reads 1"):
        read_card(write_card(tmp_path / "f", {**CARD_FACTS, "format": 2}))


def test_without_openvino_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is optional."""
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(EncoderError, match=r"openvino is not installed: run .*\[fast\]"):
        runtime()


@pytest.mark.parametrize("name", ["model.xml", "model.bin", "tokenizer.json"])
def test_a_damaged_file_is_refused(copy: Path, name: str) -> None:
    """A file that is not the one that was made is never run; the error names it and what mends it."""
    with (copy / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(EncoderError, match=rf"{name}: differs from its digest.*casetrove encoder optimise"):
        OpenVinoEncoder(copy).encode(["fever"])


@pytest.mark.parametrize("name", ["model.xml", "model.bin", "tokenizer.json"])
def test_a_check_finds_what_loading_would(copy: Path, name: str) -> None:
    """Without loading anything: every file that the card names is held against its digest."""
    encoders = FolderEncoders(copy.parent)
    fingerprint = read_card(copy).fingerprint
    encoders.check(fingerprint)
    (copy / name).write_bytes((copy / name).read_bytes()[:-1])
    with pytest.raises(EncoderError, match=f"{name}: differs from its digest"):
        encoders.check(fingerprint)


def test_a_missing_file_is_told(copy: Path) -> None:
    """So is one that is gone."""
    (copy / "model.bin").unlink()
    with pytest.raises(EncoderError, match=r"model\.bin: cannot be read"):
        OpenVinoEncoder(copy).encode(["fever"])


def test_a_model_that_openvino_does_not_take_is_told(copy: Path) -> None:
    """A file with the right digest that is no model."""
    (copy / "model.xml").write_text("<net/>")
    card = read_card(copy)
    write_card(copy, {**asdict(card), "files": {}})
    with pytest.raises(EncoderError, match=r"model\.xml: cannot be loaded"):
        OpenVinoEncoder(copy).encode(["fever"])


def test_the_vectors_are_those_of_the_source(made: Path, source: SentenceTransformerEncoder) -> None:
    """The f32 encoder gives sentence-transformers' vectors, for many texts and for one, also over the limit."""
    texts = [*passages(70, seed=1), "", "  spaces \n around  ", "fever " * 500]
    encoder = OpenVinoEncoder(made)
    np.testing.assert_allclose(encoder.encode(texts), source.encode(texts), atol=1e-5)
    for text in texts[-4:]:
        np.testing.assert_allclose(encoder.encode([text], "query"), source.encode([text]), atol=1e-5)
    assert encoder.info.fingerprint == source.info.fingerprint
    assert (encoder.info.dimensions, encoder.info.max_tokens) == (WIDTH, source.info.max_tokens)
    assert encoder.token_spans(texts) == source.token_spans(texts)


def test_batches_hold_texts_of_near_length_up_to_so_many_tokens(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text is in one batch; padding counted, none is over the budget but a text alone; longest first."""
    monkeypatch.setattr(openvino_module, "_TOKENS", 200)
    texts = ["fever " * length for length in (3, 90, 1, 20, 18, 19, 2, 100, 1)]
    batches = list(OpenVinoEncoder(made)._batches(texts, range(len(texts))))
    assert sorted(row for rows, _, _ in batches for row in rows) == list(range(len(texts)))
    assert [[len(texts[row]) // 6 for row in rows] for rows, _, _ in batches] == [
        [100], [90, 20], [19, 18, 3, 2], [1, 1],
    ]  # fmt: skip
    for rows, ids, mask in batches:
        assert ids.shape == mask.shape
        assert ids.size <= 200 or len(rows) == 1
        assert mask.sum(axis=1).tolist() == [len(texts[row]) // 6 + 2 for row in rows]


def test_batches_have_few_shapes(made: Path) -> None:
    """However lengths vary, widths are multiples of sixteen or the limit, sizes powers of two: each costs memory."""
    texts = ["fever " * length for length in range(1, 200)]
    encoder = OpenVinoEncoder(made)
    shapes = {ids.shape for rows in encoder._groups(texts) for _, ids, _ in encoder._batches(texts, rows)}
    assert all(width % 16 == 0 or width == encoder.card.max_tokens + 2 for _, width in shapes)
    assert all(count & (count - 1) == 0 for count, _ in shapes)
    assert len(shapes) < 40


def test_each_text_has_its_own_vector(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few texts go together, each has its own vector in its own row."""
    texts = passages(70, seed=3)
    expected = OpenVinoEncoder(made).encode(texts)
    for together in (1, 4, 69, 70):
        monkeypatch.setattr(openvino_module, "_TOGETHER", together)
        encoder = OpenVinoEncoder(made)
        assert sorted(row for rows in encoder._groups(texts) for row in rows) == list(range(70))
        np.testing.assert_allclose(encoder.encode(texts), expected, atol=1e-5)


def test_an_error_between_batches_reaches_the_caller(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever batches are on their way then, nobody is left waiting, and the encoder can be used again."""
    monkeypatch.setattr(openvino_module, "_TOGETHER", 2)
    encoder, texts = OpenVinoEncoder(made), passages(24, seed=4)
    whole = encoder._padded
    with monkeypatch.context() as broken:
        for good in range(12):
            left = iter(range(good))
            broken.setattr(encoder, "_padded", lambda *given, left=left: next(left) + 1 and whole(*given))
            with pytest.raises((StopIteration, RuntimeError)):
                encoder.encode(texts)
    np.testing.assert_allclose(encoder.encode(texts), OpenVinoEncoder(made).encode(texts), atol=1e-5)


def test_a_batch_that_openvino_refuses_is_an_error(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised, not lost in a thread: here the mask is narrower than the ids, for the third batch on."""
    monkeypatch.setattr(openvino_module, "_TOGETHER", 2)
    encoder, texts, batches = OpenVinoEncoder(made), passages(24, seed=4), count()
    whole = encoder._padded

    def skewed(*given: Any) -> tuple[Any, Any]:
        ids, mask = whole(*given)
        return ids, mask if next(batches) < 2 else np.ascontiguousarray(mask[:, :-3])

    monkeypatch.setattr(encoder, "_padded", skewed)
    with pytest.raises(RuntimeError):
        encoder.encode(texts)


def test_only_the_callers_thread_works_in_python(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread is started; what works beside it are OpenVINO's own."""
    expected = OpenVinoEncoder(made).encode(texts := passages(70, seed=5))
    encoder, seen = OpenVinoEncoder(made), set[int]()
    padded = encoder._padded

    def watched(*given: Any) -> Any:
        seen.add(threading.get_ident())
        return padded(*given)

    monkeypatch.setattr(encoder, "_padded", watched)
    monkeypatch.setattr(threading.Thread, "start", lambda thread: pytest.fail(f"{thread} was started"))
    np.testing.assert_array_equal(encoder.encode(texts), expected)
    assert seen == {threading.get_ident()}


TOGETHER = """
import sys, threading, time
from pathlib import Path
from numpy.lib import NumpyVersion
from indexer.encoders.openvino import OpenVinoEncoder
looked = NumpyVersion.__init__
def slowly(*given):  # OpenVINO's bindings ask for numpy's version when they first touch an array
    time.sleep(.5)
    looked(*given)
NumpyVersion.__init__ = slowly
encoders = [OpenVinoEncoder(Path(sys.argv[1])) for _ in range(3)]
texts = [["fever"], ["fever and rash " * length for length in range(1, 29)]]
together = threading.Barrier(6)
def work(encoder, some):
    together.wait()
    encoder.encode(some)
threads = [threading.Thread(target=work, args=(each, some), daemon=True) for each in encoders for some in texts]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("done")
"""


def test_first_uses_at_one_time_do_not_wait_for_each_other(made: Path) -> None:
    """Six threads encode, with three encoders that nobody used before, while OpenVINO is slow to get ready."""
    command = [sys.executable, "-c", TOGETHER, str(made)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert (ran.returncode, ran.stdout.strip()) == (0, "done"), ran.stderr


def test_a_text_over_the_limit_keeps_its_special_tokens(made: Path) -> None:
    """It is cut before the last special token, as the model was trained."""
    ((_, ids, _),) = OpenVinoEncoder(made)._batches(["fever " * 500], [0])
    assert ids.shape == (1, 128)
    assert (ids[0, 0], ids[0, -1]) == (101, 102)


def test_padding_is_the_models_own(made: Path) -> None:
    """Ids under the mask are the padding token of the card: some models count positions by it."""
    encoder = OpenVinoEncoder(made)
    encoder.card = Card(**{**asdict(encoder.card), "padding_id": 7})
    ((_, ids, mask),) = encoder._batches(["fever", "fever and rash and gout"], [0, 1])
    assert set(ids[mask == 0].tolist()) == {7}


def test_threads_share_one_model(made: Path) -> None:
    """Many threads at once: the model is loaded once, and each has the vectors of its own texts."""
    encoder = OpenVinoEncoder(made)
    expected = OpenVinoEncoder(made).encode(texts := passages(24, seed=2))
    with ThreadPoolExecutor(8) as threads:
        loaded = set(threads.map(lambda _: id(encoder.load()), range(16)))
        ones = list(threads.map(lambda text: encoder.encode([text], "query")[0], texts))
        many = list(threads.map(lambda _: encoder.encode(texts), range(4)))
    assert len(loaded) == 1
    np.testing.assert_allclose(np.array(ones), expected, atol=1e-5)
    for vectors in many:
        np.testing.assert_allclose(vectors, expected, atol=1e-5)


ALONE = """
import sys
from pathlib import Path
from indexer.encoders.openvino import OpenVinoEncoder
OpenVinoEncoder(Path(sys.argv[1])).encode(["fever"], "query")
heavy = {"torch", "transformers", "sentence_transformers", "nncf", "openvino_telemetry"}
print(sorted(name for name in heavy if sys.modules.get(name) is not None))
"""


def test_a_query_needs_no_torch_and_reports_to_nobody(made: Path, tmp_path: Path) -> None:
    """A process that only searches imports none of the heavy libraries, and not OpenVINO's telemetry either, which

    would leave files in the home folder.
    """
    (tmp_path / "home").mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", ALONE, str(made)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
        env={"PATH": "/usr/bin", "HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert ran.stdout.strip() == "[]"
    assert not list((tmp_path / "home").iterdir())


@needs_openvino
def test_an_encoder_that_is_carried_away_needs_its_folder_no_more(copy: Path) -> None:
    """A worker on another machine has the same vectors, for one core, when the folder is gone."""
    here = OpenVinoEncoder(copy)
    texts = passages(5)
    expected, spans = here.encode(texts), here.token_spans(texts)
    carried = pickle.dumps(here)
    shutil.rmtree(copy)
    there = pickle.loads(carried)
    assert there.info == here.info
    assert there.token_spans(texts) == spans
    np.testing.assert_allclose(there.encode(texts), expected, atol=1e-5)
    assert there.load().get_property("INFERENCE_NUM_THREADS") == 1


def test_importing_the_encoders_imports_no_openvino() -> None:
    """It is imported when a model is loaded, not before."""
    program = "import sys, indexer.encoders.choice, indexer.encoders.optimising; print('openvino' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
