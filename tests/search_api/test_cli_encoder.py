"""``casetrove encoder``: which passages it takes, what it makes and what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from corpus.errors import CasetroveError, NotFoundError
from indexer.chunking import chunk
from indexer.config import ChunkConfig
from indexer.doctor import examine
from indexer.encoders.choice import FolderEncoders, unsound
from indexer.encoders.hashing import HashingEncoder
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import EncoderError, LockedError
from indexer.folder import DataFolder
from search_api.cli import encoder as encoder_module
from search_api.cli.encoder import spread
from tests.fakes import Indexed, empty, make_report, prose
from tests.small_models import needs_openvino, require_nncf, small_encoder

pytestmark = pytest.mark.slow


@pytest.fixture
def stocked(tmp_path: Path) -> Indexed:
    """Forty reports of many passages."""
    data = empty(tmp_path / "data")
    data.put({f"r{at:02}": make_report(f"# Case report\n\n{sentences(at)}", f"On {at}") for at in range(40)})
    return data


def sentences(seed: int) -> str:
    words = prose(seed, 900).split()
    return " ".join(" ".join(words[at : at + 9]).capitalize() + "." for at in range(0, 900, 9))


@pytest.fixture
def small_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SentenceTransformerEncoder:
    """A small encoder in the place of the program's own."""
    source = small_encoder(tmp_path / "source")
    monkeypatch.setattr(SentenceTransformerEncoder, "embedded", lambda: source)
    return source


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.add_typer(encoder_module.app, name="encoder")
    return CliRunner().invoke(app, ["encoder", *map(str, arguments)])


def failed(result: Result) -> CasetroveError:
    assert isinstance(result.exception, CasetroveError), result.output
    return result.exception


# ---- which passages ---------------------------------------------------------------------------------


def test_passages_are_spread_over_the_reports(stocked: Indexed) -> None:
    """With fewer passages than reports each is from another report, from all parts of them, always the same."""
    texts = spread(stocked.catalog, HashingEncoder(), 20)
    assert len(texts) == len({text.split("\n")[0] for text in texts}) == 20
    assert texts == spread(stocked.catalog, HashingEncoder(), 20)
    report = stocked.catalog.get("r00").report
    openings = [piece.span.of(report.text) for piece in chunk(report, HashingEncoder(), ChunkConfig())][:1]
    assert sum(text.split("\n")[1] in openings for text in texts) <= 1


def test_few_reports_give_several_passages_each(stocked: Indexed) -> None:
    """With more passages than reports each gives as many as are needed; none is taken twice."""
    texts = spread(stocked.catalog, HashingEncoder(), 100)
    assert len(texts) == len(set(texts)) == 100
    assert len({text.split("\n")[0] for text in texts}) >= 33


def test_a_small_catalog_gives_what_it_has(tmp_path: Path) -> None:
    """Every passage, no more; an empty one none."""
    data = empty(tmp_path / "data")
    assert spread(data.catalog, HashingEncoder(), 50) == []
    data.put({"a": "# Case report\n\nA nun had hiccups. They ceased."})
    assert spread(data.catalog, HashingEncoder(), 50) == ["On a\nA nun had hiccups. They ceased."]


def test_passages_are_as_they_are_embedded(stocked: Indexed) -> None:
    """With the report's title before them: that is what the encoder will see."""
    assert all(text.startswith("On ") and "\n" in text for text in spread(stocked.catalog, HashingEncoder(), 10))


# ---- making one -------------------------------------------------------------------------------------


@needs_openvino
def test_an_optimised_encoder_is_used_from_then_on(stocked: Indexed, small_source: SentenceTransformerEncoder) -> None:
    """It is made in the data folder and preferred; the table tells before and after, and what comes next."""
    require_nncf()
    root = stocked.folder.root
    result = run("optimise", "--data", root, "--passages", "32")
    assert result.exit_code == 0, result.output
    encoders = FolderEncoders(stocked.folder.encoders)
    made = encoders.preferred().info
    assert made.backend == "openvino-int8"
    assert encoders.of(small_source.info.fingerprint).info == small_source.info
    assert "embeds everything once anew" in result.stdout
    assert "calibrating on 24 passages" in result.stderr
    assert "calibrating" not in result.stdout
    told: Any = json.loads(run("list", "--data", root, "--json").stdout)
    assert told["preferred"] == made.fingerprint
    assert [each["fingerprint"] for each in told["encoders"]] == [made.fingerprint, small_source.info.fingerprint]
    card_passages = told["encoders"][0]["calibrated_on"]
    first, about, own = run("list", "--data", root).stdout.splitlines()[1:]
    assert first.startswith(f"{made.fingerprint}  {made.name} (openvino-int8), preferred")
    assert f"calibrated on {card_passages} passages, cosine 0.9" in about
    assert own == f"{small_source.info.fingerprint}  {small_source.info.name} ({small_source.info.backend})"


@needs_openvino
def test_an_exact_one_changes_no_vector(stocked: Indexed, small_source: SentenceTransformerEncoder) -> None:
    """It has the own encoder's fingerprint, so nothing is embedded anew, and it says so; stdout is JSON alone."""
    root = stocked.folder.root
    result = run("optimise", "--data", root, "--exact", "--passages", "32", "--json")
    assert result.exit_code == 0, result.output
    told: Any = json.loads(result.stdout)
    assert told["encoder"]["fingerprint"] == told["encoder"]["source"] == small_source.info.fingerprint
    assert told["encoder"]["backend"] == "openvino-f32"
    assert len(told["passages_per_s"]) == 2
    assert FolderEncoders(stocked.folder.encoders).preferred().info.backend == "openvino-f32"
    assert "nothing is embedded anew" in run("optimise", "--data", root, "--exact", "--passages", "32").stdout


# ---- what is refused --------------------------------------------------------------------------------


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    """Without a catalog there is nothing to calibrate on."""
    assert isinstance(failed(run("optimise", "--data", tmp_path / "none")), NotFoundError)


@pytest.mark.usefixtures("small_source")
def test_too_few_passages_are_told(tmp_path: Path) -> None:
    """So is a catalog with a handful of passages."""
    data = empty(tmp_path / "data")
    data.put({"a": "# Case report\n\nA nun had hiccups."})
    error = failed(run("optimise", "--data", data.folder.root))
    assert isinstance(error, EncoderError)
    assert "1 passage to calibrate an encoder on, 16 are needed" in str(error)


def test_a_folder_that_is_being_indexed_is_left_alone(stocked: Indexed) -> None:
    """One at a time: the holder of the lock is named."""
    with DataFolder(stocked.folder.root).lock():
        assert isinstance(failed(run("optimise", "--data", stocked.folder.root)), LockedError)


@pytest.mark.usefixtures("small_source")
def test_without_made_ones_the_own_encoder_is_listed(tmp_path: Path) -> None:
    """It is there in every folder, also one that is not there yet."""
    told: Any = json.loads(run("list", "--data", tmp_path / "none", "--json").stdout)
    assert [each["fingerprint"] for each in told["encoders"]] == [told["preferred"]]
    lines = run("list", "--data", tmp_path / "none").stdout.splitlines()
    assert lines[1].startswith(told["preferred"])
    assert lines[1].endswith(", preferred")


@needs_openvino
@pytest.mark.parametrize("damage", ["encoder.json", "model.bin", "another"])
def test_a_damaged_encoder_is_told_and_made_anew(
    stocked: Indexed, small_source: SentenceTransformerEncoder, damage: str
) -> None:
    """The doctor names its folder and the command, which works though the present one, or one beside it, is damaged."""
    root, folder = stocked.folder.root, stocked.folder.encoders
    assert run("optimise", "--data", root, "--exact", "--passages", "32").exit_code == 0
    place = folder / ("beside" if damage == "another" else small_source.info.fingerprint)
    place.mkdir(exist_ok=True)
    (place / ("encoder.json" if damage == "another" else damage)).write_bytes(b"noise")
    findings = examine(stocked.folder, FolderEncoders(folder))
    (found,) = [each for each in findings if Path(each.where).is_relative_to(place)]
    assert f"`casetrove encoder optimise --data {root}`" in found.remedy
    if damage != "model.bin":
        assert f"`casetrove encoder optimise --data {root}`" in str(failed(run("list", "--data", root)))
    assert run("optimise", "--data", root, "--exact", "--passages", "32").exit_code == 0
    assert unsound(folder) == []
    assert FolderEncoders(folder).preferred().info.backend == "openvino-f32"
