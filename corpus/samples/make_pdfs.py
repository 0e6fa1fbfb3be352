"""Makes the PDF samples from ``pdf_sources/*.toml``: ``python corpus/samples/make_pdfs.py``.

A source holds the title, authors, imprint, sections and references of one report, and how it is to be
laid out: one column, or two with running heads and broken words, on pages small enough for paragraphs
to run over their ends. The output holds no clock, path or random number: the same source and the same
fpdf2 make the same bytes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

HERE = Path(__file__).parent
SOURCES = HERE / "pdf_sources"
CREATED = datetime(2025, 1, 1, tzinfo=UTC)
FAMILY = "Times"
BODY_POINTS = 9.5
LINE_HEIGHT = 1.2
POINTS_PER_MM = 72 / 25.4
SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True, slots=True)
class Source:
    """One report as its TOML file gives it; ``sections`` are (heading, paragraphs)."""

    name: str
    title: str
    authors: tuple[str, ...]
    notes: tuple[str, ...]
    source_line: str
    running_head: str
    columns: int
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    references: tuple[str, ...]

    @classmethod
    def from_file(cls, path: Path) -> Source:
        """Reads ``path``; KeyError where a field is missing."""
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        breaks = {word.replace("-", ""): word.replace("-", SOFT_HYPHEN) for word in given.get("hyphenated", ())}
        sections = ((part["heading"], _paragraphs(part["text"], breaks)) for part in given["sections"])
        return cls(
            name=path.stem,
            title=given["title"],
            authors=tuple(given["authors"]),
            notes=tuple(given["notes"]),
            source_line=given["source_line"],
            running_head=given["running_head"],
            columns=given["columns"],
            sections=tuple(sections),
            references=tuple(given["references"]),
        )


def _paragraphs(text: str, breaks: dict[str, str]) -> tuple[str, ...]:
    for word, broken in breaks.items():
        text = text.replace(word, broken)
    return tuple(paragraph.strip() for paragraph in text.split("\n\n"))


class Page(FPDF):
    """A5 (148 x 210 mm) with running heads and page numbers; title and authors go into the metadata."""

    def __init__(self, source: Source) -> None:
        super().__init__(format=(148.0, 210.0))
        self.source = source
        self.set_margins(14, 16)
        self.set_auto_page_break(auto=True, margin=16)
        self.set_creation_date(CREATED)
        self.set_title(source.title)
        if source.authors:
            self.set_author("; ".join(source.authors))
        self.set_lang("en")

    def header(self) -> None:
        """The running head, then back to the body font."""
        self.set_font(FAMILY, "I", 8)
        self.set_y(8)
        self.cell(0, 4, self.source.running_head, align=Align.C)
        self.set_y(self.t_margin)
        self.set_font(FAMILY, "", BODY_POINTS)

    def footer(self) -> None:
        """The page number."""
        self.set_y(-11)
        self.set_font(FAMILY, "", 8)
        self.cell(0, 4, str(self.page_no()), align=Align.C)

    def block(self, text: str, *, style: str = "", points: float = BODY_POINTS) -> None:
        """A paragraph across the whole page, with some space below it."""
        self.set_font(FAMILY, style, points)
        height = points * LINE_HEIGHT / POINTS_PER_MM
        self.multi_cell(0, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)


def _front(page: Page) -> None:
    source = page.source
    page.block(source.title, style="B", points=14)
    if source.authors:
        page.block(", ".join(source.authors), points=10.5)
    if source.source_line:
        page.block(source.source_line, style="I", points=8.5)
    for note in source.notes:
        page.block(note, style="I")


def _flow(source: Source) -> Iterator[tuple[str, str]]:
    """(font style, text) of everything below the front matter, in reading order."""
    for heading, paragraphs in source.sections:
        yield "B", heading
        yield from (("", paragraph) for paragraph in paragraphs)
    if source.references:
        yield "B", "References"
        yield from (("", reference) for reference in source.references)


def render(source: Source) -> bytes:
    """The PDF of ``source``, its text in one or two justified columns."""
    page = Page(source)
    page.add_page()
    _front(page)
    page.set_font(FAMILY, "", BODY_POINTS)
    columns = page.text_columns(
        ncols=source.columns, gutter=6, text_align=Align.J, line_height=LINE_HEIGHT, skip_leading_spaces=True
    )
    with columns:
        for style, text in _flow(source):
            page.set_font(FAMILY, style, BODY_POINTS)
            with columns.paragraph(bottom_margin=1.2) as paragraph:
                paragraph.write(text)
    return bytes(page.output())


def main() -> None:
    """Writes every sample PDF beside this script."""
    for path in sorted(SOURCES.glob("*.toml")):
        target = HERE / f"{path.stem}.pdf"
        target.write_bytes(render(Source.from_file(path)))
        print(target.name)


if __name__ == "__main__":
    main()
