"""What a page says twice: in a tab and in the text, in a figure's place and in the window that shows it larger.

And what it says in two pieces: a caption whose label stands in a box of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.assembly import Block
from corpus.readers.html_outline import squeezed
from corpus.readers.html_words import LABEL_ALONE, NUMBERED
from corpus.sections import classify
from corpus.tracked import Tracked

_LEAST_CAPTION = 12
_LEAST_PARAGRAPH = 150
"""Letters and digits from which on the same text twice is no chance."""


def without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` without those that say again, letter by letter, what another says, and without emptied headings.

    A caption is a repeat anywhere; a paragraph under a heading of the same words, or where one of the two stands
    in the front matter or the abstract. The first is kept, but not one in the front matter for one in the text.
    """
    words = [squeezed(block.text.text) for block in blocks]
    dropped: set[int] = set()
    seen: dict[tuple[str, str], int] = {}
    heading, kind = "", None
    for at, (block, said) in enumerate(zip(blocks, words, strict=True)):
        if block.role == "heading":
            heading, kind = said, block.section or classify(block.text.text)
        elif block.role == "paragraph" and len(said) >= _LEAST_PARAGRAPH:
            ahead = (block.section or kind) in ("front", "abstract", None) or not heading
            places = [(heading, said), ("", said)]
            before = next((seen[place] for place in places if place in seen), None)
            if before is None:
                seen.update((place, at) for place in places[: 1 + ahead])
            elif blocks[before].section == "front" != block.section:
                dropped.add(before)
                seen.update((place, at) for place in places)
            else:
                dropped.add(at)
        elif block.role == "caption" and len(said) >= _LEAST_CAPTION:
            before = seen.setdefault(("", said), at)
            if before != at:
                dropped.add(before if blocks[before].role == "table" else at)
        elif block.role == "table":
            seen.setdefault(("", said), at)
    return [block for at, block in enumerate(blocks) if at not in dropped and not _is_emptied(blocks, dropped, at)]


def with_whole_captions(blocks: Sequence[Block]) -> list[Block]:
    """``blocks`` with every label that stands alone before its caption put to it, or left out where that has it."""
    whole: list[Block] = []
    for block in blocks:
        last = whole[-1] if whole else None
        if last is not None and last.role == block.role == "caption" and LABEL_ALONE.fullmatch(last.text.text):
            labelled = NUMBERED.match(block.text.text) is not None
            if not labelled or squeezed(block.text.text).startswith(squeezed(last.text.text)):
                text = block.text if labelled else Tracked.join((last.text, block.text), " ")
                whole[-1] = replace(last, text=text)
                continue
        whole.append(block)
    return whole


def _is_emptied(blocks: Sequence[Block], dropped: set[int], at: int) -> bool:
    """Whether the block is a heading, all of whose text is dropped."""
    if blocks[at].role != "heading" or at + 1 not in dropped:
        return False
    following = next((other for other in range(at + 1, len(blocks)) if other not in dropped), None)
    return following is None or blocks[following].role == "heading"
