from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import NotFoundError
from indexer.build import build
from indexer.manifest import read_manifest
from search_api import rebuilder as rebuilder_module
from search_api.jobs import RebuildState
from search_api.library import Library
from search_api.uploads import Upload
from tests.fakes import prose

from .conftest import LATER, REPORTS, Site, open_site, wait_until

HICCUPS = REPORTS["hiccups.txt"].encode()
OTHER = f"Invented report: a sneeze in the choir\n\nCase presentation\n\n{prose(1, 90)}.\n".encode()


@pytest.fixture
def library_site(tmp_path: Path) -> Iterator[Site]:
    """A site whose library runs, without any HTTP."""
    site = open_site(tmp_path, REPORTS)
    site.library.start()
    yield site
    site.encoder.gate.set()
    site.library.stop()


def kept(site: Site) -> list[str]:
    """The names of the uploaded files that are kept, without their digests."""
    return sorted(path.name[17:] for path in site.folder.uploads.glob("*"))


def served_reports(site: Site) -> int:
    """How many reports the served generation holds."""
    return site.service.live.pin().manifest.reports


class TestUploads:
    """Files in."""

    def test_an_upload_becomes_a_report_that_search_finds(self, library_site: Site) -> None:
        """A file sent in is read at once, and found after the rebuild that follows by itself."""
        (uploaded,) = library_site.add(Upload("toes.txt", LATER))
        assert (uploaded.outcome, uploaded.read, uploaded.source) == ("read", 1, "upload:toes.txt")
        library_site.settled()
        best = library_site.service.search("purple toes grape treading").hits[0]
        assert (best.report_id, best.citation.source) == (uploaded.report_id, "upload:toes.txt")

    def test_the_bytes_of_an_upload_are_kept_as_they_came(self, library_site: Site) -> None:
        """The uploaded bytes survive under uploads/, so that a better reader can read them again."""
        library_site.add(Upload("toes.txt", LATER))
        (path,) = library_site.folder.uploads.iterdir()
        assert path.name.endswith("-toes.txt")
        assert path.read_bytes() == LATER

    def test_the_same_bytes_again_change_nothing(self, library_site: Site) -> None:
        """Sending the same file twice is noticed by its bytes: unchanged, one report, one file kept."""
        first = library_site.add(Upload("toes.txt", LATER))[0]
        again = library_site.add(Upload("toes.txt", LATER))[0]
        assert (again.outcome, again.report_id) == ("unchanged", first.report_id)
        assert kept(library_site) == ["toes.txt"]

    def test_the_same_article_under_another_name_is_a_duplicate(self, library_site: Site) -> None:
        """One article in two files is one report with two sources."""
        first, second = library_site.add(Upload("a.txt", LATER), Upload("b.txt", LATER))
        assert (second.outcome, second.report_id) == ("duplicate", first.report_id)
        sources = library_site.service.catalog.sources(first.report_id or "")
        assert [source.place for source in sources] == ["upload:a.txt", "upload:b.txt"]

    def test_a_name_that_is_taken_never_replaces_the_report_that_has_it(self, library_site: Site) -> None:
        """Two different articles that are both called report.txt are two reports; a name is only a label."""
        first, second = library_site.add(Upload("report.txt", LATER), Upload("report.txt", OTHER))
        assert [first.outcome, second.outcome] == ["read", "read"]
        assert second.source == "upload:report (2).txt"
        assert library_site.service.catalog.get(first.report_id or "").report.text.startswith("Invented report: purple")
        again = library_site.add(Upload("report.txt", OTHER))[0]
        assert (again.outcome, again.source) == ("unchanged", "upload:report (2).txt")

    def test_a_file_whose_reading_was_killed_half_way_keeps_its_name(self, library_site: Site) -> None:
        """Read again after a kill, a file is known by the bytes kept under its name, and other bytes get a number."""
        library_site.add(Upload("toes.txt", LATER))
        library_site.service.catalog.note_file("upload:toes.txt", "", "", failed=False)  # as a killed reading leaves it
        assert library_site.add(Upload("toes.txt", OTHER))[0].source == "upload:toes (2).txt"
        again = library_site.add(Upload("toes.txt", LATER))[0]
        assert (again.outcome, again.source) == ("unchanged", "upload:toes.txt")
        assert kept(library_site) == ["toes (2).txt", "toes.txt"]

    def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(self, library_site: Site) -> None:
        """Each file has its own outcome; the bad one names itself and is not kept."""
        bad, good = library_site.add(Upload("empty.txt", b""), Upload("toes.txt", LATER))
        assert (bad.outcome, bad.failures[0].code, bad.report_id) == ("failed", "empty", None)
        assert "empty.txt" in bad.failures[0].reason
        assert good.outcome == "read"
        assert kept(library_site) == ["toes.txt"]

    def test_a_failed_upload_can_be_sent_again(self, library_site: Site) -> None:
        """A name whose file failed is free: the mended file takes it."""
        library_site.add(Upload("toes.txt", b"\x00\x01\x02\xff" * 99))
        uploaded = library_site.add(Upload("toes.txt", LATER))[0]
        assert (uploaded.outcome, uploaded.source) == ("read", "upload:toes.txt")
        assert library_site.service.catalog.failures() == []

    def test_many_records_in_one_file_are_counted_one_by_one(self, library_site: Site) -> None:
        """A JSON Lines file gives a report per line and a failure per bad line; it has no single report id."""
        lines = [
            json.dumps({"id": f"toes-{n}", "title": f"Toes {n}", "text": LATER.decode() + f"Seen {n} times."})
            for n in range(3)
        ]
        data = "\n".join([*lines, "{not json"]).encode()
        uploaded = library_site.add(Upload("many.jsonl", data))[0]
        assert (uploaded.outcome, uploaded.read, len(uploaded.failures), uploaded.report_id) == ("read", 3, 1, None)
        assert kept(library_site) == ["many.jsonl"]

    def test_uploads_from_many_threads_are_all_taken(self, library_site: Site) -> None:
        """Threads that send files in at the same time each get theirs in."""
        texts = [LATER + f"\nDiscussion\n\n{prose(n, 200)}.\n".encode() for n in range(6)]
        threads = [
            threading.Thread(target=library_site.add, args=(Upload(f"winter-{n}.txt", text),))
            for n, text in enumerate(texts)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        library_site.settled()
        assert library_site.service.catalog.count() == served_reports(library_site) == len(REPORTS) + 6


class TestDeletion:
    """Reports out."""

    def test_a_deleted_report_leaves_the_index_the_catalog_and_the_disk(self, library_site: Site) -> None:
        """After a deletion no store holds the report, and its uploaded bytes are gone."""
        uploaded = library_site.add(Upload("toes.txt", LATER))[0]
        library_site.settled()
        library_site.delete(uploaded.report_id or "")
        library_site.settled()
        assert kept(library_site) == []
        assert served_reports(library_site) == len(REPORTS)
        hits = library_site.service.search("purple toes grape treading").hits
        assert uploaded.report_id not in [hit.report_id for hit in hits]
        with pytest.raises(NotFoundError):
            library_site.service.catalog.get(uploaded.report_id or "")

    def test_files_that_were_not_uploaded_are_left_alone(self, library_site: Site) -> None:
        """Deleting a report that was indexed from a folder does not touch the folder's file."""
        entry = library_site.service.catalog.entries()[0]
        library_site.delete(entry.report_id)
        assert all(Path(source).exists() for source in entry.sources)

    def test_an_unknown_report_is_refused_by_its_id(self, library_site: Site) -> None:
        """Deleting what is not there is an error that names it, and asks for no rebuild."""
        with pytest.raises(NotFoundError, match="cr-nothing"):
            library_site.library.delete("cr-nothing")
        assert not library_site.library.rebuild().waiting

    def test_a_deleted_report_can_be_sent_again(self, library_site: Site) -> None:
        """Deletion forgets the file, so the same bytes are read anew."""
        first = library_site.add(Upload("toes.txt", LATER))[0]
        library_site.delete(first.report_id or "")
        again = library_site.add(Upload("toes.txt", LATER))[0]
        assert (again.outcome, again.report_id) == ("read", first.report_id)

    def test_a_file_of_many_records_is_kept_until_the_last_is_deleted(self, library_site: Site) -> None:
        """The bytes of a JSON Lines upload go with its last report, not with its first."""
        lines = [json.dumps({"id": f"toes-{n}", "text": LATER.decode() + f"Seen {n} times."}) for n in range(2)]
        library_site.add(Upload("two.jsonl", "\n".join(lines).encode()))
        library_site.delete("toes-0")
        assert kept(library_site) == ["two.jsonl"]
        library_site.delete("toes-1")
        assert kept(library_site) == []


def held_by_another(state: RebuildState) -> bool:
    """Whether one look at the state tells both that a rebuild waits and that another process holds the folder."""
    return state.waiting and "is being indexed by process" in (state.last_error or "")


class TestRebuilding:
    """The index follows, and answering never waits for it."""

    def test_the_old_generation_answers_while_the_next_is_built(self, library_site: Site) -> None:
        """However slow indexing is, queries are answered at once from the generation before."""
        before = library_site.service.live.pin().manifest.generation
        library_site.encoder.gate.clear()
        library_site.add(Upload("toes.txt", LATER))
        assert library_site.encoder.waiting.wait(60)
        assert library_site.library.rebuild().building
        assert library_site.service.search("hiccups").generation == before
        assert library_site.service.ask("What stopped the hiccups?").generation == before
        library_site.encoder.gate.set()
        library_site.settled()
        assert library_site.service.search("hiccups").generation > before

    def test_requests_during_a_build_are_met_together_by_the_next(self, library_site: Site) -> None:
        """Three uploads while a build is under way cost one more build, not three."""
        before = library_site.service.live.pin().manifest.generation
        library_site.encoder.gate.clear()
        library_site.add(Upload("toes.txt", LATER))
        assert library_site.encoder.waiting.wait(60)
        for number in range(3):
            later = f"Invented report: toe {number}\n\nCase presentation\n\n{prose(number, 90)}.\n"
            library_site.add(Upload(f"{number}.txt", later.encode()))
        assert library_site.library.rebuild().waiting
        library_site.encoder.gate.set()
        library_site.settled()
        pinned = library_site.service.live.pin().manifest
        assert (pinned.generation, pinned.reports) == (before + 2, len(REPORTS) + 4)

    def test_an_error_is_kept_until_a_rebuild_succeeds(
        self, library_site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A rebuild that fails says why in the state and the log until one succeeds; a new request is met at once."""

        def broken(*_: object, **__: object) -> None:
            raise LookupError("the secret inside")

        monkeypatch.setattr(rebuilder_module, "_RETRY_S", (3600.0, 3600.0))
        with monkeypatch.context() as patched:
            patched.setattr(library_site.encoder, "encode", broken)
            library_site.add(Upload("toes.txt", LATER))
            wait_until(lambda: bool(library_site.library.rebuild().last_error), "the failure is told")
        state = library_site.library.rebuild()
        assert "LookupError" in (state.last_error or "")
        assert "secret" not in (state.last_error or "")
        assert "the secret inside" in caplog.text
        assert served_reports(library_site) == len(REPORTS)
        library_site.library.reindex()
        library_site.settled()
        state = library_site.library.rebuild()
        assert state.last_error is None
        assert state.last_built is not None
        assert served_reports(library_site) == len(REPORTS) + 1

    def test_who_waits_to_try_again_can_be_stopped(self, library_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """A long pause after a failure does not keep a program from ending; its next start tries at once."""

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(rebuilder_module, "_RETRY_S", (3600.0, 3600.0))
        with monkeypatch.context() as patched:
            patched.setattr(rebuilder_module, "build", full)
            library_site.add(Upload("toes.txt", LATER))
            wait_until(lambda: bool(library_site.library.rebuild().last_error), "the failure is told")
            stopping = threading.Thread(target=library_site.library.stop)
            stopping.start()
            stopping.join(60)
            assert not stopping.is_alive()
        again = Library(library_site.service)
        again.start()
        try:
            wait_until(lambda: all(job.is_ended for job in again.jobs(10)), "the jobs ended")
        finally:
            again.stop()
        assert served_reports(library_site) == len(REPORTS) + 1

    def test_a_folder_held_by_another_process_is_tried_again(self, library_site: Site) -> None:
        """While the folder is locked the state says by whom; once it is free the rebuild goes through."""
        with library_site.folder.lock():
            library_site.add(Upload("toes.txt", LATER))
            wait_until(lambda: held_by_another(library_site.library.rebuild()), "the state says that it waits and why")
        library_site.settled()
        assert served_reports(library_site) == len(REPORTS) + 1
        assert library_site.library.rebuild().last_error is None

    def test_stopping_gives_up_a_build_and_the_next_start_takes_it_up(self, library_site: Site) -> None:
        """A program that ends mid-build serves the old generation, and catches up when it starts again."""
        before = library_site.service.live.pin().manifest.generation
        library_site.encoder.gate.clear()
        library_site.add(Upload("toes.txt", LATER))
        assert library_site.encoder.waiting.wait(60)
        stopping = threading.Thread(target=library_site.library.stop)
        stopping.start()
        wait_until(lambda: library_site.library._runner.is_stopping, "the stop was asked for")
        library_site.encoder.gate.set()
        stopping.join(60)
        assert not stopping.is_alive()
        assert library_site.folder.current_generation() == before
        library_site.library.start()
        library_site.settled()
        assert served_reports(library_site) == len(REPORTS) + 1

    def test_a_start_with_nothing_new_builds_nothing(self, library_site: Site) -> None:
        """An index that is up to date is left as it is when the program starts."""
        assert library_site.library.rebuild().last_built is None
        assert library_site.folder.current_generation() == 1

    def test_a_start_mends_a_generation_whose_manifest_is_gone(self, tmp_path: Path) -> None:
        """A damaged manifest is no dead end: the start builds a generation anew."""
        site = open_site(tmp_path, REPORTS)
        (site.folder.generation(1) / "manifest.json").unlink()
        site.library.start()
        try:
            site.settled()
            number = site.folder.current_generation()
            assert number is not None
            assert read_manifest(site.folder, number).reports == len(REPORTS)
        finally:
            site.library.stop()

    def test_a_start_mends_a_lost_name_of_the_served_generation(self, tmp_path: Path) -> None:
        """CURRENT that names nothing keeps no server from starting: a generation is built anew and named."""
        site = open_site(tmp_path, REPORTS)
        site.folder.current.write_text("nonsense", encoding="ascii")
        site.library.start()
        try:
            site.settled()
            assert served_reports(site) == len(REPORTS)
        finally:
            site.library.stop()

    def test_a_rebuild_of_an_unchanged_catalog_keeps_the_generation(self, library_site: Site) -> None:
        """Sending in what is already there asks for a rebuild that finds nothing to do."""
        uploaded = library_site.add(Upload("copy.txt", HICCUPS))[0]
        library_site.settled()
        assert uploaded.outcome == "duplicate"
        assert library_site.folder.current_generation() == 1
        with library_site.folder.lock():
            assert build(library_site.folder, library_site.service.catalog, library_site.encoder).seconds == {}
