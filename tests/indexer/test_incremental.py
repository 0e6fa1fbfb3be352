"""Cost follows change: what stayed is linked, what changed is written, and nobody can tell by the answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.build import MOST_SEGMENTS, build
from indexer.encoders.hashing import HashingEncoder
from indexer.generation import Generation
from indexer.manifest import FORMAT, Manifest, read_alive, read_manifest, segment_place
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CountingEncoder, Indexed, documents, empty, indexed, prose

QUERIES = ("a viper bit the farmer", "fever and rash", "treatment with a cast")
SYSTEMS = [System("bm25"), System("dense"), System()]


def many(count: int) -> dict[str, str]:
    """Reports of a sentence each."""
    parts = ("hand", "foot", "knee", "elbow", "ear")
    return {f"r{at:03d}": f"Patient {at} had a rash of the {parts[at % 5]}." for at in range(count)}


def inodes(small: Indexed, manifest: Manifest) -> dict[str, set[int]]:
    """The files of each segment, as the file system numbers them."""
    place = small.folder.generation(manifest.generation)
    return {
        segment.name: {(segment_place(place, segment.name) / name).stat().st_ino for name in segment.files}
        for segment in manifest.segments
    }


def latest(small: Indexed) -> Manifest:
    number = small.folder.current_generation()
    assert number is not None
    return read_manifest(small.folder, number)


def answers(generation: Generation) -> list[list[tuple[str, float]]]:
    """What every system says to every query: ids and scores."""
    return [
        [(name, round(score, 5)) for name, score in rank_reports(generation, query, system, 50)]
        for query in QUERIES
        for system in SYSTEMS
    ]


def test_a_few_new_reports_leave_the_old_files_as_they_are(tmp_path: Path) -> None:
    """The segment that holds the old reports is the same file, linked; the new one holds the new reports alone."""
    small = indexed(tmp_path, many(20))
    before = inodes(small, latest(small))
    small.put({"new": "A nun had hiccups."})
    small.build()
    manifest = latest(small)
    assert [(segment.name, segment.reports) for segment in manifest.segments] == [("000001", 20), ("000002", 1)]
    assert inodes(small, manifest)["000001"] == before["000001"]
    assert (manifest.reports, manifest.changes.added) == (21, 1)


def test_a_changed_sentence_embeds_only_the_passages_that_hold_it(tmp_path: Path) -> None:
    """The other passages of the report, and all other reports, cost no embedding."""
    encoder = CountingEncoder()
    sections = "\n\n".join(f"# Section {at}\n\nThe patient had sign {at}. It went." for at in range(6))
    small = indexed(tmp_path, {**many(10), "long": sections}, encoder)
    encoder.passages.clear()
    small.put({"long": sections.replace("sign 3", "a new sign")})
    small.build()
    assert len(encoder.passages) == 1
    assert "a new sign" in encoder.passages[0]
    assert latest(small).changes.updated == 1


def test_what_is_gone_is_masked_and_its_files_stay(tmp_path: Path) -> None:
    """Taking out a report writes no segment; its passages and words are found no more."""
    small = indexed(tmp_path, {**many(20), "nun": "A nun had hiccups."})
    before = inodes(small, latest(small))
    small.catalog.delete("nun")
    small.build()
    manifest = latest(small)
    assert inodes(small, manifest) == before
    assert (manifest.reports, manifest.segments[0].reports, manifest.changes.removed) == (20, 21, 1)
    (alive,) = read_alive(small.folder, manifest)
    assert alive.tolist() == [False, *[True] * 20]
    generation = small.generation()
    assert "nun" not in generation.ordinals
    for system in SYSTEMS:
        assert "nun" not in [name for name, _ in rank_reports(generation, "nun hiccups", system, 50)]


def test_a_report_that_comes_back_costs_nothing(tmp_path: Path) -> None:
    """The reading that was masked is alive again, without a new segment."""
    small = indexed(tmp_path, {**many(20), "nun": "A nun had hiccups."})
    small.catalog.delete("nun")
    small.build()
    small.put({"nun": "A nun had hiccups."})
    small.build()
    manifest = latest(small)
    assert [segment.name for segment in manifest.segments] == ["000001"]
    assert rank_reports(small.generation(), "hiccups", System("bm25"), 5)[0][0] == "nun"


def test_small_segments_are_folded_together(tmp_path: Path) -> None:
    """However often one report is added, there are few segments, and no report is embedded twice."""
    encoder = CountingEncoder()
    small = indexed(tmp_path, many(64), encoder)
    for at in range(24):
        small.put({f"new{at}": f"Nun {at} had hiccups."})
        small.build()
        assert len(latest(small).segments) <= MOST_SEGMENTS
    assert latest(small).segments[0].name == "000001"
    assert len(encoder.passages) == len(set(encoder.passages))
    assert small.generation().manifest.reports == 88


def test_a_segment_that_is_mostly_gone_is_written_anew(tmp_path: Path) -> None:
    """Dead weight is not carried for ever."""
    small = indexed(tmp_path, many(20))
    for at in range(12):
        small.catalog.delete(f"r{at:03d}")
    small.build()
    (segment,) = latest(small).segments
    assert (segment.name, segment.reports) == ("000002", 8)


def test_a_forced_build_is_one_whole_segment(tmp_path: Path) -> None:
    """All that was added and masked is folded in; nothing is embedded for it."""
    encoder = CountingEncoder()
    small = indexed(tmp_path, many(20), encoder)
    small.put({"new": "A nun had hiccups."})
    small.catalog.delete("r003")
    small.build()
    before, embedded = answers(small.generation()), len(encoder.passages)
    small.build(force=True)
    (segment,) = latest(small).segments
    assert segment.reports == latest(small).reports == 20
    assert len(encoder.passages) == embedded
    assert answers(small.generation()) == before


def test_a_damaged_segment_is_not_handed_on(tmp_path: Path) -> None:
    """A build checks what it takes over; reports of a damaged segment are written anew from the catalog."""
    small = indexed(tmp_path, many(20))
    (segment_place(small.folder.generation(1), "000001") / "vectors.npy").write_bytes(b"noise")
    small.put({"new": "A nun had hiccups."})
    small.build()
    manifest = latest(small)
    assert [(segment.name, segment.reports) for segment in manifest.segments] == [("000002", 21)]
    assert small.generation().manifest.reports == 21


@pytest.mark.parametrize("damage", ["noise", None])
def test_a_damaged_manifest_is_no_base(tmp_path: Path, damage: str | None) -> None:
    """Where the newest generation cannot be read, everything is written anew; embeddings are kept."""
    encoder = CountingEncoder()
    small = indexed(tmp_path, many(8), encoder)
    embedded = len(encoder.passages)
    path = small.folder.generation(1) / "manifest.json"
    path.write_text(damage) if damage else path.unlink()
    assert small.build() == 2
    assert small.generation().manifest.reports == 8
    assert len(encoder.passages) == embedded


def test_files_that_cannot_be_linked_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without hard links costs room, nothing else."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    small = indexed(tmp_path, many(20))
    small.put({"new": "A nun had hiccups."})
    monkeypatch.setattr("os.link", refuse)
    small.build()
    manifest = latest(small)
    assert inodes(small, manifest)["000001"].isdisjoint(inodes(small, read_manifest(small.folder, 1))["000001"])
    assert rank_reports(small.generation(), "hiccups", System("bm25"), 5)[0][0] == "new"


Step = tuple[str, dict[str, str]]


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, str | None]]:
    """Changes one after another: texts by id; None takes a report out."""
    ids = st.sampled_from([f"r{at}" for at in range(7)])
    change = st.dictionaries(ids, st.one_of(documents(), st.none()), min_size=1, max_size=5)
    return draw(st.lists(change, min_size=1, max_size=6))


@settings(max_examples=40, deadline=None)
@given(history=histories())
def test_an_index_grown_step_by_step_answers_like_one_built_at_once(history: list[dict[str, str | None]]) -> None:
    """After any additions, corrections and removals every system gives the same reports with the same scores."""
    with tempfile.TemporaryDirectory() as root:
        grown, now = empty(Path(root) / "grown"), dict[str, str]()
        grown.put({"first": "The farmer was bitten by a viper."})
        grown.build()
        for change in history:
            for name, text in change.items():
                if text is not None:
                    grown.put({name: text})
                    now[name] = text
                elif now.pop(name, None) is not None:
                    grown.catalog.delete(name)
            grown.build()
        once = indexed(Path(root) / "once", {"first": "The farmer was bitten by a viper.", **now})
        one, other = grown.generation(), once.generation()
        assert one.manifest.reports == other.manifest.reports == len(one.ordinals)
        assert one.manifest.passages == other.manifest.passages
        assert answers(one) == answers(other)
        for name, ordinal in one.ordinals.items():
            rows, expected = (each.rows_of(np.array([each.ordinals[name]])) for each in (one, other))
            assert [one.passage(int(row)).span for row in rows] == [other.passage(int(row)).span for row in expected]
            assert one.stored(ordinal).report.text == other.stored(other.ordinals[name]).report.text


def test_an_older_format_is_built_anew(tmp_path: Path) -> None:
    """An index that another version wrote is replaced by the next build, its number not used again."""
    small = indexed(tmp_path, many(5))
    path = small.folder.generation(1) / "manifest.json"
    path.write_text(path.read_text().replace(f'"format": {FORMAT}', f'"format": {FORMAT - 1}'))
    assert build(small.folder, small.catalog, small.encoder).manifest.generation == 2
    assert small.generation().manifest.reports == 5


def test_equal_reports_come_by_id_however_the_index_came_to_be(tmp_path: Path) -> None:
    """Where many score the same, those that are shown and their order do not depend on what was indexed when."""
    reports = {f"s{at:03d}": "A nun had hiccups after lunch." for at in range(47)}
    once = indexed(tmp_path / "once", {**many(5), **reports})
    grown = indexed(tmp_path / "grown", {**many(5), **{name: reports[name] for name in sorted(reports)[::3]}})
    grown.put(reports)
    grown.build()
    for system in SYSTEMS:
        for depth in (3, 6, 20, 60):
            found = [rank_reports(each.generation(), "hiccups after lunch", system, depth) for each in (once, grown)]
            assert found[0] == found[1], (system, depth)


def test_a_score_does_not_depend_on_what_stands_beside(tmp_path: Path) -> None:
    """To the last bit: passages have the same cosine in segments of any size."""
    reports = {f"r{at:02d}": f"Patient {at} had {prose(at, 40)}." for at in range(48)}
    once = indexed(tmp_path / "once", reports, HashingEncoder(384))
    grown = indexed(tmp_path / "grown", dict(list(reports.items())[:41]), HashingEncoder(384))
    grown.put(reports)
    grown.build()
    for at in range(20):
        found = [rank_reports(each.generation(), prose(at, 6), System(), 48) for each in (once, grown)]
        assert found[0] == found[1]
