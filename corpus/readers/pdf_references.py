"""The lines under "References" of a PDF → one group of lines per entry."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.readers.pdf_lines import Line

NUMBER = re.compile(r"^\s*(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})(?:[.)]|(?=\s+[A-Z])))\s*(?=\S)")
"""The number of an entry."""
_AUTHOR = re.compile(r"(?:[a-z]{2,3} )?[A-Z][\w'’-]+(?: [IVX]+)?,? (?:[A-Z]{1,3}\b|[A-Z]\.)")
_BROKEN_OFF = re.compile(r"(?:[,&:(–-]|\b(?:and|of|the|in|et))$", re.IGNORECASE)  # no reference ends so
_MOST_MISSING = 3  # numbers that may fail between two entries
_LEAST = 40  # characters: every reference is longer, or holds a year


def entries(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines of a reference list cut into entries: at rising numbers, else at lines that hang out to the left."""
    found: list[list[Line]] = []
    last = 0
    for line in lines:
        number = number_of(line.text)
        if last < number <= last + _MOST_MISSING or (number and not last):
            found.append([line])
            last = number
        elif found:
            found[-1].append(line)
        else:
            found.append([line])
    return _whole(found if last > 1 or len(lines) < 2 else _by_hanging(lines))


def number_of(text: str) -> int:
    """The number that ``text`` opens with; 0 where it has none."""
    match = NUMBER.match(text)
    return int(next(filter(None, match.groups()))) if match else 0


def _whole(found: Sequence[list[Line]]) -> list[list[Line]]:
    """``found`` with each scrap without a figure (a link: "Full text") joined to the entry before it."""
    entries: list[list[Line]] = []
    for entry in found:
        text = " ".join(line.text for line in entry)
        if entries and _is_link(text):
            entries[-1] += entry
        else:
            entries.append(entry)
    return entries


def _is_link(text: str) -> bool:
    """Whether ``text`` is a site's link below an entry ("Full text"): too short for one, and without a figure."""
    return len(text) < _LEAST and not any(mark.isdigit() for mark in text)


def _by_hanging(lines: Sequence[Line]) -> list[list[Line]]:
    """Entries whose first lines stand further left than the rest.

    Where none do, a white space tells, or an author's name after a line that ends short, or in a new column.
    """
    found: list[list[Line]] = []
    left, right, last = 0.0, 0.0, None
    for line in lines:
        new_column = last is None or line.page != last.page or line.y > last.y or abs(line.x0 - last.x0) > 60
        if new_column:
            column = [one for one in lines if one.page == line.page and abs(one.x0 - line.x0) <= 4 * line.size]
            left, right = min(one.x0 for one in column), max(one.x1 for one in column)
            hangs = max(one.x0 for one in column) - left > 0.7 * line.size
        if last is None or hangs:
            broken_off = last is not None and _BROKEN_OFF.search(last.text.rstrip()) is not None
            starts = line.x0 - left < 0.4 * line.size and not broken_off
        else:
            wide = not new_column and last.y - line.y > 1.5 * line.size
            short = new_column or right - last.x1 > 3 * line.size
            end = last.text.rstrip()[-1:]
            ended = end in (".", ")", "]") or end.isdigit() or _is_link(last.text)
            starts = wide or (short and ended and _AUTHOR.match(line.text) is not None)
        if not found or starts:
            found.append([])
        found[-1].append(line)
        last = line
    return found
