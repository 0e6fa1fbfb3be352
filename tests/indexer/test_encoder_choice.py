"""Which encoder builds and which one answers, by what lies in the data folder and what is installed."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from indexer.encoders import choice
from indexer.encoders.choice import FolderEncoders, OneEncoder, made
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.openvino import CARD, Card, OpenVinoEncoder
from indexer.errors import EncoderError, MismatchError

OWN = HashingEncoder()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Say whether OpenVINO is installed; it is, unless said otherwise. No model is loaded here."""

    def say(is_it: bool) -> None:
        monkeypatch.setattr(choice, "is_installed", lambda: is_it)

    say(True)
    return say


def put(folder: Path, fingerprint: str, created: str) -> Card:
    """The card of an encoder, without its model."""
    card = Card(
        format=1, name="a", precision="int8", fingerprint=fingerprint, source=OWN.info.fingerprint, dimensions=64,
        max_tokens=9, padding_id=0, calibrated_on=12, cosine=1.0, lowest_cosine=1.0, versions={}, created=created,
        files={},
    )  # fmt: skip
    (folder / fingerprint).mkdir(parents=True, exist_ok=True)
    (folder / fingerprint / CARD).write_text(json.dumps(asdict(card)))
    return card


@pytest.mark.usefixtures("installed")
def test_without_others_the_programs_own_is_used(tmp_path: Path) -> None:
    """No folder, or an empty one: the embedded encoder builds and answers; it is opened once."""
    opened: list[HashingEncoder] = []

    def embedded() -> HashingEncoder:
        opened.append(OWN)
        return OWN

    encoders = FolderEncoders(tmp_path / "encoders", embedded)
    assert opened == []
    assert encoders.preferred() is encoders.of(OWN.info.fingerprint) is OWN
    (tmp_path / "encoders").mkdir()
    assert encoders.preferred() is OWN
    assert opened == [OWN]


@pytest.mark.usefixtures("installed")
def test_the_one_made_last_is_preferred(tmp_path: Path) -> None:
    """Of several the newest, whatever they are called; the others still answer for what they built."""
    for fingerprint, created in (("b", "2026-01-02"), ("c", "2026-01-03"), ("a", "2026-01-01")):
        put(tmp_path, fingerprint, created)
    encoders = FolderEncoders(tmp_path, lambda: OWN)
    assert [card.fingerprint for card in made(tmp_path)] == ["c", "b", "a"]
    assert encoders.preferred().info.fingerprint == "c"
    assert encoders.of("a").info.fingerprint == "a"
    assert encoders.of(OWN.info.fingerprint) is OWN


@pytest.mark.usefixtures("installed")
def test_an_encoder_is_opened_once_and_one_made_since_is_noticed(tmp_path: Path) -> None:
    """A server goes on without a restart: what is made beside it is used from then on."""
    encoders = FolderEncoders(tmp_path, lambda: OWN)
    assert encoders.preferred() is OWN
    put(tmp_path, "a", "2026-01-01")
    first = encoders.preferred()
    assert isinstance(first, OpenVinoEncoder)
    assert encoders.preferred() is first is encoders.of("a")
    put(tmp_path, "a", "2026-01-02")
    assert encoders.preferred() is not first


@pytest.mark.usefixtures("installed")
def test_one_with_the_vectors_of_the_programs_own_answers_for_it(tmp_path: Path) -> None:
    """An exact copy run by OpenVINO has the same fingerprint, and is quicker."""
    put(tmp_path, OWN.info.fingerprint, "2026-01-01")
    encoders = FolderEncoders(tmp_path, lambda: OWN)
    assert isinstance(encoders.of(OWN.info.fingerprint), OpenVinoEncoder)
    assert isinstance(encoders.preferred(), OpenVinoEncoder)


def test_without_openvino_the_programs_own_builds_and_says_so(
    tmp_path: Path, installed: Callable[[bool], None], caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, with what to install: all is embedded anew."""
    installed(False)
    put(tmp_path, "a", "2026-01-01")
    encoders = FolderEncoders(tmp_path, lambda: OWN)
    with caplog.at_level(logging.WARNING):
        assert encoders.preferred() is encoders.preferred() is OWN
    (record,) = caplog.records
    assert "openvino is not installed" in record.getMessage()
    assert "[fast]" in record.getMessage()


def test_without_openvino_its_generations_cannot_be_asked(tmp_path: Path, installed: Callable[[bool], None]) -> None:
    """The error names the folder and both ways out; one with the own encoder's vectors needs no other."""
    installed(False)
    put(tmp_path, "a", "2026-01-01")
    put(tmp_path, OWN.info.fingerprint, "2026-01-02")
    encoders = FolderEncoders(tmp_path, lambda: OWN)
    with pytest.raises(MismatchError, match=r"a, which needs the package openvino.*\[fast\].*index --rebuild"):
        encoders.of("a")
    assert encoders.of(OWN.info.fingerprint) is OWN


@pytest.mark.usefixtures("installed")
def test_an_encoder_that_is_gone_is_told(tmp_path: Path) -> None:
    """A generation built by one that was removed can only be built anew."""
    encoders = FolderEncoders(tmp_path, lambda: OWN)
    put(tmp_path, "a", "2026-01-01")
    assert encoders.of("a").info.fingerprint == "a"
    shutil.rmtree(tmp_path / "a")
    for fingerprint in ("a", "b"):
        with pytest.raises(MismatchError, match=rf"encoder {fingerprint}, which is not here: run .*--rebuild"):
            encoders.of(fingerprint)


@pytest.mark.usefixtures("installed")
def test_a_damaged_card_stops_rather_than_embedding_anew(tmp_path: Path) -> None:
    """Going on with another encoder would embed everything again without being asked to."""
    put(tmp_path, "a", "2026-01-01")
    (tmp_path / "a" / CARD).write_text("{")
    encoders = FolderEncoders(tmp_path, lambda: OWN)
    with pytest.raises(EncoderError, match=r"encoder\.json: cannot be read"):
        encoders.preferred()
    with pytest.raises(EncoderError, match=r"encoder\.json: cannot be read"):
        encoders.of("a")


@pytest.mark.usefixtures("installed")
def test_half_made_encoders_are_none(tmp_path: Path) -> None:
    """What a killed run left is not looked at, nor is a folder without a card."""
    put(tmp_path, ".making-12", "2026-01-01")
    put(tmp_path, ".former-a", "2026-01-01")
    (tmp_path / "empty").mkdir()
    assert made(tmp_path) == []
    assert FolderEncoders(tmp_path, lambda: OWN).preferred() is OWN


def test_a_single_encoder_answers_for_itself_only() -> None:
    """Tests and evaluations have one encoder, and no other may be asked in its stead."""
    encoders = OneEncoder(OWN)
    assert encoders.preferred() is encoders.of(OWN.info.fingerprint) is OWN
    with pytest.raises(MismatchError, match=r"built with encoder other.*--rebuild"):
        encoders.of("other")
