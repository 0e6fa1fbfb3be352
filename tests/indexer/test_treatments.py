"""The table of what patients were given: written with a segment, joined, looked up by concept and by name."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cases.model import GIVEN, Cases, PatientCase, Status, Treatment
from corpus.model import Span
from corpus.terminology.naming import key
from corpus.terminology.terminology import shipped
from indexer.errors import DamagedError
from indexer.treatments import ROW, Named, Treatments, TreatmentsWriter, joined, open_treatments
from tests.drawn_cases import cases
from tests.fakes import indexed

NOWHERE = Span(0, 1)


def treatment(
    name: str, status: Status = "given", concepts: tuple[str, ...] = (), classes: tuple[str, ...] = ()
) -> Treatment:
    return Treatment(NOWHERE, name, name, concepts, "drug", status, NOWHERE, classes)


def patient(*treatments: Treatment) -> PatientCase:
    return PatientCase(1, treatments=treatments)


def table(place: Path, *reports: Cases) -> Treatments:
    """Written into ``place`` and opened again."""
    place.mkdir(parents=True, exist_ok=True)
    writer = TreatmentsWriter(place)
    for each in reports:
        writer.add(each)
    writer.finish()
    return open_treatments(place, len(reports))


def told(found: Treatments) -> list[set[str]]:
    """The names of each report's treatments."""
    names: list[set[str]] = [set() for _ in range(found.reports)]
    for report, name in found.rows.tolist():
        names[report].add(found.names[name].name)
    return names


def given_in(report: Cases) -> set[str]:
    """The oracle: the names of what the patients of a report had."""
    return {each.name for one in report.patients for each in one.treatments if each.status in GIVEN}


class TestTable:
    """What is kept of a segment's reports."""

    @given(segments=st.lists(st.lists(cases(), max_size=4), max_size=3))
    def test_every_report_has_what_its_patients_had_whatever_the_segments(self, segments: list[list[Cases]]) -> None:
        """Nothing that was only planned, precluded or declined, and nothing of the literature."""
        with tempfile.TemporaryDirectory() as root:
            parts = [table(Path(root) / str(at), *reports) for at, reports in enumerate(segments)]
        whole = joined(parts)
        reports = [each for segment in segments for each in segment]
        assert told(whole) == list(map(given_in, reports))
        assert whole.told.tolist() == [bool(given_in(each)) for each in reports]
        assert len(set(whole.names)) == len(whole.names)
        assert (np.diff(whole.rows["report"]) >= 0).all()

    @pytest.mark.parametrize("status", ["planned", "precluded", "declined"])
    def test_what_was_not_given_is_not_there(self, tmp_path: Path, status: Status) -> None:
        """A treatment that is both planned and given is, once."""
        found = table(
            tmp_path, Cases((patient(treatment("zinc", status)),)),
            Cases((patient(treatment("zinc", status), treatment("zinc"), treatment("zinc", "past")),)),
            Cases((), (treatment("zinc"),)),
        )  # fmt: skip
        assert told(found) == [set(), {"zinc"}, set()]
        assert len(found.rows) == 1

    @pytest.mark.parametrize("name", ["given.npy", "given.json"])
    @pytest.mark.parametrize("left", [b"noise", b"", b"[[1]]", None])
    def test_a_file_that_is_spoilt_is_damage(self, tmp_path: Path, name: str, left: bytes | None) -> None:
        """It is said so, with what mends it."""
        table(tmp_path, Cases((patient(treatment("zinc")),)))
        (tmp_path / name).unlink()
        if left is not None:
            (tmp_path / name).write_bytes(left)
        with pytest.raises(DamagedError, match="casetrove index --rebuild"):
            open_treatments(tmp_path, 1)

    def test_a_number_without_a_name_is_damage(self, tmp_path: Path) -> None:
        """The two files must belong together."""
        table(tmp_path, Cases((patient(treatment("zinc"), treatment("gold")),)))
        (tmp_path / "given.json").write_text(json.dumps([["zinc", [], []]]), encoding="ascii")
        with pytest.raises(DamagedError):
            open_treatments(tmp_path, 1)


class TestLookingUp:
    """``of``: which reports tell that a patient was given it."""

    def test_a_concept_is_found_by_its_identifier_and_a_name_by_its_words(self, tmp_path: Path) -> None:
        """Case and plural do not count; the name of the class does."""
        (zinc,) = shipped().named("zinc")
        found = table(
            tmp_path,
            Cases((patient(treatment("zinc", concepts=(shipped().identifier(zinc),))),)),
            Cases((patient(treatment("Stripe Ointments", classes=("ointments against stripes",))),)),
            Cases((patient(),)),
        )
        assert found.of(frozenset({zinc}), "").tolist() == [True, False, False]
        assert found.of(frozenset(), "stripe ointment").tolist() == [False, True, False]
        assert found.of(frozenset(), "Ointment against stripes").tolist() == [False, True, False]
        assert found.of(frozenset({zinc}), "stripe ointment").tolist() == [True, True, False]
        assert not found.of(frozenset(), "gold").any()

    @given(reports=st.lists(cases(), max_size=4), name=st.text(max_size=8))
    def test_names_are_found_as_the_oracle_finds_them(self, reports: list[Cases], name: str) -> None:
        """By the form in which the terminology compares names, of the treatment or of one of its classes."""
        with tempfile.TemporaryDirectory() as root:
            found = table(Path(root), *reports)
        for wanted in (name, *(each.name for each in found.names)):
            assert found.of(frozenset(), wanted).tolist() == [
                any(
                    key(wanted) in {key(each.name), *map(key, each.classes)}
                    for one in report.patients
                    for each in one.treatments
                    if each.status in GIVEN
                )
                for report in reports
            ]

    def test_no_segments_have_no_treatments(self) -> None:
        """An empty index can be asked."""
        nothing = joined([])
        assert (nothing.reports, nothing.names, nothing.rows.dtype) == (0, (), ROW)
        assert nothing.of(frozenset({1}), "zinc").tolist() == []


class TestGeneration:
    """The table of what is served."""

    def test_a_generation_has_what_its_cases_tell(self, tmp_path: Path) -> None:
        """Also over several segments, one of which was taken over."""
        small = indexed(tmp_path)
        small.put({"toe": "# Case report\n\nA woman of 40 had a sore toe. She was treated with prednisone."})
        small.build()
        generation = small.generation()
        assert len(generation.segments) > 1 or len(generation.report_ids) == 7
        names = told(generation.treatments)
        for ordinal in generation.ordinals.values():
            assert names[ordinal] == given_in(generation.cases(ordinal))
        assert {"diltiazem"} <= names[generation.ordinals["calcinosis"]]
        assert Named in {type(each) for each in generation.treatments.names}
