from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from indexer import analyzer
from indexer.build import build
from indexer.config import ChunkConfig
from indexer.encoders.hashing import HashingEncoder
from indexer.errors import GenerationError
from indexer.folder import DataFolder
from indexer.manifest import Changes, manifest_path, read_manifest, segment_place
from indexer.model import BuildProgress
from indexer.vectors import files as vector_files
from indexer.writer import lexical_text
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CASES, CountingEncoder, Indexed, empty, indexed, make_report


def found(at: Indexed, query: str) -> list[str]:
    """The reports that share a word with ``query``."""
    return [name for name, _ in rank_reports(at.generation(), query, System("bm25"), 10)]


def test_nothing_changed_costs_nothing(tmp_path: Path) -> None:
    """A second build keeps the generation, embeds nothing and has no stages to time."""
    encoder = CountingEncoder()
    small = indexed(tmp_path, encoder=encoder)
    embedded = len(encoder.passages)
    built = build(small.folder, small.catalog, encoder)
    assert (built.manifest.generation, built.seconds, len(encoder.passages)) == (1, {}, embedded)
    assert small.build(force=True) == 2
    assert len(encoder.passages) == embedded


def test_a_new_report_embeds_its_own_passages_only(tmp_path: Path) -> None:
    """The cost of embedding follows the change."""
    encoder = CountingEncoder()
    small = indexed(tmp_path, encoder=encoder)
    encoder.passages.clear()
    small.put({"new": "A nun had hiccups."})
    assert small.build() == 2
    assert encoder.passages == ["On new\nA nun had hiccups."]
    assert found(small, "hiccups") == ["new"]


def test_a_corrected_report_is_found_by_its_new_words_only(small: Indexed) -> None:
    """After the build the old text is gone from search by words and by meaning."""
    small.put({"gout": "Gout of the toe was found in a brewer. Ice was applied."})
    small.build()
    assert found(small, "colchicine") == []
    assert found(small, "ice") == ["gout"]
    generation = small.generation()
    assert not any("Colchicine" in generation.stored(at).report.text for at in generation.ordinals.values())


def test_a_deleted_report_is_found_no_more(small: Indexed) -> None:
    """It leaves with the next generation; the others stay."""
    small.catalog.delete("snake")
    small.build()
    generation = small.generation()
    assert found(small, "viper") == []
    assert (generation.manifest.reports, sorted(generation.ordinals)) == (5, sorted(set(CASES) - {"snake"}))


def test_the_last_report_can_be_deleted(small: Indexed) -> None:
    """An index that was served becomes an empty one, which opens, finds nothing, and fills again."""
    for name in CASES:
        small.catalog.delete(name)
    small.build()
    generation = small.generation()
    assert (generation.manifest.reports, generation.manifest.passages) == (0, 0)
    for name in ("bm25", "dense", "hybrid"):
        assert rank_reports(generation, "viper", System(name), 10) == []  # type: ignore[arg-type]
    assert small.build() == 2
    small.put({"new": "A viper bit a nun."})
    small.build()
    assert found(small, "viper") == ["new"]


def test_a_first_index_of_nothing_is_refused(tmp_path: Path) -> None:
    """Where nothing was ever indexed, an empty catalog is a mistake to be told."""
    folder = DataFolder(tmp_path)
    with pytest.raises(GenerationError, match="holds no reports: nothing to index"):
        build(folder, Catalog(folder.catalog), HashingEncoder())
    assert folder.current_generation() is None


def test_a_report_that_comes_during_a_build_is_in_the_next(small: Indexed) -> None:
    """What a generation claims to hold is what it holds, whatever is written meanwhile."""
    small.put({"new": "A nun had hiccups."})

    def meanwhile(at: BuildProgress) -> None:
        if at.stage == "embed":
            small.put({"late": "A monk had the hiccups too."})

    build(small.folder, small.catalog, small.encoder, on_progress=meanwhile)
    assert found(small, "hiccups") == ["new"]
    assert small.build() == 3
    assert sorted(found(small, "hiccups")) == ["late", "new"]


def test_a_report_that_moved_is_cited_from_its_new_place(small: Indexed) -> None:
    """Equal content at another place needs a generation that pins it, and no embedding."""
    small.catalog.put("gout", make_report(CASES["gout"], "On gout"), "/moved/gout.txt")
    assert small.build() == 2
    generation = small.generation()
    assert generation.stored(generation.ordinals["gout"]).source == "/moved/gout.txt"


def test_other_settings_build_anew(small: Indexed) -> None:
    """Another target length or another encoder is another generation."""
    build(small.folder, small.catalog, small.encoder, ChunkConfig(40))
    assert read_manifest(small.folder, 2).chunking == {"target_tokens": 40}
    other = replace(small, encoder=HashingEncoder(32))
    other.build()
    assert other.generation().manifest.dimensions == 32


def test_old_generations_are_removed_but_the_last_ten(small: Indexed) -> None:
    """Room is given back, and so are the leavings of a killed run."""
    (small.folder.generations / ".building-9-1").mkdir()
    for number in range(12):
        small.put({"new": f"A nun had hiccups {number} times."})
        small.build()
    left = sorted(path.name for path in small.folder.generations.iterdir())
    assert left == [f"{number:06d}" for number in range(4, 14)]


def test_a_rolled_back_generation_is_never_overwritten(small: Indexed) -> None:
    """Numbers only rise, so that a number names one state for ever, and the served one is not removed."""
    small.put({"new": "A nun had hiccups."})
    small.build()
    small.folder.current.write_text("1\n")
    for number in range(4):
        small.put({"new": f"A nun had hiccups {number} times."})
        assert small.build() == 3 + number


def test_progress_goes_through_the_stages(tmp_path: Path) -> None:
    """Chunking counts reports, embedding passages, writing its one step, each up to its total."""
    small = indexed(tmp_path)
    told: list[BuildProgress] = []
    built = build(small.folder, small.catalog, small.encoder, on_progress=told.append, force=True)
    assert list(dict.fromkeys(at.stage for at in told)) == ["chunk", "embed", "write"]
    assert list(built.seconds) == ["cases", "chunk", "embed", "write"]
    last = {at.stage: at for at in told}
    assert (last["chunk"].done, last["chunk"].total) == (6, 6)
    assert last["embed"].done == last["embed"].total == built.manifest.passages
    assert (last["write"].done, last["write"].total) == (1, 1)


def test_training_an_index_is_told_and_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large segment's index takes minutes: its progress is told row by row, and a caller may end it there."""
    monkeypatch.setattr(vector_files, "EXACT_BELOW", 200)
    words = [f"{first}{second}" for first in "bcdfghklmn" for second in ("ando", "ilex", "orum", "ula", "eps", "int")]
    small = empty(tmp_path)
    small.put(
        {f"r{at}": f"A {words[at % 60]} had {words[at * 7 % 60]} and {words[at * 11 % 60]}." for at in range(240)}
    )
    told: list[BuildProgress] = []

    def stop(at: BuildProgress) -> None:
        told.append(at)
        if at.stage == "train" and at.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(small.folder, small.catalog, small.encoder, on_progress=stop)
    assert small.folder.current_generation() is None
    assert list(small.folder.generations.iterdir()) == []
    assert 0 < told[-1].done < told[-1].total
    told.clear()
    manifest = build(small.folder, small.catalog, small.encoder, on_progress=told.append).manifest
    assert manifest.vector_index == "ivf-sq8"
    trained = [at for at in told if at.stage == "train"]
    assert [at.done for at in trained] == sorted(at.done for at in trained)
    assert trained[-1].done == trained[-1].total


def test_a_compaction_changes_nothing_and_says_so(small: Indexed) -> None:
    """Whoever reads the list of generations sees what came and went, not how it was written."""
    small.put({"new": "A nun had hiccups."})
    small.catalog.delete("gout")
    changes = [
        build(small.folder, small.catalog, small.encoder, force=force).manifest.changes for force in (False, True)
    ]
    assert changes == [Changes(added=1, updated=0, removed=1), Changes(added=0, updated=0, removed=0)]


def test_changes_are_told_against_the_newest_generation_that_can_be_read(small: Indexed) -> None:
    """A damaged manifest does not make every report a new one; where no generation can be read, nobody can tell."""
    small.put({"new": "A nun had hiccups."})
    small.build()
    manifest_path(small.folder, 2).write_text("noise")
    assert build(small.folder, small.catalog, small.encoder).manifest.changes == Changes(added=1)
    for number in (1, 3):
        manifest_path(small.folder, number).write_text("noise")
    assert build(small.folder, small.catalog, small.encoder).manifest.changes is None
    assert read_manifest(small.folder, 4).changes is None
    assert build(small.folder, small.catalog, small.encoder, force=True).manifest.changes == Changes()


def test_changes_say_why_all_was_made_anew(small: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another encoder, chunking or analyzer; a manifest of a version that did not tell is read all the same."""
    other = HashingEncoder(32)
    assert build(small.folder, small.catalog, other).manifest.changes == Changes(remade="another encoder")
    assert read_manifest(small.folder, 2).changes == Changes(remade="another encoder")
    cut = build(small.folder, small.catalog, other, ChunkConfig(64)).manifest
    assert cut.changes == Changes(remade="another chunking")
    monkeypatch.setattr(analyzer, "name", lambda: "another one")
    small.put({"new": "A nun had hiccups."})
    told = build(small.folder, small.catalog, small.encoder, ChunkConfig(64)).manifest.changes
    assert told == Changes(added=1, remade="another encoder, another analyzer")
    path = manifest_path(small.folder, 4)
    values = json.loads(path.read_text())
    del values["seal"], values["changes"]["remade"]
    path.write_text(json.dumps(values))
    assert read_manifest(small.folder, 4).changes == Changes(added=1)


def test_an_error_in_progress_stops_the_build_without_harm(small: Indexed) -> None:
    """A caller may end a build at any sign of progress; what is served stays."""
    small.put({"new": "A nun had hiccups."})

    def stop(at: BuildProgress) -> None:
        if at.stage == "write":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(small.folder, small.catalog, small.encoder, on_progress=stop)
    assert small.generation().manifest.generation == 1


def test_words_are_indexed_once_and_references_not_at_all() -> None:
    """BM25 sees the title, the headings and every section but the reference list, each once."""
    report = make_report(
        "# Case report\n\nShe fell.\n\n# Zebra\n\nShe rose.\n\n# References\n\nDoe J. Falls. 2001.", "A fall at home"
    )
    assert lexical_text(report) == "A fall at home\nCase report\nShe fell.\nZebra\nShe rose."
    assert lexical_text(make_report("A fall at home. She rose.", "A fall at home")) == "A fall at home. She rose."
    assert lexical_text(make_report("She fell.")) == "\nShe fell."


def test_equal_corpora_make_equal_generations(tmp_path: Path) -> None:
    """The files that hold the index are the same byte for byte, whatever the order of arrival."""
    one = indexed(tmp_path / "one", CASES)
    two = indexed(tmp_path / "two", dict(reversed(CASES.items())))
    places = [segment_place(each.folder.generation(1), "000001") for each in (one, two)]
    for name in ("vectors.npy", "passages.npy", "lexical/counts.npy", "lexical/terms"):
        assert (places[0] / name).read_bytes() == (places[1] / name).read_bytes()
