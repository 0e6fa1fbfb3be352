"""PDF files made for the tests, each line at its place, and pictures of their pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import zip_longest

import pypdfium2
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

LEFT, RIGHT, LINE = 20.0, 112.0, 5.0  # mm: the two columns' left edges, and the distance of two lines


class Paper(FPDF):
    """A PDF page whose every line is put at a place, as a typesetter does."""

    def __init__(self) -> None:
        super().__init__()
        self.set_auto_page_break(False)

    def write_at(self, x: float, y: float, text: str, size: float = 10, style: str = "") -> None:
        """Puts ``text`` at ``x``, ``y`` (mm from the left and the top) in ``size`` points."""
        self.set_font("Helvetica", style, size)
        self.text(x, y, text)

    def column(self, x: float, y: float, lines: Sequence[str], size: float = 10) -> float:
        """Puts ``lines`` under one another; the height of the line after them."""
        for line in lines:
            self.write_at(x, y, line, size)
            y += LINE
        return y

    def data(self) -> bytes:
        """The finished file."""
        return bytes(self.output())


def justified(words: str, paper: Paper, width: float = 80.0, size: float = 10) -> list[str]:
    """``words`` cut into lines of about ``width`` mm."""
    paper.set_font("Helvetica", "", size)
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if paper.get_string_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def prose(subject: str, sentences: int) -> str:
    """Numbered sentences, so that their order can be told."""
    told = "the slow recovery was followed from one visit to another."
    return " ".join(f"In {subject} sentence {number} {told}" for number in range(sentences))


def two_columns(*, zigzag: bool = False) -> bytes:
    """An article of two pages: title, names, abstract across, case and discussion in two columns, references."""
    paper = Paper()
    paper.add_page()
    paper.write_at(LEFT, 14, "Trial Press (2019) 7:41", 8)
    paper.write_at(LEFT, 30, "A lantern-shaped rash after", 20)
    paper.write_at(LEFT, 38, "an unusual voyage", 20)
    paper.write_at(LEFT, 48, "Ada Bellweather, MD, Tomas Quill and Ines de la Rua, PhD", 11)
    paper.write_at(LEFT, 56, "Department of Dermatology, University of Nowhere, Port Nowhere", 8)
    paper.write_at(LEFT, 66, "Abstract", 12, "B")
    paper.column(LEFT, 72, justified(prose("the abstract", 4), paper, 170))
    paper.write_at(LEFT, 100, "Case report", 12, "B")
    paper.write_at(RIGHT, 100, "Discussion", 12, "B")
    left, right = justified(prose("the case", 12), paper), justified(prose("the discussion", 12), paper)
    if zigzag:
        for number, (one, other) in enumerate(zip_longest(left, right, fillvalue="")):
            paper.write_at(LEFT, 106 + LINE * number, one)
            paper.write_at(RIGHT, 106 + LINE * number, other)
    else:
        paper.column(RIGHT, 106, right)
        paper.column(LEFT, 106, left)
    paper.write_at(LEFT, 285, "Page 1 of 2", 8)
    paper.add_page()
    paper.write_at(LEFT, 14, "Trial Press (2019) 7:41", 8)
    paper.write_at(LEFT, 285, "Page 2 of 2", 8)
    paper.write_at(LEFT, 30, "References", 12, "B")
    paper.column(LEFT, 36, ["1. Quill T. On lanterns. J Rare Light. 2001;1:1-2.", "2. Rua I. Voyages and their"], 9)
    paper.column(LEFT + 4, 46, ["skins. Sea Med. 2003;4:5. doi:10.1000/sea.7"], 9)
    paper.column(LEFT, 51, ["3. Bellweather A. Rashes. Skin. 2010;9:9."], 9)
    return paper.data()


def one_column(*blocks: tuple[str, str]) -> bytes:
    """``(style, text)`` blocks, one under the other; style B is a heading."""
    paper = Paper()
    paper.add_page()
    y = 30.0
    for style, text in blocks:
        y = paper.column(20, y, justified(text, paper, 150)) if not style else y
        if style:
            paper.write_at(20, y, text, 13, style)
            y += 2
        y += 6
    return paper.data()


def scanned(data: bytes, pages: Sequence[int] | None = None, dpi: int = 200) -> bytes:
    """``data`` with its pages (from 0; None: all) replaced by grey pictures of them, without a text layer."""
    document = pypdfium2.PdfDocument(data)
    pictures = FPDF(unit="pt")
    for page in document:
        pictures.add_page(format=page.get_size())
        picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
        pictures.image(picture, 0, 0, *page.get_size())
    document.close()
    whole = bytes(pictures.output())
    if pages is None:
        return whole
    own, other, writer = PdfReader(io.BytesIO(data)), PdfReader(io.BytesIO(whole)), PdfWriter()
    for index in range(len(own.pages)):
        writer.add_page((other if index in pages else own).pages[index])
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    """The file that ``writer`` makes."""
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def mapped(data: bytes, cipher: dict[int, int], pages: Sequence[int] | None = None) -> bytes:
    """``data`` whose fonts say that their letters mean others: it looks the same and is read as ``cipher`` says.

    ``pages`` are those (from 0; None: all) whose fonts do.
    """
    lines = [f"<{code:02X}> <{cipher.get(code, code):04X}>" for code in range(32, 127)]
    mapping = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(lines)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar endcmap end end\n"
    )
    writer = PdfWriter(clone_from=io.BytesIO(data))
    stream = DecodedStreamObject()
    stream.set_data(mapping.encode())
    reference = writer._add_object(stream)
    for index, page in enumerate(writer.pages):
        if pages is not None and index not in pages:
            continue
        resources = page["/Resources"].get_object().clone(writer)
        page[NameObject("/Resources")] = resources
        fonts = resources["/Font"].get_object()
        for name in list(fonts):
            font = fonts[name].get_object().clone(writer, force_duplicate=True)
            font[NameObject("/ToUnicode")] = reference
            fonts[NameObject(name)] = font
    return written(writer)
