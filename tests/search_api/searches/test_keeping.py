from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from corpus.errors import UsageError
from search_api.config import HYBRID, System, unexpanded
from search_api.evidence.choosing import Chosen
from search_api.model import SearchResult
from search_api.retrieval.query import Given
from search_api.searches.keeping import readings_of
from search_api.searches.model import By
from tests.fakes import make_report

from .conftest import Kept, keeping

BY = By("cli")


class TestWhatIsKept:
    """Everything that a review must tell of a search."""

    def test_a_search_is_kept_with_all_that_was_asked_and_found(self, kept: Kept) -> None:
        """The line as typed, every parameter, the corpus, and each passage in its place."""
        system = System("hybrid", dense_weight=0.3)
        given = Given(must=("calcinosis",), filters={"age": ["<90"]})
        line = "  calcinosis of the Hands?  "
        found = kept.service.search(
            line, k=4, max_per_report=1, system=system, given=given, duplicates=True, by=By("http", "ward 3")
        )
        assert found.search_id is not None
        run = kept.searches.get(found.search_id)
        assert (run.by, run.line) == (By("http", "ward 3"), line)
        request = run.request
        assert (request.k, request.max_per_report, request.duplicates) == (4, 1, True)
        assert (request.system, request.given) == (system, given)
        assert [(place.report_id, place.start, place.end, place.score) for place in run.places] == [
            (hit.report_id, hit.start, hit.end, hit.score) for hit in found.hits
        ]
        manifest = kept.made.generation().manifest
        assert (run.corpus.generation, run.corpus.digest) == (manifest.generation, manifest.corpus_digest)
        assert (run.corpus.encoder_fingerprint, run.corpus.reports) == (manifest.encoder_fingerprint, 7)
        assert [each["name"] for each in run.told.expansions] == [each.name for each in found.expansions]
        assert run.told.took_ms == found.took_ms

    def test_an_answer_is_kept_with_its_sentences_and_its_reason(self, kept: Kept) -> None:
        """And one that was not given, with why."""
        found = kept.service.ask("What was given for calcinosis cutis?", k=3, by=BY)
        assert found.answerable
        run = kept.searches.get(found.search_id or "")
        assert [(place.start, place.end) for place in run.places] == [
            (each.start, each.end) for each in found.sentences
        ]
        assert (run.told.answerable, run.told.reason, run.request.k) == (True, found.reason, 3)
        silent = kept.searches.get(kept.service.ask("What was given for leprosy?", by=BY).search_id or "")
        assert (silent.told.answerable, silent.places) == (False, ())

    def test_a_table_is_kept_with_its_rows(self, kept: Kept) -> None:
        """Each row by the words that it stands on and its treatment, with what bounded the table."""
        chosen = Chosen(kinds=("drug",), sort="-year")
        found = kept.service.evidence("calcinosis", treatments=["diltiazem"], chosen=chosen, by=BY)
        run = kept.searches.get(found.search_id or "")
        assert len(run.places) == len(found.rows) > 0
        for place, each in zip(run.places, found.rows, strict=True):
            text = kept.made.catalog.get(place.report_id).report.text
            assert text[place.start : place.end] == each.row.quotes[0].text
            assert place.label == "patient 1: diltiazem, given"
        assert (run.request.treatments, run.request.chosen) == (("diltiazem",), chosen)
        assert (run.counts.naming, run.counts.looked_into) == (found.population.naming, found.population.looked_into)

    def test_the_counts_are_those_of_the_corpus_and_the_conditions(self, kept: Kept) -> None:
        """Reports in all, those that meet the conditions, and those that do not tell."""
        run = kept.searches.get(kept.service.search("calcinosis sex:male +hands", by=BY).search_id or "")
        assert (run.counts.reports, run.counts.meeting, run.counts.reports_found) == (7, 1, 1)
        free = kept.searches.get(kept.service.search("calcinosis", by=BY).search_id or "")
        assert free.counts.meeting is None

    def test_duplicates_are_counted_where_they_are_taken_out(self, kept: Kept) -> None:
        """Copies of an article merged in the catalog, and passages that say the same as one shown."""
        text = kept.made.catalog.get("treated").report
        kept.made.catalog.put("treated", text, "/elsewhere/copy.txt")
        kept.change({"again": make_report(text.text.replace("Case report", "# Case report"), "Another title")})
        run = kept.searches.get(kept.service.search("calcinosis cutis diltiazem hands", by=BY).search_id or "")
        assert (run.counts.merged, run.counts.near_duplicates) == (1, 1)

    def test_whether_more_was_looked_for_can_be_seen(self, kept: Kept) -> None:
        """A search for one's own words alone is told from one that found nothing else to look for."""
        own = kept.searches.get(kept.service.search("zebra", system=unexpanded(HYBRID), by=BY).search_id or "")
        more = kept.searches.get(kept.service.search("zebra", by=BY).search_id or "")
        assert (own.request.expands, more.request.expands) == (False, True)
        assert not kept.searches.get(
            kept.service.search("zebra", system=System("bm25"), by=BY).search_id or ""
        ).request.expands

    def test_the_corpus_is_known_to_the_reading(self, kept: Kept) -> None:
        """What the searched generation held is what the log tells of it, after the next one is served, too."""
        found = kept.service.search("calcinosis", by=BY)
        then = readings_of(kept.made.generation())
        kept.change({"later": "# Case\n\nNothing.", "gout": "# Case report\n\nGout again."}, delete=("snake",))
        kept.service.search("calcinosis", by=BY)
        assert dict(kept.searches.readings(kept.searches.get(found.search_id or ""))) == then


class TestWhatIsNotKept:
    """Who does not want a log has none; and a log that fails costs no answer."""

    def test_only_what_says_how_it_came_is_kept(self, kept: Kept) -> None:
        """Nothing that the program asks itself, no story of a patient, and no question that was refused."""
        assert kept.service.search("calcinosis").search_id is None
        kept.service.similar("A woman of 34 with lupus and calcinosis.")
        with pytest.raises(UsageError):
            kept.service.search("  ", by=BY)
        assert kept.searches.newest(9) == []

    def test_a_service_without_a_log_keeps_nothing(self, kept: Kept) -> None:
        """As it is unless told otherwise: no id, no notice, no file."""
        service = type(kept.service)(kept.made.folder, kept.service.encoders)
        for found in (service.search("calcinosis", by=BY), service.ask("calcinosis", by=BY)):
            assert (found.search_id, found.bounds.notices) == (None, ())
        assert not kept.made.folder.searches.exists()

    def test_a_folder_that_cannot_be_written_is_searched_all_the_same(
        self, kept: Kept, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Each answer is whole, and says that it is not in the log, and why."""
        folder = kept.made.folder
        folder.searches.mkdir()  # what SQLite cannot open, whoever asks it
        for found in (
            kept.service.search("calcinosis", by=BY),
            kept.service.ask("What was given for calcinosis cutis?", by=BY),
            kept.service.evidence("calcinosis", by=BY),
        ):
            assert found.search_id is None
            (*_, notice) = found.bounds.notices
            assert "is not in the search log" in notice
            assert "searches.sqlite" in notice
        folder.searches.rmdir()
        assert kept.service.search("calcinosis", by=BY).search_id == "s000001"

    def test_a_log_that_may_only_be_read_is_read(self, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
        """Those kept before are there; a new one is answered, with a notice."""
        kept.service.search("calcinosis", by=BY)
        root = str(kept.made.folder.root)
        monkeypatch.setattr(os, "access", lambda path, mode: not (mode & os.W_OK and str(path).startswith(root)))
        service = keeping(kept.made)
        found = service.search("calcinosis", by=BY)
        assert found.hits
        assert (found.search_id, len(found.bounds.notices)) == (None, 1)
        assert len(service.searches.newest(9)) == 1

    @pytest.mark.parametrize("damage", [b"noise" * 4000, b""])
    def test_a_damaged_log_costs_no_answer(self, kept: Kept, damage: bytes) -> None:
        """Noise where the log was: the search answers; an empty file is filled."""
        kept.made.folder.searches.write_bytes(damage)
        found = kept.service.search("calcinosis", by=BY)
        assert isinstance(found, SearchResult)
        assert found.hits
        assert (found.search_id is None) == bool(damage)

    def test_a_full_disk_costs_no_answer(self, kept: Kept) -> None:
        """SQLite is told that the file may grow no more: the answer is whole, and the log as it was."""
        kept.service.search("calcinosis", by=BY)
        file = kept.searches._opened()
        (pages,) = file._row("PRAGMA page_count")
        file._run(f"PRAGMA max_page_count={pages}")
        lines = [f"calcinosis {'x' * 900} {number}" for number in range(30)]
        found = [kept.service.search(line, by=BY) for line in lines]
        assert all(each.hits for each in found)
        refused = [each for each in found if each.search_id is None]
        assert refused
        assert all("not in the search log" in each.bounds.notices[-1] for each in refused)
        with closing(sqlite3.connect(kept.made.folder.searches)) as there:
            assert there.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(kept.searches.newest(99)) == 1 + len(found) - len(refused)

    def test_nothing_is_written_beside_the_log(self, kept: Kept, tmp_path: Path) -> None:
        """The log is one file of the data folder, and what SQLite keeps with it."""
        before = {path.name for path in kept.made.folder.root.iterdir()}
        kept.service.search("calcinosis", by=BY)
        new = {path.name for path in kept.made.folder.root.iterdir()} - before
        assert {name.split(".sqlite")[0] for name in new} == {"searches"}
