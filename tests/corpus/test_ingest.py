from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus import ingest as ingest_module
from corpus.catalog import Catalog
from corpus.errors import MalformedError, NotFoundError
from corpus.files import find_files
from corpus.ingest import ingest, ingest_bytes
from corpus.readers.base import Read
from corpus.readers.registry import SUFFIXES, read_bytes
from corpus.summary import Progress
from tests.ingesting import BITE, FALL, Write, counts, record, records, texts


def test_new_unchanged_updated_duplicate_and_failed_are_counted(catalog: Catalog, write: Write) -> None:
    """Each file counts under what became of it, and only a changed corpus is called changed."""
    fall, _, _, folder = write("a.txt"), write("b.txt", BITE), write("empty.txt", b""), write("a.txt").parent
    summary = ingest(catalog, [folder])
    assert counts(summary) == (2, 0, 0, 0, 1)
    assert summary.changed
    again = ingest(catalog, [folder])
    assert counts(again) == (0, 0, 2, 0, 1)
    assert not again.changed
    fall.write_text(FALL.format("She was well a week later."))
    write("copy.txt", BITE)
    assert counts(ingest(catalog, [folder])) == (0, 1, 1, 1, 1)
    assert catalog.count() == 2


def test_an_unchanged_file_is_not_read_again(catalog: Catalog, write: Write) -> None:
    """The same bytes under the same readers cost a hash and no more."""
    path = write("a.txt")
    ingest(catalog, [path])
    assert counts(ingest(catalog, [path], read=lambda *_: pytest.fail("read again"))) == (0, 0, 1, 0, 0)


def test_better_readers_read_everything_again(catalog: Catalog, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under another version of the readers an unchanged file is read, and its report stays as it is."""
    path = write("a.txt")
    ingest(catalog, [path])
    before = catalog.snapshot()
    monkeypatch.setattr(ingest_module, "readers_version", lambda: "better")
    assert counts(ingest(catalog, [path])) == (0, 0, 1, 0, 0)
    assert catalog.snapshot() == before


def test_a_failed_file_is_tried_again_only_when_it_changed_or_on_request(catalog: Catalog, write: Write) -> None:
    """Its reason is told each time; it is read again when its bytes differ, with retry, or for its kind of failure."""
    path = write("a.pdf", b"%PDF-1.4 cut short")
    first = ingest(catalog, [path])
    reads: list[str] = []

    def counted(data: bytes, name: str) -> Iterator[Read]:
        reads.append(name)
        return read_bytes(data, name)

    assert [each.reason for each in ingest(catalog, [path], read=counted).failures] == [
        each.reason for each in first.failures
    ]
    assert reads == []
    assert ingest(catalog, [path], read=counted, retry_codes=frozenset({"encrypted"})).failed == 1
    assert reads == []
    assert ingest(catalog, [path], read=counted, retry=True).failed == 1
    assert reads == [str(path)]
    assert ingest(catalog, [path], read=counted, retry_codes=frozenset({first.failures[0].code})).failed == 1
    path.write_text("not even a PDF")
    assert ingest(catalog, [path], read=counted).failed == 1
    assert len(reads) == 3


def test_a_file_that_can_be_read_again_is_no_failure_any_more(catalog: Catalog, write: Write) -> None:
    """Bad, then good, then bad, then as it was at first: the list of failures is always of now."""
    path = write("a.jsonl", "")
    seen = []
    good = records(record("x", "A woman fell."))
    for content in ("", good, "{broken\n", good):
        path.write_text(content)
        ingest(catalog, [path])
        seen.append(len(catalog.failures()))
    assert seen == [1, 0, 1, 0]
    assert [found for found, _ in catalog.current()] == ["x"]


def test_a_file_that_became_unreadable_keeps_its_report(catalog: Catalog, write: Write) -> None:
    """Nothing is lost on an error: the last good text is served, and the failure is told."""
    path = write("a.txt")
    ingest(catalog, [path])
    path.write_bytes(b"\x00\x01\x02" * 50)
    assert counts(ingest(catalog, [path])) == (0, 0, 0, 0, 1)
    assert "stairs" in texts(catalog)
    assert [attempt.path for attempt in catalog.failures()] == [str(path)]


def test_what_was_read_before_a_file_broke_off_is_kept(catalog: Catalog, write: Write) -> None:
    """A reader that gives up in the middle of a file costs what follows, not what it has given."""
    path = write("a.jsonl", records(record("x", "A woman fell."), record("y", "A man fell.")))

    def broken_off(data: bytes, name: str) -> Iterator[Read]:
        yield next(read_bytes(data, name))
        raise MalformedError(f"{name} breaks off")

    assert counts(ingest(catalog, [path], read=broken_off)) == (1, 0, 0, 0, 1)
    assert [found for found, _ in catalog.current()] == ["x"]


def test_a_deleted_report_comes_back_only_when_given_again(catalog: Catalog, write: Write) -> None:
    """Deletion forgets the file's bytes, so that giving the file means reading it."""
    path = write("a.txt")
    ingest(catalog, [path])
    ((report_id, _),) = catalog.current()
    catalog.delete(report_id)
    assert counts(ingest(catalog, [path])) == (1, 0, 0, 0, 0)
    assert [found for found, _ in catalog.current()] == [report_id]


def test_a_missing_path_is_named_and_the_rest_is_read(catalog: Catalog, write: Write) -> None:
    """One wrong argument does not stop the others, not even a name longer than a name can be."""
    path = write("a.txt")
    wrong = [path.with_name("nowhere"), path.with_name("x" * 300 + ".txt")]
    summary = ingest(catalog, [wrong[0], path, wrong[1]])
    assert summary.missing == [str(each) for each in wrong]
    assert summary.read == 1
    with pytest.raises(NotFoundError, match="nowhere"):
        ingest(catalog, wrong)


def test_a_folder_is_searched_for_reports_only(write: Write) -> None:
    """Known endings in any case and depth are found once each; hidden files and folders are passed over."""
    wanted = [write("a.txt"), write("deep/er/b.HTML"), write("deep/c.jsonl")]
    for name in (".hidden.txt", ".git/d.txt", "deep/.cache/e.txt", "f.odt", "g", "photo.png"):
        write(name)
    (wanted[0].parent / "folder.txt").mkdir()
    folder = wanted[0].parent
    found = find_files([folder, wanted[0], folder / "deep"])
    assert sorted(found.files) == sorted(wanted)
    assert found.missing == []
    assert ".txt" in SUFFIXES


def test_a_file_named_outright_is_read_whatever_its_ending(catalog: Catalog, write: Write) -> None:
    """The ending filters folders, not what a person names; hidden files count too."""
    assert ingest(catalog, [write("notes.case"), write(".hidden", BITE)]).read == 2


def test_a_hidden_folder_named_outright_is_searched(write: Write) -> None:
    """Only what lies hidden below the given folder is passed over."""
    path = write(".papers/a.txt")
    assert find_files([path.parent]).files == [path]


def test_file_names_that_are_no_utf8_do_not_stop_the_run(catalog: Catalog, write: Write) -> None:
    """A name with foreign bytes is shown with escapes and its file is read."""
    odd = os.fsdecode(os.fsencode(write("b.txt", BITE).parent) + b"/caf\xe9.txt")
    Path(odd).write_text(FALL)
    summary = ingest(catalog, [Path(odd).parent])
    assert counts(summary) == (2, 0, 0, 0, 0)
    assert any(entry.sources[0].endswith("caf\\xe9.txt") for entry in catalog.entries())


def test_a_file_that_goes_away_during_the_run_is_a_failure(catalog: Catalog, write: Write) -> None:
    """The run goes on and tells which file it could not read."""
    kept, gone = write("a.txt"), write("b.txt", BITE)
    summary = ingest(catalog, [gone.parent], lambda at: gone.unlink(missing_ok=True) if at.files == 0 else None)
    assert counts(summary) == (1, 0, 0, 0, 1)
    assert str(gone) in summary.failures[0].reason
    assert catalog.get(catalog.current()[0][0]).source == str(kept)


def test_a_file_over_the_limit_is_refused_unread(
    catalog: Catalog, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size is told; it becomes readable when it shrinks."""
    path = write("a.txt")
    monkeypatch.setattr(ingest_module, "MAX_FILE_BYTES", 10)
    assert ingest(catalog, [path]).failures[0].code == "too-large"
    assert len(catalog.failures()) == 1
    monkeypatch.undo()
    assert ingest(catalog, [path]).read == 1
    assert catalog.failures() == []


def test_an_interrupted_run_goes_on_where_it_was(
    catalog: Catalog, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was committed before the interruption is unchanged in the next run, and the rest is read."""
    monkeypatch.setattr(ingest_module, "_COMMIT_EVERY", 2)
    path = write("a.jsonl", records(*(record(f"r{at}", f"Case {at} fell off a horse.") for at in range(5))))

    def stop(at: Progress) -> None:
        if at.reports >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(catalog, [path], stop)
    assert catalog.count() == 2
    assert counts(ingest(catalog, [path])) == (3, 0, 2, 0, 0)


def test_progress_comes_to_an_end(catalog: Catalog, write: Write) -> None:
    """Files and bytes done never fall, and the last word is that all is done."""
    write("a.txt")
    folder = write("b.txt", BITE).parent
    seen: list[Progress] = []
    ingest(catalog, [folder], seen.append)
    assert [at.files for at in seen] == sorted(at.files for at in seen)
    assert [at.bytes for at in seen] == sorted(at.bytes for at in seen)
    assert (seen[-1].files, seen[-1].bytes, seen[-1].reports) == (2, seen[-1].total_bytes, 2)
    assert seen[0].path.endswith("a.txt")


def test_an_upload_is_known_by_the_name_it_was_given(catalog: Catalog) -> None:
    """Bytes without a file are read alike, unchanged bytes are noticed, and a failure is tried each time."""
    assert counts(ingest_bytes(catalog, FALL.encode(), "upload:a.txt")) == (1, 0, 0, 0, 0)
    assert counts(ingest_bytes(catalog, FALL.encode(), "upload:a.txt")) == (0, 0, 1, 0, 0)
    assert counts(ingest_bytes(catalog, FALL.encode(), "upload:b.txt")) == (0, 0, 0, 1, 0)
    for _ in range(2):
        assert ingest_bytes(catalog, b"", "upload:c.txt").failures[0].code == "empty"
