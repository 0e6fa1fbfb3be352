"""Which report a file is: corrected, replaced, copied, moved, in another format, a record among others."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from corpus.catalog import Catalog
from corpus.ingest import ingest
from corpus.same_article import is_corrected
from tests.fakes import make_report
from tests.ingesting import BITE, DOI, FALL, Write, counts, html, places, record, records, texts


def test_a_corrected_file_keeps_its_id_and_loses_its_old_text(catalog: Catalog, write: Write) -> None:
    """Corrected in place, the report is the same one with the new words; the old ones are served no more."""
    path = write("a.txt", FALL.format("She was given morphine."))
    ingest(catalog, [path])
    ((report_id, _),) = catalog.current()
    path.write_text(FALL.format("She was given nothing."))
    assert counts(ingest(catalog, [path])) == (0, 1, 0, 0, 0)
    assert [found for found, _ in catalog.current()] == [report_id]
    assert "nothing" in texts(catalog)
    assert "morphine" not in texts(catalog)


def test_a_file_that_holds_another_article_is_another_report(catalog: Catalog, write: Write) -> None:
    """Other words in the same file make a new report, and the old one leaves."""
    path = write("a.txt")
    ingest(catalog, [path])
    ((before, _),) = catalog.current()
    path.write_text(BITE)
    summary = ingest(catalog, [path])
    assert (counts(summary), summary.removed) == ((1, 0, 0, 0, 0), 1)
    ((after, _),) = catalog.current()
    assert after != before
    assert "stairs" not in texts(catalog)


@pytest.mark.parametrize("names", [("a.txt", "b.txt"), ("b.txt", "a.txt")])
def test_a_replaced_file_takes_no_report_from_another_that_holds_it(
    catalog: Catalog, write: Write, names: tuple[str, str]
) -> None:
    """Where a copy exists, the report stays, is served from the copy, and is read from it in the same run."""
    original, copy = write(names[0]), write(names[1])
    ingest(catalog, [original, copy])
    ((fall, _),) = catalog.current()
    original.write_text(BITE)
    ingest(catalog, [original.parent])
    assert catalog.count() == 2
    assert catalog.get(fall).source == str(copy)
    assert places(catalog, fall) == [str(copy)]


def test_a_copy_outside_the_run_takes_over_too(catalog: Catalog, write: Write) -> None:
    """The copy is read anew even if only the replaced file was given."""
    original, copy = write("a.txt"), write("elsewhere/b.txt")
    ingest(catalog, [original, copy])
    original.write_text(BITE)
    ingest(catalog, [original])
    assert {catalog.revision(revision).source for _, revision in catalog.current()} == {str(original), str(copy)}
    assert counts(ingest(catalog, [copy])) == (0, 0, 1, 0, 0)


def test_the_same_article_in_two_formats_is_one_report_with_two_sources(catalog: Catalog, write: Write) -> None:
    """A shared DOI makes the page and the text one report, served from the page, which keeps more of the article."""
    text = write("a.txt", FALL.format("She was well.") + f"\n{DOI}\n")
    page = write("b.html", html("A woman of 34 fell on the stairs at home. She got up after an hour."))
    assert counts(ingest(catalog, [text, page])) == (1, 1, 0, 0, 0)
    ((report_id, _),) = catalog.current()
    assert places(catalog, report_id) == [str(text), str(page)]
    assert catalog.get(report_id).report.bibliography.doi == "10.1000/fall.34"


def test_the_full_text_replaces_the_abstract(catalog: Catalog, write: Write) -> None:
    """A much longer text of a known article is served instead, under the same id, whichever comes first."""
    abstract = write("a.html", html("A woman of 34 fell on the stairs."))
    ingest(catalog, [abstract])
    ((report_id, _),) = catalog.current()
    full = write("b.html", html("A woman of 34 fell on the stairs. " + "She was examined with care for an hour. " * 9))
    assert counts(ingest(catalog, [full])) == (0, 1, 0, 0, 0)
    assert catalog.current()[0][0] == report_id
    assert "examined" in texts(catalog)
    abstract.write_text(html("A woman of 35 fell on the stairs."))
    assert counts(ingest(catalog, [abstract])) == (0, 0, 1, 0, 0)
    assert "examined" in texts(catalog)


def test_a_renamed_file_is_the_same_report_at_its_new_place(catalog: Catalog, write: Write) -> None:
    """After a move nothing is new; citations name the new file and the old one is forgotten."""
    path = write("a.txt")
    ingest(catalog, [path])
    ((report_id, _),) = catalog.current()
    moved = path.rename(path.with_name("moved.txt"))
    assert counts(ingest(catalog, [moved])) == (0, 0, 1, 0, 0)
    assert catalog.get(report_id).source == str(moved)
    assert places(catalog, report_id) == [str(moved)]


@pytest.mark.parametrize("known", [True, False])
def test_a_file_corrected_after_a_move_is_served(catalog: Catalog, write: Write, known: bool) -> None:
    """The new words are served under the old id, whether or not the copy was seen before the original went."""
    facts = "" if known else f"\n{DOI}\n"
    path = write("a.txt", FALL.format("She was given morphine.") + facts)
    copy = write("b.txt", FALL.format("She was given morphine.") + facts)
    ingest(catalog, [path, copy] if known else [path])
    ((report_id, _),) = catalog.current()
    path.unlink()
    copy.write_text(FALL.format("She was given nothing.") + facts)
    ingest(catalog, [copy])
    assert [found for found, _ in catalog.current()] == [report_id]
    assert "morphine" not in texts(catalog)


def test_records_of_one_file_are_reports_of_their_own(catalog: Catalog, write: Write) -> None:
    """A record keeps the id it gives; equal words under another id are a duplicate, others are not."""
    path = write(
        "a.jsonl", records(record("x", "A woman fell."), record("y", "A man fell."), record("z", "A woman fell."))
    )
    assert counts(ingest(catalog, [path])) == (2, 0, 0, 1, 0)
    assert [found for found, _ in catalog.current()] == ["x", "y"]
    assert places(catalog, "x") == [f"{path}#x", f"{path}#z"]


def test_one_id_for_two_texts_makes_two_reports(catalog: Catalog, write: Write) -> None:
    """Two files may number their records alike: the second gets a number after its name."""
    one = write("a.jsonl", records(record("1", "A woman fell down the stairs at home.")))
    two = write("b.jsonl", records(record("1", "A farmer was bitten by a viper.")))
    assert counts(ingest(catalog, [one, two])) == (2, 0, 0, 0, 0)
    assert [found for found, _ in catalog.current()] == ["1", "1-2"]


def test_one_id_for_two_records_of_a_file_makes_two_reports(catalog: Catalog, write: Write) -> None:
    """Neither text is lost, and reading the file again changes nothing."""
    path = write(
        "a.jsonl", records(record("x", "A woman fell."), record("x", "A man fell."), record("x", "A man fell."))
    )
    assert counts(ingest(catalog, [path])) == (2, 0, 0, 1, 0)
    assert [found for found, _ in catalog.current()] == ["x", "x-2"]
    path.write_text(path.read_text() + "\n")
    summary = ingest(catalog, [path])
    assert (counts(summary), summary.changed) == ((0, 0, 3, 0, 0), False)
    path.write_text(records(record("x", "A man fell.")))
    ingest(catalog, [path])
    assert texts(catalog) == "A man fell."


def test_a_broken_line_and_an_id_like_its_number_are_told_apart(catalog: Catalog, write: Write) -> None:
    """A number given as an id does not hide the failure of the line with that number."""
    path = write("a.jsonl", records("{broken", record("1", "A woman fell.")))
    assert counts(ingest(catalog, [path])) == (1, 0, 0, 0, 1)
    assert [attempt.record for attempt in catalog.failures()] == ["line 1"]


def test_a_record_that_is_gone_from_its_file_leaves(catalog: Catalog, write: Write) -> None:
    """A changed file serves what it holds now and nothing that was taken out of it."""
    path = write("a.jsonl", records(record("x", "A woman fell."), record("y", "A man fell.")))
    ingest(catalog, [path])
    path.write_text(records(record("y", "A man fell.")))
    summary = ingest(catalog, [path])
    assert (counts(summary), summary.removed, summary.changed) == ((0, 0, 1, 0, 0), 1, True)
    assert [found for found, _ in catalog.current()] == ["y"]


def test_a_broken_record_costs_no_other(catalog: Catalog, write: Write) -> None:
    """The bad line is named with its number; the others are read, and what it held before is kept."""
    path = write("a.jsonl", records(record("x", "A woman fell."), record("y", "A man fell.")))
    ingest(catalog, [path])
    path.write_text(records("{broken", record("y", "A man fell twice."), record("z", "A child fell off a horse.")))
    summary = ingest(catalog, [path])
    assert counts(summary) == (1, 1, 0, 0, 1)
    assert "line 1" in summary.failures[0].reason
    assert [found for found, _ in catalog.current()] == ["x", "y", "z"]


def test_half_a_surrogate_pair_costs_no_other_record(catalog: Catalog, write: Write) -> None:
    """JSON can hold characters that no database can; they are replaced and nothing is lost."""
    half = record("x\ud83d", "A woman \ud83d fell.", title="A \ud83d fall", authors=["D\ud83d. Oe"], journal="J \ud83d")
    path = write("a.jsonl", records(half, record("y", "A man fell.")))
    assert counts(ingest(catalog, [path])) == (2, 0, 0, 0, 0)
    stored = catalog.get("x\ufffd").report
    assert stored.text == "A woman \ufffd fell."
    assert json.dumps(asdict(stored.bibliography), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (make_report("Some words."), make_report("Some words."), True),
        (make_report("A b c d e f g h i j."), make_report("A b c d e f g h i j k l m n."), True),
        (make_report("A b c d e f g."), make_report("T u v w x y z."), False),
        (make_report("Some words.", doi="10.1/a"), make_report("Others.", doi="10.1/A"), True),
        (make_report("Some words.", doi="10.1/a"), make_report("Some words.", doi="10.1/b"), False),
        (make_report("Some words.", doi="10.1/a"), make_report("Some words.", pmid="7"), True),
        (make_report("Some words.", pmid="8"), make_report("Some words.", pmid="7"), False),
    ],
)
def test_a_corrected_text_goes_by_identifiers_then_by_words(one: object, two: object, same: bool) -> None:
    """An identifier that both have decides; else a fifth of the shorter text must be shared."""
    assert is_corrected(one, two) is same  # type: ignore[arg-type]
