from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, MalformedError, NoTextError
from corpus.model import Part, Report
from corpus.readers.base import Read
from corpus.readers.jsonl import JsonlReader

SHARED = Path(__file__).parents[2].parent / "shared"


def read(*records: Any) -> list[Read]:
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in records]
    return list(JsonlReader().read("\n".join(lines).encode(), "many.jsonl"))


def only(record: Any) -> Report:
    (result,) = read(record)
    assert result.error is None
    assert result.report is not None
    return result.report


def failure(record: Any) -> str:
    (result,) = read(record)
    assert result.report is None
    assert isinstance(result.error, MalformedError)
    return str(result.error)


def test_a_record_is_a_report() -> None:
    """All fields of a record reach the report; identifiers are brought into their normal form."""
    report = only(
        {
            "id": "r1",
            "text": "He had gout.",
            "title": "A man  with gout",
            "authors": ["Anna Miller", "Carl Jones"],
            "journal": "Inv J",
            "year": "2001",
            "doi": "https://doi.org/10.9999/ABC",
            "pmid": 77,
            "pmcid": "pmc88",
            "licence": {"ignored": True},
        }
    )
    about = report.bibliography
    assert report.given_id == "r1"
    assert (about.title, about.authors, about.journal) == ("A man with gout", ("Anna Miller", "Carl Jones"), "Inv J")
    assert (about.year, about.doi, about.pmid, about.pmcid) == (2001, "10.9999/abc", "77", "PMC88")
    assert report.text == report.raw == "He had gout."
    assert report.source_map.parts == (Part(0, 12, "line", ""),)
    assert report.reader == "jsonl"


def test_text_alone_is_enough() -> None:
    """Everything but the text may be absent or null."""
    report = only({"text": "He had gout.", "title": None, "year": None, "authors": None, "doi": ""})
    assert report.given_id is None
    assert report.bibliography.title is None
    assert [each.kind for each in report.sections] == ["body"]


def test_beir_records_are_read() -> None:
    """ "_id" serves as the id where there is no "id"."""
    assert only({"_id": "d9", "text": "He had gout."}).given_id == "d9"
    assert only({"_id": "d9", "id": "d8", "text": "He had gout."}).given_id == "d8"
    assert only({"id": 12, "text": "He had gout."}).given_id == "12"


def test_authors_may_be_one_string() -> None:
    """Names divided by semicolons are a list of names."""
    assert only({"text": "He had gout.", "authors": "Anna Miller; Carl Jones;"}).bibliography.authors == (
        "Anna Miller",
        "Carl Jones",
    )


def test_the_title_is_kept_out_of_the_text() -> None:
    """A title that has no place in the text stays in the bibliography: every code point of a report has a source."""
    report = only({"text": "He had gout.", "title": "A man with gout"})
    assert "A man with gout" not in report.text


def test_a_title_that_the_text_repeats_is_a_title_there() -> None:
    """Where the text begins with the title, that line is the title and not the report's first sentence."""
    report = only({"text": "A man with gout\nHe had gout.", "title": "A Man with Gout."})
    assert [(each.kind, each.body.of(report.text)) for each in report.sections] == [
        ("title", "A man with gout"),
        ("body", "He had gout."),
    ]


def test_sections_are_found_in_full_texts() -> None:
    """Headings, run-in labels and reference lists of a record are those of any text."""
    text = (
        "Background: Gout is old.\nCase presentation: He had gout.\n\n2.1. Treatment\n\nColchicine.\n\n"
        "References\n\n1. A. 1990.\n2. B. 1991."
    )
    report = only({"text": text})
    assert [each.kind for each in report.sections] == ["introduction", "case", "treatment", "references"]
    assert len(report.references) == 2


def test_splinters_of_a_sentence_are_put_together() -> None:
    """Cross-references that an export put on lines of their own go back into their sentence."""
    report = only(
        {"text": "The knee was red (\n\nFigure 1A\n\n). It was hot, as shown in\n\nFigure 2\n\n, and swollen."}
    )
    assert [each.span.of(report.text) for each in report.sentences] == [
        "The knee was red (Figure 1A).",
        "It was hot, as shown in Figure 2, and swollen.",
    ]


def test_nothing_of_a_record_is_dropped() -> None:
    """What would be furniture or a footer on a page is text in a record."""
    text = "Hide details\n\nReceived: 1 May 2001\n\nHe had gout.\n\nCorrespondence: Anna Miller\n\nHe was well."
    report = only({"text": text})
    assert report.text == text
    assert {each.kind for each in report.sections} == {"body"}


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("{not json", "is not JSON"),
        ("[1, 2]", "a record is a JSON object"),
        ('"text"', "a record is a JSON object"),
        ({"id": "x"}, '"text" must be'),
        ({"text": None}, '"text" must be'),
        ({"text": 5}, '"text" must be'),
        ({"text": "He.", "title": ["a"]}, '"title" must be a string'),
        ({"text": "He.", "year": "soon"}, '"year" must be a year'),
        ({"text": "He.", "year": 20}, '"year" must be a year'),
        ({"text": "He.", "year": [2001]}, '"year" must be a year'),
        ({"text": "He.", "year": float("inf")}, '"year" must be a year'),
        ('{"text": ["\\ud83d"]}', '"text" must be'),
        ({"text": "He.", "authors": [1]}, '"authors" must be a list'),
        ({"text": "He.", "authors": {"a": "b"}}, '"authors" must be a list'),
        ({"text": "He.", "id": {"a": 1}}, '"id" must be a string'),
        ({"text": "He.", "id": True}, '"id" must be a string'),
        ("[" * 100_000, "many.jsonl, line 1"),
    ],
)
def test_a_bad_line_names_its_place_and_field(record: Any, said: str) -> None:
    """A record that is not as it should be is told of with file, line and field."""
    message = failure(record)
    assert "many.jsonl, line 1" in message
    assert said in message
    assert len(message) < 250
    assert message.encode().decode() == message  # it can be stored and shown


def test_a_bad_line_does_not_stop_the_rest() -> None:
    """Good records around a bad one are read; the bad one is named by its id or its line."""
    results = read({"id": "a", "text": "One."}, "oops", {"id": "c", "text": 3}, "", {"text": "Two."})
    assert [each.record for each in results] == ["a", "line 2", "c", "line 5"]
    assert [each.report is not None for each in results] == [True, False, False, True]


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_no_text(text: str) -> None:
    """A record without words is told of as such."""
    (result,) = read({"id": "a", "text": text})
    assert isinstance(result.error, NoTextError)
    assert "many.jsonl, line 1" in str(result.error)


def test_an_empty_file_is_refused_as_a_whole() -> None:
    """A file of blank lines has no records to tell of."""
    with pytest.raises(EmptyFileError, match=r"many\.jsonl"):
        read("", "  ")


def test_line_separators_inside_strings_do_not_cut_records() -> None:
    """Only a line feed ends a record: JSON strings may hold other line separators."""
    report = only('{"text": "He had\u2028gout.\u0085He was well."}')
    assert report.raw == "He had\u2028gout.\u0085He was well."


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_records_is_read_like_lines(indent: int | None) -> None:
    """One JSON list, on one line or many, gives its items as records, named by their ids or their numbers."""
    records = [{"id": "a", "text": "He had gout."}, 5, {"text": "She had a rash."}, {"id": "d", "text": ""}]
    found = list(JsonlReader().read(json.dumps(records, indent=indent).encode(), "many.json"))
    assert [each.record for each in found] == ["a", "item 2", "item 3", "d"]
    assert [each.error is None for each in found] == [True, False, True, False]
    assert "many.json, item 2 holds 5: a record is a JSON object" in str(found[1].error)


def test_one_record_over_many_lines_is_read() -> None:
    """One JSON object set over many lines is one record."""
    (found,) = JsonlReader().read(b'\n{\n  "id": "a",\n  "text": "He had gout."\n}\n', "one.json")
    assert found.record == "a"
    assert found.report is not None


@pytest.mark.parametrize("text", ['{"text": "He had gout."', "{\n", "[{]", "[" * 100_000, '[{"text": "He had'])
def test_json_that_breaks_off_is_told_by_line(text: str) -> None:
    """What is no whole JSON document is gone through line by line, and each bad line is told of."""
    found = list(JsonlReader().read(text.encode(), "bad.json"))
    assert found
    assert all("bad.json, line " in str(each.error) for each in found)


@given(st.text(max_size=200))
def test_any_text_keeps_its_letters(text: str) -> None:
    """The raw text is the record's text exactly; the normalised text has the same letters in order of its blocks."""
    (result,) = read({"text": text})
    if result.report is None:
        assert result.error is not None
        return
    assert result.report.raw == text
    for sentence in result.report.sentences:
        start, end = result.report.source_map.raw(sentence.span)
        assert 0 <= start < len(text)
        assert 0 < end <= len(text)


@pytest.mark.slow
def test_all_development_records_are_read_whole() -> None:
    """Every record of the development corpus is read, and no word of it is lost."""
    path = SHARED / "data" / "reports" / "reports.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not here: it is development data outside the repository")
    count = 0
    for result in JsonlReader().read(path.read_bytes(), path.name):
        report = result.report
        assert report is not None, result.error
        count += 1
        assert sum(map(str.isalnum, report.text)) >= sum(map(str.isalnum, report.raw)) * 0.99
        assert len(report.sentences) >= 1
    assert count == 6382
