"""Retrieval sets in BEIR layout: ``corpus.jsonl``, ``queries.jsonl``, ``qrels/<split>.tsv``, and ours with passages.

The layout is that of Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of
Information Retrieval Models" (2021). Reading is strict: a line that is not what it should be is an
error that names file, line and field, since a set that is read half scores something else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from corpus.errors import EmptyFileError, MalformedError, NotFoundError, UsageError
from eval.lines import lines
from eval.model import Qrels
from eval.passages import NAME as PASSAGES
from eval.passages import JudgedPassages, read_passages

_HEADER = ("query-id", "corpus-id", "score")


@dataclass(frozen=True, slots=True)
class Document:
    """One line of ``corpus.jsonl``; ``title`` may be empty."""

    document_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Topics:
    """A set that was read and found whole.

    ``queries`` holds the judged topics that have a text, in the order of their file. ``warnings`` says in
    words what does not fit together in the set: it can be scored all the same.
    """

    name: str
    folder: Path
    split: str
    queries: Mapping[str, str]
    qrels: Qrels
    document_count: int
    warnings: tuple[str, ...]
    passages: JudgedPassages
    """What ``qrels/passages.tsv`` judges; empty where there is no such file."""

    def documents(self) -> Iterator[Document]:
        """Every document, in the order of the file."""
        return (document for _, document in _documents(self.corpus))

    @property
    def corpus(self) -> Path:
        """The file of documents."""
        return self.folder / "corpus.jsonl"

    def digests(self) -> dict[str, str]:
        """File (relative to the folder) → sha256 of its bytes."""
        names = ["corpus.jsonl", "queries.jsonl", f"qrels/{self.split}.tsv"]
        if self.passages:
            names.append(f"qrels/{PASSAGES}")
        return {name: _digest(self.folder / name) for name in names}


def load(folder: Path, split: str = "test") -> Topics:
    """Read the set in ``folder``, judged by ``qrels/<split>.tsv``; named by the folder (and by any split but test).

    Every line of every file is checked. Raises NotFoundError, EmptyFileError and MalformedError.
    """
    if not folder.is_dir():
        raise NotFoundError(f"{folder}: there is no such folder; give one with corpus.jsonl, queries.jsonl and qrels/")
    documents = _ids(folder / "corpus.jsonl")
    texts = queries_of(folder / "queries.jsonl")
    qrels = judgements(folder, split)
    spans = folder / "qrels" / PASSAGES
    passages = (
        {topic: found for topic, found in read_passages(spans).items() if topic in qrels} if spans.is_file() else {}
    )
    name = folder.resolve().name
    return Topics(
        name=name if split == "test" else f"{name}.{split}",
        folder=folder,
        split=split,
        queries={topic: text for topic, text in texts.items() if topic in qrels},
        qrels=qrels,
        document_count=len(documents),
        warnings=_warnings(qrels, texts, documents),
        passages=passages,
    )


def load_all(folders: Sequence[Path], split: str = "test") -> list[Topics]:
    """Several sets. Raises what ``load`` raises, and UsageError where two have one name."""
    named: dict[str, Topics] = {}
    for folder in folders:
        topics = load(folder, split)
        if topics.name in named:
            raise UsageError(
                f"{folder} and {named[topics.name].folder} are both called {topics.name}, and so would their runs be: "
                "give them one at a time, with --out"
            )
        named[topics.name] = topics
    return list(named.values())


def _warnings(qrels: Qrels, texts: Mapping[str, str], documents: set[str]) -> tuple[str, ...]:
    untold = sum(topic not in texts for topic in qrels)
    unknown = {document for grades in qrels.values() for document in grades} - documents
    hopeless = sum(max(grades.values()) <= 0 for grades in qrels.values())
    found = (
        (untold, "judged topics have no text in queries.jsonl: they count 0"),
        (len(unknown), "judged documents are not in corpus.jsonl: they cannot be found"),
        (hopeless, "judged topics have no relevant document: they count 0"),
    )
    return tuple(f"{count} {what}" for count, what in found if count)


def _documents(path: Path) -> Iterator[tuple[int, Document]]:
    """``(line number, document)`` of each line."""
    for number, record in _records(path):
        title = _text(record, "title", path, number) if record.get("title") is not None else ""
        yield number, Document(_identifier(record, path, number), title, _text(record, "text", path, number))


def _ids(path: Path) -> set[str]:
    seen: set[str] = set()
    for number, document in _documents(path):
        if document.document_id in seen:
            raise MalformedError(f'{path}, line {number}, field "_id": {document.document_id!r} was there before')
        seen.add(document.document_id)
    if not seen:
        raise EmptyFileError(f"{path}: holds no documents")
    return seen


def queries_of(path: Path) -> dict[str, str]:
    """Topic id → text, of a file of queries. Raises NotFoundError, EmptyFileError and MalformedError."""
    texts: dict[str, str] = {}
    for number, record in _records(path):
        topic = _identifier(record, path, number)
        if topic in texts:
            raise MalformedError(f'{path}, line {number}, field "_id": {topic!r} was there before')
        texts[topic] = _text(record, "text", path, number)
        if not texts[topic].strip():
            raise MalformedError(f'{path}, line {number}, field "text": is empty: there is nothing to ask')
    if not texts:
        raise EmptyFileError(f"{path}: holds no queries")
    return texts


def is_learned(topic: str) -> bool:
    """Whether parameters may be chosen on this topic: about half are, by their id; figures are reported on the other.

    The split needs no file and is the same everywhere: the topics whose id has an even sha256.
    """
    return sha256(topic.encode()).digest()[-1] % 2 == 0


def judgements(folder: Path, split: str = "test") -> dict[str, dict[str, int]]:
    """What ``qrels/<split>.tsv`` says. Raises NotFoundError, EmptyFileError and MalformedError."""
    path = folder / "qrels" / f"{split}.tsv"
    if not path.is_file():
        there = ", ".join(sorted(file.stem for file in path.parent.glob("*.tsv") if file.name != PASSAGES)) or "none"
        raise NotFoundError(f"{path}: there is no such file; splits that are there: {there} (choose with --split)")
    qrels: dict[str, dict[str, int]] = {}
    for number, line in lines(path):
        fields = tuple(line.split("\t"))
        if number == 1:
            if fields != _HEADER:
                raise MalformedError(f"{path}, line 1: the header must be {'<tab>'.join(_HEADER)}, not {line[:80]!r}")
            continue
        if len(fields) != len(_HEADER):
            raise MalformedError(f"{path}, line {number}: {len(fields)} fields parted by tabs instead of 3")
        topic, document, grade = fields
        try:
            value = int(grade)
        except ValueError:
            raise MalformedError(f'{path}, line {number}, field "score": {grade!r} is not a whole number') from None
        if qrels.setdefault(topic, {}).setdefault(document, value) != value:
            raise MalformedError(f"{path}, line {number}: {topic} and {document} were judged before, and differently")
    if not qrels:
        raise EmptyFileError(f"{path}: holds no judgements")
    return qrels


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in lines(path):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise MalformedError(f"{path}, line {number}: is not JSON ({error})") from error
        if not isinstance(record, dict):
            raise MalformedError(f"{path}, line {number}: is not a JSON object")
        yield number, record


def _text(record: Mapping[str, Any], name: str, path: Path, number: int) -> str:
    where = f'{path}, line {number}, field "{name}"'
    value = record.get(name)
    if not isinstance(value, str):
        raise MalformedError(f"{where}: {'missing' if value is None else 'is not a string'}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise MalformedError(f"{where}: half a surrogate pair at {error.start}") from error
    return value


def _identifier(record: Mapping[str, Any], path: Path, number: int) -> str:
    """The record's ``_id``: without white space, which parts the columns of a TREC run."""
    value = _text(record, "_id", path, number)
    if not value or any(character.isspace() for character in value):
        raise MalformedError(f'{path}, line {number}, field "_id": {value!r} must be a name without white space')
    return value


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        total = sha256()
        while block := file.read(1 << 20):
            total.update(block)
    return total.hexdigest()
