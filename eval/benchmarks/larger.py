"""A corpus repeated with changed words, to measure what happens as a corpus grows.

Each copy exchanges words with others that are about as frequent, so that common words stay common, rare ones rare and
no copy is taken for another source of its original; words that occur once or twice are respelt, so that the
vocabulary grows with the corpus as a real one's does. Numbers, marks and the hundred most frequent words stay.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from corpus.errors import UsageError
from corpus.files import find_files
from corpus.readers.registry import read_bytes

_WORD = re.compile(r"[^\W\d_]{2,}")
_KEPT = 100
_RARE = 2
_NEIGHBOURS = 50
"""Words are exchanged among so many of like frequency."""

Record = Mapping[str, object]


def records(paths: Sequence[Path]) -> list[Record]:
    """Id, title, year and text of every report in the files that ``paths`` name. Raises UsageError where none is."""
    found: dict[str, Record] = {}
    for path in find_files(paths).files:
        for read in read_bytes(path.read_bytes(), str(path)):
            if read.report is not None:
                about, name = read.report.bibliography, read.report.given_id or f"r{len(found)}"
                found[name] = {"id": name, "title": about.title or "", "year": about.year, "text": read.report.text}
    if not found:
        raise UsageError("PATH: holds no report that could be read: nothing to time")
    return list(found.values())


def copies(originals: Sequence[Record], times: int) -> Iterator[list[Record]]:
    """The originals, then ``times - 1`` copies of all of them, each copy with its own words and ids."""
    yield list(originals)
    counts = Counter(word.lower() for record in originals for word in _WORD.findall(_words_of(record)))
    for number in range(1, times):
        other = _exchanged(counts, number)
        yield [
            {
                **record,
                "id": f"{record['id']}-{number}",
                "title": _changed(str(record["title"]), other),
                "text": _changed(str(record["text"]), other),
            }
            for record in originals
        ]


def write(records: Iterable[Record], path: Path) -> None:
    """As JSON Lines."""
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


def _words_of(record: Record) -> str:
    return f"{record['title']} {record['text']}"


def _exchanged(counts: Counter[str], number: int) -> dict[str, str]:
    """What each word becomes in copy ``number``: the same on every run."""
    random = Random(number)
    ranked = [word for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    other: dict[str, str] = {}
    for start in range(_KEPT, len(ranked), _NEIGHBOURS):
        block = ranked[start : start + _NEIGHBOURS]
        other.update(zip(block, random.sample(block, len(block)), strict=True))
    for word in ranked:
        if counts[word] <= _RARE:
            letters = list(word)
            random.shuffle(letters)
            other[word] = "".join(letters)
    return other


def _changed(text: str, other: Mapping[str, str]) -> str:
    def change(found: re.Match[str]) -> str:
        word = found.group()
        new = other.get(word.lower(), word)
        return new.capitalize() if word[0].isupper() else new

    return _WORD.sub(change, text)
