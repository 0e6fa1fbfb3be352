"""The lines under "References" → one text per entry."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus import mending
from corpus.mending import Words
from corpus.tracked import Tracked

_NUMBER = re.compile(r"(?:[•‣▪●○·*-]\s*)?(?:\(?\d{1,3}[.)](?=\s|$|[^\W_])|\[\d{1,3}\]|\d{1,3}\s+(?=[A-Z]))")
_BULLET = re.compile(r"[•‣▪●○*-]\s*(?=\S)")
_AUTHOR = re.compile(r"[A-Z][\w'’-]+,? (?:[A-Z]\b|[A-Z]{1,3}[,. ])")


def entries(lines: Sequence[Tracked], words: Words) -> list[Tracked]:
    """The entries among ``lines`` ("" for a blank one), wraps and line-end hyphens mended.

    A number or bullet begins an entry, except where its text plainly goes on with the entry before;
    in a list without either, a blank line or a line that starts with an author's name does.
    """
    marked = sum(_mark(line.text) > 0 for line in lines) >= 2
    groups: list[list[Tracked]] = []
    gap = True
    for line in lines:
        if not line.text:
            gap = True
            continue
        mark = _mark(line.text)
        if not groups or _begins(groups[-1], line.text, mark, gap=gap, marked=marked):
            groups.append([line[_bullet(line.text) :]])
        else:
            groups[-1].append(line[_bullet(line.text) :])
        gap = False
    return [mending.join(group, words) for group in groups]


def _mark(text: str) -> int:
    match = _NUMBER.match(text) or _BULLET.match(text)
    return match.end() if match else 0


def _bullet(text: str) -> int:
    match = _BULLET.match(text)
    return match.end() if match else 0


def _begins(entry: Sequence[Tracked], text: str, mark: int, *, gap: bool, marked: bool) -> bool:
    """Whether ``text`` begins a new entry after ``entry``."""
    before = entry[-1].text
    if marked:
        return mark > 0 and not (_bullet(text) and mending.goes_on(before, text[mark:]))
    if mending.goes_on(before, text):
        return False
    return gap or (not mending.ends_open(before) and _AUTHOR.match(text) is not None)
