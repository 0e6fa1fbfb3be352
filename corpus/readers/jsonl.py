"""JSON Lines: one report a line, for large collections."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from corpus.assembly import assemble
from corpus.errors import MalformedError, NoTextError, ReadError
from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid
from corpus.model import Bibliography, Part, Report
from corpus.normalise import storable
from corpus.readers.base import Read
from corpus.readers.layout import text_blocks
from corpus.readers.text import decode


class JsonlReader:
    """Records with ``text`` and, if they have them, ``id`` (or ``_id``), ``title``, ``authors``, ``journal``, ``year``,
    ``doi``, ``pmid``, ``pmcid``; other keys are ignored.

    A record's raw text is its ``text``. Its title is kept in the bibliography; it stands in the
    report's text only where the record's text begins with it.
    """

    name = "jsonl"
    version = 1

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``. Each line that is not blank is a record; a bad one is told of and passed over."""
        for number, line in enumerate(decode(data, name).split("\n"), start=1):
            if line.strip():
                yield self._record(line, f"{name}, line {number}", f"line {number}")

    def _record(self, line: str, where: str, place: str) -> Read:
        given: str | None = None
        try:
            record = _mapping(line, where)
            given = _text(record, "id", where) or _text(record, "_id", where)
            return Read(given or place, report=self._report(record, given, where))
        except ReadError as error:
            return Read(given or place, error=error)

    def _report(self, record: Mapping[str, Any], given: str | None, where: str) -> Report:
        text = record.get("text")
        if not isinstance(text, str):
            raise MalformedError(f'{where}: "text" must be the report\'s text, not {_shown(text)}')
        about = _bibliography(record, where)
        blocks = text_blocks(text, title=about.title)
        parts = (Part(0, len(text), "line", ""),)
        try:
            return assemble(blocks, about, raw=text, parts=parts, reader=self.name, given_id=given)
        except NoTextError as error:
            raise NoTextError(f'{where}: "text" {error}') from error


def _mapping(line: str, where: str) -> Mapping[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise MalformedError(f"{where} is not JSON: {error}") from error
    except RecursionError as error:
        raise MalformedError(f"{where} is nested too deeply to be a record") from error
    if not isinstance(record, dict):
        raise MalformedError(f"{where} holds {_shown(record)}: a record is a JSON object")
    return record


def _bibliography(record: Mapping[str, Any], where: str) -> Bibliography:
    return Bibliography(
        title=_text(record, "title", where),
        authors=_authors(record.get("authors"), where),
        journal=_text(record, "journal", where),
        year=_year(record.get("year"), where),
        doi=normalise_doi(_text(record, "doi", where) or ""),
        pmid=normalise_pmid(_text(record, "pmid", where) or ""),
        pmcid=normalise_pmcid(_text(record, "pmcid", where) or ""),
    )


def _text(record: Mapping[str, Any], key: str, where: str) -> str | None:
    """The string (or whole number) under ``key`` without white space at its ends; None where empty, null or absent."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise MalformedError(f'{where}: "{key}" must be a string, not {_shown(value)}')
    return " ".join(storable(str(value)).split()) or None


def _authors(value: Any, where: str) -> tuple[str, ...]:
    """A list of names, or one string with the names divided by semicolons."""
    names = value.split(";") if isinstance(value, str) else [] if value is None else value
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise MalformedError(f'{where}: "authors" must be a list of names, not {_shown(value)}')
    return tuple(" ".join(each.split()) for each in names if each.strip())


def _year(value: Any, where: str) -> int | None:
    if value is None or value == "":
        return None
    try:
        year = int(value)
    except (TypeError, ValueError, OverflowError):
        year = 0
    if not 1500 <= year <= 2200:
        raise MalformedError(f'{where}: "year" must be a year, not {_shown(value)}')
    return year


def _shown(value: Any) -> str:
    text = storable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= 40 else f"{text[:40]}…"
