"""Cases are stored with the segment that holds their report: read once, found by ordinal, checked like its files."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cases import reading, side_by_side
from corpus.cases.model import Cases
from corpus.cases.packing import pack
from corpus.cases.reading import read_cases
from corpus.cases.side_by_side import SideBySide
from corpus.model import Report
from indexer import build as building
from indexer import cases as room
from indexer.build import build
from indexer.cases import CasesWriter, KnownCases, SegmentCases, name
from indexer.errors import DamagedError, MismatchError
from indexer.manifest import segment_place
from indexer.segments import cases_folder
from tests.fakes import CASES, CountingEncoder, Indexed, documents, indexed, make_report

TREATED = {
    f"treated-{drug}": f"# Case report\n\nA {age}-year-old woman had a rash. She was treated with {drug}. It went."
    for age, drug in ((31, "doxycycline"), (47, "prednisone"), (58, "colchicine"))
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """The reports whose cases are read while a test runs."""
    seen: list[Report] = []

    def counting(report: Report) -> Cases:
        seen.append(report)
        return read_cases(report)

    monkeypatch.setattr(side_by_side, "read_cases", counting)
    return seen


def write(place: Path, reports: Sequence[Report], at_hand: Sequence[bytes | None] = ()) -> None:
    """What a segment keeps of these reports; some are read already."""
    with CasesWriter(place, SideBySide(len(reports))) as writer:
        for report, packed in zip(reports, at_hand or [None] * len(reports), strict=True):
            writer.add(report, packed)
        writer.finish()


def drugs(cases: Cases) -> list[str]:
    return [each.name for patient in cases.patients for each in patient.treatments]


def assert_right(small: Indexed) -> None:
    """Every report that is served has the cases that its text tells, unpacked once."""
    generation = small.generation()
    for ordinal in generation.ordinals.values():
        assert generation.cases(ordinal) == read_cases(generation.stored(ordinal).report)
        assert generation.cases(ordinal) is generation.cases(ordinal)


class TestFiles:
    """What a segment keeps."""

    @given(texts=st.lists(documents(), max_size=4))
    def test_every_report_has_its_own(self, texts: list[str]) -> None:
        """In the order in which they came, read on the spot or taken over."""
        reports = [make_report(text) for text in texts]
        with tempfile.TemporaryDirectory() as root:
            for place, at_hand in ((Path(root) / "read", False), (Path(root) / "taken", True)):
                write(place, reports, [pack(read_cases(report)) if at_hand else None for report in reports])
                found = SegmentCases(place)
                assert [found.of(at) for at in range(len(found))] == list(map(read_cases, reports))

    @pytest.mark.parametrize("name", ["packed", "packed_starts.npy"])
    @pytest.mark.parametrize("left", [b"noise", b"", None])
    def test_a_file_that_is_spoilt_is_damage(self, tmp_path: Path, name: str, left: bytes | None) -> None:
        """Cut, empty, gone or something else: the folder is named, and what mends it."""
        write(tmp_path / "cases", [make_report(TREATED["treated-colchicine"])])
        (tmp_path / "cases" / name).unlink()
        if left is not None:
            (tmp_path / "cases" / name).write_bytes(left)
        with pytest.raises(DamagedError, match=r"cases: the patients' cases cannot be opened .*--rebuild"):
            SegmentCases(tmp_path / "cases")

    def test_one_report_that_is_spoilt_is_damage_when_asked_for(self, tmp_path: Path) -> None:
        """It is told by its number; the others can be read."""
        write(tmp_path / "cases", list(map(make_report, TREATED.values())))
        path = tmp_path / "cases" / "packed"
        path.write_bytes(b"?" + path.read_bytes()[1:])
        found = SegmentCases(tmp_path / "cases")
        with pytest.raises(DamagedError, match=r"cases of report 0: .*--rebuild"):
            found.of(0)
        assert drugs(found.of(2)) == ["colchicine"]

    def test_a_segment_without_reports_has_none(self, tmp_path: Path) -> None:
        """An empty file can be opened."""
        write(tmp_path / "cases", [])
        assert len(SegmentCases(tmp_path / "cases")) == 0

    def test_what_was_read_before_is_known_by_what_it_was_read_from(self, tmp_path: Path) -> None:
        """Any other reading of the report is not."""
        reports = [make_report(text) for text in TREATED.values()]
        write(tmp_path / "cases", reports)
        known = KnownCases([(SegmentCases(tmp_path / "cases"), [("a", 1), ("b", 1), ("c", 2)])])
        assert known.of(("c", 2)) == pack(read_cases(reports[2]))
        assert known.of(("c", 1)) is None
        assert (("c", 2) in known, ("c", 1) in known) == (True, False)
        assert KnownCases().of(("a", 1)) is None


class TestInAGeneration:
    """The cases of what is served."""

    def test_they_follow_each_report_through_changes(self, tmp_path: Path) -> None:
        """Across segments, after one report changed, one left and one came."""
        small = indexed(tmp_path, {**CASES, **TREATED})
        assert_right(small)
        small.catalog.delete("gout")
        small.put({"treated-prednisone": "# Case report\n\nA man was given ibuprofen. He healed.", "nun": "A nun."})
        small.build()
        generation = small.generation()
        assert len(generation.segments) == 2
        assert_right(small)
        assert drugs(generation.cases(generation.ordinals["treated-prednisone"])) == ["ibuprofen"]
        assert drugs(generation.cases(generation.ordinals["treated-doxycycline"])) == ["doxycycline"]

    def test_what_is_taken_over_is_not_read_again(self, tmp_path: Path, read: list[Report]) -> None:
        """A segment that is linked costs no reading, nor does one that is folded: only what is new or changed does."""
        small = indexed(tmp_path, {**CASES, **TREATED})
        assert len(read) == len(CASES) + len(TREATED)
        small.put({"nun": "A nun had hiccups."})
        small.build()
        small.put({"monk": "A monk had hiccups."})
        small.build()  # the nun's segment is folded into the monk's
        assert [report.text for report in read[-2:]] == ["A nun had hiccups.", "A monk had hiccups."]
        assert len(read) == len(CASES) + len(TREATED) + 2
        assert [segment.info.reports for segment in small.generation().segments] == [len(read) - 2, 2]
        assert_right(small)

    def test_a_forced_build_reads_all_of_them_anew(self, small: Indexed, read: list[Report]) -> None:
        """It trusts nothing that was written before."""
        small.build(force=True)
        assert len(read) == len(CASES)

    def test_they_are_among_the_files_that_are_checked(self, small: Indexed) -> None:
        """Each file has its digest in the manifest, so that damage is noticed before anything is served."""
        manifest = small.generation().manifest
        (segment,) = manifest.segments
        place = segment_place(small.folder.generation(manifest.generation), segment.name)
        assert {path.name for path in cases_folder(place).iterdir()} == {
            "packed",
            "packed_starts.npy",
            "given.npy",
            "given.json",
        }
        assert all(path.relative_to(place).as_posix() in segment.files for path in cases_folder(place).iterdir())
        path = cases_folder(place) / "packed"
        path.write_bytes(path.read_bytes()[::-1])
        with pytest.raises(DamagedError, match="digest"):
            small.generation()

    def test_damaged_cases_are_not_taken_over(self, tmp_path: Path) -> None:
        """A segment whose cases differ from their digest is written anew from the catalog, not folded as it is."""
        small = indexed(tmp_path, {**CASES, **TREATED})
        path = cases_folder(segment_place(small.folder.generation(1), "000001")) / "packed"
        path.write_bytes(path.read_bytes()[::-1])
        small.put({"nun": "A nun had hiccups."})
        small.build()
        assert_right(small)

    def test_equal_corpora_make_equal_files(self, tmp_path: Path) -> None:
        """Byte for byte, whatever the order of arrival."""
        one, two = indexed(tmp_path / "one", TREATED), indexed(tmp_path / "two", dict(reversed(TREATED.items())))
        places = [cases_folder(segment_place(each.folder.generation(1), "000001")) for each in (one, two)]
        for path in places[0].iterdir():
            assert path.read_bytes() == (places[1] / path.name).read_bytes()


class TestVersion:
    """What cases were read by is part of what a generation is."""

    def test_it_names_the_rules_and_the_terminology(self, small: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
        """The manifest holds it; either one changes it."""
        assert small.generation().manifest.extraction == name()
        assert name().startswith(f"{reading.VERSION}+")
        before = name()
        monkeypatch.setattr(room, "shipped_digest", lambda: "another")
        assert name() == before.rpartition("+")[0] + "+another"

    def test_another_one_is_read_anew_and_nothing_is_embedded(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[Report]
    ) -> None:
        """The old generation is refused with the command that mends it; that reads all cases, and embeds nothing."""
        encoder = CountingEncoder()
        small = indexed(tmp_path, TREATED, encoder)
        encoder.passages.clear()
        read.clear()
        monkeypatch.setattr(room, "VERSION", "cases/next")
        with pytest.raises(MismatchError, match=r"extraction cases/.*cases/next.*: run `casetrove index`$"):
            small.generation()
        assert building.is_behind(small.folder, small.catalog)
        built = build(small.folder, small.catalog, small.encoder)
        assert built.manifest.changes is not None
        assert built.manifest.changes.remade == "another extraction"
        assert (len(read), encoder.passages) == (len(TREATED), [])
        assert_right(small)
        assert not building.is_behind(small.folder, small.catalog)
