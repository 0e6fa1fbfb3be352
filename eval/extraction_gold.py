"""Reports whose cases are known: ages, sexes, index diagnoses, and every mention of a treatment.

Two shapes are read. *Labels* (``eval/data/treatments``): offsets into the ``text`` of JSONL records that lie elsewhere.
A *gold folder*: text files beside a ``gold.json`` that says the same in its own words. In both, offsets are code points
of the text as given; what is extracted is brought back to them by the report's source map.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.cases.model import Status
from corpus.errors import MalformedError, NotFoundError, ReadError
from corpus.model import Report, Span
from corpus.readers.registry import read_bytes
from eval.lines import lines

Half = Literal["learn", "report"]
PATIENTS: frozenset[str] = frozenset(get_args(Status))
OTHERS = frozenset({"literature", "not_given"})
"""Statuses of mentions that no patient may be given: of others, in general; or denied, hypothetical, a test's."""
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """A mention of a treatment. ``statuses`` are all right, the best first; ``optional``: neither wanted nor wrong."""

    span: Span
    statuses: tuple[str, ...]
    kind: str | None = None
    optional: bool = False

    @property
    def wanted(self) -> bool:
        """Whether it must be found as the patient's."""
        return not self.optional and self.statuses[0] not in OTHERS

    @property
    def kept_off(self) -> bool:
        """Whether it must not be the patient's."""
        return not self.optional and self.statuses[0] in OTHERS


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """What the text asserts of a patient; None, or no names, where it does not.

    ``index`` are names that are right for the index diagnosis, as the text or the gold writes them.
    """

    age: tuple[float, str] | None = None
    sex: str | None = None
    index: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A report with what is known of it; ``set`` names the file or folder that its text came from."""

    set: str
    name: str
    report: Report = field(repr=False)
    patients: tuple[KnownPatient, ...]
    marks: tuple[Mark, ...]


def load_labels(labels: Path, texts: Sequence[Path], half: Half | None = None) -> list[KnownCase]:
    """The labelled records of ``texts`` (JSONL with ``id`` and ``text``), in the order of these files.

    ``half``: only those. Raises NotFoundError where a file or a labelled record is missing, and MalformedError where a
    label lies outside its text or the text is another than was labelled.
    """
    known = {str(record["id"]): record for record in _records(labels)}
    found: list[KnownCase] = []
    seen: set[str] = set()
    for path in texts:
        for line in _records(path):
            label = known.get(str(line.get("id")))
            if label is None:
                continue
            seen.add(str(label["id"]))
            if half in (None, label["half"]):
                found.append(_labelled(label, line, labels, path.stem))
    if missing := sorted(set(known) - seen):
        raise NotFoundError(f"{labels}: {len(missing)} labelled texts are in none of the files given: {missing[0]} …")
    return found


def load_gold_folder(folder: Path) -> list[KnownCase]:
    """The texts that ``gold.json`` in ``folder`` tells of. Raises NotFoundError, MalformedError and ReadError."""
    path = folder / "gold.json"
    if not path.is_file():
        raise NotFoundError(f"{path}: there is no such file; it must say what the texts beside it hold")
    try:
        documents = json.loads(path.read_text(encoding="utf-8"))["docs"]
        return [_from_gold(document, folder) for document in documents]
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedError(f"{path}: is no gold of cases ({error!r})") from error


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in lines(path):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise MalformedError(f"{path}, line {number}: is not JSON: {error}") from error
        if not isinstance(record, dict) or "id" not in record:
            raise MalformedError(f"{path}, line {number}: is no record with an id")
        yield record


def _labelled(label: Mapping[str, Any], record: Mapping[str, Any], labels: Path, source: str) -> KnownCase:
    name, text = str(label["id"]), record.get("text")
    if not isinstance(text, str) or sha256(text.encode()).hexdigest()[:_DIGITS] != label["sha256"]:
        raise MalformedError(f"{labels}: {name} was labelled in another text than {source} has")
    try:
        marks = tuple(_mark(each, text) for each in label["mentions"])
        people = tuple(_patient(each, text) for each in label["patients"])
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError(f"{labels}: the labels of {name} are not what they should be ({error!r})") from error
    line = json.dumps({"id": name, "text": text}).encode()
    return KnownCase(source, name, _read(line, f"{source}.jsonl"), people, marks)


def _mark(label: Mapping[str, Any], text: str) -> Mark:
    statuses = tuple(label["status"])
    if not statuses or not set(statuses) <= PATIENTS | OTHERS:
        raise ValueError(f"{statuses} are no statuses")
    return Mark(_span(label, text), statuses, label["kind"], bool(label.get("optional")))


def _patient(label: Mapping[str, Any], text: str) -> KnownPatient:
    age, sex = label.get("age"), label.get("sex")
    for stated in (age, sex):
        if stated is not None:
            _span(stated, text)
    return KnownPatient(
        (float(age["value"]), str(age["unit"])) if age else None,
        sex["value"] if sex else None,
        tuple(dict.fromkeys(_span(each, text).of(text) for each in label.get("index", ()))),
    )


def _span(label: Mapping[str, Any], text: str) -> Span:
    start, end = int(label["start"]), int(label["end"])
    if not 0 <= start < end <= len(text):
        raise ValueError(f"[{start}, {end}) lies outside the text")
    return Span(start, end)


def _from_gold(document: Mapping[str, Any], folder: Path) -> KnownCase:
    name = document["file"]
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise NotFoundError(f"{folder / name}: cannot be read: {error.strerror}") from error
    marks = [
        Mark(_mention(each), (each["status"],), each.get("kind"))
        for patient in document["patients"]
        for each in patient["treatments"]
    ]
    marks += [Mark(_mention(each), ("literature",)) for each in document["literature_treatments"]]
    listed = document.get("reference_list_treatments", ())
    marks += [Mark(Span(each["start"], each["end"]), ("literature",)) for each in listed]
    people = tuple(_gold_patient(each) for each in document["patients"])
    return KnownCase(folder.name, name, _read(data, name), people, tuple(sorted(marks, key=lambda mark: mark.span)))


def _mention(label: Mapping[str, Any]) -> Span:
    return Span(label["mention_start"], label["mention_end"])


def _gold_patient(label: Mapping[str, Any]) -> KnownPatient:
    age, sex = label.get("age"), label.get("sex")
    index = [each for each in label["diagnoses"] if each["role"] == "index"]
    return KnownPatient(
        (float(age["value"]), age["unit"]) if age else None,
        sex["value"] if sex else None,
        tuple(name for each in index for name in (each["name"].partition(" (")[0], each["quote"])),
    )


def _read(data: bytes, name: str) -> Report:
    for read in read_bytes(data, name):
        if read.report is not None:
            return read.report
        if read.error is not None:
            raise read.error
    raise ReadError(f"{name} holds no report")
