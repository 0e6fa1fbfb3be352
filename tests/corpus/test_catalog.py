from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given

from corpus.catalog import Catalog, opening
from corpus.database import PUT_BACK, Database
from corpus.errors import CatalogError, DamagedCatalogError, GoneCatalogError, NotFoundError, UsageError
from corpus.journal import Attempt, now
from corpus.likeness import shingles, sketch
from corpus.matching import matches
from corpus.model import Bibliography, Relation, Report
from tests.fakes import documents, make_report, prose

TEXT = "# Case report\n\nA woman of 34 fell on the stairs. She got up.\n\n# Discussion\n\nFalls happen."
FACTS = {
    "authors": ("A. Doe", "B. Roe"),
    "journal": "Annals of Falls",
    "year": 2011,
    "doi": "10.1000/fall",
    "pmid": "17",
    "pmcid": "PMC3",
}


def failed(path: str, record: str = "", sha256: str = "s1") -> Attempt:
    return Attempt(now(), path, record, 7, sha256, "v1", "failed", "malformed", f"{path} is broken")


def test_a_report_comes_back_as_it_was_put(catalog: Catalog) -> None:
    """Text, facts, sections, sentences, references and the way back to the source all survive."""
    report = make_report(TEXT, "A fall", **FACTS)
    assert catalog.put("r1", report, "/a.txt") == "read"
    stored = catalog.get("r1")
    assert stored.report == report
    assert (stored.report_id, stored.source) == ("r1", "/a.txt")
    assert catalog.revision(stored.revision) == stored


@given(documents())
def test_any_report_survives_storage(tmp_path: Path, text: str) -> None:
    """What is read is what was stored, for any report."""
    catalog = Catalog(tmp_path / "any.sqlite")
    report = make_report(text)
    catalog.put("r", report, "/a.txt")
    assert catalog.get("r").report == report
    catalog.close()


def test_half_a_surrogate_pair_is_stored_too(catalog: Catalog) -> None:
    """Raw text that no file could hold does not stop a report from being stored; its title is made storable."""
    report = make_report("A woman \ud83d fell.", "Half \ud83d a pair")
    catalog.put("r1", report, "/a.jsonl", "1")
    assert catalog.get("r1").report == report
    assert report.bibliography.title == "Half \ufffd a pair"


def test_a_text_never_changes_under_its_revision(catalog: Catalog) -> None:
    """An update is a new revision; the old one reads as before, so a pinned request sees one text."""
    catalog.put("r1", make_report("A woman fell."), "/a.txt")
    before = catalog.get("r1")
    assert catalog.put("r1", make_report("A woman of 34 fell."), "/a.txt") == "updated"
    assert catalog.get("r1").report.text == "A woman of 34 fell."
    assert catalog.revision(before.revision).report.text == "A woman fell."
    assert catalog.count() == 1


def test_the_same_content_again_changes_nothing(catalog: Catalog) -> None:
    """Putting an equal reading from the same place keeps the revision and the digest."""
    catalog.put("r1", make_report(TEXT), "/a.txt")
    before = catalog.snapshot()
    assert catalog.put("r1", make_report(TEXT), "/a.txt") == "unchanged"
    assert catalog.snapshot() == before


def test_a_report_that_moved_is_cited_from_its_new_place(catalog: Catalog) -> None:
    """Equal content from another file is a revision that names it; the corpus is the same."""
    catalog.put("r1", make_report(TEXT), "/b.txt")
    digest = catalog.corpus_digest()
    assert catalog.put("r1", make_report(TEXT), "/a.txt") == "duplicate"
    assert not catalog.leave("/b.txt")
    assert catalog.get("r1").source == "/a.txt"
    assert catalog.corpus_digest() == digest


def test_the_corpus_digest_is_that_of_the_content(tmp_path: Path) -> None:
    """The order and place of ingestion leave it alone; any word, fact or heading changes it."""
    one, two, three = (Catalog(tmp_path / f"{name}.sqlite") for name in ("one", "two", "three"))
    reports = {"a": make_report(TEXT), "b": make_report("A man fell.")}
    for report_id in ("a", "b"):
        one.put(report_id, reports[report_id], f"/{report_id}.txt")
    for report_id in ("b", "a"):
        two.put(report_id, reports[report_id], f"/elsewhere/{report_id}.txt")
    assert one.corpus_digest() == two.corpus_digest()
    for changed in (make_report(TEXT, "A title"), make_report(TEXT.replace("Discussion", "Outcome"))):
        three.put("a", changed, "/a.txt")
        three.put("b", reports["b"], "/b.txt")
        assert three.corpus_digest() != one.corpus_digest()


def test_sources_beyond_one_a_report_are_counted(catalog: Catalog) -> None:
    """The same article from three files is two merged into the first; with a file that leaves its count goes."""
    assert catalog.merged() == 0
    for name in ("a", "b", "c"):
        catalog.put("r1", make_report(TEXT), f"/{name}.txt")
    catalog.put("r2", make_report("A man fell."), "/d.txt")
    assert catalog.merged() == 2
    catalog.leave("/b.txt")
    assert catalog.merged() == 1


def test_a_missing_report_is_named(catalog: Catalog) -> None:
    """Every look-up of what is not there says which report or revision that is."""
    for look_up in (catalog.get, catalog.delete, catalog.resolve, catalog.facts):
        with pytest.raises(NotFoundError, match="'r9'"):
            look_up("r9")
    with pytest.raises(NotFoundError, match="revision 99"):
        catalog.revision(99)
    assert not catalog.has("r9")
    assert catalog.read_at("/a.txt") is None


def test_a_deleted_report_leaves_every_table_but_its_revisions(catalog: Catalog) -> None:
    """It is no longer listed, found or counted, its file is read anew, and a pinned revision still reads."""
    catalog.put("r1", make_report(TEXT, **FACTS), "/a.txt")
    catalog.note_file("/a.txt", "s1", "v1", failed=False)
    revision = catalog.get("r1").revision
    catalog.delete("r1")
    assert catalog.count() == 0
    assert catalog.current() == []
    assert catalog.entries() == []
    assert catalog.sources("r1") == []
    assert matches(catalog, make_report("Another.", **FACTS)) == []
    assert matches(catalog, make_report(TEXT)) == []
    assert catalog.file("/a.txt") != ("s1", "v1", False)
    assert catalog.revision(revision).report_id == "r1"


def test_every_place_of_a_report_is_listed(catalog: Catalog) -> None:
    """A report has every file it was read from, records named after a hash sign, with what was read there."""
    report = make_report(TEXT)
    assert catalog.put("r1", report, "/a.txt") == "read"
    assert catalog.put("r1", report, "/b.jsonl", "7") == "duplicate"
    assert [source.place for source in catalog.sources("r1")] == ["/a.txt", "/b.jsonl#7"]
    assert [(source.reader, source.length) for source in catalog.sources("r1")] == [("fake", len(report.text))] * 2
    assert catalog.records("/b.jsonl") == ["7"]
    assert (catalog.reports_of("/b.jsonl"), catalog.reports_of("/c.txt")) == (["r1"], [])
    assert catalog.get("r1").source == "/a.txt"


def test_the_better_source_serves_whichever_came_first(catalog: Catalog) -> None:
    """JATS before HTML before PDF; when the best one leaves, the next serves at once, from what was kept of it."""
    for reader in ("pdf", "jats", "html"):
        outcome = catalog.put("r1", make_report(f"{TEXT} By {reader}.", reader=reader), f"/a.{reader}")
        assert outcome == {"pdf": "read", "jats": "updated", "html": "duplicate"}[reader]
    served = []
    for reader in ("jats", "html", "pdf"):
        served.append(catalog.get("r1").report.reader)
        assert catalog.leave(f"/a.{reader}") is (reader == "pdf")
    assert served == ["jats", "html", "pdf"]
    assert not catalog.has("r1")


def test_an_abstract_does_not_serve_beside_the_whole_text(catalog: Catalog) -> None:
    """However faithful its format, a text much shorter than another source's is only its company."""
    catalog.put("r1", make_report(TEXT, reader="jats"), "/a.xml")
    assert catalog.put("r1", make_report(TEXT * 3, reader="pdf"), "/a.pdf") == "updated"
    assert catalog.get("r1").report.reader == "pdf"


def test_what_the_served_source_does_not_tell_comes_from_the_others(catalog: Catalog) -> None:
    """A citation export knows the PMID, the page's text does not: the report has both, and its own title."""
    catalog.put("r1", make_report(TEXT, "A fall", doi="10.1000/fall"), "/a.txt")
    export = make_report("A fall.", "A Fall", pmid="17", relations=(Relation("retracted-by", "pmid:18"),))
    assert catalog.put("r1", export, "/b.ris", "1") == "updated"
    about = catalog.get("r1").report.bibliography
    assert (about.title, about.doi, about.pmid) == ("A fall", "10.1000/fall", "17")
    assert catalog.get("r1").report.text == make_report(TEXT).text
    assert catalog.relations("r1") == [("retracted-by", "pmid:18")]
    catalog.leave("/b.ris", "1")
    assert catalog.get("r1").report.bibliography == Bibliography(title="A fall", doi="10.1000/fall")


def test_a_place_that_did_not_serve_just_leaves(catalog: Catalog) -> None:
    """A duplicate that is gone changes nothing but the list of sources; an unknown place nothing at all."""
    report = make_report(TEXT)
    catalog.put("r1", report, "/a.txt")
    before = catalog.snapshot()
    catalog.put("r1", report, "/b.txt")
    assert not catalog.leave("/b.txt")
    assert not catalog.leave("/c.txt")
    assert [source.place for source in catalog.sources("r1")] == ["/a.txt"]
    assert catalog.snapshot() == before


def test_a_place_given_to_another_report_leaves_the_first(catalog: Catalog) -> None:
    """A file is a source of one report: put under another, it is the first one's no more."""
    catalog.put("r1", make_report(TEXT), "/a.txt")
    catalog.put("r2", make_report("A man fell."), "/a.txt")
    assert [report_id for report_id, _ in catalog.current()] == ["r2"]


def test_merged_reports_are_one_and_answer_to_both_names(catalog: Catalog) -> None:
    """All sources serve the first, the best of them its text; the other's id leads to it."""
    catalog.put("r1", make_report("A fall.", "A fall", pmid="17"), "/a.ris", "1")
    catalog.put("r2", make_report(TEXT, doi="10.1000/fall"), "/b.txt")
    catalog.merge("r1", "r2")
    assert [report_id for report_id, _ in catalog.current()] == ["r1"]
    for name in ("r1", "r2"):
        stored = catalog.get(name)
        assert (stored.report_id, stored.source, stored.report.bibliography.pmid) == ("r1", "/b.txt", "17")
    assert catalog.revision(catalog.current()[0][1]).report_id == "r1"
    catalog.merge("r1", "r2")
    assert catalog.count() == 1
    catalog.delete("r2")
    assert catalog.count() == 0
    with pytest.raises(NotFoundError, match="'r2'"):
        catalog.get("r2")


def test_a_record_joined_to_a_report_is_found_by_the_id_it_gave_itself(catalog: Catalog) -> None:
    """The id in a data set stays good whatever the report is called."""
    catalog.put("cr-1", make_report(TEXT), "/a.txt")
    catalog.put("cr-1", make_report(TEXT, given_id="set-7"), "/b.jsonl", "set-7")
    assert catalog.get("set-7").report_id == "cr-1"
    assert catalog.given_ids("cr-1") == ["set-7"]


def test_a_persons_decision_is_kept(catalog: Catalog) -> None:
    """Two reports declared the same become one; two told apart stay so, in whatever order they were named."""
    for name in ("r1", "r2", "r3"):
        catalog.put(name, make_report(f"Case {name} fell."), f"/{name}.txt")
    catalog.decide("r3", "r1", same=False)
    catalog.decide("r1", "r2", same=True)
    assert catalog.decided_apart() == {("r1", "r3")}
    assert [report_id for report_id, _ in catalog.current()] == ["r1", "r3"]
    with pytest.raises(NotFoundError, match="'r9'"):
        catalog.decide("r1", "r9", same=False)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("fall", ["a", "b"]),
        ("FALL stairs", ["a"]),
        ("doe", ["a", "b"]),
        ("Muller", ["c"]),
        ("MÜLLER", ["c"]),
        ("10.1000/fall", ["a", "b"]),
        ("PMC3 roe", ["a", "b"]),
        ("c.txt", ["c"]),
        ("stairs b", ["a"]),
        ("annals", []),
        ("zeppelin", []),
        ("'; DROP TABLE reports; --", []),
        ("", ["a", "b", "c"]),
    ],
)
def test_reports_are_found_by_what_identifies_them(catalog: Catalog, words: str, wanted: list[str]) -> None:
    """Words in title, authors, identifiers and source, in any order, without case and accents; all must be told."""
    catalog.put("b", make_report(TEXT, "A fall", **FACTS), "/b.txt")
    catalog.put("a", make_report(TEXT, "A fall on the stairs, b", **FACTS), "/a.txt")
    catalog.put("c", make_report(TEXT, None, authors=("E. Müller",)), "/c.txt")
    assert catalog.find(words) == wanted
    assert [entry.report_id for entry in catalog.entries(among=wanted)] == wanted
    assert [entry.report_id for entry in catalog.entries("a", 1, wanted)] == [each for each in wanted if each > "a"][:1]


@given(title=documents(), words=documents())
def test_a_title_is_found_by_any_part_of_it(title: str, words: str) -> None:
    """And by nothing that stands neither there nor in the source."""
    with tempfile.TemporaryDirectory() as root, closing(Catalog(Path(root) / "catalog.sqlite")) as catalog:
        catalog.put("r1", make_report(TEXT, title), "/1")
        assert catalog.find(title[: len(title) // 2]) == ["r1"]
        told = f"r1 /1 {title} []".lower()
        assert bool(catalog.find(words)) == all(word in told for word in words.lower().split())


def test_entries_come_by_id_and_page(catalog: Catalog) -> None:
    """The list goes on after the last id given, and tells what a report is without its text."""
    for name in ("c", "a", "b"):
        catalog.put(name, make_report(f"Case {name} fell.", f"Title {name}"), f"/{name}.txt")
    first = catalog.entries(limit=2)
    assert [entry.report_id for entry in first] == ["a", "b"]
    assert [entry.report_id for entry in catalog.entries(after="b")] == ["c"]
    assert first[0].bibliography == Bibliography(title="Title a")
    assert (first[0].length, first[0].sources, first[0].reader) == (12, ("/a.txt",), "fake")


def test_a_failure_stands_until_its_file_is_read(catalog: Catalog) -> None:
    """What cannot be read is listed while the file is as it was then, and no longer."""
    catalog.note_attempt(failed("/a.txt"))
    catalog.note_file("/a.txt", "s1", "v1", failed=True)
    assert [attempt.path for attempt in catalog.failures()] == ["/a.txt"]
    assert catalog.failures("/b.txt") == []
    catalog.note_file("/a.txt", "s0", "v1", failed=False)  # the old bytes are back, nothing new was read
    assert catalog.failures() == []


def test_failures_of_records_go_with_the_bytes_they_were_in(catalog: Catalog) -> None:
    """Of a file that changed, only what is broken in it now is listed, once each."""
    for record in ("1", "1", "2"):
        catalog.note_attempt(failed("/a.jsonl", record))
    catalog.note_file("/a.jsonl", "s1", "v1", failed=True)
    assert [attempt.record for attempt in catalog.failures("/a.jsonl")] == ["1", "2"]
    catalog.note_attempt(failed("/a.jsonl", "3", sha256="s2"))
    catalog.note_file("/a.jsonl", "s2", "v1", failed=True)
    assert [attempt.record for attempt in catalog.failures()] == ["3"]


def test_a_transaction_is_kept_whole_or_not_at_all(catalog: Catalog) -> None:
    """An error inside undoes what was written before it, also inside a nested block."""

    def put_and_fail() -> None:
        with catalog.writing():
            catalog.put("r1", make_report(TEXT), "/a.txt")
            with catalog.writing():
                raise KeyError

    with pytest.raises(KeyError):
        put_and_fail()
    assert catalog.count() == 0
    assert catalog.put("r1", make_report(TEXT), "/a.txt") == "read"


def test_opening_and_reading_do_not_wait_for_a_writer(catalog: Catalog) -> None:
    """While one process writes, another opens the catalog and reads the state before."""
    catalog.put("r1", make_report(TEXT), "/a.txt")
    seen: list[int] = []
    with catalog.writing():
        catalog.put("r2", make_report("A man fell."), "/b.txt")
        other = threading.Thread(target=lambda: seen.append(Catalog(catalog.path).count()))
        other.start()
        other.join(timeout=20)
        assert seen == [1]
    assert catalog.count() == 2


def test_threads_share_a_catalog(catalog: Catalog) -> None:
    """Writers in several threads lose nothing."""

    def write(number: int) -> None:
        for at in range(5):
            catalog.put(f"r{number}-{at}", make_report(f"Case {number} {at} fell."), f"/{number}-{at}.txt")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert catalog.count() == 20


def test_a_file_that_is_no_catalog_is_refused(tmp_path: Path) -> None:
    """A path that holds something else is named, with what to check."""
    (tmp_path / "text").write_text("no database, " * 100)
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "text", tmp_path / "folder", tmp_path / "text" / "catalog.sqlite"):
        with pytest.raises(CatalogError, match=f"{path.name}: cannot open the catalog .*--data"):
            Catalog(path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    """A catalog of another program version is left alone."""
    path = tmp_path / "catalog.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(CatalogError, match="catalog format 99, this program reads 2"):
        Catalog(path)


def test_what_sqlite_throws_is_a_catalog_error(tmp_path: Path) -> None:
    """A damaged page met in the middle of a listing, or a folder that is gone, is told of by the file's name."""
    path = tmp_path / "data" / "c.sqlite"
    catalog = Catalog(path)
    for number in range(40):
        catalog.put(f"r{number}", make_report(f"A woman fell {number} times. " * 100), f"/{number}.txt")
    catalog._run("PRAGMA wal_checkpoint(TRUNCATE)")
    catalog.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    for act in (catalog.snapshot, catalog.entries, lambda: catalog.note_file("a", "b", "c", failed=False)):
        with pytest.raises(CatalogError, match=r"c\.sqlite: "):
            act()
    catalog.close()
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()
    with pytest.raises(CatalogError, match=r"c\.sqlite: "):
        catalog.note_file("a", "b", "c", failed=False)


def test_an_error_of_the_database_names_the_file(tmp_path: Path) -> None:
    """A write that SQLite refuses becomes a CatalogError and leaves no transaction open."""
    database = Database(
        tmp_path / "d.sqlite", "test", "CREATE TABLE t(x INTEGER PRIMARY KEY); INSERT INTO t VALUES(1)", 1
    )

    def insert_twice() -> None:
        with database.writing():
            database._run("INSERT INTO t VALUES(2)")
            database._run("INSERT INTO t VALUES(1)")

    with pytest.raises(CatalogError, match=r"d\.sqlite: UNIQUE"):
        insert_twice()
    assert database._row("SELECT count(*) FROM t")[0] == 1
    database.close()


def test_text_that_cannot_be_decoded_is_not_quoted(tmp_path: Path) -> None:
    """SQLite prints the text of a damaged cell; the error says which column, for it is written to logs."""
    database = Database(tmp_path / "d.sqlite", "test", "CREATE TABLE t(x); INSERT INTO t VALUES('')", 1)
    database._run("UPDATE t SET x=CAST(x'6d7920736563726574ff' AS TEXT)")
    with pytest.raises(DamagedCatalogError, match="column 'x'") as told:
        database._row("SELECT x FROM t")
    assert "secret" not in str(told.value)
    database.close()


def test_reports_are_frozen(catalog: Catalog) -> None:
    """What the catalog hands out cannot be changed by accident."""
    catalog.put("r1", make_report(TEXT), "/a.txt")
    report: Report = catalog.get("r1").report
    with pytest.raises(AttributeError):
        report.text = "other"  # type: ignore[misc]


def test_a_source_put_with_the_wrong_report_is_parted_for_good(catalog: Catalog) -> None:
    """It becomes a report of its own, and no later reading brings the two together."""
    catalog.put("r1", make_report(TEXT, doi="10.1000/fall"), "/a.txt")
    catalog.put("r1", make_report("A man fell.", doi="10.1000/fall"), "/b.txt")
    new = catalog.split("/b.txt")
    assert new == "r1-2"
    assert catalog.get(new).report.text == "A man fell."
    assert [source.path for source in catalog.sources("r1")] == ["/a.txt"]
    assert catalog.decided_apart() == {("r1", "r1-2")}
    assert matches(catalog, make_report("A man fell.", doi="10.1000/fall"), besides=[new]) == []
    with pytest.raises(UsageError, match="only source of r1"):
        catalog.split("/a.txt")
    with pytest.raises(NotFoundError, match=r"/c\.txt"):
        catalog.split("/c.txt")


def test_decisions_follow_a_merge(catalog: Catalog) -> None:
    """What was kept apart from one of two is kept apart from both as one; no report is apart from itself."""
    for name in ("a", "b", "c"):
        catalog.put(name, make_report(f"Case {name} fell."), f"/{name}.txt")
    catalog.decide("a", "b", same=False)
    catalog.decide("a", "a", same=False)
    catalog.decide("c", "a", same=True)
    assert catalog.decided_apart() == {("b", "c")}
    catalog.decide("c", "b", same=True)
    assert catalog.decided_apart() == set()


def test_links_follow_a_merge_and_end_with_a_decision(catalog: Catalog) -> None:
    """A preprint's link goes with it into another report; told apart from its published form it has none."""
    for name in ("p", "q", "r"):
        catalog.put(name, make_report(f"Case {name} fell."), f"/{name}.txt")
    catalog.link("p", "preprint-of", "q")
    catalog.merge("r", "p")
    assert catalog.relations("r") == [("preprint-of", "report:q")]
    catalog.decide("q", "r", same=False)
    assert catalog.relations("r") == []


def test_a_numbered_id_is_no_alias_of_the_one_that_it_could_not_have(catalog: Catalog) -> None:
    """Two texts under one given id are two reports: deleting the first does not lead to the second."""
    catalog.put("x", make_report("A woman fell.", given_id="x"), "/a.jsonl", "x")
    catalog.put("x-2", make_report("A man fell.", given_id="x"), "/b.jsonl", "x")
    catalog.delete("x")
    with pytest.raises(NotFoundError):
        catalog.delete("x")
    assert catalog.is_taken("x-2")
    assert not catalog.is_taken("x")


def test_a_report_is_named_by_an_identifier_of_its_article(catalog: Catalog) -> None:
    """However people write it; an id comes first, and what several reports have names none of them."""
    catalog.put("r1", make_report(TEXT, "A fall", **FACTS), "/a.txt")
    for name in ("10.1000/fall", "https://doi.org/10.1000/FALL", "PMID: 17", "17", "pmc3", "PMCID: PMC3"):
        assert catalog.resolve(name) == "r1"
        assert catalog.get(name).report.text == catalog.get("r1").report.text
    catalog.put("17", make_report("A man fell."), "/b.txt")
    assert catalog.resolve("17") == "17"
    catalog.put("r2", make_report("A nun fell.", "Another", doi="10.1000/fall"), "/c.txt")
    for name in ("10.1000/fall", "10.1000/other", "PMID: 18", "no such thing"):
        with pytest.raises(NotFoundError, match=name):
            catalog.resolve(name)


def test_words_that_many_reports_share_find_none_of_them(catalog: Catalog) -> None:
    """A licence that stands in every file costs no more with each of them, and proposes none; own words still do."""
    licence = prose(7, 300)
    for number in range(60):
        catalog.put(f"r{number:02}", make_report(f"{prose(100 + number, 200)} {licence}"), f"/{number}.txt")
    entries = sketch(shingles(licence))
    most = max(row[0] for row in catalog._rows("SELECT count(*) FROM sketches GROUP BY entry"))
    assert 50 < most <= 52
    assert catalog.sharing(entries) == []
    found = catalog.sharing(sketch(shingles(f"{prose(142, 200)} {licence}")))
    assert [report_id for report_id, _ in found] == ["r42"]


def test_a_catalog_that_is_gone_is_told_by_every_thread_and_not_made_anew(tmp_path: Path) -> None:
    """Also by a thread that had it open; one that is put in its place is read and written by all of them."""
    path, copy = tmp_path / "catalog.sqlite", tmp_path / "copy"
    catalog = Catalog(path)
    catalog.put("r1", make_report(TEXT), "a.txt")
    catalog.close()
    shutil.copy(path, copy)
    assert catalog.count() == 1
    for each in tmp_path.glob("catalog.sqlite*"):
        each.unlink()
    told: list[str] = []

    def ask() -> None:
        with pytest.raises(GoneCatalogError) as error:
            catalog.count()
        told.append(str(error.value))

    ask()
    other = threading.Thread(target=ask)
    other.start()
    other.join()
    with pytest.raises(GoneCatalogError):
        catalog.put("r2", make_report(TEXT), "b.txt")
    assert told == [f"{path}: is gone: {PUT_BACK}, and see `casetrove doctor`"] * 2
    assert not path.exists()
    shutil.copy(copy, path)
    catalog.put("r2", make_report("# Case report\n\nA nun had hiccups."), "b.txt")
    assert Catalog(path).count() == catalog.count() == 2


def test_a_transaction_ends_whole_though_the_file_goes_meanwhile(tmp_path: Path) -> None:
    """What is under way is not torn apart; what comes after is told."""
    catalog = Catalog(tmp_path / "catalog.sqlite")
    with catalog.writing():
        catalog.put("r1", make_report(TEXT), "a.txt")
        for each in tmp_path.glob("catalog.sqlite*"):
            each.unlink()
        assert catalog.count() == 1
    with pytest.raises(GoneCatalogError):
        catalog.count()


class Disturbed(Catalog):
    """Its file changes while a connection is being opened."""

    before: Callable[[], object] = staticmethod(lambda: None)
    after: Callable[[], object] = staticmethod(lambda: None)

    def _writable(self) -> sqlite3.Connection:
        self.before()
        connection = super()._writable()
        self.after()
        return connection


def test_a_file_put_in_place_while_another_was_opened_is_seen_by_the_next_use(tmp_path: Path) -> None:
    """What a connection was opened to is told by how the file was before, never by what has come since."""
    path, other = tmp_path / "catalog.sqlite", tmp_path / "other.sqlite"
    for place, count in ((path, 1), (other, 2)):
        with closing(Catalog(place)) as made:
            for number in range(count):
                made.put(f"r{number}", make_report(f"# Case report\n\nNun {number} had hiccups."), f"{number}.txt")
    catalog = Disturbed(path)
    catalog.close()
    catalog.after = lambda: other.exists() and other.replace(path)  # type: ignore[method-assign]
    assert [catalog.count(), catalog.count()] == [1, 2]


def test_a_file_that_goes_while_it_is_opened_is_not_made_again(tmp_path: Path) -> None:
    """An empty catalog in its place would look like one that lost everything."""
    path = tmp_path / "catalog.sqlite"
    catalog = Disturbed(path)
    catalog.close()
    catalog.before = path.unlink  # type: ignore[method-assign]
    with pytest.raises(CatalogError, match=r"catalog\.sqlite"):
        catalog.count()
    assert not path.exists()


def test_what_the_system_refuses_is_told_as_an_error_of_the_catalog(tmp_path: Path) -> None:
    """A folder that cannot be looked into is no bare OSError, whose message would name no remedy."""
    folder = tmp_path / "data"
    catalog = Catalog(folder / "catalog.sqlite")
    folder.rename(tmp_path / "moved")
    folder.symlink_to(folder)  # leads round in a circle
    with pytest.raises(CatalogError, match=r"catalog\.sqlite"):
        catalog.count()


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", ""),
        ("A nun had\nhiccups.", "A nun had hiccups."),
        ("x" * 80, "x" * 80),
        ("word " * 20, " ".join(["word"] * 16) + "…"),
        ("one, " * 20, "one, " * 15 + "one…"),
        ("y" * 200, "y" * 80 + "…"),
    ],
)
def test_a_text_is_known_by_how_it_begins(text: str, start: str) -> None:
    """Whole words on one line, with a sign where it goes on."""
    assert opening(text) == start
