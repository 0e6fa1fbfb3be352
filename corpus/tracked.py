"""Text under repair that never forgets where it came from.

``Tracked`` carries, for each code point of the text, the raw range ``[start, end)`` that it came
from. Readers cut it, mend it and join it; at the end ``source_map`` packs the ranges into runs.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable

from corpus.model import Part, SourceMap


class Tracked:
    """An immutable string whose every code point knows its raw range."""

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str, starts: array[int], ends: array[int]) -> None:
        if not len(text) == len(starts) == len(ends):
            raise ValueError("a tracked text needs one raw range per code point")
        self.text, self.starts, self.ends = text, starts, ends

    @classmethod
    def of(cls, raw: str, offset: int = 0) -> Tracked:
        """``raw`` as it is, standing at ``offset`` of the whole raw text."""
        return cls(
            raw,
            array("q", range(offset, offset + len(raw))),
            array("q", range(offset + 1, offset + len(raw) + 1)),
        )

    def __len__(self) -> int:
        return len(self.text)

    def __str__(self) -> str:
        return self.text

    def __getitem__(self, part: slice) -> Tracked:
        return Tracked(self.text[part], self.starts[part], self.ends[part])

    def sub(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> Tracked:
        """As ``re.sub`` with a literal (not a template) replacement; what is put in maps to the whole match.

        A match that the replacement leaves as it is keeps its code-point mapping.
        """
        text: list[str] = []
        starts, ends = array("q"), array("q")
        at = 0
        for match in pattern.finditer(self.text):
            new = replacement(match) if callable(replacement) else replacement
            begin, stop = match.span()
            if new == match.group() or begin == stop:
                continue
            text += (self.text[at:begin], new)
            starts.extend(self.starts[at:begin])
            ends.extend(self.ends[at:begin])
            # The first and the last code point need not come first and last in the source (columns, cells said again).
            starts.extend([min(self.starts[begin:stop])] * len(new))
            ends.extend([max(self.ends[begin:stop])] * len(new))
            at = stop
        if not text:
            return self
        text.append(self.text[at:])
        starts.extend(self.starts[at:])
        ends.extend(self.ends[at:])
        return Tracked("".join(text), starts, ends)

    def split(self, pattern: re.Pattern[str]) -> list[Tracked]:
        """The stretches between matches of ``pattern``, as ``re.split`` gives them without groups."""
        pieces, at = [], 0
        for match in pattern.finditer(self.text):
            pieces.append(self[at : match.start()])
            at = match.end()
        return [*pieces, self[at:]]

    def strip(self) -> Tracked:
        """Without white space at either end."""
        stripped = self.text.strip()
        begin = len(self.text) - len(self.text.lstrip())
        return self if len(stripped) == len(self.text) else self[begin : begin + len(stripped)]

    @classmethod
    def join(cls, pieces: Iterable[Tracked], separator: str) -> Tracked:
        """``pieces`` one after the other; a separator maps to the empty range where its predecessor ends."""
        text: list[str] = []
        starts, ends = array("q"), array("q")
        for piece in pieces:
            if text:
                text.append(separator)
                at = ends[-1] if ends else 0
                starts.extend([at] * len(separator))
                ends.extend([at] * len(separator))
            text.append(piece.text)
            starts.extend(piece.starts)
            ends.extend(piece.ends)
        return cls("".join(text), starts, ends)

    def source_map(self, parts: tuple[Part, ...]) -> SourceMap:
        """The ranges packed into runs (see ``SourceMap``)."""
        runs: list[tuple[int, int, int]] = []
        starts, ends = self.starts, self.ends
        index, length = 0, len(self.text)
        while index < length:
            begin = index
            if ends[begin] - starts[begin] == 1:
                index += 1
                while index < length and starts[index] == starts[index - 1] + 1 and ends[index] == starts[index] + 1:
                    index += 1
            else:
                index += 1
                while index < length and (starts[index], ends[index]) == (starts[begin], ends[begin]):
                    index += 1
            runs.append((begin, starts[begin], ends[index - 1]))
        return SourceMap(length, tuple(runs), parts)
