"""Made-up PDF pages for the tests of how pages are laid out: text, pictures and rules put at places."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.readers.pdf_drawings import Box, Drawings
from corpus.readers.pdf_lines import Line, Page, Run, make_line

WIDTH = 5.0  # points: of every character in these made-up pages
LONG = "a line of running text that is as long as its column"  # 52 characters: 260 points


class Sheet:
    """A made-up page of 600 x 800 points: text is put at places in the order of the stream."""

    def __init__(self, index: int = 0) -> None:
        self.index = index
        self.raw = ""
        self.lines: list[Line] = []
        self.pictures: list[Box] = []
        self.rules: list[Box] = []

    def picture(self, x0: float, bottom: float, x1: float, top: float) -> Sheet:
        """An image or a diagram."""
        self.pictures.append(Box(x0, bottom, x1, top))
        return self

    def rule(self, x0: float, x1: float, y: float) -> Sheet:
        """A horizontal rule; they are given from the top down."""
        self.rules.append(Box(x0, y, x1, y + 0.5))
        return self

    def put(self, x: float, y: float, text: str, size: float = 10, font: str = "serif", bold: bool = False) -> Sheet:
        """One line of text."""
        run = Run(len(self.raw), len(self.raw) + len(text), x, x + WIDTH * len(text), y, size, font, bold)
        self.raw += text + "\r\n"
        self.lines.append(make_line(self.index, self.raw, [run]))
        return self

    def column(self, x: float, y: float, texts: Sequence[str], size: float = 10) -> Sheet:
        """Lines under one another, 12 points apart."""
        for number, text in enumerate(texts):
            self.put(x, y - 12 * number, text, size)
        return self

    def page(self) -> Page:
        """The finished page."""
        return Page(
            self.index, self.raw, tuple(self.lines), 600, 800, Drawings(tuple(self.pictures), tuple(self.rules))
        )
