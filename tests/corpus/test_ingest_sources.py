"""One report from several files: which one is served, what is forgotten, what a person is told."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from corpus.catalog import Catalog
from corpus.errors import UnsupportedFormatError
from corpus.ingest import ingest, ingest_bytes
from corpus.journal import now
from corpus.readers.base import Read
from corpus.readers.registry import read_bytes
from corpus.standing import links
from tests.fakes import prose
from tests.ingesting import BITE, FALL, Write, counts, html, places, record, records, texts

BODY = prose(1, 400)
TITLE = "Lemierre syndrome in a rower with sore throat"
JATS = f"""<article article-type="case-report"><front><article-meta>
<article-id pub-id-type="doi">10.1000/fall.34</article-id><article-id pub-id-type="pmid">17</article-id>
<title-group><article-title>{TITLE}</article-title></title-group></article-meta></front>
<body><sec><title>Case report</title><p>{BODY} As the publisher has it.</p></sec></body></article>"""
PAGE = html(BODY + " As the page has it.").replace("A fall on the stairs", TITLE)
NOTES = f"{TITLE}\n\nCase report\n\n{BODY} As a person typed it.\n\nhttps://doi.org/10.1000/fall.34\n"
FILES = {"a.xml": JATS, "b.html": PAGE, "c.txt": NOTES}


@pytest.mark.parametrize("order", list(permutations(FILES)))
def test_the_best_source_serves_in_whatever_order_they_come(
    catalog: Catalog, write: Write, order: tuple[str, ...]
) -> None:
    """Three files of one article are one report, served from the JATS, with the other two as its sources."""
    for name in order:
        ingest(catalog, [write(name, FILES[name])])
    ((report_id, _),) = catalog.current()
    assert [Path(place).name for place in places(catalog, report_id)] == sorted(FILES)
    assert texts(catalog).endswith("As the publisher has it.")


def test_a_source_that_leaves_hands_over_without_being_read(catalog: Catalog, write: Write) -> None:
    """When the served file holds another article, the next best source serves at once."""
    ingest(catalog, [write(name, content).parent for name, content in FILES.items()][:1])
    ingest(
        catalog, [write("a.xml", BITE.replace("A bite", "<article><front/><body><p>A bite") + "</p></body></article>")]
    )
    assert "As the page has it." in texts(catalog)
    assert catalog.count() == 2


def test_a_correction_in_any_source_is_seen(catalog: Catalog, write: Write) -> None:
    """A source that is not served is kept up too: when it comes to serve, it says what its file says."""
    for name, content in FILES.items():
        write(name, content)
    page = write("b.html", PAGE)
    ingest(catalog, [page.parent])
    page.write_text(PAGE.replace("As the page has it.", "As the page was mended."))
    assert counts(ingest(catalog, [page])) == (0, 0, 1, 0, 0)
    (page.parent / "a.xml").unlink()
    ingest(catalog, [page.parent], prune=True)
    assert "As the page was mended." in texts(catalog)


def test_a_files_article_and_a_records_are_one_in_either_order(catalog: Catalog, write: Write, tmp_path: Path) -> None:
    """A record of a data set and a file with its DOI are one report, found by the id that the record gives itself."""
    line = write("a.jsonl", records(record("set-7", "A short text.", doi="10.1000/fall.34")))
    page = write("b.html", PAGE)
    for number, order in enumerate(([line, page], [page, line])):
        one = Catalog(tmp_path / f"{number}.sqlite")
        for path in order:
            ingest(one, [path])
        assert one.count() == 1
        assert one.get("set-7").report.reader == "html"


def test_facts_now_and_the_text_when_it_comes(catalog: Catalog, write: Write) -> None:
    """A record with a title only is a report; the file with the same identifier gives it its text."""
    export = write(
        "a.jsonl",
        records(record(None, "Not in print yet.", title=TITLE, doi="10.1000/fall.34", journal="Annals of Rowing")),
    )
    ingest(catalog, [export])
    ((report_id, _),) = catalog.current()
    assert counts(ingest(catalog, [write("a.xml", JATS)])) == (0, 1, 0, 0, 0)
    stored = catalog.get(report_id)
    assert "As the publisher has it." in stored.report.text
    assert (stored.report.bibliography.journal, stored.report.bibliography.pmid) == ("Annals of Rowing", "17")


def test_a_third_file_brings_two_reports_together(catalog: Catalog, write: Write) -> None:
    """One knew the PMID only, the other the DOI; the file that has both makes them one."""
    write("a.jsonl", records(record(None, "Words about a sore throat.", pmid="17")))
    folder = write("b.html", PAGE).parent
    ingest(catalog, [folder])
    assert catalog.count() == 2
    ingest(catalog, [write("c.xml", JATS)])
    assert catalog.count() == 1
    assert len(places(catalog, catalog.current()[0][0])) == 3


def test_a_preprint_is_linked_to_its_published_form(catalog: Catalog, write: Write) -> None:
    """The two stay two reports that lead to each other."""
    write("a.xml", JATS)
    ingest(
        catalog, [write("b.xml", JATS.replace("10.1000/fall.34", "10.1101/2020.01.02.3").replace(">17<", "><")).parent]
    )
    assert catalog.count() == 2
    kinds = {catalog.facts(name).doi: [link.kind for link in links(catalog, name)] for name, _ in catalog.current()}
    assert kinds == {"10.1000/fall.34": ["has-preprint"], "10.1101/2020.01.02.3": ["preprint-of"]}


def test_a_vanished_file_keeps_its_report_unless_pruned(catalog: Catalog, write: Write) -> None:
    """Only with prune does what is gone leave, only from the folders given, and the failures of gone files with it."""
    fall, bite, bad = write("one/a.txt"), write("two/b.txt", BITE), write("one/empty.txt", b"")
    root = fall.parent.parent
    ingest(catalog, [root])
    for path in (fall, bite, bad):
        path.unlink()
    kept = write("one/c.txt", "Another text about a walk in the park on a fine day.\n")
    assert ingest(catalog, [root]).removed == 0
    assert catalog.count() == 3
    summary = ingest(catalog, [kept.parent], prune=True)
    assert (summary.removed, sorted(summary.pruned)) == (1, [str(fall), str(bad)])
    assert summary.changed
    assert {catalog.get(name).source for name, _ in catalog.current()} == {str(kept), str(bite)}
    assert catalog.failures() == []
    assert ingest(catalog, [bite.parent], prune=True).removed == 1


def test_a_folder_that_is_gone_as_a_whole_is_not_pruned(catalog: Catalog, write: Write) -> None:
    """A disk that is not mounted must not empty the catalog."""
    path = write("one/a.txt")
    ingest(catalog, [path])
    path.unlink()
    path.parent.rmdir()
    summary = ingest(catalog, [path.parent, write("two/b.txt", BITE)], prune=True)
    assert (summary.missing, summary.pruned, catalog.count()) == ([str(path.parent)], [], 2)


def test_what_a_person_should_know_of_a_reading_is_kept_and_told(catalog: Catalog) -> None:
    """A note goes into the summary and the journal, and is no failure."""

    def noted(data: bytes, name: str) -> Iterator[Read]:
        for read in read_bytes(data, name):
            yield Read(read.record, read.report, notes=("pages 2-3 were read by OCR", "see for yourself"))

    summary = ingest_bytes(catalog, FALL.encode(), "upload:a.txt", read=noted)
    assert [note.reason for note in summary.notes] == ["pages 2-3 were read by OCR; see for yourself"]
    (attempt,) = catalog.attempts("upload:a.txt")
    assert (attempt.outcome, attempt.code, attempt.reason) == ("read", "note", summary.notes[0].reason)
    assert catalog.failures() == []


def test_a_file_read_with_a_note_is_tried_again_on_request(catalog: Catalog, write: Write) -> None:
    """What was left out of it may be had by now; a file read without one is left alone."""
    seen: list[str] = []

    def noted(data: bytes, name: str) -> Iterator[Read]:
        seen.append(Path(name).name)
        notes = ("page 2 is a picture",) if name.endswith("a.txt") else ()
        return (Read(read.record, read.report, notes=notes) for read in read_bytes(data, name))

    folder = [write("a.txt").parent, write("b.txt", BITE)][0]
    for retry in (False, False, True):
        ingest(catalog, [folder], read=noted, retry=retry)
    assert seen == ["a.txt", "b.txt", "a.txt"]


def test_every_attempt_is_on_record(catalog: Catalog, write: Write) -> None:
    """Path, bytes, hash, reader, outcome and reason of each, the newest first; an unchanged file is no attempt."""
    path, begun = write("a.txt"), now()
    for content in (FALL.encode(), FALL.encode(), b"", BITE.encode()):
        path.write_bytes(content)
        ingest(catalog, [path])
    attempts = catalog.attempts()
    assert [(found.outcome, found.bytes, found.code) for found in attempts] == [
        ("read", len(BITE), ""), ("failed", 0, "empty"), ("read", len(FALL), ""),
    ]  # fmt: skip
    assert {found.path for found in attempts} == {str(path)}
    assert len({found.sha256 for found in attempts}) == 3
    assert attempts[0].reader == "text"
    assert all(found.at >= begun for found in attempts)
    assert len(catalog.attempts(limit=1)) == 1
    assert catalog.attempts("/elsewhere") == []


def test_a_table_of_something_else_in_a_folder_is_passed_over(catalog: Catalog, write: Write) -> None:
    """Under some endings anything may stand: found in a folder it is counted, named outright it is refused."""
    table = write("lab.csv", "sodium,potassium\n140,4.1\n")
    summary = ingest(catalog, [write("a.txt").parent])
    assert (summary.read, summary.failed, summary.passed_over.total()) == (1, 0, 1)
    (failure,) = ingest(catalog, [table]).failures
    assert failure.code == UnsupportedFormatError.code
    assert "lab.csv" in failure.reason


def test_a_pipe_named_outright_is_refused(catalog: Catalog, write: Write) -> None:
    """It would be waited for without end."""
    pipe = write("a.txt").parent / "pipe.txt"
    os.mkfifo(pipe)
    (failure,) = ingest(catalog, [pipe]).failures
    assert "no regular file" in failure.reason


@pytest.mark.parametrize("ahead", [0, 1, 2, 9])
def test_files_are_begun_ahead_and_stored_in_order(catalog: Catalog, write: Write, ahead: int) -> None:
    """The reader is given the next files while one is stored, so that several can be read at once."""
    begun: list[str] = []
    behind: list[int] = []

    def eager(data: bytes, name: str) -> Iterator[Read]:
        begun.append(name)
        return taken(data, name)

    def taken(data: bytes, name: str) -> Iterator[Read]:
        behind.append(len(begun) - begun.index(name) - 1)
        yield from read_bytes(data, name)

    for number in range(4):
        write(f"{number}.txt", f"Case {number}: {prose(number, 30)}.")
    assert ingest(catalog, [write("4.txt", BITE).parent], read=eager, ahead=ahead).read == 5
    assert begun == sorted(begun)
    assert behind == [min(ahead, 4 - number) for number in range(5)]


ENTRIES = {
    "text.txt": f"{TITLE}\n\nAnn Doe, Bo Roe\n\nCase report\n\nA 34-year-old woman fell ill. {BODY}\n",
    "page.html": html("A 34-year-old woman fell ill. " + BODY).replace("A fall on the stairs", TITLE),
    "pmid.nbib": f"PMID- 17\nTI  - {TITLE}.\nFAU - Doe, Ann\nDP  - 2019\n",
    "both.nbib": f"PMID- 17\nTI  - {TITLE}.\nFAU - Doe, Ann\nDP  - 2019\nAID - 10.1000/fall.34 [doi]\n",
    "preprint.ris": f"TY  - JOUR\nTI  - {TITLE}\nAU  - Doe, Ann\nPY  - 2019\nDO  - 10.1101/2019.01.02.3\nER  - \n",
    "notice.nbib": f"PMID- 99\nTI  - Retraction: {TITLE}.\nDP  - 2020\nPT  - Retraction of Publication\n"
    "ROF - Ann Doe. PMID: 17\n",
}


def test_the_order_in_which_files_come_does_not_matter(tmp_path: Path) -> None:
    """Text, page, two exports, a preprint and a retraction end in the same three reports, the same links, always."""
    for name, content in ENTRIES.items():
        (tmp_path / name).write_text(content)
    ends = set()
    for seed in range(12):
        catalog = Catalog(tmp_path / f"{seed}.sqlite")
        for name in Random(seed).sample(sorted(ENTRIES), len(ENTRIES)):
            ingest(catalog, [tmp_path / name])
        state = []
        for report_id, _ in catalog.current():
            kinds = tuple(sorted(link.kind for link in links(catalog, report_id)))
            state.append((tuple(Path(at.path).name for at in catalog.sources(report_id)), kinds))
        ends.add(tuple(sorted(state)))
        catalog.close()
    assert ends == {
        (
            (("both.nbib", "page.html", "pmid.nbib", "text.txt"), ("has-preprint", "retracted-by")),
            (("notice.nbib",), ("retracts",)),
            (("preprint.ris",), ("preprint-of",)),
        )
    }


def test_a_file_that_comes_back_is_read_again(catalog: Catalog, write: Write) -> None:
    """Moved away and back, its report is served from where it lies, and pruning costs nothing."""
    path = write("a.txt")
    ingest(catalog, [path.parent])
    moved = path.rename(path.with_name("b.txt"))
    ingest(catalog, [moved.parent])
    moved.rename(path)
    ingest(catalog, [path.parent], prune=True)
    ((report_id, _),) = catalog.current()
    assert places(catalog, report_id) == [str(path)]


def test_a_citation_follows_lines_put_before_the_text(catalog: Catalog, write: Write) -> None:
    """The words are as before, their place is not: the new place is served."""
    path = write("a.txt", FALL)
    ingest(catalog, [path])
    path.write_text("\n" * 10 + FALL)
    assert counts(ingest(catalog, [path])) == (0, 1, 0, 0, 0)
    assert catalog.get(catalog.current()[0][0]).report.raw.startswith("\n" * 10)


def test_a_correction_that_contradicts_the_other_sources_leaves_them(catalog: Catalog, write: Write) -> None:
    """A file that takes another DOI is another article, though most of its words stay."""
    named = FALL.replace("\n\n", "\n\nhttps://doi.org/10.1000/fall.34\n\n", 1) + BODY
    first, second = write("a.txt", FALL + BODY), write("b.txt", named)
    ingest(catalog, [first, second])
    assert catalog.count() == 1
    first.write_text(named.replace("fall.34", "other"))
    ingest(catalog, [first])
    assert {catalog.facts(name).doi for name, _ in catalog.current()} == {"10.1000/fall.34", "10.1000/other"}


def test_a_run_killed_in_the_middle_of_a_file_reads_it_again(
    catalog: Catalog, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the file has its old bytes back by then: nothing is served that no file holds."""
    monkeypatch.setattr("corpus.ingest._COMMIT_EVERY", 1)
    old = records(record("x", "An old text."), record("y", "Another old text."))
    path = write("a.jsonl", old)
    ingest(catalog, [path])
    path.write_text(old.replace("old", "new"))

    def killed(data: bytes, name: str) -> Iterator[Read]:
        yield from list(read_bytes(data, name))[:1]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(catalog, [path], read=killed)
    assert "new" in texts(catalog)
    path.write_text(old)
    ingest(catalog, [path])
    assert "new" not in texts(catalog)


def test_a_table_that_holds_reports_no_more_loses_them(catalog: Catalog, write: Write) -> None:
    """Passed over or not, its old reports are in no file."""
    table = write("a.csv", f"Title,DOI,Abstract\n{TITLE},10.1000/fall.34,{BODY}\n")
    ingest(catalog, [table.parent])
    table.write_text("sodium,potassium\n140,4.1\n")
    assert ingest(catalog, [table.parent]).removed == 1
    assert catalog.count() == 0


def test_a_decision_survives_a_rename(catalog: Catalog, write: Write) -> None:
    """Two DOIs declared one article by a person stay one when a file moves."""
    one = write("a.txt", FALL + "\nhttps://doi.org/10.1000/one\n")
    two = write("b.txt", BITE + "\nhttps://doi.org/10.1000/two\n")
    ingest(catalog, [one, two])
    catalog.decide(*(name for name, _ in catalog.current()), same=True)
    one.rename(one.with_name("c.txt"))
    ingest(catalog, [one.parent])
    ((report_id, _),) = catalog.current()
    assert [Path(place).name for place in places(catalog, report_id)] == ["b.txt", "c.txt"]


def test_a_damaged_source_does_not_keep_the_others_from_being_read(catalog: Catalog, write: Write) -> None:
    """What the catalog holds of one file costs that file: a correction in another is taken in all the same."""
    for name, content in FILES.items():
        ingest(catalog, [write(name, content)])
    with sqlite3.connect(catalog.path) as database:
        database.execute("UPDATE revisions SET bibliography = '{' WHERE text LIKE '%a person typed%'")
    page = write("b.html", PAGE.replace("As the page has it.", "As the page was mended."))
    jats = write("a.xml", JATS.replace("As the publisher has it.", "As the publisher mended it."))
    summary = ingest(catalog, [jats, page])
    assert summary.failed == 0
    assert texts(catalog).endswith("As the publisher mended it.")
