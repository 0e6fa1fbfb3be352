from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import MalformedError, NoTextError, TooLargeError, UnsupportedFormatError
from corpus.model import Bibliography, Part, Relation, Report
from corpus.readers import bibliographic
from corpus.readers.base import Read
from corpus.readers.bibliographic import Entry, Link, Slip, lines, named_in, read_entries, relations, year_in
from corpus.readers.bibliographic_text import Labelled
from corpus.readers.numbering import Numbering
from corpus.tracked import Tracked
from tests.bibliographies import assert_leads_back, shown


def entry(title: str = "", *abstract: tuple[str, str], keywords: tuple[str, ...] = (), **facts: object) -> Entry:
    """An entry laid out on a slip; ``abstract`` holds pairs of label and text."""
    slip = Slip()

    def piece(text: str) -> Tracked | None:
        return Tracked.of(text, slip.add(text)) if text else None

    heading = piece(title)
    pieces = [Labelled(piece(label), piece(text) or Tracked.of("")) for label, text in abstract]
    words = [Tracked.of(word, slip.add(word)) for word in keywords]
    return Entry(slip.raw, Bibliography(**facts), heading, pieces, words)  # type: ignore[arg-type]


def read(*entries: Entry) -> list[Read]:
    found = [(0, each) for each in entries]
    return list(read_entries(found, lambda each: each, reader="test", name="list.x"))


def report_of(each: Entry) -> Report:
    (result,) = read(each)
    assert result.report is not None, result.error
    assert_leads_back(result)
    return result.report


def test_an_entry_is_its_title_its_abstract_and_its_keywords() -> None:
    """The three stand in that order; a label is the heading of its paragraph; facts are in no text."""
    report = report_of(
        entry(
            "A man with gout.",
            ("CASE", "He had gout."),
            ("OUTCOME", "It went away."),
            keywords=("gout", "feet"),
            journal="Invented Journal",
            pmid="5",
        )
    )
    assert shown(report) == [
        ("title", None, "A man with gout"),
        ("abstract", "CASE", "He had gout."),
        ("abstract", "OUTCOME", "It went away."),
        ("keywords", None, "gout; feet"),
    ]
    assert "Invented" not in report.text
    assert report.bibliography == Bibliography(title="A man with gout", journal="Invented Journal", pmid="5")
    assert report.reader == "test"


def test_many_entries_of_one_name_are_numbered_in_turn() -> None:
    """Each entry with the same identifier has a record of its own, however many there are."""
    records = [each.record for each in read(*[entry("Gout", pmid="1")] * 5_000)]
    assert records[:3] == ["pmid:1", "pmid:1-2", "pmid:1-3"]
    assert len(set(records)) == len(records)


def test_a_number_that_is_taken_is_passed_over() -> None:
    """A name that another entry's number would give is given once."""
    records = Numbering()
    assert [records.free(name) for name in ("a", "a-2", "a", "a-2", "a")] == ["a", "a-2", "a-3", "a-2-2", "a-4"]


@given(st.lists(st.sampled_from(["a", "a-2", "a-2-2", "b", ""]), max_size=30))
def test_numbered_names_are_new_every_time(wanted: list[str]) -> None:
    """No name is given twice, and one that is free is given as it is."""
    records = Numbering()
    given_ = [records.free(name) for name in wanted]
    assert len(set(given_)) == len(given_)
    assert given_[:1] == wanted[:1]


def test_an_abstract_without_labels_is_one_section() -> None:
    """Paragraphs without labels follow one another under no heading."""
    report = report_of(entry("A title", ("", "One."), ("", "Two.")))
    assert shown(report) == [("title", None, "A title"), ("abstract", None, "One.\n\nTwo.")]


def test_an_entry_with_a_title_alone_is_a_report() -> None:
    """Its metadata are kept until its text comes; the title is its only section and sentence."""
    report = report_of(entry("A man with gout.", doi="10.9999/a"))
    assert report.text == "A man with gout"
    assert shown(report) == [("title", None, "A man with gout")]
    assert [sentence.span.of(report.text) for sentence in report.sentences] == ["A man with gout"]
    assert report.source_map.parts == (Part(0, 16, "entry", "doi:10.9999/a"),)
    assert report.references == ()


def test_keywords_without_an_abstract_are_kept() -> None:
    """A title and keywords make a short report; blank keywords leave nothing."""
    report = report_of(entry("A title", keywords=("one ", " ", "\u200b", "two")))
    assert shown(report)[0] == ("title", None, "A title")
    assert report.text.startswith("A title\n\none; ")
    assert report.text.endswith("two")


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u00ad\n"])
def test_a_blank_abstract_is_none(blank: str) -> None:
    """An abstract of white space or invisible marks, even under a label, leaves a report of the title."""
    assert shown(report_of(entry("A title", ("CASE", blank)))) == [("title", None, "A title")]


def test_an_abstract_without_a_title_is_read() -> None:
    """The title is then unknown, not made up."""
    report = report_of(entry("", ("", "He had gout.")))
    assert report.bibliography.title is None
    assert shown(report) == [("abstract", None, "He had gout.")]


@pytest.mark.parametrize("title", ["", ".", "[].", "\u200b"])
def test_an_entry_without_title_and_abstract_is_told_of(title: str) -> None:
    """Keywords alone make no report."""
    (result,) = read(entry(title, keywords=("gout",), pmid="7"))
    assert result.record == "pmid:7"
    assert isinstance(result.error, NoTextError)
    assert str(result.error).startswith("list.x, entry 1 has neither a title nor an abstract")


@pytest.mark.parametrize(
    ("facts", "record"),
    [
        ({"pmid": "5", "pmcid": "PMC6", "doi": "10.9999/a"}, "pmid:5"),
        ({"pmcid": "PMC6", "doi": "10.9999/a"}, "pmcid:pmc6"),
        ({"doi": "10.9999/a"}, "doi:10.9999/a"),
        ({}, "entry 1"),
    ],
)
def test_a_record_is_named_by_what_the_entry_is(facts: dict[str, object], record: str) -> None:
    """The surest identifier names it, so that it keeps its name where the list is sorted anew."""
    assert [each.record for each in read(entry("A title", **facts))] == [record]


def test_records_of_one_name_are_told_apart() -> None:
    """An article that is listed twice is two records, in order."""
    twice = entry("A title", pmid="5")
    assert [each.record for each in read(twice, twice, twice)] == ["pmid:5", "pmid:5-2", "pmid:5-3"]


def test_a_bad_entry_does_not_stop_the_rest() -> None:
    """Its record says which entry, on which line and why; the entries after it are read."""

    def interpret(item: str) -> Entry:
        if item == "bad":
            raise MalformedError("is bad: mend it")
        return entry(item)

    found = [(1, "one"), (9, "bad"), (20, "two")]
    first, bad, last = read_entries(found, interpret, reader="test", name="list.x")
    assert (first.record, last.record) == ("entry 1", "entry 3")
    assert last.report is not None
    assert bad.record == "entry 2"
    assert isinstance(bad.error, MalformedError)
    assert str(bad.error) == "list.x, entry 2 (line 9) is bad: mend it"


def test_a_refused_entry_is_named() -> None:
    """An entry that is known and not read (a book) says so under its own name."""
    book = Entry("", Bibliography(pmid="9"), refusal=UnsupportedFormatError("is a book"))
    (result,) = read(book)
    assert result.record == "pmid:9"
    assert isinstance(result.error, UnsupportedFormatError)
    assert str(result.error) == "list.x, entry 1 is a book"


def test_notes_of_an_entry_reach_its_record() -> None:
    """What a person should know of an entry that was read is told with it."""
    slip = Slip()
    title = Tracked.of("A title", slip.add("A title"))
    (result,) = read(Entry(slip.raw, Bibliography(), title, notes=("cut short",)))
    assert result.notes == ("cut short",)


def test_a_list_without_entries_is_refused() -> None:
    """Nothing to read is said, not passed over."""
    with pytest.raises(NoTextError, match=r"list\.x holds no entries"):
        read()


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries up to the limit are read, and the file is named."""
    monkeypatch.setattr(bibliographic, "MAX_ENTRIES", 2)
    results = read_entries([(0, entry("A title"))] * 3, lambda each: each, reader="test", name="list.x")
    assert [next(results).record, next(results).record] == ["entry 1", "entry 2"]
    with pytest.raises(TooLargeError, match=r"list\.x has more than 2 entries"):
        next(results)


def test_entries_are_read_one_by_one() -> None:
    """No entry is asked for before the one before it was taken: a long list is never held."""
    asked = []

    def found() -> Iterator[tuple[int, Entry]]:
        for number in range(1000):
            asked.append(number)
            yield 0, entry(f"Title {number}")

    results = read_entries(found(), lambda each: each, reader="test", name="list.x")
    next(results)
    next(results)
    assert asked == [0, 1]


def test_lines_end_at_cr_and_lf_only() -> None:
    """A form feed, a NEL or a Unicode line separator inside a field does not end its line."""
    assert list(lines("a\r\nb\rc\n\nd\x0be\x85f\u2028g")) == ["a\r\n", "b\r", "c\n", "\n", "d\x0be\x85f\u2028g"]
    assert list(lines("")) == []


@given(st.text(alphabet="ab \r\n\x85\u2028"))
def test_lines_make_up_the_text(text: str) -> None:
    """Nothing is lost between lines."""
    assert "".join(lines(text)) == text
    assert [line.rstrip("\r\n") for line in lines(text)] == re.split("\r\n|\n|\r", text)[: len(list(lines(text)))]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2014", 2014),
        ("2014//", 2014),
        ("1998 Dec-1999 Jan", 1998),
        ("Spring 2003", 2003),
        ("03/04/2011", 2011),
        ("n.d.", None),
        ("20145", None),
        ("1066", None),
    ],
)
def test_a_year_is_found_in_any_date(text: str, year: int | None) -> None:
    """Years of four figures from 1800 on count; longer numbers are none."""
    assert year_in(text) == year


@pytest.mark.parametrize(
    ("reference", "identifier"),
    [
        ("Inv J. 2020 Jan;1(2):3. doi: 10.9999/AB.1. PMID: 0123", "pmid:123"),
        ("Inv J. 2020 Jan;1(2):3. doi: 10.9999/AB.1.", "doi:10.9999/ab.1"),
        ("Inv J. 2020 Jan;1(2):3.", ""),
    ],
)
def test_a_reference_names_its_article(reference: str, identifier: str) -> None:
    """Its PMID, else its DOI, else nothing."""
    assert named_in(reference) == identifier


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("RetractionIn", "retracted-by"),
        ("Retraction in", "retracted-by"),
        ("RetractionOf", "retracts"),
        ("PartialRetractionIn", "corrected-by"),
        ("Partial retraction of", "corrects"),
        ("ErratumIn", "corrected-by"),
        ("Erratum for", "corrects"),
        ("ExpressionOfConcernIn", "concern-in"),
        ("Expression of concern for", "concern-about"),
        ("CorrectedandRepublishedIn", "corrected-by"),
        ("RetractedandRepublishedIn", "retracted-by"),
        ("Preprint of", "preprint-of"),
        ("Preprint in", "has-preprint"),
    ],
)
def test_links_become_relations(word: str, kind: str) -> None:
    """PubMed's and Europe PMC's words for one thing are one relation."""
    assert relations([Link(word, "pmid:1")], Bibliography()) == (Relation(kind, "pmid:1"),)  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["CommentIn", "Cites", "UpdateIn", "CorrectedandRepublishedFrom", "", "Nonsense"])
def test_other_links_are_left_out(word: str) -> None:
    """Comments, citations and new versions of reviews say nothing of an article's standing."""
    assert relations([Link(word, "pmid:1", "Inv Rev. 2020")], Bibliography()) == ()


def test_updates_of_preprints_are_relations() -> None:
    """A preprint knows its published form, a published article its preprint, where their words or DOIs say so."""
    update_in, update_of = Link("UpdateIn", "pmid:1"), Link("UpdateOf", "pmid:2", "medRxiv. 2021 Mar 3")
    preprint = Bibliography(declared=("Preprint",))
    assert relations([update_in], preprint) == (Relation("preprint-of", "pmid:1"),)
    assert relations([update_of], Bibliography()) == (Relation("has-preprint", "pmid:2"),)
    by_doi = Link("UpdateOf", "pmid:2", "Res Sq. 2020. doi: 10.21203/rs.3.rs-1/v1")
    assert relations([by_doi], Bibliography()) == (Relation("has-preprint", "pmid:2"),)
    assert relations([Link("Preprint in", "")], Bibliography()) == ()


def test_a_type_stands_in_for_a_notice_that_is_not_named() -> None:
    """A retracted article is marked also where its notice is not named; a named one is not told twice."""
    retracted = Bibliography(declared=("Journal Article", "Retracted Publication"))
    assert relations([], retracted) == (Relation("retracted-by"),)
    assert relations([Link("RetractionIn", "pmid:1")], retracted) == (Relation("retracted-by", "pmid:1"),)
    assert relations([], Bibliography(declared=("retraction of publication",))) == (Relation("retracts"),)
    assert relations([], Bibliography(declared=("Published Erratum",))) == (Relation("corrects"),)
    assert relations([Link("ErratumIn", "")], Bibliography()) == (Relation("corrected-by"),)


def test_a_title_that_says_so_marks_the_article() -> None:
    """Lists that name no notices (RIS, tables) still show what journals put before the title."""
    assert report_of(entry("RETRACTED: A man with gout.")).bibliography.relations == (Relation("retracted-by"),)
    named = report_of(entry("RETRACTED: A man.", relations=(Relation("retracted-by", "pmid:5"),)))
    assert named.bibliography.relations == (Relation("retracted-by", "pmid:5"),)
    assert report_of(entry("A man who retracted his words")).bibliography.relations == ()


def test_a_link_given_twice_is_one_relation() -> None:
    """Order is kept, repetitions are not."""
    links = [Link("ErratumIn", "pmid:2"), Link("ErratumIn", "pmid:1"), Link("Erratum in", "pmid:2")]
    assert [each.identifier for each in relations(links, Bibliography())] == ["pmid:2", "pmid:1"]


@given(st.text(), st.lists(st.tuples(st.text(max_size=20), st.text())), st.lists(st.text(max_size=20)))
def test_every_span_leads_back(title: str, abstract: list[tuple[str, str]], keywords: list[str]) -> None:
    """Whatever an entry holds, it is a report whose spans lead to its raw text, or is told of."""
    for result in read(entry(title, *abstract, keywords=tuple(keywords))):
        if result.report is not None:
            assert_leads_back(result)
        else:
            assert isinstance(result.error, NoTextError)
