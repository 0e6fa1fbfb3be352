"""Sets in BEIR layout are read whole, or refused with file, line and field."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from corpus.errors import EmptyFileError, MalformedError, NotFoundError
from eval.topics import Document, load

SHARED = Path(__file__).parents[2].parent / "shared"
REAL = SHARED / "data" / "retrieval"


def append(path: Path, line: str) -> None:
    path.write_text(path.read_text() + line)


def test_a_set_is_read_with_its_documents_queries_and_judgements(tiny: Path) -> None:
    """Name, documents in file order, judged queries and grades are what the files say."""
    topics = load(tiny)
    assert topics.name == "tiny"
    documents = list(topics.documents())
    assert [document.document_id for document in documents] == ["d1", "d2", "d3", "d4", "d5", "d6"]
    assert documents[2] == Document(
        "d3", "Broken wrist", "The wrist was broken in a fall. A plaster cast was worn for six weeks."
    )
    assert documents[3].title == ""
    assert topics.document_count == 6
    assert list(topics.queries) == ["q1", "q2", "q3"]
    assert topics.qrels == {"q1": {"d1": 1}, "q2": {"d2": 1}, "q3": {"d6": 1}}
    assert topics.warnings == ()


def test_documents_can_be_gone_through_twice(tiny: Path) -> None:
    """Each call starts at the first document again."""
    topics = load(tiny)
    assert list(topics.documents()) == list(topics.documents())


def test_queries_without_judgements_are_left_out(write_set) -> None:  # type: ignore[no-untyped-def]
    """Only judged topics are run: the others could not be scored."""
    topics = load(write_set({"d": "a text"}, {"judged": "one", "unjudged": "two"}, {"judged": {"d": 1}}))
    assert dict(topics.queries) == {"judged": "one"}


def test_another_split_is_read_by_its_name_and_told_apart(write_set) -> None:  # type: ignore[no-untyped-def]
    """``split`` chooses qrels/<split>.tsv, and the set's name says so."""
    write_set({"d": "a text"}, {"q": "one", "p": "two"}, {"q": {"d": 1}})
    folder = write_set({"d": "a text"}, {"q": "one", "p": "two"}, {"p": {"d": 2}}, split="dev")
    assert load(folder).qrels == {"q": {"d": 1}}
    dev = load(folder, "dev")
    assert dev.qrels == {"p": {"d": 2}}
    assert dev.name == "tiny.dev"


def test_what_does_not_fit_together_is_counted_in_warnings(write_set) -> None:  # type: ignore[no-untyped-def]
    """Unknown queries and documents in the judgements do not stop the run, and are not silent."""
    topics = load(
        write_set(
            {"d": "a text"},
            {"q": "one", "z": "nothing relevant"},
            {"q": {"d": 1, "gone1": 1, "gone2": 0}, "lost": {"d": 1}, "z": {"d": 0}},
        )
    )
    assert topics.warnings == (
        "1 judged topics have no text in queries.jsonl: they count 0",
        "2 judged documents are not in corpus.jsonl: they cannot be found",
        "1 judged topics have no relevant document: they count 0",
    )
    assert set(topics.qrels) == {"q", "lost", "z"}
    assert set(topics.queries) == {"q", "z"}


def test_digests_follow_the_bytes(tiny: Path) -> None:
    """The three files that a score depends on are named with their sha256."""
    before = load(tiny).digests()
    assert set(before) == {"corpus.jsonl", "queries.jsonl", "qrels/test.tsv"}
    assert before["corpus.jsonl"] == sha256((tiny / "corpus.jsonl").read_bytes()).hexdigest()
    append(tiny / "queries.jsonl", '{"_id": "q9", "text": "more"}\n')
    after = load(tiny).digests()
    assert after["corpus.jsonl"] == before["corpus.jsonl"]
    assert after["queries.jsonl"] != before["queries.jsonl"]


def test_blank_lines_windows_line_ends_and_a_byte_order_mark_are_no_trouble(tiny: Path) -> None:
    """The same set written by another machine reads the same."""
    expected = list(load(tiny).documents())
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        text = (tiny / name).read_text()
        (tiny / name).write_bytes(b"\xef\xbb\xbf" + (text.replace("\n", "\r\n") + "\r\n").encode())
    topics = load(tiny)
    assert list(topics.documents()) == expected
    assert topics.qrels == {"q1": {"d1": 1}, "q2": {"d2": 1}, "q3": {"d6": 1}}


def test_line_separators_inside_a_text_do_not_part_it(write_set) -> None:  # type: ignore[no-untyped-def]
    """U+2028 and U+0085 stand inside JSON strings; only a line feed ends a line."""
    text = "one\u2028two\u0085three"
    folder = write_set({"d": "x"}, {"q": "one"}, {"q": {"d": 1}})
    (folder / "corpus.jsonl").write_text(json.dumps({"_id": "d", "title": "", "text": text}, ensure_ascii=False))
    assert next(load(folder).documents()).text == text


def test_a_document_without_a_title_field_has_none(tiny: Path) -> None:
    """``title`` may be missing or null; ``text`` may not."""
    append(tiny / "corpus.jsonl", '{"_id": "x", "text": "t"}\n{"_id": "y", "title": null, "text": "t"}\n')
    assert [document.title for document in load(tiny).documents()][-2:] == ["", ""]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """The error gives the path and the layout that is needed."""
    with pytest.raises(NotFoundError, match=r"nowhere: there is no such folder.*corpus\.jsonl"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_each_missing_file_is_named(tiny: Path, name: str) -> None:
    """A folder that is no set says which file it lacks."""
    (tiny / name).unlink()
    with pytest.raises(NotFoundError, match=f"{name}: there is no such file"):
        load(tiny)


def test_a_missing_split_names_those_that_are_there(tiny: Path) -> None:
    """The error for a wrong --split lists the right ones."""
    with pytest.raises(NotFoundError, match=r"train\.tsv: .*there: test \(choose with --split\)"):
        load(tiny, "train")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_each_empty_file_is_named(tiny: Path, name: str) -> None:
    """An empty file, or one of blank lines or a header alone, is an error and not a score of nothing."""
    (tiny / name).write_text("query-id\tcorpus-id\tscore\n" if name.endswith("tsv") else "\n\n")
    with pytest.raises(EmptyFileError, match=f"{name}: holds no"):
        load(tiny)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", r"corpus\.jsonl, line 7: is not JSON"),
        ("[1, 2]", r"corpus\.jsonl, line 7: is not a JSON object"),
        ('{"text": "t"}', r'corpus\.jsonl, line 7, field "_id": missing'),
        ('{"_id": 7, "text": "t"}', r'line 7, field "_id": is not a string'),
        ('{"_id": "", "text": "t"}', r'line 7, field "_id": .*without white space'),
        ('{"_id": "a b", "text": "t"}', r"line 7, field \"_id\": 'a b' must be a name without white space"),
        ('{"_id": "x"}', r'line 7, field "text": missing'),
        ('{"_id": "x", "text": ["t"]}', r'line 7, field "text": is not a string'),
        ('{"_id": "x", "title": 3, "text": "t"}', r'line 7, field "title": is not a string'),
        ('{"_id": "x", "text": "\\ud83d"}', r'line 7, field "text": half a surrogate pair'),
        ('{"_id": "d1", "text": "t"}', r"line 7, field \"_id\": 'd1' was there before"),
    ],
)
def test_a_malformed_document_is_named_by_file_line_and_field(tiny: Path, line: str, message: str) -> None:
    """Nothing is skipped in silence: the line that is wrong can be found."""
    append(tiny / "corpus.jsonl", line + "\n")
    with pytest.raises(MalformedError, match=message):
        load(tiny)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"_id": "q9"}', r'queries\.jsonl, line 4, field "text": missing'),
        ('{"_id": "q9", "text": "  "}', r'queries\.jsonl, line 4, field "text": is empty'),
        ('{"_id": "q1", "text": "again"}', r"queries\.jsonl, line 4, field \"_id\": 'q1' was there before"),
        ("q9 what?", r"queries\.jsonl, line 4: is not JSON"),
    ],
)
def test_a_malformed_query_is_named_by_file_line_and_field(tiny: Path, line: str, message: str) -> None:
    """Queries are held to the same rule."""
    append(tiny / "queries.jsonl", line + "\n")
    with pytest.raises(MalformedError, match=message):
        load(tiny)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q1\td2", r"test\.tsv, line 5: 2 fields parted by tabs instead of 3"),
        ("q1 d2 1", r"test\.tsv, line 5: 1 fields parted"),
        ("q1\td2\tyes", r"test\.tsv, line 5, field \"score\": 'yes' is not a whole number"),
        ("q1\td2\t1.5", r"line 5, field \"score\": '1.5' is not a whole number"),
        ("q1\td1\t2", r"line 5: q1 and d1 were judged before, and differently"),
    ],
)
def test_a_malformed_judgement_is_named_by_file_and_line(tiny: Path, line: str, message: str) -> None:
    """A judgement that cannot be read, or contradicts another, is an error."""
    append(tiny / "qrels" / "test.tsv", line + "\n")
    with pytest.raises(MalformedError, match=message):
        load(tiny)


def test_judgements_without_a_header_are_refused(tiny: Path) -> None:
    """Else the first judgement would be taken for the header and lost."""
    (tiny / "qrels" / "test.tsv").write_text("q1\td1\t1\n")
    with pytest.raises(MalformedError, match=r"test\.tsv, line 1: the header must be query-id<tab>corpus-id<tab>score"):
        load(tiny)


def test_bytes_that_are_no_utf_8_are_refused_with_their_line(tiny: Path) -> None:
    """Text is never decoded by guessing or dropping."""
    path = tiny / "corpus.jsonl"
    path.write_bytes(path.read_bytes() + b'{"_id": "x", "text": "caf\xe9"}\n')
    with pytest.raises(MalformedError, match=r"corpus\.jsonl, line 7: is not UTF-8"):
        load(tiny)


@pytest.mark.parametrize(
    ("name", "documents", "queries"),
    [("scifact", 5183, 809), ("case_title_to_narrative", 6351, 233), ("evidence_passages", 4646, 401)],
)
def test_real_sets_are_read_whole(name: str, documents: int, queries: int) -> None:
    """The three sets that the issue names have the documents and judged topics that their files hold."""
    if not (REAL / name).is_dir():
        pytest.skip(f"{REAL / name} is not there")
    topics = load(REAL / name)
    assert (topics.document_count, len(topics.queries), len(topics.qrels)) == (documents, queries, queries)
    assert topics.warnings == ()
