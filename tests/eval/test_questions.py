"""Clinicians' questions: what is kept here is well formed, quotes no report, and makes a set with the reports."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import MalformedError, NotFoundError, UsageError
from eval.questions import QUESTIONS, build_set, main
from eval.topics import Document, load, queries_of

REPORTS = Path(__file__).parents[2].parent / "shared" / "data" / "reports" / "reports.jsonl"
needs_reports = pytest.mark.skipif(not REPORTS.is_file(), reason="the shared reports are not there")

KINDS = ("treatment", "presentation", "adverse effect", "diagnosis", "imaging", "outcome")
TRAITS = ("abbreviation", "lay", "typo", "negation")
PER_KIND = 20
GRADES = {0, 1, 2}
RUN = 8
"""A question that shares as many words in a row with a report is a copy of it."""


def questions() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (QUESTIONS / "queries.jsonl").read_text(encoding="utf-8").splitlines()]


def judgements() -> list[tuple[str, str, int]]:
    with (QUESTIONS / "qrels" / "test.tsv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter="\t")
    assert header == ["query-id", "corpus-id", "score"]
    return [(question, report, int(grade)) for question, report, grade in rows]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    """Every ``RUN`` words in a row."""
    found = words(text)
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def report(report_id: str, title: str | None, text: str) -> str:
    return json.dumps({"id": report_id, "title": title, "text": text, "licence": "told elsewhere"}) + "\n"


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Two reports, one without a title."""
    path = tmp_path / "reports.jsonl"
    path.write_text(
        report("R1", "Gout", "The knee was red.") + report("R2", None, "Fièvre for a week."), encoding="utf-8"
    )
    return path


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """One judged question."""
    folder = tmp_path / "asked"
    (folder / "qrels").mkdir(parents=True)
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "red knee", "kind": "presentation"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tR1\t2\nq1\tR2\t0\n")
    return folder


def test_there_are_twenty_questions_of_each_kind() -> None:
    """The six kinds are asked for equally, and there is no seventh."""
    assert Counter(question["kind"] for question in questions()) == dict.fromkeys(KINDS, PER_KIND)


def test_questions_are_numbered_without_gaps() -> None:
    """Ids are q001 to q120, in order."""
    assert [question["_id"] for question in questions()] == [f"q{n:03d}" for n in range(1, PER_KIND * len(KINDS) + 1)]


def test_a_question_has_these_fields_and_no_others() -> None:
    """Nothing of a report can hide in a field that nobody looks at."""
    assert {tuple(question) for question in questions()} == {("_id", "text", "kind", "traits", "drawn_from")}


def test_no_question_is_asked_twice() -> None:
    """Two questions differ in more than spaces, marks and capitals, and come from different reports."""
    asked = [" ".join(words(question["text"])) for question in questions()]
    assert len(set(asked)) == len(asked)
    drawn = [question["drawn_from"] for question in questions()]
    assert len(set(drawn)) == len(drawn)


def test_questions_are_as_short_as_questions_are() -> None:
    """A question has three words or more, and is no paragraph."""
    assert all(3 <= len(words(question["text"])) <= 30 for question in questions())


def test_each_trait_is_there_and_each_is_known() -> None:
    """Abbreviations, lay words, typing errors and negations are sprinkled, ten of each or more, over every kind."""
    seen = Counter(trait for question in questions() for trait in question["traits"])
    assert set(seen) == set(TRAITS)
    assert min(seen.values()) >= 10
    assert all(len(set(question["traits"])) == len(question["traits"]) for question in questions())
    for kind in KINDS:
        of_kind = {trait for question in questions() if question["kind"] == kind for trait in question["traits"]}
        assert of_kind == set(TRAITS), kind


def test_every_question_is_answered_by_a_report() -> None:
    """Each has a report of grade 2; judgements name no other question, and only grades 0, 1 and 2."""
    rows = judgements()
    known = {question["_id"] for question in questions()}
    assert {question for question, _, _ in rows} == known
    assert {question for question, _, grade in rows if grade == 2} == known
    assert {grade for _, _, grade in rows} == GRADES


def test_each_pair_is_judged_once_and_in_order() -> None:
    """No pair comes twice, and the file is sorted, so that a change of a grade changes one line."""
    pairs = [(question, report_id) for question, report_id, _ in judgements()]
    assert pairs == sorted(set(pairs))


def test_report_ids_are_names_without_white_space() -> None:
    """What is kept of a report is its id, and an id is no text."""
    ids = {report_id for _, report_id, _ in judgements()} | {question["drawn_from"] for question in questions()}
    assert all(re.fullmatch(r"(EN|PMC|pmid|ada)\d+", report_id) for report_id in ids)


def test_the_report_that_a_question_was_drawn_from_is_judged() -> None:
    """Whatever its grade: drawing is not judging."""
    judged = {(question, report_id) for question, report_id, _ in judgements()}
    assert all((question["_id"], question["drawn_from"]) in judged for question in questions())


def test_the_set_holds_the_reports_in_their_order_and_the_questions(few: Path, asked: Path, tmp_path: Path) -> None:
    """A report's id, title and text become a document; a title that is not there is an empty one."""
    topics = load(build_set(few, tmp_path / "made" / "set", asked))
    assert list(topics.documents()) == [
        Document("R1", "Gout", "The knee was red."),
        Document("R2", "", "Fièvre for a week."),
    ]
    assert dict(topics.queries) == {"q1": "red knee"}
    assert topics.qrels == {"q1": {"R1": 2, "R2": 0}}
    assert topics.warnings == ()


def test_building_again_replaces_what_was_there(few: Path, asked: Path, tmp_path: Path) -> None:
    """Building twice gives the same bytes; after a change of the reports the set is that of today."""
    folder = build_set(few, tmp_path / "set", asked)
    before = (folder / "corpus.jsonl").read_bytes()
    assert (build_set(few, folder, asked) / "corpus.jsonl").read_bytes() == before
    few.write_text(report("R3", "Mumps", "Both cheeks."))
    assert [document.document_id for document in load(build_set(few, folder, asked)).documents()] == ["R3"]


def test_the_set_has_the_questions_that_are_kept_here(few: Path, tmp_path: Path) -> None:
    """Without a folder of questions, those of the repository are taken, byte for byte."""
    folder = build_set(few, tmp_path / "set")
    for name in ("queries.jsonl", "qrels/test.tsv"):
        assert (folder / name).read_bytes() == (QUESTIONS / name).read_bytes()
    assert len(queries_of(folder / "queries.jsonl")) == PER_KIND * len(KINDS)


def test_reports_that_are_not_there_are_said_to_be_missing(tmp_path: Path) -> None:
    """The message names the file, and nothing is written."""
    with pytest.raises(NotFoundError, match=r"nowhere\.jsonl: there is no such file"):
        build_set(tmp_path / "nowhere.jsonl", tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_questions_that_are_not_there_are_said_to_be_missing(few: Path, tmp_path: Path) -> None:
    """The message names the file, and nothing is written."""
    with pytest.raises(NotFoundError, match=r"queries\.jsonl: there is no such file"):
        build_set(few, tmp_path / "set", tmp_path / "empty")
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    "line",
    ["not JSON", "[]", '{"id": "R2", "title": null}', '{"id": 2, "title": null, "text": "a"}'],
    ids=["no-json", "no-object", "no-text", "number-for-id"],
)
def test_a_line_that_is_no_report_is_named(few: Path, asked: Path, tmp_path: Path, line: str) -> None:
    """File and line are told, and what the line should be; an older set stays as it was."""
    folder = build_set(few, tmp_path / "set", asked)
    before = (folder / "corpus.jsonl").read_bytes()
    few.write_text(report("R1", None, "A knee.") + line + "\n")
    with pytest.raises(MalformedError, match=r"reports\.jsonl, line 2: is not a report"):
        build_set(few, folder, asked)
    assert (folder / "corpus.jsonl").read_bytes() == before


def test_the_command_line_builds_a_set_and_says_where(
    few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two arguments: the reports, and the folder."""
    main([str(few), str(tmp_path / "set")])
    assert capsys.readouterr().out == f"{tmp_path / 'set'}\n"
    assert (tmp_path / "set" / "corpus.jsonl").is_file()


@pytest.mark.parametrize("arguments", [[], ["one"], ["one", "two", "three"]], ids=["none", "one", "three"])
def test_the_command_line_wants_two_arguments(arguments: list[str]) -> None:
    """Anything else is told how it should be."""
    with pytest.raises(UsageError, match=r"python -m eval\.questions"):
        main(arguments)


@needs_reports
def test_no_question_quotes_a_report() -> None:
    """No question has eight words in a row with any title or text."""
    asked = {run: question["_id"] for question in questions() for run in runs(question["text"])}
    for line in REPORTS.open(encoding="utf-8"):
        record = json.loads(line)
        for part in (record["title"] or "", record["text"]):
            assert not (runs(part) & asked.keys()), record["id"]


@needs_reports
def test_the_questions_and_the_shared_reports_make_a_whole_set(tmp_path: Path) -> None:
    """Every judged report is there, every question is judged, and no question lacks a relevant report."""
    topics = load(build_set(REPORTS, tmp_path / "questions"))
    assert topics.warnings == ()
    assert len(topics.queries) == PER_KIND * len(KINDS)
    drawn = {question["drawn_from"] for question in questions()}
    assert drawn <= {document.document_id for document in topics.documents()}
