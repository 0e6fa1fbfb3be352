"""Making a quick encoder: what comes out, what is refused, and that it is whole or not there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer.encoders import optimising
from indexer.encoders.openvino import Card, OpenVinoEncoder, read_card
from indexer.encoders.optimising import LEAST_PASSAGES, optimise
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import EncoderError
from tests.small_models import needs_openvino, passages, require_nncf, small_encoder

pytestmark = needs_openvino


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEncoder:
    return small_encoder(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def int8(source: SentenceTransformerEncoder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Card]:
    """The folder of encoders with an int8 one in it, and its card."""
    require_nncf()
    folder = tmp_path_factory.mktemp("encoders")
    return folder, optimise(source, passages(40), folder)


def test_an_int8_encoder_stays_near_its_source(int8: tuple[Path, Card], source: SentenceTransformerEncoder) -> None:
    """On passages that it has not seen its vectors are near the source's, and the card tells how near."""
    folder, card = int8
    texts = passages(30, seed=9)
    cosines = (OpenVinoEncoder(folder / card.fingerprint).encode(texts) * source.encode(texts)).sum(axis=1)
    assert cosines.min() > 0.99
    assert 0.99 < card.lowest_cosine <= card.cosine <= 1.0001


def test_an_int8_encoder_really_is_one(int8: tuple[Path, Card], source: SentenceTransformerEncoder) -> None:
    """Its vectors are not the source's, its weights are bytes, and its fingerprint is its own."""
    folder, card = int8
    exact = optimise(source, passages(40), folder, "f32")
    sizes = [(folder / each.fingerprint / "model.bin").stat().st_size for each in (card, exact)]
    assert sizes[0] < 0.4 * sizes[1]
    texts = passages(30, seed=9)
    assert np.abs(OpenVinoEncoder(folder / card.fingerprint).encode(texts) - source.encode(texts)).max() > 1e-4
    assert card.fingerprint != card.source == exact.fingerprint == source.info.fingerprint


def test_the_card_tells_how_it_was_made(int8: tuple[Path, Card], source: SentenceTransformerEncoder) -> None:
    """The card in the folder is the one handed back: source, limits, passages, versions, digests of all files."""
    folder, card = int8
    place = folder / card.fingerprint
    assert read_card(place) == card
    assert {path.name for path in place.iterdir()} == {"encoder.json", *card.files}
    assert (card.dimensions, card.max_tokens) == (source.info.dimensions, source.info.max_tokens)
    assert card.calibrated_on == 30
    assert {"openvino", "nncf"} <= set(card.versions)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_what_a_vector_depends_on_is_in_the_fingerprint(int8: tuple[Path, Card], tmp_path: Path) -> None:
    """Another model, or the same one calibrated on other passages, has another fingerprint."""
    _, card = int8
    same = small_encoder(tmp_path / "same")
    other = small_encoder(tmp_path / "other", seed=1)
    recalibrated = optimise(same, passages(40, seed=3), tmp_path / "made")
    assert same.info.fingerprint == recalibrated.source == card.source
    assert recalibrated.fingerprint != card.fingerprint
    assert other.info.fingerprint != same.info.fingerprint


def test_any_pooling_is_taken_over(tmp_path: Path) -> None:
    """The model's own modules are converted, whatever they are: here the first token's vector."""
    source = small_encoder(tmp_path / "source", pooling="cls")
    card = optimise(source, passages(LEAST_PASSAGES), tmp_path / "made", "f32")
    texts = passages(10, seed=4)
    vectors = OpenVinoEncoder(tmp_path / "made" / card.fingerprint).encode(texts)
    np.testing.assert_allclose(vectors, source.encode(texts), atol=1e-5)


def test_steps_are_told(source: SentenceTransformerEncoder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What takes long is announced, to the caller alone: stdout may have to be JSON."""
    told: list[str] = []
    optimise(source, passages(LEAST_PASSAGES), tmp_path, "f32", told.append)
    assert told == ["converting", "checking on 4 passages"]
    assert capsys.readouterr().out == ""


def test_too_few_passages_are_refused(source: SentenceTransformerEncoder, tmp_path: Path) -> None:
    """Ranges measured on a handful of passages would fit nothing else."""
    with pytest.raises(EncoderError, match="15 passages to calibrate"):
        optimise(source, passages(15), tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_model_that_strays_is_refused(
    source: SentenceTransformerEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the bound nothing is kept, and the error tells the figures."""
    monkeypatch.setitem(optimising.BOUNDS, "f32", (1.1, 0.5))
    with pytest.raises(EncoderError, match=r"strays from .*mean cosine 1\.0000.*1\.1"):
        optimise(source, passages(LEAST_PASSAGES), tmp_path, "f32")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing(
    source: SentenceTransformerEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before the last step, there is no half encoder; a killed process' leavings are no encoder either."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(optimising, "_put_in_place", stop)
    with pytest.raises(KeyboardInterrupt):
        optimise(source, passages(LEAST_PASSAGES), tmp_path, "f32")
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_made_again_takes_the_place_of_the_former(
    source: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    """Also where the former was damaged, or a killed run left something beside it."""
    place = tmp_path / source.info.fingerprint
    for leaving in (place, tmp_path / f".former-{place.name}", tmp_path / ".making-1"):
        leaving.mkdir()
    optimise(source, passages(LEAST_PASSAGES), tmp_path, "f32")
    assert OpenVinoEncoder(place).encode(["fever"]).shape == (1, source.info.dimensions)
    assert [path.name for path in tmp_path.iterdir()] == [place.name]


def test_an_encoder_made_again_alike_leaves_the_files_where_they_are(
    source: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    """A server that reads them is not disturbed: only the card is replaced, in one step, and names the new date."""
    first = optimise(source, passages(LEAST_PASSAGES), tmp_path, "f32")
    place = tmp_path / first.fingerprint
    files = {name: (place / name).stat().st_ino for name in first.files}
    loaded = OpenVinoEncoder(place)
    second = optimise(source, passages(LEAST_PASSAGES + 4), tmp_path, "f32")
    assert {name: (place / name).stat().st_ino for name in second.files} == files
    assert read_card(place) == second
    assert [path.name for path in tmp_path.iterdir()] == [place.name]
    assert loaded.encode(["fever"]).shape == (1, source.info.dimensions)


def test_a_folder_that_cannot_be_written_is_named(source: SentenceTransformerEncoder, tmp_path: Path) -> None:
    """The error names the folder and what to do."""
    (tmp_path / "made").write_text("a file")
    with pytest.raises(EncoderError, match="made: cannot be written"):
        optimise(source, passages(LEAST_PASSAGES), tmp_path / "made", "f32")


def test_without_nncf_the_error_says_how_to_get_it(
    source: SentenceTransformerEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is needed for int8 only, and only here."""
    monkeypatch.setitem(sys.modules, "nncf", None)
    with pytest.raises(EncoderError, match="nncf is not installed: run"):
        optimise(source, passages(LEAST_PASSAGES), tmp_path)
    card = optimise(source, passages(LEAST_PASSAGES), tmp_path, "f32")
    assert "openvino" in card.versions
    assert "nncf" not in card.versions


def test_the_card_is_json_that_a_person_can_read(int8: tuple[Path, Card]) -> None:
    """One fact a line."""
    folder, card = int8
    text = (folder / card.fingerprint / "encoder.json").read_text()
    assert json.loads(text)["fingerprint"] == card.fingerprint
    assert len(text.splitlines()) > 14
