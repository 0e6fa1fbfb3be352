"""What stands on a PDF page and is no part of its text: running heads and feet, page numbers, stamps, line numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from corpus.readers.pdf_blocks import CAPTION
from corpus.readers.pdf_lines import Line, Page
from corpus.sections import classify

_MARGIN = 0.12  # share of the page's height, at head and foot, in which furniture is looked for
_SAME_HEIGHT = 8.0  # points by which the height of a repeated head may differ
_HEAD_LEADING = 1.8  # type sizes
_SHORT = 40  # characters: a line level with a running head may be the other half of it
_LONGEST_MARK = 80  # characters
_FEWEST_PAGES, _SHARE_OF_PAGES = 4, 0.3
_NUMBER_GAP = 1.8  # type sizes between a page number and the text, where it stands further in
_MIN_NUMBERED = 10  # lines
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[\[(–—|-]?\s*(?:[a-z]{0,2}\d{1,5}|[ivxl]{1,6})\s*[\])–—|-]?(?:\s*(?:of|/|\|)\s*\d{1,4})?"
)
_STAMP = re.compile(
    r"(?:\bdownloaded (?:from|by|on)|\bfor personal use only|\bcopyright protected|\.(?:indd|qxd|qxp|fm|p65)\s+\d+"
    r"|\barxiv:\d{4})",
    re.IGNORECASE,
)
_HEAD_NUMBER = re.compile(r"^(\d{1,5})\s+(?=[^\W\d])|[^\W\d_]\s+(\d{1,5})$")
_MANY = 20  # a larger number than a section's is a page's
_DIGITS = re.compile(r"\d+")
_SPACE = re.compile(r"\s+")
_LINE_NUMBER = re.compile(r"\d{1,4}")


def find_furniture(pages: Sequence[Page]) -> frozenset[Line]:
    """The lines of ``pages`` that are page furniture."""
    seen: dict[str, list[Line]] = defaultdict(list)
    found: set[Line] = set()
    for page in pages:
        found |= _line_numbers(page)
        for line in page.lines:
            if _STAMP.search(line.text):
                found.add(line)
            elif not _is_within(line, page) and CAPTION.match(line.text.strip()) is None:
                seen[_DIGITS.sub("#", _SPACE.sub("", line.text.casefold()))].append(line)
    for lines in seen.values():
        for line in lines:
            if any(other.page != line.page and abs(other.y - line.y) < _SAME_HEIGHT for other in lines):
                found.add(line)
    heads = [line for line in found if not _LINE_NUMBER.fullmatch(line.text.strip())]
    for page in pages[1:]:
        found |= _numbered_heads(page)
        found |= _level(page, found, [line for line in heads if line.page != page.index])
    for page in pages:
        own = [line for line in page.lines if line in found and not _LINE_NUMBER.fullmatch(line.text.strip())]
        while more := _level(page, found, own) - found:
            found |= more
            own += more
        found |= _page_numbers(page, found)
    return frozenset(found | _fixed(pages))


def _is_within(line: Line, page: Page) -> bool:
    """Whether ``line`` stands neither at the head nor at the foot of its page."""
    return _MARGIN * page.height <= line.y <= (1 - _MARGIN) * page.height


def _fixed(pages: Sequence[Page]) -> set[Line]:
    """The short lines that stand at the very same place of many pages: watermarks, printers' marks, side heads."""
    places: dict[tuple[str, int, int], list[Line]] = defaultdict(list)
    for page in pages:
        for line in page.lines:
            if len(line.text) <= _LONGEST_MARK:
                places[line.text.strip(), round(line.x0 / 2), round(line.y / 2)].append(line)
    fewest = max(_FEWEST_PAGES, _SHARE_OF_PAGES * len(pages))
    return {line for lines in places.values() if len({one.page for one in lines}) >= fewest for line in lines}


def _line_numbers(page: Page) -> set[Line]:
    """The numbers down the margin of a manuscript, each one more than the last."""
    numbers = [line for line in page.lines if _LINE_NUMBER.fullmatch(line.text.strip())]
    run: list[Line] = []
    found: set[Line] = set()
    for line in sorted(numbers, key=lambda one: (-one.y, one.x0)):
        if run:
            beside = min(abs(line.x1 - run[-1].x1), abs(line.x0 - run[-1].x0)) > 2
            run = [] if beside or int(line.text) != int(run[-1].text) + 1 else run
        run.append(line)
        if len(run) >= _MIN_NUMBERED:
            found.update(run)
    return found


def _numbered_heads(page: Page) -> set[Line]:
    """Lines beyond the text that begin or end with a page number, be the running head seen once only."""
    low, high = _text_heights(page, set())
    found = set()
    for line in page.lines:
        match = _HEAD_NUMBER.search(line.text.strip())
        if match is None or low <= line.y <= high or _is_within(line, page):
            continue
        number = int(match.group(1) or match.group(2))
        is_page = number == page.index + 1 or number > _MANY
        if is_page and classify(line.text) is None and CAPTION.match(line.text.strip()) is None:
            found.add(line)
    return found


def _text_heights(page: Page, found: set[Line]) -> tuple[float, float]:
    """The lowest and the highest baseline of the long lines."""
    heights = [line.y for line in page.lines if line not in found and len(line.text) > _SHORT]
    return (min(heights), max(heights)) if heights else (page.height / 2, page.height / 2)


def _level(page: Page, found: set[Line], furniture: Sequence[Line]) -> set[Line]:
    """Short lines level with ``furniture``, beyond all long ones: the part of a running head that changes.

    Furniture of another page counts only where it stands above or below the same place.
    """
    low, high = _text_heights(page, found)

    def is_level(line: Line, other: Line) -> bool:
        if other.page == page.index:
            return abs(line.y - other.y) <= 1 or _stacked(line, other)
        return abs(line.y - other.y) <= _SAME_HEIGHT and line.x0 < other.x1 and other.x0 < line.x1

    return {
        line
        for line in page.lines
        if len(line.text) <= _SHORT
        and not _is_within(line, page)
        and not low <= line.y <= high
        and any(is_level(line, other) for other in furniture)
        and classify(line.text) is None
        and CAPTION.match(line.text.strip()) is None
    }


def _stacked(line: Line, other: Line) -> bool:
    """Whether the two stand right under one another in the same type, as the lines of one head do."""
    alike = line.font == other.font and abs(line.size - other.size) < 0.1 * line.size
    across = line.x0 < other.x1 and other.x0 < line.x1
    return alike and across and abs(line.y - other.y) < _HEAD_LEADING * line.size


def _page_numbers(page: Page, found: set[Line]) -> set[Line]:
    """What looks like a page number above, below or beside everything else on the page, and by itself."""
    numbers = [
        line for line in page.lines if line not in found and _PAGE_NUMBER.fullmatch(line.text.strip().casefold())
    ]
    others = [line for line in page.lines if line not in numbers and line not in found]
    if not others or not numbers:
        return set()
    low, high = min(line.y for line in others), max(line.y for line in others)
    left, right = min(line.x0 for line in others), max(line.x1 for line in others)

    def is_beyond(line: Line) -> bool:
        inside = _is_within(line, page)
        room = _NUMBER_GAP * line.size if inside else 2.0
        alone = not any(other is not line and abs(other.y - line.y) < line.size for other in numbers)
        return not low - room <= line.y <= high + room and (alone or not inside)

    beyond = {line for line in numbers if is_beyond(line)}
    beside = [line for line in numbers if line.x1 < left - 3 or line.x0 > right + 3]
    return beyond | set(beside if len(beside) == 1 else [])
