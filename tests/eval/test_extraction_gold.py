"""Labels and gold folders: what is known of reports, held against the very texts that it was said of."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import MalformedError, NotFoundError, ReadError
from corpus.model import Span
from eval.extraction_gold import OTHERS, PATIENTS, Mark, load_gold_folder, load_labels
from tests.fakes import SHARED

LABELS = Path(__file__).parents[2] / "eval" / "data" / "treatments" / "labels.jsonl"
EXTRACTION = SHARED / "data" / "extraction"
TEXT = "A 34-year-old woman had an invented rash. She was given fakicillin. Others tried fakimab."


def label(text: str = TEXT, **changed: Any) -> dict[str, Any]:
    """The labels of one text."""
    given, tried = text.find("fakicillin"), text.find("fakimab")
    return {
        "id": "a1",
        "sha256": sha256(text.encode()).hexdigest()[:16],
        "half": "learn",
        "patients": [
            {
                "age": {"value": 34, "unit": "year", "start": 2, "end": 13},
                "sex": {"value": "female", "start": 14, "end": 19},
                "index": [{"start": 27, "end": 40}],
            }
        ],
        "mentions": [
            {"start": given, "end": given + 10, "status": ["given", "past"], "kind": "drug"},
            {"start": tried, "end": tried + 7, "status": ["literature"], "kind": "drug", "optional": True},
        ],
        **changed,
    }


def write(folder: Path, *records: dict[str, Any], name: str = "labels.jsonl") -> Path:
    """A file of JSON lines."""
    path = folder / name
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A file with the labelled text, and one more."""
    return write(tmp_path, {"id": "a1", "text": TEXT}, {"id": "b2", "text": "Not labelled."}, name="texts.jsonl")


def test_labels_are_read_beside_their_text(tmp_path: Path, texts: Path) -> None:
    """Age, sex, index names and marks; the set is the text file's name."""
    (case,) = load_labels(write(tmp_path, label()), [texts])
    assert (case.set, case.name, case.report.text) == ("texts", "a1", TEXT)
    (patient,) = case.patients
    assert (patient.age, patient.sex, patient.index) == ((34.0, "year"), "female", ("invented rash",))
    assert [(mark.span.of(TEXT), mark.statuses, mark.optional) for mark in case.marks] == [
        ("fakicillin", ("given", "past"), False),
        ("fakimab", ("literature",), True),
    ]


@pytest.mark.parametrize("missing", ["age", "sex", "index"])
def test_what_a_text_does_not_tell_is_not_asked(tmp_path: Path, texts: Path, missing: str) -> None:
    """Then there is nothing to be right or wrong."""
    people = [{key: value for key, value in label()["patients"][0].items() if key != missing}]
    (case,) = load_labels(write(tmp_path, label(patients=people)), [texts])
    assert not getattr(case.patients[0], missing)


@pytest.mark.parametrize(("half", "count"), [("learn", 1), ("report", 0), (None, 1)])
def test_one_half_can_be_asked_for(tmp_path: Path, texts: Path, half: Any, count: int) -> None:
    """What rules are learned from is kept from what figures are reported of."""
    assert len(load_labels(write(tmp_path, label()), [texts], half)) == count


def test_a_wanted_mark_is_no_optional_one_and_none_of_others() -> None:
    """Each mark is wanted, kept off, or neither."""
    wanted, optional, others = (Mark(Span(0, 1), (status,), optional=neither) for status, neither in (
        ("given", False), ("given", True), ("literature", False),
    ))  # fmt: skip
    assert (wanted.wanted, wanted.kept_off) == (True, False)
    assert (optional.wanted, optional.kept_off) == (False, False)
    assert (others.wanted, others.kept_off) == (False, True)


def test_another_text_under_the_same_id_is_refused(tmp_path: Path) -> None:
    """Offsets into another text would label nonsense."""
    other = write(tmp_path, {"id": "a1", "text": f"{TEXT} And more."}, name="texts.jsonl")
    with pytest.raises(MalformedError, match="a1 was labelled in another text"):
        load_labels(write(tmp_path, label()), [other])


@pytest.mark.parametrize(
    "mention",
    [
        {"start": 0, "end": 10_000, "status": ["given"], "kind": "drug"},
        {"start": 5, "end": 5, "status": ["given"], "kind": "drug"},
        {"start": 0, "end": 5, "status": ["perhaps"], "kind": "drug"},
        {"start": 0, "end": 5, "status": [], "kind": "drug"},
        {"start": 0, "end": 5, "status": ["given"]},
    ],
    ids=["outside", "empty", "no status", "without status", "without kind"],
)
def test_a_label_that_cannot_be_is_refused(tmp_path: Path, texts: Path, mention: dict[str, Any]) -> None:
    """It is told in which text it stands."""
    with pytest.raises(MalformedError, match="labels of a1"):
        load_labels(write(tmp_path, label(mentions=[mention])), [texts])


def test_labels_without_their_text_are_refused(tmp_path: Path, texts: Path) -> None:
    """Else a figure would be of fewer texts than it says."""
    with pytest.raises(NotFoundError, match="1 labelled texts are in none of the files given: c3"):
        load_labels(write(tmp_path, label(), {**label(), "id": "c3"}), [texts])


@pytest.mark.parametrize(("line", "told"), [("{", "is not JSON"), ('{"text": "x"}', "no record with an id")])
def test_a_line_that_is_no_record_is_told_of(tmp_path: Path, line: str, told: str) -> None:
    """With its number."""
    path = tmp_path / "texts.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(MalformedError, match=f"line 1: .*{told}"):
        load_labels(write(tmp_path, label()), [path])


# ---- a gold folder --------------------------------------------------------------------------------


def gold(text: str) -> dict[str, Any]:
    """One document of a gold.json."""

    def at(words: str) -> dict[str, int]:
        return {"mention_start": text.index(words), "mention_end": text.index(words) + len(words)}

    rash = text.index("invented rash")
    return {
        "file": "one.txt",
        "patients": [
            {
                "age": {"value": 34, "unit": "year"},
                "sex": {"value": "female"},
                "diagnoses": [
                    {"name": "rash (of the arms)", "role": "index", "quote": text[rash : rash + 13]},
                    {"name": "gout", "role": "comorbid", "quote": "gout"},
                ],
                "treatments": [{**at("fakicillin"), "status": "given", "kind": "drug"}],
            }
        ],
        "literature_treatments": [at("fakimab")],
        "reference_list_treatments": [{"start": 0, "end": 1}],
    }


def test_a_gold_folder_says_the_same_in_its_own_words(tmp_path: Path) -> None:
    """Treatments of patients are wanted, those of the literature and of reference lists are kept off."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "gold.json").write_text(json.dumps({"docs": [gold(TEXT)]}), encoding="utf-8")
    (case,) = load_gold_folder(folder)
    assert (case.set, case.name) == ("seeds", "one.txt")
    assert case.patients[0].age == (34.0, "year")
    assert case.patients[0].index == ("rash", "invented rash")
    assert [mark.span.of(TEXT) for mark in case.marks if mark.wanted] == ["fakicillin"]
    assert [mark.span.of(TEXT) for mark in case.marks if mark.kept_off] == ["A", "fakimab"]


def test_a_folder_without_gold_or_without_its_text_is_refused(tmp_path: Path) -> None:
    """With what is missing."""
    with pytest.raises(NotFoundError, match=r"gold\.json: there is no such file"):
        load_gold_folder(tmp_path)
    (tmp_path / "gold.json").write_text(json.dumps({"docs": [gold(TEXT)]}), encoding="utf-8")
    with pytest.raises(NotFoundError, match=r"one\.txt: cannot be read"):
        load_gold_folder(tmp_path)


@pytest.mark.parametrize("content", ["[]", "{}", '{"docs": [{}]}', "no JSON"])
def test_a_gold_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    """It is told of, not half read."""
    (tmp_path / "gold.json").write_text(content, encoding="utf-8")
    with pytest.raises(MalformedError, match="is no gold of cases"):
        load_gold_folder(tmp_path)


def test_a_text_of_a_gold_folder_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    """Nothing is measured of nothing."""
    (tmp_path / "one.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "gold.json").write_text(json.dumps({"docs": [gold(TEXT)]}), encoding="utf-8")
    with pytest.raises(ReadError):
        load_gold_folder(tmp_path)


# ---- the labels that are kept ---------------------------------------------------------------------


def kept() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def test_the_kept_labels_hold_no_text() -> None:
    """Ids, offsets, numbers and the labels' own words: nothing of a report."""
    words = {"learn", "report", "year", "month", "day", "female", "male", "drug", "drug_class", "procedure", "device"}

    def strings(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set().union(*(strings(each) for key, each in value.items() if key not in ("id", "sha256")))
        if isinstance(value, list):
            return set().union(*map(strings, value))
        return {value} if isinstance(value, str) else set()

    assert set().union(*map(strings, kept())) <= words | PATIENTS | OTHERS


def test_the_kept_labels_are_in_order_and_apart() -> None:
    """No two mentions of a text overlap, no id comes twice, and the half is what the id's hash says."""
    ids = [record["id"] for record in kept()]
    assert len(ids) == len(set(ids))
    for record in kept():
        places = [(mention["start"], mention["end"]) for mention in record["mentions"]]
        assert all(end <= start for (_, end), (start, _) in pairwise(places)), record["id"]
        even = int(sha256(record["id"].encode()).hexdigest(), 16) % 2 == 0
        assert record["half"] == ("learn" if even else "report")


def test_there_are_as_many_wanted_mentions_as_a_figure_needs() -> None:
    """At least 200 in all, and enough in each half."""
    halves = Counter(
        record["half"]
        for record in kept()
        for mention in record["mentions"]
        if not mention.get("optional") and mention["status"][0] in PATIENTS
    )
    assert halves.total() >= 200
    assert min(halves.values()) >= 100


@pytest.mark.skipif(not EXTRACTION.is_dir(), reason="the labelled texts lie outside the repository")
def test_the_kept_labels_fit_their_texts() -> None:
    """Every offset is inside the very text that was labelled, and no span begins or ends in white space."""
    files = sorted(EXTRACTION.glob("*_entities.jsonl"))
    cases = load_labels(LABELS, files)
    assert len(cases) == len(kept())
    for case in cases:
        for mark in case.marks:
            said = mark.span.of(case.report.raw)
            assert said == said.strip(), case.name
        for patient in case.patients:
            assert patient.sex is not None
