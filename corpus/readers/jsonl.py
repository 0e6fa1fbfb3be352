"""JSON records: JSON Lines, one report a line, for large collections; or a JSON document that holds a list of them."""

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

MAX_JSON_BYTES = 64 * 1024 * 1024
"""A larger JSON document is not read as one: it must be held whole, several times its size. JSON Lines need not."""


class JsonlReader:
    """Records with ``text`` and, if they have them, ``id`` (or ``_id``), ``title``, ``authors``, ``journal``, ``year``,
    ``doi``, ``pmid``, ``pmcid``; other keys are ignored.

    A record's raw text is its ``text``. Its title is kept in the bibliography; it stands in the
    report's text only where the record's text begins with it.
    """

    name = "jsonl"
    version = 3

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``. Each line that is not blank is a record, or each item where the whole is a JSON list.

        A bad one is told of and passed over.
        """
        text = decode(data, name)
        listed = _listed(text)
        if listed is not None:
            for number, item in enumerate(listed, start=1):
                yield self._record(item, f"{name}, item {number}", f"item {number}")
            return
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                where, place = f"{name}, line {number}", f"line {number}"
                try:
                    yield self._record(_parsed(line, where), where, place)
                except MalformedError as error:
                    yield Read(place, error=error)

    def _record(self, record: Any, where: str, place: str) -> Read:
        given: str | None = None
        try:
            if not isinstance(record, dict):
                raise MalformedError(f"{where} holds {_shown(record)}: a record is a JSON object")
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


def _listed(text: str) -> list[Any] | None:
    """The items of the one JSON document ``text``, a single object being a list of one; None for JSON Lines."""
    start = text.lstrip("\ufeff \t\r\n")
    if not start.startswith(("[", "{")) or len(start) > MAX_JSON_BYTES:
        return None
    first, _, rest = start.partition("\n")
    if first.startswith("{") and (first.rstrip().endswith("}") or not rest):  # a line that is whole
        return None
    try:
        found = json.loads(start)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, list):
        return found if any(isinstance(item, dict) for item in found) else None
    return [found]


def _parsed(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise MalformedError(f"{where} is not JSON: {error}") from error
    except RecursionError as error:
        raise MalformedError(f"{where} is nested too deeply to be a record") from error


def _bibliography(record: Mapping[str, Any], where: str) -> Bibliography:
    return Bibliography(
        title=_text(record, "title", where),
        authors=_authors(record.get("authors"), where),
        journal=_text(record, "journal", where),
        year=_year(record.get("year"), where),
        volume=_text(record, "volume", where),
        issue=_text(record, "issue", where),
        pages=_text(record, "pages", where),
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
