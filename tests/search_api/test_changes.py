"""What jobs change in the catalog, step by step: what fails half way, and in which order things reach the disk."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import CatalogError
from indexer.encoders.choice import OneEncoder
from search_api import rebuilder as rebuilder_module
from search_api import uploads as uploads_module
from search_api.jobs import Job, Jobs
from search_api.library import Library
from search_api.service import Service
from search_api.uploads import Incoming, Kept, Upload
from tests.fakes import indexed, make_report

NUN = b"A nun had hiccups for three days. Sugar was given. They ceased."


class Desk:
    """An indexed folder whose jobs are carried out a step at a time, in this thread."""

    def __init__(self, root: Path) -> None:
        self.small = indexed(root)
        self.service = Service(self.small.folder, OneEncoder(self.small.encoder))
        self.library = Library(self.service)
        self.folder, self.catalog = self.service.folder, self.service.catalog
        self.jobs, self.incoming = self.library._jobs, self.library._incoming
        self.changes, self.rebuilder = self.library._changes, self.library._rebuilder
        self.kept = Kept(self.folder.uploads)

    def upload(self, *uploads: Upload) -> Job:
        """An upload, as it stands when its files are read."""
        job = self.library.upload(uploads)
        assert self.changes.step()
        return self.jobs.get(job.id)

    def delete(self, report_id: str) -> Job:
        """A deletion, as it stands when it was carried out."""
        job = self.jobs.add("delete", report_id=report_id)  # be it there or not, as after a kill
        assert self.changes.step()
        return self.jobs.get(job.id)

    def index(self) -> set[str]:
        """Build what waits to be built; the ids that can be found then."""
        while self.rebuilder.step():
            pass
        return set(self.small.generation().ordinals)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.changes.open()
    yield made
    made.changes.close()


@pytest.fixture
def nun(desk: Desk) -> str:
    """The id of an uploaded report that can be found."""
    report_id = desk.upload(Upload("nun.txt", NUN)).outcomes[0].report_id
    assert report_id in desk.index()
    assert report_id is not None
    return report_id


def refusing(*names: str) -> Callable[..., None]:
    """A ``Path.unlink`` that some files cannot be removed with."""
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.name.endswith(names):
            raise PermissionError(13, "Permission denied", str(path))
        real(path, missing_ok)

    return unlink


class TestDeletionsThatFail:
    """Whatever goes wrong after the catalog has changed, the index follows."""

    def test_bytes_that_stay_are_named_and_the_report_is_found_no_more(
        self, desk: Desk, nun: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The job fails with what stays and what to do, and asks for a rebuild, so that no search shows the report."""
        monkeypatch.setattr(Path, "unlink", refusing("nun.txt"))
        job = desk.delete(nun)
        assert job.state == "failed"
        assert job.reason is not None
        assert "is out of the catalog and leaves the index" in job.reason
        assert f"{desk.folder.uploads}/" in job.reason
        assert "-nun.txt (Permission denied) yourself" in job.reason
        assert [each.kind for each in desk.jobs.to_index()] == ["rebuild"]
        assert nun not in desk.index()
        assert not desk.catalog.has(nun)
        assert desk.kept.names() == {"nun.txt"}

    def test_one_file_that_stays_keeps_no_other(self, desk: Desk, nun: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A report from several uploads loses all of its files but the one that cannot be removed."""
        for name in ("a.txt", "z.txt"):
            desk.upload(Upload(name, NUN))
        desk.index()
        monkeypatch.setattr(Path, "unlink", refusing("nun.txt"))
        assert desk.delete(nun).state == "failed"
        assert desk.kept.names() == {"nun.txt"}

    def test_a_catalog_that_fails_after_the_deletion_leaves_no_report_served(
        self, desk: Desk, nun: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Any later error is told, and the rebuild is asked for all the same."""

        def broken(_: Catalog, path: str) -> list[str]:
            raise CatalogError(f"catalog.sqlite: disk I/O error at {path}")

        with monkeypatch.context() as patched:
            patched.setattr(Catalog, "records", broken)
            job = desk.delete(nun)
        assert (job.state, "disk I/O error" in (job.reason or "")) == ("failed", True)
        assert nun not in desk.index()

    def test_a_deletion_that_changed_nothing_asks_for_no_rebuild(
        self, desk: Desk, nun: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where the catalog itself could not be written, the report stays and the index is up to date."""

        def broken(_: Catalog, report_id: str) -> None:
            raise CatalogError(f"catalog.sqlite: cannot be written, {report_id} stays")

        with monkeypatch.context() as patched:
            patched.setattr(Catalog, "delete", broken)
            job = desk.delete(nun)
        assert (job.state, desk.jobs.to_index()) == ("failed", [])
        assert nun in desk.index()
        assert desk.kept.names() == {"nun.txt"}

    def test_where_the_catalog_cannot_be_asked_a_rebuild_is_asked_for(
        self, desk: Desk, nun: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One build too many is better than a report that stays."""

        def broken(*_: object) -> None:
            raise CatalogError("catalog.sqlite: disk I/O error")

        with monkeypatch.context() as patched:
            patched.setattr(Catalog, "records", broken)
            patched.setattr(Catalog, "corpus_digest", broken)
            assert desk.delete(nun).state == "failed"
        assert nun not in desk.index()

    def test_what_a_kill_left_of_a_deletion_is_finished(self, desk: Desk, nun: str) -> None:
        """Killed between the catalog and the bytes, the deletion is done again from its beginning: the bytes go too."""
        desk.catalog.delete(nun)
        assert desk.kept.names() == {"nun.txt"}
        assert desk.delete(nun).in_catalog
        assert desk.kept.names() == set()
        assert nun not in desk.index()


class TestUploadsThatFail:
    """An upload that breaks off."""

    def test_what_had_been_taken_in_is_indexed(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """The file at which the disk is full fails the job; the one before it is found."""
        real, put = Kept.put, list[str]()

        def filling(kept: Kept, name: str, digest: str, data: bytes) -> None:
            if put:
                raise OSError(28, "No space left on device")
            put.append(name)
            real(kept, name, digest, data)

        monkeypatch.setattr(Kept, "put", filling)
        job = desk.upload(Upload("nun.txt", NUN), Upload("monk.txt", b"A monk had measles. He was well in a week."))
        assert (job.state, len(job.outcomes)) == ("failed", 1)
        assert (job.reason or "").startswith("the disk is full: files that were not read before were not kept")
        assert job.outcomes[0].report_id in desk.index()

    def test_one_that_changed_nothing_asks_for_no_rebuild(
        self, desk: Desk, nun: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A file that was known already and one that failed leave the catalog as it was."""
        real = Incoming.get

        def broken(incoming: Incoming, job_id: str, number: int) -> bytes:
            if number == 1:
                raise OSError(5, "Input/output error")
            return real(incoming, job_id, number)

        monkeypatch.setattr(Incoming, "get", broken)
        job = desk.upload(Upload("nun.txt", NUN), Upload("monk.txt", b"A monk had measles."))
        assert (job.state, [each.outcome for each in job.outcomes]) == ("failed", ["unchanged"])
        assert desk.jobs.to_index() == []


class TestBuildsThatFail:
    """The catalog is ahead of the index, and is told to be."""

    def test_a_catalog_that_cannot_be_asked_is_tried_again(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whether anything is missing is then not known, so nothing is given up."""

        def broken(_: Catalog) -> None:
            raise CatalogError("catalog.sqlite: disk I/O error")

        job = desk.upload(Upload("nun.txt", NUN))
        with monkeypatch.context() as patched:
            patched.setattr(rebuilder_module, "_RETRY_S", (0.0, 0.0))
            patched.setattr(Catalog, "snapshot", broken)
            patched.setattr(Catalog, "corpus_digest", broken)
            assert desk.rebuilder.step()
            seen = desk.jobs.get(job.id)
            assert (seen.state, seen.reason) == (
                "waiting",
                "catalog.sqlite: disk I/O error; it is tried again in 0 s",
            )
        assert job.outcomes[0].report_id in desk.index()
        assert desk.jobs.get(job.id).state == "done"


class TestPowerCuts:
    """What is told as taken in is on the disk by then, in an order that loses nothing."""

    def test_uploaded_bytes_leave_the_inbox_last(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """The kept file and its folder are flushed, then the catalog commits, then the job; only then they go."""
        events: list[str] = []

        def flushed(folder: Path, real: Callable[[Path], None] = uploads_module.flush) -> None:
            real(folder)
            if list(folder.glob("*-nun.txt")):
                events.append("bytes")

        def removed(incoming: Incoming, job_id: str, real: Callable[..., None] = Incoming.remove) -> None:
            events.append("inbox")
            real(incoming, job_id)

        monkeypatch.setattr(uploads_module, "flush", flushed)
        monkeypatch.setattr(Incoming, "remove", removed)
        commits(desk.catalog, "catalog", events)
        commits(desk.jobs, "jobs", events)
        job = desk.upload(Upload("nun.txt", NUN))
        assert job.in_catalog
        assert events[-1] == "inbox"
        assert events.count("inbox") == events.count("bytes") == 1
        first, last = events.index("catalog"), len(events) - 1 - events[::-1].index("catalog")
        assert events.index("bytes") < first <= last < len(events) - 1
        assert "jobs" in events[last:]

    def test_a_deleted_report_leaves_the_catalog_before_its_bytes(
        self, desk: Desk, nun: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The catalog never names a file that is gone."""
        events: list[str] = []

        def removed(kept: Kept, name: str, real: Callable[..., None] = Kept.remove) -> None:
            events.append("bytes")
            real(kept, name)

        monkeypatch.setattr(Kept, "remove", removed)
        commits(desk.catalog, "catalog", events)
        assert desk.delete(nun).in_catalog
        assert events == ["catalog", "bytes"]

    def test_every_commit_waits_for_the_disk_in_whatever_thread(self, desk: Desk) -> None:
        """Both files are written with SQLite's full flushing, by each thread's connection."""
        levels: list[int] = []

        def look() -> None:
            levels.extend(database._row("PRAGMA synchronous")[0] for database in (desk.catalog, desk.jobs))

        threads = [threading.Thread(target=look) for _ in range(2)]
        for thread in threads:
            thread.start()
            thread.join()
        look()
        assert levels == [2] * 6  # FULL


def commits(database: Catalog | Jobs, name: str, events: list[str]) -> None:
    """Note each change of the database that this thread's connection commits."""
    connection: sqlite3.Connection = database._connection()

    def traced(statement: str) -> None:
        changes = statement.startswith(("INSERT", "UPDATE", "DELETE"))
        if statement == "COMMIT" or (changes and not connection.in_transaction):
            events.append(name)

    connection.set_trace_callback(traced)


def test_a_report_of_a_file_that_was_not_uploaded_has_no_bytes_to_remove(desk: Desk) -> None:
    """Deleting it touches no upload, and is done."""
    desk.catalog.put("abbot", make_report("An abbot had gout.", "On an abbot"), "/reports/abbot.txt")
    assert "abbot" not in desk.index()
    desk.jobs.add("rebuild")
    assert "abbot" in desk.index()
    assert desk.delete("abbot").in_catalog
    assert "abbot" not in desk.index()
